//! A small HTTP client: one request on one connection, and what came back, byte for byte.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::program::PATIENCE;

/// One answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Name and value of the cookie that it sets.
    pub(crate) fn cookie(&self) -> Option<String> {
        Some(self.header("set-cookie")?.split(';').next()?.to_owned())
    }

    /// Whether the page is a whole article.
    pub(crate) fn is_open(&self) -> bool {
        self.text.contains("data-state=\"open\"")
    }

    /// The code on the wall.
    pub(crate) fn code(&self) -> Option<String> {
        let is_code = |word: &&str| {
            let groups: Vec<usize> = word.split('-').map(str::len).collect();
            groups == [4, 5, 5]
                && word.bytes().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'Z' | b'-'))
        };
        let ends = |c: char| !(c.is_ascii_alphanumeric() || c == '-');
        self.text.split(ends).find(is_code).map(str::to_owned)
    }

    /// Addresses of pictures.
    pub(crate) fn pictures(&self) -> Vec<String> {
        let texts = self.text.split("src=\"").skip(1);
        let addresses = texts.filter_map(|rest| rest.split('"').next());
        let addresses = addresses.map(|address| address.replace("&#x2f;", "/"));
        addresses.filter(|address| address.starts_with("/media/")).collect()
    }
}

/// Sends a request and reads to the end.
#[track_caller]
pub(crate) fn ask(address: &str, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
    if !headers.iter().any(|(name, _)| *name == "Host") {
        head += &format!("Host: {address}\r\n");
    }
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    if method == "POST" {
        head += "Content-Length: 0\r\n";
    }
    head += "\r\n";
    let bytes = exchange(address, head.as_bytes());
    if method == "HEAD" { parse_head(&bytes).expect("a head").0 } else { parse(&bytes) }
}

/// Sends bytes and reads all that comes back.
#[track_caller]
pub(crate) fn exchange(address: &str, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(request).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    bytes
}

#[track_caller]
fn parse(bytes: &[u8]) -> Answer {
    let (answer, rest) = take(bytes).expect("a whole answer");
    assert!(rest.is_empty(), "bytes behind the answer");
    answer
}

/// Takes one whole answer off the bytes; `None` where it is cut short.
pub(crate) fn take(bytes: &[u8]) -> Option<(Answer, &[u8])> {
    let (mut answer, rest) = parse_head(bytes)?;
    let length: usize = answer.header("content-length").map_or(0, |length| length.parse().unwrap());
    let body = rest.get(..length)?;
    answer.text = String::from_utf8_lossy(body).into_owned();
    Some((answer, &rest[length..]))
}

/// Status and headers, and what stands behind them.
fn parse_head(bytes: &[u8]) -> Option<(Answer, &[u8])> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    Some((Answer { status, headers, text: String::new() }, &bytes[end + 4..]))
}

#[track_caller]
pub(crate) fn get(address: &str, path: &str, cookie: Option<&str>) -> Answer {
    let cookie: Vec<_> = cookie.map(|cookie| ("Cookie", cookie)).into_iter().collect();
    ask(address, "GET", path, &cookie)
}

/// Presses the article's button.
#[track_caller]
pub(crate) fn press(address: &str, article: &str, cookie: Option<&str>) -> Answer {
    let mut headers = vec![("Sec-Fetch-Site", "same-origin")];
    headers.extend(cookie.map(|cookie| ("Cookie", cookie)));
    ask(address, "POST", &format!("{article}/reading"), &headers)
}

/// Opens an article as a new browser does: presses the button, follows the redirect. The cookie, and what was read.
#[track_caller]
pub(crate) fn open(address: &str, article: &str, cookie: Option<&str>) -> (String, Answer) {
    let pressed = press(address, article, cookie);
    let cookie = pressed.cookie().or_else(|| cookie.map(str::to_owned)).expect("a cookie");
    if pressed.status != 303 {
        return (cookie, pressed);
    }
    let read = get(address, &format!("{article}/reading"), Some(&cookie));
    (cookie, read)
}
