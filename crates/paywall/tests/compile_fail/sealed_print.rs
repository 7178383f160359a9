//! Sealed text is not printed.
use paywall::{ArticleKey, Sealed};

fn main() {
    let sealed = Sealed::seal(ArticleKey::from_bytes([0; 16]), String::from("body"));
    println!("{}", sealed);
}
