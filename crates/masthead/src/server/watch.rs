//! What a connection does, seen from its socket, and the limits on it: on an idle one, on a head that does not end, on a
//! reader who takes an answer too slowly.
//!
//! A request costs no timer and no look at the clock: bytes are counted as they pass, and one task for each thread looks at
//! the counts of all connections once a second. Nothing here knows what is said on a connection.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How often connections are looked at.
pub(super) const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Looks without a byte either way after which a connection is closed. Longer than load balancers keep theirs, so that none
/// sends a request into a connection that is being closed.
const IDLE_LOOKS_MAX: u32 = 75;
/// Looks within which a request's head has to arrive, from its first byte on.
const HEAD_LOOKS_MAX: u32 = 10;
/// Looks without a new request after which an HTTP/2 connection is closed, whatever else passes on it.
const ASKED_LOOKS_MAX: u32 = 300;
/// A reader takes this much of an answer from one look to the next, in bytes, or is slow.
const SLOW_BYTES: u64 = 256;
/// Looks at which somebody may be slow, in a row.
const SLOW_LOOKS_MAX: u32 = 30;

/// What a connection is told to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Order {
    /// Go on.
    Nothing,
    /// Finish the answers under way, and take no request more.
    Finish,
    /// Close.
    Close,
}

/// The counts of one connection.
#[derive(Debug)]
pub(super) struct Watch {
    is_http2: bool,
    read: Cell<u64>,
    written: Cell<u64>,
    /// Requests whose head arrived.
    asked: Cell<u64>,
    /// Requests for which an answer is being made.
    answering: Cell<u32>,
    /// Whether the system took less than there was to write.
    is_blocked: Cell<bool>,
    order: Cell<Order>,
    /// Whether it was told to finish.
    finishing: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

/// What the last look saw, and for how many looks in a row something has been wrong.
#[derive(Debug, Default)]
struct Seen {
    read: u64,
    written: u64,
    asked: u64,
    idle: u32,
    head: u32,
    slow: u32,
    unasked: u32,
}

/// One answer that is being made.
pub(super) struct Answering<'w>(&'w Watch);

impl Drop for Answering<'_> {
    fn drop(&mut self) {
        self.0.answering.set(self.0.answering.get().saturating_sub(1));
    }
}

impl Watch {
    fn new(is_http2: bool) -> Self {
        Self {
            is_http2,
            read: Cell::new(0),
            written: Cell::new(0),
            asked: Cell::new(0),
            answering: Cell::new(0),
            is_blocked: Cell::new(false),
            order: Cell::new(Order::Nothing),
            finishing: Cell::new(false),
            waker: RefCell::new(None),
        }
    }

    /// Counts a request, until what comes back is dropped as one that is being answered.
    pub(super) fn begin(&self) -> Answering<'_> {
        self.asked.set(self.asked.get() + 1);
        self.answering.set(self.answering.get() + 1);
        Answering(self)
    }

    /// Whether no request more is to be taken.
    pub(super) const fn is_finishing(&self) -> bool {
        self.finishing.get()
    }

    /// Runs a connection to its end, or until it is told to close. One that was told to finish before is told again.
    pub(super) async fn keep<C: Future>(
        &self,
        mut connection: Pin<&mut C>,
        finish: fn(Pin<&mut C>),
    ) -> Option<C::Output> {
        if self.finishing.get() && self.order.get() == Order::Nothing {
            self.order.set(Order::Finish);
        }
        poll_fn(|context| {
            let mut waker = self.waker.borrow_mut();
            if !waker.as_ref().is_some_and(|waker| waker.will_wake(context.waker())) {
                *waker = Some(context.waker().clone());
            }
            drop(waker);
            match self.order.get() {
                Order::Nothing => {}
                Order::Finish => {
                    self.order.set(Order::Nothing);
                    self.finishing.set(true);
                    finish(connection.as_mut());
                }
                Order::Close => return Poll::Ready(None),
            }
            connection.as_mut().poll(context).map(Some)
        })
        .await
    }

    fn tell(&self, order: Order) {
        self.order.set(order);
        if let Some(waker) = self.waker.borrow().as_ref() {
            waker.wake_by_ref();
        }
    }

    /// One look: whether the connection is within its limits.
    fn look(&self, seen: &mut Seen) -> bool {
        let (read, written, asked) = (self.read.get(), self.written.get(), self.asked.get());
        let (heard, told, new) = (read != seen.read, written != seen.written, asked != seen.asked);
        let answering = self.answering.get() > 0;
        let count = |looks: u32, wrong: bool| if wrong { looks + 1 } else { 0 };
        seen.idle = count(seen.idle, !(heard || told || answering));
        // Frames of HTTP/2 are no head; its connections are held by their requests instead.
        let waits_for_head = (heard || seen.head > 0) && !(told || new || answering);
        seen.head = count(seen.head, waits_for_head && !self.is_http2);
        seen.unasked = count(seen.unasked, !(new || answering));
        let slow = self.is_blocked.get() && written - seen.written < SLOW_BYTES;
        seen.slow = count(seen.slow, slow);
        (seen.read, seen.written, seen.asked) = (read, written, asked);
        seen.idle < IDLE_LOOKS_MAX
            && seen.head < HEAD_LOOKS_MAX
            && seen.slow < SLOW_LOOKS_MAX
            && !(self.is_http2 && seen.unasked >= ASKED_LOOKS_MAX)
    }
}

/// The connections of one thread.
#[derive(Debug, Default)]
pub(super) struct Watchers {
    all: RefCell<HashMap<u64, (Rc<Watch>, Seen)>>,
    next: Cell<u64>,
    finishing: Cell<bool>,
}

/// A connection that is watched until this is dropped.
#[derive(Debug)]
pub(super) struct Watched {
    watch: Rc<Watch>,
    number: u64,
    watchers: Rc<Watchers>,
}

impl Watched {
    pub(super) const fn watch(&self) -> &Rc<Watch> {
        &self.watch
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.watchers.all.borrow_mut().remove(&self.number);
    }
}

impl Watchers {
    /// Begins to watch one more.
    pub(super) fn begin(self: &Rc<Self>, is_http2: bool) -> Watched {
        let watch = Rc::new(Watch::new(is_http2));
        if self.finishing.get() {
            watch.order.set(Order::Finish);
        }
        let number = self.next.get();
        self.next.set(number + 1);
        self.all.borrow_mut().insert(number, (Rc::clone(&watch), Seen::default()));
        Watched { watch, number, watchers: Rc::clone(self) }
    }

    /// Looks at all of them, and closes those that are beyond their limits.
    pub(super) fn look(&self) {
        for (watch, seen) in self.all.borrow_mut().values_mut() {
            if !watch.look(seen) {
                watch.tell(Order::Close);
            }
        }
    }

    /// Lets all of them finish what they are at, and those that come.
    pub(super) fn finish(&self) {
        self.finishing.set(true);
        self.all.borrow().values().for_each(|(watch, _)| watch.tell(Order::Finish));
    }
}

/// A socket whose bytes are counted.
#[derive(Debug)]
pub(super) struct Counted<S> {
    stream: S,
    watch: Rc<Watch>,
    /// Bytes that were read and counted before, and are read again first.
    unread: Bytes,
}

impl<S> Counted<S> {
    pub(super) const fn new(stream: S, watch: Rc<Watch>) -> Self {
        Self { stream, watch, unread: Bytes::new() }
    }

    /// Puts bytes back that nobody made anything of.
    pub(super) fn put_back(&mut self, unread: Vec<u8>) {
        self.unread = Bytes::from(unread);
    }
}

impl<S: AsyncWrite + Unpin> Counted<S> {
    fn wrote(&self, written: &Poll<io::Result<usize>>) {
        match written {
            Poll::Ready(Ok(bytes)) => {
                self.watch.written.set(self.watch.written.get() + *bytes as u64);
                self.watch.is_blocked.set(false);
            }
            Poll::Ready(Err(_)) => {}
            Poll::Pending => self.watch.is_blocked.set(true),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Counted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.unread.is_empty() {
            let taken = self.unread.len().min(buffer.remaining());
            buffer.put_slice(&self.unread.split_to(taken));
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        let bytes = buffer.filled().len() - before;
        self.watch.read.set(self.watch.read.get() + bytes as u64);
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Counted<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.wrote(&written);
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.wrote(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests;
