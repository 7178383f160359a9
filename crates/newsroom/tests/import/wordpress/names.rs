//! Sections, tags, authors and access: what the export has and what the mapping says of it.

use super::*;

fn category(id: u32, slug: &str, parent: &str, name: &str) -> String {
    format!(
        "<wp:category><wp:term_id>{id}</wp:term_id><wp:category_nicename>{slug}\
         </wp:category_nicename>\
         <wp:category_parent>{parent}</wp:category_parent><wp:cat_name><![CDATA[{name}]]>\
         </wp:cat_name></wp:category>\n"
    )
}

fn term(domain: &str, slug: &str, name: &str) -> String {
    format!("<category domain=\"{domain}\" nicename=\"{slug}\"><![CDATA[{name}]]></category>")
}

/// An item with these terms alone.
fn under(id: u32, terms: &str) -> String {
    item(id, "One", "Text.", terms).replace(
        "<category domain=\"category\" nicename=\"harbour\"><![CDATA[Harbour]]></category>",
        "",
    )
}

fn sections(survey: &Survey) -> Vec<String> {
    survey.sections.iter().map(|section| format!("{}={}", section.slug, section.name)).collect()
}

#[test]
fn categories_become_sections_and_those_below_them_tags() {
    let head = [
        category(1, "news", "", "News &amp; more"),
        category(2, "port", "news", "Port"),
        category(3, "berths", "port", "Berths"),
        category(4, "sport", "", "Sport"),
        category(5, "unused", "", "Unused"),
        category(6, "round", "round-2", "Round"),
        category(7, "round-2", "round", "Round two"),
    ];
    let berths = term("category", "berths", "Berths");
    let sport = term("category", "sport", "Sport");
    let tag = term("post_tag", "fish", "Fish");
    for (terms, section, tags) in [
        (berths.clone(), "news", vec!["berths"]),
        (format!("{berths}{sport}{tag}"), "news", vec!["berths", "sport", "fish"]),
        (format!("{sport}{berths}"), "sport", vec!["berths"]),
        (
            format!("{sport}{berths}{}", meta("_yoast_wpseo_primary_category", "3")),
            "news",
            vec!["sport", "berths"],
        ),
        (format!("{sport}{}", meta("rank_math_primary_category", "3")), "sport", vec![]),
        (term("category", "unknown", "Unknown"), "unknown", vec![]),
        (term("category", "round", "Round"), "round", vec![]),
        (String::new(), "news", vec![]),
    ] {
        let (article, ..) = only(&format!("{}{}", head.concat(), under(1, &terms)), "");
        let found: Vec<&str> = article.head.tags.iter().map(newsroom::Slug::as_str).collect();
        assert_eq!((article.head.section.as_str(), found), (section, tags), "{terms}");
    }
    let read = read(export(&format!("{}{}", head.concat(), under(1, &berths))).as_bytes()).unwrap();
    assert_eq!(sections(&read.survey), ["news=News & more"]);
}

#[test]
fn the_mapping_has_the_last_word_on_names() {
    let mapping = "default_section = \"paper\"\n[sections]\nsport = \"games\"\nberths \
     = \"harbour\"\n\
        [tags]\nfish = \"trade-war\"\njunk = \"\"\nmissing = \"x\"\n[names]\ngames \
        = \"Games\"\n\"trade-war\" = \"Trade War\"\n";
    let head = [
        category(3, "berths", "news", "Berths"),
        category(1, "news", "", "News"),
        category(4, "sport", "", "Sport"),
    ];
    let terms = |list: &[(&str, &str)]| {
        list.iter().map(|(domain, slug)| term(domain, slug, slug)).collect::<String>()
    };
    let records = [
        under(1, &terms(&[("category", "sport"), ("post_tag", "fish"), ("post_tag", "junk")])),
        under(2, &terms(&[("category", "berths")])),
        under(3, ""),
    ];
    let read =
        read_with(export(&[head.concat(), records.concat()].concat()).as_bytes(), mapping).unwrap();
    let articles: Vec<Article> =
        read.articles().iter().map(|file| checked(&read.survey, file)).collect();
    let placed: Vec<(&str, Vec<&str>)> = articles
        .iter()
        .map(|article| {
            (
                article.head.section.as_str(),
                article.head.tags.iter().map(newsroom::Slug::as_str).collect(),
            )
        })
        .collect();
    assert_eq!(placed, [("games", vec!["trade-war"]), ("harbour", vec![]), ("paper", vec![])]);
    let mut names = sections(&read.survey);
    names.sort();
    assert_eq!(names, ["games=Games", "harbour=berths", "paper=News"]);
    assert_eq!(read.survey.tags[0].name, "Trade War");
    let unmet: Vec<&String> =
        read.survey.remarks.iter().filter(|remark| remark.contains("missing")).collect();
    assert_eq!(unmet.len(), 1, "{:?}", read.survey.remarks);
    assert!(!read.survey.remarks.iter().any(|remark| remark.contains("junk")));
}

#[test]
fn access_is_the_strictest_that_the_mapping_names() {
    let mapping = "default_access = \"registered\"\n[access]\nnews = \"free\"\ndeep \
     = \"subscribers\"\nfish = \"metered\"\n";
    let head = [category(1, "news", "", "News"), category(2, "port", "news", "Port")];
    for (terms, access) in [
        (term("category", "sport", "Sport"), "registered"),
        (term("category", "news", "News"), "free"),
        (term("category", "port", "Port"), "free"),
        (term("category", "news", "News") + &term("post_tag", "fish", "Fish"), "metered"),
        (term("post_tag", "deep", "Deep") + &term("post_tag", "fish", "Fish"), "subscribers"),
    ] {
        let (article, ..) = only(&format!("{}{}", head.concat(), under(1, &terms)), mapping);
        assert_eq!(article.head.access.to_string(), access, "{terms}");
    }
}

#[test]
fn names_that_are_not_ours_become_ours_and_stay_apart() {
    let records = [
        under(1, &term("category", "caf%c3%a9", "Café")),
        under(2, &term("category", "cafe", "Cafe")),
        under(3, &term("category", "search", "Search")),
        under(4, &term("category", "%e6%9d%b1", "東")),
        under(
            5,
            &(term("category", "cafe", "Cafe")
                + &term("post_tag", "port-2", "Port")
                + &term("post_tag", "port", "port")),
        ),
    ];
    let read = read(export(&records.concat()).as_bytes()).unwrap();
    let found: Vec<String> = read
        .articles()
        .iter()
        .map(|file| checked(&read.survey, file).head.section.to_string())
        .collect();
    assert!(found[0].starts_with("cafe-") && found[1] == "cafe", "{found:?}");
    assert_eq!(found[2], "search-news");
    assert!(found[3].starts_with("n-"), "{found:?}");
    let last = checked(&read.survey, read.articles()[4]);
    assert_eq!(last.head.tags.iter().map(ToString::to_string).collect::<Vec<_>>(), ["port"]);
    assert_eq!(read.survey.tags.len(), 1);
}

#[test]
fn the_least_used_names_give_way_beyond_the_limits() {
    let mut records = String::new();
    for id in 0..70 {
        let slug = format!("s{id:02}");
        records.push_str(&under(1_000 + id, &term("category", &slug, &slug)));
        if id < 10 {
            records.push_str(&under(2_000 + id, &term("category", &slug, &slug)));
        }
    }
    let read_many = read(export(&records).as_bytes()).unwrap();
    assert_eq!(read_many.survey.sections.len(), 64);
    assert!(read_many.survey.sections.iter().any(|section| section.slug.as_str() == "news"));
    assert!(read_many.survey.sections[0].slug.as_str() < "s10");
    read_many.articles().iter().for_each(|file| drop(checked(&read_many.survey, file)));
    let told = read_many.survey.remarks.iter().filter(|remark| remark.contains("64 sections"));
    assert_eq!(told.count(), 7, "{:?}", read_many.survey.remarks);
    let tags = |from: u32| {
        (from..from + 900).map(|id| term("post_tag", &format!("t{id}"), "T")).collect::<String>()
    };
    let records: String = (0..6).map(|id| under(id + 1, &tags(id * 900))).collect();
    let read_tags = read(export(&records).as_bytes()).unwrap();
    assert_eq!(read_tags.survey.tags.len(), 5_000);
    assert!(read_tags.survey.remarks.iter().any(|remark| remark.contains("400")));
    read_tags.articles().iter().for_each(|file| drop(checked(&read_tags.survey, file)));
}

#[test]
fn authors_have_their_names_and_nobodys_address() {
    let author = |login: &str, name: &str| {
        format!(
            "<wp:author><wp:author_login>{login}</wp:author_login>\
             <wp:author_email>x@mail.example</wp:author_email>\
             <wp:author_display_name><![CDATA[{name}]]></wp:author_display_name></wp:author>\n"
        )
    };
    let by = |id: u32, creator: &str, more: &str| {
        item(id, "One", "Text.", more).replace("<![CDATA[anna]]>", creator)
    };
    let records = [
        author("anna", "Anna Torvald"),
        author("berit@mail.example", "Berit Sandøe"),
        author("unused", "Nobody"),
        by(1, "anna", ""),
        by(2, "berit@mail.example", ""),
        by(3, "ghost@mail.example", ""),
        by(
            4,
            "anna",
            &(term("author", "cap-berit", "berit@mail.example")
                + &term("author", "cap-guest", "A Guest")
                + &term("author", "cap-anna", "anna")),
        ),
        by(5, "", ""),
    ];
    let read = read(export(&records.concat()).as_bytes()).unwrap();
    let authors: Vec<Vec<String>> = read
        .articles()
        .iter()
        .map(|file| {
            checked(&read.survey, file).head.authors.iter().map(ToString::to_string).collect()
        })
        .collect();
    assert_eq!(authors[0], ["anna"]);
    assert_eq!(authors[1], ["berit-sandoe"]);
    assert_eq!(authors[2], ["ghost"]);
    assert_eq!(authors[3], ["berit-sandoe", "guest", "anna"]);
    assert!(authors[4].is_empty());
    let names: Vec<&str> = read.survey.authors.iter().map(|author| author.name.as_str()).collect();
    assert!(
        names.contains(&"Anna Torvald")
            && names.contains(
                &"A \
         Guest"
            )
            && !names.contains(&"Nobody")
    );
    assert!(!read.everything().contains("mail.example"));
}

#[test]
fn pages_become_articles_where_the_mapping_says_so() {
    let page = item(1, "About", "Text.", "<wp:post_type>page</wp:post_type>");
    let (article, ..) = only(&page, "pages = \"about\"\n[names]\nabout = \"About us\"\n");
    assert_eq!(article.head.section.as_str(), "about");
    assert!(
        article.old_addresses.contains(&"/?page_id=1".to_owned()),
        "{:?}",
        article.old_addresses
    );
    let read = read(export(&page).as_bytes()).unwrap();
    assert!(matches!(&read.items[0].outcome, Outcome::Left { why, .. } if why.contains("pages =")));
}

#[test]
fn a_site_that_the_export_does_not_name_is_taken_from_the_mapping() {
    let text = export(&item(1, "One", "<a href=\"/x\">Link</a>", ""))
        .replace("https://www.courant.example", "");
    let read_bare = read(text.as_bytes()).unwrap();
    assert!(read_bare.survey.remarks.iter().any(|remark| remark.contains("which site")));
    let read_named = read_with(text.as_bytes(), "site = \"https://courant.example\"").unwrap();
    assert_eq!(read_named.survey.site, "https://courant.example");
    assert!(read_named.articles()[0].contains("(https://courant.example/x)"));
    assert!(read_named.articles()[0].contains("/2019/05/n1/"));
}

#[test]
fn a_site_under_two_addresses_keeps_its_old_ones() {
    let moved = |text: &str| {
        text.replace(
            "<wp:base_blog_url>https://www.courant.example",
            "<wp:base_blog_url>https://c.host.example",
        )
    };
    let one = export(&item(1, "One", "Text.", ""));
    let two = export(&item(1, "One", "Text.", "<link>https://c.host.example/x/</link>"));
    let of = |text: &str, mapping: &str| {
        let read = read_with(moved(text).as_bytes(), mapping).unwrap();
        let article = checked(&read.survey, read.articles()[0]);
        (article.head.id.to_string(), article.old_addresses)
    };
    assert_eq!(of(&one, "").1, ["/2019/05/n1/", "/?p=1"]);
    assert_eq!(of(&two, "").1, ["/x/", "/?p=1"]);
    assert_eq!(of(&one, "").0, of(&two, "").0);
    let (id, addresses) = of(&one, "site = \"https://before.example\"");
    assert_ne!(id, of(&one, "").0);
    assert_eq!(addresses, ["/2019/05/n1/", "/?p=1"]);
}
