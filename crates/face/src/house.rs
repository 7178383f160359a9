//! The house settings: what the paper decides, as one TOML document that is read, checked, edited and explained here.
//!
//! The store keeps every version of the document as text; this module turns text into a [`House`] or into all of its
//! faults at once. It never reads a file or a clock, and never holds what the operator decides: addresses to listen
//! on and secrets are in the config file, and no setting is in both.

mod check;
mod edit;
mod gather;
mod invoices;
mod labels;
mod rows;
mod settings;
mod source;
mod structured;
mod tariff;

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use paywall::{
    Access, Capabilities, Finding, Offer, Plan, Policy, RuleTable, SettingsVersion, Severity,
    never_bites,
};

use crate::{Language, Overrides, Permalink};

pub use edit::{Origin, Row, UnknownKey, Value};
pub use invoices::{InvoicePeriods, InvoiceSettings};
pub use labels::{choice_label, field_help, field_label, help_of, label_of};
pub use rows::{FieldRow, fields_of};
pub use settings::{
    Kind, NEWSLETTER_FIELDS, OFFER_FIELDS, PLAN_FIELDS, SETTINGS, Setting, Takes, TariffField,
};

use gather::gather;
use source::Source;

/// The longest document, in bytes.
pub const HOUSE_BYTES_MAX: usize = 64 * 1024;
/// The longest name of a paper or plan, in characters.
pub const NAME_CHARS_MAX: usize = 80;
/// The longest text of a setting that states no other limit, in characters.
pub const TEXT_CHARS_MAX: usize = 300;
/// The longest colophon, in characters.
pub const COLOPHON_CHARS_MAX: usize = 1_000;
/// The fewest benefits that a paper can list; without a list of its own it has the language's.
pub const BENEFITS_MIN: usize = 2;
/// The most benefits.
pub const BENEFITS_MAX: usize = 5;
/// The longest benefit, in characters.
pub const BENEFIT_CHARS_MAX: usize = 120;
/// The most lines of pitch.
pub const PITCH_LINES_MAX: usize = 2;
/// The longest line of pitch, in characters.
pub const PITCH_CHARS_MAX: usize = 200;
/// The most plans.
pub const PLANS_MAX: usize = 20;
/// The most entitlements that one plan opens.
pub const PLAN_OPENS_MAX: usize = 8;
/// The longest time that an offer's first price covers, in months.
pub const OFFER_MONTHS_MAX: u32 = 36;
/// The longest time that shared caches may keep a page, in seconds.
pub const SHARED_CACHE_SECONDS_MAX: u32 = 86_400;
/// The most origins that the list of third parties can name.
pub const THIRD_PARTIES_MAX: usize = 20;
/// The largest number of new visitors a network that can be set.
pub const NEW_VISITORS_MAX: u32 = 1_000_000;
/// The most days after ordering in which readers can withdraw.
pub const WITHDRAWAL_DAYS_MAX: u32 = 365;
/// The most articles that a subscriber can give in a month.
pub const GIFTS_A_MONTH_MAX: u32 = 100;
/// The most days in which an invoice can be paid, or be made before it is needed.
pub const INVOICE_DAYS_MAX: u32 = 90;
/// The most days that access can stay while an invoice is not paid.
pub const INVOICE_GRACE_DAYS_MAX: u32 = 60;
/// The most lines of who is paid by invoice, and of how.
pub const INVOICE_LINES_MAX: usize = 6;
/// The most devices that can be set: as many sessions are kept of one reader.
pub const DEVICES_MAX: u32 = 50;
/// The most faults that are told at once; a document with more is not a document of settings.
pub const FAULTS_MAX: usize = 50;

/// The settings of one version, checked.
#[derive(Clone, Debug)]
pub struct House {
    /// The number of the document that they were read from.
    pub version: SettingsVersion,
    /// The rules of access.
    pub policy: Policy,
    /// Who the paper is.
    pub paper: PaperSettings,
    /// What crawlers for machines are told; what verified search crawlers get is in the policy.
    pub crawlers: CrawlerSettings,
    /// What opens an article that costs a reading.
    pub opening: Opening,
    /// What stands between the house and its readers.
    pub cache_in_front: CacheInFront,
    /// How long a shared cache may keep a page, in seconds: 1 to [`SHARED_CACHE_SECONDS_MAX`].
    pub shared_cache_seconds: u32,
    /// What stands in the slots for advertisements.
    pub slots: Slots,
    /// Where one subscribes: an absolute http(s) address, or a path on this site; `None`: on the offers page.
    pub subscribe_url: Option<String>,
    /// Who gets what readers write on the contact page.
    pub contact_mail: Option<String>,
    /// What is sold, in the order of the tariff; at most [`PLANS_MAX`].
    pub plans: Vec<Plan>,
    /// At most [`PLANS_MAX`], in the order of the document; the plan of each exists.
    pub offers: Vec<Offer>,
    /// "Tariff in force from".
    pub tariff_since: Option<Date>,
    /// For how many days after ordering readers can withdraw; 0: there is no such page.
    pub withdrawal_days: u32,
    /// How many articles a subscriber can give in a month; 0: none.
    pub gifts_a_month: u32,
    /// On how many devices a reader can be signed in; 0: on as many as they like.
    pub devices_max: u32,
    /// The paper's own wordings, at most one table for each language.
    pub wordings: Vec<Overrides>,
    /// What a subscription gives, in lines for the walls; empty: the usual list of the language.
    pub benefits: Vec<String>,
    /// Up to [`PITCH_LINES_MAX`] lines for the wall; empty: the language's own.
    pub pitch: Vec<String>,
    /// What can be paid by invoice.
    pub invoices: InvoiceSettings,
    /// What readers can have by mail, at most [`PLANS_MAX`]; empty: nothing.
    pub newsletters: Vec<Newsletter>,
}

/// Something that the paper's sender sends to all who want it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Newsletter {
    /// Its name for the sender.
    pub slug: String,
    /// Its name for readers.
    pub name: String,
    /// What is in it; may be empty.
    pub summary: String,
}

/// Who the paper is. A text that is not set is empty.
#[derive(Clone, Debug)]
pub struct PaperSettings {
    /// Its name; never empty.
    pub name: String,
    /// The line under the name.
    pub tagline: String,
    /// The language of its messages.
    pub language: Language,
    /// The tag for `lang` attributes as it was set, region included: `en-CA`.
    pub language_tag: String,
    /// The zone of its days, months and offers: that of the policy.
    pub zone: TimeZone,
    /// The zone's name: `America/Halifax`.
    pub zone_name: String,
    /// How the addresses of articles are made.
    pub permalink: Permalink,
    /// The place in the masthead's date line: "Port Merrin, Wednesday, September 16th".
    pub place: String,
    /// The postal address.
    pub address: String,
    /// The telephone number, as printed.
    pub telephone: String,
    /// The mail address, as printed.
    pub mail: String,
    /// Who is responsible, in the footer.
    pub colophon: String,
    /// The day of the first issue, from which editions are numbered.
    pub first_issue: Option<Date>,
    /// Where else the paper can be followed, in the order of [`FollowKind::ALL`].
    pub follow: Vec<Follow>,
}

/// What the paper tells crawlers that feed machines. None of it opens anything.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CrawlerSettings {
    /// Training on the public pages.
    pub ai_training: AiUse,
    /// Looking something up for a person's question.
    pub ai_answers: AiUse,
    /// Where terms are had: an absolute http(s) address, or a path on this site.
    pub ai_terms: Option<String>,
    /// The value of `Content-Usage`: a dictionary of RFC 9651; empty: nothing is said.
    pub usage_preferences: String,
    /// Whether the choices are also a licence file. Charging needs one, so that implies it.
    pub licence: bool,
}

/// What a kind of machine may do with the public pages.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AiUse {
    /// As it likes.
    Allow,
    /// It is asked to stay away.
    Disallow,
    /// It is told where terms are had.
    Charge,
}

/// One place where the paper can be followed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Follow {
    /// Which kind of place.
    pub kind: FollowKind,
    /// Its absolute http(s) address, or a path on this site.
    pub url: String,
}

/// The kinds of places where a paper can be followed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FollowKind {
    /// A feed.
    Rss,
    /// Instagram.
    Instagram,
    /// YouTube.
    Youtube,
    /// Facebook.
    Facebook,
    /// X, formerly Twitter.
    X,
    /// LinkedIn.
    Linkedin,
    /// Mastodon.
    Mastodon,
}

impl FollowKind {
    /// All kinds, in the order in which pages show them.
    pub const ALL: [Self; 7] = [
        Self::Rss,
        Self::Instagram,
        Self::Youtube,
        Self::Facebook,
        Self::X,
        Self::Linkedin,
        Self::Mastodon,
    ];

    /// The word in settings and class names.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rss => "rss",
            Self::Instagram => "instagram",
            Self::Youtube => "youtube",
            Self::Facebook => "facebook",
            Self::X => "x",
            Self::Linkedin => "linkedin",
            Self::Mastodon => "mastodon",
        }
    }

    /// The name that readers know, the same in every language.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Rss => "RSS",
            Self::Instagram => "Instagram",
            Self::Youtube => "YouTube",
            Self::Facebook => "Facebook",
            Self::X => "X",
            Self::Linkedin => "LinkedIn",
            Self::Mastodon => "Mastodon",
        }
    }

    /// The setting that holds its address.
    const fn key(self) -> &'static str {
        match self {
            Self::Rss => "follow.rss",
            Self::Instagram => "follow.instagram",
            Self::Youtube => "follow.youtube",
            Self::Facebook => "follow.facebook",
            Self::X => "follow.x",
            Self::Linkedin => "follow.linkedin",
            Self::Mastodon => "follow.mastodon",
        }
    }
}

/// What opens an article that costs a reading.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Opening {
    /// The first sign of reading.
    Reading,
    /// The button, and nothing else.
    Ask,
}

/// What stands in one slot for advertisements.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub enum Slotted {
    /// Nothing, and no place is kept.
    #[default]
    Off,
    /// The paper's own advertisements, from its folder.
    House,
}

/// The slots.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Slots {
    /// On the front page: 728 x 90, and on phones 320 x 50.
    pub front: Slotted,
    /// Beside a section's list: 300 x 250.
    pub section: Slotted,
    /// Beside an article: 300 x 250.
    pub article: Slotted,
    /// Origins (`https://ads.example`) of other companies whose frames may stand in them.
    pub third_parties: Vec<String>,
}

impl Slots {
    /// What it costs the paper's readers that others may stand in the slots; `None` where none may.
    fn cost_of_third_parties(&self) -> Option<String> {
        if self.third_parties.is_empty() {
            return None;
        }
        let named = self.third_parties.join(", ");
        Some(format!(
            "every page now lets frames of {named} in. Whoever has one on a page learns each reader's address and \
             browser, can set cookies of its own where the browser lets it, and adds one connection, its weight and \
             its time to that page; which article is read it is not told. Your privacy page has to name it, and the \
             law may want readers to be asked first"
        ))
    }
}

/// What stands between the house and its readers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CacheInFront {
    /// Nothing that keeps pages.
    None,
    /// A cache that keeps apart what `Vary: Cookie` tells apart.
    RespectsCookies,
    /// A cache that looks at no cookie: it may keep teasers only.
    Blind,
}

/// Something in the document that is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// The setting; empty where the whole document is meant.
    pub key: String,
    /// The line in the document, counted from 1; `None` where the setting has none because it is not set.
    pub line: Option<u32>,
    /// What is wrong, and what to write instead.
    pub sentence: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for Fault {}

impl House {
    /// Whether readers can register and sign in.
    #[must_use]
    pub fn takes_readers(&self) -> bool {
        self.policy.registration == paywall::Registration::On
    }

    /// Reads a document, and what looks odd in it though it is taken. An empty document is a house with every default.
    ///
    /// # Errors
    /// All faults at once, in the order of their lines; at most [`FAULTS_MAX`].
    pub fn parse(
        text: &str,
        version: SettingsVersion,
        can: Capabilities,
    ) -> Result<(Self, Vec<Finding>), Vec<Fault>> {
        let source = Source::read(text).map_err(|fault| vec![fault])?;
        let (house, mut faults) = gather(&source, version);
        let mut warnings = Vec::new();
        for finding in house.findings(can, &source) {
            if finding.severity == Severity::Warned {
                warnings.push(finding);
            } else if !is_moot(&finding, &faults) {
                faults.push(Fault {
                    key: finding.setting.to_owned(),
                    line: source.line_of(finding.setting),
                    sentence: finding.sentence,
                });
            }
        }
        if faults.is_empty() {
            return Ok((house, warnings));
        }
        faults.sort_by_key(|fault| fault.line.unwrap_or(u32::MAX));
        faults.truncate(FAULTS_MAX);
        Err(faults)
    }

    /// What looks wrong in the rules and in the tariff, each setting being well-formed by itself.
    fn findings(&self, can: Capabilities, source: &Source<'_>) -> Vec<Finding> {
        let mut findings = self.policy.lint(can);
        let caches_set = source.line_of("shared_cache_seconds").is_some();
        if caches_set && self.cache_in_front == CacheInFront::None {
            findings.push(Finding {
                severity: Severity::Warned,
                setting: "shared_cache_seconds",
                sentence: "has no effect while cache_in_front is \"none\"".to_owned(),
            });
        }
        let crawlers = &self.crawlers;
        let charges = [crawlers.ai_training, crawlers.ai_answers].contains(&AiUse::Charge);
        if let Some(cost) = self.slots.cost_of_third_parties() {
            let setting = "slots.third_parties";
            findings.push(Finding { severity: Severity::Warned, setting, sentence: cost });
        }
        let mut warn = |setting, sentence: &str| {
            let sentence = sentence.to_owned();
            findings.push(Finding { severity: Severity::Warned, setting, sentence });
        };
        if charges && crawlers.ai_terms.is_none() {
            let setting = "crawlers.ai_terms";
            warn(setting, "crawlers are told to pay, and not where; write an address with terms");
        }
        if self.policy.crawlers_read_all && self.cache_in_front == CacheInFront::Blind {
            let sentence =
                "a blind cache shows everybody the same, so search crawlers get the teaser, too";
            warn("crawlers.search", sentence);
        }
        if self.devices_max == 1 {
            let sentence = "readers who have a telephone and a computer sign one of them out each time; 2 or more \
                lets both be";
            warn("devices_max", sentence);
        }
        for (setting, missing) in self.invoices.lint(self.policy.registration) {
            let sentence =
                format!("invoices are offered, and {missing}; until then there are none");
            findings.push(Finding { severity: Severity::Warned, setting, sentence });
        }
        findings.extend(tariff::lint(
            &self.plans,
            &self.offers,
            &self.policy.meter.lifted_by,
            &self.policy.zone,
        ));
        findings.extend(self.rule_table(&[], ASKED_AT).findings(&self.policy, &[]));
        findings
    }

    /// What the rules do for everybody, as a table. `asked` is what the paper's articles ask of their readers.
    #[must_use]
    pub fn rule_table(&self, asked: &[Access], now: Timestamp) -> RuleTable {
        RuleTable::of(&self.policy, &self.plans, asked, now)
    }

    /// What looks wrong in these settings beside what the paper has published: what [`House::parse`] warns of is not told again.
    #[must_use]
    pub fn findings_with(&self, published: &Published, now: Timestamp) -> Vec<Finding> {
        let told = self.rule_table(&[], now).findings(&self.policy, &[]);
        let asked = &published.asked;
        let mut findings = self.rule_table(asked, now).findings(&self.policy, asked);
        findings.retain(|finding| !told.contains(finding));
        findings.extend(never_bites(&self.policy, published.metered_in_window));
        if self.plans.is_empty() && self.subscribe_url.is_none() {
            let sentence = "a stranger who has opened as many articles as the meter allows meets a wall that sells nothing: \
                write a plan, or in subscribe_url where one subscribes";
            findings.push(Finding {
                severity: Severity::Warned,
                setting: "plans",
                sentence: sentence.to_owned(),
            });
        }
        findings
    }
}

/// What a paper has published, as far as its rules have to do with it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Published {
    /// What its articles ask of their readers, each once.
    pub asked: Vec<Access>,
    /// How many metered articles came out in the last window.
    pub metered_in_window: u32,
}

/// The rules tell no instants apart where nothing is over: any will do.
const ASKED_AT: Timestamp = Timestamp::UNIX_EPOCH;

/// The settings beside its own that a finding of the policy's rests on.
const RESTS_ON: [(&str, &str); 3] = [
    ("meter.allowance_registered", "meter.allowance_visitors"),
    ("new_visitor_budget", "registration"),
    ("verified_mail", "registration"),
];

/// Whether a finding rests on a setting that is at fault: it would then speak of the default in its place.
fn is_moot(finding: &Finding, faults: &[Fault]) -> bool {
    let at_fault = |key: &str| faults.iter().any(|fault| fault.key == key);
    at_fault(finding.setting)
        || RESTS_ON.iter().any(|(key, other)| *key == finding.setting && at_fault(other))
}

#[cfg(test)]
mod tests;
