//! Readers who come whether or not those before them were answered, each with one request. One thread and as many connections as there have to be; it counts what became of each, and judges nothing.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream as StdStream};
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use socket2::SockAddr;

use super::rig::{self, PATIENCE, Waits};
use crate::wire::{Answer, Arriving};

/// Addresses that the readers come from.
const SOURCES: usize = 128;
/// How often it is looked for those who wait in vain.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Answers of other kinds that are told, at most.
const TOLD_MAX: usize = 5;
/// Requests that may begin between two looks at the sockets, so that none of both starves.
const BEGIN_MAX: usize = 512;

/// How many come.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pace {
    /// So many at a time: each of them asks again when it was answered.
    Together(usize),
    /// So many in a second, whatever becomes of them.
    EverySecond(f64),
}

/// What a request comes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    /// A connection that is free, or a new one.
    Standing,
    /// A new one, which is closed when it was answered.
    Own,
}

/// What is asked, how often and how long.
#[derive(Debug)]
pub(super) struct Offer<'h> {
    pub(super) address: SocketAddr,
    /// Heads of requests, to be asked in turn.
    pub(super) heads: &'h [Vec<u8>],
    pub(super) pace: Pace,
    pub(super) over: Over,
    pub(super) lasts: Duration,
    /// Connections that readers have open at a time, at most.
    pub(super) connections_max: usize,
}

/// What became of them.
#[derive(Debug, Default)]
pub(super) struct Came {
    pub(super) lasted: Duration,
    /// Those who came and asked.
    pub(super) offered: u64,
    /// Those who came when this side had no connection left for them.
    pub(super) unoffered: u64,
    pub(super) answered: Waits,
    /// Told that there is too much to do, and when to come back.
    pub(super) shed: Waits,
    /// New connections that were closed without a word, as it is beyond the limits on connections.
    pub(super) closed: u64,
    /// Connections that had been answered on, closed without a word under a request.
    pub(super) cut: u64,
    /// Without an answer after [`PATIENCE`].
    pub(super) hung: u64,
    pub(super) wrong: u64,
    /// The first of those answers.
    pub(super) told: Vec<String>,
    pub(super) connections: usize,
}

impl Came {
    pub(super) fn answered_in_a_second(&self) -> f64 {
        self.answered.0.len() as f64 / self.lasted.as_secs_f64()
    }

    pub(super) fn offered_in_a_second(&self) -> f64 {
        self.offered as f64 / self.lasted.as_secs_f64()
    }
}

/// One connection.
struct Caller {
    stream: TcpStream,
    arriving: Arriving,
    /// When it asked, where it waits for an answer.
    asked: Option<Instant>,
    /// What it asks, and how much of that went out.
    head: usize,
    sent: usize,
    answers: u64,
}

/// How it stands with a connection after a look at it.
enum State {
    Waits,
    Answered(Answer),
    Gone,
}

struct Crowd<'h> {
    offer: &'h Offer<'h>,
    poll: Poll,
    callers: Vec<Option<Caller>>,
    /// Places without a connection, and those whose connection waits for a reader.
    empty: Vec<usize>,
    free: Vec<usize>,
    busy: usize,
    next: usize,
    came: Came,
    buffer: Vec<u8>,
}

/// Lets them come.
pub(super) fn run(offer: &Offer<'_>) -> anyhow::Result<Came> {
    let mut crowd = Crowd {
        offer,
        poll: Poll::new()?,
        callers: Vec::new(),
        empty: Vec::new(),
        free: Vec::new(),
        busy: 0,
        next: 0,
        came: Came::default(),
        buffer: vec![0; 64 * 1024],
    };
    let (began, mut events) = (Instant::now(), Events::with_capacity(4_096));
    let mut looked = began;
    // Those who came are waited for, so that each of them is counted.
    while began.elapsed() < offer.lasts || crowd.busy > 0 {
        if began.elapsed() < offer.lasts {
            crowd.begin(began.elapsed())?;
            crowd.came.lasted = began.elapsed();
        }
        crowd.poll.poll(&mut events, Some(Duration::from_millis(1)))?;
        for event in &events {
            crowd.look(event.token().0);
        }
        if looked.elapsed() > LOOK_EVERY {
            looked = Instant::now();
            crowd.give_up();
        }
    }
    crowd.came.connections = crowd.callers.len();
    Ok(crowd.came)
}

impl Crowd<'_> {
    /// Those who come by now.
    fn begin(&mut self, elapsed: Duration) -> anyhow::Result<()> {
        let due = match self.offer.pace {
            Pace::Together(count) => count.saturating_sub(self.busy),
            Pace::EverySecond(count) => {
                let by_now = (count * elapsed.as_secs_f64()) as u64;
                by_now.saturating_sub(self.came.offered + self.came.unoffered) as usize
            }
        };
        for _ in 0..due.min(BEGIN_MAX) {
            self.come()?;
        }
        Ok(())
    }

    fn come(&mut self) -> anyhow::Result<()> {
        let head = self.next % self.offer.heads.len();
        self.next += 1;
        let place = match self.free.pop() {
            Some(place) => place,
            None if self.callers.len() - self.empty.len() < self.offer.connections_max => {
                self.open()?
            }
            None => {
                self.came.unoffered += 1;
                return Ok(());
            }
        };
        self.came.offered += 1;
        self.busy += 1;
        if let Some(caller) = &mut self.callers[place] {
            (caller.asked, caller.head, caller.sent) = (Some(Instant::now()), head, 0);
        }
        self.look(place);
        Ok(())
    }

    fn open(&mut self) -> anyhow::Result<usize> {
        let place = self.empty.pop().unwrap_or_else(|| {
            self.callers.push(None);
            self.callers.len() - 1
        });
        let socket = rig::socket(rig::source(self.next % SOURCES), None)?;
        socket.set_nonblocking(true)?;
        socket.set_tcp_nodelay(true)?;
        // It is under way when this returns; a refusal is seen with the first look.
        let _ = socket.connect(&SockAddr::from(self.offer.address));
        let mut stream = TcpStream::from_std(StdStream::from(socket));
        let both = Interest::READABLE | Interest::WRITABLE;
        self.poll.registry().register(&mut stream, Token(place), both)?;
        let arriving = Arriving::default();
        self.callers[place] =
            Some(Caller { stream, arriving, asked: None, head: 0, sent: 0, answers: 0 });
        Ok(place)
    }

    fn look(&mut self, place: usize) {
        let Some(caller) = self.callers.get_mut(place).and_then(Option::as_mut) else { return };
        let state = step(caller, self.offer.heads, &mut self.buffer);
        let asked = caller.asked;
        match (state, asked) {
            (State::Waits, _) => {}
            (State::Answered(answer), Some(asked)) => {
                self.busy -= 1;
                (caller.asked, caller.answers) = (None, caller.answers + 1);
                let closes = answer.closes() || self.offer.over == Over::Own;
                self.count(&answer, asked.elapsed());
                if closes {
                    self.drop(place);
                } else {
                    self.free.push(place);
                }
            }
            (State::Answered(_), None) => {
                self.came.wrong += 1;
                self.free.retain(|free| *free != place);
                self.drop(place);
            }
            (State::Gone, Some(_)) => {
                self.busy -= 1;
                if caller.answers > 0 || caller.arriving.is_begun() {
                    self.came.cut += 1;
                } else {
                    self.came.closed += 1;
                }
                self.drop(place);
            }
            (State::Gone, None) => {
                self.free.retain(|free| *free != place);
                self.drop(place);
            }
        }
    }

    fn count(&mut self, answer: &Answer, waited: Duration) {
        match answer.status {
            200 | 303 => self.came.answered.0.push(waited),
            _ if answer.is_shed() => self.came.shed.0.push(waited),
            _ => {
                self.came.wrong += 1;
                if self.came.told.len() < TOLD_MAX {
                    self.came.told.push(answer.head.lines().next().unwrap_or("").to_owned());
                }
            }
        }
    }

    fn drop(&mut self, place: usize) {
        self.callers[place] = None;
        self.empty.push(place);
    }

    /// Ends those who waited too long.
    fn give_up(&mut self) {
        for place in 0..self.callers.len() {
            let waits = |caller: &Caller| caller.asked.is_some_and(|at| at.elapsed() > PATIENCE);
            if self.callers[place].as_ref().is_some_and(waits) {
                self.busy -= 1;
                self.came.hung += 1;
                self.drop(place);
            }
        }
    }
}

/// Sends what is owed and reads what there is.
fn step(caller: &mut Caller, heads: &[Vec<u8>], buffer: &mut [u8]) -> State {
    let head = if caller.asked.is_some() { heads[caller.head].as_slice() } else { &[] };
    while caller.sent < head.len() {
        match caller.stream.write(&head[caller.sent..]) {
            Ok(sent) => caller.sent += sent,
            // Not connected yet is no fault: the system says when it is.
            Err(error)
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::NotConnected) =>
            {
                return State::Waits;
            }
            // Whoever was turned away may have been answered before the request was out.
            Err(_) => break,
        }
    }
    loop {
        match caller.stream.read(buffer) {
            Ok(0) => return State::Gone,
            Ok(read) => match caller.arriving.take(&buffer[..read]) {
                Ok(Some(answer)) => return State::Answered(answer),
                Ok(None) => {}
                Err(_) => return State::Gone,
            },
            Err(error)
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::NotConnected) =>
            {
                return State::Waits;
            }
            Err(_) => return State::Gone,
        }
    }
}
