//! Searching: what is public is found by its words, and about everything else nothing can be learned.

use std::time::Duration;

use jiff::Timestamp;
use newsroom::{Article, Author, Body, PaperFile, Slug, Tag};
use paywall::{Access, Entitlement, Sealed};
use store::{
    COUNT_MAX, Count, Findings, Options, Order, PAGE_ARTICLES, Query, Search, Searched, Store,
};

use crate::articles::Draft;
use crate::stage::{DAY, Folder, assert_sound, at, number, wait};

/// An article with these texts, which a locked body follows.
pub(crate) fn article(number: u64, headline: &str, teaser: &str, body: &str) -> Article {
    let mut article = Draft::new(number).article();
    article.head.headline = headline.to_owned();
    article.head.published_at = at(i64::try_from(number).unwrap());
    article.teaser.html = format!("<p>{teaser}</p>");
    with_body(article, body)
}

pub(crate) fn with_body(mut article: Article, body: &str) -> Article {
    let body = Body { html: format!("<p>{body}</p>"), ..Body::default() };
    article.body = Sealed::seal(article.head.key, body);
    article
}

fn with_access(mut article: Article, access: Access) -> Article {
    article.head.access = access;
    article
}

pub(crate) fn ask(query: &str) -> Search {
    Search {
        query: Query::parse(query).unwrap(),
        section: None,
        author: None,
        from: None,
        until: None,
        order: Order::Relevance,
        page: 1,
    }
}

pub(crate) fn save(store: &Store, articles: Vec<Article>) {
    wait(store.save_articles(articles)).unwrap();
}

#[track_caller]
pub(crate) fn run(store: &Store, search: Search, now: Timestamp) -> Findings {
    match wait(store.search(search, now)).unwrap() {
        Searched::Found(findings) => findings,
        Searched::TooBroad => panic!("a small paper is searched in time"),
    }
}

/// The numbers of the articles that a query finds.
#[track_caller]
pub(crate) fn found(store: &Store, query: &str) -> Vec<u64> {
    numbers(&run(store, ask(query), at(DAY)))
}

pub(crate) fn numbers(findings: &Findings) -> Vec<u64> {
    let number = |id: &str| id.strip_prefix("article-").unwrap().parse().unwrap();
    findings.articles.iter().map(|one| number(one.listed.head.id.as_str())).collect()
}

fn slug(name: &str) -> Slug {
    Slug::parse(name).unwrap()
}

#[test]
fn public_text_is_found_and_locked_text_is_not() {
    let folder = Folder::new();
    let store = folder.open();
    let mut all = vec![
        article(
            1,
            "The quay is mended",
            "Forty <em>crân</em>es lift &amp; lower.",
            "secretmetered",
        ),
        with_access(article(2, "A free day", "Come in.", "openfree words"), Access::Free),
        with_access(
            article(3, "For subscribers", "Beginning.", "secretsubs"),
            Access::Entitled(Entitlement::DIGITAL),
        ),
        with_access(article(4, "Registered", "Beginning.", "secretregi"), Access::Registered),
    ];
    all[0].head.standfirst = Some("Standing first".to_owned());
    save(&store, all);
    for (query, expected) in [
        ("quay", vec![1]),
        ("cranes lift", vec![1]),
        ("\"lift lower\"", vec![1]),
        ("\"lower lift\"", vec![]),
        ("QUAY -mended", vec![]),
        ("stand", vec![1]),
        ("openfree", vec![2]),
        ("em", vec![]),
        ("beginning -subscribers", vec![4]),
        ("secretmetered", vec![]),
        ("secretsubs", vec![]),
        ("secretregi", vec![]),
        ("city free", vec![2]),
    ] {
        assert_eq!(found(&store, query), expected, "{query}");
    }
    assert_sound(&store);
}

#[test]
fn what_becomes_locked_withdrawn_or_embargoed_is_found_no_more_at_once() {
    let folder = Folder::new();
    let store = folder.open();
    let free = || with_access(article(1, "A wharf", "Teaser.", "canaryword"), Access::Free);
    let found_by_raw = |store: &Store| {
        let raw = folder.raw();
        let rows = number(&raw, "SELECT count(*) FROM search WHERE search MATCH 'canaryword'");
        let texts =
            number(&raw, "SELECT count(*) FROM search_texts WHERE text LIKE '%canaryword%'");
        let words = number(&raw, "SELECT count(*) FROM search_words WHERE word = 'canaryword'");
        let counts = (rows, texts, words);
        (found(store, "canaryword"), counts)
    };
    save(&store, vec![free()]);
    assert_eq!(found(&store, "canaryword"), [1]);
    assert_eq!(found_by_raw(&store), (vec![1], (1, 1, 1)));
    save(&store, vec![with_access(free(), Access::Metered)]);
    // The tables themselves, before anybody searched again.
    let raw = folder.raw();
    assert_eq!(number(&raw, "SELECT count(*) FROM search WHERE search MATCH 'canaryword'"), 0);
    assert_eq!(number(&raw, "SELECT count(*) FROM search WHERE search MATCH 'wharf'"), 1);
    assert_eq!(found_by_raw(&store), (vec![], (0, 0, 0)));
    save(&store, vec![free()]);
    assert_eq!(found_by_raw(&store), (vec![1], (1, 1, 1)));
    let mut withdrawn = free();
    withdrawn.head.withdrawn_at = Some(at(5));
    save(&store, vec![withdrawn]);
    assert_eq!(found_by_raw(&store), (vec![], (0, 0, 0)));
    save(&store, vec![free()]);
    let mut embargoed = free();
    embargoed.head.published_at = at(3 * DAY);
    save(&store, vec![embargoed]);
    assert_eq!(found_by_raw(&store), (vec![], (0, 1, 0)));
    assert_eq!(run(&store, ask("canaryword"), at(3 * DAY - 1)).count, Count::Exactly(0));
    assert_eq!(numbers(&run(&store, ask("canaryword"), at(3 * DAY))), [1]);
    assert_sound(&store);
}

#[test]
fn nothing_that_is_not_public_changes_any_answer() {
    let (plain, secret) = (Folder::new(), Folder::new());
    let (plain, secret) = (plain.open(), secret.open());
    let public: Vec<u64> = (1..30).collect();
    let text = |n: u64| format!("harbour {}", "dues ".repeat(usize::try_from(n % 7).unwrap()));
    for store in [&plain, &secret] {
        let all = public.iter().map(|n| article(*n, &format!("Quay {n}"), &text(*n), "locked"));
        save(store, all.collect());
    }
    let mut hidden: Vec<Article> = (100..160)
        .map(|n| article(n, "Harbour dues quay zanzibar", "harbours duesx quayy", "zanzibar"))
        .collect();
    for (place, article) in hidden.iter_mut().enumerate() {
        if place % 2 == 0 {
            article.head.published_at = at(9 * DAY);
        } else {
            article.head.withdrawn_at = Some(at(0));
        }
    }
    save(&secret, hidden);
    let locked = (1..30)
        .map(|n| article(n, &format!("Quay {n}"), &text(n), &format!("zanzibar quay harbour {n}")));
    save(&secret, locked.collect());
    let queries = [
        "harbour",
        "quay dues",
        "zanzibar",
        "zanzibra",
        "harbuor",
        "duesx",
        "qua",
        "dues harb",
        "locked",
    ];
    for query in queries {
        for order in [Order::Relevance, Order::Time] {
            for page in [1, 2, 3] {
                let search = || Search { order, page, ..ask(query) };
                let (one, other) =
                    (run(&plain, search(), at(DAY)), run(&secret, search(), at(DAY)));
                assert_eq!(one, other, "{query} {order:?} {page}");
            }
        }
    }
    assert_eq!(run(&secret, ask("zanzibar"), at(DAY)), run(&secret, ask("xylophon"), at(DAY)));
}

#[test]
fn an_embargoed_article_is_found_from_its_instant_on() {
    let folder = Folder::new();
    let store = folder.open();
    let mut later = article(1, "Budget day", "Numbers.", "");
    later.head.published_at = at(1_000);
    save(&store, vec![later, article(2, "A day before", "Words.", "")]);
    assert_eq!(numbers(&run(&store, ask("day"), at(999))), [2]);
    assert_eq!(run(&store, ask("bugdet"), at(999)).spelling, None);
    assert_eq!(numbers(&run(&store, ask("budget"), at(1_000))), [1]);
    assert_eq!(run(&store, ask("bugdet"), at(1_000)).spelling.as_deref(), Some("budget"));
    // A clock that went back says what it said then.
    assert_eq!(numbers(&run(&store, ask("day"), at(999))), [2]);
}

#[test]
fn names_are_found_and_follow_the_paper() {
    let folder = Folder::new();
    let store = folder.open();
    let mut one = article(1, "A headline", "Words.", "");
    one.head.tags = vec![slug("trade-war")];
    one.head.authors = vec![slug("anna")];
    save(&store, vec![one]);
    assert_eq!(found(&store, "\"trade war\""), [1], "without a name the address is one");
    let paper = |tag: &str, author: &str| PaperFile {
        tags: vec![Tag { slug: slug("trade-war"), name: tag.to_owned() }],
        authors: vec![Author { slug: slug("anna"), name: author.to_owned(), role: None }],
        ..Draft::paper()
    };
    wait(store.save_paper(paper("Tariffs", "Anna Torvald"))).unwrap();
    assert_eq!(found(&store, "tariffs torvald"), [1]);
    assert_eq!(found(&store, "war"), Vec::<u64>::new());
    assert_eq!(found(&store, "\"tariffs anna\""), Vec::<u64>::new(), "names do not run together");
    wait(store.save_paper(paper("Tariffs", "Anna Berg"))).unwrap();
    assert_eq!(found(&store, "torvald"), Vec::<u64>::new());
    assert_eq!(found(&store, "berg"), [1]);
    assert_sound(&store);
}

#[test]
fn filters_order_and_pages() {
    let folder = Folder::new();
    let store = folder.open();
    let mut all: Vec<Article> =
        (1..=45).map(|n| article(n, &format!("Number {n}"), "A buoy.", "")).collect();
    all[4].head.headline = "A buoy".to_owned();
    all[9].head.section = slug("islands");
    all[19].head.authors = vec![slug("anna")];
    save(&store, all);
    let of = |search: Search| numbers(&run(&store, search, at(DAY)));
    let first = of(ask("buoy"));
    assert_eq!((first.len(), first[0], first[1]), (PAGE_ARTICLES, 5, 45));
    assert_eq!(of(Search { order: Order::Time, ..ask("buoy") })[..2], [45, 44]);
    let pages: Vec<u64> = (1..=4).flat_map(|page| of(Search { page, ..ask("buoy") })).collect();
    let mut sorted = pages.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (1..=45).collect::<Vec<_>>());
    assert_eq!(of(Search { section: Some("islands".to_owned()), ..ask("buoy") }), [10]);
    assert_eq!(of(Search { author: Some("anna".to_owned()), ..ask("buoy") }), [20]);
    let range = Search { from: Some(at(7)), until: Some(at(9)), ..ask("buoy") };
    assert_eq!(of(range), [8, 7]);
    assert_eq!(run(&store, ask("buoy"), at(DAY)).count, Count::Exactly(45));
}

#[test]
fn more_articles_than_the_pages_hold_are_not_counted() {
    let folder = Folder::new();
    let store = folder.open();
    let many = u64::from(COUNT_MAX) + 5;
    save(&store, (1..=many).map(|n| article(n, "A gull", "x", "")).collect());
    while wait(store.index_due(at(DAY))).unwrap() > 0 {}
    assert_eq!(run(&store, ask("gull"), at(DAY)).count, Count::MoreThan(COUNT_MAX));
    let search = Search { until: Some(at(1_000)), ..ask("gull") };
    assert_eq!(run(&store, search, at(DAY)).count, Count::Exactly(999));
}

#[test]
fn scripts_without_spaces_are_found_by_one_character_and_by_many() {
    let folder = Folder::new();
    let store = folder.open();
    save(
        &store,
        vec![
            article(1, "東京都の港", "新しい埠頭。", ""),
            article(2, "京都の寺", "古い。", ""),
            article(3, "한국어 기사", "항구 소식", ""),
            article(4, "حريق في الميناء", "خبر.", ""),
        ],
    );
    for (query, expected) in [
        ("港", vec![1]),
        ("京都", vec![2, 1]),
        ("東京", vec![1]),
        ("東京都の港", vec![1]),
        ("都東", vec![]),
        ("寺", vec![2]),
        ("국어", vec![3]),
        ("항구", vec![3]),
        ("ﺍﻟﻤﻴﻨﺎﺀ", vec![4]),
    ] {
        assert_eq!(found(&store, query), expected, "{query}");
    }
}

#[test]
fn close_spellings_are_offered_where_they_find_something() {
    let folder = Folder::new();
    let store = folder.open();
    save(
        &store,
        vec![
            article(1, "The Überseehafen dredge", "A château.", ""),
            article(2, "Nothing here", "Harbour harbour.", ""),
        ],
    );
    let spelling = |query: &str| run(&store, ask(query), at(DAY)).spelling;
    assert_eq!(spelling("dregde").as_deref(), Some("dredge"));
    assert_eq!(spelling("ubersehafen").as_deref(), Some("überseehafen"));
    assert_eq!(spelling("the chataeu").as_deref(), Some("the château"));
    assert_eq!(spelling("dredge harbor"), None, "both words, and never together");
    assert_eq!(spelling("harbor").as_deref(), Some("harbour"));
    assert_eq!(spelling("harbuor nothing").as_deref(), Some("harbour nothing"));
    assert_eq!(spelling("harbo"), None, "a beginning is found as it is");
    assert_eq!(spelling("xyzzyx"), None);
    assert_eq!(spelling("東京"), None);
}

#[test]
fn a_paper_from_before_the_search_is_taken_in() {
    let folder = Folder::new();
    let store = folder.open();
    save(
        &store,
        vec![
            with_access(article(1, "Old one", "Words.", "freebody"), Access::Free),
            article(2, "Old two", "Words.", "lockedbody"),
        ],
    );
    store.close();
    let raw = folder.raw();
    raw.execute_batch(
        "DELETE FROM search_articles; DELETE FROM search_texts; DELETE FROM search_words; \
         DELETE FROM facts WHERE name = 'searched_until'; \
         INSERT INTO search_articles (article, published_at, section, state) \
         SELECT id, published_at, section, 0 FROM articles WHERE listed;",
    )
    .unwrap();
    drop(raw);
    let store = folder.open();
    assert_eq!(wait(store.index_due(at(DAY))).unwrap(), 2);
    assert_eq!(wait(store.index_due(at(DAY))).unwrap(), 0);
    assert_eq!(found(&store, "freebody"), [1]);
    assert_eq!(found(&store, "lockedbody"), Vec::<u64>::new());
    assert_eq!(found(&store, "old"), [2, 1]);
    assert_sound(&store);
}

#[test]
fn a_search_that_takes_too_long_is_given_up() {
    let folder = Folder::new();
    let options = Options { search_time_max: Duration::ZERO, ..Options::default() };
    let store = folder.open_with(&options);
    save(&store, (1..=400).map(|n| article(n, "A gull", "x", "")).collect());
    while wait(store.index_due(at(DAY))).unwrap() > 0 {}
    let searched = wait(store.search(ask("gull"), at(DAY))).unwrap();
    assert_eq!(searched, Searched::TooBroad);
    // The thread goes on with other questions, which have all the time they need.
    assert_eq!(wait(store.list(store::Filter::All, at(DAY), 200, None)).unwrap().len(), 200);
}
