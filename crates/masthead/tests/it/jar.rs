//! A browser's cookie jar: names, values, and the clock at which each lapses.

use std::collections::BTreeMap;

use http::HeaderMap;
use http::header::SET_COOKIE;
use jiff::{SignedDuration, Timestamp};

/// The cookies of one browser for one host.
#[derive(Clone, Debug, Default)]
pub(crate) struct Jar {
    cookies: BTreeMap<String, (String, Timestamp)>,
    refuses: bool,
}

impl Jar {
    /// A browser that keeps no cookie.
    pub(crate) fn refusing() -> Self {
        Self { refuses: true, ..Self::default() }
    }

    /// A jar with one cookie, as somebody who forges or copies one has it.
    pub(crate) fn holding(name: &str, value: &str) -> Self {
        let for_ever = (value.to_owned(), Timestamp::MAX);
        Self { cookies: BTreeMap::from([(name.to_owned(), for_ever)]), refuses: false }
    }

    /// The Cookie header at this instant; lapsed cookies are forgotten.
    pub(crate) fn header(&mut self, now: Timestamp) -> Option<String> {
        self.cookies.retain(|_, (_, until)| *until > now);
        let pairs: Vec<String> =
            self.cookies.iter().map(|(name, (value, _))| format!("{name}={value}")).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Takes what an answer sets, as strictly as a browser does.
    pub(crate) fn take(&mut self, headers: &HeaderMap, now: Timestamp) {
        for header in headers.get_all(SET_COOKIE) {
            let text = header.to_str().expect("a cookie is text");
            let mut parts = text.split("; ");
            let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).unwrap();
            let attributes: Vec<&str> = parts.collect();
            let has = |wanted: &str| attributes.contains(&wanted);
            let age = attributes.iter().find_map(|part| part.strip_prefix("Max-Age="));
            let age: i64 = age.expect("a cookie says how long it lives").parse().unwrap();
            // A visitor's lasts two windows at most, a session's as long as any; what is taken back lasts not at all.
            let is_reader = matches!(name.trim_start_matches("__Host-"), "s" | "here");
            let most = if is_reader { 400 } else { 70 };
            assert!(age >= 0 && age <= most * 86_400 && (age > 0 || value.is_empty()), "{text}");
            // The markers are for the page's script, and tell of nobody who it is.
            let marker = name.trim_start_matches("__Host-");
            let is_marker = matches!(marker, "here" | "r");
            let may = matches!(value, "" | "1") || (marker, value) == ("r", "2");
            assert!(!is_marker || may, "{text}");
            assert!(has("Path=/") && has("SameSite=Lax") && has("HttpOnly") != is_marker, "{text}");
            assert!(!text.contains("Domain"), "{text}");
            assert_eq!(name.starts_with("__Host-"), has("Secure"), "{text}");
            assert!(text.len() <= 4_096, "{text}");
            if !self.refuses {
                let until = now + SignedDuration::from_secs(age);
                self.cookies.insert(name.to_owned(), (value.to_owned(), until));
            }
        }
    }

    /// The value of the only cookie.
    pub(crate) fn value(&self) -> &str {
        assert_eq!(self.cookies.len(), 1, "{:?}", self.cookies);
        self.cookies.values().next().map(|(value, _)| value.as_str()).unwrap()
    }

    /// The cookie of that name, where it is there and was not taken back.
    pub(crate) fn named(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(|(value, _)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// Puts a cookie beside the others, as a thief does.
    pub(crate) fn put(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), (value.to_owned(), Timestamp::MAX));
    }

    /// The same cookies in a browser that lets none lapse.
    pub(crate) fn for_ever(mut self) -> Self {
        self.cookies.values_mut().for_each(|(_, until)| *until = Timestamp::MAX);
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.cookies.is_empty()
    }
}
