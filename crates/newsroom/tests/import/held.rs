//! What must hold of every importer, whatever bytes it is given: the tests replay inputs through it, and the fuzzer makes
//! them. Each begins behind texts that were not for the readers, and none of those may come out.

use std::io::{self, Cursor};
use std::ops::ControlFlow;

use jiff::tz::TimeZone;
use newsroom::import::ghost::Ghost;
use newsroom::import::mapping::{MAPPING_BYTES_MAX, Mapping};
use newsroom::import::markdown::{EachFile, File, Folder, Habit, translate};
use newsroom::import::wordpress::WordPress;
use newsroom::import::{Export, Files, Item, Outcome, REMARKS_MAX, Survey, subscribers};
use newsroom::limits::{ARTICLE_BYTES_MAX, PAPER_LIST_MAX, SECTIONS_MAX};
use newsroom::{BodyWords, Context, PaperFile};
use paywall::PaperId;

/// A word of texts that were not public.
const HIDDEN: &str = "hiddenharbour";
/// Characters of a sentence about one item.
const REMARK_CHARS_MAX: usize = 4_000;
/// Bytes of an article's file beyond those of its text: front matter.
const FILE_BYTES_MAX: usize = ARTICLE_BYTES_MAX + (64 << 10);

/// Items of WordPress that nobody could read there, before those of the input.
const WORDPRESS_HIDDEN: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel>\n\
    <link>https://old.example</link><wp:base_blog_url>https://old.example</wp:base_blog_url>\n";

/// An export of WordPress. Input that does not begin as one is a part of one, behind items that were not public.
pub(crate) fn wordpress(input: &[u8]) {
    if input.starts_with(b"<?xml") || input.starts_with(b"<rss") {
        let mapping = mapping("pages = \"pages\"\n");
        return whole(&mut WordPress::new(Cursor::new(input), mapping), input);
    }
    let mut export = WORDPRESS_HIDDEN.to_owned();
    let hidden = [
        ("post", "draft", ""),
        ("post", "private", ""),
        ("post", "pending", ""),
        ("post", "trash", ""),
        ("post", "publish", "secret"),
        ("wp_block", "draft", ""),
        ("page", "private", ""),
        ("revision", "inherit", ""),
    ];
    for (number, (kind, status, password)) in hidden.into_iter().enumerate() {
        export.push_str(&format!(
            "<item><title>Hidden</title><link>https://old.example/hidden-{number}/</link>\
             <content:encoded><![CDATA[<p>{HIDDEN}</p>]]></content:encoded>\
             <excerpt:encoded><![CDATA[{HIDDEN}]]></excerpt:encoded><wp:post_id>{number}</wp:post_id>\
             <wp:post_date_gmt>2019-05-03 10:00:00</wp:post_date_gmt><wp:post_name>hidden-{number}</wp:post_name>\
             <wp:status>{status}</wp:status><wp:post_type>{kind}</wp:post_type>\
             <wp:post_password>{password}</wp:post_password></item>\n"
        ));
    }
    let export = [export.as_bytes(), input].concat();
    let mapping = mapping("pages = \"pages\"\nteaser = \"paragraphs\"\n");
    whole(&mut WordPress::new(Cursor::new(&export[..]), mapping), input);
}

/// An export of Ghost. Input that does not begin as one is the last of its posts, behind some that were not public.
pub(crate) fn ghost(input: &[u8]) {
    let mapping = mapping("site = \"https://old.example\"\npages = \"pages\"\n");
    let begin: Vec<u8> =
        input.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).take(6).collect();
    if begin.starts_with(b"{\"db\"")
        || begin.starts_with(b"{\"data")
        || begin.starts_with(b"{\"meta")
    {
        let open = || Ok::<_, io::Error>(Cursor::new(input));
        return whole(&mut Ghost::new(open, mapping), input);
    }
    let mut export = String::from("{\"db\":[{\"data\":{\"posts\":[");
    for (number, status) in ["draft", "sent"].into_iter().enumerate() {
        let lexical = format!(
            "{{\\\"root\\\":{{\\\"children\\\":[{{\\\"type\\\":\\\"paragraph\\\",\\\"children\\\":[{{\\\"type\\\":\
             \\\"text\\\",\\\"text\\\":\\\"{HIDDEN}\\\"}}]}}]}}}}"
        );
        export.push_str(&format!(
            "{{\"id\":\"h{number}\",\"title\":\"Hidden\",\"slug\":\"hidden-{number}\",\"status\":\"{status}\",\
             \"type\":\"post\",\"lexical\":\"{lexical}\",\"html\":\"<p>{HIDDEN}</p>\",\"plaintext\":\"{HIDDEN}\",\
             \"custom_excerpt\":\"{HIDDEN}\",\"published_at\":\"2024-05-17T10:00:00.000Z\"}},"
        ));
    }
    let export = [export.as_bytes(), input, b"]}}]}"].concat();
    let open = || Ok::<_, io::Error>(Cursor::new(&export[..]));
    whole(&mut Ghost::new(open, mapping), input);
}

/// A file of somebody else's Markdown: the first line is its name, the habit is by the name. Where the name begins with
/// `hidden`, what follows stands behind front matter that says so.
pub(crate) fn markdown(input: &[u8]) {
    let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let name = String::from_utf8_lossy(&input[..end]).into_owned();
    let text = input.get(end + 1..).unwrap_or_default();
    let habit = match name.split('/').next() {
        Some("content") => Habit::Hugo,
        Some("_posts" | "_drafts") => Habit::Jekyll,
        Some("src") => Habit::Eleventy,
        _ => Habit::Auto,
    };
    let hidden = match name.as_str() {
        "hidden.md" => Some("---\ntitle: Hidden\ndate: 2024-05-17\ndraft: true\n---\n"),
        "hidden-toml.md" => Some("+++\ntitle = \"Hidden\"\ndate = 2024-05-17\ndraft = true\n+++\n"),
        "hidden-jekyll.md" => Some("---\ntitle: Hidden\ndate: 2024-05-17\npublished: false\n---\n"),
        _ => None,
    };
    let bytes = [hidden.unwrap_or_default().as_bytes(), text].concat();
    let file = File { name: &name, bytes: &bytes };
    let mapping = mapping("site = \"https://old.example\"\ndefault_section = \"news\"\n");
    let (outcome, remarks) = translate(file, habit, &mapping, &TimeZone::UTC, &mut Shelf);
    let is_article = matches!(outcome, Outcome::Article(_));
    assert!(hidden.is_none() || !is_article, "a draft was handed on");
    let item = Item { line: 1, name: name.clone(), outcome, remarks, featured: false };
    sound(&item, None);
    let walk = |each: &mut EachFile<'_>| {
        let _ = each(file);
        Ok(())
    };
    let mut folder = Folder::new(walk, mapping, habit);
    whole(&mut folder, input);
}

/// A mapping file: a value whose addresses and names are what they have to be, or faults on lines that there are.
pub(crate) fn mapping_file(text: &str) {
    match Mapping::read("mapping.toml", text) {
        Ok(mapping) => {
            assert!(text.len() <= MAPPING_BYTES_MAX);
            assert!(
                mapping.site.is_none_or(|site| site.starts_with("http") && !site.ends_with('/'))
            );
            assert!(
                mapping
                    .permalink
                    .is_none_or(|path| path.starts_with('/') && !path.starts_with("//"))
            );
            let named = |name: &String| !name.trim().is_empty() && !name.contains(char::is_control);
            assert!(mapping.names.values().all(named), "{:?}", mapping.names);
        }
        Err(faults) => {
            assert!(!faults.is_empty(), "refused without a reason");
            let lines = text.matches('\n').count() + 1;
            for fault in faults {
                let line = fault.line.and_then(|line| usize::try_from(line).ok());
                assert!(line.is_none_or(|line| (1..=lines).contains(&line)), "{fault:?}");
                assert!(!fault.what.is_empty() && !fault.what.contains('\n'), "{fault:?}");
            }
        }
    }
}

/// A list of members. Input without a head of its own follows one, and somebody who was deleted.
pub(crate) fn members(input: &[u8]) {
    let head = b"id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,\
        labels,tiers\n9,hiddenharbour@old.example,Hidden,,true,,,2024-05-17T10:00:00.000Z,2024-05-18T10:00:00.000Z,,\n";
    let has_head = input.starts_with(b"id,") || input.starts_with(b"email");
    let list = if has_head { input.to_vec() } else { [&head[..], input].concat() };
    let own = contains(input);
    let mut line = 1;
    let (kind, dates) = (subscribers::Kind::Ghost, subscribers::Dates::YearFirst);
    let end = subscribers::read(&list[..], kind, dates, &mut |row| match row {
        Ok(row) => {
            assert!(row.line > line, "lines go on");
            line = row.line;
            assert!(own || row.mail != "hiddenharbour@old.example", "a reader who was deleted");
        }
        Err(fault) => {
            assert!(fault.line > line && !fault.what.is_empty(), "{fault}");
            line = fault.line;
        }
    });
    if let Err(fault) = end {
        assert!(fault.line >= line && !fault.what.is_empty(), "{fault}");
    }
}

/// Every file is there but those whose address says "gone".
struct Shelf;

impl Files for Shelf {
    fn name_of(&mut self, address: &str) -> Option<String> {
        let plain = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' };
        let name: String =
            address.split(['?', '#']).next()?.rsplit('/').next()?.chars().map(plain).collect();
        let document = [".pdf", ".csv"].iter().any(|ending| name.ends_with(ending));
        let folder = if document { "attachments" } else { "pictures" };
        (!address.contains("gone")).then(|| format!("{folder}/{name}"))
    }
}

fn mapping(text: &str) -> Mapping {
    Mapping::read("mapping.toml", text).expect("the mapping has no fault")
}

/// Whether an input has the word itself, in any spelling that a translation may undo.
fn contains(input: &[u8]) -> bool {
    let letters = |byte: &u8| byte.is_ascii_alphabetic().then(|| byte.to_ascii_lowercase());
    let plain: Vec<u8> = input.iter().filter_map(letters).collect();
    plain.windows(6).any(|part| part == b"hidden" || part == b"harbou")
}

/// Reads an export to its end, twice: it says the same, and what it hands on can be read.
fn whole(export: &mut dyn Export, input: &[u8]) {
    let survey = match export.survey() {
        Ok(survey) => survey,
        Err(fault) => return assert!(!fault.what.is_empty(), "unreadable without a reason"),
    };
    assert!(survey.sections.len() <= SECTIONS_MAX, "{} sections", survey.sections.len());
    for count in [survey.tags.len(), survey.authors.len(), survey.series.len()] {
        assert!(count <= PAPER_LIST_MAX, "{count} names");
    }
    assert!(survey.remarks.len() <= 2 * (REMARKS_MAX + 1), "{} remarks", survey.remarks.len());
    let own = contains(input);
    assert!(own || !format!("{survey:?}").contains(HIDDEN), "the survey tells of a hidden text");
    let mut items = 0;
    let end = export.items(&survey, &mut Shelf, &mut |item| {
        items += 1;
        if let Outcome::Article(file) = &item.outcome {
            assert!(own || !file.contains(HIDDEN), "a hidden text was handed on: {file}");
        }
        sound(&item, Some(&survey));
        ControlFlow::Continue(())
    });
    if let Err(fault) = end {
        assert!(!fault.what.is_empty(), "broken off without a reason");
    } else {
        // A survey breaks off where a table of names is damaged; what stands behind that comes all the same.
        assert!(items >= survey.items, "the survey counted {} and there are {items}", survey.items);
    }
}

/// An item is an article that the paper's own reader reads, or refuses with reasons; or it says why it is none.
fn sound(item: &Item, survey: Option<&Survey>) {
    assert!(item.remarks.len() <= REMARKS_MAX + 8, "{} remarks", item.remarks.len());
    for remark in &item.remarks {
        assert!(!remark.is_empty() && remark.chars().count() <= REMARK_CHARS_MAX, "{remark}");
    }
    let file = match &item.outcome {
        Outcome::Article(file) => file,
        Outcome::Left { why, .. } => return assert!(!why.is_empty()),
        Outcome::Bad { why } => return assert!(!why.is_empty()),
    };
    assert!(file.len() <= FILE_BYTES_MAX, "{} bytes", file.len());
    if let Err(faults) = newsroom::outline("a.md", file) {
        assert!(!faults.is_empty(), "refused without a reason");
    }
    let Some(Survey { sections, tags, authors, series, .. }) = survey.cloned() else { return };
    let paper = PaperFile { sections, tags, authors, series, ..PaperFile::default() };
    let words = BodyWords {
        corrected: "C {time}".to_owned(),
        withdrawn: "W {time}".to_owned(),
        ..BodyWords::default()
    };
    let context = Context {
        paper: &paper,
        paper_id: PaperId([7; 16]),
        zone: &TimeZone::UTC,
        words: &words,
        address_of: &|_| None,
        media_address: &|file| Some(format!("/media/{file}")),
        picture_size: &|_| Some((30, 20)),
        shift_days: 0,
    };
    match newsroom::read_article("a.md", file, &context) {
        Ok(article) => {
            let markup = article.teaser.html.to_ascii_lowercase();
            let clean = |tag: &String| !tag.starts_with("script") && !tag.contains(" style=");
            assert!(tags_of(&markup).iter().all(clean), "{markup}");
        }
        Err(faults) => assert!(!faults.is_empty(), "refused without a reason"),
    }
}

/// The tags of some markup, without the values of their attributes.
fn tags_of(markup: &str) -> Vec<String> {
    let mut tags = Vec::new();
    let mut rest = markup;
    while let Some((_, behind)) = rest.split_once('<') {
        let mut quoted = false;
        let mut tag = String::new();
        let end = behind.find(|c: char| {
            quoted ^= c == '"';
            if !quoted {
                tag.push(c);
            }
            c == '>' && !quoted
        });
        tags.push(tag);
        rest = end.and_then(|end| behind.get(end..)).unwrap_or_default();
    }
    tags
}
