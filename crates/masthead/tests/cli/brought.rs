//! What the tests of imports share: a room's import into its paper, what that says last, and the paper served.

use crate::program::{Ran, Room, Served};

const SERVED: &str =
    "data = \"paper\"\nlisten = \"127.0.0.1:0\"\noperator_listen = \"127.0.0.1:0\"\n";

pub(crate) fn import(room: &Room, from: &str, path: &str, more: &[&str]) -> Ran {
    room.run(&[&["import", "--from", from, path, "--data", "paper"][..], more].concat())
}

/// The last line of what was said: the counts.
pub(crate) fn last(text: &str) -> &str {
    text.trim_end().lines().last().unwrap_or_default()
}

/// Serves the paper that was brought in.
pub(crate) fn serve(room: &Room) -> Served<'_> {
    room.write("masthead.toml", SERVED);
    room.serve(&["serve", "--config", "masthead.toml"])
}
