//! A paper's own theme: what it overrides, how another one takes its place, and that it sees no more of an article than
//! the templates that it replaces.

use face::TEMPLATES;
use http::StatusCode;
use web::{ROUTES, StartFrom, Theme, ThemeFault, ThemeFile, starting_files};

use crate::ask::{Ask, Reply};
use crate::jar::Jar;
use crate::leaks;
use crate::paper::{Plan, TestPaper, answer, wait};
use crate::settings::Settings;

fn file(path: &str, text: &str) -> ThemeFile {
    ThemeFile { path: path.to_owned(), bytes: text.as_bytes().to_vec() }
}

fn paper(theme: Vec<ThemeFile>) -> TestPaper {
    TestPaper::open(&Plan { theme, ..Plan::default() })
}

/// The text of a delivered template.
fn delivered(name: &str) -> String {
    let files = starting_files("x", &StartFrom::Named(vec![name.to_owned()])).unwrap();
    let path = format!("templates/{name}");
    let file = files.into_iter().find(|file| file.path == path).unwrap();
    String::from_utf8(file.bytes).unwrap()
}

/// The address of an asset on a page.
fn asset(reply: &Reply, beginning: &str) -> Option<String> {
    let text = reply.text();
    let start = text.find(beginning)?;
    Some(text[start..].split('"').next().unwrap().to_owned())
}

const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"2\" height=\"2\"/>";
const FRONT: &str = "{% extends \"default/front.html\" %}\n\
    {% block body_class %}front mine{% endblock %}\n\
    {% block main %}<p><img src=\"{{ asset(\"dot.svg\") }}\" alt=\"\"></p>{{ super() }}{% endblock \
        %}";

fn mine() -> Vec<ThemeFile> {
    vec![
        file("theme.toml", "name = \"Mine\"\npreload = []\nlight = \"#FFFFFF\"\n"),
        file("templates/front.html", FRONT),
        file(
            "templates/notice.html",
            "<p class=\"notice mine\" data-part=\"notice\">{{ notice.line }}</p>",
        ),
        file("messages/en.toml", "latest = \"Stop press\"\nopen_article = \"Go on\"\n"),
        file("tokens.css", ":root{--gutter:20px}"),
        file("style.css", ".mine{background:url(dot.svg)}"),
        file("assets/dot.svg", SVG),
        file("assets/icon.svg", SVG),
    ]
}

#[test]
fn a_theme_overrides_templates_messages_tokens_style_and_assets() {
    let paper = paper(mine());
    let front = paper.get("/");
    let text = front.text();
    assert!(text.contains("<body class=\"front mine\">"), "the template");
    assert!(text.contains("Stop press"), "a message in a template that is not its own");
    assert!(text.contains("content=\"#FFFFFF\" media=\"(prefers-color-scheme:light)\""));
    assert!(!text.contains("rel=\"preload\""), "no font is asked for at once");
    let sheet = asset(&front, "/assets/theme.").unwrap();
    let linked: Vec<&str> = text.split("rel=\"stylesheet\" href=\"").skip(1).collect();
    assert!(linked.last().unwrap().starts_with(&sheet), "read last: {linked:?}");
    let dot = asset(&front, "/assets/dot.").unwrap();
    let css = paper.get(&sheet);
    assert_eq!(css.text(), format!(":root{{--gutter:20px}}\n.mine{{background:url({dot})}}"));
    for address in [&sheet, &dot, &asset(&front, "/assets/icon.").unwrap()] {
        let reply = paper.get(address);
        assert_eq!(reply.status, StatusCode::OK, "{address}");
        assert_eq!(reply.header("cache-control"), "public, max-age=31536000, immutable");
        assert!(!reply.text().is_empty(), "{address}");
    }
    assert_eq!(paper.get(&dot).text(), SVG);
    assert_eq!(paper.get(&dot).header("content-type"), "image/svg+xml");
    let old = paper.get("/assets/theme.0123456789ab.css");
    assert_eq!(old.header("cache-control"), "public, max-age=60", "an old name has today's");
    let article = paper.get(&paper.path("m01"));
    assert!(article.text().contains("Go on") && asset(&article, "/assets/theme.").is_some());
    let open = paper.read(&mut Jar::default(), "m01");
    assert!(open.text().contains("class=\"notice mine\"") && paper.is_whole(&open, "m01"));
    let manifest = paper.get("/manifest.webmanifest").text();
    assert!(manifest.contains("\"#FFFFFF\"") && manifest.contains("/assets/icon."));
}

#[test]
fn without_a_theme_no_page_links_one_and_nothing_reloads() {
    let paper = TestPaper::new();
    for target in ["/", "/harbour", "/harbour/m01", "/about", "/nothing"] {
        let text = paper.get(target).text();
        assert!(!text.contains("/assets/theme") && !text.contains("data-theme"), "{target}");
    }
}

#[test]
fn the_house_s_own_wording_counts_more_than_the_theme_s() {
    let theme = vec![file("messages/en.toml", "open_article = \"Go on\"\nlatest = \"Late\"\n")];
    let paper = TestPaper::open(&Plan {
        theme,
        settings: Settings {
            crawlers: "licence = \"on\"\n\n[wordings.en]\nopen_article = \"Read this\"\n",
            ..Settings::default()
        },
        ..Plan::default()
    });
    let article = paper.get(&paper.path("m01")).text();
    assert!(article.contains("Read this") && !article.contains("Go on"));
    assert!(article.contains(">Late<"));
}

#[test]
fn another_theme_is_seen_by_the_next_request_and_a_broken_one_by_nobody() {
    let paper = paper(mine());
    let first = paper.get("/demo/theme").json();
    let pages = ["/", "/harbour", "/harbour/m01", "/city/free"];
    let before: Vec<String> = pages.map(|page| paper.get(page).header("etag").to_owned()).to_vec();
    let mut files = mine();
    files[4] = file("tokens.css", ":root{--gutter:22px}");
    let second = Theme::read(&files).unwrap();
    paper.site.set_theme(second);
    let told = paper.get("/demo/theme").json();
    assert_ne!(told["version"], first["version"]);
    for (page, before) in pages.iter().zip(&before) {
        let reply = paper.ask(&Ask::get(page).with("if-none-match", before));
        assert_eq!(reply.status, StatusCode::OK, "{page}");
        let version = told["version"].as_str().unwrap();
        assert!(reply.text().contains(&format!("data-theme=\"{version}\"")), "{page}");
        let sheet = asset(&reply, "/assets/theme.").unwrap();
        assert!(paper.get(&sheet).text().contains("22px"), "{page}");
    }
    paper.site.set_theme_faults(vec![ThemeFault::new("style.css", 7, "is wrong")]);
    let after = paper.get("/demo/theme").json();
    assert_eq!(after["version"], told["version"], "the last good one stays");
    assert_eq!(after["faults"][0], "style.css:7: is wrong");
    paper.site.set_theme(Theme::built_in().unwrap());
    assert_eq!(asset(&paper.get("/"), "/assets/theme."), None);
    assert_eq!(paper.get("/demo/theme").json()["faults"].as_array().unwrap().len(), 0);
}

/// Every template as it is delivered, and with it all that it is told.
fn hostile() -> Vec<ThemeFile> {
    let tell = "<pre>{{ debug() }}</pre>";
    let all = starting_files("x", &StartFrom::Default).unwrap();
    let templates = all.into_iter().filter(|file| file.path.ends_with(".html"));
    let changed = templates.filter_map(|file| {
        let name = file.path.strip_prefix("templates/")?.to_owned();
        let text = String::from_utf8(file.bytes).unwrap();
        let is_part = ["ask.html", "asked.html"].contains(&&*name)
            || TEMPLATES.iter().any(|(known, _)| *known == name);
        let text = match name.as_str() {
            "parts.html" | "base.html" => return None,
            // One element has to stay the first.
            "notice.html" => {
                text.replace("{{ notice.line }}", &format!("{{{{ notice.line }}}}{tell}"))
            }
            _ if is_part => text + tell,
            _ => text.replace("{% block main %}", &format!("{{% block main %}}{tell}")),
        };
        Some(ThemeFile { path: file.path, bytes: text.into_bytes() })
    });
    let mut files: Vec<ThemeFile> = changed.collect();
    let base = delivered("base.html").replace("<main ", &format!("{tell}<main "));
    files.push(file("templates/base.html", &base));
    files
}

#[test]
fn a_theme_that_prints_all_it_is_told_shows_nothing_that_is_locked() {
    let paper = paper(hostile());
    let exhausted = ["m05", "m06", "m07", "m08", "opin"];
    let askers = [
        (Jar::default(), vec!["free"]),
        (paper.visitor_of(&exhausted), [&["free"], &exhausted[..]].concat()),
    ];
    let (mut told, mut asked) = (0, 0);
    for (jar, may) in askers {
        for (place, route) in ROUTES.iter().enumerate() {
            if ROUTES[..place].iter().any(|other| other.page == route.page) {
                continue;
            }
            for target in leaks::addresses(route.page, &paper) {
                let reply = paper.send(&mut jar.clone(), Ask::get(&target));
                paper.assert_tight(&reply, &may, &target);
                asked += 1;
                let is_page = reply.header("content-type").starts_with("text/html");
                told += usize::from(is_page && reply.text().contains("&quot;sections&quot;: "));
            }
        }
    }
    assert!(asked > 200 && told > 100, "{told} of {asked} pages told what they were told");
}

#[test]
fn a_template_that_fails_for_one_article_is_answered_with_the_delivered_page() {
    for fault in [
        "{{ asset(\"nothing.png\") }}",
        "{% for x in range(9999) %}{% for y in range(9999) %}{% endfor %}{% endfor %}",
    ] {
        let fault = format!(
            "{{% if article.headline == \"Headline of m02\" %}}{fault}{{% endif %}}{{{{ \
                article.teaser }}}}"
        );
        let article = delivered("article.html").replace("{{ article.teaser }}", &fault);
        let plain = "{% extends \"default/plain.html\" %}{% block body_class %}mine{% endblock %}";
        let paper = paper(vec![
            file("templates/article.html", &article),
            file("templates/plain.html", plain),
        ]);
        assert!(paper.get("/nothing").text().contains("<body class=\"mine\">"));
        let mut jar = paper.visitor_of(&["m01"]);
        for target in ["/harbour/m02", "/harbour/m02/reading"] {
            for ask in [Ask::get(target), Ask::form("/harbour/m02/reading")] {
                if let Some(cookies) = jar.header(paper.clock.now()) {
                    let reply = wait(answer(&paper.site, &ask.clone().with("cookie", &cookies)));
                    let leaked = reply.leaked();
                    assert!(leaked.is_empty(), "{target}: {leaked:?}");
                    if reply.status == StatusCode::SEE_OTHER {
                        jar.take(&reply.headers, paper.clock.now());
                        continue;
                    }
                    assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR, "{target}");
                    assert!(
                        reply.text().contains("<body class=\"plain-page\">"),
                        "{}",
                        reply.text()
                    );
                    assert!(reply.text().trim_end().ends_with("</html>"));
                }
            }
        }
        assert!(paper.is_whole(&paper.send(&mut jar, Ask::get("/harbour/m01")), "m01"));
    }
}
