//! One request as it is sent, and its answer, whichever way it went: straight into the site, over a socket, or through a
//! cache. Nothing is judged here.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use web::Sent;

use super::filling;
use super::variants::Trick;
use super::worlds::{World, host};
use crate::ask::{Ask, Reply};
use crate::decode;
use crate::paper::wait;
use crate::wire::{Raw, exchange};

/// The longest head that goes straight into the site: a longer one never gets so far.
const HEAD_BYTES_MAX: usize = 15 * 1024;

/// A request with everything filled in.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) version: &'static str,
    /// In their order, with Host and Cookie.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    pub(crate) peer: IpAddr,
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// 0 where the connection was closed without one.
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    /// As it was sent.
    pub(crate) body: Vec<u8>,
}

impl Case {
    pub(crate) fn new(method: &str, target: &str) -> Self {
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            version: "HTTP/1.1",
            headers: vec![("Host".to_owned(), host().to_owned())],
            body: String::new(),
            peer: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
        }
    }

    /// In the place of a header of that name, or beside the others.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(given, _)| !given.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut named = self.headers.iter().filter(|(given, _)| given.eq_ignore_ascii_case(name));
        named.next().map(|(_, value)| value.as_str())
    }

    /// The page's button, pressed by somebody who sends these headers.
    pub(crate) fn pressed(&self, path: &str) -> Self {
        let mut form = Self { method: "POST".to_owned(), target: path.to_owned(), ..self.clone() };
        form.body.clear();
        let origin = format!("http://{}", host());
        for (name, value) in [
            ("Origin", origin.as_str()),
            ("Sec-Fetch-Site", "same-origin"),
            ("Content-Length", "0"),
        ] {
            if form.header(name).is_none() {
                form.headers.push((name.to_owned(), value.to_owned()));
            }
        }
        form
    }

    /// The page's script.
    pub(crate) fn by_script(&self, path: &str) -> Self {
        self.pressed(path)
            .with("Accept", "application/json")
            .with("Idempotency-Key", "AAAAAAAAAAAAAAAAAAAAAA")
    }

    pub(crate) fn play(&mut self, trick: Trick) {
        match trick {
            Trick::AbsoluteForm => {
                let named = self.header("Host").unwrap_or(host()).to_owned();
                self.target = format!("http://{named}{}", self.target);
                self.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("host"));
                self.headers.insert(0, ("Host".to_owned(), host().to_owned()));
            }
            Trick::NoHost => {
                self.version = "HTTP/1.0";
                self.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("host"));
            }
            Trick::DuplicateHost => self.headers.insert(0, ("Host".to_owned(), host().to_owned())),
            Trick::Fullwidth => self.target = filling::fullwidth(&self.target),
            Trick::Decomposed => self.target = filling::decomposed(&self.target),
            Trick::UpperCase => self.target = self.target.to_uppercase(),
            Trick::Twice => {}
        }
    }

    /// The bytes of the request.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut text = format!("{} {} {}\r\n", self.method, self.target, self.version);
        for (name, value) in &self.headers {
            text += &format!("{name}: {value}\r\n");
        }
        if !self.body.is_empty() && self.header("Content-Length").is_none() {
            text += &format!("Content-Length: {}\r\n", self.body.len());
        }
        if self.header("Connection").is_none() {
            text += "Connection: close\r\n";
        }
        format!("{text}\r\n{}", self.body).into_bytes()
    }

    /// The request as the site sees it; `None` where none would ever reach it like this.
    pub(crate) fn to_ask(&self) -> Option<Ask> {
        let uri: http::Uri = self.target.parse().ok()?;
        let hosts = self.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("host"));
        let is_plain =
            self.version == "HTTP/1.1" && hosts.count() == 1 && uri.path_and_query().is_some();
        let length: usize =
            self.headers.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
        if !is_plain || length > HEAD_BYTES_MAX || self.method == "CONNECT" {
            return None;
        }
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            headers.append(name, HeaderValue::from_bytes(value.as_bytes()).ok()?);
        }
        if !self.body.is_empty() && !headers.contains_key("content-length") {
            headers.insert("content-length", HeaderValue::from(self.body.len()));
        }
        let method = Method::from_bytes(self.method.as_bytes()).ok()?;
        Some(Ask {
            method,
            target: self.target.clone(),
            headers,
            peer: self.peer,
            sent: Sent::Nothing,
        })
    }

    /// Straight into the site.
    pub(crate) fn in_process(&self, world: &World) -> Option<Answer> {
        let ask = self.to_ask()?;
        ask.target.parse::<http::Uri>().ok()?;
        let sent = match self.body.as_str() {
            "" => Sent::Nothing,
            body => Sent::Whole(Bytes::from(body.to_owned())),
        };
        let site = &world.paper.site;
        Some(Answer::from(wait(crate::paper::send(site, &ask, sent))))
    }

    /// Over a socket.
    pub(crate) fn over(&self, address: SocketAddr) -> Answer {
        Answer::from(exchange(address, &self.bytes()))
    }

    pub(crate) fn told(&self) -> String {
        let shown = |text: &str| -> String {
            let short: String = text.chars().take(60).collect();
            if short.len() < text.len() { format!("{short}..") } else { short }
        };
        let headers: Vec<String> = self
            .headers
            .iter()
            .filter(|(name, value)| !(name == "Host" && value == host()))
            .map(|(name, value)| format!("{name}: {}", shown(value)))
            .collect();
        format!("{} {} [{}]", self.method, shown(&self.target), headers.join(", "))
    }
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        let headers = reply.headers.iter();
        let headers =
            headers.map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()));
        Self {
            status: reply.status.as_u16(),
            headers: headers.collect(),
            body: reply.body.to_vec(),
        }
    }
}

impl From<Raw> for Answer {
    fn from(raw: Raw) -> Self {
        let lines = raw.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        let headers: Vec<(String, Vec<u8>)> = lines
            .map(|(name, value)| (name.to_lowercase(), value.trim().as_bytes().to_vec()))
            .collect();
        let mut answer = Self { status: raw.status, headers, body: raw.behind_head().to_vec() };
        if answer.header("transfer-encoding").eq_ignore_ascii_case("chunked") {
            answer.body = dechunked(&answer.body);
        }
        answer
    }
}

impl Answer {
    /// A header's value; empty where it is not there.
    pub(crate) fn header(&self, name: &str) -> String {
        let named = self.headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name));
        named.map(|(_, value)| String::from_utf8_lossy(value).into_owned()).unwrap_or_default()
    }

    /// The body as a reader's program would see it.
    pub(crate) fn plain(&self) -> Vec<u8> {
        match self.header("content-encoding").as_str() {
            encoding @ ("gzip" | "br") if !self.body.is_empty() => {
                decode::unpacked(encoding, &self.body)
            }
            _ => self.body.clone(),
        }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.plain()).into_owned()
    }

    /// Whether anybody but the asker may keep it.
    pub(crate) fn is_shareable(&self) -> bool {
        let control = self.header("cache-control");
        !control.contains("no-store") && !control.contains("private")
    }

    /// Where a redirect leads, on this host.
    pub(crate) fn leads_to(&self) -> Option<String> {
        let location = self.header("location");
        let is_redirect = matches!(self.status, 301 | 302 | 303 | 307 | 308);
        let location = location.strip_prefix(&format!("http://{}", host())).unwrap_or(&location);
        (is_redirect && location.starts_with('/')).then(|| location.to_owned())
    }
}

fn dechunked(bytes: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    let mut rest = bytes;
    while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
        let digits = String::from_utf8_lossy(&rest[..end]).into_owned();
        let size = usize::from_str_radix(digits.split(';').next().unwrap_or("").trim(), 16);
        let Ok(size) = size else { break };
        let chunk = rest.get(end + 2..).unwrap_or_default();
        whole.extend_from_slice(&chunk[..size.min(chunk.len())]);
        rest = chunk.get(size + 2..).unwrap_or_default();
        if size == 0 {
            break;
        }
    }
    whole
}

#[test]
fn a_request_is_the_same_in_both_ways() {
    let mut case = Case::new("GET", "/harbour/m01").with("X-A", "1");
    assert_eq!(
        String::from_utf8(case.bytes()).unwrap(),
        "GET /harbour/m01 HTTP/1.1\r\nHost: paper.example\r\nX-A: 1\r\nConnection: close\r\n\r\n"
    );
    assert_eq!(case.to_ask().unwrap().headers.len(), 2);
    case.play(Trick::DuplicateHost);
    assert!(case.to_ask().is_none());
    let mut game = Case::new("GET", "/a").with("Host", "localhost");
    game.play(Trick::AbsoluteForm);
    assert_eq!(game.target, "http://localhost/a");
    assert_eq!(game.header("host"), Some("paper.example"));
    assert_eq!(dechunked(b"3\r\nabc\r\n2;x=1\r\nde\r\n0\r\n\r\n"), b"abcde");
}
