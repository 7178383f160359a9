use newsroom::picture::Noted;

use super::{FAILED_MAX, Found, Place, SPOTS_MAX, Spot, name_of, path_of, percent_decoded};

const SITE: &str = "https://courant.example";

#[test]
fn addresses_of_the_site_lead_to_paths_and_others_nowhere() {
    let path = |address: &str| path_of(address, &[SITE.to_owned()]);
    for address in [
        "https://courant.example/wp-content/uploads/2013/05/a%20b.jpg?w=300#x",
        "http://www.courant.example/wp-content/uploads/2013/05/a b.jpg",
        "//courant.example/wp-content/uploads/2013/05/a b.jpg",
        "/wp-content/uploads/2013/05/a b.jpg",
        "__GHOST_URL__/wp-content/uploads/2013/05/a b.jpg",
    ] {
        assert_eq!(
            path(address).as_deref(),
            Ok("/wp-content/uploads/2013/05/a b.jpg"),
            "{address}"
        );
    }
    for address in [
        "https://elsewhere.example/a.jpg",
        "https://courant.example.elsewhere.example/a.jpg",
        "https://courant.example@elsewhere.example/a.jpg",
        "https://courant.example:8080/a.jpg",
        "/wp-content/uploads/../../wp-config.jpg",
        "/wp-content/uploads/%2e%2e/%2E%2e/wp-config.jpg",
        "/wp-content/uploads/..%2f..%2fa.jpg",
        "/wp-content/uploads/..%5c..%5ca.jpg",
        "/a/%00.jpg",
        "/a/%zz.jpg",
        "/a//b.jpg",
    ] {
        assert!(path(address).is_err(), "{address}");
    }
    assert_eq!(percent_decoded("a%2"), None);
    assert_eq!(percent_decoded("%ff"), None);
}

#[test]
fn names_are_plain_and_of_kinds_that_are_kept() {
    assert_eq!(name_of("2013/05/x.jpg").unwrap(), "pictures/2013/05/x.jpg");
    assert_eq!(name_of("2013/05/X.JPEG").unwrap(), "pictures/2013/05/X.JPEG");
    assert_eq!(name_of("a.pdf").unwrap(), "attachments/a.pdf");
    let odd = name_of("2013/mañana & más.jpg").unwrap();
    assert!(odd.starts_with("pictures/ma-ana") && odd.ends_with(".jpg"), "{odd}");
    assert_ne!(odd, name_of("2013/manana & más.jpg").unwrap());
    assert_ne!(name_of("a/é.png").unwrap(), name_of("b/é.png").unwrap());
    let long = name_of(&format!("{}.png", "x".repeat(300))).unwrap();
    assert!(long.len() <= super::NAME_BYTES_MAX, "{long}");
    assert!(name_of(".htaccess.png").unwrap().starts_with("pictures/htaccess-"));
    for name in ["a.php", "a.exe", "a", "a.svgz", "a.html"] {
        assert!(name_of(name).is_err(), "{name}");
    }
}

#[test]
fn what_is_known_of_files_does_not_grow_with_their_number() {
    let mut found = Found::default();
    let spot = Spot { place: Place::Kept, path: String::new(), noted: Noted::default() };
    for number in 0..SPOTS_MAX * 3 {
        found.keep(number.to_string(), spot.clone());
    }
    assert!(found.spots.len() + found.before.len() <= SPOTS_MAX * 2);
    let last = SPOTS_MAX * 3 - 1;
    assert!((last - SPOTS_MAX..=last).all(|number| found.spot(&number.to_string()).is_some()));
    (0..FAILED_MAX + 2).for_each(|number| found.fail(number.to_string(), "why"));
    assert_eq!(found.failed.len(), FAILED_MAX);
}
