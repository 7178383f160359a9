-- Passwords, which readers may set beside the way by mail: Argon2id's text with salt and cost, never the password.
CREATE TABLE passwords (
    reader BLOB PRIMARY KEY REFERENCES readers (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    set_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
