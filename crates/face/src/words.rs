//! The message tables: what a paper says, in one language, with the paper's own wordings laid over it. It never
//! knows a rule of access, and never a template: it turns a key and values into text.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use icu_locale_core::locale;
use icu_plurals::{PluralCategory, PluralRules};

use crate::{Form, Key, Language, Slot};

/// The longest wording that a paper may give a message, in bytes.
pub const WORDING_BYTES_MAX: usize = 1_000;

/// The messages of one language.
#[derive(Clone, Debug)]
pub struct Words {
    language: Language,
    messages: BTreeMap<Key, Message>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Message {
    Text(String),
    Plural(Vec<(PluralCategory, String)>),
}

/// The values for a message's slots.
#[derive(Clone, Default, Debug)]
pub struct Args {
    count: Option<u64>,
    values: Vec<(Slot, String)>,
}

impl Args {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The number, which also chooses the plural form.
    #[must_use]
    pub fn count(mut self, count: impl Into<u64>) -> Self {
        self.count = Some(count.into());
        self
    }

    /// A text for a slot.
    #[must_use]
    pub fn with(mut self, slot: Slot, text: impl Into<String>) -> Self {
        self.values.push((slot, text.into()));
        self
    }
}

/// A wording that a paper cannot have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("wordings.{language}.{name}: {problem}")]
pub struct WordingFault {
    /// The table's language.
    pub language: &'static str,
    /// The message's name, as it was written.
    pub name: String,
    /// What is wrong, and what to write instead.
    pub problem: String,
}

/// A paper's own wordings for one language, checked: every name is a message, every slot is one of that message's,
/// and plural forms are exactly those of the language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Overrides {
    language: Language,
    messages: BTreeMap<Key, Message>,
}

impl Overrides {
    /// No wording of its own.
    #[must_use]
    pub const fn none(language: Language) -> Self {
        Self { language, messages: BTreeMap::new() }
    }

    /// Reads a table of wordings: `name = "text"`, or `name = { one = "…", other = "…" }` for a message with a number.
    ///
    /// # Errors
    /// All faults at once, each with the message's name and a remedy.
    pub fn read(language: Language, table: &toml::Table) -> Result<Self, Vec<WordingFault>> {
        let (messages, faults) = read_table(language, table);
        if faults.is_empty() { Ok(Self { language, messages }) } else { Err(faults) }
    }

    /// Reads a file of wordings, in the form of the delivered tables.
    ///
    /// # Errors
    /// All faults at once, each with its line where it has one.
    pub fn read_file(language: Language, text: &str) -> Result<Self, Vec<(Option<usize>, String)>> {
        let line = |place: usize| Some(text.get(..place)?.matches('\n').count() + 1);
        let written: BTreeMap<toml::Spanned<String>, toml::Value> =
            toml::from_str(text).map_err(|error: toml::de::Error| {
                let line = error.span().and_then(|span| line(span.start));
                vec![(line, error.message().to_owned())]
            })?;
        let (mut messages, mut faults) = (BTreeMap::new(), Vec::new());
        for (name, value) in &written {
            match read_message(language, name.get_ref(), value) {
                Ok((key, message)) => {
                    messages.insert(key, message);
                }
                Err(problem) => {
                    let told = format!("message {:?}: {problem}", name.get_ref());
                    faults.push((line(name.span().start), told));
                }
            }
        }
        faults.sort_by_key(|(line, _)| *line);
        if faults.is_empty() { Ok(Self { language, messages }) } else { Err(faults) }
    }

    /// The language that they are for.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// The messages that they reword.
    pub fn keys(&self) -> impl Iterator<Item = Key> + '_ {
        self.messages.keys().copied()
    }
}

static TABLES: LazyLock<[Words; 5]> = LazyLock::new(|| Language::ALL.map(Words::built_in));

impl Words {
    /// The words of a language as they are delivered.
    #[must_use]
    pub fn of(language: Language) -> &'static Self {
        let [english, german, french, spanish, japanese] = &*TABLES;
        match language {
            Language::English => english,
            Language::German => german,
            Language::French => french,
            Language::Spanish => spanish,
            Language::Japanese => japanese,
        }
    }

    /// The words of a language with a paper's own wordings over them.
    #[must_use]
    pub fn with(overrides: &Overrides) -> Self {
        Self::of(overrides.language).clone().over(overrides)
    }

    /// These words with some wordings laid over them; those of another language change nothing.
    #[must_use]
    pub fn over(mut self, overrides: &Overrides) -> Self {
        if overrides.language == self.language {
            let own = overrides.messages.iter().map(|(key, message)| (*key, message.clone()));
            self.messages.extend(own);
        }
        self
    }

    /// Reads a delivered table. A test proves that all five are complete and without a fault, so nothing is lost here.
    fn built_in(language: Language) -> Self {
        let table = source(language).parse::<toml::Table>().unwrap_or_default();
        Self { language, messages: read_table(language, &table).0 }
    }

    /// Which language.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// A message without slots.
    #[must_use]
    pub fn text(&self, key: Key) -> String {
        self.format(key, &Args::new())
    }

    /// A message with its slots filled. A slot that gets no value stays empty: never a brace reaches a reader.
    #[must_use]
    pub fn format(&self, key: Key, args: &Args) -> String {
        fill(self.pattern(key, args), |slot| self.value(slot, args))
    }

    /// A message as it is written in the tables, its slots between braces: what a wording of a paper's own begins from, and how
    /// [`House::set`](crate::House::set) takes one.
    #[must_use]
    pub fn written(&self, key: Key) -> String {
        match self.messages.get(&key) {
            None => String::new(),
            Some(Message::Text(text)) => text.clone(),
            Some(Message::Plural(forms)) => {
                let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
                let forms = forms.iter().map(|(category, text)| {
                    format!("{} = {}", category_name(*category), quoted(text))
                });
                format!("{{ {} }}", forms.collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// A message cut at one slot: what stands before it and what behind, so that a page can mark the value up.
    #[must_use]
    pub fn around(&self, key: Key, slot: Slot, args: &Args) -> (String, String) {
        let pattern = self.pattern(key, args);
        let gap = format!("{{{}}}", slot.name());
        let (before, behind) = pattern.split_once(&gap).unwrap_or((pattern, ""));
        let part = |part| fill(part, |slot| self.value(slot, args));
        (part(before), part(behind))
    }

    /// All messages without slots, by name: what page templates call `words`.
    #[must_use]
    pub fn plain(&self) -> BTreeMap<&'static str, String> {
        let plain = Key::ALL.iter().filter(|key| key.slots().is_empty());
        plain.map(|key| (key.name(), self.text(*key))).collect()
    }

    /// Sentences one after the other, as the language sets them.
    #[must_use]
    pub fn join<S: AsRef<str>>(&self, sentences: &[S]) -> String {
        let space = if self.language == Language::Japanese { "" } else { " " };
        let filled = sentences.iter().map(AsRef::as_ref).filter(|sentence| !sentence.is_empty());
        filled.collect::<Vec<_>>().join(space)
    }

    /// A line as a sentence: with the language's full stop, unless it ends with a mark already.
    #[must_use]
    pub fn sentence(&self, line: &str) -> String {
        let stop = if self.language == Language::Japanese { "。" } else { "." };
        if line.is_empty() || line.ends_with(['.', '。', '?', '？', '…', ':', '：']) {
            return line.to_owned();
        }
        format!("{line}{stop}")
    }

    /// Names in a list: "A", "A and B", "A, B and C".
    #[must_use]
    pub fn list<S: AsRef<str>>(&self, names: &[S]) -> String {
        let comma = if self.language == Language::Japanese { "、" } else { ", " };
        match names {
            [] => String::new(),
            [only] => only.as_ref().to_owned(),
            [first @ .., last] => {
                let first = first.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(comma);
                format!("{first}{}{}", self.text(Key::ListAnd), last.as_ref())
            }
        }
    }

    /// A number in digits, grouped as the language does.
    #[must_use]
    pub fn digits(&self, number: u64) -> String {
        grouped(self.language, &number.to_string())
    }

    /// A number inside a sentence: in words from one to ten, in digits beyond.
    #[must_use]
    pub fn number(&self, number: u64) -> String {
        let key = match number {
            1 => Key::NumberOne,
            2 => Key::NumberTwo,
            3 => Key::NumberThree,
            4 => Key::NumberFour,
            5 => Key::NumberFive,
            6 => Key::NumberSix,
            7 => Key::NumberSeven,
            8 => Key::NumberEight,
            9 => Key::NumberNine,
            10 => Key::NumberTen,
            _ => return self.digits(number),
        };
        self.text(key)
    }

    fn pattern(&self, key: Key, args: &Args) -> &str {
        match self.messages.get(&key) {
            None => "",
            Some(Message::Text(text)) => text,
            Some(Message::Plural(forms)) => {
                let wanted = category(self.language, args.count.unwrap_or(0));
                let form = forms.iter().find(|(category, _)| *category == wanted);
                form.or(forms.last()).map_or("", |(_, text)| text)
            }
        }
    }

    fn value(&self, slot: Slot, args: &Args) -> String {
        let given = args.values.iter().find(|(given, _)| *given == slot);
        match (given, args.count) {
            (Some((_, text)), _) => text.clone(),
            (None, Some(count)) if slot == Slot::Count => self.digits(count),
            (None, _) => String::new(),
        }
    }
}

/// Digits in groups of three. Spanish leaves four digits together.
pub(crate) fn grouped(language: Language, digits: &str) -> String {
    let (mark, from) = match language {
        Language::English | Language::Japanese => (',', 4),
        Language::German => ('.', 4),
        Language::French => ('\u{202F}', 4),
        Language::Spanish => ('\u{202F}', 5),
    };
    if digits.len() < from {
        return digits.to_owned();
    }
    let mut text = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(mark);
        }
        text.push(digit);
    }
    text
}

fn fill(pattern: &str, value: impl Fn(Slot) -> String) -> String {
    let mut text = String::with_capacity(pattern.len() + 32);
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        if let Some(slot) = Slot::parse(name) {
            text.push_str(&value(slot));
        }
        rest = behind;
    }
    text.push_str(rest);
    text
}

const fn source(language: Language) -> &'static str {
    match language {
        Language::English => include_str!("../messages/en.toml"),
        Language::German => include_str!("../messages/de.toml"),
        Language::French => include_str!("../messages/fr.toml"),
        Language::Spanish => include_str!("../messages/es.toml"),
        Language::Japanese => include_str!("../messages/ja.toml"),
    }
}

/// The cardinal rules of a language; they are compiled in, so that asking for them anew costs next to nothing.
fn rules(language: Language) -> Option<PluralRules> {
    let locale = match language {
        Language::English => locale!("en"),
        Language::German => locale!("de"),
        Language::French => locale!("fr"),
        Language::Spanish => locale!("es"),
        Language::Japanese => locale!("ja"),
    };
    PluralRules::try_new_cardinal(locale.into()).ok()
}

fn category(language: Language, count: u64) -> PluralCategory {
    rules(language).map_or(PluralCategory::Other, |rules| rules.category_for(count))
}

/// In the order in which a table is written.
const CATEGORIES: [PluralCategory; 6] = [
    PluralCategory::Zero,
    PluralCategory::One,
    PluralCategory::Two,
    PluralCategory::Few,
    PluralCategory::Many,
    PluralCategory::Other,
];

/// The plural categories of a language, as the tables name them.
pub(crate) fn categories(language: Language) -> Vec<&'static str> {
    let rules = rules(language);
    let has = |category: &PluralCategory| {
        rules.as_ref().is_none_or(|rules| rules.categories().any(|known| known == *category))
    };
    CATEGORIES.into_iter().filter(has).map(category_name).collect()
}

const fn category_name(category: PluralCategory) -> &'static str {
    match category {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}

fn read_table(
    language: Language,
    table: &toml::Table,
) -> (BTreeMap<Key, Message>, Vec<WordingFault>) {
    let mut messages = BTreeMap::new();
    let mut faults = Vec::new();
    for (name, value) in table {
        match read_message(language, name, value) {
            Ok((key, message)) => {
                messages.insert(key, message);
            }
            Err(problem) => faults.push(WordingFault {
                language: language.tag(),
                name: name.chars().take(60).collect(),
                problem,
            }),
        }
    }
    (messages, faults)
}

fn read_message(
    language: Language,
    name: &str,
    value: &toml::Value,
) -> Result<(Key, Message), String> {
    let key = Key::parse(name).ok_or_else(|| {
        format!("there is no message of that name; the nearest is {:?}", nearest(name))
    })?;
    match (key.form(), value) {
        (Form::Text, toml::Value::String(text)) => {
            check(key, text)?;
            Ok((key, Message::Text(text.clone())))
        }
        (Form::Text, _) => Err("write one text between quotation marks".to_owned()),
        (Form::Plural, toml::Value::Table(forms)) => {
            read_forms(language, key, forms).map(|forms| (key, Message::Plural(forms)))
        }
        (Form::Plural, _) => {
            Err(format!("it holds a number and needs its plural forms: {}", forms_remedy(language)))
        }
    }
}

fn read_forms(
    language: Language,
    key: Key,
    forms: &toml::Table,
) -> Result<Vec<(PluralCategory, String)>, String> {
    let names = categories(language);
    if let Some(name) = forms.keys().find(|name| !names.contains(&name.as_str())) {
        return Err(format!(
            "this language has no form {name:?}; write {}",
            forms_remedy(language)
        ));
    }
    let mut read = Vec::with_capacity(names.len());
    for name in names {
        let missing = || format!("the form {name:?} is missing; write {}", forms_remedy(language));
        let text = forms.get(name).and_then(toml::Value::as_str).ok_or_else(missing)?;
        check(key, text)?;
        let category = PluralCategory::get_for_cldr_string(name).ok_or_else(missing)?;
        read.push((category, text.to_owned()));
    }
    Ok(read)
}

fn forms_remedy(language: Language) -> String {
    let forms = categories(language).into_iter().map(|name| format!("{name} = \"…\""));
    format!("{{ {} }}", forms.collect::<Vec<_>>().join(", "))
}

/// Whether a text may be a wording of `key`.
fn check(key: Key, text: &str) -> Result<(), String> {
    if text.trim().is_empty() {
        return Err("it is empty; leave the line out to keep the paper's words".to_owned());
    }
    if text.len() > WORDING_BYTES_MAX {
        return Err(format!("it is {} bytes long; the limit is {WORDING_BYTES_MAX}", text.len()));
    }
    if text.chars().any(char::is_control) || text.contains("  ") {
        return Err("it holds a control character or two spaces; write one plain line".to_owned());
    }
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let slot = rest[at..].strip_prefix('{').and_then(|after| after.split_once('}'));
        let known = slot.and_then(|(name, behind)| Some((Slot::parse(name)?, behind)));
        match known {
            Some((slot, behind)) if key.slots().contains(&slot) => rest = behind,
            _ => return Err(slot_remedy(key, &rest[at..])),
        }
    }
    Ok(())
}

fn slot_remedy(key: Key, found: &str) -> String {
    let found: String = found.chars().take(20).collect();
    let slots: Vec<_> = key.slots().iter().map(|slot| format!("{{{}}}", slot.name())).collect();
    if slots.is_empty() {
        return format!("this message takes no value; remove {found:?}");
    }
    format!("{found:?} is not one of its values; it may use {}", slots.join(", "))
}

/// The message whose name is most like `name`, for a helpful fault.
fn nearest(name: &str) -> &'static str {
    let shared = |key: &Key| {
        let known = key.name();
        let start = known.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
        let end = known.bytes().rev().zip(name.bytes().rev()).take_while(|(a, b)| a == b).count();
        (start + end).min(known.len()) * 100 / known.len().max(name.len()).max(1)
    };
    Key::ALL.iter().copied().max_by_key(shared).map_or("", Key::name)
}

#[cfg(test)]
mod tests;
