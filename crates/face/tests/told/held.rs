//! What has to hold of any text that is given as the house settings: written once, for the fuzzer and for the test that
//! replays its corpus.

use face::{FAULTS_MAX, House, Origin, SETTINGS};
use paywall::{Capabilities, SettingsVersion};

const CAN: Capabilities = Capabilities { accounts: false, crawler_verification: true };

/// It is read or refused with reasons; and what a document says that is taken can be set as it is told, without a change.
pub(crate) fn settings(text: &str) {
    let parse = |text: &str| House::parse(text, SettingsVersion(1), CAN);
    let rows = House::all(text);
    assert_eq!(rows.len(), SETTINGS.len());
    let house = match parse(text) {
        Ok((house, _)) => format!("{house:?}"),
        Err(faults) => {
            assert!((1..=FAULTS_MAX).contains(&faults.len()));
            for fault in faults {
                assert!(!fault.to_string().chars().any(char::is_control), "{fault:?}");
            }
            return;
        }
    };
    // Wordings are set one message at a time.
    for row in rows.iter().filter(|row| row.origin == Origin::Set && row.key != "wordings") {
        let again = House::set(text, row.key, &row.value);
        let again = again.unwrap_or_else(|fault| panic!("{} = {:?}: {fault}", row.key, row.value));
        let (read, _) = parse(&again).unwrap_or_else(|faults| panic!("{}: {faults:?}", row.key));
        assert_eq!(format!("{read:?}"), house, "{} was changed by being set", row.key);
    }
}
