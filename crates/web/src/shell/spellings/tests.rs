use proptest::prelude::*;

use super::*;

fn paths(path: &str, query: Option<&str>) -> Vec<String> {
    spellings(path, query).into_iter().map(|spelling| spelling.path).collect()
}

#[test]
fn an_address_is_looked_up_as_given_first() {
    let all = paths("/2013/05/Name/", None);
    assert_eq!(all[..2], ["/2013/05/Name/", "/2013/05/Name"]);
    assert!(all.contains(&"/2013/05/name/".to_owned()), "{all:?}");
    assert_eq!(paths("/2013/05/name", None)[..2], ["/2013/05/name", "/2013/05/name/"]);
}

#[test]
fn encodings_and_normal_forms_meet() {
    let wanted = "/2013/caf\u{e9}/";
    for given in ["/2013/caf%C3%A9", "/2013/caf%c3%a9/", "/2013/cafe%CC%81/", "/2013/CAF%C3%89/"] {
        let all = paths(given, None);
        assert!(all.contains(&wanted.to_owned()), "{given}: {all:?}");
        assert!(all.contains(&"/2013/caf%c3%a9/".to_owned()), "{given}: {all:?}");
        assert!(all.contains(&"/2013/caf%C3%A9/".to_owned()), "{given}: {all:?}");
    }
}

#[test]
fn queries_name_articles_by_numbers_alone() {
    assert_eq!(id_query(Some("p=123")).as_deref(), Some("/?p=123"));
    assert_eq!(id_query(Some("utm_source=x&page_id=7")).as_deref(), Some("/?page_id=7"));
    for query in ["p=", "p=12a", "p=-1", "q=1", "p", "", "p=123456789012345678901", "P=1", "xp=1"] {
        assert_eq!(id_query(Some(query)), None, "{query}");
    }
    assert_eq!(id_query(None), None);
    let all = spellings("/", Some("p=9"));
    assert_eq!(all[0], Spelling { path: "/?p=9".to_owned(), tail: Tail::Query });
    let all = paths("/article.php", Some("id=7"));
    assert_eq!(all[..2], ["/article.php?id=7", "/article.php"]);
    let long = "x".repeat(QUERY_BYTES_MAX + 1);
    assert!(paths("/a", Some(&long)).iter().all(|path| !path.contains('?')));
}

#[test]
fn other_forms_of_an_article_lead_to_it() {
    for tail in ["amp", "amp/", "feed/", "feed/atom/", "embed", "page/2/", "3", "comment-page-4/"] {
        let given = format!("/2013/05/name/{tail}");
        let all = spellings(&given, None);
        let named = all.iter().find(|spelling| spelling.path == "/2013/05/name/");
        assert_eq!(named.map(|spelling| spelling.tail), Some(Tail::Nothing), "{given}: {all:?}");
    }
    let all = spellings("/old/name/reading", None);
    let named = all.iter().find(|spelling| spelling.path == "/old/name");
    assert_eq!(named.map(|spelling| spelling.tail), Some(Tail::Reading));
    assert_eq!(plain_form("/harbour/a/amp"), Some("/harbour/a"));
    assert_eq!(plain_form("/harbour/a/page/2/"), Some("/harbour/a"));
    for other in
        ["/harbour/a/reading", "/harbour/a/feed", "/harbour/a/1", "/page/2", "/harbour/a/page/x"]
    {
        assert_eq!(plain_form(other), None, "{other}");
    }
    assert_eq!(plain_form("/amp"), None);
    assert_eq!(plain_form("/harbour/a"), None);
}

#[test]
fn other_houses_pages_mean_ours() {
    let page = |path: &str| Some(Meant::Page(path.to_owned()));
    let section = |name: &str, wanted| Some(Meant::Section(name.to_owned(), wanted));
    for (path, wanted) in [
        ("/feed/", page("/feeds/all.rss")),
        ("/feed/atom/", page("/feeds/all.rss")),
        ("/rss", page("/feeds/all.rss")),
        ("/atom.xml", page("/feeds/all.atom")),
        ("/sitemap_index.xml", page("/sitemap.xml")),
        ("/page/2/", page("/")),
        ("/2013/", page("/archive/2013")),
        ("/2013/5/", page("/archive/2013/05")),
        ("/2013/05/17/", page("/archive/2013/05")),
        ("/category/sport/", section("sport", Wanted::Page)),
        ("/category/sport/football/page/3/", section("football", Wanted::Page)),
        ("/category/sport/feed/", section("sport", Wanted::Feed)),
        ("/sport/feed", section("sport", Wanted::Feed)),
        ("/sport/page/2", section("sport", Wanted::Page)),
        ("/tag/tides/", Some(Meant::Tag("tides".to_owned(), Wanted::Page))),
        ("/tag/tides/rss/", Some(Meant::Tag("tides".to_owned(), Wanted::Feed))),
        ("/author/anna/feed/", Some(Meant::Author("anna".to_owned(), Wanted::Feed))),
        ("/2013/05/17/name", None),
        ("/2013/x", None),
        ("/a/b", None),
        ("/tag/a/b", None),
        ("/%ff", None),
        ("/tag/..", None),
    ] {
        assert_eq!(meant(path), wanted, "{path}");
    }
}

#[test]
fn a_kept_query_holds_nothing_that_a_header_cannot() {
    assert_eq!(safe_query("a=1&b=%20").as_deref(), Some("a=1&b=%20"));
    assert_eq!(safe_query("a=\u{e9}<>\"\\").as_deref(), Some("a=%C3%A9%3C%3E%22%5C"));
    assert_eq!(safe_query(""), None);
    assert_eq!(safe_query(&"x".repeat(3_000)), None);
}

proptest! {
    #[test]
    fn spellings_are_few_paths_of_this_site(path in "/\\PC{0,80}|[/a-z%0-9;.A-F]{0,80}", query in "\\PC{0,40}") {
        let all = spellings(&path, Some(&query));
        prop_assert!(all.len() <= SPELLINGS_MAX);
        for spelling in &all {
            prop_assert!(spelling.path.starts_with('/') && !spelling.path.starts_with("//"));
        }
        let _ = (meant(&path), plain_form(&path));
        if let Some(kept) = safe_query(&query) {
            prop_assert!(kept.bytes().all(|byte| byte.is_ascii_graphic()));
        }
    }
}

#[test]
fn sizes_of_a_picture_lie_where_the_picture_lay() {
    for (asked, lay) in [
        ("/wp-content/uploads/2013/05/a-300x200.jpg", "/wp-content/uploads/2013/05/a.jpg"),
        ("/wp-content/uploads/%C3%BC%20b.png", "/wp-content/uploads/ü b.png"),
        ("/content/images/size/w600/2020/01/a.png", "/content/images/2020/01/a.png"),
        ("/content/images/size/w600/format/webp/2020/a.png", "/content/images/2020/a.png"),
    ] {
        let all = file_spellings(asked);
        assert!(all.iter().any(|path| path == lay), "{asked}: {all:?}");
        assert!(all.len() <= store::SPELLINGS_MAX);
    }
    for odd in ["/a/../b.jpg", "/a/%2e%2e/b.jpg", "/a%00.jpg", "/a%25.jpg"] {
        assert!(file_spellings(odd).is_empty(), "{odd}");
    }
}
