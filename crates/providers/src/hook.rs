//! Telling others what happened: one message to an address that somebody of the paper typed, signed as Standard Webhooks has it. Such an
//! address is hostile until shown otherwise: the name is looked up once and the call goes to what was found, never into a private network
//! that the operator did not name, over TLS, by no proxy, following nothing; no more than the beginning of an answer is read.

use std::fmt;
use std::io::Read;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use ring::hmac;
use ureq::Agent;
use ureq::http::Uri;
use ureq::unversioned::transport::DefaultConnector;

use crate::calls::{calls, is_here};
use crate::fetch::Guarded;

/// The longest address, in bytes.
pub const HOOK_URL_BYTES_MAX: usize = 1_000;
/// The longest that one answer is waited for.
const TIMEOUT: Duration = Duration::from_secs(15);
/// The most that is read of an answer, in bytes.
const ANSWER_BYTES_MAX: u64 = 800;
/// The most that is told of an answer, in characters.
const ANSWER_CHARS_MAX: usize = 200;

/// An address that messages cannot be sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HookError {
    /// It is no address, or too long.
    #[error(
        "is not an address such as https://example.com/hook, of at most {HOOK_URL_BYTES_MAX} bytes"
    )]
    NoAddress,
    /// Anybody on the way could read it.
    #[error(
        "is not https; plain http goes to this machine alone, where the operator lets it in (webhook_networks)"
    )]
    Plain,
    /// It holds a name and a password, which would be shown.
    #[error("holds a name or a password; messages are signed instead")]
    Named,
}

/// Which private addresses may be called.
pub type PrivateAddresses = Arc<dyn Fn(IpAddr) -> bool + Send + Sync>;

/// One message.
#[derive(Clone, Copy, Debug)]
pub struct HookMessage<'a> {
    /// Its name, the same at each try.
    pub id: &'a str,
    /// When it is sent, in seconds since 1970.
    pub sent_at: i64,
    /// The text.
    pub json: &'a str,
    /// What it is signed with: one secret, or two while one is changed for the other.
    pub secrets: &'a [[u8; 32]],
}

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HookAnswer {
    /// The status; `None` where there was no answer.
    pub status: Option<u16>,
    /// The beginning of the answer, or why there was none.
    pub text: String,
}

/// What sends messages.
#[derive(Clone)]
pub struct Hooks {
    agent: Agent,
    private: PrivateAddresses,
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hooks")
    }
}

/// Whether messages can go to an address, as far as it says so itself; whether its host is in a private network is seen when it is called.
///
/// # Errors
/// [`HookError`].
pub fn check_hook(url: &str, may_be_plain: bool) -> Result<(), HookError> {
    let uri: Uri = url.parse().map_err(|_| HookError::NoAddress)?;
    let has_host = uri.host().is_some_and(|host| !host.is_empty());
    let is_plain_text = url.bytes().all(|byte| byte.is_ascii_graphic());
    if !has_host || !is_plain_text || url.len() > HOOK_URL_BYTES_MAX || url.contains('#') {
        return Err(HookError::NoAddress);
    }
    if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Err(HookError::Named);
    }
    match uri.scheme_str() {
        Some("https") => Ok(()),
        // Over plain http a message goes to this machine itself and to nobody else.
        Some("http") if may_be_plain && is_here(&uri) => Ok(()),
        Some("http") => Err(HookError::Plain),
        _ => Err(HookError::NoAddress),
    }
}

/// Whether plain http may go to this machine itself: where its own address may be called.
#[must_use]
pub fn may_be_plain(private: &PrivateAddresses) -> bool {
    private(IpAddr::from([127, 0, 0, 1]))
}

/// A secret as receivers take it.
#[must_use]
pub fn shown_secret(secret: &[u8; 32]) -> String {
    format!("whsec_{}", base64(secret))
}

/// The signatures of a message (Standard Webhooks, v1), with a space between.
#[must_use]
pub fn signatures(message: &HookMessage<'_>) -> String {
    let text = format!("{}.{}.{}", message.id, message.sent_at, message.json);
    let sign = |secret: &[u8; 32]| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        format!("v1,{}", base64(hmac::sign(&key, text.as_bytes()).as_ref()))
    };
    message.secrets.iter().map(sign).collect::<Vec<_>>().join(" ")
}

/// RFC 4648, 4.
fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let byte = |place: usize| u32::from(three.get(place).copied().unwrap_or(0));
        let number = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let sign = SIGNS[(number >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= three.len() { char::from(sign) } else { '=' });
        }
    }
    text
}

impl Hooks {
    /// What sends messages to public addresses, and to private ones that `private` lets in.
    #[must_use]
    pub fn new(private: PrivateAddresses) -> Self {
        let config = calls("masthead-webhooks", TIMEOUT).proxy(None).build();
        let may_be_called = Arc::clone(&private);
        let resolver = Guarded::new(move |_, address| may_be_called(address));
        let agent = Agent::with_parts(config, DefaultConnector::new(), resolver);
        Self { agent, private }
    }

    /// Sends a message. It waits, and tries nothing twice.
    #[must_use]
    pub fn send(&self, url: &str, message: &HookMessage<'_>) -> HookAnswer {
        let refused =
            |error: HookError| HookAnswer { status: None, text: format!("the address {error}") };
        if let Err(error) = check_hook(url, may_be_plain(&self.private)) {
            return refused(error);
        }
        let request = self
            .agent
            .post(url)
            .header("Content-Type", "application/json")
            .header("webhook-id", message.id)
            .header("webhook-timestamp", message.sent_at.to_string())
            .header("webhook-signature", signatures(message));
        match request.send(message.json) {
            Ok(response) => {
                let status = response.status().as_u16();
                let mut bytes = Vec::new();
                let reader = response.into_body().into_reader();
                let _ = reader.take(ANSWER_BYTES_MAX).read_to_end(&mut bytes);
                let text = String::from_utf8_lossy(&bytes);
                HookAnswer { status: Some(status), text: one_line(&text) }
            }
            Err(ureq::Error::HostNotFound) => HookAnswer {
                status: None,
                text: "the host has no address that may be called: it is not known, or in a private network".to_owned(),
            },
            Err(error) => HookAnswer { status: None, text: one_line(&error.to_string()) },
        }
    }
}

fn one_line(text: &str) -> String {
    let plain = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    plain.take(ANSWER_CHARS_MAX).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;

    use super::*;

    fn hooks(may: bool) -> Hooks {
        Hooks::new(Arc::new(move |_| may))
    }

    const SECRETS: &[[u8; 32]] = &[[7; 32]];

    fn message(json: &str) -> HookMessage<'_> {
        HookMessage { id: "evt_1_2", sent_at: 1_600_000_000, json, secrets: SECRETS }
    }

    #[test]
    fn base64_is_as_the_standard_has_it() {
        for (text, wanted) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(text.as_bytes()), wanted);
        }
        // The example of the specification's own test suite, with its secret of 24 bytes, is in docs/operating/webhooks.md.
        assert!(shown_secret(&[0xFF; 32]).starts_with("whsec_/////"));
    }

    #[test]
    fn addresses_that_anybody_could_read_along_with_or_that_are_none_are_refused() {
        assert_eq!(check_hook("https://hooks.example/a?b=1", false), Ok(()));
        assert_eq!(check_hook("http://127.0.0.1:9/", true), Ok(()));
        assert_eq!(check_hook("http://hooks.example/", false), Err(HookError::Plain));
        assert_eq!(check_hook("https://a:b@hooks.example/", false), Err(HookError::Named));
        let long = format!("https://hooks.example/{}", "a".repeat(HOOK_URL_BYTES_MAX));
        for wrong in [
            "",
            "hooks.example",
            "https://",
            "ftp://a.example/",
            "https://a.example/#x",
            "https://a b/",
            &long,
        ] {
            assert_eq!(check_hook(wrong, true), Err(HookError::NoAddress), "{wrong}");
        }
    }

    #[test]
    fn private_networks_however_they_are_written_are_not_called() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        for host in [
            "127.0.0.1",
            "localhost",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "0.0.0.0",
            "169.254.169.254",
            "10.0.0.1",
            "192.168.1.1",
            "[fd00::1]",
            "[fe80::1]",
            "2130706433",
            "0x7f.1",
        ] {
            let answer = hooks(false).send(&format!("https://{host}:{port}/"), &message("{}"));
            assert_eq!(answer.status, None, "{host}");
            assert!(answer.text.contains("may be called"), "{host}: {}", answer.text);
            let plain = hooks(false).send(&format!("http://{host}:{port}/"), &message("{}"));
            assert!(plain.text.contains("is not https"), "{host}: {}", plain.text);
        }
        // Where this machine may be called, others still are not over plain http.
        let plain = hooks(true).send("http://10.0.0.1/", &message("{}"));
        assert!(plain.text.contains("is not https"), "{}", plain.text);
        listener.set_nonblocking(true).unwrap();
        assert!(listener.accept().is_err(), "somebody called");
    }

    #[test]
    fn a_message_is_signed_by_each_secret_and_no_redirect_is_followed() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let receiver = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut lines = Vec::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if line.trim().is_empty() {
                    break;
                }
                lines.push(line.trim().to_owned());
            }
            let answer = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 9\r\n\r\nelse\x1b[2Jre";
            stream.write_all(answer.as_bytes()).unwrap();
            lines
        });
        let secrets = [[1; 32], [2; 32]];
        let message = HookMessage { secrets: &secrets, ..message("{\"a\":1}") };
        let answer = hooks(true).send(&format!("http://{address}/hook"), &message);
        let lines = receiver.join().unwrap();
        assert_eq!(answer.status, Some(302));
        assert!(!answer.text.contains('\u{1b}'), "{:?}", answer.text);
        let header = |name: &str| {
            let found = lines.iter().find_map(|line| {
                let (given, value) = line.split_once(": ")?;
                given.eq_ignore_ascii_case(name).then(|| value.to_owned())
            });
            found.unwrap_or_default()
        };
        assert_eq!(header("webhook-id"), "evt_1_2");
        assert_eq!(header("webhook-timestamp"), "1600000000");
        let signed = header("webhook-signature");
        assert_eq!(signed, signatures(&message));
        assert_eq!(signed.split(' ').count(), 2);
        assert!(signed.split(' ').all(|one| one.starts_with("v1,") && one.len() == 3 + 44));
    }
}
