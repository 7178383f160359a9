//! Something that stands in front of a paper, on loopback: a plain proxy, or a cache that is badly set up.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use crate::http::exchange;
use crate::program::PATIENCE;

/// What the front does with answers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Hands them on.
    Plain,
    /// Keeps the first for each address and method, looks at no cookie and no Cache-Control, and gives it to everybody.
    KeepsAll,
    /// The same for GET; POSTs go through.
    KeepsPages,
    /// Takes every Set-Cookie off.
    TakesCookies,
}

pub(crate) struct Front {
    pub(crate) address: String,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Front {
    pub(crate) fn start(paper: &str, manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, paper) = (Arc::clone(&stop), paper.to_owned());
        let thread = std::thread::spawn(move || {
            let mut kept = HashMap::new();
            for stream in listener.incoming() {
                if stopped.load(Ordering::Acquire) {
                    return;
                }
                if let Ok(stream) = stream {
                    answer(stream, &paper, manner, &mut kept);
                }
            }
        });
        Self { address, stop, thread: Some(thread) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        let _ = TcpStream::connect(&self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn answer(mut stream: TcpStream, paper: &str, manner: Manner, kept: &mut HashMap<String, Vec<u8>>) {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let (line, rest) = head.split_once("\r\n").unwrap();
    let keeps = match manner {
        Manner::KeepsAll => true,
        Manner::KeepsPages => line.starts_with("GET "),
        Manner::Plain | Manner::TakesCookies => false,
    };
    let bytes = match kept.get(line).filter(|_| keeps) {
        Some(bytes) => bytes.clone(),
        None => {
            let request = format!("{line}\r\nConnection: close\r\n{}", without(rest, "connection"));
            exchange(paper, request.as_bytes())
        }
    };
    if keeps {
        kept.insert(line.to_owned(), bytes.clone());
    }
    let bytes = if manner == Manner::TakesCookies { take_cookies(&bytes) } else { bytes };
    let _ = stream.write_all(&bytes);
}

/// A head without one of its headers.
fn without(head: &str, name: &str) -> String {
    let lines = head.split_inclusive("\r\n");
    let is_it = |line: &&str| line.to_ascii_lowercase().starts_with(&format!("{name}:"));
    lines.filter(|line| !is_it(line)).collect()
}

fn take_cookies(bytes: &[u8]) -> Vec<u8> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    [without(head, "set-cookie").as_bytes(), &bytes[end..]].concat()
}
