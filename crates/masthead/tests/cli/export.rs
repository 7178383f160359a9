//! The way out and back: what was exported and brought into an empty paper exports as the same bytes, as a folder and as
//! a tar. A tar that is not sound, or wants out of its folder, makes nothing.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;

use crate::program::Room;

/// Everything in a folder, by its name there.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let listed = crate::program::listing(folder).into_iter().filter(|(path, _)| path.is_file());
    let name = |path: &Path| path.strip_prefix(folder).unwrap().display().to_string();
    listed.map(|(path, _)| (name(&path), std::fs::read(&path).unwrap())).collect()
}

/// Exports `data`, brings that into a new paper, exports that, and compares.
#[track_caller]
fn same_after_a_round(room: &Room, data: &str) {
    for ending in ["", ".tar"] {
        let (first, second) = (format!("first{ending}"), format!("second{ending}"));
        let other = format!("other{}", ending.replace('.', "-"));
        room.run(&["export", &first, "--data", data]).fine();
        let said = room.run(&["import", "--from", "masthead", &first, "--data", &other]).fine();
        assert!(said.contains("bad 0"), "{said}");
        room.run(&["export", &second, "--data", &other]).fine();
        if ending.is_empty() {
            let (first, second) = (contents(&room.path(&first)), contents(&room.path(&second)));
            let names =
                |found: &BTreeMap<String, Vec<u8>>| found.keys().cloned().collect::<Vec<_>>();
            assert_eq!(names(&first), names(&second));
            let other = first.iter().find(|(name, bytes)| second[*name] != **bytes);
            assert!(other.is_none(), "{:?}", other.map(|(name, _)| name));
        } else {
            let bytes = |name: &str| std::fs::read(room.path(name)).unwrap();
            assert!(bytes(&first) == bytes(&second), "the tars differ");
        }
    }
}

#[test]
fn the_sample_paper_comes_back_as_the_same_bytes() {
    let room = Room::new();
    room.filled();
    room.run(&[
        "settings",
        "--data",
        "paper",
        "set",
        "meter.allowance_visitors",
        "3",
        "--note",
        "“why”\tnot",
    ])
    .fine();
    same_after_a_round(&room, "paper");
    let history = room.run(&["settings", "--data", "other", "history"]).fine();
    assert!(history.contains("“why”\tnot") && history.contains("the sample paper"), "{history}");
    // The paper that it came from is what it says.
    let said = room.run(&["import", "--from", "masthead", "first", "--data", "paper"]).fine();
    assert!(said.contains("changed 0, unchanged 54, kept 0"), "{said}");
}

#[test]
fn an_empty_paper_comes_back_too() {
    let room = Room::new();
    std::fs::create_dir_all(room.path("in/articles")).unwrap();
    room.write("in/paper.toml", "sections = []\n");
    room.run(&["import", "--from", "markdown", "in", "--data", "paper"]).fine();
    same_after_a_round(&room, "paper");
}

#[test]
fn nothing_is_written_over() {
    let room = Room::new();
    room.filled();
    room.write("there", "mine");
    let error = room.run(&["export", "there", "--data", "paper"]).refused_in_a_line();
    assert!(error.contains("there is there already"), "{error}");
    let error = room.run(&["backup", "there", "--data", "paper"]).refused_in_a_line();
    assert!(error.contains("there is there already"), "{error}");
    assert_eq!(std::fs::read(room.path("there")).unwrap(), b"mine");
    let error = room.run(&["export", "no/such/place", "--data", "paper"]).refused_in_a_line();
    assert!(error.contains("cannot be written"), "{error}");
    let error = room.run(&["export", "out", "--data", "nothing"]).refused_in_a_line();
    assert!(error.contains("nothing holds no paper"), "{error}");
    let rest = std::fs::read_dir(room.path("")).unwrap().count();
    assert_eq!(rest, 2, "something was left behind");
}

#[test]
fn old_addresses_come_back_however_many_there_are() {
    let room = Room::new();
    std::fs::create_dir_all(room.path("in/articles")).unwrap();
    room.write("in/paper.toml", "[[sections]]\nslug = \"news\"\nname = \"News\"\n");
    let addresses: Vec<String> = (0..32).map(|n| format!("\"/{n:02}/?p={n}\"")).collect();
    room.write(
        "in/articles/a.md",
        format!(
            "+++\nid = \"a\"\nslug = \"b\"\nheadline = \"H\"\nsection = \"news\"\naccess = \"free\"\n\
             published_at = 2020-01-02T03:04:05Z\nold_addresses = [{}]\n+++\nText.\n",
            addresses.join(", ")
        ),
    );
    room.run(&["import", "--from", "markdown", "in", "--data", "paper"]).fine();
    let database = rusqlite::Connection::open(room.path("paper/masthead.sqlite")).unwrap();
    for n in 0..20 {
        let path = format!("/moved/{n}");
        database.execute("INSERT INTO old_addresses VALUES (?1, 'a')", [path]).unwrap();
    }
    drop(database);
    same_after_a_round(&room, "paper");
    let rest = std::fs::read_to_string(room.path("first/old_addresses.toml")).unwrap();
    assert_eq!(rest.matches("/moved/").count(), 20, "{rest}");
}

/// A tar with one member of this name, kind and length.
fn tar_of(name: &[u8], kind: u8, bytes: u64, data: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_old();
    header.as_old_mut().name[..name.len()].copy_from_slice(name);
    header.set_size(bytes);
    header.set_mode(0o644);
    header.as_mut_bytes()[156] = kind;
    header.set_cksum();
    let mut tar = header.as_bytes().to_vec();
    tar.extend_from_slice(data);
    tar.resize(tar.len().div_ceil(512) * 512, 0);
    tar.resize(tar.len() + 1_024, 0);
    tar
}

#[test]
fn tars_that_want_more_than_they_may_are_refused() {
    let room = Room::new();
    let long = 10 << 30;
    for (name, kind, bytes, part) in [
        (&b"../paper.toml"[..], b'0', 4, "leads out of the folder"),
        (b"/etc/paper.toml", b'0', 4, "leads out of the folder"),
        (b"articles/../../a.md", b'0', 4, "leads out of the folder"),
        (b"articles\\..\\a.md", b'0', 4, "leads out of the folder"),
        (b"paper.toml", b'2', 0, "is a link or a device"),
        (b"paper.toml", b'1', 0, "is a link or a device"),
        (b"paper.toml", b'3', 0, "is a link or a device"),
        (b"paper.toml", b'0', long, "cut off in the middle"),
        (b"paper.toml", b'L', long, "cut off in the middle"),
        (b"paper.toml", b'x', long, "cut off in the middle"),
        (b"paper.toml", b'L', 5_000, "has more than 4096 bytes"),
    ] {
        let data = vec![b'x'; usize::try_from(bytes).unwrap().min(5_000)];
        room.write("evil.tar", tar_of(name, kind, bytes, &data));
        for command in [
            &["import", "--from", "masthead", "evil.tar", "--data", "paper"][..],
            &["restore", "evil.tar", "--data", "paper"],
        ] {
            let error = room.run(command).refused();
            assert!(error.contains(part), "{}: {error}", String::from_utf8_lossy(name));
        }
        assert!(!room.path("paper").exists());
    }
    room.filled();
    room.run(&["export", "whole.tar", "--data", "paper"]).fine();
    let whole = std::fs::read(room.path("whole.tar")).unwrap();
    for length in [0, 1, 511, 512, 513, 700, whole.len() / 2, whole.len() - 1_025] {
        room.write("cut.tar", &whole[..length]);
        let error =
            room.run(&["import", "--from", "masthead", "cut.tar", "--data", "new"]).refused();
        assert!(error.contains("is no tar to read"), "{length}: {error}");
        assert!(!room.path("new").exists());
    }
}

/// One line of odd text: quotes, backslashes, other scripts, directions, marks.
fn line() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "\"",
        "'",
        "\\",
        "#",
        "=",
        "+++",
        "[[x]]",
        "{",
        "“”",
        "العدد",
        "森",
        "é",
        "\u{301}",
        "\u{200f}",
        "😀",
        "a b",
        "&amp;",
        "<b>",
        "—",
        "\u{a0}",
        "''' \"\"\"",
        "%",
        "%2e",
        "\\u0041",
    ]);
    prop::collection::vec(odd, 1..8).prop_map(|parts| format!("x{}", parts.concat()))
}

#[derive(Clone, Debug)]
struct Odd {
    headline: String,
    standfirst: Option<String>,
    correction: Option<String>,
    caption: Option<String>,
    text: Vec<String>,
    embargo: bool,
    withdrawn: bool,
    language: Option<&'static str>,
    part: bool,
    locked: bool,
    access: &'static str,
}

fn odd() -> impl Strategy<Value = Odd> {
    let some = || prop::option::of(line());
    let flags = any::<(bool, bool, bool, bool)>();
    let language = prop::sample::select(vec![None, Some("ar"), Some("he"), Some("ja")]);
    let access = prop::sample::select(vec!["free", "registered", "metered", "subscribers"]);
    let text = prop::collection::vec(line(), 1..5);
    (line(), some(), some(), some(), text, flags, language, access).prop_map(
        |(headline, standfirst, correction, caption, text, flags, language, access)| {
            let (embargo, withdrawn, part, locked) = flags;
            Odd {
                headline,
                standfirst,
                correction,
                caption,
                text,
                embargo,
                withdrawn,
                language,
                part,
                locked,
                access,
            }
        },
    )
}

/// The file of an odd article.
fn file(number: usize, odd: &Odd) -> String {
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let mut file = format!(
        "+++\nid = \"n-{number}\"\nheadline = {}\nsection = \"news\"\naccess = \"{}\"\npublished_at = {}\n",
        quoted(&odd.headline),
        odd.access,
        if odd.embargo { "2999-01-02T03:04:05.000006+09:00" } else { "1999-12-31T23:59:59-11:30" },
    );
    if let Some(standfirst) = &odd.standfirst {
        file += &format!("standfirst = {}\n", quoted(standfirst));
    }
    if let Some(language) = odd.language {
        file += &format!("language = \"{language}\"\n");
    }
    if odd.withdrawn {
        file += "withdrawn_at = 2024-02-29T00:00:00Z\n";
    }
    if odd.part {
        file += &format!("series = \"long\"\npart = {}\n", number + 1);
    }
    if let Some(caption) = &odd.caption {
        let caption = quoted(caption);
        file += &format!(
            "[lead_image]\nfile = \"pictures/p.svg\"\nalt = {caption}\ncaption = {caption}\n"
        );
    }
    if let Some(correction) = &odd.correction {
        file +=
            &format!("[[corrections]]\nat = 2024-02-29T00:00:00Z\ntext = {}\n", quoted(correction));
    }
    file += "+++\n";
    for paragraph in &odd.text {
        file += &format!("{}\n\n", paragraph.replace(['[', '<'], "("));
    }
    if odd.locked {
        file += "<!-- paywall -->\n\n::: picture \"pictures/q.svg\"\nalt: below\n:::\n";
    }
    file
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, max_shrink_iters: 20, ..ProptestConfig::default() })]

    #[test]
    fn odd_papers_come_back_as_the_same_bytes(
        articles in prop::collection::vec(odd(), 1..8),
        names in (line(), line(), line()),
    ) {
        let room = Room::new();
        for name in ["in/articles", "in/pictures"] {
            std::fs::create_dir_all(room.path(name)).unwrap();
        }
        let quoted = |text: &str| toml::Value::from(text).to_string();
        let (section, series, quote) = (quoted(&names.0), quoted(&names.1), quoted(&names.2));
        room.write("in/paper.toml", format!(
            "[[sections]]\nslug = \"news\"\nname = {section}\n[[series]]\nslug = \"long\"\nname = {series}\n\
             [front]\nlead = \"n-0\"\n[[front.market]]\nname = {quote}\nvalue = {quote}\nchange = {quote}\n"
        ));
        let drawing = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"3\" height=\"2\"></svg>";
        room.write("in/pictures/p.svg", drawing);
        room.write("in/pictures/q.svg", format!("{drawing}<!-- below -->"));
        for (number, odd) in articles.iter().enumerate() {
            room.write(&format!("in/articles/n-{number}.md"), file(number, odd));
        }
        let said = room.run(&["import", "--from", "markdown", "in", "--data", "paper"]).fine();
        prop_assert!(said.contains(&format!("imported {}", articles.len())), "{}", said);
        same_after_a_round(&room, "paper");
    }
}
