//! Brings a paper in from its own form: the Markdown folder, the same as one tar, or the sample that is part of the
//! binary. Reads twice: first where each article stands, so that links between them have addresses, then the articles.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, bail};
use face::House;
use jiff::Timestamp;
use newsroom::{ArticleId, Outline, PaperFile, limits};
use paywall::SettingsVersion;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::{Media, Snapshot, Store};
use web::Addresses;

use super::FILE_BYTES_MAX;
use super::folder::{self, Folder, read, read_text};
use super::intake::{Given, Intake, Manner, Places, Shelf, Waiter, size_of};
use super::names::merge;
use super::report::{Became, Label, Report};
use crate::paper::CAPABILITIES;

/// The name of this form among origins.
pub(crate) const ORIGIN: &str = "folder";
/// The paper itself.
pub(crate) const PAPER: &str = "paper.toml";
/// Settings to start with, without a history.
const SETTINGS: &str = "settings.toml";
/// The history of the settings.
pub(crate) const HISTORY: &str = "settings/history.toml";
/// Old addresses beyond those that fit into the articles' files.
pub(crate) const OLD_ADDRESSES: &str = "old_addresses.toml";
/// Where files lay on the site that they came from.
pub(crate) const OLD_FILES: &str = "old_files.toml";
/// The largest table of old addresses or settings, in bytes.
const TABLE_BYTES_MAX: u64 = 256 << 20;

/// Who saved which settings, and why.
#[derive(Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct History {
    #[serde(default)]
    pub(crate) settings: Vec<Saved>,
}

/// One entry of the history; its text is `settings/NNNN.toml`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Saved {
    pub(crate) version: u32,
    pub(crate) saved_at: String,
    pub(crate) saved_by: String,
    pub(crate) note: String,
}

/// The name of a file of settings.
pub(crate) fn settings_name(version: u32) -> String {
    format!("settings/{version:04}.toml")
}

/// The name of a file that one article alone has, where another has the plain name.
pub(crate) fn own_name(article: &ArticleId, name: &str) -> String {
    format!("files/{article}/{name}")
}

/// The files of a folder, as articles name them.
struct Files<'a>(&'a dyn Folder);

impl Shelf for Files<'_> {
    fn stamp(&self, article: &ArticleId, name: &str) -> Option<String> {
        self.0.stamp(&own_name(article, name)).or_else(|| self.0.stamp(name))
    }

    fn bytes(&self, article: &ArticleId, name: &str) -> anyhow::Result<Vec<u8>> {
        if let Some(bytes) = read(self.0, &own_name(article, name), FILE_BYTES_MAX)? {
            return Ok(bytes);
        }
        read(self.0, name, FILE_BYTES_MAX)?
            .with_context(|| format!("there is no file {name} beside the articles"))
    }
}

/// Opens a folder or a tar that holds a paper.
pub(crate) fn open(path: &Path) -> anyhow::Result<Box<dyn Folder>> {
    let opened = folder::open(path)?;
    if opened.open(PAPER)?.is_none() {
        let shown = path.display();
        bail!("{shown} has no {PAPER}: it is no folder or tar of a paper in Masthead's own form");
    }
    Ok(opened)
}

/// Brings everything in.
///
/// # Errors
/// Where the folder cannot be read as one, or nothing can be written any more.
pub(crate) fn bring_in(
    store: &Store,
    folder: &dyn Folder,
    manner: Manner,
    report: &mut Report,
) -> anyhow::Result<()> {
    let waiter = Waiter::new()?;
    let text = read_text(folder, PAPER, limits::PAPER_BYTES_MAX as u64)?;
    let text = text.with_context(|| format!("there is no {PAPER}"))?;
    let incoming =
        newsroom::read_paper(PAPER, &text).map_err(|faults| all_of("the paper", &faults))?;
    let current = waiter.wait(store.settings())?;
    let history = history(folder, manner.now, manner.saved_by)?;
    let (house, history) = if current.version.0 > 0 {
        if history.last().is_some_and(|newest| newest.text != current.text) {
            report.remark("the settings were left out: the paper has its own");
        }
        (house(&current)?, Vec::new())
    } else {
        let newest = history.last().unwrap_or(&current);
        (house(newest)?, history)
    };
    let names = folder.articles()?;
    let outlines = outlines(folder, &names);
    for fault in newsroom::cross_check(PAPER, &incoming, &outlines) {
        report.remark(&fault.to_string());
    }
    let known = waiter.wait(store.paper())?;
    let overwrite = manner.origin.overwrite_edited;
    let paper = merge(known.clone(), incoming, overwrite, report);
    let places = places(outlines, &Addresses::new(&house, &paper));
    let dry_run = manner.dry_run;
    if !dry_run {
        keep_paper_files(store, &waiter, folder, &paper)?;
        if paper != known {
            waiter.wait(store.save_paper(paper.clone()))?;
        }
    }
    let old: BTreeMap<String, Vec<String>> = table(folder, OLD_ADDRESSES)?;
    check_paths(OLD_ADDRESSES, old.values().flatten())?;
    let old_files: BTreeMap<String, String> = table(folder, OLD_FILES)?;
    check_paths(OLD_FILES, old_files.keys())?;
    if !dry_run {
        waiter.wait(store.save_old_files(old_files.into_iter().collect()))?;
    }
    let mut intake = Intake::new(store, &waiter, &house, &paper, manner);
    report.expect(names.len() as u64, "bringing articles in");
    for name in &names {
        let label = Label { name: name.clone(), line: 0 };
        let text = match read_text(folder, name, limits::ARTICLE_BYTES_MAX as u64) {
            Ok(Some(text)) => text,
            Ok(None) => {
                report.item(
                    &label,
                    Became::Bad,
                    "the file went away, or leads out of the folder",
                    &[],
                );
                continue;
            }
            Err(error) => {
                report.item(&label, Became::Bad, &format!("{error:#}"), &[]);
                continue;
            }
        };
        let id = name.rsplit('/').next().and_then(|file| file.strip_suffix(".md"));
        let old_addresses = id.and_then(|id| old.get(id)).map_or(&[][..], Vec::as_slice);
        let given = Given { label, text: &text, old_addresses, remarks: Vec::new() };
        intake.article(given, &Files(folder), &places, report)?;
    }
    intake.flush(report)?;
    // The settings come last: what was cut off before is brought in again by the same import.
    if !dry_run && !history.is_empty() {
        waiter.wait(store.import_settings(history))?;
    }
    Ok(())
}

/// Everything that is wrong with what could not be read, a line for each.
pub(crate) fn all_of<F: std::fmt::Display>(what: &str, faults: &[F]) -> anyhow::Error {
    let lines: Vec<String> = faults.iter().map(|fault| format!("  {fault}")).collect();
    anyhow::anyhow!("{what} cannot be read:\n{}", lines.join("\n"))
}

pub(crate) fn house(snapshot: &Snapshot) -> anyhow::Result<House> {
    let house = House::parse(&snapshot.text, snapshot.version, CAPABILITIES);
    house.map(|(house, _)| house).map_err(|faults| all_of("the paper", &faults))
}

/// The outlines of the articles, by their files. Bad files are left out: they are found again when they are read.
fn outlines(folder: &dyn Folder, names: &[String]) -> Vec<(String, Outline)> {
    let mut outlines = Vec::new();
    for name in names {
        let Ok(Some(text)) = read_text(folder, name, limits::ARTICLE_BYTES_MAX as u64) else {
            continue;
        };
        if let Ok(outline) = newsroom::outline(name, &text) {
            outlines.push((name.clone(), outline));
        }
    }
    outlines
}

/// Where each article will stand.
fn places(outlines: Vec<(String, Outline)>, addresses: &Addresses) -> Places {
    let place = |(_, outline): (String, Outline)| {
        let at = outline.published_at.unwrap_or_default();
        let (section, slug) = (outline.section.as_str(), outline.slug.as_str());
        let address = addresses.of_parts(section, slug, at, false);
        (outline.id, address)
    };
    // The first file of an id is the one that counts.
    outlines.into_iter().rev().map(place).collect()
}

/// The settings of the folder, oldest first; none where it has none.
fn history(
    folder: &dyn Folder,
    now: Timestamp,
    (saved_by, note): (&str, &str),
) -> anyhow::Result<Vec<Snapshot>> {
    let settings_max = face::HOUSE_BYTES_MAX as u64;
    let Some(text) = read_text(folder, HISTORY, TABLE_BYTES_MAX)? else {
        let text = read_text(folder, SETTINGS, settings_max)?;
        let first = text.map(|text| Snapshot {
            version: SettingsVersion(1),
            text,
            saved_at: now,
            saved_by: saved_by.to_owned(),
            note: note.to_owned(),
        });
        return Ok(first.into_iter().collect());
    };
    let history: History =
        toml::from_str(&text).with_context(|| format!("{HISTORY} cannot be read"))?;
    let mut snapshots: Vec<Snapshot> = Vec::new();
    for saved in history.settings {
        let name = settings_name(saved.version);
        if snapshots.last().map_or(1, |last| last.version.0 + 1) != saved.version {
            bail!(
                "{HISTORY} does not count 1, 2, 3 ..: settings {} are out of order",
                saved.version
            );
        }
        let text = read_text(folder, &name, settings_max)?
            .with_context(|| format!("{HISTORY} names {name}, which is not there"))?;
        let saved_at = saved.saved_at.parse();
        snapshots.push(Snapshot {
            version: SettingsVersion(saved.version),
            text,
            saved_at: saved_at
                .with_context(|| format!("{HISTORY}: saved_at of {}", saved.version))?,
            saved_by: saved.saved_by,
            note: saved.note,
        });
    }
    Ok(snapshots)
}

/// One of the tables beside the articles; empty where there is none.
fn table<T: DeserializeOwned + Default>(folder: &dyn Folder, name: &str) -> anyhow::Result<T> {
    let Some(text) = read_text(folder, name, TABLE_BYTES_MAX)? else { return Ok(T::default()) };
    toml::from_str(&text).with_context(|| format!("{name} cannot be read"))
}

fn check_paths<'a>(table: &str, mut paths: impl Iterator<Item = &'a String>) -> anyhow::Result<()> {
    match paths.find(|path| !path.starts_with('/') || path.starts_with("//")) {
        Some(path) => bail!("{table}: {path:?} is not a path of this site"),
        None => Ok(()),
    }
}

/// The files that the paper itself names, by their names.
pub(crate) fn paper_files(paper: &PaperFile) -> Vec<String> {
    let drawing = paper.front.drawing.iter().flat_map(|d| [d.wide.clone(), d.narrow.clone()]);
    paper.wordmark.iter().cloned().chain(drawing).collect()
}

fn keep_paper_files(
    store: &Store,
    waiter: &Waiter,
    folder: &dyn Folder,
    paper: &PaperFile,
) -> anyhow::Result<()> {
    for name in paper_files(paper) {
        let Some(bytes) = read(folder, &name, FILE_BYTES_MAX)? else {
            if waiter.wait(store.media_named(&name))?.is_none() {
                bail!("{PAPER} names {name}, and there is no such file beside it");
            }
            continue;
        };
        let size = size_of(&name, &bytes).map_err(anyhow::Error::msg)?;
        waiter.wait(store.save_media(Media { name, size, article: None, bytes }))?;
    }
    Ok(())
}
