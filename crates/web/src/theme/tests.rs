use std::collections::BTreeSet;

use super::check::check;
use super::contract::contract;
use super::files::delivered;
use super::{StartFrom, Theme, ThemeFile, check_theme, starting_files};
use crate::shell::assets::names;

fn file(path: &str, text: &str) -> ThemeFile {
    ThemeFile { path: path.to_owned(), bytes: text.as_bytes().to_vec() }
}

/// The faults of a theme of one file, each as it is told.
fn faults(path: &str, text: &str) -> Vec<String> {
    // The frame and its macros show on any page; what is no template is not rendered.
    let name = path.strip_prefix("templates/").unwrap_or("");
    let is_asked = |template: &str| match name {
        "base.html" | "parts.html" => template == "list.html",
        name => template == name,
    };
    check(&[file(path, text)], is_asked).faults.iter().map(ToString::to_string).collect()
}

#[test]
fn the_house_s_own_theme_has_no_fault_with_any_sample_in_any_language() {
    let checked = check_theme(&[]);
    let told: Vec<String> = checked.faults.iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    assert_eq!(checked.templates, delivered().count() - 2);
    assert!(checked.rendered > 800, "{}", checked.rendered);
}

#[test]
fn every_template_has_its_table_and_every_type_of_a_table_exists() {
    let document = include_str!("../../../../docs/contracts/templates.md");
    for (name, _) in delivered() {
        let has = !contract().variables(name).is_empty();
        assert!(has || name == "parts.html", "{name} is not in docs/contracts/templates.md");
    }
    for link in document.split("](#").skip(1).filter_map(|rest| rest.split(')').next()) {
        let heading = link.replace('-', " ");
        let has = document.contains(&format!("### {heading}\n"));
        assert!(has || link == "every-page", "{link}: no such record");
    }
}

#[test]
fn notices_walls_and_offers_are_told_as_their_tables_say() {
    let theme = Theme::built_in().unwrap();
    let mut seen = BTreeSet::new();
    for language in face::Language::ALL {
        for made in super::face_samples::made(&theme, language) {
            let faults = super::contract::faults(made.template, &made.context);
            assert!(faults.is_empty(), "{} {}: {faults:?}", made.template, made.name);
            seen.insert(made.template);
        }
    }
    assert_eq!(
        seen.into_iter().collect::<Vec<_>>(),
        ["bar.html", "notice.html", "tariff.html", "wall.html"]
    );
}

#[test]
fn a_new_theme_has_no_fault_and_changes_nothing() {
    let alone = |template: &str| template == "wall.html";
    let named = StartFrom::Named(vec!["wall.html".to_owned()]);
    let all: fn(&str) -> bool = |_| true;
    for (from, is_asked) in
        [(StartFrom::Nothing, alone as fn(&str) -> bool), (StartFrom::Default, all), (named, alone)]
    {
        let files = starting_files("Evening \"x\"", &from).unwrap();
        let checked = check(&files, is_asked);
        assert!(
            checked.rendered > 0 && checked.faults.is_empty(),
            "{from:?}: {:?}",
            checked.faults
        );
    }
    let wrong = starting_files("x", &StartFrom::Named(vec!["wal.html".to_owned()]));
    assert!(wrong.unwrap_err().contains("wall.html"));
}

#[test]
fn each_kind_of_fault_is_told_with_its_file_and_line() {
    let many = "x".repeat(super::TEMPLATE_BYTES_MAX + 1);
    for (path, text, wanted) in [
        ("theme.toml", "name = \"a\"\ncolour = 1\n", "theme.toml:2: "),
        ("theme.toml", "\nlight = \"white\"\n", "theme.toml:2: \"white\" is no colour"),
        ("theme.toml", "preload = [\"x.woff2\"]", "theme.toml: preload: \"x.woff2\" is no font"),
        ("fonts/x.woff2", "", "fonts/x.woff2: is no part of a theme"),
        (
            "templates/fornt.html",
            "",
            "templates/fornt.html: there is no template of that name; the nearest is \
                \"front.html\"",
        ),
        ("templates/a/front.html", "", "templates/a/front.html: is no part"),
        ("templates/plain.html", &many, "templates/plain.html: 131073 bytes; the limit is 131072"),
        ("templates/plain.html", "<p>\n{% if x %}", "templates/plain.html:2: syntax error"),
        (
            "templates/ask.html",
            "\n\n{{ ask.butto }}",
            "templates/ask.html:3: `ask.butto`: `ask` has no `butto`; the nearest is `button`",
        ),
        (
            "templates/ask.html",
            "\n{% if wrods.skip %}{% endif %}",
            "templates/ask.html:2: `wrods.skip`: the page has no `wrods`",
        ),
        (
            "templates/ask.html",
            "\n{{ words.skpi }}",
            "there is no such message without a value; the nearest is `skip`",
        ),
        ("templates/ask.html", "{% include \"../../etc/passwd\" %}", "templates/ask.html:1: "),
        (
            "templates/ask.html",
            "\n{{ asset(\"x.png\") }}",
            "templates/ask.html:2: invalid operation: there is no asset \"x.png\"",
        ),
        (
            "templates/ask.html",
            "\n\n{% for x in range(100000) %}{% for y in range(100000) %}{% endfor %}{% endfor %}",
            "templates/ask.html:3: ",
        ),
        (
            "templates/plain.html",
            "{% extends \"default/plain.html\" %}\n{% block below %}{{ plain.standfirst }}{% \
                endblock %}",
            "templates/plain.html:2: undefined value: prints what may be nothing",
        ),
        ("templates/parts.html", "{% macro meta(listing, words) %}{% endmacro %}", "(delivered) "),
        ("templates/ask.html", "<p style=\"x\">", "templates/ask.html:1: an inline style"),
        ("templates/ask.html", "\n<script>x()</script>", "templates/ask.html:2: an inline script"),
        (
            "templates/ask.html",
            "\n<iframe src=\"https://ads.example/a\" sandbox=\"allow-scripts allow-same-origin\"></iframe>",
            "templates/ask.html:2: a frame of another company that is not held in",
        ),
        (
            "templates/ask.html",
            "\n<iframe src=\"https://elsewhere.example/a\" sandbox></iframe>",
            "templates/ask.html:2: loads from elsewhere",
        ),
        (
            "templates/ask.html",
            "\n<a href=\"javascript:x()\">",
            "templates/ask.html:2: an address that is a script",
        ),
        (
            "templates/ask.html",
            "<p {{ \"on\" }}click=\"x\">",
            "templates/ask.html: an inline script",
        ),
        ("templates/ask.html", "<p>x</p>", "templates/ask.html: needs data-part=\"opening\""),
        ("templates/wall.html", "<p>x</p>", "templates/wall.html: has no link to `wall.action`"),
        (
            "templates/base.html",
            "<p>{% block main %}{% endblock %}</p>",
            "templates/base.html: the first link of the page has to lead",
        ),
        ("templates/base.html", "<p></p>", "templates/base.html: needs exactly one <main>"),
        ("templates/front.html", "<p></p>", "templates/front.html: needs exactly one <main>"),
        (
            "templates/article.html",
            "{% extends \"base.html\" %}",
            "templates/article.html: in the state \"open\"",
        ),
        (
            "templates/article.html",
            "<i title=\"{{ slots.rest }}\">{{ slots.notice }}{{ slots.aside }}{{ slots.notes }}{{ \
                slots.bar }}{{ slots.wall }}",
            "templates/article.html: in the state ",
        ),
        ("messages/xx.toml", "", "messages/xx.toml: is no table of messages"),
        (
            "messages/en.toml",
            "skip = \"a\"\nskpi = \"b\"\n",
            "messages/en.toml:2: message \"skpi\": there is no message",
        ),
        (
            "messages/en.toml",
            "\nskip = \"{count}\"\n",
            "messages/en.toml:2: message \"skip\": this message takes no value",
        ),
        (
            "messages/en.toml",
            "left = \"a\"\n",
            "messages/en.toml:1: message \"left\": it holds a number",
        ),
        (
            "messages/de.toml",
            "left = { one = \"a\", few = \"b\", other = \"c\" }",
            "messages/de.toml:1: message \"left\": this language has no form \"few\"",
        ),
        ("messages/en.toml", "skip = \n", "messages/en.toml:1: "),
        (
            "tokens.css",
            ":root{\n--ink:#FBFBF8}",
            "tokens.css:2: by day --ink on --paper has a contrast of 1.00",
        ),
        ("style.css", "a{}\nb{background:url(x.png)}", "style.css:2: there is no asset \"x.png\""),
        ("style.css", "\n@import \"x\";", "style.css:2: imports"),
        ("style.css", "a{b:url(https://x.example/)}", "style.css:1: loads"),
        ("assets/X.png", "", "assets/X.png: an asset's name"),
        ("assets/x.js", "", "assets/x.js: is no kind of asset"),
        ("assets/x.png", "GIF89a", "assets/x.png: does not begin as a .png file does"),
        ("assets/paper.css", "a{b:url(y.png)}", "assets/paper.css:1: there is no asset \"y.png\""),
    ] {
        let told = faults(path, text);
        assert!(
            told.iter().any(|fault| fault.contains(wanted)),
            "{path} {text:.60}\nwanted {wanted}\n{}",
            told.join("\n")
        );
    }
    let invalid = ThemeFile { path: "style.css".to_owned(), bytes: b"a{}\n\xFF".to_vec() };
    assert_eq!(
        check_theme(&[invalid]).faults[0].to_string(),
        "style.css:2: is not UTF-8; save it as such"
    );
}

#[test]
fn a_theme_that_would_misplace_sealed_text_is_not_served() {
    let bar_first =
        "{{ slots.bar }}{{ slots.notice }}{{ slots.rest }}{{ slots.aside }}{{ slots.notes }}";
    for text in [
        format!(
            "{{% if state == \"open\" %}}{bar_first}{{% elif state == \"wall\" %}}{{{{ slots.wall \
                }}}}{{% endif %}}"
        ),
        "{{ slots.rest }}".to_owned(),
        "{{ slots.wall }}".to_owned(),
        "x".to_owned(),
    ] {
        let read = Theme::read(&[file("templates/article.html", &text)]);
        assert!(read.is_err(), "{text}");
    }
}

#[test]
fn limits_of_a_theme_hold() {
    let files: Vec<ThemeFile> = (0..=super::THEME_FILES_MAX)
        .map(|n| file(&format!("templates/part-{n}.html"), ""))
        .collect();
    assert!(Theme::read(&files).unwrap_err()[0].to_string().contains("301 files"));
    let large = |n: usize| {
        let mut bytes = vec![b' '; super::ASSET_BYTES_MAX];
        bytes[..4].copy_from_slice(b"wOF2");
        ThemeFile { path: format!("assets/f{n}.woff2"), bytes }
    };
    assert!(Theme::read(&(0..8).map(large).collect::<Vec<_>>()).is_ok());
    let told = Theme::read(&(0..9).map(large).collect::<Vec<_>>()).unwrap_err();
    assert!(told[0].to_string().contains("bytes in all"), "{told:?}");
    let mut one = large(0);
    one.bytes.push(0);
    assert!(Theme::read(&[one]).unwrap_err()[0].to_string().contains("the limit is 1048576"));
}

#[test]
fn a_theme_s_style_is_one_more_sheet_with_addresses_and_another_theme_has_another_version() {
    let none = Theme::built_in().unwrap();
    assert_eq!(none.assets.address("theme.css"), "");
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
    let files = [
        file("tokens.css", ":root{--x:1}"),
        file("style.css", "a{b:url(dot.svg) url(fonts/stix-400.woff2)}"),
        file("assets/dot.svg", svg),
        file("assets/icon.svg", svg),
        file("assets/OFL.txt", "a licence"),
    ];
    let theme = Theme::read(&files).unwrap();
    assert_ne!(theme.version, none.version);
    assert_ne!(theme.assets.address("icon.svg"), none.assets.address("icon.svg"));
    assert_eq!(theme.assets.address("stix-400.woff2"), none.assets.address("stix-400.woff2"));
    assert_eq!(theme.assets.address("OFL.txt"), "");
    let sheet = theme.assets.address("theme.css").strip_prefix("/assets/").unwrap().to_owned();
    let (asset, _) = theme.assets.find(&sheet).unwrap();
    let crate::shell::assets::AssetBytes::Text(text) = &asset.bytes else { panic!("no text") };
    let css = text.finished().bytes(crate::shell::request::Encoding::Identity).0;
    let css = std::str::from_utf8(&css).unwrap();
    for name in ["dot.svg", "stix-400.woff2"] {
        assert!(css.contains(theme.assets.address(name)), "{css}");
    }
    assert!(css.starts_with(":root{--x:1}"));
    assert!(names().count() > 10);
}
