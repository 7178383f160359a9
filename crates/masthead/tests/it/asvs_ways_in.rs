//! OWASP ASVS 5, chapters V6 and V7, over HTTP: each test's name begins with the number of the requirement that it holds. What other
//! tests hold already is not here; `docs/security/asvs.md` names those.

use http::{Method, StatusCode};
use jiff::SignedDuration;
use rusqlite::Connection;
use web::{ROUTES, Sent};

use crate::ask::Ask;
use crate::jar::Jar;
use crate::paper::TestPaper;
use crate::passwords::{PASSWORD, form};
use crate::readers::{MAIL, paper};

/// The value of the session's cookie.
fn session(jar: &Jar, paper: &TestPaper) -> String {
    let cookies = jar.clone().header(paper.clock.now()).unwrap_or_default();
    let value = cookies.split("; ").find_map(|pair| pair.strip_prefix("s="));
    value.unwrap_or_default().to_owned()
}

/// The tags of the fields of this type.
fn fields_of_type(page: &str, wanted: &str) -> Vec<String> {
    let tags = page.split("<input ").skip(1).filter_map(|rest| rest.split('>').next());
    tags.filter(|tag| tag.contains(&format!("type=\"{wanted}\""))).map(str::to_owned).collect()
}

#[test]
fn v6_2_6_v6_2_7_passwords_are_typed_unseen_pasted_and_filled_in_by_managers() {
    let paper = paper();
    let mut jar = paper.reader_with_password(MAIL, PASSWORD);
    let sign_in = paper.get("/sign-in").text();
    paper.later(SignedDuration::from_mins(11));
    let account = paper.send(&mut jar, Ask::get("/account")).text();
    // The own page asks for the present one beside each change.
    let own = vec!["current-password", "current-password", "new-password"];
    for (page, wanted) in [(&sign_in, vec!["current-password"]), (&account, own)] {
        let fields = fields_of_type(page, "password");
        assert_eq!(fields.len(), wanted.len(), "{fields:?}");
        for (field, autocomplete) in fields.iter().zip(wanted) {
            assert!(field.contains(&format!("autocomplete=\"{autocomplete}\"")), "{field}");
            // Nothing cuts what is pasted, and no handler keeps it out: the policy lets no inline script run.
            assert!(!field.contains("maxlength") && !field.contains("pattern"), "{field}");
        }
        assert!(!page.contains("onpaste"));
        // A manager is told whose it is.
        assert!(page.contains("autocomplete=\"username\""), "{page}");
    }
}

#[test]
fn v6_2_10_a_password_is_good_until_it_is_changed() {
    let paper = paper();
    paper.reader_with_password(MAIL, PASSWORD);
    paper.later(SignedDuration::from_hours(24 * 365 * 3));
    let mut jar = Jar::default();
    assert_eq!(paper.send(&mut jar, form(MAIL, PASSWORD)).status, StatusCode::SEE_OTHER);
    assert!(paper.is_signed_in(&jar));
}

#[test]
fn v6_3_3_there_is_no_way_in_beside_those_that_are_documented() {
    let paper = paper();
    paper.reader_with_password(MAIL, PASSWORD);
    let zeros = "0".repeat(32);
    for route in ROUTES.iter().filter(|route| route.methods.contains(&Method::POST)) {
        // The demo's page makes readers of its own on purpose; a paper that is served has no such page.
        if route.demo_only {
            continue;
        }
        let path: Vec<&str> = route
            .pattern
            .split('/')
            .map(|part| if part.starts_with('{') { zeros.as_str() } else { part })
            .collect();
        let fields = [
            ("mail", MAIL),
            ("password", "not the right one"),
            ("code", "00000000"),
            ("session", zeros.as_str()),
            ("credential", "{}"),
            ("act", "show"),
            ("become", "registered"),
        ];
        let reply = paper.ask(&Ask::fields(&path.join("/"), &fields));
        let sets = reply.headers.get_all("set-cookie");
        let begins = |one: &str| one.starts_with("s=") && !one.starts_with("s=;");
        assert!(!sets.iter().any(|one| begins(one.to_str().unwrap())), "{}", route.pattern);
    }
}

#[test]
fn v6_4_3_a_forgotten_password_is_replaced_by_way_of_the_mailbox_and_the_old_one_is_none() {
    let paper = paper();
    let old = paper.reader_with_password(MAIL, PASSWORD);
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let new = "quai des brumes et marées";
    let change = Ask::fields("/account/password", &[("act", "set"), ("password", new)]);
    assert_eq!(paper.send(&mut jar, change).status, StatusCode::SEE_OTHER);
    assert!(!paper.is_signed_in(&old), "whoever knew the old one is out");
    let wrong = paper.ask(&form(MAIL, PASSWORD));
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(paper.ask(&form(MAIL, new)).status, StatusCode::SEE_OTHER);
}

#[test]
fn v7_2_2_v7_2_3_each_session_has_128_bits_of_its_own_that_are_kept_nowhere() {
    let paper = paper();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..20 {
        let mut jar = Jar::default();
        paper.sign_in(&mut jar, MAIL);
        let secret = session(&jar, &paper);
        assert!(
            secret.len() == 32 && secret.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{secret}"
        );
        assert!(seen.insert(secret), "twice the same");
    }
    let raw = Connection::open(paper.folder.path().join(store::DATABASE)).unwrap();
    let mut query = raw.prepare("SELECT lower(hex(hash)) FROM sessions").unwrap();
    let kept: Vec<String> =
        query.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(kept.len(), 20);
    assert!(kept.iter().all(|hash| !seen.iter().any(|secret| hash.contains(secret.as_str()))));
}

#[test]
fn v7_2_4_every_sign_in_makes_another_session_and_ends_the_one_before() {
    let paper = paper();
    let mut jar = paper.reader_with_password(MAIL, PASSWORD);
    for by_password in [true, false, true] {
        let before = jar.clone();
        if by_password {
            paper.send(&mut jar, form(MAIL, PASSWORD));
        } else {
            paper.sign_in(&mut jar, MAIL);
        }
        assert!(paper.is_signed_in(&jar) && !paper.is_signed_in(&before));
        assert_ne!(session(&jar, &paper), session(&before, &paper));
    }
    // A session that somebody else put there is nobody's, before and after.
    let mut fixed = Jar::holding("s", &"ab".repeat(16));
    let planted = fixed.clone();
    paper.send(&mut fixed, form(MAIL, PASSWORD));
    assert!(paper.is_signed_in(&fixed) && !paper.is_signed_in(&planted));
}

#[test]
fn v7_4_2_an_account_that_is_erased_is_signed_in_nowhere() {
    let paper = paper();
    let [mut desk, mut phone] = [Jar::default(), Jar::default()];
    paper.sign_in(&mut phone, MAIL);
    paper.sign_in(&mut desk, MAIL);
    paper.send(&mut desk, Ask::fields("/account/erasure", &[("sure", "yes")]));
    assert!(!paper.is_signed_in(&desk) && !paper.is_signed_in(&phone));
    // Nor is its next owner signed in where the last one was.
    paper.sign_in(&mut desk, MAIL);
    assert!(paper.is_signed_in(&desk) && !paper.is_signed_in(&phone));
}

#[test]
fn v7_4_4_pages_of_a_reader_lead_to_signing_out() {
    let paper = paper();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let account = paper.send(&mut jar, Ask::get("/account")).text();
    assert!(account.contains("action=\"/account/sessions\"") && account.contains("Sign out"));
    let page = paper.send(&mut jar, Ask::get("/account/cancellation"));
    let is_elsewhere =
        page.status == StatusCode::SEE_OTHER && page.header("location").starts_with("/account");
    assert!(is_elsewhere || page.text().contains("href=\"/account\""), "{}", page.text());
}

#[test]
fn v7_5_1_nothing_that_lets_somebody_in_changes_without_a_fresh_proof() {
    let paper = paper();
    let mut jar = paper.reader_with_password(MAIL, PASSWORD);
    paper.later(SignedDuration::from_mins(11));
    let told = paper.mails().len();
    for (path, act) in [
        ("/account/password", "set"),
        ("/account/password", "remove"),
        ("/account/passkeys", "ask"),
        ("/account/passkeys", "add"),
        ("/account/passkeys", "remove"),
        ("/account/address", ""),
    ] {
        let fields =
            [("act", act), ("password", "quai des brumes et marées"), ("present", "wrong")];
        let ask = Ask { sent: Sent::Nothing, ..Ask::fields(path, &fields) };
        assert_eq!(paper.send(&mut jar, ask).status, StatusCode::BAD_REQUEST, "{path} {act}");
        let reply = paper.send(&mut jar, Ask::fields(path, &fields));
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{path} {act}");
    }
    assert_eq!(paper.mails().len(), told);
    assert_eq!(paper.ask(&form(MAIL, PASSWORD)).status, StatusCode::SEE_OTHER);
}
