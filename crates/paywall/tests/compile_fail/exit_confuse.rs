//! Each exit leads to one place.
use paywall::{ArticleKey, Desk, Export, Persistence, Sealed};

fn main() {
    let sealed = Sealed::seal(ArticleKey::from_bytes([0; 16]), String::from("body"));
    let _text = sealed.edit(&Persistence::exit());
    let _text = sealed.export(&Desk::exit());
    let _text = sealed.persist(&Export::exit());
}
