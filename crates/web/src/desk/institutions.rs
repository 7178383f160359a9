//! Institutions at the desk: who reads by a site licence, from which networks and with which mail addresses, how much was read by each. What
//! is typed is checked as the command checks it, and its size is shown: one digit too few opens the paper to a city.

use face::{Args, Key, Slot};
use http::StatusCode;
use jiff::civil::Date;
use minijinja::context;
use minijinja::value::Value;
use paywall::Entitlement;
use store::{Institution, InstitutionKept, InstitutionRow, MustBe};

use super::{Staff, parts};
use crate::shell::answer::Answer;
use crate::site::forms::Fields;
use crate::site::licensing::LICENCE_NAME_CHARS_MAX;
use crate::site::{Trouble, TypedLicence, Visit, network_size};

/// Months whose numbers are shown.
const MONTHS_SHOWN: usize = 12;
const HOME: &str = "/desk/institutions";

/// The form as it is shown: what was typed, or what holds.
#[derive(Default)]
struct Shown {
    slug: String,
    name: String,
    opens: String,
    networks: String,
    mail_domains: String,
    starts_on: String,
    ends_on: String,
}

impl Shown {
    fn of(institution: &Institution) -> Self {
        let opens: Vec<&str> = institution.opens.iter().map(Entitlement::as_str).collect();
        let networks: Vec<String> = institution.networks.iter().map(ToString::to_string).collect();
        Self {
            slug: institution.slug.clone(),
            name: institution.name.clone(),
            opens: opens.join(", "),
            networks: networks.join("\n"),
            mail_domains: institution.mail_domains.join("\n"),
            starts_on: institution.starts_on.to_string(),
            ends_on: institution.ends_on.map(|day| day.to_string()).unwrap_or_default(),
        }
    }

    fn typed(form: &Fields<'_>) -> Self {
        Self {
            slug: form.get("slug").trim().to_owned(),
            name: form.get("name"),
            opens: form.get("opens"),
            networks: form.get("networks").replace("\r\n", "\n"),
            mail_domains: form.get("mail_domains").replace("\r\n", "\n"),
            starts_on: form.get("starts_on").trim().to_owned(),
            ends_on: form.get("ends_on").trim().to_owned(),
        }
    }

    /// What is to be kept, or what is wrong.
    fn check(&self, today: Date) -> Result<Institution, String> {
        let day = |text: &str| -> Result<Option<Date>, String> {
            if text.is_empty() {
                return Ok(None);
            }
            let shown: String = text.chars().take(40).collect();
            text.parse()
                .map(Some)
                .map_err(|_| format!("{shown:?} is not a day; write one such as 2026-09-30"))
        };
        let words = |text: &str| -> Vec<String> {
            let all = text.split([',', '\n', ' ']).map(str::trim);
            all.filter(|word| !word.is_empty()).map(str::to_owned).collect()
        };
        let typed = TypedLicence {
            slug: self.slug.clone(),
            name: self.name.clone(),
            opens: words(&self.opens),
            networks: words(&self.networks),
            mail_domains: words(&self.mail_domains),
            starts_on: day(&self.starts_on)?.unwrap_or(today),
            ends_on: day(&self.ends_on)?,
        };
        typed.check().map(|(institution, _)| institution)
    }
}

/// GET: all of them, and the form for one more.
pub(super) async fn show(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    list(visit, staff, StatusCode::OK, &Shown::default(), None).await
}

/// POST: one more.
pub(super) async fn add(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    let form = match visit.form() {
        Ok(form) => form,
        Err(refusal) => return Ok(refusal),
    };
    let typed = Shown::typed(&form);
    let new = match typed.check(visit.today()) {
        Ok(new) => new,
        Err(wrong) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return list(visit, staff, status, &typed, Some(wrong)).await;
        }
    };
    let slug = new.slug.clone();
    match keep(visit, staff, new, MustBe::New).await? {
        Ok(()) => Ok(visit.see(&format!("{HOME}/{slug}?said=kept"))),
        Err(wrong) => list(visit, staff, StatusCode::CONFLICT, &typed, Some(wrong)).await,
    }
}

/// GET `/desk/institutions/{institution}`: one, with its form, its states and its numbers.
pub(super) async fn show_one(
    visit: &Visit<'_>,
    staff: &Staff,
    named: &str,
) -> Result<Answer, Trouble> {
    let row = known(visit, named).await?;
    one(visit, staff, StatusCode::OK, &row, &Shown::of(&row.institution), None).await
}

/// POST: changes one, or ends it.
pub(super) async fn change(
    visit: &Visit<'_>,
    staff: &Staff,
    named: &str,
) -> Result<Answer, Trouble> {
    let form = match visit.form() {
        Ok(form) => form,
        Err(refusal) => return Ok(refusal),
    };
    let row = known(visit, named).await?;
    let typed = Shown { slug: row.institution.slug.clone(), ..Shown::typed(&form) };
    let new = if form.get("act") == "end" {
        let ended_at = row.institution.ended_at.or(Some(visit.now));
        Ok(Institution { ended_at, ..row.institution.clone() })
    } else {
        typed.check(visit.today())
    };
    let new = match new {
        Ok(new) => new,
        Err(wrong) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return one(visit, staff, status, &row, &typed, Some(wrong)).await;
        }
    };
    match keep(visit, staff, new, MustBe::Known).await? {
        Ok(()) => Ok(visit.see(&format!("{HOME}/{}?said=kept", row.institution.slug))),
        Err(wrong) => one(visit, staff, StatusCode::CONFLICT, &row, &typed, Some(wrong)).await,
    }
}

async fn known(visit: &Visit<'_>, named: &str) -> Result<InstitutionRow, Trouble> {
    let found = visit.site.store.institution(named.to_owned()).await?;
    found.ok_or(Trouble::NotFound)
}

/// Keeps one, or says why not.
async fn keep(
    visit: &Visit<'_>,
    staff: &Staff,
    new: Institution,
    must_be: MustBe,
) -> Result<Result<(), String>, Trouble> {
    let words = &visit.presentation.words;
    let named = |key, name: &str| words.format(key, &Args::new().with(Slot::Name, name));
    let store = &visit.site.store;
    let slug = new.slug.clone();
    let kept = store.keep_institution(new, must_be, staff.doer(), visit.today(), visit.now).await?;
    Ok(match kept {
        InstitutionKept::Kept | InstitutionKept::Unchanged => Ok(()),
        InstitutionKept::Taken => Err(named(Key::InstitutionTaken, &slug)),
        InstitutionKept::Unknown => return Err(Trouble::NotFound),
        InstitutionKept::Overlaps { name, .. } | InstitutionKept::Shares { name, .. } => {
            Err(named(Key::InstitutionOverlaps, &name))
        }
        InstitutionKept::TooMany => Err(words.text(Key::InstitutionsFull)),
    })
}

fn fields(visit: &Visit<'_>, shown: &Shown) -> Value {
    let plans = visit.presentation.house.plans.iter().flat_map(|plan| &plan.opens);
    let mut opens: Vec<&str> = plans.map(Entitlement::as_str).collect();
    opens.sort_unstable();
    opens.dedup();
    context! {
        slug => shown.slug.clone(),
        name => shown.name.clone(),
        opens => shown.opens.clone(),
        opens_known => opens.join(", "),
        networks => shown.networks.clone(),
        mail_domains => shown.mail_domains.clone(),
        starts_on => shown.starts_on.clone(),
        ends_on => shown.ends_on.clone(),
        name_max => LICENCE_NAME_CHARS_MAX,
    }
}

/// One in the list: what it opens, until when, how large.
fn listed(visit: &Visit<'_>, row: &InstitutionRow) -> Value {
    let words = &visit.presentation.words;
    let one = &row.institution;
    let opens: Vec<&str> = one.opens.iter().map(Entitlement::as_str).collect();
    let networks =
        one.networks.iter().map(|network| format!("{network} ({})", network_size(network)));
    let domains = one.mail_domains.iter().map(|domain| format!("@{domain}"));
    let day = |day: Date| words.date(day, visit.today());
    context! {
        href => format!("{HOME}/{}", one.slug),
        name => one.name.clone(),
        opens => opens.join(", "),
        from => networks.chain(domains).collect::<Vec<_>>(),
        until => one.ends_on.map(|last| {
            words.format(Key::InstitutionUntil, &Args::new().with(Slot::Date, day(last)))
        }),
        is_over => one.is_over(visit.today()),
    }
}

async fn list(
    visit: &Visit<'_>,
    staff: &Staff,
    status: StatusCode,
    shown: &Shown,
    wrong: Option<String>,
) -> Result<Answer, Trouble> {
    let rows = visit.site.store.institutions().await?;
    let body = context! {
        rows => rows.iter().map(|row| listed(visit, row)).collect::<Vec<_>>(),
        form => fields(visit, shown),
        action => HOME,
        refused => wrong,
    };
    let heading = visit.presentation.words.text(Key::DeskInstitutions);
    parts::page(visit, Some(staff), status, "desk/institutions.html", &heading, body)
}

async fn one(
    visit: &Visit<'_>,
    staff: &Staff,
    status: StatusCode,
    row: &InstitutionRow,
    shown: &Shown,
    wrong: Option<String>,
) -> Result<Answer, Trouble> {
    let (store, words) = (&visit.site.store, &visit.presentation.words);
    let slug = row.institution.slug.clone();
    let states = store.institution_history(slug.clone()).await?;
    let reads = store.institution_reads(slug.clone(), MONTHS_SHOWN).await?;
    let state = |state: &InstitutionRow| {
        context! {
            at => visit.when(state.recorded_at).text,
            iso => visit.iso(state.recorded_at),
            row => listed(visit, state),
            ended => state.institution.ended_at.is_some(),
        }
    };
    let month = |(month, number): &(String, u64)| {
        context! { month => month.clone(), number => words.digits(*number) }
    };
    let kept = visit.asked_fields().get("said") == "kept";
    let body = context! {
        well => kept.then(|| words.text(Key::DeskSaved)),
        refused => wrong,
        row => listed(visit, row),
        form => fields(visit, shown),
        is_known => true,
        action => format!("{HOME}/{slug}"),
        states => states.iter().rev().map(state).collect::<Vec<_>>(),
        months => reads.iter().map(month).collect::<Vec<_>>(),
        can_end => row.institution.ended_at.is_none(),
        back => HOME,
    };
    let name = row.institution.name.clone();
    parts::page(visit, Some(staff), status, "desk/institution.html", &name, body)
}
