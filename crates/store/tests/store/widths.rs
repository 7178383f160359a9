//! The folder of pictures that were made from others: whole files, no way out, and a cap.

use std::time::{Duration, SystemTime};

use crate::stage::Folder;

#[test]
fn what_was_made_is_found_and_the_oldest_are_forgotten() {
    let folder = Folder::new();
    let widths = folder.open().widths();
    let later = jiff::Timestamp::from_second(1 << 33).unwrap();
    assert_eq!(widths.sweep(0, later).unwrap(), 0, "no folder is no trouble");
    assert_eq!(widths.find("0f-160.webp"), None);
    for (number, name) in ["a.webp", "b.webp", "c.webp"].into_iter().enumerate() {
        widths.keep(name, &[1; 100]).unwrap();
        let made = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000 + number as u64);
        let path = folder.path().join("media/widths").join(name);
        std::fs::File::options().write(true).open(path).unwrap().set_modified(made).unwrap();
    }
    let half = folder.path().join("media/widths/d.1-2.new");
    std::fs::write(&half, b"half").unwrap();
    assert_eq!(widths.find("a.webp").as_deref(), Some(&[1; 100][..]));
    assert_eq!(widths.sweep(300, jiff::Timestamp::UNIX_EPOCH).unwrap(), 0);
    assert!(half.exists(), "somebody is writing it");
    assert_eq!(widths.sweep(299, later).unwrap(), 2);
    assert!(!half.exists());
    assert_eq!(widths.find("a.webp"), None);
    assert!(widths.find("b.webp").is_some() && widths.find("c.webp").is_some());
}

#[test]
fn no_name_leads_out_of_the_folder() {
    let folder = Folder::new();
    let widths = folder.open().widths();
    for name in [
        "",
        "..",
        "../a.webp",
        "/etc/passwd",
        "a/b.webp",
        "A.webp",
        ".hidden",
        "a\0",
        &"a".repeat(121),
    ] {
        assert!(widths.keep(name, b"bytes").is_err(), "{name}");
        assert_eq!(widths.find(name), None, "{name}");
    }
}
