//! Plans, offers and newsletters: reading them from the document, and what looks odd in a tariff. Amounts are only compared here;
//! nothing is charged and no day is looked at.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use paywall::{
    Audience, Currency, Entitlement, Finding, Moment, Money, OFFER_ID_BYTES_MAX, Offer, OfferId,
    OfferTerms, Period, Plan, Price, ReaderState, Repeat, SEATS_MAX, Severity, TRIAL_DAYS_MAX,
    TermsError,
};
use toml_edit::{Item, TableLike};

use super::check::{self, Checked, quoted};
use super::gather::Gathering;
use super::settings::nearest;
use super::{
    NAME_CHARS_MAX, NEWSLETTER_FIELDS, Newsletter, OFFER_FIELDS, OFFER_MONTHS_MAX, PLAN_FIELDS,
    PLAN_OPENS_MAX, PLANS_MAX, TEXT_CHARS_MAX, TariffField,
};

/// The tariff of a document.
pub(super) fn gather(gathering: &mut Gathering<'_, '_>) -> (Vec<Plan>, Vec<Offer>) {
    let mut slugs = HashSet::new();
    let mut plans = Vec::new();
    let rows_of_plans = rows(gathering, "plans", "slug", PLAN_FIELDS);
    // Where a plan's slug cannot be read, an offer may well mean that one.
    let all_named =
        rows_of_plans.as_ref().is_some_and(|rows| rows.iter().all(|row| row.name.is_some()));
    for mut row in rows_of_plans.unwrap_or_default() {
        let plan = row.plan();
        if let Some(slug) = row.name.clone()
            && !slugs.insert(slug)
        {
            row.fault("slug", "an earlier plan has this slug; write another".to_owned());
        }
        plans.extend(row.finish(gathering).and(plan));
    }
    let mut names = HashSet::new();
    let mut offers = Vec::new();
    for mut row in rows(gathering, "offers", "plan", OFFER_FIELDS).unwrap_or_default() {
        let plan = plans.iter().find(|plan| Some(&plan.slug) == row.name.as_ref());
        let offer = row.offer(plan);
        match row.name.clone() {
            // A plan that is at fault itself still exists: an offer for it is no second fault.
            Some(slug) if all_named && !slugs.contains(&slug) => {
                row.fault(
                    "plan",
                    format!("there is no plan {}; {}", quoted(&slug), choose(&slugs)),
                );
            }
            _ => {}
        }
        if let Some(offer) = &offer
            && !names.insert(offer.id.clone())
        {
            let sentence = format!(
                "an earlier offer is known as {} already; give one of them a slug of its own",
                quoted(offer.id.as_str())
            );
            row.fault("slug", sentence);
        }
        offers.extend(row.finish(gathering).and(offer));
    }
    (plans, offers)
}

fn choose(slugs: &HashSet<String>) -> String {
    let mut slugs: Vec<&str> = slugs.iter().map(String::as_str).collect();
    slugs.sort_unstable();
    match slugs.as_slice() {
        [] => "add a table [[plans]] first".to_owned(),
        slugs => format!("write {}", slugs.join(" or ")),
    }
}

/// What looks odd in a tariff that is well-formed.
pub(super) fn lint(
    plans: &[Plan],
    offers: &[Offer],
    lifted_by: &Entitlement,
    zone: &TimeZone,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut warn = |setting, sentence| {
        findings.push(Finding { severity: Severity::Warned, setting, sentence });
    };
    if !plans.is_empty() && !plans.iter().any(|plan| plan.opens.contains(lifted_by)) {
        warn(
            "plans",
            format!(
                "no plan opens \"{lifted_by}\", which lifts the meter, so subscribers would be counted; add it to a \
                 plan's opens"
            ),
        );
    }
    for plan in plans {
        if let Some(yearly) = plan.yearly
            && yearly.minor > plan.monthly.minor.saturating_mul(12)
        {
            warn(
                "plans",
                format!(
                    "a year of {} costs {yearly}, more than twelve months of {}",
                    plan.slug, plan.monthly
                ),
            );
        }
    }
    for (place, offer) in offers.iter().enumerate() {
        let Some(plan) = plans.iter().find(|plan| plan.slug == offer.plan) else { continue };
        if let OfferTerms::Intro { periods, amount } = offer.terms {
            // Trials are short: what they would cost by the month says nothing.
            let usual = plan.monthly.minor.saturating_mul(i64::from(periods));
            if amount.minor >= usual {
                let usual = Money { minor: usual, currency: amount.currency };
                warn(
                    "offers",
                    format!(
                        "the offer for {} costs {amount}, and without it {periods} months cost {usual}",
                        offer.plan
                    ),
                );
            }
        }
        if let OfferTerms::PercentOff { percent, .. } = offer.terms
            && offer.at_once().minor == 0
        {
            warn(
                "offers",
                format!(
                    "{} less {percent} percent, rounded down, is nothing; write a trial instead",
                    plan.monthly
                ),
            );
        }
        if matches!(offer.terms, OfferTerms::FreeTrial { .. }) && offer.repeat == Repeat::Always {
            warn(
                "offers",
                format!(
                    "whoever had the free trial {} can have it again when it is over, and again: nobody need ever pay; write \
                     once = true",
                    offer.id.as_str()
                ),
            );
        }
        if let Some(earlier) = offers[..place].iter().find(|earlier| hides(earlier, offer, zone)) {
            let (earlier, later) = (earlier.id.as_str(), offer.id.as_str());
            warn(
                "offers",
                format!(
                    "whoever has not had {earlier} is never shown {later}, which stands below it for the same plan, the \
                     same readers and the same time; move it up, or remove one"
                ),
            );
        }
    }
    for offer in offers {
        if let Err(error @ TermsError::Ends) = offer.check(zone) {
            let (starts, ends) = (offer.starts_at(zone), offer.ends_at(zone));
            let told = |at: Option<Timestamp>| at.map_or_else(String::new, |at| at.to_string());
            findings.push(Finding {
                severity: Severity::Refused,
                setting: "offers",
                sentence: format!(
                    "{}: {error}; it would start at {} and end at {}",
                    offer.id.as_str(),
                    told(starts),
                    told(ends)
                ),
            });
        }
    }
    findings
}

/// Whether an offer that stands above another is what everybody gets who could have either.
fn hides(above: &Offer, below: &Offer, zone: &TimeZone) -> bool {
    let begins = |offer: &Offer| offer.starts_at(zone).unwrap_or(Timestamp::MIN);
    let ends = |offer: &Offer| offer.ends_at(zone).unwrap_or(Timestamp::MAX);
    let for_all =
        |state: &ReaderState| !below.audience.holds(*state) || above.audience.holds(*state);
    above.plan == below.plan
        && begins(above) <= begins(below)
        && ends(below) <= ends(above)
        && ReaderState::ALL.iter().all(for_all)
}

/// The newsletters of a document.
pub(super) fn newsletters(gathering: &mut Gathering<'_, '_>) -> Vec<Newsletter> {
    let mut slugs = HashSet::new();
    let mut newsletters = Vec::new();
    for mut row in rows(gathering, "newsletters", "slug", NEWSLETTER_FIELDS).unwrap_or_default() {
        let newsletter = row.newsletter();
        if let Some(slug) = row.name.clone()
            && !slugs.insert(slug)
        {
            row.fault("slug", "an earlier newsletter has this slug; write another".to_owned());
        }
        newsletters.extend(row.finish(gathering).and(newsletter));
    }
    newsletters
}

/// One table of the tariff while it is read.
struct TariffRow<'i> {
    table: &'i dyn TableLike,
    group: &'static str,
    /// The slug, as far as it is one: faults are told by it.
    name: Option<String>,
    /// The line at which the table begins.
    line: Option<u32>,
    /// Fields at fault, with what is wrong.
    faults: Vec<(String, String)>,
}

/// The tables of `group`, with their unknown fields noted; `None` where `group` as a whole is at fault.
fn rows<'s>(
    gathering: &mut Gathering<'s, '_>,
    group: &'static str,
    named_by: &str,
    fields: &[TariffField],
) -> Option<Vec<TariffRow<'s>>> {
    let source = gathering.source;
    let Some(item) = source.item(group) else { return Some(Vec::new()) };
    let line = source.line_of(group);
    let Some(tables) = tables_of(item) else {
        let sentence = format!("this is no list of tables; write [[{group}]] and its fields below");
        gathering.fault(group, line, sentence);
        return None;
    };
    if tables.len() > PLANS_MAX {
        let sentence = format!("there are {}; write at most {PLANS_MAX}", tables.len());
        gathering.fault(group, line, sentence);
        return None;
    }
    let row = |(table, span): (&'s dyn TableLike, Option<_>)| {
        let name = table.get(named_by).and_then(Item::as_str);
        let name = name.filter(|name| Entitlement::parse(name).is_ok()).map(str::to_owned);
        let line = source.line_of_span(span).or(line);
        let mut row = TariffRow { table, group, name, line, faults: Vec::new() };
        row.unknown(fields);
        row
    };
    Some(tables.into_iter().map(row).collect())
}

type Spanned<'i> = (&'i dyn TableLike, Option<std::ops::Range<usize>>);

/// The tables of `[[plans]]`, or of a list of tables between `{` and `}`.
fn tables_of(item: &Item) -> Option<Vec<Spanned<'_>>> {
    if let Some(tables) = item.as_array_of_tables() {
        return Some(tables.iter().map(|table| (table as &dyn TableLike, table.span())).collect());
    }
    let values = item.as_array()?.iter();
    values.map(|value| Some((value.as_inline_table()? as &dyn TableLike, value.span()))).collect()
}

impl TariffRow<'_> {
    fn fault(&mut self, field: &str, sentence: String) {
        self.faults.push((field.chars().take(NAME_CHARS_MAX).collect(), sentence));
    }

    fn unknown(&mut self, fields: &[TariffField]) {
        let names = || fields.iter().map(|field| field.name);
        for (name, _) in self.table.iter().take(FIELDS_READ_MAX) {
            if !names().any(|known| known == name) {
                let like = nearest(name, names());
                self.fault(name, format!("there is no such field; the nearest is {like}"));
            }
        }
        for field in fields.iter().filter(|field| field.required) {
            if !self.table.contains_key(field.name) {
                self.fault(field.name, format!("this is missing; write {}", field.allowed));
            }
        }
    }

    /// A field, where it is there and right.
    fn field<T>(&mut self, name: &str, read: impl FnOnce(&Item) -> Checked<T>) -> Option<T> {
        match read(self.table.get(name)?) {
            Ok(value) => Some(value),
            Err(sentence) => {
                self.fault(name, sentence);
                None
            }
        }
    }

    /// The table as a plan; `None` only where there is a fault.
    fn plan(&mut self) -> Option<Plan> {
        let slug = self.field("slug", slug);
        let name = self.field("name", |item| check::name(check::string(item)?, NAME_CHARS_MAX));
        let summary =
            self.field("summary", |item| check::line(check::string(item)?, TEXT_CHARS_MAX));
        let opens = self.field("opens", opens);
        let currency = self.field("currency", |item| {
            Currency::parse(check::string(item)?).map_err(|error| error.to_string())
        });
        let monthly = self.field("monthly", |item| amount(item, currency));
        let yearly = self.field("yearly", |item| amount(item, currency));
        let print = self.field("print", boolean);
        let seats = self.field("seats", |item| check::count(item, 1, SEATS_MAX));
        let asks = self.field("asks", |item| check::line(check::string(item)?, TEXT_CHARS_MAX));
        Some(Plan {
            slug: slug?,
            name: name?,
            summary: summary.unwrap_or_default(),
            opens: opens?,
            monthly: monthly??,
            yearly: yearly.flatten(),
            print: print.unwrap_or_default(),
            seats: seats.unwrap_or(1),
            asks: asks.unwrap_or_default(),
        })
    }

    /// The table as a newsletter; `None` only where there is a fault.
    fn newsletter(&mut self) -> Option<Newsletter> {
        let slug = self.field("slug", slug);
        let name = self.field("name", |item| check::name(check::string(item)?, NAME_CHARS_MAX));
        let summary =
            self.field("summary", |item| check::line(check::string(item)?, TEXT_CHARS_MAX));
        let summary = summary.unwrap_or_default();
        Some(Newsletter { slug: slug?, name: name?, summary })
    }

    /// The table as an offer of its plan; `None` only where there is a fault here or in the plan.
    fn offer(&mut self, of: Option<&Plan>) -> Option<Offer> {
        let plan = self.field("plan", slug);
        let terms = self.terms(of.map(|plan| plan.monthly.currency));
        let starts = self.moment("starts_on", "starts_at");
        let ends = self.moment("ends_on", "ends_at");
        let audience = self.field("audience", audience);
        let once = self.field("once", boolean);
        let named = self.field("slug", |item| {
            OfferId::parse(check::string(item)?).map_err(|error| error.to_string())
        });
        let (plan, terms, of) = (plan?, terms?, of?);
        let id = if self.table.contains_key("slug") { named? } else { made_id(&plan, &terms)? };
        Some(Offer {
            id,
            plan,
            terms,
            then: Price { amount: of.monthly, period: Period::Month },
            starts,
            ends,
            audience: audience.unwrap_or(ANYBODY),
            repeat: if once == Some(false) { Repeat::Always } else { Repeat::OncePerPerson },
        })
    }

    /// What is special about the first time.
    fn terms(&mut self, currency: Option<Currency>) -> Option<OfferTerms> {
        let [percents, has_months, is_trial, has_intro] =
            ["percent", "months", "trial_days", "intro"].map(|name| self.table.contains_key(name));
        let least = i64::from(!is_trial);
        let intro = self.field("intro", |item| amount_from(item, currency, least)).flatten();
        let months = self.field("months", |item| check::count(item, 1, OFFER_MONTHS_MAX));
        let days =
            self.field("trial_days", |item| check::count(item, 1, u32::from(TRIAL_DAYS_MAX)));
        let percent = self.field("percent", |item| check::count(item, 1, 99));
        match (has_months, is_trial) {
            (true, true) => {
                self.fault("trial_days", "an offer is a trial or has months, not both".to_owned());
            }
            (false, false) => {
                let sentence = "write how many months the intro is for, or trial_days for a trial";
                self.fault("months", sentence.to_owned());
            }
            _ => {}
        }
        match (percents, has_intro) {
            (true, true) => {
                let sentence = "an offer has an intro or takes percent off, not both";
                self.fault("percent", sentence.to_owned());
            }
            (true, false) if is_trial => {
                let sentence =
                    "a trial has an intro, and no percent; write intro = 0 for a free one";
                self.fault("percent", sentence.to_owned());
            }
            (false, false) => {
                let sentence = "this is missing; write what the first time costs, or percent";
                self.fault("intro", sentence.to_owned());
            }
            _ => {}
        }
        if percents {
            let percent = u8::try_from(percent?).ok()?;
            return Some(OfferTerms::PercentOff { percent, periods: months? });
        }
        let amount = intro?;
        Some(match days {
            None => OfferTerms::Intro { periods: months?, amount },
            Some(days) => {
                let days = u16::try_from(days).ok()?;
                if amount.minor == 0 {
                    OfferTerms::FreeTrial { days }
                } else {
                    OfferTerms::CheapTrial { days, amount }
                }
            }
        })
    }

    /// A beginning or an end: a day, or a minute.
    fn moment(&mut self, on: &'static str, at: &'static str) -> Option<Moment> {
        let day = self.field(on, check::day).flatten().map(Moment::Day);
        let minute = self.field(at, check::minute).flatten().map(Moment::Minute);
        if day.is_some() && minute.is_some() {
            self.fault(at, format!("there is {on} as well; remove one of them"));
        }
        day.or(minute)
    }

    /// Hands the faults on; something only where there were none.
    fn finish(self, gathering: &mut Gathering<'_, '_>) -> Option<()> {
        let flawless = self.faults.is_empty();
        for (field, sentence) in self.faults {
            let key = match &self.name {
                Some(name) => format!("{}.{name}.{field}", self.group),
                None => format!("{}.{field}", self.group),
            };
            let entry = self.table.get_key_value(&field);
            let line = entry.and_then(|(key, item)| gathering.source.line_of_entry(key, item));
            gathering.fault(&key, line.or(self.line), sentence);
        }
        flawless.then_some(())
    }
}

/// Of a table with more fields than this, the first are looked at.
const FIELDS_READ_MAX: usize = 50;

/// Whom an offer is for that names nobody.
const ANYBODY: Audience =
    Audience::of(&[ReaderState::New, ReaderState::Lapsed, ReaderState::Trialist]);

/// As much of a plan's slug as leaves room for the rest of an offer's name, in characters.
const SLUG_CHARS_IN_ID: usize = 14;

/// The name of an offer that has none of its own: the same terms are the same offer.
fn made_id(plan: &str, terms: &OfferTerms) -> Option<OfferId> {
    let rest = match terms {
        OfferTerms::FreeTrial { days } => format!("{days}d-0"),
        OfferTerms::CheapTrial { days, amount } => format!("{days}d-{}", amount.minor),
        OfferTerms::Intro { periods, amount } => format!("{periods}-{}", amount.minor),
        OfferTerms::PercentOff { percent, periods } => format!("{periods}-{percent}p"),
    };
    let plan: String = plan.chars().take(SLUG_CHARS_IN_ID).collect();
    let id: String = format!("{plan}-{rest}").chars().take(OFFER_ID_BYTES_MAX).collect();
    OfferId::parse(&id).ok()
}

/// The states that an offer is for.
fn audience(item: &Item) -> Checked<Audience> {
    let remedy =
        || "write a list of \"new\", \"lapsed\" and \"trialist\", or of some of them".to_owned();
    let list = item.as_array().filter(|list| !list.is_empty()).ok_or_else(remedy)?;
    let mut states = Vec::new();
    for value in list {
        states.push(match value.as_str() {
            Some("new") => ReaderState::New,
            Some("lapsed") => ReaderState::Lapsed,
            Some("trialist") => ReaderState::Trialist,
            _ => return Err(remedy()),
        });
    }
    Ok(Audience::of(&states))
}

fn boolean(item: &Item) -> Checked<bool> {
    item.as_bool().ok_or_else(|| "write true or false, without quotation marks".to_owned())
}

/// A name for addresses.
fn slug(item: &Item) -> Checked<String> {
    let text = check::string(item)?;
    match Entitlement::parse(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err(format!("{} is not a slug; write 1 to 32 of a-z, 0-9 and -", quoted(text))),
    }
}

/// The entitlements that a plan opens.
fn opens(item: &Item) -> Checked<Vec<Entitlement>> {
    let remedy = || format!("write a list of 1 to {PLAN_OPENS_MAX} entitlements: [\"digital\"]");
    let list = item.as_array().ok_or_else(remedy)?;
    if !(1..=PLAN_OPENS_MAX).contains(&list.len()) {
        return Err(format!("the list has {} entitlements; {}", list.len(), remedy()));
    }
    let names = list.iter().map(|value| value.as_str().ok_or_else(remedy));
    names.map(|name| check::entitlement(name?)).collect()
}

/// An amount above 0; `None` where the currency is at fault already, which leaves nothing to check.
fn amount(item: &Item, currency: Option<Currency>) -> Checked<Option<Money>> {
    amount_from(item, currency, 1)
}

/// An amount of at least so many minor units.
fn amount_from(item: &Item, currency: Option<Currency>, least: i64) -> Checked<Option<Money>> {
    let text = match (item.as_str(), item.as_integer()) {
        (Some(text), _) => text.to_owned(),
        (None, Some(whole)) => whole.to_string(),
        // A decimal number would not be kept to the cent.
        (None, None) => {
            let found = check::article_of(item.type_name());
            return Err(format!(
                "this is {found}; write an amount such as \"12.50\" in quotation marks"
            ));
        }
    };
    let Some(currency) = currency else { return Ok(None) };
    let money = Money::parse(&text, currency)
        .map_err(|error| format!("{error}, with {} decimals at most", currency.decimals()))?;
    if money.minor < least {
        return Err("an amount of 0; write more, or make the articles free instead".to_owned());
    }
    Ok(Some(money))
}
