//! The demo's mailbox: every mail that was written is there for a newcomer, nothing of it is sent, and nobody keeps it.

use http::StatusCode;
use store::NewMail;

use crate::ask::{Ask, HOST};
use crate::jar::Jar;
use crate::paper::{TestPaper, start, wait};

/// Puts a mail into the queue, and says where the mailbox shows it.
pub(crate) fn address(paper: &TestPaper) -> String {
    queue(paper, "4821 9034 is your code", "<p>4821 9034</p>");
    let newest = wait(paper.store.mails_lately(1)).unwrap().remove(0);
    format!("/demo/mailbox/{}", newest.id.0)
}

fn queue(paper: &TestPaper, subject: &str, html: &str) {
    let mail = NewMail {
        kind: "sign-in",
        recipient: "ada@example.org".to_owned(),
        subject: subject.to_owned(),
        plain: "Your code:\n\n4821 9034\n\nhttp://paper.example/sign-in/x?a=1&b=2\n".to_owned(),
        html: format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"></head><body>{html}</body></html>"
        ),
        once: None,
        due_at: start(),
        unsubscribe: None,
    };
    assert!(wait(paper.store.queue_mail(mail, start())).unwrap());
}

#[test]
fn mails_are_listed_newest_first_and_shown_with_links_that_lead_on() {
    let paper = TestPaper::new();
    assert!(paper.get("/demo/mailbox").text().contains("No mail was written yet."));
    let first = address(&paper);
    queue(&paper, "<b>Second</b>", "<p>x</p>");
    let list = paper.get("/demo/mailbox");
    assert!(!list.is_shareable());
    let text = list.text();
    let (newer, older) =
        (text.find("&lt;b&gt;Second").unwrap(), text.find("4821 9034 is").unwrap());
    assert!(newer < older && text.contains(&format!("href=\"{first}\"")), "{text}");
    let mail = paper.get(&first);
    let text = mail.text();
    assert!(!mail.is_shareable());
    assert!(text.contains("<a href=\"http://paper.example/sign-in/x?a=1&amp;b=2\">"), "{text}");
    assert!(text.contains(&format!("src=\"{first}/page\"")) && text.contains("sandbox="), "{text}");
}

#[test]
fn the_html_of_a_mail_can_reach_nothing() {
    let paper = TestPaper::new();
    let page = format!("{}/page", address(&paper));
    let page = paper.get(&page);
    let policy = page.header("content-security-policy").to_owned();
    assert!(policy.contains("default-src 'none'") && policy.contains("sandbox "), "{policy}");
    assert!(!policy.contains("allow-scripts") && !policy.contains("allow-same-origin"), "{policy}");
    assert!(!page.is_shareable());
    assert!(page.text().contains("<head><base target=\"_blank\">"), "{}", page.text());
}

#[test]
fn a_mail_that_is_not_there_is_not_found() {
    let paper = TestPaper::new();
    let found = address(&paper);
    for path in [
        "/demo/mailbox/999",
        "/demo/mailbox/x",
        "/demo/mailbox/-1",
        "/demo/mailbox/99999999999999999999",
    ] {
        assert_eq!(paper.ask(&Ask::get(path)).status, StatusCode::NOT_FOUND, "{path}");
        let page = format!("{path}/page");
        assert_eq!(paper.ask(&Ask::get(&page)).status, StatusCode::NOT_FOUND, "{page}");
    }
    assert_eq!(paper.get(&found).status, StatusCode::OK);
}

#[test]
fn a_newcomer_follows_the_link_of_a_sign_in_from_the_mailbox() {
    let paper = crate::readers::paper();
    let mut jar = Jar::default();
    let form = [("mail", "ada@example.org"), ("back", "/account")];
    paper.send(&mut jar, Ask::fields("/sign-in", &form));
    let list = paper.send(&mut jar, Ask::get("/demo/mailbox")).text();
    let (_, behind) = list.split_once("href=\"/demo/mailbox/").expect("a mail in the list");
    let number = behind.split('"').next().unwrap();
    let mail = paper.send(&mut jar, Ask::get(&format!("/demo/mailbox/{number}"))).text();
    let origin = format!("<a href=\"http://{HOST}");
    let links = mail.split(&origin).skip(1).map(|rest| rest.split('"').next().unwrap());
    let link =
        links.into_iter().find(|link| link.starts_with("/sign-in/")).expect("a link in the mail");
    let page = paper.send(&mut jar, Ask::get(link));
    assert_eq!(page.status, StatusCode::OK);
    let signed_in = paper.send(&mut jar, Ask::fields(link, &[]));
    assert_eq!(signed_in.status, StatusCode::SEE_OTHER, "{}", signed_in.text());
    assert_eq!(signed_in.header("location"), "/account");
    // Whoever has registered is welcomed there too.
    let list = paper.send(&mut jar, Ask::get("/demo/mailbox")).text();
    assert!(list.contains("You are registered with "), "{list}");
}
