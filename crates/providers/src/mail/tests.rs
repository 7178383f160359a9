use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use super::compose::compose;
use super::{
    KEPT_MAX, KeptMails, MAIL_BYTES_MAX, Mail, MailAddressError, MailError, Mailer, Patience,
    Sender, Smtp, SmtpAddress, is_mail_address,
};

fn mail() -> Mail {
    Mail {
        from: Sender::parse("The Courant <desk@courant.example>").unwrap(),
        to: "ada@example.org".to_owned(),
        subject: "4821 9034 is your code for The Courant – Zürich".to_owned(),
        plain: "Grüße\n.\n.alone\n".to_owned(),
        html: "<p>Grüße</p>".to_owned(),
        message_id: "9f3a@courant.example".to_owned(),
        sent_at: SystemTime::UNIX_EPOCH + Duration::from_secs(1_789_577_280),
        unsubscribe: None,
    }
}

fn text(mail: &Mail) -> String {
    String::from_utf8(compose(mail).unwrap().bytes).unwrap()
}

#[test]
fn a_mail_has_both_texts_and_the_same_bytes_each_time() {
    let written = text(&mail());
    assert_eq!(written, text(&mail()));
    for line in [
        "From: \"The Courant\" <desk@courant.example>\r\n",
        "To: ada@example.org\r\n",
        "Message-ID: <9f3a@courant.example>\r\n",
        "Date: Wed, 16 Sep 2026 16:48:00 +0000\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "Content-Type: multipart/alternative;",
        "Content-Type: text/plain; charset=utf-8\r\n",
        "Content-Type: text/html; charset=utf-8\r\n",
    ] {
        assert!(written.contains(line), "{line:?} in\n{written}");
    }
    assert!(!written.contains("List-Unsubscribe"));
    let address = "https://courant.example/mails/end/4b";
    let ends = Mail { unsubscribe: Some(address.to_owned()), ..mail() };
    let written = text(&ends);
    assert!(written.contains(&format!("List-Unsubscribe: <{address}>\r\n")), "{written}");
    assert!(written.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), "{written}");
}

#[test]
fn no_line_of_a_head_becomes_two() {
    let nasty =
        ["x\r\nBcc: all@example.org", "x\nBcc: b@example.org", "x\rBcc: c@example.org", "x\0"];
    for nasty in nasty {
        let plain = || nasty.to_owned();
        let sender = |name: &str, address: &str| Sender {
            name: name.to_owned(),
            address: address.to_owned(),
        };
        let mails = [
            Mail { subject: plain(), ..mail() },
            Mail { to: plain(), ..mail() },
            Mail { to: format!("ada@example.org{nasty}"), ..mail() },
            Mail { message_id: plain(), ..mail() },
            Mail { unsubscribe: Some(plain()), ..mail() },
            Mail { from: sender(nasty, "desk@courant.example"), ..mail() },
            Mail { from: sender("The Courant", nasty), ..mail() },
        ];
        for mail in mails {
            assert!(matches!(compose(&mail).map(|_| ()), Err(MailError::Never(_))), "{mail:?}");
        }
    }
    let unicode = Mail { subject: "x\u{2028}Bcc: y\u{85}".to_owned(), ..mail() };
    assert!(compose(&unicode).is_err() || !text(&unicode).contains("\nBcc"));
    for address in
        ["", "ada", "ada@", "@example.org", "ada@example.org, bob@example.org", "a b@example.org"]
    {
        let to = Mail { to: address.to_owned(), ..mail() };
        assert!(matches!(compose(&to).map(|_| ()), Err(MailError::Never(_))), "{address:?}");
        assert!(!is_mail_address(address), "{address:?}");
    }
}

#[test]
fn what_is_too_long_is_refused() {
    let long = Mail { html: "x".repeat(MAIL_BYTES_MAX), ..mail() };
    assert!(matches!(compose(&long).map(|_| ()), Err(MailError::Never(_))));
    let long = Mail { subject: "x".repeat(1_000), ..mail() };
    assert!(matches!(compose(&long).map(|_| ()), Err(MailError::Never(_))));
    assert!(!is_mail_address(&format!("{}@example.org", "x".repeat(250))));
}

#[test]
fn addresses_of_servers_are_read_and_tell_no_password() {
    for (written, told) in [
        ("smtps://desk:s%40cret@mail.example:465", "smtps://mail.example:465"),
        ("smtps://mail.example", "smtps://mail.example:465"),
        ("smtp://desk:secret@Mail.Example", "smtp://mail.example:587"),
        ("smtp://127.0.0.1:2525?tls=none", "smtp://127.0.0.1:2525?tls=none"),
        ("smtp://[::1]:2525/?tls=none", "smtp://[::1]:2525?tls=none"),
        ("smtp://localhost?tls=none", "smtp://localhost:25?tls=none"),
    ] {
        let address = SmtpAddress::parse(written).unwrap();
        assert_eq!(address.to_string(), told);
        assert!(!format!("{address:?}").contains("cret"));
    }
    let secret = SmtpAddress::parse("smtps://desk:s%40c%3Aret@mail.example").unwrap();
    assert_eq!(secret.credentials, Some(("desk".to_owned(), "s@c:ret".to_owned())));
    for (written, wrong) in [
        ("mail.example", MailAddressError::NotAServer),
        ("https://mail.example", MailAddressError::NotAServer),
        ("smtp://", MailAddressError::NotAServer),
        ("smtp://mail.example:0", MailAddressError::NotAServer),
        ("smtp://mail.example:99999", MailAddressError::NotAServer),
        ("smtp://mail example", MailAddressError::NotAServer),
        ("smtp://[::1", MailAddressError::NotAServer),
        ("smtp://mail.example?tls=none", MailAddressError::Open),
        ("smtp://desk:x@10.0.0.1?tls=none", MailAddressError::Open),
        ("smtp://localhost.example?tls=none", MailAddressError::Open),
        ("smtp://mail.example?tls=no", MailAddressError::UnknownOption("tls=no".to_owned())),
        ("smtps://desk@mail.example", MailAddressError::Credentials),
        ("smtps://desk:%4@mail.example", MailAddressError::Credentials),
        ("smtps://desk:%0D%0A@mail.example", MailAddressError::Credentials),
    ] {
        let told = SmtpAddress::parse(written).unwrap_err();
        assert_eq!(told, wrong, "{written}");
    }
}

#[test]
fn senders_are_read_with_and_without_a_name() {
    let named = Sender::parse("\"The Courant\" <desk@courant.example>").unwrap();
    assert_eq!((named.name.as_str(), named.domain()), ("The Courant", "courant.example"));
    assert_eq!(Sender::parse("desk@courant.example").unwrap().name, "");
    for wrong in [
        "",
        "desk",
        "The Courant <desk>",
        "desk@zürich.example",
        "a\r\nb <desk@courant.example>",
        "<>",
    ] {
        assert_eq!(Sender::parse(wrong), Err(MailAddressError::NotASender), "{wrong:?}");
    }
}

#[test]
fn mails_that_are_kept_are_bounded_and_answered_as_told() {
    let kept = KeptMails::new();
    kept.answer(MailError::Later("full".to_owned()));
    assert_eq!(kept.send(&mail()), Err(MailError::Later("full".to_owned())));
    for _ in 0..=KEPT_MAX {
        kept.send(&mail()).unwrap();
    }
    assert_eq!(kept.mails().len(), KEPT_MAX);
}

/// A server that answers line by line as it is told, and then hears no more; what it was sent comes back.
fn server(answers: &'static [(&'static str, &'static str)]) -> (Smtp, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let thread = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        listen(&stream, answers)
    });
    let address = SmtpAddress::parse(&format!("smtp://127.0.0.1:{port}?tls=none")).unwrap();
    let patience =
        Patience { answer: Duration::from_millis(300), last: Duration::from_millis(300) };
    (Smtp::new(address, "courant.example").with_patience(patience), thread)
}

fn listen(mut stream: &TcpStream, answers: &[(&str, &str)]) -> String {
    let mut lines = BufReader::new(stream.try_clone().unwrap());
    let mut heard = String::new();
    for (after, answer) in answers {
        let mut line = String::new();
        while !after.is_empty() && !line.starts_with(after) {
            line.clear();
            if lines.read_line(&mut line).unwrap_or(0) == 0 {
                return heard;
            }
            heard.push_str(&line);
        }
        if stream.write_all(answer.as_bytes()).is_err() {
            return heard;
        }
    }
    // Nothing more is answered; the other side goes when it has waited long enough.
    let mut line = String::new();
    while lines.read_line(&mut line).unwrap_or(0) > 0 {
        heard.push_str(&std::mem::take(&mut line));
    }
    heard
}

const GREETING: (&str, &str) = ("", "220 mail.example ready\r\n");
const HELLO: (&str, &str) = ("EHLO courant.example", "250-mail.example\r\n250 SIZE 1000000\r\n");
const FROM: (&str, &str) = ("MAIL FROM:<desk@courant.example>", "250 ok\r\n");
const TO: (&str, &str) = ("RCPT TO:<ada@example.org>", "250 ok\r\n");
const DATA: (&str, &str) = ("DATA", "354 go on\r\n");

#[test]
fn a_mail_is_handed_over_with_a_dot_alone_kept_apart() {
    let (smtp, server) = server(&[
        GREETING,
        HELLO,
        FROM,
        TO,
        DATA,
        (".\r\n", "250 taken\r\n"),
        ("QUIT", "221 bye\r\n"),
    ]);
    let plain = Mail { plain: "a\n.\nb\n".to_owned(), ..mail() };
    assert_eq!(smtp.send(&plain), Ok(()));
    let heard = server.join().unwrap();
    assert!(heard.contains("\r\n..\r\n") && heard.contains("QUIT"), "{heard}");
}

#[test]
fn what_can_be_mended_is_tried_again_and_the_rest_is_not() {
    type Answers = &'static [(&'static str, &'static str)];
    const BUSY: &str = "421 too busy\r\n";
    let cases: [(&str, Answers); 14] = [
        ("later", &[("", BUSY)]),
        ("later", &[("", "554 no service for you\r\n")]),
        ("later", &[GREETING, ("EHLO", "550 not you\r\n")]),
        ("later", &[GREETING, HELLO, ("MAIL", "550 not from there\r\n")]),
        ("later", &[GREETING, HELLO, FROM, ("RCPT", "450 come back\r\n")]),
        ("never", &[GREETING, HELLO, FROM, ("RCPT", "550 5.1.1 nobody here\r\n")]),
        ("later", &[GREETING, HELLO, FROM, TO, ("DATA", "451 later\r\n")]),
        ("never", &[GREETING, HELLO, FROM, TO, DATA, (".\r\n", "552 too large\r\n")]),
        ("later", &[GREETING, HELLO, FROM, TO, DATA, (".\r\n", "452 full\r\n")]),
        ("unsure", &[GREETING, HELLO, FROM, TO, DATA]),
        ("unsure", &[GREETING, HELLO, FROM, TO, DATA, (".\r\n", "what\r\n")]),
        ("later", &[GREETING, HELLO, FROM, TO]),
        ("later", &[GREETING]),
        ("later", &[]),
    ];
    for (wanted, answers) in cases {
        let (smtp, server) = server(answers);
        let kind = match smtp.send(&mail()).unwrap_err() {
            MailError::Later(_) => "later",
            MailError::Never(_) => "never",
            MailError::Unsure(_) => "unsure",
        };
        assert_eq!(kind, wanted, "{answers:?}");
        server.join().unwrap();
    }
}

#[test]
fn a_server_that_is_not_there_is_asked_later() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let address = SmtpAddress::parse(&format!("smtp://127.0.0.1:{port}?tls=none")).unwrap();
    let sent = Smtp::new(address, "courant.example").send(&mail());
    assert!(matches!(sent, Err(MailError::Later(_))), "{sent:?}");
}

#[test]
fn without_starttls_neither_password_nor_mail_goes_in_the_open() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let thread = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        listen(&stream, &[GREETING, ("EHLO", "250-mail.example\r\n250 AUTH PLAIN LOGIN\r\n")])
    });
    let address = SmtpAddress::parse(&format!("smtp://desk:secret@127.0.0.1:{port}")).unwrap();
    let sent = Smtp::new(address, "courant.example").send(&mail()).unwrap_err();
    assert!(matches!(&sent, MailError::Later(why) if why.contains("STARTTLS")), "{sent}");
    let heard = thread.join().unwrap();
    assert!(!heard.contains("AUTH") && !heard.contains("MAIL"), "{heard}");
}

#[test]
fn what_a_server_says_is_one_short_line() {
    let answers: &[_] =
        &[GREETING, HELLO, FROM, ("RCPT", "550-first\r\n550-\x1b[31msecond\r\n550 third\r\n")];
    let (smtp, server) = server(answers);
    let told = smtp.send(&mail()).unwrap_err().to_string();
    assert!(!told.chars().any(char::is_control) && told.len() <= 400, "{told:?}");
    server.join().unwrap();
}

#[test]
fn a_look_hands_nothing_over() {
    let (smtp, server) = server(&[GREETING, HELLO, ("QUIT", "221 bye\r\n")]);
    let found = smtp.look().unwrap();
    assert_eq!(
        (found.name.as_str(), found.encrypted, found.signed_in),
        ("mail.example", false, false)
    );
    assert!(!server.join().unwrap().contains("MAIL"));
}
