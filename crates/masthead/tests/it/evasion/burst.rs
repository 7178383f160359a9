//! Requests that come at once, each on a connection of its own; and a reader who stops reading.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Barrier;
use std::time::Duration;

use super::asking::{Answer, Case};
use super::worlds::World;
use crate::ask::Ask;
use crate::tls::Speaking;
use crate::wire::{Wire, limits};

/// How long requests may take to gather before the store is let go. On a slow machine fewer of them meet; what is
/// asserted holds all the same.
const GATHER: Duration = Duration::from_millis(800);
const QUIET: Duration = Duration::from_secs(5);

/// What requests are spoken in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Protocol {
    /// One request a connection.
    Http11,
    /// All requests on one connection, over TLS.
    Http2,
}

impl Protocol {
    /// Sends everything at once: the store is held until all have come to the point where a reading would be made.
    pub(crate) fn all_at_once(self, world: &World, cases: &[(&str, Case)]) -> Vec<Answer> {
        if self == Self::Http2 {
            return on_one_connection(world, cases);
        }
        let address = world.wire().address();
        let barrier = Barrier::new(cases.len());
        let held = crate::outage::lock(&world.paper);
        std::thread::scope(|scope| {
            let threads: Vec<_> = cases
                .iter()
                .map(|(_, case)| {
                    let barrier = &barrier;
                    scope.spawn(move || {
                        barrier.wait();
                        case.over(address)
                    })
                })
                .collect();
            std::thread::sleep(GATHER);
            drop(held);
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        })
    }
}

/// Everything on one HTTP/2 connection.
fn on_one_connection(world: &World, cases: &[(&str, Case)]) -> Vec<Answer> {
    let folder = tempfile::tempdir().unwrap();
    let speaking = Speaking::certified(folder.path());
    let wire = Wire::listening(&world.paper, Some(speaking.tls.clone()), None, &limits());
    let asks: Vec<Ask> = cases
        .iter()
        .map(|(_, case)| case.to_ask().expect("a request that HTTP/2 can say"))
        .collect();
    let held = crate::outage::lock(&world.paper);
    let replies = std::thread::scope(|scope| {
        let asking = scope.spawn(|| speaking.over_http2(wire.address(), &asks));
        std::thread::sleep(GATHER);
        drop(held);
        asking.join().unwrap()
    });
    replies.into_iter().map(Answer::from).collect()
}

/// The first bytes of what comes back; the connection is closed then.
pub(crate) fn beginning(address: SocketAddr, request: &[u8], bytes_max: usize) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(QUIET)).unwrap();
    stream.write_all(request).unwrap();
    let mut seen = Vec::new();
    let mut buffer = [0; 512];
    while seen.len() < bytes_max {
        match stream.read(&mut buffer) {
            Ok(length) if length > 0 => seen.extend_from_slice(&buffer[..length]),
            _ => break,
        }
    }
    seen.truncate(bytes_max);
    seen
}
