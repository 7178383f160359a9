//! Sealed text is not serialized.
use paywall::{ArticleKey, Sealed};

fn write(_value: &impl serde::Serialize) {}

fn main() {
    let sealed = Sealed::seal(ArticleKey::from_bytes([0; 16]), String::from("body"));
    write(&sealed);
}
