//! The folder that a designer starts from: what a theme is, every token with its meaning and its present value, and on
//! request the delivered templates to change.

use std::fmt::Write as _;

use super::files::{self, ThemeFile};
use super::tokens::{COLORS, MEASURES, TYPE, delivered};

/// What a new theme has of the delivered templates.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StartFrom {
    /// None: it changes tokens and style, and takes a template when it needs one.
    Nothing,
    /// All of them.
    Default,
    /// These.
    Named(Vec<String>),
}

/// The files of a new theme of that name.
///
/// # Errors
/// A template that does not exist, with the names of those that do.
pub fn starting_files(name: &str, from: &StartFrom) -> Result<Vec<ThemeFile>, String> {
    let all: Vec<(&str, &str)> = files::delivered().collect();
    if let StartFrom::Named(names) = from
        && let Some(strange) = names.iter().find(|name| !all.iter().any(|(known, _)| known == name))
    {
        let known: Vec<&str> = all.iter().map(|(known, _)| *known).collect();
        return Err(format!("there is no template {strange:?}; there are {}", known.join(", ")));
    }
    let is_taken = |template: &str| match from {
        StartFrom::Nothing => false,
        StartFrom::Default => true,
        StartFrom::Named(names) => names.iter().any(|name| name == template),
    };
    let name: String =
        name.chars().filter(|c| !c.is_control() && !matches!(c, '"' | '\\')).collect();
    let mut made = vec![
        file("theme.toml", ABOUT.replace("NAME", &name)),
        file("README.md", README.replace("NAME", &name)),
        file("tokens.css", tokens()),
        file("style.css", STYLE.to_owned()),
        file("messages/en.toml", MESSAGES.to_owned()),
    ];
    let taken = all.iter().filter(|(template, _)| is_taken(template));
    made.extend(
        taken.map(|(template, text)| file(&format!("templates/{template}"), (*text).to_owned())),
    );
    Ok(made)
}

fn file(path: &str, text: String) -> ThemeFile {
    ThemeFile { path: path.to_owned(), bytes: text.into_bytes() }
}

/// Every token, out of force, with its meaning and the value that it has.
fn tokens() -> String {
    let (day, night) = delivered();
    let mut css = String::from(TOKENS_HEAD);
    let rows = |css: &mut String, indent: &str, told: &[(&str, &str)], night_too: bool| {
        for (name, meaning) in told {
            let values = if night_too { &night } else { &day };
            if let Some(value) = values.get(*name) {
                let _infallible = writeln!(css, "{indent}/* --{name}: {value}; */ /* {meaning} */");
            }
        }
    };
    css.push_str(":root {\n");
    rows(&mut css, "  ", COLORS, false);
    rows(&mut css, "  ", MEASURES, false);
    css.push_str(
        "}\n\n/* By night. A colour that is set above and not here is the same by night. */\n",
    );
    css.push_str("@media (prefers-color-scheme: dark) {\n  :root {\n");
    rows(&mut css, "    ", COLORS, true);
    css.push_str("  }\n}\n\n");
    css.push_str(
        "/* Type. Set at [lang] too, since an article in another language brings its own \
        faces. */\n",
    );
    css.push_str(":root, [lang] {\n");
    rows(&mut css, "  ", TYPE, false);
    css.push_str("}\n");
    css
}

const ABOUT: &str = r##"# A theme of a Masthead paper. Every line may be left out.
name = "NAME"

# Fonts that a page asks for before anything else, by their names in assets/. An empty list suits faces that every
# machine has. Without this line they are the house's own two.
# preload = []

# The colour of the window around a page: by day, by night.
# light = "#FBFBF8"
# dark = "#101619"
"##;

const README: &str = "# NAME\n
What is in this folder lies over the face that the paper is delivered with. What is not here stays as it is.\n
- `tokens.css`: colours, measures and type. Begin here.
- `style.css`: more style, read last. `url(NAME)` is a file in `assets/`.
- `templates/NAME.html`: markup in place of the delivered. `masthead theme new OTHER --from NAME.html` copies one.
- `messages/LANG.toml`: other words, in the form of the delivered tables.
- `assets/`: fonts (woff2), pictures, icons. A file with the name of a delivered one replaces it.\n
Look at it with `masthead demo --theme DIR`: open pages follow what you save. `masthead theme check DIR` renders every
template with samples and names what is wrong by file and line. docs/contracts/theme.md says what binds.\n";

const TOKENS_HEAD: &str = "/* Colours, measures and type. Each line is out of force: take the \
    first pair of marks away to set it.\n\
    \x20* `masthead theme check` counts the contrast of colours that are written as #RRGGBB. */\n\n";

const STYLE: &str =
    "/* More style. It is read after the house's own sheets and after tokens.css. */\n";

const MESSAGES: &str = "# Other words for readers, by the names in crates/face/messages/en.toml. \
    Numbers need every plural form.\n\
    # get_unlimited = \"Get unlimited access\"\n\
    # left = { one = \"You have {count} free article left {span}.\", other = \"You have {count} \
        free articles left {span}.\" }\n";
