//! From when to when a certificate holds, read from its DER: the one thing of it that TLS itself keeps to itself. Nothing is
//! verified here.

use jiff::Timestamp;

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
/// `[0]`, the version.
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// The dates of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Validity {
    pub(super) begins_at: Timestamp,
    pub(super) ends_at: Timestamp,
}

impl Validity {
    /// Reads them; `None` where this is no certificate of X.509.
    pub(super) fn of(certificate: &[u8]) -> Option<Self> {
        let (whole, _) = inside(certificate, SEQUENCE)?;
        let (mut rest, _) = inside(whole, SEQUENCE)?;
        if let Some((_, behind)) = inside(rest, VERSION) {
            rest = behind;
        }
        // Serial number, signature algorithm, issuer.
        for tag in [INTEGER, SEQUENCE, SEQUENCE] {
            (_, rest) = inside(rest, tag)?;
        }
        let (dates, _) = inside(rest, SEQUENCE)?;
        let (begins_at, rest) = date(dates)?;
        let (ends_at, _) = date(rest)?;
        (begins_at <= ends_at).then_some(Self { begins_at, ends_at })
    }

    /// When a third of its life is left.
    pub(super) fn due_at(self) -> Timestamp {
        let third = self.ends_at.duration_since(self.begins_at) / 3;
        self.ends_at.checked_sub(third).unwrap_or(self.begins_at)
    }
}

/// The value of an element with this tag at the beginning, and what stands behind it.
fn inside(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    if *found != tag {
        return None;
    }
    let (length, rest) = match first {
        0..=0x7f => (usize::from(*first), rest),
        // Lengths of one to three bytes: a certificate is not larger.
        0x81..=0x83 => {
            let (length, rest) = rest.split_at_checked(usize::from(first - 0x80))?;
            (length.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}

/// `YYMMDDhhmmssZ`, or the same with four digits of the year.
fn date(bytes: &[u8]) -> Option<(Timestamp, &[u8])> {
    let (digits, rest, century) = match inside(bytes, UTC_TIME) {
        // Two digits of a year are those from 1950 to 2049.
        Some((digits, rest)) => (digits, rest, if *digits.first()? >= b'5' { "19" } else { "20" }),
        None => inside(bytes, GENERALIZED_TIME).map(|(digits, rest)| (digits, rest, ""))?,
    };
    let text = format!("{century}{}", std::str::from_utf8(digits).ok()?);
    let is_date = text.len() == 15 && text[..14].bytes().all(|b| b.is_ascii_digit());
    if !is_date || !text.ends_with('Z') {
        return None;
    }
    let part = |from: usize, to: usize| &text[from..to];
    let written = format!(
        "{}-{}-{}T{}:{}:{}Z",
        part(0, 4),
        part(4, 6),
        part(6, 8),
        part(8, 10),
        part(10, 12),
        part(12, 14)
    );
    Some((written.parse().ok()?, rest))
}
