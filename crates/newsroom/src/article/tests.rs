use super::{Body, Direction, Genre};

#[test]
fn every_genre_is_read_as_it_is_written() {
    for genre in [Genre::News, Genre::Opinion, Genre::Live, Genre::Brief] {
        assert_eq!(Genre::parse(genre.as_str()), Ok(genre));
    }
    let error = Genre::parse("feature").unwrap_err().to_string();
    assert!(error.contains("\"feature\"") && error.contains("\"brief\""), "{error}");
}

#[test]
fn direction_follows_from_the_language() {
    for tag in ["ar", "AR-eg", "he", "fa-IR", "ur"] {
        assert_eq!(Direction::of(tag).as_str(), "rtl", "{tag}");
    }
    for tag in ["en", "ja", "art", "", "es-AR"] {
        assert_eq!(Direction::of(tag).as_str(), "ltr", "{tag}");
    }
}

#[test]
fn a_body_is_not_printed() {
    let body = Body { html: "<p>canary</p>".to_owned(), ..Body::default() };
    assert_eq!(format!("{body:?}"), "Body(13 bytes, 0 words)");
}
