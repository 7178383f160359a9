//! A name server on loopback: it knows the texts that a test gives it, and answers over UDP or, where that is too small,
//! over TCP, as name servers do.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::Arc;
use std::thread;

/// What fits into an answer over UDP here, in bytes.
const UDP_BYTES_MAX: usize = 512;
const HEAD_BYTES: usize = 12;
/// Tries to get the same port for both.
const PORT_TRIES: usize = 20;

type Texts = HashMap<String, Vec<String>>;

/// The server. It ends with the test's process.
pub(crate) struct NameServer {
    pub(crate) address: SocketAddr,
    /// Held open where nobody answers.
    _silent: Option<(TcpListener, UdpSocket)>,
}

impl NameServer {
    /// Knows these texts of these names, and of all others that there are none.
    pub(crate) fn start(texts: &[(&str, &[&str])]) -> Self {
        let owned = |(name, texts): &(&str, &[&str])| {
            ((*name).to_owned(), texts.iter().map(|text| (*text).to_owned()).collect())
        };
        let texts: Arc<Texts> = Arc::new(texts.iter().map(owned).collect());
        let (listener, socket) = sockets();
        let address = listener.local_addr().unwrap();
        let known = Arc::clone(&texts);
        thread::spawn(move || {
            let mut asked = [0; UDP_BYTES_MAX];
            while let Ok((length, from)) = socket.recv_from(&mut asked) {
                let whole = answer(&asked[..length], &known);
                let fits = whole.len() <= UDP_BYTES_MAX;
                let answer = if fits { whole } else { cut(&asked[..length]) };
                let _ = socket.send_to(&answer, from);
            }
        });
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let known = Arc::clone(&texts);
                thread::spawn(move || converse(stream, &known));
            }
        });
        Self { address, _silent: None }
    }

    /// Takes questions and answers none.
    pub(crate) fn silent() -> Self {
        let (listener, socket) = sockets();
        let address = listener.local_addr().unwrap();
        Self { address, _silent: Some((listener, socket)) }
    }
}

fn sockets() -> (TcpListener, UdpSocket) {
    (0..PORT_TRIES)
        .find_map(|_| {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let socket = UdpSocket::bind(listener.local_addr().unwrap()).ok()?;
            Some((listener, socket))
        })
        .expect("a port that is free for both")
}

fn converse(mut stream: TcpStream, texts: &Texts) {
    let mut length = [0; 2];
    while stream.read_exact(&mut length).is_ok() {
        let mut asked = vec![0; usize::from(u16::from_be_bytes(length))];
        if stream.read_exact(&mut asked).is_err() {
            return;
        }
        let answer = answer(&asked, texts);
        let length = u16::try_from(answer.len()).unwrap().to_be_bytes();
        if stream.write_all(&[&length[..], &answer].concat()).is_err() {
            return;
        }
    }
}

/// Head and question of an answer, and the name that was asked for.
fn begin(asked: &[u8], flags: u16, answers: usize) -> Vec<u8> {
    let mut answer = asked[..2].to_vec();
    let counts = [flags, 1, u16::try_from(answers).unwrap(), 0, 0];
    answer.extend(counts.into_iter().flat_map(u16::to_be_bytes));
    answer.extend(&asked[HEAD_BYTES..question(asked).1]);
    answer
}

/// The name of the question, and where the question ends.
fn question(asked: &[u8]) -> (String, usize) {
    let (mut place, mut labels) = (HEAD_BYTES, Vec::new());
    while asked[place] > 0 {
        let end = place + 1 + usize::from(asked[place]);
        labels.push(String::from_utf8(asked[place + 1..end].to_ascii_lowercase()).unwrap());
        place = end;
    }
    (labels.join("."), place + 5)
}

fn answer(asked: &[u8], texts: &Texts) -> Vec<u8> {
    const FOUND: u16 = 0x8580;
    const NO_SUCH_NAME: u16 = 0x8583;
    let Some(found) = texts.get(&question(asked).0) else { return begin(asked, NO_SUCH_NAME, 0) };
    let mut answer = begin(asked, FOUND, found.len());
    for text in found {
        let parts = text.as_bytes().chunks(255);
        let data: Vec<u8> = parts
            .flat_map(|part| [&[u8::try_from(part.len()).unwrap()][..], part].concat())
            .collect();
        // The name of the question; a text, of the internet, for a minute.
        answer.extend([0xC0, 0x0C, 0, 16, 0, 1, 0, 0, 0, 60]);
        answer.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        answer.extend(data);
    }
    answer
}

/// That the answer is too long for UDP.
fn cut(asked: &[u8]) -> Vec<u8> {
    const CUT: u16 = 0x8780;
    begin(asked, CUT, 0)
}
