-- Where one press ends mails of its kind, where they are of a kind that can be ended.
ALTER TABLE mails ADD COLUMN unsubscribe TEXT;

-- Which newsletters an address gets, or gets no more. `link` is the hash of what the address holds that ends it. The
-- empty name stands for the paper's own letters that nobody has to get.
CREATE TABLE sign_ups (
    mail TEXT NOT NULL,
    newsletter TEXT NOT NULL,
    link BLOB NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('on', 'off')),
    since INTEGER NOT NULL,
    PRIMARY KEY (mail, newsletter)
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_ups_off ON sign_ups (since) WHERE state = 'off';

-- What was asked for in the name of an address and waits for the button in its mail, known by the hash of the link.
CREATE TABLE wishes (
    link BLOB PRIMARY KEY,
    mail TEXT NOT NULL,
    newsletters TEXT NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX wishes_by_mail ON wishes (mail, ends_at);
CREATE INDEX wishes_by_end ON wishes (ends_at);

-- What the paper's sender has not been told yet, in the order in which it happened.
CREATE TABLE untold (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    mail TEXT NOT NULL,
    newsletter TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('on', 'off')),
    happened_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    reason TEXT
) STRICT;
CREATE INDEX untold_by_mail ON untold (mail, seq);
CREATE INDEX untold_due ON untold (due_at);
