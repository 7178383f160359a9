//! `masthead newsletters`, and how the paper's sender is told: over HTTP, signed, in order, and again after the program was killed.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use jiff::Timestamp;
use paywall::PaperId;
use store::{Options, SignUpState, Store, ToSender};

use crate::program::{Room, Served};

const SECRET: &str = "a secret of the courier";
const URL: (&str, &str) = ("MASTHEAD_PUBLIC_URL", "https://courant.example");

/// Writes down what addresses want, while nobody serves the paper.
fn choose(room: &Room, choices: &[(&str, &str, SignUpState)]) {
    let store = Store::open(&room.path("paper"), PaperId([0; 16]), &Options::default()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let now: Timestamp = "2026-09-16T17:30:00Z".parse().unwrap();
    for (mail, newsletter, state) in choices {
        let chosen = vec![((*newsletter).to_owned(), *state)];
        let sender = ToSender { key: [7; 32], is_there: true };
        let chosen = store.choose_newsletters((*mail).to_owned(), chosen, sender, now);
        runtime.block_on(chosen).unwrap();
    }
    store.close();
}

fn serve<'r>(room: &'r Room, listener: &TcpListener) -> Served<'r> {
    let url = format!("http://{}/hear", listener.local_addr().unwrap());
    room.serve_with(
        &[
            "serve",
            "--data",
            "paper",
            "--listen",
            "127.0.0.1:0",
            "--operator-listen",
            "127.0.0.1:0",
        ],
        &[
            URL,
            ("MASTHEAD_NEWSLETTER_WEBHOOK_URL", &url),
            ("MASTHEAD_NEWSLETTER_WEBHOOK_SECRET", SECRET),
        ],
    )
}

/// The next message: its head in small letters, its body, and whoever waits for the answer.
fn next(listener: &TcpListener) -> (String, serde_json::Value, TcpStream) {
    let (stream, _) = listener.accept().unwrap();
    stream.set_read_timeout(Some(crate::program::PATIENCE)).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
        head += &line;
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    (head, serde_json::from_slice(&body).unwrap(), stream)
}

fn answer(mut stream: TcpStream) {
    let answer = "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    stream.write_all(answer.as_bytes()).unwrap();
}

#[test]
fn the_sender_is_told_in_order_and_nothing_is_lost_when_the_program_is_killed() {
    let room = Room::new();
    room.filled();
    choose(
        &room,
        &[
            ("ada@reader.example", "tides", SignUpState::On),
            ("ada@reader.example", "tides", SignUpState::Off),
            ("bob@reader.example", "city", SignUpState::On),
        ],
    );
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let served = serve(&room, &listener);
    let (head, first, waiting) = next(&listener);
    assert!(head.starts_with("post /hear http/1.1"), "{head}");
    assert!(head.contains("masthead-signature: t=") && head.contains(",v1="), "{head}");
    assert_eq!((&first["address"], &first["state"]), (&"ada@reader.example".into(), &"on".into()));
    let ends = first["unsubscribe"].as_str().unwrap();
    assert!(ends.starts_with("https://courant.example/unsubscribe/"), "{ends}");
    // It has heard, and the program ends before it hears the answer.
    served.kill();
    drop(waiting);
    let served = serve(&room, &listener);
    let (_, again, waiting) = next(&listener);
    assert_eq!(again, first, "the same message under the same number");
    answer(waiting);
    let mut rest = Vec::new();
    for _ in 0..2 {
        let (_, message, waiting) = next(&listener);
        answer(waiting);
        let text = |name: &str| message[name].as_str().unwrap().to_owned();
        rest.push((text("address"), text("state")));
    }
    assert!(rest.contains(&("ada@reader.example".to_owned(), "off".to_owned())), "{rest:?}");
    assert!(rest.contains(&("bob@reader.example".to_owned(), "on".to_owned())), "{rest:?}");
    assert_eq!(served.stop().code(), Some(0));
    let list = room.run(&["newsletters", "--data", "paper", "list"]).fine();
    assert!(!list.contains("wait for the sender"), "{list}");
}

#[test]
fn the_list_is_printed_and_no_program_for_tables_takes_it_for_a_formula() {
    let room = Room::new();
    room.filled();
    let run = |act: &[&str]| {
        room.run_with(&[&["newsletters", "--data", "paper"][..], act].concat(), &[URL]).fine()
    };
    assert!(run(&["list"]).contains("nobody has asked for a newsletter yet"));
    choose(
        &room,
        &[
            ("=cmd|x@reader.example", "tides", SignUpState::On),
            ("ada@reader.example", "city", SignUpState::On),
            ("ada@reader.example", "tides", SignUpState::On),
            ("ada@reader.example", "tides", SignUpState::Off),
        ],
    );
    let list = run(&["list"]);
    assert!(list.contains("tides: 1 want it, 1 have ended it"), "{list}");
    assert!(list.contains("4 wait for the sender"), "{list}");
    let all = run(&["export"]);
    let lines: Vec<&str> = all.lines().collect();
    assert_eq!(lines[0], "address,newsletter,state,since,unsubscribe");
    assert!(lines[1].starts_with("\"'=cmd|x@reader.example\",\"tides\",\"on\",\"2026-"), "{all}");
    assert!(lines[1].contains(",\"https://courant.example/unsubscribe/"), "{all}");
    assert_eq!(lines.len(), 4);
    let tides = run(&["export", "--newsletter", "tides"]);
    assert_eq!(tides.lines().count(), 3);
    assert!(tides.contains("\"ada@reader.example\",\"tides\",\"off\""), "{tides}");
    // Without an address of the paper there is nothing that would end them.
    let refused = room.run(&["newsletters", "--data", "paper", "export"]).refused_in_a_line();
    assert!(refused.contains("set public_url"), "{refused}");
}
