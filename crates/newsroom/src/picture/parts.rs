//! Walks through the segments, chunks and blocks that files of pictures are made of. Never allocates, never trusts a
//! length: what lies beyond the file ends the walk.

/// A big-endian number of two bytes.
pub(super) fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

/// A big-endian number of four bytes.
pub(super) fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// A little-endian number of `wide` bytes, at most four.
pub(super) fn le(bytes: &[u8], at: usize, wide: usize) -> Option<u32> {
    let part = bytes.get(at..at + wide)?;
    Some(part.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

/// One segment of a JPEG file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment<'a> {
    /// The byte after 0xFF.
    pub(super) marker: u8,
    /// What follows its length; empty for markers without one.
    pub(super) data: &'a [u8],
    /// All of it, with the entropy-coded data that follows a start of scan.
    pub(super) whole: &'a [u8],
}

/// Start of image.
pub(super) const SOI: u8 = 0xD8;
/// End of image.
pub(super) const EOI: u8 = 0xD9;
/// Start of scan.
pub(super) const SOS: u8 = 0xDA;

/// The segments of a JPEG file from its start to its end or to the first that cannot be read. What follows the end of
/// the image is none of it.
pub(super) fn segments(bytes: &[u8]) -> impl Iterator<Item = Segment<'_>> {
    let mut at = 0;
    let mut ended = false;
    std::iter::from_fn(move || {
        if ended {
            return None;
        }
        // Any number of 0xFF may stand before a marker.
        while bytes.get(at) == Some(&0xFF) && bytes.get(at + 1) == Some(&0xFF) {
            at += 1;
        }
        let (start, marker) = (at, *bytes.get(at + 1).filter(|_| bytes.get(at) == Some(&0xFF))?);
        ended = marker == EOI;
        if matches!(marker, SOI | EOI | 0x01 | 0xD0..=0xD7) {
            at += 2;
            return Some(Segment { marker, data: &[], whole: &bytes[start..at] });
        }
        let length = usize::from(be16(bytes, at + 2)?);
        let data = bytes.get(at + 4..at + 2 + length)?;
        at += 2 + length;
        if marker == SOS {
            at = entropy_end(bytes, at);
        }
        Some(Segment { marker, data, whole: &bytes[start..at] })
    })
}

/// Where the next marker stands that is neither a stuffed byte nor a restart.
fn entropy_end(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or(&[]);
    let mut pairs = rest.windows(2);
    let found =
        pairs.position(|pair| pair[0] == 0xFF && !matches!(pair[1], 0 | 0xD0..=0xD7 | 0xFF));
    found.map_or(bytes.len(), |at| from + at)
}

/// The first bytes of every PNG file.
pub(super) const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// One chunk of a PNG or WebP file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chunk<'a> {
    /// Its four letters.
    pub(super) name: [u8; 4],
    /// What it holds.
    pub(super) data: &'a [u8],
    /// All of it, with length and check sum or padding.
    pub(super) whole: &'a [u8],
}

/// The chunks of a PNG file, up to its end or to the first that is cut off.
pub(super) fn png_chunks(bytes: &[u8]) -> impl Iterator<Item = Chunk<'_>> {
    let mut at = PNG_SIGNATURE.len();
    let mut ended = false;
    std::iter::from_fn(move || {
        let length = usize::try_from(be32(bytes, at)?).ok().filter(|_| !ended)?;
        let name = bytes.get(at + 4..at + 8)?.try_into().ok()?;
        let data = bytes.get(at + 8..(at + 8).checked_add(length)?)?;
        let whole = bytes.get(at..at + 12 + length)?;
        at += whole.len();
        ended = name == *b"IEND";
        Some(Chunk { name, data, whole })
    })
}

/// The chunks of a WebP file, up to its end or to the first that is cut off.
pub(super) fn webp_chunks(bytes: &[u8]) -> impl Iterator<Item = Chunk<'_>> {
    let mut at = 12;
    std::iter::from_fn(move || {
        let name = bytes.get(at..at + 4)?.try_into().ok()?;
        let length = usize::try_from(le(bytes, at + 4, 4)?).ok()?;
        let data = bytes.get(at + 8..(at + 8).checked_add(length)?)?;
        // Chunks have even lengths; the last one's padding may be absent.
        let end = (at + 8 + length + length % 2).min(bytes.len());
        let whole = &bytes[at..end];
        at = end;
        Some(Chunk { name, data, whole })
    })
}

/// One block of a GIF file after its header.
#[derive(Clone, Copy, Debug)]
pub(super) enum Block<'a> {
    /// A frame: width, height.
    Frame(u16, u16, &'a [u8]),
    /// An extension: its label, its first sub-block.
    Extension(u8, &'a [u8], &'a [u8]),
}

/// Where the blocks of a GIF file begin: behind the screen and its colours.
pub(super) fn gif_start(bytes: &[u8]) -> Option<usize> {
    Some(13 + colours(*bytes.get(10)?))
}

/// The blocks of a GIF file, up to its trailer or to the first that is cut off.
pub(super) fn gif_blocks(bytes: &[u8]) -> impl Iterator<Item = Block<'_>> {
    let mut at = gif_start(bytes).unwrap_or(bytes.len());
    std::iter::from_fn(move || {
        let start = at;
        match bytes.get(at)? {
            0x21 => {
                let label = *bytes.get(at + 1)?;
                let first = usize::from(*bytes.get(at + 2)?);
                let data = bytes.get(at + 3..at + 3 + first)?;
                at = sub_blocks_end(bytes, at + 2)?;
                Some(Block::Extension(label, data, &bytes[start..at]))
            }
            0x2C => {
                let (width, height) = (le(bytes, at + 5, 2)?, le(bytes, at + 7, 2)?);
                let data = at + 10 + colours(*bytes.get(at + 9)?) + 1;
                // The last frame of a file that is cut off counts: it is partly there.
                at = sub_blocks_end(bytes, data).unwrap_or(bytes.len());
                let side = |side: u32| u16::try_from(side).unwrap_or(u16::MAX);
                Some(Block::Frame(side(width), side(height), bytes.get(start..at)?))
            }
            _ => None,
        }
    })
}

/// The bytes of a table of colours.
fn colours(packed: u8) -> usize {
    if packed & 0x80 == 0 { 0 } else { 3 << ((packed & 7) + 1) }
}

fn sub_blocks_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
    }
}
