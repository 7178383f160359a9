//! Samples of what templates are told, made from the contract: everything there, as little as there may be, and each
//! thing that may be missing taken away by itself. They are invented, and the same every time.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::value::Value;

use super::contract::{Field, Kind, contract};
use crate::site::frame::mark;

/// How many ways there are at least to choose from what a text can be.
const CHOICES: usize = 6;

/// How far down things are taken away one by one: `front.lead.image`.
const DEPTH_MAX: usize = 2;

/// How a sample is made.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    /// Its name, for whoever reads of a fault.
    pub(crate) name: String,
    /// Whether everything is there that may be.
    full: bool,
    /// What is taken away from a full one.
    without: Option<String>,
    /// Which of the texts that a variable can have.
    choice: usize,
    /// Whether what is missing is not even named.
    unnamed: bool,
}

impl Variant {
    fn new(name: &str, full: bool, choice: usize) -> Self {
        Self { name: name.to_owned(), full, without: None, choice, unnamed: false }
    }

    /// Whether it names everything, so that a name that does not exist can be told from one that is nothing.
    pub(crate) fn names_all(&self) -> bool {
        !self.unnamed
    }
}

/// The variants that tell most, for every language; those after them, for one.
pub(crate) fn variants(template: &str) -> (Vec<Variant>, Vec<Variant>) {
    let mut first = Vec::new();
    for choice in 0..CHOICES {
        first.push(Variant::new(&format!("everything, {}", choice + 1), true, choice));
        first.push(Variant::new(&format!("nothing, {}", choice + 1), false, choice));
    }
    let mut more = Vec::new();
    for choice in 0..3 {
        let variant = Variant::new(&format!("nothing named, {}", choice + 1), false, choice);
        more.push(Variant { unnamed: true, ..variant });
    }
    let mut paths = Vec::new();
    optional(contract().variables(template), "", &mut paths);
    for (place, path) in paths.into_iter().enumerate() {
        // A page with states is looked at in each of them.
        let has_states = contract().variables(template).iter().any(|field| field.name == "state");
        for choice in (place % CHOICES..CHOICES * 2).take(if has_states { 3 } else { 1 }) {
            let variant = Variant::new(&format!("without {path}, {}", choice + 1), true, choice);
            more.push(Variant { without: Some(path.clone()), ..variant });
        }
    }
    (first, more)
}

/// The paths of everything that may be missing, empty or false. Further down, the items of lists that have as little as
/// they may stand for it.
fn optional(fields: &[Field], path: &str, paths: &mut Vec<String>) {
    if path.matches('.').count() >= DEPTH_MAX {
        return;
    }
    for field in fields {
        let path =
            if path.is_empty() { field.name.clone() } else { format!("{path}.{}", field.name) };
        let is_list = matches!(field.kind, Kind::List(_)) && !field.never_empty;
        if field.may_be_nothing || field.may_be_empty || is_list || field.kind == Kind::Flag {
            paths.push(path.clone());
        }
        let record = match &field.kind {
            Kind::Record(record) => Some(record),
            Kind::List(of) => match of.as_ref() {
                Kind::Record(record) => Some(record),
                _ => None,
            },
            _ => None,
        };
        if let Some(record) = record {
            optional(contract().fields(record), &path, paths);
        }
    }
}

/// A sample of what a template is told.
pub(crate) fn sample(template: &str, variant: &Variant, words: &Value) -> Value {
    let making = Making { variant, words, full: variant.full };
    making.record(contract().variables(template), "", variant.choice)
}

struct Making<'a> {
    variant: &'a Variant,
    words: &'a Value,
    full: bool,
}

impl Making<'_> {
    fn record(&self, fields: &[Field], path: &str, choice: usize) -> Value {
        let mut made: BTreeMap<Arc<str>, Value> = BTreeMap::new();
        for (place, field) in fields.iter().enumerate() {
            let path =
                if path.is_empty() { field.name.clone() } else { format!("{path}.{}", field.name) };
            let is_there = self.is_there(fields, field, &path);
            let value = match is_there {
                true => self.value(&field.kind, field, &path, choice + place * (choice / 3)),
                false => self.lacking(field, &path, choice),
            };
            if let Some(value) = value {
                made.insert(Arc::from(field.name.as_str()), value);
            }
        }
        Value::from(made)
    }

    /// Whether something is there that may be missing, empty or false.
    fn is_there(&self, fields: &[Field], field: &Field, path: &str) -> bool {
        let parent = path.rsplit_once('.').map_or("", |(parent, _)| parent);
        let other = |name: &str| {
            let path = if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") };
            let other = fields.iter().find(|field| field.name == name);
            other.is_some_and(|other| self.is_there(fields, other, &path))
        };
        let taken_away = self.variant.without.as_deref() == Some(path);
        let here = self.full && !taken_away;
        if let Some(name) = &field.without {
            return !other(name) && (field.kind != Kind::Flag || here);
        }
        here && field.with.as_deref().is_none_or(other)
    }

    /// What stands for something that is not there.
    fn lacking(&self, field: &Field, path: &str, choice: usize) -> Option<Value> {
        let nothing = (!self.variant.unnamed).then(|| Value::from(()));
        match &field.kind {
            _ if field.without.is_some() => nothing,
            _ if field.may_be_nothing => nothing,
            Kind::List(of) if field.never_empty => self.list(of, field, path, choice).into(),
            Kind::List(_) => Some(Value::from(Vec::<Value>::new())),
            Kind::Flag => Some(Value::from(false)),
            _ if field.may_be_empty => Some(Value::from("")),
            kind => self.value(kind, field, path, choice),
        }
    }

    fn value(&self, kind: &Kind, field: &Field, path: &str, choice: usize) -> Option<Value> {
        let chosen = |texts: &[String]| texts.get(choice % texts.len().max(1)).cloned();
        Some(match kind {
            Kind::Text if field.sample.is_empty() => {
                Value::from(format!("Sample of {}", field.name))
            }
            Kind::Text => Value::from(field.sample.clone()),
            Kind::OneOf(texts) | Kind::Such(texts) => Value::from(chosen(texts)?),
            Kind::Number => Value::from(field.sample.parse::<u32>().unwrap_or(1)),
            Kind::Flag => Value::from(true),
            Kind::Markup => Value::from_safe_string(field.sample.clone()),
            Kind::Mark => Value::from_safe_string(mark(&field.name)),
            Kind::Words => self.words.clone(),
            Kind::Record(record) => self.record(contract().fields(record), path, choice),
            Kind::Pair(record) => {
                let record = self.record(contract().fields(record), path, choice);
                Value::from(vec![Value::from("Already a subscriber?"), record])
            }
            Kind::List(of) => self.list(of, field, path, choice),
        })
    }

    /// One item for each thing that an item can be, and one that has as little as it may.
    fn list(&self, of: &Kind, field: &Field, path: &str, choice: usize) -> Value {
        let number = match of {
            Kind::Record(record) => {
                let of_field = |field: &Field| match &field.kind {
                    Kind::OneOf(texts) => texts.len(),
                    _ => 1,
                };
                contract().fields(record).iter().map(of_field).max().unwrap_or(1)
            }
            _ => 2,
        };
        let items = (0..number).filter_map(|item| self.value(of, field, path, choice + item));
        let bare = Making { full: false, ..*self };
        let last = matches!(of, Kind::Record(_)).then(|| bare.value(of, field, path, choice));
        Value::from(items.chain(last.flatten()).collect::<Vec<_>>())
    }
}
