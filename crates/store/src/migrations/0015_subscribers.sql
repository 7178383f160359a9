-- Lists of other systems make readers, and what they hold is in the ledger: nothing waits beside them.
DROP TABLE signups;

-- What a subscription is that its provider has no plan of ours for.
ALTER TABLE subscriptions ADD COLUMN plan TEXT NOT NULL DEFAULT '';

-- Who told a fact where no provider did, and why.
ALTER TABLE ledger ADD COLUMN told_by TEXT NOT NULL DEFAULT '';
ALTER TABLE ledger ADD COLUMN reason TEXT NOT NULL DEFAULT '';

-- Printed papers whose readers can show that they are theirs. Number, postcode and address are nowhere; these are keyed hashes.
CREATE TABLE print_accounts (
    account BLOB PRIMARY KEY,
    proof BLOB NOT NULL,
    mail BLOB,
    document TEXT NOT NULL,
    reader BLOB REFERENCES readers (id) ON DELETE SET NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX print_accounts_waiting ON print_accounts (mail) WHERE reader IS NULL AND mail IS NOT NULL;
CREATE INDEX print_accounts_by_reader ON print_accounts (reader) WHERE reader IS NOT NULL;
