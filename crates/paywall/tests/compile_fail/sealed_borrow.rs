//! Sealed text is not borrowed as something else.
use paywall::{ArticleKey, Sealed};

fn text(_text: impl AsRef<str>) {}

fn main() {
    let sealed = Sealed::seal(ArticleKey::from_bytes([0; 16]), String::from("body"));
    text(&sealed);
    let _text: String = sealed.into();
}
