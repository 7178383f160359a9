//! Brings another system's export in: opens it, and brings in what its reader translates, item by item.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;
use std::path::Path;

use anyhow::{Context, bail};
use face::House;
use jiff::Timestamp;
use newsroom::import::mapping::{MAPPING_BYTES_MAX, Mapping};
use newsroom::import::markdown::{self, EachFile, FILE_BYTES_MAX, Habit};
use newsroom::import::redirects::Redirect;
use newsroom::import::{Export, Identity, Item, Outcome, Survey, ghost, wordpress};
use newsroom::{ArticleId, Front};
use paywall::SettingsVersion;
use store::{Doer, Origin, Store};

use super::folder::Disk;
use super::intake::{Given, Intake, Manner, Places, Waiter};
use super::names::{merge, renamed};
use super::own::{all_of, house};
use super::redirects;
use super::report::{Became, Label, Report};
use super::uploads::{Uploads, Where};
use crate::paper::CAPABILITIES;

/// Whose export it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum System {
    /// One XML file.
    WordPress,
    /// One JSON file.
    Ghost,
    /// A folder of texts.
    Markdown,
}

/// An export that was opened and looked through.
pub(crate) struct Opened {
    export: Box<dyn Export>,
    survey: Survey,
}

fn of_text(text: &str) -> anyhow::Result<House> {
    let house = House::parse(text, SettingsVersion(1), CAPABILITIES);
    house.map(|(house, _)| house).map_err(|faults| all_of("the paper", &faults))
}

/// Settings with which a paper that nobody has set up yet is what its site said of itself. What the house cannot be, it is not: a language that it
/// has no words for, a zone that nobody knows.
fn settings_of(identity: &Identity) -> Option<String> {
    let Identity { name, tagline, language, zone } = identity;
    let mut settings = None;
    for (key, value) in [
        ("paper.name", name),
        ("paper.tagline", tagline),
        ("paper.language", language),
        ("paper.zone", zone),
    ] {
        let text = settings.as_deref().unwrap_or_default();
        let set = House::set(text, key, value).ok().filter(|_| !value.is_empty());
        settings = set.filter(|text| of_text(text).is_ok()).or(settings);
    }
    settings
}

/// Opens an export and looks through it.
///
/// # Errors
/// Where it cannot be read, or is no export of that system.
pub(crate) fn open(system: System, path: &Path, mapping: Mapping) -> anyhow::Result<Opened> {
    let shown = path.display();
    let found = std::fs::metadata(path);
    let found = found.with_context(|| format!("{shown} cannot be read; check the path"))?;
    if found.is_dir() != (system == System::Markdown) {
        let (is, wanted) = match system {
            System::WordPress => ("a folder", "the XML file that Tools > Export wrote"),
            System::Ghost => ("a folder", "the JSON file that Settings > Export wrote"),
            System::Markdown => ("a file", "the folder that has the files"),
        };
        bail!("{shown} is {is}; name {wanted}");
    }
    let mut export: Box<dyn Export> = match system {
        System::WordPress => {
            let file = File::open(path).with_context(|| format!("{shown} cannot be read"))?;
            let export = wordpress::WordPress::new(BufReader::new(file), mapping);
            Box::new(export.reserved(web::is_reserved))
        }
        System::Ghost => {
            let path = path.to_owned();
            let open = move || File::open(&path).map(BufReader::new);
            Box::new(ghost::Ghost::new(open, mapping).reserved(web::is_reserved))
        }
        System::Markdown => {
            let disk = Disk::open(path)?;
            let walk = move |each: &mut EachFile<'_>| walk(&disk, each);
            let folder = markdown::Folder::new(walk, mapping, Habit::Auto);
            Box::new(folder.reserved(web::is_reserved))
        }
    };
    let survey = export.survey().with_context(|| format!("{shown} cannot be read"))?;
    Ok(Opened { export, survey })
}

/// Reads the paper's own word on an import.
///
/// # Errors
/// Every fault of the file, with its line.
pub(crate) fn mapping(path: &Path) -> anyhow::Result<Mapping> {
    let shown = path.display().to_string();
    let mut text = String::new();
    let file = File::open(path).with_context(|| format!("{shown} cannot be read"))?;
    let read = file.take(MAPPING_BYTES_MAX as u64 + 1).read_to_string(&mut text);
    read.with_context(|| format!("{shown} cannot be read"))?;
    Mapping::read(&shown, &text).map_err(|faults| all_of("the mapping", &faults))
}

/// Goes through the texts of a folder. A text that is too long is handed on long enough to be refused.
fn walk(disk: &Disk, each: &mut EachFile<'_>) -> io::Result<()> {
    let names = disk.files("", &[".md", ".markdown"]).map_err(io::Error::other)?;
    let mut bytes = Vec::new();
    for name in &names {
        // A link that leads out of the folder is no file of it.
        let Some(path) = disk.place(name) else { continue };
        bytes.clear();
        File::open(path)?.take(FILE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
        if each(markdown::File { name, bytes: &bytes }).is_break() {
            break;
        }
    }
    Ok(())
}

/// Brings everything in.
///
/// # Errors
/// Where the export cannot be read any further, or nothing can be written any more. What was brought in stays.
pub(crate) fn bring_in(
    store: &Store,
    opened: Opened,
    manner: &Manner,
    place: &Where,
    redirects: &[Redirect],
    report: &mut Report,
) -> anyhow::Result<()> {
    let waiter = Waiter::new()?;
    let Opened { mut export, survey } = opened;
    survey.remarks.iter().for_each(|remark| report.remark(remark));
    let current = waiter.wait(store.settings())?;
    let is_new = current.version.0 == 0;
    let house = match is_new.then(|| settings_of(&survey.identity)).flatten() {
        Some(text) => {
            let house = of_text(&text)?;
            let name = &house.paper.name;
            report.remark(&format!(
                "the new paper is called {name:?}, as the site was; `masthead settings` changes it"
            ));
            if !manner.dry_run {
                let by = Doer::at_the_machine(manner.saved_by.0.to_owned());
                let note = "the site that was imported".to_owned();
                waiter.wait(store.save_settings(text, by, note, current.version, manner.now))?;
            }
            house
        }
        None => house(&current)?,
    };
    export.bound_for(&house.policy.zone, house.paper.language.tag());
    let known = waiter.wait(store.paper())?;
    // A section or an author may have been renamed here: the paper's own names stay, unless the operator says otherwise.
    let overwrite_edited = manner.origin.overwrite_edited;
    let paper = merge(known.clone(), renamed(&known, &survey), overwrite_edited, report);
    let dry_run = manner.dry_run;
    if !dry_run && paper != known {
        waiter.wait(store.save_paper(paper.clone()))?;
    }
    let origin = &manner.origin;
    let name = origin_of(&survey.site, &origin.name);
    let origin = Origin { name, overwrite_edited };
    let uploads = Uploads::new(store, &survey, &origin.name, place, dry_run)?;
    let mut asked = uploads.asked();
    let mut intake =
        Intake::new(store, &waiter, &house, &paper, Manner { origin, ..manner.clone() });
    report.expect(survey.items, "bringing articles in");
    let mut broken = None;
    let mut top = Top::default();
    let read = export.items(&survey, &mut asked, &mut |item| {
        let done = take(item, &mut intake, &uploads, &mut top, report);
        match done {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                broken = Some(error);
                ControlFlow::Break(())
            }
        }
    });
    if let Some(error) = broken {
        return Err(error);
    }
    intake.flush(report)?;
    for refused in uploads.refused() {
        report.remark(&refused);
    }
    read.context("the export ends here; what stands before it was brought in")?;
    uploads.finish();
    redirects::bring_in(store, &waiter, redirects, &survey.site, dry_run, report)?;
    top.lead(store, &waiter, manner, report)
}

/// Brings one item in, or says why not.
fn take(
    item: Item,
    intake: &mut Intake<'_>,
    uploads: &Uploads,
    top: &mut Top,
    report: &mut Report,
) -> anyhow::Result<()> {
    let label = Label { name: item.name, line: item.line };
    let remarks = item.remarks;
    match item.outcome {
        Outcome::Article(text) => {
            if item.featured {
                top.see(&label, &text);
            }
            let given = Given { label, text: &text, old_addresses: &[], remarks };
            return intake.article(given, uploads, &Places::new(), report);
        }
        Outcome::Left { why, id } => match id.and_then(|id| ArticleId::parse(&id).ok()) {
            Some(id) => return intake.withdraw(&label, &id, why, report),
            None => report.item(&label, Became::Left, why, &remarks),
        },
        Outcome::Bad { why } => report.item(&label, Became::Bad, &why, &remarks),
    }
    Ok(())
}

/// The newest article that stood on top of the front page there.
#[derive(Default)]
struct Top {
    newest: Option<(Timestamp, ArticleId, String)>,
}

impl Top {
    fn see(&mut self, label: &Label, text: &str) {
        let Ok(outline) = newsroom::outline(&label.name, text) else { return };
        let at = outline.published_at.unwrap_or_default();
        if self.newest.as_ref().is_none_or(|(newest, ..)| *newest < at) {
            self.newest = Some((at, outline.id, label.name.clone()));
        }
    }

    /// Makes it the first article of the front page, where the paper has decided nothing about that yet.
    fn lead(
        self,
        store: &Store,
        waiter: &Waiter,
        manner: &Manner,
        report: &mut Report,
    ) -> anyhow::Result<()> {
        let Some((at, id, name)) = self.newest else { return Ok(()) };
        let mut paper = waiter.wait(store.paper())?;
        if at > manner.now || paper.front.arrangement.lead.as_ref() == Some(&id) {
            return Ok(());
        }
        if paper.front != Front::default() {
            let own = "the paper's own front page stays; [front] of paper.toml changes it";
            report.remark(&format!("{name} was the newest on top there: {own}"));
            return Ok(());
        }
        report.remark(&format!("{name} was the newest on top there, and leads the front page"));
        if manner.dry_run || waiter.wait(store.head_of(&id))?.is_none() {
            return Ok(());
        }
        paper.front.arrangement.lead = Some(id);
        Ok(waiter.wait(store.save_paper(paper))?)
    }
}

/// Articles of one site are one origin, under whichever scheme it was exported.
fn origin_of(site: &str, fallback: &str) -> String {
    let host = site.trim_start_matches("https://").trim_start_matches("http://");
    if host.is_empty() { fallback.to_owned() } else { host.to_owned() }
}

#[cfg(test)]
mod tests;
