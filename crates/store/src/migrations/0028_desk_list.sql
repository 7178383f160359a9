-- What the desk lists: every article of the paper and every draft in a narrow row, with what it is found by. `state` is `draft` or
-- `review`, `out` for what is published or will be at its instant, `back` for what was taken back. `authors` has a blank before and behind
-- each; `words` are folded by the program when this table is made.
CREATE TABLE desk_list (
    article TEXT NOT NULL,
    is_draft INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'review', 'out', 'back')),
    at INTEGER NOT NULL,
    section TEXT NOT NULL,
    authors TEXT NOT NULL,
    words TEXT NOT NULL,
    -- Who began a draft of what was never published.
    owner BLOB,
    PRIMARY KEY (article, is_draft)
) STRICT, WITHOUT ROWID;
INSERT INTO desk_list (article, is_draft, state, at, section, authors, words)
SELECT id, 0, iif(listed, 'out', 'back'), published_at, section,
    coalesce((SELECT ' ' || group_concat(value, ' ') || ' ' FROM json_each(articles.head, '$.authors')), ''),
    json_extract(head, '$.headline') || ' ' || slug
FROM articles;
INSERT INTO desk_list (article, is_draft, state, at, section, authors, words, owner)
SELECT article, 1, state, saved_at, json_extract(document, '$.section'),
    coalesce((SELECT ' ' || group_concat(value, ' ') || ' ' FROM json_each(drafts.document, '$.authors')), ''),
    json_extract(document, '$.headline') || ' ' || coalesce(json_extract(document, '$.slug'), ''),
    iif(published_version = 0, begun_by, NULL)
FROM drafts;
CREATE INDEX desk_list_by_time ON desk_list (state, at, article);
CREATE INDEX desk_list_by_section ON desk_list (state, section, at, article);
CREATE INDEX desk_list_by_owner ON desk_list (owner, state, at, article) WHERE owner IS NOT NULL;
CREATE TRIGGER desk_list_article_gone AFTER DELETE ON articles BEGIN
    DELETE FROM desk_list WHERE article = OLD.id AND is_draft = 0;
END;
CREATE TRIGGER desk_list_draft_gone AFTER DELETE ON drafts BEGIN
    DELETE FROM desk_list WHERE article = OLD.article AND is_draft = 1;
END;
