use std::os::unix::fs::PermissionsExt;

use proptest::prelude::*;
use rcgen::{CertificateParams, KeyPair};

use super::validity::Validity;
use super::*;

const DIRECTORY: &str = "https://ca.example/directory";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn wanted(names: &[&str]) -> Wanted {
    Wanted {
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        contact: None,
        directory: DIRECTORY.to_owned(),
        roots: None,
    }
}

/// A certificate for names that holds from the first day of one year to that of another, and its key; DER and both PEM.
fn made(names: &[&str], from: i32, to: i32) -> (Vec<u8>, String, String) {
    let key = KeyPair::generate().unwrap();
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut parameters = CertificateParams::new(names).unwrap();
    parameters.not_before = rcgen::date_time_ymd(from, 1, 1);
    parameters.not_after = rcgen::date_time_ymd(to, 1, 1);
    let certificate = parameters.self_signed(&key).unwrap();
    (certificate.der().to_vec(), certificate.pem(), key.serialize_pem())
}

fn failure(retry_after: Option<u64>) -> Failure {
    let retry_after = retry_after.map(Duration::from_secs);
    Failure { reason: "no".to_owned(), retry_after, was_asked: true }
}

#[test]
fn dates_are_read_on_both_sides_of_2050() {
    for (from, to) in [(2026, 2027), (1999, 2049), (2049, 2050), (2050, 2099)] {
        let validity = Validity::of(&made(&["a.example"], from, to).0).unwrap();
        assert_eq!(validity.begins_at, at(&format!("{from}-01-01T00:00:00Z")));
        assert_eq!(validity.ends_at, at(&format!("{to}-01-01T00:00:00Z")));
    }
}

#[test]
fn a_third_before_the_end_the_next_one_is_due() {
    let validity =
        Validity { begins_at: at("2026-01-01T00:00:00Z"), ends_at: at("2026-04-01T00:00:00Z") };
    assert_eq!(validity.due_at(), at("2026-03-02T00:00:00Z"));
}

proptest! {
    #[test]
    fn no_bytes_are_too_strange(bytes in proptest::collection::vec(any::<u8>(), 0..200), place in 0_usize..400, byte: u8) {
        let _ = Validity::of(&bytes);
        let mut damaged = made(&["a.example"], 2026, 2027).0;
        let _ = Validity::of(&damaged[..place.min(damaged.len())]);
        let place = place % damaged.len();
        damaged[place] = byte;
        let _ = Validity::of(&damaged);
    }
}

#[test]
fn pauses_double_up_to_a_limit_and_an_authority_may_ask_for_more() {
    let (wanted, now) = (wanted(&["a.example"]), at("2026-10-01T00:00:00Z"));
    let mut attempt: Option<Attempt> = None;
    let mut pauses = Vec::new();
    for _ in 0..40 {
        let next = Attempt::after(attempt.as_ref(), &wanted, &failure(None), now);
        pauses.push(next.again_at(now).duration_since(now).as_mins());
        attempt = Some(next);
    }
    assert_eq!(pauses[..4], [2, 4, 8, 16]);
    assert!(pauses[8..].iter().all(|pause| *pause == 360), "{pauses:?}");
    let asked = |seconds| {
        let attempt = Attempt::after(None, &wanted, &failure(Some(seconds)), now);
        attempt.again_at(now).duration_since(now).as_secs()
    };
    assert_eq!(asked(1), 120, "ours is longer");
    assert_eq!(asked(7 * 24 * 3_600), 7 * 24 * 3_600);
    assert_eq!(asked(u64::MAX), 8 * 24 * 3_600, "nobody waits for ever");
    let unreached = Failure { was_asked: false, ..failure(None) };
    let attempt = Attempt::after(None, &wanted, &unreached, now);
    assert_eq!(attempt.again_at(now).duration_since(now).as_secs(), 15);
}

#[test]
fn a_failure_of_the_future_and_one_of_other_names_hold_nobody_up() {
    let later = at("2036-10-01T00:00:00Z");
    let attempt = Attempt::after(None, &wanted(&["a.example"]), &failure(None), later);
    let now = at("2026-10-01T00:00:00Z");
    assert_eq!(attempt.again_at(now), at("2026-10-01T00:02:00Z"));
    assert!(attempt.is_for(&wanted(&["a.example"])));
    assert!(!attempt.is_for(&wanted(&["b.example"])));
}

#[test]
fn what_is_kept_is_its_owners_alone_and_comes_back() {
    let data = tempfile::tempdir().unwrap();
    let folder = Folder::of(data.path());
    assert!(folder.certificate().is_none() && folder.account(DIRECTORY).is_none());
    let (_, chain, key) = made(&["a.example", "b.example"], 2026, 2027);
    let held = Held::of(DIRECTORY, &chain, &key).unwrap();
    folder.keep_certificate(&held).unwrap();
    folder.keep_account(DIRECTORY, "{}");
    let attempt =
        Attempt::after(None, &wanted(&["a.example"]), &failure(None), at("2026-10-01T00:00:00Z"));
    folder.keep_attempt(&attempt);
    assert_eq!(folder.certificate().unwrap().pem, held.pem);
    assert_eq!(folder.account(DIRECTORY).unwrap(), "{}");
    assert_eq!(folder.account("https://other.example/"), None);
    assert_eq!(folder.attempt(), Some(attempt));
    let path = data.path().join("certificates");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o700);
    for entry in std::fs::read_dir(&path).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
    folder.forget_attempt();
    assert_eq!(folder.attempt(), None);
}

#[test]
fn a_certificate_for_other_names_or_of_another_authority_is_due_at_once() {
    let (_, chain, key) = made(&["a.example", "b.example"], 2026, 2027);
    let held = Held::of(DIRECTORY, &chain, &key).unwrap();
    let third = held.validity.due_at();
    assert_eq!(held.due_at(&wanted(&["b.example", "a.example"])), third);
    assert_eq!(held.due_at(&wanted(&["a.example", "c.example"])), Timestamp::MIN);
    assert_eq!(held.uncovered(&wanted(&["a.example", "c.example"])), Some("c.example"));
    let elsewhere = Wanted { directory: "https://o.example/".to_owned(), ..wanted(&["a.example"]) };
    assert_eq!(held.due_at(&elsewhere), Timestamp::MIN);
}

#[test]
fn a_certificate_that_comes_too_old_or_for_others_is_shown_and_not_asked_for_in_a_circle() {
    let (_, chain, key) = made(&["a.example"], 2026, 2027);
    let held = Held::of(DIRECTORY, &chain, &key).unwrap();
    let fresh = at("2026-01-02T00:00:00Z");
    assert!(due_already(&held, &wanted(&["a.example"]), None, fresh).is_none());
    assert!(due_already(&held, &wanted(&["b.example"]), None, fresh).is_some());
    let off = Some(SignedDuration::from_hours(24 * 365));
    let told =
        due_already(&held, &wanted(&["a.example"]), off, at("2027-01-02T00:00:00Z")).unwrap();
    assert!(told.reason.contains("the clock is 31536000 s off"), "{}", told.reason);
    // A clock that is behind holds nothing up.
    assert!(
        due_already(&held, &wanted(&["a.example"]), None, at("2020-01-01T00:00:00Z")).is_none()
    );
}

#[test]
fn broken_files_are_put_aside_and_nothing_falls() {
    let data = tempfile::tempdir().unwrap();
    let path = data.path().join("certificates");
    let (_, chain, key) = made(&["a.example"], 2026, 2027);
    let (_, _, other_key) = made(&["a.example"], 2026, 2027);
    let half = chain[..chain.len() / 2].to_owned();
    for broken in ["", "nonsense", &half, &chain, &key, &format!("{chain}{other_key}")] {
        std::fs::create_dir_all(&path).unwrap();
        for name in ["certificate.pem", "account.json", "attempt.json"] {
            std::fs::write(path.join(name), broken).unwrap();
        }
        let tls = Tls::awaiting().unwrap();
        let clock = Clock::standing_at(at("2026-10-01T00:00:00Z"));
        let job = Job::new(&wanted(&["a.example"]), data.path(), tls, clock);
        assert!(job.held.is_none() && job.attempt.is_none(), "{broken}");
        assert_eq!(job.folder.account(DIRECTORY), None);
        for name in ["certificate.pem", "account.json"] {
            assert!(!path.join(name).exists());
            assert_eq!(
                std::fs::read_to_string(path.join(format!("{name}.aside"))).unwrap(),
                broken
            );
        }
    }
}
