-- Whose new address a code is to prove; where nobody is named, the code signs in.
ALTER TABLE sign_ins ADD COLUMN reader BLOB REFERENCES readers (id) ON DELETE CASCADE;
CREATE INDEX sign_ins_by_reader ON sign_ins (reader) WHERE reader IS NOT NULL;

-- Articles that readers keep for later.
CREATE TABLE saved (
    reader BLOB NOT NULL REFERENCES readers (id) ON DELETE CASCADE,
    article BLOB NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (reader, article)
) STRICT, WITHOUT ROWID;
