//! Fills a new data folder with the sample paper, which is part of the binary: the Markdown folder of the repository.
//!
//! Its dates are moved by whole days so that the newest article is the latest that can be: today's or yesterday's.

use std::collections::HashMap;

use anyhow::{Context, bail};
use face::{House, Language};
use gate::Clock;
use include_dir::{Dir, include_dir};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use newsroom::{Article, PaperFile};
use paywall::SettingsVersion;
use store::{Media, Store};

use crate::commands::wait;
use crate::paper::CAPABILITIES;

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
    let zone = house.policy.zone.clone();
    let shift_days = shift(&zone, now)?;
    let paper = newsroom::read_paper("paper.toml", file("paper.toml")?).map_err(all_of)?;
    let media = save_media(store)?;
    let articles = articles(store, &house, &paper, &zone, shift_days, &media)?;
    wait(store.save_paper(paper))??;
    wait(store.save_articles(articles))??;
    // The settings come last: a folder that was filled halfway is filled again.
    let note = "the sample paper".to_owned();
    let saved = store.save_settings(text, "demo".to_owned(), note, current.version, now);
    wait(saved)?.map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(())
}

fn all_of(faults: Vec<impl std::fmt::Display>) -> anyhow::Error {
    let lines: Vec<String> = faults.iter().map(|fault| format!("  {fault}")).collect();
    anyhow::anyhow!("the sample paper cannot be read:\n{}", lines.join("\n"))
}

fn file(name: &str) -> anyhow::Result<&'static str> {
    SAMPLE
        .get_file(name)
        .and_then(include_dir::File::contents_utf8)
        .with_context(|| format!("the sample paper has no {name}"))
}
