//! Asking a document for one setting, and writing one into it with everything else left as it stands: order, comments,
//! blank lines. It never decides whether the settings fit together; [`House::parse`] does, before they are taken.

use paywall::SettingsVersion;
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, RawString, Table, TableLike};

use super::check::quoted;
use super::gather::gather;
use super::settings::{SETTINGS, Setting, find, nearest};
use super::source::Source;
use super::{Fault, HOUSE_BYTES_MAX, House, Kind};
use crate::{Form, Key, Language};

/// Where a value comes from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Origin {
    /// The document does not set it.
    Default,
    /// The document sets it.
    Set,
    /// The document is no TOML, so nobody knows; [`House::parse`] says where it breaks.
    Unreadable,
}

/// One setting's value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Value {
    /// As [`House::set`] takes it: text without quotation marks, lists and tables as TOML.
    pub value: String,
    /// Where it comes from.
    pub origin: Origin,
}

/// A name that is no setting.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("there is no setting {}; the nearest is {nearest}", quoted(.key))]
pub struct UnknownKey {
    /// What was asked for.
    pub key: String,
    /// The setting with the most similar name.
    pub nearest: &'static str,
}

/// One line of the list of all settings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The setting.
    pub key: &'static str,
    /// Its value, as [`Value::value`].
    pub value: String,
    /// Where that comes from.
    pub origin: Origin,
    /// What the setting does.
    pub meaning: &'static str,
    /// What may be written.
    pub allowed: String,
}

impl House {
    /// One setting of a document: any of [`SETTINGS`], or `wordings.LANGUAGE.MESSAGE`. The value is told as it stands,
    /// right or wrong.
    ///
    /// # Errors
    /// [`UnknownKey`] where there is no such setting.
    pub fn get(text: &str, key: &str) -> Result<Value, UnknownKey> {
        let place = Place::find(key)?;
        Ok(match Source::read(text) {
            Ok(source) => place.value(&source, key),
            Err(_) => Value { value: String::new(), origin: Origin::Unreadable },
        })
    }

    /// Every setting of a document, in the order of [`SETTINGS`].
    #[must_use]
    pub fn all(text: &str) -> Vec<Row> {
        let source = Source::read(text).ok();
        let row = |setting: &'static Setting| {
            let value = match &source {
                Some(source) => Place::Setting(setting).value(source, setting.key),
                None => Value { value: String::new(), origin: Origin::Unreadable },
            };
            Row {
                key: setting.key,
                value: value.value,
                origin: value.origin,
                meaning: setting.meaning,
                allowed: setting.kind.allowed(),
            }
        };
        SETTINGS.iter().map(row).collect()
    }

    /// The document with one setting changed: any of [`SETTINGS`], or `wordings.LANGUAGE.MESSAGE`. Text is given as it
    /// is, lists as TOML or as lines, tables as TOML. An empty value takes the setting out, so that the default holds.
    /// What is not touched stays as it stands; comments inside a list or table that is replaced go with it.
    ///
    /// # Errors
    /// A [`Fault`] where the document is no TOML, there is no such setting, or the value is wrong by itself. Whether
    /// the document as a whole can be taken is for [`House::parse`] to say.
    pub fn set(text: &str, key: &str, value: &str) -> Result<String, Fault> {
        let source = Source::read(text)?;
        let place = Place::find(key).map_err(|unknown| Fault {
            key: String::new(),
            line: None,
            sentence: unknown.to_string(),
        })?;
        let fault = |sentence| Fault { key: key.to_owned(), line: None, sentence };
        if value.len() > HOUSE_BYTES_MAX {
            return Err(fault(format!(
                "the value is longer than {HOUSE_BYTES_MAX} bytes; shorten it"
            )));
        }
        let changed = if value.is_empty() {
            without(&source, key).map_err(fault)?
        } else {
            let item = place.item(value).map_err(fault)?;
            with(&source, key, item).map_err(fault)?
        };
        let changed = with_line_ends_of(text, changed);
        let source = Source::read(&changed)?;
        let (_, faults) = gather(&source, SettingsVersion(0));
        let is_ours = |fault: &Fault| {
            fault.key.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        match faults.into_iter().find(is_ours) {
            Some(fault) => Err(Fault { line: None, ..fault }),
            None => Ok(changed),
        }
    }
}

/// What a name stands for.
enum Place {
    Setting(&'static Setting),
    /// A message of a language.
    Wording(Form),
}

impl Place {
    fn find(key: &str) -> Result<Self, UnknownKey> {
        if let Some(setting) = find(key) {
            return Ok(Self::Setting(setting));
        }
        let wording = key.strip_prefix("wordings.").and_then(|rest| rest.split_once('.'));
        if let Some((tag, name)) = wording
            && Language::ALL.iter().any(|language| language.tag() == tag)
            && let Some(message) = Key::parse(name)
        {
            return Ok(Self::Wording(message.form()));
        }
        let nearest = nearest(key, SETTINGS.iter().map(|setting| setting.key));
        Err(UnknownKey { key: key.chars().take(KEY_CHARS_TOLD_MAX).collect(), nearest })
    }

    fn value(&self, source: &Source<'_>, key: &str) -> Value {
        match source.item(key) {
            Some(item) => Value { value: shown(item), origin: Origin::Set },
            None => {
                let default = match self {
                    Self::Setting(setting) => setting.default,
                    Self::Wording(_) => "",
                };
                Value { value: default.to_owned(), origin: Origin::Default }
            }
        }
    }

    /// A value as the document has to hold it. Whether it is right is seen when the document is read again.
    fn item(&self, value: &str) -> Result<Item, String> {
        let kind = match self {
            Self::Setting(setting) => setting.kind,
            Self::Wording(Form::Text) => return Ok(toml_edit::value(value)),
            Self::Wording(Form::Plural) => {
                let forms = value.parse().ok().filter(toml_edit::Value::is_inline_table);
                return forms.map(Item::Value).ok_or_else(|| {
                    "it holds a number; write its plural forms: { one = \"…\", other = \"…\" }"
                        .to_owned()
                });
            }
        };
        let wrong = || format!("{} is not right; write {}", quoted(value), kind.allowed());
        Ok(match kind {
            Kind::Count { .. } => toml_edit::value(value.parse::<i64>().map_err(|_| wrong())?),
            Kind::Budget => {
                value.parse::<i64>().map_or_else(|_| toml_edit::value(value), toml_edit::value)
            }
            Kind::Day => {
                toml_edit::value(value.parse::<toml_edit::Datetime>().map_err(|_| wrong())?)
            }
            Kind::Texts { .. } if value.trim_start().starts_with('[') => {
                Item::Value(value.parse().map_err(|_| wrong())?)
            }
            Kind::Texts { .. } => toml_edit::value(
                value.lines().filter(|line| !line.trim().is_empty()).collect::<Array>(),
            ),
            Kind::Plans | Kind::Offers | Kind::Newsletters => tables(value).ok_or_else(|| {
                format!(
                    "write a list of tables, [{{ … }}, {{ … }}], or edit the document for {}",
                    kind.allowed()
                )
            })?,
            Kind::Wordings => {
                return Err("this is a group; set one message: wordings.en.MESSAGE".to_owned());
            }
            _ => toml_edit::value(value),
        })
    }
}

/// How much of an unknown name is repeated, in characters.
const KEY_CHARS_TOLD_MAX: usize = 80;

/// A list of tables between `[` and `]` as tables of their own.
fn tables(value: &str) -> Option<Item> {
    let list: toml_edit::Value = value.trim().parse().ok()?;
    let list = list.as_array()?;
    if list.is_empty() {
        // No table at all would be no trace of the setting.
        return Some(toml_edit::value(Array::new()));
    }
    let mut tables = ArrayOfTables::new();
    for value in list {
        let table = value.as_inline_table()?;
        let mut plain = Table::new();
        for (name, value) in table.iter() {
            plain.insert(name, Item::Value(tidy(value)));
        }
        tables.push(plain);
    }
    Some(Item::ArrayOfTables(tables))
}

/// A value as a person would type it: text without quotation marks, all else as TOML on one line.
pub(super) fn shown(item: &Item) -> String {
    if let Some(text) = item.as_str() {
        return text.to_owned();
    }
    // A list of tables cannot be printed by itself, nor a table.
    item.clone().into_value().map_or_else(|_| String::new(), |value| tidy(&value).to_string())
}

/// A value without comments and line breaks of its own.
fn tidy(value: &toml_edit::Value) -> toml_edit::Value {
    use toml_edit::Value as Toml;
    match value {
        Toml::String(text) => Toml::from(text.value().as_str()),
        Toml::Integer(number) => Toml::from(*number.value()),
        Toml::Float(number) => Toml::from(*number.value()),
        Toml::Boolean(truth) => Toml::from(*truth.value()),
        Toml::Datetime(date) => Toml::from(*date.value()),
        Toml::Array(list) => Toml::Array(list.iter().map(tidy).collect()),
        Toml::InlineTable(table) => {
            let fields = table.iter().map(|(name, value)| (name, tidy(value)));
            Toml::InlineTable(fields.collect())
        }
    }
}

/// The document with `item` at `key`.
fn with(source: &Source<'_>, key: &str, item: Item) -> Result<String, String> {
    let (header, body) = split_header(source.text());
    let mut document = body.parse::<DocumentMut>().map_err(|error| error.message().to_owned())?;
    let root = document.as_table_mut();
    let holds_values = root.iter().any(|(_, item)| is_on_a_line(item));
    if !key.contains('.') && item.is_value() && !root.contains_key(key) && !holds_values {
        // Names outside of groups stand before the first group.
        let gap = if body.is_empty() { "" } else { "\n" };
        return Ok(format!("{header}{key} = {item}\n{gap}{body}"));
    }
    let (groups, name) = key.rsplit_once('.').unwrap_or(("", key));
    let mut table: &mut dyn TableLike = root;
    for group in groups.split('.').filter(|group| !group.is_empty()) {
        let below = table.entry(group).or_insert_with(|| {
            let mut below = Table::new();
            // `[wordings]` above `[wordings.en]` would say nothing.
            below.set_implicit(group == "wordings");
            Item::Table(below)
        });
        table = below
            .as_table_like_mut()
            .ok_or_else(|| format!("{group} is set to a value; write [{group}] in its place"))?;
    }
    put(table, name, item);
    Ok(format!("{header}{document}"))
}

/// The writer of TOML ends its lines with a line feed alone; a document of another system keeps its own ends.
fn with_line_ends_of(text: &str, changed: String) -> String {
    let (pairs, feeds) = (text.matches("\r\n").count(), text.matches('\n').count());
    if pairs == 0 || pairs < feeds {
        return changed;
    }
    changed.replace("\r\n", "\n").replace('\n', "\r\n")
}

/// Whether an item is printed among the names of its table, and not below a heading of its own.
fn is_on_a_line(item: &Item) -> bool {
    item.is_value() || item.as_table().is_some_and(Table::is_dotted)
}

/// Puts an item in place of an old one; white space and the comment behind the old one stay.
fn put(table: &mut dyn TableLike, name: &str, item: Item) {
    match (table.get_mut(name), item) {
        (Some(Item::Value(old)), Item::Value(mut new)) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        (_, Item::Value(mut new)) => {
            // In `{ a = 1 }` the space before the brace belongs to the last value.
            if let Some((_, Item::Value(last))) = table.iter_mut().last()
                && let Some(space) = last.decor().suffix().and_then(RawString::as_str)
                && space.trim().is_empty()
            {
                new.decor_mut().set_suffix(space.to_owned());
                last.decor_mut().set_suffix("");
            }
            table.insert(name, Item::Value(new));
        }
        (_, item) => {
            table.insert(name, item);
        }
    }
}

/// The document without `key`. Comments above it stay.
fn without(source: &Source<'_>, key: &str) -> Result<String, String> {
    let text = source.text();
    if let Some((from, to)) = source.lines_of(key) {
        let rest = text[to..].trim_start_matches([' ', '\t']);
        let after_break = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'));
        return Ok(format!("{}{}", &text[..from], after_break.unwrap_or(rest)));
    }
    let mut document = text.parse::<DocumentMut>().map_err(|error| error.message().to_owned())?;
    let (groups, name) = key.rsplit_once('.').unwrap_or(("", key));
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for group in groups.split('.').filter(|group| !group.is_empty()) {
        let Some(below) = table.get_mut(group).and_then(Item::as_table_like_mut) else {
            return Ok(text.to_owned());
        };
        table = below;
    }
    table.remove(name);
    Ok(document.to_string())
}

/// Parts the comment at the head of a document, which is nobody's, from what follows after a blank line.
fn split_header(text: &str) -> (&str, &str) {
    let mut header = 0;
    let mut read = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        if !bare.is_empty() && !bare.starts_with('#') {
            return text.split_at(header);
        }
        read += line.len();
        if bare.is_empty() || (read == text.len() && line.ends_with('\n')) {
            header = read;
        }
    }
    text.split_at(header)
}
