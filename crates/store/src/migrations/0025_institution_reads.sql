-- How often articles were opened by the licence of an institution: one number for each of its days. No person, no article.
CREATE TABLE institution_reads (
    slug TEXT NOT NULL,
    day TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (slug, day)
) STRICT, WITHOUT ROWID;
