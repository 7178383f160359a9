-- How often what was shown of an article on a day of the paper's, what it opened with, and what was sold at it: numbers, and nobody in
-- them.
CREATE TABLE article_days (
    day TEXT NOT NULL,
    article TEXT NOT NULL,
    teaser INTEGER NOT NULL,
    free INTEGER NOT NULL,
    registered INTEGER NOT NULL,
    reading INTEGER NOT NULL,
    again INTEGER NOT NULL,
    subscriber INTEGER NOT NULL,
    institution INTEGER NOT NULL,
    gift INTEGER NOT NULL,
    outage INTEGER NOT NULL,
    notice_left INTEGER NOT NULL,
    notice_few INTEGER NOT NULL,
    notice_last INTEGER NOT NULL,
    notice_over INTEGER NOT NULL,
    notice_grace INTEGER NOT NULL,
    wall_used_up INTEGER NOT NULL,
    wall_subscribers INTEGER NOT NULL,
    wall_trial_over INTEGER NOT NULL,
    wall_subscription_over INTEGER NOT NULL,
    wall_registration INTEGER NOT NULL,
    wall_verify_mail INTEGER NOT NULL,
    wall_network INTEGER NOT NULL,
    after_button INTEGER NOT NULL,
    sold INTEGER NOT NULL,
    sold_at_wall INTEGER NOT NULL,
    PRIMARY KEY (day, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_days_by_article ON article_days (article, day);

-- By the month, as `2026-09`, what lists of articles are put in order by, so that a year of all of them is few short rows.
CREATE TABLE article_months (
    article TEXT NOT NULL,
    month TEXT NOT NULL,
    whole INTEGER NOT NULL,
    walls INTEGER NOT NULL,
    sold INTEGER NOT NULL,
    PRIMARY KEY (article, month)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_months_by_month ON article_months (month);

-- What was shown, by the section in which the article stood on that day: these stay when those of articles are forgotten.
CREATE TABLE section_days (
    day TEXT NOT NULL,
    section TEXT NOT NULL,
    teaser INTEGER NOT NULL,
    free INTEGER NOT NULL,
    registered INTEGER NOT NULL,
    reading INTEGER NOT NULL,
    again INTEGER NOT NULL,
    subscriber INTEGER NOT NULL,
    institution INTEGER NOT NULL,
    gift INTEGER NOT NULL,
    outage INTEGER NOT NULL,
    notice_left INTEGER NOT NULL,
    notice_few INTEGER NOT NULL,
    notice_last INTEGER NOT NULL,
    notice_over INTEGER NOT NULL,
    notice_grace INTEGER NOT NULL,
    wall_used_up INTEGER NOT NULL,
    wall_subscribers INTEGER NOT NULL,
    wall_trial_over INTEGER NOT NULL,
    wall_subscription_over INTEGER NOT NULL,
    wall_registration INTEGER NOT NULL,
    wall_verify_mail INTEGER NOT NULL,
    wall_network INTEGER NOT NULL,
    after_button INTEGER NOT NULL,
    sold INTEGER NOT NULL,
    sold_at_wall INTEGER NOT NULL,
    PRIMARY KEY (day, section)
) STRICT, WITHOUT ROWID;

-- What happened in contracts, worked out of the ledger and of nothing else: the rows of a contract are made anew when a fact of it is told.
-- `until` is the end of what lasts, where it has one; `became_paid` is of trials, currency and amount of money.
CREATE TABLE contract_turns (
    subscription TEXT NOT NULL,
    place INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('trial', 'held', 'cancelled', 'paid', 'refunded', 'lost')),
    at INTEGER NOT NULL,
    until INTEGER,
    plan TEXT NOT NULL,
    offer TEXT NOT NULL,
    became_paid INTEGER NOT NULL,
    currency TEXT NOT NULL,
    minor INTEGER NOT NULL,
    PRIMARY KEY (subscription, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX contract_turns_by_time ON contract_turns (kind, at);
CREATE INDEX contract_turns_by_end ON contract_turns (kind, until) WHERE until IS NOT NULL;

-- Contracts whose turns are to be worked out.
CREATE TABLE untold_turns (subscription TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO untold_turns (subscription) SELECT DISTINCT subscription FROM ledger;
CREATE TRIGGER ledger_turns AFTER INSERT ON ledger BEGIN
    INSERT OR IGNORE INTO untold_turns (subscription) VALUES (NEW.subscription);
END;
CREATE TRIGGER checkout_turns AFTER UPDATE OF subscription ON checkouts WHEN NEW.subscription IS NOT NULL BEGIN
    INSERT OR IGNORE INTO untold_turns (subscription) VALUES (NEW.subscription);
END;
CREATE INDEX checkouts_by_subscription ON checkouts (subscription) WHERE subscription IS NOT NULL;

-- At which article an order began, and whether that was a wall for who ordered: until it is sold, and counted at the article.
ALTER TABLE checkouts ADD COLUMN article TEXT;
ALTER TABLE checkouts ADD COLUMN from_wall INTEGER NOT NULL DEFAULT 0;

-- Registrations are counted by their time.
CREATE INDEX readers_by_joining ON readers (joined_at);

-- Who of the staff does not get the weekly letter.
CREATE TABLE unlettered (reader BLOB PRIMARY KEY REFERENCES readers (id) ON DELETE CASCADE) STRICT, WITHOUT ROWID;
