//! Seats: a subscriber invites others into a plan that is for several people, and whoever accepts reads along with an account of their
//! own. A GET accepts nothing. What a seat opens is asked of the holder's subscriptions with every request; nothing of it is kept.

use face::{Args, House, Key, Letter, Slot};
use gate::{Outage, Secret, SecretHash};
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use minijinja::context;
use minijinja::value::Value;
use paywall::{Interval, former_seat, seat_intervals, seats_to_give};
use serde_json::json;
use store::{
    InvitationRow, Invited, KnownReader, NewInvitation, ReaderRow, Seat, SeatRow, Seated, Store,
};

use super::account::{self, Part, Refused};
use super::contexts::{Chrome, Link, value};
use super::forms::{Fields, MAIL_BYTES_MAX, is_mail};
use super::identity::Cookie;
use super::{Site, Trouble, Visit};
use crate::shell::answer::Answer;

/// How long an invitation can be accepted.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How long a browser keeps the invitation that is to be accepted while somebody signs in.
const SIGN_IN_TAKES: SignedDuration = SignedDuration::from_hours(1);
/// Where somebody is led who signs in on the way.
const ACCEPTING: &str = "/seat";

/// What secrets are for.
const LINK: &str = "masthead 2026 seat link";

/// What a reader's seat opens or opened; nothing where there never was one.
pub(crate) async fn intervals(
    store: &Store,
    house: &House,
    reader: &KnownReader,
) -> Result<Vec<Interval>, Outage> {
    let (holder, seated_at) = match reader.seat {
        None => return Ok(Vec::new()),
        Some(Seat::Over { seated_at, ended_at }) => {
            // Which entitlement that was is not kept: it is over, and changes the words alone.
            let entitlement = house.policy.meter.lifted_by.clone();
            return Ok(vec![former_seat(entitlement, seated_at, ended_at)]);
        }
        Some(Seat::With { holder, seated_at }) => (holder, seated_at),
    };
    let Some(holder) = store.known_reader(holder).await? else { return Ok(Vec::new()) };
    let place = holder.seated.iter().position(|one| *one == reader.row.id);
    let Some(place) = place else { return Ok(Vec::new()) };
    Ok(seat_intervals(&holder.subscriptions, |plan| people(house, plan), place, seated_at))
}

/// For how many people a plan is.
fn people(house: &House, slug: &str) -> u32 {
    house.plans.iter().find(|plan| plan.slug == slug).map_or(1, |plan| plan.seats)
}

/// POST `/account/seats`: invites, takes back, takes away, or gives back.
pub(crate) async fn change(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let (session, reader, fields) = match account::taken(visit).await? {
        Ok(taken) => taken,
        Err(answer) => return Ok(answer),
    };
    let (store, id, now) = (&visit.site.store, reader.row.id, visit.now);
    let named = |field| SecretHash::parse(&fields.get(field));
    match &*fields.get("act") {
        "invite" => match invite(visit, &reader, &fields).await? {
            Ok(()) => {}
            Err((status, key)) => {
                let message = visit.presentation.words.text(key);
                let typed = fields.get("mail");
                let refused = Refused { typed, ..Refused::whole(Part::Seats, message) };
                return account::page(visit, status, &(session, reader), Some(refused)).await;
            }
        },
        "withdraw" => {
            if let Some(link) = named("invitation") {
                store.withdraw_invitation(id, link, now).await?;
            }
        }
        "remove" => {
            if let Some(link) = named("seat") {
                store.take_seat_away(id, link, now).await?;
            }
        }
        "leave" => {
            store.leave_seat(id, now).await?;
            let mut answer = visit.see("/account#subscription");
            visit.ask_anew(&mut answer);
            return Ok(answer);
        }
        _ => {}
    }
    Ok(visit.see("/account#seats"))
}

async fn invite(
    visit: &Visit<'_>,
    holder: &KnownReader,
    fields: &Fields<'_>,
) -> Result<Result<(), (StatusCode, Key)>, Trouble> {
    let mail = fields.get("mail").trim().to_ascii_lowercase();
    if !is_mail(&mail) {
        return Ok(Err((StatusCode::UNPROCESSABLE_ENTITY, Key::SignInMailWrong)));
    }
    if mail == holder.row.mail {
        return Ok(Err((StatusCode::UNPROCESSABLE_ENTITY, Key::InvitationOwn)));
    }
    let link = Secret::of(visit.site.random.bytes());
    let ends_at = visit.now.checked_add(GOOD_FOR).unwrap_or(Timestamp::MAX);
    let address = format!("{}/seat/{link}", visit.address());
    let about = Letter::Seat { holder: called(&holder.row), link: &address, until: ends_at };
    let new = NewInvitation {
        link: link.hash(LINK),
        holder: holder.row.id,
        letter: visit.letter(&mail, &about),
        mail,
        ends_at,
    };
    let invited = visit.site.store.invite(new, visit.seats_to_give(holder), visit.now).await?;
    Ok(match invited {
        Invited::Sent => Ok(()),
        Invited::Full => Err((StatusCode::CONFLICT, Key::SeatsFull)),
        Invited::Already => Err((StatusCode::CONFLICT, Key::InvitationAlready)),
        Invited::Enough => Err((StatusCode::TOO_MANY_REQUESTS, Key::InvitationsEnough)),
    })
}

/// By what somebody is known whom one reads along with: the name, and where there is none, the address.
fn called(row: &ReaderRow) -> &str {
    if row.name.is_empty() { &row.mail } else { &row.name }
}

/// GET `/seat/{secret}`: who invites, and the button.
pub(crate) async fn show(visit: &Visit<'_>, secret: &str) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    let link = Secret::parse(secret).ok_or(Trouble::NotFound)?;
    look(visit, &link).await
}

/// GET `/seat`: the same, of the invitation that this browser keeps.
pub(crate) async fn show_kept(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    match visit.secret(Cookie::Invitation) {
        Some(link) => look(visit, &link).await,
        None => said(visit, StatusCode::GONE, Key::SeatGoneText),
    }
}

/// POST `/seat/{secret}`: accepts it; whoever is not signed in does that first.
pub(crate) async fn accept(visit: &Visit<'_>, secret: &str) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    if let Err(refusal) = visit.form() {
        return Ok(refusal);
    }
    let link = Secret::parse(secret).ok_or(Trouble::NotFound)?;
    take(visit, &link).await
}

/// POST `/seat`: the same, of the invitation that this browser keeps.
pub(crate) async fn accept_kept(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    if let Err(refusal) = visit.form() {
        return Ok(refusal);
    }
    match visit.secret(Cookie::Invitation) {
        Some(link) => take(visit, &link).await,
        None => said(visit, StatusCode::GONE, Key::SeatGoneText),
    }
}

/// The invitation of a link with its holder's seats, where there can still be one.
async fn open(visit: &Visit<'_>, link: &Secret) -> Result<Option<(InvitationRow, u32)>, Trouble> {
    let store = &visit.site.store;
    let Some(row) = store.invitation(link.hash(LINK), visit.now).await? else { return Ok(None) };
    let Some(holder) = store.known_reader(row.holder).await? else { return Ok(None) };
    let most = visit.seats_to_give(&holder);
    Ok((most > 0).then_some((row, most)))
}

async fn look(visit: &Visit<'_>, link: &Secret) -> Result<Answer, Trouble> {
    let Some((row, _)) = open(visit, link).await? else {
        return said(visit, StatusCode::GONE, Key::SeatGoneText);
    };
    let words = &visit.presentation.words;
    let name = if row.name.is_empty() { &row.mail } else { &row.name };
    let named =
        Args::new().with(Slot::Name, name).with(Slot::Paper, &visit.presentation.house.paper.name);
    let until = Args::new().with(Slot::Date, visit.date(row.ends_at));
    let heading = words.format(Key::SeatInvitation, &named);
    let mut paragraphs = vec![
        words.format(Key::SeatInvitationText, &named),
        words.format(Key::SeatInvitationUntil, &until),
    ];
    if visit.signed_in().await?.is_none() {
        paragraphs.push(words.text(Key::SeatInvitationSignIn));
    }
    let chrome = Chrome { heading: heading.clone(), robots: "noindex", ..Chrome::default() };
    let plain = context! { heading => heading, paragraphs => paragraphs };
    let invitation = context! { path => visit.request.target.path };
    visit.own_page(
        StatusCode::OK,
        "seat.html",
        context! { plain => plain, invitation => invitation, ..visit.chrome(chrome) },
    )
}

async fn take(visit: &Visit<'_>, link: &Secret) -> Result<Answer, Trouble> {
    let Some((_, most)) = open(visit, link).await? else {
        return said(visit, StatusCode::GONE, Key::SeatGoneText);
    };
    let Some((_, reader)) = visit.signed_in().await? else {
        // The secret is in no address that is kept anywhere.
        let mut answer = visit.see("/sign-in?back=%2Fseat");
        visit.give(&mut answer, Cookie::Invitation, &link.to_string(), SIGN_IN_TAKES);
        return Ok(answer);
    };
    let store = &visit.site.store;
    let mut answer = match store.take_seat(link.hash(LINK), reader.row.id, most, visit.now).await? {
        Seated::Taken => visit.see("/account#seat"),
        Seated::Own => said(visit, StatusCode::CONFLICT, Key::SeatOwnText)?,
        Seated::Elsewhere => return said(visit, StatusCode::CONFLICT, Key::SeatElsewhereText),
        Seated::Full => said(visit, StatusCode::CONFLICT, Key::SeatFullText)?,
        Seated::Gone => said(visit, StatusCode::GONE, Key::SeatGoneText)?,
    };
    visit.ask_anew(&mut answer);
    if visit.request.target.path == ACCEPTING {
        visit.take(&mut answer, Cookie::Invitation);
    }
    Ok(answer)
}

/// Why a seat cannot be had.
fn said(visit: &Visit<'_>, status: StatusCode, text: Key) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let heading = words.text(Key::SeatGone);
    let link = Link { name: words.text(Key::YourAccount), href: "/account".to_owned() };
    let chrome = Chrome { heading: heading.clone(), robots: "noindex", ..Chrome::default() };
    let plain = context! {
        heading => heading, paragraphs => [words.text(text)], links => value([link]),
    };
    visit.own_page(status, "plain.html", context! { plain => plain, ..visit.chrome(chrome) })
}

impl Site {
    /// What a reader's seat opens or opened; nothing where there never was one.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn seat_of(&self, reader: &KnownReader) -> Result<Vec<Interval>, Outage> {
        let site = &*self.0;
        intervals(&site.store, &site.present().await.house, reader).await
    }
}

impl Visit<'_> {
    /// How many others can read along with a reader now.
    fn seats_to_give(&self, reader: &KnownReader) -> u32 {
        let house = &self.presentation.house;
        seats_to_give(&reader.subscriptions, |plan| people(house, plan), self.now)
    }

    /// What a reader's seat opens or opened.
    pub(crate) async fn seat_intervals(
        &self,
        reader: &KnownReader,
    ) -> Result<Vec<Interval>, Outage> {
        intervals(&self.site.store, &self.presentation.house, reader).await
    }

    /// A holder's seats, for the own page; none where there are none to give and none were given.
    pub(super) async fn own_seats(&self, reader: &KnownReader) -> Result<Option<Value>, Trouble> {
        let most = self.seats_to_give(reader);
        if most == 0 && reader.seated.is_empty() {
            return Ok(None);
        }
        let words = &self.presentation.words;
        let dated = |key, at| words.format(key, &Args::new().with(Slot::Date, self.date(at)));
        let (seats, invitations) = self.site.store.seats_of(reader.row.id, self.now).await?;
        let room = usize::try_from(most).unwrap_or(usize::MAX);
        let taken = seats.iter().enumerate().map(|(place, one)| {
            let state = if place < room {
                dated(Key::SeatSince, one.at)
            } else {
                words.text(Key::SeatRests)
            };
            listed(one, state)
        });
        let invited =
            invitations.iter().map(|one| listed(one, dated(Key::InvitationUntil, one.at)));
        let text = if seats.len() > room {
            words.text(Key::SeatsFewer)
        } else {
            words.format(Key::SeatsText, &Args::new().count(most))
        };
        Ok(Some(context! {
            text => text,
            taken => taken.collect::<Vec<_>>(),
            invited => invited.collect::<Vec<_>>(),
            can_invite => seats.len() + invitations.len() < room,
            mail_max => MAIL_BYTES_MAX,
        }))
    }

    /// A reader's own seat, for the own page.
    pub(super) async fn own_seat(&self, reader: &KnownReader) -> Result<Option<Value>, Trouble> {
        let Some(Seat::With { holder, .. }) = reader.seat else { return Ok(None) };
        let Some(holder) = self.site.store.known_reader(holder).await? else { return Ok(None) };
        let words = &self.presentation.words;
        let named = Args::new().with(Slot::Name, called(&holder.row));
        let intervals = self.seat_intervals(reader).await?;
        let is_open = intervals.iter().any(|interval| interval.is_live(self.now));
        let mut lines = vec![words.format(Key::SeatWith, &named)];
        lines.extend((!is_open).then(|| words.format(Key::SeatClosed, &named)));
        Ok(Some(context! { lines => lines }))
    }

    /// What is kept of a reader's seats, for the file with the own data.
    pub(super) async fn seats_data(
        &self,
        reader: &KnownReader,
    ) -> Result<serde_json::Value, Trouble> {
        let store = &self.site.store;
        let (seats, invitations) = store.seats_of(reader.row.id, self.now).await?;
        let given = seats
            .iter()
            .map(|one| json!({ "invited_as": one.mail, "seated_at": one.at.to_string() }));
        let invited = invitations
            .iter()
            .map(|one| json!({ "mail": one.mail, "ends_at": one.at.to_string() }));
        let own = match reader.seat {
            None => None,
            Some(Seat::Over { seated_at, ended_at }) => Some(json!({
                "seated_at": seated_at.to_string(), "ended_at": ended_at.to_string(),
            })),
            Some(Seat::With { holder, seated_at }) => {
                let holder = store.known_reader(holder).await?;
                let holder = holder.as_ref().map(|holder| called(&holder.row));
                Some(json!({ "with": holder, "seated_at": seated_at.to_string() }))
            }
        };
        Ok(json!({
            "own": own,
            "given": given.collect::<Vec<_>>(),
            "invitations": invited.collect::<Vec<_>>(),
        }))
    }
}

fn listed(row: &SeatRow, state: String) -> Value {
    context! { id => row.link.to_string(), mail => row.mail.clone(), state => state }
}
