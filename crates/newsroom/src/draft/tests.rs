use super::*;

#[test]
fn a_draft_prints_what_the_folder_reads() {
    let mut draft = Draft::new(
        "w-1".to_owned(),
        "city".to_owned(),
        "He said \"no\" \\ and went".to_owned(),
        "2026-09-16T06:00:00.000001Z".parse().expect("an instant"),
    );
    draft.slug = Some("he-said-no".to_owned());
    draft.old_addresses = vec!["/?p=1".to_owned()];
    draft.source = "One.\n\nTwo.\n".to_owned();
    let file = draft.to_file();
    let outline = crate::outline("w-1.md", &file).expect("a file that reads");
    assert_eq!(outline.id.as_str(), "w-1");
    assert_eq!(outline.slug.as_str(), "he-said-no");
    assert!(file.contains("published_at = 2026-09-16T06:00:00.000001Z\n"), "{file}");
    assert!(file.ends_with("+++\nOne.\n\nTwo.\n"), "{file}");
}
