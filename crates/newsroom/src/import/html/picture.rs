//! Pictures of HTML as boxes of the folder, and films, sounds and frames as links to them. What cannot be had leaves
//! its caption behind.

use super::address::{self, Target};
use super::guard;
use super::spans::Style;
use super::walk::{Block, Kind, Writer};
use crate::limits::{CAPTION_MAX, NAME_MAX, PICTURES_MAX};
use crate::picture::Noted;

/// Said of a picture that nobody described and that has no caption.
const NO_WORDS: &str = "A picture that came without a description.";

/// What stands at an `img`.
struct Shown {
    alt: Option<String>,
    caption: Option<String>,
    credit: Option<String>,
}

impl Writer<'_> {
    /// A figure: its caption belongs to its one picture; without one, or with several, it is a paragraph.
    pub(super) fn figure(&mut self, id: usize) {
        self.flush();
        let below = self.tree.below(id, &["figure", "noscript"]);
        let of = |name: &str| {
            let named = |id: &&usize| self.tree.element(**id).is_some_and(|e| e.name == name);
            below.iter().filter(named).copied().collect::<Vec<usize>>()
        };
        let (pictures, captions) = (of("img"), of("figcaption"));
        let outer = self.caption.take();
        if let ([_], [caption]) = (pictures.as_slice(), captions.as_slice()) {
            let words = self.tree.line(*caption);
            self.caption = Some((*caption, words));
        }
        self.children(id);
        self.flush();
        // A caption that found no picture stands in the text.
        if let Some((_, words)) = self.caption.take() {
            self.line.push(&words, Style::default());
            self.flush();
        }
        self.caption = outer;
    }

    /// The caption of a figure, unless its picture has it.
    pub(super) fn figcaption(&mut self, id: usize) {
        if self.captions_taken.contains(&id)
            || self.caption.as_ref().is_some_and(|(waiting, _)| *waiting == id)
        {
            return;
        }
        self.flush();
        self.children(id);
        self.flush();
    }

    /// An `img`.
    pub(super) fn picture(&mut self, id: usize) {
        let Some(element) = self.tree.element(id) else { return };
        let alt = element.attribute("alt").map(guard::one_line).filter(|alt| !alt.is_empty());
        let credit =
            element.attribute("data-credit").map(guard::one_line).filter(|text| !text.is_empty());
        let keys = ["data-src", "data-lazy-src", "data-original", "data-orig-file"];
        let source = element
            .attribute("src")
            .filter(|source| !source.starts_with("data:"))
            .or_else(|| keys.iter().find_map(|key| element.attribute(key)));
        let emoji = element.is_of("emoji") || element.is_of("wp-smiley");
        if let Some(alt) = alt.as_ref().filter(|_| emoji) {
            self.words(alt);
            return;
        }
        let Some(source) = source else {
            self.remarks.note("a picture without an address is left out");
            return;
        };
        let resolved = address::target(source, self.site);
        if self.last_picture.as_deref() == Some(source) && self.line.is_blank() {
            return;
        }
        self.flush();
        self.last_picture = Some(source.to_owned());
        let caption = self.caption.take().map(|(id, words)| {
            self.captions_taken.insert(id);
            words
        });
        let caption = caption.filter(|words| !words.is_empty());
        // What lies beside the text is asked for as it is written.
        let relative = !source.contains("://");
        let mut name = if relative { self.files.name_of(source) } else { None };
        if let (None, Target::Whole(whole)) = (&name, &resolved) {
            name = self.files.name_of(whole);
        }
        let name = name.filter(|name| address::is_name(name, &["pictures/"]));
        match name {
            Some(name) if self.pictures < PICTURES_MAX => {
                self.picture_box(&name, Shown { alt, caption, credit });
            }
            Some(_) => {
                self.remarks.note(format!(
                    "an article has at most {PICTURES_MAX} pictures; further ones are left out"
                ));
                self.caption_alone(caption);
            }
            None => {
                let shown = guard::shortened(source, 120);
                self.remarks.note(format!("the picture {shown} is not to be had and left out"));
                self.caption_alone(caption);
            }
        }
    }

    fn caption_alone(&mut self, caption: Option<String>) {
        if let Some(words) = caption {
            self.line.push(&words, Style::default());
            self.flush();
        }
    }

    fn picture_box(&mut self, name: &str, shown: Shown) {
        self.pictures += 1;
        let Shown { alt, caption, credit } = shown;
        // What the picture's file says stands in where the export says nothing.
        let noted = match (&caption, &credit) {
            (Some(_), Some(_)) => Noted::default(),
            _ => self.files.noted(name),
        };
        let (caption, credit) = (caption.or(noted.caption), credit.or(noted.credit));
        if alt.is_none() {
            self.remarks.note("a picture came without a description for those who do not see it");
        }
        let alt = alt.or_else(|| caption.clone()).unwrap_or_else(|| NO_WORDS.to_owned());
        let mut lines = format!("::: picture \"{name}\"\nalt: {}\n", plain(&alt, CAPTION_MAX));
        let mut rest = None;
        if let Some(caption) = caption {
            if caption.chars().count() > CAPTION_MAX {
                self.remarks.note(format!(
                    "a caption of more than {CAPTION_MAX} characters became a paragraph"
                ));
                rest = Some(caption);
            } else {
                lines.push_str(&format!("caption: {}\n", plain(&caption, CAPTION_MAX)));
            }
        }
        if let Some(credit) = credit {
            let bare = credit.trim_start_matches(['©', ' ']);
            if !bare.is_empty() {
                lines.push_str(&format!("credit: {}\n", plain(bare, NAME_MAX)));
            }
        }
        lines.push_str(":::");
        self.push_box(Block { text: lines, kind: Kind::Box });
        self.caption_alone(rest);
    }

    /// A film, a sound, or a frame with another page: a link to it.
    pub(super) fn frame(&mut self, id: usize) {
        let Some(element) = self.tree.element(id) else { return };
        let own = |id: usize| {
            let element = self.tree.element(id)?;
            ["src", "data-src", "data", "href"].iter().find_map(|key| element.attribute(key))
        };
        let inner = || self.tree.below(id, &[]).into_iter().find_map(own);
        let source = own(id).or_else(inner);
        let beside = source.and_then(|source| self.file_beside(source));
        let found = source.map(|source| address::target(source, self.site));
        let found = beside.map(Target::Whole).or(found);
        self.flush();
        let kind = match element.name.as_str() {
            "video" => "a film",
            "audio" => "a sound",
            _ => "a frame of another page",
        };
        match found {
            Some(Target::Whole(whole)) => {
                let whole = address::of_frame(&whole);
                let words = element.attribute("title").or(element.attribute("aria-label"));
                let words = words.map(guard::one_line).filter(|words| !words.is_empty());
                let words = words.unwrap_or_else(|| address::shown(&whole));
                self.remarks.note(format!("{kind} became a link to it"));
                let whole = self.own_file(whole);
                let link = Some(self.link_number(whole));
                self.line.push(&words, Style { link, ..Style::default() });
                self.flush();
            }
            _ => self.remarks.note(format!("{kind} without an address is left out")),
        }
    }
}

/// A line of a box: short enough, and never like the paywall line.
fn plain(text: &str, max: usize) -> String {
    guard::shortened(&guard::plain_without_paywall(text), max)
}
