-- In which ways who is signed in has proven who it is, and when last in each: for the desk, one way is not enough.
ALTER TABLE sessions ADD COLUMN mail_at INTEGER;
ALTER TABLE sessions ADD COLUMN password_at INTEGER;
ALTER TABLE sessions ADD COLUMN passkey_at INTEGER;
ALTER TABLE waiting_sign_ins ADD COLUMN way TEXT CHECK (way IN ('mail', 'password', 'passkey'));

-- Who works in the newsroom: readers with a role.
CREATE TABLE staff (
    reader BLOB PRIMARY KEY REFERENCES readers (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('author', 'editor', 'publisher', 'owner')),
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The record: who did what at the desk. Names stand here as they were; rows are only added.
CREATE TABLE deeds (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    done_at INTEGER NOT NULL,
    staff BLOB,
    name TEXT NOT NULL,
    deed TEXT NOT NULL,
    article TEXT,
    subject TEXT NOT NULL
) STRICT;
CREATE INDEX deeds_by_article ON deeds (article, number) WHERE article IS NOT NULL;

-- Articles that are being worked on, beside what is published of them. `published_version` is that of the article when the draft was
-- begun, 0 where it is new.
CREATE TABLE drafts (
    article TEXT PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    published_version INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'review')),
    begun_by BLOB,
    saved_by TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    publish_at INTEGER,
    document TEXT NOT NULL,
    source TEXT NOT NULL
) STRICT;
CREATE INDEX drafts_by_time ON drafts (saved_at, article);

-- What was published of an article, each time, as the file that it was.
CREATE TABLE revisions (
    article TEXT NOT NULL,
    number INTEGER NOT NULL,
    saved_at INTEGER NOT NULL,
    saved_by TEXT NOT NULL,
    file TEXT NOT NULL,
    PRIMARY KEY (article, number)
) STRICT, WITHOUT ROWID;

-- The desk lists also what is not out yet or was taken back.
CREATE INDEX articles_by_desk ON articles (published_at, id);
