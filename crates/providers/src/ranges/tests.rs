use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;

use super::*;

const LIST: &str = r#"{"creationTime": "2026-09-16T10:00:00.000000", "prefixes": [
    {"ipv6Prefix": "2001:4860:4801:10::/64"}, {"ipv4Prefix": "192.178.4.0/27"},
    {"ipv4Prefix": "66.249.64.0/19"}, {"ipv4Prefix": "66.249.64.32/27"}]}"#;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn a_list_holds_its_addresses_and_no_others() {
    let ranges = Ranges::parse(LIST).unwrap();
    assert_eq!(ranges.count(), 3);
    for inside in [
        "66.249.64.0",
        "66.249.64.64",
        "66.249.95.255",
        "192.178.4.31",
        "::ffff:66.249.64.1",
        "2001:4860:4801:10:ffff:ffff:ffff:ffff",
    ] {
        assert!(ranges.holds(ip(inside)), "{inside}");
    }
    for outside in
        ["66.249.63.255", "66.249.96.0", "192.178.4.32", "2001:4860:4801:11::", "::1", "0.0.0.0"]
    {
        assert!(!ranges.holds(ip(outside)), "{outside}");
    }
    assert!(ranges.sample().is_some_and(|address| ranges.holds(address)));
}

#[test]
fn a_list_that_went_wrong_is_refused_as_a_whole() {
    let one = |range: &str| {
        format!(
            r#"{{"prefixes": [{{"ipv4Prefix": "192.0.2.0/24"}}, {{"ipv4Prefix": "{range}"}}]}}"#
        )
    };
    for range in [
        "0.0.0.0/0",
        "10.0.0.0/8",
        "::/0",
        "2001::/16",
        "192.0.2.1/24",
        "192.0.2.0",
        "192.0.2.0/33",
        "x/24",
        "",
    ] {
        assert!(matches!(Ranges::parse(&one(range)), Err(RangesError::Range(_))), "{range}");
    }
    for text in ["", "[]", "{}", "<html>", r#"{"prefixes": 1}"#] {
        assert!(matches!(Ranges::parse(text), Err(RangesError::Form(_))), "{text}");
    }
    assert_eq!(Ranges::parse(r#"{"prefixes": []}"#), Err(RangesError::Number(0)));
    assert_eq!(Ranges::parse(r#"{"prefixes": [{}]}"#), Err(RangesError::Number(0)));
    let many = vec![r#"{"ipv4Prefix": "192.0.2.0/24"}"#; RANGES_MAX + 1].join(",");
    let many = format!(r#"{{"prefixes": [{many}]}}"#);
    assert_eq!(Ranges::parse(&many), Err(RangesError::Number(RANGES_MAX + 1)));
}

/// Answers one request with `answer`; gives back the head of what was asked.
fn serve(answer: String) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/list.json", listener.local_addr().unwrap());
    let served = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = String::new();
        let mut lines = BufReader::new(stream.try_clone().unwrap());
        while lines.read_line(&mut head).unwrap() > 2 {}
        let _ = stream.write_all(answer.as_bytes());
        head
    });
    (address, served)
}

#[test]
fn a_list_is_fetched_with_its_validator() {
    let body = format!(
        "HTTP/1.1 200 OK\r\nETag: \"one\"\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{LIST}",
        LIST.len()
    );
    let (address, served) = serve(body);
    let fetched = fetch_list(&address, None).unwrap();
    let expected = FetchedList::Fresh { text: LIST.to_owned(), etag: Some("\"one\"".to_owned()) };
    assert_eq!(fetched, expected);
    assert!(!served.join().unwrap().to_lowercase().contains("if-none-match"));
    let (address, served) =
        serve("HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n".to_owned());
    assert_eq!(fetch_list(&address, Some("\"one\"")), Ok(FetchedList::Unchanged));
    assert!(served.join().unwrap().to_lowercase().contains("if-none-match: \"one\""));
}

#[test]
fn what_is_no_list_is_an_error_with_its_address() {
    let (address, served) =
        serve("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned());
    let error = fetch_list(&address, None).unwrap_err();
    assert_eq!((error.address, error.reason.as_str()), (address, "it answered 503"));
    served.join().unwrap();
    let long = usize::try_from(LIST_BYTES_MAX).unwrap() + 1;
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {long}\r\nConnection: close\r\n\r\n");
    let (address, served) = serve(head + &" ".repeat(long));
    assert!(fetch_list(&address, None).unwrap_err().reason.contains("longer"));
    served.join().unwrap();
}
