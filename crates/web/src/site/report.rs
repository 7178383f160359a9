//! How to write to the paper, and how to report an error in an article: a page with a form, and what becomes of it. A
//! report keeps the reader's words and nothing that the reader did not write; it needs no script and no cookie.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use face::{Args, Key, Slot};
use gate::Random;
use http::{StatusCode, header};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use minijinja::context;
use minijinja::value::Value;
use newsroom::Head;
use store::{NewReport, REPORT_CHARS_MAX};

use super::addresses;
use super::article::shared;
use super::contexts::{Chrome, Link, encoded, value};
use super::forms::{MAIL_BYTES_MAX, is_mail};
use super::{Trouble, Visit};
use crate::shell::address::network;
use crate::shell::answer::{Answer, HTML, Pieces, set};
use crate::shell::caching::Keep;
use crate::shell::finished::Finished;

/// How long a network waits between two reports.
const PAUSE: SignedDuration = SignedDuration::from_mins(1);
/// Networks that are remembered for that minute; beyond them everybody waits. As many are counted for the day; those that
/// come later wait their minute alone.
const NETWORKS_MAX: usize = 10_000;
/// Reports that a network sends in a day: the place for them is everybody's.
const DAILY_MAX: u32 = 20;

/// Which networks have sent a report today, and within a minute: keyed hashes in memory, under a key that is drawn anew
/// at midnight and at the start, so that nobody can say later who wrote.
#[derive(Debug)]
pub(crate) struct Reporters {
    random: Random,
    day: Mutex<Option<Day>>,
}

#[derive(Debug)]
struct Day {
    date: Date,
    key: [u8; 32],
    /// Who sent one within the last minute.
    latest: HashMap<[u8; 16], Timestamp>,
    /// How many each has sent.
    sent: HashMap<[u8; 16], u32>,
}

/// Whether a network may send a report now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Turn {
    /// It may, and that is remembered.
    Now,
    /// In a minute.
    Soon,
    /// Not today.
    Tomorrow,
}

impl Reporters {
    pub(crate) fn new(random: Random) -> Self {
        Self { random, day: Mutex::default() }
    }

    fn turn(&self, address: IpAddr, zone: &TimeZone, now: Timestamp) -> Turn {
        let date = zone.to_datetime(now).date();
        let mut day = self.day.lock().unwrap_or_else(PoisonError::into_inner);
        let day = match &mut *day {
            Some(day) if day.date >= date => day,
            stale => {
                let (latest, sent) = Default::default();
                stale.insert(Day { date, key: self.random.bytes(), latest, sent })
            }
        };
        day.turn(address, now)
    }
}

impl Day {
    fn turn(&mut self, address: IpAddr, now: Timestamp) -> Turn {
        let network = network(&self.key, address);
        // A clock that stepped back forgets the minute.
        self.latest.retain(|_, at| *at <= now && now.duration_since(*at) < PAUSE);
        if self.sent.get(&network).is_some_and(|sent| *sent >= DAILY_MAX) {
            return Turn::Tomorrow;
        }
        if self.latest.contains_key(&network) || self.latest.len() >= NETWORKS_MAX {
            return Turn::Soon;
        }
        self.latest.insert(network, now);
        if self.sent.len() < NETWORKS_MAX || self.sent.contains_key(&network) {
            *self.sent.entry(network).or_insert(0) += 1;
        }
        Turn::Now
    }
}

/// A form as it came.
#[derive(Default, Debug)]
struct Form {
    about: String,
    /// The slug of the author who is written to.
    author: String,
    words: String,
    mail: String,
}

/// What was wrong with it.
struct Refusal {
    status: StatusCode,
    message: String,
    /// After how many seconds it may be tried again.
    retry: Option<&'static str>,
}

/// GET: how to write to the paper, and the form.
pub(crate) async fn contact(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let asked = visit.asked_fields();
    let form = Form { about: asked.get("about"), author: asked.get("author"), ..Form::default() };
    Ok(shared(visit, &Finished::new(page(visit, &form, None).await?)))
}

/// GET after a report was sent.
pub(crate) fn thanks(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let heading = words.text(Key::ReportThanks);
    let link = |key, href: &str| Link { name: words.text(key), href: href.to_owned() };
    let chrome = Chrome { heading: heading.clone(), robots: "noindex", ..Chrome::default() };
    let plain = context! {
        heading => heading,
        paragraphs => [words.text(Key::ReportThanksText)],
        links => value([link(Key::Corrections, "/corrections"), link(Key::ToTheFront, "/")]),
    };
    let context = context! { plain => plain, ..visit.chrome(chrome) };
    let html = visit.presentation.theme.render("plain.html", context)?;
    Ok(shared(visit, &Finished::new(html)))
}

/// POST: keeps a report.
pub(crate) async fn make(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let sent = match visit.form() {
        Ok(sent) => sent,
        Err(refusal) => return Ok(refusal),
    };
    let form = Form {
        about: sent.get("about"),
        author: String::new(),
        words: sent.get("words"),
        mail: sent.get("mail"),
    };
    match take(visit, &form).await? {
        None => Ok(visit.see("/reports")),
        Some(refusal) => {
            let html = page(visit, &form, Some(&refusal.message)).await?;
            let mut response =
                visit.answer(refusal.status, HTML, Keep::Nobody, Pieces::one(Bytes::from(html)));
            if let Some(seconds) = refusal.retry {
                set(&mut response, header::RETRY_AFTER, seconds);
            }
            Ok(response)
        }
    }
}

async fn take(visit: &Visit<'_>, form: &Form) -> Result<Option<Refusal>, Trouble> {
    let words = &visit.presentation.words;
    let refuse = |status, message| Ok(Some(Refusal { status, message, retry: None }));
    let wait = |key, seconds| {
        let (status, message) = (StatusCode::TOO_MANY_REQUESTS, words.text(key));
        Ok(Some(Refusal { status, message, retry: Some(seconds) }))
    };
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    let text = tidy(&form.words);
    if text.is_empty() {
        return refuse(wrong, words.text(Key::ReportEmpty));
    }
    if text.chars().count() > REPORT_CHARS_MAX {
        let limit = Args::new().count(REPORT_CHARS_MAX as u64);
        return refuse(wrong, words.format(Key::ReportLong, &limit));
    }
    let mail = form.mail.trim();
    if !(mail.is_empty() || is_mail(mail)) {
        return refuse(wrong, words.text(Key::ReportMailWrong));
    }
    let zone = &visit.presentation.house.policy.zone;
    match visit.site.tended.reporters.turn(visit.request.address, zone, visit.now) {
        Turn::Now => {}
        Turn::Soon => return wait(Key::ReportSoon, "60"),
        Turn::Tomorrow => return wait(Key::ReportMany, "3600"),
    }
    let about = visit.about(&form.about).await?.map(|(path, _)| path).unwrap_or_default();
    let report = NewReport { about, words: text, mail: mail.to_owned() };
    match visit.site.store.add_report(report, visit.now).await? {
        Some(_) => Ok(None),
        None => {
            tracing::error!("reports are full; read them with `masthead reports`");
            Err(Trouble::Busy)
        }
    }
}

/// The words without control characters, with single line breaks.
fn tidy(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let is_kept = |letter: &char| *letter == '\n' || !letter.is_control();
    text.chars().filter(is_kept).collect::<String>().trim().to_owned()
}

async fn page(visit: &Visit<'_>, form: &Form, message: Option<&str>) -> Result<String, Trouble> {
    let paper = &visit.presentation.house.paper;
    let words = &visit.presentation.words;
    let author = visit.presentation.author(&form.author);
    let heading = match author {
        Some(author) => {
            words.format(Key::WriteTo, &Args::new().with(Slot::Name, author.name.as_str()))
        }
        None => words.text(Key::WriteToUs),
    };
    let row = |key, value: &str, href: Option<String>| {
        (!value.is_empty()).then(|| context! { name => words.text(key), value, href })
    };
    let mail = match &visit.presentation.house.contact_mail {
        Some(mail) => mail,
        None => &paper.mail,
    };
    let rows = [
        row(Key::Mail, mail, Some(mail_link(mail, author.map(|author| author.name.as_str())))),
        row(Key::Telephone, &paper.telephone, None),
        row(Key::Address, &paper.address, None),
    ];
    let about = visit.about(&form.about).await?;
    let is_plain = about.is_none() && author.is_none() && message.is_none();
    let about = about.map(|(path, head)| Link { name: head.headline, href: path });
    let plain = context! {
        heading => heading.clone(),
        paragraphs => [words.text(Key::WriteToUsText)],
        rows => rows.into_iter().flatten().collect::<Vec<Value>>(),
    };
    let report = context! {
        about => value(&about),
        words => form.words.clone(),
        mail => form.mail.clone(),
        message => message,
        chars_max => REPORT_CHARS_MAX,
        mail_max => MAIL_BYTES_MAX,
    };
    let chrome = Chrome {
        heading: match &about {
            Some(about) => format!("{}: {}", words.text(Key::ReportError), about.name),
            None => heading,
        },
        path: Some("/contact".to_owned()),
        robots: if is_plain { "" } else { "noindex" },
        ..Chrome::default()
    };
    let context = context! { plain => plain, report => report, ..visit.chrome(chrome) };
    Ok(visit.presentation.theme.render("contact.html", context)?)
}

/// The way to write a letter, with the name of whom it is for as its subject.
fn mail_link(mail: &str, name: Option<&str>) -> String {
    let subject = name.map(|name| format!("?subject={}", encoded(name))).unwrap_or_default();
    format!("mailto:{mail}{subject}")
}

/// The address of the form about an article.
pub(crate) fn form_address(path: &str) -> String {
    format!("/contact?about={}#report", encoded(path))
}

impl Visit<'_> {
    /// The published article of a path.
    async fn about(&self, path: &str) -> Result<Option<(String, Head)>, Trouble> {
        match addresses::find(self, path).await {
            Ok(entry) => Ok(Some((path.to_owned(), entry.piece.head.clone()))),
            Err(Trouble::NotFound | Trouble::NotYet | Trouble::Gone) => Ok(None),
            Err(trouble) => Err(trouble),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// 2026-09-16, in the middle of the day in London, and so many seconds.
    const NOON: i64 = 1_789_560_000;

    fn turn(reporters: &Reporters, address: &str, second: i64) -> Turn {
        reporters.turn(address.parse().unwrap(), &TimeZone::UTC, at(NOON + second))
    }

    #[test]
    fn a_network_sends_one_report_a_minute() {
        let reporters = Reporters::new(Random::counted(1));
        for (address, second, wanted) in [
            ("192.0.2.1", 0, Turn::Now),
            ("192.0.2.1", 59, Turn::Soon),
            ("::ffff:192.0.2.1", 59, Turn::Soon),
            ("192.0.2.2", 59, Turn::Now),
            ("192.0.2.1", 60, Turn::Now),
            ("2001:db8:0:100::1", 60, Turn::Now),
            // The same /56.
            ("2001:db8:0:1ff::2", 60, Turn::Soon),
            ("2001:db8:0:200::1", 60, Turn::Now),
            // A clock that stepped back refuses nobody.
            ("192.0.2.1", 10, Turn::Now),
        ] {
            assert_eq!(turn(&reporters, address, second), wanted, "{address} at {second}");
        }
    }

    #[test]
    fn a_network_that_has_sent_its_reports_waits_for_midnight_and_is_then_forgotten() {
        let reporters = Reporters::new(Random::counted(1));
        for minute in 0..i64::from(DAILY_MAX) {
            assert_eq!(turn(&reporters, "192.0.2.1", 60 * minute), Turn::Now, "{minute}");
        }
        let key = |reporters: &Reporters| reporters.day.lock().unwrap().as_ref().unwrap().key;
        let before = key(&reporters);
        let evening = 12 * 3_600 - 1;
        assert_eq!(turn(&reporters, "192.0.2.1", evening), Turn::Tomorrow);
        assert_eq!(turn(&reporters, "192.0.2.2", evening), Turn::Now);
        assert_eq!(turn(&reporters, "192.0.2.1", evening + 1), Turn::Now);
        assert_ne!(key(&reporters), before, "the names of yesterday could be found again");
        // A clock that steps back over midnight begins no day anew.
        assert_eq!(turn(&reporters, "192.0.2.1", evening), Turn::Now);
        assert_eq!(reporters.day.lock().unwrap().as_ref().unwrap().sent.len(), 1);
    }

    #[test]
    fn the_number_of_networks_has_a_limit() {
        let reporters = Reporters::new(Random::counted(1));
        let address = |n: u32| IpAddr::from(n.to_be_bytes()).to_string();
        turn(&reporters, &address(0), 0);
        {
            let mut day = reporters.day.lock().unwrap();
            let day = day.as_mut().unwrap();
            for n in 1..u32::try_from(NETWORKS_MAX).unwrap() {
                let name = network(&day.key, address(n).parse().unwrap());
                day.latest.insert(name, at(NOON));
                day.sent.insert(name, 1);
            }
        }
        assert_eq!(turn(&reporters, &address(u32::MAX), 30), Turn::Soon);
        assert_eq!(turn(&reporters, &address(u32::MAX), 60), Turn::Now);
        assert_eq!(reporters.day.lock().unwrap().as_ref().unwrap().sent.len(), NETWORKS_MAX);
    }

    #[test]
    fn words_are_tidied() {
        assert_eq!(tidy(" a\r\nb\rc\u{0}\u{7f}\n "), "a\nb\nc");
    }
}
