//! Names of another site as names of ours: letters of other alphabets become Latin ones, and what has no Latin spelling
//! gives way to a short mark made from the name itself, so that the same name becomes the same one every time.

use crate::NAME_BYTES_MAX;

/// Characters of the mark that stands for what was left out.
const MARK: usize = 8;

/// A short mark of a text, the same for the same text: `length` of `[0-9a-f]`, at most 64.
pub(in crate::import) fn mark(text: &str, length: usize) -> String {
    blake3::hash(text.as_bytes()).to_hex().chars().take(length).collect()
}

/// The name of ours for one of theirs, percent-encoded or not; `None` where nothing is left of it.
pub(in crate::import) fn slug(theirs: &str) -> Option<String> {
    let theirs = percent_decoded(theirs.trim());
    let mut slug = String::new();
    let mut lost = false;
    for c in theirs.chars() {
        let before = slug.len();
        match c {
            'a'..='z' | '0'..='9' => slug.push(c),
            'A'..='Z' => slug.push(c.to_ascii_lowercase()),
            '\'' | '’' | '"' | '“' | '”' => {}
            c if c.is_alphanumeric() => match latin(c) {
                Some(letters) => slug.push_str(letters),
                None => lost = true,
            },
            '\u{300}'..='\u{36f}' => {}
            _ => {}
        }
        let silent = matches!(c, '\'' | '’' | '"' | '\u{300}'..='\u{36f}');
        if before == slug.len()
            && !silent
            && !slug.is_empty()
            && !slug.ends_with('-')
            && (!c.is_alphanumeric())
        {
            slug.push('-');
        }
    }
    let slug = slug.trim_matches('-');
    if slug.is_empty() && !lost {
        return None;
    }
    if !lost && slug.len() <= NAME_BYTES_MAX {
        return Some(slug.to_owned());
    }
    let room = NAME_BYTES_MAX - MARK - 1;
    let short = shortened(slug, room);
    let mark = mark(&theirs, MARK);
    Some(if short.is_empty() { format!("n-{mark}") } else { format!("{short}-{mark}") })
}

/// A name made from words that people read, such as a headline; `None` where nothing is left of them.
#[must_use]
pub fn slug_of_words(words: &str) -> Option<String> {
    // Here nothing has to be told apart: an id does that.
    let first: String = words.split_whitespace().take(12).collect::<Vec<_>>().join("-");
    slug(&first).map(|slug| shortened(&slug, 60)).filter(|slug| !slug.is_empty())
}

/// The same name with something behind it, within the limit.
pub(in crate::import) fn with_end(slug: &str, end: &str) -> String {
    let room = NAME_BYTES_MAX.saturating_sub(end.len() + 1);
    let short = shortened(slug, room);
    if short.is_empty() { end.to_owned() } else { format!("{short}-{end}") }
}

/// At most `room` bytes of a name, cut at a hyphen where that leaves most of it.
fn shortened(slug: &str, room: usize) -> String {
    if slug.len() <= room {
        return slug.to_owned();
    }
    let cut = &slug[..room];
    let at = cut.rfind('-').filter(|at| *at > room / 2).unwrap_or(room);
    cut[..at].trim_end_matches('-').to_owned()
}

/// Percent signs resolved, where that gives text.
pub(in crate::import) fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let pair = bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        let byte = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match byte.filter(|_| bytes[at] == b'%') {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_owned())
}

/// Letters and how they are spelt in Latin ones: each row the letters, then a spelling for each.
const ALPHABETS: [(&str, &str); 9] = [
    // Latin with signs, as WordPress spells them itself; then Cyrillic, Greek, and small numbers.
    (
        "àáâãäåāăąǎấầẩẫậạảắằẳẵặæçćĉċčďđ",
        "a a a a a a a a a a a a a a a a a a a a a a ae c c c c c d d",
    ),
    (
        "ðèéêëēĕėęěẹẻẽếềểễệĝğġģĥħìíîïĩī",
        "d e e e e e e e e e e e e e e e e e g g g g h h i i i i i i",
    ),
    (
        "ĭįıỉịĵķĺļľŀłñńņňŋòóôõöøōŏőơọỏố",
        "i i i i i j k l l l l l n n n n n o o o o o o o o o o o o o",
    ),
    (
        "ồổỗộớờởỡợœŕŗřśŝşšșßţťŧțþùúûüũū",
        "o o o o o o o o o oe r r r s s s s s ss t t t t th u u u u u u",
    ),
    ("ŭůűųưụủứừửữựŵýÿŷỳỵỷỹźżž", "u u u u u u u u u u u u w y y y y y y y z z z"),
    (
        "абвгдеёжзийклмнопрстуфхцчшщъыьэю",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu",
    ),
    ("яіїєґўђјљњћџѓќѕ", "ya i yi ye g u dj j lj nj c dz g k dz"),
    (
        "αάβγδεέζηήθιίϊΐκλμνξοόπρσςτυύϋΰφχψωώ",
        "a a v g d e e z i i th i i i i k l m n x o o p r s s t y y y y f ch ps o o",
    ),
    ("ªº²³¹", "a o 2 3 1"),
];

/// The Latin spelling of a letter; empty for a sign that is not spoken.
fn latin(c: char) -> Option<&'static str> {
    let mut small = c.to_lowercase();
    let c = small.next().unwrap_or(c);
    ALPHABETS.iter().find_map(|(letters, spellings)| {
        let place = letters.chars().position(|letter| letter == c)?;
        let spelling = spellings.split(' ').nth(place)?;
        Some(if spelling == "-" { "" } else { spelling })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_has_a_spelling() {
        for (letters, spellings) in ALPHABETS {
            assert_eq!(letters.chars().count(), spellings.split(' ').count(), "{letters}");
        }
    }

    #[test]
    fn names_become_ours() {
        for (theirs, ours) in [
            ("harbour-news", "harbour-news"),
            ("Harbour News!", "harbour-news"),
            ("caf%c3%a9-cr%C3%A8me", "cafe-creme"),
            ("Örtliche Straße", "ortliche-strasse"),
            ("%d0%bc%d0%be%d1%81%d0%ba%d0%b2%d0%b0", "moskva"),
            ("Ελλάδα", "ellada"),
            ("Łódź", "lodz"),
            ("don’t-stop", "dont-stop"),
            ("a_b.c", "a-b-c"),
            ("--a--b--", "a-b"),
            ("100%", "100"),
        ] {
            assert_eq!(slug(theirs).as_deref(), Some(ours), "{theirs}");
        }
        assert_eq!(slug("!!!"), None);
        assert_eq!(slug(""), None);
    }

    #[test]
    fn what_has_no_latin_spelling_gets_a_mark_of_its_own() {
        let (tokyo, osaka) = (slug("東京").unwrap(), slug("大阪").unwrap());
        assert!(tokyo.starts_with("n-") && tokyo != osaka, "{tokyo} {osaka}");
        assert_eq!(slug("%e6%9d%b1%e4%ba%ac").unwrap(), tokyo);
        assert!(slug("tokyo-東京").unwrap().starts_with("tokyo-"));
        let (one, other) = (slug(&format!("{}1", "a".repeat(90))), slug(&"a".repeat(90)));
        assert_ne!(one, other);
        assert_eq!(one.unwrap().len(), NAME_BYTES_MAX);
    }
}
