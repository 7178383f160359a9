//! `masthead doctor` on the domain of `mail_from`: what is in the name system, what is missing there, and what to publish.
//! The name system is a server on loopback.

use crate::mail::Server;
use crate::name_server::NameServer;
use crate::program::{Ran, Room};

const FINE_KEY: &str = concat!(
    "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIDAQAB",
);

/// What the doctor says with these records in the name system.
#[track_caller]
fn examine(room: &Room, mails: &Server, names: &NameServer) -> Ran {
    let text = format!(
        "data = \"paper\"\nmail_url = {:?}\nmail_from = \"desk@Courant.example\"\nmail_dkim_selector = \"s1\"\n",
        mails.url()
    );
    room.write("masthead.toml", text);
    let server = names.address.to_string();
    room.run(&["doctor", "--config", "masthead.toml", "--name-server", &server])
}

#[track_caller]
fn says(ran: &Ran, line: &str) {
    assert!(ran.out.lines().any(|told| told.starts_with(line)), "{line:?} in\n{}", ran.out);
}

#[test]
fn a_domain_in_order_is_in_order_and_what_is_missing_is_told_as_it_is_to_be_published() {
    let room = Room::new();
    room.filled();
    let mails = Server::start(&room);
    let names = NameServer::start(&[
        ("courant.example", &["other=1", "v=spf1 include:mail.example -all"]),
        ("s1._domainkey.courant.example", &[FINE_KEY]),
        ("_dmarc.courant.example", &["v=DMARC1; p=quarantine"]),
    ]);
    let ran = examine(&room, &mails, &names);
    assert_eq!(ran.status.code(), Some(0), "{}{}", ran.out, ran.err);
    says(&ran, "ok     SPF: \"v=spf1 include:mail.example -all\"");
    says(&ran, "ok     DKIM: \"v=DKIM1; k=rsa; p=MIIB");
    says(&ran, "ok     DMARC: \"v=DMARC1; p=quarantine\"");
    let ran = examine(&room, &mails, &NameServer::start(&[]));
    assert_eq!(ran.status.code(), Some(1));
    says(&ran, "WRONG  SPF: none; publish the TXT record courant.example \"v=spf1 a -all\"");
    let key = "publish the TXT record s1._domainkey.courant.example \"v=DKIM1; k=rsa; p=KEY\"";
    says(&ran, &format!("WRONG  DKIM: none; {key}"));
    let policy = "publish the TXT record _dmarc.courant.example \"v=DMARC1; p=quarantine\"";
    says(&ran, &format!("WRONG  DMARC: none; {policy}"));
    // Without a selector nobody can know where the key is.
    let text =
        format!("data = \"paper\"\nmail_url = {:?}\nmail_from = \"x@c.example\"\n", mails.url());
    room.write("masthead.toml", text);
    let server = names.address.to_string();
    let ran = room.run(&["doctor", "--config", "masthead.toml", "--name-server", &server]);
    says(&ran, "ok     DKIM: not looked at: set mail_dkim_selector");
}

#[test]
fn several_lists_a_long_answer_and_a_policy_of_none_are_told() {
    let room = Room::new();
    room.filled();
    let mails = Server::start(&room);
    let long = "x".repeat(600);
    let names = NameServer::start(&[
        ("courant.example", &["v=spf1 a -all", &long, "v=spf1 mx -all"]),
        ("s1._domainkey.courant.example", &["v=DKIM1; p="]),
        ("_dmarc.courant.example", &["v=DMARC1; p=none; rua=mailto:x@courant.example"]),
    ]);
    let ran = examine(&room, &mails, &names);
    assert_eq!(ran.status.code(), Some(1));
    says(&ran, "WRONG  SPF: 2 records, which receivers take for none; instead of all publish");
    assert!(ran.out.contains("\"v=spf1 a mx -all\""), "{}", ran.out);
    says(&ran, "WRONG  DKIM: \"v=DKIM1; p=\" takes the key back");
    says(&ran, "ok     DMARC: \"v=DMARC1; p=none; rua=mailto:x@courant.example\" has receivers");
}

#[test]
fn huge_answers_and_none_are_no_records_and_hostile_ones_command_nothing() {
    let room = Room::new();
    room.filled();
    let mails = Server::start(&room);
    let many = ["v=spf1 -all"; 65];
    let huge = format!("v=DKIM1; p={}", "A".repeat(5_000));
    let hostile = "v=DMARC1; p=reject; x=\u{1b}[2J\r\nok     SPF: forged";
    let names = NameServer::start(&[
        ("courant.example", &many),
        ("s1._domainkey.courant.example", &[&huge]),
        ("_dmarc.courant.example", &[hostile]),
    ]);
    let ran = examine(&room, &mails, &names);
    let large = "not known: the answer holds more than 64 texts, or one of more than 4096 bytes";
    says(&ran, &format!("WRONG  SPF: {large}"));
    says(&ran, &format!("WRONG  DKIM: {large}"));
    assert!(!ran.out.contains('\u{1b}') && !ran.out.contains("\nok     SPF"), "{}", ran.out);
    let ran = examine(&room, &mails, &NameServer::silent());
    assert_eq!(ran.status.code(), Some(1));
    for what in ["SPF", "DKIM", "DMARC"] {
        says(&ran, &format!("WRONG  {what}: not known: the name system does not answer"));
    }
}

#[test]
fn a_name_server_is_an_address() {
    let room = Room::new();
    for wrong in ["dns.example", "127.0.0.1:x", ""] {
        let ran = room.run(&["doctor", "--data", "paper", "--name-server", wrong]);
        assert_eq!(ran.status.code(), Some(2), "{wrong}: {}", ran.err);
        assert!(ran.err.contains("is no address such as 9.9.9.9"), "{}", ran.err);
    }
}
