//! Front matter of others: YAML between `---`, TOML between `+++`, a JSON object; all of it as one kind of value. It
//! names the line of a fault and knows no field.

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value};

/// Bytes of front matter.
pub(super) const FRONT_MATTER_BYTES_MAX: usize = 256 << 10;
/// How deep lists and tables stand in one another.
const DEPTH_MAX: usize = 32;

/// Why a file's front matter cannot be read.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) line: u64,
    pub(super) what: String,
}

/// A file in its two parts.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    pub(super) fields: Map<String, Value>,
    pub(super) text: &'a str,
}

/// Divides a file; `None` where it has no front matter.
pub(super) fn divide(file: &str) -> Result<Option<Parts<'_>>, Fault> {
    let file = file.strip_prefix('\u{feff}').unwrap_or(file);
    let (first, rest) = file.split_once('\n').unwrap_or((file, ""));
    let fence = match first.trim_end() {
        fence @ ("---" | "+++") => fence,
        first if first.starts_with('{') && !first.starts_with("{{") && !first.starts_with("{%") => {
            return json(file).map(Some);
        }
        _ => return Ok(None),
    };
    let mut offset = 0;
    for line in rest.split_inclusive('\n') {
        let bare = line.trim_end();
        if bare == fence || (fence == "---" && bare == "...") {
            let (source, text) = (&rest[..offset], &rest[offset + line.len()..]);
            if source.len() > FRONT_MATTER_BYTES_MAX {
                let what = format!("the front matter has more than {FRONT_MATTER_BYTES_MAX} bytes");
                return Err(Fault { line: 1, what });
            }
            let fields = if fence == "---" { yaml(source)? } else { toml(source)? };
            return Ok(Some(Parts { fields, text }));
        }
        offset += line.len();
    }
    let what = format!("the front matter does not end; write a line {fence} after its last field");
    Err(Fault { line: 1, what })
}

fn json(file: &str) -> Result<Parts<'_>, Fault> {
    let mut values = serde_json::Deserializer::from_str(file).into_iter::<Value>();
    match values.next() {
        Some(Ok(Value::Object(fields))) => {
            let text = file.get(values.byte_offset()..).unwrap_or_default();
            Ok(Parts { fields, text })
        }
        Some(Err(error)) => Err(Fault {
            line: u64::try_from(error.line()).unwrap_or(0),
            what: format!("the front matter is not JSON: {error}"),
        }),
        _ => Err(Fault { line: 1, what: "the front matter is no object of JSON".to_owned() }),
    }
}

fn toml(source: &str) -> Result<Map<String, Value>, Fault> {
    let table: toml::Table = source.parse().map_err(|error: toml::de::Error| {
        let at = error.span().map_or(0, |span| span.start);
        let lines = source.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count();
        let said = error.message().replace('\n', ", ");
        Fault { line: lines as u64 + 2, what: format!("the front matter is not TOML: {said}") }
    })?;
    Ok(table.into_iter().map(|(key, value)| (key, of_toml(value, 0))).collect())
}

fn of_toml(value: toml::Value, depth: usize) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(set) => set.into(),
        toml::Value::Datetime(at) => Value::String(at.to_string()),
        _ if depth == DEPTH_MAX => Value::Null,
        toml::Value::Array(list) => {
            list.into_iter().map(|value| of_toml(value, depth + 1)).collect::<Vec<_>>().into()
        }
        toml::Value::Table(table) => Value::Object(
            table.into_iter().map(|(key, value)| (key, of_toml(value, depth + 1))).collect(),
        ),
    }
}

pub(super) fn yaml(source: &str) -> Result<Map<String, Value>, Fault> {
    // An alias repeats what an anchor names, and aliases of aliases repeat it beyond any limit.
    if has_alias(source) {
        let what = "the front matter has anchors and aliases (&name, *name); write the values out"
            .to_owned();
        return Err(Fault { line: 1, what });
    }
    let fault = |line: usize, what: String| Fault { line: line as u64 + 1, what };
    let documents = Yaml::load_from_str(source).map_err(|error| {
        fault(error.marker().line(), format!("the front matter is not YAML: {error}"))
    })?;
    match documents.into_iter().next().map(|document| of_yaml(&document, 0)) {
        Some(Value::Object(fields)) => Ok(fields),
        None | Some(Value::Null) => Ok(Map::new()),
        Some(_) => {
            Err(fault(0, "the front matter is no table of YAML; write KEY: VALUE".to_owned()))
        }
    }
}

/// Whether both an anchor and an alias could stand in a text.
fn has_alias(source: &str) -> bool {
    let begins = |sign: char| {
        source.match_indices(sign).any(|(at, _)| {
            let before = source[..at].chars().next_back();
            let after = source[at + 1..].chars().next();
            before.is_none_or(|c| c.is_whitespace() || "[{,:-".contains(c))
                && after.is_some_and(|c| !c.is_whitespace())
        })
    };
    begins('&') && begins('*')
}

fn of_yaml(value: &Yaml<'_>, depth: usize) -> Value {
    match value {
        Yaml::Value(Scalar::Boolean(set)) => (*set).into(),
        Yaml::Value(Scalar::Integer(number)) => (*number).into(),
        Yaml::Value(Scalar::FloatingPoint(number)) => number.into_inner().into(),
        Yaml::Value(Scalar::String(text)) => Value::String(text.to_string()),
        Yaml::Representation(text, ..) => Value::String(text.to_string()),
        _ if depth == DEPTH_MAX => Value::Null,
        Yaml::Sequence(list) => {
            list.iter().map(|value| of_yaml(value, depth + 1)).collect::<Vec<_>>().into()
        }
        Yaml::Mapping(table) => {
            let pair = |(key, value): (&Yaml<'_>, &Yaml<'_>)| {
                let key = match of_yaml(key, DEPTH_MAX) {
                    Value::String(key) => key,
                    other => other.to_string(),
                };
                (key, of_yaml(value, depth + 1))
            };
            Value::Object(table.iter().map(pair).collect())
        }
        Yaml::Tagged(_, inner) => of_yaml(inner, depth + 1),
        _ => Value::Null,
    }
}
