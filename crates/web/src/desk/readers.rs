//! Finding a reader at the help desk: by whatever somebody on the telephone can read out. What was typed comes in a form and is in no
//! address, so that neither log nor history keeps it; nothing here writes.

use face::Key;
use gate::ReaderId;
use http::StatusCode;
use minijinja::context;
use minijinja::value::Value;
use newsroom::Deed;
use store::{InvoiceNumber, READERS_FOUND_MAX, ReaderRow};

use super::{Staff, parts};
use crate::shell::answer::Answer;
use crate::site::forms::Fields;
use crate::site::why::Decoded;
use crate::site::{Trouble, Visit};

/// The longest that is looked for, in characters.
const TYPED_CHARS_MAX: usize = 200;
/// Readers that the first look shows of each list.
const FIRST_MAX: usize = READERS_FOUND_MAX / 2;

/// What was found.
#[derive(Default)]
struct Found {
    typed: String,
    wall: Vec<String>,
    by_mail: Vec<ReaderRow>,
    by_name: Vec<ReaderRow>,
    /// Whether there may be more of each.
    more: (bool, bool),
    said: Option<Key>,
}

/// GET: the field.
pub(super) fn show(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    page(visit, staff, StatusCode::OK, &Found::default())
}

/// POST: the reader, those who come into question, or what a code says.
pub(super) async fn find(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    let form = match visit.form() {
        Ok(form) => form,
        Err(refusal) => return Ok(refusal),
    };
    let typed = form.get("q").trim().to_owned();
    let is_one_line = !typed.chars().any(char::is_control);
    if typed.is_empty() || !is_one_line || typed.chars().count() > TYPED_CHARS_MAX {
        let kept = typed.chars().filter(|letter| !letter.is_control()).take(TYPED_CHARS_MAX);
        let found =
            Found { typed: kept.collect(), said: Some(Key::HelpFindWrong), ..Found::default() };
        return page(visit, staff, StatusCode::UNPROCESSABLE_ENTITY, &found);
    }
    if let Some(after) = ReaderId::parse(&form.get("after")) {
        let found = further(visit, &form, typed, after).await?;
        return page(visit, staff, StatusCode::OK, &found);
    }
    let decoded = visit.decoded(&typed).await?;
    if let Decoded::Lines(wall) = decoded {
        let found = Found { typed, wall, ..Found::default() };
        return page(visit, staff, StatusCode::OK, &found);
    }
    match the_one(visit, &typed).await? {
        Ok(Some(reader)) => return Ok(visit.see(&format!("/desk/readers/{reader}"))),
        Ok(None) => {}
        Err(said) => {
            let found = Found { typed, said: Some(said), ..Found::default() };
            return page(visit, staff, StatusCode::OK, &found);
        }
    }
    let store = &visit.site.store;
    let by_mail = match mail_of(&typed) {
        Some(mail) => store.readers_of_mail(mail, String::new(), FIRST_MAX).await?,
        None => Vec::new(),
    };
    let by_name = store.readers_of_name(typed.clone(), None, FIRST_MAX).await?;
    let mut all = by_mail.iter().chain(&by_name).map(|row| row.id);
    if let (Some(first), true) =
        (all.next(), all.all(|id| by_mail.first().is_some_and(|row| row.id == id)))
    {
        return Ok(visit.see(&format!("/desk/readers/{first}")));
    }
    let said = match (by_mail.is_empty() && by_name.is_empty(), decoded) {
        (true, Decoded::Foreign) => Some(Key::HelpCodeForeign),
        (true, _) => Some(Key::HelpFoundNone),
        (false, _) => None,
    };
    let more = (by_mail.len() == FIRST_MAX, by_name.len() == FIRST_MAX);
    let found = Found { typed, by_mail, by_name, more, said, ..Found::default() };
    page(visit, staff, StatusCode::OK, &found)
}

/// The one reader whom an invoice, an id, a number or a whole address leads to.
async fn the_one(visit: &Visit<'_>, typed: &str) -> Result<Result<Option<ReaderId>, Key>, Trouble> {
    let store = &visit.site.store;
    if let Some(number) = InvoiceNumber::parse(typed)
        && let Some(reader) = store.invoice(number).await?.and_then(|invoice| invoice.reader)
    {
        return Ok(Ok(Some(reader)));
    }
    if let Some(mail) = mail_of(typed)
        && let Some(row) = store.reader_of_mail(mail).await?
    {
        return Ok(Ok(Some(row.id)));
    }
    visit.reader_by_id(typed).await
}

/// What may be the beginning of an address, in small letters.
fn mail_of(typed: &str) -> Option<String> {
    let fits = typed.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then(|| typed.to_ascii_lowercase())
}

/// Those of one list behind a reader.
async fn further(
    visit: &Visit<'_>,
    form: &Fields<'_>,
    typed: String,
    after: ReaderId,
) -> Result<Found, Trouble> {
    let store = &visit.site.store;
    let after = store.reader_of_id(after).await?;
    let mut found = Found { typed: typed.clone(), ..Found::default() };
    if form.get("by") == "name" {
        found.by_name = store.readers_of_name(typed, after, READERS_FOUND_MAX).await?;
    } else if let Some(mail) = mail_of(&typed) {
        let after = after.map(|row| row.mail).unwrap_or_default();
        found.by_mail = store.readers_of_mail(mail, after, READERS_FOUND_MAX).await?;
    }
    found.more =
        (found.by_mail.len() == READERS_FOUND_MAX, found.by_name.len() == READERS_FOUND_MAX);
    if found.by_mail.is_empty() && found.by_name.is_empty() {
        found.said = Some(Key::HelpFoundNone);
    }
    Ok(found)
}

fn page(
    visit: &Visit<'_>,
    staff: &Staff,
    status: StatusCode,
    found: &Found,
) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let row = |row: &ReaderRow| {
        context! {
            href => format!("/desk/readers/{}", row.id),
            name => row.name.clone(),
            mail => row.mail.clone(),
            since => visit.date(row.joined_at),
        }
    };
    let list = |by: &str, heading: Key, rows: &[ReaderRow], more: bool| -> Option<Value> {
        let last = rows.last()?;
        Some(context! {
            by => by,
            heading => words.text(heading),
            rows => rows.iter().map(row).collect::<Vec<_>>(),
            after => more.then(|| last.id.to_string()),
        })
    };
    let lists = [
        list("mail", Key::HelpByMail, &found.by_mail, found.more.0),
        list("name", Key::HelpByName, &found.by_name, found.more.1),
    ];
    let body = context! {
        typed => found.typed.clone(),
        typed_max => TYPED_CHARS_MAX,
        wall => found.wall.clone(),
        lists => lists.into_iter().flatten().collect::<Vec<_>>(),
        can_exchange => staff.may(Deed::ExchangeReaders),
        refused => found.said.map(|key| words.text(key)),
    };
    let heading = words.text(Key::DeskReaders);
    parts::page(visit, Some(staff), status, "desk/readers.html", &heading, body)
}
