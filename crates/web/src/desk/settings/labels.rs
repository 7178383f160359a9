//! What settings are called in the paper's language. What has no word of its own is called by its name.

use face::{Key, Words, choice_label, field_label, label_of};

use super::Group;

/// The label of a setting.
pub(super) fn setting(words: &Words, key: &str) -> String {
    label_of(key).map_or_else(|| key.to_owned(), |label| words.text(label))
}

/// The label of a field of a table.
pub(super) fn field(words: &Words, group: &str, name: &str) -> String {
    field_label(group, name).map_or_else(|| name.to_owned(), |label| words.text(label))
}

/// What a word of a choice means.
pub(super) fn choice(words: &Words, key: &str, word: &str) -> String {
    choice_label(key, word).map_or_else(|| word.to_owned(), |label| words.text(label))
}

/// What a line of [`face::House::flat`] is about: a setting, a field of a plan, a wording.
pub(super) fn line(words: &Words, key: &str) -> String {
    let parts: Vec<&str> = key.splitn(3, '.').collect();
    match parts[..] {
        [table, name, field_name] if face::fields_of(table).is_some() => {
            let group = words.text(Group::of(table).key());
            format!("{group}: {name}, {}", field(words, table, field_name))
        }
        ["wordings", language, message] => {
            format!("{} ({language}): {message}", words.text(Key::SettingsGroupDocument))
        }
        _ => setting(words, key),
    }
}
