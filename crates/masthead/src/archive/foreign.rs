//! Brings another system's export in: opens it, and brings in what its reader translates, item by item.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use std::ops::ControlFlow;

use anyhow::{Context, bail};
use face::House;
use newsroom::import::mapping::{MAPPING_BYTES_MAX, Mapping};
use newsroom::import::markdown::{self, EachFile, FILE_BYTES_MAX, Habit};
use newsroom::import::{Export, Outcome, Survey, ghost, wordpress};
use store::{Origin, Store};

use super::folder::Disk;
use super::intake::{Given, Intake, Manner, Places, Waiter};
use super::names::{merge, of_survey};
use super::own::house;
use super::report::{Became, Label, Report};
use super::uploads::{Uploads, Where};

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

/// Opens an export and looks through it. `house`: whose zone, language and addresses count.
///
/// # Errors
/// Where it cannot be read, or is no export of that system.
pub(crate) fn open(
    system: System,
    path: &Path,
    mapping: Mapping,
    house: &House,
) -> anyhow::Result<Opened> {
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
    let zone = house.policy.zone.clone();
    let mut export: Box<dyn Export> = match system {
        System::WordPress => {
            let file = File::open(path).with_context(|| format!("{shown} cannot be read"))?;
            let export = wordpress::WordPress::new(BufReader::new(file), mapping).zone(zone);
            Box::new(export.language(house.paper.language.tag()).reserved(web::is_reserved))
        }
        System::Ghost => {
            let path = path.to_owned();
            Box::new(ghost::Ghost::new(move || File::open(&path).map(BufReader::new), mapping))
        }
        System::Markdown => {
            let disk = Disk::open(path)?;
            let walk = move |each: &mut EachFile<'_>| walk(&disk, each);
            Box::new(markdown::Folder::new(walk, mapping, zone, Habit::Auto))
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
    Mapping::read(&shown, &text).map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(|fault| format!("  {fault}")).collect();
        anyhow::anyhow!("the mapping cannot be read:\n{}", lines.join("\n"))
    })
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
    report: &mut Report,
) -> anyhow::Result<()> {
    let waiter = Waiter::new()?;
    let Opened { mut export, survey } = opened;
    survey.remarks.iter().for_each(|remark| report.remark(remark));
    let settings = waiter.wait(store.settings())?;
    let house = house(&settings)?;
    let known = waiter.wait(store.paper())?;
    // A section or an author may have been renamed here: the paper's own names always stay.
    let paper = merge(known.clone(), of_survey(&survey), false, report);
    let dry_run = manner.dry_run;
    if !dry_run && paper != known {
        waiter.wait(store.save_paper(paper.clone()))?;
    }
    let origin = &manner.origin;
    let name = origin_of(&survey.site, &origin.name);
    let origin = Origin { name, overwrite_edited: origin.overwrite_edited };
    let uploads = Uploads::new(store, &survey, &origin.name, place, dry_run)?;
    let mut asked = uploads.asked();
    let mut intake =
        Intake::new(store, &waiter, &house, &paper, Manner { origin, ..manner.clone() });
    report.expect(survey.items, "bringing articles in");
    let places = Places::new();
    let mut broken = None;
    let read = export.items(&survey, &mut asked, &mut |item| {
        let label = Label { name: item.name, line: item.line };
        match item.outcome {
            Outcome::Left { why } => report.item(&label, Became::Left, why, &item.remarks),
            Outcome::Bad { why } => report.item(&label, Became::Bad, &why, &item.remarks),
            Outcome::Article(text) => {
                let given = Given { label, text: &text, old_addresses: &[], remarks: item.remarks };
                if let Err(error) = intake.article(given, &uploads, &places, report) {
                    broken = Some(error);
                    return ControlFlow::Break(());
                }
            }
        }
        ControlFlow::Continue(())
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
    Ok(())
}

/// Articles of one site are one origin, under whichever scheme it was exported.
fn origin_of(site: &str, fallback: &str) -> String {
    let host = site.trim_start_matches("https://").trim_start_matches("http://");
    if host.is_empty() { fallback.to_owned() } else { host.to_owned() }
}

#[cfg(test)]
mod tests;
