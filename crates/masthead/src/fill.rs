//! Fills a new data folder with the sample paper, which is part of the binary: the Markdown folder of the repository.
//!
//! Its dates are moved by whole days so that the newest article is the latest that can be: today's or yesterday's.

use std::collections::{BTreeSet, HashMap};
use std::io::IsTerminal;

use anyhow::Context;
use face::{House, Key};
use gate::Clock;
use include_dir::{Dir, include_dir};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use newsroom::{Article, ArticleId, BodyWords, Outline, PaperFile};
use paywall::{ArticleKey, SettingsVersion};
use store::{Media, Store};

use crate::paper::CAPABILITIES;
use crate::terminal::wait;

static SAMPLE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../sample");
/// The newest instant of the sample, as it is written.
const PRESS_INSTANT: &str = "2026-09-16T13:48:00-03:00";

/// Fills the store, unless it holds a paper already.
pub(crate) fn sample(store: &Store) -> anyhow::Result<()> {
    let current = wait(store.settings())??;
    if current.version.0 > 0 {
        return Ok(());
    }
    let clock = Clock::system(store.high_water());
    let now = clock.now();
    let text = file("settings.toml")?;
    let text = with_offer_end(text, now)?;
    let (house, _) = House::parse(&text, SettingsVersion(1), CAPABILITIES).map_err(all_of)?;
    let shift_days = shift(&house.policy.zone, now)?;
    let paper = newsroom::read_paper("paper.toml", file("paper.toml")?).map_err(all_of)?;
    let articles = articles(store, &house, &paper, shift_days)?;
    wait(store.save_paper(paper))??;
    wait(store.save_articles(articles))??;
    // The settings come last: a folder that was filled halfway is filled again.
    let note = "the sample paper".to_owned();
    let saved = store.save_settings(text, "demo".to_owned(), note, current.version, now);
    wait(saved)?.map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(())
}

fn all_of<F: std::fmt::Display>(faults: Vec<F>) -> anyhow::Error {
    let lines: Vec<String> = faults.into_iter().map(|fault| format!("  {fault}")).collect();
    anyhow::anyhow!("the sample paper cannot be read:\n{}", lines.join("\n"))
}

fn file(name: &str) -> anyhow::Result<&'static str> {
    SAMPLE
        .get_file(name)
        .and_then(include_dir::File::contents_utf8)
        .with_context(|| format!("the sample paper has no {name}"))
}

/// The sample's offer ends with the month in which the demo is made, or with the next one in its last days.
fn with_offer_end(text: &str, now: Timestamp) -> anyhow::Result<String> {
    let (house, _) = House::parse(text, SettingsVersion(1), CAPABILITIES).map_err(all_of)?;
    let today = house.policy.zone.to_datetime(now).date();
    let end = today.last_of_month();
    let end = if (end - today).get_days() < 5 {
        end.tomorrow().map_or(end, Date::last_of_month)
    } else {
        end
    };
    let since = today.first_of_month();
    let text = text.replace("ends_on = 2026-09-30", &format!("ends_on = {end}"));
    Ok(text.replace("tariff_since = 2026-09-01", &format!("tariff_since = {since}")))
}

/// By how many days the sample moves: as many as leave its newest instant in the past.
fn shift(zone: &TimeZone, now: Timestamp) -> anyhow::Result<i64> {
    let press: Timestamp = PRESS_INSTANT.parse()?;
    let (press, now) = (zone.to_datetime(press), zone.to_datetime(now));
    let days = i64::from((now.date() - press.date()).get_days());
    Ok(if press.time() <= now.time() { days } else { days - 1 })
}

/// The files that articles may name, by their names in the folder.
fn files() -> HashMap<String, &'static [u8]> {
    let folders = ["pictures", "attachments"].into_iter().filter_map(|name| SAMPLE.get_dir(name));
    let files = folders.flat_map(Dir::files);
    files.map(|file| (file.path().to_string_lossy().into_owned(), file.contents())).collect()
}

/// Addresses of files, for one article or for everybody.
type Addresses = HashMap<String, String>;

/// Keeps a file, for everybody or for the readers of one article, and notes its address.
fn keep(
    store: &Store,
    files: &HashMap<String, &'static [u8]>,
    name: &str,
    article: Option<ArticleKey>,
    addresses: &mut Addresses,
) -> anyhow::Result<()> {
    let bytes = files.get(name).with_context(|| format!("the sample paper has no {name}"))?;
    let media = Media { name: name.to_owned(), size: size(bytes), article, bytes: bytes.to_vec() };
    let row = wait(store.save_media(media))??;
    addresses.insert(name.to_owned(), row.address());
    Ok(())
}

/// Reads all articles: first their outlines, so that links between them have addresses, then whole.
fn articles(
    store: &Store,
    house: &House,
    paper: &PaperFile,
    shift_days: i64,
) -> anyhow::Result<Vec<Article>> {
    let texts = texts();
    let mut outlines = Vec::new();
    for (file, text) in &texts {
        outlines.push(((*file).to_owned(), newsroom::outline(file, text).map_err(all_of)?));
    }
    let faults = newsroom::cross_check("paper.toml", paper, &outlines);
    if !faults.is_empty() {
        return Err(all_of(faults));
    }
    let addresses = web::Addresses::new(house, paper);
    let path = |outline: &Outline| {
        let zone = &house.policy.zone;
        let written = zone.to_datetime(outline.published_at.unwrap_or_default());
        let moved = written.saturating_add(Span::new().days(shift_days));
        let published_at = zone.to_timestamp(moved).unwrap_or_default();
        addresses.of_parts(outline.section.as_str(), outline.slug.as_str(), published_at, false)
    };
    let paths: HashMap<ArticleId, String> =
        outlines.iter().map(|(_, outline)| (outline.id.clone(), path(outline))).collect();
    let files = files();
    let mut public = Addresses::new();
    for name in paper_files(paper) {
        keep(store, &files, &name, None, &mut public)?;
    }
    let words = body_words(house);
    let bar = progress(texts.len());
    let mut articles = Vec::new();
    for (file, text) in &texts {
        let read = |address: &dyn Fn(&str) -> Option<String>| {
            newsroom::read_article(
                file,
                text,
                &newsroom::Context {
                    paper,
                    paper_id: store.paper_id(),
                    zone: &house.policy.zone,
                    words: &words,
                    address_of: &|id| paths.get(id).cloned(),
                    media_address: address,
                    picture_size: &|name| files.get(name).and_then(|bytes| size(bytes)),
                    shift_days,
                },
            )
            .map_err(all_of)
        };
        // The first reading tells which files stand in the teaser and which below it.
        let first = read(&|name| files.contains_key(name).then(|| name.to_owned()))?;
        let everybody =
            first.teaser.media.iter().chain(first.head.lead_image.iter().map(|i| &i.file));
        for name in everybody.cloned().collect::<BTreeSet<_>>() {
            if !public.contains_key(&name) {
                keep(store, &files, &name, None, &mut public)?;
            }
        }
        let mut locked = Addresses::new();
        for name in &first.locked_media {
            if !public.contains_key(name) {
                keep(store, &files, name, Some(first.head.key), &mut locked)?;
            }
        }
        articles.push(read(&|name| public.get(name).or_else(|| locked.get(name)).cloned())?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(articles)
}

/// The files that the paper itself names.
fn paper_files(paper: &PaperFile) -> Vec<String> {
    let drawing = paper.front.drawing.iter().flat_map(|d| [d.wide.clone(), d.narrow.clone()]);
    paper.wordmark.iter().cloned().chain(drawing).collect()
}

/// Every article of the sample, by its name in the folder.
fn texts() -> Vec<(&'static str, &'static str)> {
    fn walk(folder: &'static Dir<'static>, texts: &mut Vec<(&'static str, &'static str)>) {
        for file in folder.files() {
            if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
                texts.push((path, text));
            }
        }
        folder.dirs().for_each(|folder| walk(folder, texts));
    }
    let mut texts = Vec::new();
    if let Some(folder) = SAMPLE.get_dir("articles") {
        walk(folder, &mut texts);
    }
    texts.sort_unstable();
    texts
}

fn body_words(house: &House) -> BodyWords {
    let words = face::Words::of(house.paper.language);
    let label = |key| format!("{} {{time}}:", words.text(key));
    BodyWords { corrected: label(Key::Corrected), withdrawn: words.text(Key::Withdrawn) }
}

/// Width and height of a picture as it is seen; `None` for documents.
fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    newsroom::picture::probe(bytes).ok().map(|facts| (facts.width, facts.height))
}

/// A line of progress where somebody watches.
fn progress(steps: usize) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(steps as u64);
    let style = ProgressStyle::with_template("setting the paper {bar:30} {pos}/{len} articles");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}
