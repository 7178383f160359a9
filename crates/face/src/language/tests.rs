use super::{Direction, Language};

#[test]
fn tags_are_read_with_and_without_a_region() {
    assert_eq!(Language::parse("en"), Some(Language::English));
    assert_eq!(Language::parse("en-CA"), Some(Language::English));
    assert_eq!(Language::parse("DE_at"), Some(Language::German));
    assert_eq!(Language::parse("ja-Jpan-JP"), Some(Language::Japanese));
    for wrong in ["", "e", "eng", "it", "-en", "english"] {
        assert_eq!(Language::parse(wrong), None, "{wrong:?}");
    }
    for language in Language::ALL {
        assert_eq!(Language::parse(language.tag()), Some(language));
        assert_eq!(language.direction(), Direction::LeftToRight);
    }
}

#[test]
fn directions_follow_language_and_script() {
    for tag in ["ar", "he-IL", "fa_IR", "UR", "az-Arab", "pa-Arab-PK"] {
        assert_eq!(Direction::of(tag).as_str(), "rtl", "{tag}");
    }
    for tag in ["en", "", "ja", "az", "ar-Latn"] {
        assert_eq!(Direction::of(tag).as_str(), "ltr", "{tag}");
    }
}
