//! Visitor ids and the cookie that carries one: a random id with its proof, and nothing else.
//!
//! What a visitor has read is never in the cookie. The proof binds the id to this paper's secret, its public address
//! and this purpose, so a cookie of another host, another environment or another kind is no cookie of ours.

use std::fmt;

use subtle::ConstantTimeEq;

use crate::Person;

const ID_BYTES: usize = 16;
const PROOF_BYTES: usize = 16;
const TOKEN_BYTES: usize = ID_BYTES + PROOF_BYTES;
/// Length of a token as text: 32 bytes in unpadded base64url.
const TOKEN_CHARACTERS: usize = 43;
/// How long a browser's idempotency key is, in bytes before base64url.
pub const IDEMPOTENCY_KEY_BYTES: usize = 16;
const IDEMPOTENCY_KEY_CHARACTERS: usize = 22;

/// The secrets behind visitor ids. `Debug` prints nothing of them.
#[derive(Clone)]
pub struct VisitorKeys {
    visitor: [u8; 32],
    retry: [u8; 32],
}

/// A visitor's cookie value: 43 characters of base64url.
#[derive(Clone, PartialEq, Eq)]
pub struct VisitorToken([u8; TOKEN_BYTES]);

impl VisitorKeys {
    /// Derives the keys for one public address (scheme, host and port) from the paper's secret.
    #[must_use]
    pub fn derive(secret: &[u8; 32], public_url: &str) -> Self {
        let key = |purpose: &str| {
            let mut hasher = blake3::Hasher::new_derive_key(purpose);
            hasher.update(secret);
            hasher.update(public_url.as_bytes());
            *hasher.finalize().as_bytes()
        };
        Self { visitor: key("masthead 2026 visitor id"), retry: key("masthead 2026 first reading") }
    }

    /// The token of a new visitor, from 16 random bytes.
    #[must_use]
    pub fn issue(&self, random: [u8; ID_BYTES]) -> VisitorToken {
        let (proof, _) = self.prove(&random);
        let mut token = [0; TOKEN_BYTES];
        token[..ID_BYTES].copy_from_slice(&random);
        token[ID_BYTES..].copy_from_slice(&proof);
        VisitorToken(token)
    }

    /// The token of a new visitor whose first POST carries an idempotency key: the same key gives the same visitor, so
    /// that a retry after a lost answer is the same reading. `None` where the key is not 22 characters of base64url.
    #[must_use]
    pub fn issue_for_retry(&self, idempotency_key: &str) -> Option<VisitorToken> {
        let mut key = [0; IDEMPOTENCY_KEY_BYTES];
        if idempotency_key.len() != IDEMPOTENCY_KEY_CHARACTERS {
            return None;
        }
        decode(idempotency_key.as_bytes(), &mut key)?;
        let hash = blake3::keyed_hash(&self.retry, &key);
        let mut id = [0; ID_BYTES];
        id.copy_from_slice(&hash.as_bytes()[..ID_BYTES]);
        Some(self.issue(id))
    }

    /// The person behind a cookie's value; `None` where the value is not one of ours.
    #[must_use]
    pub fn person(&self, value: &str) -> Option<Person> {
        if value.len() != TOKEN_CHARACTERS {
            return None;
        }
        let mut token = [0; TOKEN_BYTES];
        decode(value.as_bytes(), &mut token)?;
        self.person_of(&VisitorToken(token))
    }

    /// The person behind a token.
    #[must_use]
    pub fn person_of(&self, token: &VisitorToken) -> Option<Person> {
        let (id, given) = token.0.split_at(ID_BYTES);
        let (proof, person) = self.prove(id);
        bool::from(proof.ct_eq(given)).then_some(person)
    }

    /// One keyed hash gives both: the half that the cookie shows as its proof, and the half that the record keeps.
    fn prove(&self, id: &[u8]) -> ([u8; PROOF_BYTES], Person) {
        let hash = blake3::keyed_hash(&self.visitor, id);
        let (proof, person) = hash.as_bytes().split_at(PROOF_BYTES);
        let mut halves = ([0; PROOF_BYTES], [0; 16]);
        halves.0.copy_from_slice(proof);
        halves.1.copy_from_slice(person);
        (halves.0, Person::from_bytes(halves.1))
    }
}

impl fmt::Debug for VisitorKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VisitorKeys(..)")
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

impl fmt::Display for VisitorToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(TOKEN_CHARACTERS);
        for chunk in self.0.chunks(3) {
            let mut group = [0; 3];
            group[..chunk.len()].copy_from_slice(chunk);
            let bits = u32::from_be_bytes([0, group[0], group[1], group[2]]);
            for place in 0..=chunk.len() {
                let sextet = bits >> (18 - 6 * place) & 63;
                text.push(char::from(ALPHABET[sextet as usize]));
            }
        }
        f.write_str(&text)
    }
}

impl fmt::Debug for VisitorToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VisitorToken(..)")
    }
}

/// Strict unpadded base64url into exactly `bytes`; bits that the last character has too many must be zero, so that one
/// id has one spelling.
fn decode(text: &[u8], bytes: &mut [u8]) -> Option<()> {
    let mut bits: u32 = 0;
    let mut held = 0;
    let mut place = 0;
    for c in text {
        let sextet = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(sextet);
        held += 6;
        if held >= 8 {
            held -= 8;
            *bytes.get_mut(place)? = (bits >> held) as u8;
            place += 1;
            bits &= (1 << held) - 1;
        }
    }
    (place == bytes.len() && bits == 0).then_some(())
}

#[cfg(test)]
mod tests;
