//! `masthead settings`: the house settings of a paper, also of one that is being served: the server sees the change
//! within a second.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, bail};
use clap::Subcommand;
use face::House;
use paywall::{SettingsVersion, Severity};
use serde_json::json;
use store::{Snapshot, Store};

use super::{Place, doer};
use crate::paper;
use crate::terminal::{say, wait};

/// Read and change the house settings
#[derive(clap::Args, Debug)]
pub(crate) struct Settings {
    #[command(subcommand)]
    act: Act,
    #[command(flatten)]
    place: Place,
}

#[derive(Subcommand, Debug)]
enum Act {
    /// Print one setting, or all with their meaning
    Get {
        /// Such as meter.allowance_visitors
        key: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Change one setting
    Set {
        /// Such as meter.allowance_visitors
        key: String,
        /// Such as 5
        value: String,
        /// Why, for the history
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Change them all in an editor ($VISUAL or $EDITOR)
    Edit {
        /// Why, for the history
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Print the latest changes
    History {
        /// How many
        #[arg(long, default_value_t = 20)]
        limit: usize,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Take the latest change back, as a new change
    Undo,
}

impl Settings {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let config = self.place.read()?;
        let store = paper::open_store(&config.data)?;
        let current = wait(store.settings())??;
        match &self.act {
            Act::Get { key, json } => get(&current, key.as_deref(), *json)?,
            Act::Set { key, value, note } => {
                let text =
                    House::set(&current.text, key, value).map_err(|f| anyhow::anyhow!("{f}"))?;
                save(&store, &current, &text, note)?;
            }
            Act::Edit { note } => {
                let (text, draft) = edit(&current.text)?;
                if text == current.text {
                    say("nothing was changed");
                } else {
                    save(&store, &current, &text, note).with_context(|| {
                        format!("what you wrote is kept in {}", draft.display())
                    })?;
                }
                let _ = std::fs::remove_file(&draft);
            }
            Act::History { limit, json } => history(&store, *limit, *json)?,
            Act::Undo => {
                let Some(before) = current.version.0.checked_sub(1).filter(|n| *n > 0) else {
                    bail!("there is nothing before settings {}", current.version.0);
                };
                let before = wait(store.settings_at(SettingsVersion(before)))??
                    .with_context(|| format!("settings {before} are not in the history"))?;
                let note = format!("undo of {}", current.version.0);
                save(&store, &current, &before.text, &note)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn get(current: &Snapshot, key: Option<&str>, as_json: bool) -> anyhow::Result<()> {
    let rows = House::all(&current.text);
    let rows: Vec<_> = match key {
        None => rows,
        Some(key) => {
            House::get(&current.text, key).map_err(|unknown| anyhow::anyhow!("{unknown}"))?;
            rows.into_iter().filter(|row| row.key == key).collect()
        }
    };
    if as_json {
        let rows = rows.iter().map(|row| {
            json!({ "key": row.key, "value": row.value, "set": (row.origin == face::Origin::Set), "meaning": row.meaning })
        });
        say(serde_json::to_string_pretty(&rows.collect::<Vec<_>>())?);
        return Ok(());
    }
    for row in &rows {
        let mark = if row.origin == face::Origin::Set { "set" } else { "default" };
        say(format!("{:<28} {:<28} {mark:<8} {}", row.key, row.value, row.meaning));
    }
    Ok(())
}

/// Checks the whole document, says what looks wrong, and saves it as the next snapshot.
fn save(store: &Store, current: &Snapshot, text: &str, note: &str) -> anyhow::Result<()> {
    let next = SettingsVersion(current.version.0 + 1);
    let (_, findings) = match House::parse(text, next, paper::CAPABILITIES) {
        Ok(read) => read,
        Err(faults) => {
            let lines: Vec<String> = faults.iter().map(|fault| format!("  {fault}")).collect();
            bail!("the settings were not changed:\n{}", lines.join("\n"));
        }
    };
    for finding in findings.iter().filter(|finding| finding.severity == Severity::Warned) {
        say(format!("note: {}: {}", finding.setting, finding.sentence));
    }
    let now = gate::Clock::system(store.high_water()).now();
    let saved =
        wait(store.save_settings(text.to_owned(), doer(), note.to_owned(), current.version, now))?;
    let version =
        saved.map_err(|error| anyhow::anyhow!("the settings were not changed: {error}"))?;
    say(format!("house settings {} are in force", version.0));
    Ok(())
}

/// What the editor makes of the text, and the file that it was written in.
fn edit(text: &str) -> anyhow::Result<(String, PathBuf)> {
    let editor = std::env::var("VISUAL").or_else(|_| std::env::var("EDITOR"));
    let editor =
        editor.context("no editor: set $VISUAL or $EDITOR, or use `masthead settings set`")?;
    let mut words = editor.split_whitespace();
    let program = words.next().context("$EDITOR is empty")?;
    let path = std::env::temp_dir().join(format!("masthead-settings-{}.toml", std::process::id()));
    write_draft(&path, text).with_context(|| format!("{} cannot be written", path.display()))?;
    let status = Command::new(program).args(words).arg(&path).status();
    let edited = std::fs::read_to_string(&path);
    let ended = match status {
        Ok(status) if status.success() => edited.context("the edited settings cannot be read back"),
        Ok(status) => {
            Err(anyhow::anyhow!("{program} ended with {status}; the settings were not changed"))
        }
        Err(error) => Err(error).with_context(|| format!("{program} cannot be started")),
    };
    if ended.is_err() {
        let _ = std::fs::remove_file(&path);
    }
    ended.map(|text| (text, path))
}

/// A file of our own: one that is there already, or a link that somebody laid there, is not written to.
fn write_draft(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

fn history(store: &Store, limit: usize, as_json: bool) -> anyhow::Result<()> {
    let snapshots = wait(store.settings_history(limit))??;
    if as_json {
        let rows = snapshots.iter().map(|s| {
            json!({
                "version": s.version.0,
                "saved_at": s.saved_at.to_string(),
                "saved_by": s.saved_by,
                "note": s.note,
            })
        });
        say(serde_json::to_string_pretty(&rows.collect::<Vec<_>>())?);
        return Ok(());
    }
    for snapshot in snapshots {
        say(format!(
            "{:>5}  {}  {}  {}",
            snapshot.version.0, snapshot.saved_at, snapshot.saved_by, snapshot.note
        ));
    }
    Ok(())
}
