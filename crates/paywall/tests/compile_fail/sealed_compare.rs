//! Sealed text is not compared: whoever may ask "is it this?" often enough has read it.
use paywall::{ArticleKey, Sealed};

fn main() {
    let key = ArticleKey::from_bytes([0; 16]);
    let _same = Sealed::seal(key, "body") == Sealed::seal(key, "body");
}
