//! What comes on a connection of HTTP/1.1, as the short lane reads it.

#![no_main]

#[path = "../../crates/masthead/src/server/held.rs"]
mod held;
#[path = "../../crates/masthead/src/server/plain.rs"]
mod plain;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    held::plain(bytes);
});
