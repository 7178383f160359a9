//! An arbitrary file read as `paper.toml`: a checked value whose names are told apart, or faults with lines.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| match newsroom::read_paper("paper.toml", text) {
    Ok(paper) => {
        for (place, section) in paper.sections.iter().enumerate() {
            assert!(paper.sections[..place].iter().all(|other| other.slug != section.slug));
        }
    }
    Err(faults) => assert!(!faults.is_empty(), "refused without a reason"),
});
