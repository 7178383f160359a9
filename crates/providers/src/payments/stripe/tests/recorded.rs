//! A server on loopback that answers from a script and records what it was asked: for what nobody else's server has.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

/// One request that arrived.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// Method and path with its query, decoded.
    pub(super) what: String,
    /// Header lines, names in small letters.
    head: Vec<(String, String)>,
    /// The form, decoded.
    pub(super) form: Vec<(String, String)>,
}

impl Asked {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.head.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.form.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }
}

/// The server: each line of its script answers once, in whatever order it is asked.
pub(super) struct Recorded {
    pub(super) address: String,
    script: Arc<Mutex<Vec<(String, u16, String)>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Recorded {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (script, asked) = (Arc::<Mutex<Vec<(String, u16, String)>>>::default(), Arc::default());
        let server = Self { address, script: Arc::clone(&script), asked: Arc::clone(&asked) };
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(request) = heard(&mut stream) else { continue };
                let mut script = script.lock().unwrap();
                let place = script.iter().position(|(what, ..)| *what == request.what);
                let answer = place.map(|place| script.remove(place));
                let missing = || format!("{{\"error\":{{\"message\":\"no {}\"}}}}", request.what);
                let (_, status, body) = answer.unwrap_or_else(|| (String::new(), 404, missing()));
                asked.lock().unwrap().push(request);
                let head = format!(
                    "HTTP/1.1 {status} Said\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                let _ = stream.write_all(head.as_bytes());
                let _ = stream.write_all(body.as_bytes());
            }
        });
        server
    }

    /// Answers `what` once.
    pub(super) fn says(&self, what: &str, status: u16, body: &impl ToString) -> &Self {
        self.script.lock().unwrap().push((what.to_owned(), status, body.to_string()));
        self
    }

    /// Answers `what` once with this.
    pub(super) fn gives(&self, what: &str, body: &Value) -> &Self {
        self.says(what, 200, body)
    }

    /// What was asked since the last time; the whole script has to be used up by then.
    #[track_caller]
    pub(super) fn asked(&self) -> Vec<Asked> {
        let left = self.script.lock().unwrap();
        assert!(left.is_empty(), "never asked: {left:?}; asked: {:?}", self.asked.lock().unwrap());
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

fn heard(stream: &mut TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split(' ');
    let what = format!("{} {}", words.next()?, decoded(words.next()?));
    let (mut head, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        let name = name.to_ascii_lowercase();
        if name == "content-length" {
            length = value.parse().ok()?;
        }
        head.push((name, value.to_owned()));
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).ok()?;
    let pairs = body.split('&').filter(|pair| !pair.is_empty());
    let form = pairs.filter_map(|pair| pair.split_once('='));
    let form = form.map(|(name, value)| (decoded(name), decoded(value))).collect();
    Some(Asked { what, head, form })
}

fn decoded(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.bytes());
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                let digits = std::str::from_utf8(&digits).unwrap();
                bytes.push(u8::from_str_radix(digits, 16).unwrap());
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).unwrap()
}
