//! What templates are told, as designers read it: `docs/contracts/templates.md`, parsed. The page is the contract; what
//! pages hand over is held against it, and samples are made from it. It never knows a page or a paper.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use minijinja::value::{Value, ValueKind};

const DOCUMENT: &str = include_str!("../../../../docs/contracts/templates.md");
/// The heading of what all pages have, and the words by which a template's text says that it has that.
const EVERY_PAGE: (&str, &str) = ("Every page", "[every page](#every-page)'s variables");
/// What the engine gives every template by itself.
const FUNCTIONS: &[&str] =
    &["icon", "asset", "range", "dict", "namespace", "debug", "loop", "self", "super", "caller"];

/// What a variable is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Text,
    /// One of these and no other.
    OneOf(Vec<String>),
    /// Any text; these are samples.
    Such(Vec<String>),
    Number,
    Flag,
    Markup,
    Mark,
    Words,
    Record(String),
    /// A text, and a record.
    Pair(String),
    List(Box<Kind>),
}

/// One row of a table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// "or empty".
    pub(crate) may_be_empty: bool,
    /// "or nothing".
    pub(crate) may_be_nothing: bool,
    /// "never empty".
    pub(crate) never_empty: bool,
    /// "with X".
    pub(crate) with: Option<String>,
    /// "without X".
    pub(crate) without: Option<String>,
    pub(crate) sample: String,
}

/// The document.
#[derive(Default, Debug)]
pub(crate) struct Contract {
    templates: BTreeMap<String, Vec<Field>>,
    records: BTreeMap<String, Vec<Field>>,
}

/// The contract, read once.
pub(crate) fn contract() -> &'static Contract {
    static CONTRACT: LazyLock<Contract> = LazyLock::new(|| parse(DOCUMENT));
    &CONTRACT
}

impl Contract {
    /// The variables of a template.
    pub(crate) fn variables(&self, template: &str) -> &[Field] {
        self.templates.get(template).map_or(&[], Vec::as_slice)
    }

    /// The fields of a record.
    pub(crate) fn fields(&self, record: &str) -> &[Field] {
        self.records.get(record).map_or(&[], Vec::as_slice)
    }
}

fn parse(document: &str) -> Contract {
    let mut contract = Contract::default();
    let (mut section, mut record, mut every_page) = (String::new(), None, Vec::new());
    let mut with_every_page = Vec::new();
    for line in document.lines() {
        if let Some(name) = line.strip_prefix("### ") {
            record = Some(name.to_owned());
        } else if let Some(name) = line.strip_prefix("## ") {
            (section, record) = (name.to_owned(), None);
        } else if line.contains(EVERY_PAGE.1) {
            with_every_page.push(section.clone());
        } else if let Some(field) = row(line) {
            match &record {
                Some(record) => contract.records.entry(record.clone()).or_default().push(field),
                None if section == EVERY_PAGE.0 => every_page.push(field),
                None => contract.templates.entry(section.clone()).or_default().push(field),
            }
        }
    }
    for template in with_every_page {
        contract.templates.entry(template).or_default().extend(every_page.iter().cloned());
    }
    contract.templates.insert("base.html".to_owned(), every_page);
    contract
}

/// `| name | type | meaning | sample |`.
fn row(line: &str) -> Option<Field> {
    let cells: Vec<&str> = line.strip_prefix("| `")?.split(" | ").collect();
    let [name, kind, _, sample] = cells.as_slice() else { return None };
    let sample = sample.strip_suffix('|')?;
    let sample = sample
        .split_once('`')
        .map_or("", |(_, rest)| rest.rsplit_once('`').map_or("", |(text, _)| text));
    let kind = without_links(kind);
    let mut phrases = kind.split(", ");
    let mut first = phrases.next()?.to_owned();
    let mut field = Field {
        name: name.strip_suffix('`')?.to_owned(),
        kind: Kind::Text,
        may_be_empty: false,
        may_be_nothing: false,
        never_empty: false,
        with: None,
        without: None,
        sample: sample.to_owned(),
    };
    for phrase in phrases {
        match phrase.split_once(' ') {
            Some(("never", "empty")) => field.never_empty = true,
            Some(("with", other)) => field.with = Some(other.to_owned()),
            Some(("without", other)) => field.without = Some(other.to_owned()),
            // A list of texts goes on.
            _ => first = format!("{first}, {phrase}"),
        }
    }
    if let Some(kind) = first.strip_suffix(" or nothing") {
        (field.may_be_nothing, first) = (true, kind.to_owned());
    }
    if let Some(kind) = first.strip_suffix(" or empty") {
        (field.may_be_empty, first) = (true, kind.to_owned());
    }
    field.kind = kind_of(&first);
    Some(field)
}

/// `[words](#address)` is `words`.
fn without_links(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        let (words, behind) = after.split_once("](").unwrap_or((after, ""));
        plain.push_str(before);
        plain.push_str(words);
        rest = behind.split_once(')').map_or("", |(_, behind)| behind);
    }
    plain + rest
}

fn kind_of(text: &str) -> Kind {
    let quoted = |text: &str| text.split('"').skip(1).step_by(2).map(str::to_owned).collect();
    if let Some(of) = text.strip_prefix("list of ") {
        return Kind::List(Box::new(kind_of(of)));
    }
    if let Some(record) = text.strip_prefix("pair of text and ") {
        return Kind::Pair(record.to_owned());
    }
    match text {
        "text" => Kind::Text,
        "number" => Kind::Number,
        "flag" => Kind::Flag,
        "markup" => Kind::Markup,
        "mark" => Kind::Mark,
        "words" => Kind::Words,
        _ if text.starts_with("one of ") => Kind::OneOf(quoted(text)),
        _ if text.starts_with("text such as ") => Kind::Such(quoted(text)),
        record => Kind::Record(record.to_owned()),
    }
}

/// What is wrong with a name that a template asks for; `None` where pages hand it over, or where nobody can tell.
pub(crate) fn unknown(template: &str, asked: &str) -> Option<String> {
    let contract = contract();
    let mut fields = contract.variables(template);
    // Parts of a theme's own, and macros, are handed what others hand over.
    if fields.is_empty() {
        return None;
    }
    let mut path = String::new();
    for (place, name) in asked.split('.').enumerate() {
        if place == 0 && FUNCTIONS.contains(&name) {
            return None;
        }
        let Some(field) = fields.iter().find(|field| field.name == name) else {
            let known = fields.iter().map(|field| field.name.as_str());
            let nearest = super::files::nearest(name, known);
            let of = if path.is_empty() { "the page".to_owned() } else { format!("`{path}`") };
            return Some(format!("`{asked}`: {of} has no `{name}`; the nearest is `{nearest}`"));
        };
        path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        match &field.kind {
            Kind::Record(record) => fields = contract.fields(record),
            Kind::Words => {
                let message = asked.split('.').nth(place + 1)?;
                let key = face::Key::parse(message).filter(|key| key.slots().is_empty());
                return key.is_none().then(|| {
                    let known = face::Key::ALL.iter().filter(|key| key.slots().is_empty());
                    let nearest = super::files::nearest(message, known.map(|key| key.name()));
                    format!(
                        "`{asked}`: there is no such message without a value; the nearest is \
                        `{nearest}`"
                    )
                });
            }
            _ => return None,
        }
    }
    None
}

/// What a page hands over otherwise than the document says.
pub(crate) fn faults(template: &str, context: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    match contract().templates.get(template) {
        Some(fields) => of_record(template, fields, context, &mut faults),
        None => faults.push(format!("{template} is not there")),
    }
    faults
}

fn of_record(path: &str, fields: &[Field], record: &Value, faults: &mut Vec<String>) {
    let keys = record.try_iter().map(|keys| keys.map(|key| key.to_string()).collect::<Vec<_>>());
    let keys = keys.unwrap_or_default();
    let strange = keys.iter().filter(|key| !fields.iter().any(|field| field.name == **key));
    faults.extend(strange.map(|key| format!("{path}: `{key}` is not in its table")));
    for field in fields {
        let path = format!("{path} `{}`", field.name);
        let given = record.get_attr(&field.name).unwrap_or_default();
        let may_lack = field.may_be_nothing || field.with.is_some() || field.without.is_some();
        let is_nothing = given.is_none() || given.is_undefined() || given.as_str() == Some("");
        match (is_nothing, may_lack) {
            (true, true) => {}
            (true, false) if given.as_str().is_none() => faults.push(format!("{path} is missing")),
            _ => of_kind(&path, &field.kind, &given, faults),
        }
    }
}

fn of_kind(path: &str, kind: &Kind, given: &Value, faults: &mut Vec<String>) {
    let contract = contract();
    let fits = match kind {
        Kind::Text | Kind::Such(_) => given.as_str().is_some(),
        Kind::Markup | Kind::Mark => {
            given.as_str().is_some() && (given.is_safe() || given.as_str() == Some(""))
        }
        Kind::OneOf(known) => known.iter().any(|known| given.as_str() == Some(known)),
        Kind::Number => given.kind() == ValueKind::Number,
        Kind::Flag => given.kind() == ValueKind::Bool,
        Kind::Words => given.kind() == ValueKind::Map,
        Kind::Pair(_) => given.len() == Some(2),
        Kind::Record(record) => {
            of_record(path, contract.fields(record), given, faults);
            given.kind() == ValueKind::Map
        }
        Kind::List(of) => {
            let items = given.try_iter().ok().filter(|_| given.kind() == ValueKind::Seq);
            items.is_some_and(|items| {
                items.for_each(|item| of_kind(path, of, &item, faults));
                true
            })
        }
    };
    if !fits {
        faults.push(format!("{path} is {given:?}, and not {kind:?}"));
    }
}
