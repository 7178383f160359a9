-- Site licences: each state that one was put into is a row of its own, which is never changed; the newest of a slug counts.
CREATE TABLE institutions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    slug TEXT NOT NULL,
    document TEXT NOT NULL,
    recorded_at INTEGER NOT NULL
) STRICT;
CREATE INDEX institutions_by_slug ON institutions (slug, number);
