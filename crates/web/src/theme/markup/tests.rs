use super::*;

#[test]
fn each_fault_of_a_template_is_found_on_its_line() {
    for text in [
        "<p style=\"color:red\">x</p>",
        "<p class=\"{{ a }}\" STYLE={{ b }}>x</p>",
        "<button {% if a > b %}x{% endif %} onclick=\"y()\">x</button>",
        "<script>alert(1)</script>",
        "<style>p{}</style>",
        "<script src=\"https://elsewhere.example/a.js\"></script>",
        "<img src='//elsewhere.example/a.png'>",
        "<link rel=\"stylesheet\" href=\"https://elsewhere.example/a.css\">",
        "<a href=\"java\nscript:x()\">x</a>",
        "<base href=\"/x/\">",
    ] {
        let faults = template_faults(&format!("<p>\n{{# x #}}\n{text}"));
        assert_eq!(faults.len(), 1, "{text}: {faults:?}");
        assert_eq!(faults[0].0, 3, "{text}");
    }
    let good = "<script src=\"{{ a }}\" defer></script>{# <p style=\"x\"> #}\n\
        <p title=\"style=x\">a > b</p><link rel=\"canonical\" href=\"https://x.example/\">\n\
        <script type=\"application/ld+json\">{{ data }}</script><!-- <p style=x> -->\n\
        <a href=\"https://elsewhere.example/\">x</a>";
    assert!(template_faults(good).is_empty(), "{:?}", template_faults(good));
}

#[test]
fn each_fault_of_a_style_sheet_is_found_on_its_line() {
    for text in [
        "@import \"x.css\";",
        "p{background:url(https://x/y.png)}",
        "p{background:url('//x/y.png')}",
        "p{background:url(/etc/x.png)}",
        "p{background:url(a/../../x.png)}",
        "p{src:url(data:font/woff2;base64,AA)}",
        "p{color:red",
        "p{}}",
        "/* ...",
    ] {
        let faults = sheet_faults(&format!("a{{}}\n{text}"));
        assert_eq!(faults.len(), 1, "{text}: {faults:?}");
        assert_eq!(faults[0].0, 2, "{text}");
    }
    let good = "/* @import } */ p{src:url(fonts/a.woff2);b:url(\"data:image/svg+xml,%3C\")}q::before{content:\"}\"}";
    assert!(sheet_faults(good).is_empty(), "{:?}", sheet_faults(good));
}

#[test]
fn attributes_are_read_however_they_are_written() {
    let html = "<a b c=d e = \"f g\" H='i'>x</a>";
    let tag = tags(html)[0];
    let wanted = [("b", ""), ("c", "d"), ("e", "f g"), ("h", "i")];
    let found = tag.attributes();
    let found: Vec<(&str, &str)> = found.iter().map(|(n, v)| (n.as_str(), *v)).collect();
    assert_eq!(found, wanted);
    for broken in ["<", "<>", "<a =", "<a b=\"", "<!--", "<a\u{e9}=\u{e9}>"] {
        let _ = page_faults(broken);
    }
}
