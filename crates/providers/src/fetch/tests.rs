use std::io::{Read, Write};
use std::net::TcpListener;

use super::{FetchError, Fetcher, is_private, is_same_host, names_private};

/// A site that answers `count` requests by their paths; its address.
fn site(count: usize) -> (String, std::thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        for _ in 0..count {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() > 0 {
                head.push(byte[0]);
            }
            let head = String::from_utf8(head).unwrap();
            let path = head.split(' ').nth(1).unwrap();
            let (status, more, body) = match path {
                "/a.png" => ("200 OK", String::new(), "bytes"),
                "/moved" => ("302 Found", "Location: /a.png\r\n".to_owned(), ""),
                "/away" => ("302 Found", "Location: http://127.0.0.1:1/a.png\r\n".to_owned(), ""),
                "/round" => ("302 Found", "Location: /round\r\n".to_owned(), ""),
                _ => ("404 Not Found", String::new(), ""),
            };
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status}\r\n{more}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    (address, thread)
}

#[test]
fn files_come_from_the_site_alone() {
    let (address, served) = site(11);
    let fetcher = Fetcher::new(&address, &[], 5).unwrap();
    assert_eq!(fetcher.get(&format!("{address}/a.png")).unwrap(), b"bytes");
    assert_eq!(fetcher.get(&format!("{address}/moved")).unwrap(), b"bytes");
    assert_eq!(fetcher.get(&format!("{address}/away")), Err(FetchError::Elsewhere));
    let round = fetcher.get(&format!("{address}/round"));
    assert!(matches!(round, Err(FetchError::Silent(_))), "{round:?}");
    assert_eq!(fetcher.get(&format!("{address}/none")), Err(FetchError::Status(404)));
    assert_eq!(fetcher.get("http://127.0.0.1:1/a.png"), Err(FetchError::Elsewhere));
    assert_eq!(fetcher.get("file:///etc/passwd"), Err(FetchError::Elsewhere));
    served.join().unwrap();
    let (address, served) = site(1);
    let small = Fetcher::new(&address, &[], 4).unwrap();
    assert_eq!(small.get(&format!("{address}/a.png")), Err(FetchError::TooLarge(4)));
    served.join().unwrap();
}

#[test]
fn other_hosts_of_files_are_asked_but_never_inside_of_a_private_network() {
    let (address, _) = site(0);
    let others = [address.trim_start_matches("http://").to_owned()];
    let fetcher = Fetcher::new("https://courant.example", &others, 5).unwrap();
    let refused = fetcher.get(&format!("{address}/a.png"));
    assert!(matches!(refused, Err(FetchError::Silent(_))), "{refused:?}");
    let (address, served) = site(1);
    let others = [address.trim_start_matches("http://").to_owned()];
    // The site itself is in a private network, under another port: its files may be, too.
    let fetcher = Fetcher::new("http://127.0.0.1:1", &others, 5).unwrap();
    assert_eq!(fetcher.get(&format!("{address}/a.png")).unwrap(), b"bytes");
    served.join().unwrap();
}

#[test]
fn what_is_no_site_is_refused() {
    for site in ["", "courant.example", "ftp://courant.example", "file:///x", "https://"] {
        assert!(Fetcher::new(site, &[], 1).is_err(), "{site}");
    }
}

#[test]
fn private_addresses_are_known() {
    for address in [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "172.16.9.9",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "::1",
        "::",
        "fd00::1",
        "fe80::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "255.255.255.255",
        "224.0.0.1",
        "198.18.0.1",
        "198.19.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "198.51.100.1",
        "203.0.113.1",
        "192.88.99.1",
        "240.0.0.1",
        "100.127.255.255",
        "::10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::5db8:d70e",
        "2002:a00:1::",
        "2002:7f00:1::1",
        "2002:c0a8:101::",
        "2002:c000:201::",
        "2001::1",
        "2001:0:5db8:d70e::1",
        "2001:10::1",
        "2001:db8::1",
        "3fff::1",
        "100::1",
        "5f00::1",
        "fec0::1",
        "febf::1",
        "ff02::1",
    ] {
        assert!(is_private(address.parse().unwrap()), "{address}");
    }
    for address in [
        "93.184.215.14",
        "2606:2800::1",
        "100.128.0.1",
        "172.32.0.1",
        "198.20.0.1",
        "192.0.1.1",
        "::ffff:93.184.215.14",
        "64:ff9b::5db8:d70e",
        "2002:5db8:d70e::1",
        "2001:200::1",
        "2a00:1450::1",
        "3fff:1000::1",
    ] {
        assert!(!is_private(address.parse().unwrap()), "{address}");
    }
    assert!(names_private("localhost") && names_private("127.0.0.1") && names_private("[::1]"));
    assert!(!names_private("courant.example") && !names_private("local.example"));
}

#[test]
fn a_host_is_the_site_s_own_or_it_is_not() {
    let site = "https://www.courant.example/blog";
    for host in ["courant.example", "www.courant.example", "COURANT.example:443"] {
        assert!(is_same_host(host, site), "{host}");
    }
    for host in ["", "courant.example:8080", "acourant.example", "courant.example@evil.example"] {
        assert!(!is_same_host(host, site), "{host}");
    }
    assert!(!is_same_host("", ""));
}
