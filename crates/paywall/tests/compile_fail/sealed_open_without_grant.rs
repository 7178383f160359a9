//! A key is no grant, and neither is a ticket or a wall.
use paywall::{ArticleKey, Sealed, Ticket, Wall};

fn open(sealed: &Sealed<String>, ticket: &Ticket, wall: &Wall) {
    let _text = sealed.open(&sealed.key());
    let _text = sealed.open(ticket);
    let _text = sealed.open(wall);
}

fn main() {
    let _ = (open, ArticleKey::from_bytes([0; 16]));
}
