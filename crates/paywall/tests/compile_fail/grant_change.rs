//! A grant is not turned into one for another article.
use paywall::{ArticleKey, Grant};

fn change(grant: &mut Grant) {
    grant.key = ArticleKey::from_bytes([0; 16]);
}

fn main() {
    let _ = change;
}
