//! Finished bytes: pages that are rendered and compressed once, and pages with places into which one person's own words
//! are set without compressing the page again.
//!
//! A gzip file is a chain of deflate blocks, so a page compressed in parts, each ending at a byte boundary, can take an
//! other part between any two; the checksum of the whole comes from those of the parts (RFC 1951, RFC 1952).

use std::io::Write;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use crc32fast::Hasher;
use flate2::{Compress, Compression, FlushCompress};
use http::HeaderValue;

use super::answer::{AnswerHead, Pieces};
use super::request::Encoding;

/// Enough for pages; the background pass squeezes harder.
const GZIP_LEVEL: u32 = 6;
const BROTLI_QUALITY: u32 = 9;
const BROTLI_WINDOW: u32 = 22;
/// Pieces that most pages are put together from: room for them is made at once.
const PIECES_USUAL: usize = 8;
/// Magic, deflate, no flags, no time, no hint, unknown system.
const GZIP_HEAD: [u8; 10] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF];
/// An empty, final, static block: ends the chain.
const DEFLATE_END: [u8; 2] = [0x03, 0x00];

/// A page that is the same for everybody.
#[derive(Debug)]
pub(crate) struct Finished {
    identity: Bytes,
    gzip: Bytes,
    brotli: OnceLock<Bytes>,
    /// Strong validators, by encoding.
    etags: [HeaderValue; Encoding::ALL.len()],
    /// How an answer with it begins, by encoding, once one was given.
    heads: [OnceLock<Arc<AnswerHead>>; Encoding::ALL.len()],
}

impl Finished {
    /// Compresses a page with gzip; brotli comes with [`Finished::squeeze`].
    pub(crate) fn new(html: impl Into<Bytes>) -> Self {
        let identity = html.into();
        let gzip = gzip(&identity);
        let (etags, heads) = (tags(&identity), Default::default());
        Self { etags, heads, identity, gzip, brotli: OnceLock::new() }
    }

    /// Compresses with brotli, off the reader's way.
    pub(crate) fn squeeze(&self) {
        if self.brotli.get().is_none() {
            let _ = self.brotli.set(brotli(&self.identity));
        }
    }

    /// The bytes in the best encoding that there is of those that the caller takes, and which that is.
    pub(crate) fn bytes(&self, encoding: Encoding) -> (Bytes, Encoding) {
        match (encoding, self.brotli.get()) {
            (Encoding::Brotli, Some(bytes)) => (bytes.clone(), Encoding::Brotli),
            (Encoding::Brotli | Encoding::Gzip, _) => (self.gzip.clone(), Encoding::Gzip),
            (Encoding::Identity, _) => (self.identity.clone(), Encoding::Identity),
        }
    }

    /// The strong validator of one encoding of these bytes, quotes included.
    pub(crate) const fn etag(&self, encoding: Encoding) -> &HeaderValue {
        &self.etags[encoding as usize]
    }

    /// The head of an answer with these bytes, made by the first that is given: the page is not older than its presentation,
    /// and has one kind.
    pub(crate) fn head(
        &self,
        encoding: Encoding,
        make: impl FnOnce() -> Arc<AnswerHead>,
    ) -> Arc<AnswerHead> {
        Arc::clone(self.heads[encoding as usize].get_or_init(make))
    }

    /// How much memory it takes, roughly.
    pub(crate) fn weight(&self) -> usize {
        // Brotli comes later and is smaller than gzip; counting gzip twice makes room for it.
        self.identity.len() + 2 * self.gzip.len() + 256
    }
}

/// A page with places for one person's own words between its parts.
#[derive(Debug)]
pub(crate) struct Spliced {
    parts: Vec<Part>,
}

/// A stretch of a page, or words for a place in one: compressed by itself, so that parts can be set one after another.
#[derive(Debug)]
pub(crate) struct Part {
    identity: Bytes,
    /// Deflate blocks that end at a byte boundary; none is final.
    deflated: Bytes,
    checksum: u32,
    lengthening: Lengthening,
}

impl Part {
    /// Compresses a text.
    pub(crate) fn new(text: String) -> Self {
        let identity = Bytes::from(text);
        Self {
            deflated: deflate(&identity),
            checksum: crc32fast::hash(&identity),
            lengthening: Lengthening::by(identity.len()),
            identity,
        }
    }

    /// The text.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.identity).unwrap_or_default()
    }
}

/// What a part does to the checksum of everything before it, by its length alone: a linear map over 32 bits, kept for each
/// value of each four bits. Working it out takes as long as reading the part; applying it takes eight steps.
#[derive(Debug)]
struct Lengthening([[u32; 16]; 8]);

impl Lengthening {
    fn by(bytes: usize) -> Self {
        let zeros = Hasher::new_with_initial_len(0, bytes as u64);
        let column = |bit: usize| {
            let mut column = Hasher::new_with_initial(1 << bit);
            column.combine(&zeros);
            column.finalize()
        };
        Self(std::array::from_fn(|place| {
            let columns: [u32; 4] = std::array::from_fn(|bit| column(4 * place + bit));
            std::array::from_fn(|value| {
                let set = (0..4).filter(|bit| value >> bit & 1 == 1);
                set.fold(0, |sum, bit| sum ^ columns[bit])
            })
        }))
    }

    fn of(&self, checksum: u32) -> u32 {
        let places = self.0.iter().enumerate();
        places.fold(0, |sum, (place, values)| sum ^ values[(checksum >> (4 * place) & 15) as usize])
    }
}

impl Spliced {
    /// Compresses the parts of a page; between each two is a place.
    pub(crate) fn new(parts: Vec<String>) -> Self {
        Self { parts: parts.into_iter().map(Part::new).collect() }
    }

    /// The page with `words` in its places, in gzip or as it is. Places without words stay empty.
    pub(crate) fn with(&self, words: &[&Part], encoding: Encoding) -> (Pieces, Encoding) {
        self.with_last(words, None, encoding)
    }

    /// The same with something more in the last place, behind the words that it has.
    pub(crate) fn with_last(
        &self,
        words: &[&Part],
        last: Option<&Part>,
        encoding: Encoding,
    ) -> (Pieces, Encoding) {
        match encoding {
            Encoding::Identity => {
                let mut pieces = Vec::with_capacity(PIECES_USUAL);
                self.each(words, last, |part| pieces.push(part.identity.clone()));
                (Pieces::of(pieces), Encoding::Identity)
            }
            Encoding::Gzip | Encoding::Brotli => (self.gzip(words, last), Encoding::Gzip),
        }
    }

    /// Hands on parts and words in turn.
    fn each<'p>(
        &'p self,
        words: &[&'p Part],
        last: Option<&'p Part>,
        mut take: impl FnMut(&'p Part),
    ) {
        let Some((end, before)) = self.parts.split_last() else { return };
        let mut words = words.iter();
        for part in before {
            take(part);
            if let Some(word) = words.next() {
                take(word);
            }
        }
        if let Some(last) = last.filter(|_| !before.is_empty()) {
            take(last);
        }
        take(end);
    }

    fn gzip(&self, words: &[&Part], last: Option<&Part>) -> Pieces {
        let (mut checksum, mut length) = (0_u32, 0_usize);
        let mut pieces = Vec::with_capacity(PIECES_USUAL);
        pieces.push(Bytes::from_static(&GZIP_HEAD));
        self.each(words, last, |part| {
            checksum = part.lengthening.of(checksum) ^ part.checksum;
            length += part.identity.len();
            pieces.push(part.deflated.clone());
        });
        let mut end = Vec::with_capacity(10);
        end.extend_from_slice(&DEFLATE_END);
        end.extend_from_slice(&checksum.to_le_bytes());
        // RFC 1952: the length modulo 2^32.
        end.extend_from_slice(&(length as u32).to_le_bytes());
        pieces.push(Bytes::from(end));
        Pieces::of(pieces)
    }
}

/// Deflate up to a full flush: the blocks end at a byte boundary and need nothing that came before.
fn deflate(bytes: &[u8]) -> Bytes {
    let mut compressor = Compress::new(Compression::new(GZIP_LEVEL), false);
    let mut out = Vec::with_capacity(bytes.len() / 2 + 64);
    loop {
        let taken = compressor.total_in() as usize;
        let flushed = compressor.compress_vec(&bytes[taken..], &mut out, FlushCompress::Full);
        let all_taken = compressor.total_in() as usize == bytes.len();
        // Space left over means that the flush is complete.
        if flushed.is_err() || (all_taken && out.len() < out.capacity()) {
            break;
        }
        out.reserve(out.capacity().max(64));
    }
    Bytes::from(out)
}

fn gzip(bytes: &[u8]) -> Bytes {
    let out = Vec::with_capacity(bytes.len() / 3 + 64);
    let mut encoder = flate2::write::GzEncoder::new(out, Compression::new(GZIP_LEVEL));
    // Writing into memory cannot fail; an empty result would be seen at once.
    let _ = encoder.write_all(bytes);
    Bytes::from(encoder.finish().unwrap_or_default())
}

fn brotli(bytes: &[u8]) -> Bytes {
    let mut out = Vec::with_capacity(bytes.len() / 3 + 64);
    {
        let mut writer =
            brotli::CompressorWriter::new(&mut out, 4_096, BROTLI_QUALITY, BROTLI_WINDOW);
        let _ = writer.write_all(bytes);
    }
    Bytes::from(out)
}

/// 16 hexadecimal digits that change with the bytes, and a letter for each encoding.
fn tags(bytes: &[u8]) -> [HeaderValue; 3] {
    let hash = blake3::hash(bytes).to_hex();
    ["i", "g", "b"].map(|mark| {
        let tag = format!("\"{}{mark}\"", &hash[..16]);
        HeaderValue::try_from(tag).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
    })
}

#[cfg(test)]
mod tests;
