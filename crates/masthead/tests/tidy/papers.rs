//! The papers of the house tell the truth: the commands that they show exist, and so do the files that they link to.

use std::collections::BTreeSet;

use crate::source::{self, Source};

/// Papers whose commands and links are looked at.
const PAPERS: &[&str] = &[
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "GLOSSARY.md",
    "CHANGELOG.md",
    "SECURITY.md",
];

/// What can be called: the commands and flags of the binary, and the errands of `cargo xtask`.
struct Known {
    commands: BTreeSet<String>,
    /// Commands of commands: `settings get`.
    acts: BTreeSet<String>,
    flags: BTreeSet<String>,
    errands: BTreeSet<String>,
}

impl Known {
    fn of(binary: &[&Source], xtask: &[&Source]) -> Self {
        let mut known = Self {
            commands: BTreeSet::new(),
            acts: BTreeSet::new(),
            flags: BTreeSet::new(),
            errands: xtask
                .iter()
                .flat_map(|s| s.literals.iter().map(|(_, text)| text.clone()))
                .collect(),
        };
        for source in binary {
            known.commands.extend(variants(source, "Command"));
            known.acts.extend(variants(source, "Act"));
            let tokens = source.tokens();
            let fields = tokens.windows(2).filter(|two| two[1].1 == ":");
            known.flags.extend(fields.map(|two| two[0].1.replace('_', "-")));
        }
        known
    }

    /// What is wrong with a line that calls something of ours; nothing where it calls something else.
    fn fault(&self, line: &str) -> Option<String> {
        let line = line.trim().trim_start_matches("$ ").split(" # ").next().unwrap_or("");
        let rest = if let Some(rest) = line.strip_prefix("cargo xtask") {
            let mut words = rest.split_whitespace();
            let unknown = words.find(|word| !self.errands.contains(*word));
            return unknown.map(|word| format!("`{line}`: xtask knows nothing of {word:?}"));
        } else if let Some(rest) = line.strip_prefix("cargo run --release --") {
            rest
        } else {
            // A drawing may begin with the name, too; it goes on with more than one space.
            line.strip_prefix("masthead ").filter(|rest| !rest.starts_with(' '))?
        };
        let mut words = rest.split_whitespace();
        let command = words.next()?;
        if !self.commands.contains(command) {
            return Some(format!("`{line}`: there is no command {command:?}"));
        }
        let flags = rest.split_whitespace().filter_map(|word| word.strip_prefix("--"));
        let unknown =
            flags.filter(|flag| !flag.is_empty()).find(|flag| !self.flags.contains(*flag));
        if let Some(flag) = unknown {
            return Some(format!("`{line}`: there is no flag --{flag}"));
        }
        let is_act = |word: &str| self.acts.contains(word);
        let lacks_act = command == "settings" && !rest.split_whitespace().any(is_act);
        lacks_act.then(|| format!("`{line}`: settings needs one of {:?}", self.acts))
    }
}

/// The variants of an enum as the command line spells them.
fn variants(source: &Source, name: &str) -> Vec<String> {
    let tokens = source.tokens();
    let start = tokens
        .windows(3)
        .position(|three| (three[0].1, three[1].1, three[2].1) == ("enum", name, "{"));
    let Some(start) = start else { return Vec::new() };
    let (mut depth, mut found) = (0, Vec::new());
    for (_, token) in tokens.iter().skip(start + 2) {
        match *token {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            word if depth == 1 && word.starts_with(char::is_uppercase) => {
                found.push(word.to_lowercase());
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    found
}

/// The lines of fenced blocks, and what stands between backticks in the text.
fn calls(markdown: &str) -> Vec<String> {
    let mut calls = Vec::new();
    let mut fenced = false;
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if fenced {
            calls.push(line.to_owned());
        } else {
            calls.extend(crate::quoted(line).into_iter().map(str::to_owned));
        }
    }
    calls
}

/// The targets of links into this repository.
fn links(markdown: &str) -> Vec<&str> {
    let targets = markdown.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let ours = targets.filter(|target| !target.contains("://") && !target.starts_with('#'));
    ours.map(|target| target.split('#').next().unwrap_or(target)).collect()
}

fn known() -> Known {
    let of = |room: &str| -> Vec<&Source> {
        let sources = source::all().iter();
        sources.filter(|source| source.room() == room && !source.is_test()).collect()
    };
    Known::of(&of("masthead"), &of("xtask"))
}

#[test]
fn the_commands_in_the_papers_exist() {
    let known = known();
    for command in ["demo", "serve", "check", "doctor", "settings", "why"] {
        assert!(
            known.commands.contains(command),
            "{command} is not a command: {:?}",
            known.commands
        );
    }
    let findings = PAPERS.iter().flat_map(|paper| {
        let faults = calls(&crate::read(paper)).into_iter().filter_map(|call| known.fault(&call));
        faults.map(|fault| format!("{paper}: {fault}")).collect::<Vec<_>>()
    });
    crate::none(&findings.collect::<Vec<_>>());
}

#[test]
fn the_readme_has_the_two_commands_and_ci_calls_the_second() {
    let readme = calls(&crate::read("README.md"));
    assert!(readme.iter().any(|line| line.trim() == "cargo run --release -- demo"));
    assert!(readme.iter().any(|line| line.trim() == "cargo xtask ci"));
    let ci = crate::read(".ci/run");
    let called: Vec<&str> = ci.lines().filter(|line| line.contains("cargo ")).collect();
    assert_eq!(called, ["exec cargo xtask ci"]);
}

#[test]
fn the_links_in_the_papers_lead_somewhere() {
    let root = crate::root();
    let findings = PAPERS.iter().flat_map(|paper| {
        let text = crate::read(paper);
        let dead = links(&text).into_iter().filter(|link| !root.join(link).exists());
        dead.map(|link| format!("{paper}: links to {link}, which is not there")).collect::<Vec<_>>()
    });
    crate::none(&findings.collect::<Vec<_>>());
}

#[test]
fn a_command_that_does_not_exist_is_found() {
    let text = "enum Command { /// x\n Demo(demo::Demo), Settings { a: u8 }, Man }\n\
        enum Act { Get, Set }\n\
        struct Demo { data: u8, public_url: u8 }\n";
    let binary = Source::new("crates/masthead/src/a.rs", text);
    let xtask = Source::new("xtask/src/main.rs", "[\"ci\", \"--quick\"]");
    let known = Known::of(&[&binary], &[&xtask]);
    let fine = [
        "masthead demo --data x --public-url y",
        "cargo run --release -- demo",
        "cargo xtask ci --quick # fast",
        "masthead settings set a b",
        "masthead",
        "ls -l",
    ];
    for line in fine {
        assert_eq!(known.fault(line), None, "{line}");
    }
    for line in [
        "masthead dmo",
        "masthead demo --dta x",
        "cargo xtask ic",
        "masthead settings",
        "masthead settings put",
    ] {
        assert!(known.fault(line).is_some(), "{line}");
    }
    assert_eq!(calls("a `b`\n```\nc\n```\n"), ["b", "c"]);
    assert_eq!(links("[a](b.md#c) [d](https://e) [f](#g)"), ["b.md"]);
}

/// The words of a log line that an operator would look for: the first literal of the call that is no name of a field. What is put together
/// at run time has none before its first brace.
fn logged(source: &Source) -> Vec<(usize, String)> {
    let tokens = source.tokens();
    let levels = ["error", "warn", "info"];
    let begins = |five: &[(usize, &str)]| {
        let [(line, "tracing"), (_, ":"), (_, ":"), (_, level), (_, "!")] = *five else {
            return None;
        };
        levels.contains(&level).then_some(line)
    };
    let calls = tokens.windows(5).filter_map(begins);
    let said = |line: usize| {
        // The call ends with the first of its lines that ends a statement.
        let lines = source.code.lines().skip(line - 1);
        let length = lines.take_while(|code| !code.trim_end().ends_with(");")).count();
        let mut literals = source.literals.iter();
        let found = literals.find(|(at, _)| (line..=line + length).contains(at))?;
        let text = found.1.replace("\\\n", "\n");
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let parts = text.split(['{', '}', '`']).enumerate();
        let longest =
            parts.filter(|(place, _)| place % 2 == 0).max_by_key(|(_, part)| part.len())?;
        let words = longest.1.trim().to_owned();
        (words.len() > 5).then_some((line, words))
    };
    calls.filter_map(said).collect()
}

fn unlisted(source: &Source, page: &str) -> Vec<String> {
    let lines = logged(source).into_iter().filter(|(_, words)| !page.contains(words.as_str()));
    lines
        .map(|(line, words)| {
            format!("{}:{line}: docs/operating/log.md says nothing of {words:?}", source.path)
        })
        .collect()
}

#[test]
fn whatever_is_logged_stands_in_the_page_about_the_log() {
    let page = crate::read("docs/operating/log.md");
    let rooms = source::all().iter().filter(|source| !source.is_test() && source.room() != "xtask");
    let rooms: Vec<&Source> = rooms.collect();
    let count: usize = rooms.iter().map(|source| logged(source).len()).sum();
    assert!(count > 80, "only {count} lines are logged: are they found?");
    let findings: Vec<String> = rooms.iter().flat_map(|source| unlisted(source, &page)).collect();
    crate::none(&findings);
}

#[test]
fn a_line_of_the_log_that_is_not_in_the_page_is_found() {
    let text = "fn a() {\n    tracing::warn!(\n        %error,\n        \"the tea \\\n         is cold\"\n    );\n    tracing::debug!(\"nobody asks\");\n}\n";
    let source = Source::new("crates/web/src/a.rs", text);
    assert_eq!(logged(&source), [(2, "the tea is cold".to_owned())]);
    assert!(unlisted(&source, "| `the tea is cold` | Drink it. |").is_empty());
    assert_eq!(unlisted(&source, "").len(), 1);
}
