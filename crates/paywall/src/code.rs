//! The short code on a wall, which support decodes into the decision behind it.
//!
//! 70 bits: 54 of facts and 16 that must be zero, through a keyed permutation (a Feistel network over two halves of 35
//! bits, ten rounds, keyed BLAKE3 as the round function), written as 14 Crockford characters. No person is in it, and
//! without the key it says nothing; a mistyped code is told apart from a true one with a chance of error of 1 in 65,536.

use std::fmt;

use jiff::Timestamp;

use crate::{Access, Meterage, Policy, Reason, SettingsVersion, Wall};

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const HALF: u64 = (1 << 35) - 1;
const ROUNDS: u8 = 10;
/// Day 0 of the window's end: 2020-01-01T00:00Z.
const EPOCH_SECONDS: i64 = 1_577_836_800;
const DAY_SECONDS: i64 = 86_400;

/// The paper's secret for wall codes.
#[derive(Clone)]
pub struct CodeKey(pub [u8; 32]);

impl fmt::Debug for CodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeKey(..)")
    }
}

/// A code as the reader sees it: `K7Q2-P4XNC-8WT3M`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct WallCode(u128);

/// What a code says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CodeFacts {
    /// The settings in force.
    pub settings: SettingsVersion,
    /// The rule that refused, as the name of a [`Reason`].
    pub rule: &'static str,
    /// What the article asked.
    pub access: &'static str,
    /// What the asker was, as far as the wall knows: a stranger or visitor, or somebody with something that is over.
    pub reader: &'static str,
    /// Articles read in the window; 255 stands for that many or more. `None` where the meter was not known.
    pub read: Option<u8>,
    /// The allowance; 255 stands for that many or more.
    pub allowance: Option<u8>,
    /// The day on which the window ends, as days since 2020-01-01 in UTC.
    pub window_ends_day: Option<u16>,
}

impl CodeFacts {
    /// The start of the day (UTC) in which the window ends.
    #[must_use]
    pub fn window_ends_at(&self) -> Option<Timestamp> {
        let days = i64::from(self.window_ends_day?);
        Timestamp::from_second(EPOCH_SECONDS + days * DAY_SECONDS).ok()
    }
}

/// Why a code cannot be explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Not 14 characters of the alphabet.
    #[error(
        "a code has 14 letters and digits, in groups such as K7Q2-P4XNC-8WT3M; check it for missing ones"
    )]
    Form,
    /// It decodes to nothing: mistyped, or another paper's.
    #[error("this code was not made by this paper; check it for a mistyped character")]
    Foreign,
}

const RULES: [&str; 8] = [
    "used_up",
    "subscribers",
    "trial_over",
    "subscription_over",
    "registration",
    "registration_more",
    "verify_mail",
    "network",
];
const ACCESSES: [&str; 4] = ["free", "registered", "metered", "entitled"];
const READERS: [&str; 4] = ["visitor", "trial_over", "subscription_over", "reader"];

impl WallCode {
    /// The code of a wall under a policy.
    #[must_use]
    pub fn of(wall: &Wall, policy: &Policy, key: &CodeKey) -> Self {
        let (rule, reader) = match wall.reason {
            Reason::UsedUp => (0, 0),
            Reason::Subscribers => (1, 0),
            Reason::TrialOver { .. } => (2, 1),
            Reason::SubscriptionOver { .. } => (3, 2),
            Reason::Registration { more: None } => (4, 0),
            Reason::Registration { more: Some(_) } => (5, 0),
            Reason::VerifyMail => (6, 3),
            Reason::Network => (7, 0),
        };
        let access = match wall.access {
            Access::Free => 0,
            Access::Registered => 1,
            Access::Metered => 2,
            Access::Entitled(_) => 3,
        };
        let byte = |number: u32| u64::from(number.min(255));
        let metered = wall.meterage.map(|Meterage { read, allowance, window, .. }| {
            let days = (window.ends_at.as_second() - EPOCH_SECONDS).div_euclid(DAY_SECONDS);
            // 14 bits of days reach into 2064; day 0 stands for "not known".
            let day = u64::try_from(days).unwrap_or(0).min((1 << 14) - 1);
            (byte(read), byte(allowance), day)
        });
        let (read, allowance, day) = metered.unwrap_or((0, 0, 0));
        let mut facts = u64::from(policy.version.0) & ((1 << 16) - 1);
        for (value, bits) in
            [(rule, 4), (access, 2), (reader, 2), (read, 8), (allowance, 8), (day, 14)]
        {
            facts = facts << bits | value;
        }
        Self(permute(u128::from(facts) << 16, key, Direction::Forward))
    }

    /// Reads a code as a person typed it: any case, any spaces, hyphens and dashes, O for 0, I and L for 1.
    ///
    /// # Errors
    /// [`CodeError::Form`].
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let mut value: u128 = 0;
        let mut digits = 0;
        // Mail programs and phones turn a hyphen into some other dash, and a space into one that does not break.
        let is_dash = |c: char| matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}');
        for c in text.chars().filter(|c| !is_dash(*c) && !c.is_whitespace()) {
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let digit = ALPHABET.iter().position(|a| char::from(*a) == c).ok_or(CodeError::Form)?;
            digits += 1;
            if digits > 14 {
                return Err(CodeError::Form);
            }
            value = value << 5 | digit as u128;
        }
        if digits == 14 { Ok(Self(value)) } else { Err(CodeError::Form) }
    }

    /// What the code says.
    ///
    /// # Errors
    /// [`CodeError::Foreign`] where it was made with another key, or was mistyped.
    pub fn explain(self, key: &CodeKey) -> Result<CodeFacts, CodeError> {
        let plain = permute(self.0, key, Direction::Backward);
        if plain & 0xFFFF != 0 {
            return Err(CodeError::Foreign);
        }
        let mut facts = (plain >> 16) as u64;
        let mut take = |bits: u32| {
            let value = facts & ((1 << bits) - 1);
            facts >>= bits;
            value as usize
        };
        let (day, allowance, read) = (take(14), take(8), take(8));
        let (reader, access, rule) = (take(2), take(2), take(4));
        let settings = SettingsVersion(take(16) as u32);
        let known = day != 0;
        Ok(CodeFacts {
            settings,
            rule: RULES.get(rule).copied().ok_or(CodeError::Foreign)?,
            access: ACCESSES[access],
            reader: READERS[reader],
            read: known.then_some(read as u8),
            allowance: known.then_some(allowance as u8),
            window_ends_day: known.then_some(day as u16),
        })
    }
}

impl fmt::Display for WallCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in (0..14).rev() {
            let digit = (self.0 >> (5 * place)) as usize & 31;
            write!(f, "{}", char::from(ALPHABET[digit]))?;
            if matches!(place, 10 | 5) {
                f.write_str("-")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for WallCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WallCode({self})")
    }
}

#[derive(Clone, Copy)]
enum Direction {
    Forward,
    Backward,
}

/// A keyed permutation of 70 bits.
fn permute(block: u128, key: &CodeKey, direction: Direction) -> u128 {
    let mut left = (block >> 35) as u64 & HALF;
    let mut right = block as u64 & HALF;
    let round = |number: u8, half: u64| {
        let mut input = [0; 9];
        input[..8].copy_from_slice(&half.to_le_bytes());
        input[8] = number;
        let hash = blake3::keyed_hash(&key.0, &input);
        let mut first = [0; 8];
        first.copy_from_slice(&hash.as_bytes()[..8]);
        u64::from_le_bytes(first) & HALF
    };
    match direction {
        Direction::Forward => {
            for number in 0..ROUNDS {
                (left, right) = (right, left ^ round(number, right));
            }
        }
        Direction::Backward => {
            for number in (0..ROUNDS).rev() {
                (left, right) = (right ^ round(number, left), left);
            }
        }
    }
    u128::from(left) << 35 | u128::from(right)
}

#[cfg(test)]
mod tests;
