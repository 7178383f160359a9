//! Records as receivers take them: what passes, what does not, and what to publish instead.

use super::*;

fn texts(records: &[&str]) -> Texts {
    Ok(records.iter().map(|record| (*record).to_owned()).collect())
}

#[track_caller]
fn told(judged: &Judged, sound: bool, part: &str) {
    assert_eq!(judged.sound, sound, "{}", judged.found);
    assert!(judged.found.contains(part), "{part:?} in {}", judged.found);
}

#[test]
fn a_list_of_senders_is_one_and_does_not_let_everybody_or_nobody_send() {
    let judge = |records: &[&str]| senders("c.example", Some("mail.example"), &texts(records));
    for fine in
        ["v=spf1 a:mail.example -all", "V=SPF1 include:x.example ~all", "v=spf1 redirect=x.example"]
    {
        told(&judge(&["google-site-verification=x", fine]), true, fine);
    }
    told(&judge(&[]), false, "publish the TXT record c.example \"v=spf1 a:mail.example -all\"");
    told(&judge(&["v=spf10 a -all", "v=spf1a"]), false, "none; ");
    told(&senders("c.example", None, &texts(&[])), false, "\"v=spf1 a -all\"");
    told(
        &senders("c.example", Some("192.0.2.7"), &texts(&[])),
        false,
        "\"v=spf1 ip4:192.0.2.7 -all\"",
    );
    told(&senders("c.example", Some("2001:db8::7"), &texts(&[])), false, "ip6:2001:db8::7");
    told(
        &judge(&["v=spf1 a mx ~all", "v=spf1 MX include:x.example -all"]),
        false,
        "2 records, which receivers take for none; instead of all publish the TXT record c.example \
         \"v=spf1 a mx include:x.example ~all\"",
    );
    told(&judge(&["v=spf1 a +all", "v=spf1 mx"]), false, "\"v=spf1 a mx -all\"");
    told(
        &judge(&["v=spf1 a all"]),
        false,
        "lets everybody send; publish the TXT record c.example \"v=spf1 a -all\"",
    );
    told(&judge(&["v=spf1 -all"]), false, "lets nobody send");
    told(&judge(&["v=spf1 a ?all"]), true, "says nothing of other senders");
    told(&judge(&["v=spf1 a"]), true, "says nothing of other senders");
    let includes = |count: usize| {
        let all: Vec<String> = (0..count).map(|n| format!("include:{n}.example")).collect();
        format!("v=spf1 ip4:192.0.2.1 {} -all", all.join(" "))
    };
    assert!(judge(&[&includes(10)]).sound);
    told(&judge(&[&includes(11)]), false, "asks 11 questions");
}

#[test]
fn a_key_is_there_is_long_enough_and_means_it() {
    let judge = |records: &[&str]| key("c.example", "s1", &texts(records));
    let rsa = |digits: usize| format!("v=DKIM1; k=rsa; p={}", "A".repeat(digits));
    assert!(judge(&[&rsa(392)]).sound);
    told(&judge(&[&rsa(216)]), true, "shorter than 2,048 bits");
    told(&judge(&[&rsa(120)]), false, "shorter than 1,024 bits");
    assert!(judge(&[&format!("k=ed25519 ; p = {}=", "A".repeat(43))]).sound);
    told(&judge(&["v=DKIM1; k=ed25519; p=AAAA"]), false, "no key of Ed25519");
    told(&judge(&["v=DKIM1; k=dsa; p=AAAA"]), false, "of a kind that receivers do not know");
    told(&judge(&["v=DKIM1; p="]), false, "takes the key back");
    told(&judge(&["v=DKIM1"]), false, "takes the key back");
    told(&judge(&["v=DKIM2; p=AAAA"]), false, "another version");
    told(&judge(&[&format!("{}; t=s:y", rsa(392))]), false, "take t=y out");
    told(&judge(&["v=DKIM1; p=<key>"]), false, "no key in base64");
    told(&judge(&[&rsa(392), &rsa(392)]), false, "leave one");
    let missing = "publish the TXT record s1._domainkey.c.example \"v=DKIM1; k=rsa; p=KEY\"";
    told(&judge(&["something else"]), false, missing);
    told(&key("c.example", "s1", &Err(NamesError::Nothing)), false, missing);
}

#[test]
fn a_policy_is_the_domain_s_or_one_above_and_none_is_told() {
    let at = |own: &[&str], above: &[&str]| {
        let names = policy_names("news.c.example");
        assert_eq!(names, ["_dmarc.news.c.example", "_dmarc.c.example"]);
        let answers: Vec<_> = names.into_iter().zip([texts(own), texts(above)]).collect();
        policy("news.c.example", &answers)
    };
    assert!(at(&["v=DMARC1; p=reject; rua=mailto:x@c.example"], &[]).sound);
    told(&at(&[], &["v=DMARC1;p=quarantine"]), true, "(at _dmarc.c.example)");
    told(&at(&[], &["v=DMARC1; p=reject; sp=none"]), true, "deliver what others forge");
    told(&at(&["v=DMARC1; p=none"], &["v=DMARC1; p=reject"]), true, "deliver what others forge");
    told(&at(&["v=DMARC1; p=maybe"], &[]), false, "do not know");
    told(&at(&["v=DMARC1"], &[]), false, "has no policy");
    told(&at(&["v=DMARC1; p=none", "v=DMARC1; p=reject"], &[]), false, "2 records");
    let missing = "publish the TXT record _dmarc.news.c.example \"v=DMARC1; p=quarantine\"";
    told(&at(&["v=dmarc2; p=none"], &["p=none"]), false, missing);
}

#[test]
fn names_above_a_domain_are_few() {
    assert_eq!(policy_names("c.example"), ["_dmarc.c.example"]);
    assert_eq!(policy_names("localhost"), ["_dmarc.localhost"]);
    assert_eq!(policy_names(&"a.".repeat(100)).len(), PARENTS_MAX + 1);
}

#[test]
fn no_answer_is_not_no_record_and_nothing_commands_the_terminal() {
    for error in [NamesError::Busy, NamesError::TooMuch, NamesError::Unanswered("x".to_owned())] {
        told(&senders("c.example", None, &Err(error.clone())), false, "not known: ");
        told(&key("c.example", "s1", &Err(error.clone())), false, "not known: ");
        told(
            &policy("c.example", &[("_dmarc.c.example".to_owned(), Err(error))]),
            false,
            "not known: ",
        );
    }
    let hostile = format!("v=spf1 a \u{1b}[2J{} -all", "x".repeat(2 * SHOWN_CHARS_MAX));
    let judged = senders("c.example", None, &texts(&[&hostile]));
    assert!(!judged.found.contains('\u{1b}'), "{}", judged.found);
    assert!(judged.found.chars().count() < SHOWN_CHARS_MAX + 10, "{}", judged.found);
}
