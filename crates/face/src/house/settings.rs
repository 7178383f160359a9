//! The one table of settings, from which reading, editing and the manual's page are made. It never holds a value that
//! a paper has set.

use paywall::{ALLOWANCE_MAX, ROLLING_DAYS_MAX, SEATS_MAX, TRIAL_DAYS_MAX};

use super::{
    BENEFIT_CHARS_MAX, BENEFITS_MAX, BENEFITS_MIN, COLOPHON_CHARS_MAX, DEVICES_MAX,
    GIFTS_A_MONTH_MAX, INVOICE_DAYS_MAX, INVOICE_GRACE_DAYS_MAX, INVOICE_LINES_MAX, NAME_CHARS_MAX,
    NEW_VISITORS_MAX, OFFER_MONTHS_MAX, PITCH_CHARS_MAX, PITCH_LINES_MAX, PLAN_OPENS_MAX,
    PLANS_MAX, SHARED_CACHE_SECONDS_MAX, TEXT_CHARS_MAX, THIRD_PARTIES_MAX, WITHDRAWAL_DAYS_MAX,
};
use crate::Permalink;

/// One setting.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its name: groups and names with dots between them.
    pub key: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// The value that holds while it is not set, as `settings get` prints it; empty: none.
    pub default: &'static str,
    /// What it does, in a sentence without full stop.
    pub meaning: &'static str,
}

/// What a setting takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// One line that may not be empty.
    Name {
        /// The longest, in characters.
        chars_max: usize,
    },
    /// One line, which may be empty.
    Text {
        /// The longest, in characters.
        chars_max: usize,
    },
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A whole number.
    Count {
        /// The smallest.
        min: u32,
        /// The largest.
        max: u32,
    },
    /// A language with a table of messages; a region may follow.
    Language,
    /// The name of a time zone.
    Zone,
    /// The period over which readings are counted.
    Window,
    /// The name of an entitlement.
    Entitlement,
    /// How many new visitors a network may send.
    Budget,
    /// An absolute http(s) address, or a path on this site.
    Address,
    /// A mail address.
    Mail,
    /// A civil day.
    Day,
    /// A list of lines.
    Texts {
        /// The fewest.
        min: usize,
        /// The most.
        max: usize,
        /// The longest line, in characters.
        chars_max: usize,
    },
    /// A dictionary of preferences (RFC 9651) on one line.
    Usage,
    /// The tables `[[plans]]`.
    Plans,
    /// The tables `[[offers]]`.
    Offers,
    /// The tables `[[newsletters]]`.
    Newsletters,
    /// The tables `[wordings.LANGUAGE]`.
    Wordings,
}

impl Kind {
    /// What may be written, in words.
    #[must_use]
    pub fn allowed(&self) -> String {
        match *self {
            Self::Name { chars_max } => format!("one line of 1 to {chars_max} characters"),
            Self::Text { chars_max } => format!("one line of up to {chars_max} characters"),
            Self::Choice([words @ .., last]) => {
                let words: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
                format!("{} or \"{last}\"", words.join(", "))
            }
            Self::Choice([]) => String::new(),
            Self::Count { min, max } => format!("a whole number from {min} to {max}"),
            Self::Language => {
                "\"en\", \"de\", \"fr\", \"es\" or \"ja\", with a region if need be: \"en-CA\""
                    .to_owned()
            }
            Self::Zone => "a time zone's name such as \"America/Halifax\"".to_owned(),
            Self::Window => {
                format!("\"calendar month\", or \"N days\" with N from 1 to {ROLLING_DAYS_MAX}")
            }
            Self::Entitlement => "a name of 1 to 32 of a-z, 0-9 and -".to_owned(),
            Self::Budget => format!(
                "\"off\", \"observe\", \"learned\", or a number of new visitors a day from 1 to {NEW_VISITORS_MAX}"
            ),
            Self::Address => {
                "an address that begins with https:// or http://, or a path that begins with one /"
                    .to_owned()
            }
            Self::Mail => "a mail address such as \"letters@example.org\"".to_owned(),
            Self::Day => "a day such as 2026-09-30".to_owned(),
            Self::Texts { min, max, chars_max } => {
                format!("a list of {min} to {max} lines of up to {chars_max} characters")
            }
            Self::Usage => {
                "preferences such as \"train-ai=n, search=y\": a dictionary of RFC 9651".to_owned()
            }
            Self::Plans => format!("up to {PLANS_MAX} tables [[plans]]"),
            Self::Offers => "up to 20 tables [[offers]]".to_owned(),
            Self::Newsletters => format!("up to {PLANS_MAX} tables [[newsletters]]"),
            Self::Wordings => "tables [wordings.en], [wordings.de] and so on".to_owned(),
        }
    }
}

const NAME: Kind = Kind::Name { chars_max: NAME_CHARS_MAX };
const TEXT: Kind = Kind::Text { chars_max: TEXT_CHARS_MAX };
const ALLOWANCE: Kind = Kind::Count { min: 0, max: ALLOWANCE_MAX };

const fn setting(
    key: &'static str,
    kind: Kind,
    default: &'static str,
    meaning: &'static str,
) -> Setting {
    Setting { key, kind, default, meaning }
}

/// Every setting, in the order of the manual's page.
pub const SETTINGS: &[Setting] = &[
    setting("paper.name", NAME, "The Paper", "The paper's name, as pages, walls and feeds say it"),
    setting("paper.tagline", TEXT, "", "The line under the name"),
    setting(
        "paper.language",
        Kind::Language,
        "en",
        "The language of everything the house says itself",
    ),
    setting(
        "paper.zone",
        Kind::Zone,
        "UTC",
        "The time zone in which days, months and offers begin and end",
    ),
    setting(
        "paper.permalink",
        Kind::Choice(&Permalink::WORDS),
        Permalink::WORDS[0],
        "How the addresses of articles are made; addresses made otherwise keep leading to them",
    ),
    setting("paper.place", NAME_OR_NOTHING, "", "The place before the date in the masthead"),
    setting("paper.address", TEXT, "", "The postal address"),
    setting("paper.telephone", TEXT, "", "The telephone number, as printed"),
    setting("paper.mail", Kind::Mail, "", "The mail address, as printed"),
    setting(
        "paper.colophon",
        Kind::Text { chars_max: COLOPHON_CHARS_MAX },
        "",
        "Who is responsible, in the footer",
    ),
    setting(
        "paper.first_issue",
        Kind::Day,
        "",
        "The day of the first issue, from which the print edition is numbered, one number a day",
    ),
    setting(
        "follow.rss",
        Kind::Address,
        "/feeds/all.rss",
        "Where the feed is offered; \"\" offers none",
    ),
    setting("follow.instagram", Kind::Address, "", "The paper on Instagram"),
    setting("follow.youtube", Kind::Address, "", "The paper on YouTube"),
    setting("follow.facebook", Kind::Address, "", "The paper on Facebook"),
    setting("follow.x", Kind::Address, "", "The paper on X"),
    setting("follow.linkedin", Kind::Address, "", "The paper on LinkedIn"),
    setting("follow.mastodon", Kind::Address, "", "The paper on Mastodon"),
    setting(
        "meter.allowance_visitors",
        ALLOWANCE,
        "5",
        "How many metered articles anybody may open in one window",
    ),
    setting(
        "meter.allowance_registered",
        ALLOWANCE,
        "10",
        "How many a registered reader may open; at least as many",
    ),
    setting(
        "meter.window",
        Kind::Window,
        "calendar month",
        "The period over which readings are counted; days count from a person's first reading",
    ),
    setting(
        "meter.lifted_by",
        Kind::Entitlement,
        "digital",
        "The entitlement that lifts the meter",
    ),
    setting("registration", Kind::Choice(&["off", "on"]), "off", "Whether readers can register"),
    setting(
        "verified_mail",
        Kind::Choice(&["optional", "required"]),
        "optional",
        "Whether a mail address has to be proven before registration counts",
    ),
    setting(
        "devices_max",
        Kind::Count { min: 0, max: DEVICES_MAX },
        "0",
        "On how many devices one reader can be signed in, counting those of the last 30 days; a further one is asked which to \
         sign out; 0 has no limit",
    ),
    setting(
        "expired_reader",
        Kind::Choice(&["metered", "walled"]),
        "metered",
        "What an ended trial or subscription leaves: the meter, or the wall on everything that is not free",
    ),
    setting(
        "new_visitor_budget",
        Kind::Budget,
        "observe",
        "How many new visitors one network may send a day before they are asked to register; \
         \"observe\" only counts them",
    ),
    setting(
        "on_outage",
        Kind::Choice(&["teaser", "open"]),
        "teaser",
        "What strangers get while the record of readings does not answer",
    ),
    setting(
        "crawlers.search",
        Kind::Choice(&["teaser", "full"]),
        "teaser",
        "What verified search crawlers get",
    ),
    setting(
        "crawlers.ai_training",
        Kind::Choice(&["disallow", "allow", "charge"]),
        "disallow",
        "Whether crawlers may train models on the public pages; \"charge\" answers them on article pages \
         with 402 and your terms",
    ),
    setting(
        "crawlers.ai_answers",
        Kind::Choice(&["allow", "disallow", "charge"]),
        "allow",
        "The same for those that look something up to answer a person's question",
    ),
    setting("crawlers.ai_terms", Kind::Address, "", "Where terms for machines are had"),
    setting(
        "crawlers.content_usage",
        Kind::Usage,
        "",
        "What is said of every page to machines, in the header Content-Usage and in robots.txt",
    ),
    setting(
        "crawlers.licence",
        Kind::Choice(&["off", "on"]),
        "off",
        "Whether these choices are also a licence file (RSL) that pages and robots.txt point to",
    ),
    setting(
        "opening",
        Kind::Choice(&["reading", "ask"]),
        "reading",
        "What opens a metered article: the first sign of reading, or the button alone",
    ),
    setting(
        "cache_in_front",
        Kind::Choice(&["none", "respects_cookies", "blind"]),
        "none",
        "What stands between the house and its readers; \"blind\" is a cache that looks at no cookie",
    ),
    setting(
        "shared_cache_seconds",
        Kind::Count { min: 1, max: SHARED_CACHE_SECONDS_MAX },
        "60",
        "How long a cache in front may keep a page",
    ),
    setting(
        "slots.front",
        SLOT,
        "off",
        "The place for an advertisement of your own on the front page: 728 x 90, on phones 320 x 50",
    ),
    setting("slots.section", SLOT, "off", "The same beside a section's list: 300 x 250"),
    setting("slots.article", SLOT, "off", "The same beside an article: 300 x 250"),
    setting(
        "slots.third_parties",
        Kind::Texts { min: 0, max: THIRD_PARTIES_MAX, chars_max: TEXT_CHARS_MAX },
        "",
        "Origins of other companies whose frames may stand in the slots, such as \"https://ads.example\"",
    ),
    setting(
        "subscribe_url",
        Kind::Address,
        "",
        "Where one subscribes; without it, buttons lead to the offers page",
    ),
    setting("contact_mail", Kind::Mail, "", "Who gets what readers write on the contact page"),
    setting(
        "benefits",
        Kind::Texts { min: BENEFITS_MIN, max: BENEFITS_MAX, chars_max: BENEFIT_CHARS_MAX },
        "",
        "What a subscription gives, each line going on from \"You need a subscription to:\"; \
         without it, the usual list",
    ),
    setting(
        "pitch",
        Kind::Texts { min: 0, max: PITCH_LINES_MAX, chars_max: PITCH_CHARS_MAX },
        "",
        "What the wall says for subscribing; without it, the usual line",
    ),
    setting("plans", Kind::Plans, "", "What is sold, in the order of the tariff"),
    setting(
        "offers",
        Kind::Offers,
        "",
        "Lower first prices for a time; of several for one plan, the first that is for a reader counts",
    ),
    setting("tariff_since", Kind::Day, "", "The day from which the tariff is in force"),
    setting(
        "withdrawal_days",
        Kind::Count { min: 0, max: WITHDRAWAL_DAYS_MAX },
        "0",
        "For how many days after ordering readers can withdraw and get their money back, on a page of its own; \
         0 has no such page, in the European Union it is 14",
    ),
    setting(
        "gifts_a_month",
        Kind::Count { min: 0, max: GIFTS_A_MONTH_MAX },
        "5",
        "How many articles a subscriber can give to others in a calendar month; 0 has no gifts",
    ),
    setting("wordings", Kind::Wordings, "", "Messages in the paper's own words"),
    setting(
        "newsletters",
        Kind::Newsletters,
        "",
        "What readers can have by mail from the paper's sender; without any, there is no such page",
    ),
    setting(
        "invoices.offered",
        Kind::Choice(&["off", "on"]),
        "off",
        "Whether readers can pay by invoice and bank transfer, beside the payment provider or without one",
    ),
    setting(
        "invoices.payee",
        INVOICE_LINES,
        "",
        "Who is paid, as it stands on invoices: name, address, and what the law asks of you",
    ),
    setting(
        "invoices.pay_to",
        INVOICE_LINES,
        "",
        "How one pays, as it stands on invoices: the account's number, or whatever you write",
    ),
    setting(
        "invoices.tax",
        TEXT,
        "",
        "What invoices say of taxes, such as \"The price includes 15 % HST\"; without it, nothing",
    ),
    setting(
        "invoices.days",
        Kind::Count { min: 1, max: INVOICE_DAYS_MAX },
        "14",
        "How many days readers have to pay an invoice",
    ),
    setting(
        "invoices.plans",
        Kind::Texts { min: 0, max: PLANS_MAX, chars_max: 32 },
        "",
        "The plans that can be paid by invoice, by their slugs; without it, all",
    ),
    setting(
        "invoices.periods",
        Kind::Choice(&["year", "month", "both"]),
        "year",
        "Which periods can be paid by invoice",
    ),
    setting(
        "invoices.ahead_days",
        Kind::Count { min: 1, max: INVOICE_DAYS_MAX },
        "21",
        "How many days before the paid time ends the next invoice is made",
    ),
    setting(
        "invoices.grace_days",
        Kind::Count { min: 0, max: INVOICE_GRACE_DAYS_MAX },
        "0",
        "For how many days after the paid time access stays while the next invoice is not paid",
    ),
];

/// A few lines of an invoice.
const INVOICE_LINES: Kind =
    Kind::Texts { min: 0, max: INVOICE_LINES_MAX, chars_max: BENEFIT_CHARS_MAX };

/// What stands in a slot.
const SLOT: Kind = Kind::Choice(&["off", "house"]);

/// A short line that may be empty.
const NAME_OR_NOTHING: Kind = Kind::Text { chars_max: NAME_CHARS_MAX };

/// One field of a plan or an offer.
#[derive(Clone, Copy, Debug)]
pub struct TariffField {
    /// Its name.
    pub name: &'static str,
    /// Whether it has to be there.
    pub required: bool,
    /// What kind of value it is.
    pub takes: Takes,
    /// What may be written, in words.
    pub allowed: &'static str,
    /// What it means, in a sentence without full stop.
    pub meaning: &'static str,
}

/// What kind of value a field of a table is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Takes {
    /// Text, amounts among them.
    Text,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Truth,
    /// A list of names.
    Names,
    /// A civil day.
    Day,
    /// A minute of the paper's own clock.
    Minute,
}

const fn field(
    name: &'static str,
    required: bool,
    allowed: &'static str,
    meaning: &'static str,
) -> TariffField {
    TariffField { name, required, takes: Takes::Text, allowed, meaning }
}

impl TariffField {
    /// The same of another kind of value.
    const fn taking(self, takes: Takes) -> Self {
        Self { takes, ..self }
    }
}

/// The fields of a table `[[plans]]`.
pub const PLAN_FIELDS: &[TariffField] = &[
    field("slug", true, "1 to 32 of a-z, 0-9 and -", "The plan's name in addresses"),
    field("name", true, "one line of 1 to 80 characters", "Its name on the tariff"),
    field("summary", false, "one line of up to 300 characters", "What opens, in words"),
    field("opens", true, "a list of 1 to 8 entitlements", "What opens, for the gate")
        .taking(Takes::Names),
    field("currency", true, "three capital letters such as \"USD\"", "The currency of its prices"),
    field(
        "monthly",
        true,
        "an amount above 0 such as \"12\" or \"12.50\"",
        "The price by the month",
    ),
    field("yearly", false, "an amount above 0", "The price by the year, where there is one"),
    field("print", false, "true or false", "Whether a printed paper comes with it")
        .taking(Takes::Truth),
    field(
        "seats",
        false,
        "a whole number from 1 to 50",
        "For how many people it is, the subscriber among them; without it, for one",
    )
    .taking(Takes::Number),
    field(
        "asks",
        false,
        "one line of up to 300 characters",
        "What whoever orders it states by ticking a box of its own, such as \"I am under 26.\"; it is kept with what was agreed to, and not \
         proven. Such a plan is ordered, and not changed to",
    ),
];

/// The fields of a table `[[offers]]`.
pub const OFFER_FIELDS: &[TariffField] = &[
    field("plan", true, "the slug of a plan", "The plan that it is for"),
    field(
        "slug",
        false,
        "1 to 32 of a-z, 0-9 and -",
        "Its own name, by which it is known who had it; without it, one is made of plan, length and price",
    ),
    field(
        "intro",
        false,
        "an amount above 0 in the plan's currency; of a trial 0 too",
        "What the first months cost together, or the trial",
    ),
    field(
        "percent",
        false,
        "a whole number from 1 to 99",
        "Instead of intro: how much less each of the first months costs, rounded down to the currency's smallest unit",
    ).taking(Takes::Number),
    field("months", false, "a whole number from 1 to 36", "How many months that is").taking(Takes::Number),
    field(
        "trial_days",
        false,
        "a whole number from 1 to 366",
        "Instead of months: how many days the trial lasts",
    ).taking(Takes::Number),
    field(
        "starts_on",
        false,
        "a day such as 2026-09-01",
        "The first day of the offer; without it, no beginning",
    ).taking(Takes::Day),
    field(
        "starts_at",
        false,
        "a minute such as 2026-09-01T18:00:00, in the paper's zone",
        "Instead of starts_on: the first minute",
    ).taking(Takes::Minute),
    field(
        "ends_on",
        false,
        "a day such as 2026-09-30",
        "The last day of the offer; without it, no end",
    ).taking(Takes::Day),
    field(
        "ends_at",
        false,
        "a minute such as 2026-09-30T18:00:00, in the paper's zone",
        "Instead of ends_on: the first minute that is too late",
    ).taking(Takes::Minute),
    field(
        "audience",
        false,
        "a list of \"new\", \"lapsed\" and \"trialist\"",
        "Whom it is for: who never had anything, who had a trial or a subscription, whose trial runs and was cancelled; \
         without it, all three",
    ).taking(Takes::Names),
    field(
        "once",
        false,
        "true or false",
        "Whether a person can have it once only, even where the account is erased in between; without it, true",
    ).taking(Takes::Truth),
];

/// The fields of a table `[[newsletters]]`.
pub const NEWSLETTER_FIELDS: &[TariffField] = &[
    field(
        "slug",
        true,
        "1 to 32 of a-z, 0-9 and -",
        "Its name for the sender; another one is another newsletter",
    ),
    field("name", true, "one line of 1 to 80 characters", "Its name for readers"),
    field("summary", false, "one line of up to 300 characters", "What is in it, and how often"),
];

// The tables above say these limits in words.
const _: () = assert!(NAME_CHARS_MAX == 80 && TEXT_CHARS_MAX == 300);
const _: () = assert!(PLAN_OPENS_MAX == 8 && OFFER_MONTHS_MAX == 36 && TRIAL_DAYS_MAX == 366);
const _: () = assert!(SEATS_MAX == 50);

/// The setting of that name.
pub(super) fn find(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}

/// Whether settings lie below `path`: `paper`, `meter`.
pub(super) fn is_group(path: &str) -> bool {
    SETTINGS
        .iter()
        .any(|setting| setting.key.strip_prefix(path).is_some_and(|below| below.starts_with('.')))
}

/// The name among `known` that is most like `word`. Last parts alone are compared, too, so that `name` finds
/// `paper.name`, and beginnings, so that `meter.allowance` finds `meter.allowance_visitors`.
pub(super) fn nearest<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> &'k str {
    let word: Vec<char> = word.chars().take(WORD_CHARS_COMPARED).collect();
    let word_start: String = word.iter().collect();
    known
        .min_by_key(|name| {
            let last = name.rsplit('.').next().unwrap_or(name);
            let begins = word.len() >= 3 && name.starts_with(&word_start);
            // The whole name wins over a last part that is as like.
            let whole = if begins { 1 } else { 2 * distance(&word, name) };
            whole.min(2 * distance(&word, last) + 1)
        })
        .unwrap_or_default()
}

/// No name is longer than this; of a longer word the beginning is compared.
const WORD_CHARS_COMPARED: usize = 40;

/// How many letters have to be put in, taken out or changed to make one word of the other.
fn distance(word: &[char], name: &str) -> usize {
    let mut row: Vec<usize> = (0..=word.len()).collect();
    for (above, letter) in name.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = above + 1;
        for (index, other) in word.iter().enumerate() {
            let changed = diagonal + usize::from(!letter.eq_ignore_ascii_case(other));
            diagonal = row[index + 1];
            row[index + 1] = changed.min(row[index] + 1).min(diagonal + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}
