//! What forms of ours bring: whole, from a page of ours, and not too long. What they say is hostile until shown otherwise.

use bytes::Bytes;
use http::{StatusCode, header};

use super::Visit;
use super::contexts::encoded;
use crate::shell::answer::{Answer, Pieces, TEXT, set};
use crate::shell::caching::Keep;
use crate::shell::form::{field, names};
use crate::shell::parcel::Parcel;

/// The longest mail address, in bytes (RFC 5321, 4.5.3.1.3 less its brackets).
pub(crate) const MAIL_BYTES_MAX: usize = 254;
/// The longest way back to a page of ours, in bytes.
const BACK_BYTES_MAX: usize = 600;

/// What came with a request behind its head.
#[derive(Clone, Debug, Default)]
pub enum Sent {
    /// Nothing that anybody asked for.
    #[default]
    Nothing,
    /// All of it.
    Whole(Bytes),
    /// A form with files, kept on the disk.
    Files(Parcel),
    /// More than the page takes.
    TooLong,
    /// It stopped on the way, or came too slowly.
    Broken,
    /// As many forms with files come in as may.
    Busy,
}

/// The fields of a form.
pub(crate) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    /// Of a form, or of a query.
    pub(crate) const fn of(text: &'a [u8]) -> Self {
        Self(text)
    }

    /// Whether a field is there at all.
    pub(crate) fn has(&self, name: &str) -> bool {
        field(self.0, name).is_some()
    }

    /// The names of all fields, each once, in their order.
    pub(crate) fn names(&self) -> Vec<String> {
        names(self.0)
    }

    /// A field's value; empty where it is not there.
    pub(crate) fn get(&self, name: &str) -> String {
        field(self.0, name).unwrap_or_default()
    }
}

impl Visit<'_> {
    /// The fields of the query.
    pub(crate) fn asked_fields(&self) -> Fields<'_> {
        Fields::of(self.request.target.query.unwrap_or("").as_bytes())
    }

    /// The fields of a form of ours, or the refusal of what is none: another site's, a guess, too long, or broken.
    pub(crate) fn form(&self) -> Result<Fields<'_>, Answer> {
        if self.is_strange() {
            return Err(self.short(
                StatusCode::FORBIDDEN,
                "a form is sent from the paper's own page; open that page and send it again",
            ));
        }
        match &self.sent {
            Sent::Whole(body) => Ok(Fields::of(body)),
            Sent::Files(parcel) => Ok(Fields::of(parcel.fields())),
            Sent::TooLong => Err(self.short(StatusCode::PAYLOAD_TOO_LARGE, "the form is too long")),
            Sent::Busy => Err(self.short(
                StatusCode::SERVICE_UNAVAILABLE,
                "others are sending files at this moment; send the form again in a minute",
            )),
            Sent::Nothing | Sent::Broken => {
                Err(self.short(StatusCode::BAD_REQUEST, "the form did not arrive whole"))
            }
        }
    }

    /// The files of a form of ours.
    pub(crate) const fn parcel(&self) -> Option<&Parcel> {
        match &self.sent {
            Sent::Files(parcel) => Some(parcel),
            _ => None,
        }
    }

    /// A form has to come from a page of ours, pressed by a person.
    pub(crate) fn is_strange(&self) -> bool {
        let header = |name| self.request.headers.told(name);
        let strange_site =
            header("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none"));
        let strange_origin = header("origin").is_some_and(|origin| origin != self.address());
        strange_site || strange_origin || self.request.is_speculative()
    }

    /// The way to another page after a form was taken.
    pub(crate) fn see(&self, path: &str) -> Answer {
        let mut response =
            self.answer(StatusCode::SEE_OTHER, TEXT, Keep::Nobody, Pieces::default());
        set(&mut response, header::LOCATION, path);
        response
    }
}

/// As much of a mail address as can be told without writing to it.
#[must_use]
pub fn is_mail(text: &str) -> bool {
    let is_plain = |letter: char| letter.is_ascii_graphic() && !"<>()[],;:\\\"".contains(letter);
    let Some((name, host)) = text.rsplit_once('@') else { return false };
    text.len() <= MAIL_BYTES_MAX
        && !name.is_empty()
        && !name.contains('@')
        && host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && text.chars().all(is_plain)
}

/// A way back to a page of ours; what leads anywhere else, or to what is no page, leads to the front page.
pub(crate) fn way_back(path: &str) -> String {
    let is_plain =
        path.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\<>\"`{}|^".contains(&byte));
    let leads_home = path.starts_with('/') && !path.starts_with("//");
    let is_loop = ["/sign-in", "/sign-out"].iter().any(|own| path.starts_with(own));
    if is_plain && leads_home && !is_loop && path.len() <= BACK_BYTES_MAX {
        path.to_owned()
    } else {
        "/".to_owned()
    }
}

/// A page of ours with the way back in its query. A way that would make the address too long to lead back itself is left out.
pub(crate) fn with_back(path: &str, back: &str) -> String {
    let joint = if path.contains('?') { '&' } else { '?' };
    let whole = format!("{path}{joint}back={}", encoded(back));
    if back == "/" || whole.len() > BACK_BYTES_MAX { path.to_owned() } else { whole }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_addresses_are_looked_at() {
        for mail in ["a@b.example", "first.last+x@sub.b.example"] {
            assert!(is_mail(mail), "{mail}");
        }
        let long = format!("{}@b.example", "a".repeat(250));
        for mail in
            ["a", "a@b", "@b.example", "a@.b", "a@b.", "a b@c.example", "a@b@c.d", "a\n@b.c", &long]
        {
            assert!(!is_mail(mail), "{mail}");
        }
    }

    #[test]
    fn a_way_back_is_kept_as_long_as_the_address_leads_back_itself() {
        assert_eq!(with_back("/offers", "/"), "/offers");
        let whole = with_back("/subscribe/digital?period=year", "/harbour/tides#rest");
        assert_eq!(whole, "/subscribe/digital?period=year&back=%2Fharbour%2Ftides%23rest");
        assert_eq!(way_back(&whole), whole);
        let longest = format!("/{}", "a".repeat(BACK_BYTES_MAX - 1));
        assert_eq!(way_back(&longest), longest);
        assert_eq!(with_back("/offers", &longest), "/offers");
    }

    #[test]
    fn a_way_back_leads_to_a_page_of_ours() {
        for path in ["/", "/harbour/tides?page=2#rest", "/account"] {
            assert_eq!(way_back(path), path);
        }
        let long = format!("/{}", "a".repeat(BACK_BYTES_MAX));
        for path in [
            "",
            "harbour",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example/",
            "/a b",
            "/a\r\nb",
            "/sign-in",
            "/sign-in/code",
            "/sign-out",
            &long,
        ] {
            assert_eq!(way_back(path), "/", "{path}");
        }
    }
}
