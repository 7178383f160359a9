//! A word in the disguises in which text can leave a server: its letters spelled otherwise, packed into another alphabet, turned
//! round. Compressed bytes are unpacked before they come here.

use anyhow::bail;

/// Shorter words stand in any page by chance.
const WORD_BYTES_MIN: usize = 6;
/// How often one spelling may be wrapped into another.
const UNWRAPPINGS: usize = 3;

/// A word that must not be shown.
#[derive(Debug)]
pub(super) struct Canary {
    word: String,
    /// What gives it away, and the name of the disguise.
    needles: Vec<(Vec<u8>, &'static str)>,
}

impl Canary {
    /// A word of ASCII letters and digits.
    pub(super) fn new(word: &str) -> anyhow::Result<Self> {
        if word.len() < WORD_BYTES_MIN || !word.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            bail!(
                "a canary has at least {WORD_BYTES_MIN} ASCII letters or digits, and {word:?} has not"
            );
        }
        let word = word.to_ascii_lowercase();
        let bytes = word.as_bytes();
        let turned: Vec<u8> = bytes.iter().rev().copied().collect();
        let rotated: Vec<u8> = bytes.iter().map(|byte| rot13(*byte)).collect();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let needles = vec![
            (bytes.to_vec(), "as it is"),
            (turned, "backwards"),
            (rotated, "in rot13"),
            (hex.into_bytes(), "in hexadecimal digits"),
        ];
        Ok(Self { word, needles })
    }

    /// The word.
    pub(super) fn word(&self) -> &str {
        &self.word
    }

    /// The disguise in which it stands in these bytes.
    pub(super) fn in_bytes(&self, bytes: &[u8]) -> Option<&'static str> {
        // UTF-16 of ASCII is ASCII with zeros between.
        let mut text: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
        for _ in 0..UNWRAPPINGS {
            let lower = text.to_ascii_lowercase();
            let plain = self.needles.iter().find(|(needle, _)| holds(&lower, needle));
            if let Some((_, disguise)) = plain {
                return Some(disguise);
            }
            // Base64 distinguishes capitals, and the word may begin at any of three places in a group.
            if base64_runs(&text)
                .iter()
                .any(|run| holds(&run.to_ascii_lowercase(), self.word.as_bytes()))
            {
                return Some("in base64");
            }
            let unwrapped = unwrapped(&text);
            if unwrapped == text {
                break;
            }
            text = unwrapped;
        }
        None
    }
}

fn holds(text: &[u8], needle: &[u8]) -> bool {
    text.windows(needle.len()).any(|window| window == needle)
}

fn rot13(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => (byte - b'a' + 13) % 26 + b'a',
        other => other,
    }
}

/// One layer of percent-encoding, entities and JSON escapes less.
fn unwrapped(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, behind)) = rest.split_first() {
        let (byte, taken) = match first {
            b'%' => coded(behind, b"", 16, Some(2), None),
            b'&' => coded(behind, b"#x", 16, None, Some(b';'))
                .or_else(|| coded(behind, b"#X", 16, None, Some(b';')))
                .or_else(|| coded(behind, b"#", 10, None, Some(b';'))),
            b'\\' => coded(behind, b"u", 16, Some(4), None)
                .or_else(|| coded(behind, b"x", 16, Some(2), None)),
            _ => None,
        }
        .unwrap_or((*first, 0));
        plain.push(byte);
        rest = &behind[taken..];
    }
    plain
}

/// A number behind a mark, in so many digits or up to an end; the byte that it stands for, and how much of the text it took.
fn coded(
    text: &[u8],
    mark: &[u8],
    radix: u32,
    digits: Option<usize>,
    end: Option<u8>,
) -> Option<(u8, usize)> {
    let rest = text.strip_prefix(mark)?;
    let count = match digits {
        Some(count) => count,
        None => rest.iter().take(8).position(|byte| Some(*byte) == end)?,
    };
    let number = std::str::from_utf8(rest.get(..count)?).ok()?;
    let byte = u8::try_from(u32::from_str_radix(number, radix).ok()?).ok()?;
    Some((byte, mark.len() + count + usize::from(end.is_some())))
}

/// What every run of base64 letters holds, read from each of its four places.
fn base64_runs(text: &[u8]) -> Vec<Vec<u8>> {
    const RUN_MIN: usize = 8;
    let sextet = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    };
    let mut all = Vec::new();
    for run in text.split(|byte| sextet(*byte).is_none()).filter(|run| run.len() >= RUN_MIN) {
        for from in 0..4 {
            let (mut bits, mut held, mut plain) = (0_u32, 0, Vec::with_capacity(run.len()));
            for six in run[from..].iter().filter_map(|byte| sextet(*byte)) {
                bits = bits << 6 | u32::from(six);
                held += 6;
                if held >= 8 {
                    held -= 8;
                    plain.push((bits >> held) as u8);
                    bits &= (1 << held) - 1;
                }
            }
            all.push(plain);
        }
    }
    all
}
