//! Pictures as bytes: what they are, what they say of themselves, and smaller ones made from them.
//!
//! Pure functions. Nothing is decoded before its header was read and found within the limits below; nothing here opens
//! a file, and what a newsroom's camera noted of a place or a person never stays in what is made.

mod bare;
mod canvas;
mod exif;
mod notes;
mod parts;
mod probe;
mod scale;
mod share;
mod svg;

pub use bare::without_metadata;
pub use notes::{Noted, caption_and_credit};
pub use probe::probe;
pub use scale::{Cut, cut, scale};
pub use share::{SHARE_HEIGHT, SHARE_WIDTH, Sheet, draw_share};

/// Bytes of a picture's file.
pub const PICTURE_BYTES_MAX: usize = 32 << 20;
/// Bytes of an SVG file: markup, which browsers lay out.
pub const SVG_BYTES_MAX: usize = 4 << 20;
/// Pixels along a side.
pub const SIDE_MAX: u32 = 12_000;
/// Pixels of a picture, and of each of its frames.
pub const PIXELS_MAX: u64 = 60_000_000;
/// Frames of one that moves.
pub const FRAMES_MAX: u32 = 2_000;
/// Bytes that a decoded picture takes: 16 bits a channel are twice as many as 8.
pub const DECODED_BYTES_MAX: u64 = 256 << 20;

/// The widths in which pictures are delivered, in pixels.
pub const WIDTHS: [u32; 7] = [160, 320, 480, 640, 960, 1280, 1600];

/// What a picture is, from its first bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Facts {
    /// Its format.
    pub format: Format,
    /// Width in pixels, as it is seen: turned as the camera says.
    pub width: u32,
    /// Height in pixels, as it is seen.
    pub height: u32,
    /// Whether it has several frames.
    pub animated: bool,
    /// Whether parts of it may be transparent.
    pub has_alpha: bool,
    /// How its pixels are turned to be seen: the EXIF number, 1 to 8.
    pub orientation: u8,
}

/// The formats that are read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Format {
    /// JPEG.
    Jpeg,
    /// PNG, APNG.
    Png,
    /// GIF.
    Gif,
    /// WebP.
    WebP,
    /// SVG: a drawing without pixels, which is delivered as it is.
    Svg,
}

/// Why a picture is not taken.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Fault {
    /// Larger than the limit.
    #[error(
        "the picture has {0} bytes; save it smaller, with at most {PICTURE_BYTES_MAX} ({SVG_BYTES_MAX} for SVG)"
    )]
    Bytes(usize),
    /// Longer than the limit along a side.
    #[error("the picture measures {0} x {1} pixels; scale it to at most {SIDE_MAX} along a side")]
    Side(u32, u32),
    /// More pixels than the limit.
    #[error(
        "the picture measures {0} x {1} pixels; scale it to at most {PIXELS_MAX} pixels in all"
    )]
    Pixels(u32, u32),
    /// More frames than the limit.
    #[error("the picture has more than {FRAMES_MAX} frames; shorten it")]
    Frames,
    /// Decoded it is larger than the limit.
    #[error(
        "the picture takes {0} bytes when it is decoded, of {DECODED_BYTES_MAX} allowed; save it with 8 bits a channel or smaller"
    )]
    Decoded(u64),
    /// None of the formats.
    #[error("this is no picture that can be read; save it as JPEG, PNG, GIF, WebP or SVG")]
    Unknown,
    /// A drawing has no pixels to scale.
    #[error("an SVG drawing has no pixels; it is delivered as it is")]
    Drawing,
    /// The file does not keep to its format.
    #[error("the {format} file is damaged: {what}; save the picture again", format = .0.name(), what = .1)]
    Broken(Format, String),
}

impl Format {
    /// Its name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Gif => "GIF",
            Self::WebP => "WebP",
            Self::Svg => "SVG",
        }
    }

    fn broken(self, what: impl Into<String>) -> Fault {
        Fault::Broken(self, what.into())
    }
}

/// The point of a picture that stays in sight when it is cropped, in percent from the left and from the top.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Focus {
    /// From the left, 0 to 100.
    pub x: u8,
    /// From the top, 0 to 100.
    pub y: u8,
}

impl Default for Focus {
    /// The middle.
    fn default() -> Self {
        Self { x: 50, y: 50 }
    }
}

impl std::fmt::Display for Focus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}% {}%", self.x, self.y)
    }
}

/// A focus that means nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a focus is two whole percentages, from the left and from the top; write \"40% 30%\"")]
pub struct NoFocus;

impl std::str::FromStr for Focus {
    type Err = NoFocus;

    fn from_str(text: &str) -> Result<Self, NoFocus> {
        let percentage = |word: &str| {
            let digits =
                word.strip_suffix('%').filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
            digits.parse().ok().filter(|percent| *percent <= 100)
        };
        let mut words = text.split_ascii_whitespace();
        let (x, y) = (words.next().and_then(percentage), words.next().and_then(percentage));
        let focus = x.zip(y).filter(|_| words.next().is_none()).ok_or(NoFocus)?;
        Ok(Self { x: focus.0, y: focus.1 })
    }
}

/// The addresses of a picture in all its widths, the smallest first, each with the width in pixels that it really has.
///
/// `address` is that of the picture itself (`/media/{hash}.jpg`), `width` the width that it has. Nothing is scaled up:
/// the last one is the first that holds the whole picture, or the largest there is. Empty for drawings, which fit every
/// width, for GIF, which moves, and for addresses that are not ours.
#[must_use]
pub fn srcset(address: &str, width: u32) -> Vec<(String, u32)> {
    let scaled = address.rsplit_once('.').filter(|(stem, ending)| {
        matches!(*ending, "jpg" | "png" | "webp") && stem.starts_with("/media/") && width > 0
    });
    let Some((stem, _)) = scaled else { return Vec::new() };
    let file = |offered: &u32| (format!("{stem}-{offered}.webp"), width.min(*offered));
    offered(width).iter().map(file).collect()
}

/// The widths in which a picture of that width is delivered.
#[must_use]
pub fn offered(width: u32) -> &'static [u32] {
    let smaller = WIDTHS.iter().take_while(|offered| **offered < width).count();
    if width == 0 { &[] } else { &WIDTHS[..WIDTHS.len().min(smaller + 1)] }
}

/// The value of a `srcset` attribute; empty where [`srcset`] is.
#[must_use]
pub fn srcset_text(address: &str, width: u32) -> String {
    let told = srcset(address, width).into_iter();
    told.map(|(address, width)| format!("{address} {width}w")).collect::<Vec<_>>().join(", ")
}

/// The address for those who read no `srcset`: the widest that is delivered, or the picture's own.
#[must_use]
pub fn source(address: &str, width: u32) -> String {
    srcset(address, width).pop().map_or_else(|| address.to_owned(), |(address, _)| address)
}

#[cfg(test)]
mod tests;
