//! What is derived under the seal is something of its own and no reference into the text.
use paywall::{ArticleKey, Sealed};

fn main() {
    let sealed = Sealed::seal(ArticleKey::from_bytes([0; 16]), String::from("body"));
    let _derived: Sealed<&str> = sealed.derive(|text: &String| text.as_str());
}
