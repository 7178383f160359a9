//! OWASP ASVS 5.0, chapter V3 (web frontend security), levels 1 and 2: a test for each requirement, named after it, over
//! every route of the table, each method and both a stranger and somebody who is signed in. The paper is on TLS.

use std::path::Path;

use http::{Method, StatusCode};
use rusqlite::Connection;
use web::{Page, ROUTES};

use crate::ask::{Ask, HOST, Reply};
use crate::jar::Jar;
use crate::leaks::addresses;
use crate::paper::{Plan, TestPaper};
use crate::settings::Settings;

/// Addresses of one route that are asked.
const ADDRESSES_MAX: usize = 3;
/// What nobody may have changed who only looked, or who came from another site.
const KEPT: [&str; 18] = [
    "readers",
    "sessions",
    "sign_ins",
    "checkouts",
    "subscriptions",
    "ledger",
    "gifts",
    "gift_uses",
    "statements",
    "readings",
    "windows",
    "mails",
    "error_reports",
    "hints",
    "saved",
    "sign_ups",
    "wishes",
    "untold",
];
/// Fields that some form of ours takes, all at once.
const FIELDS: [(&str, &str); 12] = [
    ("mail", "eve@reader.example"),
    ("code", "12345678"),
    ("back", "/harbour/m01"),
    ("name", "Eve"),
    ("contract", "My subscription"),
    ("confirmed", "yes"),
    ("agreed", "yes"),
    ("sure", "yes"),
    ("session", "all"),
    ("card", "good"),
    ("article", "/harbour/subs"),
    ("become", "subscriber"),
];

/// A paper on TLS that sells, and somebody who subscribes.
fn paper() -> (TestPaper, Jar) {
    let settings = Settings { registration: true, withdrawal_days: 14, ..Settings::default() };
    let public_url = Some("https://paper.example");
    let paper = TestPaper::open(&Plan { settings, public_url, sells: true, ..Plan::default() });
    let mut jar = Jar::default();
    paper.subscriber(&mut jar, "ada@reader.example", "good");
    (paper, jar)
}

/// Every route, at some of its addresses.
fn targets(paper: &TestPaper) -> Vec<(Page, &'static [Method], String)> {
    let mut targets = Vec::new();
    for (place, route) in ROUTES.iter().enumerate() {
        if ROUTES[..place].iter().all(|other| other.page != route.page) {
            let some = addresses(route.page, paper).into_iter().take(ADDRESSES_MAX);
            targets.extend(some.map(|target| (route.page, route.methods, target)));
        }
    }
    // And what is no route at all.
    targets.push((Page::Home, &[Method::GET], "/nowhere/at-all".to_owned()));
    targets
}

/// Asks everything of everybody in every method, and looks at each answer. A form of ours is sent with its fields.
fn each_answer(mut look: impl FnMut(&Ask, &Reply)) {
    let (paper, reader) = paper();
    let mut seen = 0;
    for (page, methods, target) in targets(&paper) {
        let mut asks = vec![];
        for method in methods.iter().chain([&Method::HEAD, &Method::OPTIONS, &Method::PUT]) {
            asks.push(match *method {
                Method::POST => Ask::fields(&target, &FIELDS),
                _ => Ask::new(method.clone(), &target),
            });
        }
        for ask in asks {
            for mut jar in [Jar::default(), reader.clone()] {
                // Whoever leaves or is erased would be a stranger from then on.
                let leaves = matches!(page, Page::SignOut | Page::Sessions | Page::Erasure);
                if leaves && ask.method == Method::POST && !jar.is_empty() {
                    continue;
                }
                let reply = paper.send(&mut jar, ask.clone());
                look(&ask, &reply);
                seen += 1;
            }
        }
    }
    assert!(seen > 700, "only {seen} answers");
}

/// Everything that sets a cookie, over all that readers do here.
fn each_cookie(mut look: impl FnMut(&str, &str, &[&str])) {
    let mut names = std::collections::BTreeSet::new();
    let mut take = |reply: &Reply| {
        for header in reply.headers.get_all("set-cookie") {
            let text = header.to_str().unwrap();
            let mut parts = text.split("; ");
            let (name, value) = parts.next().unwrap().split_once('=').unwrap();
            names.insert(name.to_owned());
            look(name, value, &parts.collect::<Vec<_>>());
        }
    };
    each_answer(|_, reply| take(reply));
    // What only a real way through leads to.
    let (paper, mut ada) = paper();
    let mut jar = Jar::default();
    let form = Ask::fields("/sign-in", &[("mail", "bob@reader.example"), ("back", "/")]);
    take(&paper.send(&mut jar, form));
    let mut other = Jar::default();
    let waiting = paper.ask_for_code(&mut other, "bob@reader.example", "/");
    take(&paper.type_code(&mut other, &waiting.code()));
    take(&paper.send(&mut other, Ask::fields("/sign-out", &[])));
    take(&paper.send(&mut ada, Ask::form("/account/entitlement")));
    let link = paper.give(&mut ada, "subs");
    take(&paper.open_gift(&mut Jar::default(), &link));
    take(&paper.send(&mut Jar::default(), Ask::form(&paper.sheet("m01").reading())));
    take(&paper.send(&mut ada, Ask::fields("/account/sessions", &[("session", "all")])));
    take(&paper.send(&mut Jar::default(), Ask::fields("/sign-in/passkey", &[("act", "ask")])));
    // On one device too many.
    paper.change(&Settings { registration: true, devices_max: 1, ..Settings::default() });
    for _ in 0..2 {
        let mut jar = Jar::default();
        let waiting = paper.ask_for_code(&mut jar, "bob@reader.example", "/");
        take(&paper.type_code(&mut jar, &waiting.code()));
    }
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    let wanted =
        ["e", "g", "here", "i", "m", "p", "r", "s", "v", "w"].map(|name| format!("__Host-{name}"));
    assert_eq!(all, wanted);
}

/// All that stands in these tables.
fn kept(paper: &TestPaper) -> Vec<(&'static str, Vec<String>)> {
    let raw = Connection::open(paper.folder.path().join(store::DATABASE)).unwrap();
    let rows = |table: &'static str| {
        let mut query = raw.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = query.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            (0..columns)
                .map(|column| row.get_ref(column).map(|value| format!("{value:?}")))
                .collect()
        };
        let rows: Vec<Vec<String>> =
            query.query_map([], row).unwrap().collect::<Result<_, _>>().unwrap();
        (table, rows.into_iter().map(|row| row.join(" ")).collect())
    };
    KEPT.map(rows).to_vec()
}

/// The scripts of the paper's pages, with their names.
fn scripts() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/assets");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let scripts = files.filter(|path| path.extension().is_some_and(|ending| ending == "js"));
    let found: Vec<_> = scripts
        .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    assert!(found.len() >= 2, "{found:?}");
    found
}

#[test]
fn v3_2_1_nothing_is_shown_as_what_it_is_not() {
    each_answer(|ask, reply| {
        let told = format!("{} {} → {} {:?}", ask.method, ask.target, reply.status, reply.headers);
        if reply.body.is_empty() {
            return;
        }
        let kind = reply.header("content-type");
        assert!(!kind.is_empty(), "{told}");
        let is_text = kind.starts_with("text/");
        assert!(!is_text || kind.contains("charset=utf-8"), "{told}");
        let policy = reply.header("content-security-policy");
        let is_file = ask.target.starts_with("/media/") && reply.status == StatusCode::OK;
        assert!(!is_file || policy.contains("sandbox"), "{told}");
        // Data is never a page: a browser that is led to it shows text or keeps a file.
        if ask.target.starts_with("/account/data") && reply.status == StatusCode::OK {
            assert!(reply.header("content-disposition").starts_with("attachment"), "{told}");
        }
    });
}

#[test]
fn v3_2_1_what_a_request_says_is_no_markup_of_a_page() {
    let (paper, mut reader) = paper();
    let hostile = "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E%3Cimg%20src=x%20onerror=alert(1)%3E";
    let fields =
        FIELDS.map(|(name, _)| (name, "\"><script>alert(1)</script><img src=x onerror=x>"));
    for (page, methods, target) in targets(&paper) {
        let query = ["q", "back", "about", "from", "url", "period", "page", "order"];
        let query = query.map(|name| format!("{name}={hostile}")).join("&");
        let behind = if target.contains('?') { '&' } else { '?' };
        let mut asks = vec![Ask::get(&format!("{target}{behind}{query}"))];
        if methods.contains(&Method::POST) && page != Page::Demo {
            asks.push(Ask::fields(&target, &fields));
        }
        for ask in asks {
            for jar in [&mut Jar::default(), &mut reader] {
                let reply = paper.send(&mut jar.clone(), ask.clone());
                if reply.header("content-type").starts_with("text/html") {
                    let text = reply.text();
                    assert!(!text.contains("<script>alert"), "{}: {text}", ask.target);
                    assert!(!text.contains("<img src=x"), "{}: {text}", ask.target);
                }
            }
        }
    }
}

#[test]
fn v3_2_2_scripts_write_text_as_text() {
    for (name, text) in scripts() {
        for word in ["outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"] {
            assert!(!text.contains(word), "{name}: {word}");
        }
        // The block editor's library reads what is pasted, after it was cleaned, in a document that is never shown; nothing else of it writes
        // markup. What comes of it is made by a schema (`crates/web/editor/test/paste.test.mjs`).
        if name.ends_with("editor.js") {
            let written = text.matches("innerHTML=").count() + text.matches("innerHTML =").count();
            assert_eq!(written, 1, "{name}");
            continue;
        }
        // Markup of the paper's own is parsed where nothing runs.
        for (place, _) in text.match_indices("innerHTML") {
            assert!(text[..place].ends_with("template."), "{name}: {}", &text[place - 20..place]);
        }
    }
}

#[test]
fn v3_3_1_every_cookie_is_secure() {
    each_cookie(|name, _, attributes| assert!(attributes.contains(&"Secure"), "{name}"));
}

#[test]
fn v3_3_2_every_cookie_says_which_sites_may_send_it() {
    each_cookie(|name, _, attributes| assert!(attributes.contains(&"SameSite=Lax"), "{name}"));
}

#[test]
fn v3_3_3_every_cookie_is_of_this_host_alone() {
    each_cookie(|name, _, attributes| {
        assert!(name.starts_with("__Host-") && attributes.contains(&"Path=/"), "{name}");
        assert!(!attributes.iter().any(|one| one.starts_with("Domain")), "{name}");
    });
}

#[test]
fn v3_3_4_no_script_sees_a_cookie_that_means_anything() {
    let mut secrets = Vec::new();
    each_cookie(|name, value, attributes| {
        // The markers say to the page's own script that somebody is signed in, and whether they hold something, and no more.
        let is_marker = matches!(name, "__Host-here" | "__Host-r");
        assert_eq!(attributes.contains(&"HttpOnly"), !is_marker, "{name}");
        assert!(!is_marker || matches!(value, "" | "1" | "2"), "{value}");
        if !is_marker && !value.is_empty() {
            secrets.push(value.to_owned());
        }
    });
    assert!(secrets.iter().all(|secret| secret.len() >= 32), "{secrets:?}");
    // The value comes by the header alone: no page, file or address says it.
    let (paper, reader) = paper();
    let session = reader.named("__Host-s").unwrap().to_owned();
    for (_, _, target) in targets(&paper) {
        let reply = paper.send(&mut reader.clone(), Ask::get(&target));
        let plain = String::from_utf8_lossy(&reply.plain()).into_owned();
        let shown = reply
            .headers
            .iter()
            .any(|(_, value)| value.to_str().is_ok_and(|value| value.contains(session.as_str())));
        assert!(!plain.contains(&session) && !shown, "{target}");
    }
}

#[test]
fn v3_4_1_every_answer_asks_for_tls_from_now_on() {
    each_answer(|ask, reply| {
        let policy = reply.header("strict-transport-security");
        let age = policy.strip_prefix("max-age=").and_then(|age| age.split(';').next());
        let age: u64 = age.and_then(|age| age.trim().parse().ok()).unwrap_or(0);
        assert!(age >= 31_536_000, "{} {}: {policy:?}", ask.method, ask.target);
    });
}

#[test]
fn v3_4_2_no_other_origin_may_read_an_answer() {
    let (paper, reader) = paper();
    for (_, methods, target) in targets(&paper) {
        for method in methods.iter().chain([&Method::OPTIONS]) {
            for origin in ["https://evil.example", "null", "https://paper.example"] {
                let ask = Ask::new(method.clone(), &target)
                    .with("origin", origin)
                    .with("access-control-request-method", "POST")
                    .with("access-control-request-headers", "content-type");
                let reply = paper.send(&mut reader.clone(), ask);
                let lets = |name: &str| name.starts_with("access-control-");
                let found = reply.headers.keys().any(|name| lets(name.as_str()));
                assert!(!found, "{method} {target}: {:?}", reply.headers);
            }
        }
    }
}

#[test]
fn v3_4_3_every_answer_has_a_policy_that_lets_nothing_strange_run() {
    each_answer(|ask, reply| {
        let policy = reply.header("content-security-policy");
        let rules: Vec<&str> = policy.split(';').map(str::trim).collect();
        // It stands for `object-src`, and for everything else that is not named.
        assert!(rules.contains(&"default-src 'none'"), "{}: {policy}", ask.target);
        assert!(rules.contains(&"base-uri 'none'"), "{}: {policy}", ask.target);
        let scripts = rules.iter().find(|rule| rule.starts_with("script-src"));
        assert!(
            scripts.is_none_or(|rule| *rule == "script-src 'self'"),
            "{}: {policy}",
            ask.target
        );
        assert!(!policy.contains("object-src") && !policy.contains('*'), "{policy}");
        if reply.header("content-type").starts_with("text/html") {
            let text = reply.text();
            let inline = text.split("<script").skip(1).any(|tag| {
                let (attributes, rest) = tag.split_once('>').unwrap_or((tag, ""));
                let is_data = attributes.contains("application/ld+json");
                !is_data && !attributes.contains("src=") && !rest.starts_with("</script")
            });
            assert!(!inline && !text.contains(" onclick="), "{}: {text}", ask.target);
        }
    });
}

#[test]
fn v3_4_4_no_answer_is_guessed_at() {
    each_answer(|ask, reply| {
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{}", ask.target);
    });
}

#[test]
fn v3_4_5_no_path_is_told_to_other_sites() {
    each_answer(|ask, reply| {
        let policy = reply.header("referrer-policy");
        let is_tight =
            ["no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"];
        assert!(is_tight.contains(&policy), "{}: {policy:?}", ask.target);
    });
}

#[test]
fn v3_4_6_no_other_site_frames_an_answer() {
    each_answer(|ask, reply| {
        let policy = reply.header("content-security-policy");
        // The demo's mailbox frames the HTML of its own mails, the desk a look at an article.
        let is_mail = ask.target.starts_with("/demo/mailbox/") && ask.target.ends_with("/page");
        let is_look = ask.target.starts_with("/desk/articles/") && ask.target.contains("/look");
        let own = (is_mail || is_look) && policy.contains("frame-ancestors 'self'");
        assert!(own || policy.contains("frame-ancestors 'none'"), "{}: {policy}", ask.target);
    });
}

#[test]
fn v3_5_1_a_form_of_another_site_changes_nothing() {
    let (paper, reader) = paper();
    let visitor = Jar::default();
    let targets = targets(&paper);
    let before = kept(&paper);
    let mut asked = 0;
    for (page, methods, target) in &targets {
        if !methods.contains(&Method::POST) {
            continue;
        }
        let form = || Ask::fields(target, &FIELDS);
        for ask in [
            form().instead("origin", "https://evil.example"),
            form().instead("origin", "null"),
            form().instead("origin", "https://sub.paper.example"),
            form().instead("sec-fetch-site", "cross-site"),
            form().instead("sec-fetch-site", "same-site"),
            form().without("origin").instead("sec-fetch-site", "cross-site"),
            form().instead("origin", "https://evil.example").instead("content-type", "text/plain"),
            form()
                .instead("origin", "https://evil.example")
                .instead("content-type", "application/json"),
        ] {
            for jar in [&reader, &visitor] {
                let mut jar = jar.clone();
                let reply = paper.send(&mut jar, ask.clone());
                // What providers send is proven by its signature.
                let wanted = match page {
                    Page::PaymentEvents => StatusCode::BAD_REQUEST,
                    // A browser has nothing that counts there.
                    Page::Api(_) => StatusCode::UNAUTHORIZED,
                    _ => StatusCode::FORBIDDEN,
                };
                let is_refused =
                    reply.status == wanted || matches!(reply.status.as_u16(), 308 | 404 | 410);
                assert!(is_refused, "{} {:?}: {}", target, ask.headers, reply.status);
                assert_eq!(reply.header("set-cookie"), "", "{target}");
                asked += 1;
            }
        }
    }
    assert!(asked > 200, "only {asked}");
    assert_eq!(kept(&paper), before);
    assert!(paper.is_signed_in(&reader) && paper.opens(&reader));
}

#[test]
fn v3_5_2_nothing_depends_on_a_preflight() {
    let (paper, reader) = paper();
    for (page, methods, target) in targets(&paper) {
        // Machines have such methods. What a browser holds is nothing there, with a preflight or without.
        let is_api = matches!(page, Page::Api(_));
        let ask = Ask::new(Method::OPTIONS, &target)
            .with("origin", "https://evil.example")
            .with("access-control-request-method", "POST");
        let reply = paper.send(&mut reader.clone(), ask);
        assert!(reply.body.is_empty() || reply.status == StatusCode::NOT_FOUND, "{target}");
        // No method is there that a form cannot send and a check of forms would not see.
        for method in [Method::PUT, Method::DELETE, Method::PATCH] {
            assert!(is_api || !methods.contains(&method), "{target}");
            let reply = paper.send(&mut reader.clone(), Ask::new(method.clone(), &target));
            let status = reply.status.as_u16();
            let is_refused =
                matches!(status, 301 | 303 | 308 | 404 | 405 | 410) || is_api && status == 401;
            assert!(is_refused, "{method} {target}: {status}");
        }
    }
}

#[test]
fn v3_5_3_a_look_changes_nothing() {
    let (paper, reader) = paper();
    let targets = targets(&paper);
    let before = kept(&paper);
    for (_, _, target) in &targets {
        for method in ["GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND"] {
            for jar in [reader.clone(), Jar::default()] {
                let method = Method::from_bytes(method.as_bytes()).unwrap();
                // With every field of our forms in the address.
                let query =
                    FIELDS.map(|(name, value)| format!("{name}={}", value.replace(' ', "+")));
                let query = query.join("&");
                let behind = if target.contains('?') { '&' } else { '?' };
                for target in [target.clone(), format!("{target}{behind}{query}")] {
                    let reply = paper.send(&mut jar.clone(), Ask::new(method.clone(), &target));
                    assert_eq!(reply.header("set-cookie"), "", "{method} {target}");
                }
            }
        }
    }
    assert_eq!(kept(&paper), before);
    assert!(paper.is_signed_in(&reader) && paper.opens(&reader));
}

#[test]
fn v3_5_4_the_paper_answers_under_its_own_name_alone() {
    let (paper, reader) = paper();
    for (_, _, target) in targets(&paper) {
        for host in ["evil.example", "operator.paper.example", "127.0.0.1", "localhost"] {
            let ask = Ask::get(&target).instead("host", host);
            let status = paper.send(&mut reader.clone(), ask).status;
            assert_eq!(status, StatusCode::MISDIRECTED_REQUEST, "{host}{target}");
        }
    }
    // What is the operator's is another program's address, and not here.
    for path in ["/metrics", "/healthz", "/readyz"] {
        assert_eq!(paper.get(path).status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[test]
fn v3_5_5_no_page_listens_to_messages() {
    for (name, text) in scripts() {
        for word in ["postMessage", "onmessage", "'message'", "\"message\"", "BroadcastChannel"] {
            assert!(!text.contains(word), "{name}: {word}");
        }
    }
}

#[test]
fn v3_7_1_no_page_needs_what_browsers_have_given_up() {
    each_answer(|ask, reply| {
        if reply.header("content-type").starts_with("text/html") {
            let text = reply.text();
            for tag in ["<object", "<embed", "<applet", "<frameset", "<isindex"] {
                assert!(!text.contains(tag), "{}: {tag}", ask.target);
            }
        }
    });
}

#[test]
fn v3_7_2_no_redirect_leads_away() {
    let leads_home = |ask: &Ask, reply: &Reply| {
        let location = reply.header("location");
        let own = location.strip_prefix(&format!("https://{HOST}")).unwrap_or(location);
        let is_path = own.starts_with('/') && !own.starts_with("//") && !own.contains('\\');
        assert!(location.is_empty() || is_path, "{} {}: {location}", ask.method, ask.target);
        assert_eq!(reply.header("refresh"), "", "{}", ask.target);
    };
    each_answer(leads_home);
    let (paper, reader) = paper();
    for (page, methods, target) in targets(&paper) {
        for away in [
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example/",
            "/\t/evil.example",
            "https:evil.example",
            "javascript:alert(1)",
            "/%2F/evil.example",
            "@evil.example",
        ] {
            let escaped: String = away.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let behind = if target.contains('?') { '&' } else { '?' };
            let query = ["back", "next", "url", "return", "from"];
            let query = query.map(|name| format!("{name}={escaped}")).join("&");
            let get = Ask::get(&format!("{target}{behind}{query}"))
                .with("referer", "https://evil.example/");
            let mut asks = vec![get];
            let leaves = matches!(page, Page::SignOut | Page::Sessions | Page::Erasure);
            if methods.contains(&Method::POST) && !leaves {
                let fields =
                    FIELDS.map(|(name, value)| (name, if name == "back" { away } else { value }));
                asks.push(Ask::fields(&target, &fields));
            }
            for ask in asks {
                for jar in [Jar::default(), reader.clone()] {
                    leads_home(&ask, &paper.send(&mut jar.clone(), ask.clone()));
                }
            }
        }
    }
}
