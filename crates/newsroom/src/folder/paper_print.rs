//! Writes `paper.toml`: the way back of `paper_file.rs`. What it writes reads as the same paper again; it checks nothing.

use toml::Value;

use crate::{ArticleId, PaperFile, Slug};

/// The text of a `paper.toml` that reads as this paper.
#[must_use]
pub fn print_paper(paper: &PaperFile) -> String {
    let mut page = Page::default();
    page.optional("wordmark", paper.wordmark.as_deref());
    if paper.sections.is_empty() {
        // Without the key the reader would ask for sections.
        page.line("sections", &Value::Array(Vec::new()));
    }
    for section in &paper.sections {
        page.heading("[[sections]]");
        page.named(&section.slug, &section.name);
        page.names("topics", section.topics.iter().map(Slug::as_str));
        page.line("opinion", &section.opinion.into());
    }
    for tag in &paper.tags {
        page.heading("[[tags]]");
        page.named(&tag.slug, &tag.name);
    }
    for author in &paper.authors {
        page.heading("[[authors]]");
        page.named(&author.slug, &author.name);
        page.optional("role", author.role.as_deref());
    }
    for series in &paper.series {
        page.heading("[[series]]");
        page.named(&series.slug, &series.name);
    }
    front(&mut page, paper);
    page.0
}

fn front(page: &mut Page, paper: &PaperFile) {
    let front = &paper.front;
    if *front == crate::Front::default() {
        return;
    }
    page.heading("[front]");
    let arrangement = &front.arrangement;
    page.optional("lead", arrangement.lead.as_ref().map(ArticleId::as_str));
    page.names("related", arrangement.related.iter().map(ArticleId::as_str));
    page.names("top", arrangement.top.iter().map(ArticleId::as_str));
    page.optional("graphic", front.graphic.as_ref().map(ArticleId::as_str));
    if let Some(drawing) = &front.drawing {
        page.heading("[front.drawing]");
        page.optional("wide", Some(&drawing.wide));
        page.optional("narrow", Some(&drawing.narrow));
        page.optional("alt", Some(&drawing.alt));
    }
    if let Some(tide) = &front.tide {
        page.heading("[front.tide]");
        page.optional("place", Some(&tide.place));
        page.optional("high", Some(&tide.high));
        page.optional("low", Some(&tide.low));
    }
    for quote in &front.market {
        page.heading("[[front.market]]");
        page.optional("name", Some(&quote.name));
        page.optional("value", Some(&quote.value));
        page.optional("change", Some(&quote.change));
    }
}

/// The file as far as it is written.
#[derive(Default)]
struct Page(String);

impl Page {
    fn heading(&mut self, heading: &str) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(heading);
        self.0.push('\n');
    }

    fn line(&mut self, key: &str, value: &Value) {
        self.0.push_str(&format!("{key} = {value}\n"));
    }

    fn optional(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.line(key, &text.into());
        }
    }

    fn named(&mut self, slug: &Slug, name: &str) {
        self.line("slug", &slug.as_str().into());
        self.line("name", &name.into());
    }

    fn names<'a>(&mut self, key: &str, names: impl Iterator<Item = &'a str>) {
        let names: Vec<Value> = names.map(Value::from).collect();
        if !names.is_empty() {
            self.line(key, &Value::Array(names));
        }
    }
}
