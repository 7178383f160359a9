//! The route table: every address of the site, in one place.
//!
//! The dispatcher, the list of reserved section names, robots.txt and the test that looks for leaks are made from it. A
//! route that is not here does not exist.

use http::Method;

mod machines;
mod spelling;

pub use machines::Noun;
pub(crate) use spelling::canonical;
pub use spelling::{Spelled, spelled};

/// Whether an address can lead to a locked body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AccessClass {
    /// It has no way to a body.
    Public,
    /// The gate is asked on every request.
    Guarded,
    /// The guard of the desk is asked on every request.
    Staff,
    /// The guard of machines is asked on every request.
    Machine,
}

/// Who may keep what the address answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CacheClass {
    /// The same bytes for every stranger.
    Shared,
    /// One person's own.
    Private,
    /// An address that names its own bytes.
    Immutable,
}

/// The pages of the site.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Page {
    /// The front page.
    Home,
    /// One section's articles.
    Section,
    /// One tag's articles.
    Tag,
    /// An article, in any pattern of addresses; those that the paper does not use lead to the one that it uses.
    Article,
    /// The reading of an article: POST makes it, GET shows what it opened. One for each pattern of articles.
    Reading,
    /// What the paper sells.
    Offers,
    /// Who makes the paper.
    About,
    /// How to write to it.
    Contact,
    /// What readers look for.
    Search,
    /// How a browser can search the paper from its own field.
    OpenSearch,
    /// Style, script, fonts.
    Asset,
    /// A picture that anybody may see.
    Media,
    /// A picture or document of a locked body.
    LockedMedia,
    /// Somebody's articles.
    Author,
    /// The parts of a series.
    Series,
    /// Everything by the minute.
    Latest,
    /// The years of the archive.
    Archive,
    /// A year, or a day, of the archive.
    ArchiveSpan,
    /// A month of the archive.
    ArchiveMonth,
    /// What was read most: sums, and nobody in them.
    MostRead,
    /// All corrections.
    Corrections,
    /// Today's print edition.
    Edition,
    /// The print edition of a day.
    EditionDay,
    /// Reports of errors: POST sends one, GET thanks.
    Reports,
    /// A picture of one of the paper's own advertisements.
    Advertisement,
    /// Name and icons for home screens.
    Manifest,
    /// What other sites show where somebody shares an article.
    SharePicture,
    /// For crawlers.
    Robots,
    /// For prefetching proxies: they are welcome, since a GET spends nothing.
    TrafficAdvice,
    /// Every notice and wall, in the demo.
    Walls,
    /// The feed of the whole paper.
    Feed,
    /// The feed of a section, tag, author or series.
    FeedOf,
    /// The index of sitemaps.
    Sitemaps,
    /// One sitemap.
    Sitemap,
    /// The licence for crawlers.
    Licence,
    /// An article as a link in somebody else's page.
    Embed,
    /// Which crawler gets what, in the demo.
    Crawlers,
    /// The mails of a demo, which go to nobody.
    Mailbox,
    /// One of them.
    MailboxMail,
    /// The HTML of one, for a frame.
    MailboxPage,
    /// The desk: what the newsroom works on.
    Desk,
    /// A new article: GET shows the form, POST keeps what was typed.
    DeskArticles,
    /// An article at the desk: POST keeps, publishes or throws away what was typed.
    DeskArticle,
    /// A draft as readers will see it.
    DeskLook,
    /// The same in every place where it is seen.
    DeskLooks,
    /// The paper's numbers: POST says whether the letter about them is wanted.
    DeskNumbers,
    /// One of their tables, as a page or as a file.
    DeskNumbersTable,
    /// What was published of an article before: GET compares, POST makes a draft of one.
    DeskRevisions,
    /// POST takes an article back, or puts it back.
    DeskWithdrawal,
    /// Whose hand an article is in.
    DeskHand,
    /// What stands where on the front page: POST says it.
    DeskFront,
    /// The front page as it would be.
    DeskFrontLook,
    /// Authors and tags: POST adds one.
    DeskNames,
    /// Who works in the newsroom: POST lets in, changes, lets go.
    DeskStaff,
    /// Who did what at the desk.
    DeskRecord,
    /// The house settings: POST puts a document into force.
    DeskSettings,
    /// A group of them: POST shows what a form would change.
    DeskSettingsGroup,
    /// The paper as somebody else sees it: POST shows a page.
    DeskSeeAs,
    /// Who reads by a site licence: POST adds one.
    DeskInstitutions,
    /// One of them: POST changes or ends it.
    DeskInstitution,
    /// The help desk: POST finds a reader, or explains the code of a wall.
    DeskReaders,
    /// Lists of readers: POST takes one out, or brings one in.
    DeskLists,
    /// A reader at the help desk: POST puts something right.
    DeskReader,
    /// Pictures and documents: POST brings some.
    DeskMedia,
    /// One of them: POST says something of it, puts another in its place, or deletes it.
    DeskFile,
    /// The bytes of one, or of one in a width, for the newsroom alone.
    DeskPicture,
    /// Tokens of machines: POST makes one, or ends one.
    DeskTokens,
    /// Who is told of what happens: POST adds a webhook.
    DeskWebhooks,
    /// One of them, with its log: POST tries, switches, changes or ends it.
    DeskWebhook,
    /// What machines work with.
    Api(Noun),
    /// Who wants to sign in: POST sends a mail with a code and a link.
    SignIn,
    /// The code of that mail: POST signs in.
    SignInCode,
    /// POST signs in with a password.
    SignInPassword,
    /// POST asks for a passkey, and signs in with it.
    SignInPasskey,
    /// One device too many: POST signs another one out, and in here.
    SignInDevices,
    /// The link of that mail: GET shows a button, POST signs in.
    SignInLink,
    /// POST signs out.
    SignOut,
    /// The reader's own page.
    Account,
    /// Number and postcode of a printed paper: POST binds it to the reader.
    Activation,
    /// Where a reader is signed in: POST ends one session or all.
    Sessions,
    /// The seats of the reader's plan, and the reader's own: POST invites, takes back, takes away, gives back.
    Seats,
    /// An invitation to a seat that the browser keeps while somebody signs in: POST accepts it.
    Seat,
    /// The link of an invitation to a seat: GET shows a button, POST accepts.
    SeatLink,
    /// Newsletters: POST sends a letter to an address, with a button that confirms it.
    Newsletters,
    /// The link of that letter: GET shows the button, POST confirms.
    NewsletterLink,
    /// What ends one newsletter for one address: GET shows a button, POST ends it.
    NewsletterEnd,
    /// POST says which newsletters a reader wants.
    MailChoices,
    /// What a reader has saved: POST saves an article, or removes it.
    Saved,
    /// POST sends a code to a reader's new mail address.
    NewAddress,
    /// That code: POST makes the address the reader's.
    NewAddressCode,
    /// POST sets, changes or removes the reader's password.
    Password,
    /// POST makes, names and removes the reader's passkeys.
    Passkeys,
    /// POST erases the account.
    Erasure,
    /// Everything that is kept of a reader, as a file.
    AccountData,
    /// What a plan costs, and the box to agree: POST leads to the payment.
    Subscribe,
    /// The same by invoice: the buyer's address, and the box to agree. POST makes the invoice.
    InvoiceOrder,
    /// A reader's invoices.
    Invoices,
    /// One of them, to print: POST takes an order back that is not paid.
    Invoice,
    /// What came of a payment.
    Checkout,
    /// What payment providers send.
    PaymentEvents,
    /// POST cancels a subscription at the paid date.
    Cancellation,
    /// Other plans, and what one costs: POST changes to it.
    PlanChange,
    /// Cancelling a contract without signing in: POST keeps the statement.
    Cancel,
    /// The link of its receipt: GET shows a button, POST cancels.
    CancelLink,
    /// Withdrawing from a contract: POST shows it once more, then keeps the statement.
    Withdrawal,
    /// POST makes a gift of an article.
    Gifts,
    /// A gift: GET shows the teaser and a button, POST opens the article.
    Gift,
    /// POST takes a cancellation back.
    Resumption,
    /// POST leads to the provider's page for another card.
    Card,
    /// The demo's clock, and who one can be.
    Demo,
    /// The demo's own payment page.
    Cashier,
    /// The demo's own page for another card.
    CashierCard,
    /// Which theme is in force, for open pages of a demo.
    ThemeInForce,
    /// POST gives a reader what is looked at in an outage alone.
    OutagePass,
}

/// The longest report, as a form: with every character in its longest spelling.
const REPORT_BYTES_MAX: usize = 12 * store::REPORT_CHARS_MAX + 2_048;
/// The longest statement, in the same spelling.
const STATEMENT_BYTES_MAX: usize = 12
    * (store::STATEMENT_NAME_CHARS_MAX
        + store::STATEMENT_CONTRACT_CHARS_MAX
        + store::STATEMENT_REASON_CHARS_MAX)
    + 2_048;
/// The longest form with two passwords, in the same spelling.
const PASSWORD_FORM_BYTES_MAX: usize = 24 * gate::PASSWORD_CHARS_MAX + 4_096;
/// The longest answer of a browser about a passkey, as a form.
const PASSKEY_FORM_BYTES_MAX: usize = 3 * providers::passkeys::PASSKEY_ANSWER_BYTES_MAX + 2_048;
/// The longest order by invoice, with every character in its longest spelling.
const INVOICE_FORM_BYTES_MAX: usize = 12
    * (store::BUYER_NAME_CHARS_MAX + (store::BUYER_LINES_MAX + 3) * store::BUYER_LINE_CHARS_MAX)
    + 8_192;
/// The longest form of a few fields, in bytes.
const DESK_FORM_BYTES_MAX: usize = 1 << 20;
const SHORT_FORM_BYTES_MAX: usize = 4_096;

/// One row of the table.
#[derive(Debug)]
pub struct Route {
    /// The page.
    pub page: Page,
    /// Its address; `{name}` is one path segment.
    pub pattern: &'static str,
    /// What may be asked of it; HEAD goes with GET, OPTIONS with all.
    pub methods: &'static [Method],
    /// Whether it leads to a body.
    pub access: AccessClass,
    /// Who may keep the answer.
    pub cache: CacheClass,
    /// Whether it exists in the demo only.
    pub demo_only: bool,
    /// The longest form that a POST may send, in bytes; what is 0 takes none.
    pub form_bytes_max: usize,
    /// Whether the form may bring files, which have limits of their own.
    pub takes_files: bool,
    /// Slashes of the pattern: no path with more or fewer fits.
    slashes: usize,
    /// Where the first segment of the pattern ends, in bytes.
    first_end: usize,
}

const fn route(page: Page, pattern: &'static str, access: AccessClass, cache: CacheClass) -> Route {
    let slashes = slashes(pattern.as_bytes());
    let first_end = first_end(pattern.as_bytes());
    let (methods, demo_only, form_bytes_max, takes_files) = (&[Method::GET], false, 0, false);
    Route {
        page,
        pattern,
        methods,
        access,
        cache,
        demo_only,
        form_bytes_max,
        takes_files,
        slashes,
        first_end,
    }
}

/// A page of one reader, whose form is short.
const fn own(page: Page, pattern: &'static str) -> Route {
    Route {
        methods: &[Method::GET, Method::POST],
        form_bytes_max: SHORT_FORM_BYTES_MAX,
        ..route(page, pattern, AccessClass::Public, CacheClass::Private)
    }
}

/// An address for machines.
const fn api(noun: Noun, pattern: &'static str, methods: &'static [Method]) -> Route {
    Route {
        methods,
        form_bytes_max: noun.bytes_max(),
        takes_files: matches!(noun, Noun::Files | Noun::FileBytes),
        ..route(Page::Api(noun), pattern, AccessClass::Machine, CacheClass::Private)
    }
}

/// A page of the newsroom. An article comes in its form.
const fn desk(page: Page, pattern: &'static str) -> Route {
    Route {
        methods: &[Method::GET, Method::POST],
        form_bytes_max: DESK_FORM_BYTES_MAX,
        ..route(page, pattern, AccessClass::Staff, CacheClass::Private)
    }
}

/// The same, whose form may bring files.
const fn desk_with_files(page: Page, pattern: &'static str) -> Route {
    Route { takes_files: true, ..desk(page, pattern) }
}

/// All addresses. Fixed ones stand before those with places.
pub const ROUTES: &[Route] = &[
    route(Page::Home, "/", AccessClass::Public, CacheClass::Shared),
    route(Page::Offers, "/offers", AccessClass::Public, CacheClass::Shared),
    route(Page::About, "/about", AccessClass::Public, CacheClass::Shared),
    route(Page::Contact, "/contact", AccessClass::Public, CacheClass::Shared),
    route(Page::Latest, "/latest", AccessClass::Public, CacheClass::Shared),
    route(Page::Archive, "/archive", AccessClass::Public, CacheClass::Shared),
    route(Page::ArchiveSpan, "/archive/{span}", AccessClass::Public, CacheClass::Shared),
    route(Page::ArchiveMonth, "/archive/{year}/{month}", AccessClass::Public, CacheClass::Shared),
    route(Page::MostRead, "/most-read", AccessClass::Public, CacheClass::Shared),
    route(Page::Corrections, "/corrections", AccessClass::Public, CacheClass::Shared),
    route(Page::Edition, "/edition", AccessClass::Public, CacheClass::Shared),
    route(Page::EditionDay, "/edition/{date}", AccessClass::Public, CacheClass::Shared),
    Route {
        methods: &[Method::GET, Method::POST],
        form_bytes_max: REPORT_BYTES_MAX,
        ..route(Page::Reports, "/reports", AccessClass::Public, CacheClass::Private)
    },
    route(Page::Desk, "/desk", AccessClass::Staff, CacheClass::Private),
    desk_with_files(Page::DeskArticles, "/desk/articles"),
    desk_with_files(Page::DeskArticle, "/desk/articles/{article}"),
    route(Page::DeskLook, "/desk/articles/{article}/look", AccessClass::Staff, CacheClass::Private),
    route(
        Page::DeskLooks,
        "/desk/articles/{article}/looks",
        AccessClass::Staff,
        CacheClass::Private,
    ),
    desk(Page::DeskRevisions, "/desk/articles/{article}/revisions"),
    desk(Page::DeskWithdrawal, "/desk/articles/{article}/withdrawal"),
    Route {
        form_bytes_max: SHORT_FORM_BYTES_MAX,
        ..desk(Page::DeskHand, "/desk/articles/{article}/hand")
    },
    desk(Page::DeskFront, "/desk/front"),
    route(Page::DeskFrontLook, "/desk/front/look", AccessClass::Staff, CacheClass::Private),
    desk(Page::DeskNames, "/desk/names"),
    desk(Page::DeskStaff, "/desk/staff"),
    route(Page::DeskRecord, "/desk/record", AccessClass::Staff, CacheClass::Private),
    desk(Page::DeskSettings, "/desk/settings"),
    desk(Page::DeskSettingsGroup, "/desk/settings/{group}"),
    desk(Page::DeskSeeAs, "/desk/see-as"),
    desk(Page::DeskInstitutions, "/desk/institutions"),
    desk(Page::DeskInstitution, "/desk/institutions/{institution}"),
    desk(Page::DeskReaders, "/desk/readers"),
    desk_with_files(Page::DeskLists, "/desk/readers/lists"),
    desk(Page::DeskReader, "/desk/readers/{reader}"),
    desk(Page::DeskNumbers, "/desk/numbers"),
    route(Page::DeskNumbersTable, "/desk/numbers/{file}", AccessClass::Staff, CacheClass::Private),
    desk_with_files(Page::DeskMedia, "/desk/media"),
    desk_with_files(Page::DeskFile, "/desk/media/{number}"),
    route(Page::DeskPicture, "/desk/files/{file}", AccessClass::Staff, CacheClass::Private),
    desk(Page::DeskTokens, "/desk/tokens"),
    desk(Page::DeskWebhooks, "/desk/webhooks"),
    desk(Page::DeskWebhook, "/desk/webhooks/{webhook}"),
    api(Noun::Document, "/api/openapi.json", &[Method::GET]),
    api(Noun::Articles, "/api/articles", &[Method::GET, Method::POST]),
    api(Noun::Article, "/api/articles/{article}", &[Method::GET, Method::PATCH]),
    api(Noun::Draft, "/api/articles/{article}/draft", &[Method::DELETE]),
    api(Noun::Publication, "/api/articles/{article}/publication", &[Method::POST]),
    api(Noun::Withdrawal, "/api/articles/{article}/withdrawal", &[Method::POST, Method::DELETE]),
    api(Noun::Files, "/api/media", &[Method::GET, Method::POST]),
    api(Noun::File, "/api/media/{number}", &[Method::GET, Method::PATCH]),
    api(Noun::FileBytes, "/api/media/{number}/bytes", &[Method::PUT]),
    api(Noun::Readers, "/api/readers", &[Method::POST]),
    api(Noun::ReaderSearch, "/api/readers/search", &[Method::POST]),
    api(Noun::Reader, "/api/readers/{reader}", &[Method::GET]),
    api(Noun::Access, "/api/readers/{reader}/access", &[Method::POST, Method::DELETE]),
    api(Noun::Sessions, "/api/readers/{reader}/sessions", &[Method::DELETE]),
    api(Noun::Subscriptions, "/api/subscriptions", &[Method::GET]),
    api(Noun::Subscription, "/api/subscriptions/{id}", &[Method::GET]),
    api(Noun::Settings, "/api/settings", &[Method::GET, Method::PUT]),
    api(Noun::Proposal, "/api/settings/proposal", &[Method::POST]),
    api(Noun::Offers, "/api/offers", &[Method::GET, Method::POST]),
    api(Noun::OfferEnd, "/api/offers/{place}/end", &[Method::POST]),
    own(Page::SignIn, "/sign-in"),
    own(Page::SignInCode, "/sign-in/code"),
    Route {
        form_bytes_max: PASSWORD_FORM_BYTES_MAX,
        ..own(Page::SignInPassword, "/sign-in/password")
    },
    Route {
        form_bytes_max: PASSKEY_FORM_BYTES_MAX,
        ..own(Page::SignInPasskey, "/sign-in/passkey")
    },
    own(Page::SignInDevices, "/sign-in/devices"),
    own(Page::SignInLink, "/sign-in/{secret}"),
    own(Page::SignOut, "/sign-out"),
    own(Page::Account, "/account"),
    own(Page::Activation, "/activate"),
    own(Page::Sessions, "/account/sessions"),
    Route { form_bytes_max: PASSWORD_FORM_BYTES_MAX, ..own(Page::NewAddress, "/account/address") },
    own(Page::NewAddressCode, "/account/address/code"),
    own(Page::Saved, "/account/saved"),
    own(Page::MailChoices, "/account/letters"),
    Route { cache: CacheClass::Shared, ..own(Page::Newsletters, "/newsletters") },
    own(Page::NewsletterLink, "/newsletters/{secret}"),
    own(Page::NewsletterEnd, "/unsubscribe/{secret}"),
    Route { form_bytes_max: PASSWORD_FORM_BYTES_MAX, ..own(Page::Password, "/account/password") },
    Route { form_bytes_max: PASSKEY_FORM_BYTES_MAX, ..own(Page::Passkeys, "/account/passkeys") },
    own(Page::Erasure, "/account/erasure"),
    // A script's question, with nothing behind its head.
    Route { form_bytes_max: 0, ..own(Page::OutagePass, "/account/entitlement") },
    route(Page::AccountData, "/account/data", AccessClass::Public, CacheClass::Private),
    own(Page::Cancellation, "/account/cancellation"),
    own(Page::PlanChange, "/account/plan"),
    Route { form_bytes_max: STATEMENT_BYTES_MAX, ..own(Page::Cancel, "/cancel") },
    own(Page::CancelLink, "/cancel/{secret}"),
    Route { form_bytes_max: STATEMENT_BYTES_MAX, ..own(Page::Withdrawal, "/withdrawal") },
    own(Page::Gifts, "/gifts"),
    Route { access: AccessClass::Guarded, ..own(Page::Gift, "/gift/{secret}") },
    own(Page::Seats, "/account/seats"),
    own(Page::Seat, "/seat"),
    own(Page::SeatLink, "/seat/{secret}"),
    own(Page::Resumption, "/account/resumption"),
    own(Page::Card, "/account/card"),
    route(Page::Invoices, "/account/invoices", AccessClass::Public, CacheClass::Private),
    own(Page::Invoice, "/account/invoices/{number}"),
    own(Page::Subscribe, "/subscribe/{plan}"),
    Route {
        form_bytes_max: INVOICE_FORM_BYTES_MAX,
        ..own(Page::InvoiceOrder, "/subscribe/{plan}/invoice")
    },
    route(Page::Checkout, "/checkout/{secret}", AccessClass::Public, CacheClass::Private),
    Route {
        methods: &[Method::GET, Method::POST],
        form_bytes_max: store::HINT_BYTES_MAX,
        ..route(Page::PaymentEvents, "/webhooks/payments", AccessClass::Public, CacheClass::Private)
    },
    Route { demo_only: true, ..own(Page::Demo, "/demo") },
    Route { demo_only: true, ..own(Page::CashierCard, "/demo/cashier/card/{subscription}") },
    Route { demo_only: true, ..own(Page::Cashier, "/demo/cashier/{secret}") },
    route(Page::Manifest, "/manifest.webmanifest", AccessClass::Public, CacheClass::Shared),
    route(Page::Advertisement, "/ads/{file}", AccessClass::Public, CacheClass::Immutable),
    route(Page::Search, "/search", AccessClass::Public, CacheClass::Private),
    route(Page::OpenSearch, "/opensearch.xml", AccessClass::Public, CacheClass::Shared),
    route(Page::Robots, "/robots.txt", AccessClass::Public, CacheClass::Shared),
    route(
        Page::TrafficAdvice,
        "/.well-known/traffic-advice",
        AccessClass::Public,
        CacheClass::Shared,
    ),
    Route {
        demo_only: true,
        ..route(Page::Walls, "/demo/walls", AccessClass::Public, CacheClass::Shared)
    },
    Route {
        demo_only: true,
        ..route(Page::Crawlers, "/demo/crawlers", AccessClass::Public, CacheClass::Shared)
    },
    Route {
        demo_only: true,
        ..route(Page::Mailbox, "/demo/mailbox", AccessClass::Public, CacheClass::Private)
    },
    Route {
        demo_only: true,
        ..route(Page::MailboxMail, "/demo/mailbox/{mail}", AccessClass::Public, CacheClass::Private)
    },
    Route {
        demo_only: true,
        ..route(
            Page::MailboxPage,
            "/demo/mailbox/{mail}/page",
            AccessClass::Public,
            CacheClass::Private,
        )
    },
    Route {
        demo_only: true,
        ..route(Page::ThemeInForce, "/demo/theme", AccessClass::Public, CacheClass::Private)
    },
    route(Page::Sitemaps, "/sitemap.xml", AccessClass::Public, CacheClass::Shared),
    route(Page::Sitemap, "/sitemaps/{file}", AccessClass::Public, CacheClass::Shared),
    route(Page::Licence, "/license.xml", AccessClass::Public, CacheClass::Shared),
    route(Page::Embed, "/oembed", AccessClass::Public, CacheClass::Shared),
    // The gate is asked whether an item may be whole: as a stranger, whoever asks.
    route(Page::Feed, "/feeds/{file}", AccessClass::Guarded, CacheClass::Shared),
    route(Page::FeedOf, "/feeds/{kind}/{file}", AccessClass::Guarded, CacheClass::Shared),
    route(Page::Asset, "/assets/{file}", AccessClass::Public, CacheClass::Immutable),
    route(Page::Media, "/media/{file}", AccessClass::Public, CacheClass::Immutable),
    route(Page::LockedMedia, "/media/{article}/{file}", AccessClass::Guarded, CacheClass::Private),
    route(Page::SharePicture, "/share/{file}", AccessClass::Public, CacheClass::Immutable),
    route(Page::Tag, "/tags/{tag}", AccessClass::Public, CacheClass::Shared),
    route(Page::Author, "/authors/{author}", AccessClass::Public, CacheClass::Shared),
    route(Page::Series, "/series/{series}", AccessClass::Public, CacheClass::Shared),
    route(Page::Section, "/{section}", AccessClass::Public, CacheClass::Shared),
    // A path may fit several of these: the first that leads to an article counts.
    article("/{section}/{article}"),
    article("/{article}"),
    article("/{year}/{month}/{article}"),
    article("/{year}/{month}/{day}/{article}"),
    article("/{section}/{year}/{month}/{article}"),
    reading("/{section}/{article}/reading"),
    reading("/{article}/reading"),
    reading("/{year}/{month}/{article}/reading"),
    reading("/{year}/{month}/{day}/{article}/reading"),
    reading("/{section}/{year}/{month}/{article}/reading"),
];

const fn article(pattern: &'static str) -> Route {
    route(Page::Article, pattern, AccessClass::Guarded, CacheClass::Shared)
}

const fn reading(pattern: &'static str) -> Route {
    let methods = &[Method::GET, Method::POST];
    Route { methods, ..route(Page::Reading, pattern, AccessClass::Guarded, CacheClass::Private) }
}

/// The longest name in an address, in bytes: longer than any slug or file that there is.
const NAME_BYTES_MAX: usize = 160;

/// The places of a pattern, filled from a path.
pub(crate) type Places<'a> = [&'a str; 4];

/// Finds the first route of a path that is spelled as the table spells it.
pub(crate) fn find(path: &str, demo: bool) -> Option<(&'static Route, Places<'_>)> {
    fits(path, demo).next()
}

/// All routes that a path fits, in the order of the table.
pub(crate) fn fits(path: &str, demo: bool) -> impl Iterator<Item = (&'static Route, Places<'_>)> {
    let first = path.split('/').nth(1).unwrap_or("");
    // `/media/x/y` is no article of a section `media`.
    let reserved = is_reserved(first);
    let slashes = slashes(path.as_bytes());
    ROUTES.iter().filter_map(move |route| {
        let may = (demo || !route.demo_only) && slashes == route.slashes;
        let may = may && !(reserved && route.pattern.starts_with("/{"));
        may.then(|| fit(route.pattern, path).map(|places| (route, places))).flatten()
    })
}

/// The places of a path in the pattern of a row, where it fits.
pub(crate) fn places<'p>(route: &Route, path: &'p str) -> Option<Places<'p>> {
    fit(route.pattern, path)
}

const fn slashes(text: &[u8]) -> usize {
    let (mut place, mut count) = (0, 0);
    while place < text.len() {
        if text[place] == b'/' {
            count += 1;
        }
        place += 1;
    }
    count
}

/// Where the first segment of a path ends that begins with a slash.
const fn first_end(text: &[u8]) -> usize {
    let mut place = 1;
    while place < text.len() && text[place] != b'/' {
        place += 1;
    }
    place
}

fn fit<'a>(pattern: &str, path: &'a str) -> Option<Places<'a>> {
    let mut places = [""; 4];
    let mut filled = 0;
    let mut given = path.split('/');
    for wanted in pattern.split('/') {
        let given = given.next()?;
        if wanted.starts_with('{') {
            if !is_place(wanted, given) {
                return None;
            }
            *places.get_mut(filled)? = given;
            filled += 1;
        } else if wanted != given {
            return None;
        }
    }
    given.next().is_none().then_some(places)
}

/// Whether a segment can stand at a place.
fn is_place(wanted: &str, given: &str) -> bool {
    let number = |digits: std::ops::RangeInclusive<usize>, most: u8| {
        digits.contains(&given.len())
            && given.bytes().all(|byte| byte.is_ascii_digit())
            && (most == 0 || given.parse::<u8>().is_ok_and(|number| (1..=most).contains(&number)))
    };
    match wanted {
        "{year}" => number(4..=4, 0),
        "{month}" => number(1..=2, 12),
        "{day}" => number(1..=2, 31),
        "{file}" => is_name(given),
        // What providers call a subscription is in both cases, and has other signs.
        "{id}" => spelling::is_id(given),
        // Files have endings; nothing else has, so that `/news/x.html` is another spelling of `/news/x`.
        _ => is_name(given) && !given.contains('.'),
    }
}

/// Names that no section may have, since fixed addresses begin with them.
#[must_use]
pub fn is_reserved(name: &str) -> bool {
    !name.is_empty()
        && ROUTES.iter().any(|route| route.pattern.get(1..route.first_end) == Some(name))
}

/// What a name in an address may be made of.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= NAME_BYTES_MAX
        && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.'))
        && !text.starts_with('.')
}

#[cfg(test)]
mod tests;
