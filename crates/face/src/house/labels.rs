//! What settings are called in forms.

use crate::Key;

fn named(prefix: &str, parts: &[&str], suffix: &str) -> Option<Key> {
    let name = parts.join("_").replace(['.', '-'], "_");
    Key::parse(&format!("{prefix}_{name}{suffix}"))
}

/// The label of a setting.
#[must_use]
pub fn label_of(setting: &str) -> Option<Key> {
    named("setting", &[setting], "")
}

/// A line of help for a setting.
#[must_use]
pub fn help_of(setting: &str) -> Option<Key> {
    named("setting", &[setting], "_help")
}

/// What a word of a choice means.
#[must_use]
pub fn choice_label(setting: &str, word: &str) -> Option<Key> {
    named("choice", &[setting, word], "").or_else(|| named("choice", &[word], ""))
}

/// The label of a field of a table.
#[must_use]
pub fn field_label(group: &str, field: &str) -> Option<Key> {
    named("field", &[group, field], "")
}

/// A line of help for a field of a table.
#[must_use]
pub fn field_help(group: &str, field: &str) -> Option<Key> {
    named("field", &[group, field], "_help")
}
