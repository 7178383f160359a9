//! The three exits are taken by a call that can be counted, never built.
use paywall::{Desk, Export, Persistence};

fn main() {
    let _persistence = Persistence(());
    let _desk = Desk(());
    let _export = Export(());
}
