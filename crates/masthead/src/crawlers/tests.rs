use super::*;

const LIST: &str = r#"{"prefixes": [{"ipv4Prefix": "66.249.64.0/19"}]}"#;

fn kept(folder: &Path) -> Kept {
    Kept::new(&folder.join(FOLDER), Engine::Google)
}

/// When the file says that it was last confirmed.
fn confirmed(list: &Kept) -> Timestamp {
    Timestamp::try_from(list.changed().unwrap()).unwrap()
}

#[test]
fn a_list_is_written_whole_with_its_validator() {
    let folder = tempfile::tempdir().unwrap();
    let list = kept(folder.path());
    assert!(list.is_due("2026-09-16T17:30:00Z".parse().unwrap()), "there is none yet");
    list.write(LIST, Some("\"one\"")).unwrap();
    assert_eq!(fs::read_to_string(&list.path).unwrap(), LIST);
    assert_eq!(fs::read_to_string(&list.validator).unwrap(), "\"one\"");
    // The next one came without: the old validator must not stay beside it.
    list.write(LIST, None).unwrap();
    assert!(!list.validator.exists());
    let names = fs::read_dir(folder.path().join(FOLDER)).unwrap().count();
    assert_eq!(names, 1, "nothing half-written is left");
}

#[test]
fn a_list_is_fetched_once_a_day_and_sooner_only_after_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    let mut list = kept(folder.path());
    let now: Timestamp = "2026-09-16T17:30:00Z".parse().unwrap();
    list.write(LIST, None).unwrap();
    list.confirm(now).unwrap();
    assert_eq!(confirmed(&list), now);
    assert!(!list.is_due(now + FETCH_AFTER - SignedDuration::from_secs(1)));
    assert!(list.is_due(now + FETCH_AFTER));
    list.tried_at = Some(now + FETCH_AFTER);
    assert!(!list.is_due(now + FETCH_AFTER + SignedDuration::from_mins(59)));
    assert!(list.is_due(now + FETCH_AFTER + RETRY_AFTER));
    assert_eq!(fs::read_to_string(&list.path).unwrap(), LIST, "a confirmation writes nothing");
}
