-- The letter of a change of the plan, kept before the provider is asked: it goes out when the provider is found to have made the change,
-- and goes unread where it has not.
CREATE TABLE change_letters (
    checkout TEXT PRIMARY KEY REFERENCES checkouts (id) ON DELETE CASCADE,
    subscription TEXT NOT NULL,
    subject TEXT NOT NULL,
    plain TEXT NOT NULL,
    html TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX change_letters_by_subscription ON change_letters (subscription);

-- Readers with a new mail address of which the payment provider has not been told.
CREATE TABLE untold_payers (
    reader BLOB PRIMARY KEY REFERENCES readers (id) ON DELETE CASCADE,
    changed_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    tries INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX untold_payers_by_due ON untold_payers (due_at);

-- The plan for which the next invoice of a contract is to be, until that is made: as it was agreed to.
CREATE TABLE next_plans (
    subscription TEXT PRIMARY KEY REFERENCES subscriptions (id),
    checkout TEXT NOT NULL REFERENCES checkouts (id) ON DELETE CASCADE,
    plan TEXT NOT NULL,
    plan_name TEXT NOT NULL,
    currency TEXT NOT NULL,
    minor INTEGER NOT NULL,
    period TEXT NOT NULL CHECK (period IN ('month', 'year'))
) STRICT, WITHOUT ROWID;
CREATE INDEX next_plans_by_checkout ON next_plans (checkout);
