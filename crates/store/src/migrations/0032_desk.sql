-- How the front page was arranged before: what the desk put something else in the place of, when, and who did. The newest are kept.
CREATE TABLE arrangements (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    document TEXT NOT NULL,
    ended_at INTEGER NOT NULL,
    ended_by TEXT NOT NULL
) STRICT;

-- The help desk finds readers by the last word of a name as well, where there is more than one word.
ALTER TABLE readers ADD COLUMN last_name TEXT GENERATED ALWAYS AS (replace(name, rtrim(name, replace(name, ' ', '')), '')) VIRTUAL;
CREATE INDEX readers_by_last_name ON readers (last_name COLLATE NOCASE, id) WHERE last_name <> name;

-- Which tab saved a draft last, by the name that it drew for itself: what it saves next goes on from there, also where it was not told.
ALTER TABLE drafts ADD COLUMN saved_tab TEXT NOT NULL DEFAULT '';
