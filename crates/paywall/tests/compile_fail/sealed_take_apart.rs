//! A seal is not taken apart by a pattern.
use paywall::{ArticleKey, Sealed};

fn main() {
    let sealed = Sealed::seal(ArticleKey::from_bytes([0; 16]), String::from("body"));
    let Sealed { inner: _text, .. } = sealed;
}
