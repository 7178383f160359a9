//! Mails over a real server: aiosmtpd on loopback. What is queued arrives with both texts and the right head; what the
//! server refuses for now is tried again, for good is not; and one that is killed in the middle goes out no second time.

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use gate::Clock;
use jiff::Timestamp;
use paywall::PaperId;
use store::{MailCounts, MailRow, MailState, NewMail, Options, Store};

use crate::http::get;
use crate::name_server::NameServer;
use crate::program::{Room, Running, Served, until};

/// What the server does: takes mails into a folder, and refuses or keeps silent as the recipient's name asks.
const SERVER: &str = r#"
import asyncio, os

class Handler:
    def __init__(self, folder):
        self.folder = folder
        self.refused = set()

    @classmethod
    def from_cli(cls, parser, *args):
        return cls(args[0])

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 5.1.1 nobody here"
        if address.startswith("later") and address not in self.refused:
            self.refused.add(address)
            return "451 4.2.1 come back"
        if address.startswith("silent"):
            await asyncio.sleep(600)
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope):
        number = len(os.listdir(self.folder))
        with open(f"{self.folder}/{number}.part", "wb") as file:
            file.write(envelope.original_content)
        os.rename(f"{self.folder}/{number}.part", f"{self.folder}/{number}.eml")
        if envelope.rcpt_tos[0].startswith("held"):
            await asyncio.sleep(600)
        return "250 taken"
"#;

pub(crate) struct Server {
    _running: Running,
    address: String,
    folder: PathBuf,
}

impl Server {
    pub(crate) fn start(room: &Room) -> Self {
        let folder = room.path("arrived");
        std::fs::create_dir(&folder).unwrap();
        room.write("courant_server.py", SERVER);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        drop(listener);
        let started = Command::new("aiosmtpd")
            .args(["-n", "-l", &address, "-c", "courant_server.Handler"])
            .arg(&folder)
            .env("PYTHONPATH", room.path("."))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let started = started.unwrap_or_else(|error| {
            panic!("aiosmtpd cannot be started ({error}); install the Debian package `python3-aiosmtpd`")
        });
        let server = Self { _running: Running(started), address, folder };
        until("aiosmtpd", || TcpStream::connect(&server.address).ok());
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("smtp://{}?tls=none", self.address)
    }

    /// What has arrived, in order.
    fn arrived(&self) -> Vec<String> {
        let files = std::fs::read_dir(&self.folder).unwrap().map(|file| file.unwrap().path());
        let mut files: Vec<PathBuf> =
            files.filter(|path| path.extension().is_some_and(|e| e == "eml")).collect();
        files.sort();
        files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
    }
}

pub(crate) fn wait<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// The paper's store, beside the program that serves it.
pub(crate) fn store(room: &Room) -> Store {
    Store::open(&room.path("paper"), PaperId([1; 16]), &Options::default()).unwrap()
}

pub(crate) fn now() -> Timestamp {
    Clock::system(Timestamp::MIN).now()
}

pub(crate) fn queue(store: &Store, kind: &'static str, to: &str) {
    let mail = NewMail {
        kind,
        recipient: to.to_owned(),
        subject: "4821 9034 is your code for The Merrin Courant".to_owned(),
        plain: "Your code: 4821 9034\nGrüße\n.\n".to_owned(),
        html: "<!DOCTYPE html><p>Your code: <b>4821 9034</b></p>".to_owned(),
        once: None,
        due_at: now(),
        unsubscribe: None,
    };
    assert!(wait(store.queue_mail(mail, now())).unwrap());
}

#[track_caller]
fn row(store: &Store, to: &str) -> MailRow {
    let rows = wait(store.mails_lately(50)).unwrap();
    rows.into_iter().find(|row| row.recipient == to).unwrap()
}

#[track_caller]
fn until_state(store: &Store, to: &str, state: MailState) -> MailRow {
    until(&format!("{to} {state:?}"), || {
        Some(row(store, to)).filter(|row| row.state == state && row.tries > 0)
    })
}

#[track_caller]
fn serve<'a>(room: &'a Room, variables: &[(&str, &str)]) -> Served<'a> {
    let listen = ["--listen", "127.0.0.1:0", "--operator-listen", "127.0.0.1:0"];
    room.serve_with(&[&["serve", "--data", "paper"][..], &listen].concat(), variables)
}

#[test]
fn a_mail_arrives_with_both_texts_and_the_right_head() {
    let room = Room::new();
    room.filled();
    let server = Server::start(&room);
    let url = server.url();
    let served = serve(
        &room,
        &[("MASTHEAD_MAIL_URL", &url), ("MASTHEAD_MAIL_FROM", "desk@courant.example")],
    );
    let store = store(&room);
    queue(&store, "sign-in", "ada@example.org");
    let mail = until("the mail", || server.arrived().pop());
    for line in [
        "From: \"The Merrin Courant\" <desk@courant.example>\r\n",
        "To: ada@example.org\r\n",
        "Subject: 4821 9034 is your code for The Merrin Courant\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "Content-Type: multipart/alternative;",
        "Content-Type: text/plain; charset=utf-8\r\n",
        "Content-Type: text/html; charset=utf-8\r\n",
        "<b>4821 9034</b>",
        "MIME-Version: 1.0\r\n",
        "Date: ",
    ] {
        assert!(mail.contains(line), "{line:?} in\n{mail}");
    }
    let ids = mail
        .lines()
        .filter(|line| line.starts_with("Message-ID: <") && line.ends_with("@courant.example>"));
    assert_eq!(ids.count(), 1, "{mail}");
    let sent = until_state(&store, "ada@example.org", MailState::Sent);
    assert!(sent.subject.is_empty() && sent.plain.is_empty(), "a code is not kept");
    assert!(!served.logged().contains("ada@example.org"), "{}", served.logged());
    assert_eq!(server.arrived().len(), 1);
}

#[test]
fn what_is_refused_for_now_is_tried_again_and_for_good_is_not_and_silence_holds_up_nobody() {
    let room = Room::new();
    room.filled();
    let server = Server::start(&room);
    let url = server.url();
    let served = serve(
        &room,
        &[("MASTHEAD_MAIL_URL", &url), ("MASTHEAD_MAIL_FROM", "desk@courant.example")],
    );
    let store = store(&room);
    queue(&store, "receipt", "silent@example.org");
    until("silence", || {
        (row(&store, "silent@example.org").state == MailState::Sending).then_some(())
    });
    queue(&store, "receipt", "later@example.org");
    queue(&store, "receipt", "nobody@example.org");
    queue(&store, "sign-in", "ada@example.org");
    until_state(&store, "ada@example.org", MailState::Sent);
    let refused = until_state(&store, "nobody@example.org", MailState::Failed);
    assert!(refused.reason.unwrap().contains("nobody here"));
    let waiting = until_state(&store, "later@example.org", MailState::Waiting);
    assert!(waiting.reason.unwrap().contains("come back"));
    // A minute passes at once.
    let raw = rusqlite::Connection::open(room.path("paper").join(store::DATABASE)).unwrap();
    raw.execute("UPDATE mails SET due_at = 0 WHERE recipient = 'later@example.org'", []).unwrap();
    let again = until_state(&store, "later@example.org", MailState::Sent);
    assert_eq!(again.tries, 2);
    let left = until_state(&store, "silent@example.org", MailState::Waiting);
    assert_eq!((left.tries, server.arrived().len()), (1, 2), "it is tried again, later");
    let metrics = get(&served.operator, "/metrics", None);
    assert!(metrics.text.contains("masthead_mails_failed 1\n"), "{}", metrics.text);
    assert!(metrics.text.contains("masthead_mails_waiting 1\n"), "{}", metrics.text);
}

#[test]
fn killed_while_the_server_has_it_a_mail_goes_out_no_second_time() {
    let room = Room::new();
    room.filled();
    let server = Server::start(&room);
    let url = server.url();
    let variables =
        [("MASTHEAD_MAIL_URL", url.as_str()), ("MASTHEAD_MAIL_FROM", "desk@courant.example")];
    let served = serve(&room, &variables);
    let store = store(&room);
    queue(&store, "receipt", "held@example.org");
    until("the mail", || (server.arrived().len() == 1).then_some(()));
    served.kill();
    let served = serve(&room, &variables);
    assert_eq!(row(&store, "held@example.org").state, MailState::Unsure);
    queue(&store, "receipt", "ada@example.org");
    until_state(&store, "ada@example.org", MailState::Sent);
    assert_eq!(server.arrived().len(), 2);
    assert!(served.logged().contains("unsure=1"), "{}", served.logged());
    let counts = wait(store.mail_counts()).unwrap();
    assert_eq!(counts, MailCounts { waiting: 0, failed: 0, unsure: 1 });
}

#[test]
fn without_a_server_mails_wait_and_a_demo_sends_none() {
    let room = Room::new();
    room.filled();
    let served = serve(&room, &[]);
    let store = store(&room);
    queue(&store, "receipt", "ada@example.org");
    let line = "mails wait and none is sent";
    until("the log", || served.logged().contains(line).then_some(()));
    assert_eq!(served.logged().matches(line).count(), 1);
    assert_eq!(served.stop().code(), Some(0));
    let server = Server::start(&room);
    let url = server.url();
    let listen = ["--data", "paper", "--listen", "127.0.0.1:0"];
    let demo = room.serve_with(
        &[&["demo"][..], &listen].concat(),
        &[("MASTHEAD_MAIL_URL", &url), ("MASTHEAD_MAIL_FROM", "desk@courant.example")],
    );
    queue(&store, "sign-in", "bob@example.org");
    // What a paper would have sent by the time that a page is read twice over.
    let page = until("the mailbox", || {
        let page = get(&demo.address, "/demo/mailbox", None);
        page.text.contains("bob@example.org").then_some(page)
    });
    assert!(page.text.contains("ada@example.org"), "{}", page.text);
    assert_eq!(demo.stop().code(), Some(0));
    assert_eq!(server.arrived(), Vec::<String>::new());
    assert_eq!(row(&store, "bob@example.org").state, MailState::Waiting);
}

#[test]
fn a_doctor_greets_the_server_and_gives_it_nothing() {
    let room = Room::new();
    room.filled();
    let server = Server::start(&room);
    let names = NameServer::start(&[
        ("courant.example", &["v=spf1 a -all"]),
        ("_dmarc.courant.example", &["v=DMARC1; p=reject"]),
    ]);
    let config = |url: &str| {
        let text =
            format!("data = \"paper\"\nmail_url = {url:?}\nmail_from = \"desk@courant.example\"\n");
        room.write("masthead.toml", text);
        let names = names.address.to_string();
        room.run(&["doctor", "--config", "masthead.toml", "--name-server", &names])
    };
    let found = config(&server.url()).fine();
    assert!(found.contains("ok     mail server: ") && found.contains("in the open"), "{found}");
    // With TLS demanded the same server is refused, and the password stays here.
    let ran = config(&format!("smtp://desk:hunter2@{}", server.address));
    assert_eq!(ran.status.code(), Some(1));
    assert!(
        ran.out.contains("WRONG  mail server: ") && ran.out.contains("STARTTLS"),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains("hunter2") && !ran.err.contains("hunter2"));
    let shown = room.run(&["check", "--config", "masthead.toml"]).fine();
    assert!(shown.contains("mail_url") && !shown.contains("hunter2"), "{shown}");
    assert_eq!(server.arrived(), Vec::<String>::new());
    // The sample paper registers readers, and they need a code.
    room.write("masthead.toml", "data = \"paper\"\n");
    let ran = room.run(&["doctor", "--config", "masthead.toml"]);
    assert_eq!(ran.status.code(), Some(1));
    assert!(
        ran.out.contains("WRONG  mail server: registration is on; set mail_url"),
        "{}",
        ran.out
    );
}
