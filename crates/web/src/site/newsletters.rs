//! Newsletters: whoever wants one says so on a public page, and once more by a button in a mail; a reader says so on the own page, where
//! the address is proven. Each ends by one press, without signing in (RFC 8058). A GET changes nothing, and no newsletter is sent from here.

use face::{Args, Key, Letter, Newsletter, Slot};
use gate::Secret;
use http::{StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use minijinja::context;
use minijinja::value::Value;
use serde_json::json;
use store::{KnownReader, NewWish, OWN_LETTERS, SignUp, SignUpState, ToSender, Untold};

use super::contexts::{Chrome, Link, value};
use super::forms::{Fields, MAIL_BYTES_MAX, Sent, is_mail};
use super::{Inner, Site, Trouble, Visit, account, lists};
use crate::shell::answer::{Answer, set};

/// Letters that one network can ask for in an hour.
pub(super) const HOURLY_MAX: u32 = 30;
/// How long a letter's button is good.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(48);
/// What the secret in a letter's link is for.
const LINK: &str = "masthead 2026 newsletter link";
/// The name of the box for the paper's own letters that nobody has to get.
const OWN_LETTERS_FIELD: &str = "own-letters";
/// What the links are made from that end newsletters.
const ENDS: &str = "masthead 2026 links that end newsletters";

/// GET `/newsletters`: what there is, the same for everybody.
pub(crate) async fn show(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.has_newsletters()?;
    lists::answer(visit, "/newsletters".to_owned(), async {
        Ok(("newsletters.html", context(visit, "", &[], None)))
    })
    .await
}

/// POST `/newsletters`: sends a letter with a button to the address. The answer is the same whoever has it and whatever it gets.
pub(crate) async fn wish(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.has_newsletters()?;
    let fields = match visit.form() {
        Ok(fields) => fields,
        Err(refusal) => return Ok(refusal),
    };
    let chosen: Vec<&Newsletter> =
        visit.newsletters().iter().filter(|one| is_ticked(&fields, one)).collect();
    let mail = fields.get("mail").trim().to_ascii_lowercase();
    let refuse = |status, key| {
        visit.own_page(status, "newsletters.html", context(visit, &mail, &chosen, Some(key)))
    };
    if chosen.is_empty() {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, Key::NewslettersNone);
    }
    if !is_mail(&mail) {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, Key::SignInMailWrong);
    }
    if !visit.site.tended.newsletters.may(visit.request.address, visit.now) {
        let mut answer = refuse(StatusCode::TOO_MANY_REQUESTS, Key::NewslettersWait)?;
        set(&mut answer, header::RETRY_AFTER, "3600");
        return Ok(answer);
    }
    let link = Secret::of(visit.site.random.bytes());
    let ends_at = visit.now.checked_add(GOOD_FOR).unwrap_or(Timestamp::MAX);
    let names: Vec<String> = chosen.iter().map(|one| one.name.clone()).collect();
    let address = format!("{}/newsletters/{link}", visit.address());
    let about = Letter::Newsletters { names: &names, link: &address, until: ends_at };
    let wish = NewWish {
        link: link.hash(LINK),
        newsletters: chosen.iter().map(|one| one.slug.clone()).collect(),
        ends_at,
        letter: visit.letter(&mail, &about),
        mail: mail.clone(),
    };
    // Where enough letters are under way the page says the same: whoever asks may not have the address.
    visit.site.store.wish(wish, visit.now).await?;
    let named = Args::new().with(Slot::Name, mail.as_str());
    let words = &visit.presentation.words;
    let text = words.format(Key::NewslettersSentText, &named);
    let paragraphs = vec![text, words.text(Key::LetterMissing)];
    page(visit, StatusCode::OK, Key::NewslettersSent, paragraphs, None)
}

/// GET `/newsletters/{secret}`: the button behind the link of a letter. Nothing is used up.
pub(crate) async fn show_link(visit: &Visit<'_>, secret: &str) -> Result<Answer, Trouble> {
    visit.has_newsletters()?;
    let link = Secret::parse(secret).ok_or(Trouble::NotFound)?;
    match visit.site.store.wish_of(link.hash(LINK), visit.now).await? {
        Some(wish) => {
            let named = Args::new().with(Slot::Name, wish.mail.as_str());
            let mut paragraphs =
                vec![visit.presentation.words.format(Key::NewslettersConfirmText, &named)];
            paragraphs.extend(visit.names(&wish.newsletters));
            let button = Some(Key::NewslettersConfirm);
            page(visit, StatusCode::OK, Key::Newsletters, paragraphs, button)
        }
        None => gone(visit),
    }
}

/// POST `/newsletters/{secret}`: the address has given its word.
pub(crate) async fn by_link(visit: &Visit<'_>, secret: &str) -> Result<Answer, Trouble> {
    visit.has_newsletters()?;
    if let Err(refusal) = visit.form() {
        return Ok(refusal);
    }
    let link = Secret::parse(secret).ok_or(Trouble::NotFound)?;
    let known = visit.newsletters().iter().map(|one| one.slug.clone()).collect();
    let sender = visit.site.to_sender();
    match visit.site.store.fulfil(link.hash(LINK), known, sender, visit.now).await? {
        Some(wish) => {
            let paragraphs = visit.names(&wish.newsletters);
            page(visit, StatusCode::OK, Key::NewslettersOn, paragraphs, None)
        }
        None => gone(visit),
    }
}

/// GET `/unsubscribe/{secret}`: the button that ends a newsletter.
pub(crate) async fn show_end(visit: &Visit<'_>, secret: &str) -> Result<Answer, Trouble> {
    let link = Secret::parse(secret).ok_or(Trouble::NotFound)?;
    match visit.site.store.sign_up_of_link(&link).await? {
        Some(found) if found.state == SignUpState::On => {
            let paragraphs = visit.names(std::slice::from_ref(&found.newsletter));
            page(visit, StatusCode::OK, Key::NewsletterEnd, paragraphs, Some(Key::NewsletterEnd))
        }
        Some(found) => ended(visit, &found),
        None => gone(visit),
    }
}

/// POST `/unsubscribe/{secret}`: ends it, from the button or from a reader's mail program, which has no cookie and no page of ours.
pub(crate) async fn end(visit: &Visit<'_>, secret: &str) -> Result<Answer, Trouble> {
    let is_one_click = matches!(&visit.sent, Sent::Whole(body) if is_one_click(body));
    if !is_one_click && let Err(refusal) = visit.form() {
        return Ok(refusal);
    }
    let link = Secret::parse(secret).ok_or(Trouble::NotFound)?;
    let sender = visit.site.to_sender();
    match visit.site.store.end_newsletter(&link, sender, visit.now).await? {
        Some(found) => ended(visit, &found),
        None => gone(visit),
    }
}

/// POST `/account/letters`: what a reader wants, for the own address.
pub(crate) async fn choose(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let (_, reader, fields) = match account::taken(visit).await? {
        Ok(taken) => taken,
        Err(answer) => return Ok(answer),
    };
    // Whoever brought a list may have put anybody's address on it: it is proven by signing in by mail.
    if reader.row.verified_at.is_none() {
        return Ok(visit.see("/account"));
    }
    let state = |is_on| if is_on { SignUpState::On } else { SignUpState::Off };
    let newsletters = visit.newsletters().iter();
    let chosen = newsletters.map(|one| (one.slug.clone(), state(is_ticked(&fields, one))));
    let own = (OWN_LETTERS.to_owned(), state(fields.get(OWN_LETTERS_FIELD) == "yes"));
    let chosen = chosen.chain([own]).collect();
    let (mail, sender) = (reader.row.mail.clone(), visit.site.to_sender());
    visit.site.store.choose_newsletters(mail, chosen, sender, visit.now).await?;
    Ok(visit.see("/account#letters"))
}

/// What mail programs send (RFC 8058, 3.2), in either of the two forms that it may have.
fn is_one_click(body: &[u8]) -> bool {
    let has = |text: &[u8]| body.windows(text.len()).any(|part| part == text);
    has(b"List-Unsubscribe") && has(b"One-Click")
}

fn is_ticked(fields: &Fields<'_>, newsletter: &Newsletter) -> bool {
    fields.get(&field(newsletter)) == "yes"
}

/// The name of a newsletter's box.
fn field(newsletter: &Newsletter) -> String {
    format!("newsletter-{}", newsletter.slug)
}

fn row(newsletter: &Newsletter, is_on: bool) -> Value {
    context! {
        field => field(newsletter),
        name => newsletter.name.clone(),
        summary => newsletter.summary.clone(),
        is_on => is_on,
    }
}

/// The page with the form, as it was sent if it was refused.
fn context(visit: &Visit<'_>, mail: &str, chosen: &[&Newsletter], refused: Option<Key>) -> Value {
    let words = &visit.presentation.words;
    let heading = words.text(Key::Newsletters);
    let chrome = Chrome {
        heading: heading.clone(),
        path: refused.is_none().then(|| "/newsletters".to_owned()),
        robots: if refused.is_some() { "noindex" } else { "" },
        ..Chrome::default()
    };
    let rows = visit.newsletters().iter().map(|one| row(one, chosen.contains(&one)));
    let wish = context! {
        rows => rows.collect::<Vec<Value>>(),
        mail => mail,
        mail_max => MAIL_BYTES_MAX,
        message => refused.map(|key| words.text(key)),
        wrong => match refused {
            Some(Key::NewslettersNone) => "rows",
            Some(Key::SignInMailWrong) => "mail",
            _ => "",
        },
    };
    let plain = context! { heading => heading, paragraphs => [words.text(Key::NewslettersText)] };
    context! { plain => plain, wish => wish, ..visit.chrome(chrome) }
}

/// A page of one address: words, and perhaps a button that is sent to where the page is.
fn page(
    visit: &Visit<'_>,
    status: StatusCode,
    heading: Key,
    paragraphs: Vec<String>,
    button: Option<Key>,
) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let heading = words.text(heading);
    let chrome = Chrome { heading: heading.clone(), robots: "noindex", ..Chrome::default() };
    // Where nothing is to be pressed, the page leads on.
    let links = button.is_none() && !visit.newsletters().is_empty();
    let links: Vec<Link> = links.then(|| visit.newsletters_link()).into_iter().collect();
    let plain = context! { heading => heading, paragraphs => paragraphs, links => value(links) };
    let press = context! {
        path => visit.request.target.path,
        label => button.map(|key| words.text(key)),
    };
    visit.own_page(
        status,
        "newsletter.html",
        context! { plain => plain, press => press, ..visit.chrome(chrome) },
    )
}

fn ended(visit: &Visit<'_>, found: &SignUp) -> Result<Answer, Trouble> {
    let mut paragraphs = visit.names(std::slice::from_ref(&found.newsletter));
    paragraphs.push(visit.presentation.words.text(Key::NewsletterEndedText));
    page(visit, StatusCode::OK, Key::NewsletterEnded, paragraphs, None)
}

fn gone(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let paragraphs = vec![visit.presentation.words.text(Key::NewsletterGoneText)];
    page(visit, StatusCode::GONE, Key::SignInGoneHeading, paragraphs, None)
}

impl Inner {
    /// How whoever sends the newsletters hears of sign-ups.
    pub(crate) fn to_sender(&self) -> ToSender {
        ToSender { key: blake3::derive_key(ENDS, &self.secret), is_there: self.tells_sender }
    }
}

impl Site {
    /// Where a newsletter is ended for an address, by whoever has this and nobody else.
    #[must_use]
    pub fn end_of_newsletter(&self, mail: &str, newsletter: &str) -> String {
        let site = &*self.0;
        let link = site.to_sender().link(mail, newsletter);
        format!("{}/unsubscribe/{link}", site.shown_address())
    }

    /// What whoever sends the newsletters is told of one sign-up, as JSON.
    #[must_use]
    pub fn told_of(&self, untold: &Untold) -> String {
        let SignUp { mail, newsletter, state, since } = &untold.sign_up;
        json!({
            "message": untold.seq,
            "address": mail,
            "newsletter": newsletter,
            "state": state.name(),
            "since": since.to_string(),
            "unsubscribe": self.end_of_newsletter(mail, newsletter),
        })
        .to_string()
    }
}

impl Visit<'_> {
    fn newsletters_link(&self) -> Link {
        let name = self.presentation.words.text(Key::Newsletters);
        Link { name, href: "/newsletters".to_owned() }
    }

    fn newsletters(&self) -> &[Newsletter] {
        &self.presentation.house.newsletters
    }

    /// Nothing is there where the paper has no newsletters.
    fn has_newsletters(&self) -> Result<(), Trouble> {
        if self.newsletters().is_empty() { Err(Trouble::NotFound) } else { Ok(()) }
    }

    /// What newsletters are called; of one that the paper has no more, its slug.
    fn names(&self, slugs: &[String]) -> Vec<String> {
        let name = |slug: &String| {
            if slug == OWN_LETTERS {
                return self.presentation.words.text(Key::OwnLetters);
            }
            let found = self.newsletters().iter().find(|one| one.slug == *slug);
            found.map_or_else(|| slug.clone(), |one| one.name.clone())
        };
        slugs.iter().map(name).collect()
    }

    /// What the own page says of newsletters.
    pub(super) async fn mail_choices(&self, reader: &KnownReader) -> Result<Vec<Value>, Trouble> {
        if reader.row.verified_at.is_none() {
            return Ok(Vec::new());
        }
        let said = self.site.store.sign_ups_of(reader.row.mail.clone()).await?;
        let says = |slug: &str, state| {
            said.iter().any(|said| said.newsletter == slug && said.state == state)
        };
        let words = &self.presentation.words;
        let own = context! {
            field => OWN_LETTERS_FIELD,
            name => words.text(Key::OwnLetters),
            summary => words.text(Key::OwnLettersText),
            is_on => !says(OWN_LETTERS, SignUpState::Off),
        };
        let newsletters = self.newsletters().iter();
        let rows = newsletters.map(|one| row(one, says(&one.slug, SignUpState::On)));
        Ok(rows.chain([own]).collect())
    }

    /// The same for the reader's own file.
    pub(super) async fn sign_ups(
        &self,
        reader: &KnownReader,
    ) -> Result<Vec<serde_json::Value>, Trouble> {
        let said = self.site.store.sign_ups_of(reader.row.mail.clone()).await?;
        let told = said.iter().map(|said| {
            json!({
                "newsletter": if said.newsletter == OWN_LETTERS { OWN_LETTERS_FIELD } else { &said.newsletter },
                "state": said.state.name(),
                "since": said.since.to_string(),
            })
        });
        Ok(told.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_mail_programs_send_is_known_in_both_forms() {
        assert!(is_one_click(b"List-Unsubscribe=One-Click"));
        let parts = b"--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--";
        assert!(is_one_click(parts));
        for other in [&b""[..], b"List-Unsubscribe", b"confirmed=yes", b"One-Click"] {
            assert!(!is_one_click(other));
        }
    }
}
