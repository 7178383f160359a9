//! Text out of our own markup, for the index and for what is shown beside a finding. It is not a sanitizer: what it
//! returns is text, and is escaped like any other where it is printed.

/// Elements inside a line: they end no word.
const INLINE: [&str; 19] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "i", "ins", "mark", "q", "s", "small",
    "span", "strong", "sub", "time", "u",
];

/// The text of markup, one line for each block, appended to `text`, which stays below `bytes_max`.
pub(crate) fn append(text: &mut String, html: &str, bytes_max: usize) {
    let mut rest = html;
    while let Some(place) = rest.find(['<', '&']) {
        push(text, &rest[..place]);
        rest = &rest[place..];
        let (taken, told) = if rest.starts_with('<') { tag(rest) } else { reference(rest) };
        match told {
            Told::Letter(letter) => push(text, letter.encode_utf8(&mut [0; 4])),
            Told::Block if !text.is_empty() && !text.ends_with('\n') => text.push('\n'),
            Told::Block | Told::Nothing => {}
        }
        rest = &rest[taken..];
        if text.len() > bytes_max {
            break;
        }
    }
    push(text, rest.split(['<', '&']).next().unwrap_or(""));
    let end = text.floor_char_boundary(bytes_max);
    text.truncate(end);
}

enum Told {
    Letter(char),
    Block,
    Nothing,
}

fn push(text: &mut String, more: &str) {
    for letter in more.chars() {
        match letter {
            letter if !letter.is_whitespace() => text.push(letter),
            _ if text.is_empty() || text.ends_with([' ', '\n']) => {}
            _ => text.push(' '),
        }
    }
}

/// A tag: how long it is, and whether a block begins or ends with it.
fn tag(html: &str) -> (usize, Told) {
    let mut quote = None;
    let mut end = html.len();
    for (place, letter) in html.char_indices().skip(1) {
        match (quote, letter) {
            (None, '"' | '\'') => quote = Some(letter),
            (None, '>') => {
                end = place + 1;
                break;
            }
            (Some(open), letter) if open == letter => quote = None,
            _ => {}
        }
    }
    let name = html[1..].trim_start_matches('/');
    let name = name.split(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or("");
    (end, if INLINE.contains(&name) { Told::Nothing } else { Told::Block })
}

/// A character reference; an ampersand that begins none stands for itself.
fn reference(html: &str) -> (usize, Told) {
    let itself = (1, Told::Letter('&'));
    let Some(end) = html.bytes().take(12).position(|byte| byte == b';') else { return itself };
    let name = &html[1..end];
    let number = name.strip_prefix('#').and_then(|digits| {
        let hex = digits.strip_prefix(['x', 'X']);
        hex.map_or_else(|| digits.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok())
    });
    let letter = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => number.and_then(char::from_u32),
    };
    letter.map_or(itself, |letter| (end + 1, Told::Letter(letter)))
}

#[cfg(test)]
mod tests {
    use super::append;

    #[test]
    fn markup_becomes_text() {
        let mut text = String::new();
        let html = "<p>A <em>bri</em>dge &amp; &#x27;quay&#39; &co</p>\n<p>T<a href=\"/x>y\">wo</a> &lt;b&gt;</p>";
        append(&mut text, html, 1_000);
        assert_eq!(text.trim_end(), "A bridge & 'quay' &co\nTwo <b>");
        let mut text = String::new();
        append(&mut text, "<p>äöü", 3);
        assert_eq!(text, "ä");
    }
}
