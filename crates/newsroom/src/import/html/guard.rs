//! Keeps text from meaning something: escapes what Markdown or the folder's own signs would make of it. It knows the
//! signs of `folder/blocks.rs` and CommonMark's, and no HTML.

/// Text on one line: blanks as one, no control characters, nothing at its ends.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if is_blank(c) {
            if !line.ends_with(' ') {
                line.push(' ');
            }
        } else if !c.is_control() {
            line.push(c);
        }
    }
    line.trim().to_owned()
}

/// Blanks that HTML draws as one, and line ends that a line may not have.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The beginning of a line, cut at a word with an ellipsis where it is longer than `max` characters.
pub(super) fn shortened(line: &str, max: usize) -> String {
    if line.chars().count() <= max {
        return line.to_owned();
    }
    let cut: String = line.chars().take(max.saturating_sub(1)).collect();
    let end =
        cut.rfind(char::is_whitespace).filter(|end| *end > cut.len() / 2).unwrap_or(cut.len());
    format!("{}…", cut[..end].trim_end())
}

/// Appends text that stands within a line. `bars` says whether a `|` would end a cell.
pub(super) fn push_text(out: &mut String, text: &str, bars: bool) {
    let chars: Vec<char> = text.chars().collect();
    for (place, c) in chars.iter().copied().enumerate() {
        let before = place.checked_sub(1).and_then(|place| chars.get(place).copied());
        let next = chars.get(place + 1).copied();
        let inside =
            before.is_some_and(char::is_alphanumeric) && next.is_some_and(char::is_alphanumeric);
        let escape = match c {
            '\\' | '`' | '*' | '[' | ']' => true,
            '_' => !inside,
            '<' => next.is_none_or(|c| !(c.is_whitespace() || c.is_ascii_digit() || c == '=')),
            '&' => next.is_none_or(|c| c.is_ascii_alphanumeric() || c == '#'),
            '!' => before == Some('<'),
            '-' => next == Some('-') || before == Some('-'),
            '|' => bars,
            _ => false,
        };
        // `<!--` and `--` are escaped sign by sign, so that no line looks like a paywall line.
        if escape {
            out.push('\\');
        }
        out.push(c);
    }
}

/// Appends text of which every sign is escaped.
pub(super) fn push_all_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        if c.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(c);
    }
}

/// A line that begins like nothing but a paragraph.
pub(super) fn guarded(line: &str) -> String {
    let line = line.trim_matches([' ', '\t']);
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=9).contains(&digits) {
        let rest = &line[digits..];
        if rest.starts_with(['.', ')']) && ends_marker(&rest[1..]) {
            return format!("{}\\{rest}", &line[..digits]);
        }
    }
    let Some(first) = line.chars().next() else { return String::new() };
    let only = |signs: &str| line.chars().all(|c| signs.contains(c));
    let begins = match first {
        '#' => ends_marker(line.trim_start_matches('#')),
        '-' => ends_marker(&line[1..]) || only("- \t|:\\"),
        '+' => ends_marker(&line[1..]) || line.starts_with("++"),
        '=' => only("= \t"),
        '>' => true,
        '~' => line.starts_with("~~~"),
        ':' => line.starts_with("::") || only("- \t|:\\"),
        '|' => true,
        _ => false,
    };
    if begins { format!("\\{line}") } else { line.to_owned() }
}

fn ends_marker(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with([' ', '\t'])
}

/// Whether a line could be taken for a paywall line or a misspelt one.
pub(super) fn is_near_line(line: &str) -> bool {
    if !line.contains('<') && !line.contains("--") {
        return false;
    }
    let letters: String =
        line.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    letters.contains("paywall")
}

/// The same line for whoever reads Markdown, but not for whoever looks for a paywall line.
pub(super) fn without_paywall(line: &str) -> String {
    line.replace('p', "&#112;").replace('P', "&#80;")
}

/// A plain line that is not read as Markdown, made harmless.
pub(super) fn plain_without_paywall(line: &str) -> String {
    if is_near_line(line) { line.replace('<', "‹").replace("--", "–") } else { line.to_owned() }
}
