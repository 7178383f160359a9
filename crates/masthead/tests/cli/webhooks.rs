//! Webhooks, told by the program over HTTP: signed, again after a kill, not inside of networks that the operator did not name, and switched
//! off where nothing is taken.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};

use jiff::{SignedDuration, Timestamp};
use paywall::PaperId;
use serde_json::Value;
use store::{DeliveryState, Doer, EventKind, NewWebhook, Options, Store};

use crate::program::{PATIENCE, Room, Served, until};

const SALT: [u8; 16] = [9; 16];

fn store(room: &Room) -> Store {
    Store::open(&room.path("paper"), PaperId([0; 16]), &Options::default()).unwrap()
}

fn wait<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn now() -> Timestamp {
    // The wall clock of the program, as it is served.
    #[expect(clippy::disallowed_methods, reason = "the program under test has the machine's clock")]
    Timestamp::now()
}

/// Adds a webhook to a paper; its number.
fn hook(store: &Store, url: &str) -> i64 {
    let new = NewWebhook {
        name: "Archive".to_owned(),
        url: url.to_owned(),
        events: EventKind::ALL.to_vec(),
        salt: SALT,
    };
    let at = now() - SignedDuration::from_secs(60);
    wait(store.make_webhook(new, Doer::operator(), at)).unwrap().unwrap()
}

fn serve<'r>(room: &'r Room, networks: &str) -> Served<'r> {
    let place =
        ["serve", "--data", "paper", "--listen", "127.0.0.1:0", "--operator-listen", "127.0.0.1:0"];
    room.serve_with(&place, &[("MASTHEAD_WEBHOOK_NETWORKS", networks)])
}

/// A message: its head in small letters, its text, and whoever waits for the answer.
struct Heard {
    head: String,
    text: String,
    stream: TcpStream,
}

impl Heard {
    fn header(&self, name: &str) -> String {
        let line = self.head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.unwrap_or_else(|| panic!("{name}: {}", self.head)).trim().to_owned()
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    fn answer(mut self, status: &str) {
        let answer =
            format!("HTTP/1.1 {status}\r\nContent-Length: 4\r\nConnection: close\r\n\r\n<b>x");
        self.stream.write_all(answer.as_bytes()).unwrap();
    }
}

fn next(listener: &TcpListener) -> Heard {
    let (stream, _) = listener.accept().unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').unwrap_or((&line, ""));
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().unwrap();
        }
        head += &format!("{}: {}\n", name.to_ascii_lowercase(), value.trim());
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    Heard { head, text: String::from_utf8(body).unwrap(), stream }
}

/// Whether a message is signed with a secret: asked of the program in docs/operating/webhooks.md, which is none of ours.
fn is_signed(heard: &Heard, secret: &str) -> bool {
    let page = include_str!("../../../../docs/operating/webhooks.md");
    let program = page.split("```python\n").nth(1).unwrap().split("```").next().unwrap();
    let asked = format!(
        "{program}\nimport sys\nsecret, id, timestamp, signatures = sys.argv[1:]\n\
         print(is_ours(secret, id, timestamp, sys.stdin.buffer.read(), signatures))\n"
    );
    let [id, at, signatures] =
        ["webhook-id", "webhook-timestamp", "webhook-signature"].map(|name| heard.header(name));
    let mut python = Command::new("python3");
    python.args(["-c", &asked, secret, &id, &at, &signatures]);
    let mut child = python.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(heard.text.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap().trim() == "True"
}

/// The secret of that salt, as the desk shows it.
fn secret(room: &Room) -> String {
    let key: [u8; 32] = std::fs::read(room.path("paper/secret.key")).unwrap().try_into().unwrap();
    let key = blake3::derive_key("masthead 2026 webhook", &key);
    providers::shown_secret(blake3::keyed_hash(&key, &SALT).as_bytes())
}

#[test]
fn what_was_written_before_a_kill_is_told_after_it() {
    let room = Room::new();
    room.filled();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let kept = store(&room);
    hook(&kept, &format!("http://{}/hear", listener.local_addr().unwrap()));
    kept.close();
    // A fact, and its event in the same commit; nobody serves the paper, and nobody ever closes it.
    let listed = room.run(&["article", "--data", "paper", "list", "--json", "--limit", "1"]).fine();
    let listed: Value = serde_json::from_str(&listed).unwrap();
    let id = listed["articles"][0]["id"].as_str().unwrap().to_owned();
    room.run(&["article", "--data", "paper", "withdraw", &id]).fine();
    let served = serve(&room, "127.0.0.0/8");
    let first = next(&listener);
    assert!(first.head.starts_with("post /hear http/1.1"), "{}", first.head);
    let told = first.json();
    assert_eq!(
        (&told["type"], &told["data"]["id"]),
        (&"article.withdrawn".into(), &id.as_str().into())
    );
    assert_eq!(told["data"].as_object().unwrap().len(), 1, "ids and nothing else: {told}");
    assert!(is_signed(&first, &secret(&room)));
    assert!(!is_signed(&first, &providers::shown_secret(&[1; 32])));
    let name = first.header("webhook-id");
    // It has heard, and the program ends before it hears the answer: the message comes again under its name.
    served.kill();
    drop(first);
    let kept = store(&room);
    let lease = now() + SignedDuration::from_secs(120);
    let due = wait(kept.take_delivery(Vec::new(), lease)).unwrap().unwrap();
    assert_eq!((due.message.as_str(), due.tries), (name.as_str(), 2));
    // As if that one had ended without an answer, too: it is due again now.
    assert!(wait(kept.deliver_again(due.webhook.number, due.number, now())).unwrap());
    kept.close();
    let served = serve(&room, "127.0.0.0/8");
    let again = next(&listener);
    assert_eq!((again.header("webhook-id"), &again.text), (name, &told.to_string()));
    again.answer("500 No");
    // It is tried again by itself, and the log says what came of each try.
    let third = next(&listener);
    third.answer("204 No Content");
    let kept = store(&room);
    let row = until("the last try is kept", || {
        let log = wait(kept.deliveries_of(1, None, 10)).unwrap();
        log.into_iter().next().filter(|row| row.state == DeliveryState::Delivered)
    });
    let statuses: Vec<Option<u16>> = row.tries.iter().map(|(_, one)| one.status).collect();
    assert_eq!(statuses, [Some(500), Some(204)]);
    assert_eq!(row.tries[0].1.answer, "<b>x");
    kept.close();
    assert_eq!(served.stop().code(), Some(0));
}

#[test]
fn a_slow_receiver_holds_up_its_own_messages_and_nobody_else_s() {
    let room = Room::new();
    room.filled();
    let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    let kept = store(&room);
    for (place, listener) in listeners.iter().enumerate() {
        let number = hook(&kept, &format!("http://{}/hear", listener.local_addr().unwrap()));
        for message in 1..=4 {
            let name = format!("evt_test_{place}_{message}");
            assert!(wait(kept.test_webhook(number, name, now())).unwrap());
        }
    }
    kept.close();
    let served = serve(&room, "127.0.0.1");
    let [slow, quick] = &listeners;
    // More messages than there are threads wait for the one that says nothing; the other one gets all of its own meanwhile.
    let first = next(slow);
    for _ in 1..=4 {
        next(quick).answer("204 No Content");
    }
    slow.set_nonblocking(true).unwrap();
    assert!(slow.accept().is_err(), "it was told something else before it had answered");
    slow.set_nonblocking(false).unwrap();
    let first_name = first.header("webhook-id");
    first.answer("204 No Content");
    let second = next(slow);
    assert_ne!(second.header("webhook-id"), first_name);
    second.answer("204 No Content");
    assert_eq!(served.stop().code(), Some(0));
}

#[test]
fn networks_that_the_operator_did_not_name_are_not_called() {
    let room = Room::new();
    room.filled();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let kept = store(&room);
    let port = listener.local_addr().unwrap().port();
    let number = hook(&kept, &format!("https://localhost:{port}/hear"));
    wait(kept.test_webhook(number, "evt_test_1".to_owned(), now())).unwrap();
    kept.close();
    let served = serve(&room, "");
    let kept = store(&room);
    let row = until("a try is kept", || {
        let log = wait(kept.deliveries_of(number, None, 10)).unwrap();
        log.into_iter().next().filter(|row| !row.tries.is_empty())
    });
    let told = &row.tries[0].1;
    assert_eq!(told.status, None);
    assert!(told.answer.contains("private network"), "{}", told.answer);
    kept.close();
    assert_eq!(served.stop().code(), Some(0));
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_err(), "somebody called");
}

#[test]
fn a_receiver_that_is_gone_is_switched_off_and_its_owners_are_told() {
    let room = Room::new();
    room.filled();
    room.run(&["staff", "--data", "paper", "set", "ada@courant.example", "--role", "owner"]).fine();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let kept = store(&room);
    let number = hook(&kept, &format!("http://{}/hear", listener.local_addr().unwrap()));
    wait(kept.test_webhook(number, "evt_test_1".to_owned(), now())).unwrap();
    kept.close();
    let served = serve(&room, "127.0.0.1");
    next(&listener).answer("410 Gone");
    let kept = store(&room);
    let row =
        until("it is off", || wait(kept.webhook(number)).unwrap().filter(|row| row.off.is_some()));
    assert_eq!(row.off.unwrap().1, "410");
    let mails = wait(kept.mails_of("ada@courant.example".to_owned())).unwrap();
    assert_eq!((mails.len(), mails[0].kind.as_str()), (1, "webhook-off"));
    kept.close();
    assert_eq!(served.stop().code(), Some(0));
}
