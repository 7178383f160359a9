//! Exports of WordPress, read through the public API as the command reads them.

use std::io::Cursor;
use std::ops::ControlFlow;

use jiff::tz::TimeZone;
use newsroom::import::mapping::Mapping;
use newsroom::import::wordpress::WordPress;
use newsroom::import::{Export, Files, Item, Outcome, Survey, Unreadable};
use newsroom::{Article, ArticleId, BodyWords, Context, PaperFile, Teaser};
use paywall::{Desk, PaperId};

mod damage;
mod golden;
mod items;
mod names;
mod texts;

/// Every file is there, under a name made of its address.
struct AllFiles;

impl Files for AllFiles {
    fn name_of(&mut self, address: &str) -> Option<String> {
        let name = address.rsplit('/').next()?.split(['?', '#']).next()?;
        let plain = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' };
        let name: String = name.chars().map(plain).collect();
        let kept = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        if kept(&[".pdf", ".csv"]) {
            return Some(format!("attachments/{name}"));
        }
        kept(&[".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg"])
            .then(|| format!("pictures/{name}"))
    }
}

/// What an export came to.
struct Read {
    survey: Survey,
    items: Vec<Item>,
    end: Result<(), Unreadable>,
}

fn read(bytes: &[u8]) -> Result<Read, Unreadable> {
    read_with(bytes, "")
}

fn read_with(bytes: &[u8], mapping: &str) -> Result<Read, Unreadable> {
    let mapping = Mapping::read("mapping.toml", mapping).expect("the mapping has no fault");
    let zone = TimeZone::get("America/Halifax").expect("the zone is known");
    let reserved = |name: &str| name == "search";
    let mut export = WordPress::new(Cursor::new(bytes), mapping).reserved(reserved);
    export.bound_for(&zone, "en");
    let survey = export.survey()?;
    let mut items = Vec::new();
    let end = export.items(&survey, &mut AllFiles, &mut |item| {
        items.push(item);
        ControlFlow::Continue(())
    });
    Ok(Read { survey, items, end })
}

/// Reads an article's file for the paper that the survey makes; panics with its faults.
#[track_caller]
fn checked(survey: &Survey, file: &str) -> Article {
    let Survey { sections, tags, authors, series, .. } = survey.clone();
    let paper = PaperFile { sections, tags, authors, series, ..PaperFile::default() };
    let context = Context {
        paper: &paper,
        paper_id: PaperId([7; 16]),
        zone: &TimeZone::UTC,
        words: &BodyWords {
            corrected: "{time}".to_owned(),
            withdrawn: "{time}".to_owned(),
            ..BodyWords::default()
        },
        address_of: &|_: &ArticleId| None,
        media_address: &|file| Some(format!("/media/{file}")),
        picture_size: &|_| None,
        shift_days: 0,
    };
    newsroom::read_article("a.md", file, &context)
        .unwrap_or_else(|faults| panic!("{faults:#?}\n{file}"))
}

impl Read {
    fn articles(&self) -> Vec<&str> {
        let file = |item: &'_ Item| matches!(item.outcome, Outcome::Article(_));
        let files = self.items.iter().filter(|item| file(item));
        files
            .map(|item| match &item.outcome {
                Outcome::Article(file) => file.as_str(),
                _ => "",
            })
            .collect()
    }

    /// Everything that was handed on, as one text.
    fn everything(&self) -> String {
        format!("{:?}\n{:?}\n{:?}", self.survey, self.items, self.end)
    }
}

/// An export of one site with these records.
fn export(records: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<rss version=\"2.0\">\n<channel>\n\
         <title>The Courant</title>\n<link>https://www.courant.example</link>\n\
         <language>en-US</language>\n<wp:base_blog_url>https://www.courant.example\
         </wp:base_blog_url>\n\
         {records}\n</channel>\n</rss>\n"
    )
}

/// An item: number, headline and text, and what else is said of it.
fn item(id: u32, headline: &str, text: &str, more: &str) -> String {
    format!(
        "<item>\n<title>{headline}</title>\n<link>https://courant.example/2019/05/n{id}/</link>\n\
         <dc:creator><![CDATA[anna]]></dc:creator>\n\
         <content:encoded><![CDATA[{text}]]></content:encoded>\n<wp:post_id>{id}</wp:post_id>\n\
         <wp:post_date_gmt>2019-05-03 10:00:00</wp:post_date_gmt>\n<wp:post_name>n{id}\
         </wp:post_name>\n\
         <wp:status>publish</wp:status>\n<wp:post_type>post</wp:post_type>\n\
         <category domain=\"category\" nicename=\"harbour\"><![CDATA[Harbour]]>\
         </category>\n{more}\n</item>\n"
    )
}

fn meta(key: &str, value: &str) -> String {
    format!(
        "<wp:postmeta><wp:meta_key>{key}</wp:meta_key><wp:meta_value><![CDATA[{value}]]>\
         </wp:meta_value></wp:postmeta>"
    )
}

/// A file of the old site.
fn attachment(id: u32, address: &str, more: &str) -> String {
    format!(
        "<item><title>File {id}</title><wp:post_id>{id}</wp:post_id><wp:post_type>attachment\
         </wp:post_type>\
         <wp:status>inherit</wp:status><wp:attachment_url>{address}</wp:attachment_url>{more}\
         </item>\n"
    )
}

/// The only article of an export, its remarks, and what it reads as.
#[track_caller]
fn only(records: &str, mapping: &str) -> (Article, String, Vec<String>) {
    let read = read_with(export(records).as_bytes(), mapping).expect("the export is one");
    read.end.as_ref().expect("the export ends well");
    let items: Vec<&Item> =
        read.items.iter().filter(|item| !matches!(item.outcome, Outcome::Left { .. })).collect();
    let [item] = items.as_slice() else { panic!("{items:#?}") };
    let Outcome::Article(file) = &item.outcome else { panic!("{item:#?}") };
    (checked(&read.survey, file), file.clone(), item.remarks.clone())
}

/// What a text becomes: the Markdown below the front matter.
#[track_caller]
fn text(written: &str) -> String {
    let (article, ..) = only(&item(1, "A headline", written, ""), "");
    article.source.edit(&Desk::exit()).clone()
}

/// The teaser of a text, and whether nothing of it is missing.
#[track_caller]
fn teaser(written: &str, mapping: &str) -> (Teaser, Article) {
    let (article, ..) = only(&item(1, "A headline", written, ""), mapping);
    (article.teaser.clone(), article)
}
