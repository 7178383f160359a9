//! Old addresses and old slugs: what leads to an article that moved, and which of two articles has a slug to itself.

use newsroom::{Article, Slug};
use store::{NAMESAKES_MAX, Options, SPELLINGS_MAX, Store};

use crate::articles::Draft;
use crate::stage::{Folder, PAPER, at, wait};

/// An article of that number, section and slug, published `number` seconds after the start.
fn article(number: u64, section: &str, slug: &str) -> Article {
    let mut article = Draft::new(number).article();
    article.head.section = Slug::parse(section).unwrap();
    article.head.slug = Slug::parse(slug).unwrap();
    article.head.published_at = at(i64::try_from(number).unwrap());
    article
}

fn save(store: &Store, articles: Vec<Article>) {
    wait(store.save_articles(articles)).unwrap();
}

/// Ids and marks of those that a slug leads to.
fn named(store: &Store, slug: &str) -> Vec<(String, bool)> {
    let heads = wait(store.named(slug)).unwrap();
    heads.into_iter().map(|head| (head.id.as_str().to_owned(), head.namesake)).collect()
}

fn is(number: u64, namesake: bool) -> (String, bool) {
    (format!("article-{number}"), namesake)
}

#[test]
fn the_first_article_of_a_slug_has_it_to_itself_for_ever() {
    let folder = Folder::new();
    let store = folder.open();
    save(&store, vec![article(2, "city", "quay"), article(1, "harbour", "quay")]);
    assert_eq!(named(&store, "quay"), [is(1, true), is(2, false)]);
    // Again, alone, changed: the marks stay.
    save(&store, vec![article(1, "harbour", "quay")]);
    let mut changed = article(2, "city", "quay");
    "Another headline".clone_into(&mut changed.head.headline);
    save(&store, vec![changed]);
    assert_eq!(named(&store, "quay"), [is(1, true), is(2, false)]);
    // The first gives the slug up: it still leads there, and whoever takes it next is a namesake.
    save(&store, vec![article(2, "city", "pier"), article(3, "opinion", "quay")]);
    assert_eq!(named(&store, "quay"), [is(1, true), is(3, true), is(2, false)]);
    assert_eq!(named(&store, "pier"), [is(2, false)]);
    // And it may come back to its own.
    save(&store, vec![article(2, "city", "quay")]);
    assert_eq!(named(&store, "quay"), [is(1, true), is(2, true), is(3, true)]);
    assert_eq!(named(&store, "nothing"), []);
}

#[test]
fn what_is_saved_again_is_unchanged_whatever_its_mark() {
    let folder = Folder::new();
    let store = folder.open();
    let all = || vec![article(1, "city", "quay"), article(2, "harbour", "quay")];
    save(&store, all());
    let report = wait(store.save_articles(all())).unwrap();
    assert_eq!((report.added, report.changed, report.unchanged), (0, 0, 2));
}

#[test]
fn an_old_address_leads_to_the_article_of_today() {
    let folder = Folder::new();
    let store = folder.open();
    let mut first = article(1, "city", "quay");
    first.old_addresses = vec!["/2013/05/quay/".to_owned(), "/?p=1".to_owned()];
    save(&store, vec![first]);
    save(&store, vec![article(1, "harbour", "pier")]);
    let led = |paths: &[&str]| {
        let paths = paths.iter().map(|path| (*path).to_owned()).collect();
        let found = wait(store.moved_from(paths)).unwrap();
        found.map(|(place, head)| (place, head.slug.as_str().to_owned()))
    };
    let pier = |place| Some((place, "pier".to_owned()));
    assert_eq!(led(&["/2013/05/quay/"]), pier(0));
    assert_eq!(led(&["/nothing", "/?p=1", "/city/quay"]), pier(1));
    assert_eq!(led(&["/city/quay"]), pier(0));
    for nothing in [&[][..], &["/2013/05/quay"], &["/harbour/pier"], &["%"], &["/?p=%"]] {
        assert_eq!(led(nothing), None, "{nothing:?}");
    }
    let mut many = vec!["/nothing"; SPELLINGS_MAX];
    many.push("/?p=1");
    assert_eq!(led(&many), None, "no more than the limit is looked at");
}

#[test]
fn a_slug_of_many_articles_leads_to_a_few() {
    let folder = Folder::new();
    let store = folder.open();
    let many = NAMESAKES_MAX as u64 + 9;
    let all = (1..=many).map(|number| article(number, &format!("section-{number}"), "quay"));
    save(&store, all.collect());
    let found = named(&store, "quay");
    assert_eq!(found.len(), NAMESAKES_MAX);
    assert_eq!(found[0], is(1, false));
    assert!(found[1..].iter().all(|(_, namesake)| *namesake));
}

#[test]
fn a_paper_from_before_the_marks_gets_them() {
    let folder = Folder::new();
    let store = folder.open();
    save(&store, vec![article(1, "city", "quay"), article(2, "harbour", "quay")]);
    let heads = wait(store.named("quay")).unwrap();
    store.close();
    folder.age_to_five();
    let raw = folder.raw();
    raw.execute_batch("UPDATE articles SET head = json_remove(head, '$.namesake')").unwrap();
    drop(raw);
    let store = Store::open(folder.path(), PAPER, &Options::default()).unwrap();
    assert_eq!(wait(store.named("quay")).unwrap(), heads);
    assert!(folder.path().join("backups").exists(), "it was migrated");
}
