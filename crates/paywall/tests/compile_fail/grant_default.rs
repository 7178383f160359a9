//! No grant comes out of nothing, or out of a key.
use paywall::{ArticleKey, Grant};

fn main() {
    let _grant: Grant = Default::default();
    let _grant = Grant::from(ArticleKey::from_bytes([0; 16]));
    let _grant = Grant::new(ArticleKey::from_bytes([0; 16]));
}
