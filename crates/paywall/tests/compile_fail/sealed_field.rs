//! The field behind the seal is private.
use paywall::{ArticleKey, Sealed};

fn main() {
    let sealed = Sealed::seal(ArticleKey::from_bytes([0; 16]), String::from("body"));
    let _text = sealed.inner;
}
