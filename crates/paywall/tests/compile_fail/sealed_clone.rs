//! Sealed text is not cloned, not even where the text can be.
use paywall::{ArticleKey, Sealed};

fn main() {
    let sealed = Sealed::seal(ArticleKey::from_bytes([0; 16]), String::from("body"));
    let _second: Sealed<String> = sealed.clone();
}
