//! The site: what all pages share, and the way from a request to its page.

mod account;
mod activation;
pub(crate) mod addresses;
mod archive;
pub(crate) mod article;
mod authors;
mod brought;
mod cancel;
mod cashier;
mod challenges;
pub(crate) mod contexts;
mod contract;
mod corrections;
mod counts;
mod crawlers;
mod demo;
mod device;
mod dispatch;
mod edition;
mod embed;
mod entering;
pub(crate) mod entries;
mod errors;
mod feed;
mod former_files;
pub(crate) mod forms;
pub(crate) mod frame;
pub(crate) mod front;
pub(crate) mod gifts;
pub(crate) mod help;
mod identity;
mod incoming;
mod institutions;
mod invoices;
mod invoicing;
mod knocks;
mod latest;
mod letters;
pub(crate) mod licensing;
mod lists;
mod mailbox;
mod makers;
mod manifest;
pub(crate) mod media;
mod meta;
mod most_read;
mod new_address;
mod newsletters;
pub(crate) mod numbers;
pub(crate) mod offers;
mod origin;
mod outage_pass;
mod pace;
pub(crate) mod paging;
mod passkeys;
mod passwords;
mod payers;
mod plain;
mod plan_change;
pub(crate) mod presentation;
mod proof;
mod read_back;
pub(crate) mod reader_lists;
mod reading;
mod report;
mod robots;
mod saved;
mod search;
mod seats;
mod selling;
mod share_picture;
mod shown;
mod sign_in;
mod sitemaps;
mod slots;
mod statements;
mod subscribing;
pub(crate) mod tended;
mod themed;
pub(crate) mod told;
mod trouble;
mod walls;
mod webhooks;
pub(crate) mod why;
mod withdrawal;

use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwap;
use bytes::Buf;
use face::FrontSketch;
use gate::{Clock, Gate, NewVisitors, Outage, OutagePassKey, Random, VisitorKeys};
use http::header;
use http::{HeaderValue, Method, StatusCode};
use jiff::Timestamp;
use jiff::civil::Date;
use paywall::{Capabilities, CodeKey};
use providers::Names;
use providers::payments::{Cashier, Payments};
use store::{Change, KnownReader, MailCounts, Snapshot, Store};
use tokio::sync::Semaphore;

use crate::shell::address::{TrustedProxy, client};
use crate::shell::answer::{Answer, Pieces, TEXT, set};
use crate::shell::assets::AssetBytes;
use crate::shell::caching::Keep;
use crate::shell::pool::Pool;
use crate::shell::request::{Headers, Request, Target};
use crate::shell::routes;
use crate::shell::spellings::safe_query;
use crate::theme::{Theme, ThemeFault};

pub use addresses::Addresses;
pub use brought::{Bringing, Came, GrantError, Holdings};
pub use counts::{Count, Counts};
pub use crawlers::{Crawlers, Engine, RANGES_HOLD};
use entries::Entries;
pub use forms::{Sent, is_mail};
pub use invoicing::InvoicePaid;
pub use licensing::{TypedLicence, network_size};
use lists::Lists;
pub use numbers::DAYS_MAX as NUMBERS_DAYS_MAX;
pub use origin::{Origin, OriginError};
use presentation::Presentation;
pub use presentation::body_words;
pub use read_back::LedgerReport;
pub use reader_lists::{READER_LINES_HEAD, ReaderLine, csv_field, last_day};
pub use slots::{HouseAdvertisement, SlotPicture, SlotSize};
pub use tended::Market;
use tended::Tended;
pub(crate) use trouble::Trouble;
pub use why::why;

/// The longest body that a POST may bring, in bytes: a reading needs none.
pub const BODY_BYTES_MAX: u64 = 4_096;

/// Threads that wait for the payment provider.
const TILLS: usize = 4;

/// A prefetching proxy may fetch all it likes: a GET is the teaser and costs nobody anything.
const TRAFFIC_ADVICE: &str =
    "[{\"user_agent\": \"prefetch-proxy\", \"google_prefetch_proxy_eap\": {\"fraction\": 1.0}}]\n";
const TRAFFIC_ADVICE_TYPE: &str = "application/trafficadvice+json";

/// What the site is wired to.
#[derive(Debug)]
pub struct Wiring {
    /// The record of everything.
    pub store: Store,
    /// The house's clock.
    pub clock: Clock,
    /// The house's randomness.
    pub random: Random,
    /// The paper's secret: visitor ids and wall codes are derived from it.
    pub secret: [u8; 32],
    /// The address that readers use; `None` takes any host over plain http, as a demo does.
    pub origin: Option<Origin>,
    /// The address in links that leave the paper, where no `origin` says it: a demo's own. Any host is answered still.
    pub shown_at: Option<Origin>,
    /// The operator's own proxies.
    pub trusted_proxies: Vec<TrustedProxy>,
    /// Whether pages that only a demo has are there.
    pub demo: bool,
    /// Threads that make pages.
    pub page_threads: usize,
    /// Memory for finished pages, in bytes.
    pub page_cache_bytes: u64,
    /// What this build can do.
    pub capabilities: Capabilities,
    /// Where the names of crawlers' addresses are asked for.
    pub names: Arc<dyn Names>,
    /// The theme to begin with: the house's own, or a paper's.
    pub theme: Theme,
    /// Who takes payments, where anybody does.
    pub payments: Option<Arc<dyn Payments>>,
    /// The demo's own cashier, where that is who takes them: its pages are there then.
    pub cashier: Option<Arc<Cashier>>,
    /// Whether open pages follow the theme while it is made; only in a demo.
    pub live_theme: bool,
    /// Whether whoever sends the newsletters is told of sign-ups at once.
    pub tells_sender: bool,
    /// Whether a webhook may be this machine itself, over plain http.
    pub webhooks_may_be_plain: bool,
}

/// The site. Clones share everything.
#[derive(Debug, Clone)]
pub struct Site(pub(crate) Arc<Inner>);

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) store: Store,
    gate: Gate<Store>,
    clock: Clock,
    pub(crate) random: Random,
    secret: [u8; 32],
    payments: Option<Arc<dyn Payments>>,
    cashier: Option<Arc<Cashier>>,
    /// Threads that wait for the payment provider, so that no page waits behind it.
    tills: Pool,
    /// Threads that hash passwords: each takes memory, and no page waits behind them.
    hashers: Pool,
    /// What browsers are asked that have passkeys.
    questions: passkeys::Questions,
    keys: VisitorKeys,
    outage_key: OutagePassKey,
    code_key: CodeKey,
    visitors: NewVisitors,
    origin: Option<Origin>,
    shown_at: Option<Origin>,
    trusted_proxies: Vec<TrustedProxy>,
    demo: bool,
    pub(crate) capabilities: Capabilities,
    crawlers: Crawlers,
    pub(crate) pool: Pool,
    /// What the next presentation is made with.
    theme: ArcSwap<Theme>,
    live_theme: bool,
    tells_sender: bool,
    pub(crate) webhooks_may_be_plain: bool,
    theme_faults: ArcSwap<Vec<ThemeFault>>,
    front: ArcSwap<FrontSketch>,
    /// Counts up with every change of settings or of the paper itself.
    generation: Arc<AtomicU64>,
    presentation: ArcSwap<Presentation>,
    entries: Arc<Entries>,
    lists: Arc<Lists>,
    unknown: Arc<addresses::Unknown>,
    pictures: Arc<media::Pictures>,
    maps: sitemaps::Maps,
    makers: makers::Makers,
    /// Forms with files that may come in now.
    arriving: Semaphore,
    changers: plan_change::Changers,
    counts: Arc<Counts>,
    pub(crate) tended: Tended,
}

/// The site cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] Outage),
    /// The stored settings cannot be read.
    #[error("the house settings cannot be used: {0}")]
    Settings(String),
}

/// One request on its way: the snapshot and the instant that it keeps from start to end.
pub(crate) struct Visit<'a> {
    pub(crate) site: &'a Inner,
    pub(crate) request: &'a Request<'a>,
    pub(crate) presentation: Arc<Presentation>,
    pub(crate) front: Arc<FrontSketch>,
    pub(crate) now: Timestamp,
    pub(crate) sent: Sent,
    /// Who asks, once that was found out and is a reader.
    pub(crate) reader: OnceLock<Arc<KnownReader>>,
    /// Set where the request carries a session that could not be looked up: whoever may have paid is shown no wall.
    pub(crate) unsure: OnceLock<()>,
}

impl Site {
    /// Opens the site: reads the paper and its settings, and listens for changes.
    ///
    /// # Errors
    /// [`SiteError`].
    pub async fn open(wiring: Wiring) -> Result<Self, SiteError> {
        let theme = Arc::new(wiring.theme);
        let generation = Arc::new(AtomicU64::new(1));
        let entries = Arc::new(Entries::new(wiring.page_cache_bytes));
        let lists = Arc::new(Lists::new());
        let unknown = Arc::new(addresses::Unknown::new());
        let pictures = Arc::new(media::Pictures::new());
        {
            let (generation, entries, lists) =
                (Arc::clone(&generation), Arc::clone(&entries), Arc::clone(&lists));
            let (unknown, pictures) = (Arc::clone(&unknown), Arc::clone(&pictures));
            wiring.store.on_change(Box::new(move |changes: &[Change]| {
                changed(changes, &generation, &entries, &lists);
                if changes.iter().any(|change| addresses::moves(&change.kind)) {
                    unknown.forget();
                }
                if changes.iter().any(|change| change.kind != "readings") {
                    pictures.forget();
                }
            }));
        }
        let first = Presentation::read(
            &wiring.store,
            wiring.capabilities,
            1,
            &theme,
            wiring.origin.as_ref(),
        )
        .await?;
        let address = wiring.origin.as_ref().map_or("", Origin::as_str);
        let tended = Tended::new(wiring.random.clone());
        let code_secret = blake3::derive_key("masthead 2026 wall codes", &wiring.secret);
        Ok(Self(Arc::new(Inner {
            gate: Gate::new(wiring.store.clone()),
            store: wiring.store,
            clock: wiring.clock,
            secret: wiring.secret,
            payments: wiring.payments,
            cashier: wiring.cashier.filter(|_| wiring.demo),
            tills: Pool::start(TILLS),
            hashers: Pool::with_queue(proof::HASHERS, proof::HASHES_WAITING_MAX),
            questions: passkeys::Questions::new(),
            keys: VisitorKeys::derive(&wiring.secret, address),
            outage_key: OutagePassKey::derive(&wiring.secret, address),
            code_key: CodeKey(code_secret),
            visitors: NewVisitors::new(wiring.random.clone()),
            random: wiring.random,
            origin: wiring.origin,
            shown_at: wiring.shown_at,
            trusted_proxies: wiring.trusted_proxies,
            demo: wiring.demo,
            capabilities: wiring.capabilities,
            crawlers: Crawlers::new(wiring.names),
            makers: makers::Makers::new(wiring.page_threads),
            arriving: Semaphore::new(incoming::AT_ONCE_MAX),
            changers: plan_change::Changers::new(),
            pool: Pool::start(wiring.page_threads),
            theme: ArcSwap::new(theme),
            live_theme: wiring.demo && wiring.live_theme,
            tells_sender: wiring.tells_sender,
            webhooks_may_be_plain: wiring.webhooks_may_be_plain,
            theme_faults: ArcSwap::default(),
            front: ArcSwap::default(),
            generation,
            presentation: ArcSwap::from_pointee(first),
            entries,
            lists,
            unknown,
            pictures,
            maps: sitemaps::Maps::new(),
            counts: Arc::new(Counts::default()),
            tended,
        })))
    }

    /// Whose a request is: its peer, or who sent it through the operator's own proxies.
    #[must_use]
    pub fn address_of(&self, peer: IpAddr, headers: Headers<'_>) -> IpAddr {
        client(peer, headers, &self.0.trusted_proxies)
    }

    /// How many bytes a request of this method to this path may send behind its head; what is 0 is not read at all.
    #[must_use]
    pub fn sent_bytes_max(method: &Method, path: &str) -> usize {
        // By the method first: the table is not asked for those who only read.
        if !matches!(*method, Method::POST | Method::PUT | Method::PATCH) {
            return 0;
        }
        let route = routes::find(path, true).map(|(route, _)| route);
        let takes = route.filter(|route| route.methods.contains(method));
        takes.map_or(0, |route| route.form_bytes_max)
    }

    /// Whether a request is a form with files, to an address that takes them.
    #[must_use]
    pub fn may_have_files(method: &Method, target: Target<'_>, headers: Headers<'_>) -> bool {
        incoming::may_have_files(method, target, headers)
    }

    /// Whether whoever sends such a form works there. Of anybody else's not a byte is read.
    pub async fn welcomes_files(
        &self,
        method: &Method,
        target: Target<'_>,
        headers: Headers<'_>,
        peer: IpAddr,
    ) -> bool {
        let address = self.address_of(peer, headers);
        let request = Request { method, target, headers, address };
        let visit = self.visit(&request).await;
        if crate::api::is_address(visit.request.target.path) {
            return Box::pin(crate::api::takes_files(&visit)).await;
        }
        Box::pin(crate::desk::takes_files(&visit)).await
    }

    /// Takes in a form with files, up to the limits; what it takes is on the disk and has no name there.
    pub async fn receive<B>(&self, headers: Headers<'_>, body: B) -> Sent
    where
        B: hyper::body::Body<Data = bytes::Bytes> + Unpin,
    {
        incoming::receive(&self.0, headers, body).await
    }

    /// Answers one request, with what it sent behind its head. HEAD is answered like GET, without the body.
    pub async fn answer_to(
        &self,
        method: &Method,
        target: Target<'_>,
        headers: Headers<'_>,
        peer: IpAddr,
        sent: Sent,
    ) -> Answer {
        let site = &*self.0;
        let address = self.address_of(peer, headers);
        let request = Request { method, target, headers, address };
        let visit = Visit { sent, ..self.visit(&request).await };
        let mut response = match visit.dispatch().await {
            Ok(response) => response,
            Err(trouble) => errors::page(&visit, trouble),
        };
        site.counts.answered(response.status());
        if *method == Method::HEAD {
            let length = response.body().remaining();
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
            *response.body_mut() = Pieces::default();
        }
        response
    }

    /// Whether readers can be answered.
    ///
    /// # Errors
    /// [`Outage`] while the store does not answer.
    pub async fn ready(&self) -> Result<(), Outage> {
        self.0.store.file_is_there()?;
        self.0.store.settings().await.map(|_| ())
    }

    /// Who is who among crawlers: for the job that brings the lists of their makers.
    #[must_use]
    pub fn crawlers(&self) -> &Crawlers {
        &self.0.crawlers
    }

    /// What the paper is called.
    #[must_use]
    pub fn paper_name(&self) -> String {
        self.0.presentation.load().house.paper.name.clone()
    }

    /// How many mails wait, were given up, or may have been sent.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn mail_counts(&self) -> Result<MailCounts, Outage> {
        self.0.store.mail_counts().await
    }

    /// What the site has counted since it was opened.
    #[must_use]
    pub fn counts(&self) -> &Counts {
        &self.0.counts
    }

    /// The key that wall codes of this paper are made with, from its secret.
    #[must_use]
    pub fn code_key(secret: &[u8; 32]) -> CodeKey {
        CodeKey(blake3::derive_key("masthead 2026 wall codes", secret))
    }

    /// The key of our names for cards, from the paper's secret.
    #[must_use]
    pub fn card_key(secret: &[u8; 32]) -> [u8; 32] {
        blake3::derive_key("masthead 2026 cards", secret)
    }

    /// A request's own view of the site: one snapshot and one instant, from start to end.
    pub(crate) async fn visit<'a>(&'a self, request: &'a Request<'a>) -> Visit<'a> {
        let site = &*self.0;
        Visit {
            site,
            request,
            presentation: match site.presented() {
                Some(current) => current,
                // On the heap: every request may be the one that reads it, and no connection carries room for that.
                None => Box::pin(site.present()).await,
            },
            front: site.front.load_full(),
            now: site.clock.now(),
            sent: Sent::Nothing,
            reader: OnceLock::new(),
            unsure: OnceLock::new(),
        }
    }

    /// Makes the front page, so that the first reader finds it warm.
    pub async fn warm(&self) {
        let request = Request {
            method: &Method::GET,
            target: Target::of_path("/"),
            headers: Headers::NONE,
            address: IpAddr::from([127, 0, 0, 1]),
        };
        let visit = self.visit(&request).await;
        if let Err(trouble) = front::page(&visit).await {
            tracing::warn!(?trouble, "the front page could not be made");
        }
    }
}

impl Inner {
    /// The paper's own address, for what leaves it: of a demo without one, this machine's.
    pub(crate) fn shown_address(&self) -> &str {
        let shown = self.origin.as_ref().or(self.shown_at.as_ref());
        shown.map_or("http://localhost", Origin::as_str)
    }

    /// Today's presentation: read again where settings or the paper changed since. While the store does not answer, the
    /// last one stays.
    async fn present(&self) -> Arc<Presentation> {
        if let Some(current) = self.presented() {
            return current;
        }
        let wanted = self.generation.load(Ordering::Acquire);
        let theme = self.theme.load_full();
        let origin = self.origin.as_ref();
        match Presentation::read(&self.store, self.capabilities, wanted, &theme, origin).await {
            Ok(fresh) => {
                let fresh = Arc::new(fresh);
                self.presentation.store(Arc::clone(&fresh));
                fresh
            }
            Err(error) => {
                tracing::error!(%error, "changed settings could not be read; the last ones stay");
                self.presentation.load_full()
            }
        }
    }

    /// The presentation, where nothing has changed since it was read.
    fn presented(&self) -> Option<Arc<Presentation>> {
        let current = self.presentation.load_full();
        (current.generation == self.generation.load(Ordering::Acquire)).then_some(current)
    }
}

/// Forgets what a change made old. Runs after the commit and before the writer is answered.
fn changed(changes: &[Change], generation: &AtomicU64, entries: &Entries, lists: &Lists) {
    const ONE_BY_ONE_MAX: usize = 32;
    let articles = changes.iter().filter(|change| change.kind == "article");
    let mut ids: Vec<&str> = articles.map(|change| change.key.as_str()).collect();
    ids.dedup();
    let whole = changes.iter().any(|change| matches!(change.kind.as_str(), "settings" | "paper"));
    // Whether printed papers can be activated is said on pages that nobody keeps.
    // Who comes from an institution's network is asked with each request.
    let newly = |change: &Change| matches!(change.kind.as_str(), "print" | "institutions");
    if whole || changes.iter().any(newly) {
        generation.fetch_add(1, Ordering::AcqRel);
    }
    if whole || !ids.is_empty() {
        lists.forget();
    }
    if whole || ids.len() > ONE_BY_ONE_MAX {
        entries.forget_all();
    } else {
        ids.into_iter().for_each(|id| entries.forget(id));
    }
}

impl Visit<'_> {
    /// The day that it is now in the paper's zone.
    pub(crate) fn today(&self) -> Date {
        self.presentation.house.policy.day_of(self.now)
    }

    /// The presentation as it would be under these settings; nobody else gets it.
    pub(crate) async fn presented_with(
        &self,
        snapshot: Snapshot,
    ) -> Result<Presentation, SiteError> {
        let (site, current) = (self.site, &self.presentation);
        let (generation, theme) = (current.generation, &current.theme);
        let origin = site.origin.as_ref();
        Presentation::of(&site.store, snapshot, site.capabilities, generation, theme, origin).await
    }

    /// Where the operator named the paper's address, requests for another host are not ours.
    fn misdirected(&self) -> Option<Answer> {
        let origin = self.site.origin.as_ref()?;
        // A whole address in the request line comes before the Host header (RFC 9112, 3.2.2); both have to be ours.
        let whole = self.request.target.authority;
        let mut named = whole.into_iter().chain(self.request.single(&header::HOST)).peekable();
        if named.peek().is_none() {
            return Some(self.short(StatusCode::BAD_REQUEST, "the request names no host"));
        }
        let is_ours = named.all(|host| origin.is_host(host));
        (!is_ours)
            .then(|| self.short(StatusCode::MISDIRECTED_REQUEST, "this host is not served here"))
    }

    /// The address of the site as this request's reader sees it.
    pub(crate) fn address(&self) -> String {
        match &self.site.origin {
            Some(origin) => origin.as_str().to_owned(),
            None => {
                let host = self.request.single(&header::HOST).filter(|host| origin::is_plain(host));
                format!("http://{}", host.unwrap_or("localhost"))
            }
        }
    }

    /// The way to another address of ours, with the query of this one or without.
    pub(crate) fn moved(&self, status: StatusCode, path: &str, with_query: bool) -> Answer {
        let query = self.request.target.query.filter(|_| with_query).and_then(safe_query);
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        let mut response = self.answer(status, TEXT, Keep::Everybody, Pieces::default());
        set(&mut response, header::LOCATION, &format!("{path}{query}"));
        response
    }

    fn methods(&self, path: &str) -> Answer {
        let asked = *self.request.method == Method::OPTIONS;
        let status = if asked { StatusCode::NO_CONTENT } else { StatusCode::METHOD_NOT_ALLOWED };
        let mut response = self.answer(status, TEXT, Keep::Nobody, Pieces::default());
        let mut routes = routes::fits(path, self.site.demo).map(|(route, _)| route);
        let posts = routes.any(|route| route.methods.contains(&Method::POST));
        let posts = if posts { ", POST" } else { "" };
        set(&mut response, header::ALLOW, &format!("GET, HEAD{posts}, OPTIONS"));
        response
    }

    /// An answer with the headers that all have.
    pub(crate) fn answer(
        &self,
        status: StatusCode,
        media_type: &'static str,
        kept: Keep,
        body: Pieces,
    ) -> Answer {
        self.presentation.heads.answer(status, media_type, kept, body)
    }

    /// A line of text for callers that are not readers.
    pub(crate) fn short(&self, status: StatusCode, line: &'static str) -> Answer {
        let body = Pieces::one(bytes::Bytes::from(format!("{line}\n")));
        self.answer(status, TEXT, Keep::Nobody, body)
    }

    async fn asset(&self, file: &str) -> Result<Answer, Trouble> {
        let (asset, current) =
            self.presentation.theme.assets.find(file).ok_or(Trouble::NotFound)?;
        let (body, encoding) = match &asset.bytes {
            AssetBytes::Packed(bytes) => (bytes.clone(), None),
            AssetBytes::Text(text) => {
                if !text.is_finished() {
                    let text = Arc::clone(text);
                    self.site.pool.run(move || _ = text.finished()).await?;
                }
                let (bytes, encoding) = text.finished().bytes(self.request.encoding());
                (bytes, Some(encoding))
            }
        };
        let kept = if current { Keep::Forever } else { Keep::Minute };
        let mut response = self.answer(StatusCode::OK, asset.media_type, kept, Pieces::one(body));
        if let Some(encoding) = encoding {
            article::encoded(&mut response, encoding);
        }
        Ok(response)
    }

    /// A few lines that are the same for everybody.
    fn fixed(&self, media_type: &'static str, text: &'static str) -> Answer {
        let body = Pieces::one(bytes::Bytes::from_static(text.as_bytes()));
        self.answer(StatusCode::OK, media_type, Keep::Minute, body)
    }
}
