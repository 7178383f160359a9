//! Notices, walls and offers as they are told in each language: real words of an invented paper, for the check of a
//! theme's templates. Nothing here was decided by anybody.

use face::{FrontSketch, House, Language, NoticeWords, Paper, Shown, samples};
use jiff::Timestamp;
use paywall::{Capabilities, SettingsVersion};

use super::Theme;

const SETTINGS: &str = r#"
subscribe_url = "/offers"
[paper]
name = "The Merrin Courant"
zone = "America/Halifax"
[[plans]]
slug = "digital"
name = "Digital"
summary = "Every article"
opens = ["digital"]
currency = "CAD"
monthly = "12"
yearly = "120"
[[plans]]
slug = "daily"
name = "Daily"
opens = ["digital"]
currency = "CAD"
monthly = "36"
print = true
[[offers]]
plan = "digital"
intro = "9"
months = 3
ends_on = 2026-09-30
"#;

/// A template of notices, walls and offers, with what it made and what it was made from.
pub(super) struct Made {
    pub(super) template: &'static str,
    /// The sample's name.
    pub(super) name: String,
    pub(super) made: Result<String, face::TemplateError>,
    pub(super) context: minijinja::value::Value,
}

/// Everything that readers can be told, in one language.
pub(super) fn made(theme: &Theme, language: Language) -> Vec<Made> {
    let capabilities = Capabilities { accounts: false, crawler_verification: true };
    let Ok((house, _)) = House::parse(SETTINGS, SettingsVersion(1), capabilities) else {
        return Vec::new();
    };
    // Wednesday, 16 September 2026, in the afternoon.
    let now = Timestamp::from_second(1_789_577_280).unwrap_or(Timestamp::UNIX_EPOCH);
    let words = theme.words(language);
    let front = FrontSketch { paper_name: house.paper.name.clone(), ..FrontSketch::default() };
    let zone = &house.policy.zone;
    let paper = Paper {
        name: &house.paper.name,
        address: &house.paper.address,
        language,
        zone,
        words: &words,
        offers_url: "/offers",
        contact_url: "/contact",
        subscribe_url: house.subscribe_url.as_deref(),
        plans_url: Some("/subscribe"),
        plans_query: "",
        sign_in_url: Some("/sign-in"),
        signed_in: false,
        account_url: Some("/account"),
        best_offer: house.plans.first().zip(house.offers.first()),
        plans: &house.plans,
        benefits: &[],
        pitch: &[],
        institution: Some("Merrin Library"),
        licensed_url: Some("/harbour/forty-one-calls/reading?from=wall"),
        front: &front,
    };
    let mut all = Vec::new();
    for sample in samples(zone, now) {
        let name = format!("{}, {}", sample.name, language.tag());
        match sample.shown {
            Shown::Asking(_) => {}
            Shown::Notice(notice) => {
                of_notice(theme, name, &face::notice(&notice, &paper, now), &mut all);
            }
            Shown::Wall(wall) => {
                let words = face::wall(&wall, &paper, "K7Q2-P4XNC-8WT3M", now);
                let made = theme.face.wall(&words, &front);
                let told = crate::site::contexts::value(&words);
                let devices =
                    minijinja::value::Value::from_safe_string(front.devices(words.shows_print));
                let context =
                    minijinja::context! { wall => told, devices, id => face::WALL_HEADING_ID };
                all.push(Made { template: "wall.html", name, made, context });
            }
        }
    }
    let tariff = face::tariff(&paper, &house.offers, now);
    let made = theme.face.tariff(&tariff);
    let context = crate::site::contexts::value(&tariff);
    all.push(Made { template: "tariff.html", name: language.tag().to_owned(), made, context });
    all
}

fn of_notice(theme: &Theme, name: String, words: &NoticeWords, all: &mut Vec<Made>) {
    let told = crate::site::contexts::value(words);
    let context = minijinja::context! { notice => told };
    all.push(Made {
        template: "notice.html",
        name: name.clone(),
        made: theme.face.notice(words),
        context,
    });
    if let Some(bar) = &words.bar {
        let context = minijinja::context! { bar => crate::site::contexts::value(bar) };
        all.push(Made { template: "bar.html", name, made: theme.face.bar(words), context });
    }
}
