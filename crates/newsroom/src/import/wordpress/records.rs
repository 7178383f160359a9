//! Cuts an export into its records: the children of its channel, each as bytes of its own. A record that is damaged or
//! too large is one that says so, and the next one follows. It keeps one record in memory, expands no entity, takes no
//! document type, and never says what a record means.

use std::io::{self, BufRead};

use super::super::Unreadable;

/// Bytes of one item. One that is larger is left out; the rest goes on.
pub const ITEM_BYTES_MAX: usize = 16 << 20;
/// Bytes of any other record, such as an author.
pub const RECORD_BYTES_MAX: usize = 1 << 20;
/// Bytes that are kept of one tag to know its name.
const TAG_BYTES_MAX: usize = 256;

/// One child of the channel.
#[derive(Debug)]
pub(super) struct Record {
    /// The name of its element: `item`, `wp:author`.
    pub(super) name: String,
    /// The line on which it begins, from 1.
    pub(super) line: u64,
    /// What was found.
    pub(super) state: State,
}

/// What was found of a record.
#[derive(Debug)]
pub(super) enum State {
    /// All of it, from `<` to `>`.
    Whole(Vec<u8>),
    /// More than the limit.
    TooLarge,
    /// It does not end before the next one begins.
    Open,
}

/// A piece of markup, as far as the cutting has to know it.
#[derive(PartialEq, Eq, Debug)]
enum Markup {
    Start(String),
    Empty(String),
    End(String),
    /// A comment, CDATA or an instruction.
    Other,
}

/// Reads records from the beginning of `input`.
pub(super) struct Records<R> {
    input: R,
    /// The line of the next byte.
    line: u64,
    /// The three bytes before the next one.
    tail: [u8; 3],
    /// The record so far, as long as it is within its limit.
    kept: Vec<u8>,
    keep_max: usize,
    overflow: bool,
    /// The beginning of the markup being read.
    tag: Vec<u8>,
    /// An `<item>` that began where another one should have ended: its line.
    pending: Option<(String, u64)>,
    inside: bool,
    ended: bool,
}

impl<R: BufRead> Records<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            line: 1,
            tail: [0; 3],
            kept: Vec::new(),
            keep_max: 0,
            overflow: false,
            tag: Vec::new(),
            pending: None,
            inside: false,
            ended: false,
        }
    }

    /// The next record; `None` after the end of the channel.
    ///
    /// # Errors
    /// [`Unreadable`] where the input is no export, or ends in the middle of one.
    pub(super) fn next(&mut self) -> Result<Option<Record>, Unreadable> {
        if let Some((name, line)) = self.pending.take() {
            return self.record(name, line).map(Some);
        }
        while !self.ended {
            self.forget(0);
            let Some(line) = self.seek()? else { return self.end().map(|()| None) };
            match self.markup(line)? {
                Markup::Start(name) if !self.inside => self.root(&name, line)?,
                Markup::Start(name) => {
                    return self.record(name, line).map(Some);
                }
                Markup::Empty(name) if !self.inside => self.root(&name, line)?,
                Markup::End(name) if name == "channel" || name == "rss" => self.ended = true,
                Markup::Empty(_) | Markup::End(_) | Markup::Other => {}
            }
        }
        Ok(None)
    }

    /// Whether the input has turned out to be an export.
    pub(super) const fn is_export(&self) -> bool {
        self.inside
    }

    fn root(&mut self, name: &str, line: u64) -> Result<(), Unreadable> {
        match name {
            "rss" => Ok(()),
            "channel" => {
                self.inside = true;
                Ok(())
            }
            other => Err(Unreadable {
                line,
                what: format!(
                    "the file opens with <{}>, and an export of WordPress with <rss><channel>; \
                     take the file that Tools, Export gives",
                    other.chars().take(40).collect::<String>()
                ),
            }),
        }
    }

    fn end(&self) -> Result<(), Unreadable> {
        let what = if self.inside {
            "the export ends in the middle: </channel> is missing; export again, or copy the file \
             again"
        } else {
            "there is no <channel> in the file; take the file that Tools, Export gives"
        };
        Err(Unreadable { line: self.line, what: what.to_owned() })
    }

    /// Reads on to the end of the record that has begun.
    fn record(&mut self, name: String, line: u64) -> Result<Record, Unreadable> {
        self.keep_max = if name == "item" { ITEM_BYTES_MAX } else { RECORD_BYTES_MAX };
        self.overflow = false;
        self.kept.clear();
        self.kept.extend_from_slice(format!("<{name}>").as_bytes());
        let state = loop {
            if !self.until(b'<')? {
                return Err(Unreadable {
                    line: self.line,
                    what: format!(
                        "the export ends in the middle of <{name}>, which begins in line {line}; \
                         export again, or copy the file again"
                    ),
                });
            }
            let begins = self.line;
            let before = self.kept.len();
            match self.markup(line)? {
                Markup::End(ended) if ended == name => break State::Whole(Vec::new()),
                Markup::Start(other) if other == "item" => {
                    self.pending = Some((other, begins));
                    break State::Open;
                }
                Markup::End(ended) if ended == "channel" => {
                    self.ended = true;
                    self.kept.truncate(before);
                    break State::Open;
                }
                _ => {}
            }
        };
        let state = match state {
            State::Whole(_) if self.overflow => State::TooLarge,
            State::Whole(_) => State::Whole(std::mem::take(&mut self.kept)),
            other => other,
        };
        Ok(Record { name, line, state })
    }

    fn forget(&mut self, keep_max: usize) {
        self.kept.clear();
        self.keep_max = keep_max;
        self.overflow = false;
    }

    /// Reads text to the next `<`, which is taken too. Its line; `None` at the end.
    fn seek(&mut self) -> Result<Option<u64>, Unreadable> {
        Ok(self.until(b'<')?.then_some(self.line))
    }

    /// Reads a piece of markup whose `<` is taken. `record` is the line to name where the input ends in it.
    fn markup(&mut self, record: u64) -> Result<Markup, Unreadable> {
        self.tag.clear();
        let Some(first) = self.byte()? else { return Err(self.broken(record)) };
        match first {
            b'?' => self.through(record, b"?>").map(|()| Markup::Other),
            b'!' => self.declaration(record).map(|()| Markup::Other),
            b'>' => Ok(Markup::Other),
            _ => self.tag(record),
        }
    }

    fn declaration(&mut self, record: u64) -> Result<(), Unreadable> {
        let Some(first) = self.byte()? else { return Err(self.broken(record)) };
        match first {
            b'-' => {
                let Some(b'-') = self.byte()? else { return Err(self.broken(record)) };
                // The dashes that open a comment do not close it.
                self.tail = [0; 3];
                self.through(record, b"-->")
            }
            b'[' => {
                for wanted in b"CDATA[" {
                    if self.byte()? != Some(*wanted) {
                        return Err(self.broken(record));
                    }
                }
                self.tail = [0; 3];
                self.through(record, b"]]>")
            }
            _ => Err(Unreadable {
                line: self.line,
                what: "the file has a document type, which exports do not have and which is not \
                       read; take it out"
                    .to_owned(),
            }),
        }
    }

    fn through(&mut self, record: u64, mark: &[u8]) -> Result<(), Unreadable> {
        while self.until(b'>')? {
            if self.tail.ends_with(mark) {
                return Ok(());
            }
        }
        Err(self.broken(record))
    }

    /// Reads the rest of a tag; a `>` in quotes does not end it. A `<` does: no tag has one, so this one is damaged.
    fn tag(&mut self, record: u64) -> Result<Markup, Unreadable> {
        let mut wanted: &[u8] = b">\"'<";
        loop {
            match self.stop(wanted, Some(b'<'))? {
                Some(b'>') if wanted.len() > 2 => break,
                Some(b'<') => return Ok(Markup::Other),
                Some(b'"') if wanted.len() > 2 => wanted = b"\"<",
                Some(b'\'') if wanted.len() > 2 => wanted = b"'<",
                Some(_) => wanted = b">\"'<",
                None => return Err(self.broken(record)),
            }
        }
        let tag = self.tag.strip_suffix(b">").unwrap_or(&self.tag);
        let (ends, tag) = tag.strip_prefix(b"/").map_or((false, tag), |rest| (true, rest));
        let stop = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'/';
        let name = tag.split(stop).next().unwrap_or_default();
        let name = String::from_utf8_lossy(name).into_owned();
        Ok(match (ends, self.tail[1] == b'/') {
            (true, _) => Markup::End(name),
            (false, true) => Markup::Empty(name),
            (false, false) => Markup::Start(name),
        })
    }

    fn broken(&self, record: u64) -> Unreadable {
        Unreadable {
            line: self.line,
            what: format!(
                "the export breaks off in what begins in line {record}; export again, or copy the \
                 file again"
            ),
        }
    }

    fn byte(&mut self) -> Result<Option<u8>, Unreadable> {
        let first = self.fill()?.first().copied();
        if let Some(byte) = first {
            self.take(1);
            return Ok(Some(byte));
        }
        Ok(None)
    }

    /// Reads through the first such byte; whether there was one.
    fn until(&mut self, stop: u8) -> Result<bool, Unreadable> {
        self.stop(&[stop], None).map(|found| found.is_some())
    }

    /// Reads through the first of these bytes and tells which; `left` is not taken where it is that.
    fn stop(&mut self, stops: &[u8], left: Option<u8>) -> Result<Option<u8>, Unreadable> {
        loop {
            let buffer = self.fill()?;
            if buffer.is_empty() {
                return Ok(None);
            }
            let place = match *stops {
                [stop] => buffer.iter().position(|byte| *byte == stop),
                _ => buffer.iter().position(|byte| stops.contains(byte)),
            };
            let found = place.map(|place| buffer[place]);
            let length = match place {
                Some(place) if found == left => place,
                Some(place) => place + 1,
                None => buffer.len(),
            };
            self.take(length);
            if found.is_some() {
                return Ok(found);
            }
        }
    }

    fn fill(&mut self) -> Result<&[u8], Unreadable> {
        let line = self.line;
        // A signal is no reason to give up.
        while let Err(error) = self.input.fill_buf() {
            if error.kind() != io::ErrorKind::Interrupted {
                return Err(Unreadable { line, what: format!("the file cannot be read: {error}") });
            }
        }
        self.input
            .fill_buf()
            .map_err(|error| Unreadable { line, what: format!("the file cannot be read: {error}") })
    }

    /// Takes bytes that are in the buffer already.
    fn take(&mut self, length: usize) {
        let Ok(buffer) = self.input.fill_buf() else { return };
        let taken = &buffer[..length.min(buffer.len())];
        let lines = taken.iter().filter(|byte| **byte == b'\n').count();
        self.line = self.line.saturating_add(u64::try_from(lines).unwrap_or(u64::MAX));
        for byte in &taken[taken.len().saturating_sub(3)..] {
            self.tail = [self.tail[1], self.tail[2], *byte];
        }
        let room = TAG_BYTES_MAX.saturating_sub(self.tag.len());
        self.tag.extend_from_slice(&taken[..room.min(taken.len())]);
        if self.overflow || self.kept.len() + taken.len() > self.keep_max {
            self.overflow = true;
            self.kept = Vec::new();
        } else {
            self.kept.extend_from_slice(taken);
        }
        let length = taken.len();
        self.input.consume(length);
    }
}
