//! What the settings are called where staff changes them: a label for each setting, choice and field, and help below those that need
//! some. The messages are found by the settings' own names; the words themselves are in the tables, and no value is held here.

use super::settings::{Kind, NEWSLETTER_FIELDS, OFFER_FIELDS, PLAN_FIELDS, find};
use crate::Key;

/// The label of a setting; `None` for what is no setting, and for `wordings`, whose names are those of messages.
#[must_use]
pub fn label_of(setting: &str) -> Option<Key> {
    of_setting(setting, "")
}

/// The help below a setting, where it needs some.
#[must_use]
pub fn help_of(setting: &str) -> Option<Key> {
    of_setting(setting, "_help")
}

/// What a word is called that a setting may be; `None` for a word that it may not be, and for patterns of addresses, which are
/// written as they are.
#[must_use]
pub fn choice_label(setting: &str, word: &str) -> Option<Key> {
    let setting = find(setting)?;
    let Kind::Choice(words) = setting.kind else { return None };
    if !words.contains(&word) {
        return None;
    }
    match word {
        "off" => Some(Key::ChoiceOff),
        "on" => Some(Key::ChoiceOn),
        _ => Key::parse(&format!("choice_{}_{}", part(setting.key), part(word))),
    }
}

/// The label of a field of the tables `[[plans]]`, `[[offers]]` or `[[newsletters]]`; `group` is the table's name.
#[must_use]
pub fn field_label(group: &str, field: &str) -> Option<Key> {
    of_field(group, field, "")
}

/// The help below such a field, where it needs some.
#[must_use]
pub fn field_help(group: &str, field: &str) -> Option<Key> {
    of_field(group, field, "_help")
}

fn of_setting(setting: &str, ending: &str) -> Option<Key> {
    let setting = find(setting)?;
    Key::parse(&format!("setting_{}{ending}", part(setting.key)))
}

fn of_field(group: &str, field: &str, ending: &str) -> Option<Key> {
    let fields = match group {
        "plans" => PLAN_FIELDS,
        "offers" => OFFER_FIELDS,
        "newsletters" => NEWSLETTER_FIELDS,
        _ => return None,
    };
    let field = fields.iter().find(|known| known.name == field)?;
    Key::parse(&format!("field_{group}_{}{ending}", field.name))
}

/// A setting's name, or a choice, as a part of a message's name.
fn part(name: &str) -> String {
    name.replace(['.', '-'], "_")
}
