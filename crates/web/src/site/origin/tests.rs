use super::Origin;

#[test]
fn an_address_is_a_scheme_and_a_host() {
    for (given, kept) in [
        ("https://courant.example", "https://courant.example"),
        ("https://Courant.Example/", "https://courant.example"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://[::1]", "http://[::1]"),
    ] {
        assert_eq!(Origin::parse(given).unwrap().as_str(), kept, "{given}");
    }
    for wrong in [
        "",
        "courant.example",
        "ftp://courant.example",
        "https://",
        "http://:80",
        "http://x:99999",
        "http://x:0",
        "http://[",
        "http://x:",
        "https://courant.example/paper",
        "https://a b",
        "https://user@courant.example",
        "https://courant.example.",
        "https://courant.example?x",
    ] {
        assert!(Origin::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn the_schemes_own_port_may_be_left_out() {
    let origin = Origin::parse("https://courant.example").unwrap();
    for host in ["courant.example", "Courant.Example", "courant.example:443"] {
        assert!(origin.is_host(host), "{host}");
    }
    for host in ["courant.example:80", "courant.example.", "evil.example", "xcourant.example", ""] {
        assert!(!origin.is_host(host), "{host}");
    }
}
