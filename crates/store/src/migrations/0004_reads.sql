-- How often an article was delivered whole in an hour: a number, and nothing about who read it.
CREATE TABLE reads (
  hour_at INTEGER NOT NULL,
  article TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  PRIMARY KEY (hour_at, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX reads_by_article ON reads (article);

-- What readers report as wrong: their words, the article that they mean, and an address where they gave one.
CREATE TABLE error_reports (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  reported_at INTEGER NOT NULL,
  about TEXT NOT NULL,
  words TEXT NOT NULL,
  mail TEXT NOT NULL
) STRICT;
CREATE INDEX error_reports_by_time ON error_reports (reported_at);

-- The corrections of all articles that the paper has not taken back, by the instant at which each was set right.
CREATE TABLE corrections (
  corrected_at INTEGER NOT NULL,
  article TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  words TEXT NOT NULL,
  PRIMARY KEY (corrected_at, article, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX corrections_by_article ON corrections (article);
INSERT INTO corrections (corrected_at, article, place, words)
  SELECT json_extract(given.value, '$[0]'), articles.id, given.key, json_extract(given.value, '$[1]')
  FROM articles, json_each(articles.head, '$.corrections') AS given WHERE articles.listed;
