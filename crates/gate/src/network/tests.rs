use super::*;

fn network(text: &str) -> Network {
    Network::parse(text).unwrap_or_else(|error| panic!("{error}"))
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

#[test]
fn ranges_are_read_in_their_plain_form() {
    for (text, shown, addresses) in [
        ("192.0.2.7", "192.0.2.7/32", 1),
        ("192.0.2.0/24", "192.0.2.0/24", 256),
        ("10.0.0.0/8", "10.0.0.0/8", 16_777_216),
        ("::ffff:192.0.2.0/120", "192.0.2.0/24", 256),
        ("::ffff:c000:207", "192.0.2.7/32", 1),
        ("2001:db8::/64", "2001:db8::/64", 1 << 64),
        ("2001:0DB8:0000::/64", "2001:db8::/64", 1 << 64),
        ("0.0.0.0/0", "0.0.0.0/0", 1 << 32),
        ("::/0", "::/0", u128::MAX),
    ] {
        let network = network(text);
        assert_eq!(
            (network.to_string().as_str(), network.addresses()),
            (shown, addresses),
            "{text}"
        );
    }
}

#[test]
fn what_is_no_range_is_refused_and_what_was_meant_is_named() {
    for text in [
        "",
        "/",
        "192.0.2.0/",
        "192.0.2.0/33",
        "192.0.2.0/-1",
        "192.0.2.0/+24",
        "192.0.2.0/2 4",
        "192.0.2/24",
        "192.0.2.0/24/1",
        "::/129",
        "::ffff:0:0/95",
        "2001:db8::%eth0",
        "harbour",
        "192.0.2.0/999",
    ] {
        assert!(matches!(Network::parse(text), Err(NetworkError::Form(_))), "{text}");
    }
    for (text, wanted) in [
        ("192.0.2.7/24", "192.0.2.0/24"),
        ("10.1.2.3/8", "10.0.0.0/8"),
        ("2001:db8::1/64", "2001:db8::/64"),
        ("::ffff:192.0.2.7/120", "192.0.2.0/24"),
    ] {
        let told = Network::parse(text).expect_err(text).to_string();
        assert!(told.ends_with(&format!("the range that holds it is {wanted}")), "{told}");
    }
    let long = "9".repeat(10_000);
    assert!(Network::parse(&long).expect_err("none").to_string().len() < 200);
}

#[test]
fn an_address_is_in_a_range_of_its_own_family_alone() {
    let [four, six] = ["192.0.2.0/24", "2001:db8::/56"].map(network);
    for (address, in_four, in_six) in [
        ("192.0.2.0", true, false),
        ("192.0.2.255", true, false),
        ("192.0.3.0", false, false),
        ("::ffff:192.0.2.1", false, false),
        ("2001:db8:0:00ff::1", false, true),
        ("2001:db8:0:100::1", false, false),
        ("::c000:201", false, false),
    ] {
        assert_eq!(
            (four.holds(ip(address)), six.holds(ip(address))),
            (in_four, in_six),
            "{address}"
        );
    }
    assert!(network("::/0").holds(ip("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")));
}

#[test]
fn two_that_have_an_address_in_common_overlap() {
    for (one, other, wanted) in [
        ("192.0.2.0/24", "192.0.2.128/25", true),
        ("192.0.2.128/25", "192.0.2.0/24", true),
        ("192.0.2.0/25", "192.0.2.128/25", false),
        ("192.0.2.7", "192.0.2.7/32", true),
        ("::/0", "0.0.0.0/0", false),
        ("2001:db8::/32", "2001:db8:1::/48", true),
    ] {
        assert_eq!(network(one).overlaps(&network(other)), wanted, "{one} {other}");
    }
}

#[test]
fn local_networks_are_known() {
    for text in [
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.1.0/24",
        "127.0.0.1",
        "169.254.0.0/16",
        "100.64.0.0/10",
        "fd00::/8",
        "fe80::/64",
        "::1",
        "::ffff:10.0.0.0/104",
    ] {
        assert!(network(text).is_local(), "{text}");
    }
    for text in ["192.0.2.0/24", "100.128.0.0/10", "2001:db8::/32", "172.32.0.0/16"] {
        assert!(!network(text).is_local(), "{text}");
    }
}
