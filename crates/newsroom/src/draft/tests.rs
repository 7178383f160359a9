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

#[test]
fn what_was_printed_is_read_back_whatever_the_paper_has() {
    let mut draft = Draft::new(
        "an-id".into(),
        "gone".into(),
        "\"Quoted\" \\ text".into(),
        Timestamp::UNIX_EPOCH,
    );
    draft.slug = Some("a-slug".into());
    draft.tags = vec!["one".into(), "two".into()];
    draft.series = Some(("dredge".into(), 3));
    draft.access = Access::Metered;
    draft.genre = Genre::Opinion;
    draft.updated_at = Some(Timestamp::from_second(60).unwrap());
    draft.lead_image = Some(DraftImage {
        file: "pictures/a.webp".into(),
        alt: "What".into(),
        caption: None,
        credit: Some("Nell".into()),
        focus: Some("40% 30%".into()),
    });
    draft.corrections =
        vec![Correction { at: Timestamp::from_second(90).unwrap(), text: "It was two.".into() }];
    for source in ["", "First.\n\n<!-- paywall -->\n\n+++\nstill text\n", "one line"] {
        draft.source = source.to_owned();
        assert_eq!(Draft::from_file(&draft.to_file()), Some(draft.clone()), "{source}");
    }
    for other in
        ["", "+++", "+++\n+++\n", "no file", "+++\nid = \"a\"\n+++\ntext", "+++\n= broken\n+++\n"]
    {
        assert_eq!(Draft::from_file(other), None, "{other}");
    }
}
