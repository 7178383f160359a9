//! Reads the decision table: a row of text becomes the arguments of `decide`, and a decision becomes the words of the
//! table again. A word that is not known is an error; it never guesses.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use paywall::{
    Access, Allowances, ArticleKey, Asked, Asker, Basis, Budget, Crowd, Decision, Ending,
    Entitlement, ExpiredReader, Interval, Licence, Mail, Meter, Meterage, Month, OnOutage, Opened,
    Pass, Past, Policy, Reader, Reason, Registration, SettingsVersion, Source, Standing,
    VerifiedMail, Who, Window, WindowRule,
};

/// The columns of the table, in order.
pub(crate) const COLUMNS: [&str; 8] =
    ["id", "who asks", "pass", "access", "policy", "readings before", "decision", "why"];

const ARTICLE: ArticleKey = ArticleKey::from_bytes([1; 16]);
const ANOTHER: ArticleKey = ArticleKey::from_bytes([2; 16]);

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Row {
    /// Its name.
    pub(crate) id: String,
    /// What it expects, in the words of the table.
    pub(crate) decision: String,
    /// What it asks.
    pub(crate) case: Case,
}

/// The arguments of one decision.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// The paper's rules.
    pub(crate) policy: Policy,
    /// Who asks.
    pub(crate) asker: Asker,
    /// For what.
    pub(crate) asked: Asked,
    /// Where they stand.
    pub(crate) standing: Standing,
}

impl Case {
    /// Decides at [`now`].
    pub(crate) fn decide(&self) -> Decision {
        paywall::decide(&self.policy, &self.asker, &self.asked, self.standing, now())
    }
}

/// The paper's zone.
pub(crate) fn zone() -> TimeZone {
    TimeZone::get("America/Halifax").expect("a zone that every database has")
}

/// Noon on 15 September 2026.
pub(crate) fn now() -> Timestamp {
    zone()
        .to_timestamp(Date::constant(2026, 9, 15).at(12, 0, 0, 0))
        .expect("an hour that every zone has")
}

fn day(text: &str) -> Result<Timestamp, String> {
    let date: Date = text.parse().map_err(|_| format!("{text:?} is not a date"))?;
    zone().to_timestamp(date.at(0, 0, 0, 0)).map_err(|error| error.to_string())
}

fn number(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("{text:?} is not a number"))
}

/// Reads every row of the first table of a Markdown text; the header has to be [`COLUMNS`].
pub(crate) fn read(text: &str) -> Result<Vec<Row>, String> {
    let mut lines = text.lines().enumerate().filter(|(_, line)| line.starts_with('|'));
    let header = lines.next().map(|(_, line)| cells(line)).unwrap_or_default();
    if header != COLUMNS {
        return Err(format!("the columns are {header:?}, and should be {COLUMNS:?}"));
    }
    lines
        .filter(|(_, line)| !line.starts_with("|---"))
        .map(|(place, line)| row(line).map_err(|wrong| format!("line {}: {wrong}", place + 1)))
        .collect()
}

fn cells(line: &str) -> Vec<&str> {
    line.trim().trim_start_matches('|').trim_end_matches('|').split('|').map(str::trim).collect()
}

fn row(line: &str) -> Result<Row, String> {
    let cells = cells(line);
    let [id, who, pass, access, policy, readings, decision, why] = cells[..] else {
        return Err(format!("{} cells, and should be {}", cells.len(), COLUMNS.len()));
    };
    if cells.iter().any(|cell| cell.is_empty()) || !why.ends_with('.') {
        return Err("every cell has words, and the last one is a sentence".to_owned());
    }
    let asker = Asker { who: read_who(who)?, pass: read_pass(pass)? };
    let access = Access::parse(access).map_err(|error| error.to_string())?;
    let case = Case {
        policy: read_policy(policy)?,
        asker,
        asked: Asked { key: ARTICLE, access },
        standing: read_standing(readings)?,
    };
    Ok(Row { id: id.to_owned(), decision: decision.to_owned(), case })
}

/// What the text above the table calls the paper's rules.
pub(crate) fn default_policy() -> Policy {
    Policy {
        version: SettingsVersion(1),
        zone: zone(),
        month: Month::default(),
        meter: Meter {
            allowances: Allowances { visitor: 5, registered: 10 },
            window: WindowRule::CalendarMonth,
            lifted_by: Entitlement::DIGITAL,
        },
        registration: Registration::On,
        verified_mail: VerifiedMail::Optional,
        expired_reader: ExpiredReader::Metered,
        new_visitor_budget: Budget::Observe,
        on_outage: OnOutage::Teaser,
        crawlers_read_all: false,
    }
}

fn read_policy(text: &str) -> Result<Policy, String> {
    let mut policy = default_policy();
    if text == "-" {
        return Ok(policy);
    }
    for change in text.split(", ") {
        match change.split(' ').collect::<Vec<_>>()[..] {
            ["visitors", n] => policy.meter.allowances.visitor = number(n)?,
            ["registered", n] => policy.meter.allowances.registered = number(n)?,
            ["rolling", n] => {
                let days = n.parse().map_err(|_| format!("{n:?} is no number of days"))?;
                policy.meter.window = WindowRule::Rolling { days };
            }
            ["lifted", "by", name] => policy.meter.lifted_by = entitlement(name)?,
            ["registration", "off"] => policy.registration = Registration::Off,
            ["mail", "required"] => policy.verified_mail = VerifiedMail::Required,
            ["expired", "walled"] => policy.expired_reader = ExpiredReader::Walled,
            ["outage", "open"] => policy.on_outage = OnOutage::Open,
            ["crawlers", "read", "all"] => policy.crawlers_read_all = true,
            ["budget", "off"] => policy.new_visitor_budget = Budget::Off,
            ["budget", "observe"] => policy.new_visitor_budget = Budget::Observe,
            ["budget", "learned"] => policy.new_visitor_budget = Budget::Learned,
            ["budget", n] => policy.new_visitor_budget = Budget::Limit(number(n)?),
            _ => return Err(format!("policy {change:?} is not known")),
        }
    }
    Ok(policy)
}

fn entitlement(name: &str) -> Result<Entitlement, String> {
    Entitlement::parse(name).map_err(|error| error.to_string())
}

fn read_pass(text: &str) -> Result<Option<Pass>, String> {
    Ok(Some(match text {
        "-" => return Ok(None),
        "gift" => Pass::Gift(ARTICLE),
        "gift of another" => Pass::Gift(ANOTHER),
        "institution" => licence(Entitlement::DIGITAL, None, None)?,
        "institution ended" => licence(Entitlement::DIGITAL, None, Some("2026-09-10"))?,
        "institution from 2026-10-01" => licence(Entitlement::DIGITAL, Some("2026-10-01"), None)?,
        other => match other.strip_prefix("institution for ") {
            Some(name) => licence(entitlement(name)?, None, None)?,
            None => return Err(format!("pass {other:?} is not known")),
        },
    }))
}

fn licence(entitlement: Entitlement, from: Option<&str>, to: Option<&str>) -> Result<Pass, String> {
    let starts_at = from.map(day).transpose()?.unwrap_or(Timestamp::MIN);
    let (opens, ends_at) = (vec![entitlement], to.map(day).transpose()?);
    Ok(Pass::Institution(Box::new(Licence { number: 1, opens, starts_at, ends_at })))
}

/// Reads who asks.
pub(crate) fn read_who(text: &str) -> Result<Who, String> {
    Ok(match text {
        "stranger" => Who::Stranger,
        "newcomer" => Who::Newcomer(Crowd::Usual),
        "newcomer, crowded" => Who::Newcomer(Crowd::Many),
        "visitor" => Who::Visitor,
        "crawler" => Who::Crawler,
        "staff" => Who::Staff,
        "reader" => Who::Reader(Reader { mail: Mail::Verified, intervals: Vec::new() }),
        other => match other.strip_prefix("reader, ") {
            Some(facts) => Who::Reader(read_reader(facts)?),
            None => return Err(format!("who {other:?} is not known")),
        },
    })
}

fn read_reader(facts: &str) -> Result<Reader, String> {
    let mut reader = Reader { mail: Mail::Verified, intervals: Vec::new() };
    for fact in facts.split(", ") {
        match fact {
            "unverified" => reader.mail = Mail::Unverified,
            other => reader.intervals.push(read_interval(other)?),
        }
    }
    Ok(reader)
}

fn read_interval(fact: &str) -> Result<Interval, String> {
    let words: Vec<&str> = fact.split(' ').collect();
    let (source, rest) = match words[..] {
        [source, "for", name, ref rest @ ..] => ((source, entitlement(name)?), rest),
        [source, ref rest @ ..] => ((source, Entitlement::DIGITAL), rest),
        [] => return Err("nothing after \"reader\"".to_owned()),
    };
    let mut interval = Interval {
        entitlement: source.1,
        source: read_source(source.0)?,
        starts_at: day("2025-01-01")?,
        grace_from: None,
        ends_at: Some(day("2027-01-01")?),
        ending: Ending::RanOut,
    };
    match *rest {
        ["live"] => {}
        ["open-ended"] => interval.ends_at = None,
        ["from", date] => interval.starts_at = day(date)?,
        ["grace", "to", date] => {
            interval.grace_from = Some(day("2026-09-01")?);
            interval.ends_at = Some(day(date)?);
            interval.ending = Ending::PaymentFailed;
        }
        ["ended", date, ref how @ ..] => {
            interval.ends_at = Some(day(date)?);
            interval.ending = match *how {
                [] => Ending::RanOut,
                ["charged"] => Ending::RanOutCharged,
                ["unpaid"] => Ending::PaymentFailed,
                _ => return Err(format!("ending {how:?} is not known")),
            };
        }
        _ => return Err(format!("{fact:?} is not known")),
    }
    Ok(interval)
}

fn read_source(word: &str) -> Result<Source, String> {
    Ok(match word {
        "paid" => Source::Paid,
        "trial" => Source::Trial,
        "complimentary" => Source::Complimentary,
        "seat" => Source::Seat,
        "print" => Source::Print,
        _ => return Err(format!("source {word:?} is not known")),
    })
}

/// A window of this month, or of the last one, laid by the rule of the default policy.
pub(crate) fn window(over: bool) -> Window {
    let laid_at = if over { day("2026-08-20").expect("a date") } else { now() };
    WindowRule::CalendarMonth.lay(&zone(), laid_at)
}

fn read_standing(text: &str) -> Result<Standing, String> {
    match text {
        "none" => return Ok(Standing::Nothing),
        "unknown" => return Ok(Standing::Unknown),
        _ => {}
    }
    let (text, over) = text.strip_suffix(", window over").map_or((text, false), |t| (t, true));
    let (text, this) = text
        .strip_suffix(" with this one")
        .map_or((text, Opened::NotYet), |t| (t, Opened::Already));
    Ok(Standing::Counted { window: window(over), read: number(text)?, this })
}

/// A decision in the words of the table.
pub(crate) fn describe(decision: &Decision) -> String {
    match decision {
        Decision::Open(grant) => {
            let until = grant.until().map(|end| format!(" to {}", date(end))).unwrap_or_default();
            let more = match grant.basis() {
                Basis::Held { grace: Some(_), .. } => ", in grace".to_owned(),
                Basis::Reading(meterage) => format!("; {}", meter(Some(meterage))),
                _ => String::new(),
            };
            format!("open: {}{until}{more}", basis_word(grant.basis()))
        }
        Decision::Ask(ticket) => match ticket.before() {
            Some(meterage) => format!("ask; {}", meter(Some(meterage))),
            None => "ask; numbers unknown".to_owned(),
        },
        Decision::Refuse(wall) => {
            format!("wall: {}; {}", reason(wall.reason), meter(wall.meterage))
        }
    }
}

fn date(at: Timestamp) -> Date {
    zone().to_datetime(at).date()
}

/// The word for why an article is open.
pub(crate) const fn basis_word(basis: Basis) -> &'static str {
    match basis {
        Basis::Staff => "staff",
        Basis::Held { source, .. } => match source {
            Source::Paid => "paid",
            Source::Trial => "trial",
            Source::Complimentary => "complimentary",
            Source::Seat => "seat",
            Source::Print => "print",
        },
        Basis::Institution { .. } => "institution",
        Basis::Gift => "gift",
        Basis::Crawler => "crawler",
        Basis::Free => "free",
        Basis::Registered => "registered",
        Basis::Reading(_) => "reading",
        Basis::Outage => "outage",
    }
}

/// The words for why an article stays closed, without dates and numbers.
pub(crate) const fn reason_word(reason: Reason) -> &'static str {
    match reason {
        Reason::UsedUp => "used up",
        Reason::Subscribers => "subscribers",
        Reason::TrialOver { .. } => "trial over",
        Reason::SubscriptionOver { .. } => "subscription over",
        Reason::Registration { .. } => "registration",
        Reason::VerifyMail => "verify mail",
        Reason::Network => "network",
    }
}

fn reason(reason: Reason) -> String {
    let word = reason_word(reason);
    match reason {
        Reason::TrialOver { ended_at, charged } => {
            let charged = if charged { "charged" } else { "nothing charged" };
            format!("{word} {}, {charged}", date(ended_at))
        }
        Reason::SubscriptionOver { ended_at, payment_failed } => {
            let failed = if payment_failed { ", payment failed" } else { "" };
            format!("{word} {}{failed}", date(ended_at))
        }
        Reason::Registration { more: Some(more) } => format!("{word}, {more} more"),
        _ => word.to_owned(),
    }
}

fn meter(meterage: Option<Meterage>) -> String {
    let Some(Meterage { read, allowance, past, .. }) = meterage else {
        return "numbers unknown".to_owned();
    };
    let past = match past {
        Past::Nothing => "",
        Past::Trial { .. } => " after trial",
        Past::Subscription { .. } => " after subscription",
    };
    format!("{read} of {allowance}{past}")
}
