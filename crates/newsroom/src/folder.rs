//! Reads the Markdown folder (`docs/contracts/markdown-folder.md`): one file of text in, a checked value or every fault
//! out. Never opens a file, never follows a link, never looks at a clock; what it has to know of the other files comes
//! in the [`Context`].
//!
//! Reading goes in two steps, since a link needs the address of an article that may not be read yet: [`outline`] of
//! every file, from which the caller makes `address_of`, and then [`read_article`].

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use paywall::{ArticleKey, PaperId, Sealed};

use crate::{Article, ArticleId, Body, ORIGIN, PaperFile, Part, Slug, Teaser};

mod blocks;
mod boxes;
mod embeds;
mod fault;
mod fields;
mod file;
mod galleries;
mod halves;
mod head;
mod instants;
pub mod limits;
mod links;
mod markdown;
mod paper_file;
mod paper_print;
mod press;
mod words;

pub use embeds::FRAME_ORIGINS;
pub use fault::Fault;
use fault::Faults;
use instants::Instants;
pub use links::{ATTACHMENT_ENDINGS, PICTURE_ENDINGS, named_files};
pub use paper_print::print_paper;

/// What an article's file cannot say by itself.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The paper that the article is read for: its sections, tags, authors and series.
    pub paper: &'a PaperFile,
    /// The paper that article keys are derived for.
    pub paper_id: PaperId,
    /// The zone in which entries show their time, and in which `shift_days` counts.
    pub zone: &'a TimeZone,
    /// The paper's words inside of texts.
    pub words: &'a BodyWords,
    /// The address of an article of this paper; `None` where there is no such article, which is a fault in a link.
    pub address_of: &'a dyn Fn(&ArticleId) -> Option<String>,
    /// The address of `pictures/..` or `attachments/..`; `None` where there is no such file, which is a fault.
    pub media_address: &'a dyn Fn(&str) -> Option<String>,
    /// Width and height of `pictures/..` in CSS pixels, so that the page does not jump; `None` where not known.
    pub picture_size: &'a dyn Fn(&str) -> Option<(u32, u32)>,
    /// Moves every instant by whole civil days in `zone`, the local time of day kept.
    pub shift_days: i64,
}

/// Words of the paper that stand inside of texts, in the paper's language.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct BodyWords {
    /// Before the correction of an entry: `Corrected at {time}:`.
    pub corrected: String,
    /// Before the reason for which an entry was withdrawn: `Withdrawn at {time}:`.
    pub withdrawn: String,
    /// How many pictures a gallery has, for those who do not see it: `{number} pictures`.
    pub pictures: String,
    /// The button that puts the frame of an embed into the page: `Load from {name}`.
    pub load: String,
}

/// What the first step tells of a file: enough to give the article an address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outline {
    /// The article's name for ever.
    pub id: ArticleId,
    /// Its name in addresses.
    pub slug: Slug,
    /// Its section. Whether the paper has it is checked in the second step.
    pub section: Slug,
    /// Its place in a series.
    pub series: Option<Part>,
    /// When it is published, not moved by any days; `None` where the file does not say so in a form that is read.
    pub published_at: Option<Timestamp>,
}

/// Reads `paper.toml`.
///
/// # Errors
/// Every fault of the file.
pub fn read_paper(file: &str, text: &str) -> Result<PaperFile, Vec<Fault>> {
    let faults = Faults::of(file);
    let paper = paper_file::read(text, &faults);
    faults.finish(paper)
}

/// Reads as much of an article's file as its address needs.
///
/// # Errors
/// Every fault of the front matter that stands in the way.
pub fn outline(file: &str, text: &str) -> Result<Outline, Vec<Fault>> {
    let faults = Faults::of(file);
    let outline = file::tidy(text, limits::ARTICLE_BYTES_MAX, &faults)
        .and_then(|tidied| head::outline(&file::divide(&tidied, &faults)?, &faults));
    faults.finish(outline)
}

/// Reads an article's file.
///
/// # Errors
/// Every fault of the file, in the order of its lines, at most [`limits::FAULTS_MAX`].
pub fn read_article(file: &str, text: &str, context: &Context<'_>) -> Result<Article, Vec<Fault>> {
    let faults = Faults::of(file);
    let article = file::tidy(text, limits::ARTICLE_BYTES_MAX, &faults)
        .and_then(|tidied| read_tidied(&tidied, context, &faults));
    faults.finish(article)
}

fn read_tidied(tidied: &str, context: &Context<'_>, faults: &Faults) -> Option<Article> {
    let parts = file::divide(tidied, faults)?;
    let instants = Instants { zone: context.zone, shift_days: context.shift_days };
    let front_matter = head::read(&parts, context, &instants, faults);
    // The text is read even where the head has faults: whoever writes wants to hear of all of them at once.
    let dateline = front_matter.as_ref().and_then(|read| read.head.dateline.as_deref());
    let (teaser, body) = print(&parts, context, &instants, dateline, faults);
    let head::FrontMatter { head, old_addresses } = front_matter?;
    let source = Sealed::seal(head.key, parts.source.to_owned());
    let locked_media = body.media.clone();
    let body = Sealed::seal(head.key, body);
    Some(Article { teaser, body, source, locked_media, old_addresses, head })
}

fn print(
    parts: &file::Parts<'_>,
    context: &Context<'_>,
    instants: &Instants<'_>,
    dateline: Option<&str>,
    faults: &Faults,
) -> (Teaser, Body) {
    let blocks = blocks::scan(parts.source, parts.source_line, faults);
    let (above, below) = halves::cut(blocks, faults);
    let mut press = press::Press::new(context, instants, dateline, faults);
    let schedule = boxes::schedule(&above, &below, &press);
    let mut teaser = press.print(&above, &schedule);
    let mut body = press.print(&below, &schedule);
    if !body.end_text() && body.html.is_empty() {
        teaser.end_text();
    }
    (teaser.into_teaser(), body.into_body())
}

/// The key of the paper's own article of that id: the same as in [`crate::Head::key`].
fn key_of(paper: PaperId, id: &ArticleId) -> ArticleKey {
    ArticleKey::derive(paper, ORIGIN, id.as_str())
}

/// Finds what is wrong between files: ids and parts of a series given twice, and fixed places of the front page that
/// name no article. `articles` are the files and their outlines; `paper_file` is the name under which faults of the
/// front page are told.
#[must_use]
pub fn cross_check(
    paper_file: &str,
    paper: &PaperFile,
    articles: &[(String, Outline)],
) -> Vec<Fault> {
    let mut found = Vec::new();
    let mut ids: HashMap<&ArticleId, &str> = HashMap::new();
    let mut parts: HashMap<(&Slug, u16), &str> = HashMap::new();
    for (file, outline) in articles {
        if let Some(first) = ids.insert(&outline.id, file) {
            let id = &outline.id;
            found.push(Fault::of_file(
                file,
                format!("the id \"{id}\" is that of {first} already; give this article another"),
            ));
        }
        let Some(Part { series, part }) = &outline.series else { continue };
        if let Some(first) = parts.insert((series, *part), file) {
            found.push(Fault::of_file(
                file,
                format!("part {part} of \"{series}\" is {first} already; take the next number"),
            ));
        }
    }
    let front = &paper.front;
    let named = front.arrangement.named().chain(&front.graphic);
    let mut told = HashSet::new();
    for id in named.filter(|id| !ids.contains_key(id)) {
        if told.insert(id) {
            found.push(Fault::of_file(
                paper_file,
                format!(
                    "front names \"{id}\", and no article has that id; name another or leave it out"
                ),
            ));
        }
    }
    found
}
