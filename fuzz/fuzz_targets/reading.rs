//! A request for a reading, against a whole paper: path, headers, cookie, idempotency key.

#![no_main]

use libfuzzer_sys::fuzz_target;

// What has to hold, as the tests replay it, and what that needs.
#[expect(dead_code, reason = "each target takes its own part of it")]
#[path = "../../crates/masthead/tests/it/ask.rs"]
mod ask;
#[expect(dead_code, reason = "each target takes its own part of it")]
#[path = "../../crates/masthead/tests/it/canary.rs"]
mod canary;
#[path = "../../crates/masthead/tests/it/decode.rs"]
mod decode;
#[expect(dead_code, reason = "each target takes its own part of it")]
#[path = "../../crates/masthead/tests/it/held.rs"]
mod held;
#[expect(dead_code, reason = "each target takes its own part of it")]
#[path = "../../crates/masthead/tests/it/settings.rs"]
mod settings;

fuzz_target!(|input: &str| held::reading(input));
