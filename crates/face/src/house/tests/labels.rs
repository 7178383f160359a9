//! Every setting, choice and field has a label in every language, short enough for a form; and no message is left of one that is gone.

use std::collections::BTreeSet;

use super::super::{Kind, NEWSLETTER_FIELDS, OFFER_FIELDS, PLAN_FIELDS, SETTINGS};
use crate::{Key, Language, Words, choice_label, field_help, field_label, help_of, label_of};

/// The widest label, in columns: a full-width letter takes two.
const LABEL_COLUMNS_MAX: usize = 60;
/// The widest help.
const HELP_COLUMNS_MAX: usize = 140;

/// Messages that begin like choices of a setting, and are choices of a reader.
const CHOICES_OF_READERS: [Key; 2] = [Key::ChoiceByMonth, Key::ChoiceByYear];

/// All labels and all help, found by the names of settings, choices and fields.
fn found() -> (BTreeSet<Key>, BTreeSet<Key>) {
    let (mut labels, mut help) = (BTreeSet::new(), BTreeSet::new());
    for setting in SETTINGS.iter().filter(|setting| setting.key != "wordings") {
        labels.insert(label_of(setting.key).expect(setting.key));
        help.extend(help_of(setting.key));
        if let Kind::Choice(words) = setting.kind
            && setting.key != "paper.permalink"
        {
            for word in words {
                labels.insert(choice_label(setting.key, word).expect(word));
            }
        }
    }
    for (group, fields) in
        [("plans", PLAN_FIELDS), ("offers", OFFER_FIELDS), ("newsletters", NEWSLETTER_FIELDS)]
    {
        for field in fields {
            labels.insert(field_label(group, field.name).expect(field.name));
            help.extend(field_help(group, field.name));
        }
    }
    (labels, help)
}

fn columns(text: &str) -> usize {
    text.chars()
        .map(|letter| if letter >= '\u{1100}' && !is_punctuation(letter) { 2 } else { 1 })
        .sum()
}

/// Dashes, quotation marks and narrow spaces of European scripts.
fn is_punctuation(letter: char) -> bool {
    ('\u{2000}'..='\u{206F}').contains(&letter)
}

#[test]
fn every_setting_choice_and_field_has_a_label_that_fits_a_form() {
    let (labels, help) = found();
    for language in Language::ALL {
        let words = Words::of(language);
        for (keys, columns_max) in [(&labels, LABEL_COLUMNS_MAX), (&help, HELP_COLUMNS_MAX)] {
            for key in keys {
                let text = words.text(*key);
                assert!(!text.is_empty(), "{language:?} {}", key.name());
                assert!(columns(&text) <= columns_max, "{language:?} {}: {text}", key.name());
            }
        }
    }
}

#[test]
fn labels_of_one_form_differ() {
    for language in Language::ALL {
        let words = Words::of(language);
        let distinct = |keys: Vec<Key>, of: &str| {
            let texts: BTreeSet<_> = keys.iter().map(|key| words.text(*key)).collect();
            assert_eq!(texts.len(), keys.len(), "{language:?} {of}: {texts:?}");
        };
        distinct(SETTINGS.iter().filter_map(|setting| label_of(setting.key)).collect(), "settings");
        for setting in SETTINGS {
            if let Kind::Choice(choices) = setting.kind {
                let labels = choices.iter().filter_map(|word| choice_label(setting.key, word));
                distinct(labels.collect(), setting.key);
            }
        }
        for (group, fields) in
            [("plans", PLAN_FIELDS), ("offers", OFFER_FIELDS), ("newsletters", NEWSLETTER_FIELDS)]
        {
            let labels = fields.iter().filter_map(|field| field_label(group, field.name));
            distinct(labels.collect(), group);
        }
    }
}

#[test]
fn no_label_or_help_is_left_of_what_is_gone() {
    let (labels, help) = found();
    let begins = |name: &str| {
        ["setting_", "choice_", "field_"].iter().any(|beginning| name.starts_with(beginning))
    };
    let left: Vec<_> = Key::ALL
        .iter()
        .filter(|key| begins(key.name()) && !CHOICES_OF_READERS.contains(key))
        .filter(|key| !labels.contains(key) && !help.contains(key))
        .map(|key| key.name())
        .collect();
    assert_eq!(left, Vec::<&str>::new(), "these name no setting, choice or field");
}

#[test]
fn what_is_no_setting_has_no_label() {
    for name in ["wordings", "paper", "paper_name", "paper.name_help", "meter.allowance", ""] {
        assert_eq!((label_of(name), help_of(name)), (None, None), "{name}");
    }
    assert_eq!(label_of("paper.name"), Some(Key::SettingPaperName));
    assert_eq!(help_of("paper.name"), None);
    assert_eq!(choice_label("registration", "on"), Some(Key::ChoiceOn));
    assert_eq!(choice_label("registration", "ask"), None);
    assert_eq!(choice_label("paper.permalink", "/{article}"), None);
    assert_eq!(choice_label("paper.name", "off"), None);
    assert_eq!(field_label("plans", "opens"), Some(Key::FieldPlansOpens));
    assert_eq!(field_help("plans", "name"), None);
    for (group, field) in [("plans", "months"), ("plans", "slug_help"), ("follow", "name")] {
        assert_eq!(
            (field_label(group, field), field_help(group, field)),
            (None, None),
            "{group} {field}"
        );
    }
}
