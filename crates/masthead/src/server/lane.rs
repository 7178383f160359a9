//! The short lane: requests of HTTP/1.1 that are as plain as requests can be, answered without anything that only others
//! need. Whatever is not plain beyond doubt goes to hyper, unread: with the bytes that came, for the rest of the connection.
//!
//! Nothing is decided here about a page, and nothing about what an odd request means: a body, an upgrade, a length that is
//! said twice, a line that ends in another way, a character that a target should not have are all hyper's.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::net::IpAddr;
use std::ops::Range;
use std::pin::Pin;
use std::task::Poll;

use bytes::Buf;
use http::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use web::{Answer, Headers, Pieces, Sent, Site};

use super::access_log::{AccessLog, Answered};
use super::connection::HEAD_BYTES_MAX;
use super::date::Date;
use super::plain::{LINES_MAX, Plain, Read, read};
use super::watch::{Counted, Watch};

/// In how many parts a plain head may arrive; each is read from its beginning.
const PARTS_MAX: u32 = 4;
/// Pieces that go out in one write, the head among them.
const PIECES_MAX: usize = 16;
/// Buffers that a thread keeps for the next request, of each kind.
const SPARE_MAX: usize = 16;
/// A head that was written with more room than this is not kept for the next one.
const WRITTEN_BYTES_MAX: usize = 8 * 1024;

/// How a connection left the lane.
#[derive(Debug)]
pub(super) enum Left {
    /// It is over.
    Closed,
    /// Somebody else goes on with it, from these bytes.
    Unread(Vec<u8>),
}

/// What the connections of one thread lend each other: an idle one holds no buffer.
#[derive(Debug, Default)]
pub(super) struct Spare {
    read: RefCell<Vec<Box<[u8]>>>,
    written: RefCell<Vec<Vec<u8>>>,
}

impl Spare {
    fn read(&self) -> Box<[u8]> {
        self.read.borrow_mut().pop().unwrap_or_else(|| vec![0; HEAD_BYTES_MAX].into_boxed_slice())
    }

    fn give_read(&self, buffer: Box<[u8]>) {
        let mut spare = self.read.borrow_mut();
        if spare.len() < SPARE_MAX {
            spare.push(buffer);
        }
    }

    fn written(&self) -> Vec<u8> {
        self.written.borrow_mut().pop().unwrap_or_else(|| Vec::with_capacity(2_048))
    }

    fn give_written(&self, mut buffer: Vec<u8>) {
        let mut spare = self.written.borrow_mut();
        if spare.len() < SPARE_MAX && buffer.capacity() <= WRITTEN_BYTES_MAX {
            buffer.clear();
            spare.push(buffer);
        }
    }
}

/// What a lane needs of its thread and its connection.
pub(super) struct Lane<'c> {
    pub(super) site: &'c Site,
    pub(super) peer: IpAddr,
    pub(super) watch: &'c Watch,
    pub(super) spare: &'c Spare,
    pub(super) date: &'c Date,
    pub(super) log: Option<&'c AccessLog>,
}

/// Bytes that were read, and which of them nobody has looked at.
struct Unread {
    buffer: Box<[u8]>,
    bytes: Range<usize>,
}

impl Lane<'_> {
    /// Answers plain requests until one is not, or the connection ends.
    pub(super) async fn run<S>(&self, stream: &mut Counted<S>) -> io::Result<Left>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let mut held: Option<Unread> = None;
        let mut parts = 0;
        loop {
            let mut unread = match held.take() {
                Some(unread) => unread,
                None => match self.first(stream).await? {
                    Some(unread) => unread,
                    None => {
                        stream.shutdown().await?;
                        return Ok(Left::Closed);
                    }
                },
            };
            let mut lines = [const { MaybeUninit::uninit() }; LINES_MAX];
            let bytes = &unread.buffer[unread.bytes.clone()];
            match read(bytes, &mut lines) {
                Read::Plain(plain)
                    if Site::sent_bytes_max(plain.method, plain.target.path) == 0 =>
                {
                    let length = plain.length;
                    let closes = self.answer(stream, &plain).await?;
                    if closes {
                        stream.shutdown().await?;
                        return Ok(Left::Closed);
                    }
                    unread.bytes.start += length;
                    parts = 0;
                    if unread.bytes.is_empty() {
                        self.spare.give_read(unread.buffer);
                    } else {
                        held = Some(unread);
                    }
                }
                Read::Part if parts < PARTS_MAX && bytes.len() < HEAD_BYTES_MAX => {
                    parts += 1;
                    if !unread.more(stream).await? {
                        return Ok(Left::Closed);
                    }
                    held = Some(unread);
                }
                Read::Plain(_) | Read::Part | Read::Odd => {
                    let bytes = bytes.to_vec();
                    self.spare.give_read(unread.buffer);
                    return Ok(Left::Unread(bytes));
                }
            }
        }
    }

    /// The first bytes of a request; none where the connection ended, or is to end before another one.
    async fn first<S>(&self, stream: &mut Counted<S>) -> io::Result<Option<Unread>>
    where
        S: AsyncRead + Unpin,
    {
        poll_fn(|context| {
            if self.watch.is_finishing() {
                return Poll::Ready(Ok(None));
            }
            // Lent for as long as the system takes to say that there is nothing.
            let mut buffer = self.spare.read();
            let mut room = ReadBuf::new(&mut buffer);
            let read = Pin::new(&mut *stream).poll_read(context, &mut room);
            let length = room.filled().len();
            match read {
                Poll::Ready(Ok(())) if length > 0 => {
                    Poll::Ready(Ok(Some(Unread { buffer, bytes: 0..length })))
                }
                other => {
                    self.spare.give_read(buffer);
                    other.map_ok(|()| None)
                }
            }
        })
        .await
    }

    /// Answers one request, and says whether it was the last of its connection.
    async fn answer<S>(&self, stream: &mut Counted<S>, plain: &Plain<'_, '_>) -> io::Result<bool>
    where
        S: AsyncWrite + Unpin,
    {
        let answering = self.watch.begin();
        let headers = Headers::of(plain.lines);
        let (method, target, peer) = (plain.method, plain.target, self.peer);
        // Awaited where it is made: with a name of its own it would take its room in the connection twice.
        let answer = self.site.answer_to(method, target, headers, peer, Sent::Nothing).await;
        drop(answering);
        if let Some(log) = self.log {
            let asked = Answered { peer, protocol: "HTTP/1.1", method, target, headers };
            log.answered(self.site, &asked, &answer);
        }
        let closes = self.watch.is_finishing();
        let mut head = self.spare.written();
        self.write_head(&mut head, &answer, closes);
        let mut body = answer.into_body();
        let written = write(stream, &head, &mut body).await;
        self.spare.give_written(head);
        written.map(|()| closes)
    }

    fn write_head(&self, head: &mut Vec<u8>, answer: &Answer, closes: bool) {
        let status = answer.status();
        head.extend_from_slice(b"HTTP/1.1 ");
        head.extend_from_slice(status.as_str().as_bytes());
        head.push(b' ');
        head.extend_from_slice(status.canonical_reason().unwrap_or_default().as_bytes());
        head.extend_from_slice(b"\r\n");
        head.extend_from_slice(answer.lines());
        // RFC 9110, 8.6 and 15.4.5: these have no body, and say nothing of its length.
        if !matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
            head.extend_from_slice(b"content-length: ");
            push_number(head, answer.body().remaining());
            head.extend_from_slice(b"\r\n");
        }
        if closes {
            head.extend_from_slice(b"connection: close\r\n");
        }
        self.date.push(head);
        head.extend_from_slice(b"\r\n\r\n");
    }
}

impl Unread {
    /// Waits for more of a head; says whether any came.
    async fn more<S: AsyncRead + Unpin>(&mut self, stream: &mut Counted<S>) -> io::Result<bool> {
        if self.bytes.start > 0 {
            self.buffer.copy_within(self.bytes.clone(), 0);
            self.bytes = 0..self.bytes.len();
        }
        poll_fn(|context| {
            let mut room = ReadBuf::new(&mut self.buffer[self.bytes.end..]);
            let read = Pin::new(&mut *stream).poll_read(context, &mut room);
            let length = room.filled().len();
            self.bytes.end += length;
            read.map_ok(|()| length > 0)
        })
        .await
    }
}

fn push_number(text: &mut Vec<u8>, number: usize) {
    let mut digits = [0; 20];
    let mut place = digits.len();
    let mut rest = number;
    loop {
        place -= 1;
        digits[place] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    text.extend_from_slice(&digits[place..]);
}

/// Writes a head and what belongs to it, in one go where the system takes all of it.
async fn write<S>(stream: &mut Counted<S>, head: &[u8], body: &mut Pieces) -> io::Result<()>
where
    S: AsyncWrite + Unpin,
{
    let mut head = head;
    poll_fn(|context| {
        while !head.is_empty() || body.has_remaining() {
            let mut slices = [IoSlice::new(&[]); PIECES_MAX];
            slices[0] = IoSlice::new(head);
            let count = 1 + body.chunks_vectored(&mut slices[1..]);
            let first = usize::from(head.is_empty());
            let slices = &slices[first..count];
            let written = Pin::new(&mut *stream).poll_write_vectored(context, slices);
            let Poll::Ready(written) = written else { return Poll::Pending };
            let written = written?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            let of_head = written.min(head.len());
            head = &head[of_head..];
            body.advance(written - of_head);
        }
        Pin::new(&mut *stream).poll_flush(context)
    })
    .await
}

#[cfg(test)]
mod tests;
