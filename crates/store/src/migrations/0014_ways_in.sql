-- Passwords, which readers may set beside the way by mail: Argon2id's text with salt and cost, never the password.
CREATE TABLE passwords (
    reader BLOB PRIMARY KEY REFERENCES readers (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    set_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Sign-ins that were proven and wait until another device is signed out: no session yet. The browser's secret is not here; this is its
-- hash.
CREATE TABLE waiting_sign_ins (
    handle BLOB PRIMARY KEY,
    reader BLOB NOT NULL REFERENCES readers (id) ON DELETE CASCADE,
    back TEXT NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX waiting_sign_ins_by_reader ON waiting_sign_ins (reader);
CREATE INDEX waiting_sign_ins_by_end ON waiting_sign_ins (ends_at);

-- Passkeys of readers: the key that is public, and what the next answer is held against.
CREATE TABLE passkeys (
    id BLOB PRIMARY KEY,
    reader BLOB NOT NULL REFERENCES readers (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    counter INTEGER NOT NULL,
    may_be_copied INTEGER NOT NULL,
    is_copied INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX passkeys_by_reader ON passkeys (reader, made_at);
