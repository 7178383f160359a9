//! Articles: what is saved comes back as it was, lists hold what is published and nothing else, and paging neither
//! skips nor repeats.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use newsroom::{
    Article, ArticleId, Body, BodyWords, Context, Direction, LeadImage, Outline, PaperFile, Part,
    Section, Slug, Teaser,
};
use paywall::{
    Access, Allowances, ArticleKey, Asked, Asker, Budget, Decision, Entitlement, ExpiredReader,
    Grant, Meter, Month, OnOutage, Policy, Registration, Sealed, SettingsVersion, Standing,
    VerifiedMail, Who, WindowRule, decide,
};
use proptest::prelude::*;
use proptest::test_runner::Config;
use store::{Filter, LIST_MAX, Listed, SaveReport, Store};

use crate::stage::{DAY, Folder, PAPER, assert_sound, at, listen, number, wait};

fn slug(name: &str) -> Slug {
    Slug::parse(name).unwrap()
}

fn id(number: u64) -> ArticleId {
    ArticleId::parse(&format!("article-{number}")).unwrap()
}

/// The only way to a grant: a decision that opens.
pub(crate) fn grant(key: ArticleKey) -> Grant {
    let policy = Policy {
        version: SettingsVersion(1),
        zone: TimeZone::UTC,
        month: Month::default(),
        meter: Meter {
            allowances: Allowances { visitor: 5, registered: 10 },
            window: WindowRule::CalendarMonth,
            lifted_by: Entitlement::DIGITAL,
        },
        registration: Registration::Off,
        verified_mail: VerifiedMail::Optional,
        expired_reader: ExpiredReader::Metered,
        new_visitor_budget: Budget::Off,
        on_outage: OnOutage::Teaser,
        crawlers_read_all: false,
    };
    let asked = Asked { key, access: Access::Free };
    match decide(&policy, &Asker::of(Who::Stranger), &asked, Standing::Nothing, at(0)) {
        Decision::Open(grant) => grant,
        other => panic!("a free article is open: {other:?}"),
    }
}

/// Reads one file as the desk would, in a paper whose names are given.
fn read(file: &str, text: &str, paper: &PaperFile, outlines: &[Outline]) -> Article {
    let words = BodyWords {
        corrected: "{time}:".to_owned(),
        withdrawn: "{time}:".to_owned(),
        ..BodyWords::default()
    };
    let address = |id: &ArticleId| {
        let outline = outlines.iter().find(|outline| outline.id == *id)?;
        Some(format!("/{}/{}", outline.section, outline.slug))
    };
    let context = Context {
        paper,
        paper_id: PAPER,
        zone: &TimeZone::UTC,
        words: &words,
        address_of: &address,
        media_address: &|file| Some(format!("/media/{file}")),
        picture_size: &|_| Some((640, 480)),
        shift_days: 0,
    };
    newsroom::read_article(file, text, &context).unwrap()
}

/// An article to be written: `article-7` in `city`, published at the start, unless something else is said.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    number: u64,
    path: (String, String),
    published_at: Timestamp,
    headline: String,
    body: String,
    tags: Vec<Slug>,
    authors: Vec<Slug>,
    series: Option<Slug>,
    withdrawn: bool,
}

impl Draft {
    pub(crate) fn new(number: u64) -> Self {
        Self {
            number,
            path: ("city".to_owned(), format!("slug-{number}")),
            published_at: at(0),
            headline: "A bridge".to_owned(),
            body: "The rest.".to_owned(),
            tags: Vec::new(),
            authors: Vec::new(),
            series: None,
            withdrawn: false,
        }
    }

    /// The paper that drafts are written for.
    pub(crate) fn paper() -> PaperFile {
        let name = "City".to_owned();
        let city = Section { slug: slug("city"), name, topics: Vec::new(), opinion: false };
        PaperFile { sections: vec![city], ..PaperFile::default() }
    }

    pub(crate) fn at_address_of(mut self, number: u64) -> Self {
        self.path.1 = format!("slug-{number}");
        self
    }

    pub(crate) fn with_body(mut self, body: String) -> Self {
        self.body = body;
        self
    }

    pub(crate) fn id(&self) -> String {
        id(self.number).as_str().to_owned()
    }

    pub(crate) fn article(&self) -> Article {
        const TEXT: &str = "+++\nid = \"base\"\nheadline = \"A bridge\"\nsection = \"city\"\n\
            published_at = 2026-05-14T12:00:00Z\naccess = \"metered\"\n+++\n\
            The beginning.\n\n<!-- paywall -->\n\nThe rest.\n";
        let mut article = read("base.md", TEXT, &Self::paper(), &[]);
        let head = &mut article.head;
        head.id = id(self.number);
        head.key = ArticleKey::derive(PAPER, "own", head.id.as_str());
        head.section = slug(&self.path.0);
        head.slug = slug(&self.path.1);
        head.published_at = self.published_at;
        head.headline.clone_from(&self.headline);
        head.tags.clone_from(&self.tags);
        head.authors.clone_from(&self.authors);
        head.series = self.series.clone().map(|series| Part { series, part: 1 });
        head.withdrawn_at = self.withdrawn.then(|| at(1));
        let (key, words) = (head.key, 2);
        let body = Body { html: self.body.clone(), words, ..Body::default() };
        article.body = Sealed::seal(key, body);
        article.source = Sealed::seal(key, self.body.clone());
        article
    }
}

fn save(store: &Store, drafts: &[Draft]) -> SaveReport {
    wait(store.save_articles(drafts.iter().map(Draft::article).collect())).unwrap()
}

fn numbers(listed: &[Listed]) -> Vec<u64> {
    let number = |listed: &Listed| listed.head.id.as_str().strip_prefix("article-")?.parse().ok();
    listed.iter().map(|listed| number(listed).unwrap()).collect()
}

fn list(store: &Store, filter: Filter, now: Timestamp) -> Vec<u64> {
    numbers(&wait(store.list(filter, now, LIST_MAX, None)).unwrap())
}

/// The sample paper, read from its folder.
fn sample() -> (PaperFile, Vec<Article>) {
    fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path, into) } else { into.push(path) }
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sample");
    let text = fs::read_to_string(folder.join("paper.toml")).unwrap();
    let paper = newsroom::read_paper("paper.toml", &text).unwrap();
    let mut paths = Vec::new();
    walk(&folder.join("articles"), &mut paths);
    paths.sort();
    let texts: Vec<(String, String)> = paths
        .iter()
        .map(|path| (path.display().to_string(), fs::read_to_string(path).unwrap()))
        .collect();
    let outlines: Vec<Outline> =
        texts.iter().map(|(file, text)| newsroom::outline(file, text).unwrap()).collect();
    let articles = texts.iter().map(|(file, text)| read(file, text, &paper, &outlines)).collect();
    (paper, articles)
}

fn assert_kept(store: &Store, article: &Article, version: u64) {
    let head = &article.head;
    let piece = wait(store.article(head.section.as_str(), head.slug.as_str())).unwrap().unwrap();
    assert_eq!((&piece.head, &piece.teaser, piece.version), (head, &article.teaser, version));
    let grant = grant(head.key);
    let body = wait(store.body(&piece)).unwrap().unwrap();
    let (kept, written) = (body.open(&grant).unwrap(), article.body.open(&grant).unwrap());
    assert!(kept == written, "{}: the body is another one", head.id);
    assert_eq!(wait(store.head(head.key)).unwrap().as_ref(), Some(head));
}

#[test]
fn the_sample_paper_comes_back_as_it_was_also_after_reopening() {
    let folder = Folder::new();
    let store = folder.open();
    let (paper, articles) = sample();
    let count = articles.len();
    assert!(count >= 10, "the sample paper has articles");
    wait(store.save_paper(paper.clone())).unwrap();
    let report = wait(store.save_articles(articles)).unwrap();
    assert_eq!(report, SaveReport { added: count, ..SaveReport::default() });
    let check = |store: &Store| {
        assert_eq!(wait(store.paper()).unwrap(), paper);
        for article in &sample().1 {
            assert_kept(store, article, 1);
        }
    };
    check(&store);
    let again = wait(store.save_articles(sample().1)).unwrap();
    assert_eq!(again, SaveReport { unchanged: count, ..SaveReport::default() });
    assert_sound(&store);
    store.close();
    let store = folder.open();
    check(&store);
    assert_sound(&store);
}

/// An article with something awkward in every field.
fn full() -> Article {
    let mut full = Draft::new(1).article();
    let text = "“Quoted” <b>&amp; \u{202E}\u{1F4F0} 'x' \\ \0";
    let head = &mut full.head;
    head.headline = text.to_owned();
    head.standfirst = Some(String::new());
    head.kicker = Some(slug("a"));
    head.tags = (0..32).map(|n| slug(&format!("tag-{n}"))).collect();
    head.authors = vec![slug("z"), slug("a")];
    head.filed_from = Some(text.to_owned());
    head.dateline = Some(text.to_owned());
    head.published_at = Timestamp::from_microsecond(-62_135_596_800_000_000).unwrap();
    head.updated_at = Some(Timestamp::from_microsecond(253_402_000_000_000_001).unwrap());
    head.access = Access::Entitled(Entitlement::parse("archive").unwrap());
    head.series = Some(Part { series: slug("s"), part: u16::MAX });
    head.language = Some("ar".to_owned());
    head.direction = Direction::RightToLeft;
    head.live_since = Some(at(-1));
    head.lead_image = Some(LeadImage {
        address: None,
        width: u32::MAX,
        height: 0,
        file: "pictures/a.webp".to_owned(),
        alt: text.to_owned(),
        caption: Some(String::new()),
        credit: None,
        focus: newsroom::picture::Focus { x: 100, y: 0 },
    });
    let texts = || vec![String::new(), text.to_owned()];
    let html = || text.repeat(20_000);
    let body =
        Body { html: html(), aside: html(), notes: texts(), words: u32::MAX, media: texts() };
    full.teaser =
        Teaser { html: html(), aside: html(), notes: texts(), words: u32::MAX, media: texts() };
    full.body = Sealed::seal(full.head.key, body);
    full
}

/// An article with as little as there can be.
fn empty() -> Article {
    let mut empty = Draft::new(2).article();
    empty.teaser = Teaser::default();
    empty.body = Sealed::seal(empty.head.key, Body::default());
    empty
}

#[test]
fn an_article_of_every_field_and_one_of_none_come_back() {
    let folder = Folder::new();
    let store = folder.open();
    wait(store.save_articles(vec![full(), empty()])).unwrap();
    for article in [full(), empty()] {
        assert_kept(&store, &article, 1);
    }
    store.close();
    let store = folder.open();
    for article in [full(), empty()] {
        assert_kept(&store, &article, 1);
    }
}

#[test]
fn a_body_opens_with_its_own_grant_and_no_other() {
    let folder = Folder::new();
    let store = folder.open();
    save(&store, &[Draft::new(1), Draft::new(2)]);
    let piece = wait(store.article("city", "slug-1")).unwrap().unwrap();
    let other = wait(store.article("city", "slug-2")).unwrap().unwrap();
    let body = wait(store.body(&piece)).unwrap().unwrap();
    assert!(body.open(&grant(other.head.key)).is_err());
    assert_eq!(body.open(&grant(piece.head.key)).unwrap().html, "The rest.");
    assert!(!format!("{piece:?} {body:?}").contains("The rest."), "a body is not printed");
    assert!((9..200).contains(&piece.body_bytes), "{}", piece.body_bytes);
}

#[test]
fn a_body_is_that_of_the_article_that_was_read_or_none() {
    let folder = Folder::new();
    let store = folder.open();
    save(&store, &[Draft::new(1)]);
    let before = wait(store.article("city", "slug-1")).unwrap().unwrap();
    save(&store, &[Draft::new(1).with_body("Changed.".to_owned())]);
    assert!(wait(store.body(&before)).unwrap().is_none(), "half of one, half of another");
    let after = wait(store.article("city", "slug-1")).unwrap().unwrap();
    let body = wait(store.body(&after)).unwrap().unwrap();
    assert_eq!(body.open(&grant(after.head.key)).unwrap().html, "Changed.");
}

#[test]
fn each_change_counts_the_version_up_and_a_repetition_does_not() {
    let folder = Folder::new();
    let store = folder.open();
    let heard = listen(&store);
    let version = || wait(store.article("city", "slug-1")).unwrap().unwrap().version;
    let first = Draft::new(1);
    assert_eq!(save(&store, std::slice::from_ref(&first)).added, 1);
    let headline = Draft { headline: "Another".to_owned(), ..first.clone() };
    let body = headline.clone().with_body("Changed.".to_owned());
    for (number, draft) in [(2, &headline), (3, &body), (4, &first)] {
        assert_eq!(save(&store, std::slice::from_ref(draft)).changed, 1);
        assert_eq!(version(), number);
        assert_eq!(save(&store, std::slice::from_ref(draft)).unchanged, 1);
        assert_eq!(version(), number);
        assert_kept(&store, &draft.article(), number);
    }
    assert_eq!(heard.lock().unwrap().len(), 4);
}

#[test]
fn an_article_that_moves_leaves_its_old_lists_and_address() {
    let folder = Folder::new();
    let store = folder.open();
    let tags = |names: &[&str]| names.iter().map(|name| slug(name)).collect::<Vec<_>>();
    let mut draft = Draft::new(1);
    (draft.tags, draft.authors, draft.series) = (tags(&["a", "b"]), tags(&["x"]), Some(slug("s")));
    save(&store, std::slice::from_ref(&draft));
    draft.path = ("world".to_owned(), "new".to_owned());
    (draft.tags, draft.authors, draft.series) = (tags(&["b", "c"]), tags(&["y"]), None);
    draft.published_at = at(DAY);
    save(&store, std::slice::from_ref(&draft));
    assert!(wait(store.article("city", "slug-1")).unwrap().is_none());
    assert!(wait(store.article("world", "new")).unwrap().is_some());
    let now = at(DAY);
    let tag = |name: &str| Filter::Tag(name.to_owned());
    for (filter, expected) in [
        (Filter::All, 1),
        (Filter::Section("city".to_owned()), 0),
        (Filter::Section("world".to_owned()), 1),
        (tag("a"), 0),
        (tag("b"), 1),
        (tag("c"), 1),
        (Filter::Author("x".to_owned()), 0),
        (Filter::Author("y".to_owned()), 1),
        (Filter::Series(slug("s")), 0),
    ] {
        assert_eq!(list(&store, filter.clone(), now).len(), expected, "{filter:?}");
        // The embargo is that of the new instant in every list.
        assert!(list(&store, filter.clone(), at(DAY - 1)).is_empty(), "{filter:?}");
    }
    assert_eq!(number(&folder.raw(), "SELECT count(*) FROM article_tags"), 2);
    assert_sound(&store);
}

#[test]
fn an_embargo_holds_to_its_microsecond() {
    let folder = Folder::new();
    let store = folder.open();
    let moment =
        |microseconds| Timestamp::from_microsecond(at(0).as_microsecond() + microseconds).unwrap();
    let drafts: Vec<Draft> = [0, 1, 10, 10]
        .iter()
        .enumerate()
        .map(|(n, late)| Draft { published_at: moment(*late), ..Draft::new(n as u64) })
        .collect();
    save(&store, &drafts);
    assert!(list(&store, Filter::All, moment(-1)).is_empty());
    assert_eq!(list(&store, Filter::All, moment(0)), [0]);
    assert_eq!(list(&store, Filter::All, moment(9)), [1, 0]);
    assert_eq!(list(&store, Filter::All, moment(10)), [3, 2, 1, 0]);
    let next = |late| wait(store.next_publication(moment(late))).unwrap();
    assert_eq!(next(-5), Some(moment(0)));
    assert_eq!(next(0), Some(moment(1)));
    assert_eq!(next(1), Some(moment(10)));
    assert_eq!(next(10), None);
    // A place to go on from that lies under an embargo shows nothing of it.
    let before = Some((moment(10), id(9)));
    let page = wait(store.list(Filter::All, moment(5), 10, before)).unwrap();
    assert_eq!(numbers(&page), [1, 0]);
    // It is found by its address: who asks looks at the clock.
    assert!(wait(store.article("city", "slug-3")).unwrap().is_some());
}

#[test]
fn what_the_paper_took_back_is_found_and_not_listed() {
    let folder = Folder::new();
    let store = folder.open();
    let mut draft = Draft { published_at: at(5), tags: vec![slug("a")], ..Draft::new(1) };
    save(&store, &[draft.clone(), Draft::new(2)]);
    draft.withdrawn = true;
    assert_eq!(save(&store, std::slice::from_ref(&draft)).changed, 1);
    assert_eq!(list(&store, Filter::All, at(9)), [2]);
    assert!(list(&store, Filter::Tag("a".to_owned()), at(9)).is_empty());
    assert!(wait(store.listed_by_ids(vec![id(1)])).unwrap().is_empty());
    assert_eq!(wait(store.next_publication(at(0))).unwrap(), None);
    assert!(wait(store.article("city", "slug-1")).unwrap().is_some());
    draft.withdrawn = false;
    save(&store, &[draft]);
    assert_eq!(list(&store, Filter::All, at(9)), [1, 2]);
    assert_eq!(list(&store, Filter::Tag("a".to_owned()), at(9)), [1]);
}

#[test]
fn articles_are_listed_in_the_order_of_their_ids() {
    let folder = Folder::new();
    let store = folder.open();
    save(&store, &(0..250).map(Draft::new).collect::<Vec<_>>());
    let asked = vec![id(3), id(900), id(1), id(3), id(2)];
    assert_eq!(numbers(&wait(store.listed_by_ids(asked)).unwrap()), [3, 1, 3, 2]);
    assert!(wait(store.listed_by_ids(Vec::new())).unwrap().is_empty());
    // Both lists have the same limit.
    let all = wait(store.listed_by_ids((0..250).map(id).collect())).unwrap();
    assert_eq!(all.len(), LIST_MAX);
    let all = wait(store.list(Filter::All, at(9), usize::MAX, None)).unwrap();
    assert_eq!(all.len(), LIST_MAX);
    assert!(wait(store.list(Filter::All, at(9), 0, None)).unwrap().is_empty());
}

#[test]
fn two_articles_of_one_address_are_refused_by_name_and_nothing_of_them_is_kept() {
    let folder = Folder::new();
    let store = folder.open();
    save(&store, &[Draft::new(1)]);
    let second = [Draft::new(3), Draft::new(2).at_address_of(1)];
    let refused = wait(store.save_articles(second.iter().map(Draft::article).collect()));
    let text = refused.unwrap_err().to_string();
    assert!(text.contains("article-2") && text.contains("/city/slug-1"), "{text}");
    assert_eq!(list(&store, Filter::All, at(9)), [1]);
    for table in ["articles", "bodies"] {
        assert_eq!(number(&folder.raw(), &format!("SELECT count(*) FROM {table}")), 1);
    }
    assert_eq!(save(&store, &[Draft::new(3)]).added, 1);
    assert_sound(&store);
}

#[test]
fn a_name_with_signs_of_sql_is_a_name() {
    let folder = Folder::new();
    let store = folder.open();
    save(&store, &[Draft::new(1)]);
    for name in ["'", "' OR 1=1 --", "%", "_", "\0", "\u{10FFFF}"] {
        assert!(wait(store.article(name, name)).unwrap().is_none());
        assert!(list(&store, Filter::Section(name.to_owned()), at(9)).is_empty());
        assert!(list(&store, Filter::Tag(name.to_owned()), at(9)).is_empty());
        assert!(list(&store, Filter::Author(name.to_owned()), at(9)).is_empty());
    }
}

/// A handful of articles with many at the same instant, some of them yet to come.
fn drafts() -> impl Strategy<Value = Vec<Draft>> {
    let places = proptest::collection::vec((0..2_usize, -3..3_i64, 0..8_u8, any::<bool>()), 1..60);
    places.prop_map(|places| {
        let draft = |(n, (section, late, names, withdrawn)): (usize, (usize, i64, u8, bool))| {
            let named = |bit: u8, name: &str| (names & bit > 0).then(|| slug(name));
            let mut draft = Draft::new((n as u64 * 7) % 60);
            draft.path.0 = ["city", "world"][section].to_owned();
            draft.published_at = at(late);
            draft.tags = named(1, "t").into_iter().collect();
            draft.authors = named(2, "a").into_iter().collect();
            draft.series = named(4, "s");
            draft.withdrawn = withdrawn && n % 5 == 0;
            draft
        };
        places.into_iter().enumerate().map(draft).collect()
    })
}

proptest! {
    #![proptest_config(Config { cases: 24, failure_persistence: None, ..Config::default() })]

    #[test]
    fn pages_have_no_gaps_and_repeat_nothing(
        drafts in drafts(),
        limit in 1..9_usize,
        now in -4..4_i64,
    ) {
        let folder = Folder::new();
        let store = folder.open();
        save(&store, &drafts);
        type Of = fn(&Draft) -> bool;
        let filters: [(Filter, Of); 5] = [
            (Filter::All, |_| true),
            (Filter::Section("world".to_owned()), |draft| draft.path.0 == "world"),
            (Filter::Tag("t".to_owned()), |draft| !draft.tags.is_empty()),
            (Filter::Author("a".to_owned()), |draft| !draft.authors.is_empty()),
            (Filter::Series(slug("s")), |draft| draft.series.is_some()),
        ];
        for (filter, of) in filters {
            let mut expected: Vec<(Timestamp, String)> = drafts
                .iter()
                .filter(|draft| of(draft) && !draft.withdrawn && draft.published_at <= at(now))
                .map(|draft| (draft.published_at, draft.id()))
                .collect();
            expected.sort_unstable_by(|a, b| b.cmp(a));
            let (mut found, mut before) = (Vec::new(), None);
            for _ in 0..=drafts.len() {
                let page = wait(store.list(filter.clone(), at(now), limit, before.take())).unwrap();
                prop_assert!(page.len() <= limit);
                let Some(last) = page.last() else { break };
                before = Some((last.head.published_at, last.head.id.clone()));
                let heads = page.into_iter().map(|listed| listed.head);
                found.extend(heads.map(|head| (head.published_at, head.id.as_str().to_owned())));
            }
            prop_assert_eq!(found, expected);
        }
        let listed = drafts.iter().filter(|draft| !draft.withdrawn);
        let later = listed.map(|draft| draft.published_at).filter(|instant| *instant > at(now));
        prop_assert_eq!(wait(store.next_publication(at(now))).unwrap(), later.min());
    }
}
