-- The files of the paper as the desk sees them: each name once, with what is said of it where an article says nothing else. `hash` is the
-- file that the name means now, whoever may see it; `words` are what it is found by. What came in by an import has no time and no name
-- beside it.
CREATE TABLE files (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    hash TEXT NOT NULL,
    words TEXT NOT NULL,
    alt TEXT NOT NULL,
    caption TEXT NOT NULL,
    credit TEXT NOT NULL,
    focus TEXT NOT NULL,
    adder BLOB,
    added_by TEXT NOT NULL,
    added_at INTEGER
) STRICT;
INSERT INTO files (name, hash, words, alt, caption, credit, focus, added_by)
SELECT name, hash, lower(name), '', '', '', '', '' FROM media_names ORDER BY name;
INSERT INTO files (name, hash, words, alt, caption, credit, focus, added_by)
SELECT name, max(hash), lower(name), '', '', '', '', '' FROM locked_names
WHERE name NOT IN (SELECT name FROM media_names) GROUP BY name ORDER BY name;

-- Which articles name which file: those of the paper, and those that are being worked on.
CREATE TABLE article_files (
    file TEXT NOT NULL,
    article TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    PRIMARY KEY (file, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_files_by_article ON article_files (article);
INSERT OR IGNORE INTO article_files (file, article)
SELECT json_each.value, articles.id FROM articles, json_each(articles.teaser, '$.media');
INSERT OR IGNORE INTO article_files (file, article)
SELECT json_each.value, articles.id FROM articles JOIN bodies ON bodies.number = articles.number, json_each(bodies.document, '$.media');
INSERT OR IGNORE INTO article_files (file, article)
SELECT json_extract(head, '$.lead_image.file'), id FROM articles WHERE json_extract(head, '$.lead_image.file') IS NOT NULL;
CREATE TABLE draft_files (
    file TEXT NOT NULL,
    article TEXT NOT NULL REFERENCES drafts (article) ON DELETE CASCADE,
    PRIMARY KEY (file, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX draft_files_by_article ON draft_files (article);
