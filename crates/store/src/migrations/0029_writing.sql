-- Which article somebody is writing in, and in which tab: one for each article, for as long as that tab says that it is still there.
CREATE TABLE hands (
    article TEXT PRIMARY KEY,
    staff BLOB NOT NULL,
    name TEXT NOT NULL,
    -- Drawn by the tab itself.
    tab TEXT NOT NULL,
    since INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- From when everybody may see a file of an article that is to come; nothing where they may already.
ALTER TABLE media ADD COLUMN public_from INTEGER;
