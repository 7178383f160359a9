//! Finished bytes: pages that are rendered and compressed once, and pages with places into which one person's own words
//! are set without compressing the page again.
//!
//! A gzip file is a chain of deflate blocks, so a page compressed in parts, each ending at a byte boundary, can take an
//! uncompressed block between two parts; the checksum of the whole comes from those of the parts (RFC 1951, RFC 1952).

use std::io::Write;
use std::sync::OnceLock;

use bytes::Bytes;
use crc32fast::Hasher;
use flate2::{Compress, Compression, FlushCompress};

use super::answer::Pieces;
use super::request::Encoding;

/// Enough for pages; the background pass squeezes harder.
const GZIP_LEVEL: u32 = 6;
const BROTLI_QUALITY: u32 = 9;
const BROTLI_WINDOW: u32 = 22;
/// A stored deflate block holds at most this much.
const STORED_BYTES_MAX: usize = 65_535;
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
    etag: String,
}

impl Finished {
    /// Compresses a page with gzip; brotli comes with [`Finished::squeeze`].
    pub(crate) fn new(html: String) -> Self {
        let identity = Bytes::from(html);
        let gzip = gzip(&identity);
        let etag = tag(&identity);
        Self { identity, gzip, brotli: OnceLock::new(), etag }
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
    pub(crate) fn etag(&self, encoding: Encoding) -> String {
        let mark = match encoding {
            Encoding::Identity => 'i',
            Encoding::Gzip => 'g',
            Encoding::Brotli => 'b',
        };
        format!("\"{}{mark}\"", self.etag)
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

#[derive(Debug)]
struct Part {
    identity: Bytes,
    /// Deflate blocks that end at a byte boundary; none is final.
    deflated: Bytes,
    checksum: Hasher,
}

impl Spliced {
    /// Compresses the parts of a page; between each two is a place.
    pub(crate) fn new(parts: Vec<String>) -> Self {
        let finish = |text: String| {
            let identity = Bytes::from(text);
            let mut checksum = Hasher::new();
            checksum.update(&identity);
            Part { deflated: deflate(&identity), identity, checksum }
        };
        Self { parts: parts.into_iter().map(finish).collect() }
    }

    /// The page with `words` in its places, in gzip or as it is.
    pub(crate) fn with(&self, words: &[&str], encoding: Encoding) -> (Pieces, Encoding) {
        match encoding {
            Encoding::Identity => (Pieces::many(self.plain(words)), Encoding::Identity),
            Encoding::Gzip | Encoding::Brotli => (Pieces::many(self.gzip(words)), Encoding::Gzip),
        }
    }

    fn plain(&self, words: &[&str]) -> Vec<Bytes> {
        let mut pieces = Vec::with_capacity(self.parts.len() * 2);
        for (place, part) in self.parts.iter().enumerate() {
            pieces.push(part.identity.clone());
            if let Some(words) = words.get(place).filter(|_| place + 1 < self.parts.len()) {
                pieces.push(Bytes::copy_from_slice(words.as_bytes()));
            }
        }
        pieces
    }

    fn gzip(&self, words: &[&str]) -> Vec<Bytes> {
        let mut pieces = Vec::with_capacity(self.parts.len() * 2 + 2);
        let mut checksum = Hasher::new();
        let mut length: usize = 0;
        pieces.push(Bytes::from_static(&GZIP_HEAD));
        for (place, part) in self.parts.iter().enumerate() {
            pieces.push(part.deflated.clone());
            checksum.combine(&part.checksum);
            length += part.identity.len();
            if let Some(words) = words.get(place).filter(|_| place + 1 < self.parts.len()) {
                pieces.push(stored(words.as_bytes()));
                checksum.update(words.as_bytes());
                length += words.len();
            }
        }
        let mut end = Vec::with_capacity(10);
        end.extend_from_slice(&DEFLATE_END);
        end.extend_from_slice(&checksum.finalize().to_le_bytes());
        // RFC 1952: the length modulo 2^32.
        end.extend_from_slice(&(length as u32).to_le_bytes());
        pieces.push(Bytes::from(end));
        pieces
    }
}

/// Uncompressed deflate blocks, none of them final.
fn stored(bytes: &[u8]) -> Bytes {
    let mut blocks = Vec::with_capacity(bytes.len() + 5);
    for chunk in bytes.chunks(STORED_BYTES_MAX) {
        let length = chunk.len() as u16;
        blocks.push(0);
        blocks.extend_from_slice(&length.to_le_bytes());
        blocks.extend_from_slice(&(!length).to_le_bytes());
        blocks.extend_from_slice(chunk);
    }
    Bytes::from(blocks)
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

/// 16 hexadecimal digits that change with the bytes.
fn tag(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex()[..16].to_owned()
}

#[cfg(test)]
mod tests;
