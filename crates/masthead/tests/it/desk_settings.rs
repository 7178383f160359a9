//! The house settings at the desk: a change is shown before it counts, bites at once, stands in history and record, and is taken back; what
//! is wrong is never taken; two who set at once never write over each other; and the paper is seen as others see it, without a trace.

use http::StatusCode;
use newsroom::Role;
use paywall::SettingsVersion;

use crate::ask::{Ask, Reply};
use crate::desk::{OWNER, paper, value};
use crate::jar::Jar;
use crate::money::hidden;
use crate::paper::{Plan, TestPaper, wait};
use crate::settings::Settings;

impl TestPaper {
    /// Sends a form of the settings; the page that it leads to.
    #[track_caller]
    fn look_at(&self, jar: &mut Jar, group: &str, fields: &[(&str, &str)]) -> Reply {
        self.send(jar, Ask::fields(&format!("/desk/settings/{group}"), fields))
    }

    /// Puts what a page proposes into force.
    #[track_caller]
    fn put(&self, jar: &mut Jar, page: &Reply, note: &str) -> Reply {
        let shown = page.text();
        let fields = [
            ("made_from", hidden(&shown, "made_from")),
            ("document", hidden(&shown, "document")),
            ("note", note.to_owned()),
        ];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        self.send(jar, Ask::fields("/desk/settings", &fields))
    }

    fn version(&self) -> u32 {
        wait(self.store.settings()).unwrap().version.0
    }
}

#[test]
fn a_change_is_shown_put_into_force_bites_at_once_and_is_taken_back() {
    let paper = paper();
    let mut jar = paper.staff(OWNER, Role::Owner);
    let first = paper.version();
    let form = paper.send(&mut jar, Ask::get("/desk/settings/meter"));
    assert_eq!(value(&form.text(), "meter.allowance_visitors"), "5");
    assert_eq!(form.header("cache-control"), "private, no-store");

    let page = paper.look_at(&mut jar, "meter", &[("meter.allowance_visitors", "1")]);
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert!(page.text().contains("<del>5</del>") && page.text().contains("<ins>1</ins>"));
    assert!(page.text().contains("can be opened, 1 left"), "the table says what comes of it");
    assert_eq!(paper.version(), first, "looking changes nothing");

    let done = paper.put(&mut jar, &page, "a trial month");
    assert_eq!(done.header("location"), format!("/desk/settings?put={}", first + 1));
    let told = paper.send(&mut jar, Ask::get(done.header("location"))).text();
    assert!(told.contains(&format!("Version {} is in force", first + 1)), "{told}");
    // It bites: the second article is a wall.
    let mut visitor = Jar::default();
    for (article, opens) in [("m01", true), ("m02", false)] {
        paper.send(&mut visitor, Ask::form(&paper.sheet(article).reading()));
        let page = paper.send(&mut visitor, Ask::get(&paper.sheet(article).path()));
        assert_eq!(paper.is_whole(&page, article), opens, "{article}");
    }
    let second = paper.send(&mut visitor, Ask::get(&paper.sheet("m02").path())).text();
    assert!(second.contains("wallbox"), "{second}");
    let record = paper.send(&mut jar, Ask::get("/desk/record")).text();
    assert!(record.contains("put settings into force") && record.contains("a trial month"));

    // The same press twice is one version.
    let again = paper.put(&mut jar, &page, "a trial month");
    assert_eq!(again.header("location"), format!("/desk/settings?put={}", first + 1));
    assert_eq!(paper.version(), first + 1);

    let history = paper.send(&mut jar, Ask::get("/desk/settings/history")).text();
    assert!(history.contains("a trial month") && history.contains("<del>5</del> <ins>1</ins>"));
    let back = paper.look_at(&mut jar, "document", &[("version", &first.to_string())]);
    assert!(back.text().contains("<del>1</del>") && back.text().contains("<ins>5</ins>"));
    paper.put(&mut jar, &back, "");
    assert_eq!(paper.version(), first + 2);
    let second = paper.send(&mut visitor, Ask::get(&paper.sheet("m02").path())).text();
    assert!(!second.contains("wallbox"), "what was refused can be opened again");
}

#[test]
fn what_is_wrong_is_told_beside_its_field_and_never_taken() {
    let paper = paper();
    let mut jar = paper.staff(OWNER, Role::Owner);
    let first = paper.version();
    for (group, name, typed, told) in [
        ("meter", "meter.allowance_visitors", "many", "a whole number from 0 to 1000"),
        ("meter", "meter.allowance_visitors", "1001", "out of range"),
        ("meter", "meter.window", "a fortnight", "N days"),
        ("paper", "paper.zone", "America/Merrin", "time zone"),
        ("walls", "benefits", "only one", "2 to 5"),
        ("paper", "paper.name", "<script>alert(1)</script> {x}", "{ or }"),
    ] {
        let page = paper.look_at(&mut jar, group, &[(name, typed)]);
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        let text = page.text();
        assert!(text.contains(told), "{name}: {text}");
        assert!(text.contains("aria-invalid=\"true\""), "{name}: it says so at the field");
        assert!(!text.contains("<script>alert"), "{name}");
    }
    // Each is right by itself, and together they are not.
    let crossed = [("meter.allowance_visitors", "9"), ("meter.allowance_registered", "3")];
    let page = paper.look_at(&mut jar, "meter", &crossed);
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("could open 3 articles, and a stranger 9"), "{}", page.text());
    // Nor by sending it without looking.
    for document in
        ["meter = 1", "[meter]\nallowance_visitors = 9\nallowance_registered = 3", "=", "\0"]
    {
        let fields = [("made_from", first.to_string()), ("document", document.to_owned())];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        let reply = paper.send(&mut jar, Ask::fields("/desk/settings", &fields));
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{document:?}");
    }
    let long = format!("# {}", "x".repeat(face::HOUSE_BYTES_MAX));
    let reply = paper.look_at(&mut jar, "document", &[("document", &long)]);
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(paper.look_at(&mut jar, "nothing", &[]).status, StatusCode::NOT_FOUND);
    let unknown = paper.look_at(&mut jar, "document", &[("version", "4711")]);
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(paper.version(), first);
}

#[test]
fn what_looks_wrong_is_told_with_a_case_before_it_counts() {
    let paper = paper();
    let mut jar = paper.staff(OWNER, Role::Owner);
    let walled = paper.look_at(&mut jar, "meter", &[("expired_reader", "walled")]).text();
    assert!(walled.contains("whose trial ended yesterday meets the wall"), "{walled}");
    let generous = paper.look_at(
        &mut jar,
        "meter",
        &[("meter.allowance_visitors", "900"), ("meter.allowance_registered", "900")],
    );
    assert!(generous.text().contains("never meets a wall"), "{}", generous.text());
    let open = paper.look_at(&mut jar, "delivery", &[("on_outage", "open")]).text();
    assert!(open.contains("without limit"), "{open}");
    let nothing = paper.look_at(&mut jar, "meter", &[("expired_reader", "metered")]).text();
    assert!(nothing.contains("Nothing would change") && !nothing.contains("name=\"document\""));
}

#[test]
fn an_offer_is_made_at_the_desk_and_can_be_had_at_once() {
    let paper = paper();
    let mut jar = paper.staff(OWNER, Role::Owner);
    let form = paper.send(&mut jar, Ask::get("/desk/settings/offers")).text();
    assert_eq!(value(&form, "offers-0-intro"), "9");
    let offer = |percent: &'static str| {
        [
            ("offers-0-remove", "yes"),
            ("offers-0-plan", "digital"),
            ("offers-0-months", "3"),
            ("offers-0-intro", "9"),
            ("offers-1-plan", "digital"),
            ("offers-1-slug", "autumn"),
            ("offers-1-percent", percent),
            ("offers-1-months", "2"),
            ("offers-1-ends_on", "2026-10-31"),
            ("offers-1-audience", "new, lapsed"),
        ]
    };
    let wrong = paper.look_at(&mut jar, "offers", &offer("100"));
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("from 1 to 99") && wrong.text().contains("autumn"));
    let page = paper.look_at(&mut jar, "offers", &offer("50"));
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert!(page.text().contains("autumn"), "{}", page.text());
    paper.put(&mut jar, &page, "autumn");
    let offers = paper.ask(&Ask::get("/offers")).text();
    assert!(offers.contains("$6") && !offers.contains("$9"), "{offers}");
}

#[test]
fn of_two_who_set_at_once_the_second_looks_again() {
    let paper = paper();
    let mut ada = paper.staff(OWNER, Role::Owner);
    let mut bob = paper.staff("bob@courant.example", Role::Publisher);
    let of_ada = paper.look_at(&mut ada, "meter", &[("meter.allowance_visitors", "2")]);
    let of_bob = paper.look_at(&mut bob, "meter", &[("meter.allowance_visitors", "3")]);
    assert_eq!(paper.put(&mut ada, &of_ada, "").status, StatusCode::SEE_OTHER);
    let version = paper.version();
    let refused = paper.put(&mut bob, &of_bob, "");
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text().contains("Somebody else changed the settings meanwhile"));
    assert!(refused.text().contains("<del>2</del>") && refused.text().contains("<ins>3</ins>"));
    assert_eq!(paper.version(), version);
    assert_eq!(paper.put(&mut bob, &refused, "").status, StatusCode::SEE_OTHER);
    assert_eq!(wait(paper.store.settings()).unwrap().version, SettingsVersion(version + 1));
}

#[test]
fn the_paper_is_seen_as_others_see_it_and_nothing_is_counted() {
    let settings = Settings { registration: true, ..Settings::default() };
    let paper = TestPaper::open(&Plan { settings, ..Plan::default() });
    let mut jar = paper.staff("author@courant.example", Role::Author);
    let metered = paper.sheet("m01").path();
    let subscribers = paper.sheet("subs").path();
    let form = paper.send(&mut jar, Ask::get("/desk/see-as")).text();
    assert!(form.contains("value=\"trial-over\"") && form.contains("value=\"subscriber digital\""));
    let see = |jar: &mut Jar, who: &str, read: &str, at: &str, what: &str| {
        let fields = [("who", who), ("read", read), ("at", at), ("what", what)];
        paper.send(jar, Ask::fields("/desk/see-as", &fields))
    };
    for (who, read, what, opens, says) in [
        ("visitor", "3", &metered, false, "A stranger"),
        ("visitor", "5", &metered, false, "wallbox"),
        ("registered", "2", &metered, false, "A registered reader"),
        ("trial-over", "0", &subscribers, false, "Your trial period has expired"),
        ("subscription-over", "0", &subscribers, false, "wallbox"),
        ("payment-failed", "0", &subscribers, false, "wallbox"),
        ("subscriber digital", "9", &subscribers, true, "A subscriber"),
        ("trialist digital", "9", &subscribers, true, "On trial"),
        ("in-grace digital", "9", &subscribers, true, "whose payment failed"),
    ] {
        let page = see(&mut jar, who, read, "", what);
        assert_eq!(page.status, StatusCode::OK, "{who}: {}", page.text());
        let article = if *what == subscribers { "subs" } else { "m01" };
        let text = page.text();
        assert_eq!(paper.is_whole(&page, article), opens, "{who} {read} {what}: {text}");
        assert!(opens || page.leaked().is_empty(), "{who} {read} {what}: {text}");
        assert!(text.contains(says), "{who}: {text}");
        assert_eq!(page.header("cache-control"), "private, no-store");
        assert!(!text.contains("<script"), "{who}: nothing of it runs");
    }
    // On a date, and what is sold then.
    let offers = see(&mut jar, "visitor", "0", "2026-09-20T10:00:00", "/offers").text();
    assert!(offers.contains("$9"), "{offers}");
    let later = see(&mut jar, "visitor", "0", "2026-10-02T10:00:00", "/offers").text();
    assert!(!later.contains("$9"), "{later}");
    // What cannot be shown is told.
    for (at, what) in [("", "/harbour/nothing-here"), ("soon", metered.as_str()), ("", "/desk")] {
        let refused = see(&mut jar, "visitor", "0", at, what);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{at} {what}");
    }
    // Settings that are not in force are for those who may set them.
    let fields = [("who", "visitor"), ("what", metered.as_str()), ("document", "[meter]\n")];
    let refused = paper.send(&mut jar, Ask::fields("/desk/see-as", &fields));
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let mut owner = paper.staff(OWNER, Role::Owner);
    let page = paper.look_at(&mut owner, "meter", &[("meter.allowance_visitors", "0")]).text();
    let document = hidden(&page, "document");
    let fields = [("who", "visitor"), ("what", metered.as_str()), ("document", &document)];
    let walled = paper.send(&mut owner, Ask::fields("/desk/see-as", &fields)).text();
    assert!(walled.contains("wallbox") && walled.contains("not in force yet"), "{walled}");
    // And everybody else gets what they got before.
    assert!(!paper.ask(&Ask::get(&metered)).text().contains("wallbox"));
    let counts = paper.site.counts();
    assert_eq!(counts.get(web::Count::Readings), 0, "nobody read anything");
}

#[test]
fn a_wording_of_the_paper_s_own_takes_the_place_of_a_message_and_goes_again() {
    let paper = paper();
    let mut jar = paper.staff(OWNER, Role::Owner);
    let walls = paper.send(&mut jar, Ask::get("/desk/settings/wordings")).text();
    assert!(walls.contains("name=\"wordings.en.used_up_heading\"") && walls.contains("{count}"));
    assert!(
        !walls.contains("wordings.en.erase_account"),
        "without a search it is notices and walls"
    );
    let found =
        paper.send(&mut jar, Ask::get("/desk/settings/wordings?q=Open+this+article")).text();
    assert!(found.contains("name=\"wordings.en.open_article\""), "{found}");
    assert!(!found.contains("used_up_heading"));

    let wrong = [("q", "open"), ("wordings.en.open_article", "Open it, {name}")];
    let refused = paper.look_at(&mut jar, "wordings", &wrong);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("Open it, {name}"), "what was typed stays: {}", refused.text());

    let own = [("wordings.en.open_article", "Read on & on")];
    let page = paper.look_at(&mut jar, "wordings", &own);
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    paper.put(&mut jar, &page, "");
    let article = paper.ask(&Ask::get(&paper.sheet("m01").path())).text();
    assert!(article.contains("Read on &amp; on"), "{article}");
    let page = paper.look_at(&mut jar, "wordings", &[("wordings.en.open_article", "")]);
    paper.put(&mut jar, &page, "");
    let article = paper.ask(&Ask::get(&paper.sheet("m01").path())).text();
    assert!(
        article.contains("Open this article") && !article.contains("Read on &amp; on"),
        "the delivered text is back"
    );
}
