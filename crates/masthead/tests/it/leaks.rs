//! No route shows locked text to somebody without a grant: every row of the route table, in every representation, to
//! every kind of asker; and whoever has opened an article gets all of it.
//!
//! A page that is new in the table has to get a row in [`addresses`], or this file does not compile.

mod accounts;
mod beside;

use std::collections::{BTreeSet, HashMap};

use bytes::Bytes;
use http::{Method, StatusCode};
use web::{AccessClass, Page, ROUTES};

use crate::ask::{Ask, HOST, Reply};
use crate::canary::{self, Sheet};
use crate::decode;
use crate::jar::Jar;
use crate::paper::{Plan, TestPaper};
use crate::settings::Settings;

/// Where a page can be asked, in the canary paper.
pub(crate) fn addresses(page: Page, paper: &TestPaper) -> Vec<String> {
    let all = |of: fn(&Sheet) -> String| paper.sheets.iter().map(of).collect::<Vec<_>>();
    let fixed = |paths: &[&str]| paths.iter().map(|path| (*path).to_owned()).collect();
    // One article in the patterns that the paper does not use.
    let patterns = |behind: &'static str| {
        let day = jiff::civil::date(2026, 9, 13);
        face::Permalink::ALL
            .into_iter()
            .skip(1)
            .map(move |permalink| format!("{}{behind}", permalink.address("harbour", "m02", day)))
    };
    let locked = || paper.locked_files.iter().map(|(_, address)| address.clone());
    match page {
        Page::Home => fixed(&["/"]),
        Page::Section => fixed(&["/city", "/harbour", "/opinion", "/city?page=1"]),
        Page::Tag => fixed(&["/tags/shipping", "/tags/tides"]),
        Page::Article => patterns("").chain(all(Sheet::path)).collect(),
        Page::Reading => patterns("/reading").chain(all(Sheet::reading)).collect(),
        Page::Offers => fixed(&["/offers"]),
        Page::About => fixed(&["/about"]),
        Page::Contact => fixed(&["/contact", "/contact?about=%2Fharbour%2Fm01"]),
        Page::Search => fixed(&[
            "/search",
            "/search?q=paragraph",
            "/search?q=qz&order=time",
            "/search?q=headline&page=2",
            "/search?q=anna+-city&section=harbour&author=anna&from=2026-09-01&to=2026-09-16",
            "/search?q=%22Last+paragraph%22",
            "/search?q=%E9%87%91",
        ]),
        Page::OpenSearch => fixed(&["/opensearch.xml"]),
        Page::Asset => vec![asset(paper, "/assets/paper."), asset(paper, "/assets/reader.")],
        // The locked files by their hashes alone, too.
        Page::Media => {
            let stripped = |address: String| {
                let file = address.rsplit('/').next().unwrap_or("");
                format!("/media/{file}")
            };
            locked().map(stripped).chain([paper.public_picture.clone()]).collect()
        }
        Page::LockedMedia => locked().collect(),
        Page::Author => fixed(&["/authors/anna"]),
        Page::Series => fixed(&["/series/dredge"]),
        Page::Latest => fixed(&["/latest"]),
        Page::Archive => fixed(&["/archive"]),
        Page::ArchiveSpan => fixed(&["/archive/2026", "/archive/2026-09-14"]),
        Page::ArchiveMonth => fixed(&["/archive/2026/09"]),
        Page::MostRead => fixed(&["/most-read"]),
        Page::Corrections => fixed(&["/corrections"]),
        Page::Edition => fixed(&["/edition"]),
        Page::EditionDay => fixed(&["/edition/2026-09-13", "/edition/2026-09-14"]),
        Page::Reports => fixed(&["/reports"]),
        Page::Advertisement => vec![crate::pages::advertisement_address()],
        Page::Manifest => fixed(&["/manifest.webmanifest"]),
        // The digest of a page, and one that nobody made.
        Page::SharePicture => {
            let old =
                |sheet: &Sheet| format!("/share/{}.{}.jpg", paper.key(sheet.code), "0".repeat(16));
            let sheets = ["m01", "opin", "emba", "goni", "free"].map(|code| old(paper.sheet(code)));
            sheets.into_iter().chain([crate::pictures::shared(paper, "m02")]).collect()
        }
        Page::Robots => fixed(&["/robots.txt"]),
        Page::TrafficAdvice => fixed(&["/.well-known/traffic-advice"]),
        Page::Walls => fixed(&["/demo/walls"]),
        Page::Crawlers => fixed(&["/demo/crawlers"]),
        Page::ThemeInForce => fixed(&["/demo/theme"]),
        Page::Mailbox => fixed(&["/demo/mailbox"]),
        Page::MailboxMail => vec![crate::mailbox::address(paper)],
        Page::MailboxPage => vec![format!("{}/page", crate::mailbox::address(paper))],
        Page::Desk => fixed(&["/desk"]),
        Page::DeskArticles => fixed(&["/desk/articles"]),
        Page::DeskArticle => fixed(&["/desk/articles/m01", "/desk/articles/subs?said=saved"]),
        Page::DeskLook => fixed(&["/desk/articles/m01/look", "/desk/articles/subs/look"]),
        Page::DeskRevisions => {
            fixed(&["/desk/articles/m01/revisions", "/desk/articles/subs/revisions?from=1&to=now"])
        }
        Page::DeskWithdrawal => fixed(&["/desk/articles/m01/withdrawal"]),
        Page::DeskLooks => fixed(&["/desk/articles/m01/looks", "/desk/articles/subs/looks"]),
        Page::DeskHand => fixed(&["/desk/articles/m01/hand"]),
        Page::DeskFront => fixed(&["/desk/front", "/desk/front?look=yes&lead=m01"]),
        Page::DeskFrontLook => fixed(&["/desk/front/look?lead=m01&top1=subs"]),
        Page::DeskNames => fixed(&["/desk/names"]),
        Page::DeskStaff => fixed(&["/desk/staff"]),
        Page::DeskRecord => fixed(&["/desk/record"]),
        Page::DeskSettings => fixed(&["/desk/settings"]),
        Page::DeskSettingsGroup => fixed(&["/desk/settings/meter", "/desk/settings/history"]),
        Page::DeskInstitutions => fixed(&["/desk/institutions"]),
        Page::DeskInstitution => fixed(&["/desk/institutions/library"]),
        Page::DeskSeeAs => fixed(&["/desk/see-as"]),
        Page::DeskReaders => fixed(&["/desk/readers"]),
        Page::DeskLists => fixed(&["/desk/readers/lists"]),
        Page::DeskReader => vec![format!("/desk/readers/{}", "0".repeat(32))],
        Page::DeskNumbers => fixed(&["/desk/numbers", "/desk/numbers?days=365"]),
        Page::DeskNumbersTable => fixed(&[
            "/desk/numbers/articles",
            "/desk/numbers/articles?article=m01",
            "/desk/numbers/money.csv?from=2026-09-01&to=2026-09-16",
        ]),
        Page::DeskMedia => fixed(&["/desk/media", "/desk/media?q=tide&kind=pictures"]),
        Page::DeskFile => fixed(&["/desk/media/1", "/desk/media/2"]),
        Page::DeskPicture => {
            let file = |address: String| {
                format!("/desk/files/{}", address.rsplit('/').next().unwrap_or(""))
            };
            locked().map(file).chain([file(paper.public_picture.clone())]).collect()
        }
        Page::DeskTokens => fixed(&["/desk/tokens"]),
        Page::DeskWebhooks => fixed(&["/desk/webhooks"]),
        Page::DeskWebhook => fixed(&["/desk/webhooks/1"]),
        Page::Api(noun) => crate::machines::addresses(noun),
        Page::SignIn => fixed(&["/sign-in", "/sign-in?back=%2Fharbour%2Fm01"]),
        Page::SignInCode => fixed(&["/sign-in/code"]),
        Page::SignInPassword => fixed(&["/sign-in/password"]),
        Page::Newsletters => fixed(&["/newsletters"]),
        Page::NewsletterLink => vec![format!("/newsletters/{}", "0".repeat(32))],
        Page::NewsletterEnd => vec![format!("/unsubscribe/{}", "0".repeat(32))],
        Page::MailChoices => fixed(&["/account/letters"]),
        Page::Saved => fixed(&["/account/saved"]),
        Page::NewAddress => fixed(&["/account/address"]),
        Page::NewAddressCode => fixed(&["/account/address/code"]),
        Page::Password => fixed(&["/account/password"]),
        Page::SignInPasskey => fixed(&["/sign-in/passkey"]),
        Page::Passkeys => fixed(&["/account/passkeys"]),
        Page::SignInDevices => fixed(&["/sign-in/devices"]),
        Page::SignInLink => vec![format!("/sign-in/{}", "0".repeat(32))],
        Page::SignOut => fixed(&["/sign-out"]),
        Page::Account => fixed(&["/account"]),
        Page::OutagePass => fixed(&["/account/entitlement"]),
        Page::Activation => fixed(&["/activate", "/activate?back=%2Fharbour%2Fm01%23rest"]),
        Page::Sessions => fixed(&["/account/sessions"]),
        Page::Erasure => fixed(&["/account/erasure"]),
        Page::Subscribe => fixed(&["/subscribe/digital", "/subscribe/digital?period=year"]),
        Page::InvoiceOrder => fixed(&["/subscribe/digital/invoice?period=year"]),
        Page::Invoices => fixed(&["/account/invoices"]),
        Page::Invoice => fixed(&["/account/invoices/2026-0001"]),
        Page::Checkout => vec![format!("/checkout/{}", "0".repeat(32))],
        Page::PaymentEvents => fixed(&["/webhooks/payments"]),
        Page::Cancellation => fixed(&["/account/cancellation"]),
        Page::PlanChange => fixed(&["/account/plan", "/account/plan?plan=digital&period=year"]),
        Page::Cancel => fixed(&["/cancel"]),
        Page::CancelLink => vec![format!("/cancel/{}", "0".repeat(32))],
        Page::Withdrawal => fixed(&["/withdrawal"]),
        Page::Gifts => fixed(&["/gifts"]),
        Page::Gift => vec![gift(paper)],
        Page::Seats => fixed(&["/account/seats"]),
        Page::Seat => fixed(&["/seat"]),
        Page::SeatLink => vec![format!("/seat/{}", "0".repeat(32))],
        Page::Resumption => fixed(&["/account/resumption"]),
        Page::Card => fixed(&["/account/card"]),
        Page::Demo => fixed(&["/demo"]),
        Page::Cashier => vec![format!("/demo/cashier/{}", "0".repeat(32))],
        Page::CashierCard => fixed(&["/demo/cashier/card/demo-0"]),
        Page::AccountData => fixed(&["/account/data"]),
        Page::Feed => fixed(&["/feeds/all.rss", "/feeds/all.atom", "/feeds/all.json"]),
        Page::FeedOf => fixed(&[
            "/feeds/sections/harbour.rss",
            "/feeds/tags/shipping.atom",
            "/feeds/authors/anna.json",
            "/feeds/series/dredge.rss",
        ]),
        Page::Sitemaps => fixed(&["/sitemap.xml"]),
        Page::Sitemap => {
            fixed(&["/sitemaps/articles-1.xml", "/sitemaps/pages-1.xml", "/sitemaps/news.xml"])
        }
        Page::Licence => fixed(&["/license.xml"]),
        Page::Embed => {
            let asked = |sheet: &Sheet| {
                format!("/oembed?url=http%3A%2F%2F{HOST}{}", sheet.path().replace('/', "%2F"))
            };
            paper.sheets.iter().map(asked).collect()
        }
    }
}

/// A gift that nobody has opened, where the paper sells.
fn gift(paper: &TestPaper) -> String {
    if paper.cashier.is_none() {
        return format!("/gift/{}", "0".repeat(32));
    }
    let mut giver = Jar::default();
    paper.subscriber(&mut giver, "eve@reader.example", "good");
    paper.give(&mut giver, "subs")
}

/// The address of an asset, as a page names it.
fn asset(paper: &TestPaper, beginning: &str) -> String {
    let page = paper.get(&paper.path("m01")).text();
    let start = page.find(beginning).expect("the page names its assets");
    page[start..].split('"').next().unwrap().to_owned()
}

/// Addresses that other papers have, or had, and that must lead nowhere: `{A}` is an article.
const ELSEWHERE: &[&str] = &[
    "{A}.md",
    "{A}.json",
    "{A}.txt",
    "{A}.xml",
    "{A}.html~",
    "{A}/amp",
    "{A}/feed",
    "{A}/feed/rss2",
    "{A}/print",
    "{A}/1",
    "{A}/index.json",
    "{A}/reading.json",
    "{A}/reading/reading",
    "{A}/edit",
    "/feed",
    "/feed.json",
    "/rss",
    "/atom.xml",
    "/sitemap.xml",
    "/news-sitemap.xml",
    "/llms.txt",
    "/llms-full.txt",
    "/search.json?q=canary",
    "/search/canary",
    "/latest.json",
    "/author/anna",
    "/authors/anna.json",
    "/edition.pdf",
    "/archive/2026-09-16.json",
    "/api/v1/articles/m01",
    "/api/v1/articles?q=qzm01x1zq",
    "/graphql",
    "/oembed?url=/harbour/m01",
    "/og/m01.png",
    "/preview/m01?token=guess",
    "/.git/HEAD",
    "/export.zip",
    "/db.sqlite",
    "/masthead.sqlite",
    "/media/masthead.sqlite",
    "/secret.key",
    "/assets/paper.css.map",
    "/node/m01",
    "/a/m01",
    "/?p=m01",
    "/de{A}",
    "/wp-json/wp/v2/posts",
    "/n/1/token",
    "/metrics",
    "/healthz",
    "/demo",
    "/media",
    "/media/",
    "/tags",
    "/assets",
];

/// Ways to ask for the same address: what is put behind it, and headers.
const WAYS: &[(&str, &[(&str, &str)])] = &[
    ("", &[]),
    ("", &[("accept-encoding", "gzip")]),
    ("", &[("accept-encoding", "br, gzip")]),
    ("", &[("accept", "text/markdown")]),
    ("", &[("accept", "application/json")]),
    ("", &[("accept", "application/ld+json")]),
    ("", &[("accept", "text/plain")]),
    ("", &[("accept", "application/rss+xml")]),
    ("", &[("range", "bytes=0-")]),
    ("", &[("range", "bytes=4000-"), ("accept-encoding", "gzip")]),
    ("", &[("if-modified-since", "Wed, 16 Sep 2026 00:00:00 GMT")]),
    ("", &[("if-none-match", "*")]),
    (
        "",
        &[(
            "user-agent",
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        )],
    ),
    ("", &[("user-agent", "bingbot/2.0"), ("from", "bingbot(at)microsoft.com")]),
    ("", &[("user-agent", "")]),
    ("", &[("referer", "https://www.google.com/")]),
    ("", &[("referer", "https://paper.example/subscribe/thanks")]),
    ("", &[("x-forwarded-for", "66.249.66.1, 203.0.113.9"), ("x-real-ip", "66.249.66.1")]),
    (
        "",
        &[("forwarded", "for=66.249.66.1;host=evil.example"), ("x-forwarded-host", "evil.example")],
    ),
    ("", &[("x-internal", "1"), ("x-preview", "true"), ("x-member-tier", "paid")]),
    ("", &[("x-original-url", "/city/free"), ("x-rewrite-url", "/city/free")]),
    ("", &[("authorization", "License junk"), ("payment-signature", "e30=")]),
    ("", &[("authorization", "Bearer qzm01")]),
    ("", &[("sec-purpose", "prefetch;prerender"), ("purpose", "prefetch")]),
    ("", &[("sec-fetch-dest", "iframe"), ("sec-fetch-site", "cross-site")]),
    (
        "",
        &[("hx-request", "true"), ("turbo-frame", "main"), ("x-requested-with", "XMLHttpRequest")],
    ),
    ("", &[("upgrade", "h2c"), ("connection", "Upgrade, HTTP2-Settings")]),
    ("", &[("idempotency-key", "AAAAAAAAAAAAAAAAAAAAAA"), ("accept", "application/json")]),
    ("", &[("x-http-method-override", "POST")]),
    ("?utm_source=newsletter&fbclid=1", &[]),
    ("?preview=true&debug=1&admin=1", &[]),
    ("?page=all&print=1&single=1&format=json", &[]),
    ("?_rsc=1&partial=1&callback=x&include=body", &[]),
    ("?_method=POST&institution=uni&gift=token&id=free", &[]),
    ("?%ff&%7B%22a%22:1%7D", &[]),
];

/// How many kinds of askers come before those with an account.
const KINDS_WITHOUT_ACCOUNT: usize = 9;
const STRANGER: &str = "a stranger";
const EXHAUSTED: &str = "a visitor with none left";

/// Somebody who asks, and the articles that are open to that somebody.
struct Asker {
    name: &'static str,
    jar: Jar,
    may: Vec<&'static str>,
}

fn askers(paper: &TestPaper) -> Vec<Asker> {
    let asker = |name, jar, opened: &[&'static str]| {
        let may = [&["free"], opened].concat();
        Asker { name, jar, may }
    };
    let forged = "A".repeat(43);
    let exhausted = ["m05", "m06", "m07", "m08", "opin"];
    let mut reader = Jar::default();
    if paper.takes_readers() {
        paper.sign_in(&mut reader, "ada@reader.example");
        paper.read(&mut reader, "m02");
    }
    let mut friend = Jar::default();
    let given: &[_] = if paper.cashier.is_some() {
        let mut giver = Jar::default();
        paper.subscriber(&mut giver, "bob@reader.example", "good");
        let link = paper.give(&mut giver, "subs");
        paper.open_gift(&mut friend, &link);
        &["subs"]
    } else {
        &[]
    };
    paper.has_library();
    let at_home = paper.at_the_library("subs");
    let registered: &[_] = if paper.takes_readers() { &["regi", "m02"] } else { &[] };
    let accounts = if paper.cashier.is_some() { accounts::askers(paper) } else { Vec::new() };
    let others = vec![
        asker(STRANGER, Jar::default(), &[]),
        asker("a reader without a subscription", reader, registered),
        asker("somebody who was given an article", friend, given),
        asker("a visitor who was at a library", at_home, &[]),
        asker("a visitor without a reading", paper.fresh_visitor(), &[]),
        asker("a visitor with another article open", paper.visitor_of(&["m01"]), &["m01"]),
        asker(EXHAUSTED, paper.visitor_of(&exhausted), &exhausted),
        asker("somebody with a forged cookie", Jar::holding(paper.cookie_name(), &forged), &[]),
        asker("somebody who says so", Jar::holding("is_subscriber", "1; admin=1"), &[]),
    ];
    assert_eq!(others.len(), KINDS_WITHOUT_ACCOUNT);
    others.into_iter().chain(accounts).collect()
}

/// Remembers what was found in a body, since most answers are the same bytes.
#[derive(Default)]
struct Scanner {
    bodies: HashMap<Bytes, BTreeSet<String>>,
    answers: usize,
}

impl Scanner {
    #[track_caller]
    fn check(&mut self, reply: &Reply, may: &[&str], told: impl Fn() -> String) {
        self.answers += 1;
        let found = self
            .bodies
            .entry(reply.body.clone())
            .or_insert_with(|| decode::articles_in(&reply.plain()));
        let headers =
            reply.headers.values().flat_map(|value| decode::articles_in(value.as_bytes()));
        let mut found: BTreeSet<String> = found.iter().cloned().chain(headers).collect();
        found.retain(|code| !may.contains(&code.as_str()));
        assert!(found.is_empty(), "{}: words of {found:?}\n{:?}", told(), reply.headers);
    }
}

/// How much of the table of ways is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Sweep {
    /// Every way, by the stranger and by the visitor with none left; every fourth by the others, each time another.
    Full,
    /// Every fourth way by everybody, and every eighth by those with an account.
    Quarter,
}

/// Asks everything in every way, as everybody.
fn sweep(settings: Settings, sweep: Sweep) {
    let settings = accounts::more_plans(settings);
    let mut paper = TestPaper::open(&Plan { settings, sells: true, ..Plan::default() });
    accounts::behind_the_second_plan(&mut paper);
    let mut scanner = Scanner::default();
    let mut targets: Vec<String> = Vec::new();
    for (place, route) in ROUTES.iter().enumerate() {
        if ROUTES[..place].iter().all(|other| other.page != route.page) {
            targets.extend(addresses(route.page, &paper));
        }
    }
    if sweep == Sweep::Full {
        targets.extend(ELSEWHERE.iter().map(|path| path.replace("{A}", "/harbour/m02")));
    }
    let validators = validators(&paper, &targets);
    for (turn, mut asker) in askers(&paper).into_iter().enumerate() {
        let all = sweep == Sweep::Full && matches!(asker.name, STRANGER | EXHAUSTED);
        // Accounts are many, and differ less.
        let every = if sweep == Sweep::Quarter && turn >= KINDS_WITHOUT_ACCOUNT { 8 } else { 4 };
        let is_asked = |place: usize| all || place.is_multiple_of(every);
        for (row, target) in targets.iter().enumerate() {
            let ways = WAYS.iter().enumerate();
            for (_, (behind, headers)) in ways.filter(|(way, _)| is_asked(way + row + turn)) {
                // One query is enough.
                let behind = if target.contains('?') { "" } else { behind };
                let mut ask = Ask::get(&format!("{target}{behind}"));
                for (name, value) in *headers {
                    ask = ask.with(name, value);
                }
                let told = || format!("{} asks {target}{behind} with {headers:?}", asker.name);
                scanner.check(&paper.send(&mut asker.jar.clone(), ask), &asker.may, told);
            }
            let conditions = conditions(target, &validators).into_iter().enumerate();
            for (_, ask) in conditions.filter(|(way, _)| is_asked(way + row + turn)) {
                let told = || format!("{} asks {ask:?}", asker.name);
                scanner.check(&paper.send(&mut asker.jar, ask.clone()), &asker.may, told);
            }
        }
    }
    let least = if sweep == Sweep::Full { 30_000 } else { 10_000 };
    assert!(scanner.answers > least, "only {} answers", scanner.answers);
    accounts::assert_mails_are_tight(&paper, 15);
}

/// Every validator that any answer ever had.
fn validators(paper: &TestPaper, targets: &[String]) -> String {
    let mut tags = BTreeSet::new();
    for target in targets {
        for encoding in ["identity", "gzip", "br"] {
            let reply = paper.ask(&Ask::get(target).with("accept-encoding", encoding));
            tags.insert(reply.header("etag").to_owned());
        }
    }
    tags.remove("");
    assert!(tags.len() > 20, "{tags:?}");
    tags.into_iter().collect::<Vec<_>>().join(", ")
}

/// Requests that ask for a part, for what is new, or for the head alone.
fn conditions(target: &str, validators: &str) -> Vec<Ask> {
    let one = validators.split(", ").next().unwrap_or("");
    vec![
        Ask::get(target).with("if-none-match", validators),
        Ask::get(target).with("range", "bytes=1-").with("if-range", one),
        Ask::new(Method::HEAD, target),
        Ask::new(Method::OPTIONS, target),
        Ask::new(Method::PUT, target),
        Ask::new(Method::from_bytes(b"PROPFIND").unwrap(), target),
        Ask::new(Method::TRACE, target),
    ]
}

#[test]
fn every_route_is_asked_and_answers_somewhere() {
    let tables = crate::newsletters::TWO;
    let settings = Settings { withdrawal_days: 14, tables, ..Settings::default() };
    let paper = crate::money::shop_with(settings);
    let mut reader = Jar::default();
    paper.sign_in(&mut reader, "ada@reader.example");
    for route in ROUTES {
        let targets = addresses(route.page, &paper);
        let answers = |target: &String| match route.page {
            // What a stranger may not have is not there for a stranger.
            Page::LockedMedia => true,
            page if route.access == AccessClass::Staff => {
                let is = paper.send(&mut reader.clone(), Ask::get(target)).status;
                assert_eq!(is, StatusCode::FORBIDDEN, "{page:?}");
                true
            }
            // Pages between two others, and one that only a link in a mail leads to.
            Page::SignOut
            | Page::Sessions
            | Page::Erasure
            | Page::SignInCode
            | Page::SignInPassword
            | Page::MailChoices
            | Page::NewAddress
            | Page::NewAddressCode
            | Page::Password
            | Page::SignInPasskey
            | Page::SignInDevices
            | Page::Passkeys
            | Page::OutagePass
            | Page::Gifts
            | Page::Seats
            | Page::Cancellation
            | Page::PlanChange
            | Page::Resumption
            | Page::Card => {
                paper.send(&mut reader.clone(), Ask::get(target)).status == StatusCode::SEE_OTHER
            }
            Page::SignInLink
            | Page::CancelLink
            | Page::Seat
            | Page::SeatLink
            | Page::NewsletterLink
            | Page::NewsletterEnd => paper.get(target).status == StatusCode::GONE,
            // Of one order alone.
            Page::Checkout | Page::Cashier | Page::CashierCard | Page::Invoice => true,
            // Where the paper offers it.
            Page::InvoiceOrder => true,
            Page::Invoices => {
                paper.send(&mut reader.clone(), Ask::get(target)).status == StatusCode::OK
            }
            Page::Account
            | Page::AccountData
            | Page::Saved
            | Page::Activation
            | Page::Subscribe => {
                paper.send(&mut reader.clone(), Ask::get(target)).status == StatusCode::OK
            }
            Page::Api(noun) if noun != web::Noun::Document => {
                matches!(paper.get(target).status.as_u16(), 401 | 405)
            }
            _ => paper.get(target).status == StatusCode::OK,
        };
        assert!(targets.iter().any(answers), "{:?} answers nowhere: {targets:?}", route.page);
    }
}

#[test]
fn no_route_shows_what_is_locked() {
    sweep(Settings::default(), Sweep::Full);
}

#[test]
fn no_route_shows_what_is_locked_behind_a_cache_that_looks_at_cookies() {
    sweep(Settings { opening: "ask", ..Settings::cache("respects_cookies") }, Sweep::Quarter);
}

#[test]
fn no_route_shows_what_is_locked_behind_a_blind_cache() {
    sweep(Settings::cache("blind"), Sweep::Quarter);
}

#[test]
fn no_route_shows_what_is_locked_where_nothing_is_free_to_open() {
    let paper = TestPaper::with(Settings { allowance: 0, ..Settings::default() });
    for sheet in &paper.sheets {
        for ask in
            [Ask::form(&sheet.reading()), Ask::script(&sheet.reading(), "AAAAAAAAAAAAAAAAAAAAAA")]
        {
            let reply = paper.browse(&mut Jar::default(), ask);
            paper.assert_tight(&reply, &["free"], sheet.code);
        }
    }
}

/// Which articles one reading opens at [`crate::paper::start`].
fn is_metered_and_there(sheet: &Sheet) -> bool {
    sheet.access == "metered" && !matches!(sheet.code, "emba" | "goni")
}

#[test]
fn whoever_opened_an_article_gets_all_of_it_and_nothing_else() {
    for cache in ["none", "respects_cookies", "blind"] {
        let paper = TestPaper::with(Settings::cache(cache));
        for sheet in paper.sheets.iter().filter(|sheet| is_metered_and_there(sheet)) {
            let code = sheet.code;
            let mut jar = Jar::default();
            let reply = paper.read(&mut jar, code);
            assert!(paper.is_whole(&reply, code), "{code} {cache}: {}", reply.text());
            paper.assert_tight(&reply, &[code], code);
            let canonical = paper.send(&mut jar, Ask::get(&sheet.path()));
            assert_eq!(paper.is_whole(&canonical, code), cache != "blind", "{code} {cache}");
            paper.assert_tight(&canonical, &[code], code);
            for encoding in ["identity", "gzip", "br, gzip"] {
                let ask = Ask::get(&sheet.reading()).with("accept-encoding", encoding);
                let reading = paper.send(&mut jar, ask);
                assert!(paper.is_whole(&reading, code), "{code} {cache} {encoding}");
                assert_eq!(reading.header("x-robots-tag"), "noindex");
            }
            assert_fragment(&paper, &mut jar, sheet);
        }
    }
}

/// The script gets the same text as the page.
fn assert_fragment(paper: &TestPaper, jar: &mut Jar, sheet: &Sheet) {
    let ask = Ask::get(&sheet.reading()).with("accept", "application/json");
    let told = paper.send(jar, ask).json();
    assert_eq!(told["state"], "open");
    let parts = ["rest", "aside", "notes"].map(|part| told[part].as_str().unwrap().to_owned());
    let text = parts.concat();
    for canary in &sheet.canaries {
        assert!(text.contains(canary.as_str()), "{}: no {canary} in {told}", sheet.code);
    }
}

#[test]
fn a_free_article_is_whole_for_everybody() {
    let paper = TestPaper::new();
    for mut asker in askers(&paper) {
        let reply = paper.send(&mut asker.jar, Ask::get(&paper.path("free")));
        assert!(paper.is_whole(&reply, "free"), "{}", asker.name);
        assert!(reply.is_shareable());
    }
}

#[test]
fn files_behind_a_line_open_with_their_article_alone() {
    let paper = TestPaper::new();
    let mut readers: Vec<(&str, Jar)> =
        ["m01", "m02", "opin"].map(|code| (code, paper.visitor_of(&[code]))).into();
    readers.push(("a stranger", Jar::default()));
    for (reader, jar) in &mut readers {
        for (code, address) in &paper.locked_files {
            let reply = paper.send(jar, Ask::get(address));
            if reader == code || *code == "free" {
                let expected = if address.ends_with(".svg") {
                    canary::picture(code)
                } else {
                    canary::document(code)
                };
                assert_eq!(reply.body, expected, "{reader} asks {address} of {code}");
                assert!(!reply.is_shareable(), "{address}");
            } else {
                assert_eq!(
                    reply.status,
                    StatusCode::NOT_FOUND,
                    "{reader} asks {address} of {code}"
                );
            }
        }
    }
    let public = paper.get(&paper.public_picture);
    assert_eq!(public.status, StatusCode::OK);
    assert_eq!(public.header("cache-control"), "public, max-age=31536000, immutable");
}

#[test]
fn a_file_is_not_found_under_another_article_s_address() {
    let paper = TestPaper::new();
    let mut jar = paper.visitor_of(&["m01"]);
    let own: Vec<_> = paper.locked_files.iter().filter(|(code, _)| *code == "m01").collect();
    for (code, address) in &paper.locked_files {
        // The key of the article that is open, the hash of another.
        let (key, _) = own[0].1["/media/".len()..].split_once('/').unwrap();
        let file = address.rsplit('/').next().unwrap();
        let reply = paper.send(&mut jar, Ask::get(&format!("/media/{key}/{file}")));
        assert_eq!(reply.status == StatusCode::OK, *code == "m01", "{code} {address}");
        let other = if address.ends_with(".svg") { "csv" } else { "svg" };
        let (stem, _) = address.rsplit_once('.').unwrap();
        let spelled = paper.send(&mut jar, Ask::get(&format!("{stem}.{other}")));
        assert_eq!(spelled.status, StatusCode::NOT_FOUND);
    }
}

#[test]
fn an_article_that_becomes_locked_is_locked_at_once_whatever_validator_is_shown() {
    let mut paper = TestPaper::open(&Plan::default());
    let path = paper.path("free");
    let mut tags = Vec::new();
    for encoding in ["identity", "gzip"] {
        let reply = paper.ask(&Ask::get(&path).with("accept-encoding", encoding));
        assert!(paper.is_whole(&reply, "free"));
        tags.push(reply.header("etag").to_owned());
    }
    let place = paper.sheets.iter().position(|sheet| sheet.code == "free").unwrap();
    let text = paper.sheets[place].text.replace("access = \"free\"", "access = \"metered\"");
    paper.sheets[place].text = text;
    paper.publish(&paper.sheets);
    for encoding in ["identity", "gzip"] {
        let ask = Ask::get(&path)
            .with("accept-encoding", encoding)
            .with("if-none-match", &tags.join(", "));
        let reply = paper.ask(&ask);
        assert_eq!(reply.status, StatusCode::OK);
        paper.assert_tight(&reply, &[], "what was free");
    }
    for target in ["/", "/city", "/tags/shipping"] {
        paper.assert_tight(&paper.get(target), &[], target);
    }
    for (_, address) in paper.locked_files.iter().filter(|(code, _)| *code == "free") {
        assert_eq!(paper.get(address).status, StatusCode::NOT_FOUND);
    }
}
