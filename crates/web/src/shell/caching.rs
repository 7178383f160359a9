//! What caches may keep. Two classes exist for pages: the same bytes for everybody, and one person's own.

use face::{CacheInFront, House};
use http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// Who may keep an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Keep {
    /// The same for every stranger; how long a shared cache keeps it is a setting of the house.
    Everybody,
    /// One person's own: nobody keeps it.
    Nobody,
    /// An address that names its own bytes.
    Forever,
    /// An asset under an old name, or robots.txt: a minute.
    Minute,
}

impl Keep {
    /// All of them, in the order of their numbers.
    pub(crate) const ALL: [Self; 4] = [Self::Everybody, Self::Nobody, Self::Forever, Self::Minute];
}

/// Writes the caching headers of an answer.
pub(crate) fn keep(head: &mut HeaderMap, keep: Keep, house: &House) {
    let fixed = HeaderValue::from_static;
    let (control, vary) = match keep {
        Keep::Nobody => (fixed("private, no-store"), "Cookie, Accept, Accept-Encoding"),
        Keep::Forever => (fixed("public, max-age=31536000, immutable"), "Accept-Encoding"),
        Keep::Minute => (fixed("public, max-age=60"), "Accept-Encoding"),
        Keep::Everybody => match house.cache_in_front {
            CacheInFront::None => (fixed("no-cache"), "Cookie, Accept-Encoding"),
            CacheInFront::RespectsCookies | CacheInFront::Blind => {
                let seconds = house.shared_cache_seconds;
                let shared = format!("public, max-age=0, must-revalidate, s-maxage={seconds}");
                let shared = HeaderValue::try_from(shared);
                (shared.unwrap_or_else(|_| fixed("no-cache")), "Accept-Encoding")
            }
        },
    };
    head.insert(header::CACHE_CONTROL, control);
    if keep == Keep::Nobody {
        head.insert(HeaderName::from_static("cdn-cache-control"), fixed("no-store"));
    }
    head.insert(header::VARY, fixed(vary));
}
