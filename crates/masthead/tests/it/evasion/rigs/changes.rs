//! Rows about what happens to the paper while it is read: the newsroom changes an article, the store fails, somebody
//! watches what leaves the house. Each in a paper of its own.

use super::aim;
use crate::ask::Ask;
use crate::evasion::asking::Case;
use crate::evasion::list::Request;
use crate::evasion::run::{Aim, Run, turn};
use crate::evasion::worlds::{ARTICLE, Asker, FREE, Kind, World};
use crate::{decode, outage};

/// What is wrong with the store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fault {
    /// Another program holds it.
    Lock,
    /// A table of it is away: every question about it fails.
    Table(&'static str),
}

/// An article, what stands in it, and what stands there afterwards.
pub(super) type Change = (&'static str, &'static str, &'static str);

/// What was free is not, any more.
pub(super) const LOCKED: Change = (FREE, "access = \"free\"", "access = \"metered\"");

impl Run<'_> {
    /// After the newsroom changed an article: in a paper of its own, of which everything was asked before.
    pub(super) fn after_a_change(&self, request: &Request, (code, from, to): Change) {
        let mut world = World::open(Kind::Plain);
        for target in ["/", "/city", "/harbour", &world.paper.path(code)] {
            world.paper.get(target);
        }
        let place = world.paper.sheets.iter().position(|sheet| sheet.code == code).unwrap();
        let text = world.paper.sheets[place].text.replacen(from, to, 1);
        world.paper.sheets[place].text = text;
        world.paper.publish(&world.paper.sheets);
        let mut asker = self.asker(turn(&world, 0), request);
        // Whatever was open to everybody is not, now; what nobody may have any more, subscribers may not, either.
        let pays = asker.may.contains(&"subs") && (code, from, to) == LOCKED;
        let shut = |asker: &mut Asker| asker.may.retain(|open| pays || *open != code);
        shut(&mut asker);
        let mut case = self.case(turn(&world, 0), request, &mut asker);
        shut(&mut asker);
        let aim = Aim { article: code, ..aim(&world, &asker, true) };
        self.ask(aim, &case, true);
        case.target = world.paper.path(code);
        self.ask(Aim { is_row_s: false, ..aim }, &case, true);
    }

    /// While the store fails: what is ready is shown, nothing is counted, nothing opens that was not open.
    pub(super) fn with_a_fault(&self, request: &Request, fault: &str) {
        let name = fault.to_lowercase();
        let is = |words: &[&str]| words.iter().any(|word| name.contains(word));
        if is(&["dns", "resolver", "ptr"]) {
            // The name system of every paper here knows nothing that no row claims.
            return self.plain(request, None);
        }
        if is(&["mail", "smtp"]) {
            // Nothing sends mails here: they wait, as they would for a server that is away.
            return self.plain(request, None);
        }
        if is(&["payment", "stripe", "provider", "cashier", "webhook"]) {
            return self.without_a_provider(request);
        }
        let mut faults = Vec::new();
        if is(&["session"]) {
            return self.while_it_lasts(request, fault, Fault::Table("sessions"));
        }
        if is(&[
            "lock",
            "busy",
            "slow",
            "timeout",
            "down",
            "store",
            "db",
            "database",
            "outage",
            "unavailable",
        ]) {
            faults.push(Fault::Lock);
        }
        if is(&[
            "down",
            "error",
            "io",
            "full",
            "corrupt",
            "damaged",
            "lost",
            "missing",
            "store",
            "db",
            "database",
            "disk",
            "readings",
            "meter",
            "redis",
            "outage",
            "unavailable",
            "fail",
        ]) {
            faults.push(Fault::Table("readings"));
        }
        if is(&["article", "render", "template", "exception", "panic", "crash", "500", "origin"]) {
            faults.push(Fault::Table("articles"));
        }
        if faults.is_empty() {
            self.no_rig(&format!("@fault={fault}"));
            return self.plain(request, None);
        }
        for kind in faults {
            self.while_it_lasts(request, fault, kind);
        }
        self.note("While the store fails, the teaser is shown and nothing is counted.".to_owned());
    }

    /// Whoever takes the money does not answer: readers read on, and nothing is charged.
    fn without_a_provider(&self, request: &Request) {
        let world = World::open(Kind::Plain);
        let mut asker = self.asker(turn(&world, 0), request);
        let file = world.paper.folder.path().join("cashier.json");
        let _ = std::fs::remove_file(&file);
        std::fs::create_dir(&file).unwrap();
        world.paper.hear();
        let case = self.case(turn(&world, 0), request, &mut asker);
        let aim = aim(&world, &asker, true);
        let answer = self.ask(aim, &case, true);
        self.and_its_reading(aim, &case, answer.as_ref());
    }

    fn while_it_lasts(&self, request: &Request, told: &str, kind: Fault) {
        let world = World::open(Kind::Plain);
        let mut asker = self.asker(turn(&world, 0), request);
        let known = world.entitled();
        if kind != Fault::Table("articles") {
            // What was asked before is ready.
            world.paper.get(&world.paper.path(ARTICLE));
        }
        let case = self.case(turn(&world, 0), request, &mut asker);
        let before = world.readings();
        let opens = || {
            let ask = Ask::get(&world.paper.path(ARTICLE));
            world.paper.is_whole(&world.paper.send(&mut known.jar.clone(), ask), ARTICLE)
        };
        let held = match kind {
            Fault::Lock => Some(outage::lock(&world.paper)),
            Fault::Table(table) => {
                outage::rename(&world.paper, table, &format!("{table}_away"));
                if table == "readings" {
                    outage::soon(|| !opens());
                }
                None
            }
        };
        let aim = aim(&world, &asker, false);
        let answer = self.ask(aim, &case, true);
        let status = answer.as_ref().map_or(0, |answer| answer.status);
        let fits = matches!(status, 200 | 503)
            || self.expected.allows_status(status)
            || world.article_of(&case.target).is_none();
        self.expect(fits, || format!("{told}: {} → {status}", case.told()));
        self.and_its_reading(aim, &case, answer.as_ref());
        let made = world.readings() - before;
        self.check(made == 0, || format!("{told}: {made} readings were counted"));
        self.came_back(&status.to_string());
        drop(held);
        if let Fault::Table(table) = kind {
            outage::rename(&world.paper, &format!("{table}_away"), table);
        }
        outage::soon(opens);
    }

    /// What leaves the house while articles are changed and read: the only thing that can ask anything outside is the
    /// name system.
    pub(super) fn observed(&self, request: &Request) {
        let mut world = World::open(Kind::Generous);
        let place = world.paper.sheets.iter().position(|sheet| sheet.code == ARTICLE).unwrap();
        let text = world.paper.sheets[place].text.replace("Headline of m01", "Set anew");
        world.paper.sheets[place].text = text;
        world.paper.publish(&world.paper.sheets);
        let mut asker = self.asker(turn(&world, 0), request);
        if !request.method.is_empty() {
            let case = self.case(turn(&world, 0), request, &mut asker);
            self.ask(aim(&world, &asker, true), &case, true);
        }
        let agent = "Mozilla/5.0 (compatible; Googlebot/2.1)";
        let case = Case::new("GET", &world.paper.path(ARTICLE)).with("User-Agent", agent);
        self.ask(aim(&world, &asker, false), &case, false);
        world.paper.visitor_of(&[ARTICLE]);
        for question in world.names.asked() {
            let found = decode::articles_in(question.as_bytes());
            self.check(found.is_empty(), || format!("the name system was asked about {found:?}"));
        }
        let what = request.directive("observe").unwrap_or("").to_lowercase();
        let is = |words: &[&str]| words.iter().any(|word| what.contains(word));
        if is(&["mail", "letter", "mime"]) {
            return self.mails_that_went_out(&world);
        }
        if is(&["push", "notification"]) {
            self.nothing_is_pushed(&world);
        }
        self.note("Nothing leaves the house but questions to the name system.".to_owned());
    }

    /// Everything that is written to readers while they register, read, buy, give, cancel and withdraw: no part of any
    /// mail, in words, in HTML or as it would go over the wire, holds a word of a body.
    fn mails_that_went_out(&self, world: &World) {
        for (_, account) in super::super::readers::everybody() {
            let mut asker = world.account(account);
            world.paper.read(&mut asker.jar, ARTICLE);
        }
        world.paper.hear();
        let mails = world.paper.mails_as_sent();
        self.count_sent();
        self.check(mails.len() > 10, || format!("only {} mails were written", mails.len()));
        for mail in &mails {
            let found = decode::articles_in(mail.as_bytes());
            self.check(found.is_empty(), || format!("a mail holds words of {found:?}"));
        }
        self.note(
            "Mails tell of sign-ins, payments, gifts and statements, and quote no article."
                .to_owned(),
        );
    }

    /// There is nothing to push with: no page asks for it, no worker is there, and no route takes an address for it.
    fn nothing_is_pushed(&self, world: &World) {
        let page = world.paper.get(&world.paper.path(ARTICLE)).text();
        let scripts = page.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next());
        for script in scripts.filter(|script| script.contains(".js")) {
            self.count_sent();
            let text = world.paper.get(script).text();
            for word in ["pushManager", "PushManager", "Notification", "serviceWorker"] {
                self.check(!text.contains(word), || format!("{script} names {word}"));
            }
        }
        let asker = world.asker("none").unwrap();
        for path in ["/push", "/push/subscribe", "/api/push", "/sw.js", "/notifications"] {
            let answer = self.ask(aim(world, &asker, false), &Case::new("GET", path), false);
            self.check(answer.is_some_and(|a| a.status == 404), || format!("{path} is there"));
        }
        self.note("The paper sends no push messages, and asks no browser for them.".to_owned());
    }
}

/// What the newsroom did, where a row says so.
pub(super) fn change(after: &str) -> Option<Change> {
    match after {
        "withdrawn" | "unpublished" | "retracted" | "deleted" => Some((
            ARTICLE,
            "access = \"metered\"",
            "access = \"metered\"\nwithdrawn_at = 2026-09-16T12:00:00-03:00",
        )),
        "locked" | "relocked" | "metered" | "paywalled" | "access-change" | "free-to-metered" => {
            Some(LOCKED)
        }
        _ => None,
    }
}
