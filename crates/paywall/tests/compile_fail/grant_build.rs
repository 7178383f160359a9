//! Only `decide` makes a grant.
use paywall::{ArticleKey, Basis, Grant};

fn main() {
    let key = ArticleKey::from_bytes([0; 16]);
    let _grant = Grant { key, basis: Basis::Free, until: None };
}
