//! Real exports of other systems, brought in and served: their old addresses lead on, what was hidden there is nowhere
//! here, and their files lie where pages name them.

use crate::brought::{import, last, serve};
use crate::http::{Answer, get};
use crate::program::{Room, Served};
use crate::wxr::{PIXEL, Post, bomb, export, photograph};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../newsroom/tests/import");

/// The number before which a word stands in the counts.
fn count(said: &str, word: &str) -> u32 {
    let part = last(said).split(", ").find_map(|part| part.strip_prefix(word));
    part.and_then(|number| number.trim().parse().ok()).unwrap_or_else(|| panic!("{said}"))
}

/// Follows one redirect of an address of former times, to a page.
#[track_caller]
fn follow(paper: &Served<'_>, path: &str) -> Answer {
    let moved = get(&paper.address, path, None);
    assert_eq!(moved.status, 301, "{path}");
    let target = moved.header("location").unwrap().to_owned();
    let page = get(&paper.address, &target, None);
    assert_eq!(page.status, 200, "{path} leads to {target}");
    page
}

const PUBLIC: [&str; 8] = [
    "/",
    "/feeds/all.rss",
    "/feeds/all.atom",
    "/feeds/all.json",
    "/sitemap.xml",
    "/sitemaps/news.xml",
    "/search?q=password",
    "/search?q=displayed",
];

#[test]
fn the_theme_unit_test_of_wordpress_is_served() {
    let room = Room::new();
    std::fs::create_dir_all(room.path("uploads/2013/03")).unwrap();
    room.write(
        "uploads/2013/03/image-alignment-150x150.jpg",
        photograph("A caption of its own", "Agency"),
    );
    let path = format!("{FIXTURES}/wordpress/theme-unit-test.xml");
    let first = import(&room, "wordpress", &path, &["--uploads", "uploads"]).fine();
    assert!(count(&first, "imported") > 50 && count(&first, "bad") == 0, "{first}");
    let second = import(&room, "wordpress", &path, &["--uploads", "uploads"]).fine();
    assert_eq!(count(&second, "unchanged"), count(&first, "imported"), "{second}");
    assert_eq!((count(&second, "imported"), count(&second, "changed")), (0, 0), "{second}");
    let paper = serve(&room);
    let article = follow(&paper, "/?p=1177");
    assert!(article.text.contains("Image Alignment"));
    assert!(article.text.contains("A caption of its own"), "the picture's own words");
    let same = follow(&paper, "/2013/01/10/markup-image-alignment/");
    assert_eq!(same.text, article.text);
    let moved = get(&paper.address, "/2013/03/image-alignment-150x150.jpg", None);
    let picture = moved.header("location").expect("the way to the picture");
    assert_eq!(get(&paper.address, picture, None).status, 200, "{picture}");
    for path in PUBLIC {
        let page = get(&paper.address, path, None);
        for word in
            ["Password Protected", "until the password is entered", "drafted and not published"]
        {
            assert!(!page.text.contains(word), "{word:?} stands at {path}");
        }
    }
    // A number that names nothing leaves the front page as it is.
    for (path, status) in
        [("/?p=1164", 200), ("/?p=1168", 200), ("/2012/01/04/template-password-protected/", 404)]
    {
        let answer = get(&paper.address, path, None);
        assert_eq!(answer.status, status, "{path}");
        assert!(!answer.text.contains("Password Protected"), "{path}");
    }
}

#[test]
fn an_export_of_ghost_is_served_and_shows_nothing_below_its_previews() {
    let room = Room::new();
    room.write("mapping.toml", "site = \"https://old.example\"\n");
    let path = format!("{FIXTURES}/ghost/ghost-6.65-export.json");
    let first = import(&room, "ghost", &path, &["--mapping", "mapping.toml"]).fine();
    let second = import(&room, "ghost", &path, &["--mapping", "mapping.toml"]).fine();
    assert_eq!(count(&second, "unchanged"), count(&first, "imported"), "{second}");
    assert_eq!((count(&second, "imported"), count(&second, "changed")), (0, 0), "{second}");
    // Few that were left out are named.
    assert!(first.contains("left out: line 87: post 6b047c68cdd2507c71a23e6f"), "{first}");
    let paper = serve(&room);
    let locked = follow(&paper, "/story-0-paid/");
    assert!(locked.text.contains("HEADMARK0") && !locked.text.contains("HIDDENMID0"));
    let unmarked = follow(&paper, "/story-4-paid-nomarker/");
    assert!(!unmarked.text.contains("HEADMARK4") && !unmarked.text.contains("HIDDENMID4"));
    for path in ["/", "/feeds/all.rss", "/feeds/all.json", "/search?q=harbour"] {
        let page = get(&paper.address, path, None).text;
        for number in [0, 3, 4, 6, 8, 9] {
            assert!(!page.contains(&format!("HIDDENMID{number}")), "{number} stands at {path}");
        }
    }
    let found = get(&paper.address, "/search?q=HIDDENMID0", None).text;
    assert!(!found.contains("story-0-paid"), "it is found by a locked word");
    assert!(follow(&paper, "/story-1-public/").text.contains("HIDDENMID1"), "it is free");
    // The new paper is called as the site was; an import into one that is set up changes nothing of that.
    let note = "the new paper is called \"Peer Gazette\", as the site was";
    assert!(first.contains(note) && !second.contains(note), "{first}{second}");
    assert!(get(&paper.address, "/", None).text.contains("Peer Gazette"));
}

#[test]
fn a_folder_of_others_is_served() {
    let room = Room::new();
    let path = format!("{FIXTURES}/markdown/site");
    let first = import(&room, "markdown", &path, &[]);
    assert_eq!(first.status.code(), Some(3), "it has bad files: {}", first.out);
    let second = import(&room, "markdown", &path, &[]);
    assert_eq!(count(&second.out, "unchanged"), count(&first.out, "imported"), "{}", second.out);
    assert_eq!((count(&second.out, "imported"), count(&second.out, "changed")), (0, 0));
    let more = ["--listen", "127.0.0.1:0", "--operator-listen", "127.0.0.1:0"];
    let paper = room.serve(&[&["serve", "--data", "paper"], &more[..]].concat());
    let front = get(&paper.address, "/", None);
    assert_eq!(front.status, 200);
    for word in ["_drafts", "Hidden", "Soon"] {
        assert!(!front.text.contains(word), "{word}");
    }
}

#[test]
fn pictures_say_what_they_are_and_bad_ones_are_left_out_by_name() {
    let room = Room::new();
    std::fs::create_dir_all(room.path("up/2020")).unwrap();
    room.write("up/2020/photo.jpg", photograph("The quay at dawn", "M. Ilves"));
    room.write("up/2020/wall.png", bomb());
    room.write("up/2020/short.jpg", &photograph("x", "y")[..20]);
    room.write("up/2020/page.gif", "<html>no picture</html>");
    let huge = std::fs::File::create(room.path("up/2020/huge.jpg")).unwrap();
    huge.set_len((32 << 20) + 1).unwrap();
    room.write("up/2020/talk.mp3", "ID3 a sound");
    let image = |name: &str| {
        format!("<img src='https://old.example/wp-content/uploads/2020/{name}' alt='x'>\n\n")
    };
    let mut text: String =
        ["photo.jpg", "wall.png", "short.jpg", "page.gif", "huge.jpg"].map(image).concat();
    text += "<p><a href='https://old.example/wp-content/uploads/2020/talk.mp3'>Listen</a></p>";
    let mut arabic = Post::new(
        2,
        "\u{645}\u{631}\u{62d}\u{628}\u{627}",
        "<p>\u{645}\u{631}\u{62d}\u{628}\u{627}</p>",
    );
    arabic.more = "<category domain=\"language\" nicename=\"ar\"><![CDATA[ar]]></category>";
    room.write("export.xml", export("News", &[Post::new(1, "Shown", &text), arabic]));
    let said = import(&room, "wordpress", "export.xml", &["--uploads", "up"]).fine();
    for part in
        ["wall.png is not to be had", "short.jpg is not to be had", "page.gif is not to be had"]
    {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert!(said.contains("60000 x 60000 pixels"), "{said}");
    assert!(said.contains("they have more than 33554432 bytes"), "{said}");
    let paper = serve(&room);
    let page = follow(&paper, "/?p=1").text;
    assert!(page.contains("The quay at dawn") && page.contains("M. Ilves"), "{page}");
    assert!(
        page.contains("width=\"2\"") && page.contains("height=\"4\""),
        "turned as the camera says"
    );
    assert!(follow(&paper, "/?p=2").text.contains("dir=\"rtl\""));
    let sound = page
        .split("href=\"")
        .find_map(|rest| rest.split('"').next().filter(|to| to.ends_with(".mp3")));
    let sound = get(&paper.address, &sound.unwrap().replace("&#x2f;", "/"), None);
    assert_eq!((sound.status, sound.header("content-type")), (200, Some("audio/mpeg")));
    assert_eq!(sound.header("content-disposition"), Some("attachment; filename=\"talk.mp3\""));
    assert_eq!(sound.header("x-content-type-options"), Some("nosniff"));
}

#[test]
fn old_addresses_of_files_for_everybody_lead_to_them_and_others_nowhere() {
    let room = Room::new();
    std::fs::create_dir_all(room.path("up/2020")).unwrap();
    room.write("up/2020/open.gif", PIXEL);
    room.write("up/2020/shut.gif", [PIXEL, b"2"].concat());
    let image = |name: &str| format!("<img src='/wp-content/uploads/2020/{name}' alt='x'>\n");
    let text = format!("{}<!--more-->\n{}", image("open.gif"), image("shut.gif"));
    room.write("export.xml", export("News", &[Post::new(1, "Shown", &text)]));
    room.write("mapping.toml", "default_access = \"subscribers\"\n");
    let more = ["--uploads", "up", "--mapping", "mapping.toml"];
    import(&room, "wordpress", "export.xml", &more).fine();
    let paper = serve(&room);
    for path in ["/wp-content/uploads/2020/open.gif", "/wp-content/uploads/2020/open-300x200.gif"] {
        let moved = get(&paper.address, path, None);
        assert_eq!(moved.status, 301, "{path}");
        let target = moved.header("location").unwrap().to_owned();
        assert!(target.starts_with("/media/") && target.ends_with(".gif"), "{target}");
        assert_eq!(get(&paper.address, &target, None).status, 200);
    }
    let shut = get(&paper.address, "/wp-content/uploads/2020/shut.gif", None);
    let none = get(&paper.address, "/wp-content/uploads/2020/none.gif", None);
    assert_eq!((shut.status, none.status), (404, 404));
    let bare = |answer: &Answer| answer.text.replace("shut", "none");
    assert_eq!(bare(&shut), bare(&none), "a locked file is told from an unknown one");
    let names = |answer: &Answer| -> Vec<String> {
        answer.headers.iter().map(|(name, _)| name.clone()).collect()
    };
    assert_eq!(names(&shut), names(&none));
    // They go along with an export, and come back.
    room.run(&["export", "one", "--data", "paper"]).fine();
    room.run(&["import", "--from", "masthead", "one", "--data", "again"]).fine();
    room.run(&["export", "two", "--data", "again"]).fine();
    let read = |name: &str| std::fs::read_to_string(room.path(name)).unwrap();
    assert_eq!(read("one/old_files.toml"), read("two/old_files.toml"));
    assert!(read("one/old_files.toml").contains("open.gif"));
}
