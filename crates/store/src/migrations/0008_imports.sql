-- Where files lay on the site that they came from: a path, and the file's name in the paper. It leads to the file for
-- everybody of that name, or to that of an article that is free; to none of a locked body.
CREATE TABLE old_files (path TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Who signed up with the paper before it came here. Personal data: kept for accounts, never shown, never exported.
CREATE TABLE signups (
  address TEXT PRIMARY KEY,
  origin TEXT NOT NULL,
  their_id TEXT NOT NULL,
  name TEXT,
  note TEXT,
  wants_letters INTEGER NOT NULL,
  complimentary INTEGER NOT NULL,
  payment_id TEXT,
  signed_up_at INTEGER,
  labels TEXT NOT NULL,
  plans TEXT NOT NULL
) STRICT, WITHOUT ROWID;
