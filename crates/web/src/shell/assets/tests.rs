use std::collections::BTreeMap;

use super::{AssetBytes, Assets, FILES, SCRIPT, STYLE};
use crate::shell::request::Encoding;

fn delivered() -> Assets {
    Assets::new(&BTreeMap::new(), "")
}

fn text(assets: &Assets, name: &str) -> String {
    let file = assets.address(name).strip_prefix("/assets/").unwrap();
    let (asset, current) = assets.find(file).unwrap();
    assert!(current);
    match &asset.bytes {
        AssetBytes::Text(text) => {
            String::from_utf8(text.finished().bytes(Encoding::Identity).0.to_vec()).unwrap()
        }
        AssetBytes::Packed(_) => panic!("{name} is not text"),
    }
}

#[test]
fn every_address_in_the_style_sheet_is_an_asset() {
    let assets = delivered();
    let style = text(&assets, "paper.css");
    let addresses: Vec<&str> =
        style.split("url(").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    assert_eq!(addresses.len(), 10);
    for address in addresses {
        let file = address.strip_prefix("/assets/").expect(address);
        assert!(assets.find(file).is_some_and(|(_, current)| current), "{address}");
    }
}

#[test]
fn every_style_sheet_closes_what_it_opens() {
    for (name, _, bytes) in FILES.iter().filter(|(_, media_type, _)| *media_type == STYLE) {
        let text = std::str::from_utf8(bytes).unwrap();
        let mut depth = 0;
        for line in text.lines() {
            // Rules of one width stand inside of their width, with a space before them, and nothing else is deep.
            assert!(
                depth == 0 || line.starts_with([' ', '}']) || line.is_empty(),
                "{name}: {line}"
            );
            depth += line.matches('{').count();
            depth -= line.matches('}').count();
        }
        assert_eq!(depth, 0, "{name}");
    }
}

#[test]
fn an_old_name_answers_with_todays_file_and_a_strange_one_does_not() {
    let assets = delivered();
    assert!(assets.find("paper.0123456789ab.css").is_some_and(|(_, current)| !current));
    for strange in
        ["paper.css", "paper.xyz.css", "paper.0123456789ab.js", "other.0123456789ab.css", ""]
    {
        assert!(assets.find(strange).is_none(), "{strange}");
    }
}

#[test]
fn style_script_and_fonts_of_an_english_article_leave_room_for_its_text() {
    let assets = delivered();
    let packed = |name: &str| {
        let file = assets.address(name).strip_prefix("/assets/").unwrap().to_owned();
        match &assets.find(&file).unwrap().0.bytes {
            AssetBytes::Text(text) => text.finished().bytes(Encoding::Gzip).0.len(),
            AssetBytes::Packed(bytes) => bytes.len(),
        }
    };
    let first_paint: usize = ["piazzolla-600.woff2", "stix-400.woff2", "archivo-narrow-600.woff2"]
        .map(packed)
        .iter()
        .sum();
    assert!(first_paint <= 36 * 1024, "{first_paint}");
    let all = first_paint
        + packed("stix-400i.woff2")
        + packed("paper.css")
        + packed("reader.js")
        + packed("account.js");
    assert!(all <= 50 * 1024, "{all}");
    assert_eq!(FILES.len(), 26);
}

#[test]
fn scripts_of_the_house_are_sent_without_their_comments_and_those_of_a_theme_as_they_are() {
    for (name, _, bytes) in FILES.iter().filter(|(_, media_type, _)| *media_type == SCRIPT) {
        let written = std::str::from_utf8(bytes).unwrap();
        // A text over several lines could hold what begins a comment elsewhere.
        assert!(written.lines().all(|line| line.matches('`').count() % 2 == 0), "{name}");
        let sent = text(&delivered(), name);
        assert!(!sent.lines().any(|line| line.trim_start().starts_with("//")), "{name}");
        assert!(sent.lines().all(|line| written.contains(line)), "{name}");
        assert!(sent.contains("'use strict';") && sent.len() < written.len(), "{name}");
    }
    let own = "// What it does.\nlet text = `\n// a line of it\n`;\n";
    let theme = BTreeMap::from([("reader.js".to_owned(), own.into())]);
    assert_eq!(text(&Assets::new(&theme, ""), "reader.js"), own);
}
