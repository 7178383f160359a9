//! Redirects as Ghost keeps them beside an export, `redirects.json` or `redirects.yaml`: which path of the old site led to
//! which. A pure reader; patterns that stand for many paths are told, and never guessed at.

use serde::Deserialize;
use serde_json::Value;

use super::Unreadable;
use super::markdown::yaml;

/// Bytes of a file of redirects.
pub const REDIRECTS_BYTES_MAX: usize = 8 << 20;
/// Redirects of a file.
pub const REDIRECTS_MAX: usize = 100_000;

/// One redirect.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Redirect {
    /// What leads away, as it is written.
    pub from: String,
    /// The path that it is; `None` for a pattern that stands for several.
    pub path: Option<String>,
    /// Where it leads: a path, or the address of another site.
    pub to: String,
}

/// One entry of `redirects.json`.
#[derive(Deserialize)]
struct Given {
    from: String,
    to: String,
}

/// Reads a file of either form, in its order.
///
/// # Errors
/// [`Unreadable`], with the line where there is one.
pub fn read(text: &str) -> Result<Vec<Redirect>, Unreadable> {
    if text.len() > REDIRECTS_BYTES_MAX {
        let what = format!("the file has more than {REDIRECTS_BYTES_MAX} bytes; divide it");
        return Err(Unreadable { line: 0, what });
    }
    let text = text.trim_start_matches('\u{feff}');
    let pairs = if text.trim_start().starts_with('[') { json(text)? } else { table(text)? };
    if pairs.len() > REDIRECTS_MAX {
        let what = format!("there are more than {REDIRECTS_MAX} redirects; divide the file");
        return Err(Unreadable { line: 0, what });
    }
    let redirect = |(from, to): (String, String)| Redirect { path: literal(&from), from, to };
    Ok(pairs.into_iter().map(redirect).collect())
}

fn json(text: &str) -> Result<Vec<(String, String)>, Unreadable> {
    let given: Vec<Given> = serde_json::from_str(text).map_err(|error| Unreadable {
        line: error.line() as u64,
        what: format!("this is no redirects.json: {error}; take the file from Ghost once more"),
    })?;
    Ok(given.into_iter().map(|given| (given.from, given.to)).collect())
}

/// `301:` and `302:`, each with lines `/from: /to`.
fn table(text: &str) -> Result<Vec<(String, String)>, Unreadable> {
    let tables = yaml(text).map_err(|(line, what)| Unreadable { line, what })?;
    let mut pairs = Vec::new();
    for (kind, table) in tables {
        let Value::Object(table) = table else {
            if table.is_null() {
                continue;
            }
            let kind: String = kind.chars().take(40).collect();
            let what =
                format!("\"{kind}\" is no table of redirects; write 301: and lines /from: /to");
            return Err(Unreadable { line: 0, what });
        };
        let pair = |(from, to): (String, Value)| Some((from, to.as_str()?.to_owned()));
        pairs.extend(table.into_iter().filter_map(pair));
    }
    Ok(pairs)
}

/// The one path that a pattern of Ghost's stands for: its signs of beginning and end, an optional slash at the end and
/// escaped signs are read, anything else that is a pattern is none.
fn literal(pattern: &str) -> Option<String> {
    let bare = pattern.trim();
    let bare = match bare.strip_prefix("/^").and_then(|rest| rest.strip_suffix("/i")) {
        Some(inner) => inner,
        None => bare.strip_prefix('^').unwrap_or(bare),
    };
    let bare = bare.strip_suffix('$').unwrap_or(bare);
    let ends = ["(\\/)?", "(/)?", "(?:\\/)?", "(?:/)?", "\\/?", "/?"];
    let bare = ends.iter().find_map(|end| bare.strip_suffix(end)).unwrap_or(bare);
    let mut path = String::with_capacity(bare.len());
    let mut chars = bare.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => path.push(chars.next().filter(|c| "/.-_~?+()".contains(*c))?),
            '(' | ')' | '[' | ']' | '{' | '}' | '*' | '+' | '?' | '|' | '^' | '$' => return None,
            c if c.is_whitespace() || c.is_control() || c == '#' => return None,
            c => path.push(c),
        }
    }
    let fits = path.starts_with('/')
        && !path.starts_with("//")
        && path.len() > 1
        && path.len() <= crate::limits::ADDRESS_BYTES_MAX;
    fits.then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_say_the_same() {
        let json = r#"[{"from": "/old/", "to": "/new/", "permanent": true}, {"from": "^\\/a\\/?$", "to": "/b"}]"#;
        let yaml = "301:\n  /old/: /new/\n302:\n  ^\\/a\\/?$: /b\n";
        let (json, yaml) = (read(json).unwrap(), read(yaml).unwrap());
        assert_eq!(json, yaml);
        assert_eq!(json[1].path.as_deref(), Some("/a"));
        assert!(read("").unwrap().is_empty() && read("[]").unwrap().is_empty());
    }

    #[test]
    fn a_pattern_is_a_path_only_where_it_stands_for_one() {
        for (pattern, path) in [
            ("/a/b/", Some("/a/b/")),
            ("^/a/b/$", Some("/a/b/")),
            ("^/a/b(/)?$", Some("/a/b")),
            ("^\\/a\\/b\\.html$", Some("/a/b.html")),
            ("/^\\/a\\/?$/i", Some("/a")),
            ("/a-(\\d+)", None),
            ("/a/.*", None),
            ("^/(a|b)/$", None),
            ("/a\\d/", None),
            ("a", None),
            ("/", None),
            ("//elsewhere.example/", None),
        ] {
            assert_eq!(literal(pattern).as_deref(), path, "{pattern}");
        }
    }

    #[test]
    fn what_is_no_file_of_redirects_is_told_with_its_line() {
        for (text, line) in
            [("[\n{]", 2), ("[{\"from\": 1}]", 1), ("301:\n  - a\n", 0), ("a: [\n", 3)]
        {
            let fault = read(text).unwrap_err();
            assert_eq!(fault.line, line, "{text} {fault}");
        }
        assert!(read(&" ".repeat(REDIRECTS_BYTES_MAX + 1)).is_err());
        let many = "{\"from\": \"/a\", \"to\": \"/b\"},".repeat(REDIRECTS_MAX + 1);
        assert!(read(&format!("[{}]", many.trim_end_matches(','))).is_err());
    }
}
