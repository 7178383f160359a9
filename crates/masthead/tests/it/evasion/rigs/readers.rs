//! Rows about signing in: a session that somebody planted, copied or ended, a link that a machine looks at, one reader's
//! things asked for by another, a secret that is shown where another belongs. Each in a paper of its own, over its pages.

use http::StatusCode;

use super::aim;
use crate::ask::Ask;
use crate::evasion::list::Request;
use crate::evasion::readers::Account;
use crate::evasion::run::{Aim, Run};
use crate::evasion::worlds::{ARTICLE, Asker, FREE, Kind, World};
use crate::jar::Jar;

impl Run<'_> {
    /// What a row is about beyond its one request, told by where it is sent and what it carries. Once for each row.
    pub(super) fn about_accounts(&self, request: &Request) {
        let path = request.target.split('?').next().unwrap_or("");
        let cookie = request.headers().filter(|(name, _)| name.eq_ignore_ascii_case("cookie"));
        let cookie: String = cookie.map(|(_, value)| value.to_lowercase()).collect();
        let is_post = request.method == "POST";
        if is_post && path == "/sign-in" && !cookie.is_empty() {
            self.once("a planted session", Self::planted);
        }
        if cookie.contains("{sess") || cookie.contains("session}") {
            self.once("a copied session", Self::copied);
        }
        if cookie.contains("token}") {
            self.once("secrets in other places", Self::in_other_places);
        }
        if path.starts_with("/sign-in/") {
            self.once("a link in a mail", Self::looked_at);
        }
        if path.starts_with("/account/") && request.target.contains("{other") {
            self.once("another's", Self::anothers);
        }
        if path.starts_with("/gift/") {
            self.once("a gift", Self::gift_looked_at);
        }
        self.about_money(request, path, is_post);
    }

    /// A browser that shows a session of somebody else's when it signs in has another one afterwards, and the planted one
    /// is nobody's but the planter's.
    fn planted(&self) {
        let world = World::open(Kind::Plain);
        let attacker = world.account(Account::Registered).jar;
        let live = attacker.named("s").unwrap_or_default().to_owned();
        let mail = "victim@reader.example";
        for planted in [live, "0".repeat(32)] {
            let mut victim = Jar::holding("s", &planted);
            world.paper.sign_in(&mut victim, mail);
            self.count_sent();
            self.check(victim.named("s") != Some(&planted), || {
                "a planted session was taken over".to_owned()
            });
            let told = world.paper.send(&mut Jar::holding("s", &planted), Ask::get("/account"));
            self.check(!told.text().contains(mail), || {
                "the planter is signed in as the other".to_owned()
            });
        }
        self.note("Signing in makes a new session, whatever cookie came.".to_owned());
    }

    /// A copy of a session works until it is ended, from anywhere, and ends by itself when nobody uses it.
    fn copied(&self) {
        let world = World::open(Kind::Plain);
        let mut owner = world.account(Account::Subscriber).jar;
        let copy = owner.clone().for_ever();
        self.count_sent();
        self.expect(world.paper.is_open(&copy, "subs"), || "a live session is none".to_owned());
        let all = [("session", "all")];
        let ended = world.paper.send(&mut owner, Ask::fields("/account/sessions", &all));
        self.check(ended.status == StatusCode::SEE_OTHER, || "no session was ended".to_owned());
        self.is_nobody(&world, &copy, "a session that was ended");
        let unused = world.account(Account::Registered).jar.for_ever();
        world
            .at(world.paper.clock.now() + store::SESSION_KEPT + jiff::SignedDuration::from_secs(1));
        self.is_nobody(&world, &unused, "a session that nobody used");
        self.note(
            "The account lists its sessions and ends one or all at once; unused ones end by themselves."
                .to_owned(),
        );
    }

    /// Whoever shows this is a stranger: no article, no account.
    pub(super) fn is_nobody(&self, world: &World, jar: &Jar, told: &str) {
        let nobody = Asker { jar: jar.clone(), may: vec![FREE], left: None, absent: None };
        for target in
            [world.paper.path(ARTICLE), world.paper.path("subs"), world.paper.path("regi")]
        {
            let case = crate::evasion::asking::Case::new("GET", &target);
            let cookie = jar.clone().header(world.paper.clock.now()).unwrap_or_default();
            let aim = aim(world, &nobody, false);
            self.ask(Aim { is_row_s: false, ..aim }, &case.with("Cookie", &cookie), false);
        }
        self.check(!world.paper.is_signed_in(jar), || format!("{told} still opens the account"));
    }

    /// A secret is good for one thing: shown as any other cookie it is nobody's.
    fn in_other_places(&self) {
        let world = World::open(Kind::Plain);
        let paper = &world.paper;
        let subscriber = world.account(Account::Subscriber).jar;
        let last = |link: String| link.rsplit('/').next().unwrap_or("").to_owned();
        let friend = world.account(Account::Given).jar;
        let visitor = paper.visitor_of(&[ARTICLE]);
        let secrets = [
            ("s", subscriber.named("s").unwrap().to_owned()),
            ("g", friend.named("g").unwrap().to_owned()),
            ("m", visitor.value().to_owned()),
            ("", last(world.gift(ARTICLE))),
            ("", last(world.sign_in_link())),
        ];
        for (home, secret) in &secrets {
            for place in ["s", "g", "m", "i", "here", "__Host-s", "session"] {
                if place != *home {
                    let told = format!("a secret of {home:?} as {place:?}");
                    self.is_nobody(&world, &Jar::holding(place, secret), &told);
                }
            }
            for path in ["/gift/", "/sign-in/", "/cancel/"] {
                let reply = paper.send(&mut Jar::default(), Ask::get(&format!("{path}{secret}")));
                self.count_sent();
                paper.assert_tight(&reply, &[FREE], path);
            }
        }
    }

    /// Scanners look at a link as often as they like; its button is for one press.
    fn looked_at(&self) {
        let world = World::open(Kind::Plain);
        let link = world.sign_in_link();
        let mut scanner = world.account(Account::Registered).jar;
        let before = scanner.clone();
        for _ in 0..3 {
            for jar in [&mut scanner, &mut Jar::default()] {
                self.count_sent();
                let reply = world.paper.send(jar, Ask::get(&link));
                let is_shown = reply.status == StatusCode::OK && !reply.is_shareable();
                self.check(is_shown, || format!("a look at a link: {}", reply.status));
            }
        }
        self.check(scanner.named("s") == before.named("s"), || "a look signs in".to_owned());
        let strange = Ask::fields(&link, &[]).instead("origin", "https://evil.example");
        let refused = world.paper.ask(&strange).status;
        self.check(refused == StatusCode::FORBIDDEN, || "another site presses it".to_owned());
        let mut jar = Jar::default();
        let pressed = world.paper.send(&mut jar, Ask::fields(&link, &[]));
        self.check(pressed.status == StatusCode::SEE_OTHER, || {
            "the button does nothing".to_owned()
        });
        let again = world.paper.ask(&Ask::fields(&link, &[])).status;
        self.check(again == StatusCode::GONE, || format!("it is good twice: {again}"));
        self.note("A look at a link uses nothing up; its button signs in once.".to_owned());
    }

    /// A reader sees what is the reader's own, whatever else is named.
    fn anothers(&self) {
        let world = World::open(Kind::Plain);
        let mut own = world.account(Account::Registered).jar;
        let (mut other, mail) = (Jar::default(), "other@reader.example");
        world.paper.subscriber(&mut other, mail, "good");
        let text = world.paper.send(&mut other, Ask::get("/account")).text();
        let ids = text.split("name=\"session\" value=\"").skip(1);
        let ids: Vec<&str> = ids.filter_map(|rest| rest.split('"').next()).collect();
        let known = world.paper.send(&mut other, Ask::get("/account/data")).json();
        let id = known["reader"]["id"].as_str().unwrap_or("").to_owned();
        for target in [
            format!("/account/data?of={id}"),
            format!("/account/data?reader={id}&mail={mail}"),
            format!("/account?reader={id}"),
            format!("/account/data/{id}"),
            format!("/readers/{id}"),
        ] {
            self.count_sent();
            let text = world.paper.send(&mut own, Ask::get(&target)).text();
            self.check(!text.contains(mail), || format!("{target} shows another's"));
        }
        for id in ids.iter().filter(|id| **id != "all") {
            self.count_sent();
            world.paper.send(&mut own, Ask::fields("/account/sessions", &[("session", id)]));
        }
        self.check(world.paper.is_signed_in(&other), || "another's session was ended".to_owned());
    }

    /// A look at a gift opens nothing, and its button opens one article for whoever presses it.
    fn gift_looked_at(&self) {
        let world = World::open(Kind::Plain);
        let link = world.gift(ARTICLE);
        let mut jar = Jar::default();
        for _ in 0..3 {
            self.count_sent();
            let looked = world.paper.send(&mut jar, Ask::get(&link));
            world.paper.assert_tight(&looked, &[FREE], "a look at a gift");
        }
        self.check(jar.is_empty(), || "a look gives a cookie".to_owned());
        self.check(!world.paper.is_open(&jar, ARTICLE), || "a look opens it".to_owned());
        world.paper.open_gift(&mut jar, &link);
        self.check(world.paper.is_open(&jar, ARTICLE), || "its button opens nothing".to_owned());
        for code in ["subs", "m02", "regi", "opin"] {
            self.check(!world.paper.is_open(&jar, code), || format!("it opens {code} as well"));
        }
    }
}
