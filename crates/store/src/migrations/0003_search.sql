-- What can be searched: one row for each article that the paper stands by. `state` is 0 while it waits (for its instant,
-- or for its turn), 1 once it can be found, 2 where it is found under a name that has changed since.
CREATE TABLE search_articles (
  id INTEGER PRIMARY KEY,
  article TEXT NOT NULL UNIQUE REFERENCES articles (id) ON DELETE CASCADE,
  published_at INTEGER NOT NULL,
  section TEXT NOT NULL,
  state INTEGER NOT NULL
) STRICT;
CREATE INDEX search_articles_waiting ON search_articles (published_at) WHERE state = 0;
CREATE INDEX search_articles_renamed ON search_articles (id) WHERE state = 2;

-- The public text that it is found by, without markup. No locked body ever stands here.
CREATE TABLE search_texts (
  id INTEGER PRIMARY KEY REFERENCES search_articles (id) ON DELETE CASCADE,
  headline TEXT NOT NULL,
  standfirst TEXT NOT NULL,
  names TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;

-- Words come folded and cut, with spaces between them: `ascii` leaves them as they are.
CREATE VIRTUAL TABLE search USING fts5 (
  headline, standfirst, names, text,
  CONTENT = '', CONTENTLESS_DELETE = 1, TOKENIZE = 'ascii', PREFIX = '2 3'
);
CREATE TRIGGER search_articles_gone AFTER DELETE ON search_articles BEGIN
  DELETE FROM search WHERE rowid = old.id;
END;

-- The words of what can be found, for close spellings: in how many articles each stands, and its three-letter pieces.
CREATE TABLE search_words (
  id INTEGER PRIMARY KEY,
  word TEXT NOT NULL UNIQUE,
  shown TEXT NOT NULL,
  articles INTEGER NOT NULL
) STRICT;
CREATE TABLE search_pieces (
  piece TEXT NOT NULL,
  word INTEGER NOT NULL REFERENCES search_words (id) ON DELETE CASCADE,
  PRIMARY KEY (piece, word)
) STRICT, WITHOUT ROWID;
CREATE INDEX search_pieces_by_word ON search_pieces (word);

-- The names that articles are found by, out of the paper's document.
CREATE TABLE search_names (
  kind TEXT NOT NULL,
  slug TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (kind, slug)
) STRICT, WITHOUT ROWID;

-- Papers from before the search: their names now, their articles in batches while the paper is read.
INSERT INTO search_names (kind, slug, name)
  SELECT 'section', value ->> 0, value ->> 1 FROM papers, json_each(document, '$.sections')
  UNION ALL SELECT 'tag', value ->> 0, value ->> 1 FROM papers, json_each(document, '$.tags')
  UNION ALL SELECT 'author', value ->> 0, value ->> 1 FROM papers, json_each(document, '$.authors')
  UNION ALL SELECT 'series', value ->> 0, value ->> 1 FROM papers, json_each(document, '$.series');
INSERT INTO search_articles (article, published_at, section, state)
  SELECT id, published_at, section, 0 FROM articles WHERE listed;
