//! Nothing that is turned under the seal is carried away by a closure.
use paywall::{ArticleKey, Sealed};

fn main() {
    let mut away = String::new();
    let sealed = Sealed::seal(ArticleKey::from_bytes([0; 16]), String::from("body"));
    let _sealed = sealed.map(|text| away.push_str(&text));
}
