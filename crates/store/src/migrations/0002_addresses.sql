-- Where articles stood before: a path, with its query where it has one, and the article that it leads to now.
CREATE TABLE old_addresses (
  path TEXT PRIMARY KEY,
  article TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX old_addresses_by_article ON old_addresses (article);

-- What an article was when it was last imported: the same again changes nothing, and what was edited here since is not
-- written over.
CREATE TABLE imported (
  article TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
  origin TEXT NOT NULL,
  digest BLOB NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
