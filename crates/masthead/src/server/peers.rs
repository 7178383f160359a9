//! How many connections there are, in all and from one address: nobody takes all of them.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use web::TrustedProxy;

/// The bits of an IPv6 address that a provider gives to one customer.
const IPV6_BITS: u32 = 64;

/// Those who are connected. The operator's own proxies speak for many and are held by the sum alone.
#[derive(Debug)]
pub(super) struct Peers {
    all_max: usize,
    address_max: usize,
    proxies: Vec<TrustedProxy>,
    all: AtomicUsize,
    addresses: Mutex<HashMap<IpAddr, usize>>,
}

/// A connection's place; dropped with it.
#[derive(Debug)]
pub(super) struct Place {
    peers: Arc<Peers>,
    address: Option<IpAddr>,
}

impl Peers {
    pub(super) fn new(all_max: usize, address_max: usize, proxies: Vec<TrustedProxy>) -> Self {
        let all = AtomicUsize::new(0);
        Self { all_max, address_max, proxies, all, addresses: Mutex::default() }
    }

    fn addresses(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.addresses.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for one more connection of a peer; `None` names a socket of this machine's own. Without a place where there
    /// are as many as may be.
    pub(super) fn enter(self: &Arc<Self>, peer: Option<IpAddr>) -> Option<Place> {
        let peer = peer.map(|peer| peer.to_canonical());
        let address = peer.filter(|peer| !self.proxies.iter().any(|proxy| proxy.holds(*peer)));
        let mut place = Place { peers: Arc::clone(self), address: None };
        if self.all.fetch_add(1, Ordering::Relaxed) >= self.all_max {
            return None;
        }
        if let Some(address) = address.map(network) {
            let mut addresses = self.addresses();
            let open = addresses.entry(address).or_insert(0);
            if *open >= self.address_max {
                return None;
            }
            *open += 1;
            place.address = Some(address);
        }
        Some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.peers.all.fetch_sub(1, Ordering::Relaxed);
        let Some(address) = self.address else { return };
        let mut addresses = self.peers.addresses();
        if let Some(open) = addresses.get_mut(&address) {
            *open -= 1;
            if *open == 0 {
                addresses.remove(&address);
            }
        }
    }
}

/// The address, or for IPv6 the network that one customer has.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> IPV6_BITS << IPV6_BITS).into()),
    }
}

#[cfg(test)]
mod tests;
