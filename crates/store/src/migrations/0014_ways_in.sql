-- Passwords, which readers may set beside the way by mail: Argon2id's text with salt and cost, never the password.
CREATE TABLE passwords (
    reader BLOB PRIMARY KEY REFERENCES readers (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    set_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

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
