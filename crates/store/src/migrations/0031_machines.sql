-- Machines that work with the paper: tokens, known by their hashes. What one may do is what its scopes and the role of `staff` allow.
CREATE TABLE tokens (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    hash BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    staff BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    used_on TEXT,
    revoked_at INTEGER
) STRICT;

-- What was answered to a request with an idempotency key, for a day. Without a status it is under way, or nobody knows what came of it.
CREATE TABLE kept_answers (
    token INTEGER NOT NULL,
    name TEXT NOT NULL,
    request BLOB NOT NULL,
    begun_at INTEGER NOT NULL,
    status INTEGER,
    location TEXT NOT NULL DEFAULT '',
    etag TEXT NOT NULL DEFAULT '',
    document BLOB NOT NULL DEFAULT x'',
    PRIMARY KEY (token, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX kept_answers_by_time ON kept_answers (begun_at);

-- Who is told what happens. Secrets are drawn from the paper's own with these salts, and are in no table.
CREATE TABLE webhooks (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    events TEXT NOT NULL,
    salt BLOB NOT NULL,
    former_salt BLOB,
    former_until INTEGER,
    made_by TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    told_since INTEGER NOT NULL,
    -- Behind which subscription it is still to be looked when each ends; nothing where that is known of all.
    ahead TEXT,
    off_at INTEGER,
    off_because TEXT NOT NULL DEFAULT ''
) STRICT;

-- What happened, written in the commit of the fact, until it is spread to those who are told. Some of it lies ahead.
CREATE TABLE events (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    due_at INTEGER NOT NULL,
    UNIQUE (kind, subject, detail, due_at)
) STRICT;
CREATE INDEX events_by_due ON events (due_at, number);

-- One message for one webhook, with its tries.
CREATE TABLE deliveries (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook INTEGER NOT NULL REFERENCES webhooks (number) ON DELETE CASCADE,
    message TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    happened_at INTEGER NOT NULL,
    begun_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'given up')),
    tries INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER
) STRICT;
CREATE INDEX deliveries_by_due ON deliveries (due_at, number) WHERE due_at IS NOT NULL;
CREATE INDEX deliveries_by_webhook ON deliveries (webhook, number);
CREATE INDEX deliveries_by_time ON deliveries (begun_at);
CREATE TABLE delivery_tries (
    delivery INTEGER NOT NULL REFERENCES deliveries (number) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    tried_at INTEGER NOT NULL,
    status INTEGER,
    took_ms INTEGER NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (delivery, number)
) STRICT, WITHOUT ROWID;
