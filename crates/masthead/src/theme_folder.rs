//! A theme's folder on the disk: its files, within limits, and how a running paper follows it. It reads and never writes,
//! follows no link out of the folder, and leaves the judgement of what it found to the site.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use web::{Site, THEME_FILE_BYTES_MAX, THEME_FILES_MAX, Theme, ThemeFault, ThemeFile};

/// How often a demo looks at its theme: somebody is making it.
const DEMO_EVERY: Duration = Duration::from_millis(500);
/// How often a served paper does.
const EVERY: Duration = Duration::from_secs(5);
/// Folders within folders that are looked into: a theme has one level.
const DEPTH_MAX: usize = 2;

/// What the files look like from outside.
pub(crate) type Look = BTreeMap<String, (u64, Option<SystemTime>)>;

/// The files of a theme's folder.
pub(crate) fn read(folder: &Path) -> Result<Vec<ThemeFile>, Vec<ThemeFault>> {
    let (paths, mut faults) = paths(folder);
    let mut files = Vec::new();
    for path in paths {
        match file(&folder.join(&path)) {
            Ok(bytes) => files.push(ThemeFile { path, bytes }),
            Err(what) => faults.push(ThemeFault::new(&path, None, what)),
        }
    }
    if faults.is_empty() { Ok(files) } else { Err(faults) }
}

/// Reads and parses a theme; without a folder it is the house's own.
pub(crate) fn theme(folder: Option<&Path>) -> Result<Theme, Vec<ThemeFault>> {
    match folder {
        Some(folder) => Theme::read(&read(folder)?),
        None => Theme::built_in(),
    }
}

/// Faults as lines for people.
pub(crate) fn told(folder: Option<&Path>, faults: &[ThemeFault]) -> String {
    let folder = folder.map_or_else(|| "(delivered)".to_owned(), |f| f.display().to_string());
    let lines: Vec<String> = faults.iter().map(|fault| format!("  {fault}")).collect();
    format!(
        "the theme in {folder} cannot be used; mend it, or take the key `theme` out:\n{}",
        lines.join("\n")
    )
}

/// The paths of all files, sorted, and what cannot be one. Names that begin with a dot are not looked at.
fn paths(folder: &Path) -> (Vec<String>, Vec<ThemeFault>) {
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    let mut folders = vec![(String::new(), 0)];
    while let Some((within, depth)) = folders.pop() {
        let entries = match fs::read_dir(folder.join(&within)) {
            Ok(entries) => entries,
            Err(error) => {
                let name = if within.is_empty() { "(the folder)" } else { &within };
                faults.push(ThemeFault::new(name, None, format!("cannot be read: {error}")));
                continue;
            }
        };
        for entry in entries.filter_map(Result::ok) {
            let Ok(name) = entry.file_name().into_string() else {
                let name = entry.file_name().to_string_lossy().into_owned();
                faults.push(ThemeFault::new(&name, None, "has a name that is no text"));
                continue;
            };
            if name.starts_with('.') {
                continue;
            }
            let path = if within.is_empty() { name } else { format!("{within}/{name}") };
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && depth < DEPTH_MAX => folders.push((path, depth + 1)),
                Ok(kind) if kind.is_file() => found.push(path),
                _ => {
                    let what = "is no file; links out of the folder are not followed, copy it";
                    faults.push(ThemeFault::new(&path, None, what));
                }
            }
            if found.len() > THEME_FILES_MAX {
                let what = format!("has more than {THEME_FILES_MAX} files; is it a theme?");
                faults.push(ThemeFault::new("(the folder)", None, what));
                return (Vec::new(), faults);
            }
        }
    }
    found.sort();
    (found, faults)
}

fn file(path: &Path) -> Result<Vec<u8>, String> {
    let unread = |error: std::io::Error| format!("cannot be read: {error}");
    let file = fs::File::open(path).map_err(unread)?;
    let mut bytes = Vec::new();
    file.take(THEME_FILE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() > THEME_FILE_BYTES_MAX {
        return Err(format!("is larger than {THEME_FILE_BYTES_MAX} bytes"));
    }
    Ok(bytes)
}

/// What tells a folder that has changed. Taken before the folder is read: what is written meanwhile is seen later.
pub(crate) fn look(folder: &Path) -> Look {
    let all = paths(folder).0.into_iter().map(|path| {
        let file = fs::metadata(folder.join(&path)).ok();
        let seen = file.map_or((0, None), |file| (file.len(), file.modified().ok()));
        (path, seen)
    });
    all.collect()
}

/// The thread that follows a theme's folder, and the way to end it.
#[derive(Debug)]
pub(crate) struct Following {
    stop: Sender<()>,
    thread: Option<JoinHandle<()>>,
}

/// Starts to follow a folder: when it has changed and then stayed the same from one look to the next, it is read anew.
/// A theme with faults is told and not taken over. `read` is the look before the theme in force was read.
pub(crate) fn follow(folder: Option<(&Path, Look)>, site: Site, demo: bool) -> Following {
    let (stop, stopped) = channel::<()>();
    let Some((folder, mut read)) = folder.map(|(folder, read)| (folder.to_owned(), read)) else {
        return Following { stop, thread: None };
    };
    let every = if demo { DEMO_EVERY } else { EVERY };
    let thread = std::thread::Builder::new().name("theme".to_owned()).spawn(move || {
        let mut before = None;
        loop {
            match stopped.recv_timeout(every) {
                Err(RecvTimeoutError::Timeout) => {}
                _ => return,
            }
            let now = look(&folder);
            let is_settled = before.as_ref() == Some(&now) || demo;
            if now != read && is_settled {
                take(&folder, &site);
                read.clone_from(&now);
            }
            before = Some(now);
        }
    });
    match thread {
        Ok(thread) => Following { stop, thread: Some(thread) },
        Err(error) => {
            tracing::error!(%error, "the thread that follows the theme could not be started");
            Following { stop, thread: None }
        }
    }
}

fn take(folder: &Path, site: &Site) {
    match theme(Some(folder)) {
        Ok(theme) => {
            tracing::info!(folder = %folder.display(), name = theme.name(), "the theme is taken \
                over");
            site.set_theme(theme);
        }
        Err(faults) => {
            for fault in &faults {
                tracing::warn!(%fault, "a fault of the theme; the last good one stays");
            }
            site.set_theme_faults(faults);
        }
    }
}

impl Following {
    /// Ends the thread.
    pub(crate) fn stop(mut self) {
        let _ = self.stop.send(());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_read_by_path_and_nothing_outside_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let put = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        put("theme.toml", "name = \"x\"\n");
        put("templates/part-a.html", "a");
        put(".git/config", "no");
        let files = read(folder.path()).unwrap();
        let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["templates/part-a.html", "theme.toml"]);
        let before = look(folder.path());
        put("templates/part-a.html", "ab");
        assert_ne!(look(folder.path()), before);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("/etc/passwd", folder.path().join("style.css")).unwrap();
            let faults = read(folder.path()).unwrap_err();
            assert!(faults[0].to_string().contains("style.css: is no file"), "{faults:?}");
            fs::remove_file(folder.path().join("style.css")).unwrap();
        }
        put("style.css", &" ".repeat(THEME_FILE_BYTES_MAX + 1));
        let faults = read(folder.path()).unwrap_err();
        assert!(faults[0].to_string().contains("is larger than"), "{faults:?}");
        assert!(read(&folder.path().join("none")).is_err());
    }
}
