//! Reads what a picture is from its headers, before anything is decoded: a file of a few bytes can claim to be as large
//! as a wall, and is refused here.

use super::parts::{self, Block, SOS, be16, be32, le};
use super::{FRAMES_MAX, Facts, Fault, Format, PICTURE_BYTES_MAX, PIXELS_MAX, SIDE_MAX, exif, svg};

/// What the picture is. Reads no pixel and allocates nothing of the size that the file claims.
///
/// # Errors
/// [`Fault`] where it is beyond a limit, of no known format, or damaged in its headers.
pub fn probe(bytes: &[u8]) -> Result<Facts, Fault> {
    if bytes.len() > PICTURE_BYTES_MAX {
        return Err(Fault::Bytes(bytes.len()));
    }
    let facts = match bytes {
        [0xFF, 0xD8, ..] => jpeg(bytes)?,
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => gif(bytes)?,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => webp(bytes)?,
        _ if bytes.starts_with(parts::PNG_SIGNATURE) => png(bytes)?,
        _ => svg::read(bytes)?,
    };
    let facts = if exif::turns(facts.orientation) {
        Facts { width: facts.height, height: facts.width, ..facts }
    } else {
        facts
    };
    within_limits(facts.format, facts.width, facts.height)?;
    Ok(facts)
}

fn within_limits(format: Format, width: u32, height: u32) -> Result<(), Fault> {
    if width == 0 || height == 0 {
        return Err(format.broken("it has no pixels"));
    }
    if width.max(height) > SIDE_MAX {
        return Err(Fault::Side(width, height));
    }
    if u64::from(width) * u64::from(height) > PIXELS_MAX {
        return Err(Fault::Pixels(width, height));
    }
    Ok(())
}

fn still(format: Format, width: u32, height: u32) -> Facts {
    Facts { format, width, height, animated: false, has_alpha: false, orientation: 1 }
}

fn jpeg(bytes: &[u8]) -> Result<Facts, Fault> {
    let mut facts = None;
    let mut orientation = 1;
    for segment in parts::segments(bytes) {
        match segment.marker {
            0xC0..=0xCF if !matches!(segment.marker, 0xC4 | 0xC8 | 0xCC) => {
                let (height, width) = (be16(segment.data, 1), be16(segment.data, 3));
                let (width, height) = width.zip(height).unwrap_or_default();
                facts = Some(still(Format::Jpeg, width.into(), height.into()));
            }
            0xE1 => {
                if let Some(tiff) = segment.data.strip_prefix(b"Exif\0\0") {
                    orientation = exif::orientation(tiff);
                }
            }
            SOS => break,
            _ => {}
        }
    }
    let facts =
        facts.ok_or_else(|| Format::Jpeg.broken("it ends before it says how large it is"))?;
    Ok(Facts { orientation, ..facts })
}

fn png(bytes: &[u8]) -> Result<Facts, Fault> {
    let broken = || Format::Png.broken("it does not begin with its measures");
    let mut chunks = parts::png_chunks(bytes);
    let header = chunks.next().filter(|chunk| chunk.name == *b"IHDR").ok_or_else(broken)?;
    let (width, height) = be32(header.data, 0).zip(be32(header.data, 4)).ok_or_else(broken)?;
    let colour = *header.data.get(9).ok_or_else(broken)?;
    let mut facts =
        Facts { has_alpha: matches!(colour, 4 | 6), ..still(Format::Png, width, height) };
    for chunk in chunks {
        match &chunk.name {
            b"tRNS" => facts.has_alpha = true,
            b"acTL" => {
                let frames = be32(chunk.data, 0).unwrap_or(0);
                if frames > FRAMES_MAX {
                    return Err(Fault::Frames);
                }
                facts.animated = frames > 1;
            }
            b"fcTL" => {
                let sides = be32(chunk.data, 4).zip(be32(chunk.data, 8));
                let (width, height) = sides.unwrap_or_default();
                within_limits(Format::Png, width, height)?;
            }
            b"eXIf" => facts.orientation = exif::orientation(chunk.data),
            _ => {}
        }
    }
    Ok(facts)
}

fn gif(bytes: &[u8]) -> Result<Facts, Fault> {
    let broken = || Format::Gif.broken("it ends before its first frame");
    let (width, height) = le(bytes, 6, 2).zip(le(bytes, 8, 2)).ok_or_else(broken)?;
    let mut facts = still(Format::Gif, width, height);
    let mut frames = 0;
    for block in parts::gif_blocks(bytes) {
        match block {
            Block::Frame(width, height, _) => {
                within_limits(Format::Gif, width.into(), height.into())?;
                frames += 1;
                if frames > FRAMES_MAX {
                    return Err(Fault::Frames);
                }
            }
            Block::Extension(0xF9, control, _) => {
                facts.has_alpha |= control.first().is_some_and(|packed| packed & 1 == 1);
            }
            Block::Extension(..) => {}
        }
    }
    if frames == 0 {
        return Err(broken());
    }
    facts.animated = frames > 1;
    Ok(facts)
}

fn webp(bytes: &[u8]) -> Result<Facts, Fault> {
    let broken = || Format::WebP.broken("it ends before it says how large it is");
    let mut chunks = parts::webp_chunks(bytes);
    // The first chunk may be cut off: its own first bytes say how large the picture is.
    let first = bytes.get(12..16).ok_or_else(broken)?;
    let header = bytes.get(20..).unwrap_or(&[]);
    match first {
        b"VP8 " => {
            if header.get(3..6) != Some(b"\x9d\x01\x2a") {
                return Err(Format::WebP.broken("it has no key frame"));
            }
            let sides = le(header, 6, 2).zip(le(header, 8, 2)).ok_or_else(broken)?;
            Ok(still(Format::WebP, sides.0 & 0x3FFF, sides.1 & 0x3FFF))
        }
        b"VP8L" => {
            if header.first() != Some(&0x2F) {
                return Err(Format::WebP.broken("its lossless signature is wrong"));
            }
            let bits = le(header, 1, 4).ok_or_else(broken)?;
            let (width, height) = ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1);
            let has_alpha = bits >> 28 & 1 == 1;
            Ok(Facts { has_alpha, ..still(Format::WebP, width, height) })
        }
        b"VP8X" => {
            let sides = le(header, 4, 3).zip(le(header, 7, 3)).ok_or_else(broken)?;
            let flags = *header.first().ok_or_else(broken)?;
            let mut facts = still(Format::WebP, sides.0 + 1, sides.1 + 1);
            (facts.has_alpha, facts.animated) = (flags & 0x10 != 0, flags & 0x02 != 0);
            let mut frames = 0;
            for chunk in chunks.by_ref() {
                match &chunk.name {
                    b"ANMF" => frames += 1,
                    b"EXIF" => {
                        let tiff = chunk.data.strip_prefix(b"Exif\0\0").unwrap_or(chunk.data);
                        facts.orientation = exif::orientation(tiff);
                    }
                    _ => {}
                }
            }
            if frames > FRAMES_MAX { Err(Fault::Frames) } else { Ok(facts) }
        }
        _ => Err(Format::WebP.broken("its first chunk is none that is known")),
    }
}
