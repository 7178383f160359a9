//! Fields of a query or of a form (`application/x-www-form-urlencoded`, WHATWG URL, 5.1). Hostile until shown otherwise.

use std::collections::HashSet;

/// The value of a field, decoded; the first where it comes twice. Bytes that are no UTF-8 become U+FFFD.
pub(crate) fn field(text: &[u8], name: &str) -> Option<String> {
    pairs(text).find(|(key, _)| decode(key) == name).map(|(_, value)| decode(value))
}

/// The names of all fields, each once, in their order.
pub(crate) fn names(text: &[u8]) -> Vec<String> {
    let mut seen = HashSet::new();
    let each = pairs(text).map(|(key, _)| decode(key));
    each.filter(|name| seen.insert(name.clone())).collect()
}

fn pairs(text: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let pairs = text.split(|byte| *byte == b'&');
    pairs.map(|pair| match pair.iter().position(|byte| *byte == b'=') {
        Some(place) => (&pair[..place], &pair[place + 1..]),
        None => (pair, &pair[pair.len()..]),
    })
}

fn decode(text: &[u8]) -> String {
    let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
    let mut decoded = Vec::with_capacity(text.len());
    let mut place = 0;
    while let Some(byte) = text.get(place) {
        place += 1;
        let pair = digit(text.get(place)).zip(digit(text.get(place + 1)));
        decoded.push(match (byte, pair) {
            (b'+', _) => b' ',
            (b'%', Some((high, low))) => {
                place += 2;
                u8::try_from(high << 4 | low).unwrap_or(b'?')
            }
            (other, _) => *other,
        });
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded_once() {
        let text = b"about=%2Fcity%2Fa&words=It+is+%2541%0D%0Anot+%C3%A4&words=second&empty&x=";
        assert_eq!(field(text, "about").as_deref(), Some("/city/a"));
        assert_eq!(field(text, "words").as_deref(), Some("It is %41\r\nnot ä"));
        assert_eq!(field(text, "empty").as_deref(), Some(""));
        assert_eq!(field(text, "x").as_deref(), Some(""));
        assert_eq!(field(text, "mail"), None);
        assert_eq!(field(b"", "a"), None);
        assert_eq!(names(text), ["about", "words", "empty", "x"], "each once");
    }

    #[test]
    fn broken_encodings_break_nothing() {
        for (text, wanted) in
            [("a=%", "%"), ("a=%4", "%4"), ("a=%zz", "%zz"), ("a=%ff", "\u{FFFD}")]
        {
            assert_eq!(field(text.as_bytes(), "a").as_deref(), Some(wanted), "{text}");
        }
    }
}
