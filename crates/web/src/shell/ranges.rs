//! One part of a file that is named by its bytes (RFC 9110, 14): for players that seek and downloads that go on. More than one
//! part at a time, or a part of something else than was asked for before, is answered with the whole.

use bytes::Bytes;
use http::header;
use http::{Method, StatusCode};

use super::answer::{Answer, Pieces};
use super::request::Request;

/// What a Range header asks of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Asked {
    /// These bytes: the first, and the one behind the last.
    Part(usize, usize),
    /// Bytes that are not there.
    Beyond,
    /// Nothing that is understood: the whole.
    Whole,
}

/// Reads a Range header for a file of `length` bytes.
fn asked(text: &str, length: usize) -> Asked {
    let Some(range) = text.strip_prefix("bytes=").filter(|range| !range.contains(',')) else {
        return Asked::Whole;
    };
    let Some((first, last)) = range.trim().split_once('-') else { return Asked::Whole };
    let number = |digits: &str| {
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        // A number with more digits than fit is larger than any file.
        is_number.then(|| digits.parse().unwrap_or(usize::MAX))
    };
    match (number(first), number(last)) {
        (Some(first), _) if first >= length && (last.is_empty() || number(last).is_some()) => {
            Asked::Beyond
        }
        (Some(first), None) if last.is_empty() => Asked::Part(first, length),
        (Some(first), Some(last)) if first <= last => {
            Asked::Part(first, last.saturating_add(1).min(length))
        }
        (None, Some(0)) if first.is_empty() => Asked::Beyond,
        (None, Some(count)) if first.is_empty() && length > 0 => {
            Asked::Part(length.saturating_sub(count), length)
        }
        _ => Asked::Whole,
    }
}

/// The part of an answer that the request asks for; the answer itself where it asks for none, or for a part of something older.
pub(crate) fn part(request: &Request<'_>, mut answer: Answer, bytes: &Bytes) -> Answer {
    let Some(range) = request.single(&header::RANGE) else { return answer };
    if answer.status() != StatusCode::OK || *request.method != Method::GET {
        return answer;
    }
    let etag = answer.headers().get(header::ETAG);
    let same = request
        .headers
        .first(header::IF_RANGE.as_str())
        .is_none_or(|wanted| etag.is_some_and(|etag| etag.as_bytes() == wanted));
    let length = bytes.len();
    let (status, told, body) = match asked(range, length) {
        Asked::Part(first, end) if same => {
            let told = format!("bytes {first}-{}/{length}", end - 1);
            (StatusCode::PARTIAL_CONTENT, told, Pieces::one(bytes.slice(first..end)))
        }
        Asked::Beyond if same => {
            (StatusCode::RANGE_NOT_SATISFIABLE, format!("bytes */{length}"), Pieces::default())
        }
        _ => return answer,
    };
    *answer.status_mut() = status;
    *answer.body_mut() = body;
    super::answer::set(&mut answer, header::CONTENT_RANGE, &told);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_read_as_the_standard_says() {
        for (text, wanted) in [
            ("bytes=0-0", Asked::Part(0, 1)),
            ("bytes=0-99", Asked::Part(0, 100)),
            ("bytes=10-", Asked::Part(10, 100)),
            ("bytes=90-1000", Asked::Part(90, 100)),
            ("bytes=-5", Asked::Part(95, 100)),
            ("bytes=-1000", Asked::Part(0, 100)),
            ("bytes=0-99999999999999999999999999", Asked::Part(0, 100)),
            ("bytes=100-", Asked::Beyond),
            ("bytes=100-200", Asked::Beyond),
            ("bytes=99999999999999999999999999-", Asked::Beyond),
            ("bytes=-0", Asked::Beyond),
            ("bytes=5-4", Asked::Whole),
            ("bytes=0-1,3-4", Asked::Whole),
            ("bytes=", Asked::Whole),
            ("bytes=-", Asked::Whole),
            ("bytes=a-b", Asked::Whole),
            ("bytes=+1-2", Asked::Whole),
            ("bytes=200-x", Asked::Whole),
            ("items=0-1", Asked::Whole),
            ("", Asked::Whole),
        ] {
            assert_eq!(asked(text, 100), wanted, "{text}");
        }
        assert_eq!(asked("bytes=0-", 0), Asked::Beyond);
        assert_eq!(asked("bytes=-1", 0), Asked::Whole);
    }
}
