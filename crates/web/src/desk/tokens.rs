//! Tokens of machines: an owner makes one with the scopes that it needs, sees it once, and ends it. What a token does afterwards is held
//! against its maker's role each time, and stands in the record under both names.

use face::{Args, Key, Slot};
use http::StatusCode;
use jiff::{Timestamp, ToSpan};
use minijinja::context;
use minijinja::value::Value;
use newsroom::Scope;
use store::{NewToken, TOKEN_NAME_CHARS_MAX, TokenRow};

use super::{Staff, parts};
use crate::api::MachineToken;
use crate::shell::answer::Answer;
use crate::site::forms::Fields;
use crate::site::{Trouble, Visit};

const HERE: &str = "/desk/tokens";
/// The most years for which a token is good.
pub(crate) const TOKEN_YEARS_MAX: i64 = 5;

/// What a scope is, in words.
const fn scope_key(scope: Scope) -> Key {
    match scope {
        Scope::ArticlesRead => Key::ScopeArticlesRead,
        Scope::ArticlesReadLocked => Key::ScopeArticlesReadLocked,
        Scope::ArticlesWrite => Key::ScopeArticlesWrite,
        Scope::ArticlesPublish => Key::ScopeArticlesPublish,
        Scope::MediaRead => Key::ScopeMediaRead,
        Scope::MediaWrite => Key::ScopeMediaWrite,
        Scope::ReadersRead => Key::ScopeReadersRead,
        Scope::ReadersWrite => Key::ScopeReadersWrite,
        Scope::SubscriptionsRead => Key::ScopeSubscriptionsRead,
        Scope::SettingsRead => Key::ScopeSettingsRead,
        Scope::SettingsWrite => Key::ScopeSettingsWrite,
        Scope::OffersRead => Key::ScopeOffersRead,
        Scope::OffersWrite => Key::ScopeOffersWrite,
    }
}

/// The name of a scope's box.
fn field_of(scope: Scope) -> String {
    format!("scope-{}", scope.as_str().replace(':', "-"))
}

/// GET: all tokens, and the form for one more.
pub(super) async fn show(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    page(visit, staff, StatusCode::OK, None, None).await
}

/// POST: makes one, or ends one.
pub(super) async fn act(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    let form = match visit.form() {
        Ok(form) => form,
        Err(refusal) => return Ok(refusal),
    };
    let store = &visit.site.store;
    if form.get("act") == "revoke" {
        if let Ok(number) = form.get("token").parse() {
            store.revoke_token(number, staff.doer(), visit.now).await?;
        }
        return Ok(visit.see(HERE));
    }
    let Some(new) = typed(visit, &form) else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return page(visit, staff, status, Some(Key::TokenWrong), None).await;
    };
    let token = MachineToken::of(visit.site.random.bytes());
    let (name, scopes, ends_at) = new;
    let new = NewToken { hash: token.hash(), name, scopes, staff: staff.reader, ends_at };
    match store.make_token(new, staff.doer(), visit.now).await? {
        // It is on this page and on no other; nothing of it is kept that could be shown again.
        Some(_) => page(visit, staff, StatusCode::OK, None, Some(token.to_string())).await,
        None => page(visit, staff, StatusCode::CONFLICT, Some(Key::TokensFull), None).await,
    }
}

/// Name, scopes and end, where they can be taken.
fn typed(visit: &Visit<'_>, form: &Fields<'_>) -> Option<(String, Vec<Scope>, Timestamp)> {
    let name: String = form.get("name").chars().filter(|letter| !letter.is_control()).collect();
    let name = name.trim().to_owned();
    let scopes: Vec<Scope> =
        Scope::ALL.into_iter().filter(|scope| form.get(&field_of(*scope)) == "yes").collect();
    let until = form.get("until");
    let last = match until.trim() {
        "" => visit.today().checked_add(1.year()).ok()?,
        text => text.parse().ok()?,
    };
    let latest = visit.today().checked_add(TOKEN_YEARS_MAX.years()).ok()?;
    let ends_at = visit.end_of(last).filter(|_| last <= latest)?;
    let fits = (1..=TOKEN_NAME_CHARS_MAX).contains(&name.chars().count()) && !scopes.is_empty();
    fits.then_some((name, scopes, ends_at))
}

async fn page(
    visit: &Visit<'_>,
    staff: &Staff,
    status: StatusCode,
    refused: Option<Key>,
    made: Option<String>,
) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let tokens = visit.site.store.tokens().await?;
    let form = refused.and_then(|_| visit.form().ok());
    let said = |name: &str| form.as_ref().map(|form| form.get(name)).unwrap_or_default();
    let scopes = Scope::ALL.map(|scope| {
        let name = field_of(scope);
        context! {
            is => said(&name) == "yes",
            name => name,
            word => scope.as_str(),
            text => words.text(scope_key(scope)),
        }
    });
    let latest = visit.today().checked_add(TOKEN_YEARS_MAX.years()).ok();
    let body = context! {
        made => made,
        tokens => tokens.iter().map(|token| shown(visit, token)).collect::<Vec<_>>(),
        scopes => scopes.to_vec(),
        name => said("name"),
        name_max => TOKEN_NAME_CHARS_MAX,
        until => said("until"),
        until_min => visit.today().to_string(),
        until_max => latest.map(|day| day.to_string()),
        refused => refused.map(|key| words.text(key)),
    };
    let heading = words.text(Key::DeskTokens);
    parts::page(visit, Some(staff), status, "desk/tokens.html", &heading, body)
}

fn shown(visit: &Visit<'_>, token: &TokenRow) -> Value {
    let words = &visit.presentation.words;
    let dated =
        |key: Key, at: Timestamp| words.format(key, &Args::new().with(Slot::Date, visit.date(at)));
    let last = token.ends_at.checked_sub(1.second()).unwrap_or(token.ends_at);
    let state = match token.revoked_at {
        Some(at) => dated(Key::TokenRevoked, at),
        None if token.ends_at <= visit.now => dated(Key::TokenOver, token.ends_at),
        None if token.staff.is_none() => words.text(Key::TokenMakerGone),
        None => dated(Key::TokenEnds, last),
    };
    let maker = token.staff.as_ref().map(|row| row.name.clone()).unwrap_or_default();
    let made = Args::new().with(Slot::Name, maker).with(Slot::Date, visit.date(token.made_at));
    let used = match token.used_on {
        Some(day) => {
            let day = words.date(day, visit.today());
            words.format(Key::TokenUsed, &Args::new().with(Slot::Date, day))
        }
        None => words.text(Key::TokenUnused),
    };
    let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.as_str()).collect();
    context! {
        number => token.number,
        name => token.name.clone(),
        scopes => scopes,
        state => state,
        is_live => token.is_live(visit.now),
        made => token.staff.is_some().then(|| words.format(Key::TokenMadeBy, &made)),
        used => used,
        can_revoke => token.revoked_at.is_none() && token.ends_at > visit.now,
    }
}
