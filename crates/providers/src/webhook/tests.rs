//! Messages against a server of the test's own: what they hold, and what is taken for an answer.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;

use super::*;

const SECRET: &str = "a secret of the courier";

fn now() -> Timestamp {
    "2026-09-16T17:30:00Z".parse().unwrap()
}

/// Answers one request, and gives its head and body.
fn answering(answer: &'static str) -> (String, JoinHandle<(String, String)>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://127.0.0.1:{}/hear?x=1", listener.local_addr().unwrap().port());
    let thread = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream);
        let (mut head, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line.trim().is_empty() {
                break;
            }
            head += &line;
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let stream = reader.get_mut();
        let head_of_answer =
            format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        stream.write_all(head_of_answer.as_bytes()).unwrap();
        (head.to_ascii_lowercase(), String::from_utf8(body).unwrap())
    });
    (url, thread)
}

#[test]
fn a_message_is_signed_over_instant_and_body_and_has_its_number() {
    let (url, thread) = answering("204 No Content");
    let webhook = Webhook::new(&url, SECRET).unwrap();
    webhook.tell(17, "{\"state\":\"on\"}", now()).unwrap();
    let (head, body) = thread.join().unwrap();
    assert!(head.starts_with("post /hear?x=1 http/1.1"), "{head}");
    assert!(head.contains("content-type: application/json"), "{head}");
    assert!(head.contains("masthead-message: 17"), "{head}");
    let wanted = sign(SECRET.as_bytes(), body.as_bytes(), now());
    assert!(head.contains(&format!("masthead-signature: {wanted}")), "{head}");
    assert!(wanted.starts_with("t=1789579800,v1="), "{wanted}");
    assert_eq!(body, "{\"state\":\"on\"}");
    assert!(!format!("{webhook:?}").contains(SECRET));
}

#[test]
fn only_success_is_success_and_no_redirect_is_followed() {
    for (answer, words) in [
        ("500 Broken", "status 500"),
        ("404 Not Found", "status 404"),
        ("302 Found\r\nLocation: http://127.0.0.1:9/", "no redirect is followed"),
    ] {
        let (url, thread) = answering(answer);
        let error = Webhook::new(&url, SECRET).unwrap().tell(1, "{}", now()).unwrap_err();
        assert!(error.contains(words), "{error}");
        thread.join().unwrap();
    }
    let silent = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://localhost:{}/", silent.local_addr().unwrap().port());
    drop(silent);
    let error = Webhook::new(&url, SECRET).unwrap().tell(1, "{}", now()).unwrap_err();
    assert!(error.contains("does not answer") && error.chars().count() <= TOLD_MAX, "{error}");
}

#[test]
fn messages_go_over_tls_or_to_this_machine_alone() {
    for url in
        ["https://sender.example/x", "http://localhost:1/x", "http://[::1]:1/", "http://127.0.0.1/"]
    {
        assert!(Webhook::new(url, SECRET).is_ok(), "{url}");
    }
    let long = format!("https://sender.example/{}", "a".repeat(WEBHOOK_URL_BYTES_MAX));
    for (url, error) in [
        ("", WebhookError::NoAddress),
        ("sender.example", WebhookError::NoAddress),
        ("https://sender.example/#x", WebhookError::NoAddress),
        (&*long, WebhookError::NoAddress),
        ("http://sender.example/", WebhookError::Plain),
        ("http://localhost.evil.example/", WebhookError::Plain),
        ("ftp://localhost/", WebhookError::Plain),
        ("https://name:word@sender.example/", WebhookError::Named),
    ] {
        assert_eq!(Webhook::new(url, SECRET).map(drop).unwrap_err(), error, "{url}");
    }
    let short = "x".repeat(WEBHOOK_SECRET_BYTES_MIN - 1);
    let error = Webhook::new("https://sender.example/", &short).map(drop).unwrap_err();
    assert_eq!(error, WebhookError::Short);
    let shown = Webhook::new("https://sender.example/token-1234", SECRET).unwrap().shown();
    assert_eq!(shown, "https://sender.example");
}
