//! `masthead numbers`: one table of the paper's numbers as CSV, the same that the desk hands out.

use std::process::ExitCode;

use anyhow::{Context, bail};
use jiff::Span;
use jiff::civil::Date;
use web::NUMBERS_DAYS_MAX;

use super::Place;
use crate::paper;
use crate::terminal::{say, wait};

/// Print the paper's numbers as CSV: what was shown and read, who came, what was earned
///
/// Without days it is the 28 days up to yesterday, in the paper's zone. What was counted in the last half minute is not written down yet.
#[derive(clap::Args, Debug)]
pub(crate) struct Numbers {
    #[command(flatten)]
    place: Place,
    /// Which table: days, walls, articles, sections, readers or money
    #[arg(default_value = "days")]
    table: String,
    /// The first day, such as 2026-09-01
    #[arg(long, value_name = "DAY", requires = "to")]
    from: Option<Date>,
    /// The last day
    #[arg(long, value_name = "DAY", requires = "from")]
    to: Option<Date>,
}

impl Numbers {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = self.place.read()?;
        let store = paper::open_store(&config.data)?;
        let secret = paper::existing_secret(&config.data)?;
        let site = paper::site_alone(&config, &store, secret)?;
        let (from, to) = match self.from.zip(self.to) {
            Some(days) => days,
            None => {
                let today = wait(site.today())?;
                let yesterday = today.yesterday().context("there is no day before today")?;
                (yesterday.checked_sub(Span::new().days(27))?, yesterday)
            }
        };
        let Some(csv) = wait(site.numbers_csv(&self.table, from, to))?? else {
            bail!(
                "there is no table {:?} from {from} to {to}; name days, walls, articles, sections, readers or money, \
                 and at most {NUMBERS_DAYS_MAX} days, the first one first",
                self.table.chars().take(40).collect::<String>()
            );
        };
        say(csv.trim_end().replace("\r\n", "\n"));
        Ok(ExitCode::SUCCESS)
    }
}
