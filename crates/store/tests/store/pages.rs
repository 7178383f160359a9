//! What stands on pages beside the plain lists: corrections, what was read most, what belongs together, reports, and
//! stretches of days.

use jiff::{SignedDuration, Timestamp};
use newsroom::{Article, ArticleId, Correction, Slug};
use store::{Filter, NewReport, READS_KEPT, REPORTS_KEPT, Store};

use crate::articles::Draft;
use crate::stage::{DAY, Folder, assert_sound, at, number, wait};

fn id(number: u64) -> ArticleId {
    ArticleId::parse(&Draft::new(number).id()).unwrap()
}

/// Article `number`, published at that second, with these tags.
fn article(number: u64, second: i64, tags: &[&str]) -> Article {
    let mut article = Draft::new(number).article();
    article.head.published_at = at(second);
    article.head.tags = tags.iter().map(|tag| Slug::parse(tag).unwrap()).collect();
    article
}

fn save(store: &Store, articles: Vec<Article>) {
    wait(store.save_articles(articles)).unwrap();
}

fn ids(listed: &[store::Listed]) -> Vec<String> {
    listed.iter().map(|listed| listed.head.id.as_str().to_owned()).collect()
}

/// A day of the paper's, where none matters.
const DAY_OF_TEST: jiff::civil::Date = jiff::civil::date(2026, 9, 16);

#[test]
fn reads_are_summed_by_article_and_what_nobody_may_see_is_left_out() {
    let folder = Folder::new();
    let store = folder.open();
    let mut gone = article(4, 0, &[]);
    gone.head.withdrawn_at = Some(at(1));
    save(&store, vec![article(1, 0, &[]), article(2, 0, &[]), article(3, 9 * DAY, &[]), gone]);
    let now = at(2 * DAY);
    let unknown = ArticleId::parse("unknown").unwrap();
    let reads = vec![(id(1), 2), (id(2), 5), (id(3), 90), (id(4), 80), (unknown, 70)];
    wait(store.add_numbers(Vec::new(), reads, DAY_OF_TEST, now)).unwrap();
    wait(store.add_numbers(Vec::new(), vec![(id(1), 4)], DAY_OF_TEST, now)).unwrap();
    let most = |since: Timestamp, limit| wait(store.most_read(since, now, limit)).unwrap();
    assert_eq!(most(at(DAY), 10), [(id(1), 6), (id(2), 5)]);
    assert_eq!(most(at(DAY), 1), [(id(1), 6)]);
    assert_eq!(most(at(3 * DAY), 10), []);
    // Two with the same number come in the order of their ids.
    wait(store.add_numbers(Vec::new(), vec![(id(2), 1)], DAY_OF_TEST, now)).unwrap();
    assert_eq!(most(at(DAY), 10), [(id(1), 6), (id(2), 6)]);
    assert_sound(&store);
}

#[test]
fn reads_are_forgotten_after_their_time() {
    let folder = Folder::new();
    let store = folder.open();
    save(&store, vec![article(1, 0, &[])]);
    wait(store.add_numbers(Vec::new(), vec![(id(1), 1)], DAY_OF_TEST, at(0))).unwrap();
    let later = at(0).checked_add(READS_KEPT).unwrap();
    wait(store.add_numbers(Vec::new(), vec![(id(1), 1)], DAY_OF_TEST, later)).unwrap();
    let raw = folder.raw();
    assert_eq!(number(&raw, "SELECT count(*) FROM reads"), 2);
    let later = later.checked_add(SignedDuration::from_hours(1)).unwrap();
    wait(store.add_numbers(Vec::new(), vec![(id(1), 1)], DAY_OF_TEST, later)).unwrap();
    assert_eq!(number(&raw, "SELECT sum(number) FROM reads"), 2, "the first hour is gone");
    // The table has no column in which a person could stand.
    let columns = "SELECT count(*) FROM pragma_table_info('reads')";
    assert_eq!(number(&raw, columns), 3);
}

#[test]
fn corrections_are_listed_newest_first_and_go_with_their_article() {
    let folder = Folder::new();
    let store = folder.open();
    let correct = |mut article: Article, seconds: &[i64]| {
        let correction =
            |second: &i64| Correction { at: at(*second), text: format!("At {second}.") };
        article.head.corrections = seconds.iter().map(correction).collect();
        article
    };
    let embargoed = correct(article(3, 9 * DAY, &[]), &[40]);
    save(
        &store,
        vec![correct(article(1, 0, &[]), &[10, 30]), correct(article(2, 0, &[]), &[20]), embargoed],
    );
    let now = at(DAY);
    let words = |limit, before| {
        let corrected = wait(store.corrections(now, limit, before)).unwrap();
        corrected.into_iter().map(|row| row.words).collect::<Vec<_>>()
    };
    assert_eq!(words(10, None), ["At 30.", "At 20.", "At 10."]);
    assert_eq!(words(1, None), ["At 30."]);
    assert_eq!(words(10, Some((at(30), id(1)))), ["At 20.", "At 10."]);
    assert_eq!(wait(store.corrections(at(15), 10, None)).unwrap().len(), 1, "none of the future");
    // Set again without one of them; then taken back.
    save(&store, vec![correct(article(1, 0, &[]), &[10])]);
    assert_eq!(words(10, None), ["At 20.", "At 10."]);
    let mut gone = correct(article(2, 0, &[]), &[20]);
    gone.head.withdrawn_at = Some(at(50));
    save(&store, vec![gone]);
    assert_eq!(words(10, None), ["At 10."]);
    assert_sound(&store);
}

#[test]
fn a_page_before_is_the_page_that_was_left() {
    let folder = Folder::new();
    let store = folder.open();
    // Several at one instant.
    let articles = (0..40).map(|n| {
        let mut article = article(n, i64::try_from(n / 3).unwrap(), &["fish"]);
        article.head.authors = vec![Slug::parse("anna").unwrap()];
        article
    });
    save(&store, articles.collect());
    let now = at(DAY);
    let filters = [
        Filter::All,
        Filter::Section("city".to_owned()),
        Filter::Tag("fish".to_owned()),
        Filter::Author("anna".to_owned()),
    ];
    for filter in filters {
        let all = wait(store.list(filter.clone(), now, 200, None)).unwrap();
        assert_eq!(all.len(), 40, "{filter:?}");
        for place in [0, 1, 7, 39] {
            let head = &all[place].head;
            let after = (head.published_at, head.id.clone());
            let mut newer = wait(store.list_newer(filter.clone(), now, 10, after)).unwrap();
            newer.reverse();
            let from = place.saturating_sub(10);
            assert_eq!(ids(&newer), ids(&all[from..place]), "{filter:?} {place}");
        }
    }
    let nothing = store.list_newer(Filter::All, at(3), 10, (at(3), id(99)));
    assert_eq!(wait(nothing).unwrap(), [], "nothing that is under embargo");
}

#[test]
fn stretches_hold_what_was_published_in_them() {
    let folder = Folder::new();
    let store = folder.open();
    save(
        &store,
        vec![
            article(1, 0, &[]),
            article(2, DAY - 1, &[]),
            article(3, DAY, &[]),
            article(4, 9 * DAY, &[]),
        ],
    );
    let now = at(5 * DAY);
    let days = vec![(at(0), at(DAY)), (at(DAY), at(2 * DAY)), (at(2 * DAY), at(20 * DAY))];
    let held = wait(store.published_in(days.clone(), now)).unwrap();
    assert_eq!(held.iter().map(|held| held.number).collect::<Vec<_>>(), [2, 1, 0]);
    assert_eq!(held[0].newest.as_ref().unwrap().head.id, id(2));
    assert_eq!(wait(store.is_published_in(days.clone(), now)).unwrap(), [true, true, false]);
    let listed = |stretch, before| wait(store.list_between(stretch, now, 10, before)).unwrap();
    assert_eq!(ids(&listed(days[0], None)), ["article-2", "article-1"]);
    assert_eq!(ids(&listed(days[0], Some((at(DAY - 1), id(2))))), ["article-1"]);
    assert_eq!(ids(&listed(days[2], None)), Vec::<String>::new(), "an embargo holds");
    assert_eq!(wait(store.published_span(now)).unwrap(), Some((at(0), at(DAY))));
    assert_eq!(wait(store.published_span(at(-1))).unwrap(), None);
}

#[test]
fn what_belongs_together_is_told_by_tags_then_section_then_time() {
    let folder = Folder::new();
    let store = folder.open();
    let mut other = article(5, 50, &[]);
    other.head.section = Slug::parse("harbour").unwrap();
    let mut gone = article(6, 60, &["fish", "rail"]);
    gone.head.withdrawn_at = Some(at(61));
    save(
        &store,
        vec![
            article(1, 10, &["fish", "rail"]),
            article(2, 20, &["fish"]),
            article(3, 30, &[]),
            article(4, 40, &["rail", "fish"]),
            other,
            gone,
            article(7, 9 * DAY, &["fish", "rail"]),
        ],
    );
    let now = at(DAY);
    let head = article(1, 10, &["fish", "rail"]).head;
    let related = || ids(&wait(store.related(&head, now, 4)).unwrap());
    assert_eq!(related(), ["article-4", "article-2", "article-3"]);
    assert_eq!(related(), related(), "the same for everybody");
    // Parts of its own series stand beside it already.
    let part = |number| {
        let mut part = article(number, 70, &["fish", "rail"]);
        let series = Slug::parse("dredge").unwrap();
        part.head.series = Some(newsroom::Part { series, part: 1 });
        part
    };
    save(&store, vec![part(8), part(9)]);
    let series = ids(&wait(store.related(&part(8).head, now, 2)).unwrap());
    assert_eq!(series, ["article-4", "article-1"]);
}

#[test]
fn teasers_are_read_without_their_bodies() {
    let folder = Folder::new();
    let store = folder.open();
    save(&store, vec![article(1, 0, &[])]);
    let unknown = ArticleId::parse("unknown").unwrap();
    let teasers = wait(store.teasers(vec![unknown, id(1)])).unwrap();
    assert_eq!(teasers.len(), 1);
    assert!(teasers[0].1.html.contains("The beginning."), "{:?}", teasers[0].1);
    assert!(!teasers[0].1.html.contains("The rest."));
}

#[test]
fn reports_are_kept_for_a_time() {
    let folder = Folder::new();
    let store = folder.open();
    let report = |words: &str| NewReport {
        about: "/city/a".to_owned(),
        words: words.to_owned(),
        mail: String::new(),
    };
    assert_eq!(wait(store.add_report(report("one"), at(0))).unwrap(), Some(1));
    assert_eq!(wait(store.add_report(report("two"), at(DAY))).unwrap(), Some(2));
    let kept = wait(store.reports(10)).unwrap();
    assert_eq!(kept[0].report, report("two"), "the newest first");
    assert_eq!((kept[1].id, kept[1].reported_at), (1, at(0)));
    assert_eq!(wait(store.reports(1)).unwrap().len(), 1);
    let later = at(1).checked_add(REPORTS_KEPT).unwrap();
    assert_eq!(wait(store.forget_reports(at(DAY))).unwrap(), 0);
    assert_eq!(wait(store.forget_reports(later)).unwrap(), 1);
    assert_eq!(wait(store.reports(10)).unwrap().len(), 1);
}

#[test]
fn a_report_too_many_is_refused_and_nothing_is_lost() {
    let folder = Folder::new();
    let store = folder.open();
    let raw = folder.raw();
    raw.execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) \
         INSERT INTO error_reports (reported_at, about, words, mail) SELECT i, '', 'x', '' FROM n",
        [i64::try_from(store::REPORTS_MAX).unwrap()],
    )
    .unwrap();
    let report =
        NewReport { about: String::new(), words: "one more".to_owned(), mail: String::new() };
    assert_eq!(wait(store.add_report(report, at(0))).unwrap(), None);
    assert_eq!(number(&raw, "SELECT count(*) FROM error_reports WHERE words = 'one more'"), 0);
}
