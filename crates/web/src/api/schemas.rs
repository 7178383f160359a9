//! The objects of the API, field by field: what requests may say of each noun, and what answers say. They know no address and no scope.

use newsroom::limits;

use super::field::{Field, Takes, may, may_clear, must, or_null};

/// Rows of one page of a list, at most.
pub(super) const PAGE_ROWS_MAX: i64 = 100;
/// Rows of a page where nobody asks for more.
pub(super) const PAGE_ROWS: usize = 50;
/// The longest place in a list, in characters.
pub(super) const CURSOR_CHARS_MAX: usize = 300;
/// The longest text of an article, in characters.
pub(super) const TEXT_CHARS_MAX: usize = 2 << 20;
/// The longest name in an address, in characters.
pub(super) const SLUG_CHARS_MAX: usize = newsroom::NAME_BYTES_MAX;
/// The longest id, in characters.
pub(super) const ID_CHARS_MAX: usize = paywall::ID_BYTES_MAX;
/// Words, short lines and the like, in characters.
pub(super) const LINE_CHARS_MAX: usize = 500;
/// What looks wrong in one document, at most.
pub(super) const PROPOSAL_FINDINGS_MAX: usize = 500;
/// Items of a list in an answer, at most.
pub(super) const LISTED_MAX: usize = 2_000;

pub(super) const LIMIT: Field = may(
    "limit",
    Takes::Whole(1, PAGE_ROWS_MAX),
    "Rows of a page, at most; 50 where it is not said.",
);
pub(super) const CURSOR: Field = may(
    "cursor",
    Takes::Text(CURSOR_CHARS_MAX),
    "Where the page begins: `next` of the page before.",
);
pub(super) const NEXT: Field = or_null(
    "next",
    Takes::Text(CURSOR_CHARS_MAX),
    "The cursor of the next page; null where there is none.",
);

pub(super) const STATES: &[&str] = &["published", "scheduled", "draft", "review", "taken-back"];
pub(super) const GENRES: &[&str] = &["news", "opinion", "live", "brief"];

/// The picture above an article.
pub(super) const IMAGE: &[Field] = &[
    must(
        "file",
        Takes::Text(SLUG_CHARS_MAX + 20),
        "Its name among the files: `pictures/NAME.webp`.",
    ),
    must("alt", Takes::Text(limits::CAPTION_MAX), "What it shows, for those who do not see it."),
    may_clear("caption", Takes::Text(limits::CAPTION_MAX), "The line below it."),
    may_clear("credit", Takes::Text(limits::NAME_MAX), "Whose it is."),
    may_clear(
        "focus",
        Takes::Text(40),
        "The point that stays in sight where it is cropped: `40% 30%`.",
    ),
];

/// A series and the number of its part.
pub(super) const SERIES: &[Field] = &[
    must("slug", Takes::Text(SLUG_CHARS_MAX), "The series."),
    must("part", Takes::Whole(1, 65_535), "Which part of it."),
];

/// How an article is announced elsewhere.
pub(super) const ANNOUNCEMENT: &[Field] = &[
    may_clear("headline", Takes::Text(limits::HEADLINE_MAX), "In place of the headline."),
    may_clear("standfirst", Takes::Text(limits::STANDFIRST_MAX), "In place of the standfirst."),
];

/// What can be said of an article, beside its headline and its section.
macro_rules! article_fields {
    ($($first:expr),*) => {
        &[
            $($first,)*
            may("text", Takes::Text(TEXT_CHARS_MAX), "The text, as docs/contracts/markdown-folder.md has it."),
            may_clear("standfirst", Takes::Text(limits::STANDFIRST_MAX), "The sentence or two below the headline."),
            may_clear("kicker", Takes::Text(SLUG_CHARS_MAX), "The tag above it."),
            may("tags", Takes::Texts(32, SLUG_CHARS_MAX), "Tags, by their slugs."),
            may("authors", Takes::Texts(16, SLUG_CHARS_MAX), "Authors, by their slugs."),
            may_clear("slug", Takes::Text(SLUG_CHARS_MAX), "Its name in addresses; made of the headline where it is null."),
            may_clear("filed_from", Takes::Text(limits::NAME_MAX), "The place in the byline."),
            may_clear("dateline", Takes::Text(limits::NAME_MAX), "The place before the first paragraph."),
            may("access", Takes::Text(60), "Who may read all of it: `free`, `registered`, `metered`, `subscribers`."),
            may("genre", Takes::Choice(GENRES), "What kind of article it is."),
            may_clear("series", Takes::Object(SERIES), "Its series, and the number of its part."),
            may_clear("language", Takes::Text(35), "Its language, where that is not the paper's."),
            may_clear("search", Takes::Object(ANNOUNCEMENT), "What search engines are told."),
            may_clear("social", Takes::Object(ANNOUNCEMENT), "What a card shows that leads to it."),
            may_clear("lead_image", Takes::Object(IMAGE), "The picture above the text."),
            may_clear("publish_at", Takes::Instant, "When it is to be published; at once where it is null."),
            may("correction", Takes::Text(limits::CAPTION_MAX), "What is set right; it is added to those that there are."),
            may("in_review", Takes::Truth, "Whether somebody else is to look at it."),
        ]
    };
}

pub(super) const NEW_ARTICLE: &[Field] = article_fields!(
    must("headline", Takes::Text(limits::HEADLINE_MAX), "One line, no Markdown."),
    must("section", Takes::Text(SLUG_CHARS_MAX), "The section, by its slug.")
);
pub(super) const ARTICLE_CHANGE: &[Field] = article_fields!(
    may("headline", Takes::Text(limits::HEADLINE_MAX), "One line, no Markdown."),
    may("section", Takes::Text(SLUG_CHARS_MAX), "The section, by its slug.")
);

pub(super) const DRAFT: &[Field] = &[
    must("version", Takes::Whole(1, u32::MAX as i64), "Counts up with every save."),
    must("state", Takes::Choice(&["draft", "review"]), "Whether somebody else is to look at it."),
];
pub(super) const PUBLISHED: &[Field] = &[
    must("version", Takes::Whole(1, i64::MAX), "Counts up with every change."),
    must("published_at", Takes::Instant, "When it came out, or will."),
    or_null("updated_at", Takes::Instant, "When the text changed last."),
    or_null("withdrawn_at", Takes::Instant, "When it was taken back."),
    must("address", Takes::Text(LINE_CHARS_MAX), "Its path in the paper."),
];
pub(super) const CORRECTION: &[Field] = &[
    must("at", Takes::Instant, "When."),
    must("text", Takes::Text(limits::CAPTION_MAX), "What was set right."),
];
pub(super) const ARTICLE: &[Field] = &[
    must("id", Takes::Text(SLUG_CHARS_MAX), "Its name for ever."),
    must(
        "state",
        Takes::Choice(STATES),
        "How far it is; of a draft of something published: the draft.",
    ),
    or_null(
        "draft",
        Takes::Object(DRAFT),
        "The draft that the fields below are of, where there is one.",
    ),
    or_null("published", Takes::Object(PUBLISHED), "What is in the paper."),
    must("headline", Takes::Text(TEXT_CHARS_MAX), "One line."),
    or_null("standfirst", Takes::Text(TEXT_CHARS_MAX), "The sentence or two below it."),
    or_null("kicker", Takes::Text(LINE_CHARS_MAX), "The tag above it."),
    must("section", Takes::Text(LINE_CHARS_MAX), "The section."),
    must("tags", Takes::Texts(LISTED_MAX, LINE_CHARS_MAX), "Tags."),
    must("authors", Takes::Texts(LISTED_MAX, LINE_CHARS_MAX), "Authors."),
    or_null(
        "slug",
        Takes::Text(LINE_CHARS_MAX),
        "Its name in addresses, where that is not the id.",
    ),
    or_null("filed_from", Takes::Text(TEXT_CHARS_MAX), "The place in the byline."),
    or_null("dateline", Takes::Text(TEXT_CHARS_MAX), "The place before the first paragraph."),
    must("access", Takes::Text(60), "Who may read all of it."),
    must("genre", Takes::Choice(GENRES), "What kind of article it is."),
    or_null("series", Takes::Object(SERIES), "Its series, and the number of its part."),
    or_null(
        "language",
        Takes::Text(LINE_CHARS_MAX),
        "Its language, where that is not the paper's.",
    ),
    or_null(
        "search",
        Takes::Object(ANNOUNCEMENT),
        "What search engines are told, where that is not the article's own.",
    ),
    or_null(
        "social",
        Takes::Object(ANNOUNCEMENT),
        "What a card shows that leads to it, where that is not the article's own.",
    ),
    or_null("lead_image", Takes::Object(IMAGE), "The picture above the text."),
    or_null(
        "publish_at",
        Takes::Instant,
        "When the draft is to be published, where that is not at once.",
    ),
    must("corrections", Takes::Objects(LISTED_MAX, CORRECTION), "What was set right."),
    or_null(
        "text",
        Takes::Text(TEXT_CHARS_MAX),
        "The text with its locked part; null without the scope articles:read-locked.",
    ),
];

pub(super) const ARTICLE_ROW: &[Field] = &[
    must("id", Takes::Text(SLUG_CHARS_MAX), "Its name for ever."),
    must("state", Takes::Choice(STATES), "How far it is."),
    must("headline", Takes::Text(TEXT_CHARS_MAX), "One line; may be empty in a draft."),
    must("section", Takes::Text(LINE_CHARS_MAX), "The section; may be empty in a draft."),
    must("at", Takes::Instant, "When it comes or came out; of a draft when it was saved."),
    or_null("access", Takes::Text(60), "Who may read all of it; null in the list of drafts."),
    or_null(
        "address",
        Takes::Text(LINE_CHARS_MAX),
        "Its path in the paper; null in the list of drafts.",
    ),
];

pub(super) const FILE: &[Field] = &[
    must("number", Takes::Whole(1, i64::MAX), "Its number in addresses."),
    must("name", Takes::Text(LINE_CHARS_MAX), "Its name in texts: `pictures/NAME.webp`."),
    or_null("width", Takes::Whole(1, u32::MAX as i64), "Of a picture, in pixels."),
    or_null("height", Takes::Whole(1, u32::MAX as i64), "Of a picture, in pixels."),
    must("bytes", Takes::Whole(0, i64::MAX), "How long it is."),
    must("alt", Takes::Text(TEXT_CHARS_MAX), "What it shows, for those who do not see it."),
    must("caption", Takes::Text(TEXT_CHARS_MAX), "The line below it."),
    must("credit", Takes::Text(TEXT_CHARS_MAX), "Whose it is."),
    must(
        "focus",
        Takes::Text(LINE_CHARS_MAX),
        "The point that stays in sight; empty is the middle.",
    ),
    must(
        "added_by",
        Takes::Text(LINE_CHARS_MAX),
        "Who brought it; empty for what came in by an import.",
    ),
    or_null("added_at", Takes::Instant, "When."),
    must("markdown", Takes::Text(TEXT_CHARS_MAX), "What stands in a text where it is to be shown."),
];

pub(super) const INTERVAL: &[Field] = &[
    must("entitlement", Takes::Text(LINE_CHARS_MAX), "What it opens."),
    must("source", Takes::Text(60), "Why: `paid`, `trial`, `complimentary`, `seat`, `print`."),
    must("starts_at", Takes::Instant, "From when."),
    or_null("ends_at", Takes::Instant, "Until when, this instant not counted; null is open-ended."),
];
pub(super) const MEETS: &[Field] = &[
    must(
        "access",
        Takes::Choice(&["free", "registered", "metered", "subscribers"]),
        "An article of this access.",
    ),
    must(
        "told",
        Takes::Text(LINE_CHARS_MAX),
        "What the gate would answer, in the paper's language.",
    ),
];
pub(super) const MONEY: &[Field] = &[
    must("minor", Takes::Whole(i64::MIN, i64::MAX), "In the smallest unit of the currency."),
    must("currency", Takes::Text(3), "ISO 4217."),
];
pub(super) const CHARGE: &[Field] =
    &[must("at", Takes::Instant, "When."), must("amount", Takes::Object(MONEY), "How much.")];
pub(super) const SUBSCRIPTION: &[Field] = &[
    must("id", Takes::Text(ID_CHARS_MAX), "Which."),
    or_null("reader", Takes::Text(32), "Whose; null where the reader was erased."),
    must(
        "provider",
        Takes::Text(LINE_CHARS_MAX),
        "Who takes the payments: `stripe`, `invoice`, `house`.",
    ),
    must(
        "state",
        Takes::Choice(&["not-begun", "trial", "active", "fixed", "cancelled", "in-grace", "ended"]),
        "Where it stands.",
    ),
    or_null("plan", Takes::Text(LINE_CHARS_MAX), "Its plan at this moment."),
    or_null(
        "open_until",
        Takes::Instant,
        "Until when something is open without a break; null where nothing is.",
    ),
    or_null("paid_until", Takes::Instant, "The end of what is paid, begun as a trial, or given."),
    or_null("next_charge", Takes::Object(CHARGE), "The charge that the provider announced last."),
    must(
        "takings",
        Takes::Objects(LISTED_MAX, MONEY),
        "What was paid less what went back, by currency.",
    ),
];
pub(super) const READER: &[Field] = &[
    must("id", Takes::Text(32), "Whose."),
    must("mail", Takes::Text(LINE_CHARS_MAX), "The mail address."),
    must("name", Takes::Text(LINE_CHARS_MAX), "What the reader wants to be called; may be empty."),
    or_null("verified_at", Takes::Instant, "Since when the address is proven."),
    must("joined_at", Takes::Instant, "Since when they are a reader."),
    must(
        "holds",
        Takes::Objects(LISTED_MAX, INTERVAL),
        "What is open to them now or later, and why.",
    ),
    must(
        "would_meet",
        Takes::Objects(4, MEETS),
        "What the gate would answer at an article of each access.",
    ),
    must("subscriptions", Takes::Objects(LISTED_MAX, SUBSCRIPTION), "Their subscriptions."),
];

pub(super) const SETTINGS: &[Field] = &[
    must(
        "version",
        Takes::Whole(0, i64::MAX),
        "Its number; 0 is the empty document of a new paper.",
    ),
    must("document", Takes::Text(TEXT_CHARS_MAX), "The settings as TOML."),
    or_null("saved_at", Takes::Instant, "When it was put into force."),
    must("saved_by", Takes::Text(LINE_CHARS_MAX), "By whom."),
    must("note", Takes::Text(TEXT_CHARS_MAX), "Why."),
];
pub(super) const FINDING: &[Field] = &[
    must("setting", Takes::Text(LINE_CHARS_MAX), "Which setting."),
    must("what", Takes::Text(TEXT_CHARS_MAX), "What looks wrong, with a case that shows it."),
];
pub(super) const DIFFERENCE: &[Field] = &[
    must("setting", Takes::Text(LINE_CHARS_MAX), "Which setting."),
    or_null("before", Takes::Text(TEXT_CHARS_MAX), "What it was."),
    or_null("after", Takes::Text(TEXT_CHARS_MAX), "What it would be."),
];

/// The fields of an offer, as the house settings have them.
pub(super) const OFFER: &[Field] = &[
    must("plan", Takes::Text(32), "The slug of the plan that it is for."),
    may("slug", Takes::Text(32), "Its own name."),
    may("intro", Takes::Text(20), "What the first months cost together, or the trial."),
    may(
        "percent",
        Takes::Whole(1, 99),
        "Instead of intro: how much less each of the first months costs.",
    ),
    may("months", Takes::Whole(1, 36), "How many months that is."),
    may("trial_days", Takes::Whole(1, 366), "Instead of months: how many days the trial lasts."),
    may("starts_on", Takes::Day, "The first day."),
    may(
        "starts_at",
        Takes::Text(19),
        "Instead of starts_on: the first minute, in the paper's zone: 2026-09-01T18:00:00.",
    ),
    may("ends_on", Takes::Day, "The last day."),
    may(
        "ends_at",
        Takes::Text(19),
        "Instead of ends_on: the minute at which it ends, in the paper's zone.",
    ),
    may(
        "audience",
        Takes::Texts(3, 10),
        "Whom it is for: `new`, `lapsed`, `trialist`; all three where it is not said.",
    ),
    may("once", Takes::Truth, "Whether a person can have it once only."),
];
pub(super) const OFFER_ROW: &[Field] = &[
    must("place", Takes::Whole(0, 1_000), "Its place in this version of the settings."),
    must("is_live", Takes::Truth, "Whether it can be had at this moment."),
    must("offer", Takes::Object(OFFER), "What it is."),
];
pub(super) const OFFERS: &[Field] = &[
    must("version", Takes::Whole(0, i64::MAX), "The settings that they stand in."),
    must("offers", Takes::Objects(LISTED_MAX, OFFER_ROW), "In the order of the settings."),
];

/// How a reader is sought: by one of these.
pub(super) const SOUGHT: &[Field] = &[
    may("mail", Takes::Text(254), "The whole mail address."),
    may("id", Takes::Text(32), "The reader's id."),
    may(
        "subscription",
        Takes::Text(ID_CHARS_MAX),
        "The id of one of their subscriptions, of a payer, or the number of a print account.",
    ),
];
