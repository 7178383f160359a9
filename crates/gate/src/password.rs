//! Passwords: how one that is typed is read, which ones are refused when they are chosen, and what is kept of them. A password is
//! never kept, printed or cut. Hashing takes long and much memory on purpose: whoever calls it does so away from readers' threads.

use std::fmt;
use std::sync::OnceLock;

use argon2::password_hash::{PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use unicode_normalization::UnicodeNormalization;

/// The fewest characters of a password: it is the only proof of its way in (NIST SP 800-63B-4, 3.1.1.2; ASVS 5, 6.2.1).
pub const PASSWORD_CHARS_MIN: usize = 15;
/// The most characters of a password.
pub const PASSWORD_CHARS_MAX: usize = 128;

/// Argon2id as OWASP's Password Storage Cheat Sheet has it: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1_024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// A password of fewer pieces than this is one that is tried early.
const PIECES_MIN: usize = 4;
/// The shortest name, word or sequence that is a piece by itself.
const PIECE_CHARS_MIN: usize = 3;
/// The longest word of the list.
const COMMON_CHARS_MAX: usize = 20;
/// Words that many people use: sorted, in small letters. Where they are from: `password/README.md`.
const COMMON: &str = include_str!("password/common.txt");

/// A password as it was typed, in the one normal form (NFKC), so that every keyboard spells it alike. It prints as nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// What is kept of a password: a salt, the cost, and Argon2id's result, in the usual text (PHC).
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// Why a password cannot be chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unfit {
    /// It has fewer than [`PASSWORD_CHARS_MIN`] characters.
    TooShort,
    /// It has more than [`PASSWORD_CHARS_MAX`] characters.
    TooLong,
    /// It is made of names and words that are tried first.
    Common,
}

impl Password {
    /// Reads what somebody typed to sign in. `None` where nobody's password is so: it is empty or too long.
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        let normal: String = text.nfkc().take(PASSWORD_CHARS_MAX + 1).collect();
        let count = normal.chars().count();
        (1..=PASSWORD_CHARS_MAX).contains(&count).then_some(Self(normal))
    }

    /// Reads what somebody chose. `names` are those of the paper and of the reader: they are guessed before anything else.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn chosen(text: &str, names: &[&str]) -> Result<Self, Unfit> {
        let normal: String = text.nfkc().take(PASSWORD_CHARS_MAX + 1).collect();
        match normal.chars().count() {
            ..PASSWORD_CHARS_MIN => Err(Unfit::TooShort),
            PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX if is_common(&normal, names) => {
                Err(Unfit::Common)
            }
            PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX => Ok(Self(normal)),
            _ => Err(Unfit::TooLong),
        }
    }

    /// What is kept of it. It takes long.
    #[must_use]
    pub fn hash(&self, salt: [u8; 16]) -> PasswordHash {
        let hashed = SaltString::encode_b64(&salt)
            .and_then(|salt| Ok(argon2().hash_password(self.0.as_bytes(), &salt)?.to_string()));
        // Salt, cost and length are all within what Argon2 takes. An empty text is no password's.
        PasswordHash(hashed.unwrap_or_default())
    }

    /// Whether it is the one of which this was kept. It takes as long where there is none.
    #[must_use]
    pub fn is(&self, kept: Option<&PasswordHash>) -> bool {
        let text = kept.map_or_else(|| nobodys().0.as_str(), |kept| kept.0.as_str());
        let hash = argon2::PasswordHash::new(text);
        let is_same =
            hash.is_ok_and(|hash| argon2().verify_password(self.0.as_bytes(), &hash).is_ok());
        is_same && kept.is_some()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

impl PasswordHash {
    /// What was kept.
    #[must_use]
    pub const fn kept(text: String) -> Self {
        Self(text)
    }

    /// The text to keep.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// What is compared where there is no password, so that the answer takes as long.
fn nobodys() -> &'static PasswordHash {
    static NOBODYS: OnceLock<PasswordHash> = OnceLock::new();
    NOBODYS.get_or_init(|| Password(String::new()).hash([0; 16]))
}

/// Whether a password consists of few pieces that are guessed first.
fn is_common(password: &str, names: &[&str]) -> bool {
    let small = |text: &str| text.to_lowercase().chars().collect::<Vec<char>>();
    let names: Vec<Vec<char>> = names
        .iter()
        .flat_map(|name| {
            let parts = name.split(|letter: char| !letter.is_alphanumeric());
            parts.filter(|part| part.chars().count() >= PIECE_CHARS_MIN).map(small)
        })
        .collect();
    let letters = small(password);
    let plain: Vec<char> = letters.iter().copied().map(as_letter).collect();
    pieces(&letters, &names) < PIECES_MIN || pieces(&plain, &names) < PIECES_MIN
}

/// The letter that a digit or sign often stands for.
const fn as_letter(sign: char) -> char {
    match sign {
        '@' | '4' => 'a',
        '3' => 'e',
        '1' | '!' => 'i',
        '0' => 'o',
        '$' | '5' => 's',
        '7' => 't',
        other => other,
    }
}

/// Of how few pieces a text can be made: a common word, a row as in a count, a few digits, any other letter. A name, what stands in it a
/// second time, and what is neither letter nor digit, is none.
fn pieces(letters: &[char], names: &[Vec<char>]) -> usize {
    let mut fewest = vec![usize::MAX; letters.len() + 1];
    fewest[0] = 0;
    for start in 0..letters.len() {
        let so_far = fewest[start];
        let longest = letters.len() - start;
        for length in 1..=longest {
            let piece = &letters[start..start + length];
            let Some(costs) = cost(piece, &letters[..start], names) else { continue };
            fewest[start + length] = fewest[start + length].min(so_far + costs);
        }
    }
    fewest[letters.len()]
}

/// What a piece costs; `None` where it is none.
fn cost(piece: &[char], before: &[char], names: &[Vec<char>]) -> Option<usize> {
    if let [one] = piece {
        return Some(usize::from(one.is_alphanumeric()));
    }
    let is_again =
        piece.len() >= PIECE_CHARS_MIN && before.windows(piece.len()).any(|w| w == piece);
    if is_again {
        return Some(0);
    }
    if names.iter().any(|name| name == piece) {
        return Some(0);
    }
    let is_year = piece.len() <= 4 && piece.iter().all(char::is_ascii_digit);
    (is_year || is_row(piece) || is_listed(piece)).then_some(1)
}

/// Letters or digits that follow each other, upwards, downwards or not at all: `abcd`, `4321`, `aaaa`.
fn is_row(piece: &[char]) -> bool {
    let step = |pair: &[char]| i64::from(u32::from(pair[1])) - i64::from(u32::from(pair[0]));
    let first = step(&piece[..2]);
    (-1..=1).contains(&first)
        && piece.windows(2).all(|pair| step(pair) == first)
        && (piece.len() >= PIECE_CHARS_MIN || first == 0)
}

fn is_listed(piece: &[char]) -> bool {
    if piece.len() > COMMON_CHARS_MAX {
        return false;
    }
    static WORDS: OnceLock<Vec<&'static str>> = OnceLock::new();
    let words = WORDS.get_or_init(|| COMMON.lines().collect());
    let wanted: String = piece.iter().collect();
    words.binary_search(&wanted.as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 2] = ["The Merrin Courant", "ada.brook@reader.example"];

    fn unfit(text: &str) -> Option<Unfit> {
        Password::chosen(text, &NAMES).err()
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!(unfit("vorzügl. Kuchen"), None);
        assert_eq!(unfit("vorzügl. Kuche"), Some(Unfit::TooShort));
        let long: String = ('a'..='z').cycle().step_by(7).take(PASSWORD_CHARS_MAX).collect();
        assert_eq!(unfit(&long), None);
        assert_eq!(unfit(&format!("{long}x")), Some(Unfit::TooLong));
        // What is longer still is not cut to what fits.
        assert_eq!(Password::typed(&format!("{long}x")), None);
        assert_eq!(Password::typed(""), None);
    }

    #[test]
    fn what_is_guessed_first_is_refused() {
        for text in [
            "passwordpassword",
            "password12345678",
            "Password1Password2",
            "P@ssw0rd-P@ssw0rd",
            "qwertyuiopasdfgh",
            "aaaaaaaaaaaaaaaa",
            "abcabcabcabcabcabc",
            "123456789012345678",
            "abcdefghijklmnopq",
            "the merrin courant",
            "MerrinCourant2026",
            "ada.brook@reader.example",
            "1qaz2wsx3edc4rfv",
            "----------------",
        ] {
            assert_eq!(unfit(text), Some(Unfit::Common), "{text}");
        }
    }

    #[test]
    fn nothing_is_asked_of_its_letters() {
        for text in [
            "correct horse battery staple",
            "quai des brumes et marées",
            "lighthouses hum quietly",
            "港町の朝は霧が深くて静かです。",
            "93017264550918273",
            "zcvmqpwoeirutyalskd",
        ] {
            assert_eq!(unfit(text), None, "{text}");
        }
    }

    #[test]
    fn every_keyboard_spells_it_alike() {
        let composed = Password::typed("caf\u{e9} \u{fb01}ve \u{ff21}").unwrap();
        assert_eq!(composed, Password::typed("cafe\u{301} five A").unwrap());
        // Neither spaces nor capitals are touched.
        assert_ne!(Password::typed(" a").unwrap(), Password::typed("a").unwrap());
        assert_ne!(Password::typed("A").unwrap(), Password::typed("a").unwrap());
    }

    #[test]
    fn what_is_kept_says_its_cost_and_fits_its_password_alone() {
        let password = Password::typed("lighthouses hum quietly").unwrap();
        let kept = password.hash([7; 16]);
        assert!(kept.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", kept.as_str());
        assert!(password.is(Some(&PasswordHash::kept(kept.as_str().to_owned()))));
        assert_ne!(password.hash([8; 16]), kept);
        let other = Password::typed("lighthouses hum quietlY").unwrap();
        assert!(!other.is(Some(&kept)));
        assert!(!other.is(None) && !Password(String::new()).is(None), "nobody's fits nothing");
        for spoiled in ["", "$argon2id$", "lighthouses hum quietly"] {
            assert!(!password.is(Some(&PasswordHash::kept(spoiled.to_owned()))), "{spoiled}");
        }
        assert_eq!(format!("{password:?} {kept:?}"), "Password(..) PasswordHash(..)");
    }

    #[test]
    fn the_list_is_sorted_and_in_small_letters() {
        let words: Vec<&str> = COMMON.lines().collect();
        assert!(words.is_sorted() && words.len() > 5_000);
        let is_small = |word: &&str| {
            word.len() <= COMMON_CHARS_MAX
                && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        assert!(words.iter().all(is_small));
    }
}
