//! What machines work with: JSON over addresses below `/api`. Every request passes one guard, which knows the token and its maker, and holds
//! the token's scopes and the maker's role against the table (`table.rs`). What is done is done by the functions that the desk uses; nothing
//! is decided here that the desk does not decide. A cookie means nothing here, so that no page of anybody's can use one.

mod articles;
mod field;
mod media;
mod offers;
mod openapi;
mod problem;
mod rates;
mod readers;
mod schemas;
mod settings;
mod strict;
mod subscriptions;
mod table;
mod token;

use bytes::Bytes;
use http::{Method, StatusCode, header};
use jiff::tz::TimeZone;
use newsroom::Scope;
use serde_json::Value;
use store::{Claimed, KeptAnswer};

use field::Read;
use problem::{Problem, Refusal};
pub use rates::TOKEN_MINUTE_MAX;
pub(crate) use rates::{FAILED_TOKENS_HOURLY_MAX, Rates};
use table::{Body, Operation};
pub use token::{MachineToken, TOKEN_PREFIX};

use crate::desk::Staff;
use crate::shell::answer::{Answer, JSON, Pieces, set};
use crate::shell::caching::Keep;
use crate::shell::request::{Headers, Request, Target};
use crate::shell::routes::{self, Noun, Page, Places};
use crate::site::forms::Sent;
use crate::site::{Site, Visit};

/// The longest idempotency key, in bytes.
pub(crate) const IDEMPOTENCY_KEY_BYTES_MAX: usize = 255;

/// What is answered where it went well.
#[derive(Debug)]
pub(crate) struct Given {
    status: StatusCode,
    document: Option<Value>,
    location: String,
    etag: String,
}

impl Given {
    /// A document.
    pub(crate) const fn of(document: Value) -> Self {
        let location = String::new();
        let etag = String::new();
        Self { status: StatusCode::OK, document: Some(document), location, etag }
    }

    /// Nothing but that it is done.
    pub(crate) const fn nothing() -> Self {
        let location = String::new();
        let etag = String::new();
        Self { status: StatusCode::NO_CONTENT, document: None, location, etag }
    }

    /// Something new, at this address.
    pub(crate) fn made(self, location: String) -> Self {
        Self { status: StatusCode::CREATED, location, ..self }
    }

    /// With the version that a change has to name.
    pub(crate) fn version(self, etag: String) -> Self {
        Self { etag, ..self }
    }

    fn answer(self, visit: &Visit<'_>) -> Answer {
        let body = self.document.map(|document| Bytes::from(document.to_string()));
        head(visit, self.status, &self.location, &self.etag, body.unwrap_or_default())
    }
}

fn head(visit: &Visit<'_>, status: StatusCode, location: &str, etag: &str, body: Bytes) -> Answer {
    let mut answer = visit.answer(status, JSON, Keep::Nobody, Pieces::one(body));
    if !location.is_empty() {
        set(&mut answer, header::LOCATION, location);
    }
    if !etag.is_empty() {
        set(&mut answer, header::ETAG, etag);
    }
    answer
}

/// One request that the guard has let in.
pub(crate) struct Call<'a> {
    pub(crate) visit: &'a Visit<'a>,
    /// Who does it, in the record and by their role.
    pub(crate) staff: Staff,
    /// What the token may; all of it for the operator.
    scopes: Vec<Scope>,
    /// What stands behind the question mark.
    pub(crate) query: Read,
    /// What the body says.
    pub(crate) read: Read,
    /// The version that a change was made from, as it was sent.
    condition: Option<String>,
}

impl Call<'_> {
    /// Whether the token has a scope, and its maker may what that needs.
    pub(crate) fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope) && self.staff.may(scope.needs())
    }

    /// The version that a change was made from.
    pub(crate) fn condition(&self) -> &str {
        self.condition.as_deref().unwrap_or_default()
    }

    /// Rows of the page that is asked for.
    pub(crate) fn limit(&self) -> usize {
        let limit = self.query.whole("limit").and_then(|limit| usize::try_from(limit).ok());
        limit.unwrap_or(schemas::PAGE_ROWS)
    }
}

/// Whether a path is the API's, also where nothing is there.
pub(crate) fn is_address(path: &str) -> bool {
    path.strip_prefix("/api").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Answers an address of the API, whatever comes of it.
pub(crate) async fn serve(visit: &Visit<'_>) -> Result<Answer, crate::site::Trouble> {
    Ok(match Box::pin(answer(visit)).await {
        Ok(answer) => answer,
        Err(refusal) => refusal.answer(visit),
    })
}

async fn answer(visit: &Visit<'_>) -> Result<Answer, Refusal> {
    let (noun, methods, places) = found(visit.request.target.path)?;
    let method = match *visit.request.method {
        Method::HEAD => &Method::GET,
        ref method => method,
    };
    let Some(operation) = table::find(noun, method) else {
        return Ok(not_allowed(visit, methods, *method == Method::OPTIONS));
    };
    if !accepts_json(visit.request) {
        let detail = "answers are application/json, and problems application/problem+json";
        let status = StatusCode::NOT_ACCEPTABLE;
        return Err(Problem::new(status, "not-acceptable", detail).into());
    }
    if noun == Noun::Document {
        return Ok(openapi::answer(visit));
    }
    visit.takes_readers()?;
    let (staff, scopes, token) = guard(visit, operation).await?;
    let read = body(visit, operation)?;
    let query = query(visit, operation)?;
    let condition = condition(visit, operation)?;
    let call = Call { visit, staff, scopes, query, read, condition };
    let Some(name) = idempotency_key(visit, operation)? else {
        return Ok(Box::pin(done(&call, noun, method, places)).await?.answer(visit));
    };
    once(&call, operation, (token, name), places).await
}

fn found(path: &str) -> Result<(Noun, &'static [Method], Places<'_>), Refusal> {
    match routes::find(path, true) {
        Some((route, places)) => match route.page {
            Page::Api(noun) => Ok((noun, route.methods, places)),
            _ => Err(Problem::not_found().into()),
        },
        None => Err(Problem::not_found().into()),
    }
}

/// What an address takes: to whoever asks, and to whoever tried something else.
fn not_allowed(visit: &Visit<'_>, methods: &[Method], is_asked: bool) -> Answer {
    let mut allow: Vec<&str> = Vec::new();
    for method in methods {
        allow.push(method.as_str());
        if *method == Method::GET {
            allow.push("HEAD");
        }
    }
    allow.push("OPTIONS");
    let allow = allow.join(", ");
    if is_asked {
        let mut answer =
            visit.answer(StatusCode::NO_CONTENT, JSON, Keep::Nobody, Pieces::default());
        set(&mut answer, header::ALLOW, &allow);
        return answer;
    }
    let detail = format!("this address takes {allow}");
    let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", detail);
    Refusal::from(problem.allowing(allow)).answer(visit)
}

/// Whether whoever asks takes JSON.
fn accepts_json(request: &Request<'_>) -> bool {
    let mut any = false;
    for value in request.headers.all(header::ACCEPT.as_str()) {
        let Ok(text) = std::str::from_utf8(value) else { continue };
        for part in text.split(',') {
            let mut pieces = part.split(';').map(str::trim);
            let kind = pieces.next().unwrap_or_default().to_ascii_lowercase();
            if kind.is_empty() {
                continue;
            }
            any = true;
            let refused = pieces.any(|piece| {
                let quality = piece.to_ascii_lowercase();
                quality.strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0))
            });
            let fits = ["*/*", "application/*", "application/json", "application/problem+json"];
            if fits.contains(&kind.as_str()) && !refused {
                return true;
            }
        }
    }
    !any
}

/// Who asks, and what they may; or why they may not.
async fn guard(
    visit: &Visit<'_>,
    operation: &Operation,
) -> Result<(Staff, Vec<Scope>, i64), Refusal> {
    let given = visit.request.single(&header::AUTHORIZATION);
    let Some(given) = given.and_then(bearer) else {
        let detail =
            "say who asks: Authorization: Bearer mst_…; the owner makes tokens at /desk/tokens";
        return Err(Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail).into());
    };
    let row = match MachineToken::parse(given) {
        Some(token) => visit.site.store.token_of(token.hash()).await?,
        None => None,
    };
    let live = row.filter(|row| row.is_live(visit.now));
    let Some((row, maker)) = live.and_then(|row| row.staff.clone().map(|maker| (row, maker)))
    else {
        if !visit.site.tended.failed_tokens.may(visit.request.address, visit.now) {
            let detail = "too many tokens from this network were not good; wait for the next hour";
            let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many", detail);
            return Err(problem.later(3_600 - visit.now.as_second().rem_euclid(3_600)).into());
        }
        let detail =
            "this token is not good: it is misspelled, over, revoked, or its maker is gone";
        return Err(Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail).into());
    };
    if let Err(seconds) = visit.site.tended.machines.count(row.number, visit.now) {
        let detail = format!("a token may ask {TOKEN_MINUTE_MAX} times in a minute");
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many", detail);
        return Err(problem.later(seconds).into());
    }
    let forbidden = |detail: String| Problem::new(StatusCode::FORBIDDEN, "forbidden", detail);
    if !row.scopes.contains(&operation.scope) {
        return Err(forbidden(format!("the token lacks the scope {}", operation.scope)).into());
    }
    if !maker.role.may(operation.scope.needs()) || !maker.role.may(operation.deed) {
        let detail = format!("whoever made the token may not do that: {}", operation.deed.as_str());
        return Err(forbidden(detail).into());
    }
    let today = TimeZone::UTC.to_datetime(visit.now).date();
    if row.used_on != Some(today) {
        visit.site.store.token_used(row.number, today).await?;
    }
    Ok((Staff::by_token(&maker, &row.name), row.scopes, row.number))
}

/// The token of an `Authorization` (RFC 6750, 2.1).
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_matches(' '))
}

/// Whether whoever brings files may, before they are read.
pub(crate) async fn takes_files(visit: &Visit<'_>) -> bool {
    let Ok((noun, ..)) = found(visit.request.target.path) else { return false };
    let Some(operation) = table::find(noun, visit.request.method) else { return false };
    visit.takes_readers().is_ok()
        && matches!(operation.takes, Body::Files(_))
        && guard(visit, operation).await.is_ok()
}

/// What the body says, by the table.
fn body(visit: &Visit<'_>, operation: &Operation) -> Result<Read, Refusal> {
    let unsupported = |wanted: &str| {
        let detail = format!("the body has to be {wanted}, and Content-Type has to say so");
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", detail)
    };
    let kind = visit.request.headers.told(header::CONTENT_TYPE.as_str());
    let bytes: &[u8] = match (&visit.sent, &operation.takes) {
        (_, Body::Nothing) => return Ok(Read::default()),
        (Sent::TooLong, _) => {
            let detail = "the body is longer than this address takes";
            let status = StatusCode::PAYLOAD_TOO_LARGE;
            return Err(Problem::new(status, "too-large", detail).into());
        }
        (Sent::Busy, _) => return Err(crate::site::Trouble::Busy.into()),
        (Sent::Broken, _) => {
            let detail = "the body did not arrive whole";
            return Err(Problem::new(StatusCode::BAD_REQUEST, "broken-off", detail).into());
        }
        (Sent::Files(_), Body::Files(_)) => return Ok(Read::default()),
        (_, Body::Files(_)) => return Err(unsupported("multipart/form-data with files").into()),
        (Sent::Files(_), Body::Json(_)) => return Err(unsupported("application/json").into()),
        (Sent::Nothing, Body::Json(_)) => &[],
        (Sent::Whole(bytes), Body::Json(_)) => bytes,
    };
    let Body::Json(fields) = operation.takes else { return Ok(Read::default()) };
    let value = if bytes.is_empty() {
        Value::Object(serde_json::Map::new())
    } else {
        let essence = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(unsupported("application/json").into());
        }
        strict::json(bytes).map_err(|what| {
            let detail = format!("the body is no JSON that is taken: {what}");
            Problem::new(StatusCode::BAD_REQUEST, "malformed", detail)
        })?
    };
    Ok(field::read(fields, &value).map_err(Problem::invalid)?)
}

/// What stands behind the question mark, by the table: each name once, and none that is not there.
fn query(visit: &Visit<'_>, operation: &Operation) -> Result<Read, Refusal> {
    let asked = visit.asked_fields();
    let text = visit.request.target.query.unwrap_or_default();
    let names = if text.is_empty() { Vec::new() } else { asked.names() };
    if text.split('&').filter(|pair| !pair.is_empty()).count() != names.len() {
        return Err(Problem::wrong("", "a name stands twice behind the question mark").into());
    }
    let value = |name: &String| {
        let text = asked.get(name);
        let field = operation.query.iter().find(|field| field.name == *name);
        let is_whole = field.is_some_and(|field| matches!(field.takes, field::Takes::Whole(..)));
        let number = text.parse::<i64>().ok().filter(|_| is_whole);
        (name.clone(), number.map_or_else(|| Value::from(text), Value::from))
    };
    let value = Value::Object(names.iter().map(value).collect());
    Ok(field::read(operation.query, &value).map_err(Problem::invalid)?)
}

/// The version that a change names. Without one nothing is changed, and "whatever there is" is no version.
fn condition(visit: &Visit<'_>, operation: &Operation) -> Result<Option<String>, Refusal> {
    if !operation.is_conditional {
        return Ok(None);
    }
    let given = visit.request.single(&header::IF_MATCH).filter(|given| given.trim() != "*");
    let Some(given) = given else {
        let detail = "name the version that was read: its ETag, in If-Match";
        let status = StatusCode::PRECONDITION_REQUIRED;
        return Err(Problem::new(status, "precondition-required", detail).into());
    };
    Ok(Some(given.trim().to_owned()))
}

fn idempotency_key(visit: &Visit<'_>, operation: &Operation) -> Result<Option<String>, Refusal> {
    let name = header::HeaderName::from_static("idempotency-key");
    let is_json = matches!(operation.takes, Body::Json(_));
    if *operation.method != Method::POST || !is_json || !visit.request.headers.has(name.as_str()) {
        return Ok(None);
    }
    let given = visit.request.single(&name).filter(|given| {
        (1..=IDEMPOTENCY_KEY_BYTES_MAX).contains(&given.len())
            && given.bytes().all(|byte| byte.is_ascii_graphic())
    });
    given.map(|given| Some(given.to_owned())).ok_or_else(|| {
        let detail = "Idempotency-Key has to come once, with 1 to 255 visible characters of ASCII";
        Problem::new(StatusCode::BAD_REQUEST, "malformed", detail).into()
    })
}

/// Does what is asked once for each key, and answers the same again.
async fn once(
    call: &Call<'_>,
    operation: &Operation,
    (token, name): (i64, String),
    places: Places<'_>,
) -> Result<Answer, Refusal> {
    let visit = call.visit;
    let store = &visit.site.store;
    let mut hasher = blake3::Hasher::new();
    let target = visit.request.target;
    let query = target.query.unwrap_or_default();
    hasher.update(format!("{} {}?{query}\n", operation.method, target.path).as_bytes());
    hasher.update(call.condition().as_bytes()).update(b"\n");
    if let Sent::Whole(bytes) = &visit.sent {
        hasher.update(bytes);
    }
    let request = *hasher.finalize().as_bytes();
    match store.claim_request(token, name.clone(), request, visit.now).await? {
        Claimed::New => {}
        Claimed::Answered(kept) => {
            let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
            let body = Bytes::from(kept.document);
            return Ok(head(visit, status, &kept.location, &kept.etag, body));
        }
        Claimed::Different => {
            let what = "this key came with another request; draw a new one for each";
            return Err(Problem::wrong("Idempotency-Key", what).into());
        }
        Claimed::UnderWay => {
            let detail = "the same request is under way, or was when the program ended; look at what there is";
            return Err(Problem::conflict("under-way", detail).into());
        }
        Claimed::Full => return Err(crate::site::Trouble::Busy.into()),
    }
    let given = Box::pin(done(call, operation.noun, operation.method, places)).await;
    let kept = given.as_ref().ok().map(|given| KeptAnswer {
        status: given.status.as_u16(),
        location: given.location.clone(),
        etag: given.etag.clone(),
        document: given.document.as_ref().map(ToString::to_string).unwrap_or_default().into(),
    });
    // Where nothing came of it, nothing is kept: the same request may be tried again.
    let is_kept = store.keep_answer(token, name, kept).await;
    let given = given?;
    // What was done is done: the key stays under way, and whoever asks again is told to look.
    if let Err(outage) = is_kept {
        tracing::warn!(%outage, "the answer to a machine could not be kept; it is given all the same");
    }
    Ok(given.answer(visit))
}

/// Does what is asked.
async fn done(
    call: &Call<'_>,
    noun: Noun,
    method: &Method,
    places: Places<'_>,
) -> Result<Given, Refusal> {
    let [named, ..] = places;
    let is = |wanted: Method| *method == wanted;
    match noun {
        Noun::Document => Err(Problem::not_found().into()),
        Noun::Articles if is(Method::GET) => articles::list(call).await,
        Noun::Articles => articles::begin(call).await,
        Noun::Article if is(Method::GET) => articles::show(call, named).await,
        Noun::Article => articles::change(call, named).await,
        Noun::Draft => articles::throw_away(call, named).await,
        Noun::Publication => articles::publish(call, named).await,
        Noun::Withdrawal => articles::withdraw(call, named, is(Method::POST)).await,
        Noun::Files if is(Method::GET) => media::list(call).await,
        Noun::Files => media::bring(call).await,
        Noun::File if is(Method::GET) => media::show(call, named).await,
        Noun::File => media::describe(call, named).await,
        Noun::FileBytes => media::replace(call, named).await,
        Noun::Readers => readers::take_in(call).await,
        Noun::ReaderSearch => readers::find(call).await,
        Noun::Reader => readers::show(call, named).await,
        Noun::Access if is(Method::POST) => readers::give(call, named).await,
        Noun::Access => readers::take(call, named).await,
        Noun::Sessions => readers::sign_out(call, named).await,
        Noun::Subscriptions => subscriptions::list(call).await,
        Noun::Subscription => subscriptions::show(call, named).await,
        Noun::Settings if is(Method::GET) => settings::show(call).await,
        Noun::Settings => settings::put(call).await,
        Noun::Proposal => settings::propose(call).await,
        Noun::Offers if is(Method::GET) => offers::list(call).await,
        Noun::Offers => offers::make(call).await,
        Noun::OfferEnd => offers::end(call, named).await,
    }
}

/// What a command at the machine asks, in the same words: the address, the body, and the version where one is changed.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// `GET`, `POST`, `PUT`, `PATCH`, `DELETE`.
    pub method: Method,
    /// The address with what stands behind it.
    pub target: &'a str,
    /// The body.
    pub document: Option<Value>,
    /// The version that is changed.
    pub version: Option<&'a str>,
}

/// What it is answered.
#[derive(Clone, Debug)]
pub struct Told {
    /// As over HTTP.
    pub status: u16,
    /// The document, or the problem.
    pub document: Value,
    /// The version of what it tells.
    pub version: String,
}

impl Site {
    /// Does what somebody at the machine asks: by the functions that answer machines, with every right, and in the record by their name.
    pub async fn operate(&self, name: String, asked: &Asked<'_>) -> Told {
        let target = Target::of_path(asked.target);
        let (headers, address) = (Headers::NONE, [127, 0, 0, 1].into());
        let request = Request { method: &asked.method, target, headers, address };
        let visit = self.visit(&request).await;
        let visit = Visit {
            sent: asked
                .document
                .as_ref()
                .map_or(Sent::Nothing, |document| Sent::Whole(Bytes::from(document.to_string()))),
            ..visit
        };
        match Box::pin(operated(&visit, name, asked)).await {
            Ok(given) => Told {
                status: given.status.as_u16(),
                document: given.document.unwrap_or(Value::Null),
                version: given.etag,
            },
            Err(refusal) => {
                let document = refusal.into_problem(target.path).document();
                let status = document["status"].as_u64().and_then(|status| status.try_into().ok());
                Told { status: status.unwrap_or(500), document, version: String::new() }
            }
        }
    }
}

async fn operated(visit: &Visit<'_>, name: String, asked: &Asked<'_>) -> Result<Given, Refusal> {
    let (noun, _, places) = found(visit.request.target.path)?;
    let operation = table::find(noun, &asked.method).ok_or_else(Problem::not_found)?;
    let read = match (&operation.takes, &asked.document) {
        (Body::Json(fields), Some(document)) => {
            field::read(fields, document).map_err(Problem::invalid)?
        }
        (Body::Json(fields), None) => {
            field::read(fields, &Value::Object(serde_json::Map::new())).map_err(Problem::invalid)?
        }
        _ => Read::default(),
    };
    let query = query(visit, operation)?;
    let staff = Staff::at_the_machine(name);
    let condition = asked.version.map(str::to_owned);
    let call = Call { visit, staff, scopes: Scope::ALL.to_vec(), query, read, condition };
    done(&call, noun, &asked.method, places).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_tokens_are_read_as_they_are_written() {
        for path in ["/api", "/api/", "/api/articles", "/api/x/y"] {
            assert!(is_address(path), "{path}");
        }
        for path in ["/apis", "/", "/app", "/x/api"] {
            assert!(!is_address(path), "{path}");
        }
        assert_eq!(bearer("Bearer mst_1"), Some("mst_1"));
        assert_eq!(bearer("bearer  mst_1"), Some("mst_1"));
        for wrong in ["mst_1", "Basic mst_1", "Bearermst_1", ""] {
            assert_eq!(bearer(wrong), None, "{wrong}");
        }
    }
}
