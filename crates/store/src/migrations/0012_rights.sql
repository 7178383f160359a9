-- What people stated of their contracts: that they cancel or withdraw. It is kept as it was said, with the instant at which it came.
CREATE TABLE statements (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('ordinary', 'extraordinary', 'withdrawal')),
    name TEXT NOT NULL,
    mail TEXT NOT NULL,
    contract TEXT NOT NULL,
    reason TEXT NOT NULL,
    wanted_on TEXT,
    received_at INTEGER NOT NULL,
    -- The hash of what the receipt's link holds, and until when that is good.
    link BLOB UNIQUE,
    link_ends_at INTEGER,
    -- When it was carried out, or seen to by the paper's people.
    settled_at INTEGER
) STRICT;
CREATE INDEX statements_by_mail ON statements (mail, received_at);
CREATE INDEX statements_waiting ON statements (id) WHERE settled_at IS NULL;
CREATE INDEX statements_by_time ON statements (received_at);
