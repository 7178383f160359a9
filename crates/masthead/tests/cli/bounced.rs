//! `masthead mails`: what mail servers send back takes dead addresses off, and nothing else does.

use std::io::Write;
use std::process::Stdio;

use store::{MailOutcome, MailState, Store};

use crate::mail::{now, queue, store, wait};
use crate::program::{Ran, Room};

const ADA: &str = "ada@example.org";
const BOB: &str = "bob@example.org";

/// A mail that was sent, and its name in the world.
#[track_caller]
fn sent(store: &Store, to: &str) -> String {
    queue(store, "receipt", to);
    let mail = wait(store.take_mail(now())).unwrap().expect("a mail that is due");
    assert_eq!(mail.recipient, to);
    wait(store.mail_told(mail.id, MailOutcome::Sent, now())).unwrap();
    mail.name
}

/// Whether the paper still sends to an address.
#[track_caller]
fn gets_mail(store: &Store, to: &str) -> bool {
    queue(store, "receipt", to);
    let taken = wait(store.take_mail(now())).unwrap();
    if let Some(mail) = &taken {
        wait(store.mail_told(mail.id, MailOutcome::Sent, now())).unwrap();
    }
    let newest = wait(store.mails_lately(1)).unwrap().remove(0);
    assert_eq!(newest.state == MailState::Sent, taken.is_some());
    taken.is_some()
}

/// A notice of a server: of whom, with which status, about which mail.
fn notice(to: &str, action: &str, status: &str, name: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mail.example\nSubject: Undelivered Mail Returned to Sender\n\
         Content-Type: multipart/report; report-type=delivery-status;\n boundary=\"A1\"\n\n\
         --A1\nContent-Type: text/plain\n\nSorry.\n\n\
         --A1\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mail.example\n\n\
         Final-Recipient: rfc822; {to}\nAction: {action}\nStatus: {status}\n\
         Diagnostic-Code: smtp; 550 {to} is unknown here\n\n\
         --A1\nContent-Type: message/rfc822\n\nFrom: desk@courant.example\n\
         Message-ID: <{name}@courant.example>\n\nText\n\n--A1--\n"
    )
}

#[track_caller]
fn bounced(room: &Room, text: &str) -> Ran {
    room.write("back.eml", text);
    room.run(&["mails", "bounced", "--data", "paper", "back.eml"])
}

#[test]
fn a_hard_failure_of_a_mail_of_ours_ends_mails_to_that_address_until_it_is_lifted() {
    let room = Room::new();
    room.filled();
    let store = store(&room);
    let name = sent(&store, ADA);
    let said = bounced(&room, &notice("Ada@Example.org", "failed", "5.1.1", &name)).fine();
    assert!(
        said.contains("mail 1: ada@example.org gets no mail any more: bounced with 5.1.1"),
        "{said}"
    );
    assert!(said.contains("1 get no mail any more, 0 got none before"), "{said}");
    assert!(!gets_mail(&store, ADA) && gets_mail(&store, BOB));
    let again = bounced(&room, &notice(ADA, "failed", "5.1.1", &name)).fine();
    assert!(again.contains("0 get no mail any more, 1 got none before"), "{again}");
    let listed = room.run(&["mails", "suppressed", "--data", "paper"]).fine();
    assert!(
        listed.contains("  bounced with 5.1.1\n") && listed.contains("1 get no mail;"),
        "{listed}"
    );
    assert!(!listed.contains(ADA), "an address is not kept: {listed}");
    let lift =
        |address: &str| room.run(&["mails", "suppressed", "--data", "paper", "--lift", address]);
    assert!(lift("ADA@example.org").fine().contains("gets mail again"));
    assert!(gets_mail(&store, ADA));
    assert!(lift(ADA).refused().contains("is not among the addresses that get no mail"));
    let listed = room.run(&["mails", "suppressed", "--data", "paper"]).fine();
    assert_eq!(listed, "every address gets mail\n");
}

#[test]
fn soft_foreign_and_forged_notices_change_nothing_and_are_named() {
    let room = Room::new();
    room.filled();
    let store = store(&room);
    let (to_ada, to_bob) = (sent(&store, ADA), sent(&store, BOB));
    let forged = "0".repeat(32);
    for (text, told) in [
        (notice(ADA, "failed", "4.2.2", &to_ada), "ada@example.org stays: failed with 4.2.2"),
        (notice(ADA, "delayed", "4.4.1", &to_ada), "ada@example.org stays: delayed with 4.4.1"),
        (
            notice(ADA, "failed", "5.1.1", &forged),
            "ada@example.org is passed over: it is about no mail",
        ),
        // A true notice of one reader's mail, rewritten to be about another's.
        (
            notice(ADA, "failed", "5.1.1", &to_bob),
            "ada@example.org is passed over: it is about no mail",
        ),
        (notice("eve@example.org", "failed", "5.1.1", &to_ada), "eve@example.org is passed over"),
        (notice(ADA, "failed", "5.1.1", &to_ada).replace("Message-ID", "X-Id"), "may be forged"),
    ] {
        let said = bounced(&room, &text).fine();
        assert!(said.contains(told), "{told:?} in {said}");
        assert!(said.contains("0 get no mail any more"), "{said}");
    }
    assert!(gets_mail(&store, ADA) && gets_mail(&store, BOB));
}

#[test]
fn a_list_from_standard_input_names_its_bad_lines_and_takes_the_others() {
    let room = Room::new();
    room.filled();
    let store = store(&room);
    sent(&store, ADA);
    let mut child = room
        .command(&["mails", "bounced", "--data", "paper", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let list = "ada@example.org\n\u{1b}[2Jnot one\nnever@example.org\n";
    child.stdin.take().unwrap().write_all(list.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(3), "{said}");
    for line in [
        "line 1: ada@example.org gets no mail any more: named by the operator",
        "line 2: cannot be used: it is no mail address",
        "line 3: never@example.org is passed over",
        "1 get no mail any more, 0 got none before, 0 stay, 1 passed over, 1 could not be read",
    ] {
        assert!(said.contains(line), "{line:?} in {said}");
    }
    assert!(!said.contains('\u{1b}') && !gets_mail(&store, ADA));
}

#[test]
fn what_is_empty_missing_too_large_or_too_much_is_refused_whole() {
    let room = Room::new();
    room.filled();
    let store = store(&room);
    sent(&store, ADA);
    assert!(bounced(&room, "\n\n").refused().contains("there is nothing in back.eml"));
    let many = format!("{ADA}\n").repeat(10_001);
    assert!(bounced(&room, &many).refused().contains("more than 10000 notices"));
    let large = "x".repeat(32 * 1_024 * 1_024 + 1);
    assert!(bounced(&room, &large).refused().contains("is larger than"));
    let ran = room.run(&["mails", "bounced", "--data", "paper", "nothing.eml"]);
    assert!(ran.refused().contains("nothing.eml cannot be read"));
    assert!(gets_mail(&store, ADA));
}
