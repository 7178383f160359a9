//! The forms of the settings: what is set as fields, and what was typed as a document. A field that was left as it was changes nothing in
//! the document, not even a comment; an empty one leaves the setting to its default.

use face::{
    Args, Fault, FieldRow, House, Key, Kind, Language, Origin, SETTINGS, Setting, Slot, Takes,
    Words, field_help, fields_of, help_of,
};
use http::StatusCode;
use minijinja::context;
use minijinja::value::Value;

use super::super::{Staff, parts};
use super::{Group, labels, wordings};
use crate::shell::answer::Answer;
use crate::site::forms::Fields;
use crate::site::{Trouble, Visit};

/// Rows of one table that a form takes: as many as any may have, and one that is new.
const ROWS_MAX: usize = face::PLANS_MAX + 1;

/// The settings of a group, in the order of the manual.
fn settings_of(group: Group) -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().filter(move |setting| Group::of(setting.key) == group)
}

/// The document with what the form says, and what is wrong with single values: those stay out of the document.
pub(super) fn read(
    form: &Fields<'_>,
    group: Group,
    language: Language,
    text: &str,
) -> (String, Vec<Fault>) {
    let mut changed = text.to_owned();
    let mut faults = Vec::new();
    if group == Group::Wordings {
        return wordings::read(form, language, text);
    }
    for setting in settings_of(group) {
        let next = match fields_of(setting.key) {
            Some(_) => {
                let rows = rows(form, setting.key);
                if rows == House::rows(&changed, setting.key) {
                    continue;
                }
                House::with_rows(&changed, setting.key, &rows)
            }
            None => match typed(form, setting, &changed) {
                Some(value) => House::set(&changed, setting.key, &value),
                None => continue,
            },
        };
        match next {
            Ok(next) => changed = next,
            Err(fault) => faults.push(fault),
        }
    }
    (changed, faults)
}

/// What was typed for a setting, where that is another value than it has.
fn typed(form: &Fields<'_>, setting: &Setting, text: &str) -> Option<String> {
    if !form.has(setting.key) {
        return None;
    }
    let value = form.get(setting.key).replace("\r\n", "\n");
    let value = value.trim();
    let is = House::get(text, setting.key).ok()?;
    let same = match setting.kind {
        Kind::Texts { .. } => {
            let lines = value.lines().map(str::trim).filter(|line| !line.is_empty());
            lines.eq(House::lines(text, setting.key).iter().map(String::as_str))
        }
        _ if is.origin == Origin::Set => value == is.value,
        // A choice shows what holds by default; whoever leaves it there sets nothing.
        _ => value.is_empty() || value == is.value,
    };
    (!same).then(|| value.to_owned())
}

/// The rows of a table that were typed, without those that are to go and those that are empty.
fn rows(form: &Fields<'_>, key: &str) -> Vec<FieldRow> {
    let fields = fields_of(key).unwrap_or_default();
    let row = |place: usize| -> Option<FieldRow> {
        let gone = form.get(&format!("{key}-{place}-remove")) == "yes";
        let row: FieldRow = fields
            .iter()
            .map(|field| {
                let value = form.get(&format!("{key}-{place}-{}", field.name));
                (field.name, value.trim().to_owned())
            })
            .collect();
        let is_empty = row.iter().all(|(_, value)| value.is_empty());
        (!gone && !is_empty).then_some(row)
    };
    (0..ROWS_MAX).filter_map(row).collect()
}

/// The form of a group.
pub(super) fn page(
    visit: &Visit<'_>,
    staff: &Staff,
    group: Group,
    text: &str,
    faults: &[Fault],
) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    // What was typed and is wrong is not in the document: it is shown from the form that brought it.
    let form = (!faults.is_empty()).then(|| visit.form().ok()).flatten();
    let settings = settings_of(group).filter(|setting| setting.key != "wordings");
    let mut fields = Vec::new();
    let mut tables = Vec::new();
    for setting in settings {
        match fields_of(setting.key) {
            Some(_) => tables.push(table(words, setting.key, text, form.as_ref(), faults)),
            None => fields.push(field(words, setting, text, form.as_ref(), faults)),
        }
    }
    let search = (group == Group::Wordings).then(|| wordings::asked(visit, form.as_ref()));
    if let Some(asked) = &search {
        fields = wordings::fields(visit, asked, text, form.as_ref(), faults);
    }
    let body = context! {
        search => search,
        fields => fields,
        tables => tables,
        document => (group == Group::Document).then_some(text),
        action => group.address(),
        faults => faults.iter().map(|fault| told(words, group, fault)).collect::<Vec<_>>(),
        back => "/desk/settings",
    };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let heading = words.text(group.key());
    parts::page(visit, Some(staff), status, "desk/settings-group.html", &heading, body)
}

/// A fault with what it is about, in the words of the form.
fn told(words: &Words, group: Group, fault: &Fault) -> String {
    let name = match fault.key.as_str() {
        "" => String::new(),
        key => format!("{}: ", labels::line(words, key)),
    };
    // Lines are those of the document; a form of a few fields has none.
    let line = fault.line.filter(|_| group == Group::Document).map(|line| {
        let number = Args::new().with(Slot::Number, line.to_string());
        format!("{}: ", words.format(Key::DeskLine, &number))
    });
    format!("{}{name}{}", line.unwrap_or_default(), fault.sentence)
}

pub(super) fn fault_of<'f>(faults: &'f [Fault], key: &str) -> Option<&'f str> {
    faults.iter().find(|fault| fault.key == key).map(|fault| fault.sentence.as_str())
}

/// One setting as a field.
fn field(
    words: &Words,
    setting: &Setting,
    text: &str,
    form: Option<&Fields<'_>>,
    faults: &[Fault],
) -> Value {
    let key = setting.key;
    let is = House::get(text, key).ok();
    let set = is.as_ref().filter(|value| value.origin == Origin::Set);
    let value = match (form, setting.kind) {
        (Some(form), _) if form.has(key) => form.get(key),
        (_, Kind::Texts { .. }) => House::lines(text, key).join("\n"),
        (_, Kind::Choice(_)) => is.as_ref().map(|is| is.value.clone()).unwrap_or_default(),
        _ => set.map(|is| is.value.clone()).unwrap_or_default(),
    };
    let (kind, choices, range) = match setting.kind {
        Kind::Choice(all) => {
            let choice = |word: &&str| {
                let name = labels::choice(words, key, word);
                context! { value => *word, name => name, is => *word == value }
            };
            ("choice", all.iter().map(choice).collect(), None)
        }
        Kind::Count { min, max } => ("number", Vec::new(), Some((min, max))),
        Kind::Texts { .. } => ("lines", Vec::new(), None),
        Kind::Day => ("date", Vec::new(), None),
        Kind::Mail => ("email", Vec::new(), None),
        _ => ("text", Vec::new(), None),
    };
    let default = Some(setting.default).filter(|default| !default.is_empty());
    let default = default.filter(|_| !matches!(setting.kind, Kind::Choice(_)));
    context! {
        id => key.replace('.', "-"),
        name => key,
        label => labels::setting(words, key),
        help => help_of(key).map(|help| words.text(help)),
        default => default.map(|default| {
            words.format(Key::SettingsDefault, &Args::new().with(Slot::Name, default))
        }),
        kind => kind,
        value => value,
        choices => choices,
        min => range.map(|(min, _)| min),
        max => range.map(|(_, max)| max),
        wrong => fault_of(faults, key),
    }
}

/// A list of tables as one block of fields for each, and an empty one.
fn table(
    words: &Words,
    key: &'static str,
    text: &str,
    form: Option<&Fields<'_>>,
    faults: &[Fault],
) -> Value {
    let fields = fields_of(key).unwrap_or_default();
    let is = match form {
        Some(form) => rows(form, key),
        None => House::rows(text, key),
    };
    let empty: FieldRow = fields.iter().map(|field| (field.name, String::new())).collect();
    let room = is.len() < face::PLANS_MAX;
    let name_of = |row: &FieldRow| {
        let of = |name: &str| row.iter().find(|(field, _)| *field == name).map(|(_, value)| value);
        let named = ["name", "slug", "plan"].into_iter().filter_map(of);
        named.into_iter().find(|value| !value.is_empty()).cloned().unwrap_or_default()
    };
    let block = |(place, row): (usize, &FieldRow)| {
        let is_new = place == is.len();
        let cells = fields.iter().zip(row).map(|(field, (_, value))| {
            let name = format!("{key}-{place}-{}", field.name);
            let (kind, choices) = match field.takes {
                Takes::Truth => {
                    let choice = |word: &str, label: Option<Key>| {
                        let name = label.map(|label| words.text(label)).unwrap_or_default();
                        context! { value => word, name => name, is => value == word }
                    };
                    let yes = choice("true", Some(Key::SettingsYes));
                    ("choice", vec![choice("", None), yes, choice("false", Some(Key::SettingsNo))])
                }
                Takes::Number => ("number", Vec::new()),
                Takes::Day => ("date", Vec::new()),
                Takes::Minute => ("datetime-local", Vec::new()),
                Takes::Text | Takes::Names => ("text", Vec::new()),
            };
            context! {
                id => name.clone(),
                name => name,
                label => labels::field(words, key, field.name),
                help => field_help(key, field.name).map(|help| words.text(help)),
                kind => kind,
                value => value.clone(),
                choices => choices,
                required => field.required && !is_new,
            }
        });
        context! {
            legend => if is_new { words.text(Key::SettingsMore) } else { name_of(row) },
            is_new => is_new,
            cells => cells.collect::<Vec<_>>(),
            remove => (!is_new).then(|| format!("{key}-{place}-remove")),
        }
    };
    let all: Vec<&FieldRow> = is.iter().chain(room.then_some(&empty)).collect();
    let wrong = faults
        .iter()
        .filter(|fault| fault.key.starts_with(key))
        .map(|fault| told(words, Group::of(key), fault));
    context! {
        blocks => all.into_iter().enumerate().map(block).collect::<Vec<_>>(),
        wrong => wrong.collect::<Vec<_>>(),
    }
}
