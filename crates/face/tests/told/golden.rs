//! Every text in every language against a file that people read. `UPDATE_GOLDEN=1` rewrites the files.

use std::fmt::Write as _;
use std::path::PathBuf;

use face::{
    Key, Language, NoticeWords, Paper, WallWords, Words, asking, cookies_refused, happenings,
    lapsed, notice, offer_line, store_down, tariff, wall,
};
use jiff::civil::Date;
use paywall::{
    Access, ArticleKey, Currency, Ending, Meterage, Moment, Money, Notice, Offer, OfferTerms, Past,
    Reason, Wall, WindowRule,
};

use crate::scene::{Scene, at, dollars, now, offer, plan};

#[test]
fn english() {
    compare(Language::English);
}

#[test]
fn german() {
    compare(Language::German);
}

#[test]
fn french() {
    compare(Language::French);
}

#[test]
fn spanish() {
    compare(Language::Spanish);
}

#[test]
fn japanese() {
    compare(Language::Japanese);
}

fn compare(language: Language) {
    compare_with(&everything(language), &format!("{}.txt", language.tag()));
}

/// Holds what is told against its golden file.
pub(crate) fn compare_with(told: &str, name: &str) {
    assert_clean(told);
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        std::fs::write(&path, told).unwrap();
        return;
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        golden == told,
        "{} differs (UPDATE_GOLDEN=1 rewrites it):\n{}",
        path.display(),
        difference(&golden, told)
    );
}

fn assert_clean(text: &str) {
    for banned in ["{", "}", "undefined", "NaN", "  "] {
        let at = text.find(banned);
        assert!(at.is_none(), "{banned:?} near {:?}", &text[at.unwrap_or(0)..].lines().next());
    }
}

/// The lines in which two texts differ, with their numbers.
fn difference(golden: &str, told: &str) -> String {
    let mut text = String::new();
    let (mut golden, mut told) = (golden.lines(), told.lines());
    let mut number = 0;
    loop {
        number += 1;
        match (golden.next(), told.next()) {
            (None, None) => return text,
            (was, is) if was != is => {
                writeln!(
                    text,
                    "{number}\n- {}\n+ {}",
                    was.unwrap_or("(end)"),
                    is.unwrap_or("(end)")
                )
                .unwrap();
            }
            _ => {}
        }
    }
}

fn everything(language: Language) -> String {
    let mut book = Book { text: String::new() };
    let scene = Scene::new();
    let paper = scene.paper(language);
    notices(&mut book, &paper, WindowRule::CalendarMonth);
    notices(&mut book, &paper, WindowRule::Rolling { days: 30 });
    notices_over(&mut book, &paper);
    questions(&mut book, &paper);
    walls(&mut book, &paper);
    let closed = Scene { accounts: false, ..Scene::new() };
    walls_without_accounts(&mut book, &closed.paper(language));
    offers(&mut book, language);
    ordinals(&mut book, &paper);
    times(&mut book, &paper);
    amounts(&mut book, paper.words);
    chrome(&mut book, paper.words);
    book.text
}

struct Book {
    text: String,
}

impl Book {
    fn heading(&mut self, heading: &str) {
        let gap = if self.text.is_empty() { "" } else { "\n" };
        writeln!(self.text, "{gap}== {heading}").unwrap();
    }

    fn line(&mut self, label: &str, text: &str) {
        assert!(!text.trim().is_empty(), "{label} is empty");
        writeln!(self.text, "{label}: {text}").unwrap();
    }

    fn notice(&mut self, label: &str, words: &NoticeWords) {
        self.line(label, &words.line);
        if let Some(bar) = &words.bar {
            let button = format!("[{}]", bar.action.label);
            self.line(" bar", &format!("{} {button} ({})", bar.text, bar.mark));
        }
        self.line(" status", &words.status);
    }

    fn wall(&mut self, label: &str, words: &WallWords) {
        writeln!(self.text, "\n-- {label}\n# {}", words.heading).unwrap();
        for line in &words.lead {
            self.line("", line);
        }
        for benefit in &words.benefits {
            writeln!(self.text, "– {benefit}").unwrap();
        }
        for line in words.price.iter().chain(&words.terms) {
            self.line("$", line);
        }
        let actions = words.before.iter().chain([&words.action]).chain(&words.second);
        for action in actions {
            writeln!(self.text, "[{}]({})", action.label, action.href).unwrap();
        }
        self.line("picture", &words.picture_alt);
        let (question, action) = words.sign_in.as_ref().unwrap();
        writeln!(self.text, "{question} [{}]({})", action.label, action.href).unwrap();
        if let Some((question, action)) = &words.licensed {
            writeln!(self.text, "{question} [{}]({})", action.label, action.href).unwrap();
        }
        writeln!(self.text, "[{}] {} {}", words.why.label, words.code_label, words.code).unwrap();
    }
}

fn meter(paper: &Paper<'_>, rule: WindowRule, read: u32, allowance: u32, past: Past) -> Meterage {
    Meterage { read, allowance, window: rule.lay(paper.zone, now()), past }
}

fn month(paper: &Paper<'_>, read: u32, allowance: u32) -> Meterage {
    meter(paper, WindowRule::CalendarMonth, read, allowance, Past::Nothing)
}

fn notices(book: &mut Book, paper: &Paper<'_>, rule: WindowRule) {
    book.heading(&format!("notices, allowance 10, {rule:?}").replace("{ ", "(").replace(" }", ")"));
    for left in (0..=10).rev() {
        let meterage = meter(paper, rule, 10 - left, 10, Past::Nothing);
        let words = notice(&Notice::of_meterage(meterage), paper, now());
        book.notice(&format!("{left} left"), &words);
    }
}

fn notices_over(book: &mut Book, paper: &Paper<'_>) {
    book.heading("notices after a trial and a subscription, and in grace");
    let ended_at = at("2026-09-14T12:00:00Z");
    for (label, past) in [
        ("trial over", Past::Trial { ended_at, ending: Ending::RanOut }),
        ("subscription over", Past::Subscription { ended_at, ending: Ending::RanOut }),
    ] {
        for left in [3, 1] {
            let meterage = meter(paper, WindowRule::CalendarMonth, 5 - left, 5, past);
            let words = notice(&Notice::of_meterage(meterage), paper, now());
            book.notice(&format!("{label}, {left} left"), &words);
        }
    }
    let grace = Notice::Grace {
        declined_at: at("2026-09-02T12:00:00Z"),
        until: at("2026-09-17T03:00:00Z"),
    };
    book.notice("grace until midnight", &notice(&grace, paper, now()));
    let institution = Notice::Institution { number: 1 };
    book.notice("at an institution", &notice(&institution, paper, now()));
    let last_year = Notice::Grace {
        declined_at: at("2026-12-28T12:00:00Z"),
        until: at("2027-01-11T16:00:00Z"),
    };
    book.notice("grace over the new year", &notice(&last_year, paper, at("2026-12-29T12:00:00Z")));
}

fn questions(book: &mut Book, paper: &Paper<'_>) {
    book.heading("before an article is opened");
    for (read, allowance) in [(0, 5), (2, 5), (3, 5), (4, 5), (0, 1)] {
        let words = asking(Some(&month(paper, read, allowance)), paper);
        book.line(&format!("read {read} of {allowance}"), &words.text.unwrap());
    }
    let words = asking(None, paper);
    assert_eq!(words.text, None);
    let button = format!("[{}] [{}]", words.button, words.again);
    for line in [&words.line, &button, &words.wait, &words.failed, &words.unsure, &words.print] {
        book.line("", line);
    }
    for why in [cookies_refused(paper), store_down(paper)] {
        book.line("", &format!("{} / {}", why.heading, why.text));
    }
}

fn shown(
    book: &mut Book,
    paper: &Paper<'_>,
    label: &str,
    reason: Reason,
    meterage: Option<Meterage>,
) {
    let key = ArticleKey::from_bytes([0; 16]);
    let refused = Wall { key, reason, access: Access::Metered, meterage };
    book.wall(label, &wall(&refused, paper, "K7Q-24P", now()));
}

fn walls(book: &mut Book, paper: &Paper<'_>) {
    book.heading("walls");
    let ended_at = at("2026-09-14T12:00:00Z");
    for (read, allowance) in [(10, 10), (1, 1), (12, 10), (12, 12)] {
        let label = format!("used up, read {read} of {allowance}");
        shown(book, paper, &label, Reason::UsedUp, Some(month(paper, read, allowance)));
    }
    let rolling = meter(paper, WindowRule::Rolling { days: 30 }, 5, 5, Past::Nothing);
    shown(book, paper, "used up, rolling", Reason::UsedUp, Some(rolling));
    for left in 0..=10 {
        let meterage = month(paper, 10 - left, 10);
        shown(
            book,
            paper,
            &format!("subscribers, {left} left"),
            Reason::Subscribers,
            Some(meterage),
        );
    }
    shown(book, paper, "subscribers, nothing known", Reason::Subscribers, None);
    let licensed = Paper { licensed_url: Some("/harbour/tides/reading?from=wall"), ..*paper };
    shown(book, &licensed, "subscribers, where institutions are", Reason::Subscribers, None);
    let used = Some(month(paper, 5, 5));
    for charged in [false, true] {
        let reason = Reason::TrialOver { ended_at, charged };
        shown(book, paper, &format!("trial over, charged {charged}"), reason, used);
    }
    for payment_failed in [false, true] {
        let reason = Reason::SubscriptionOver { ended_at, payment_failed };
        shown(book, paper, &format!("subscription over, failed {payment_failed}"), reason, used);
    }
    for more in [None, Some(1), Some(5)] {
        shown(book, paper, &format!("registration, {more:?}"), Reason::Registration { more }, used);
    }
    shown(book, paper, "verify mail", Reason::VerifyMail, used);
    shown(book, paper, "network", Reason::Network, Some(month(paper, 0, 5)));
}

fn walls_without_accounts(book: &mut Book, paper: &Paper<'_>) {
    book.heading("walls of a paper without accounts");
    let used = Some(month(paper, 5, 5));
    shown(book, paper, "used up", Reason::UsedUp, used);
    shown(book, paper, "subscribers", Reason::Subscribers, None);
    for more in [None, Some(5)] {
        shown(book, paper, &format!("registration, {more:?}"), Reason::Registration { more }, used);
    }
    shown(book, paper, "network", Reason::Network, used);
}

fn offers(book: &mut Book, language: Language) {
    for (label, ends_on, at_now) in [
        ("with an end", Some("2026-09-30"), now()),
        ("last day, 23:59", Some("2026-09-30"), at("2026-10-01T02:59:00Z")),
        ("with an end in another year", Some("2027-01-01"), now()),
        ("without an end", None, now()),
        ("lapsed", Some("2026-09-15"), now()),
        ("half of it, to the minute", None, now()),
    ] {
        book.heading(&format!("offers: {label}"));
        let mut offer = offer(ends_on);
        if label.starts_with("half") {
            offer.terms = OfferTerms::PercentOff { percent: 50, periods: 3 };
            offer.ends = Some(Moment::Minute("2026-09-30T18:00".parse().unwrap()));
        }
        let scene = Scene { offers: vec![offer], ..Scene::new() };
        let paper = scene.paper(language);
        let key = ArticleKey::from_bytes([0; 16]);
        let meterage = Some(month(&paper, 5, 5));
        let refused = Wall { key, reason: Reason::UsedUp, access: Access::Metered, meterage };
        let words = wall(&refused, &paper, "K7Q-24P", at_now);
        book.line("price", &words.price.unwrap());
        book.line("terms", &words.terms.unwrap());
        let line = offer_line(&scene.offers[0], &paper, at_now);
        book.line("line", line.as_deref().unwrap_or("(none)"));
        let tariff = tariff(&paper, &scene.offers, at_now);
        for rate in &tariff.rows {
            let year = rate.year.as_ref().map_or_else(
                || tariff.no_yearly.clone(),
                |year| format!("{} {}", year.amount, year.per),
            );
            let ends = rate.ends.as_deref().unwrap_or("-");
            let first = format!("{} {}", rate.first.amount, rate.first.per);
            let then = format!("{} {}", rate.then.amount, rate.then.per);
            let row = [&rate.plan, ends, &first, &then, &year, &rate.action.label].join(" | ");
            book.line(if rate.is_offer { "offer" } else { "rate" }, &row);
        }
    }
    let (scene, one_month) = (
        Scene::new(),
        Offer { terms: OfferTerms::Intro { periods: 1, amount: dollars("9") }, ..offer(None) },
    );
    let percent = OfferTerms::PercentOff { percent: 50, periods: 3 };
    let percent = Offer { terms: percent, ..offer(None) };
    let paper = scene.paper(language);
    book.heading("offers: the page");
    let tariff = tariff(&paper, &scene.offers, now());
    let columns = &tariff.columns;
    book.line("heading", &format!("{} / {}", tariff.heading, tariff.standfirst));
    let names = [&columns.rate, &columns.opens, &columns.first, &columns.then, &columns.year];
    book.line("columns", &names.map(String::as_str).join(" | "));
    book.line(
        "lapsed",
        &lapsed(&plan("a", "A", "12.50", None, false), at("2026-10-01T03:00:00Z"), &paper),
    );
    for (label, offer, at_now) in [
        ("on the offer", Some(&scene.offers[0]), now()),
        ("one month", Some(&one_month), now()),
        ("half of it", Some(&percent), now()),
        ("no offer, on the 31st", None, at("2026-10-31T16:00:00Z")),
    ] {
        for row in happenings(&scene.plans[0], offer, &paper, at_now) {
            book.line(label, &format!("{} / {}", row.when, row.what));
        }
    }
}

fn ordinals(book: &mut Book, paper: &Paper<'_>) {
    book.heading("ordinals");
    let today = Date::constant(2026, 9, 16);
    for day in 1..=31 {
        let date = Date::constant(2026, 10, 1).with().day(day).build().unwrap();
        let month_day = paper.words.month_day(day);
        book.line(&month_day, &paper.words.date(date, today));
    }
    for month in 1..=12 {
        let date = Date::constant(2027, month, 1);
        book.line("first", &paper.words.date(date, today));
    }
}

fn times(book: &mut Book, paper: &Paper<'_>) {
    book.heading("times");
    for day in 14..=20 {
        let noon = at(&format!("2026-09-{day}T16:00:00Z"));
        book.line("long", &paper.words.masthead_line("Port Merrin", noon, paper.zone));
    }
    book.line("long, no place", &paper.words.long_date(now(), paper.zone));
    for text in [
        "2026-09-16T03:00:00Z",
        "2026-09-16T09:00:00Z",
        "2026-09-16T16:48:00Z",
        "2026-09-16T02:52:00Z",
        "2026-09-15T02:59:00Z",
        "2025-09-16T09:00:00Z",
        "2026-09-18T09:00:00Z",
    ] {
        let (words, instant) = (paper.words, at(text));
        let line = format!(
            "{} | {} | {}",
            words.when(instant, paper.zone, now()),
            words.clock_short(instant, paper.zone),
            words.date_and_time(instant, paper.zone, now()),
        );
        book.line("when", &line);
    }
}

fn amounts(book: &mut Book, words: &Words) {
    book.heading("amounts");
    for (amount, currency) in [
        ("9", "USD"),
        ("12", "CAD"),
        ("9.50", "USD"),
        ("0.05", "EUR"),
        ("1234.50", "GBP"),
        ("12345678", "EUR"),
        ("900", "JPY"),
        ("12000", "JPY"),
        ("9.50", "CHF"),
    ] {
        let money = Money::parse(amount, Currency::parse(currency).unwrap()).unwrap();
        book.line(&format!("{currency} {amount}"), &words.money(money));
    }
    for number in [0, 1, 5, 10, 11, 999, 1_000, 12_345, 1_234_567] {
        book.line("number", &format!("{} | {}", words.digits(number), words.number(number)));
    }
}

fn chrome(book: &mut Book, words: &Words) {
    book.heading("words without values");
    for (name, text) in words.plain() {
        if name != Key::ListAnd.name() {
            book.line(name, &text);
        }
    }
    book.line("list", &words.list(&["Anna Torvald", "Ilse Brandt", "Jun Mori"]));
}
