//! Bringing articles in: the same again changes nothing, a newer export updates, what was edited here stays, one bad item
//! stops nothing, and a paper that is served goes on.

use std::fmt::Write;
use std::path::Path;
use std::process::Stdio;

use crate::brought::{self, last};
use crate::http::{get, open};
use crate::program::{Room, Running, listing, until};

const PAPER: &str = "[[sections]]\nslug = \"news\"\nname = \"News\"\n\n[[sections]]\nslug = \"city\"\nname = \"City\"\n";
/// A picture of one pixel.
const PIXEL: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

fn article(id: &str, more: &str, text: &str) -> String {
    format!(
        "+++\nid = \"{id}\"\nheadline = \"The case of {id}\"\nsection = \"news\"\naccess = \"metered\"\n\
         published_at = 2020-01-02T03:04:05Z\n{more}+++\n{text}\n"
    )
}

/// A folder with a paper and these articles.
fn folder(room: &Room, articles: &[(&str, String)]) {
    for name in ["in/articles", "in/pictures", "in/attachments"] {
        std::fs::create_dir_all(room.path(name)).unwrap();
    }
    room.write("in/paper.toml", PAPER);
    for (name, text) in articles {
        room.write(&format!("in/articles/{name}.md"), text);
    }
}

fn import(room: &Room, more: &[&str]) -> crate::program::Ran {
    brought::import(room, "markdown", "in", more)
}

fn counts(imported: u32, changed: u32, unchanged: u32, kept: u32, bad: u32) -> String {
    format!(
        "imported {imported}, changed {changed}, unchanged {unchanged}, kept {kept}, left out 0, bad {bad}"
    )
}

#[test]
fn the_same_again_changes_nothing_and_a_newer_one_updates() {
    let room = Room::new();
    folder(&room, &[("a", article("a", "", "One.")), ("b", article("b", "", "Two."))]);
    assert_eq!(last(&import(&room, &[]).fine()), counts(2, 0, 0, 0, 0));
    assert_eq!(last(&import(&room, &[]).fine()), counts(0, 0, 2, 0, 0));
    room.write("in/articles/b.md", article("b", "", "Two, and more."));
    assert_eq!(last(&import(&room, &[]).fine()), counts(0, 1, 1, 0, 0));
    // A picture that is another one makes an article that shows it another one.
    let shown = "One.\n\n::: picture \"pictures/p.gif\"\nalt: A dot\n:::";
    room.write("in/pictures/p.gif", PIXEL);
    room.write("in/articles/a.md", article("a", "", shown));
    assert_eq!(last(&import(&room, &[]).fine()), counts(0, 1, 1, 0, 0));
    room.write("in/pictures/p.gif", [PIXEL, b"\0"].concat());
    assert_eq!(last(&import(&room, &[]).fine()), counts(0, 1, 1, 0, 0));
    assert_eq!(last(&import(&room, &[]).fine()), counts(0, 0, 2, 0, 0));
}

#[test]
fn what_was_edited_here_is_kept_unless_the_operator_says_otherwise() {
    let room = Room::new();
    folder(&room, &[("a", article("a", "", "One."))]);
    import(&room, &[]).fine();
    let database = rusqlite::Connection::open(room.path("paper/masthead.sqlite")).unwrap();
    database.execute("UPDATE articles SET version = version + 1", []).unwrap();
    drop(database);
    room.write("in/articles/a.md", article("a", "", "Another."));
    let said = import(&room, &[]).fine();
    assert!(said.starts_with("kept: articles/a.md: it was edited here"), "{said}");
    assert_eq!(last(&said), counts(0, 0, 0, 1, 0));
    assert_eq!(last(&import(&room, &["--overwrite-edited"]).fine()), counts(0, 1, 0, 0, 0));
    assert_eq!(last(&import(&room, &[]).fine()), counts(0, 0, 1, 0, 0));
}

#[test]
fn one_bad_item_is_named_and_stops_nothing() {
    let room = Room::new();
    folder(
        &room,
        &[
            ("a", article("a", "", "One.")),
            ("b", article("b", "colour = \"red\"\n", "Two.")),
            ("c", article("c", "", "[To d](article:d), [to a](article:a).")),
            ("d-again", article("a", "", "The id of another.")),
            ("e", article("e", "", "::: picture \"pictures/none.gif\"\nalt: x\n:::")),
            ("f", article("f", "slug = \"a\"\n", "The address of another.")),
        ],
    );
    room.write("in/articles/g.md", b"+++\nid = \"g\xff\"\n+++\n");
    let ran = import(&room, &[]);
    assert_eq!(ran.status.code(), Some(3), "{}{}", ran.out, ran.err);
    for part in [
        "bad: articles/b.md: line 7: colour is not a known field",
        "bad: articles/c.md: line 8: the link article:d names no article",
        "bad: articles/d-again.md: its id \"a\" was given to another article",
        "bad: articles/e.md: line 8: there is no file pictures/none.gif",
        "bad: articles/g.md: articles/g.md is no UTF-8",
        "note: articles/f.md: another article has the address that it asked for; it stands at /news/a-2",
    ] {
        assert!(ran.out.contains(part), "{part}\n{}", ran.out);
    }
    assert_eq!(last(&ran.out), counts(2, 0, 0, 0, 5));
    let again = import(&room, &["--json"]);
    let lines: Vec<serde_json::Value> =
        again.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().filter(|line| line["became"] == "bad").count(), 5);
    let end = lines.last().unwrap();
    assert_eq!((end["finished"].as_bool(), end["unchanged"].as_u64()), (Some(true), Some(2)));
}

#[test]
fn a_dry_run_writes_nothing() {
    let room = Room::new();
    folder(&room, &[("a", article("a", "", "One."))]);
    let before = listing(&room.path(""));
    let said = import(&room, &["--dry-run"]).fine();
    assert!(said.ends_with("nothing was written\n"), "{said}");
    assert_eq!(listing(&room.path("")), before);
    import(&room, &[]).fine();
    room.write("in/articles/a.md", article("a", "", "Another."));
    let database = || std::fs::read(room.path("paper/masthead.sqlite")).unwrap();
    let before = (database(), listing(&room.path("paper")));
    assert!(import(&room, &["--dry-run"]).fine().contains("changed 1"));
    assert!((database(), listing(&room.path("paper"))) == before);
}

#[test]
fn what_cannot_be_read_at_all_makes_nothing() {
    let room = Room::new();
    std::fs::create_dir(room.path("empty")).unwrap();
    room.write("file", "no tar");
    for (from, path, part) in [
        ("masthead", "none", "none cannot be read; check the path"),
        ("masthead", "file", "file is no tar to read"),
        ("wordpress", "none", "none cannot be read; check the path"),
        ("ghost", "none", "none cannot be read; check the path"),
    ] {
        let error = room.run(&["import", "--from", from, path, "--data", "paper"]).refused();
        assert!(error.contains(part), "{error}");
        assert!(!room.path("paper").exists(), "{path} made a paper");
    }
    let error = room.run(&["import", "--from", "masthead", "empty", "--data", "paper"]).refused();
    assert!(error.contains("empty has no paper.toml"), "{error}");
    let more = ["import", "--from", "masthead", "empty", "--data", "paper", "--fetch"];
    let error = room.run(&more).refused_in_a_line();
    assert!(error.contains("--fetch are for exports of other systems"), "{error}");
    assert!(!room.path("paper").exists());
}

#[test]
fn files_of_locked_bodies_stay_behind_the_gate() {
    let room = Room::new();
    let text = "One.\n\n<!-- paywall -->\n\n::: picture \"pictures/below.gif\"\nalt: x\n:::\n";
    folder(&room, &[("a", article("a", "", text))]);
    room.write("in/pictures/below.gif", PIXEL);
    room.write("in/pictures/nobody.gif", PIXEL);
    import(&room, &[]).fine();
    let database = rusqlite::Connection::open(room.path("paper/masthead.sqlite")).unwrap();
    let query = "SELECT count(*), count(article) FROM media";
    let counts: (i64, i64) =
        database.query_row(query, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    assert_eq!(counts, (1, 1), "one file, and that of the article alone");
    let public: i64 =
        database.query_row("SELECT count(*) FROM media_names", [], |row| row.get(0)).unwrap();
    assert_eq!(public, 0);
}

#[cfg(unix)]
#[test]
fn links_lead_nowhere_outside_of_the_folder() {
    let room = Room::new();
    let shown = "One.\n\n::: picture \"pictures/p.gif\"\nalt: A dot\n:::";
    folder(&room, &[("a", article("a", "", shown))]);
    room.write("outside.gif", PIXEL);
    room.write("outside.md", article("b", "", "Outside."));
    std::os::unix::fs::symlink(room.path("outside.gif"), room.path("in/pictures/p.gif")).unwrap();
    std::os::unix::fs::symlink(room.path("outside.md"), room.path("in/articles/b.md")).unwrap();
    let ran = import(&room, &[]);
    assert!(ran.out.contains("there is no file pictures/p.gif"), "{}", ran.out);
    assert_eq!(last(&ran.out), counts(0, 0, 0, 0, 2));
}

/// Many articles, in one folder.
fn many(count: usize) -> Vec<(String, String)> {
    let text = |n: usize| {
        let mut text = String::new();
        for paragraph in 0..6 {
            writeln!(text, "Paragraph {paragraph} of article {n}, long enough to be one.\n")
                .unwrap();
        }
        article(&format!("n-{n}"), "", &text)
    };
    (0..count).map(|n| (format!("n-{n}"), text(n))).collect()
}

fn write_many(room: &Room, count: usize) {
    folder(room, &[]);
    for (name, text) in many(count) {
        room.write(&format!("in/articles/{name}.md"), text);
    }
}

#[test]
fn an_import_that_is_killed_is_completed_by_the_next_one() {
    let room = Room::new();
    write_many(&room, 300);
    let count = |path: &Path| -> i64 {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        let Ok(database) = rusqlite::Connection::open_with_flags(path, flags) else { return 0 };
        database.query_row("SELECT count(*) FROM articles", [], |row| row.get(0)).unwrap_or(0)
    };
    let database = room.path("paper/masthead.sqlite");
    for stage in [1, 100, 200] {
        let mut command = room.command(&["import", "--from", "markdown", "in", "--data", "paper"]);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let mut child = Running(child);
        until("the moment, or the end", || {
            let ended = child.0.try_wait().unwrap().is_some();
            (ended || count(&database) >= stage).then_some(())
        });
    }
    import(&room, &[]).fine();
    assert_eq!(count(&database), 300);
    assert_eq!(last(&import(&room, &[]).fine()), counts(0, 0, 300, 0, 0));
    let found = room.run(&["doctor", "--data", "paper"]).fine();
    assert!(found.contains("articles: 300"), "{found}");
}

#[test]
fn readers_of_a_served_paper_are_not_refused_while_articles_come_in() {
    let room = Room::new();
    let demo = room.demo();
    write_many(&room, 2_000);
    room.write("in/paper.toml", PAPER);
    let mut command = room.command(&["import", "--from", "markdown", "in", "--data", "paper"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut child = Running(child);
    let mut readings = 0;
    while child.0.try_wait().unwrap().is_none() {
        let (_, read) = open(&demo.address, "/harbour/forty-one-calls", None);
        assert!(read.is_open(), "reading {readings} was refused with {}", read.status);
        readings += 1;
    }
    assert_eq!(child.0.wait().unwrap().code(), Some(0));
    assert!(readings > 3, "{readings} readings");
    let shown = until("the new article", || {
        let answer = get(&demo.address, "/news/n-1999", None);
        (answer.status == 200).then_some(answer)
    });
    assert!(shown.text.contains("The case of n-1999"));
    assert_eq!(last(&import(&room, &[]).fine()), counts(0, 0, 2_000, 0, 0));
}

#[test]
fn a_picture_beyond_a_limit_is_named_with_its_article_in_a_dry_run_too() {
    let room = Room::new();
    let shown = "One.\n\n::: picture \"pictures/wall.png\"\nalt: A wall\n:::";
    folder(&room, &[("a", article("a", "", shown)), ("b", article("b", "", "Two."))]);
    room.write("in/pictures/wall.png", crate::wxr::bomb());
    for more in [&["--dry-run"][..], &[]] {
        let ran = import(&room, more);
        let line =
            "bad: articles/a.md: pictures/wall.png: the picture measures 60000 x 60000 pixels";
        assert!(ran.out.contains(line), "{}", ran.out);
        assert!(ran.out.contains("imported 1, changed 0, unchanged 0, kept 0, left out 0, bad 1"));
        assert_eq!(ran.status.code(), Some(3));
    }
}
