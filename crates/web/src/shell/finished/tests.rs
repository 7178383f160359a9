use std::io::Read;

use bytes::Buf;
use flate2::bufread::GzDecoder;
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// What a gzip reader makes of it: the text, with checksum and length checked, and nothing behind the first member.
fn unzipped(bytes: &[u8]) -> Vec<u8> {
    let mut reader = GzDecoder::new(bytes);
    let mut text = Vec::new();
    reader.read_to_end(&mut text).expect("a whole gzip member");
    assert_eq!(reader.into_inner().remaining(), 0, "bytes behind the only member");
    text
}

fn unsqueezed(mut bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    brotli::BrotliDecompress(&mut bytes, &mut text).expect("whole brotli");
    text
}

/// Parts with words between them, as a reader should see them.
fn joined(parts: &[String], words: &[&str]) -> String {
    let mut text = String::new();
    for (place, part) in parts.iter().enumerate() {
        text += part;
        if place + 1 < parts.len() {
            text += words.get(place).copied().unwrap_or("");
        }
    }
    text
}

#[track_caller]
fn check(parts: &[String], words: &[&str]) {
    let page = Spliced::new(parts.to_vec());
    let wanted = joined(parts, words);
    let words: Vec<Part> = words.iter().map(|text| Part::new((*text).to_owned())).collect();
    let words: Vec<&Part> = words.iter().collect();
    let (plain, encoding) = page.with(&words, Encoding::Identity);
    assert_eq!(encoding, Encoding::Identity);
    assert_eq!(plain.remaining(), wanted.len());
    assert_eq!(plain.into_bytes(), wanted.as_bytes());
    for asked in [Encoding::Gzip, Encoding::Brotli] {
        let (packed, encoding) = page.with(&words, asked);
        assert_eq!(encoding, Encoding::Gzip, "a spliced page travels in gzip");
        let packed = packed.into_bytes();
        assert!(unzipped(&packed) == wanted.as_bytes(), "gzip tells another page");
        let (sum, length) = packed[packed.len() - 8..].split_at(4);
        assert_eq!(sum, crc32fast::hash(wanted.as_bytes()).to_le_bytes());
        assert_eq!(length, (wanted.len() as u32).to_le_bytes());
    }
}

/// Text that does not compress.
fn noise(length: usize) -> String {
    let mut state = 0x9E37_79B9_u32;
    let letter = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'!' + u8::try_from(state >> 24).unwrap() % 90)
    };
    (0..length).map(letter).collect()
}

#[test]
fn words_between_the_parts_come_out_in_their_places() {
    let parts = ["<p>", "</p><p>", "</p>"].map(str::to_owned);
    check(&parts, &["one", "two"]);
    check(&parts, &["", ""]);
    check(&parts, &["späte Ausgabe", "夕刊"]);
}

#[test]
fn a_page_without_parts_words_or_places_is_still_a_page() {
    check(&[], &[]);
    check(&[String::new()], &[]);
    check(&[String::new(), String::new()], &[""]);
    check(&["alone".to_owned()], &[]);
    check(&["no place for".to_owned()], &["this"]);
}

#[test]
fn too_few_words_leave_places_empty_and_too_many_are_left_out() {
    let parts = ["a", "b", "c"].map(str::to_owned);
    check(&parts, &[]);
    check(&parts, &["1"]);
    check(&parts, &["1", "2", "3", "4"]);
}

#[test]
fn words_of_any_length_come_out() {
    let parts = ["<".to_owned(), ">".to_owned()];
    for size in [65_534, 65_535, 65_536, 200_000] {
        check(&parts, &[&noise(size)]);
    }
}

#[test]
fn parts_of_every_size_are_compressed_whole() {
    // Around the powers of two, where the room for the compressed bytes runs out.
    for size in [1, 60, 61, 62, 63, 64, 65, 127, 128, 129, 1_023, 4_096, 70_000, 300_000] {
        check(&[noise(size), "x".repeat(size)], &["between"]);
    }
}

#[test]
fn a_part_can_be_used_again_and_again() {
    let page = Spliced::new(vec!["Dear ".to_owned(), ", hello".to_owned()]);
    for name in ["Ada", "", "Grace", "Ada"] {
        let (packed, _) = page.with(&[&Part::new(name.to_owned())], Encoding::Gzip);
        assert_eq!(unzipped(&packed.into_bytes()), format!("Dear {name}, hello").as_bytes());
    }
}

#[test]
fn a_finished_page_is_the_same_in_every_encoding() {
    for text in [String::new(), "x".to_owned(), noise(200_000), "夕刊 ".repeat(9_000)] {
        let page = Finished::new(text.clone());
        let (plain, encoding) = page.bytes(Encoding::Identity);
        assert_eq!((&plain[..], encoding), (text.as_bytes(), Encoding::Identity));
        // Before the background pass there is no brotli, and gzip is what everybody else takes.
        let (packed, encoding) = page.bytes(Encoding::Brotli);
        assert_eq!(encoding, Encoding::Gzip);
        assert!(unzipped(&packed) == text.as_bytes());
        page.squeeze();
        page.squeeze();
        let (squeezed, encoding) = page.bytes(Encoding::Brotli);
        assert_eq!(encoding, Encoding::Brotli);
        assert!(unsqueezed(&squeezed) == text.as_bytes());
        let (packed, encoding) = page.bytes(Encoding::Gzip);
        assert_eq!(encoding, Encoding::Gzip);
        assert!(unzipped(&packed) == text.as_bytes());
        assert!(page.weight() >= plain.len() + packed.len());
    }
}

#[test]
fn the_validator_changes_with_the_bytes_and_with_the_encoding() {
    let encodings = [Encoding::Identity, Encoding::Gzip, Encoding::Brotli];
    let pages = ["a page", "another page", ""].map(|text| Finished::new(text.to_owned()));
    let tags = pages.iter().flat_map(|page| encodings.map(|encoding| page.etag(encoding)));
    let mut tags: Vec<&str> = tags.map(|tag| tag.to_str().unwrap()).collect();
    for tag in &tags {
        assert!(tag.len() > 2 && tag.starts_with('"') && tag.ends_with('"'), "{tag}");
        assert!(tag[1..tag.len() - 1].bytes().all(|b| b.is_ascii_alphanumeric()), "{tag}");
    }
    let all = tags.len();
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), all);
    assert_eq!(
        Finished::new("a page".to_owned()).etag(Encoding::Gzip),
        pages[0].etag(Encoding::Gzip),
        "the same bytes keep their validator, also after a restart"
    );
    let before = pages[0].etag(Encoding::Brotli).clone();
    pages[0].squeeze();
    assert_eq!(pages[0].etag(Encoding::Brotli), &before);
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[ -~]{0,80}",
        "\\PC{0,40}",
        (0_usize..150_000).prop_map(noise),
        (1_usize..90_000).prop_map(|length| "teaser ".repeat(length / 7)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn splicing_is_joining(parts in vec(text(), 0..5), words in vec(text(), 0..5)) {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        check(&parts, &words);
    }
}
