-- The files of locked bodies by their names, each in its own article: what an export calls them.
CREATE TABLE locked_names (
  article BLOB NOT NULL,
  name TEXT NOT NULL,
  hash TEXT NOT NULL REFERENCES media (hash),
  PRIMARY KEY (article, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX locked_names_by_name ON locked_names (name);
INSERT INTO locked_names (article, name, hash)
SELECT article, name, max(hash) FROM media WHERE article IS NOT NULL GROUP BY article, name;
