use super::*;

const SECRET: &[u8] = b"whsec_of_the_courier";
const BODY: &[u8] = br#"{"id":"evt_1"}"#;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

fn verified(signature: Option<&str>, now: i64) -> Result<(), Forged> {
    verify([SECRET], BODY, signature, at(now))
}

#[test]
fn hmac_sha256_is_that_of_rfc_4231() {
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"Jefe");
    let tag = hmac::sign(&key, b"what do ya want for nothing?");
    let known = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    assert_eq!(hex(tag.as_ref()), known);
    assert_eq!(unhex(known).unwrap(), tag.as_ref());
}

#[test]
fn a_signature_that_was_made_elsewhere_holds() {
    // printf '1700000000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_of_the_courier
    let made = "t=1700000000,v1=cae3af9ebf1c02193811dd15f72b680f7facd5a175cb290e9b9f1ba643090c42";
    assert_eq!(verified(Some(made), 1_700_000_000), Ok(()));
    assert_eq!(sign(SECRET, BODY, at(1_700_000_000)), made);
}

#[test]
fn a_message_is_new_for_five_minutes_before_and_after() {
    let signature = sign(SECRET, BODY, at(1_000_000));
    let table = [(0, Ok(())), (300, Ok(())), (301, Err(Forged::Old(301))), (-300, Ok(()))];
    for (away, wanted) in table {
        assert_eq!(verified(Some(&signature), 1_000_000 + away), wanted, "{away}");
    }
    assert_eq!(verified(Some(&signature), 1_000_000 - 301), Err(Forged::Old(301)));
}

#[test]
fn one_of_several_signatures_and_one_of_several_secrets_are_enough() {
    let good = sign(SECRET, BODY, at(50));
    let (_, tag) = good.split_once(",v1=").unwrap();
    let other = "0".repeat(64);
    for signature in [
        format!("t=50,v1={other},v1={tag}"),
        format!("t=50,v1={tag},v1={other}"),
        format!("t=50,v1={tag},v0={other}"),
        format!("t=50, v1={tag}"),
        format!("v1={tag},t=50"),
    ] {
        assert_eq!(verified(Some(&signature), 50), Ok(()), "{signature}");
    }
    assert_eq!(verify([&b"new"[..], SECRET], BODY, Some(&good), at(50)), Ok(()));
    assert_eq!(verify([SECRET, &b"old"[..]], BODY, Some(&good), at(50)), Ok(()));
}

#[test]
fn everything_else_is_forged() {
    let good = sign(SECRET, BODY, at(50));
    let (_, tag) = good.split_once(",v1=").unwrap();
    let table = [
        (None, Forged::Unsigned),
        (Some(" ".to_owned()), Forged::Unsigned),
        (Some("nonsense".to_owned()), Forged::Unreadable),
        (Some(format!("v1={tag}")), Forged::Unreadable),
        (Some("t=50".to_owned()), Forged::Unreadable),
        (Some(format!("t=,v1={tag}")), Forged::Unreadable),
        (Some(format!("t=-50,v1={tag}")), Forged::Unreadable),
        (Some(format!("t=99999999999999999999,v1={tag}")), Forged::Unreadable),
        // A scheme of another name proves nothing.
        (Some(format!("t=50,v0={tag}")), Forged::Unreadable),
        (Some(format!("t=51,v1={tag}")), Forged::Wrong),
        (Some(format!("t=50,v1={}", &tag[..62])), Forged::Wrong),
        (Some(format!("t=50,v1={}", tag.replace(&tag[..1], "g"))), Forged::Unreadable),
        (Some(format!("t=50,v1={}", "0".repeat(64))), Forged::Wrong),
        (Some(format!("t=50,v1={tag},{}", "x".repeat(2_048))), Forged::Unreadable),
    ];
    for (signature, wanted) in table {
        assert_eq!(verified(signature.as_deref(), 50), Err(wanted), "{signature:?}");
    }
    assert_eq!(verify([&b"other"[..]], BODY, Some(&good), at(50)), Err(Forged::Wrong));
    assert_eq!(
        verify([&b""[..]], BODY, Some(&sign(b"", BODY, at(50))), at(50)),
        Err(Forged::Wrong)
    );
    assert_eq!(verify([SECRET], b"{}", Some(&good), at(50)), Err(Forged::Wrong));
    // Past the ninth signature nobody looks.
    let many = format!("t=50{},v1={tag}", format!(",v1={}", "0".repeat(64)).repeat(8));
    assert_eq!(verified(Some(&many), 50), Err(Forged::Wrong));
}

#[test]
fn a_message_that_is_too_large_is_not_looked_at() {
    let body = vec![b' '; HINT_BYTES_MAX + 1];
    let signature = sign(SECRET, &body, at(50));
    assert_eq!(verify([SECRET], &body, Some(&signature), at(50)), Err(Forged::TooLarge));
    let body = &body[..HINT_BYTES_MAX];
    assert_eq!(verify([SECRET], body, Some(&sign(SECRET, body, at(50))), at(50)), Ok(()));
}

#[test]
fn a_forged_message_is_never_told_how_old_it_is() {
    let signature = sign(b"other", BODY, at(50));
    assert_eq!(verified(Some(&signature), 5_000), Err(Forged::Wrong));
}
