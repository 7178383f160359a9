use std::io::{Read, Write};
use std::net::TcpListener;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gate::Random;
use jiff::tz::TimeZone;
use newsroom::import::{Export, Files, Item, Outcome, Survey, Unreadable};
use newsroom::{Draft, Section, Slug};
use paywall::PaperId;
use store::{Options, Origin, Store};

use super::super::intake::Manner;
use super::super::report::{Became, Report, Voice};
use super::super::uploads::Where;

/// A picture of one pixel.
const PIXEL: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/// Another system's export: articles, each with the address of a picture above and one below the line.
struct Other {
    site: String,
    pictures: Vec<(&'static str, &'static str)>,
    ends_at: Option<usize>,
}

impl Export for Other {
    fn survey(&mut self) -> Result<Survey, Unreadable> {
        let section = Section {
            slug: slug("news"),
            name: "News".to_owned(),
            topics: Vec::new(),
            opinion: false,
        };
        let site = self.site.clone();
        Ok(Survey { site, sections: vec![section], items: 3, ..Survey::default() })
    }

    fn bound_for(&mut self, _zone: &TimeZone, _language: &str) {}

    fn items(
        &mut self,
        _survey: &Survey,
        files: &mut dyn Files,
        each: &mut dyn FnMut(Item) -> ControlFlow<()>,
    ) -> Result<(), Unreadable> {
        let item = |outcome| Item {
            line: 7,
            name: "item".to_owned(),
            outcome,
            remarks: Vec::new(),
            featured: false,
        };
        for (number, (above, below)) in self.pictures.iter().enumerate() {
            if self.ends_at == Some(number) {
                return Err(Unreadable { line: 9, what: "it ends in the middle".to_owned() });
            }
            let id = format!("w-{number}");
            let at = jiff::Timestamp::UNIX_EPOCH;
            let mut draft = Draft::new(id, "news".to_owned(), format!("Number {number}"), at);
            draft.source = "Text.\n".to_owned();
            for (address, line) in [(above, ""), (below, "\n<!-- paywall -->\n")] {
                draft.source += line;
                if let Some(name) = files.name_of(address) {
                    draft.source += &format!("\n::: picture \"{name}\"\nalt: x\n:::\n");
                }
            }
            if each(item(Outcome::Article(draft.to_file()))).is_break() {
                return Ok(());
            }
        }
        let _ = each(item(Outcome::Left { why: "a draft", id: None }));
        let _ = each(item(Outcome::Bad { why: "no date".to_owned() }));
        Ok(())
    }
}

fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

struct Paper {
    store: Store,
    folder: tempfile::TempDir,
}

impl Paper {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let fresh = PaperId(Random::counted(1).bytes());
        Self { store: Store::open(folder.path(), fresh, &Options::default()).unwrap(), folder }
    }

    fn bring_in(&self, mut export: Other, place: &Where) -> (anyhow::Result<()>, [u64; 6]) {
        let mut report = Report::new(Voice::Silent);
        let origin = Origin { name: "other".to_owned(), overwrite_edited: false };
        let manner = Manner {
            origin,
            dry_run: false,
            now: jiff::Timestamp::UNIX_EPOCH,
            saved_by: ("test", "test"),
        };
        let survey = export.survey().unwrap();
        let opened = super::Opened { export: Box::new(export), survey };
        let done = super::bring_in(&self.store, opened, &manner, place, &[], &mut report);
        let all = [
            Became::Imported,
            Became::Changed,
            Became::Unchanged,
            Became::Kept,
            Became::Left,
            Became::Bad,
        ];
        (done, all.map(|became| report.count(became)))
    }

    /// How many files are for everybody, and how many for one article.
    fn files(&self) -> (usize, usize) {
        let (mut public, mut locked) = (0, 0);
        let database = self.folder.path().join(store::DATABASE);
        let database = rusqlite::Connection::open(database).unwrap();
        let mut media = database.prepare("SELECT article FROM media").unwrap();
        let mut rows = media.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            match row.get::<_, Option<Vec<u8>>>(0).unwrap() {
                Some(_) => locked += 1,
                None => public += 1,
            }
        }
        (public, locked)
    }
}

fn uploads(root: &Path) -> PathBuf {
    let folder = root.join("uploads");
    std::fs::create_dir_all(folder.join("2013/05")).unwrap();
    std::fs::write(folder.join("2013/05/a.gif"), PIXEL).unwrap();
    std::fs::write(folder.join("2013/05/ü b.gif"), [PIXEL, b"2"].concat()).unwrap();
    std::fs::write(root.join("secret.gif"), PIXEL).unwrap();
    folder
}

fn other(site: &str) -> Other {
    let pictures = vec![
        ("/wp-content/uploads/2013/05/a.gif", "/wp-content/uploads/2013/05/%C3%BC%20b.gif"),
        ("https://elsewhere.example/a.gif", "/wp-content/uploads/../secret.gif"),
        ("/wp-content/uploads/2013/05/none.gif", "/wp-content/uploads/2013/05/a.php"),
    ];
    Other { site: site.to_owned(), pictures, ends_at: None }
}

#[test]
fn files_come_from_the_uploads_folder_and_from_nowhere_else() {
    let paper = Paper::new();
    let place = Where { folders: vec![uploads(paper.folder.path())], fetch: false };
    let (done, counts) = paper.bring_in(other("https://old.example"), &place);
    done.unwrap();
    assert_eq!(counts, [3, 0, 0, 0, 1, 1]);
    assert_eq!(paper.files(), (1, 1));
    let (_, counts) = paper.bring_in(other("https://old.example"), &place);
    assert_eq!(counts, [0, 0, 3, 0, 1, 1]);
    // The same ids from another site are other articles.
    let (_, counts) = paper.bring_in(other("https://another.example"), &place);
    assert_eq!(counts, [0, 0, 0, 3, 1, 1]);
}

#[test]
fn an_export_that_ends_in_the_middle_gives_what_stands_before() {
    let paper = Paper::new();
    let export = Other { ends_at: Some(2), ..other("https://old.example") };
    let (done, counts) = paper.bring_in(export, &Where::default());
    let error = format!("{:#}", done.unwrap_err());
    assert!(error.contains("line 9: it ends in the middle"), "{error}");
    assert_eq!(counts, [2, 0, 0, 0, 0, 0]);
    let (done, counts) = paper.bring_in(other("https://old.example"), &Where::default());
    done.unwrap();
    assert_eq!(counts, [1, 0, 2, 0, 1, 1]);
}

/// A site that counts what it was asked for; it lives as long as the test.
fn site() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() > 0 {
                head.push(byte[0]);
            }
            counter.fetch_add(1, Ordering::SeqCst);
            let there = !String::from_utf8_lossy(&head).contains("none");
            let (status, body) =
                if there { ("200 OK", PIXEL) } else { ("404 Not Found", &b""[..]) };
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(body).unwrap();
        }
    });
    (address, asked)
}

#[test]
fn files_are_fetched_once_and_what_is_kept_is_not_fetched_again() {
    let paper = Paper::new();
    let (address, asked) = site();
    let place = Where { folders: Vec::new(), fetch: true };
    let (done, counts) = paper.bring_in(other(&address), &place);
    done.unwrap();
    assert_eq!(counts, [3, 0, 0, 0, 1, 1]);
    assert_eq!(paper.files(), (1, 1));
    assert_eq!(asked.load(Ordering::SeqCst), 3, "two that are there, and one that is not");
    assert!(!paper.folder.path().join("fetched").exists());
    let (_, counts) = paper.bring_in(other(&address), &place);
    assert_eq!(counts, [0, 0, 3, 0, 1, 1]);
    assert_eq!(asked.load(Ordering::SeqCst), 4, "only what is not there is asked for again");
}

#[test]
fn what_is_not_to_be_had_is_asked_for_once_and_a_silent_host_three_times() {
    let paper = Paper::new();
    let (address, asked) = site();
    let none = "/wp-content/uploads/none.gif";
    let export = Other { pictures: vec![(none, none); 3], ..other(&address) };
    let place = Where { folders: Vec::new(), fetch: true };
    paper.bring_in(export, &place).0.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    // This one takes the call and hangs up.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let hung_up = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&hung_up);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            counter.fetch_add(1, Ordering::SeqCst);
            drop(stream);
        }
    });
    let pictures = ["/u/a.gif", "/u/b.gif", "/u/c.gif", "/u/d.gif", "/u/e.gif", "/u/f.gif"];
    let pairs = pictures.chunks(2).map(|pair| (pair[0], pair[1])).collect();
    let export = Other { pictures: pairs, ..other(&address) };
    Paper::new().bring_in(export, &place).0.unwrap();
    assert_eq!(hung_up.load(Ordering::SeqCst), 3);
}
