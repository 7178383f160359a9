use super::{Focus, Sheet, WIDTHS, draw_share, offered, source, srcset, srcset_text};

#[test]
fn no_width_is_larger_than_the_picture_but_the_one_that_holds_it() {
    assert_eq!(offered(0), &[] as &[u32]);
    assert_eq!(offered(1), [160]);
    assert_eq!(offered(160), [160]);
    assert_eq!(offered(161), [160, 320]);
    assert_eq!(offered(1_600), WIDTHS);
    assert_eq!(offered(12_000), WIDTHS);
    assert!(WIDTHS.is_sorted());
}

#[test]
fn addresses_name_the_width_and_tell_the_one_that_the_picture_has() {
    let file = |width: u32| format!("/media/0f-{width}.webp");
    assert_eq!(srcset("/media/0f.jpg", 300), [(file(160), 160), (file(320), 300)]);
    assert_eq!(srcset("/media/0f.png", 9_000).last(), Some(&(file(1_600), 1_600)));
    let locked = srcset("/media/aa/0f.webp", 160);
    assert_eq!(locked, [("/media/aa/0f-160.webp".to_owned(), 160)]);
    assert_eq!(
        srcset_text("/media/0f.jpg", 200),
        "/media/0f-160.webp 160w, /media/0f-320.webp 200w"
    );
    assert_eq!(source("/media/0f.jpg", 700), "/media/0f-960.webp");
}

#[test]
fn what_has_no_pixels_or_moves_or_is_not_ours_has_one_address() {
    for address in [
        "/media/0f.svg",
        "/media/0f.gif",
        "pictures/a.jpg",
        "https://x.example/media/a.jpg",
        "",
        "/media/a",
    ] {
        assert_eq!(srcset(address, 1_000), [], "{address}");
        assert_eq!(srcset_text(address, 1_000), "");
        assert_eq!(source(address, 1_000), address);
    }
    assert_eq!(source("/media/0f.jpg", 0), "/media/0f.jpg");
}

#[test]
fn a_focus_is_two_percentages() {
    assert_eq!("40% 30%".parse(), Ok(Focus { x: 40, y: 30 }));
    assert_eq!(" 0%  100% ".parse(), Ok(Focus { x: 0, y: 100 }));
    assert_eq!(Focus { x: 40, y: 30 }.to_string(), "40% 30%");
    for text in [
        "", "40%", "40 30", "40% 30", "101% 0%", "-1% 0%", "+1% 0%", "4.5% 1%", "1% 2% 3%",
        "999% 1%",
    ] {
        assert!(text.parse::<Focus>().is_err(), "{text}");
    }
}

#[test]
fn a_share_picture_is_drawn_with_and_without_everything() {
    let font = include_bytes!("../../../web/assets/fonts/piazzolla-600.ttf");
    let picture = include_bytes!("../../tests/pictures/turned-6.jpg");
    let focus = Focus::default();
    let long =
        "The board and the word Donaudampfschifffahrtsgesellschaftskapitänsmützenband ".repeat(9);
    let draw = |paper_name, headline, picture| {
        let jpeg = draw_share(&Sheet { paper_name, headline, picture, font }).unwrap();
        let facts = super::probe(&jpeg).unwrap();
        assert_eq!((facts.width, facts.height), (1_200, 630));
        jpeg
    };
    let (name, picture) = ("The Merrin Courant", Some((&picture[..], focus)));
    let mute = draw(name, None, picture);
    // What the font cannot print is not printed.
    for headline in ["嵐", "  ", "A\u{0}b"] {
        assert!(draw(name, Some(headline), picture) == mute, "{headline:?}");
    }
    let mut drawn = vec![
        draw(name, Some("Forty-one calls"), picture),
        draw(name, Some("Forty-one calls"), None),
        draw(name, Some(&long), picture),
        draw("海の新聞", None, picture),
        draw(&"W".repeat(300), Some("Forty-one calls"), picture),
        mute,
    ];
    drawn.sort();
    drawn.dedup();
    assert_eq!(drawn.len(), 6);
    let sheet = Sheet { paper_name: "A", headline: None, picture: Some((b"junk", focus)), font };
    assert!(draw_share(&sheet).is_err());
    assert!(draw_share(&Sheet { picture: None, font: b"junk", ..sheet }).is_err());
}
