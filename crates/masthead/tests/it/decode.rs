//! What an answer says once everything that may hide a word is undone: compression, percent and entity escapes, JSON
//! escapes, base64, hexadecimal digits, UTF-16, rot13.

use std::collections::BTreeSet;
use std::io::Read;

use crate::canary;

/// The body as a reader's program would see it.
pub(crate) fn unpacked(encoding: &str, bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match encoding {
        "" | "identity" => plain.extend_from_slice(bytes),
        "gzip" => {
            let mut decoder = flate2::read::GzDecoder::new(bytes);
            decoder.read_to_end(&mut plain).expect("the body is one whole gzip member");
            assert!(decoder.into_inner().is_empty(), "bytes follow the gzip member");
        }
        "br" => {
            let mut decoder = brotli::Decompressor::new(bytes, 4_096);
            decoder.read_to_end(&mut plain).expect("the body is brotli");
        }
        other => panic!("nobody asked for the encoding {other:?}"),
    }
    plain
}

/// The codes of all articles of which a canary occurs in `bytes`, in whatever disguise.
pub(crate) fn articles_in(bytes: &[u8]) -> BTreeSet<String> {
    forms(bytes).iter().flat_map(|form| canary::codes_in(form)).collect()
}

/// The disguises, undone one by one and all together.
fn forms(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let mut forms = Vec::new();
    if text.contains('%') {
        forms.push(percent(&text));
    }
    if text.contains('&') {
        forms.push(entities(&text));
    }
    if text.contains('\\') {
        forms.push(json(&text));
    }
    if text.contains('\0') {
        forms.push(text.replace('\0', ""));
    }
    if !forms.is_empty() {
        forms.push(entities(&percent(&json(&text))));
    }
    forms.push(rot13(&text));
    forms.push(base64(&text));
    forms.push(hexadecimal(&text));
    forms.push(text);
    forms.iter().map(|form| form.to_lowercase()).collect()
}

/// Copies `text`, where `undo` may take the place of what follows a `sign`: it returns the replacement and how much it
/// stands for.
fn replaced(text: &str, sign: char, undo: impl Fn(&str) -> Option<(Vec<u8>, usize)>) -> String {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find(sign) {
        plain.extend_from_slice(&rest.as_bytes()[..place]);
        rest = &rest[place..];
        let (bytes, length) =
            undo(rest).unwrap_or_else(|| (sign.to_string().into_bytes(), sign.len_utf8()));
        plain.extend(bytes);
        rest = &rest[length..];
    }
    plain.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&plain).into_owned()
}

pub(crate) fn percent(text: &str) -> String {
    replaced(text, '%', |rest| {
        let byte = u8::from_str_radix(rest.get(1..3)?, 16).ok()?;
        Some((vec![byte], 3))
    })
}

fn entities(text: &str) -> String {
    replaced(text, '&', |rest| {
        let end = rest.find(';').filter(|end| *end < 12)?;
        let letter = match &rest[1..end] {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            name => {
                let number = name.strip_prefix('#')?;
                let number = match number.strip_prefix(['x', 'X']) {
                    Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                    None => number.parse().ok()?,
                };
                char::from_u32(number)?
            }
        };
        Some((letter.to_string().into_bytes(), end + 1))
    })
}

fn json(text: &str) -> String {
    replaced(text, '\\', |rest| {
        if let Some(digits) = rest.strip_prefix("\\u") {
            let number = u32::from_str_radix(digits.get(..4)?, 16).ok()?;
            return Some((char::from_u32(number)?.to_string().into_bytes(), 6));
        }
        let next = rest.chars().nth(1)?;
        Some((next.to_string().into_bytes(), 1 + next.len_utf8()))
    })
}

fn rot13(text: &str) -> String {
    let turn = |byte: u8, first: u8| char::from((byte - first + 13) % 26 + first);
    let letter = |c: char| match c {
        'a'..='z' => turn(c as u8, b'a'),
        'A'..='Z' => turn(c as u8, b'A'),
        _ => c,
    };
    text.chars().map(letter).collect()
}

/// Every stretch that could be base64 of a canary, decoded; the stretches stand apart from each other.
fn base64(text: &str) -> String {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    };
    let mut plain = Vec::new();
    for stretch in text.as_bytes().split(|byte| value(*byte).is_none()) {
        if stretch.len() < 12 {
            continue;
        }
        // A canary may begin at any of the four places of a group.
        for skipped in 0..4 {
            let (mut bits, mut held) = (0_u32, 0);
            for sextet in stretch.iter().skip(skipped).filter_map(|byte| value(*byte)) {
                bits = bits << 6 | u32::from(sextet);
                held += 6;
                if held >= 8 {
                    held -= 8;
                    plain.push((bits >> held) as u8);
                    bits &= (1 << held) - 1;
                }
            }
            plain.push(b' ');
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

/// Every stretch of hexadecimal digits that could hold a canary, read from its first digit and from its second.
fn hexadecimal(text: &str) -> String {
    let mut plain = Vec::new();
    let digit = |byte: &u8| char::from(*byte).to_digit(16).map(|digit| digit as u8);
    for stretch in text.as_bytes().split(|byte| digit(byte).is_none()) {
        if stretch.len() < 16 {
            continue;
        }
        for skipped in 0..2 {
            let digits: Vec<u8> = stretch.iter().skip(skipped).filter_map(digit).collect();
            plain.extend(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]));
            plain.push(b' ');
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[test]
fn a_canary_is_found_in_every_disguise() {
    let spotted = |bytes: &[u8]| articles_in(bytes).contains("m01");
    let word = canary::word("m01", 7);
    assert!(spotted(format!("<p>{word}</p>").as_bytes()));
    assert!(spotted(word.to_uppercase().as_bytes()));
    let spelled =
        |spell: fn(u8) -> String| word.bytes().map(spell).collect::<String>().into_bytes();
    assert!(spotted(&spelled(|byte| format!("%{byte:02x}"))));
    assert!(spotted(&spelled(|byte| format!("&#{byte};"))));
    assert!(spotted(&spelled(|byte| format!("&#x{byte:X};"))));
    assert!(spotted(&spelled(|byte| format!("\\u00{byte:02x}"))));
    assert!(spotted(&spelled(|byte| format!("{}\0", char::from(byte)))));
    assert!(spotted(&spelled(|byte| format!("\\u0025{byte:02x}"))));
    assert!(spotted(rot13(&word).as_bytes()));
    let digits = word.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert!(spotted(digits.as_bytes()) && spotted(format!("a{digits}").as_bytes()));
    // "qzm01x7zq", and the same behind one and behind two bytes.
    for text in ["cXptMDF4N3pxIHRoYXQ=", "IHF6bTAxeDd6cSB0aGF0", "ICBxem0wMXg3enEgdGhhdA=="] {
        assert!(spotted(text.as_bytes()), "{text}");
    }
    assert!(spotted("金糸雀japa".as_bytes()) || articles_in("金糸雀".as_bytes()).contains("japa"));
    assert!(!spotted(b"qzm02x7zq and nothing else of m01"));
}
