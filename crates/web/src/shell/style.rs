//! The addresses in a style sheet: where they stand, and what is written in their place. It reads as much of CSS as that
//! takes (comments, texts, `url()`), and never changes anything else.

/// What a style sheet names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Named<'a> {
    /// Where the name begins in the sheet.
    pub(crate) place: usize,
    /// The name, without quotes.
    pub(crate) name: &'a str,
    /// Whether it is imported as a sheet of its own.
    pub(crate) is_import: bool,
}

/// The plain name of an asset: `url(fonts/x.woff2)` and `url(assets/x.woff2)` mean the same file.
pub(crate) fn plain_name(name: &str) -> &str {
    let name = name.strip_prefix("./").or_else(|| name.strip_prefix("../")).unwrap_or(name);
    name.strip_prefix("fonts/").or_else(|| name.strip_prefix("assets/")).unwrap_or(name)
}

/// Everything that a sheet loads: in `url(..)`, `src(..)`, `image-set(".." ..)` and `@import`.
pub(crate) fn named(css: &str) -> Vec<Named<'_>> {
    let mut found = Vec::new();
    let mut place = 0;
    while let Some(rest) = css.get(place..) {
        let Some(letter) = rest.chars().next() else { break };
        let lower = lowered(rest);
        if rest.starts_with("/*") {
            place += rest.find("*/").map_or(rest.len(), |end| end + 2);
        } else if letter == '"' || letter == '\'' {
            place += quoted(rest, letter).1;
        } else if let Some(opening) = opening(css, place, &lower) {
            let named = address(css, place + opening);
            let is_quoted = css[..named.place].ends_with(['"', '\'']);
            place = named.place + named.name.len() + usize::from(is_quoted);
            found.push(named);
        } else if lower.starts_with("@import") {
            let named = import(css, place + "@import".len());
            place = named.place + named.name.len();
            found.push(named);
        } else if lower.starts_with("image-set(") {
            let end = rest.find(')').unwrap_or(rest.len());
            found.extend(texts(css, place, place + end));
            place += "image-set(".len();
        } else {
            place += letter.len_utf8();
        }
    }
    found
}

/// The length of `url(` or `src(` at a place where a word begins.
fn opening(css: &str, place: usize, lower: &str) -> Option<usize> {
    let before = css[..place].chars().next_back();
    let begins = !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    let word = ["url(", "src("].into_iter().find(|word| lower.starts_with(word))?;
    begins.then_some(word.len())
}

/// What stands between the parentheses.
fn address(css: &str, from: usize) -> Named<'_> {
    let rest = &css[from..];
    let blank = rest.len() - rest.trim_start().len();
    let inside = &rest[blank..];
    match inside.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            Named { place: from + blank + 1, name: quoted(inside, quote).0, is_import: false }
        }
        _ => {
            let end = inside.find(')').unwrap_or(inside.len());
            Named { place: from + blank, name: inside[..end].trim_end(), is_import: false }
        }
    }
}

fn import(css: &str, from: usize) -> Named<'_> {
    let rest = &css[from..];
    let end = rest.find(';').unwrap_or(rest.len());
    let blank = rest.len() - rest.trim_start().len();
    let start = blank.min(end);
    Named { place: from + start, name: &rest[start..end], is_import: true }
}

/// The quoted texts of a stretch.
fn texts(css: &str, from: usize, until: usize) -> Vec<Named<'_>> {
    let mut found = Vec::new();
    let mut place = from;
    while place < until {
        let letter = css[place..].chars().next().unwrap_or(' ');
        if letter == '"' || letter == '\'' {
            let (name, length) = quoted(&css[place..], letter);
            // `type("image/webp")` is no file.
            let before = css[from..place].trim_end();
            if !before.ends_with("type(") && !before.ends_with("url(") {
                found.push(Named { place: place + 1, name, is_import: false });
            }
            place += length;
        } else {
            place += letter.len_utf8();
        }
    }
    found
}

/// What stands between the quotes, and the length with both; a backslash hides the next character. Without an end it goes
/// on to the end of all.
fn quoted(text: &str, quote: char) -> (&str, usize) {
    let mut hidden = false;
    for (place, letter) in text.char_indices().skip(1) {
        match letter {
            _ if hidden => hidden = false,
            '\\' => hidden = true,
            _ if letter == quote => return (&text[1..place], place + 1),
            _ => {}
        }
    }
    (&text[1..], text.len())
}

/// The sheet without its comments: those who read it on the way to a page are browsers.
pub(crate) fn without_comments(css: &str) -> String {
    let mut text = String::with_capacity(css.len());
    let mut place = 0;
    while let Some(letter) = css[place..].chars().next() {
        let rest = &css[place..];
        if rest.starts_with("/*") {
            place += rest.find("*/").map_or(rest.len(), |end| end + 2);
            // A line that was a comment alone leaves nothing.
            if text.is_empty() || text.ends_with('\n') {
                place += usize::from(css[place..].starts_with('\n'));
            } else {
                text.push(' ');
            }
            continue;
        }
        let length = match letter {
            '"' | '\'' => quoted(rest, letter).1,
            // An address without quotes may hold what begins a comment elsewhere.
            _ => match opening(css, place, &lowered(rest)) {
                Some(word) if !rest[word..].trim_start().starts_with(['"', '\'']) => {
                    rest.find(')').unwrap_or(rest.len())
                }
                _ => letter.len_utf8(),
            },
        };
        text.push_str(&rest[..length]);
        place += length;
    }
    text
}

/// As much of the next letters as tells a word, in small ones.
fn lowered(rest: &str) -> String {
    rest.get(..11.min(rest.len())).unwrap_or("").to_ascii_lowercase()
}

/// The sheet with the addresses of the assets that it names.
pub(crate) fn with_addresses(css: &str, address: impl Fn(&str) -> Option<String>) -> String {
    let mut text = String::with_capacity(css.len() + 256);
    let mut done = 0;
    for named in named(css) {
        if let Some(address) = address(plain_name(named.name)).filter(|_| !named.is_import) {
            text.push_str(&css[done..named.place]);
            text.push_str(&address);
            done = named.place + named.name.len();
        }
    }
    text.push_str(&css[done..]);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(css: &str) -> Vec<&str> {
        named(css).iter().map(|named| named.name).collect()
    }

    #[test]
    fn names_are_found_wherever_a_sheet_loads_something() {
        assert_eq!(names("a{src:url(x.woff2)}"), ["x.woff2"]);
        assert_eq!(names("a{b:URL( 'x y.svg' ),url(\"z\")}"), ["x y.svg", "z"]);
        assert_eq!(names("@import \"x.css\";b{}"), ["\"x.css\""]);
        assert_eq!(
            names("a{b:image-set(\"p.png\" 1x, \"q.png\" type(\"image/png\"))}"),
            ["p.png", "q.png"]
        );
        assert!(names("/* url(x) */ a{content:\"url(x)\"} .curl(x){}").is_empty());
        for broken in [
            "url(",
            "url('",
            "@import",
            "image-set(\"",
            "/*",
            "\"\\",
            "url(é",
            "url('é",
            "image-set('é",
            "\u{301}",
        ] {
            let _ = named(broken);
        }
    }

    #[test]
    fn comments_go_and_what_looks_like_one_stays() {
        for (css, wanted) in [
            ("/* a */\na{b:c}/* d */e{f:g}", "a{b:c} e{f:g}"),
            ("a{content:\"/* x */\"}", "a{content:\"/* x */\"}"),
            ("a{b:url(/*x*/y.svg)}", "a{b:url(/*x*/y.svg)}"),
            ("a{b:url('/*x)*/')}/*é*/", "a{b:url('/*x)*/')} "),
            ("a{}/* without an end", "a{} "),
            ("a{b:\"without an end", "a{b:\"without an end"),
            ("a{b:url(", "a{b:url("),
        ] {
            assert_eq!(without_comments(css), wanted, "{css}");
        }
    }

    #[test]
    fn known_names_become_addresses_and_nothing_else_changes() {
        let address = |name: &str| (name == "x.svg").then(|| "/assets/x.1.svg".to_owned());
        let css = "/* url(x.svg) */a{b:url(assets/x.svg) url('x.svg') url(y.svg)}";
        let wanted = "/* url(x.svg) */a{b:url(/assets/x.1.svg) url('/assets/x.1.svg') url(y.svg)}";
        assert_eq!(with_addresses(css, address), wanted);
    }
}
