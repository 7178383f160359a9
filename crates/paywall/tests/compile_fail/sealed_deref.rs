//! A seal is not looked through.
use paywall::{ArticleKey, Sealed};

fn main() {
    let sealed = Sealed::seal(ArticleKey::from_bytes([0; 16]), String::from("body"));
    let _text: &String = &*sealed;
    let _bytes = sealed.len();
}
