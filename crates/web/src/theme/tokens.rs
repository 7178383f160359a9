//! The tokens of the style sheets: custom properties that a theme sets anew, what each is for, and whether the colours that
//! a theme gives them can be read. It reads colours as `#RRGGBB` and leaves alone what is written otherwise.

use std::collections::BTreeMap;

use super::fault::{ThemeFault, line_of};
use super::files::Parsed;
use crate::shell::assets::style_text;

/// The colours: each has a light and a dark value.
pub(crate) const COLORS: &[(&str, &str)] = &[
    ("paper", "the ground of every page"),
    ("ink", "text and strong rules"),
    ("ink-2", "text of the second rank: standfirsts, times, captions"),
    ("hair", "thin rules between articles"),
    ("control", "edges of fields and boxes"),
    ("magenta", "the accent: links, kickers, buttons"),
    ("on-magenta", "text on the accent"),
    ("buff", "the ground of notice, wall and offer"),
    ("shoal", "the ground of opinion and of what is live"),
    ("up", "numbers that went up"),
    ("down", "numbers that went down"),
    ("grey", "where a picture has not come yet"),
    ("pic", "a filter on pictures; none, or brightness(.92) at night"),
];

/// Measures.
pub(crate) const MEASURES: &[(&str, &str)] = &[
    ("cols", "columns of the grid: 4, 8 from 600 px, 12 from 1160 px"),
    ("gutter", "between two columns"),
    ("margin", "beside the page"),
    ("wordmark", "the height of the name"),
];

/// Type: faces, and size, line height and face of each kind of text.
pub(crate) const TYPE: &[(&str, &str)] = &[
    ("head", "the face of headlines"),
    ("text", "the face of text"),
    ("label", "the face of labels and tables"),
    ("lead", "the first headline of the front page, and of lists"),
    ("title", "an article's headline"),
    ("second", "headlines of the second rank"),
    ("brief", "headlines of the third rank"),
    ("standfirst", "the sentence below a headline"),
    ("body", "an article's text"),
    ("summary", "sentences in lists"),
    ("caption", "captions"),
    ("small", "remarks and corrections"),
    ("lab", "labels: kickers, times"),
    ("nav", "navigation, bylines, notices"),
    ("wall-h", "a wall's heading"),
    ("wall-t", "a wall's text"),
    ("sec", "names of sections"),
    ("lh", "the line height of text, for spaces between its parts"),
];

/// What has to be read on what, and how well (WCAG 2.2, 1.4.3 and 1.4.11).
const PAIRS: &[(&str, &str, f64)] = &[
    ("ink", "paper", 4.5),
    ("ink", "buff", 4.5),
    ("ink", "shoal", 4.5),
    ("ink-2", "paper", 4.5),
    ("ink-2", "buff", 4.5),
    ("ink-2", "shoal", 4.5),
    ("magenta", "paper", 4.5),
    ("magenta", "buff", 4.5),
    ("magenta", "shoal", 4.5),
    ("on-magenta", "magenta", 4.5),
    ("up", "paper", 4.5),
    ("down", "paper", 4.5),
    ("control", "paper", 3.0),
];

type Values = BTreeMap<String, String>;

/// The value of each token as delivered: by day, and by night where that differs.
pub(crate) fn delivered() -> (Values, Values) {
    values(style_text("paper.css"))
}

/// Custom properties at the root: by day and by night. The last one counts.
fn values(css: &str) -> (Values, Values) {
    let (mut day, mut night) = (Values::new(), Values::new());
    let mut blocks: Vec<String> = Vec::new();
    let mut piece = String::new();
    for letter in without_comments(css).chars() {
        match letter {
            '{' => blocks.push(std::mem::take(&mut piece).trim().to_owned()),
            ';' | '}' => {
                let is_root = blocks
                    .last()
                    .is_some_and(|last| last.split(',').any(|one| one.trim() == ":root"));
                let around: Vec<&String> = blocks.iter().rev().skip(1).collect();
                let into = match around.as_slice() {
                    [] => Some(&mut day),
                    [media] if media.contains("prefers-color-scheme") && media.contains("dark") => {
                        Some(&mut night)
                    }
                    _ => None,
                };
                if let Some(into) = into.filter(|_| is_root)
                    && let Some((name, value)) = piece.split_once(':')
                    && let Some(name) = name.trim().strip_prefix("--")
                {
                    into.insert(name.to_owned(), value.trim().to_owned());
                }
                piece.clear();
                if letter == '}' {
                    blocks.pop();
                }
            }
            other => piece.push(other),
        }
    }
    (day, night)
}

fn without_comments(css: &str) -> String {
    let mut parts = css.split("/*");
    let first = parts.next().unwrap_or("").to_owned();
    parts.fold(first, |text, part| text + part.split_once("*/").map_or("", |(_, after)| after))
}

/// Colours of a theme that cannot be read on one another, by day or by night.
pub(crate) fn faults(parsed: &Parsed) -> Vec<ThemeFault> {
    let style = parsed.style();
    let ((day, night), (own_day, own_night)) = (delivered(), values(&style));
    if own_day.is_empty() && own_night.is_empty() {
        return Vec::new();
    }
    // As a browser lays them over each other: what a theme says by day holds by night, unless it says otherwise.
    let by_day: Values = day.iter().chain(&own_day).map(|(n, v)| (n.clone(), v.clone())).collect();
    let by_night = day.iter().chain(&night).chain(&own_day).chain(&own_night);
    let by_night: Values = by_night.map(|(n, v)| (n.clone(), v.clone())).collect();
    let mut faults = Vec::new();
    for (time, values) in [("by day", &by_day), ("by night", &by_night)] {
        for (front, ground, least) in PAIRS {
            let color = |name: &str| values.get(name).and_then(|value| luminance(value));
            let Some((one, other)) = color(front).zip(color(ground)) else { continue };
            let contrast = (one.max(other) + 0.05) / (one.min(other) + 0.05);
            if contrast < *least {
                let what = format!(
                    "{time} --{front} on --{ground} has a contrast of {contrast:.2}; readers need \
                        {least:.1}"
                );
                let (file, line) = place_of(parsed, front, ground);
                faults.push(ThemeFault::new(file, line, what));
            }
        }
    }
    faults
}

fn place_of(parsed: &Parsed, front: &str, ground: &str) -> (&'static str, Option<usize>) {
    for name in [front, ground] {
        for (file, css) in [("tokens.css", parsed.tokens()), ("style.css", parsed.own_style())] {
            if let Some(place) = css.find(&format!("--{name}:")) {
                return (file, Some(line_of(css, place)));
            }
        }
    }
    ("tokens.css", None)
}

/// The relative luminance of `#RRGGBB` or `#RGB`.
fn luminance(color: &str) -> Option<f64> {
    let digits = color.trim().strip_prefix('#')?;
    let part = |place: usize| {
        let text = match digits.len() {
            6 => digits.get(2 * place..2 * place + 2)?.to_owned(),
            3 => digits.get(place..=place)?.repeat(2),
            _ => return None,
        };
        let value = f64::from(u8::from_str_radix(&text, 16).ok()?) / 255.0;
        Some(if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) })
    };
    Some(0.2126 * part(0)? + 0.7152 * part(1)? + 0.0722 * part(2)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_of_the_style_sheet_is_told_and_no_other() {
        let (day, night) = delivered();
        let told: Vec<&str> =
            COLORS.iter().chain(MEASURES).chain(TYPE).map(|(name, _)| *name).collect();
        for name in day.keys().chain(night.keys()) {
            assert!(told.contains(&name.as_str()), "--{name} has no meaning in TOKENS");
        }
        for name in told {
            assert!(day.contains_key(name), "--{name} is not in paper.css");
        }
        assert_eq!(day["paper"], "#FBFBF8");
        assert_eq!(night["paper"], "#101619");
        assert!(!night.contains_key("head"));
    }

    #[test]
    fn contrast_is_that_of_the_standard() {
        assert!((luminance("#fff").unwrap() - 1.0).abs() < 1e-9);
        assert!((luminance("#767676").unwrap() - 0.181_164).abs() < 1e-4);
        for strange in ["red", "#12", "#12345g", "rgb(0 0 0)", "#éé"] {
            assert!(luminance(strange).is_none(), "{strange}");
        }
    }
}
