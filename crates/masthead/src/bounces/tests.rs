//! Notices as servers write them, and as nobody should.

use proptest::prelude::*;

use super::*;

/// A notice of one recipient's block, with the head of the mail that came back.
fn report(block: &str, returned: &str) -> String {
    format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mail.example\r\nSubject: Undelivered\r\n\
         Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"a=;b\"\r\n\r\n\
         --a=;b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n\r\n\
         --a=;b\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mail.example\r\nArrival-Date: today\r\n\r\n{block}\r\n\r\n\
         --a=;b\r\nContent-Type: message/rfc822\r\n\r\n{returned}\r\n\r\nText\r\n\r\n--a=;b--\r\n"
    )
}

const HARD: &str = "Final-Recipient: rfc822; ada@example.org\r\nAction: failed\r\n\
     Status: 5.1.1 (no such\r\n mailbox)\r\nDiagnostic-Code: smtp; 550 ada@example.org unknown";
const OURS: &str = "From: desk@courant.example\r\nMessage-ID: <9f3a@courant.example>";

fn what(text: &str) -> Vec<What> {
    read(text).into_iter().map(|notice| notice.what).collect()
}

fn hard(addresses: &[&str], about: Option<&str>, reason: &str) -> What {
    let addresses = addresses.iter().map(|address| (*address).to_owned()).collect();
    What::Hard(Bounce { addresses, about: about.map(str::to_owned), reason: reason.to_owned() })
}

#[test]
fn a_hard_failure_names_the_mail_that_it_is_about_and_keeps_no_address_in_its_reason() {
    let wanted = hard(&["ada@example.org"], Some("9f3a"), "bounced with 5.1.1");
    assert_eq!(what(&report(HARD, OURS)), std::slice::from_ref(&wanted));
    assert_eq!(what(&report(HARD, OURS).replace("\r\n", "\n")), [wanted]);
    let led_on = format!("Original-Recipient: RFC822;<bob@example.org>\r\n{HARD}");
    let both = hard(&["bob@example.org", "ada@example.org"], Some("9f3a"), "bounced with 5.1.1");
    assert_eq!(what(&report(&led_on, OURS)), [both]);
}

#[test]
fn what_is_only_for_now_or_without_its_mail_is_no_hard_failure() {
    let soft = |action: &str, status: &str| {
        let block = HARD.replace("failed", action).replace("5.1.1", status);
        what(&report(&block, OURS))
    };
    for (action, status) in
        [("failed", "4.2.2"), ("delayed", "4.4.1"), ("delayed", "5.1.1"), ("delivered", "2.0.0")]
    {
        let told = format!("{action} with {status}");
        assert_eq!(soft(action, status), [What::Soft("ada@example.org".to_owned(), told)]);
    }
    for returned in ["From: desk@courant.example", "Message-ID: 9f3a", "Message-ID: <>"] {
        assert_eq!(what(&report(HARD, returned)), [What::Unproven("ada@example.org".to_owned())]);
    }
}

#[test]
fn what_is_no_notice_says_why() {
    for (text, why) in [
        ("Subject: hello\n\nHi".to_owned(), "no notice of a mail server"),
        (report(HARD, OURS).replace("boundary", "border"), "no boundary"),
        (
            report(HARD, OURS).replace("message/delivery-status", "text/plain"),
            "no part message/delivery-status",
        ),
        (report("X: y", OURS), "names no recipient"),
        (report(&HARD.replace("5.1.1", "5.1"), OURS), "no status"),
        (report(&HARD.replace("5.1.1", "9.1.1"), OURS), "no status"),
        (report(&HARD.replace("failed", "lost"), OURS), "its action is none of"),
        (report(&HARD.replace("rfc822; ada@example.org", "x-unix; ada"), OURS), "no mail address"),
    ] {
        let [What::Unreadable(told)] = &what(&text)[..] else {
            panic!("{text}: {:?}", what(&text))
        };
        assert!(told.contains(why), "{told}");
    }
}

#[test]
fn a_mailbox_holds_several_and_a_list_one_in_each_line() {
    let mailbox = format!(
        "From a@b Mon\n{}\n\nFrom c@d Tue\nSubject: x\n\nHi\n",
        report(HARD, OURS).replace("\r\n", "\n")
    );
    let places: Vec<String> = read(&mailbox).into_iter().map(|notice| notice.place).collect();
    assert_eq!(places, ["mail 1", "mail 2"]);
    let list = read("\u{feff}ada@example.org\r\n\r\n not one \r\nbob@example.org");
    let places: Vec<&str> = list.iter().map(|notice| notice.place.as_str()).collect();
    assert_eq!(places, ["line 1", "line 3", "line 4"]);
    assert_eq!(list[0].what, hard(&["ada@example.org"], None, "named by the operator"));
    assert_eq!(list[1].what, What::Unreadable("it is no mail address".to_owned()));
    assert_eq!(read(""), []);
}

#[test]
fn recipients_of_a_notice_have_a_limit() {
    let many = vec![HARD; RECIPIENTS_MAX + 1].join("\r\n\r\n");
    assert_eq!(what(&report(&many, OURS)).len(), RECIPIENTS_MAX);
}

proptest! {
    #[test]
    fn whatever_comes_is_read_or_told(
        text in "(From |Content-Type: multipart/report; boundary=|--a|\\PC|\n|\r\n|;|\"){0,60}",
        cut in 0_usize..700,
    ) {
        let _ = read(&text);
        let whole = report(HARD, OURS);
        let _ = read(&whole[..cut.min(whole.len())]);
    }
}
