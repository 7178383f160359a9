//! Fills a new data folder with the sample paper, which is part of the binary: the Markdown folder of the repository.
//!
//! Its dates are moved by whole days so that the newest article is the latest that can be: today's or yesterday's.

use std::io::{self, Read};

use anyhow::Context;
use face::House;
use include_dir::{Dir, include_dir};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, civil};
use paywall::SettingsVersion;
use store::{Origin, Store};

use crate::exchange::folder::Folder;
use crate::exchange::intake::Manner;
use crate::exchange::own::{self, all_of};
use crate::exchange::report::{Became, Report, Voice};
use crate::paper::CAPABILITIES;
use crate::terminal::wait;

static SAMPLE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../sample");
/// The newest instant of the sample, as it is written.
const PRESS_INSTANT: &str = "2026-09-16T13:48:00-03:00";
/// How long an instant of the sample is: `2026-09-16T13:48:00-03:00`.
const INSTANT_BYTES: usize = PRESS_INSTANT.len();

/// Fills the store as of `now`, unless it holds a paper already.
pub(crate) fn sample(store: &Store, now: Timestamp) -> anyhow::Result<()> {
    let current = wait(store.settings())??;
    if current.version.0 > 0 {
        return Ok(());
    }
    let settings = with_offer_end(file("settings.toml")?, now)?;
    let (house, _) = House::parse(&settings, SettingsVersion(1), CAPABILITIES)
        .map_err(|faults| all_of("the paper", &faults))?;
    let zone = house.policy.zone;
    let shift_days = shift(&zone, now)?;
    let folder = Sample { settings, zone, shift_days };
    // What an earlier start left half done is the sample too.
    let origin = Origin { name: own::ORIGIN.to_owned(), overwrite_edited: true };
    let mut report = Report::new(Voice::Silent);
    let manner = Manner { origin, dry_run: false, now, saved_by: ("demo", "the sample paper") };
    own::bring_in(store, &folder, manner, &mut report)?;
    report.finish(false);
    let bad = report.count(Became::Bad);
    anyhow::ensure!(bad == 0, "{bad} articles of the sample paper cannot be read");
    Ok(())
}

/// The sample with its dates moved, as a folder.
struct Sample {
    settings: String,
    zone: TimeZone,
    shift_days: i64,
}

impl Folder for Sample {
    fn articles(&self) -> anyhow::Result<Vec<String>> {
        fn walk(folder: &Dir<'static>, names: &mut Vec<String>) {
            names.extend(folder.files().filter_map(|f| f.path().to_str()).map(str::to_owned));
            folder.dirs().for_each(|folder| walk(folder, names));
        }
        let mut names = Vec::new();
        if let Some(folder) = SAMPLE.get_dir("articles") {
            walk(folder, &mut names);
        }
        names.sort_unstable();
        Ok(names)
    }

    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Read + '_>>> {
        let Some(file) = SAMPLE.get_file(name) else { return Ok(None) };
        let moved = |text: &str| io::Cursor::new(moved(text, &self.zone, self.shift_days));
        Ok(Some(match file.contents_utf8() {
            _ if name == "settings.toml" => Box::new(self.settings.as_bytes()),
            Some(text) if name.ends_with(".md") => Box::new(moved(text)),
            _ => Box::new(file.contents()),
        }))
    }

    fn stamp(&self, name: &str) -> Option<String> {
        SAMPLE.get_file(name).map(|file| file.contents().len().to_string())
    }
}

/// The text with every instant moved by whole civil days, the local time of day kept.
fn moved(text: &str, zone: &TimeZone, days: i64) -> String {
    let mut moved = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let instant = rest.get(..INSTANT_BYTES).and_then(|word| move_instant(word, zone, days));
        let taken = if let Some(instant) = instant {
            moved.push_str(&instant);
            INSTANT_BYTES
        } else {
            moved.push(next);
            next.len_utf8()
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    moved
}

fn move_instant(word: &str, zone: &TimeZone, days: i64) -> Option<String> {
    let form = b"dddd-dd-ddTdd:dd:ddsdd:dd";
    let fits = word.bytes().zip(form).all(|(byte, form)| match form {
        b'd' => byte.is_ascii_digit(),
        b's' => matches!(byte, b'+' | b'-'),
        form => byte == *form,
    });
    let at: Timestamp = fits.then(|| word.parse().ok()).flatten()?;
    let local: civil::DateTime = zone.to_datetime(at).checked_add(Span::new().days(days)).ok()?;
    let at = zone.to_timestamp(local).ok()?;
    let offset = zone.to_offset(at);
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
    Some(format!("{}{sign}{hours:02}:{minutes:02}", local.strftime("%Y-%m-%dT%H:%M:%S")))
}

fn file(name: &str) -> anyhow::Result<&'static str> {
    SAMPLE
        .get_file(name)
        .and_then(include_dir::File::contents_utf8)
        .with_context(|| format!("the sample paper has no {name}"))
}

/// The sample's offer ends with the month in which the demo is made, or with the next one in its last days.
fn with_offer_end(text: &str, now: Timestamp) -> anyhow::Result<String> {
    let (house, _) = House::parse(text, SettingsVersion(1), CAPABILITIES)
        .map_err(|faults| all_of("the paper", &faults))?;
    let today = house.policy.day_of(now);
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
