//! Where an older page of a list goes on: behind an article, by the instant and the id of that article. An address that
//! holds no such place leads nowhere.

use jiff::Timestamp;
use newsroom::ArticleId;
use store::{Filter, Listed};

use super::{Trouble, Visit};

/// Articles on one page of a list.
pub(crate) const PAGE_ARTICLES: usize = 30;
/// The longest place in an address, in bytes: an instant in hexadecimal, a hyphen and an id.
const PLACE_BYTES_MAX: usize = 16 + 1 + newsroom::NAME_BYTES_MAX;

/// Behind which article a page begins.
pub(crate) type Place = (Timestamp, ArticleId);

/// One page of a list, and the ways to the pages beside it.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) listed: Vec<Listed>,
    /// Whether it is the newest page.
    pub(crate) is_first: bool,
    pub(crate) newer: Option<String>,
    pub(crate) older: Option<String>,
}

/// The place behind which a page begins; `None` for the first page.
pub(crate) fn asked(query: Option<&str>) -> Result<Option<Place>, Trouble> {
    let given = query.unwrap_or("").split('&').find_map(|pair| pair.strip_prefix("before="));
    match given {
        None => Ok(None),
        Some(text) => read(text).map(Some).ok_or(Trouble::NotFound),
    }
}

/// A place that stands in an address.
pub(crate) fn read(text: &str) -> Option<Place> {
    if text.len() > PLACE_BYTES_MAX {
        return None;
    }
    let (instant, id) = text.split_once('-')?;
    let is_ours = instant.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        && !instant.starts_with('0');
    let at = i64::from_str_radix(instant, 16).ok().filter(|_| is_ours)?;
    Some((Timestamp::from_microsecond(at).ok()?, ArticleId::parse(id).ok()?))
}

/// A place as it stands in an address.
pub(crate) fn print((at, id): &Place) -> String {
    format!("{:x}-{}", at.as_microsecond().max(1), id.as_str())
}

/// The address of a page.
pub(crate) fn address(path: &str, place: Option<&Place>) -> String {
    place.map_or_else(|| path.to_owned(), |place| format!("{path}?before={}", print(place)))
}

/// The place of an article in a list by time.
pub(crate) fn place(listed: &Listed) -> Place {
    (listed.head.published_at, listed.head.id.clone())
}

impl Visit<'_> {
    /// One page of a list by time.
    pub(crate) async fn sheet(
        &self,
        path: &str,
        filter: Filter,
        before: Option<Place>,
        length: usize,
    ) -> Result<Sheet, Trouble> {
        let store = &self.site.store;
        let is_first = before.is_none();
        let mut listed = store.list(filter.clone(), self.now, length + 1, before.clone()).await?;
        if listed.is_empty() && !is_first {
            return Err(Trouble::NotFound);
        }
        let more = listed.len() > length;
        listed.truncate(length);
        let older = listed.last().filter(|_| more).map(|last| address(path, Some(&place(last))));
        let newer = match (is_first, listed.first()) {
            (false, Some(first)) => {
                // The page before this one begins behind the article that is `length` places newer.
                let newer = store.list_newer(filter, self.now, length + 1, place(first)).await?;
                Some(address(path, newer.get(length).map(place).as_ref()))
            }
            _ => None,
        };
        Ok(Sheet { listed, is_first, newer, older })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_printed() {
        let place = (Timestamp::from_microsecond(1_789_000_000_123_456).unwrap(), {
            ArticleId::parse("forty-one-calls").unwrap()
        });
        let printed = print(&place);
        assert_eq!(read(&printed), Some(place.clone()));
        let query = format!("utm_source=x&before={printed}");
        assert_eq!(asked(Some(&query)).unwrap(), Some(place));
        assert!(asked(None).unwrap().is_none());
        assert!(asked(Some("page=2")).unwrap().is_none());
    }

    #[test]
    fn what_is_no_place_leads_nowhere() {
        let long = format!("1-{}", "a".repeat(200));
        let texts = [
            "",
            "-",
            "x",
            "1",
            "1-",
            "-a",
            "00-a",
            "+1-a",
            "1-A",
            "1-a%20",
            "0x1-a",
            "ffffffffffffffff-a",
            &long,
        ];
        for text in texts {
            assert!(read(text).is_none(), "{text}");
            assert!(asked(Some(&format!("before={text}"))).is_err(), "{text}");
        }
    }
}
