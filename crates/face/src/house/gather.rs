//! From the document to the settings: every value is taken by its name and kind from the one table, and every fault is
//! gathered on the way. A setting at fault counts as not set, so that the rest is looked at, too.

use paywall::{
    Allowances, Budget, Entitlement, ExpiredReader, Meter, Month, OnOutage, Policy, Registration,
    SettingsVersion, VerifiedMail, WindowRule,
};
use toml_edit::{Item, TableLike};

use super::check::{self, Checked};
use super::settings::{SETTINGS, find, is_group, nearest};
use super::source::Source;
use super::{
    AiUse, CacheInFront, CrawlerSettings, FAULTS_MAX, Fault, Follow, FollowKind, House,
    InvoiceSettings, Kind, Opening, PaperSettings, Slots, Slotted, TEXT_CHARS_MAX,
    THIRD_PARTIES_MAX, invoices, structured, tariff,
};
use crate::{Language, Overrides, Permalink};

/// Everything that the document says, with defaults in place of what it does not say, and all of its faults.
pub(super) fn gather(source: &Source<'_>, version: SettingsVersion) -> (House, Vec<Fault>) {
    let mut gathering = Gathering { source, faults: Vec::new() };
    gathering.unknown(source.root(), "");
    let paper = gathering.paper();
    let policy = gathering.policy(&paper, version);
    let (plans, offers) = tariff::gather(&mut gathering);
    let house = House {
        version,
        policy,
        paper,
        crawlers: gathering.crawlers(),
        opening: gathering.choice("opening", Opening::Reading, &[("ask", Opening::Ask)]),
        cache_in_front: gathering.choice(
            "cache_in_front",
            CacheInFront::None,
            &[("respects_cookies", CacheInFront::RespectsCookies), ("blind", CacheInFront::Blind)],
        ),
        shared_cache_seconds: gathering.count("shared_cache_seconds", 60),
        slots: gathering.slots(),
        subscribe_url: gathering.text("subscribe_url", None, check::address),
        contact_mail: gathering.text("contact_mail", None, check::mail),
        plans,
        offers,
        tariff_since: gathering.value("tariff_since", None, |item, _| check::day(item)),
        gifts_a_month: gathering.count("gifts_a_month", 5),
        devices_max: gathering.count("devices_max", 0),
        withdrawal_days: gathering.count("withdrawal_days", 0),
        wordings: gathering.wordings(),
        benefits: gathering.texts("benefits"),
        pitch: gathering.texts("pitch"),
        newsletters: tariff::newsletters(&mut gathering),
        invoices: InvoiceSettings::default(),
    };
    let house = House { invoices: invoices::gather(&mut gathering, &house), ..house };
    (house, gathering.faults)
}

/// The document, and what was found wrong in it so far.
pub(super) struct Gathering<'s, 't> {
    pub(super) source: &'s Source<'t>,
    faults: Vec<Fault>,
}

impl Gathering<'_, '_> {
    /// Notes a fault, up to the limit of what anybody would read.
    pub(super) fn fault(&mut self, key: &str, line: Option<u32>, sentence: String) {
        if self.faults.len() < FAULTS_MAX {
            // A name between quotation marks may hold anything, and faults are printed on terminals.
            let key = key.chars().take(KEY_CHARS_TOLD_MAX).flat_map(char::escape_debug).collect();
            self.faults.push(Fault { key, line, sentence });
        }
    }

    /// Every name that is no setting.
    fn unknown(&mut self, table: &dyn TableLike, group: &str) {
        for (name, item) in table.iter() {
            let key = if group.is_empty() { name.to_owned() } else { format!("{group}.{name}") };
            let line = table
                .get_key_value(name)
                .and_then(|(key, item)| self.source.line_of_entry(key, item));
            let in_quotes = name.contains('.');
            if !in_quotes && is_group(&key) {
                match item.as_table_like() {
                    Some(below) => self.unknown(below, &key),
                    None => self.fault(
                        &key,
                        line,
                        format!("this is a group; write [{key}] and its settings below"),
                    ),
                }
            } else if in_quotes || find(&key).is_none() {
                let like = nearest(&key, SETTINGS.iter().map(|setting| setting.key));
                let sentence = if in_quotes && like == key {
                    "the whole name stands in quotation marks; write it without them".to_owned()
                } else {
                    format!("there is no such setting; the nearest is {like}")
                };
                self.fault(&key, line, sentence);
            }
        }
    }

    /// One setting: what `read` makes of its value, or `otherwise` where it is not set or at fault.
    fn value<T>(
        &mut self,
        key: &'static str,
        otherwise: T,
        read: impl FnOnce(&Item, Kind) -> Checked<T>,
    ) -> T {
        let (Some(setting), Some(item)) = (find(key), self.source.item(key)) else {
            return otherwise;
        };
        match read(item, setting.kind) {
            Ok(value) => value,
            Err(sentence) => {
                self.fault(key, self.source.line_of(key), sentence);
                otherwise
            }
        }
    }

    fn text<T>(
        &mut self,
        key: &'static str,
        otherwise: T,
        read: impl FnOnce(&str) -> Checked<T>,
    ) -> T {
        self.value(key, otherwise, |item, _| read(check::string(item)?))
    }

    /// One line, empty where it is not set.
    pub(super) fn line(&mut self, key: &'static str) -> String {
        self.value(key, String::new(), |item, kind| match kind {
            Kind::Name { chars_max } => check::name(check::string(item)?, chars_max),
            Kind::Text { chars_max } => check::line(check::string(item)?, chars_max),
            _ => check::string(item).map(str::to_owned),
        })
    }

    pub(super) fn texts(&mut self, key: &'static str) -> Vec<String> {
        self.value(key, Vec::new(), |item, kind| match kind {
            Kind::Texts { min, max, chars_max } => check::texts(item, min, max, chars_max),
            _ => Ok(Vec::new()),
        })
    }

    pub(super) fn count(&mut self, key: &'static str, otherwise: u32) -> u32 {
        self.value(key, otherwise, |item, kind| match kind {
            Kind::Count { min, max } => check::count(item, min, max),
            _ => Ok(otherwise),
        })
    }

    /// One of a few words; every word that is not among `others` means `otherwise`.
    pub(super) fn choice<T: Copy>(
        &mut self,
        key: &'static str,
        otherwise: T,
        others: &[(&str, T)],
    ) -> T {
        self.value(key, otherwise, |item, kind| {
            let Kind::Choice(words) = kind else { return Ok(otherwise) };
            let word = check::choice(item, words)?;
            let other = others.iter().find(|(name, _)| *name == word);
            Ok(other.map_or(otherwise, |(_, value)| *value))
        })
    }

    fn paper(&mut self) -> PaperSettings {
        let (language, language_tag) = self.text(
            "paper.language",
            (Language::English, Language::English.tag().to_owned()),
            check::language,
        );
        let utc = (jiff::tz::TimeZone::UTC, "UTC".to_owned());
        let (zone, zone_name) = self.text("paper.zone", utc, check::zone);
        let name = self.line("paper.name");
        let unnamed = find("paper.name").map_or("", |setting| setting.default);
        PaperSettings {
            name: if name.is_empty() { unnamed.to_owned() } else { name },
            tagline: self.line("paper.tagline"),
            language,
            language_tag,
            zone,
            zone_name,
            permalink: self.choice(
                "paper.permalink",
                Permalink::default(),
                &Permalink::ALL.map(|permalink| (permalink.as_str(), permalink)),
            ),
            place: self.line("paper.place"),
            address: self.line("paper.address"),
            telephone: self.line("paper.telephone"),
            mail: self.text("paper.mail", None, check::mail).unwrap_or_default(),
            colophon: self.line("paper.colophon"),
            first_issue: self.value("paper.first_issue", None, |item, _| check::day(item)),
            follow: self.follow(),
        }
    }

    fn slots(&mut self) -> Slots {
        let house = [("house", Slotted::House)];
        let third_parties = self.value("slots.third_parties", Vec::new(), |item, _| {
            check::texts(item, 0, THIRD_PARTIES_MAX, TEXT_CHARS_MAX)?
                .iter()
                .map(check::origin)
                .collect()
        });
        Slots {
            third_parties,
            front: self.choice("slots.front", Slotted::Off, &house),
            section: self.choice("slots.section", Slotted::Off, &house),
            article: self.choice("slots.article", Slotted::Off, &house),
        }
    }

    fn follow(&mut self) -> Vec<Follow> {
        let mut follow = Vec::new();
        for kind in FollowKind::ALL {
            let usual = (kind == FollowKind::Rss).then(|| "/feeds/all.rss".to_owned());
            if let Some(url) = self.text(kind.key(), usual, check::address) {
                follow.push(Follow { kind, url });
            }
        }
        follow
    }

    fn policy(&mut self, paper: &PaperSettings, version: SettingsVersion) -> Policy {
        Policy {
            version,
            zone: paper.zone.clone(),
            month: Month::default(),
            meter: Meter {
                allowances: Allowances {
                    visitor: self.count("meter.allowance_visitors", 5),
                    registered: self.count("meter.allowance_registered", 10),
                },
                window: self.text("meter.window", WindowRule::CalendarMonth, check::window),
                lifted_by: self.text("meter.lifted_by", Entitlement::DIGITAL, check::entitlement),
            },
            registration: self.choice(
                "registration",
                Registration::Off,
                &[("on", Registration::On)],
            ),
            verified_mail: self.choice(
                "verified_mail",
                VerifiedMail::Optional,
                &[("required", VerifiedMail::Required)],
            ),
            expired_reader: self.choice(
                "expired_reader",
                ExpiredReader::Metered,
                &[("walled", ExpiredReader::Walled)],
            ),
            new_visitor_budget: self
                .value("new_visitor_budget", Budget::Observe, |item, _| check::budget(item)),
            on_outage: self.choice("on_outage", OnOutage::Teaser, &[("open", OnOutage::Open)]),
            crawlers_read_all: self.choice("crawlers.search", false, &[("full", true)]),
        }
    }

    fn crawlers(&mut self) -> CrawlerSettings {
        let words = [("disallow", AiUse::Disallow), ("charge", AiUse::Charge)];
        let ai_training = self.choice(
            "crawlers.ai_training",
            AiUse::Disallow,
            &[("allow", AiUse::Allow), ("charge", AiUse::Charge)],
        );
        let ai_answers = self.choice("crawlers.ai_answers", AiUse::Allow, &words);
        let charges = [ai_training, ai_answers].contains(&AiUse::Charge);
        CrawlerSettings {
            ai_training,
            ai_answers,
            ai_terms: self.text("crawlers.ai_terms", None, check::address),
            usage_preferences: self.text("crawlers.content_usage", String::new(), |text| {
                structured::dictionary(check::line(text, TEXT_CHARS_MAX)?)
            }),
            licence: self.choice("crawlers.licence", false, &[("on", true)]) || charges,
        }
    }

    /// The tables `[wordings.LANGUAGE]`. What they may say is known to the message tables.
    fn wordings(&mut self) -> Vec<Overrides> {
        let Some(item) = self.source.item("wordings") else { return Vec::new() };
        let Some(tables) = item.as_table_like() else {
            let sentence = "this is a group; write [wordings.en] and messages below".to_owned();
            self.fault("wordings", self.source.line_of("wordings"), sentence);
            return Vec::new();
        };
        // The message tables read plain TOML values, which know no lines: the text is read once more for them.
        let plain = self.source.text().parse::<toml::Table>().unwrap_or_default();
        let plain = plain.get("wordings").and_then(toml::Value::as_table);
        let mut wordings = Vec::new();
        for (tag, _) in tables.iter() {
            let language = Language::ALL.into_iter().find(|language| language.tag() == tag);
            let table = plain.and_then(|plain| plain.get(tag)).and_then(toml::Value::as_table);
            match (language, table) {
                (Some(language), Some(table)) => match Overrides::read(language, table) {
                    Ok(overrides) => wordings.push(overrides),
                    Err(faults) => self.wording_faults(tag, faults),
                },
                (language, _) => self.wordings_group_fault(tag, language),
            }
        }
        wordings
    }

    fn wording_faults(&mut self, tag: &str, faults: Vec<crate::WordingFault>) {
        for fault in faults {
            let key = format!("wordings.{tag}.{}", fault.name);
            let line = self
                .source
                .line_of(&key)
                .or_else(|| self.source.line_of(&format!("wordings.{tag}")));
            self.fault(&key, line, fault.problem);
        }
    }

    fn wordings_group_fault(&mut self, tag: &str, language: Option<Language>) {
        let key = format!("wordings.{tag}");
        let line = self.source.line_of(&key);
        let sentence = match language {
            Some(_) => format!("this is a group; write [{key}] and messages below"),
            None => "there is no such table of messages; write wordings.en, wordings.de, wordings.fr, wordings.es or \
                     wordings.ja"
                .to_owned(),
        };
        self.fault(&key, line, sentence);
    }
}

/// How much of a name a fault repeats, in characters.
const KEY_CHARS_TOLD_MAX: usize = 80;
