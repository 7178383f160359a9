//! The one thing of EXIF that matters for a picture: how it is turned. Everything else in it is somebody's affair.

use super::parts::{be16, be32, le};

/// The tag of the orientation.
const ORIENTATION: u32 = 0x0112;
/// Entries of a directory that are looked at.
const ENTRIES_MAX: usize = 512;

/// The orientation, 1 to 8, in a block of EXIF that begins with its byte order; 1 where it says nothing that is known.
pub(super) fn orientation(tiff: &[u8]) -> u8 {
    read(tiff).filter(|number| (1..=8).contains(number)).unwrap_or(1)
}

fn read(tiff: &[u8]) -> Option<u8> {
    let big = match tiff.get(..4)? {
        b"MM\0*" => true,
        b"II*\0" => false,
        _ => return None,
    };
    let two = |at| if big { be16(tiff, at).map(u32::from) } else { le(tiff, at, 2) };
    let four = |at| if big { be32(tiff, at) } else { le(tiff, at, 4) };
    let directory = usize::try_from(four(4)?).ok().filter(|at| *at < tiff.len())?;
    let count = usize::try_from(two(directory)?).ok()?.min(ENTRIES_MAX);
    let entries = (0..count).map(|number| directory + 2 + number * 12);
    let mut found = entries.filter(|at| two(*at) == Some(ORIENTATION));
    u8::try_from(two(found.next()? + 8)?).ok()
}

/// A block of EXIF that says nothing but the orientation.
pub(super) fn only(orientation: u8) -> Vec<u8> {
    let mut tiff = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    tiff.extend([orientation, 0, 0, 0, 0, 0, 0]);
    tiff
}

/// Whether width and height change places.
pub(super) const fn turns(orientation: u8) -> bool {
    orientation >= 5
}
