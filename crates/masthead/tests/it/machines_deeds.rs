//! What machines do with the paper over the API: an article from the first word into the paper, readers, settings and offers, files; each by the
//! functions of the desk.

use http::{Method, StatusCode};
use jiff::SignedDuration;
use newsroom::{Role, Scope};
use serde_json::{Value, json};

use crate::ask::{Ask, Reply};
use crate::desk::{OWNER, paper};
use crate::jar::Jar;
use crate::machines::call;
use crate::paper::{Plan, TestPaper};
use crate::settings::Settings;

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
