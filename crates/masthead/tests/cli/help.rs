//! Help, manual page, completions and version: every command is in them.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::program::{Room, listing};

const COMMANDS: [&str; 27] = [
    "demo",
    "serve",
    "check",
    "doctor",
    "settings",
    "reports",
    "statements",
    "article",
    "reader",
    "offer",
    "token",
    "subscribers",
    "institutions",
    "invoices",
    "mails",
    "newsletters",
    "numbers",
    "staff",
    "why",
    "ledger",
    "import",
    "export",
    "theme",
    "backup",
    "restore",
    "completions",
    "man",
];
const SETTINGS: [&str; 5] = ["get", "set", "edit", "history", "undo"];
const THEME: [&str; 2] = ["new", "check"];
const LEDGER: [&str; 1] = ["check"];
const SUBSCRIBERS: [&str; 5] = ["import", "grant", "revoke", "list", "show"];
const INVOICES: [&str; 5] = ["list", "show", "paid", "void", "export"];
const MAILS: [&str; 2] = ["bounced", "suppressed"];
const INSTITUTIONS: [&str; 5] = ["add", "list", "show", "change", "end"];
const NEWSLETTERS: [&str; 2] = ["list", "export"];
const MACHINES: [(&str, &[&str]); 4] = [
    ("article", &["list", "show", "publish", "withdraw", "put-back"]),
    ("reader", &["find", "show", "sign-out"]),
    ("offer", &["list", "create", "end"]),
    ("token", &["create", "list", "revoke"]),
];
const STAFF: [&str; 3] = ["set", "end", "list"];

#[test]
fn every_command_has_help_that_says_what_it_does() {
    let room = Room::new();
    let all = room.run(&["--help"]).fine();
    for command in COMMANDS {
        let line = all.lines().find(|line| line.trim_start().starts_with(command)).unwrap();
        assert!(line.split_whitespace().count() > 2, "{line}");
        for help in [room.run(&[command, "--help"]), room.run(&["help", command])] {
            let help = help.fine();
            assert!(help.contains("Usage:") && help.contains(command), "{help}");
        }
        assert!(room.run(&[command, "-h"]).fine().contains("Usage:"));
    }
    for act in SETTINGS {
        assert!(room.run(&["settings", act, "--help"]).fine().contains("Usage:"));
    }
    for act in SUBSCRIBERS {
        assert!(room.run(&["subscribers", act, "--help"]).fine().contains("Usage:"));
    }
    for act in INSTITUTIONS {
        assert!(room.run(&["institutions", act, "--help"]).fine().contains("Usage:"));
    }
    for act in NEWSLETTERS {
        assert!(room.run(&["newsletters", act, "--help"]).fine().contains("Usage:"));
    }
    for act in STAFF {
        assert!(room.run(&["staff", act, "--help"]).fine().contains("Usage:"));
    }
    for act in INVOICES {
        assert!(room.run(&["invoices", act, "--help"]).fine().contains("Usage:"));
    }
    for (noun, acts) in MACHINES {
        for act in acts {
            assert!(room.run(&[noun, act, "--help"]).fine().contains("Usage:"), "{noun} {act}");
        }
    }
    for act in THEME {
        assert!(room.run(&["theme", act, "--help"]).fine().contains("Usage:"));
    }
    assert_eq!(listing(&room.path("")), [], "help made something");
}

#[test]
fn the_list_of_commands_here_is_whole() {
    let room = Room::new();
    let all = room.run(&["--help"]).fine();
    let (_, list) = all.split_once("Commands:\n").unwrap();
    let names = list.lines().take_while(|line| !line.is_empty());
    let names: Vec<&str> = names.filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names, [&COMMANDS[..], &["help"]].concat());
}

#[test]
fn the_version_is_told_in_one_line() {
    let room = Room::new();
    let version = room.run(&["--version"]).fine();
    assert_eq!(version, format!("masthead {}\n", env!("CARGO_PKG_VERSION")));
    assert_eq!(room.run(&["-V"]).fine(), version);
}

#[test]
fn the_manual_has_every_command() {
    let room = Room::new();
    let manual = room.run(&["man"]).fine();
    let parts = manual.matches(".TH ").count();
    assert_eq!(
        parts,
        1 + COMMANDS.len()
            + SETTINGS.len()
            + THEME.len()
            + LEDGER.len()
            + SUBSCRIBERS.len()
            + MAILS.len()
            + INVOICES.len()
            + INSTITUTIONS.len()
            + NEWSLETTERS.len()
            + MACHINES.iter().map(|(_, acts)| acts.len()).sum::<usize>()
            + STAFF.len(),
        "one page for each command"
    );
    for command in COMMANDS {
        assert!(manual.contains(&format!(".TH masthead-{command} 1")), "{command}");
    }
    for act in SETTINGS {
        assert!(manual.contains(&format!(".TH masthead-settings-{act} 1")), "{act}");
    }
    for act in SUBSCRIBERS {
        assert!(manual.contains(&format!(".TH masthead-subscribers-{act} 1")), "{act}");
    }
    for act in LEDGER {
        assert!(manual.contains(&format!(".TH masthead-ledger-{act} 1")), "{act}");
    }
    for act in INSTITUTIONS {
        assert!(manual.contains(&format!(".TH masthead-institutions-{act} 1")), "{act}");
    }
    for act in NEWSLETTERS {
        assert!(manual.contains(&format!(".TH masthead-newsletters-{act} 1")), "{act}");
    }
    for act in INVOICES {
        assert!(manual.contains(&format!(".TH masthead-invoices-{act} 1")), "{act}");
    }
    for act in MAILS {
        assert!(manual.contains(&format!(".TH masthead-mails-{act} 1")), "{act}");
    }
}

#[test]
fn completions_know_every_command() {
    let room = Room::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = room.run(&["completions", shell]).fine();
        for word in COMMANDS.iter().chain(&SETTINGS) {
            assert!(script.contains(word), "{shell}: {word}");
        }
        assert!(script.contains("public-url"), "{shell}: flags");
    }
    assert_eq!(room.run(&["completions", "abacus"]).status.code(), Some(2));
}

#[test]
fn the_completions_are_a_script_that_their_shell_can_read() {
    let room = Room::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = room.run(&["completions", shell]).fine();
        let started = Command::new(shell)
            .arg("-n")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        // A machine need not have every shell.
        let Ok(mut child) = started else { continue };
        child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn what_is_no_command_is_refused_with_help() {
    let room = Room::new();
    for arguments in [&[][..], &["publish"], &["demo", "--port", "1"], &["settings"]] {
        let ran = room.run(arguments);
        assert_eq!(ran.status.code(), Some(2), "{arguments:?}");
        assert!(ran.err.contains("Usage:") && ran.out.is_empty(), "{arguments:?}: {}", ran.err);
    }
    assert_eq!(listing(&room.path("")), []);
}
