//! What a reader's browser keeps for the hours in which the record cannot be asked: the live entitlements, each with its end, proven by
//! this paper and bound to one session. It is looked at only when a session could not be looked up, and then stands for it.
//!
//! It knows nothing of what happened since it was given: a session that was ended, or a payment that was returned, counts again as soon
//! as the record answers, and at the latest when the pass is over.

use std::fmt;
use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use paywall::{Ending, Entitlement, Interval, Source};
use subtle::ConstantTimeEq;

use crate::SecretHash;

/// How long a pass lasts at most.
pub const OUTAGE_PASS_LASTS: SignedDuration = SignedDuration::from_hours(24);
/// How many entitlements a pass names at most: those that last longest.
pub const OUTAGE_PASS_ENTITLEMENTS_MAX: usize = 8;
/// How many bytes a pass is at most: eight names of 32 bytes with source and end, and the proof.
pub const OUTAGE_PASS_BYTES_MAX: usize = OUTAGE_PASS_ENTITLEMENTS_MAX * 64 + PROOF_CHARACTERS;
const PROOF_BYTES: usize = 16;
const PROOF_CHARACTERS: usize = 2 * PROOF_BYTES;

/// The secret behind passes. `Debug` prints nothing of it.
#[derive(Clone)]
pub struct OutagePassKey([u8; 32]);

impl OutagePassKey {
    /// Derives the key for one public address (scheme, host and port) from the paper's secret.
    #[must_use]
    pub fn derive(secret: &[u8; 32], public_url: &str) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("masthead 2026 outage pass");
        hasher.update(secret);
        hasher.update(public_url.as_bytes());
        Self(*hasher.finalize().as_bytes())
    }

    /// The pass of somebody who holds these intervals, for one session; `None` where none is live.
    #[must_use]
    pub fn issue(
        &self,
        session: SecretHash,
        intervals: &[Interval],
        now: Timestamp,
    ) -> Option<String> {
        let latest = now + OUTAGE_PASS_LASTS;
        let mut live: Vec<(Timestamp, &Interval)> = intervals
            .iter()
            .filter(|interval| interval.is_live(now))
            .map(|interval| (interval.ends_at.map_or(latest, |end| end.min(latest)), interval))
            .collect();
        live.sort_by(|(one, first), (other, second)| {
            (&first.entitlement, other).cmp(&(&second.entitlement, one))
        });
        live.dedup_by(|(_, later), (_, first)| later.entitlement == first.entitlement);
        live.sort_by_key(|(end, _)| std::cmp::Reverse(*end));
        live.truncate(OUTAGE_PASS_ENTITLEMENTS_MAX);
        if live.is_empty() {
            return None;
        }
        let mut text = String::new();
        for (end, interval) in live {
            let (name, source) = (&interval.entitlement, interval.source.name());
            let _ = write!(text, "{name}:{source}:{}.", end.as_second());
        }
        let proof = self.prove(session, &text);
        proof.iter().for_each(|byte| {
            let _ = write!(text, "{byte:02x}");
        });
        Some(text)
    }

    /// What a pass opens at `now` for the session that it was given to; nothing where it is not one of ours, another session's or over.
    #[must_use]
    pub fn intervals(&self, session: SecretHash, text: &str, now: Timestamp) -> Vec<Interval> {
        self.read(session, text, now).unwrap_or_default()
    }

    fn read(&self, session: SecretHash, text: &str, now: Timestamp) -> Option<Vec<Interval>> {
        if text.len() > OUTAGE_PASS_BYTES_MAX {
            return None;
        }
        let (told, given) = text.split_at_checked(text.rfind('.')? + 1)?;
        let given = crate::secret::hexadecimal(given)?;
        if !bool::from(self.prove(session, told).ct_eq(&given)) {
            return None;
        }
        let of = |one: &str| {
            let mut parts = one.split(':');
            let entitlement = Entitlement::parse(parts.next()?).ok()?;
            let source = Source::named(parts.next()?)?;
            let end = Timestamp::from_second(parts.next()?.parse().ok()?).ok()?;
            let is_over = end <= now || end.duration_since(now) > OUTAGE_PASS_LASTS;
            (!is_over).then_some(Interval {
                entitlement,
                source,
                starts_at: now,
                grace_from: None,
                ends_at: Some(end),
                ending: Ending::RanOut,
            })
        };
        Some(told.split_terminator('.').filter_map(of).collect())
    }

    fn prove(&self, session: SecretHash, told: &str) -> [u8; PROOF_BYTES] {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(session.as_bytes());
        hasher.update(told.as_bytes());
        let mut proof = [0; PROOF_BYTES];
        proof.copy_from_slice(&hasher.finalize().as_bytes()[..PROOF_BYTES]);
        proof
    }
}

impl fmt::Debug for OutagePassKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OutagePassKey(..)")
    }
}

#[cfg(test)]
mod tests;
