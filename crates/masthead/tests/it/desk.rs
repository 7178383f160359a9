//! The desk: who gets in and what each role may do; an article from the first line into the paper, changed, and taken back; two people at
//! one article; what nobody but the newsroom sees.

use http::{Method, StatusCode};
use jiff::SignedDuration;
use newsroom::{Deed, Role};
use store::Appointed;
use web::{AccessClass, CacheClass, ROUTES, Sent};

use crate::ask::{Ask, Reply};
use crate::jar::Jar;
use crate::money::hidden;
use crate::paper::{Plan, TestPaper, wait};
use crate::settings::Settings;

const PASSWORD: &str = "five calls from the harbour";
pub(crate) const OWNER: &str = "owner@courant.example";

pub(crate) fn paper() -> TestPaper {
    let settings = Settings { registration: true, ..Settings::default() };
    TestPaper::open(&Plan { settings, ..Plan::default() })
}

impl TestPaper {
    #[track_caller]
    pub(crate) fn appoint(&self, mail: &str, role: Role) -> Appointed {
        let name = mail.split('@').next().unwrap().to_owned();
        wait(self.site.appoint(mail.to_owned(), name, role, self.clock.now())).unwrap()
    }

    /// Somebody of the newsroom who has proven it in two ways.
    #[track_caller]
    pub(crate) fn staff(&self, mail: &str, role: Role) -> Jar {
        self.appoint(mail, role);
        let mut jar = self.reader_with_password(mail, PASSWORD);
        self.prove_again(&mut jar, mail);
        jar
    }

    /// Signs somebody in by the password who has signed in by mail.
    #[track_caller]
    pub(crate) fn prove_again(&self, jar: &mut Jar, mail: &str) {
        let fields = [("mail", mail), ("password", PASSWORD), ("back", "/desk")];
        let reply = self.send(jar, Ask::fields("/sign-in/password", &fields));
        assert_eq!(reply.header("location"), "/desk", "{}", reply.text());
    }

    /// Begins an article; its path at the desk.
    #[track_caller]
    pub(crate) fn begin(&self, jar: &mut Jar, headline: &str, text: &str) -> String {
        let fields = [
            ("act", "save"),
            ("made_from", "0"),
            ("published_version", "0"),
            ("headline", headline),
            ("section", "harbour"),
            ("access", "metered"),
            ("genre", "news"),
            ("authors", "Anna Torvald"),
            ("tags", "tides"),
            ("text", text),
        ];
        let reply = self.send(jar, Ask::fields("/desk/articles", &fields));
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
        reply.header("location").strip_suffix("?said=saved").expect("it is saved").to_owned()
    }

    /// Sends the form of an article as it is shown, with some fields changed.
    #[track_caller]
    pub(crate) fn send_form(
        &self,
        jar: &mut Jar,
        at: &str,
        page: &Reply,
        other: &[(&str, &str)],
    ) -> Reply {
        let shown = page.text();
        let mut fields: Vec<(String, String)> = ["made_from", "published_version"]
            .map(|name| (name.to_owned(), hidden(&shown, name)))
            .into();
        for name in [
            "headline",
            "kicker",
            "tags",
            "authors",
            "slug",
            "dateline",
            "publish_at",
            "image",
            "image_alt",
        ] {
            fields.push((name.to_owned(), value(&shown, name)));
        }
        for name in ["section", "access", "genre"] {
            fields.push((name.to_owned(), chosen(&shown, name)));
        }
        fields.push(("text".to_owned(), text_of(&shown)));
        for (name, value) in other {
            fields.retain(|(one, _)| one != name);
            fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.send(jar, Ask::fields(at, &fields))
    }

    #[track_caller]
    pub(crate) fn put_out(&self, jar: &mut Jar, at: &str) -> Reply {
        let page = self.send(jar, Ask::get(at));
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        self.send_form(jar, at, &page, &[("act", "publish")])
    }
}

/// The value of a field; empty where the page has none of that name.
pub(crate) fn value(text: &str, name: &str) -> String {
    let Some(start) = text.find(&format!(" name=\"{name}\" ")) else { return String::new() };
    let field = text[start..].split('>').next().unwrap();
    let value = field.split("value=\"").nth(1).and_then(|rest| rest.split('"').next());
    value.unwrap_or_default().replace("&amp;", "&")
}

pub(crate) fn chosen(text: &str, name: &str) -> String {
    let start = text.find(&format!("<select id=\"{name}\" name=\"{name}\"")).expect("a choice");
    let choice = text[start..].split("</select>").next().unwrap();
    let picked = choice.split("<option ").find(|option| option.contains(" selected"));
    picked.and_then(|option| option.split('"').nth(1)).unwrap_or_default().to_owned()
}

fn text_of(text: &str) -> String {
    let start = text.find("name=\"text\"").expect("the text");
    let inside = text[start..].split_once('>').unwrap().1.split("</textarea>").next().unwrap();
    let plain = inside.strip_prefix('\n').unwrap_or(inside);
    plain.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

pub(crate) const STORY: &str =
    "The first paragraph is for all.\n\n<!-- paywall -->\n\nThe rest says qzdeskx1zq.\n";

/// An address of the desk, of that article and of nobody.
pub(crate) fn at(pattern: &str, article: &str) -> String {
    pattern
        .replace("{article}", article)
        .replace("{reader}", &"0".repeat(32))
        .replace("{group}", "meter")
        .replace("{institution}", "library")
        .replace("{number}", "1")
        .replace("{webhook}", "1")
        .replace("{file}", &format!("{}.png", "0".repeat(32)))
}

/// Every address of the desk with what it takes, for an article of that name.
fn addresses(article: &str) -> Vec<(Method, String)> {
    let desk = ROUTES.iter().filter(|route| route.access == AccessClass::Staff);
    let each = desk.flat_map(|route| route.methods.iter().map(move |method| (method, route)));
    each.map(|(method, route)| (method.clone(), at(route.pattern, article))).collect()
}

#[test]
fn addresses_of_the_desk_are_the_staff_s_alone_and_nobody_keeps_them() {
    let is_desk = |pattern: &str| pattern == "/desk" || pattern.starts_with("/desk/");
    for route in ROUTES {
        assert_eq!(route.access == AccessClass::Staff, is_desk(route.pattern), "{}", route.pattern);
        assert!(!is_desk(route.pattern) || route.cache == CacheClass::Private);
    }
    let paper = paper();
    let mut editor = paper.staff("editor@courant.example", Role::Editor);
    let at = paper.begin(&mut editor, "A draft", STORY);
    let id = at.strip_prefix("/desk/articles/").unwrap();
    let mut reader = Jar::default();
    paper.sign_in(&mut reader, "ada@reader.example");
    // One way is not enough.
    paper.appoint("half@courant.example", Role::Owner);
    let mut half = Jar::default();
    paper.sign_in(&mut half, "half@courant.example");
    for (method, address) in addresses(id) {
        let ask = || match method {
            Method::GET => Ask::get(&address),
            _ => Ask::fields(&address, &[("act", "save"), ("headline", "Mine")]),
        };
        let stranger = paper.ask(&ask());
        assert_eq!(stranger.header("location"), "/sign-in?back=%2Fdesk", "{method} {address}");
        for jar in [&mut reader, &mut half] {
            let reply = paper.send(jar, ask());
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{method} {address}");
            assert!(!reply.text().contains("A draft"), "{method} {address}");
            assert_eq!(reply.header("cache-control"), "private, no-store");
        }
    }
    let told = paper.send(&mut half, Ask::get("/desk")).text();
    assert!(told.contains("Sign in once more") && told.contains("half@courant.example"), "{told}");
    let strange =
        Ask::fields("/desk/staff", &[("act", "let-go")]).instead("origin", "https://evil.example");
    let mut owner = paper.staff(OWNER, Role::Owner);
    assert_eq!(paper.send(&mut owner, strange).status, StatusCode::FORBIDDEN);
    // A paper without accounts has no desk.
    let plain = TestPaper::open(&Plan::default());
    assert_eq!(plain.ask(&Ask::get("/desk")).status, StatusCode::NOT_FOUND);
}

#[test]
fn each_role_may_what_the_table_says_and_nothing_else() {
    let paper = paper();
    let mut owner = paper.staff(OWNER, Role::Owner);
    let at = paper.begin(&mut owner, "Forty-one calls", STORY);
    let out = paper.begin(&mut owner, "It is out", STORY);
    assert_eq!(paper.put_out(&mut owner, &out).status, StatusCode::SEE_OTHER);
    let page = paper.send(&mut owner, Ask::get(&at));
    let deeds: Vec<(Deed, Ask)> = vec![
        (Deed::Write, Ask::get("/desk")),
        (Deed::Write, Ask::get("/desk/articles")),
        (Deed::Edit, Ask::get(&at)),
        (Deed::Edit, Ask::get(&out)),
        (Deed::Edit, Ask::get(&format!("{at}/look"))),
        (Deed::TakeBack, Ask::get(&format!("{out}/withdrawal"))),
        (Deed::Arrange, Ask::get("/desk/front")),
        (Deed::Arrange, Ask::get("/desk/front/look?lead=m03")),
        (Deed::Arrange, Ask::get("/desk/names")),
        (Deed::ReadRecord, Ask::get("/desk/record")),
        (Deed::Appoint, Ask::get("/desk/staff")),
        (Deed::Write, Ask::get("/desk/see-as")),
        (Deed::SeeNumbers, Ask::get("/desk/numbers")),
        (Deed::SeeNumbers, Ask::fields("/desk/numbers", &[("letter", "no")])),
        (Deed::SeeNumbers, Ask::get("/desk/numbers/articles")),
        (Deed::SeeNumbers, Ask::get("/desk/numbers/sections.csv")),
        (Deed::SeeNumbers, Ask::get("/desk/numbers/walls")),
        (Deed::SeeMoney, Ask::get("/desk/numbers/readers")),
        (Deed::SeeMoney, Ask::get("/desk/numbers/readers.csv")),
        (Deed::SeeMoney, Ask::get("/desk/numbers/money")),
        (Deed::SeeMoney, Ask::get("/desk/numbers/money.csv?days=7")),
        (Deed::SetHouse, Ask::get("/desk/settings")),
        (Deed::SetHouse, Ask::get("/desk/settings/meter")),
        (Deed::SetHouse, Ask::get("/desk/settings/history")),
        (Deed::SetHouse, Ask::get("/desk/institutions")),
        (Deed::SetHouse, Ask::fields("/desk/institutions", &[("slug", "")])),
        (Deed::SetHouse, Ask::get("/desk/institutions/library")),
        (Deed::SetHouse, Ask::fields("/desk/institutions/library", &[("act", "end")])),
        (Deed::SetHouse, Ask::fields("/desk/settings/meter", &[("opening", "ask")])),
        (Deed::SetHouse, Ask::fields("/desk/settings", &[("made_from", "0"), ("document", "")])),
        (Deed::Arrange, Ask::fields("/desk/front", &[("lead", "m03")])),
        (
            Deed::Appoint,
            Ask::fields("/desk/staff", &[("mail", "new@courant.example"), ("role", "author")]),
        ),
        (
            Deed::AppointOwners,
            Ask::fields("/desk/staff", &[("mail", "own@courant.example"), ("role", "owner")]),
        ),
        (Deed::TakeBack, Ask::fields(&format!("{out}/withdrawal"), &[("act", "take-back")])),
    ];
    for role in Role::ALL {
        let mut jar = paper.staff(&format!("{role}@staff.example"), role);
        for (deed, ask) in &deeds {
            let reply = paper.send(&mut jar, ask.clone());
            let may = reply.status != StatusCode::FORBIDDEN;
            assert_eq!(may, role.may(*deed), "{role} {} {}", ask.method, ask.target);
        }
        // Saved again each time: what was saved meanwhile is another matter.
        let kept = paper.send_form(&mut jar, &at, &page, &[("act", "save")]);
        assert_eq!(kept.status != StatusCode::FORBIDDEN, role.may(Deed::Edit), "{role} saves");
        let mut own = jar;
        let mine = paper.begin(&mut own, &format!("My own, by the {role}"), STORY);
        assert_eq!(paper.send(&mut own, Ask::get(&mine)).status, StatusCode::OK);
        let published = paper.put_out(&mut own, &mine);
        assert_eq!(published.status == StatusCode::SEE_OTHER, role.may(Deed::Publish), "{role}");
    }
}

#[test]
fn an_article_goes_from_the_first_line_into_the_paper_and_is_set_right() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let at = paper.begin(&mut jar, "Forty-one calls & a reply", STORY);
    let page = paper.send(&mut jar, Ask::get(&at));
    assert!(page.text().contains("Anna Torvald") && page.text().contains("qzdeskx1zq"));
    // Nobody else sees anything of it.
    let mut reader = Jar::default();
    paper.sign_in(&mut reader, "ada@reader.example");
    for target in
        ["/harbour/forty-one-calls-a-reply", "/", "/latest", "/feeds/all.xml", "/search?q=reply"]
    {
        let reply = paper.send(&mut reader, Ask::get(target));
        assert!(!reply.text().contains("a reply"), "{target}");
    }
    let page = paper.send(&mut jar, Ask::get(&format!("{at}/look")));
    assert_eq!((page.status, page.header("cache-control")), (StatusCode::OK, "private, no-store"));
    assert!(page.text().contains("qzdeskx1zq") && page.text().contains("Forty-one calls"));
    assert!(page.text().contains(&format!("href=\"{at}\"")), "a way back");
    let stranger = paper.send(&mut jar, Ask::get(&format!("{at}/look?as=stranger"))).text();
    assert!(stranger.contains("The first paragraph") && !stranger.contains("qzdeskx1zq"));

    let done = paper.put_out(&mut jar, &at);
    assert_eq!(done.header("location"), format!("{at}?said=published"), "{}", done.text());
    let address = "/harbour/forty-one-calls-a-reply";
    let teaser = paper.ask(&Ask::get(address));
    assert_eq!(teaser.status, StatusCode::OK);
    assert!(teaser.text().contains("The first paragraph") && !teaser.text().contains("qzdeskx1zq"));
    assert!(paper.ask(&Ask::get("/harbour")).text().contains("a reply"));
    // Those who made it read it without spending anything.
    assert!(paper.send(&mut jar, Ask::get(address)).text().contains("qzdeskx1zq"));

    let page = paper.send(&mut jar, Ask::get(&at));
    let other = [
        ("act", "publish"),
        ("text", "It begins anew.\n\n<!-- paywall -->\n\nqzdeskx2zq\n"),
        ("correction", "It was forty-two."),
    ];
    let changed = paper.send_form(&mut jar, &at, &page, &other);
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text());
    let teaser = paper.ask(&Ask::get(address)).text();
    assert!(teaser.contains("It begins anew.") && teaser.contains("It was forty-two."), "{teaser}");
    assert_eq!(paper.rows("SELECT count(*) FROM revisions"), 2);
    assert_eq!(paper.rows("SELECT count(*) FROM drafts"), 0);

    // Taken back, it is gone at once; a draft that was open meanwhile does not bring it back.
    let open = paper.send(&mut jar, Ask::get(&at));
    let kept =
        paper.send_form(&mut jar, &at, &open, &[("act", "save"), ("headline", "Still here")]);
    assert_eq!(kept.status, StatusCode::SEE_OTHER);
    let back =
        paper.send(&mut jar, Ask::fields(&format!("{at}/withdrawal"), &[("act", "take-back")]));
    assert_eq!(back.status, StatusCode::SEE_OTHER);
    assert_eq!(paper.ask(&Ask::get(address)).status, StatusCode::GONE);
    assert!(!paper.ask(&Ask::get("/harbour")).text().contains("a reply"));
    let published = paper.put_out(&mut jar, &at);
    assert_eq!(published.status, StatusCode::SEE_OTHER, "{}", published.text());
    assert_eq!(paper.ask(&Ask::get(address)).status, StatusCode::GONE);
    paper.send(&mut jar, Ask::fields(&format!("{at}/withdrawal"), &[("act", "put-back")]));
    assert!(paper.ask(&Ask::get(address)).text().contains("Still here"));

    let mut publisher = paper.staff("publisher@courant.example", Role::Publisher);
    let record = paper.send(&mut publisher, Ask::get("/desk/record")).text();
    for deed in ["began", "published", "published changes", "opened again", "took back", "put back"]
    {
        assert!(record.contains(&format!("<b>editor</b> {deed} ")), "{deed}: {record}");
    }
}

#[test]
fn what_is_to_come_comes_out_at_its_second() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let at = paper.begin(&mut jar, "To come", STORY);
    let page = paper.send(&mut jar, Ask::get(&at));
    let wrong = paper.send_form(
        &mut jar,
        &at,
        &page,
        &[("act", "publish"), ("publish_at", "tomorrow"), ("headline", "Kept in the form")],
    );
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("Kept in the form") && wrong.text().contains("qzdeskx1zq"));
    // In the paper's zone, to the second.
    let done = paper.send_form(
        &mut jar,
        &at,
        &page,
        &[("act", "publish"), ("publish_at", "2026-09-17T08:00:30")],
    );
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    paper.at("2026-09-17T08:00:29-03:00");
    assert_eq!(paper.ask(&Ask::get("/harbour/to-come")).status, StatusCode::NOT_FOUND);
    paper.at("2026-09-17T08:00:30-03:00");
    assert_eq!(paper.ask(&Ask::get("/harbour/to-come")).status, StatusCode::OK);
    assert!(paper.ask(&Ask::get("/latest")).text().contains("To come"));
}

#[test]
fn two_at_one_article_never_write_over_each_other() {
    let paper = paper();
    let mut one = paper.staff("one@courant.example", Role::Editor);
    let mut two = paper.staff("two@courant.example", Role::Editor);
    let at = paper.begin(&mut one, "Shared", STORY);
    let (first, second) =
        (paper.send(&mut one, Ask::get(&at)), paper.send(&mut two, Ask::get(&at)));
    let kept = paper.send_form(&mut one, &at, &first, &[("act", "save"), ("headline", "From one")]);
    assert_eq!(kept.status, StatusCode::SEE_OTHER);
    for act in ["save", "publish", "review", "look", "throw-away"] {
        let late =
            paper.send_form(&mut two, &at, &second, &[("act", act), ("headline", "From two")]);
        assert_eq!(late.status, StatusCode::CONFLICT, "{act}");
        assert!(late.text().contains("Somebody else changed this meanwhile."), "{act}");
        assert!(
            act == "throw-away" || late.text().contains("From two"),
            "what was typed stays: {act}"
        );
    }
    assert!(paper.send(&mut one, Ask::get(&at)).text().contains("From one"));
    // At the same time: one of them.
    let page = paper.send(&mut one, Ask::get(&at));
    let answers: Vec<StatusCode> = std::thread::scope(|scope| {
        let send = |number: usize| {
            let (paper, page, at, mut jar) = (&paper, &page, &at, one.clone());
            scope.spawn(move || {
                let headline = format!("From {number}");
                paper
                    .send_form(&mut jar, at, page, &[("act", "save"), ("headline", &headline)])
                    .status
            })
        };
        let all: Vec<_> = (0..6).map(send).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|status| **status == StatusCode::SEE_OTHER).count(), 1);
}

#[test]
fn what_cannot_be_published_is_kept_and_said() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let at = paper.begin(&mut jar, "", "One\n\n# A heading of the wrong kind\n");
    let page = paper.send(&mut jar, Ask::get(&at));
    assert!(page.text().contains("Without a headline"));
    let other = [("act", "publish"), ("tags", "tidess"), ("authors", "Nobody <b>Known</b>")];
    let refused = paper.send_form(&mut jar, &at, &page, &other);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text();
    assert!(text.contains("It is saved, and cannot be published like this:"), "{text}");
    assert!(text.contains("Line 3 of the text: ") && text.contains("headline"), "{text}");
    assert!(!text.contains("<b>Known"), "{text}");
    assert_eq!(
        paper.rows("SELECT count(*) FROM articles WHERE section = 'harbour' AND slug = ''"),
        0
    );
    // The address of another article.
    let at = paper.begin(&mut jar, "Again", STORY);
    let page = paper.send(&mut jar, Ask::get(&at));
    let taken = paper.send_form(&mut jar, &at, &page, &[("act", "publish"), ("slug", "m01")]);
    assert_eq!(taken.status, StatusCode::CONFLICT, "{}", taken.text());
    assert!(taken.text().contains("has this address already"));
    // Too much, and what is no article.
    let long = Ask { sent: Sent::TooLong, ..Ask::form(&at) };
    let refused = paper.send(&mut jar, long);
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    for path in ["/desk/articles/nothing", "/desk/articles/NOTHING", "/desk/articles/nothing/look"]
    {
        assert_eq!(paper.send(&mut jar, Ask::get(path)).status, StatusCode::NOT_FOUND, "{path}");
    }
    let page = paper.send(&mut jar, Ask::get(&at));
    let thrown = paper.send_form(&mut jar, &at, &page, &[("act", "throw-away")]);
    assert_eq!(thrown.header("location"), "/desk");
    assert_eq!(paper.send(&mut jar, Ask::get(&at)).status, StatusCode::NOT_FOUND);
}

#[test]
fn an_author_writes_and_somebody_else_publishes() {
    let paper = paper();
    let mut author = paper.staff("author@courant.example", Role::Author);
    let mut other = paper.staff("other@courant.example", Role::Author);
    let mut editor = paper.staff("editor@courant.example", Role::Editor);
    let at = paper.begin(&mut author, "My own story", STORY);
    assert_eq!(paper.send(&mut other, Ask::get(&at)).status, StatusCode::FORBIDDEN);
    assert!(!paper.send(&mut other, Ask::get("/desk")).text().contains("My own story"));
    let page = paper.send(&mut author, Ask::get(&at));
    let sent = paper.send_form(&mut author, &at, &page, &[("act", "review")]);
    assert_eq!(sent.header("location"), format!("{at}?said=sent"));
    let list = paper.send(&mut editor, Ask::get("/desk")).text();
    let review = list.find("To be looked at").expect("something to look at");
    assert!(list[review..].contains("My own story"));
    assert_eq!(paper.put_out(&mut editor, &at).status, StatusCode::SEE_OTHER);
    assert_eq!(paper.send(&mut author, Ask::get(&at)).status, StatusCode::FORBIDDEN, "it is out");
    assert!(paper.ask(&Ask::get("/harbour/my-own-story")).text().contains("The first paragraph"));
}

#[test]
fn an_author_is_named_before_the_first_article() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let add = [("kind", "author"), ("name", "Nell  Dune"), ("role", "Reporter")];
    let added = paper.send(&mut jar, Ask::fields("/desk/names", &add));
    assert_eq!(added.header("location"), "/desk/names", "{}", added.text());
    let again = paper.send(&mut jar, Ask::fields("/desk/names", &add));
    assert_eq!(again.status, StatusCode::CONFLICT);
    let long = "a".repeat(121);
    for name in ["", " ", "???", &long] {
        let wrong =
            paper.send(&mut jar, Ask::fields("/desk/names", &[("kind", "tag"), ("name", name)]));
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
    }
    let at = paper.begin(&mut jar, "By somebody new", STORY);
    let page = paper.send(&mut jar, Ask::get(&at));
    let fields = [("act", "publish"), ("authors", "nell dune")];
    let done = paper.send_form(&mut jar, &at, &page, &fields);
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    assert!(paper.ask(&Ask::get("/harbour/by-somebody-new")).text().contains("Nell Dune"));
    assert_eq!(paper.ask(&Ask::get("/authors/nell-dune")).status, StatusCode::OK);
}

#[test]
fn staff_come_and_go_and_the_paper_keeps_an_owner() {
    let paper = paper();
    let mut owner = paper.staff(OWNER, Role::Owner);
    let mail = "new@courant.example";
    let add = [("mail", mail), ("name", "Nell Dune"), ("role", "editor")];
    assert_eq!(
        paper.send(&mut owner, Ask::fields("/desk/staff", &add)).status,
        StatusCode::SEE_OTHER
    );
    let letter = paper.mails().pop().expect("a letter");
    assert_eq!(
        (letter.recipient.as_str(), letter.subject.as_str()),
        (mail, "You are in the newsroom of The Merrin Courant")
    );
    assert!(letter.plain.contains("/desk") && letter.plain.contains("Your role: Editor."));
    let mut new = paper.reader_with_password(mail, PASSWORD);
    assert_eq!(paper.send(&mut new, Ask::get("/desk")).status, StatusCode::FORBIDDEN);
    paper.prove_again(&mut new, mail);
    assert!(paper.send(&mut new, Ask::get("/desk")).text().contains("Nell Dune"));
    // After twelve hours once more.
    paper.later(SignedDuration::from_hours(12));
    assert_eq!(paper.send(&mut new, Ask::get("/desk")).status, StatusCode::FORBIDDEN);
    assert!(!paper.is_whole(&paper.send(&mut new, Ask::get(&paper.path("subs"))), "subs"));
    for mail in [mail, OWNER] {
        let jar = if mail == OWNER { &mut owner } else { &mut new };
        paper.sign_in(jar, mail);
        paper.prove_again(jar, mail);
    }
    assert!(paper.is_whole(&paper.send(&mut new, Ask::get(&paper.path("subs"))), "subs"));
    // Let go, they are readers from the next request on.
    let list = paper.send(&mut owner, Ask::get("/desk/staff")).text();
    let row = list.split("<li>").find(|row| row.contains(mail)).unwrap();
    let staff = hidden(row, "staff");
    let gone =
        paper.send(&mut owner, Ask::fields("/desk/staff", &[("act", "let-go"), ("staff", &staff)]));
    assert_eq!(gone.status, StatusCode::SEE_OTHER);
    assert_eq!(paper.send(&mut new, Ask::get("/desk")).status, StatusCode::FORBIDDEN);
    assert!(!paper.is_whole(&paper.send(&mut new, Ask::get(&paper.path("subs"))), "subs"));
    assert!(paper.is_signed_in(&new));
    let demote = [("mail", OWNER), ("role", "editor")];
    let last = paper.send(&mut owner, Ask::fields("/desk/staff", &demote));
    assert_eq!(last.status, StatusCode::CONFLICT);
    assert!(last.text().contains("The paper needs an owner."));
    for (name, value) in [("mail", "no address"), ("role", "admin"), ("role", "")] {
        let mut fields = vec![("mail", "x@courant.example"), ("role", "author")];
        fields.retain(|(one, _)| *one != name);
        fields.push((name, value));
        let refused = paper.send(&mut owner, Ask::fields("/desk/staff", &fields));
        assert!(refused.status.is_client_error(), "{name}={value}");
    }
    assert_eq!(paper.rows("SELECT count(*) FROM staff"), 1);
}

#[test]
fn whoever_has_the_mailbox_alone_cannot_make_the_second_proof() {
    let paper = paper();
    let mail = "editor@courant.example";
    paper.staff(mail, Role::Editor);
    // Another browser, with a code from the mail and nothing else.
    let mut thief = Jar::default();
    paper.sign_in(&mut thief, mail);
    let set = [("act", "set"), ("password", "another sentence of mine"), ("present", "")];
    let refused = paper.send(&mut thief, Ask::fields("/account/password", &set));
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text().contains("two proofs"), "{}", refused.text());
    for ask in [
        Ask::fields("/account/passkeys", &[("act", "ask")]),
        Ask::fields("/account/password", &[("act", "remove")]),
        Ask::fields("/account/address", &[("mail", "thief@elsewhere.example")]),
    ] {
        assert_eq!(
            paper.send(&mut thief, ask.clone()).status,
            StatusCode::FORBIDDEN,
            "{}",
            ask.target
        );
    }
    assert_eq!(paper.send(&mut thief, Ask::get("/desk")).status, StatusCode::FORBIDDEN);
    let mut own = Jar::default();
    paper.sign_in(&mut own, mail);
    paper.prove_again(&mut own, mail);
    assert_eq!(paper.send(&mut own, Ask::get("/desk")).status, StatusCode::OK);
}
