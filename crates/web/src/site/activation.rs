//! How the reader of a printed paper comes to read here: number and postcode, asked once, of somebody who is signed in. Whoever
//! guesses is stopped by who they are and where they come from, never by the number that they guess; nobody is told which half
//! was wrong.

use http::{StatusCode, header};
use minijinja::context;
use store::Activated;

use face::Key;

use super::brought::NUMBER_CHARS_MAX;
use super::contexts::{Chrome, encoded};
use super::forms::way_back;
use super::{Trouble, Visit};
use crate::shell::answer::{Answer, set};

/// Tries of one reader in an hour.
pub(crate) const READER_HOURLY_MAX: u32 = 10;
/// Tries from one network in an hour: a library has more than one reader of the printed paper.
pub(crate) const NETWORK_HOURLY_MAX: u32 = 60;

/// What the form holds.
#[derive(Default)]
struct Form {
    number: String,
    postcode: String,
    back: String,
}

/// GET: the form, for whoever is signed in; everybody else signs in or registers first, and comes back.
pub(crate) async fn show(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    let form = Form { back: visit.back(), ..Form::default() };
    match visit.signed_in().await? {
        Some(_) => page(visit, StatusCode::OK, &form, None),
        None => Ok(first_sign_in(visit, &form.back)),
    }
}

/// POST: binds the paper to the reader.
pub(crate) async fn activate(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    let fields = match visit.form() {
        Ok(fields) => fields,
        Err(refusal) => return Ok(refusal),
    };
    let short = |name| fields.get(name).chars().take(NUMBER_CHARS_MAX * 2).collect::<String>();
    let (number, postcode) = (short("number"), short("postcode"));
    let form = Form { number, postcode, back: way_back(&fields.get("back")) };
    let Some((_, reader)) = visit.signed_in().await? else {
        return Ok(first_sign_in(visit, &form.back));
    };
    let (tended, now) = (&visit.site.tended, visit.now);
    let may = tended.activating_readers.may_as(reader.row.id.as_bytes(), now)
        && tended.activating_networks.may(visit.request.address, now);
    if !may {
        let message = visit.presentation.words.text(Key::ActivateWait);
        let mut answer = page(visit, StatusCode::TOO_MANY_REQUESTS, &form, Some(message))?;
        set(&mut answer, header::RETRY_AFTER, "3600");
        return Ok(answer);
    }
    let became = match visit.site.print_hashes(&form.number, &form.postcode) {
        Some((account, proof)) => {
            visit.site.store.activate_print(account, proof, reader.row.id, now).await?
        }
        None => Activated::No,
    };
    match became {
        Activated::Bound => {
            let to = if form.back == "/" { "/account#subscription" } else { &form.back };
            let mut answer = visit.see(to);
            visit.ask_anew(&mut answer);
            Ok(answer)
        }
        Activated::No => {
            let message = visit.presentation.words.text(Key::ActivateWrong);
            page(visit, StatusCode::UNPROCESSABLE_ENTITY, &form, Some(message))
        }
    }
}

/// The address of the page, with the way back from it.
pub(crate) fn address(back: &str) -> String {
    format!("/activate?back={}", encoded(back))
}

fn first_sign_in(visit: &Visit<'_>, back: &str) -> Answer {
    visit.see(&format!("/sign-in?back={}", encoded(&address(back))))
}

fn page(
    visit: &Visit<'_>,
    status: StatusCode,
    form: &Form,
    message: Option<String>,
) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let heading = words.text(Key::ActivatePrint);
    let chrome = Chrome { heading: heading.clone(), robots: "noindex", ..Chrome::default() };
    let plain = context! { heading => heading, paragraphs => [words.text(Key::ActivateText)] };
    let activation = context! {
        message => message, back => form.back.clone(), number => form.number.clone(),
        postcode => form.postcode.clone(),
        number_max => NUMBER_CHARS_MAX,
    };
    visit.own_page(
        status,
        "activate.html",
        context! { plain => plain, activation => activation, ..visit.chrome(chrome) },
    )
}
