-- Contracts of readers. Of one whose reader was erased the facts are kept, as the law asks, and the person is not.
CREATE TABLE subscriptions (
    id TEXT PRIMARY KEY,
    reader BLOB REFERENCES readers (id) ON DELETE SET NULL,
    provider TEXT NOT NULL,
    began_at INTEGER NOT NULL,
    check_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX subscriptions_by_reader ON subscriptions (reader);
CREATE INDEX subscriptions_by_check ON subscriptions (check_at);

-- The ledger of money: facts as providers told them, appended and never changed.
CREATE TABLE ledger (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    subscription TEXT NOT NULL REFERENCES subscriptions (id),
    fact TEXT NOT NULL,
    as_of INTEGER NOT NULL,
    document TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    UNIQUE (subscription, fact, as_of, document)
) STRICT;

-- What a reader agreed to before paying, and what became of it.
CREATE TABLE checkouts (
    id TEXT PRIMARY KEY,
    reader BLOB NOT NULL REFERENCES readers (id) ON DELETE CASCADE,
    plan TEXT NOT NULL,
    offer TEXT,
    agreed TEXT NOT NULL,
    back TEXT NOT NULL,
    provider_id TEXT,
    subscription TEXT,
    began_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX checkouts_by_reader ON checkouts (reader, began_at);
CREATE INDEX checkouts_by_provider ON checkouts (provider_id) WHERE provider_id IS NOT NULL;

-- What is taken once by a person: keyed hashes, which outlive an erased account.
CREATE TABLE taken (
    person BLOB NOT NULL,
    what TEXT NOT NULL,
    taken_at INTEGER NOT NULL,
    PRIMARY KEY (person, what)
) STRICT, WITHOUT ROWID;

-- What providers sent, as it came: a hint of what to read back.
CREATE TABLE hints (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    provider TEXT NOT NULL,
    id TEXT NOT NULL,
    subscription TEXT,
    payment TEXT,
    checkout TEXT,
    body BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    applied_at INTEGER,
    UNIQUE (provider, id)
) STRICT;
CREATE INDEX hints_waiting ON hints (due_at) WHERE applied_at IS NULL;
