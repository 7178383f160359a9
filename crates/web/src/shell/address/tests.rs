use std::net::{Ipv4Addr, Ipv6Addr};

use httparse::Header;
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn trusted(ranges: &[&str]) -> Vec<TrustedProxy> {
    ranges.iter().map(|range| TrustedProxy::parse(range).unwrap()).collect()
}

fn forwarded<'a>(lines: &[&'a [u8]]) -> Vec<Header<'a>> {
    lines.iter().map(|value| Header { name: "X-Forwarded-For", value }).collect()
}

/// The client behind 10.0.0.1, where 10.0.0.0/8 and fd00::/8 are ours.
fn behind(lines: &[&str]) -> String {
    let lines: Vec<&[u8]> = lines.iter().map(|line| line.as_bytes()).collect();
    let ours = trusted(&["10.0.0.0/8", "fd00::/8"]);
    client(ip("10.0.0.1"), Headers::of(&forwarded(&lines)), &ours).to_string()
}

#[test]
fn ranges_are_read() {
    for good in [
        "10.0.0.0/8",
        "192.0.2.0/24",
        "192.0.2.7",
        "192.0.2.7/32",
        "127.0.0.0/8",
        "fd00::/8",
        "2001:db8::/32",
        "::1",
        "::1/128",
        "10.0.0.0/08",
        "::ffff:10.0.0.0/104",
        "::ffff:10.0.0.7",
    ] {
        assert!(TrustedProxy::parse(good).is_ok(), "{good}");
    }
}

#[test]
fn ranges_that_trust_too_much_or_say_nothing_are_refused() {
    for bad in [
        // Whole worlds.
        "0.0.0.0/0",
        "0.0.0.0/1",
        "0.0.0.0/7",
        "10.0.0.0/7",
        "::/0",
        "::/7",
        "::ffff:0:0/96",
        "::ffff:8.0.0.0/103",
        "::ffff:0:0/95",
        // Bits behind the mask.
        "10.0.0.1/8",
        "192.0.2.7/24",
        "2001:db8::1/32",
        "::ffff:10.0.0.1/104",
        // Too many bits.
        "10.0.0.0/33",
        "10.0.0.0/256",
        "10.0.0.0/99999999999999999999",
        "::1/129",
        // No ranges at all.
        "",
        "/",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/+8",
        "10.0.0.0/-8",
        "10.0.0.0/ 8",
        "10.0.0.0/8/8",
        "10.0.0.0/255.0.0.0",
        "10.0.0/8",
        "10.1/16",
        "010.0.0.0/8",
        "localhost",
        "proxy.example",
        "10.0.0.1:8080",
        "[::1]",
        "fe80::1%eth0",
        "*",
        "all",
    ] {
        let error = TrustedProxy::parse(bad).unwrap_err().to_string();
        assert!(error.contains(&format!("{bad:?}")) && error.contains("10.0.0.0/8"), "{error}");
    }
}

#[test]
fn a_refusal_does_not_repeat_more_than_a_line_of_what_was_written() {
    let error = TrustedProxy::parse(&"x".repeat(100_000)).unwrap_err();
    assert!(error.to_string().len() < 300);
}

#[test]
fn without_trust_the_peer_is_the_client() {
    let headers = forwarded(&[b"192.0.2.7"]);
    assert_eq!(client(ip("203.0.113.9"), Headers::of(&headers), &[]), ip("203.0.113.9"));
    let others = trusted(&["10.0.0.0/8"]);
    assert_eq!(client(ip("203.0.113.9"), Headers::of(&headers), &others), ip("203.0.113.9"));
    assert_eq!(client(ip("10.0.0.1"), Headers::NONE, &others), ip("10.0.0.1"));
}

#[test]
fn the_rightmost_entry_that_is_not_ours_is_the_client() {
    assert_eq!(behind(&["192.0.2.7"]), "192.0.2.7");
    assert_eq!(behind(&["198.51.100.1, 192.0.2.7"]), "192.0.2.7", "what stands before is hearsay");
    assert_eq!(behind(&["192.0.2.7, 10.9.9.9, 10.0.0.2"]), "192.0.2.7");
    assert_eq!(behind(&["192.0.2.7,10.9.9.9"]), "192.0.2.7");
    assert_eq!(behind(&["2001:db8::7, fd00::2"]), "2001:db8::7");
    assert_eq!(behind(&["10.0.0.3, 10.0.0.2"]), "10.0.0.3", "ours all the way: the first of them");
    assert_eq!(behind(&[]), "10.0.0.1");
}

#[test]
fn several_headers_are_one_list() {
    assert_eq!(behind(&["198.51.100.1", "192.0.2.7"]), "192.0.2.7");
    assert_eq!(behind(&["198.51.100.1, 192.0.2.7", "10.0.0.2"]), "192.0.2.7");
    assert_eq!(behind(&["192.0.2.7", "10.0.0.3", "10.0.0.2"]), "192.0.2.7");
}

#[test]
fn an_address_of_the_old_world_in_the_new_one_is_the_same_address() {
    let ours = trusted(&["10.0.0.0/8"]);
    let headers = forwarded(&[b"::ffff:192.0.2.7, ::ffff:10.0.0.2"]);
    assert_eq!(client(ip("::ffff:10.0.0.1"), Headers::of(&headers), &ours), ip("192.0.2.7"));
    assert_eq!(client(ip("::ffff:203.0.113.9"), Headers::of(&headers), &ours), ip("203.0.113.9"));
    let written_so = trusted(&["::ffff:10.0.0.0/104"]);
    assert_eq!(client(ip("10.0.0.1"), Headers::of(&headers), &written_so), ip("192.0.2.7"));
    assert_eq!(client(ip("11.0.0.1"), Headers::of(&headers), &written_so), ip("11.0.0.1"));
}

#[test]
fn ranges_of_one_world_hold_nothing_of_the_other() {
    let four = trusted(&["10.0.0.0/8"]);
    assert!(!four[0].holds(ip("a00::")));
    let six = trusted(&["a00::/8"]);
    assert!(!six[0].holds(ip("10.0.0.0")) && !six[0].holds(ip("0.0.0.0")));
    assert!(six[0].holds(ip("aff::1")));
}

#[test]
fn the_edges_of_a_range_are_exact() {
    let range = TrustedProxy::parse("192.0.2.64/26").unwrap();
    for (address, inside) in [
        ("192.0.2.63", false),
        ("192.0.2.64", true),
        ("192.0.2.127", true),
        ("192.0.2.128", false),
        ("192.0.3.64", false),
    ] {
        assert_eq!(range.holds(ip(address)), inside, "{address}");
    }
}

#[test]
fn an_entry_that_cannot_be_read_ends_the_walk_at_the_proxy_that_sent_it() {
    for garbage in ["", " ", "unknown", "_hidden", "192.0.2.7:443", "[::1]:80", "1.2.3", "x"] {
        assert_eq!(behind(&[garbage]), "10.0.0.1", "{garbage:?}");
        let line = format!("192.0.2.7, {garbage}, 10.0.0.2");
        assert_eq!(behind(&[&line]), "10.0.0.2", "{garbage:?}");
        assert_eq!(behind(&["192.0.2.7", garbage, "10.0.0.2"]), "10.0.0.2", "{garbage:?}");
    }
}

#[test]
fn a_line_that_is_no_text_is_not_stepped_over() {
    // What stands before it may be a stranger's own words.
    let ours = trusted(&["10.0.0.0/8"]);
    let headers = forwarded(&[b"192.0.2.7", b"\xFF"]);
    assert_eq!(client(ip("10.0.0.1"), Headers::of(&headers), &ours), ip("10.0.0.1"));
    let headers = forwarded(&[b"192.0.2.7", b"\xFF, 203.0.113.9"]);
    assert_eq!(client(ip("10.0.0.1"), Headers::of(&headers), &ours), ip("203.0.113.9"));
}

fn address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        any::<u32>().prop_map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits))),
        any::<u128>().prop_map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits))),
        any::<u32>().prop_map(|bits| IpAddr::V6(Ipv4Addr::from_bits(bits).to_ipv6_mapped())),
        (0_u8..4).prop_map(|last| IpAddr::from([10, 0, 0, last])),
    ]
}

fn line() -> impl Strategy<Value = Vec<u8>> {
    let bytes = (0x20_u8..=0xFF).prop_filter("DEL", |byte| *byte != 0x7F);
    prop_oneof![
        vec(bytes, 0..60),
        vec(address(), 0..6).prop_map(|all| {
            let all: Vec<String> = all.iter().map(ToString::to_string).collect();
            all.join(", ").into_bytes()
        }),
    ]
}

proptest! {
    #[test]
    fn without_trust_no_header_moves_the_client(peer in address(), lines in vec(line(), 0..5)) {
        let lines: Vec<&[u8]> = lines.iter().map(Vec::as_slice).collect();
        prop_assert_eq!(client(peer, Headers::of(&forwarded(&lines)), &[]), peer.to_canonical());
    }

    #[test]
    fn the_client_is_the_peer_or_what_a_trusted_one_said(
        peer in address(),
        lines in vec(line(), 0..5),
    ) {
        let ours = trusted(&["10.0.0.0/8"]);
        let is_ours = |address: IpAddr| ours[0].holds(address);
        let lines: Vec<&[u8]> = lines.iter().map(Vec::as_slice).collect();
        let found = client(peer, Headers::of(&forwarded(&lines)), &ours);
        prop_assert_eq!(found, found.to_canonical());
        if !is_ours(peer.to_canonical()) {
            prop_assert_eq!(found, peer.to_canonical());
        }
    }

    #[test]
    fn what_the_last_proxy_heard_is_true_whatever_stands_before(
        lines in vec(line(), 0..4),
        heard in any::<u32>(),
    ) {
        let heard = IpAddr::V4(Ipv4Addr::from_bits(heard));
        let ours = trusted(&["10.0.0.0/8"]);
        prop_assume!(!ours[0].holds(heard));
        let last = heard.to_string();
        let mut lines: Vec<&[u8]> = lines.iter().map(Vec::as_slice).collect();
        lines.push(last.as_bytes());
        prop_assert_eq!(client(ip("10.0.0.1"), Headers::of(&forwarded(&lines)), &ours), heard);
    }

    #[test]
    fn reading_a_range_never_fails_badly(text in "\\PC{0,60}", bits in any::<u16>()) {
        let _ = TrustedProxy::parse(&text);
        let _ = TrustedProxy::parse(&format!("10.0.0.0/{bits}"));
        let _ = TrustedProxy::parse(&format!("::/{bits}"));
    }
}
