use super::{FRAME_ORIGINS, PROVIDERS, read};

const ROWS: &str = include_str!("../../../tests/embeds.tsv");

#[test]
fn each_link_leads_to_its_frame_or_nowhere() {
    let rows = ROWS.lines().filter(|line| !line.starts_with('#'));
    let mut refused = 0;
    for row in rows {
        let (link, frame) = row.split_once('\t').unwrap();
        match read(link) {
            Ok(embedded) => {
                assert_eq!(embedded.frame, frame, "{link}");
                let origin = embedded.frame.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
                assert!(FRAME_ORIGINS.contains(&origin.as_str()), "{origin}");
            }
            Err(what) => {
                assert_eq!(frame, "-", "{link}: {what}");
                refused += 1;
            }
        }
    }
    assert!(refused >= 20);
}

#[test]
fn a_refused_link_says_what_would_be_taken() {
    let said = |link: &str| read(link).unwrap_err();
    assert!(said("https://example.org/film").contains("\"example.org\""));
    assert!(said("https://example.org/film").contains("known are YouTube, Vimeo"));
    assert!(said("https://vimeo.com/about").contains("write https://vimeo.com/NUMBER"));
    assert!(said("youtu.be/x").contains("begins with https://"));
    let long = format!("https://youtu.be/{}", "a".repeat(2_100));
    assert!(said(&long).contains("write at most 2048"));
}

#[test]
fn every_provider_has_a_link_that_is_read() {
    for provider in &PROVIDERS {
        let mut rows = ROWS.lines().filter(|line| !line.starts_with('#') && !line.ends_with('-'));
        let is_its = |row: &str| {
            provider.hosts.iter().any(|host| row.starts_with(&format!("https://{host}/")))
        };
        assert!(rows.any(is_its), "{}", provider.name);
    }
}
