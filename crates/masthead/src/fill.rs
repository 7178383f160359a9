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

/// What a file of the sample became: its address for everybody, and its measures.
struct Saved {
    hash: String,
    ending: &'static str,
    size: Option<(u32, u32)>,
}

type SavedMedia = HashMap<String, Saved>;

/// Every file that articles may name.
fn files(folder: &'static str) -> impl Iterator<Item = (String, &'static [u8])> {
    let files = SAMPLE.get_dir(folder).map(Dir::files).into_iter().flatten();
    files.map(|file| (file.path().to_string_lossy().into_owned(), file.contents()))
}
