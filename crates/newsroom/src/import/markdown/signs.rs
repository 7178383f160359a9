//! Signs in a text that only the program it was written for understands: Hugo's shortcodes and Liquid's tags. Those
//! that stand for something simple become that; others stay as they are and are reported. Code is left alone.

use crate::import::Remarks;
use crate::import::html::escaped;

/// Writes the signs of a text as Markdown and HTML. `folder` is where the file lies as addresses have it: `/news`;
/// `separator` is what ends the public part, besides `<!--more-->`.
pub(super) fn resolved(
    text: &str,
    folder: &str,
    separator: Option<&str>,
    remarks: &mut Remarks,
) -> String {
    let mut out = String::with_capacity(text.len());
    let mut fence: Option<String> = None;
    // Within a block that shows code, and what ends it.
    let mut shown: Option<&str> = None;
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        if let Some(end) = shown {
            if is_tag(bare, end) {
                out.push_str("~~~~~~~~\n");
                shown = None;
            } else {
                out.push_str(line);
            }
            continue;
        }
        if let Some(open) = &fence {
            let closes =
                bare.starts_with(open.as_str()) && bare.trim_matches(['`', '~']).is_empty();
            out.push_str(line);
            if closes {
                fence = None;
            }
            continue;
        }
        let sign = bare.chars().next().filter(|c| matches!(c, '`' | '~'));
        let run = sign.map_or(0, |sign| bare.chars().take_while(|c| *c == sign).count());
        if run >= 3 {
            fence = Some(bare.chars().take(run).collect());
            out.push_str(line);
            continue;
        }
        if let Some(end) = opens_code(bare) {
            out.push_str("\n~~~~~~~~\n");
            shown = Some(end);
            continue;
        }
        let small = bare.to_ascii_lowercase();
        let compact: String = small.chars().filter(|c| !c.is_whitespace()).collect();
        if compact == "<!--more-->"
            || separator.is_some_and(|own| !own.is_empty() && bare == own.trim())
        {
            out.push_str("\n<!--paywall-->\n\n");
            continue;
        }
        out.push_str(&in_line(line, folder, remarks));
    }
    if shown.is_some() {
        out.push_str("\n~~~~~~~~\n");
    }
    out
}

/// Whether a line is that tag of Liquid or Hugo alone.
fn is_tag(line: &str, name: &str) -> bool {
    let inner = ["{%", "{{<", "{{%"].iter().find_map(|open| line.strip_prefix(open));
    let inner =
        inner.map(|inner| inner.trim_end_matches(['}', '%', '>', '-']).trim_start_matches('-'));
    inner.is_some_and(|inner| inner.split_whitespace().collect::<String>() == name)
}

/// What ends the block of code that a line opens.
fn opens_code(line: &str) -> Option<&'static str> {
    let word = |open: &str| {
        let inner = line.strip_prefix(open)?.trim_start_matches('-').trim_start();
        inner.split(|c: char| !c.is_alphanumeric()).next()
    };
    if word("{%") == Some("highlight") {
        return Some("endhighlight");
    }
    let hugo = word("{{<").or_else(|| word("{{%"));
    (hugo == Some("highlight")).then_some("/highlight")
}

/// The signs within one line, outside of code spans.
fn in_line(line: &str, folder: &str, remarks: &mut Remarks) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let kinds = [("{{<", ">}}"), ("{{%", "%}}"), ("{{", "}}"), ("{%", "%}")];
        let found = kinds.iter().find_map(|(open, close)| {
            let inner = from.strip_prefix(open)?;
            let end = inner.find(close)?;
            Some((*open, &inner[..end], &inner[end + close.len()..]))
        });
        let code = out.matches('`').count() % 2 == 1;
        match found.filter(|_| !code) {
            Some((open, inner, after)) => {
                let written = &from[..from.len() - after.len()];
                out.push_str(&sign(
                    open,
                    inner.trim().trim_matches('-').trim(),
                    written,
                    folder,
                    remarks,
                ));
                rest = after;
            }
            None => {
                out.push('{');
                rest = &from[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// What one sign becomes.
fn sign(open: &str, inner: &str, written: &str, folder: &str, remarks: &mut Remarks) -> String {
    let arguments = Arguments::read(inner);
    let name = arguments.name.as_str();
    let first = || arguments.get(&["id", "0", "src"]).unwrap_or_default();
    let link = |address: String| {
        let address = escaped(&address);
        format!("<p><a href=\"{address}\">{address}</a></p>")
    };
    match (open, name) {
        ("{{<" | "{{%", "figure" | "img") => figure(&arguments),
        ("{{<" | "{{%", "youtube") => link(format!("https://www.youtube.com/watch?v={}", first())),
        ("{{<" | "{{%", "vimeo") => link(format!("https://vimeo.com/{}", first())),
        ("{{<" | "{{%", "tweet" | "x" | "twitter") => {
            let id = arguments.get(&["id", "0"]).unwrap_or_default();
            let user = arguments.get(&["user"]).unwrap_or_else(|| "i".to_owned());
            link(format!("https://x.com/{user}/status/{id}"))
        }
        ("{{<" | "{{%", "instagram") => link(format!("https://www.instagram.com/p/{}/", first())),
        ("{{<" | "{{%", "gist") => {
            let parts = ["0", "1"].map(|place| arguments.get(&[place]).unwrap_or_default());
            link(format!("https://gist.github.com/{}/{}", parts[0], parts[1]))
        }
        ("{{<" | "{{%", "ref" | "relref") => {
            let path = arguments.get(&["path", "0"]).unwrap_or_default();
            let path = path.trim_end_matches(".md").replace(' ', "%20");
            if path.starts_with('/') { format!("{path}/") } else { format!("{folder}/{path}/") }
        }
        ("{%", "raw" | "endraw" | "comment" | "endcomment") => String::new(),
        ("{{", _) if matches!(inner, "site.baseurl" | "site.url" | "page.url") => String::new(),
        _ => {
            let named: String = name.chars().take(40).collect();
            remarks.note(format!("the sign \"{named}\" of another program stays as text"));
            // Its quotes and brackets are text, and so is everything else in it.
            written.chars().fold(String::new(), |mut text, c| {
                if c.is_ascii_punctuation() {
                    text.push('\\');
                }
                text.push(c);
                text
            })
        }
    }
}

fn figure(arguments: &Arguments) -> String {
    let value =
        |names: &[&str]| arguments.get(names).map(|text| escaped(&text)).unwrap_or_default();
    let (source, alt) = (value(&["src", "0"]), value(&["alt"]));
    let caption = [value(&["title"]), value(&["caption"])];
    let caption: Vec<String> = caption.into_iter().filter(|words| !words.is_empty()).collect();
    let credit = value(&["attr"]);
    let caption = caption.join(". ");
    let caption =
        if caption.is_empty() { caption } else { format!("<figcaption>{caption}</figcaption>") };
    format!(
        "<figure><img src=\"{source}\" alt=\"{alt}\" data-credit=\"{credit}\">{caption}</figure>"
    )
}

/// The name of a sign and its arguments, by name or by place.
struct Arguments {
    name: String,
    given: Vec<(String, String)>,
}

impl Arguments {
    fn read(inner: &str) -> Self {
        let mut words = words(inner).into_iter();
        let name = words.next().map(|(_, value)| value).unwrap_or_default();
        let mut place = 0;
        let mut given = Vec::new();
        for (key, value) in words {
            match key {
                Some(key) => given.push((key, value)),
                None => {
                    given.push((place.to_string(), value));
                    place += 1;
                }
            }
        }
        Self { name, given }
    }

    fn get(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| {
            let found = self.given.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.clone()).filter(|value| !value.is_empty())
        })
    }
}

/// Words and `key=value`, values with or without quotes.
fn words(inner: &str) -> Vec<(Option<String>, String)> {
    let mut found = Vec::new();
    let mut chars = inner.chars().peekable();
    while let Some(first) = chars.peek().copied() {
        if first.is_whitespace() {
            chars.next();
            continue;
        }
        let (mut key, mut value) = (None, String::new());
        while let Some(c) = chars.next() {
            match c {
                '"' | '\'' | '`' => {
                    while let Some(inside) = chars.next().filter(|inside| *inside != c) {
                        let escape = inside == '\\' && c == '"';
                        value.extend(if escape { chars.next() } else { Some(inside) });
                    }
                }
                '=' if key.is_none() => key = Some(std::mem::take(&mut value)),
                c if c.is_whitespace() => break,
                c => value.push(c),
            }
        }
        found.push((key, value));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> (String, Vec<String>) {
        let mut remarks = Remarks::default();
        let text = resolved(text, "/news", Some("<!-- cut -->"), &mut remarks);
        (text, remarks.into_sentences())
    }

    #[test]
    fn signs_become_what_they_stand_for() {
        for (text, wanted) in [
            ("{{< youtube abc >}}\n", "https://www.youtube.com/watch?v=abc"),
            ("{{< youtube id=\"abc\" autoplay=true >}}\n", "watch?v=abc"),
            ("{{< figure src=\"a.jpg\" alt='A \"b\"' caption=`C` attr=D >}}", "data-credit=\"D\""),
            ("{{< figure src=\"a.jpg\" alt='A \"b\"' >}}", "alt=\"A &quot;b&quot;\""),
            ("[a]({{< ref \"b.md\" >}})", "[a](/news/b/)"),
            ("{{ site.baseurl }}/a.png", "/a.png"),
            (
                "{% highlight rust %}\nlet a = 1;\n{% endhighlight %}\n",
                "~~~~~~~~\nlet a = 1;\n~~~~~~~~\n",
            ),
            ("{{< highlight go >}}\na\n{{< /highlight >}}\nb", "~~~~~~~~\na\n~~~~~~~~\nb"),
            ("a\n<!-- more -->\nb", "<!--paywall-->"),
            ("a\n<!-- cut -->\nb", "<!--paywall-->"),
            ("```\n{{< x >}}\n<!--more-->\n```\n", "{{< x >}}\n<!--more-->"),
            ("`{{< x >}}`", "`{{< x >}}`"),
        ] {
            let (found, remarks) = told(text);
            assert!(found.contains(wanted), "{text}\n{found}");
            assert!(remarks.is_empty(), "{text} {remarks:?}");
        }
    }

    #[test]
    fn unknown_signs_stay_and_are_told() {
        let (found, remarks) = told("a {{< own \"x\" >}} {% include b.html %} c {x} {{");
        assert!(found.contains("own") && found.contains("include") && found.ends_with("c {x} {{"));
        assert_eq!(remarks.len(), 2);
    }
}
