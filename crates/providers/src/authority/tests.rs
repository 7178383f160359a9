use super::*;

fn address(roots: Option<&[u8]>) -> AuthorityAddress {
    AuthorityAddress {
        directory: "https://127.0.0.1:1/directory".to_owned(),
        roots: roots.map(<[u8]>::to_vec),
        contact: None,
    }
}

#[test]
fn a_pause_is_seconds_or_a_date_that_counts_from_the_answers_own() {
    let said_at = httpdate::parse_http_date("Thu, 01 Oct 2026 12:00:00 GMT").ok();
    let date = "Thu, 01 Oct 2026 13:00:00 GMT";
    assert_eq!(pause("120", None), Some(Duration::from_secs(120)));
    assert_eq!(pause(date, said_at), Some(Duration::from_secs(3_600)));
    assert_eq!(pause(date, None), None, "our clock may be wrong");
    for strange in ["", "-1", "soon", "Thu, 01 Oct 2026 11:00:00 GMT"] {
        assert_eq!(pause(strange, said_at), None, "{strange}");
    }
}

#[test]
fn only_an_answer_that_refuses_asks_to_wait() {
    let heard = Heard::default();
    let mut headers = http::HeaderMap::new();
    headers.insert("retry-after", "60".parse().unwrap());
    heard.hear(200, &headers);
    assert_eq!(heard.last().retry_after, None);
    heard.hear(429, &headers);
    assert_eq!(heard.last().retry_after, Some(Duration::from_secs(60)));
}

#[test]
fn a_proof_is_a_certificate_of_its_own_with_the_digest() {
    let proof = proof("courier.example".to_owned(), &[0x5a; 32]).unwrap();
    let holds = |wanted: &[u8]| proof.certificate.windows(wanted.len()).any(|w| w == wanted);
    assert!(holds(b"courier.example") && holds(&[0x5a; 32]));
    assert_eq!(format!("{proof:?}"), "Proof(courier.example)");
}

#[test]
fn nobody_there_and_roots_that_are_none_are_told() {
    let keep = |_: &str| panic!("there is no account");
    let fault = Authority::open(&address(None), None, keep).unwrap_err();
    assert!(matches!(fault, AuthorityError::Unreachable { .. }), "{fault}");
    assert!(fault.to_string().contains("https://127.0.0.1:1/directory"), "{fault}");
    let fault = Authority::open(&address(Some(b"nothing")), None, keep).unwrap_err();
    assert!(matches!(fault, AuthorityError::Roots(_)), "{fault}");
    let fault = Authority::open(&address(None), Some("{"), keep).unwrap_err();
    assert!(matches!(fault, AuthorityError::Account(_)), "{fault}");
}

#[test]
fn what_the_other_side_says_is_one_line_with_an_end() {
    let told = brief(&format!("a\nb\u{1b}[31m{}", "x".repeat(5_000)));
    assert_eq!(told.chars().count(), TOLD_MAX);
    assert!(!told.contains(char::is_control));
}
