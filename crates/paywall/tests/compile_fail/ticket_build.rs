//! Only `decide` makes a ticket.
use paywall::{ArticleKey, Ticket};

fn main() {
    let key = ArticleKey::from_bytes([0; 16]);
    let _ticket = Ticket { key, allowance: 1_000, before: None };
}
