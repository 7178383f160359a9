//! Programs that the checks need and cargo does not bring: which are there, and how to get the others.
//!
//! Where nothing is missing, nothing is installed. Only the system's own package manager is asked.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::ci::Extent;
use crate::say;

/// A program that a check calls, under any of its names, and the Debian package that brings it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Need {
    programs: &'static [&'static str],
    package: &'static str,
    purpose: &'static str,
    whole_only: bool,
}

/// Everything that is needed. Names are tried in order.
const NEEDS: &[Need] = &[
    Need {
        programs: &["cc", "gcc", "clang"],
        package: "build-essential",
        purpose: "compiles the embedded database",
        whole_only: false,
    },
    Need {
        programs: &["pebble"],
        package: "pebble",
        purpose: "is the certificate authority in the tests",
        whole_only: false,
    },
    Need {
        programs: &["aiosmtpd"],
        package: "python3-aiosmtpd",
        purpose: "is the mail server in the tests",
        whole_only: false,
    },
    Need {
        programs: &["strace"],
        package: "strace",
        purpose: "strikes the store at every system call",
        whole_only: false,
    },
    Need {
        programs: &["valgrind"],
        package: "valgrind",
        purpose: "counts instructions",
        whole_only: true,
    },
    Need {
        programs: &["chromium", "chromium-browser", "google-chrome"],
        package: "chromium",
        purpose: "reads the paper in the browser journeys",
        whole_only: true,
    },
    Need {
        programs: &["chromium-headless-shell"],
        package: "chromium-headless-shell",
        purpose: "is the same without a window, which most journeys need none of",
        whole_only: true,
    },
    // No program, and found all the same: pages are laid out with it until their own faces have come, on a bare machine as on any other.
    Need {
        programs: &["/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf"],
        package: "fonts-liberation",
        purpose: "is what the browser sets text in before a page's own faces have come",
        whole_only: true,
    },
    Need {
        programs: &["varnishd"],
        package: "varnish",
        purpose: "is the cache in front in the browser journeys",
        whole_only: true,
    },
    Need {
        programs: &["node", "nodejs"],
        package: "nodejs",
        purpose: "drives the browser",
        whole_only: true,
    },
    Need {
        programs: &["npm"],
        package: "npm",
        purpose: "fetches what drives the browser",
        whole_only: true,
    },
    Need {
        programs: &["java"],
        package: "default-jre-headless",
        purpose: "runs the checker of HTML",
        whole_only: true,
    },
    Need {
        programs: &["python3"],
        package: "python3-venv",
        purpose: "is Stripe in the tests, and runs the checkers of feeds and structured data",
        whole_only: false,
    },
];

/// Folders that hold programs although an ordinary account's PATH leaves them out.
const MORE_FOLDERS: [&str; 2] = ["/usr/sbin", "/usr/local/sbin"];

/// Installs what is missing.
///
/// # Errors
/// Where something is missing that cannot be installed from here; the message lists what to install by hand.
pub(crate) fn packages(extent: Extent) -> anyhow::Result<()> {
    let missing = missing(extent, |program| find(program).is_some());
    if missing.is_empty() {
        say("everything is there");
        return Ok(());
    }
    for need in &missing {
        say(format!("missing: {} ({})", need.programs[0], need.purpose));
    }
    let names: Vec<&str> = missing.iter().map(|need| need.package).collect();
    let list = names.join(" ");
    if find("apt-get").is_none() {
        bail!("no apt-get here: install these with your system's package manager: {list}");
    }
    let as_root = if is_root() {
        Vec::new()
    } else if find("sudo").is_some() {
        vec!["sudo"]
    } else {
        bail!("neither root nor sudo: have somebody run: apt-get install {list}");
    };
    apt(&as_root, &["update"])?;
    let mut install = vec!["install", "--yes", "--no-install-recommends"];
    install.extend(names);
    apt(&as_root, &install)
}

fn apt(as_root: &[&str], arguments: &[&str]) -> anyhow::Result<()> {
    // `env` carries the variable through sudo, which drops the environment.
    let quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"];
    let words: Vec<&str> = as_root.iter().chain(&quiet).chain(arguments).copied().collect();
    let (program, rest) = words.split_first().context("there is no command")?;
    let status = Command::new(program).args(rest).status();
    let status = status.with_context(|| format!("{program} cannot be started"))?;
    if !status.success() {
        bail!("`{}` ended with {status}", words.join(" "));
    }
    Ok(())
}

fn missing(extent: Extent, is_there: impl Fn(&str) -> bool) -> Vec<&'static Need> {
    let wanted = NEEDS.iter().filter(|need| extent == Extent::Whole || !need.whole_only);
    wanted.filter(|need| !need.programs.iter().any(|program| is_there(program))).collect()
}

/// Where a program is, if it is installed.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let more = MORE_FOLDERS.iter().map(PathBuf::from);
    let folders = std::env::split_paths(&path).chain(cargo_bin()).chain(more);
    folders.map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// Where `cargo install` puts programs: not every system has that folder in its PATH.
fn cargo_bin() -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| {
        let account = std::env::var_os("HOME")?;
        Some(Path::new(&account).join(".cargo"))
    })?;
    Some(home.join("bin"))
}

fn is_root() -> bool {
    let answer = Command::new("id").arg("-u").output();
    answer.is_ok_and(|answer| answer.stdout.trim_ascii() == b"0")
}

#[cfg(test)]
mod tests;
