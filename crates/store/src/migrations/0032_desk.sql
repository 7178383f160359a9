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

-- Which page in a browser saved a draft last, by the name that it drew for itself when it was loaded, since which version nobody else did,
-- and which of its saves that was: what that page saves next goes on from there, also where it was not told of a save.
ALTER TABLE drafts ADD COLUMN page TEXT NOT NULL DEFAULT '';
ALTER TABLE drafts ADD COLUMN page_since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE drafts ADD COLUMN page_save INTEGER NOT NULL DEFAULT 0;
