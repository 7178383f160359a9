//! A certificate authority that speaks ACME (RFC 8555): an account with it, and certificates for names that are proven by
//! TLS-ALPN-01 (RFC 8737). Every wait and every answer has a limit. Nothing is kept here and nothing is tried twice: files,
//! dates and patience are the caller's.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http_body_util::BodyExt;
use instant_acme::{
    Account, AccountBuilder, AccountCredentials, AuthorizationStatus, BodyWrapper, BytesResponse,
    ChallengeType, Error, HttpClient, Identifier, NewAccount, NewOrder, Order, OrderStatus,
    Problem, RetryPolicy,
};
use rcgen::{CertificateParams, CustomExtension, DistinguishedName, KeyPair};
use serde::{Deserialize, Serialize};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, http};

/// The longest that one answer of the authority is waited for.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The longest that the authority is waited for until it has looked at us, and again until the certificate is there.
const PATIENCE: Duration = Duration::from_secs(90);
/// Between two looks at an order, at first; each time it is half as long again.
const LOOK_AFTER: Duration = Duration::from_millis(500);
const LOOK_GROWTH: f32 = 1.5;
/// The most of an answer that is read, in bytes.
const ANSWER_BYTES_MAX: u64 = 1 << 20;
/// The most that is told of what an authority says, in characters.
const TOLD_MAX: usize = 600;

/// Which authority, and who asks it.
#[derive(Debug, Clone)]
pub struct AuthorityAddress {
    /// Its directory, an https address.
    pub directory: String,
    /// The roots that the directory's own certificate is checked by, PEM; the public ones where there are none.
    pub roots: Option<Vec<u8>>,
    /// A mail address that the authority may write to.
    pub contact: Option<String>,
}

/// What proves a name: a certificate and its key, to be shown to whoever connects for that name with the protocol
/// `acme-tls/1`, and to nobody else.
#[derive(Clone)]
pub struct Proof {
    /// The name that is proven.
    pub name: String,
    /// The certificate, DER.
    pub certificate: Vec<u8>,
    /// Its key, PKCS #8 in DER.
    pub key: Vec<u8>,
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proof({})", self.name)
    }
}

/// A certificate that was issued.
pub struct Issued {
    /// The chain, PEM.
    pub chain: String,
    /// The key, PEM.
    pub key: String,
}

impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Issued(..)")
    }
}

/// Shows a proof, or says why it cannot.
type Show<'s> = dyn FnMut(&Proof) -> Result<(), String> + 's;

/// Why there is no certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthorityError {
    /// The file of roots holds none.
    #[error("the roots for {0} hold no certificate in PEM; check the key certificate_roots")]
    Roots(String),
    /// What was kept of the account cannot be used, or the authority knows nothing of it.
    #[error("the account that is kept cannot be used: {0}")]
    Account(String),
    /// No answer, or none that can be trusted or understood.
    #[error(
        "{directory} cannot be asked: {reason}; check the address, the way out of this machine, its clock, and \
         certificate_roots where the authority is a private one"
    )]
    Unreachable {
        /// The authority's directory.
        directory: String,
        /// What happened.
        reason: String,
    },
    /// The authority says no.
    #[error("the authority refuses: {reason}")]
    Refused {
        /// In its own words.
        reason: String,
        /// The earliest that it wants to be asked again.
        retry_after: Option<Duration>,
    },
}

/// The account as its owner keeps it: ours to write, nobody else's to read.
#[derive(Serialize, Deserialize)]
struct Kept {
    contact: Option<String>,
    credentials: AccountCredentials,
}

/// An account with an authority.
pub struct Authority {
    directory: String,
    account: Account,
    heard: Arc<Heard>,
    runtime: tokio::runtime::Runtime,
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authority({})", self.directory)
    }
}

impl Authority {
    /// Uses the account that was kept, or opens one and agrees to the authority's terms. `keep` is handed what is to be
    /// kept whenever that has changed, before anything is ordered: an account that is lost has to be opened again, and
    /// authorities count those.
    ///
    /// # Errors
    /// [`AuthorityError`].
    pub fn open(
        address: &AuthorityAddress,
        kept: Option<&str>,
        keep: impl FnOnce(&str),
    ) -> Result<Self, AuthorityError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let runtime = runtime.map_err(|error| unreachable(address, error.to_string()))?;
        let heard = Arc::new(Heard::default());
        let client = Client { agent: agent(address)?, heard: Arc::clone(&heard) };
        let builder = Account::builder_with_http(Box::new(client));
        let opened = runtime.block_on(account(address, builder, kept));
        let (account, fresh) =
            opened.map_err(|trouble| trouble.told(&address.directory, &heard))?;
        if let Some(fresh) = fresh {
            let text = serde_json::to_string(&fresh);
            keep(&text.map_err(|error| unreachable(address, error.to_string()))?);
        }
        Ok(Self { directory: address.directory.clone(), account, heard, runtime })
    }

    /// Orders a certificate for these names. `show` is handed what has to be shown before the authority is told to look.
    ///
    /// # Errors
    /// [`AuthorityError`]; nothing is left to be undone but what is shown.
    pub fn obtain(
        &self,
        names: &[String],
        mut show: impl FnMut(&Proof) -> Result<(), String>,
    ) -> Result<Issued, AuthorityError> {
        let ordered = self.runtime.block_on(self.order(names, &mut show));
        ordered.map_err(|trouble| trouble.told(&self.directory, &self.heard))
    }

    /// What the authority's clock said last.
    #[must_use]
    pub fn said_at(&self) -> Option<SystemTime> {
        self.heard.last().said_at
    }

    async fn order(&self, names: &[String], show: &mut Show<'_>) -> Result<Issued, Trouble> {
        let wanted: Vec<Identifier> = names.iter().cloned().map(Identifier::Dns).collect();
        let mut order = self.account.new_order(&NewOrder::new(&wanted)).await?;
        prove(&mut order, show).await?;
        let looks = RetryPolicy::new();
        let looks = looks.initial_delay(LOOK_AFTER).backoff(LOOK_GROWTH).timeout(PATIENCE);
        if order.state().status != OrderStatus::Ready {
            let ready = order.poll_ready(&looks).await;
            if !matches!(ready, Ok(OrderStatus::Ready)) {
                let reasons = refusals(&mut order).await;
                return match (reasons.is_empty(), ready) {
                    (false, _) => Err(Trouble::Says(reasons.join("; "))),
                    (true, Err(error)) => Err(error.into()),
                    (true, Ok(_)) => Err(Trouble::Says("the order was turned down".to_owned())),
                };
            }
        }
        let key = KeyPair::generate().map_err(|error| made(&error))?;
        let mut request = CertificateParams::new(names).map_err(|error| made(&error))?;
        request.distinguished_name = DistinguishedName::new();
        let request = request.serialize_request(&key).map_err(|error| made(&error))?;
        order.finalize_csr(request.der()).await?;
        let chain = match order.certificate().await? {
            Some(chain) => chain,
            None => order.poll_certificate(&looks).await?,
        };
        Ok(Issued { chain, key: key.serialize_pem() })
    }
}

/// Shows what proves each name of an order, and tells the authority to look.
async fn prove(order: &mut Order, show: &mut Show<'_>) -> Result<(), Trouble> {
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization?;
        if authorization.status == AuthorizationStatus::Valid {
            continue;
        }
        let name = authorization.identifier().to_string();
        let Some(mut challenge) = authorization.challenge(ChallengeType::TlsAlpn01) else {
            return Err(Trouble::Says(format!(
                "it does not offer tls-alpn-01 for {name}, and Masthead proves names by nothing else"
            )));
        };
        let digest = challenge.key_authorization().digest();
        let proof = proof(name, digest.as_ref()).map_err(|error| made(&error))?;
        // One that is not shown would be a failure that the authority counts.
        show(&proof).map_err(|why| Trouble::Says(format!("{proof:?} cannot be shown: {why}")))?;
        challenge.set_ready().await?;
    }
    Ok(())
}

/// The certificate of RFC 8737: signed by itself, for the one name, with the digest that the authority looks for.
fn proof(name: String, digest: &[u8]) -> Result<Proof, rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut parameters = CertificateParams::new([name.clone()])?;
    parameters.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
    let certificate = parameters.self_signed(&key)?;
    Ok(Proof { name, certificate: certificate.der().to_vec(), key: key.serialize_der() })
}

/// What the authority found at the names of an order that it turned down.
async fn refusals(order: &mut Order) -> Vec<String> {
    let mut reasons = Vec::new();
    let mut authorizations = order.authorizations();
    while let Some(Ok(mut authorization)) = authorizations.next().await {
        let name = authorization.identifier().to_string();
        let Ok(state) = authorization.refresh().await else { continue };
        let problems = state.challenges.iter().filter_map(|challenge| challenge.error.as_ref());
        reasons.extend(problems.map(|problem| format!("{name}: {problem}")));
    }
    reasons
}

/// The account that is kept, or a new one; what has to be kept of it where that has changed.
async fn account(
    address: &AuthorityAddress,
    builder: AccountBuilder,
    kept: Option<&str>,
) -> Result<(Account, Option<Kept>), Trouble> {
    let contact = address.contact.as_ref().map(|contact| format!("mailto:{contact}"));
    let contacts: Vec<&str> = contact.iter().map(String::as_str).collect();
    let Some(kept) = kept else {
        let wanted = NewAccount {
            contact: &contacts,
            terms_of_service_agreed: true,
            only_return_existing: false,
        };
        let (account, credentials) =
            builder.create(&wanted, address.directory.clone(), None).await?;
        return Ok((account, Some(Kept { contact: address.contact.clone(), credentials })));
    };
    let damaged = |error: serde_json::Error| Trouble::Account(error.to_string());
    let held: Kept = serde_json::from_str(kept).map_err(damaged)?;
    let account = match builder.from_credentials(held.credentials).await {
        Err(error @ (Error::KeyRejected | Error::Crypto)) => {
            return Err(Trouble::Account(error.to_string()));
        }
        other => other?,
    };
    if held.contact == address.contact {
        return Ok((account, None));
    }
    account.update_contacts(&contacts).await?;
    // The credentials cannot be copied; they are read once more.
    let again: Kept = serde_json::from_str(kept).map_err(damaged)?;
    Ok((account, Some(Kept { contact: address.contact.clone(), ..again })))
}

/// What went wrong, before it is known how it is to be told.
enum Trouble {
    Account(String),
    Says(String),
    Library(Error),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Library(error)
    }
}

fn made(error: &rcgen::Error) -> Trouble {
    Trouble::Says(format!("a key or a request for it could not be made: {error}"))
}

impl Trouble {
    fn told(self, directory: &str, heard: &Heard) -> AuthorityError {
        let retry_after = heard.last().retry_after;
        let refused =
            |reason: String| AuthorityError::Refused { reason: brief(&reason), retry_after };
        match self {
            Self::Account(reason) => AuthorityError::Account(brief(&reason)),
            Self::Says(reason) => refused(reason),
            Self::Library(Error::Api(problem)) => {
                // An authority that forgot the account, as those for trials do.
                if is(&problem, "accountDoesNotExist") {
                    AuthorityError::Account(brief(&problem.to_string()))
                } else {
                    refused(problem.to_string())
                }
            }
            Self::Library(Error::Timeout(_)) => {
                refused(format!("it had not decided after {} s", PATIENCE.as_secs()))
            }
            Self::Library(error) => AuthorityError::Unreachable {
                directory: directory.to_owned(),
                reason: brief(&error.to_string()),
            },
        }
    }
}

fn is(problem: &Problem, kind: &str) -> bool {
    let told = problem.r#type.as_deref();
    told.and_then(|told| told.strip_prefix("urn:ietf:params:acme:error:")) == Some(kind)
}

/// One line of printable characters, however long and strange the other side's answer is.
fn brief(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(TOLD_MAX).collect()
}

fn unreachable(address: &AuthorityAddress, reason: String) -> AuthorityError {
    AuthorityError::Unreachable { directory: address.directory.clone(), reason }
}

fn agent(address: &AuthorityAddress) -> Result<Agent, AuthorityError> {
    let mut tls = TlsConfig::builder();
    if let Some(pem) = &address.roots {
        let found = parse_pem(pem).filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        });
        let roots: Vec<_> = found.collect();
        if roots.is_empty() {
            return Err(AuthorityError::Roots(address.directory.clone()));
        }
        tls = tls.root_certs(RootCerts::Specific(Arc::new(roots)));
    }
    let config = Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .http_status_as_error(false)
        .https_only(true)
        .tls_config(tls.build())
        .user_agent(concat!("masthead/", env!("CARGO_PKG_VERSION")));
    Ok(config.build().into())
}

/// What the last answer said beside its body.
#[derive(Debug, Default, Clone, Copy)]
struct Aside {
    retry_after: Option<Duration>,
    said_at: Option<SystemTime>,
}

#[derive(Debug, Default)]
struct Heard(Mutex<Aside>);

impl Heard {
    fn last(&self) -> Aside {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hear(&self, status: u16, headers: &http::HeaderMap) {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let said_at = text("date").and_then(|date| httpdate::parse_http_date(date).ok());
        let retry_after = text("retry-after").filter(|_| status >= 400);
        let retry_after = retry_after.and_then(|after| pause(after, said_at));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Aside { retry_after, said_at };
    }
}

/// How long `Retry-After` asks to wait. A date counts from the answer's own, so that our clock has no part in it.
fn pause(after: &str, said_at: Option<SystemTime>) -> Option<Duration> {
    if let Ok(seconds) = after.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    httpdate::parse_http_date(after.trim()).ok()?.duration_since(said_at?).ok()
}

/// What is made of an answer that says no and not why.
fn without_words(status: http::StatusCode) -> Problem {
    let detail = Some(format!("it answers with status {}", status.as_u16()));
    Problem { r#type: None, detail, status: Some(status.as_u16()), subproblems: Vec::new() }
}

/// Requests of the library, over the connections that this room makes to everybody else. They hold the thread up, which
/// does nothing else meanwhile.
#[derive(Debug)]
struct Client {
    agent: Agent,
    heard: Arc<Heard>,
}

type Answered = Result<BytesResponse, Error>;

impl HttpClient for Client {
    fn request(
        &self,
        request: http::Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Answered> + Send>> {
        let (agent, heard) = (self.agent.clone(), Arc::clone(&self.heard));
        Box::pin(async move {
            let other = |error: ureq::Error| Error::Other(Box::new(error));
            let (head, body) = request.into_parts();
            let is_get = head.method == http::Method::GET;
            let Ok(body) = body.collect().await;
            let body = body.to_bytes();
            let answer = if body.is_empty() {
                agent.run(http::Request::from_parts(head, ()))
            } else {
                agent.run(http::Request::from_parts(head, body.as_ref()))
            };
            let (head, mut body) = answer.map_err(other)?.into_parts();
            heard.hear(head.status.as_u16(), &head.headers);
            let bytes = body.with_config().limit(ANSWER_BYTES_MAX).read_to_vec().map_err(other)?;
            if head.status.is_client_error() || head.status.is_server_error() {
                // The library reads a problem where it expects one, and takes the rest for what it asked for.
                match serde_json::from_slice::<Problem>(&bytes) {
                    Ok(problem) if is_get => return Err(problem.into()),
                    Ok(_) => {}
                    Err(_) => return Err(without_words(head.status).into()),
                }
            }
            let body = http_body_util::Full::new(Bytes::from(bytes));
            Ok(BytesResponse::from(http::Response::from_parts(head, body)))
        })
    }
}

#[cfg(test)]
mod tests;
