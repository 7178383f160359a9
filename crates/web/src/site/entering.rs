//! The last step of every way in: the session begins, the visitor's readings become the account's and the cookies change; or another
//! device has to be signed out first, and the reader chooses which one.

use face::{Args, Key, Slot};
use gate::{Secret, SecretHash};
use http::{StatusCode, header};
use jiff::SignedDuration;
use minijinja::context;
use minijinja::value::Value;
use serde_json::json;
use store::{Chosen, DEVICE_IN_USE, DeviceLimit, Entry, NewSession, ReaderRow, WaitingSignIn, Way};

use super::contexts::Chrome;
use super::identity::Cookie;
use super::{Trouble, Visit, device};
use crate::shell::answer::Answer;

/// Where a reader chooses.
const DEVICES: &str = "/sign-in/devices";
/// How long the browser keeps its part meanwhile.
const WAITS: SignedDuration = SignedDuration::from_mins(10);
/// What the secret is for that the browser keeps while it waits.
const HANDLE: &str = "masthead 2026 waiting sign-in";

/// A session on its way: its secret, and that of a sign-in that has to wait instead.
pub(super) struct Entering {
    session: Secret,
    waits: Secret,
}

/// Who it is that comes in by a script, which follows no redirect by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Comes {
    ByForm,
    ByScript,
}

/// GET: the devices of which one is to be signed out.
pub(crate) async fn show(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    match waiting(visit).await? {
        Some((_, waiting)) => page(visit, StatusCode::OK, &waiting, false),
        None => Ok(visit.see("/sign-in")),
    }
}

/// POST: signs the chosen one out, and in here.
pub(crate) async fn choose(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    let fields = match visit.form() {
        Ok(fields) => fields,
        Err(refusal) => return Ok(refusal),
    };
    let Some((handle, found)) = waiting(visit).await? else { return Ok(visit.see("/sign-in")) };
    let device = SecretHash::parse(&fields.get("session"));
    // How it was proven is kept with who waits.
    let (entering, new) = visit.entering(None);
    match visit.site.store.choose_device(handle, device, new, visit.now).await? {
        Chosen::In(reader, back) => {
            let mut answer = visit.see(&back);
            visit.entered(&mut answer, &reader, &entering.session).await;
            visit.take(&mut answer, Cookie::Waiting);
            Ok(answer)
        }
        Chosen::NotThat => {
            let found = waiting(visit).await?.map_or(found, |(_, found)| found);
            page(visit, StatusCode::UNPROCESSABLE_ENTITY, &found, true)
        }
        Chosen::Gone => Ok(visit.see("/sign-in")),
    }
}

async fn waiting(visit: &Visit<'_>) -> Result<Option<(SecretHash, WaitingSignIn)>, Trouble> {
    let Some(secret) = visit.secret(Cookie::Waiting) else { return Ok(None) };
    let handle = secret.hash(HANDLE);
    let found = visit.site.store.waiting_sign_in(handle, visit.now).await?;
    Ok(found.map(|found| (handle, found)))
}

fn page(
    visit: &Visit<'_>,
    status: StatusCode,
    waiting: &WaitingSignIn,
    is_refused: bool,
) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let house = &visit.presentation.house;
    let dated = |at| {
        let date = words.date_at(at, &house.policy.zone, visit.now);
        words.format(Key::SessionSeen, &Args::new().with(Slot::Date, date))
    };
    let mut may_any = false;
    let devices: Vec<Value> = waiting
        .devices
        .iter()
        .map(|one| {
            let in_use = visit.now.duration_since(one.seen_at) <= DEVICE_IN_USE;
            may_any |= !in_use;
            let unnamed = one.device.is_empty();
            context! {
                id => one.hash.to_string(),
                device => if unnamed { words.text(Key::SomeBrowser) } else { one.device.clone() },
                seen => if in_use { words.text(Key::DeviceInUse) } else { dated(one.seen_at) },
                may => !in_use,
            }
        })
        .collect();
    // Meanwhile one may have been signed out elsewhere, or the limit be another one.
    let most = usize::try_from(house.devices_max).unwrap_or(usize::MAX);
    let has_room = most == 0 || devices.len() < most;
    let text = match has_room || may_any {
        true => words.format(Key::DevicesFullText, &Args::new().count(house.devices_max)),
        false => words.text(Key::DevicesInUse),
    };
    let heading = words.text(Key::DevicesFull);
    let chrome = Chrome { heading: heading.clone(), robots: "noindex", ..Chrome::default() };
    let choice = context! {
        devices => devices,
        can_enter => has_room || may_any,
        message => (is_refused && !has_room).then(|| words.text(Key::DeviceNotThat)),
    };
    let plain = context! { heading => heading, paragraphs => [text] };
    let context = context! { plain => plain, choice => choice, ..visit.chrome(chrome) };
    visit.own_page(status, "devices.html", context)
}

impl Visit<'_> {
    /// A session for the browser that asks, in place of the one that it has, and within the limit of devices.
    pub(super) fn entering(&self, way: Option<Way>) -> (Entering, NewSession) {
        let random = &self.site.random;
        let entering =
            Entering { session: Secret::of(random.bytes()), waits: Secret::of(random.bytes()) };
        let agent = self.request.single(&header::USER_AGENT).unwrap_or_default();
        let former = self.secret(Cookie::Session);
        let most = self.presentation.house.devices_max;
        let new = NewSession {
            hash: entering.session.hash(Cookie::SESSION_PURPOSE),
            device: device::named(agent),
            way,
            instead_of: former.map(|former| former.hash(Cookie::SESSION_PURPOSE)),
            limit: (most > 0).then(|| DeviceLimit { most, handle: entering.waits.hash(HANDLE) }),
        };
        (entering, new)
    }

    /// The way back for somebody who has proven who it is, or the way to the devices.
    pub(super) async fn enter(
        &self,
        reader: &ReaderRow,
        entry: Entry,
        entering: &Entering,
        back: &str,
        comes: Comes,
    ) -> Result<Answer, Trouble> {
        let to = if entry == Entry::Begun { back } else { DEVICES };
        let mut answer = match comes {
            Comes::ByForm => self.see(to),
            Comes::ByScript => self.json(StatusCode::OK, &json!({ "to": to }))?,
        };
        match entry {
            Entry::Begun => self.entered(&mut answer, reader, &entering.session).await,
            Entry::Waits => {
                self.give(&mut answer, Cookie::Waiting, &entering.waits.to_string(), WAITS);
            }
        }
        Ok(answer)
    }

    /// Makes the visitor's readings the account's, and changes the cookies.
    pub(super) async fn entered(&self, answer: &mut Answer, reader: &ReaderRow, session: &Secret) {
        if let Some(visitor) = self.person() {
            // A session that stands is worth more than a count: the visitor's readings stay where they are then.
            if let Err(outage) = self.site.gate.merge(visitor, reader.person, self.now).await {
                tracing::warn!(%outage, "a visitor's readings could not be taken over");
            }
        }
        self.take(answer, Cookie::Visitor);
        self.give_session(answer, session);
    }
}
