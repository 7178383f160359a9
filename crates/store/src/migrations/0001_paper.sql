-- Instants are microseconds since 1970 in UTC, civil dates ISO text, enums text, keys bytes.
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE settings (
  version INTEGER PRIMARY KEY,
  text TEXT NOT NULL,
  saved_at INTEGER NOT NULL,
  saved_by TEXT NOT NULL,
  note TEXT NOT NULL
) STRICT;

-- What a paper is besides its articles, as the document that it was read from.
CREATE TABLE papers (id INTEGER PRIMARY KEY CHECK (id = 1), document TEXT NOT NULL) STRICT;

CREATE TABLE articles (
  id TEXT PRIMARY KEY,
  key BLOB NOT NULL UNIQUE,
  section TEXT NOT NULL,
  slug TEXT NOT NULL,
  published_at INTEGER NOT NULL,
  access TEXT NOT NULL,
  series TEXT,
  version INTEGER NOT NULL,
  head TEXT NOT NULL,
  -- 0 for what the paper took back.
  listed INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX articles_by_path ON articles (section, slug);
CREATE INDEX articles_by_time ON articles (published_at, id) WHERE listed;
CREATE INDEX articles_by_section ON articles (section, published_at, id) WHERE listed;
CREATE INDEX articles_by_series ON articles (series, published_at, id) WHERE listed AND series IS NOT NULL;

-- The public part, and apart from it the rest: a list never reads either.
CREATE TABLE teasers (article TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE, document TEXT NOT NULL) STRICT;
CREATE TABLE bodies (
  article TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
  document TEXT NOT NULL,
  source TEXT NOT NULL
) STRICT;

CREATE TABLE article_tags (
  tag TEXT NOT NULL,
  published_at INTEGER NOT NULL,
  article TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  PRIMARY KEY (tag, published_at, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_tags_by_article ON article_tags (article);

CREATE TABLE article_authors (
  author TEXT NOT NULL,
  published_at INTEGER NOT NULL,
  article TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  PRIMARY KEY (author, published_at, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_authors_by_article ON article_authors (article);

CREATE TABLE media (
  hash TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  mime TEXT NOT NULL,
  width INTEGER,
  height INTEGER,
  bytes INTEGER NOT NULL,
  article BLOB
) STRICT;
-- The files for everybody by their names in the paper: a file may have several, a name leads to the latest file.
CREATE TABLE media_names (name TEXT PRIMARY KEY, hash TEXT NOT NULL REFERENCES media (hash)) STRICT;

CREATE TABLE windows (
  person BLOB PRIMARY KEY,
  starts_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  rule TEXT NOT NULL,
  read INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX windows_by_end ON windows (ends_at);

-- The readings of a person's window; when the window is over, they go with it.
CREATE TABLE readings (
  person BLOB NOT NULL,
  article BLOB NOT NULL,
  read_at INTEGER NOT NULL,
  PRIMARY KEY (person, article)
) STRICT, WITHOUT ROWID;

-- What caches have to forget, in the order of the commits.
CREATE TABLE changes (seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, key TEXT NOT NULL) STRICT;
