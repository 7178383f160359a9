//! The API: who may what, by scope and by role; an article from the first word into the paper; conflicts, limits, and the same answer again;
//! what no token shows; tokens at the desk.

use bytes::Bytes;
use http::{Method, StatusCode};
use jiff::SignedDuration;
use newsroom::{Deed, Role, Scope};
use serde_json::{Value, json};
use store::NewToken;
use web::{AccessClass, MachineToken, Noun, Page, ROUTES, Sent};

use crate::ask::{Ask, Reply};
use crate::desk::{OWNER, paper, value};
use crate::jar::Jar;
use crate::paper::{Plan, TestPaper, start, wait};
use crate::settings::Settings;

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

    fn bringing_text(self, text: &str) -> Self {
        let ask = self.with("content-type", "application/json");
        Self { sent: Sent::Whole(Bytes::from(text.to_owned())), ..ask }
    }

    fn made_from(self, reply: &Reply) -> Self {
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
    fn all_of_it(&self) -> String {
        self.token(OWNER, Role::Owner, &Scope::ALL)
    }

    /// A request that goes well.
    #[track_caller]
    fn well(&self, ask: impl Into<Ask>) -> Reply {
        let ask: Ask = ask.into();
        let reply = self.ask(&ask);
        let told = || format!("{} {}: {}", ask.method, ask.target, reply.text());
        assert!(reply.status.is_success(), "{} {}", reply.status, told());
        reply
    }

    /// A request that gets a problem of this status and code.
    #[track_caller]
    fn refused(&self, ask: impl Into<Ask>, status: u16, code: &str) -> Value {
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
fn an_article_goes_from_the_first_word_into_the_paper_and_nothing_is_written_over() {
    let paper = paper();
    let token = paper.all_of_it();
    let ask = |method: Method, target: &str| call(method, target, &token);
    let new = json!({
        "headline": "Forty-one <b>calls</b> & a reply", "section": "harbour", "access": "metered",
        "text": "The first paragraph is for all.\n\n<!-- paywall -->\n\nThe rest says qzapix1zq.\n",
        "authors": ["anna"], "tags": ["tides"],
    });
    let made = paper.well(ask(Method::POST, "/api/articles").bringing(&new));
    assert_eq!(made.status, StatusCode::CREATED);
    let at = made.header("location").to_owned();
    let document = made.json();
    assert_eq!((&document["state"], made.header("etag")), (&json!("draft"), "\"0.1\""));
    assert!(
        document["published"].is_null() && document["text"].as_str().unwrap().contains("qzapi")
    );
    // Without its version nothing changes; with another one neither.
    let change = json!({ "standfirst": "After eleven weeks.", "kicker": null });
    let bare = ask(Method::PATCH, &at).bringing(&change);
    paper.refused(bare.clone(), 428, "precondition-required");
    paper.refused(bare.clone().with("if-match", "*"), 428, "precondition-required");
    paper.refused(bare.clone().with("if-match", "W/\"0.1\""), 412, "stale");
    let changed = paper.well(bare.clone().made_from(&made));
    assert_eq!(
        (changed.header("etag"), &changed.json()["standfirst"]),
        ("\"0.2\"", &change["standfirst"])
    );
    paper.refused(bare.made_from(&made), 412, "stale");
    assert_eq!(paper.well(ask(Method::GET, &at)).json()["headline"], new["headline"]);
    // What cannot be published comes back with its field and its line, and stays a draft.
    let two = json!({ "text": "One.\n\n<!-- paywall -->\n\nTwo.\n\n<!-- paywall -->\n", "section": "nowhere" });
    let wrong = paper.well(ask(Method::PATCH, &at).bringing(&two).made_from(&changed));
    let publication = format!("{at}/publication");
    let publish =
        |reply: &Reply| ask(Method::POST, &publication).bringing(&json!({})).made_from(reply);
    let problem = paper.refused(publish(&wrong), 422, "invalid");
    let faults = problem["faults"].as_array().unwrap();
    assert!(faults.iter().any(|fault| fault["field"] == "section"), "{problem}");
    assert!(faults.iter().any(|fault| fault["field"] == "text" && fault["line"] == 7), "{problem}");
    let right = json!({ "text": new["text"], "section": "harbour" });
    let right = paper.well(ask(Method::PATCH, &at).bringing(&right).made_from(&wrong));
    let out = paper.well(publish(&right));
    assert_eq!(out.json()["state"], "published");
    let address = out.json()["published"]["address"].as_str().unwrap().to_owned();
    // Markup is text, at the desk and in the paper.
    let page = paper.get(&address);
    assert!(page.text().contains("&lt;b&gt;calls") && !page.text().contains("<b>calls"));
    assert!(page.text().contains("first paragraph") && !page.text().contains("qzapi"));
    let mut owner = paper.staff("second@courant.example", Role::Owner);
    for target in ["/desk", "/desk/record", "/latest", "/harbour"] {
        let shown = paper.send(&mut owner, Ask::get(target)).text();
        assert!(!shown.contains("<b>calls"), "{target}");
    }
    let record = paper.send(&mut owner, Ask::get("/desk/record")).text();
    assert!(record.contains("Print desk · owner"), "{record}");
    // Without the scope, the locked part stays where it is.
    let blind: Vec<Scope> =
        Scope::ALL.into_iter().filter(|scope| *scope != Scope::ArticlesReadLocked).collect();
    let blind = paper.token(OWNER, Role::Owner, &blind);
    let seen = paper.well(call(Method::GET, &at, &blind));
    assert!(seen.json()["text"].is_null() && !seen.text().contains("qzapi"), "{}", seen.text());
    let mut other = json!({ "dateline": "Port Merrin" });
    let seen = paper.well(call(Method::PATCH, &at, &blind).bringing(&other).made_from(&seen));
    assert!(!seen.text().contains("qzapi"), "{}", seen.text());
    assert_eq!(seen.json()["state"], "draft");
    // What it did not see is there still.
    assert!(paper.well(ask(Method::GET, &at)).text().contains("qzapi"));
    paper.refused(publish(&out), 412, "stale");
    let again = paper.well(publish(&seen));
    assert_eq!(again.json()["published"]["version"], 2);
    paper.refused(publish(&again), 409, "no-draft");
    // Taken back and put back; a draft is thrown away. What was never in the paper has nothing to take back.
    let new = json!({ "headline": "Not yet", "section": "harbour" });
    let begun = paper.ask(&call(Method::POST, "/api/articles", &token).bringing(&new));
    let unpublished = format!("{}/withdrawal", begun.header("location"));
    for method in [Method::POST, Method::DELETE] {
        paper.refused(ask(method.clone(), &unpublished), 409, "not-published");
        paper.refused(ask(method, "/api/articles/nothing-of-it/withdrawal"), 404, "not-found");
    }
    let withdrawal = format!("{at}/withdrawal");
    let back = paper.well(ask(Method::POST, &withdrawal));
    assert_eq!(back.json()["state"], "taken-back");
    assert_eq!(paper.get(&address).status, StatusCode::GONE);
    let put = paper.well(ask(Method::DELETE, &withdrawal));
    assert_eq!(paper.get(&address).status, StatusCode::OK);
    other["dateline"] = json!(null);
    let draft = paper.well(ask(Method::PATCH, &at).bringing(&other).made_from(&put));
    let gone = ask(Method::DELETE, &format!("{at}/draft")).made_from(&draft);
    assert_eq!(paper.well(gone.clone()).status, StatusCode::NO_CONTENT);
    paper.refused(gone, 412, "stale");
    // Later: it is scheduled, and comes out at its instant.
    let later = json!({ "publish_at": "2026-09-17T09:00:00-03:00" });
    let ahead = paper.well(ask(Method::POST, "/api/articles").bringing(&new));
    let next = format!("{}/publication", ahead.header("location"));
    let ahead = paper.well(ask(Method::POST, &next).bringing(&later).made_from(&ahead));
    assert_eq!(ahead.json()["state"], "scheduled");
    let list = paper.well(ask(Method::GET, "/api/articles?state=scheduled")).json();
    assert_eq!(list["articles"][0]["at"], "2026-09-17T12:00:00Z");
    paper.at("2026-09-17T09:00:00-03:00");
    let list = paper.well(ask(Method::GET, "/api/articles?limit=1")).json();
    assert_eq!(list["articles"][0]["id"], ahead.json()["id"]);
    let (next, mut ids) = (list["next"].as_str().unwrap().to_owned(), Vec::new());
    let mut cursor = Some(next);
    while let Some(at) = cursor {
        let page =
            paper.well(ask(Method::GET, &format!("/api/articles?limit=4&cursor={at}"))).json();
        let rows = page["articles"].as_array().unwrap();
        ids.extend(rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()));
        cursor = page["next"].as_str().map(str::to_owned);
    }
    let mut once = ids.clone();
    once.sort();
    once.dedup();
    assert_eq!((once.len(), ids.contains(&"m01".to_owned())), (ids.len(), true));
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

#[test]
fn readers_are_found_taken_in_and_helped_and_the_record_names_the_token() {
    let settings = Settings { registration: true, ..Settings::default() };
    let paper = TestPaper::open(&Plan { settings, sells: true, ..Plan::default() });
    let token = paper.all_of_it();
    let ask = |method: Method, target: &str| call(method, target, &token);
    let new = json!({ "mail": "Ada@Reader.example", "name": "Ada <i>Brook</i>" });
    let made = paper.well(ask(Method::POST, "/api/readers").bringing(&new));
    let at = made.header("location").to_owned();
    assert_eq!(
        (made.status, &made.json()["mail"]),
        (StatusCode::CREATED, &json!("ada@reader.example"))
    );
    assert_eq!(paper.rows("SELECT count(*) FROM mails"), 0, "nobody is written to");
    paper.refused(ask(Method::POST, "/api/readers").bringing(&new), 409, "known");
    let bad = json!({ "mail": "nobody" });
    paper.refused(ask(Method::POST, "/api/readers").bringing(&bad), 422, "invalid");
    let search = |sought: Value| ask(Method::POST, "/api/readers/search").bringing(&sought);
    let id = made.json()["id"].clone();
    for sought in [json!({ "mail": "ADA@reader.example" }), json!({ "id": id })] {
        assert_eq!(paper.well(search(sought)).json()["readers"][0]["id"], id);
    }
    assert_eq!(paper.well(search(json!({ "mail": "ada" }))).json()["readers"], json!([]));
    for sought in [json!({}), json!({ "mail": "a@b.example", "id": id })] {
        paper.refused(search(sought), 422, "invalid");
    }
    let access = format!("{at}/access");
    let give = json!({ "plan": "digital", "until": "2026-12-31", "reason": "A prize" });
    let given = paper.well(ask(Method::POST, &access).bringing(&give)).json();
    assert_eq!(given["holds"][0]["source"], "complimentary", "{given}");
    assert_eq!(given["holds"][0]["ends_at"], "2027-01-01T04:00:00Z");
    assert_eq!(given["subscriptions"][0]["state"], "fixed");
    for (field, wrong) in
        [("plan", json!("gold")), ("until", json!("2020-01-01")), ("reason", json!(" "))]
    {
        let mut wrong_one = give.clone();
        wrong_one[field] = wrong;
        let problem =
            paper.refused(ask(Method::POST, &access).bringing(&wrong_one), 422, "invalid");
        assert_eq!(problem["faults"][0]["field"], field);
    }
    let list = paper.well(ask(Method::GET, "/api/subscriptions")).json();
    let subscription = list["subscriptions"][0]["id"].as_str().unwrap().to_owned();
    let one = paper.well(ask(Method::GET, &format!("/api/subscriptions/{subscription}"))).json();
    assert_eq!((&one["reader"], &one["provider"]), (&id, &json!("house")));
    let found = paper.well(search(json!({ "subscription": subscription }))).json();
    assert_eq!(found["readers"][0]["id"], id);
    paper.clock.set(paper.clock.now() + SignedDuration::from_mins(1));
    let taken = paper.well(ask(Method::DELETE, &access)).json();
    assert_eq!(
        (&taken["holds"], &taken["subscriptions"][0]["state"]),
        (&json!([]), &json!("ended"))
    );
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, "ada@reader.example");
    let ended = paper.well(ask(Method::DELETE, &format!("{at}/sessions"))).json();
    assert_eq!(ended["ended"], 1);
    // Nobody's ways in are touched who may more than the token's maker.
    paper.appoint("boss@courant.example", Role::Owner);
    let boss = paper.row("boss@courant.example").id;
    let editor = paper.token("editor@courant.example", Role::Editor, &Scope::ALL);
    let sign_out = call(Method::DELETE, &format!("/api/readers/{boss}/sessions"), &editor);
    paper.refused(sign_out, 403, "forbidden");
    let mut owner = paper.staff("second@courant.example", Role::Owner);
    let page =
        paper.send(&mut owner, Ask::get(&format!("/desk/readers/{}", id.as_str().unwrap()))).text();
    assert!(page.contains("Print desk · owner") && !page.contains("<i>Brook"), "{page}");
    for deed in ["gave access", "took access back", "signed out"] {
        let count = format!(
            "SELECT count(*) FROM deeds WHERE name = 'Print desk · owner' AND deed = '{deed}'"
        );
        assert_eq!(paper.rows(&count), 1, "{deed}");
    }
}

#[test]
fn settings_and_offers_are_proposed_put_into_force_and_never_written_over() {
    let paper = paper();
    let token = paper.all_of_it();
    let ask = |method: Method, target: &str| call(method, target, &token);
    let read = paper.well(ask(Method::GET, "/api/settings"));
    let before = read.json();
    let text = before["document"].as_str().unwrap();
    let other = text.replace("allowance_visitors = 5", "allowance_visitors = 3");
    assert_ne!(text, other);
    let proposal = |document: &str| {
        ask(Method::POST, "/api/settings/proposal").bringing(&json!({ "document": document }))
    };
    let told = paper.well(proposal(&other)).json();
    assert_eq!(told["changes"][0]["setting"], "meter.allowance_visitors", "{told}");
    assert_eq!(
        (&told["changes"][0]["before"], &told["changes"][0]["after"]),
        (&json!("5"), &json!("3"))
    );
    let absurd = text.replace("allowance_visitors = 5", "allowance_visitors = -1");
    let problem = paper.refused(proposal(&absurd), 422, "invalid");
    assert_eq!(problem["faults"][0]["field"], "meter.allowance_visitors", "{problem}");
    assert!(problem["faults"][0]["line"].as_u64().is_some());
    let put = |document: &str, version: &Reply| {
        ask(Method::PUT, "/api/settings")
            .bringing(&json!({ "document": document, "note": "Fewer" }))
            .made_from(version)
    };
    paper.refused(put(&absurd, &read), 422, "invalid");
    let done = paper.well(put(&other, &read));
    assert_eq!((&done.json()["version"], done.header("etag")), (&json!(2), "\"2\""));
    assert_eq!(done.json()["saved_by"], "Print desk · owner");
    paper.refused(put(text, &read), 412, "stale");
    let offers = paper.well(ask(Method::GET, "/api/offers"));
    assert_eq!(offers.json()["offers"][0]["is_live"], true, "{}", offers.text());
    let new = json!({ "plan": "digital", "months": 2, "percent": 50, "ends_on": "2026-10-31", "audience": ["new"] });
    let bare = ask(Method::POST, "/api/offers").bringing(&new);
    paper.refused(bare.clone(), 428, "precondition-required");
    let made = paper.well(bare.clone().made_from(&offers));
    assert_eq!(made.json()["offers"][1]["offer"], new, "{}", made.text());
    // It has begun, and says so at once; one that is to come says that, too.
    assert_eq!(made.json()["offers"][1]["is_live"], true, "{}", made.text());
    paper.refused(bare.made_from(&offers), 412, "stale");
    let later = json!({ "plan": "digital", "months": 3, "percent": 20, "starts_on": "2026-10-01" });
    let to_come = ask(Method::POST, "/api/offers").bringing(&later).made_from(&made);
    let to_come = paper.well(to_come);
    let is_live: Vec<Value> = to_come.json()["offers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["is_live"].clone())
        .collect();
    assert_eq!(is_live, [true, true, false], "{}", to_come.text());
    let made = paper.well(ask(Method::POST, "/api/offers/2/end").made_from(&to_come));
    let absurd = json!({ "plan": "gold", "months": 2, "percent": 50 });
    let absurd = ask(Method::POST, "/api/offers").bringing(&absurd).made_from(&made);
    assert!(paper.refused(absurd, 422, "invalid").to_string().contains("offers"));
    let ended = paper.well(ask(Method::POST, "/api/offers/1/end").made_from(&made));
    assert_eq!(ended.json()["offers"].as_array().unwrap().len(), 1);
    paper.refused(ask(Method::POST, "/api/offers/9/end").made_from(&ended), 404, "not-found");
}

#[test]
fn files_are_brought_described_and_listed_as_at_the_desk() {
    let paper = paper();
    let token = paper.token("author@courant.example", Role::Author, &Scope::ALL);
    let bearer = format!("Bearer {token}");
    let heads = [("authorization", bearer.as_str())];
    let picture = crate::desk_media::picture("iptc-utf8.jpg");
    let sent = paper.bring_as(
        &heads,
        "/api/media",
        &[("file", "Brücke.JPG", picture), ("file", "x.exe", vec![1])],
    );
    assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.text());
    let told = sent.json();
    assert_eq!(told["refused"].as_array().unwrap().len(), 1);
    assert_eq!(told["files"][0]["name"], "pictures/brucke.jpg");
    assert!(told["files"][0]["markdown"].as_str().unwrap().contains("::: picture"));
    let at = sent.header("location").to_owned();
    let said = json!({ "alt": "A bridge \"in\" <fog>", "focus": "40% 30%" });
    let told = paper.well(call(Method::PATCH, &at, &token).bringing(&said)).json();
    assert_eq!((&told["alt"], &told["focus"]), (&said["alt"], &said["focus"]));
    let wrong = call(Method::PATCH, &at, &token).bringing(&json!({ "focus": "left" }));
    assert_eq!(paper.refused(wrong, 422, "invalid")["faults"][0]["field"], "focus");
    // What the paper had before is not an author's.
    let other = call(Method::PATCH, "/api/media/1", &token).bringing(&said);
    paper.refused(other, 403, "forbidden");
    // Another picture of the kind takes its place; what is said of it stays.
    let bytes = format!("{at}/bytes");
    let before = paper.well(call(Method::GET, &at, &token)).json();
    let other = crate::desk_media::picture("turned-6.jpg");
    let put = paper.send_files(&Method::PUT, &heads, &bytes, &[("file", "other.jpg", other)]);
    assert_eq!(put.status, StatusCode::OK, "{}", put.text());
    assert_ne!(put.json()["bytes"], before["bytes"]);
    assert_eq!((&put.json()["name"], &put.json()["alt"]), (&before["name"], &said["alt"]));
    for (status, bytes, files) in [
        (StatusCode::UNPROCESSABLE_ENTITY, bytes.as_str(), vec![("file", "x.png", vec![1])]),
        (StatusCode::UNPROCESSABLE_ENTITY, &bytes, vec![("file", "x.jpg", vec![1])]),
        (StatusCode::UNPROCESSABLE_ENTITY, &bytes, Vec::new()),
        (StatusCode::FORBIDDEN, "/api/media/1/bytes", vec![("file", "x.jpg", vec![1])]),
        (StatusCode::NOT_FOUND, "/api/media/99999/bytes", vec![("file", "x.jpg", vec![1])]),
    ] {
        let refused = paper.send_files(&Method::PUT, &heads, bytes, &files);
        assert_eq!(refused.status, status, "{bytes} {}", refused.text());
    }
    let list = paper.well(call(Method::GET, "/api/media?limit=1&words=bridge", &token)).json();
    assert_eq!(list["files"][0]["name"], "pictures/brucke.jpg");
    let refused = paper.bring_as(&heads, "/api/media", &[("file", "x.exe", vec![1])]);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Of nobody else a byte is read.
    let stranger = paper.bring_as(&[], "/api/media", &[("file", "x.jpg", vec![1])]);
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
    let blind = paper.token(OWNER, Role::Owner, &[Scope::MediaRead]);
    let bearer = format!("Bearer {blind}");
    let heads = [("authorization", bearer.as_str())];
    let reply = paper.bring_as(&heads, "/api/media", &[("file", "x.jpg", vec![1])]);
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
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
