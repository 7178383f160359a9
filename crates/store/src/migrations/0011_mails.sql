-- Addresses that get nothing: a keyed hash of each, why, and since when.
CREATE TABLE suppressions (
    address BLOB PRIMARY KEY,
    reason TEXT NOT NULL,
    suppressed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Somebody waits in front of the screen for these.
CREATE INDEX mails_urgent ON mails (due_at) WHERE state = 'waiting' AND kind = 'sign-in';
-- What the operator is told of.
CREATE INDEX mails_in_trouble ON mails (state) WHERE state IN ('sending', 'failed', 'unsure');
