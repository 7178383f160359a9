//! The program is ended as a power cut ends it, again and again, while readers open articles and pay: what it has
//! acknowledged is there afterwards, and nothing was done twice. Bounded in time, whatever the machine.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use gate::{Clock, Random};
use jiff::Timestamp;
use providers::payments::{Cashier, Payments, ToldWhat};
use rusqlite::{Connection, OpenFlags};

use crate::http::{Answer, take};
use crate::program::{PATIENCE, Room, Served, until};

/// How long the program is killed over and over, and how often at most.
const KILLING: Duration = Duration::from_secs(16);
const KILLS_MAX: usize = 14;
/// Between a start and its end.
const LIVES_AT_LEAST_MS: u64 = 120;
const LIVES_AT_MOST_MS: u64 = 900;
/// Readers at once.
const READERS: usize = 3;
/// An article for subscribers.
const LOCKED: &str = "/harbour/sill-survey";
/// The allowance of visitors in the sample paper.
const ALLOWANCE: i64 = 5;
/// Visitors who read at once.
const VISITORS: usize = 6;

/// A browser: its cookies, and requests that may be cut off at any point.
#[derive(Clone, Default, Debug)]
struct Browser {
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// One request; `None` where no whole answer came, and nobody knows what became of it.
    fn ask(
        &mut self,
        address: &str,
        method: &str,
        path: &str,
        form: Option<&str>,
    ) -> Option<Answer> {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\n"
        );
        if !cookies.is_empty() {
            head += &format!("Cookie: {}\r\n", cookies.join("; "));
        }
        if let Some(form) = form {
            head += &format!(
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
                form.len()
            );
        }
        let answer = whole(address, &format!("{head}\r\n{}", form.unwrap_or("")).into_bytes());
        if answer.is_none() {
            breathe();
        }
        let answer = answer?;
        for (_, value) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let pair = value.split(';').next().and_then(|pair| pair.split_once('='));
            if let Some((name, value)) = pair {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Some(answer)
    }
}

/// Sends a request; an answer that came whole.
fn whole(address: &str, request: &[u8]) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    stream.write_all(request).ok()?;
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    take(&bytes).map(|(answer, _)| answer)
}

/// Lets a program that is gone be gone, instead of asking it thousands of times.
fn breathe() {
    thread::sleep(Duration::from_millis(3));
}

/// Fields as a form sends them.
fn form(fields: &[(&str, &str)]) -> String {
    let escaped = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let pairs = fields.iter().map(|(name, value)| format!("{name}={}", escaped(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// The value of a hidden field.
fn hidden(text: &str, name: &str) -> Option<String> {
    let mark = format!("name=\"{name}\" value=\"");
    let value = text.split_once(&mark)?.1.split('"').next()?;
    let plain = value.replace("&#x27;", "'").replace("&#x2f;", "/").replace("&quot;", "\"");
    Some(plain.replace("&amp;", "&"))
}

/// A reader on the way from registering to reading, and what was acknowledged of it.
#[derive(Clone, Default, Debug)]
struct Buyer {
    browser: Browser,
    is_registered: bool,
    /// Where the order is paid.
    cashier: Option<String>,
    /// Where the cashier leads once it is paid.
    paid: Option<String>,
    /// Whether the paper has said that it knows of the payment.
    is_known: bool,
    /// How often the article was read since.
    read: usize,
}

impl Buyer {
    /// The next step, sent once. What was not answered is sent again another time, as people do.
    fn step(&mut self, address: &str, plan: &str) {
        if !self.is_registered {
            let become_one = form(&[("become", "registered")]);
            let mut fresh = Browser::default();
            let answer = fresh.ask(address, "POST", "/demo", Some(&become_one));
            if answer.is_some_and(|answer| answer.status == 303) {
                (self.browser, self.is_registered) = (fresh, true);
            }
        } else if self.paid.is_none() && self.cashier.is_none() {
            self.order(address, plan);
        } else if let (Some(at), None) = (self.cashier.clone(), &self.paid) {
            let card = form(&[("card", "good")]);
            let answer = self.browser.ask(address, "POST", &at, Some(&card));
            let answer = answer.filter(|answer| answer.status == 303);
            self.paid = answer.and_then(|answer| answer.header("location").map(str::to_owned));
        } else if let (Some(paid), false) = (self.paid.clone(), self.is_known) {
            let answer = self.browser.ask(address, "GET", &paid, None);
            self.is_known = answer.is_some_and(|answer| answer.status == 303);
        } else if let Some(answer) = self.browser.ask(address, "GET", LOCKED, None) {
            let told = (answer.status, answer.text.contains("wallbox"), answer.is_open());
            assert_eq!(told, (200, false, true), "whoever has paid meets a wall");
            self.read += 1;
            // Pressed once more, as with the way back of the browser: it is paid already.
            if self.read == 1 {
                let (at, card) = (self.cashier.clone().unwrap(), form(&[("card", "good")]));
                let _ = self.browser.ask(address, "POST", &at, Some(&card));
            }
        }
    }

    fn order(&mut self, address: &str, plan: &str) {
        let Some(page) = self.browser.ask(address, "GET", plan, None) else { return };
        if page.status == 503 {
            return;
        }
        let terms = hidden(&page.text, "terms");
        let terms = terms.unwrap_or_else(|| panic!("{}: {}", page.status, page.text));
        let period = hidden(&page.text, "period").unwrap();
        let fields =
            form(&[("back", LOCKED), ("period", &period), ("terms", &terms), ("agreed", "yes")]);
        let answer = self.browser.ask(address, "POST", plan, Some(&fields));
        let answer = answer.filter(|answer| answer.status == 303);
        self.cashier = answer.and_then(|answer| answer.header("location").map(str::to_owned));
    }

    fn is_done(&self) -> bool {
        self.read >= 2
    }
}

fn now() -> Timestamp {
    Clock::system(Timestamp::MIN).now()
}

fn database(room: &Room) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let file = room.path("paper").join(store::DATABASE);
    let connection = Connection::open_with_flags(file, flags).unwrap();
    connection.busy_timeout(PATIENCE).unwrap();
    connection
}

fn number(room: &Room, query: &str) -> i64 {
    database(room).query_row(query, [], |row| row.get(0)).unwrap()
}

fn texts(room: &Room, query: &str) -> Vec<String> {
    let raw = database(room);
    let mut query = raw.prepare(query).unwrap();
    query.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

/// The cashier as its own side sees it: it signs with the paper's secret.
fn cashier(room: &Room) -> Cashier {
    let secret = std::fs::read(room.path("paper/secret.key")).unwrap();
    Cashier::open(&room.path("paper/cashier.json"), secret.try_into().unwrap()).unwrap()
}

/// Sends what a provider would about a subscription; the event's id, where it was taken.
fn tell(room: &Room, address: &str, subscription: &str) -> Option<String> {
    let event = cashier(room).event(subscription, now())?;
    let mut request = format!(
        "POST /webhooks/payments HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nStripe-Signature: {}\r\n\
         Content-Length: {}\r\n\r\n",
        event.signature,
        event.body.len()
    )
    .into_bytes();
    request.extend_from_slice(&event.body);
    let answer = whole(address, &request)?;
    assert!(matches!(answer.status, 200 | 503), "{}: {}", answer.status, answer.text);
    let told: serde_json::Value = serde_json::from_slice(&event.body).unwrap();
    (answer.status == 200).then(|| told["id"].as_str().unwrap().to_owned())
}

/// Lets something go on until the program is killed at an instant that nobody has chosen, and again after each start.
fn killed_again_and_again<'r>(
    start: &dyn Fn() -> Served<'r>,
    random: &Random,
    mut during: impl FnMut(&str, &AtomicBool, &dyn Fn()),
) -> usize {
    let begun = Instant::now();
    let mut kills = 0;
    while begun.elapsed() < KILLING && kills < KILLS_MAX {
        let served = Mutex::new(Some(start()));
        let address = served.lock().unwrap().as_ref().unwrap().address.clone();
        let is_over = AtomicBool::new(false);
        let spread = LIVES_AT_MOST_MS - LIVES_AT_LEAST_MS;
        let lives = LIVES_AT_LEAST_MS + u64::from(u16::from_le_bytes(random.bytes())) % spread;
        let end = || {
            thread::sleep(Duration::from_millis(lives));
            served.lock().unwrap().take().unwrap().kill();
            is_over.store(true, Ordering::Relaxed);
        };
        during(&address, &is_over, &end);
        kills += 1;
    }
    kills
}

#[test]
fn killed_while_readers_pay_nothing_that_was_acknowledged_is_lost_or_done_twice() {
    let room = Room::new();
    let demo = room.demo();
    let offers = Browser::default().ask(&demo.address, "GET", "/offers", None).unwrap().text;
    let start = offers.find("/subscribe/").unwrap();
    let plan = offers[start..].split(['"', '?']).next().unwrap().to_owned();
    // A paper keeps its address: an order names it.
    let listen = demo.address.clone();
    demo.stop();
    let demo = || room.serve(&["demo", "--data", "paper", "--listen", &listen]);
    let random = Random::counted(27);
    let buyers: Vec<Mutex<Vec<Buyer>>> = (0..READERS).map(|_| Mutex::default()).collect();
    let acknowledged = Mutex::new(BTreeSet::new());
    let operations = AtomicUsize::new(0);
    let kills = killed_again_and_again(&demo, &random, |address, is_over, end| {
        thread::scope(|scope| {
            for slot in &buyers {
                let (plan, operations) = (&plan, &operations);
                scope.spawn(move || {
                    let mut buyers = slot.lock().unwrap();
                    while !is_over.load(Ordering::Relaxed) {
                        if buyers.last().is_none_or(Buyer::is_done) {
                            buyers.push(Buyer::default());
                        }
                        buyers.last_mut().unwrap().step(address, plan);
                        operations.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            let (room, acknowledged, operations) = (&room, &acknowledged, &operations);
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    for subscription in texts(room, "SELECT id FROM subscriptions") {
                        let event = tell(room, address, &subscription);
                        acknowledged.lock().unwrap().extend(event);
                        operations.fetch_add(1, Ordering::Relaxed);
                        if is_over.load(Ordering::Relaxed) {
                            break;
                        }
                    }
                    thread::sleep(Duration::from_millis(5));
                }
            });
            end();
        });
    });
    let demo = demo();
    let mut all: Vec<Buyer> =
        buyers.into_iter().flat_map(|slot| slot.into_inner().unwrap()).collect();
    // Whoever was in the middle of it goes on.
    for buyer in &mut all {
        until("a reader who goes on", || {
            buyer.step(&demo.address, &plan);
            buyer.is_done().then_some(())
        });
    }
    let waiting = "SELECT count(*) FROM hints WHERE applied_at IS NULL";
    until("events to be applied", || (number(&room, waiting) == 0).then_some(()));
    // Every reader who has paid still reads, and every event that was taken is applied.
    for buyer in &mut all {
        let answer = buyer.browser.ask(&demo.address, "GET", LOCKED, None).unwrap();
        assert!(answer.is_open() && !answer.text.contains("wallbox"), "{}", answer.text);
    }
    assert_eq!(demo.stop().code(), Some(0));
    let applied: BTreeSet<String> =
        texts(&room, "SELECT id FROM hints WHERE applied_at IS NOT NULL").into_iter().collect();
    let acknowledged = acknowledged.into_inner().unwrap();
    let lost: Vec<&String> = acknowledged.difference(&applied).collect();
    assert!(lost.is_empty(), "{lost:?}");
    // One reader, one order, one contract, one payment, one fact, one receipt.
    let cashier = cashier(&room);
    let subscriptions = texts(&room, "SELECT id FROM subscriptions");
    assert_eq!(subscriptions.len(), all.len());
    let readers = "SELECT count(DISTINCT reader) FROM subscriptions";
    assert_eq!(number(&room, readers), i64::try_from(all.len()).unwrap());
    for subscription in &subscriptions {
        let read = cashier.subscription(subscription, now()).unwrap().expect("a contract");
        let paid = |what: &ToldWhat| matches!(what, ToldWhat::Paid { .. });
        assert_eq!(read.told.iter().filter(|told| paid(&told.what)).count(), 1, "{read:?}");
    }
    let file: serde_json::Value =
        serde_json::from_slice(&std::fs::read(room.path("paper/cashier.json")).unwrap()).unwrap();
    let orders = file["orders"].as_array().unwrap();
    let contracts = orders.iter().filter(|order| !order["contract"].is_null());
    assert_eq!(contracts.count(), all.len(), "an order more was charged");
    let paid = "SELECT count(*) FROM ledger WHERE document LIKE '{\"what\":\"paid\"%'";
    assert_eq!(number(&room, paid), i64::try_from(all.len()).unwrap());
    let receipts = "SELECT count(*) FROM mails WHERE kind = 'receipt'";
    let receivers = "SELECT count(DISTINCT recipient) FROM mails WHERE kind = 'receipt'";
    assert_eq!(number(&room, receipts), number(&room, receivers), "a receipt came twice");
    let told = room.run(&["ledger", "check", "--data", "paper"]).fine();
    assert!(
        told.contains(&format!("{} subscriptions were read back, 0 differ", all.len())),
        "{told}"
    );
    let operations = operations.into_inner();
    assert!(
        kills >= 3 && operations > 30 && !all.is_empty(),
        "{kills} kills, {operations} requests"
    );
    println!(
        "{kills} kills in {operations} requests: {} readers paid, {} events were taken",
        all.len(),
        acknowledged.len()
    );
}

/// Articles of the sample paper that a reading opens.
fn metered(address: &str) -> Vec<String> {
    let mut found = Vec::new();
    for section in ["/harbour", "/city", "/opinion"] {
        let page = Browser::default().ask(address, "GET", section, None).unwrap().text;
        let links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let links = links.map(|link| link.replace("&#x2f;", "/"));
        let mark = format!("{section}/");
        found.extend(links.filter(|link| link.starts_with(&mark) && !link.contains('?')));
    }
    found.sort();
    found.dedup();
    found.retain(|path| {
        let text = Browser::default().ask(address, "GET", path, None).unwrap().text;
        text.contains("data-state=\"ask\"")
    });
    found.truncate(12);
    found
}

/// A visitor, and the articles whose opening was acknowledged.
#[derive(Clone, Default, Debug)]
struct Visitor {
    browser: Browser,
    opened: BTreeSet<String>,
    next: usize,
}

impl Visitor {
    fn step(&mut self, address: &str, articles: &[String]) {
        let article = &articles[self.next % articles.len()];
        let reading = format!("{article}/reading");
        let Some(answer) = self.browser.ask(address, "POST", &reading, Some("")) else { return };
        self.next += 1;
        // A redirect to the reading is made once it is kept; a wall is a page.
        if answer.status == 303 && !self.browser.cookies.is_empty() {
            self.opened.insert(article.clone());
        }
    }
}

#[test]
fn killed_while_visitors_read_what_was_acknowledged_is_open_and_nothing_beyond_the_allowance() {
    let room = Room::new();
    room.filled();
    room.write(
        "masthead.toml",
        "data = \"paper\"\nlisten = \"127.0.0.1:0\"\noperator_listen = \"127.0.0.1:0\"\n",
    );
    let serve = || room.serve(&["serve", "--config", "masthead.toml"]);
    let first = serve();
    let articles = metered(&first.address);
    assert!(articles.len() > 8, "{articles:?}");
    assert_eq!(first.stop().code(), Some(0));
    let random = Random::counted(72);
    let visitors: Vec<Arc<Mutex<Vec<Visitor>>>> = (0..VISITORS).map(|_| Arc::default()).collect();
    let operations = AtomicUsize::new(0);
    let kills = killed_again_and_again(&serve, &random, |address, is_over, end| {
        thread::scope(|scope| {
            for slot in &visitors {
                let (articles, operations) = (&articles, &operations);
                scope.spawn(move || {
                    let mut visitors = slot.lock().unwrap();
                    while !is_over.load(Ordering::Relaxed) {
                        if visitors.last().is_none_or(|visitor| visitor.next >= articles.len()) {
                            visitors.push(Visitor::default());
                        }
                        visitors.last_mut().unwrap().step(address, articles);
                        operations.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            end();
        });
    });
    let paper = serve();
    let (mut acknowledged, mut known) = (0, 0);
    for slot in &visitors {
        for visitor in slot.lock().unwrap().iter_mut().rev().take(40) {
            known += 1;
            for article in visitor.opened.clone() {
                let answer = visitor.browser.ask(&paper.address, "GET", &article, None).unwrap();
                assert!(answer.is_open(), "{article} was opened by {visitor:?}");
                acknowledged += 1;
            }
            assert!(visitor.opened.len() <= usize::try_from(ALLOWANCE).unwrap(), "{visitor:?}");
        }
    }
    assert_eq!(paper.stop().code(), Some(0));
    let most =
        "SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM readings GROUP BY person)";
    assert!(number(&room, most) <= ALLOWANCE, "more were opened than the allowance says");
    let operations = operations.into_inner();
    assert!(kills >= 3 && acknowledged > 10, "{kills} kills, {acknowledged} readings");
    println!(
        "{kills} kills in {operations} requests: {known} visitors, {acknowledged} readings kept"
    );
}

/// Writers of the newsroom at once.
const WRITERS: usize = 3;
/// How a text that was written ends: without it, half of it is there.
const WHOLE: &str = "and that is all.";

/// Somebody of the newsroom who writes one article after the other, and what was acknowledged of it.
#[derive(Clone, Default, Debug)]
struct Writer {
    browser: Browser,
    is_in: bool,
    /// The article that is being written: its path at the desk and the version that was acknowledged.
    current: Option<(String, u64)>,
    /// What was published, and what was kept when.
    published: Vec<String>,
    kept: BTreeMap<String, u64>,
    /// Files that were brought, by what stands in them.
    brought: Vec<String>,
    next: usize,
}

impl Writer {
    fn step(&mut self, address: &str, number: usize) {
        if !self.is_in {
            let mut fresh = Browser::default();
            let become_one = form(&[("become", "editor")]);
            let answer = fresh.ask(address, "POST", "/demo", Some(&become_one));
            if answer.is_some_and(|answer| answer.status == 303) {
                (self.browser, self.is_in) = (fresh, true);
            }
            return;
        }
        self.next += 1;
        match self.next % 6 {
            4 => self.bring(address, number),
            5 => self.publish(address),
            _ => self.keep(address),
        }
    }

    fn fields(&self, act: &str, version: u64) -> String {
        let words = format!("Written {} times over. ", self.next).repeat(400);
        let text = format!("{words}\n\n<!-- paywall -->\n\n{words}{WHOLE}\n");
        form(&[
            ("act", act),
            ("made_from", &version.to_string()),
            ("published_version", "0"),
            ("headline", "Written under fire"),
            ("section", "harbour"),
            ("access", "metered"),
            ("genre", "news"),
            ("tab", "w"),
            ("text", &text),
        ])
    }

    fn keep(&mut self, address: &str) {
        let (at, version) = self.current.clone().unwrap_or(("/desk/articles".to_owned(), 0));
        let fields = self.fields("keep", version);
        let Some(answer) = self.browser.ask(address, "POST", &at, Some(&fields)) else {
            // Nobody knows whether that was kept: the next one is begun.
            self.current = None;
            return;
        };
        if answer.status != 200 {
            assert!(matches!(answer.status, 409 | 503), "{}: {}", answer.status, answer.text);
            self.current = None;
            return;
        }
        let told: serde_json::Value = serde_json::from_str(&answer.text).unwrap();
        let (at, version) = (told["address"].as_str().unwrap(), told["version"].as_u64().unwrap());
        self.kept.insert(at.to_owned(), version);
        self.current = Some((at.to_owned(), version));
    }

    fn publish(&mut self, address: &str) {
        let Some((at, version)) = self.current.take() else { return };
        let fields = self.fields("publish", version);
        self.kept.remove(&at);
        let answer = self.browser.ask(address, "POST", &at, Some(&fields));
        if answer.is_some_and(|answer| answer.status == 303) {
            self.published.push(at);
        }
    }

    fn bring(&mut self, address: &str, number: usize) {
        let inside = format!("notes {number} {} {}", self.next, "x".repeat(200_000));
        let cookies = self.browser.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        let body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"notes-{number}-{}.pdf\"\r\n\
             Content-Type: application/pdf\r\n\r\n{inside}\r\n--b--\r\n",
            self.next
        );
        let request = format!(
            "POST /desk/media HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\n\
             Cookie: {}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: {}\r\n\r\n{body}",
            cookies.collect::<Vec<_>>().join("; "),
            body.len()
        );
        match whole(address, request.as_bytes()) {
            Some(answer) if answer.status == 303 => self.brought.push(inside),
            Some(answer) => assert_eq!(answer.status, 503, "{}", answer.text),
            None => breathe(),
        }
    }
}

#[test]
fn killed_while_the_newsroom_writes_nothing_is_half_done_and_nothing_acknowledged_is_lost() {
    let room = Room::new();
    let first = room.demo();
    let listen = first.address.clone();
    first.stop();
    let demo = || room.serve(&["demo", "--data", "paper", "--listen", &listen]);
    let random = Random::counted(91);
    let writers: Vec<Mutex<Writer>> = (0..WRITERS).map(|_| Mutex::default()).collect();
    let operations = AtomicUsize::new(0);
    let kills = killed_again_and_again(&demo, &random, |address, is_over, end| {
        thread::scope(|scope| {
            for (number, slot) in writers.iter().enumerate() {
                let operations = &operations;
                scope.spawn(move || {
                    let mut writer = slot.lock().unwrap();
                    while !is_over.load(Ordering::Relaxed) {
                        writer.step(address, number);
                        operations.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            end();
        });
    });
    let paper = demo();
    let address = paper.address.clone();
    let (mut kept, mut published, mut brought) = (0, 0, 0);
    for slot in &writers {
        let mut writer = slot.lock().unwrap();
        for (at, version) in writer.kept.clone() {
            let answer = writer.browser.ask(&address, "GET", &at, None).unwrap();
            assert_eq!(answer.status, 200, "{at}: {}", answer.text);
            let now: u64 = hidden(&answer.text, "made_from").unwrap().parse().unwrap();
            // A publishing that was not answered may have been made.
            assert!(now >= version || now == 0, "{at}: {version} was acknowledged, {now} is there");
            assert!(answer.text.contains(WHOLE), "{at} has half a text");
            kept += 1;
        }
        for at in writer.published.clone() {
            let answer = writer.browser.ask(&address, "GET", &at, None).unwrap();
            let (_, top) = answer.text.split_once("desk-top").expect("a page of the desk");
            let href = top.split("href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
            let href = href.replace("&#x2f;", "/");
            let page = Browser::default().ask(&address, "GET", &href, None).unwrap();
            assert_eq!(page.status, 200, "{at} is not at {href}");
            assert!(page.text.contains("Written under fire") && !page.text.contains(WHOLE));
            published += 1;
        }
        brought += writer.brought.len();
    }
    assert_eq!(paper.stop().code(), Some(0));
    // A file that was acknowledged is there, whole, and every row of a file has one.
    let media = room.path("paper").join("media");
    let mut inside = BTreeSet::new();
    for entry in std::fs::read_dir(&media).unwrap().flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|ending| ending == "pdf") {
            inside.insert(std::fs::read(&path).unwrap());
        }
    }
    for slot in &writers {
        let lost = slot
            .lock()
            .unwrap()
            .brought
            .iter()
            .filter(|one| !inside.contains(one.as_bytes()))
            .count();
        assert_eq!(lost, 0, "files were acknowledged and are gone");
    }
    let rows = "SELECT files.hash || '.' || media.mime FROM files JOIN media ON media.hash = files.hash WHERE files.name LIKE 'attachments/notes-%'";
    for name in texts(&room, rows) {
        let file = std::fs::read_to_string(media.join(&name))
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(
            file.starts_with("notes ") && file.ends_with('x') && file.len() > 200_000,
            "{name}"
        );
    }
    let halves = "SELECT count(*) FROM drafts WHERE source NOT LIKE '%and that is all.%' AND document LIKE '%Written under fire%'";
    assert_eq!(number(&room, halves), 0);
    let without = "SELECT count(*) FROM articles WHERE id NOT IN (SELECT article FROM revisions) AND json_extract(head, '$.headline') = 'Written under fire'";
    assert_eq!(number(&room, without), 0, "an article came out without its revision");
    let unnoted = "SELECT count(*) FROM articles WHERE json_extract(head, '$.headline') = 'Written under fire' AND id NOT IN (SELECT article FROM deeds WHERE deed = 'published')";
    assert_eq!(number(&room, unnoted), 0, "an article came out without its record");
    let operations = operations.into_inner();
    assert!(
        kills >= 3 && kept + published > 5 && brought > 0,
        "{kills} kills, {kept}, {published}, {brought}"
    );
    println!(
        "{kills} kills in {operations} requests: {kept} drafts, {published} articles, {brought} files"
    );
}
