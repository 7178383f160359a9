//! Tests of the house settings: reading, the tariff, asking and editing, arbitrary input, the labels
//! at the desk, and the manual's page.

mod editing;
mod labels;
mod page;
mod random;
mod reading;
mod tariff;

use paywall::{Capabilities, Finding, SettingsVersion};

use super::{Fault, House};

/// A document that sets most of what can be set.
const EXAMPLE: &str = include_str!("example.toml");

/// What the house can do today.
const TODAY: Capabilities = Capabilities { accounts: false, crawler_verification: false };

/// What it may do one day.
const EVERYTHING: Capabilities = Capabilities { accounts: true, crawler_verification: true };

fn parse(text: &str) -> Result<(House, Vec<Finding>), Vec<Fault>> {
    House::parse(text, SettingsVersion(7), EVERYTHING)
}

#[track_caller]
fn house(text: &str) -> House {
    match parse(text) {
        Ok((house, _)) => house,
        Err(faults) => panic!("{}", told(&faults)),
    }
}

/// The faults of a document, one a line.
#[track_caller]
fn faults(text: &str) -> String {
    match parse(text) {
        Ok(_) => panic!("there is no fault in\n{text}"),
        Err(faults) => told(&faults),
    }
}

/// The one fault of a document, which has to be that of `key`.
#[track_caller]
fn fault_of(text: &str, key: &str) -> String {
    let faults = parse(text).expect_err(text);
    assert_eq!(faults.len(), 1, "{text}\n{}", told(&faults));
    assert_eq!(faults[0].key, key, "{text}");
    faults[0].sentence.clone()
}

fn told(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n")
}

/// A document that sets one setting to a TOML value.
fn document(key: &str, value: &str) -> String {
    format!("{key} = {value}\n")
}
