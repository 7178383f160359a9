//! How fast articles come in and how much memory that takes, with the released program and
//! generated articles. It measures and says; it judges nothing.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::exports::{self, Written};
use crate::{program, say};

/// Articles of a bench that says no other number.
const ARTICLES: usize = 100_000;
/// Articles in one folder.
const IN_A_FOLDER: usize = 1_000;
/// Where the program's own words go.
const SAID: &str = "said.txt";

/// Generates a folder of `count` articles (100,000 where none is given), brings it in twice, and exports it; then does
/// the same with exports of other systems, of a fifth of the size too: memory should not follow it.
pub(super) fn run(root: &Path, count: Option<&str>) -> anyhow::Result<()> {
    let count = count.map_or(Ok(ARTICLES), str::parse).context("the number of articles")?;
    let program = program::released(root)?;
    let room = std::env::temp_dir().join(format!("masthead-bench-{}", std::process::id()));
    fs::create_dir_all(&room)?;
    let sample = root.join("sample/pictures");
    let done =
        measure(&program, &room, count).and_then(|()| foreign(&program, &room, count, &sample));
    fs::remove_dir_all(&room)?;
    done
}

fn measure(program: &Path, room: &Path, count: usize) -> anyhow::Result<()> {
    let bytes = generate(&room.join("in"), count)?;
    say(format!("{count} articles, {} MiB of Markdown", bytes >> 20));
    let import = ["import", "--from", "markdown", "in", "--data", "paper"];
    for (what, arguments) in [
        ("import", &import[..]),
        ("the same again", &import[..]),
        ("export to a tar", &["export", "out.tar", "--data", "paper"]),
        ("import of the tar", &["import", "--from", "masthead", "out.tar", "--data", "other"]),
        ("backup to a tar", &["backup", "copy.tar", "--data", "paper"]),
    ] {
        let (seconds, kib) = timed(program, room, arguments)?;
        let rate = count as f64 / seconds;
        say(format!(
            "{what:<20} {seconds:>7.1} s  {rate:>9.0} articles/s  {:>5} MiB at most",
            kib >> 10
        ));
    }
    Ok(())
}

/// Exports of WordPress and Ghost, small and large: memory follows the largest item and the lists of names.
fn foreign(program: &Path, room: &Path, count: usize, sample: &Path) -> anyhow::Result<()> {
    exports::uploads(&room.join("uploads"), sample)?;
    fs::write(room.join("mapping.toml"), "site = \"https://www.courant.example\"\n")?;
    type Generator = fn(&Path, usize) -> anyhow::Result<Written>;
    let systems: [(&str, &str, Generator); 2] =
        [("wordpress", "export.xml", exports::wordpress), ("ghost", "export.json", exports::ghost)];
    for (system, file, generate) in systems {
        for articles in [count / 5, count] {
            let Written { items, bytes } = generate(&room.join(file), articles)?;
            say(format!("{system}: {articles} articles, {items} items, {} MiB", bytes >> 20));
            let paper = format!("{system}-{articles}");
            let import = [
                "import",
                "--from",
                system,
                file,
                "--uploads",
                "uploads",
                "--mapping",
                "mapping.toml",
            ];
            let import = [&import[..], &["--data", &paper]].concat();
            for (what, wanted) in [("import", "imported"), ("the same again", "unchanged")] {
                let (seconds, kib) = timed(program, room, &import)?;
                let said = fs::read_to_string(room.join(SAID))?;
                let wanted = format!("{wanted} {articles}");
                if !said.contains(&wanted) {
                    bail!("{system}: {what} did not say \"{wanted}\" but:\n{said}");
                }
                let rate = items as f64 / seconds;
                say(format!(
                    "{what:<20} {seconds:>7.1} s  {rate:>9.0} items/s     {:>5} MiB at most",
                    kib >> 10
                ));
            }
            fs::remove_dir_all(room.join(&paper))?;
        }
    }
    Ok(())
}

/// Runs a command to its end: seconds, and the most memory that it had, in KiB.
fn timed(program: &Path, room: &Path, arguments: &[&str]) -> anyhow::Result<(f64, u64)> {
    let begun = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(room)
        .stdout(fs::File::create(room.join(SAID))?)
        .spawn()
        .with_context(|| format!("{} cannot be started", program.display()))?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let ended = loop {
        let found = fs::read_to_string(&status).unwrap_or_default();
        let line = found.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        peak = peak.max(kib.unwrap_or(0));
        if let Some(ended) = child.try_wait()? {
            break ended;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    if !ended.success() {
        bail!("masthead {} ended with {ended}", arguments.join(" "));
    }
    Ok((begun.elapsed().as_secs_f64(), peak))
}

/// Writes the folder; how many bytes the articles have.
pub(crate) fn generate(folder: &Path, count: usize) -> anyhow::Result<u64> {
    let sections = ["harbour", "city", "islands", "assembly", "sport", "culture"];
    let mut paper = String::new();
    for section in sections {
        writeln!(paper, "[[sections]]\nslug = \"{section}\"\nname = \"{section}\"")?;
    }
    for number in 0..200 {
        writeln!(paper, "[[tags]]\nslug = \"tag-{number}\"\nname = \"Tag {number}\"")?;
        writeln!(paper, "[[authors]]\nslug = \"author-{number}\"\nname = \"Author {number}\"")?;
    }
    fs::create_dir_all(folder.join("articles"))?;
    fs::write(folder.join("paper.toml"), paper)?;
    let mut bytes = 0;
    for number in 0..count {
        let place = folder.join(format!("articles/{}", number / IN_A_FOLDER));
        if number % IN_A_FOLDER == 0 {
            fs::create_dir_all(&place)?;
        }
        let text = article(number, sections[number % sections.len()])?;
        bytes += text.len() as u64;
        fs::write(place.join(format!("n-{number}.md")), text)?;
    }
    Ok(bytes)
}

/// An article of some 600 words, with links, emphasis, a fact box and a locked rest.
fn article(number: usize, section: &str) -> anyhow::Result<String> {
    let (day, hour) = (number % 28 + 1, number % 24);
    let (month, year) = (number / 28 % 12 + 1, 1990 + number / 336 % 36);
    let mut text = format!(
        "+++\nid = \"n-{number}\"\nheadline = \"The {number}th case of the harbour\"\n\
         standfirst = \"A sentence that says what happened, and a second one that says why.\"\n\
         section = \"{section}\"\ntags = [\"tag-{}\", \"tag-{}\"]\nauthors = [\"author-{}\"]\n\
         published_at = {year}-{month:02}-{day:02}T{hour:02}:00:00Z\naccess = \"metered\"\n\
         old_addresses = [\"/{year}/{month:02}/case-{number}/\", \"/?p={number}\"]\n+++\n",
        number % 200,
        (number + 7) % 200,
        number % 199,
    );
    for paragraph in 0..9 {
        writeln!(
            text,
            "The pilots say that paragraph {paragraph} of case {number} was known *before* the ship came in, and \
             [the harbour office](https://harbour.example/{number}/{paragraph}) says that it was not. Both have \
             papers, and both papers have stamps. Nobody at the quay was asked, and those who were there say that \
             they would have answered. The tide was out at the time, which is not disputed.\n"
        )?;
        match paragraph {
            2 => text.push_str("<!-- paywall -->\n\n"),
            5 => text
                .push_str("::: fact \"Calls by year\"\n2023 | 52\n2024 | 48\n2025 | 11\n:::\n\n"),
            _ => {}
        }
    }
    Ok(text)
}
