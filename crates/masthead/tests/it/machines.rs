//! The API: who may what, by scope and by role; limits, and the same answer again; what no token shows; tokens at the desk.

use bytes::Bytes;
use http::{Method, StatusCode};
use jiff::SignedDuration;
use newsroom::{Deed, Role, Scope};
use serde_json::{Value, json};
use store::NewToken;
use web::{AccessClass, MachineToken, Noun, Page, ROUTES, Sent};

use crate::ask::{Ask, Reply};
use crate::desk::{OWNER, paper, value};
use crate::paper::{Plan, TestPaper, start, wait};

/// Where a noun can be asked.
pub(crate) fn addresses(noun: Noun) -> Vec<String> {
    let reader = "0".repeat(32);
    match noun {
        Noun::Document => vec!["/api/openapi.json".to_owned()],
        Noun::Articles => vec!["/api/articles".to_owned(), "/api/articles?limit=100".to_owned()],
        Noun::Article => {
            ["m01", "subs", "free", "emba"].map(|id| format!("/api/articles/{id}")).into()
        }
        Noun::Draft => vec!["/api/articles/m01/draft".to_owned()],
        Noun::Publication => vec!["/api/articles/m01/publication".to_owned()],
        Noun::Withdrawal => vec!["/api/articles/m01/withdrawal".to_owned()],
        Noun::Files => vec!["/api/media".to_owned(), "/api/media?limit=100".to_owned()],
        Noun::File => vec!["/api/media/1".to_owned(), "/api/media/2".to_owned()],
        Noun::FileBytes => vec!["/api/media/1/bytes".to_owned()],
        Noun::Readers => vec!["/api/readers".to_owned()],
        Noun::ReaderSearch => vec!["/api/readers/search".to_owned()],
        Noun::Reader => vec![format!("/api/readers/{reader}")],
        Noun::Access => vec![format!("/api/readers/{reader}/access")],
        Noun::Sessions => vec![format!("/api/readers/{reader}/sessions")],
        Noun::Subscriptions => vec!["/api/subscriptions".to_owned()],
        Noun::Subscription => vec!["/api/subscriptions/complimentary:digital:1".to_owned()],
        Noun::Settings => vec!["/api/settings".to_owned()],
        Noun::Proposal => vec!["/api/settings/proposal".to_owned()],
        Noun::Offers => vec!["/api/offers".to_owned()],
        Noun::OfferEnd => vec!["/api/offers/0/end".to_owned()],
    }
}

/// What the role of a token's maker has to allow, beside what the scope needs.
fn deed_of(noun: Noun, scope: Scope) -> Deed {
    match noun {
        Noun::Withdrawal => Deed::TakeBack,
        Noun::Readers => Deed::ExchangeReaders,
        Noun::Sessions => Deed::HelpReaders,
        _ => scope.needs(),
    }
}

/// A request of a machine.
pub(crate) fn call(method: Method, target: &str, token: &str) -> Ask {
    Ask::new(method, target).with("authorization", &format!("Bearer {token}"))
}

impl Ask {
    /// With a document behind its head.
    pub(crate) fn bringing(self, document: &Value) -> Self {
        self.bringing_text(&document.to_string())
    }

    pub(crate) fn bringing_text(self, text: &str) -> Self {
        let ask = self.with("content-type", "application/json");
        Self { sent: Sent::Whole(Bytes::from(text.to_owned())), ..ask }
    }

    pub(crate) fn made_from(self, reply: &Reply) -> Self {
        self.with("if-match", reply.header("etag"))
    }
}

impl TestPaper {
    /// A token with these scopes, of somebody who has that role by now.
    #[track_caller]
    pub(crate) fn token(&self, mail: &str, role: Role, scopes: &[Scope]) -> String {
        self.appoint(mail, role);
        let all = wait(self.store.staff()).unwrap();
        let staff = all.iter().find(|row| row.mail == mail).unwrap().reader;
        let number = u8::try_from(self.rows("SELECT count(*) FROM tokens")).unwrap();
        let token = MachineToken::of([number + 1; 16]);
        let now = self.clock.now();
        let new = NewToken {
            hash: token.hash(),
            name: "Print desk".to_owned(),
            scopes: scopes.to_vec(),
            staff,
            ends_at: now + SignedDuration::from_hours(24 * 365),
        };
        let by = store::Doer::operator();
        wait(self.store.make_token(new, by, now)).unwrap().unwrap();
        token.to_string()
    }

    #[track_caller]
    pub(crate) fn all_of_it(&self) -> String {
        self.token(OWNER, Role::Owner, &Scope::ALL)
    }

    /// A request that goes well.
    #[track_caller]
    pub(crate) fn well(&self, ask: impl Into<Ask>) -> Reply {
        let ask: Ask = ask.into();
        let reply = self.ask(&ask);
        let told = || format!("{} {}: {}", ask.method, ask.target, reply.text());
        assert!(reply.status.is_success(), "{} {}", reply.status, told());
        reply
    }

    /// A request that gets a problem of this status and code.
    #[track_caller]
    pub(crate) fn refused(&self, ask: impl Into<Ask>, status: u16, code: &str) -> Value {
        let ask: Ask = ask.into();
        let reply = self.ask(&ask);
        let told = format!("{} {}: {}", ask.method, ask.target, reply.text());
        assert_eq!(reply.status.as_u16(), status, "{told}");
        assert_eq!(reply.header("content-type"), "application/problem+json", "{told}");
        let problem: Value = serde_json::from_slice(&reply.plain()).unwrap();
        assert_eq!(problem["type"], format!("urn:masthead:problem:{code}"), "{told}");
        assert_eq!(problem["status"], status);
        assert!(problem["detail"].as_str().is_some_and(|text| !text.is_empty()));
        problem
    }
}

/// Every address and method of the API, with its scope.
fn operations(paper: &TestPaper) -> Vec<(Noun, Method, String, Scope)> {
    let document = paper.get("/api/openapi.json").json();
    let mut all = Vec::new();
    for route in ROUTES {
        let Page::Api(noun) = route.page else { continue };
        assert_eq!(route.access, AccessClass::Machine);
        let target = addresses(noun).remove(0).replace("m01", "nobody");
        let target = target.replace("/api/media/1", "/api/media/99999");
        for method in route.methods {
            let told = &document["paths"][route.pattern][method.as_str().to_lowercase()];
            if let Some(scope) = told["x-scope"].as_str() {
                let scope = Scope::parse(scope).unwrap();
                all.push((noun, method.clone(), target.clone(), scope));
            }
        }
    }
    assert!(all.len() > 20);
    all
}

#[test]
fn every_address_is_held_against_every_scope_and_every_role() {
    let paper = paper();
    let operations = operations(&paper);
    let owner = |scopes: &[Scope]| paper.token(OWNER, Role::Owner, scopes);
    let all = owner(&Scope::ALL);
    let each: Vec<(Scope, String, String)> = Scope::ALL
        .into_iter()
        .map(|scope| {
            let others: Vec<Scope> = Scope::ALL.into_iter().filter(|one| *one != scope).collect();
            (scope, owner(&[scope]), owner(&others))
        })
        .collect();
    let of_role: Vec<(Role, String)> = Role::ALL
        .into_iter()
        .map(|role| (role, paper.token(&format!("{role}@courant.example"), role, &Scope::ALL)))
        .collect();
    for (noun, method, target, scope) in operations {
        let ask = |token: &str| call(method.clone(), &target, token);
        let told = |reply: &Reply| format!("{method} {target}: {} {}", reply.status, reply.text());
        let none = Ask::new(method.clone(), &target);
        let reply = paper.ask(&none);
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{}", told(&reply));
        assert_eq!(reply.header("www-authenticate"), "Bearer");
        let unknown = MachineToken::of([255; 16]).to_string();
        for wrong in [&unknown, "mst_1", "", &all.to_uppercase()] {
            let reply = paper.ask(&ask(wrong));
            let is_out = matches!(reply.status.as_u16(), 401 | 429);
            assert!(is_out, "{}", told(&reply));
        }
        // A cookie is nobody's word here, whoever has it.
        let reply = paper.ask(&none.clone().with("cookie", "s=1; __Host-s=1"));
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{}", told(&reply));
        for (one, with, without) in &each {
            let is_in = |token: &str| {
                let reply = paper.ask(&ask(token));
                assert_ne!(reply.status, StatusCode::UNAUTHORIZED, "{}", told(&reply));
                reply.status != StatusCode::FORBIDDEN
            };
            assert_eq!(is_in(with), *one == scope, "{method} {target} with {one} alone");
            assert_eq!(is_in(without), *one != scope, "{method} {target} without {one}");
        }
        for (role, token) in &of_role {
            let mut ask = ask(token);
            if noun == Noun::Articles && method == Method::GET && *role == Role::Author {
                // Authors see their own drafts, and nothing of what is out.
                assert_eq!(paper.ask(&ask).status, StatusCode::FORBIDDEN);
                ask.target = "/api/articles?state=draft".to_owned();
            }
            let reply = paper.ask(&ask);
            let may = role.may(scope.needs()) && role.may(deed_of(noun, scope));
            assert_eq!(reply.status != StatusCode::FORBIDDEN, may, "{role} {}", told(&reply));
        }
    }
}

#[test]
fn a_token_is_worth_what_its_maker_s_role_is_at_that_moment() {
    let paper = paper();
    let mail = "publisher@courant.example";
    let token = paper.token(mail, Role::Publisher, &Scope::ALL);
    let ask = |target: &str| paper.ask(&call(Method::GET, target, &token)).status;
    assert_eq!(ask("/api/settings"), StatusCode::OK);
    paper.appoint(mail, Role::Author);
    assert_eq!(ask("/api/settings"), StatusCode::FORBIDDEN);
    assert_eq!(ask("/api/articles?state=draft"), StatusCode::OK);
    let reader = paper.row(mail).id;
    wait(paper.store.let_go(reader, store::Doer::operator(), paper.clock.now())).unwrap();
    assert_eq!(ask("/api/articles?state=draft"), StatusCode::UNAUTHORIZED);
    // Whoever comes back has it back; beyond its day nobody has.
    paper.appoint(mail, Role::Owner);
    assert_eq!(ask("/api/settings"), StatusCode::OK);
    let used = paper.text("SELECT used_on FROM tokens");
    assert_eq!(used, "2026-09-16");
    paper.clock.set(start() + SignedDuration::from_hours(24 * 365));
    assert_eq!(ask("/api/settings"), StatusCode::UNAUTHORIZED);
}

#[test]
fn what_does_not_fit_is_refused_with_its_own_status_and_says_why() {
    let paper = paper();
    let token = paper.all_of_it();
    let ask = |method: Method, target: &str| call(method, target, &token);
    let post = |target: &str| ask(Method::POST, target);
    let new = json!({ "headline": "A", "section": "harbour" });
    for (text, status, code, named) in [
        ("{", 400, "malformed", "line 1"),
        (
            "{\"headline\":\"A\",\"headline\":\"B\",\"section\":\"harbour\"}",
            400,
            "malformed",
            "twice",
        ),
        ("[]", 422, "invalid", "object"),
        ("{\"headline\":\"A\"}", 422, "invalid", "section"),
        ("{\"headline\":\"A\",\"section\":\"harbour\",\"titel\":1}", 422, "invalid", "titel"),
        ("{\"headline\":1,\"section\":\"harbour\"}", 422, "invalid", "headline"),
        (
            "{\"headline\":\"A\",\"section\":\"harbour\",\"access\":\"gold\"}",
            422,
            "invalid",
            "access",
        ),
        (
            "{\"headline\":\"A\",\"section\":\"harbour\",\"publish_at\":\"2026-09-17T09:00\"}",
            422,
            "invalid",
            "publish_at",
        ),
        ("{\"headline\":[[[[[[[[1]]]]]]]],\"section\":\"harbour\"}", 400, "malformed", "deep"),
    ] {
        let problem = paper.refused(post("/api/articles").bringing_text(text), status, code);
        assert!(problem.to_string().contains(named), "{text}: {problem}");
    }
    let kind = post("/api/articles").bringing(&new).instead("content-type", "text/plain");
    paper.refused(kind, 415, "media-type");
    let long = Ask { sent: Sent::TooLong, ..post("/api/articles") };
    paper.refused(long, 413, "too-large");
    let broken = Ask { sent: Sent::Broken, ..post("/api/articles") };
    paper.refused(broken, 400, "broken-off");
    paper.refused(
        ask(Method::GET, "/api/articles").with("accept", "text/html"),
        406,
        "not-acceptable",
    );
    paper.well(ask(Method::GET, "/api/articles").with("accept", "text/html, */*;q=0.1"));
    for query in ["state=gold", "limit=0", "limit=x", "cursor=x", "who=1", "limit=1&limit=2"] {
        paper.refused(ask(Method::GET, &format!("/api/articles?{query}")), 422, "invalid");
    }
    for target in ["/api", "/api/", "/api/nothing", "/api/v1/articles/m01", "/api/articles/nobody"]
    {
        paper.refused(ask(Method::GET, target), 404, "not-found");
    }
    let put = paper.ask(&ask(Method::PUT, "/api/articles"));
    assert_eq!((put.status.as_u16(), put.header("allow")), (405, "GET, HEAD, POST, OPTIONS"));
    let options = paper
        .ask(&Ask::new(Method::OPTIONS, "/api/settings").with("origin", "https://evil.example"));
    assert_eq!(
        (options.status.as_u16(), options.header("allow")),
        (204, "GET, HEAD, PUT, OPTIONS")
    );
    assert!(!options.headers.contains_key("access-control-allow-origin"));
    let head = paper.ask(&ask(Method::HEAD, "/api/settings"));
    assert_eq!((head.status, head.header("etag")), (StatusCode::OK, "\"1\""));
    // A paper without accounts has no API, as it has no desk.
    let plain = TestPaper::open(&Plan::default());
    plain.refused(call(Method::GET, "/api/articles", &token), 404, "not-found");
}

#[test]
fn the_same_request_again_gets_the_same_answer_and_does_nothing_again() {
    let paper = paper();
    let token = paper.all_of_it();
    let new = json!({ "headline": "Once", "section": "harbour" });
    let ask = |key: &str, document: &Value| {
        call(Method::POST, "/api/articles", &token).with("idempotency-key", key).bringing(document)
    };
    let first = paper.well(ask("a", &new));
    let second = paper.well(ask("a", &new));
    assert_eq!((first.status, &first.body), (second.status, &second.body));
    for name in ["location", "etag"] {
        assert_eq!(first.header(name), second.header(name));
    }
    assert_eq!(paper.rows("SELECT count(*) FROM drafts"), 1);
    let other = json!({ "headline": "Another", "section": "harbour" });
    paper.refused(ask("a", &other), 422, "invalid");
    // Of what came to nothing, nothing is kept.
    let wrong = json!({ "headline": "Once", "section": "harbour", "access": "gold" });
    paper.refused(ask("b", &wrong), 422, "invalid");
    paper.well(ask("b", &new));
    for key in ["", "a b", &"x".repeat(256), "é"] {
        let bad = call(Method::POST, "/api/articles", &token).bringing(&new);
        let name = http::HeaderName::from_static("idempotency-key");
        let mut bad = bad;
        bad.headers.append(name, http::HeaderValue::from_bytes(key.as_bytes()).unwrap());
        paper.refused(bad, 400, "malformed");
    }
    // Somebody else's key is another one, and a day later it is nobody's.
    let colleague = paper.token("editor@courant.example", Role::Editor, &Scope::ALL);
    let theirs = call(Method::POST, "/api/articles", &colleague).with("idempotency-key", "a");
    let theirs = paper.well(theirs.bringing(&new));
    assert_ne!(theirs.header("location"), first.header("location"));
    paper.clock.set(start() + SignedDuration::from_hours(25));
    let later = paper.well(ask("a", &new));
    assert_ne!(later.header("location"), first.header("location"));
    // What was under way when the program ended is not done again.
    let claim = paper.store.claim_request(1, "c".to_owned(), [0; 32], paper.clock.now());
    assert_eq!(wait(claim).unwrap(), store::Claimed::New);
    let claim = paper.store.claim_request(1, "c".to_owned(), [0; 32], paper.clock.now());
    assert_eq!(wait(claim).unwrap(), store::Claimed::UnderWay);
}

#[test]
fn a_token_that_asks_too_often_waits_and_wrong_ones_are_counted_where_they_come_from() {
    let paper = paper();
    let (busy, other) = (paper.all_of_it(), paper.all_of_it());
    let ask = |token: &str| call(Method::GET, "/api/offers", token);
    for _ in 0..web::TOKEN_MINUTE_MAX {
        assert_eq!(paper.ask(&ask(&busy)).status, StatusCode::OK);
    }
    let reply = paper.ask(&ask(&busy));
    assert_eq!((reply.status.as_u16(), reply.header("retry-after")), (429, "60"));
    paper.well(ask(&other));
    let wrong = MachineToken::of([77; 16]).to_string();
    let statuses: Vec<u16> = (0..110).map(|_| paper.ask(&ask(&wrong)).status.as_u16()).collect();
    assert!(statuses[..100].iter().all(|status| *status == 401), "{statuses:?}");
    assert!(statuses[100..].iter().all(|status| *status == 429), "{statuses:?}");
    // A good one is answered all the same, and so is another network.
    paper.well(ask(&other));
    let elsewhere = Ask { peer: "203.0.113.9".parse().unwrap(), ..ask(&wrong) };
    assert_eq!(paper.ask(&elsewhere).status, StatusCode::UNAUTHORIZED);
}

/// The locked words of the paper leave by one scope and by no other.
#[test]
fn no_token_shows_what_is_locked_unless_it_may_and_then_of_that_article_alone() {
    let paper = paper();
    let blind: Vec<Scope> =
        Scope::ALL.into_iter().filter(|scope| *scope != Scope::ArticlesReadLocked).collect();
    let blind = paper.token(OWNER, Role::Owner, &blind);
    let author = paper.token("author@courant.example", Role::Author, &Scope::ALL);
    let alone = paper.token(OWNER, Role::Owner, &[Scope::ArticlesReadLocked]);
    let mut targets: Vec<String> = Noun::ALL.into_iter().flat_map(addresses).collect();
    targets.extend(paper.sheets.iter().map(|sheet| format!("/api/articles/{}", sheet.code)));
    for state in ["published", "scheduled", "draft", "review", "taken-back"] {
        targets.push(format!("/api/articles?state={state}&limit=100&words=paragraph"));
        targets.push(format!("/api/articles?state={state}&words=qz"));
    }
    for token in [&blind, &author, &alone, "qzm01x1zq"] {
        for target in &targets {
            for method in [Method::GET, Method::HEAD, Method::POST, Method::PATCH, Method::DELETE] {
                if method == Method::DELETE || target.contains("withdrawal") {
                    continue;
                }
                let reply = paper.ask(&call(method.clone(), target, token));
                paper.assert_tight(&reply, &[], &format!("{method} {target}"));
            }
        }
    }
    let all = paper.all_of_it();
    for sheet in &paper.sheets {
        let reply = paper.well(call(Method::GET, &format!("/api/articles/{}", sheet.code), &all));
        paper.assert_tight(&reply, &[sheet.code], sheet.code);
        let is_whole = reply.text().contains(&crate::canary::word(sheet.code, 1));
        assert!(is_whole, "{}: {}", sheet.code, reply.text());
        assert!(!reply.is_shareable());
    }
}

#[test]
fn an_owner_makes_a_token_at_the_desk_sees_it_once_and_ends_it() {
    let paper = paper();
    let mut owner = paper.staff(OWNER, Role::Owner);
    let mut publisher = paper.staff("publisher@courant.example", Role::Publisher);
    assert_eq!(paper.send(&mut publisher, Ask::get("/desk/tokens")).status, StatusCode::FORBIDDEN);
    let fields = [("act", "make"), ("name", "Print <b>desk</b>"), ("scope-articles-read", "yes")];
    let made = paper.send(&mut owner, Ask::fields("/desk/tokens", &fields));
    assert_eq!(made.status, StatusCode::OK);
    assert!(!made.is_shareable());
    let page = made.text();
    assert!(page.contains("Print &lt;b&gt;desk") && !page.contains("<b>desk"), "{page}");
    let start = page.find(">mst_").expect("the token") + 1;
    let token = page[start..].split('<').next().unwrap().to_owned();
    let ask = || paper.ask(&call(Method::GET, "/api/articles", &token)).status;
    assert_eq!(ask(), StatusCode::OK);
    let list = paper.send(&mut owner, Ask::get("/desk/tokens")).text();
    assert!(!list.contains("mst_") && list.contains("articles:read"), "{list}");
    assert!(list.contains("good until"), "{list}");
    // What is kept is no token.
    let raw = std::fs::read(paper.folder.path().join(store::DATABASE)).unwrap();
    let secret = &token.as_bytes()[4..36];
    assert!(raw.windows(secret.len()).all(|window| window != secret));
    for (fields, told) in [
        (vec![("act", "make"), ("name", ""), ("scope-articles-read", "yes")], "needs a name"),
        (vec![("act", "make"), ("name", "x")], "needs a name"),
        (
            vec![
                ("act", "make"),
                ("name", "x"),
                ("scope-media-read", "yes"),
                ("until", "2031-09-17"),
            ],
            "five years",
        ),
        (
            vec![
                ("act", "make"),
                ("name", "x"),
                ("scope-media-read", "yes"),
                ("until", "2026-09-15"),
            ],
            "five years",
        ),
    ] {
        let reply = paper.send(&mut owner, Ask::fields("/desk/tokens", &fields));
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
        assert!(reply.text().contains(told) && !reply.text().contains("mst_"));
    }
    let number = value(&list, "token");
    let revoke = Ask::fields("/desk/tokens", &[("act", "revoke"), ("token", &number)]);
    assert_eq!(paper.send(&mut owner, revoke).status, StatusCode::SEE_OTHER);
    assert_eq!(ask(), StatusCode::UNAUTHORIZED);
    let record = paper.send(&mut owner, Ask::get("/desk/record")).text();
    assert!(record.contains("made the token") && record.contains("revoked the token"), "{record}");
}
