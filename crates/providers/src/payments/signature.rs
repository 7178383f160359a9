//! Proof that a message is a provider's: HMAC-SHA256 over the instant and the body, in the form that Stripe's
//! `Stripe-Signature` has (`t=1492774577,v1=5257a8…`). Nothing is looked at that is not proven, and no secret is shown.
//! Source: <https://docs.stripe.com/webhooks#verify-manually>.

use std::fmt;

use jiff::Timestamp;
use ring::hmac;

/// How far the instant of a message may lie from ours, before or after, in seconds.
pub const TOLERANCE_SECONDS: i64 = 300;
/// The largest message that is looked at, in bytes.
pub const HINT_BYTES_MAX: usize = 512 * 1_024;
/// The longest signature that is looked at, in bytes.
const SIGNATURE_BYTES_MAX: usize = 2_048;
/// Signatures of one message that are looked at: during a change of the secret there are two.
const SIGNATURES_MAX: usize = 8;

/// Something that nobody is shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps it.
    #[must_use]
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Why a message is not taken for the provider's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Forged {
    /// There is no signature.
    #[error("the message is not signed")]
    Unsigned,
    /// The signature has another form.
    #[error("the signature cannot be read: it has no instant or no v1")]
    Unreadable,
    /// It was signed too long ago, or after our present.
    #[error(
        "the message was signed {0} seconds away from now; check this machine's clock if it is the provider's"
    )]
    Old(i64),
    /// No secret of ours gives this signature.
    #[error("the signature is not the provider's; check the webhook secret if it should be")]
    Wrong,
    /// The message is larger than is looked at.
    #[error("the message has more than {HINT_BYTES_MAX} bytes")]
    TooLarge,
    /// It is signed, and still no message.
    #[error("the message is signed, and is no event")]
    NoEvent,
}

/// The signature of a body at an instant.
pub(crate) fn sign(secret: &[u8], body: &[u8], now: Timestamp) -> String {
    let seconds = now.as_second();
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let tag = hmac::sign(&key, &signed_text(seconds, body));
    format!("t={seconds},v1={}", hex(tag.as_ref()))
}

fn signed_text(seconds: i64, body: &[u8]) -> Vec<u8> {
    [format!("{seconds}.").as_bytes(), body].concat()
}

/// Whether a body is signed by one of the secrets, and within [`TOLERANCE_SECONDS`] of now. The comparison takes the same
/// time wherever signatures differ.
pub(crate) fn verify<'a>(
    secrets: impl IntoIterator<Item = &'a [u8]>,
    body: &[u8],
    signature: Option<&str>,
    now: Timestamp,
) -> Result<(), Forged> {
    if body.len() > HINT_BYTES_MAX {
        return Err(Forged::TooLarge);
    }
    let signature = signature.filter(|s| !s.trim().is_empty()).ok_or(Forged::Unsigned)?;
    if signature.len() > SIGNATURE_BYTES_MAX {
        return Err(Forged::Unreadable);
    }
    let parts = || signature.split(',').filter_map(|part| part.trim().split_once('='));
    let seconds = parts().find(|(name, _)| *name == "t").map(|(_, value)| value);
    let digits = |text: &&str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let seconds = seconds.filter(digits).and_then(|text| text.parse::<i64>().ok());
    let seconds = seconds.ok_or(Forged::Unreadable)?;
    let signed = parts().filter(|(name, _)| *name == "v1").take(SIGNATURES_MAX);
    let signed: Vec<Vec<u8>> = signed.filter_map(|(_, value)| unhex(value)).collect();
    if signed.is_empty() {
        return Err(Forged::Unreadable);
    }
    let text = signed_text(seconds, body);
    let mut genuine = false;
    for secret in secrets.into_iter().filter(|secret| !secret.is_empty()) {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        for theirs in &signed {
            genuine |= hmac::verify(&key, &text, theirs).is_ok();
        }
    }
    if !genuine {
        return Err(Forged::Wrong);
    }
    // Only of a message that is genuine is it said how old it is.
    let away = now.as_second().saturating_sub(seconds).saturating_abs();
    if away > TOLERANCE_SECONDS { Err(Forged::Old(away)) } else { Ok(()) }
}

/// A name that follows from a key and a text, and tells neither: 32 hexadecimal digits.
pub(crate) fn derived(secret: &[u8], purpose: &str, text: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let tag = hmac::sign(&key, format!("{purpose}\0{text}").as_bytes());
    hex(&tag.as_ref()[..16])
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |c: u8| char::from(c).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let byte = |[high, low]: &[u8; 2]| Some(digit(*high)? << 4 | digit(*low)?);
    if rest.is_empty() { pairs.iter().map(byte).collect() } else { None }
}

#[cfg(test)]
mod tests;
