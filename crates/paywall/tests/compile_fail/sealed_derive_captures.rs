//! Nothing that is derived or measured under the seal is carried away by a closure.
use paywall::{ArticleKey, Sealed};

fn main() {
    let away = std::cell::RefCell::new(String::new());
    let sealed = Sealed::seal(ArticleKey::from_bytes([0; 16]), String::from("body"));
    let _derived = sealed.derive(|text| away.borrow_mut().push_str(text));
    let _bytes = sealed.measure(|text| {
        away.borrow_mut().push_str(text);
        text.len()
    });
}
