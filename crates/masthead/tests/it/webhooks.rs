//! Webhooks, up to the moment at which a message leaves: what is an event and when, that messages are thin, how long they are tried, what the
//! desk shows. How they travel is tested beside the program (`tests/cli/webhooks.rs`).

use http::{Method, StatusCode};
use jiff::{SignedDuration, Timestamp};
use newsroom::{Role, Scope};
use serde_json::{Value, json};
use store::{DELIVERY_PAUSES, DeliveryTold, DeliveryTry, DueDelivery, EventKind};

use crate::ask::Ask;
use crate::desk::{OWNER, paper};
use crate::jar::Jar;
use crate::machines::call;
use crate::paper::{Plan, TestPaper, wait};
use crate::settings::Settings;

const URL: &str = "https://hooks.example/hear?key=1";

impl TestPaper {
    /// Adds a webhook that is told this, at the desk.
    #[track_caller]
    fn hook(&self, owner: &mut Jar, kinds: &[EventKind]) -> i64 {
        let boxes: Vec<String> =
            kinds.iter().map(|kind| format!("event-{}", kind.as_str().replace('.', "-"))).collect();
        let mut fields = vec![("name", "Archive"), ("url", URL)];
        fields.extend(boxes.iter().map(|name| (name.as_str(), "yes")));
        let made = self.send(owner, Ask::fields("/desk/webhooks", &fields));
        assert_eq!(made.status, StatusCode::OK, "{}", made.text());
        assert!(made.text().contains(">whsec_"), "{}", made.text());
        self.rows("SELECT max(number) FROM webhooks")
    }

    /// Messages that are due by now, as receivers would get them; all of them are taken.
    fn heard(&self) -> Vec<Value> {
        let mut heard = Vec::new();
        while let Some(due) = self.due() {
            heard.push(serde_json::from_str(&self.site.webhook_message(&due)).unwrap());
            self.took(due, Some(204));
        }
        heard
    }

    fn due(&self) -> Option<DueDelivery> {
        let now = self.clock.now();
        while wait(self.store.has_events(now)).unwrap() {
            wait(self.store.spread_events(now)).unwrap();
        }
        wait(self.store.take_delivery(Vec::new(), now)).unwrap()
    }

    fn took(&self, due: DueDelivery, status: Option<u16>) -> DeliveryTold {
        let outcome =
            DeliveryTry { status, took_ms: 7, answer: "<script>alert(1)</script>".to_owned() };
        let letters = wait(self.site.webhook_letters(&due)).unwrap();
        wait(self.store.delivery_told(due, outcome, letters, self.clock.now())).unwrap()
    }

    fn forward(&self, seconds: i64) {
        self.clock.set(self.clock.now() + SignedDuration::from_secs(seconds));
    }
}

fn kinds(heard: &[Value]) -> Vec<(&str, &str)> {
    heard
        .iter()
        .map(|one| (one["type"].as_str().unwrap(), one["data"]["id"].as_str().unwrap_or("")))
        .collect()
}

#[test]
fn what_happens_to_articles_is_told_when_it_happens_and_nothing_of_them() {
    let paper = paper();
    let mut owner = paper.staff(OWNER, Role::Owner);
    let token = paper.token(OWNER, Role::Owner, &Scope::ALL);
    // Nobody listens: nothing is gathered.
    let withdrawal = "/api/articles/m03/withdrawal";
    paper.ask(&call(Method::POST, withdrawal, &token));
    paper.ask(&call(Method::DELETE, withdrawal, &token));
    assert_eq!(paper.rows("SELECT count(*) FROM events"), 0);
    paper.hook(&mut owner, &EventKind::ALL);
    paper.forward(1);
    assert_eq!(paper.heard(), Vec::<Value>::new(), "what was before is not told");
    for method in [Method::POST, Method::DELETE] {
        assert!(paper.ask(&call(method, withdrawal, &token)).status.is_success());
        paper.forward(1);
    }
    let heard = paper.heard();
    assert_eq!(kinds(&heard), [("article.withdrawn", "m03"), ("article.published", "m03")]);
    assert_eq!(heard[0]["data"], json!({ "id": "m03" }));
    assert_eq!(heard[0]["timestamp"], "2026-09-16T17:30:01Z");
    // What lay ahead when it was added comes at its instant.
    paper.at("2026-09-16T16:00:00-03:00");
    assert_eq!(kinds(&paper.heard()), [("article.published", "emba")]);
    // One that is scheduled is told at its instant; moved meanwhile, at the other one; taken back before, never.
    let begin = |text: &str| {
        let new = json!({ "headline": text, "section": "harbour", "text": "One.\n" });
        let made = paper.ask(&call(Method::POST, "/api/articles", &token).bringing(&new));
        made.json()["id"].as_str().unwrap().to_owned()
    };
    let publish = |id: &str, at: &str| {
        let read = paper.ask(&call(Method::GET, &format!("/api/articles/{id}"), &token));
        let ask = call(Method::POST, &format!("/api/articles/{id}/publication"), &token);
        let ask = ask.bringing(&json!({ "publish_at": at })).with("if-match", read.header("etag"));
        let out = paper.ask(&ask);
        assert!(out.status.is_success(), "{}", out.text());
    };
    let (first, second) = (begin("First"), begin("Second"));
    publish(&first, "2026-09-17T09:00:00-03:00");
    publish(&second, "2026-09-17T09:00:00-03:00");
    publish(&first, "2026-09-17T10:00:00-03:00");
    paper.ask(&call(Method::POST, &format!("/api/articles/{second}/withdrawal"), &token));
    assert_eq!(kinds(&paper.heard()), [("article.withdrawn", second.as_str())]);
    paper.at("2026-09-17T09:30:00-03:00");
    assert_eq!(paper.heard(), Vec::<Value>::new());
    paper.at("2026-09-17T10:00:01-03:00");
    let heard = paper.heard();
    assert_eq!(kinds(&heard), [("article.published", first.as_str())]);
    assert_eq!(heard[0]["timestamp"], "2026-09-17T13:00:00Z");
    // A change of what is out is a change.
    let read = paper.ask(&call(Method::GET, &format!("/api/articles/{first}"), &token));
    let change = call(Method::PATCH, &format!("/api/articles/{first}"), &token);
    let change = change
        .bringing(&json!({ "standfirst": "Told anew." }))
        .with("if-match", read.header("etag"));
    let kept = paper.ask(&change);
    let again = call(Method::POST, &format!("/api/articles/{first}/publication"), &token);
    assert!(
        paper
            .ask(&again.bringing(&json!({})).with("if-match", kept.header("etag")))
            .status
            .is_success()
    );
    assert_eq!(kinds(&paper.heard()), [("article.changed", first.as_str())]);
}

#[test]
fn what_happens_to_subscriptions_is_told_from_the_ledger_and_their_end_when_it_comes() {
    let settings = Settings { registration: true, ..Settings::default() };
    let paper = TestPaper::open(&Plan { settings, sells: true, ..Plan::default() });
    let mut owner = paper.staff(OWNER, Role::Owner);
    paper.hook(&mut owner, &EventKind::ALL);
    paper.forward(1);
    let mut ada = Jar::default();
    paper.subscriber(&mut ada, "ada@reader.example", "good");
    let heard = paper.heard();
    let told: Vec<&str> = kinds(&heard).iter().map(|(kind, _)| *kind).collect();
    for kind in ["reader.registered", "subscription.begun", "payment.received"] {
        assert!(told.contains(&kind), "{kind}: {told:?}");
    }
    let text = serde_json::to_string(&heard).unwrap();
    assert!(
        !text.contains("reader.example") && !text.contains('@'),
        "ids and instants alone: {text}"
    );
    let payment = heard.iter().find(|one| one["type"] == "payment.received").unwrap();
    assert!(payment["data"]["subscription"].is_string() && payment["data"]["id"].is_string());
    // What is given runs out by itself, and that is told when it does.
    let token = paper.token(OWNER, Role::Owner, &Scope::ALL);
    let new = json!({ "mail": "bob@reader.example" });
    let made = paper.ask(&call(Method::POST, "/api/readers", &token).bringing(&new));
    let access = format!("{}/access", made.header("location"));
    let give = json!({ "plan": "digital", "until": "2026-09-20", "reason": "A prize" });
    assert!(paper.ask(&call(Method::POST, &access, &token).bringing(&give)).status.is_success());
    let told = paper.heard();
    let begun = told.iter().find(|one| one["type"] == "subscription.begun").expect("it began");
    let id = begun["data"]["id"].as_str().unwrap().to_owned();
    paper.at("2026-09-20T23:59:59-03:00");
    assert!(!kinds(&paper.heard()).contains(&("subscription.ended", id.as_str())));
    paper.at("2026-09-21T00:00:01-03:00");
    let heard = paper.heard();
    let ended = heard.iter().find(|one| one["type"] == "subscription.ended").expect("it ended");
    assert_eq!(
        (ended["data"]["id"].as_str(), &ended["timestamp"]),
        (Some(id.as_str()), &json!("2026-09-21T03:00:00Z"))
    );
    paper.forward(86_400);
    assert!(!kinds(&paper.heard()).contains(&("subscription.ended", id.as_str())), "once");
}

#[test]
fn a_message_is_tried_for_three_days_and_then_the_webhook_is_off_and_its_owners_know() {
    let paper = paper();
    let mut owner = paper.staff(OWNER, Role::Owner);
    let number = paper.hook(&mut owner, &[EventKind::ArticleWithdrawn]);
    let page = format!("/desk/webhooks/{number}");
    let begun: Timestamp = paper.clock.now();
    assert_eq!(
        paper.send(&mut owner, Ask::fields(&page, &[("act", "test")])).header("location"),
        format!("{page}?said=test")
    );
    let first = paper.due().unwrap();
    // While one thread has it, no other gets it; where that ends without a word, it comes again under its name.
    assert_eq!(paper.due(), None);
    paper.forward(120);
    let mut due = paper.due().unwrap();
    assert_eq!((&due.message, due.tries), (&first.message, 2));
    assert!(wait(paper.store.deliver_again(number, due.number, paper.clock.now())).unwrap());
    for (place, pause) in DELIVERY_PAUSES.into_iter().enumerate() {
        due = paper.due().unwrap();
        assert_eq!(due.tries as usize, place + 1);
        assert!(!due.is_last());
        let status = if place % 2 == 0 { None } else { Some(500) };
        assert!(matches!(paper.took(due, status), DeliveryTold::Later(_)));
        paper.forward(pause - 1);
        assert_eq!(paper.due(), None, "not before its pause is over");
        paper.forward(1);
    }
    due = paper.due().unwrap();
    assert!(due.is_last());
    assert_eq!(paper.took(due, Some(302)), DeliveryTold::Off);
    let days = paper.clock.now().duration_since(begun).as_hours() / 24;
    assert_eq!(days, 3 - 1, "two days and 22 hours");
    assert_eq!(paper.rows("SELECT count(*) FROM mails WHERE kind = 'webhook-off'"), 1);
    // Days have passed: whoever looks at it has proven anew who it is.
    let mut owner = paper.staff("second@courant.example", Role::Owner);
    let shown = paper.send(&mut owner, Ask::get(&page)).text();
    assert!(
        shown.contains("nothing was taken for three days") && shown.contains("given up"),
        "{shown}"
    );
    // What somebody else answered is text.
    assert!(shown.contains("&lt;script&gt;") && !shown.contains("<script>alert"), "{shown}");
    assert!(shown.contains("key=1") && !shown.contains("whsec_"));
    // On again, it hears of what happens from then on, and old messages are sent by hand.
    paper.send(&mut owner, Ask::fields(&page, &[("act", "on")]));
    let again = paper
        .text("SELECT max(number) FROM (SELECT CAST(number AS TEXT) AS number FROM deliveries)");
    let again = Ask::fields(&page, &[("act", "again"), ("delivery", &again)]);
    assert_eq!(paper.send(&mut owner, again).status, StatusCode::SEE_OTHER);
    assert_eq!(paper.heard()[0]["type"], "webhook.test");
    // Another secret signs, and for a day both do.
    let before = wait(paper.store.webhook(number)).unwrap().unwrap();
    let one = paper.site.webhook_secrets(&before);
    let rotated = paper.send(&mut owner, Ask::fields(&page, &[("act", "rotate")]));
    assert!(rotated.text().contains(">whsec_"));
    let after = wait(paper.store.webhook(number)).unwrap().unwrap();
    let both = paper.site.webhook_secrets(&after);
    assert_eq!((one.len(), both.len(), both.last()), (1, 2, one.last()));
    paper.send(&mut owner, Ask::fields(&page, &[("act", "end")]));
    assert_eq!(paper.send(&mut owner, Ask::get(&page)).status, StatusCode::NOT_FOUND);
    assert_eq!(paper.rows("SELECT count(*) FROM deliveries"), 0);
    paper.forward(25 * 3_600);
    assert_eq!(paper.site.webhook_secrets(&after).len(), 1);
}

#[test]
fn a_message_that_one_does_not_understand_is_no_reason_to_tell_it_nothing_more() {
    let paper = paper();
    let mut owner = paper.staff(OWNER, Role::Owner);
    let number = paper.hook(&mut owner, &[EventKind::ArticleWithdrawn]);
    let test = |name: &str| {
        let sent = paper.store.test_webhook(number, name.to_owned(), paper.clock.now());
        assert!(wait(sent).unwrap());
    };
    test("evt_test_1");
    for pause in DELIVERY_PAUSES {
        let due = paper.due().unwrap();
        paper.took(due, Some(422));
        paper.forward(pause);
    }
    let due = paper.due().unwrap();
    test("evt_test_2");
    let other = paper.due().unwrap();
    assert_ne!(other.message, due.message);
    assert_eq!(paper.took(other, Some(200)), DeliveryTold::Delivered);
    assert_eq!(paper.took(due, Some(422)), DeliveryTold::GivenUp);
    assert!(wait(paper.store.webhook(number)).unwrap().unwrap().off.is_none());
}

#[test]
fn of_each_webhook_one_message_is_under_way_at_a_time() {
    let paper = paper();
    let mut owner = paper.staff(OWNER, Role::Owner);
    let [slow, quick] = [(); 2].map(|()| paper.hook(&mut owner, &[EventKind::ArticleWithdrawn]));
    for (number, name) in [(slow, "evt_test_1"), (slow, "evt_test_2"), (quick, "evt_test_3")] {
        let sent = paper.store.test_webhook(number, name.to_owned(), paper.clock.now());
        assert!(wait(sent).unwrap());
    }
    let take = |busy: &[i64]| {
        let due = wait(paper.store.take_delivery(busy.to_vec(), paper.clock.now())).unwrap();
        due.map(|due| due.message)
    };
    assert_eq!(take(&[]).as_deref(), Some("evt_test_1"));
    assert_eq!(take(&[slow, quick]), None);
    assert_eq!(take(&[slow]).as_deref(), Some("evt_test_3"));
    assert_eq!(take(&[slow, quick]), None);
    assert_eq!(take(&[quick]).as_deref(), Some("evt_test_2"));
}

#[test]
fn to_a_webhook_that_is_off_nothing_is_sent_again_but_what_tries_it() {
    let paper = paper();
    let mut owner = paper.staff(OWNER, Role::Owner);
    let token = paper.token(OWNER, Role::Owner, &Scope::ALL);
    let number = paper.hook(&mut owner, &[EventKind::ArticleWithdrawn]);
    let page = format!("/desk/webhooks/{number}");
    paper.forward(1);
    paper.ask(&call(Method::POST, "/api/articles/m03/withdrawal", &token));
    assert_eq!(kinds(&paper.heard()), [("article.withdrawn", "m03")]);
    let latest = || paper.rows("SELECT max(number) FROM deliveries").to_string();
    let again = |owner: &mut Jar| {
        let ask = Ask::fields(&page, &[("act", "again"), ("delivery", &latest())]);
        paper.send(owner, ask).header("location").to_owned()
    };
    assert!(paper.send(&mut owner, Ask::get(&page)).text().contains("value=\"again\""));
    paper.send(&mut owner, Ask::fields(&page, &[("act", "off")]));
    assert!(!paper.send(&mut owner, Ask::get(&page)).text().contains("value=\"again\""));
    // From a page of before it leads to the one that says that it is off, and the log stays true.
    assert_eq!(again(&mut owner), page);
    assert_eq!(paper.heard(), Vec::<Value>::new());
    assert_eq!(paper.rows("SELECT count(*) FROM deliveries WHERE state = 'delivered'"), 1);
    // Whoever wants to know whether it would hear tries it, and tries it again.
    paper.send(&mut owner, Ask::fields(&page, &[("act", "test")]));
    assert_eq!(paper.heard()[0]["type"], "webhook.test");
    assert!(paper.send(&mut owner, Ask::get(&page)).text().contains("value=\"again\""));
    assert_eq!(again(&mut owner), format!("{page}?said=again"));
    assert_eq!(paper.heard()[0]["type"], "webhook.test");
    let unknown = Ask::fields(&page, &[("act", "again"), ("delivery", "99999")]);
    paper.send(&mut owner, Ask::fields(&page, &[("act", "on")]));
    assert_eq!(paper.send(&mut owner, unknown).status, StatusCode::NOT_FOUND);
}

#[test]
fn what_nobody_listens_to_is_not_written_down_and_is_found_by_whoever_listens_later() {
    let settings = Settings { registration: true, ..Settings::default() };
    let paper = TestPaper::open(&Plan { settings, sells: true, ..Plan::default() });
    let mut owner = paper.staff(OWNER, Role::Owner);
    let token = paper.token(OWNER, Role::Owner, &Scope::ALL);
    paper.hook(&mut owner, &[EventKind::ReaderRegistered]);
    paper.forward(1);
    let events = || paper.rows("SELECT count(*) FROM events");
    for method in [Method::POST, Method::DELETE] {
        let ask = call(method, "/api/articles/m03/withdrawal", &token);
        assert!(paper.ask(&ask).status.is_success());
    }
    assert_eq!(events(), 0, "neither what was taken back nor what lies ahead");
    let new = json!({ "mail": "bob@reader.example" });
    let made = paper.ask(&call(Method::POST, "/api/readers", &token).bringing(&new));
    assert_eq!(events(), 1);
    assert_eq!(paper.heard()[0]["type"], "reader.registered");
    let access = format!("{}/access", made.header("location"));
    let give = json!({ "plan": "digital", "until": "2026-09-20", "reason": "A prize" });
    assert!(paper.ask(&call(Method::POST, &access, &token).bringing(&give)).status.is_success());
    assert_eq!(events(), 0);
    // Somebody listens to what lies ahead: it is told when it comes, and nothing of before is.
    paper.hook(&mut owner, &[EventKind::ArticlePublished, EventKind::SubscriptionEnded]);
    paper.forward(1);
    assert_eq!(paper.heard(), Vec::<Value>::new());
    paper.at("2026-09-16T16:00:00-03:00");
    assert_eq!(kinds(&paper.heard()), [("article.published", "emba")]);
    paper.at("2026-09-21T00:00:01-03:00");
    let heard = paper.heard();
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert_eq!(
        (&heard[0]["type"], &heard[0]["timestamp"]),
        (&json!("subscription.ended"), &json!("2026-09-21T03:00:00Z"))
    );
}

#[test]
fn addresses_that_are_none_or_could_be_read_along_with_are_refused_at_the_desk() {
    let paper = paper();
    let mut owner = paper.staff(OWNER, Role::Owner);
    let mut publisher = paper.staff("publisher@courant.example", Role::Publisher);
    assert_eq!(
        paper.send(&mut publisher, Ask::get("/desk/webhooks")).status,
        StatusCode::FORBIDDEN
    );
    for url in [
        "",
        "hooks.example",
        "ftp://hooks.example/",
        "https://a:b@hooks.example/",
        "javascript:alert(1)",
        "https://hooks.example/#x",
    ] {
        let fields = [("name", "Archive"), ("url", url), ("event-article-published", "yes")];
        let reply = paper.send(&mut owner, Ask::fields("/desk/webhooks", &fields));
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{url}");
        assert!(!reply.text().contains("whsec_"));
    }
    assert_eq!(paper.rows("SELECT count(*) FROM webhooks"), 0);
    for number in ["1", "99999999999999999999", "x"] {
        let reply = paper.send(&mut owner, Ask::get(&format!("/desk/webhooks/{number}")));
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{number}");
    }
}
