//! An export of WordPress, or a part of one behind items that were not public.

#![no_main]

use libfuzzer_sys::fuzz_target;

/// What has to hold, as the tests replay it.
#[expect(dead_code, reason = "each target takes its own part of it")]
#[path = "../../crates/newsroom/tests/import/held.rs"]
mod held;

fuzz_target!(|input: &[u8]| held::wordpress(input));
