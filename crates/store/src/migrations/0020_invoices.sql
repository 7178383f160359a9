-- Invoices that readers pay by transfer, numbered without a gap in each year. None is ever removed, as books are kept: of one whose
-- reader was erased it stays, and whose it was does not.
CREATE TABLE invoices (
    year INTEGER NOT NULL,
    number INTEGER NOT NULL,
    subscription TEXT NOT NULL,
    reader BLOB REFERENCES readers (id) ON DELETE SET NULL,
    -- The agreement that it came of, where it is the first of a contract.
    checkout TEXT,
    -- Everything that stands on it; never changed.
    document TEXT NOT NULL,
    -- When the period begins that it goes on with; 0 where it is the first.
    follows_at INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    issued_on TEXT NOT NULL,
    due_on TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'paid', 'void', 'refunded')),
    paid_on TEXT,
    -- From what the period after it is counted, once it is paid: an instant, and months.
    next_anchor_at INTEGER,
    next_months INTEGER,
    settled_at INTEGER,
    reason TEXT NOT NULL,
    -- When there may be something to write about it.
    check_at INTEGER NOT NULL,
    PRIMARY KEY (year, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX invoices_by_reader ON invoices (reader, issued_at) WHERE reader IS NOT NULL;
CREATE INDEX invoices_by_subscription ON invoices (subscription);
CREATE INDEX invoices_open ON invoices (check_at) WHERE state = 'open';
-- One agreement, and one period, has one invoice; one that is void makes room for another.
CREATE UNIQUE INDEX invoices_by_period ON invoices (subscription, follows_at) WHERE state <> 'void';
CREATE UNIQUE INDEX invoices_by_checkout ON invoices (checkout) WHERE checkout IS NOT NULL AND state <> 'void';
