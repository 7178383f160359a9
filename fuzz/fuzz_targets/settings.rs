//! The house settings.

#![no_main]

use libfuzzer_sys::fuzz_target;

/// What has to hold, as the test replays it.
#[path = "../../crates/face/tests/told/held.rs"]
mod held;

fuzz_target!(|text: &str| held::settings(text));
