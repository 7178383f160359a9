//! The paper as somebody else would see it, at an instant, and under settings that may not be in force yet. Who that is is supposed: facts
//! of a ledger that nobody keeps, and readings that nobody made. The gate decides over them as it decides for everybody; nothing is
//! written, and no page that is kept comes of it.

use std::sync::{Arc, OnceLock};

use face::{Args, House, Key, Slot};
use gate::{Gate, Identity, Outage, Person, ReaderId, Readings, Spend, Spent};
use http::{Method, StatusCode};
use jiff::{SignedDuration, Timestamp};
use minijinja::context;
use minijinja::value::Value;
use newsroom::Deed;
use paywall::{
    ArticleKey, Asker, AskerKind, Decision, EndedBy, Fact, FactId, Notice, Opened, Payment,
    PeriodKind, Plan, Renewal, SettingsVersion, Standing, Subscription, SubscriptionId,
    TakenBefore, What, Who,
};
use store::{KnownReader, ReaderRow, Snapshot};

use super::look::{for_frame, way_back, with_way_back, without_scripts};
use super::{Staff, fields as article_fields, parts, rule_table};
use crate::shell::answer::Answer;
use crate::shell::request::{Headers, Request, Target};
use crate::site::entries::Entry;
use crate::site::forms::Sent;
use crate::site::gifts::unlisted;
use crate::site::presentation::Presentation;
use crate::site::{Trouble, Visit, addresses, article, offers};

const OFFERS: &str = "/offers";
/// How many more a visitor may open whose notice is shown with a draft.
const FEW_LEFT: u32 = 2;

/// What is supposed.
#[derive(Debug, Default)]
pub(super) struct Supposed {
    who: String,
    read: u32,
    /// As it was typed; empty is now.
    at: String,
    what: String,
}

/// A record of readings that nobody keeps: it answers one standing.
#[derive(Debug)]
struct SupposedReadings(Standing);

impl Readings for SupposedReadings {
    async fn standing(&self, _: Person, _: ArticleKey) -> Result<Standing, Outage> {
        Ok(self.0)
    }

    async fn spend(&self, _: Spend) -> Result<Spent, Outage> {
        Err(nothing_is_kept())
    }

    async fn merge(&self, _: Person, _: Person, _: Timestamp) -> Result<(), Outage> {
        Err(nothing_is_kept())
    }
}

fn nothing_is_kept() -> Outage {
    Outage::Down("what is supposed is not written down".to_owned())
}

/// GET: the form.
pub(super) fn show(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    page(visit, staff, StatusCode::OK, &Supposed::default(), None)
}

/// POST: the page that was asked for.
pub(super) async fn act(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    let form = match visit.form() {
        Ok(form) => form,
        Err(refusal) => return Ok(refusal),
    };
    let supposed = Supposed {
        who: form.get("who"),
        read: form.get("read").parse().unwrap_or(0),
        at: form.get("at"),
        what: form.get("what"),
    };
    let refuse = |key| page(visit, staff, StatusCode::UNPROCESSABLE_ENTITY, &supposed, Some(key));
    let zone = &visit.presentation.house.policy.zone;
    let at = match supposed.at.trim() {
        "" => visit.now,
        typed => match article_fields::instant(typed, zone) {
            Some(at) => at,
            None => return refuse(Key::DeskDateWrong),
        },
    };
    let document = form.get("document").replace("\r\n", "\n");
    let presentation = if document.is_empty() {
        Arc::clone(&visit.presentation)
    } else if staff.may(Deed::SetHouse) {
        match proposed(visit, document).await {
            Ok(presentation) => Arc::new(presentation),
            Err(_) => return refuse(Key::SettingsFaults),
        }
    } else {
        return parts::refusal(visit, Some(staff), StatusCode::FORBIDDEN, Key::DeskMayNot);
    };
    let is_proposed = presentation.house.version != visit.presentation.house.version;
    let kind = kind_of(&presentation.house, &supposed.who, at);
    let path = path_of(visit, &supposed.what);
    // Found as the paper is now; what is supposed changes nothing of where it stands.
    let entry = match path.as_str() {
        OFFERS => None,
        path => match addresses::find(visit, path).await {
            Ok(entry) => Some(entry),
            Err(Trouble::NotFound | Trouble::NotYet | Trouble::Gone) => {
                return refuse(Key::SeeAsWhatWrong);
            }
            Err(trouble) => return Err(trouble),
        },
    };
    let request = asked(visit, &path);
    let theirs = somebody_s(visit, &request, presentation, at);
    let identity = identity(&theirs, &kind);
    let answer = match entry {
        None => offers::made(&theirs)?,
        Some(found) => {
            let head = &found.piece.head;
            let store = &visit.site.store;
            let piece = store.article(head.section.as_str(), head.slug.as_str()).await?;
            // Pages that are kept are made under the settings in force; this one is made for itself.
            let entry = Arc::new(Entry::new(
                piece.ok_or(Trouble::NotFound)?,
                found.related.clone(),
                Arc::clone(&found.tally),
                theirs.presentation.generation,
                at,
            ));
            let policy = &theirs.presentation.house.policy;
            let standing = Standing::Counted {
                window: policy.fresh_window(at),
                read: supposed.read,
                this: Opened::NotYet,
            };
            let gate = Gate::new(SupposedReadings(standing));
            let decision = gate.admit(policy, &identity, &entry.asked, at).await;
            article::decided(&theirs, &entry, identity.person.is_some(), decision).await?
        }
    };
    Ok(shown(visit, &theirs, &kind, is_proposed, answer))
}

/// A plain request for a page, of a browser that sends nothing of itself.
fn asked<'v>(visit: &Visit<'v>, path: &'v str) -> Request<'v> {
    Request {
        method: &Method::GET,
        target: Target::of_path(path),
        headers: Headers::NONE,
        address: visit.request.address,
    }
}

/// The visit of somebody who is supposed.
fn somebody_s<'v>(
    visit: &Visit<'v>,
    request: &'v Request<'v>,
    presentation: Arc<Presentation>,
    now: Timestamp,
) -> Visit<'v> {
    Visit {
        site: visit.site,
        request,
        presentation,
        front: Arc::clone(&visit.front),
        now,
        sent: Sent::Nothing,
        reader: OnceLock::new(),
        unsure: OnceLock::new(),
    }
}

/// The notice that a visitor gets with an article who has opened it and has few left; none where no reading opens it.
pub(super) async fn notice(visit: &Visit<'_>, entry: &Arc<Entry>) -> Option<Notice> {
    let policy = &visit.presentation.house.policy;
    let window = policy.fresh_window(visit.now);
    let read = policy.allowance(false).saturating_sub(FEW_LEFT).max(1);
    let standing = Standing::Counted { window, read, this: Opened::Already };
    let identity = identity(visit, &AskerKind::Visitor);
    let gate = Gate::new(SupposedReadings(standing));
    match gate.admit(policy, &identity, &entry.asked, visit.now).await {
        Decision::Open(grant) => Notice::of(&grant),
        _ => None,
    }
}

/// What a visitor gets of an article who has read all that is free, whether it is out or not.
pub(super) async fn at_the_end(visit: &Visit<'_>, entry: &Arc<Entry>) -> Result<Answer, Trouble> {
    let policy = &visit.presentation.house.policy;
    let window = policy.fresh_window(visit.now);
    let standing =
        Standing::Counted { window, read: policy.allowance(false), this: Opened::NotYet };
    let path = visit.href(&entry.piece.head);
    let request = asked(visit, &path);
    let theirs = somebody_s(visit, &request, Arc::clone(&visit.presentation), visit.now);
    let identity = identity(&theirs, &AskerKind::Visitor);
    let gate = Gate::new(SupposedReadings(standing));
    let decision = gate.admit(policy, &identity, &entry.asked, visit.now).await;
    let answer = match decision {
        // The text of a draft is in no place of the paper; what is free is seen whole anyhow.
        Decision::Open(_) => {
            return Ok(visit.see(&format!("/desk/articles/{}/look", entry.piece.head.id)));
        }
        decided => article::decided(&theirs, entry, true, decided).await?,
    };
    let html = without_scripts(answer);
    let mut answer = theirs.own_markup(StatusCode::OK, html);
    for_frame(&mut answer);
    Ok(answer)
}

/// The page of theirs, with a line above it that says whose it is.
fn shown(
    visit: &Visit<'_>,
    theirs: &Visit<'_>,
    kind: &AskerKind,
    is_proposed: bool,
    answer: Answer,
) -> Answer {
    let words = &visit.presentation.words;
    let house = &theirs.presentation.house;
    let who = rule_table::asker(words, house, kind);
    let zone = &house.policy.zone;
    let date = words.date_and_time(theirs.now, zone, Timestamp::MIN);
    let line = Args::new().with(Slot::Name, who).with(Slot::Date, date);
    let line = words.format(Key::SeeAsLine, &line);
    let proposed = is_proposed.then(|| format!(", {}", words.text(Key::SeeAsProposed)));
    let line = format!("{line}{}", proposed.unwrap_or_default());
    let html = without_scripts(answer);
    let way_back = way_back("/desk/see-as", &words.text(Key::Desk), &line);
    let mut answer = theirs.own_markup(StatusCode::OK, with_way_back(&html, &way_back));
    unlisted(&mut answer);
    answer
}

/// The presentation under settings that are proposed.
async fn proposed(visit: &Visit<'_>, text: String) -> Result<Presentation, crate::site::SiteError> {
    let version = SettingsVersion(visit.presentation.house.version.0.saturating_add(1));
    let snapshot = Snapshot {
        version,
        text,
        saved_at: visit.now,
        saved_by: String::new(),
        note: String::new(),
    };
    visit.presented_with(snapshot).await
}

/// The path that was typed, or copied with the paper's address before it.
fn path_of(visit: &Visit<'_>, typed: &str) -> String {
    let typed = typed.trim();
    let address = visit.address();
    let path = typed.strip_prefix(&address).unwrap_or(typed);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    match path.strip_suffix("/reading").unwrap_or(path) {
        "" => OFFERS.to_owned(),
        path if path.starts_with('/') => path.to_owned(),
        path => format!("/{path}"),
    }
}

/// Everybody who can be supposed, by a name for the form.
fn kinds(house: &House, now: Timestamp) -> Vec<(String, AskerKind)> {
    let rule_table = house.rule_table(&[], now);
    let kinds = rule_table.askers.into_iter().filter(|kind| {
        // Without plans nobody ever had one.
        let had = matches!(
            kind,
            AskerKind::TrialOver | AskerKind::SubscriptionOver | AskerKind::PaymentFailed
        );
        *kind != AskerKind::VisitorOfCrowd && (!had || !house.plans.is_empty())
    });
    kinds.map(|kind| (name_of(&kind), kind)).collect()
}

fn name_of(kind: &AskerKind) -> String {
    match kind {
        AskerKind::Visitor => "visitor".to_owned(),
        AskerKind::VisitorOfCrowd => "crowd".to_owned(),
        AskerKind::Unverified => "unverified".to_owned(),
        AskerKind::Registered => "registered".to_owned(),
        AskerKind::Trialist(plan) => format!("trialist {plan}"),
        AskerKind::Subscriber(plan) => format!("subscriber {plan}"),
        AskerKind::InGrace(plan) => format!("in-grace {plan}"),
        AskerKind::TrialOver => "trial-over".to_owned(),
        AskerKind::SubscriptionOver => "subscription-over".to_owned(),
        AskerKind::PaymentFailed => "payment-failed".to_owned(),
        AskerKind::SearchCrawler => "crawler".to_owned(),
    }
}

fn kind_of(house: &House, named: &str, now: Timestamp) -> AskerKind {
    let found = kinds(house, now).into_iter().find(|(name, _)| name == named);
    found.map_or(AskerKind::Visitor, |(_, kind)| kind)
}

/// Who asks, for the gate and for the page.
fn identity(theirs: &Visit<'_>, kind: &AskerKind) -> Identity {
    let random = &theirs.site.random;
    let person = Some(Person::from_bytes(random.bytes()));
    match kind {
        AskerKind::SearchCrawler => Identity { asker: Asker::of(Who::Crawler), person: None },
        AskerKind::Visitor | AskerKind::VisitorOfCrowd => {
            Identity { asker: Asker::of(Who::Visitor), person }
        }
        _ => {
            let known = reader(theirs, kind);
            let identity = theirs.holding(&known);
            let _ = theirs.reader.set(Arc::new(known));
            identity
        }
    }
}

/// A reader who has lived through what leads to a state. The ledger folds it as it folds what was.
fn reader(theirs: &Visit<'_>, kind: &AskerKind) -> KnownReader {
    let house = &theirs.presentation.house;
    let facts = match kind {
        AskerKind::Trialist(slug) | AskerKind::Subscriber(slug) | AskerKind::InGrace(slug) => {
            let plan = house.plans.iter().find(|plan| plan.slug == *slug);
            plan.map(|plan| lived(plan, kind, theirs.now)).unwrap_or_default()
        }
        AskerKind::TrialOver | AskerKind::SubscriptionOver | AskerKind::PaymentFailed => {
            let plan = house.plans.first();
            plan.map(|plan| lived(plan, kind, theirs.now)).unwrap_or_default()
        }
        _ => Vec::new(),
    };
    let subscriptions = Subscription::fold_each(&facts);
    let intervals = subscriptions.iter().flat_map(Subscription::intervals).cloned().collect();
    let random = &theirs.site.random;
    let proven = *kind != AskerKind::Unverified;
    let trial = matches!(kind, AskerKind::Trialist(_) | AskerKind::TrialOver);
    let taken = TakenBefore { trial, ..TakenBefore::default() };
    KnownReader {
        row: ReaderRow {
            id: ReaderId::new(theirs.now, random.bytes()),
            person: Person::from_bytes(random.bytes()),
            mail: "reader@example.com".to_owned(),
            taken_as: [0; 32],
            verified_at: proven.then_some(theirs.now),
            name: String::new(),
            joined_at: theirs.now,
        },
        subscriptions,
        taken,
        intervals,
        seat: None,
        seated: Vec::new(),
        gave_at: Vec::new(),
        staff: None,
    }
}

/// The facts of one subscription to a plan.
fn lived(plan: &Plan, kind: &AskerKind, now: Timestamp) -> Vec<Fact> {
    let day = |days: i64| now.checked_add(SignedDuration::from_hours(24 * days)).unwrap_or(now);
    let (kind_of_period, starts, ends, renewal) = match kind {
        AskerKind::Trialist(_) => {
            let (next_charge_at, amount) = (day(9), plan.monthly);
            (PeriodKind::Trial, -5, 9, Renewal::Renews { next_charge_at, amount })
        }
        AskerKind::InGrace(_) => {
            (PeriodKind::Usual, -33, -3, Renewal::Retries { since: day(-3), until: day(11) })
        }
        AskerKind::TrialOver => (PeriodKind::Trial, -15, -1, Renewal::Stops { ends_at: day(-1) }),
        AskerKind::SubscriptionOver => {
            (PeriodKind::Usual, -31, -1, Renewal::Stops { ends_at: day(-1) })
        }
        AskerKind::PaymentFailed => {
            let (at, by) = (day(-1), EndedBy::PaymentFailed);
            (PeriodKind::Usual, -31, -1, Renewal::Ended { at, by })
        }
        _ => {
            let (next_charge_at, amount) = (day(20), plan.monthly);
            (PeriodKind::Usual, -10, 20, Renewal::Renews { next_charge_at, amount })
        }
    };
    let is_free = kind_of_period == PeriodKind::Trial;
    let mut amount = plan.monthly;
    if is_free {
        amount.minor = 0;
    }
    let payment = Payment {
        starts_at: day(starts),
        ends_at: day(ends),
        amount,
        plan: plan.slug.clone(),
        kind: kind_of_period,
        opens: plan.opens.clone(),
    };
    let ids = SubscriptionId::parse("supposed").ok().zip(FactId::parse("supposed").ok());
    let Some((subscription, id)) = ids else { return Vec::new() };
    let fact =
        |what, as_of| Fact { subscription: subscription.clone(), id: id.clone(), as_of, what };
    vec![fact(What::Paid(payment), day(starts)), fact(What::Renewal(renewal), day(-3))]
}

/// The fields of the form, also for the page that shows what settings would change.
pub(super) fn fields(visit: &Visit<'_>, house: &House, supposed: &Supposed) -> Value {
    let words = &visit.presentation.words;
    let zone = &house.policy.zone;
    let place = Args::new().with(Slot::Place, zone.iana_name().unwrap_or("UTC"));
    let choice = |(name, kind): (String, AskerKind)| {
        let is = name == supposed.who;
        context! { value => name, name => rule_table::asker(words, house, &kind), is => is }
    };
    context! {
        who => kinds(house, visit.now).into_iter().map(choice).collect::<Vec<_>>(),
        read => supposed.read,
        read_max => house.policy.allowance(true),
        when_label => words.format(Key::SeeAsWhen, &place),
        at => supposed.at.clone(),
        what => supposed.what.clone(),
    }
}

fn page(
    visit: &Visit<'_>,
    staff: &Staff,
    status: StatusCode,
    supposed: &Supposed,
    refused: Option<Key>,
) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let house = &visit.presentation.house;
    let body = context! {
        see_as => fields(visit, house, supposed),
        refused => refused.map(|key| words.text(key)),
    };
    let heading = words.text(Key::SeeAs);
    parts::page(visit, Some(staff), status, "desk/see-as.html", &heading, body)
}
