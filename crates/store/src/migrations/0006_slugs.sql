-- Addresses without a section find articles by slug alone.
CREATE INDEX articles_by_slug ON articles (slug);

-- Slugs that articles had before, for addresses that were made of them.
CREATE TABLE old_slugs (
  slug TEXT NOT NULL,
  article TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  PRIMARY KEY (slug, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX old_slugs_by_article ON old_slugs (article);

-- Of several articles with one slug the first keeps it to itself; addresses of the others name their sections.
UPDATE articles SET head = json_set(head, '$.namesake', json('true')) WHERE EXISTS (
  SELECT 1 FROM articles AS other WHERE other.slug = articles.slug
  AND (other.published_at, other.id) < (articles.published_at, articles.id)
);
