use super::*;

fn peers(all_max: usize, address_max: usize, proxies: &[&str]) -> Arc<Peers> {
    let proxies = proxies.iter().map(|range| TrustedProxy::parse(range).unwrap()).collect();
    Arc::new(Peers::new(all_max, address_max, proxies))
}

fn address(text: &str) -> Option<IpAddr> {
    Some(text.parse().unwrap())
}

#[test]
fn one_address_has_so_many_places_and_another_its_own() {
    let peers = peers(100, 2, &[]);
    let held: Vec<Place> = (0..2).filter_map(|_| peers.enter(address("192.0.2.1"))).collect();
    assert_eq!(held.len(), 2);
    assert!(peers.enter(address("192.0.2.1")).is_none());
    // The same one, written as IPv6.
    assert!(peers.enter(address("::ffff:192.0.2.1")).is_none());
    assert!(peers.enter(address("192.0.2.2")).is_some());
    drop(held);
    assert!(peers.enter(address("192.0.2.1")).is_some());
    assert!(peers.addresses().is_empty(), "who has no connection takes no memory");
    assert_eq!(peers.all.load(Ordering::Relaxed), 0);
}

#[test]
fn one_customer_s_network_is_one_address() {
    let peers = peers(100, 1, &[]);
    let _held = peers.enter(address("2001:db8:1:2::1")).unwrap();
    assert!(peers.enter(address("2001:db8:1:2:ffff::9")).is_none());
    assert!(peers.enter(address("2001:db8:1:3::1")).is_some());
}

#[test]
fn proxies_and_our_own_socket_are_held_by_the_sum_alone() {
    let peers = peers(5, 1, &["10.0.0.0/8"]);
    let held: Vec<Place> = (0..3).filter_map(|_| peers.enter(address("10.1.2.3"))).collect();
    let ours: Vec<Place> = (0..2).filter_map(|_| peers.enter(None)).collect();
    assert_eq!((held.len(), ours.len()), (3, 2));
    assert!(peers.enter(None).is_none() && peers.enter(address("192.0.2.1")).is_none());
    drop(ours);
    assert!(peers.enter(address("192.0.2.1")).is_some());
}
