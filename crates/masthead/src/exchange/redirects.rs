//! Redirects of the old site, after its articles are in: a path that led to an article leads to it here. What leads
//! elsewhere, or stands for many paths, is told and left out.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::Context;
use newsroom::import::redirects::{REDIRECTS_BYTES_MAX, Redirect, read};
use providers::is_same_host;
use store::{Led, Store};

use super::intake::Waiter;
use super::report::{Became, Label, Report};

/// How many redirects are followed from one path.
const HOPS_MAX: usize = 8;

/// Reads a file of redirects.
///
/// # Errors
/// Where it cannot be read.
pub(crate) fn open(path: &Path) -> anyhow::Result<Vec<Redirect>> {
    let cannot = || format!("{} cannot be read", path.display());
    let mut text = String::new();
    let file = File::open(path).with_context(cannot)?;
    file.take(REDIRECTS_BYTES_MAX as u64 + 1).read_to_string(&mut text).with_context(cannot)?;
    read(&text).with_context(cannot)
}

/// Lets every path lead to its article.
///
/// # Errors
/// Where nothing can be written any more.
pub(crate) fn bring_in(
    store: &Store,
    waiter: &Waiter,
    redirects: &[Redirect],
    site: &str,
    dry_run: bool,
    report: &mut Report,
) -> anyhow::Result<()> {
    let bare = |path: &str| path.trim_end_matches('/').to_owned();
    let known: HashMap<String, &str> = redirects
        .iter()
        .filter_map(|redirect| Some((bare(redirect.path.as_deref()?), redirect.to.as_str())))
        .collect();
    for redirect in redirects {
        let label = Label { name: format!("redirect {}", shown(&redirect.from)), line: 0 };
        let (became, why) = match (&redirect.path, target(&redirect.to, site)) {
            (None, _) => (Became::Left, "a pattern that stands for many paths"),
            (_, None) => (Became::Left, "it leads to no path of the old site"),
            (Some(path), Some(first)) => {
                let mut targets = Vec::new();
                let mut next = Some(first);
                while let Some(path) = next.filter(|_| targets.len() < HOPS_MAX * 2) {
                    let stem = bare(&path);
                    let on = known.get(&stem).and_then(|to| target(to, site));
                    targets.extend([path, format!("{stem}/"), stem]);
                    next = on;
                }
                match waiter.wait(store.lead_from(path, targets, dry_run))? {
                    Led::Now => (Became::Imported, ""),
                    Led::Before => (Became::Unchanged, ""),
                    Led::Nowhere => (Became::Left, "no article is where it leads"),
                }
            }
        };
        report.item(&label, became, why, &[]);
    }
    Ok(())
}

fn shown(from: &str) -> String {
    from.chars().take(120).collect()
}

/// The path of the old site to which a redirect leads.
fn target(to: &str, site: &str) -> Option<String> {
    let to = to.trim().trim_start_matches("__GHOST_URL__");
    let path = match to.split_once("://") {
        Some((_, rest)) => {
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            is_same_host(host, site).then(|| format!("/{path}"))?
        }
        None => to.to_owned(),
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let fits = path.starts_with('/') && !path.starts_with("//") && !path.contains('$');
    (fits && path != "/").then(|| path.to_owned())
}
