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

/// By what readers are looked for, whom no number names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Mail,
    Name,
    LastName,
}

impl By {
    const ALL: [Self; 3] = [Self::Mail, Self::Name, Self::LastName];

    const fn slug(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Name => "name",
            Self::LastName => "last-name",
        }
    }

    const fn heading(self) -> Key {
        match self {
            Self::Mail => Key::HelpByMail,
            Self::Name => Key::HelpByName,
            Self::LastName => Key::HelpByLastName,
        }
    }

    /// Those whose address or name begins as it was typed; those behind a reader, where one is named.
    async fn search(
        self,
        visit: &Visit<'_>,
        typed: &str,
        after: Option<ReaderRow>,
        limit: usize,
    ) -> Result<List, Trouble> {
        let store = &visit.site.store;
        let rows = match (self, mail_of(typed)) {
            (Self::Mail, None) => Vec::new(),
            (Self::Mail, Some(mail)) => {
                let after = after.map(|row| row.mail).unwrap_or_default();
                store.readers_of_mail(mail, after, limit).await?
            }
            (Self::Name, _) => store.readers_of_name(typed.to_owned(), after, limit).await?,
            (Self::LastName, _) => {
                store.readers_of_last_name(typed.to_owned(), after, limit).await?
            }
        };
        Ok(List { by: self, is_more: rows.len() == limit, rows })
    }
}

/// Some readers, all found by the same.
struct List {
    by: By,
    rows: Vec<ReaderRow>,
    /// Whether there may be more.
    is_more: bool,
}

/// What was found.
#[derive(Default)]
struct Found {
    typed: String,
    wall: Vec<String>,
    lists: Vec<List>,
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
    let mut lists = Vec::new();
    for by in By::ALL {
        lists.push(by.search(visit, &typed, None, FIRST_MAX).await?);
    }
    let mut all = lists.iter().flat_map(|list| &list.rows).map(|row| row.id);
    let first = all.next();
    if let Some(first) = first
        && all.all(|id| id == first)
    {
        return Ok(visit.see(&format!("/desk/readers/{first}")));
    }
    let said = match (first, decoded) {
        (None, Decoded::Foreign) => Some(Key::HelpCodeForeign),
        (None, _) => Some(Key::HelpFoundNone),
        (Some(_), _) => None,
    };
    page(visit, staff, StatusCode::OK, &Found { typed, lists, said, ..Found::default() })
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
    let after = visit.site.store.reader_of_id(after).await?;
    let asked = form.get("by");
    let by = By::ALL.into_iter().find(|by| by.slug() == asked).unwrap_or(By::Mail);
    let list = by.search(visit, &typed, after, READERS_FOUND_MAX).await?;
    let said = list.rows.is_empty().then_some(Key::HelpFoundNone);
    Ok(Found { typed, lists: vec![list], said, ..Found::default() })
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
    let list = |list: &List| -> Option<Value> {
        let last = list.rows.last()?;
        Some(context! {
            by => list.by.slug(),
            heading => words.text(list.by.heading()),
            rows => list.rows.iter().map(row).collect::<Vec<_>>(),
            after => list.is_more.then(|| last.id.to_string()),
        })
    };
    let body = context! {
        typed => found.typed.clone(),
        typed_max => TYPED_CHARS_MAX,
        wall => found.wall.clone(),
        lists => found.lists.iter().filter_map(list).collect::<Vec<_>>(),
        can_exchange => staff.may(Deed::ExchangeReaders),
        refused => found.said.map(|key| words.text(key)),
    };
    let heading = words.text(Key::DeskReaders);
    parts::page(visit, Some(staff), status, "desk/readers.html", &heading, body)
}
