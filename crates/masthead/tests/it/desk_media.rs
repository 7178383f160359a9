//! Pictures and documents at the desk: what comes in and what is refused, who sees a file before and after its article is published, finding,
//! describing, replacing and deleting.

use bytes::Bytes;
use http::{Method, StatusCode};
use http_body_util::Full;
use newsroom::Role;
use newsroom::picture::{caption_and_credit, probe};
use web::{Headers, Sent, Site, Target};

use crate::ask::{Ask, Reply};
use crate::desk::{STORY, paper};
use crate::jar::Jar;
use crate::paper::{TestPaper, wait};

/// A file of a form: its field, its name, its bytes.
type Sending<'a> = (&'a str, &'a str, Vec<u8>);

pub(crate) fn picture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../newsroom/tests/pictures");
    std::fs::read(format!("{folder}/{name}")).unwrap()
}

/// A form with files, as browsers spell it.
fn multipart(fields: &[(&str, &str)], files: &[Sending<'_>]) -> Vec<u8> {
    let mut form = Vec::new();
    for (name, value) in fields {
        form.extend(
            format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                .bytes(),
        );
    }
    for (field, name, bytes) in files {
        let head = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n"
        );
        form.extend(head.bytes());
        form.extend(bytes);
        form.extend(b"\r\n");
    }
    form.extend(b"--edge--\r\n");
    form
}

impl TestPaper {
    /// Sends a form with files, as the server takes it in: whoever is not welcome sends nothing.
    #[track_caller]
    pub(crate) fn bring(
        &self,
        jar: &mut Jar,
        at: &str,
        fields: &[(&str, &str)],
        files: &[Sending<'_>],
    ) -> Reply {
        let form = multipart(fields, files);
        let ask = Ask::form(at)
            .instead("content-length", &form.len().to_string())
            .with("content-type", "multipart/form-data; boundary=edge");
        let cookies = jar.header(self.clock.now()).unwrap_or_default();
        let known =
            if cookies.is_empty() { ask.clone() } else { ask.clone().with("cookie", &cookies) };
        let lines = Headers::lines(&known.headers);
        let headers = Headers::of(&lines);
        let target = Target::of_path(at);
        assert!(Site::may_have_files(&Method::POST, target, headers), "{at}");
        let sent = match wait(self.site.welcomes_files(&Method::POST, target, headers, known.peer))
        {
            true => wait(self.site.receive(headers, Full::new(Bytes::from(form)))),
            false => Sent::Nothing,
        };
        self.send(jar, Ask { sent, ..ask })
    }

    /// Sends a form with files as a program does: with these lines in its head, and no cookie.
    #[track_caller]
    pub(crate) fn bring_as(
        &self,
        heads: &[(&str, &str)],
        at: &str,
        files: &[Sending<'_>],
    ) -> Reply {
        self.send_files(&Method::POST, heads, at, files)
    }

    /// The same with another method.
    pub(crate) fn send_files(
        &self,
        method: &Method,
        heads: &[(&str, &str)],
        at: &str,
        files: &[Sending<'_>],
    ) -> Reply {
        let form = multipart(&[], files);
        let ask = Ask::new(method.clone(), at)
            .with("content-length", &form.len().to_string())
            .with("content-type", "multipart/form-data; boundary=edge");
        let ask = heads.iter().fold(ask, |ask, (name, value)| ask.with(name, value));
        let lines = Headers::lines(&ask.headers);
        let (headers, target) = (Headers::of(&lines), Target::of_path(at));
        assert!(Site::may_have_files(method, target, headers), "{at}");
        let sent = match wait(self.site.welcomes_files(method, target, headers, ask.peer)) {
            true => wait(self.site.receive(headers, Full::new(Bytes::from(form)))),
            false => Sent::Nothing,
        };
        self.ask(&Ask { sent, ..ask.clone() })
    }

    /// Brings one picture; its page at the desk.
    #[track_caller]
    fn bring_one(&self, jar: &mut Jar, name: &str, called: &str) -> String {
        let reply = self.bring(jar, "/desk/media", &[], &[("files", called, picture(name))]);
        let to = reply.header("location");
        to.strip_suffix("?said=brought").unwrap_or_else(|| panic!("{}", reply.text())).to_owned()
    }

    fn media_files(&self) -> usize {
        let folder = self.folder.path().join("media");
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap());
        files.filter(|file| file.file_type().unwrap().is_file()).count()
    }
}

/// The address of a file as its page at the desk names it.
fn whole(page: &str) -> String {
    let start = page.find("href=\"/desk/files/").expect("a file") + 6;
    page[start..].split('"').next().unwrap().to_owned()
}

#[test]
fn files_come_in_several_at_once_and_say_what_they_are() {
    let paper = paper();
    let mut jar = paper.staff("author@courant.example", Role::Author);
    let reply = paper.bring(
        &mut jar,
        "/desk/media",
        &[],
        &[
            ("files", "Brücke im Nebel.JPG", picture("iptc-utf8.jpg")),
            ("files", "Budget 2026.pdf", b"%PDF-1.7".to_vec()),
            ("files", "brucke-im-nebel.jpeg", picture("plain.jpg")),
        ],
    );
    assert_eq!(reply.header("location"), "/desk/media?said=brought", "{}", reply.text());
    let list = paper.send(&mut jar, Ask::get("/desk/media")).text();
    let place = |name: &str| list.find(name).unwrap_or_else(|| panic!("{name}: {list}"));
    // The newest first; a name that is taken is numbered.
    assert!(place("brucke-im-nebel-2.jpg") < place("budget-2026.pdf"));
    assert!(place("budget-2026.pdf") < place(">brucke-im-nebel.jpg"));
    let noted = caption_and_credit(&picture("iptc-utf8.jpg")).unwrap();
    assert!(list.contains(&format!("© {}", noted.credit.unwrap())), "{list}");
    let caption = noted.caption.unwrap();
    let one =
        paper.send(&mut jar, Ask::get("/desk/media?q=br%C3%BCcke+nebel&kind=pictures")).text();
    assert!(one.contains("brucke-im-nebel.jpg") && !one.contains("budget"), "{one}");
    let found = caption.split_whitespace().next().unwrap();
    let by_caption = paper.send(&mut jar, Ask::get(&format!("/desk/media?q={found}"))).text();
    assert!(by_caption.contains(">brucke-im-nebel.jpg") && !by_caption.contains("-2.jpg"));
    let none = paper.send(&mut jar, Ask::get("/desk/media?q=nothing+at+all")).text();
    assert!(none.contains("No file has these words."), "{none}");
    for strange in ["/desk/media?before=x", "/desk/media/x", "/desk/media/99999"] {
        assert_eq!(
            paper.send(&mut jar, Ask::get(strange)).status,
            StatusCode::NOT_FOUND,
            "{strange}"
        );
    }
}

#[test]
fn what_a_camera_wrote_is_gone_before_the_file_is_kept() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let at = paper.bring_one(&mut jar, "turned-6.jpg", "IMG_1.jpg");
    let page = paper.send(&mut jar, Ask::get(&at)).text();
    let kept = paper.send(&mut jar, Ask::get(&whole(&page)));
    assert_eq!((kept.status, kept.header("cache-control")), (StatusCode::OK, "private, no-store"));
    assert_eq!(probe(&kept.body), probe(&picture("turned-6.jpg")), "turned as it was");
    let folder = paper.folder.path().join("media");
    for file in std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        let bytes = if file.is_file() { std::fs::read(&file).unwrap() } else { Vec::new() };
        assert!(!bytes.windows(6).any(|part| part == b"SECRET"), "{}", file.display());
    }
    assert_eq!(std::fs::read_dir(paper.folder.path().join("arriving")).unwrap().count(), 0);
}

#[test]
fn what_is_refused_says_which_file_and_why_and_holds_up_no_other() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let before = paper.media_files();
    let reply = paper.bring(
        &mut jar,
        "/desk/media",
        &[],
        &[
            ("files", "bomb.png", picture("bomb.png")),
            ("files", "words.jpg", picture("words.jpg")),
            ("files", "lying.webp", picture("lying.webp")),
            ("files", "script.html", b"<script>".to_vec()),
            ("files", "empty.pdf", Vec::new()),
            ("files", "huge.svg", vec![b' '; (4 << 20) + 1]),
            ("files", "good <b>.png", picture("plain.png")),
        ],
    );
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = reply.text();
    for told in [
        "“bomb.png” ",
        "“words.jpg” is not a picture",
        "“lying.webp” ",
        "“script.html” is empty or of a kind",
        "“empty.pdf” ",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    assert!(text.contains("“huge.svg” is too large: 4 MB at most."), "{text}");
    assert!(!text.contains("good <b>"), "{text}");
    assert!(text.contains("good-b.png"), "the good one is kept");
    assert_eq!(paper.media_files(), before + 1);
    // Nothing, and too much.
    let none = paper.bring(&mut jar, "/desk/media", &[("x", "y")], &[]);
    assert!(none.text().contains("No file was chosen."));
    let long = Ask { sent: Sent::TooLong, ..Ask::form("/desk/media") };
    let refused = paper.send(&mut jar, long);
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(refused.text().contains("20 files and 256 MB together"), "{}", refused.text());
    let broken = Ask { sent: Sent::Broken, ..Ask::form("/desk/media") };
    assert_eq!(paper.send(&mut jar, broken).status, StatusCode::BAD_REQUEST);
    let busy = Ask { sent: Sent::Busy, ..Ask::form("/desk/media") };
    assert_eq!(paper.send(&mut jar, busy).status, StatusCode::SERVICE_UNAVAILABLE);
}

#[test]
fn of_strangers_and_readers_not_a_byte_is_taken() {
    let paper = paper();
    let mut reader = Jar::default();
    paper.sign_in(&mut reader, "ada@reader.example");
    for jar in [&mut Jar::default(), &mut reader] {
        for at in ["/desk/media", "/desk/media/1", "/desk/articles"] {
            let reply = paper.bring(
                jar,
                at,
                &[("act", "save")],
                &[("files", "a.png", picture("plain.png"))],
            );
            assert!(
                matches!(
                    reply.status,
                    StatusCode::BAD_REQUEST | StatusCode::SEE_OTHER | StatusCode::FORBIDDEN
                ),
                "{at} {}",
                reply.status
            );
        }
    }
    assert!(!paper.folder.path().join("arriving").exists(), "nothing was begun");
    assert_eq!(paper.rows("SELECT count(*) FROM files WHERE added_by <> ''"), 0);
}

#[test]
fn a_file_is_the_newsroom_s_until_an_article_is_out_that_shows_it_and_then_its_readers_alone() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let lead = paper.bring_one(&mut jar, "plain.jpg", "lead.jpg");
    let below = paper.bring_one(&mut jar, "alpha.png", "below.png");
    let files: Vec<String> =
        [&lead, &below].map(|at| whole(&paper.send(&mut jar, Ask::get(at)).text())).to_vec();
    let mut reader = Jar::default();
    paper.sign_in(&mut reader, "ada@reader.example");
    let strangers = |paper: &TestPaper, reader: &mut Jar| {
        for address in &files {
            let file = address.rsplit('/').next().unwrap();
            let key = paper.key("m01");
            for asked in [address.clone(), format!("/media/{file}"), format!("/media/{key}/{file}")]
            {
                for jar in [&mut Jar::default(), &mut *reader] {
                    let reply = paper.send(jar, Ask::get(&asked));
                    assert_ne!(reply.status, StatusCode::OK, "{asked}");
                }
            }
        }
    };
    strangers(&paper, &mut reader);
    let text = "Above.\n\n<!-- paywall -->\n\nqzdeskx1zq\n\n::: picture \"pictures/below.png\"\nalt: Below\n:::\n";
    let at = paper.begin(&mut jar, "With pictures", text);
    let page = paper.send(&mut jar, Ask::get(&at));
    let fields =
        [("act", "save"), ("image_pick", "pictures/lead.jpg"), ("image_alt", "The bridge")];
    assert_eq!(paper.send_form(&mut jar, &at, &page, &fields).status, StatusCode::SEE_OTHER);
    let look = paper.send(&mut jar, Ask::get(&format!("{at}/look"))).text();
    for file in &files {
        assert!(look.contains(file), "{file} is seen before it is out: {look}");
        assert_eq!(paper.send(&mut jar, Ask::get(file)).status, StatusCode::OK);
    }
    strangers(&paper, &mut reader);
    assert_eq!(paper.put_out(&mut jar, &at).status, StatusCode::SEE_OTHER);
    strangers(&paper, &mut reader);
    let teaser = paper.ask(&Ask::get("/harbour/with-pictures")).text();
    assert!(!teaser.contains("/desk/files/"), "{teaser}");
    assert!(teaser.contains("alt=\"The bridge\"") && !teaser.contains("below"), "{teaser}");
    let start = teaser.find("/media/").unwrap();
    let shown = teaser[start..].split(['"', ' ']).next().unwrap();
    assert_eq!(paper.ask(&Ask::get(shown)).status, StatusCode::OK, "{shown}");
    // Below the line: those who opened it.
    let opened = paper.send(&mut jar, Ask::get("/harbour/with-pictures")).text();
    let start = opened.find("qzdeskx1zq").unwrap();
    let rest = &opened[start..];
    let locked = rest[rest.find("/media/").unwrap()..].split(['"', ' ']).next().unwrap().to_owned();
    assert_eq!(paper.ask(&Ask::get(&locked)).status, StatusCode::NOT_FOUND, "{locked}");
    let mut visitor = Jar::default();
    let ask = Ask::form("/harbour/with-pictures/reading");
    assert!(paper.browse(&mut visitor, ask).text().contains("qzdeskx1zq"));
    assert_eq!(paper.send(&mut visitor, Ask::get(&locked)).status, StatusCode::OK);
    // What is used stays.
    let stays = paper.send(&mut jar, Ask::fields(&below, &[("act", "delete")]));
    assert_eq!(stays.status, StatusCode::CONFLICT);
    let told = stays.text();
    assert!(told.contains("It is not deleted") && told.contains("With pictures"), "{told}");
}

#[test]
fn a_lead_picture_comes_with_the_form_of_its_article() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let fields = [
        ("act", "save"),
        ("made_from", "0"),
        ("published_version", "0"),
        ("headline", "Grüße & mehr"),
        ("section", "harbour"),
        ("access", "metered"),
        ("genre", "news"),
        ("text", STORY),
    ];
    let kept = paper.bring(
        &mut jar,
        "/desk/articles",
        &fields,
        &[
            ("image_upload", "quay.jpg", picture("iptc-utf8.jpg")),
            ("text_files", "list.csv", b"a,b".to_vec()),
        ],
    );
    let at = kept
        .header("location")
        .strip_suffix("?said=saved")
        .unwrap_or_else(|| panic!("{}", kept.text()))
        .to_owned();
    let page = paper.send(&mut jar, Ask::get(&at)).text();
    let noted = caption_and_credit(&picture("iptc-utf8.jpg")).unwrap();
    assert!(
        page.contains("Grüße &amp; mehr") && page.contains("value=\"pictures/quay.jpg\""),
        "{page}"
    );
    assert!(page.contains(&noted.credit.unwrap()), "{page}");
    assert!(page.contains("[list.csv](attachments/list.csv)"), "{page}");
    // One that is refused loses nothing of what was typed.
    let made_from = crate::money::hidden(&page, "made_from");
    let fields = [
        ("act", "publish"),
        ("made_from", &made_from),
        ("published_version", "0"),
        ("headline", "Kept"),
        ("section", "harbour"),
        ("access", "metered"),
        ("genre", "news"),
        ("text", STORY),
    ];
    let refused =
        paper.bring(&mut jar, &at, &fields, &[("image_upload", "words.jpg", picture("words.jpg"))]);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("words.jpg") && refused.text().contains("value=\"Kept\""));
    assert_eq!(paper.rows("SELECT count(*) FROM articles WHERE slug = 'kept'"), 0);
    assert!(paper.send(&mut jar, Ask::get(&at)).text().contains("value=\"Kept\""));
}

#[test]
fn another_file_in_its_place_is_seen_in_what_is_published_and_deleting_leaves_nothing() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let file = paper.bring_one(&mut jar, "plain.jpg", "lead.jpg");
    let at = paper.begin(&mut jar, "Replaced", STORY);
    let page = paper.send(&mut jar, Ask::get(&at));
    let fields = [("act", "publish"), ("image_pick", "pictures/lead.jpg"), ("image_alt", "x")];
    assert_eq!(paper.send_form(&mut jar, &at, &page, &fields).status, StatusCode::SEE_OTHER);
    let before = paper.ask(&Ask::get("/harbour/replaced")).text();
    let other = paper.bring(
        &mut jar,
        &file,
        &[("act", "replace")],
        &[("file", "x.png", picture("plain.png"))],
    );
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(other.text().contains("has to end in .jpg"), "{}", other.text());
    let done = paper.bring(
        &mut jar,
        &file,
        &[("act", "replace")],
        &[("file", "x.jpeg", picture("gray.jpg"))],
    );
    assert_eq!(done.header("location"), format!("{file}?said=replaced"), "{}", done.text());
    let after = paper.ask(&Ask::get("/harbour/replaced")).text();
    let shown = |page: &str| {
        page[page.find("/media/").unwrap()..].split(['"', ' ', '-']).next().unwrap().to_owned()
    };
    assert_ne!(shown(&before), shown(&after));
    assert!(!after.contains("Updated"), "nothing was changed in the text");
    // Said anew, and found by it.
    let said = [
        ("act", "save"),
        ("alt", "A  bridge"),
        ("caption", "Fog over the sound"),
        ("credit", "Nell"),
        ("focus", "40% 30%"),
    ];
    assert_eq!(paper.send(&mut jar, Ask::fields(&file, &said)).status, StatusCode::SEE_OTHER);
    assert!(paper.send(&mut jar, Ask::get("/desk/media?q=fog")).text().contains("lead.jpg"));
    let long = "a".repeat(121);
    for wrong in [("credit", long.as_str()), ("focus", "left")] {
        let refused = paper.send(&mut jar, Ask::fields(&file, &[("act", "save"), wrong]));
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong:?}");
    }
    let spare = paper.bring_one(&mut jar, "alpha.png", "spare.png");
    let files = paper.media_files();
    let gone = paper.send(&mut jar, Ask::fields(&spare, &[("act", "delete")]));
    assert_eq!(gone.header("location"), "/desk/media?said=deleted", "{}", gone.text());
    assert_eq!(paper.media_files(), files - 1);
    assert_eq!(paper.send(&mut jar, Ask::get(&spare)).status, StatusCode::NOT_FOUND);
    let mut publisher = paper.staff("publisher@courant.example", Role::Publisher);
    let record = paper.send(&mut publisher, Ask::get("/desk/record")).text();
    for deed in ["brought the file", "described the file", "replaced the file", "deleted the file"]
    {
        assert!(record.contains(&format!("<b>editor</b> {deed} ")), "{deed}: {record}");
    }
}

#[test]
fn an_author_changes_their_own_files_until_they_are_published() {
    let paper = paper();
    let mut author = paper.staff("author@courant.example", Role::Author);
    let mut other = paper.staff("other@courant.example", Role::Author);
    let mut editor = paper.staff("editor@courant.example", Role::Editor);
    let file = paper.bring_one(&mut author, "plain.jpg", "mine.jpg");
    let say = |jar: &mut Jar| {
        paper.send(jar, Ask::fields(&file, &[("act", "save"), ("alt", "x")])).status
    };
    assert_eq!(say(&mut other), StatusCode::FORBIDDEN);
    assert_eq!(say(&mut author), StatusCode::SEE_OTHER);
    let at = paper.begin(&mut editor, "With it", STORY);
    let page = paper.send(&mut editor, Ask::get(&at));
    let fields = [("act", "publish"), ("image_pick", "pictures/mine.jpg")];
    assert_eq!(paper.send_form(&mut editor, &at, &page, &fields).status, StatusCode::SEE_OTHER);
    assert_eq!(say(&mut author), StatusCode::FORBIDDEN, "it is out");
    assert_eq!(say(&mut editor), StatusCode::SEE_OTHER);
}

#[test]
fn the_files_of_an_article_that_is_to_come_are_nobody_s_until_its_second() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let file = paper.bring_one(&mut jar, "plain.jpg", "lead.jpg");
    let at = paper.begin(&mut jar, "To come with a picture", STORY);
    let page = paper.send(&mut jar, Ask::get(&at));
    let planned = [
        ("act", "publish"),
        ("publish_at", "2026-09-17T08:00:30"),
        ("image_pick", "pictures/lead.jpg"),
        ("image_alt", "x"),
    ];
    assert_eq!(paper.send_form(&mut jar, &at, &page, &planned).status, StatusCode::SEE_OTHER);
    let shown = |paper: &TestPaper, jar: &mut Jar| {
        let look = paper.send(jar, Ask::get(&format!("{at}/look"))).text();
        let start = look.find("src=\"/media/").expect("its address in the paper is known") + 5;
        look[start..].split(['"', ' ']).next().unwrap().to_owned()
    };
    let address = shown(&paper, &mut jar);
    let whole = format!("{}.jpg", address.split(['-', '.']).next().unwrap());
    let mut reader = Jar::default();
    paper.sign_in(&mut reader, "ada@reader.example");
    let nobody_s = |paper: &TestPaper, reader: &mut Jar, addresses: &[&String]| {
        for asked in addresses {
            for jar in [&mut Jar::default(), &mut *reader] {
                let reply = paper.send(jar, Ask::get(asked));
                assert_eq!(reply.status, StatusCode::NOT_FOUND, "{asked}");
                assert!(!reply.is_shareable(), "nobody keeps that it is not there: {asked}");
            }
        }
    };
    nobody_s(&paper, &mut reader, &[&address, &whole]);
    // Another one in its place waits as well.
    let done = paper.bring(
        &mut jar,
        &file,
        &[("act", "replace")],
        &[("file", "x.jpeg", picture("gray.jpg"))],
    );
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let replaced = shown(&paper, &mut jar);
    assert_ne!(address, replaced);
    nobody_s(&paper, &mut reader, &[&address, &replaced]);
    paper.at("2026-09-17T08:00:29-03:00");
    nobody_s(&paper, &mut reader, &[&replaced]);
    paper.at("2026-09-17T08:00:30-03:00");
    assert_eq!(paper.ask(&Ask::get(&replaced)).status, StatusCode::OK);
    let mut jar = paper.staff("another@courant.example", Role::Editor);
    // A second article that comes sooner brings a file that waits for the first.
    let other = paper.bring_one(&mut jar, "plain.png", "shared.png");
    let mut planned_for = |headline: &str, instant: &str| {
        let at = paper.begin(&mut jar, headline, STORY);
        let page = paper.send(&mut jar, Ask::get(&at));
        let fields = [
            ("act", "publish"),
            ("publish_at", instant),
            ("image_pick", "pictures/shared.png"),
            ("image_alt", "x"),
        ];
        let out = paper.send_form(&mut jar, &at, &page, &fields);
        assert_eq!(out.status, StatusCode::SEE_OTHER, "{}", out.text());
        paper.send(&mut jar, Ask::get(&format!("{at}/look"))).text()
    };
    let late = planned_for("Late", "2026-12-01T08:00:00");
    let start = late.find("src=\"/media/").unwrap() + 5;
    let shared = late[start..].split(['"', ' ']).next().unwrap().to_owned();
    nobody_s(&paper, &mut reader, &[&shared]);
    planned_for("Soon", "");
    assert_eq!(paper.ask(&Ask::get(&shared)).status, StatusCode::OK);
    assert!(!other.is_empty());
}

#[test]
fn a_part_of_a_picture_becomes_a_picture_of_its_own_and_the_whole_stays() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let file = paper.bring_one(&mut jar, "plain.jpg", "bridge.jpg");
    let said = [("act", "save"), ("alt", "A bridge"), ("credit", "Nell"), ("focus", "10% 10%")];
    assert_eq!(paper.send(&mut jar, Ask::fields(&file, &said)).status, StatusCode::SEE_OTHER);
    let part = |left: &'static str, width: &'static str| {
        [("act", "cut"), ("left", left), ("top", "0"), ("width", width), ("height", "50")]
    };
    for (left, width) in
        [("0", "0"), ("60", "41"), ("-1", "50"), ("x", "50"), ("", ""), ("NaN", "50"), ("1e9", "5")]
    {
        let refused = paper.send(&mut jar, Ask::fields(&file, &part(left, width)));
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{left} {width}");
        assert!(refused.text().contains("That is no part of the picture."), "{left} {width}");
    }
    // Another of the newsroom may take a part of what is not theirs.
    let mut author = paper.staff("author@courant.example", Role::Author);
    let done = paper.send(&mut author, Ask::fields(&file, &part("25", "50,5")));
    let at = done.header("location").strip_suffix("?said=cut").expect("a part").to_owned();
    let page = paper.send(&mut jar, Ask::get(&at)).text();
    assert!(page.contains("bridge-part.webp") && page.contains("value=\"A bridge\""), "{page}");
    assert!(!page.contains("10% 10%"), "the point that stays in sight is another one: {page}");
    let bytes = |paper: &TestPaper, jar: &mut Jar, at: &str| {
        let page = paper.send(jar, Ask::get(at)).text();
        paper.send(jar, Ask::get(&whole(&page))).plain()
    };
    let of = |bytes: &[u8]| probe(bytes).map(|facts| (facts.width, facts.height)).unwrap();
    let (before, after) = (bytes(&paper, &mut jar, &file), bytes(&paper, &mut jar, &at));
    let (wide, high) = of(&before);
    assert_eq!(of(&after), (wide * 505 / 1_000, high / 2));
    assert_eq!(before.len(), picture("plain.jpg").len(), "the whole stays as it is");
    // Of what is drawn or no picture nothing is cut.
    let reply =
        paper.bring(&mut jar, "/desk/media", &[], &[("files", "x.pdf", b"%PDF-1.7".to_vec())]);
    let document = reply.header("location").strip_suffix("?said=brought").unwrap().to_owned();
    let refused = paper.send(&mut jar, Ask::fields(&document, &part("0", "50")));
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!paper.send(&mut jar, Ask::get(&document)).text().contains("desk-cut"));
}
