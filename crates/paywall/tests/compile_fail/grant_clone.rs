//! There is one grant for one decision.
use paywall::{Decision, Grant};

fn twice<T: Clone>() {}

fn main() {
    twice::<Grant>();
    twice::<Decision>();
}
