//! Signing in, which is registering too: a mail with a code and a link, and one of them makes a session. A GET uses nothing up, so
//! that whoever looks at links in mails does no harm; the page is the same whether or not the address is known here.

use bytes::Bytes;
use face::{Args, Key, Letter, Slot};
use gate::{Random, ReaderId, Secret, SecretHash};
use http::{StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use minijinja::context;
use minijinja::value::Value;
use store::{Begun, By, Finished, NewMail, NewSignIn, Newcomer, Way};

use super::contexts::Chrome;
use super::entering::Comes;
use super::forms::{MAIL_BYTES_MAX, is_mail, way_back};
use super::identity::Cookie;
use super::letters::waking;
use super::{Trouble, Visit, activation};
use crate::shell::answer::{Answer, HTML, Pieces, set};
use crate::shell::caching::Keep;

/// How long code and link are good.
pub(super) const GOOD_FOR: SignedDuration = SignedDuration::from_mins(30);
pub(super) const GOOD_FOR_MINUTES: u32 = 30;
/// Mails that one network can ask for in an hour; a town may be behind one address.
pub(super) const HOURLY_MAX: u32 = 200;
/// Digits of a code.
const CODE_DIGITS: usize = 8;
/// The end of the numbers that codes are drawn from, and of the random numbers that are spread evenly over them.
const CODES: u64 = 100_000_000;

/// What secrets are for: each is another one elsewhere.
const LINK: &str = "masthead 2026 sign-in link";
const HANDLE: &str = "masthead 2026 sign-in handle";
const CODE: &str = "masthead 2026 sign-in code";

/// What the page asks for.
pub(super) enum Step<'a> {
    /// An address.
    Address { mail: &'a str, back: &'a str },
    /// The same, after a password was refused.
    Password { mail: &'a str, back: &'a str },
    /// The code that was sent there.
    Code { mail: &'a str },
    /// A press of the button.
    Confirm { mail: &'a str, path: &'a str },
    /// Nothing: it is over.
    Over,
}

/// GET: the form for an address, with the way back.
pub(crate) async fn show(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    let back = visit.back();
    let asked = visit.asked_fields();
    match visit.signed_in().await? {
        // Whoever changes a way in shows once more who it is.
        Some((_, reader)) if asked.get("again") == "yes" => {
            let mail = &reader.row.mail;
            page(visit, StatusCode::OK, &Step::Address { mail, back: &back }, None)
        }
        Some(_) => {
            let named = !asked.get("back").is_empty();
            Ok(visit.see(if named { &back } else { "/account" }))
        }
        None => page(visit, StatusCode::OK, &Step::Address { mail: "", back: &back }, None),
    }
}

/// POST: sends the mail.
pub(crate) async fn begin(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    let fields = match visit.form() {
        Ok(fields) => fields,
        Err(refusal) => return Ok(refusal),
    };
    let (mail, back) = (fields.get("mail"), way_back(&fields.get("back")));
    let mail = mail.trim().to_ascii_lowercase();
    let refuse = |status, key| {
        let message = visit.presentation.words.text(key);
        page(visit, status, &Step::Address { mail: &mail, back: &back }, Some(message))
    };
    if !is_mail(&mail) {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, Key::SignInMailWrong);
    }
    if !visit.site.tended.knocks.may(visit.request.address, visit.now) {
        let mut answer = refuse(StatusCode::TOO_MANY_REQUESTS, Key::SignInWait)?;
        set(&mut answer, header::RETRY_AFTER, "3600");
        return Ok(answer);
    }
    let handle = Secret::of(visit.site.random.bytes());
    let new = made(visit, &handle, mail.clone(), back.clone(), |code, link| {
        let link = format!("{}/sign-in/{link}", visit.address());
        let about = Letter::SignIn { code, link: &link, minutes: GOOD_FOR_MINUTES };
        visit.letter(&mail, &about)
    });
    match visit.site.store.begin_sign_in(new, visit.now).await? {
        Begun::Sent => {
            let mut answer = visit.see("/sign-in/code");
            visit.give(&mut answer, Cookie::SignIn, &handle.to_string(), GOOD_FOR);
            Ok(answer)
        }
        Begun::Enough => refuse(StatusCode::TOO_MANY_REQUESTS, Key::SignInEnough),
        Begun::Full => Err(Trouble::Busy),
    }
}

/// A sign-in with its secrets, and the mail that tells them: code and link.
pub(super) fn made(
    visit: &Visit<'_>,
    handle: &Secret,
    mail: String,
    back: String,
    letter: impl FnOnce(&str, &Secret) -> NewMail,
) -> NewSignIn {
    let link = Secret::of(visit.site.random.bytes());
    let code = code(&visit.site.random);
    let told = format!("{} {}", &code[..CODE_DIGITS / 2], &code[CODE_DIGITS / 2..]);
    NewSignIn {
        link: link.hash(LINK),
        handle: handle_hash(handle),
        code: code_hash(handle, &code),
        back,
        ends_at: visit.now.checked_add(GOOD_FOR).unwrap_or(Timestamp::MAX),
        letter: letter(&told, &link),
        mail,
    }
}

/// What a browser is known by that asked for a code.
pub(super) fn handle_hash(handle: &Secret) -> SecretHash {
    handle.hash(HANDLE)
}

/// The code of a form, as people type it, in the browser of that secret.
pub(super) fn by_typed(handle: &Secret, typed: &str) -> By {
    let typed: String = typed.chars().filter_map(digit).take(CODE_DIGITS + 1).collect();
    By::Code { handle: handle_hash(handle), code: code_hash(handle, &typed) }
}

/// What somebody is told who has an account from now on. Nobody waits for it: at night it waits for the morning.
pub(super) fn welcome(visit: &Visit<'_>) -> NewMail {
    let account = format!("{}/account", visit.address());
    let about = Letter::Welcome { joined_at: visit.now, account: &account };
    let due_at = waking(&visit.presentation.house.policy.zone, visit.now);
    NewMail { due_at, ..visit.letter("", &about) }
}

/// Eight digits, each code as likely as any other.
fn code(random: &Random) -> String {
    loop {
        let number = u64::from(u32::from_le_bytes(random.bytes()));
        // What is left over beyond the last whole hundred million would make some codes likelier.
        if number < CODES * (u64::from(u32::MAX) / CODES) {
            return format!("{:08}", number % CODES);
        }
    }
}

/// A code is kept as a hash with the browser's secret: whoever reads the database cannot try all codes.
fn code_hash(handle: &Secret, code: &str) -> SecretHash {
    let mut hasher = blake3::Hasher::new_derive_key(CODE);
    hasher.update(handle.to_string().as_bytes());
    hasher.update(code.as_bytes());
    SecretHash::from_bytes(*hasher.finalize().as_bytes())
}

/// GET: the form for the code, in the browser that asked.
pub(crate) async fn show_code(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    let Some(handle) = visit.secret(Cookie::SignIn) else { return Ok(visit.see("/sign-in")) };
    match visit.site.store.sign_in(handle_hash(&handle), visit.now).await? {
        Some(found) => page(visit, StatusCode::OK, &Step::Code { mail: &found.mail }, None),
        None => page(visit, StatusCode::GONE, &Step::Over, None),
    }
}

/// POST: the code.
pub(crate) async fn by_code(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    let fields = match visit.form() {
        Ok(fields) => fields,
        Err(refusal) => return Ok(refusal),
    };
    let Some(handle) = visit.secret(Cookie::SignIn) else { return Ok(visit.see("/sign-in")) };
    finish(visit, by_typed(&handle, &fields.get("code")), &handle).await
}

/// A digit as people type it: full-width ones of Japanese keyboards too.
fn digit(typed: char) -> Option<char> {
    match typed {
        '0'..='9' => Some(typed),
        '０'..='９' => char::from_digit(u32::from(typed) - u32::from('０'), 10),
        _ => None,
    }
}

/// GET: the button behind the link of the mail. Nothing is used up.
pub(crate) async fn show_link(visit: &Visit<'_>, secret: &str) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    let link = Secret::parse(secret).ok_or(Trouble::NotFound)?;
    let path = visit.request.target.path;
    match visit.site.store.sign_in(link.hash(LINK), visit.now).await? {
        Some(found) => {
            page(visit, StatusCode::OK, &Step::Confirm { mail: &found.mail, path }, None)
        }
        None => page(visit, StatusCode::GONE, &Step::Over, None),
    }
}

/// POST: the link.
pub(crate) async fn by_link(visit: &Visit<'_>, secret: &str) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    if let Err(refusal) = visit.form() {
        return Ok(refusal);
    }
    let link = Secret::parse(secret).ok_or(Trouble::NotFound)?;
    finish(visit, By::Link(link.hash(LINK)), &link).await
}

/// Makes a session, takes the visitor's readings over into the account, and leads back. `shown` is the secret that came.
async fn finish(visit: &Visit<'_>, by: By, shown: &Secret) -> Result<Answer, Trouble> {
    let site = visit.site;
    let (entering, new) = visit.entering(Some(Way::Mail));
    let person = site.keys.issue(site.random.bytes());
    let person = site
        .keys
        .person_of(&person)
        .ok_or_else(|| Trouble::Broken("a new visitor is none".to_owned()))?;
    let id = ReaderId::new(visit.now, site.random.bytes());
    let ends = (site.to_sender(), format!("{}/unsubscribe/", visit.address()));
    let (taken_key, welcome) = (site.taken_key(), welcome(visit));
    let newcomer = Newcomer { id, person, taken_key, welcome, ends };
    let handle = match &by {
        By::Code { handle, .. } => Some(*handle),
        By::Link(_) => None,
    };
    match site.store.finish_sign_in(by, newcomer, new, visit.now).await? {
        Finished::In { reader, back, entry, .. } => {
            let comes = Comes::ByForm;
            let mut answer = visit.enter(&reader, entry, &entering, &back, comes).await?;
            visit.take(&mut answer, Cookie::SignIn);
            Ok(answer)
        }
        Finished::WrongCode(left) => {
            let words = &visit.presentation.words;
            let message = words.format(Key::SignInCodeWrong, &Args::new().count(left));
            let found = match handle {
                Some(_) => site.store.sign_in(handle_hash(shown), visit.now).await?,
                None => None,
            };
            match found.filter(|_| left > 0) {
                Some(found) => {
                    let step = Step::Code { mail: &found.mail };
                    page(visit, StatusCode::UNPROCESSABLE_ENTITY, &step, Some(message))
                }
                None => page(visit, StatusCode::GONE, &Step::Over, None),
            }
        }
        Finished::Gone => page(visit, StatusCode::GONE, &Step::Over, None),
    }
}

pub(super) fn page(
    visit: &Visit<'_>,
    status: StatusCode,
    step: &Step<'_>,
    message: Option<String>,
) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let minutes = Args::new().count(GOOD_FOR_MINUTES);
    let (mail, back, path) = match *step {
        Step::Address { mail, back } | Step::Password { mail, back } => (mail, back, ""),
        Step::Code { mail } => (mail, "", ""),
        Step::Confirm { mail, path } => (mail, "", path),
        Step::Over => ("", "", ""),
    };
    let is_password = matches!(step, Step::Password { .. });
    let named = |key, name: &str| words.format(key, &minutes.clone().with(Slot::Name, name));
    let (step, heading, text) = match *step {
        Step::Address { .. } | Step::Password { .. } => {
            ("address", words.text(Key::SignInOrRegister), words.text(Key::SignInText))
        }
        Step::Code { mail } => {
            ("code", words.text(Key::SignInSentHeading), named(Key::SignInSentText, mail))
        }
        Step::Confirm { mail, .. } => {
            let heading = named(Key::SignInConfirmHeading, mail);
            ("confirm", heading, words.text(Key::SignInConfirmText))
        }
        Step::Over => {
            let text = words.format(Key::SignInGoneText, &minutes);
            ("over", words.text(Key::SignInGoneHeading), text)
        }
    };
    let chrome = Chrome { heading: heading.clone(), robots: "noindex", ..Chrome::default() };
    // Whether this very address gets nothing is told to nobody, since whoever asks may not be its owner: the page says it of any.
    let plain = context! { heading => heading, paragraphs => [text] };
    let can_activate = step == "address" && visit.presentation.has_print;
    let activate = can_activate.then(|| activation::address(back));
    let sign_in = context! {
        step => step, activate => activate, passkeys => visit.passkeys().is_some(), way => if is_password { "password" } else { "mail" },
        message => message, mail => mail, mail_max => MAIL_BYTES_MAX, back => back, path => path,
    };
    visit.own_page(
        status,
        "sign-in.html",
        context! { plain => plain, sign_in => sign_in, ..visit.chrome(chrome) },
    )
}

impl Visit<'_> {
    /// A page of one reader or of somebody who may become one: nobody keeps it.
    pub(crate) fn own_page(
        &self,
        status: StatusCode,
        template: &'static str,
        context: Value,
    ) -> Result<Answer, Trouble> {
        Ok(self.own_markup(status, self.presentation.theme.render(template, context)?))
    }

    /// Markup that is nobody else's.
    pub(crate) fn own_markup(&self, status: StatusCode, html: String) -> Answer {
        self.answer(status, HTML, Keep::Nobody, Pieces::one(Bytes::from(html)))
    }

    /// The way back that a page is asked with: named in the query, or the page that led here.
    pub(super) fn back(&self) -> String {
        let named = self.asked_fields().get("back");
        if !named.is_empty() {
            return way_back(&named);
        }
        let from = self.request.headers.told("referer").unwrap_or_default();
        let path = from.strip_prefix(&self.address()).unwrap_or_default();
        match self.asked_fields().get("from").as_str() {
            // To the place where the text broke off.
            "wall" => way_back(&format!("{}#rest", path.trim_end_matches("/reading"))),
            _ => way_back(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_eight_digits() {
        let random = Random::counted(7);
        for _ in 0..100 {
            let code = code(&random);
            assert!(code.len() == CODE_DIGITS && code.bytes().all(|byte| byte.is_ascii_digit()));
        }
    }

    #[test]
    fn a_code_is_good_in_the_browser_that_asked_alone() {
        let (one, other) = (Secret::of([1; 16]), Secret::of([2; 16]));
        assert_eq!(code_hash(&one, "48219034"), code_hash(&one, "48219034"));
        assert_ne!(code_hash(&one, "48219034"), code_hash(&other, "48219034"));
        assert_ne!(code_hash(&one, "48219034"), code_hash(&one, "48219035"));
    }

    #[test]
    fn digits_are_read_as_people_type_them() {
        let read = |text: &str| text.chars().filter_map(digit).collect::<String>();
        assert_eq!(read(" 4821 90-34"), "48219034");
        assert_eq!(read("４８２１９０３４"), "48219034");
        assert_eq!(read("O821"), "821");
    }
}
