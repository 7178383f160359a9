//! Writes a whole paper in its own form: articles as Markdown, the paper, the history of its settings, and the files,
//! those of locked bodies too. Reads one snapshot, article by article; the same paper is the same bytes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;
use newsroom::{Article, Draft, limits};
use paywall::Export;
use store::{Exported, MediaRow};

use super::own::{
    HISTORY, History, OLD_ADDRESSES, OLD_FILES, PAPER, Saved, own_name, paper_files, settings_name,
};
use super::pack::Pack;
use super::report::{Became, Label, Report};

/// What an export could not take along.
pub(crate) type Missing = Vec<String>;

/// Writes everything.
///
/// # Errors
/// Where it cannot be read or written.
pub(crate) fn print(
    exported: &Exported<'_>,
    pack: &mut Pack,
    report: &mut Report,
) -> anyhow::Result<Missing> {
    let paper = exported.paper()?;
    let mut files = Files::default();
    for name in paper_files(&paper) {
        files.add(&name, exported.media(&name, None)?, &name)?;
    }
    let mut old_addresses: BTreeMap<String, Vec<String>> = BTreeMap::new();
    report.expect(exported.articles_count()?, "exporting articles");
    // The one place where a body leaves its seal for an export.
    let exit = Export::exit();
    exported.articles(|article| {
        files.add_all(exported, &article)?;
        let source = article.source.export(&exit).clone();
        let mut draft = Draft::of(&article, source);
        if draft.old_addresses.len() > limits::OLD_ADDRESSES_MAX {
            let rest = draft.old_addresses.split_off(limits::OLD_ADDRESSES_MAX);
            old_addresses.insert(draft.id.clone(), rest);
        }
        let name = format!("articles/{}.md", draft.id);
        pack.put_text(&name, &draft.to_file()).with_context(|| cannot(&name))?;
        report.item(&Label { name, line: 0 }, Became::Imported, "", &[]);
        anyhow::Ok(())
    })?;
    let put = |pack: &mut Pack, name: &str, text: &str| {
        pack.put_text(name, text).with_context(|| cannot(name))
    };
    let (pictures, before): (Vec<_>, Vec<_>) =
        files.lying.iter().partition(|(name, _)| name.as_str() > OLD_ADDRESSES);
    files_into(pack, &before, &mut files.missing)?;
    if !old_addresses.is_empty() {
        put(pack, OLD_ADDRESSES, &toml::to_string(&old_addresses)?)?;
    }
    let mut old_files: BTreeMap<String, String> = BTreeMap::new();
    exported.old_files(|path, name| {
        if files.named.contains(name) {
            old_files.insert(path.to_owned(), name.to_owned());
        }
    })?;
    if !old_files.is_empty() {
        put(pack, OLD_FILES, &toml::to_string(&old_files)?)?;
    }
    put(pack, PAPER, &newsroom::print_paper(&paper))?;
    files_into(pack, &pictures, &mut files.missing)?;
    let snapshots = exported.settings()?;
    let mut history = History::default();
    for snapshot in &snapshots {
        put(pack, &settings_name(snapshot.version.0), &snapshot.text)?;
        history.settings.push(Saved {
            version: snapshot.version.0,
            saved_at: snapshot.saved_at.to_string(),
            saved_by: snapshot.saved_by.clone(),
            note: snapshot.note.clone(),
        });
    }
    if !snapshots.is_empty() {
        put(pack, HISTORY, &toml::to_string(&history)?)?;
    }
    Ok(files.missing)
}

fn cannot(name: &str) -> String {
    format!("{name} cannot be written into the export")
}

fn files_into(
    pack: &mut Pack,
    files: &[(&String, &PathBuf)],
    missing: &mut Missing,
) -> anyhow::Result<()> {
    for (name, path) in files {
        if !path.is_file() {
            missing.push(format!("{name}: its file {} is gone", path.display()));
            continue;
        }
        pack.put_file(name, path).with_context(|| cannot(name))?;
    }
    Ok(())
}

/// The files of an export, by their names in it.
#[derive(Default)]
struct Files {
    lying: BTreeMap<String, PathBuf>,
    hashes: HashMap<String, String>,
    /// Their names in articles.
    named: BTreeSet<String>,
    missing: Missing,
}

impl Files {
    fn add_all(&mut self, exported: &Exported<'_>, article: &Article) -> anyhow::Result<()> {
        let head = &article.head;
        let lead = head.lead_image.iter().map(|image| &image.file);
        let public: Vec<&String> = lead.chain(&article.teaser.media).collect();
        self.named.extend(public.iter().copied().chain(&article.locked_media).cloned());
        for name in &public {
            let row = exported.media(name, None)?;
            self.add(name, row, &own_name(&head.id, name))?;
        }
        for name in article.locked_media.iter().filter(|name| !public.contains(name)) {
            let locked = exported.media(name, Some(head.key))?;
            // Older papers kept a file that was public elsewhere only once.
            let row = if locked.is_none() { exported.media(name, None)? } else { locked };
            self.add(name, row, &own_name(&head.id, name))?;
        }
        Ok(())
    }

    /// Adds a file under its name, or under the article's own where another file has that.
    fn add(&mut self, name: &str, row: Option<MediaRow>, own: &str) -> anyhow::Result<()> {
        let Some(row) = row else {
            self.missing.push(format!("{own}: no file of that name is kept"));
            return Ok(());
        };
        let place = match (self.hashes.get(name), self.lying.get(name)) {
            (Some(hash), _) if *hash == row.hash => return Ok(()),
            (Some(_), Some(lying)) if same_bytes(lying, &row.path).unwrap_or(false) => {
                return Ok(());
            }
            (Some(_), _) => own,
            (None, _) => name,
        };
        self.hashes.insert(place.to_owned(), row.hash);
        self.lying.insert(place.to_owned(), row.path);
        Ok(())
    }
}

fn same_bytes(one: &Path, other: &Path) -> io::Result<bool> {
    if std::fs::metadata(one)?.len() != std::fs::metadata(other)?.len() {
        return Ok(false);
    }
    let digest = |path: &Path| {
        let mut hasher = blake3::Hasher::new();
        io::copy(&mut std::fs::File::open(path)?, &mut hasher)?;
        io::Result::Ok(hasher.finalize())
    };
    Ok(digest(one)? == digest(other)?)
}
