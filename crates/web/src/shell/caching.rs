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
    let shared = house.shared_cache_seconds;
    let (control, vary): (&str, &'static str) = match keep {
        Keep::Nobody => ("private, no-store", "Cookie, Accept, Accept-Encoding"),
        Keep::Forever => ("public, max-age=31536000, immutable", "Accept-Encoding"),
        Keep::Minute => ("public, max-age=60", "Accept-Encoding"),
        Keep::Everybody => match house.cache_in_front {
            CacheInFront::None => ("no-cache", "Cookie, Accept-Encoding"),
            CacheInFront::RespectsCookies | CacheInFront::Blind => {
                set(
                    answer,
                    header::CACHE_CONTROL,
                    &format!("public, max-age=0, must-revalidate, s-maxage={shared}"),
                );
                ("", "Accept-Encoding")
            }
        },
    };
    let headers = answer.headers_mut();
    if !control.is_empty() {
        set_static(headers, header::CACHE_CONTROL, control);
    }
    if keep == Keep::Nobody {
        let cdn = HeaderName::from_static("cdn-cache-control");
        headers.insert(cdn, HeaderValue::from_static("no-store"));
    }
    headers.insert(header::VARY, HeaderValue::from_static(vary));
}

fn set_static(headers: &mut http::HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
