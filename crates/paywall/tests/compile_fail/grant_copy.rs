//! A grant is not taken from whoever has lent it.
use paywall::Grant;

fn take(grant: &Grant) -> Grant {
    *grant
}

fn main() {
    let _ = take;
}
