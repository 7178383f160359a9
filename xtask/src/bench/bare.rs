//! The limit that no server passes: a loop that writes bytes that were made before to whoever asks, without reading what was
//! asked.

use std::collections::HashMap;
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

use crate::say;

const LISTENER: Token = Token(usize::MAX);

/// One caller: what of the answer has to go out still, and how much of the end of a request was seen.
struct Caller {
    stream: TcpStream,
    left: usize,
    matched: usize,
}

/// Answers every head with the bytes of a file, on a port that it says. Runs until it is ended.
pub(super) fn writer(file: &Path) -> anyhow::Result<()> {
    let answer = std::fs::read(file)?;
    let mut listener = TcpListener::bind(([127, 0, 0, 1], 0).into())?;
    say(format!("listening on {}", listener.local_addr()?));
    let mut poll = Poll::new()?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    let (mut events, mut callers, mut next) =
        (Events::with_capacity(1_024), HashMap::<usize, Caller>::new(), 0);
    loop {
        poll.poll(&mut events, None)?;
        for event in &events {
            if event.token() == LISTENER {
                while let Ok((mut stream, _)) = listener.accept() {
                    let _ = stream.set_nodelay(true);
                    let both = Interest::READABLE | Interest::WRITABLE;
                    poll.registry().register(&mut stream, Token(next), both)?;
                    callers.insert(next, Caller { stream, left: 0, matched: 0 });
                    next += 1;
                }
                continue;
            }
            let Token(number) = event.token();
            let gone = callers.get_mut(&number).is_some_and(|caller| !serve(caller, &answer));
            if gone {
                callers.remove(&number);
            }
        }
    }
}

/// Reads what there is and writes what is owed; whether the caller is still there.
fn serve(caller: &mut Caller, answer: &[u8]) -> bool {
    const END: &[u8] = b"\r\n\r\n";
    let mut buffer = [0; 4_096];
    loop {
        match caller.stream.read(&mut buffer) {
            Ok(0) => return false,
            Ok(read) => {
                for byte in &buffer[..read] {
                    caller.matched = if *byte == END[caller.matched] {
                        caller.matched + 1
                    } else {
                        usize::from(*byte == END[0])
                    };
                    if caller.matched == END.len() {
                        (caller.matched, caller.left) = (0, caller.left + answer.len());
                    }
                }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(_) => return false,
        }
    }
    while caller.left > 0 {
        let from = (answer.len() - caller.left % answer.len()) % answer.len();
        match caller.stream.write(&answer[from..]) {
            Ok(written) => caller.left -= written,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return true,
            Err(_) => return false,
        }
    }
    true
}
