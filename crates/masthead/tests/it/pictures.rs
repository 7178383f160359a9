//! Pictures in their widths, behind the gate where their article is locked, and the picture of a shared article.

use http::StatusCode;
use newsroom::picture::{Facts, Format, WIDTHS, probe};
use store::Media;

use crate::ask::{Ask, Reply};
use crate::jar::Jar;
use crate::paper::{TestPaper, answer, wait};

const FOREVER: &str = "public, max-age=31536000, immutable";

/// A picture of the newsroom's tests: 60 x 40 pixels as it is seen.
fn picture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../newsroom/tests/pictures");
    std::fs::read(format!("{folder}/{name}")).unwrap()
}

/// Keeps a picture, for everybody or for the readers of one article, and tells its address without the ending.
fn keep(paper: &TestPaper, name: &str, size: (u32, u32), code: Option<&str>) -> String {
    let article = code.map(|code| paper.key(code));
    let media =
        Media { name: format!("pictures/{name}"), size: Some(size), article, bytes: picture(name) };
    let address = wait(paper.store.save_media(media)).unwrap().address();
    address.rsplit_once('.').unwrap().0.to_owned()
}

fn facts(reply: &Reply) -> Facts {
    probe(&reply.body).unwrap()
}

/// The address of the share picture that an article's page names.
pub(crate) fn shared(paper: &TestPaper, code: &str) -> String {
    let page = paper.get(&paper.path(code)).text();
    let (_, rest) = page.split_once("og:image\" content=\"").expect("a share picture");
    let address = rest.split('"').next().unwrap();
    address[address.find("/share/").expect(address)..].to_owned()
}

fn in_widths(paper: &TestPaper) -> usize {
    let folder = paper.folder.path().join("media/widths");
    std::fs::read_dir(folder).map_or(0, |files| {
        files
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .inspect(|name| assert!(!name.ends_with(".new"), "{name} was left half-written"))
            .count()
    })
}

#[test]
fn a_picture_comes_in_its_widths_and_in_no_other() {
    let paper = TestPaper::new();
    let stem = keep(&paper, "turned-6.jpg", (60, 40), None);
    let reply = paper.get(&format!("{stem}-160.webp"));
    let Facts { format, width, height, orientation, .. } = facts(&reply);
    assert_eq!((format, width, height, orientation), (Format::WebP, 60, 40, 1));
    assert_eq!(reply.header("content-type"), "image/webp");
    assert_eq!(reply.header("cache-control"), FOREVER);
    let again = Ask::get(&format!("{stem}-160.webp")).with("if-none-match", reply.header("etag"));
    assert_eq!(paper.ask(&again).status, StatusCode::NOT_MODIFIED);
    // Nothing is scaled up, no width has two spellings, and nothing else is made.
    for width in WIDTHS[1..]
        .iter()
        .map(u32::to_string)
        .chain(["161", "0160", "+160", "", "160s", "99999999999"].map(str::to_owned))
    {
        let asked = format!("{stem}-{width}.webp");
        assert_eq!(paper.get(&asked).status, StatusCode::NOT_FOUND, "{asked}");
    }
    for asked in [
        format!("{stem}-160.jpg"),
        format!("{stem}-160-160.webp"),
        format!("{stem}.webp"),
        format!("{stem}-160"),
    ] {
        assert_eq!(paper.get(&asked).status, StatusCode::NOT_FOUND, "{asked}");
    }
    assert_eq!(in_widths(&paper), 1);
    let large = keep(&paper, "plain.jpg", (700, 400), None);
    let status = |width: u32| paper.get(&format!("{large}-{width}.webp")).status;
    assert_eq!(
        WIDTHS.map(|width| status(width) == StatusCode::OK).iter().filter(|ok| **ok).count(),
        5
    );
}

#[test]
fn the_original_is_served_without_what_its_camera_wrote() {
    let paper = TestPaper::new();
    for (name, ending) in [
        ("turned-6.jpg", "jpg"),
        ("commented.png", "png"),
        ("still.gif", "gif"),
        ("lossy.webp", "webp"),
    ] {
        let stem = keep(&paper, name, (60, 40), None);
        let reply = paper.get(&format!("{stem}.{ending}"));
        assert_eq!(reply.status, StatusCode::OK, "{name}");
        assert_eq!(probe(&reply.body), probe(&picture(name)), "{name}");
        for secret in [&b"SECRET"[..], b"adobe", b"photoshop"] {
            assert!(!reply.body.windows(secret.len()).any(|part| part == secret), "{name}");
        }
    }
}

#[test]
fn a_width_of_a_locked_picture_opens_with_its_article_alone() {
    let paper = TestPaper::new();
    let stem = keep(&paper, "plain.jpg", (60, 40), Some("m01"));
    let asked = [format!("{stem}-160.webp"), format!("{stem}.jpg")];
    let hash = stem.rsplit('/').next().unwrap();
    let [mut reader, mut other] = ["m01", "m02"].map(|code| paper.visitor_of(&[code]));
    // First those who may not, so that nothing is there yet, then those who may, then the others again.
    for turn in 0..2 {
        for address in &asked {
            for jar in [&mut Jar::default(), &mut other] {
                assert_eq!(
                    paper.send(jar, Ask::get(address)).status,
                    StatusCode::NOT_FOUND,
                    "{turn} {address}"
                );
            }
        }
        for address in [
            format!("/media/{hash}-160.webp"),
            format!("/media/{}/{hash}-160.webp", paper.key("m02")),
        ] {
            assert_eq!(
                paper.send(&mut other, Ask::get(&address)).status,
                StatusCode::NOT_FOUND,
                "{address}"
            );
        }
        assert_eq!(in_widths(&paper), turn, "what nobody may see is not made");
        for address in &asked {
            let reply = paper.send(&mut reader, Ask::get(address));
            assert_eq!(reply.status, StatusCode::OK, "{address}");
            assert_eq!(reply.header("cache-control"), "private, no-store");
            assert_eq!(facts(&reply).width, 60);
        }
    }
}

#[test]
fn a_broken_picture_is_not_there_and_harms_nobody() {
    let paper = TestPaper::new();
    for name in ["bomb.png", "lying.webp", "words.jpg", "empty.jpg"] {
        let stem = keep(&paper, name, (60, 40), None);
        for _ in 0..2 {
            let asked = format!("{stem}-160.webp");
            assert_eq!(paper.get(&asked).status, StatusCode::NOT_FOUND, "{name}");
        }
        if name != "lying.webp" {
            let ending = name.rsplit('.').next().unwrap();
            assert_eq!(
                paper.get(&format!("{stem}.{ending}")).status,
                StatusCode::NOT_FOUND,
                "{name}"
            );
        }
    }
    assert_eq!(in_widths(&paper), 0);
    // What others are made of goes on.
    let stem = keep(&paper, "plain.png", (60, 40), None);
    assert_eq!(paper.get(&format!("{stem}-160.webp")).status, StatusCode::OK);
    // A drawing and a GIF have no widths.
    for name in ["sized.svg", "moving.gif"] {
        let stem = keep(&paper, name, (60, 40), None);
        assert_eq!(paper.get(&format!("{stem}-160.webp")).status, StatusCode::NOT_FOUND, "{name}");
    }
}

#[test]
fn a_crowd_gets_one_picture_or_is_told_to_wait() {
    let paper = TestPaper::new();
    let stems: Vec<String> = (2..=8)
        .map(|number| keep(&paper, &format!("turned-{number}.jpg"), (700, 466), None))
        .collect();
    let targets: Vec<String> = stems
        .iter()
        .flat_map(|stem| WIDTHS[..4].iter().map(move |width| format!("{stem}-{width}.webp")))
        .flat_map(|target| std::iter::repeat_n(target, 12))
        .collect();
    let site = paper.site.clone();
    let answers = wait(async {
        let mut requests = tokio::task::JoinSet::new();
        for target in targets.clone() {
            let site = site.clone();
            requests.spawn(async move {
                let reply = answer(&site, &Ask::get(&target)).await;
                (target, reply)
            });
        }
        requests.join_all().await
    });
    let mut bytes = std::collections::BTreeMap::new();
    for (target, reply) in answers {
        match reply.status {
            StatusCode::OK => {
                assert_eq!(*bytes.entry(target).or_insert_with(|| reply.body.clone()), reply.body);
            }
            StatusCode::SERVICE_UNAVAILABLE => assert_eq!(reply.header("retry-after"), "5"),
            other => panic!("{target}: {other}"),
        }
    }
    assert!(bytes.len() > 8, "{}", bytes.len());
    // Whoever asks again later gets what is there by now.
    for target in targets.iter().step_by(12) {
        assert_eq!(paper.get(target).status, StatusCode::OK);
    }
    assert_eq!(in_widths(&paper), stems.len() * 4);
}

#[test]
fn a_shared_article_has_a_picture_as_long_as_it_is_published() {
    let paper = TestPaper::new();
    for code in ["m01", "free", "opin", "japa", "arab"] {
        let reply = paper.get(&shared(&paper, code));
        let Facts { format, width, height, .. } = facts(&reply);
        assert_eq!((format, width, height), (Format::Jpeg, 1_200, 630), "{code}");
        assert_eq!(reply.header("content-type"), "image/jpeg");
        assert_eq!(reply.header("cache-control"), FOREVER, "{code}");
    }
    let address = |code: &str, digest: &str| format!("/share/{}.{digest}.jpg", paper.key(code));
    // One of another headline answers with today's picture, and is not kept.
    let old = paper.get(&address("m01", &"0".repeat(16)));
    assert_eq!(old.header("cache-control"), "public, max-age=60");
    assert_eq!(old.body, paper.get(&shared(&paper, "m01")).body);
    for code in ["emba", "goni", "nosuch"] {
        let reply = paper.get(&address(code, &"0".repeat(16)));
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{code}");
    }
    let key = paper.key("m01");
    for asked in ["", ".jpg", "0.jpg", "a.b.c.jpg", "x.0000000000000000.jpg"] {
        assert_eq!(paper.get(&format!("/share/{asked}")).status, StatusCode::NOT_FOUND, "{asked}");
    }
    for behind in [
        "",
        ".jpg",
        ".0.jpg",
        ".0000000000000000.png",
        ".000000000000000g.jpg",
        ".0000000000000000.jpg.jpg",
    ] {
        assert_eq!(
            paper.get(&format!("/share/{key}{behind}")).status,
            StatusCode::NOT_FOUND,
            "{behind}"
        );
    }
}

#[test]
fn a_changed_headline_has_a_share_picture_of_its_own() {
    let mut paper = TestPaper::new();
    let before = shared(&paper, "m01");
    let drawn = paper.get(&before).body;
    for sheet in paper.sheets.iter_mut().filter(|sheet| sheet.code == "m01") {
        sheet.text = sheet.text.replace("Headline of m01", "Another headline");
    }
    paper.publish(&paper.sheets);
    let after = shared(&paper, "m01");
    assert_ne!(before, after);
    assert_ne!(paper.get(&after).body, drawn);
}

#[test]
fn a_part_of_a_picture_is_sent_to_whoever_asks_for_one() {
    let paper = TestPaper::new();
    let address = format!("{}.jpg", keep(&paper, "plain.jpg", (700, 400), None));
    // The first answer is read from the disk, the second comes from memory.
    let whole = paper.get(&address);
    assert_eq!(whole.header("accept-ranges"), "bytes");
    let length = whole.body.len();
    let etag = whole.header("etag").to_owned();
    for turn in ["again", "from memory"] {
        let reply = paper.get(&address);
        assert_eq!((reply.status, &reply.body), (StatusCode::OK, &whole.body), "{turn}");
        assert_eq!(reply.headers, whole.headers, "{turn}");
    }
    let ranged = |range: &str| Ask::get(&address).with("range", range);
    let reply = paper.ask(&ranged("bytes=100-199"));
    assert_eq!(reply.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(reply.header("content-range"), format!("bytes 100-199/{length}"));
    assert_eq!(reply.body, whole.body[100..200]);
    let reply = paper.ask(&ranged("bytes=-10").with("if-range", &etag));
    assert_eq!((reply.status, reply.body.len()), (StatusCode::PARTIAL_CONTENT, 10));
    let reply = paper.ask(&ranged(&format!("bytes={length}-")));
    assert_eq!(reply.status, StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(reply.header("content-range"), format!("bytes */{length}"));
    assert!(reply.body.is_empty());
    // Of something older, of several parts, of nothing that is understood: the whole.
    for ask in [
        ranged("bytes=0-9").with("if-range", "\"older\""),
        ranged("bytes=0-9, 20-29"),
        ranged("pages=1-2"),
        ranged("bytes=0-9").with("range", "bytes=0-8"),
    ] {
        let reply = paper.ask(&ask);
        assert_eq!((reply.status, reply.body.len()), (StatusCode::OK, length), "{:?}", ask.headers);
    }
    // Who has it is told so, whatever part is asked for.
    let known = paper.ask(&ranged("bytes=0-9").with("if-none-match", &etag));
    assert_eq!((known.status, known.body.len()), (StatusCode::NOT_MODIFIED, 0));
    let mut head = ranged("bytes=0-9");
    head.method = http::Method::HEAD;
    let reply = paper.ask(&head);
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header("content-length"), length.to_string());
}

#[test]
fn a_locked_picture_is_not_sent_in_parts_to_strangers_either() {
    let paper = TestPaper::new();
    let locked = paper.locked_files.iter().filter(|(code, _)| *code != "free");
    for (code, address) in locked {
        for _ in 0..2 {
            let reply = paper.ask(&Ask::get(address).with("range", "bytes=0-"));
            assert_eq!(reply.status, StatusCode::NOT_FOUND, "{code}");
            paper.assert_tight(&reply, &[], code);
        }
    }
}
