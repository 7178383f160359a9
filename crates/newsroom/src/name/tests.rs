use super::{ArticleId, NAME_BYTES_MAX, Slug};

#[test]
fn a_name_has_small_letters_digits_and_hyphens() {
    for name in ["a", "forty-one-calls", "2026", &"x".repeat(NAME_BYTES_MAX)] {
        assert_eq!(Slug::parse(name).unwrap().as_str(), name);
        assert_eq!(ArticleId::parse(name).unwrap().to_slug().to_string(), name);
    }
    for name in ["", "A", "a b", "a/b", "é", "a_b", "a\n", &"x".repeat(NAME_BYTES_MAX + 1)] {
        assert!(Slug::parse(name).is_err(), "{name:?}");
        assert!(ArticleId::parse(name).is_err(), "{name:?}");
    }
}

#[test]
fn the_error_says_what_to_write_and_does_not_repeat_a_file() {
    let error = Slug::parse(&"Ö".repeat(10_000)).unwrap_err().to_string();
    assert!(error.ends_with("write 1 to 80 of a-z, 0-9 and -"), "{error}");
    assert!(error.chars().count() < 120, "{error}");
}
