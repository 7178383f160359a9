//! `masthead theme`: starts a theme's folder, and checks one. It needs no paper and no data folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Subcommand;
use serde_json::json;
use web::{Checked, StartFrom, check_theme, starting_files};

use crate::terminal::say;
use crate::theme_folder;

/// Start a theme, or check one
#[derive(clap::Args, Debug)]
pub(crate) struct ThemeCommand {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand, Debug)]
enum Act {
    /// Write a folder to start from: every token with its meaning, and room for templates, messages and assets
    New(New),
    /// Render every template with every sample, and name what is wrong by file and line
    Check(CheckTheme),
}

#[derive(clap::Args, Debug)]
struct New {
    /// The folder; it is made, and has to be empty if it is there
    dir: PathBuf,
    /// Copy delivered templates into it: `default` for all, or their names, such as front.html,wall.html
    #[arg(long, value_name = "default|NAME", value_delimiter = ',')]
    from: Vec<String>,
}

#[derive(clap::Args, Debug)]
struct CheckTheme {
    /// The theme's folder
    dir: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl ThemeCommand {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        match &self.act {
            Act::New(new) => new.run(),
            Act::Check(check) => check.run(),
        }
    }
}

impl New {
    fn run(&self) -> anyhow::Result<ExitCode> {
        let dir = &self.dir;
        let shown = dir.display();
        match fs::read_dir(dir).map(|mut entries| entries.next().is_some()) {
            Ok(true) => {
                bail!("{shown} is not empty; name a folder that does not exist yet");
            }
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("{shown} cannot be used"));
            }
            _ => {}
        }
        let from = match self.from.as_slice() {
            [] => StartFrom::Nothing,
            [all] if all == "default" => StartFrom::Default,
            names => StartFrom::Named(names.to_vec()),
        };
        let name = dir.file_name().map(|name| name.to_string_lossy().into_owned());
        let files = starting_files(&name.unwrap_or_else(|| "theme".to_owned()), &from);
        let files = files.map_err(|what| anyhow::anyhow!("--from: {what}"))?;
        for folder in ["templates", "messages", "assets"] {
            let path = dir.join(folder);
            fs::create_dir_all(&path)
                .with_context(|| format!("{} cannot be made", path.display()))?;
        }
        for file in &files {
            write(&dir.join(&file.path), &file.bytes)?;
        }
        say(format!("{} files in {shown}; begin with {shown}/tokens.css", files.len()));
        say(format!("look at it:  masthead demo --theme {shown}"));
        say(format!("check it:    masthead theme check {shown}"));
        Ok(ExitCode::SUCCESS)
    }
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    fs::write(path, bytes).with_context(|| format!("{} cannot be written", path.display()))
}

impl CheckTheme {
    fn run(&self) -> anyhow::Result<ExitCode> {
        let checked = match theme_folder::read(&self.dir) {
            Ok(files) => check_theme(&files),
            Err(faults) => Checked { name: String::new(), faults, templates: 0, rendered: 0 },
        };
        let is_fine = checked.faults.is_empty();
        if self.json {
            say(serde_json::to_string_pretty(&as_json(&checked))?);
        } else {
            for fault in &checked.faults {
                say(format!("{}/{fault}", self.dir.display()));
            }
            let (templates, rendered) = (checked.templates, checked.rendered);
            say(match checked.faults.len() {
                0 => format!(
                    "the theme can be used: {templates} templates, {rendered} pages rendered"
                ),
                1 => "1 fault".to_owned(),
                number => format!("{number} faults"),
            });
        }
        Ok(if is_fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn as_json(checked: &Checked) -> serde_json::Value {
    let faults = checked.faults.iter();
    let faults =
        faults.map(|fault| json!({ "file": fault.file, "line": fault.line, "what": fault.what }));
    json!({
        "name": checked.name,
        "templates": checked.templates,
        "rendered": checked.rendered,
        "faults": faults.collect::<Vec<_>>(),
    })
}
