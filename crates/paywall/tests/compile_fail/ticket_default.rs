//! No ticket comes out of nothing, or out of a key.
use paywall::{ArticleKey, Ticket};

fn main() {
    let _ticket: Ticket = Default::default();
    let _ticket = Ticket::from(ArticleKey::from_bytes([0; 16]));
}
