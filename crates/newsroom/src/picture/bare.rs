//! Takes out of a file what its picture does not need to be seen: where it was taken, with what, by whom, small copies
//! that show what was cropped away. Pixels are not touched, nothing is decoded.

use super::parts::{self, Block, EOI, SOI};
use super::{Fault, Format, exif, probe};

/// The same picture without metadata. Of what a camera wrote, only how the picture is turned stays, and the colours
/// that its numbers mean. SVG comes back as it is.
///
/// # Errors
/// [`Fault`] as [`probe`] has them.
pub fn without_metadata(bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    let facts = probe(bytes)?;
    Ok(match facts.format {
        Format::Jpeg => jpeg(bytes, facts.orientation),
        Format::Png => png(bytes, facts.orientation),
        Format::Gif => gif(bytes),
        Format::WebP => webp(bytes, facts.orientation),
        Format::Svg => bytes.to_vec(),
    })
}

fn jpeg(bytes: &[u8], orientation: u8) -> Vec<u8> {
    let mut bare = Vec::with_capacity(bytes.len());
    for segment in parts::segments(bytes) {
        let stays = match segment.marker {
            0xE0 => segment.data.starts_with(b"JFIF\0"),
            0xE2 => segment.data.starts_with(b"ICC_PROFILE\0"),
            0xEE => segment.data.starts_with(b"Adobe"),
            0xE1..=0xEF | 0xFE => false,
            _ => true,
        };
        if stays {
            bare.extend_from_slice(segment.whole);
        }
        if segment.marker == SOI && orientation != 1 {
            let tiff = exif::only(orientation);
            let length = u16::try_from(tiff.len() + 8).unwrap_or(u16::MAX);
            bare.extend([0xFF, 0xE1]);
            bare.extend(length.to_be_bytes());
            bare.extend_from_slice(b"Exif\0\0");
            bare.extend(tiff);
        }
    }
    if !bare.ends_with(&[0xFF, EOI]) {
        bare.extend([0xFF, EOI]);
    }
    bare
}

/// Chunks of a PNG file, besides the critical ones, that change what is seen.
const PNG_STAYS: [&[u8; 4]; 12] = [
    b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs", b"acTL", b"fcTL",
    b"fdAT", b"cICP",
];

fn png(bytes: &[u8], orientation: u8) -> Vec<u8> {
    let mut bare = Vec::with_capacity(bytes.len());
    bare.extend_from_slice(parts::PNG_SIGNATURE);
    for chunk in parts::png_chunks(bytes) {
        if chunk.name[0].is_ascii_uppercase() || PNG_STAYS.contains(&&chunk.name) {
            bare.extend_from_slice(chunk.whole);
        }
        if chunk.name == *b"IHDR" && orientation != 1 {
            let tiff = exif::only(orientation);
            let length = u32::try_from(tiff.len()).unwrap_or(0);
            bare.extend(length.to_be_bytes());
            let named: Vec<u8> = b"eXIf".iter().copied().chain(tiff).collect();
            bare.extend_from_slice(&named);
            bare.extend(crc(&named).to_be_bytes());
        }
    }
    bare
}

/// The check sum of PNG (ISO 3309), bit by bit: it is of 30 bytes.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            sum >> 1 ^ (0xEDB8_8320 & (sum & 1).wrapping_neg())
        })
    })
}

fn gif(bytes: &[u8]) -> Vec<u8> {
    let start = parts::gif_start(bytes).unwrap_or(0).min(bytes.len());
    let mut bare = bytes[..start].to_vec();
    for block in parts::gif_blocks(bytes) {
        match block {
            Block::Frame(_, _, whole) | Block::Extension(0xF9, _, whole) => {
                bare.extend_from_slice(whole);
            }
            // How often it is repeated.
            Block::Extension(0xFF, b"NETSCAPE2.0" | b"ANIMEXTS1.0", whole) => {
                bare.extend_from_slice(whole);
            }
            Block::Extension(..) => {}
        }
    }
    bare.push(0x3B);
    bare
}

/// The flags of an extended WebP file for EXIF and XMP.
const WEBP_NOTES: u8 = 0x08 | 0x04;
const WEBP_EXIF: u8 = 0x08;
const WEBP_STAYS: [&[u8; 4]; 6] = [b"VP8 ", b"VP8L", b"ICCP", b"ALPH", b"ANIM", b"ANMF"];

fn webp(bytes: &[u8], orientation: u8) -> Vec<u8> {
    let mut bare = b"RIFF\0\0\0\0WEBP".to_vec();
    for chunk in parts::webp_chunks(bytes) {
        if chunk.name == *b"VP8X" {
            let start = bare.len();
            bare.extend_from_slice(chunk.whole);
            if let Some(flags) = bare.get_mut(start + 8) {
                *flags &= !WEBP_NOTES;
                *flags |= if orientation == 1 { 0 } else { WEBP_EXIF };
            }
        } else if WEBP_STAYS.contains(&&chunk.name) {
            bare.extend_from_slice(chunk.whole);
            if chunk.whole.len() % 2 == 1 {
                bare.push(0);
            }
        }
    }
    if orientation != 1 {
        let tiff = exif::only(orientation);
        bare.extend_from_slice(b"EXIF");
        bare.extend(u32::try_from(tiff.len()).unwrap_or(0).to_le_bytes());
        bare.extend(tiff);
    }
    let length = u32::try_from(bare.len() - 8).unwrap_or(u32::MAX).to_le_bytes();
    bare[4..8].copy_from_slice(&length);
    bare
}
