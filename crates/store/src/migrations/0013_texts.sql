-- An article's row holds all that everybody may read, so that an address leads to it over two pages; the rest is found by number,
-- and only for those who may read it.
ALTER TABLE articles ADD COLUMN teaser TEXT NOT NULL DEFAULT '';
-- The row of its body.
ALTER TABLE articles ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
-- How long the body is, so that memory can be set aside for it before it is read.
ALTER TABLE articles ADD COLUMN body_bytes INTEGER NOT NULL DEFAULT 0;

CREATE TABLE numbered (
  number INTEGER PRIMARY KEY,
  article TEXT NOT NULL UNIQUE,
  document TEXT NOT NULL,
  source TEXT NOT NULL
) STRICT;
INSERT INTO numbered (article, document, source) SELECT article, document, source FROM bodies ORDER BY article;
UPDATE articles SET
  teaser = (SELECT document FROM teasers WHERE article = articles.id),
  (number, body_bytes) = (SELECT number, octet_length(document) FROM numbered WHERE article = articles.id);
DROP TABLE teasers;
DROP TABLE bodies;
CREATE TABLE bodies (number INTEGER PRIMARY KEY, document TEXT NOT NULL, source TEXT NOT NULL) STRICT;
INSERT INTO bodies (number, document, source) SELECT number, document, source FROM numbered ORDER BY number;
DROP TABLE numbered;
CREATE TRIGGER articles_gone AFTER DELETE ON articles BEGIN DELETE FROM bodies WHERE number = OLD.number; END;
