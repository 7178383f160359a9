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

-- Articles that subscribers give: the hash of each link, and how many have opened it.
CREATE TABLE gifts (
    link BLOB PRIMARY KEY,
    giver BLOB NOT NULL REFERENCES readers (id) ON DELETE CASCADE,
    article BLOB NOT NULL,
    given_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    uses INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX gifts_by_giver ON gifts (giver, given_at);
CREATE INDEX gifts_by_time ON gifts (given_at);

-- For which browsers they are open: the hash of a secret in a cookie, and until when.
CREATE TABLE gift_uses (
    holder BLOB NOT NULL,
    gift BLOB NOT NULL REFERENCES gifts (link) ON DELETE CASCADE,
    article BLOB NOT NULL,
    ends_at INTEGER NOT NULL,
    PRIMARY KEY (holder, gift)
) STRICT, WITHOUT ROWID;
CREATE INDEX gift_uses_by_gift ON gift_uses (gift);
CREATE INDEX gift_uses_by_end ON gift_uses (ends_at);
