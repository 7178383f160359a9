//! A request as tests write it, and the answer with everything that must be true of any answer.

use std::net::{IpAddr, Ipv4Addr};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use web::Sent;

use crate::decode;

/// The host that tests ask.
pub(crate) const HOST: &str = "paper.example";
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";
/// A file that somebody uploaded, opened by itself.
const FILE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
    frame-ancestors 'none'; sandbox";
/// What the HTML of a mail may do in the demo's mailbox: have its own style, and open a link in another tab.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) method: Method,
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) peer: IpAddr,
    /// What it sends behind its head.
    pub(crate) sent: Sent,
}

impl Ask {
    pub(crate) fn new(method: Method, target: &str) -> Self {
        let headers = HeaderMap::from_iter([(http::header::HOST, HeaderValue::from_static(HOST))]);
        let peer = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
        Self { method, target: target.to_owned(), headers, peer, sent: Sent::Nothing }
    }

    pub(crate) fn get(target: &str) -> Self {
        Self::new(Method::GET, target)
    }

    /// The page's form, pressed by a person.
    pub(crate) fn form(target: &str) -> Self {
        Self::new(Method::POST, target)
            .with("origin", &format!("http://{HOST}"))
            .with("sec-fetch-site", "same-origin")
            .with("content-length", "0")
    }

    /// A form of ours with these fields, pressed by a person.
    pub(crate) fn fields(target: &str, fields: &[(&str, &str)]) -> Self {
        let pair = |(name, value): &(&str, &str)| {
            let value = value.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
            format!("{name}={value}")
        };
        let text = fields.iter().map(pair).collect::<Vec<_>>().join("&");
        let form = Self::form(target).instead("content-length", &text.len().to_string());
        Self { sent: Sent::Whole(Bytes::from(text)), ..form }
            .with("content-type", "application/x-www-form-urlencoded")
    }

    /// The page's script.
    pub(crate) fn script(target: &str, key: &str) -> Self {
        Self::form(target).with("accept", "application/json").with("idempotency-key", key)
    }

    /// One more header; one that is there already stays.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        self.headers.append(name, HeaderValue::from_str(value).unwrap());
        self
    }

    /// Instead of a header that is there.
    pub(crate) fn instead(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, HeaderValue::from_str(value).unwrap());
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// As it was sent.
    pub(crate) body: Bytes,
}

impl Reply {
    /// A header's value; empty where it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body, unpacked.
    pub(crate) fn plain(&self) -> Vec<u8> {
        decode::unpacked(self.header("content-encoding"), &self.body)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.plain()).expect("the body is text")
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        assert_eq!(self.header("content-type"), "application/json; charset=utf-8");
        serde_json::from_slice(&self.plain()).expect("the body is JSON")
    }

    /// Whether anybody but the asker may keep it.
    pub(crate) fn is_shareable(&self) -> bool {
        let control = self.header("cache-control");
        !control.contains("no-store") && !control.contains("private")
    }

    /// What holds for every answer, whatever was asked.
    #[track_caller]
    pub(crate) fn check(&self, ask: &Ask) {
        let told = || format!("{} {} → {} {:?}", ask.method, ask.target, self.status, self.headers);
        assert_ne!(self.status, StatusCode::INTERNAL_SERVER_ERROR, "{}", told());
        let policy = self.header("content-security-policy");
        let is_file = ["/media/", "/desk/files/"].iter().any(|own| ask.target.starts_with(own))
            && matches!(self.status.as_u16(), 200 | 206 | 304 | 416);
        let is_shared = ask.target.starts_with("/share/") && self.status == StatusCode::OK;
        // Frames of others, where a paper names them, are all that may come to it.
        let (policy, frames) = policy.split_once("; frame-src ").unwrap_or((policy, ""));
        // A mail of the demo frames its own HTML, which may nothing but look as it looks.
        let is_mail = ask.target.starts_with("/demo/mailbox/");
        let is_mail_page = is_mail && ask.target.contains("/page") && self.status == StatusCode::OK;
        // The desk frames its own looks at an article, and at the front page.
        let path = ask.target.split('?').next().unwrap_or_default();
        let of_article = path.starts_with("/desk/articles/") && self.status == StatusCode::OK;
        let is_look = of_article && path.ends_with("/look") && !self.text().contains("desk-faults")
            || path == "/desk/front/look" && self.status == StatusCode::OK;
        let frames_own = is_mail || of_article && path.ends_with("/looks") || path == "/desk/front";
        let may = |one: &str| one.starts_with("https://") || frames_own && one == "'self'";
        assert!(frames.split_whitespace().all(may), "{}", told());
        let in_own_frames = POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'");
        let wanted = match (is_file, is_mail_page, is_look) {
            (true, ..) => FILE_POLICY,
            (_, true, _) => MAIL_POLICY,
            (_, _, true) => in_own_frames.as_str(),
            _ => POLICY,
        };
        assert_eq!(policy, wanted, "{}", told());
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "strict-origin-when-cross-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            // Other sites show the picture of a shared article on their own pages.
            (
                "cross-origin-resource-policy",
                if is_shared { "cross-origin" } else { "same-origin" },
            ),
        ] {
            assert_eq!(self.header(name), value, "{name} of {}", told());
        }
        assert!(self.header("permissions-policy").contains("camera=()"), "{}", told());
        assert!(!self.header("cache-control").is_empty(), "{}", told());
        assert!(!self.header("vary").is_empty(), "{}", told());
        if !self.is_shareable() {
            assert_eq!(self.header("cache-control"), "private, no-store", "{}", told());
            assert_eq!(self.header("cdn-cache-control"), "no-store", "{}", told());
            // A machine names the version that it has read.
            let is_api = ask.target.starts_with("/api/");
            assert!(is_api || self.header("etag").is_empty(), "{}", told());
        }
        let sets_cookie = self.headers.contains_key("set-cookie");
        assert!(!sets_cookie || ask.method == Method::POST, "{}", told());
        assert!(!sets_cookie || !self.is_shareable(), "{}", told());
        let is_bare = ask.method == Method::HEAD
            || matches!(self.status, StatusCode::NOT_MODIFIED | StatusCode::NO_CONTENT);
        assert!(!is_bare || self.body.is_empty(), "{}", told());
    }

    /// The codes of all articles of which a canary stands in a header or in the body.
    pub(crate) fn leaked(&self) -> std::collections::BTreeSet<String> {
        let mut codes = decode::articles_in(&self.plain());
        for (name, value) in &self.headers {
            codes.extend(decode::articles_in(value.as_bytes()));
            codes.extend(decode::articles_in(name.as_str().as_bytes()));
        }
        codes
    }
}
