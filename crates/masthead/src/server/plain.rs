//! Which requests are plain: read in one way by everybody who reads HTTP/1.1, with nothing behind their head.
//!
//! What is taken is a subset, and nothing is corrected: whatever is odd is somebody else's. Nothing here reads from a socket.

use std::mem::MaybeUninit;

use http::Method;
use httparse::{Header, Status};
use web::Target;

/// The most lines that a plain head has.
pub(super) const LINES_MAX: usize = 48;

/// A request with nothing odd about it, and nothing behind its head.
#[derive(Debug)]
pub(super) struct Plain<'b, 'l> {
    pub(super) method: &'static Method,
    pub(super) target: Target<'b>,
    pub(super) lines: &'l [Header<'b>],
    /// How many bytes it has.
    pub(super) length: usize,
}

/// What bytes are.
#[derive(Debug)]
pub(super) enum Read<'b, 'l> {
    /// A plain request, and perhaps more behind it.
    Plain(Plain<'b, 'l>),
    /// The beginning of one, perhaps.
    Part,
    /// Not for us.
    Odd,
}

/// Reads a head. What it takes is a subset of what every server reads in the same way.
pub(super) fn read<'b, 'l>(
    bytes: &'b [u8],
    lines: &'l mut [MaybeUninit<Header<'b>>],
) -> Read<'b, 'l> {
    let method = match bytes {
        [b'G', b'E', b'T', b' ', ..] => &Method::GET,
        [b'P', b'O', b'S', b'T', b' ', ..] => &Method::POST,
        _ => return Read::Odd,
    };
    let mut request = httparse::Request::new(&mut []);
    let length = match request.parse_with_uninit_headers(bytes, lines) {
        Ok(Status::Complete(length)) => length,
        Ok(Status::Partial) => return Read::Part,
        Err(_) => return Read::Odd,
    };
    let (Some(1), Some(path)) = (request.version, request.path) else { return Read::Odd };
    let lines: &'l [Header<'b>] = request.headers;
    let first_end = method.as_str().len() + 1 + path.len() + " HTTP/1.1".len();
    let is_plain = path.starts_with('/')
        && path.bytes().all(|byte| may(byte, IN_TARGET))
        && ends_line(bytes, first_end)
        && bytes[..length].ends_with(b"\r\n\r\n")
        && lines.iter().all(|line| ends_line(bytes, end_of(bytes, line.value)))
        && are_plain(lines, method);
    if !is_plain {
        return Read::Odd;
    }
    Read::Plain(Plain { method, target: Target::of_path(path), lines, length })
}

const IN_TARGET: u8 = 1;
const IN_HOST: u8 = 2;

/// What each byte may stand in: looked up, since every byte of every target and host is asked for.
static PLAIN: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        if is_plain_in_target(byte as u8) {
            table[byte] |= IN_TARGET;
        }
        if is_plain_in_host(byte as u8) {
            table[byte] |= IN_HOST;
        }
        byte += 1;
    }
    table
};

fn may(byte: u8, stand_in: u8) -> bool {
    PLAIN[usize::from(byte)] & stand_in != 0
}

/// Unreserved characters, the delimiters that mean nothing to us, and what encodes others (RFC 3986, 2).
const fn is_plain_in_target(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'?'
        | b'%' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' | b':'
        | b'@')
}

/// Where a value that was cut from `bytes` ends in them; nowhere, where it is empty.
fn end_of(bytes: &[u8], value: &[u8]) -> usize {
    let start = value.as_ptr().addr().wrapping_sub(bytes.as_ptr().addr());
    if value.is_empty() { usize::MAX } else { start.saturating_add(value.len()) }
}

fn ends_line(bytes: &[u8], place: usize) -> bool {
    bytes.get(place..).is_some_and(|rest| rest.starts_with(b"\r\n"))
}

/// Whether the lines name one host, and nothing that changes how a message is read or what becomes of its connection.
fn are_plain(lines: &[Header<'_>], method: &Method) -> bool {
    let (mut hosts, mut lengths) = (0, 0);
    for line in lines {
        let is = |name: &str| line.name.eq_ignore_ascii_case(name);
        // By length first: most lines have none of these names.
        let is_plain = match line.name.len() {
            2 => !is("te"),
            4 if is("host") => {
                hosts += 1;
                line.value.iter().all(|byte| may(*byte, IN_HOST))
            }
            6 => !is("expect"),
            7 => !is("upgrade") && !is("trailer"),
            10 => !is("connection") || line.value.eq_ignore_ascii_case(b"keep-alive"),
            14 if is("content-length") => {
                lengths += 1;
                line.value == b"0" && *method == Method::POST
            }
            14 => !is("http2-settings"),
            16 => !is("proxy-connection"),
            17 => !is("transfer-encoding"),
            _ => true,
        };
        if !is_plain {
            return false;
        }
    }
    hosts == 1 && lengths <= 1
}

const fn is_plain_in_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']')
}

#[cfg(test)]
mod tests;
