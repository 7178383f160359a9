-- Who reads along with whom: a person has one seat of one holder. What it opens is nowhere; it follows from how the holder's subscriptions
-- stand. Of a seat that is over the holder is not kept.
CREATE TABLE seats (
    reader BLOB PRIMARY KEY REFERENCES readers (id) ON DELETE CASCADE,
    holder BLOB REFERENCES readers (id),
    -- The hash of the invitation's link, by which the holder's page names the seat, and the address that the holder wrote.
    link BLOB NOT NULL UNIQUE,
    mail TEXT NOT NULL,
    seated_at INTEGER NOT NULL,
    ended_at INTEGER,
    CHECK ((holder IS NULL) = (ended_at IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX seats_by_holder ON seats (holder, seated_at, reader) WHERE holder IS NOT NULL;
CREATE INDEX seats_by_end ON seats (ended_at) WHERE ended_at IS NOT NULL;

-- Invitations to such a seat: the link is nowhere, this is its hash. Of one that is over the address is not kept; the row counts until the
-- holder may invite as many again.
CREATE TABLE invitations (
    link BLOB PRIMARY KEY,
    holder BLOB NOT NULL REFERENCES readers (id) ON DELETE CASCADE,
    mail TEXT NOT NULL,
    invited_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX invitations_by_holder ON invitations (holder, invited_at);
CREATE INDEX invitations_by_end ON invitations (ends_at);
