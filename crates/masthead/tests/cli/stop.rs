//! SIGTERM and SIGINT: no new connections, answers under way are finished, and the program ends well.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use socket2::{Domain, Socket, Type};

use crate::http::{ask, get, take};
use crate::program::{PATIENCE, Room, Running, Served, signal, until};

/// So many pictures that they do not fit into the buffers between two programs, asked for in so few bytes that the
/// server has read them all: what it has not read makes the system throw away what was sent.
const PICTURES: usize = 100;

/// A connection on which little can be under way unread.
fn narrow(address: &str) -> TcpStream {
    let address: SocketAddr = address.parse().unwrap();
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    socket.connect(&address.into()).unwrap();
    let stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Asks for many pictures at once and reads only the beginning of the first. Also gives the length of one.
fn begin(demo: &Served<'_>) -> (TcpStream, Vec<u8>, usize) {
    let address = &*demo.address;
    let length = |path: &String| {
        let picture = ask(address, "HEAD", path, &[]);
        picture.header("content-length").unwrap().parse::<usize>().unwrap()
    };
    let pictures = get(address, "/", None).pictures();
    let largest = pictures.iter().max_by_key(|path| length(path)).unwrap();
    assert!(length(largest) > 100_000, "too small to fill a buffer");
    let mut stream = narrow(address);
    let request = format!("GET {largest} HTTP/1.1\r\nHost: a\r\n\r\n");
    stream.write_all(request.repeat(PICTURES).as_bytes()).unwrap();
    let mut bytes = vec![0; 100];
    stream.read_exact(&mut bytes).unwrap();
    // It goes on until the buffers are full, and then answers no more.
    let (mut answered, mut same) = (String::new(), 0);
    until("that it cannot go on", || {
        let now = get(&demo.operator, "/metrics", None).text;
        same = if now == answered { same + 1 } else { 0 };
        answered = now;
        (same > 30).then_some(())
    });
    (stream, bytes, length(largest))
}

#[test]
fn an_answer_under_way_is_finished() {
    let room = Room::new();
    let arguments = ["demo", "--data", "paper", "--listen", "127.0.0.1:0"];
    let mut demo = room.serve_with(&arguments, &[("MASTHEAD_LOG", "info")]);
    let (mut stream, mut bytes, length) = begin(&demo);
    demo.terminate();
    until("that it says so", || demo.logged().contains("stopping").then_some(()));
    until("that nobody else gets in", || TcpStream::connect(&demo.address).err());
    assert!(demo.is_running(), "it went away with an answer half sent");
    stream.read_to_end(&mut bytes).unwrap();
    let (mut rest, mut answers) = (&bytes[..], 0);
    while let Some((answer, after)) = take(rest) {
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-length"), Some(&*length.to_string()));
        (rest, answers) = (after, answers + 1);
    }
    assert!(rest.is_empty(), "an answer was cut after {} of its bytes", rest.len());
    assert!((1..PICTURES).contains(&answers), "{answers} answers");
    assert_eq!(demo.ended().code(), Some(0));
}

#[test]
fn a_reader_that_takes_nothing_does_not_hold_it_up_for_ever() {
    let room = Room::new();
    let arguments = ["demo", "--data", "paper", "--listen", "127.0.0.1:0"];
    let mut demo = room.serve_with(&arguments, &[("MASTHEAD_DRAIN_SECONDS", "1")]);
    let (stream, ..) = begin(&demo);
    demo.terminate();
    assert_eq!(demo.ended().code(), Some(0));
    assert!(demo.logged().contains("drain time"), "{}", demo.logged());
    drop(stream);
}

#[test]
fn idle_connections_do_not_hold_it_up_and_its_port_is_free() {
    let room = Room::new();
    let demo = room.serve_with(
        &["demo", "--data", "paper", "--listen", "127.0.0.1:0"],
        &[("MASTHEAD_DRAIN_SECONDS", "600")],
    );
    let address = demo.address.clone();
    let operator = demo.operator.clone();
    let silent = TcpStream::connect(&address).unwrap();
    let mut between = TcpStream::connect(&address).unwrap();
    let request = format!("GET /robots.txt HTTP/1.1\r\nHost: {address}\r\n\r\n");
    between.write_all(request.as_bytes()).unwrap();
    let mut bytes = vec![0; 15];
    between.read_exact(&mut bytes).unwrap();
    assert_eq!(bytes, b"HTTP/1.1 200 OK");
    assert_eq!(demo.stop().code(), Some(0));
    for address in [address, operator] {
        TcpListener::bind(&address).unwrap_or_else(|error| panic!("{address}: {error}"));
    }
    drop(silent);
}

#[test]
fn a_signal_that_comes_at_once_is_not_lost() {
    let room = Room::new();
    room.filled();
    for name in ["TERM", "INT", "TERM", "INT", "TERM"] {
        let child = room
            .command(&["demo", "--data", "paper", "--listen", "127.0.0.1:0"])
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let mut child = Running(child);
        // Its first line comes before the last one: the signal meets it while it still talks.
        let mut line = [0; 10];
        child.0.stdout.as_mut().unwrap().read_exact(&mut line).unwrap();
        signal(name, child.0.id());
        let status = until("its end", || child.0.try_wait().unwrap());
        assert_eq!(status.code(), Some(0), "{name}");
    }
}

#[test]
fn what_was_answered_before_the_end_is_there_after_it() {
    let room = Room::new();
    let demo = room.demo();
    let (cookie, _) = crate::http::open(&demo.address, "/city/tram-three", None);
    assert_eq!(demo.stop().code(), Some(0));
    let left = crate::program::listing(&room.path("paper"));
    let wal = left.iter().find(|(path, _)| path.ends_with("masthead.sqlite-wal"));
    assert_eq!(wal, None, "the database was not closed: {left:?}");
    let demo = room.demo();
    assert!(get(&demo.address, "/city/tram-three", Some(&cookie)).is_open());
}

#[cfg(target_os = "linux")]
#[test]
fn a_reader_that_asks_and_never_reads_takes_little_memory() {
    let room = Room::new();
    let demo = room.demo();
    let resident = || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", demo.id())).unwrap();
        let line = crate::program::after(&status, "VmRSS:").unwrap();
        line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap()
    };
    let mut stream = narrow(&demo.address);
    stream.set_write_timeout(Some(std::time::Duration::from_millis(500))).unwrap();
    get(&demo.address, "/robots.txt", None);
    let before = resident();
    let request = "GET /robots.txt HTTP/1.1\r\nHost: a\r\n\r\n".repeat(5_000);
    // A million of them, or until the server takes no more, which is the point.
    for _ in 0..200 {
        if stream.write_all(request.as_bytes()).is_err() {
            break;
        }
    }
    let grown = resident().saturating_sub(before);
    assert!(grown < 32 * 1_024, "{grown} kB for one connection");
    assert_eq!(get(&demo.address, "/robots.txt", None).status, 200, "others are answered");
}
