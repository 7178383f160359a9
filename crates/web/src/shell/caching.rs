//! What caches may keep. Two classes exist for pages: the same bytes for everybody, and one person's own.

use face::{CacheInFront, House};
use http::header::{self, HeaderName, HeaderValue};

use super::answer::{Answer, set};

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

/// Writes the caching headers of a page or an asset.
pub(crate) fn keep(answer: &mut Answer, keep: Keep, house: &House) {
    let shared;
    let (control, vary): (&str, &'static str) = match keep {
        Keep::Nobody => ("private, no-store", "Cookie, Accept, Accept-Encoding"),
        Keep::Forever => ("public, max-age=31536000, immutable", "Accept-Encoding"),
        Keep::Minute => ("public, max-age=60", "Accept-Encoding"),
        Keep::Everybody => match house.cache_in_front {
            CacheInFront::None => ("no-cache", "Cookie, Accept-Encoding"),
            CacheInFront::RespectsCookies | CacheInFront::Blind => {
                let seconds = house.shared_cache_seconds;
                shared = format!("public, max-age=0, must-revalidate, s-maxage={seconds}");
                (&shared, "Accept-Encoding")
            }
        },
    };
    set(answer, header::CACHE_CONTROL, control);
    let headers = answer.headers_mut();
    if keep == Keep::Nobody {
        let cdn = HeaderName::from_static("cdn-cache-control");
        headers.insert(cdn, HeaderValue::from_static("no-store"));
    }
    headers.insert(header::VARY, HeaderValue::from_static(vary));
}
