//! `masthead import`: articles from elsewhere, also into a paper that is being served.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::ValueEnum;
use gate::{Clock, Random};
use newsroom::import::redirects::Redirect;
use paywall::PaperId;
use store::{Options, Origin, Store};

use super::Place;
use crate::config::Config;
use crate::exchange::folder::Folder;
use crate::exchange::foreign::{self, System};
use crate::exchange::intake::Manner;
use crate::exchange::report::{Became, Report, Voice};
use crate::exchange::uploads::Where;
use crate::exchange::{own, redirects};
use crate::paper;

/// How the command ends when it brought in what it could, and some items were bad.
pub(crate) const SOME_WERE_BAD: u8 = 3;

/// Which system an export is from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum From {
    /// WordPress: the file that Tools > Export writes (WXR)
    Wordpress,
    /// Ghost: the JSON file of Settings > Export
    Ghost,
    /// A folder of Markdown files with front matter
    Markdown,
    /// Masthead: what `masthead export` wrote, a folder or a tar
    Masthead,
}

/// Bring the articles of another system in
#[derive(clap::Args, Debug)]
pub(crate) struct Import {
    /// Which system it is from
    #[arg(long, value_enum)]
    from: From,
    /// The export: a file or a folder
    path: PathBuf,
    #[command(flatten)]
    place: Place,
    /// Say what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Print a JSON object for each item, and one with the counts at the end
    #[arg(long)]
    json: bool,
    /// A TOML file that says which section, tag and access theirs become
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// A local copy of the export's folder of uploads
    #[arg(long, value_name = "DIR")]
    uploads: Option<PathBuf>,
    /// Get files from the export's own site where they are not at hand
    #[arg(long)]
    fetch: bool,
    /// The redirects of the old site: Ghost's redirects.json or redirects.yaml
    #[arg(long, value_name = "FILE")]
    redirects: Option<PathBuf>,
    /// Take the export's articles also where they were edited here since
    #[arg(long)]
    overwrite_edited: bool,
}

/// What lies at the path.
enum Source {
    /// A paper in our own form.
    Own(Box<dyn Folder>),
    /// Another system's export.
    Foreign(Box<foreign::Opened>, Vec<Redirect>),
}

impl Import {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = self.place.read()?;
        // First the export: where it cannot be read, nothing is made.
        let source = self.source()?;
        let (store, _scratch) = self.store(&config)?;
        let voice = if self.json { Voice::Json } else { Voice::Text };
        let mut report = Report::new(voice);
        let overwrite_edited = self.overwrite_edited;
        let origin = Origin { name: own::ORIGIN.to_owned(), overwrite_edited };
        let now = Clock::system(store.high_water()).now();
        let saved_by = ("import", "settings.toml");
        let manner = Manner { origin, dry_run: self.dry_run, now, saved_by };
        let done = self.bring_in(&store, source, manner, &mut report);
        store.close();
        if done.is_ok() || report.total() > 0 {
            report.finish(self.dry_run);
        }
        done?;
        let bad = report.count(Became::Bad) > 0;
        Ok(if bad { ExitCode::from(SOME_WERE_BAD) } else { ExitCode::SUCCESS })
    }

    fn bring_in(
        &self,
        store: &Store,
        source: Source,
        manner: Manner,
        report: &mut Report,
    ) -> anyhow::Result<()> {
        match source {
            Source::Own(folder) => own::bring_in(store, folder.as_ref(), manner, report),
            Source::Foreign(opened, redirects) => {
                let files = self.place_of_files();
                foreign::bring_in(store, *opened, &manner, &files, &redirects, report)
            }
        }
    }

    /// Whether the flags fit the system.
    fn check_flags(&self) -> anyhow::Result<()> {
        let given = [&self.mapping, &self.uploads, &self.redirects];
        let theirs = self.fetch || given.into_iter().any(Option::is_some);
        if theirs && (self.from == From::Masthead || self.from == From::Markdown && self.is_own()) {
            bail!(
                "--mapping, --uploads, --redirects and --fetch are for exports of other systems; a paper in Masthead's \
                 own form has its files and old addresses beside it"
            );
        }
        if self.path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv")) {
            bail!(
                "{} is a list of people; bring it in with `masthead subscribers import`",
                self.path.display()
            );
        }
        Ok(())
    }

    /// Whether a paper in Masthead's own form lies there.
    fn is_own(&self) -> bool {
        self.path.join(own::PAPER).is_file() || self.path.is_file()
    }

    /// Opens the export.
    fn source(&self) -> anyhow::Result<Source> {
        self.check_flags()?;
        match self.from {
            From::Masthead => own::open(&self.path).map(Source::Own),
            From::Markdown if self.is_own() => own::open(&self.path).map(Source::Own),
            From::Wordpress => self.foreign(System::WordPress),
            From::Ghost => self.foreign(System::Ghost),
            From::Markdown => self.foreign(System::Markdown),
        }
    }

    fn foreign(&self, system: System) -> anyhow::Result<Source> {
        let mapping = self.mapping.as_deref().map(foreign::mapping).transpose()?;
        let opened = foreign::open(system, &self.path, mapping.unwrap_or_default())?;
        let redirects = self.redirects.as_deref().map(redirects::open).transpose()?;
        Ok(Source::Foreign(Box::new(opened), redirects.unwrap_or_default()))
    }

    /// Where pictures and documents may come from: those of a folder lie in it.
    fn place_of_files(&self) -> Where {
        let beside = (self.from == From::Markdown).then(|| self.path.clone());
        let folders = self.uploads.clone().into_iter().chain(beside).collect();
        Where { folders, fetch: self.fetch }
    }

    /// The paper to bring it into. A dry run of a paper that is not there yet has one for itself, which goes with it.
    fn store(&self, config: &Config) -> anyhow::Result<(Store, Option<tempfile::TempDir>)> {
        if !self.dry_run {
            return Ok((paper::open(config, false)?.0, None));
        }
        if config.data.join(store::DATABASE).exists() {
            return Ok((paper::open_store(&config.data)?, None));
        }
        let scratch = tempfile::tempdir().context("no temporary folder can be made")?;
        let fresh = PaperId(Random::system().bytes());
        Ok((Store::open(scratch.path(), fresh, &Options::default())?, Some(scratch)))
    }
}
