-- Registered people. Their readings are kept under `person`, as a visitor's are, and what they take once under `taken_as`.
CREATE TABLE readers (
    id BLOB PRIMARY KEY,
    person BLOB NOT NULL UNIQUE,
    mail TEXT NOT NULL UNIQUE,
    taken_as BLOB NOT NULL,
    verified_at INTEGER,
    name TEXT NOT NULL,
    joined_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Where they are signed in. The cookie is nowhere; this is its hash.
CREATE TABLE sessions (
    hash BLOB PRIMARY KEY,
    reader BLOB NOT NULL REFERENCES readers (id) ON DELETE CASCADE,
    device TEXT NOT NULL,
    began_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_reader ON sessions (reader, seen_at);
CREATE INDEX sessions_by_time ON sessions (seen_at);

-- Mails with a code and a link that were asked for and not used yet. Neither code nor link is here; these are their hashes.
CREATE TABLE sign_ins (
    link BLOB PRIMARY KEY,
    handle BLOB NOT NULL UNIQUE,
    code BLOB NOT NULL,
    tries INTEGER NOT NULL,
    mail TEXT NOT NULL,
    back TEXT NOT NULL,
    began_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_ins_by_mail ON sign_ins (mail, began_at);
CREATE INDEX sign_ins_by_end ON sign_ins (ends_at);

-- Mails on their way. `once` names what a mail is about: there is never a second one about the same.
CREATE TABLE mails (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    plain TEXT NOT NULL,
    html TEXT NOT NULL,
    once TEXT UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'unsure')),
    queued_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    told_at INTEGER,
    reason TEXT
) STRICT;
CREATE INDEX mails_due ON mails (due_at) WHERE state = 'waiting';
CREATE INDEX mails_by_time ON mails (queued_at);
