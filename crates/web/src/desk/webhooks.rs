//! Webhooks: who is told of what happens, and the log of what was sent. Nothing is sent from here; a message is put on its way, and the
//! program's own thread calls.

use face::{Args, Key, Slot};
use http::StatusCode;
use jiff::Timestamp;
use minijinja::context;
use minijinja::value::Value;
use providers::{HOOK_URL_BYTES_MAX, check_hook, shown_secret};
use store::{
    DELIVERIES_LISTED_MAX, DeliveryRow, DeliveryState, DeliveryTry, EventKind, NewWebhook,
    TEST_EVENT, WEBHOOK_NAME_CHARS_MAX, WebhookRow,
};

use super::{Staff, parts};
use crate::shell::answer::Answer;
use crate::site::forms::Fields;
use crate::site::{Trouble, Visit};

const HERE: &str = "/desk/webhooks";

/// What an event is, in words.
const fn event_key(kind: EventKind) -> Key {
    match kind {
        EventKind::ArticlePublished => Key::EventArticlePublished,
        EventKind::ArticleChanged => Key::EventArticleChanged,
        EventKind::ArticleWithdrawn => Key::EventArticleWithdrawn,
        EventKind::ReaderRegistered => Key::EventReaderRegistered,
        EventKind::SubscriptionBegun => Key::EventSubscriptionBegun,
        EventKind::SubscriptionChanged => Key::EventSubscriptionChanged,
        EventKind::SubscriptionEnded => Key::EventSubscriptionEnded,
        EventKind::PaymentReceived => Key::EventPaymentReceived,
        EventKind::PaymentRefunded => Key::EventPaymentRefunded,
    }
}

/// The name of an event's box.
fn field_of(kind: EventKind) -> String {
    format!("event-{}", kind.as_str().replace('.', "-"))
}

/// GET `/desk/webhooks`: all of them, and the form for one more.
pub(super) async fn show(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    list(visit, staff, StatusCode::OK, None).await
}

async fn list(
    visit: &Visit<'_>,
    staff: &Staff,
    status: StatusCode,
    refused: Option<Key>,
) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let all = visit.site.store.webhooks().await?;
    let form = refused.and_then(|_| visit.form().ok());
    let said = |name: &str| form.as_ref().map(|form| form.get(name)).unwrap_or_default();
    let events = EventKind::ALL.map(|kind| {
        let name = field_of(kind);
        context! {
            is => said(&name) == "yes",
            name => name,
            word => kind.as_str(),
            text => words.text(event_key(kind)),
        }
    });
    let row = |row: &WebhookRow| {
        context! {
            href => format!("{HERE}/{}", row.number),
            name => row.name.clone(),
            url => row.url.clone(),
            state => state(visit, row),
        }
    };
    let body = context! {
        rows => all.iter().map(row).collect::<Vec<_>>(),
        events => events.to_vec(),
        name => said("name"),
        name_max => WEBHOOK_NAME_CHARS_MAX,
        url => said("url"),
        url_max => HOOK_URL_BYTES_MAX,
        refused => refused.map(|key| words.text(key)),
    };
    let heading = words.text(Key::DeskWebhooks);
    parts::page(visit, Some(staff), status, "desk/webhooks.html", &heading, body)
}

fn state(visit: &Visit<'_>, row: &WebhookRow) -> String {
    let words = &visit.presentation.words;
    let Some((at, because)) = &row.off else { return words.text(Key::WebhookOn) };
    let key = match because.as_str() {
        "" => Key::WebhookOff,
        "410" => Key::WebhookOffGone,
        _ => Key::WebhookOffFailed,
    };
    words.format(key, &Args::new().with(Slot::Date, visit.date(*at)))
}

/// POST `/desk/webhooks`: adds one, and shows its secret once.
pub(super) async fn make(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    let form = match visit.form() {
        Ok(form) => form,
        Err(refusal) => return Ok(refusal),
    };
    let Some(new) = typed(visit, &form) else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return list(visit, staff, status, Some(Key::WebhookWrong)).await;
    };
    let salt = new.salt;
    match visit.site.store.make_webhook(new, staff.doer(), visit.now).await? {
        Some(number) => {
            let secret = shown_secret(&visit.site.webhook_secret(&salt));
            one(visit, staff, number, StatusCode::OK, Said::Secret(secret)).await
        }
        None => list(visit, staff, StatusCode::CONFLICT, Some(Key::WebhooksFull)).await,
    }
}

fn typed(visit: &Visit<'_>, form: &Fields<'_>) -> Option<NewWebhook> {
    let name: String = form.get("name").chars().filter(|letter| !letter.is_control()).collect();
    let name = name.trim().to_owned();
    let url = form.get("url").trim().to_owned();
    let events: Vec<EventKind> =
        EventKind::ALL.into_iter().filter(|kind| form.get(&field_of(*kind)) == "yes").collect();
    let fits = (1..=WEBHOOK_NAME_CHARS_MAX).contains(&name.chars().count()) && !events.is_empty();
    let may = check_hook(&url, visit.site.webhooks_may_be_plain).is_ok();
    let salt = visit.site.random.bytes();
    (fits && may).then_some(NewWebhook { name, url, events, salt })
}

/// What a page says above everything.
enum Said {
    Nothing,
    Well(Key),
    Secret(String),
}

fn number_of(named: &str) -> Result<i64, Trouble> {
    named.parse().map_err(|_| Trouble::NotFound)
}

/// GET `/desk/webhooks/{number}`: one of them, with its log.
pub(super) async fn show_one(
    visit: &Visit<'_>,
    staff: &Staff,
    named: &str,
) -> Result<Answer, Trouble> {
    let said = match visit.asked_fields().get("said").as_str() {
        "test" => Said::Well(Key::WebhookTestSent),
        "again" => Said::Well(Key::WebhookAgainSent),
        "done" => Said::Well(Key::HelpDone),
        _ => Said::Nothing,
    };
    one(visit, staff, number_of(named)?, StatusCode::OK, said).await
}

/// POST `/desk/webhooks/{number}`: tries it, sends again, switches, draws another secret, or ends it.
pub(super) async fn act(visit: &Visit<'_>, staff: &Staff, named: &str) -> Result<Answer, Trouble> {
    let form = match visit.form() {
        Ok(form) => form,
        Err(refusal) => return Ok(refusal),
    };
    let (store, number) = (&visit.site.store, number_of(named)?);
    let (by, now) = (staff.doer(), visit.now);
    let at = |said: &str| visit.see(&format!("{HERE}/{number}?said={said}"));
    Ok(match form.get("act").as_str() {
        "test" => {
            let random: [u8; 8] = visit.site.random.bytes();
            let name = format!("evt_test_{:x}", u64::from_be_bytes(random));
            if !store.test_webhook(number, name, now).await? {
                return Err(Trouble::NotFound);
            }
            at("test")
        }
        "again" => match form.get("delivery").parse() {
            Ok(delivery) if store.deliver_again(number, delivery, now).await? => at("again"),
            // It was switched off since its page was shown, which says so now.
            Ok(_) if store.webhook(number).await?.is_some_and(|row| row.off.is_some()) => {
                visit.see(&format!("{HERE}/{number}"))
            }
            _ => return Err(Trouble::NotFound),
        },
        act @ ("on" | "off") => {
            store.switch_webhook(number, act == "on", by, now).await?;
            at("done")
        }
        "rotate" => {
            let salt = visit.site.random.bytes();
            if !store.rotate_webhook(number, salt, by, now).await? {
                return Err(Trouble::NotFound);
            }
            let secret = shown_secret(&visit.site.webhook_secret(&salt));
            return one(visit, staff, number, StatusCode::OK, Said::Secret(secret)).await;
        }
        "end" => {
            store.end_webhook(number, by, now).await?;
            visit.see(HERE)
        }
        _ => visit.see(&format!("{HERE}/{number}")),
    })
}

async fn one(
    visit: &Visit<'_>,
    staff: &Staff,
    number: i64,
    status: StatusCode,
    said: Said,
) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let row = visit.site.store.webhook(number).await?.ok_or(Trouble::NotFound)?;
    let before = visit.asked_fields().get("before").parse().ok();
    let limit = DELIVERIES_LISTED_MAX;
    let mut log = visit.site.store.deliveries_of(number, before, limit + 1).await?;
    let is_more = log.len() > limit;
    log.truncate(limit);
    let former = row.former.filter(|(_, until)| *until > visit.now);
    let (well, secret) = match said {
        Said::Nothing => (None, None),
        Said::Well(key) => (Some(words.text(key)), None),
        Said::Secret(secret) => (None, Some(secret)),
    };
    let events = row.events.iter().map(|kind| {
        context! { word => kind.as_str(), text => words.text(event_key(*kind)) }
    });
    let made = Args::new()
        .with(Slot::Name, row.made_by.as_str())
        .with(Slot::Date, visit.date(row.made_at));
    let body = context! {
        well => well,
        secret => secret,
        action => format!("{HERE}/{number}"),
        url => row.url.clone(),
        state => state(visit, &row),
        is_on => row.off.is_none(),
        made => words.format(Key::TokenMadeBy, &made),
        former => former.map(|(_, until)| {
            words.format(Key::WebhookFormer, &Args::new().with(Slot::Date, visit.when(until).text))
        }),
        events => events.collect::<Vec<_>>(),
        log => log.iter().map(|sent| delivery(visit, sent, row.off.is_none())).collect::<Vec<_>>(),
        further => log.last().filter(|_| is_more).map(|last| format!("{HERE}/{number}?before={}", last.number)),
    };
    parts::page(visit, Some(staff), status, "desk/webhook.html", &row.name, body)
}

/// A message in the log. Nothing is sent again to a webhook that is off, but for what tries it.
fn delivery(visit: &Visit<'_>, row: &DeliveryRow, is_on: bool) -> Value {
    let words = &visit.presentation.words;
    let state = match (row.state, row.due_at) {
        (DeliveryState::Delivered, _) => words.text(Key::DeliveryDone),
        (DeliveryState::Waiting, Some(at)) => {
            words.format(Key::DeliveryWaits, &Args::new().with(Slot::Date, visit.when(at).text))
        }
        _ => words.text(Key::DeliveryGivenUp),
    };
    let what = match EventKind::parse(&row.kind) {
        Some(kind) => words.text(event_key(kind)),
        None if row.kind == TEST_EVENT => words.text(Key::EventTest),
        None => row.kind.clone(),
    };
    let tried = |(at, outcome): &(Timestamp, DeliveryTry)| {
        context! {
            at => visit.when(*at).text,
            iso => visit.iso(*at),
            status => outcome.status.map_or_else(|| words.text(Key::DeliveryNoAnswer), |status| status.to_string()),
            took => outcome.took_ms,
            answer => outcome.answer.clone(),
        }
    };
    context! {
        number => row.number,
        message => row.message.clone(),
        what => what,
        subject => row.subject.clone(),
        at => visit.when(row.happened_at).text,
        iso => visit.iso(row.happened_at),
        state => state,
        is_well => row.state == DeliveryState::Delivered,
        can_again => is_on || row.kind == TEST_EVENT,
        tries => row.tries.iter().map(tried).collect::<Vec<_>>(),
    }
}
