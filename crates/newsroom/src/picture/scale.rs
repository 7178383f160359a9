//! Makes a smaller picture: decoded within limits, turned as it is seen, scaled with its transparent parts weighed,
//! without metadata, as WebP. Never larger than the original, never more than the first frame.

use std::collections::BTreeSet;
use std::io::Cursor;

use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::codecs::{gif::GifDecoder, jpeg::JpegDecoder, png::PngDecoder, webp::WebPDecoder};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, Limits, RgbImage, RgbaImage};

use super::{DECODED_BYTES_MAX, Facts, Fault, Focus, Format, exif, probe, without_metadata};

/// WebP's quality: above it, bytes grow faster than anybody sees.
const QUALITY: f32 = 80.0;
/// The same of a part that others are made from later.
const CUT_QUALITY: f32 = 92.0;
/// How hard lossless WebP is pressed.
const EFFORT: f32 = 75.0;
/// Pixels that are looked at to tell a drawing from a photograph.
const SAMPLES: usize = 1 << 16;
/// Colours that a drawing has among them, at most.
const INKS_MAX: usize = 64;
/// Fewer colours than these have none between them.
const FLAT_MAX: usize = 8;

/// The picture as WebP, `width` pixels wide or as wide as it is.
///
/// # Errors
/// [`Fault`] where it is beyond a limit or damaged; [`Fault::Drawing`] for SVG.
pub fn scale(bytes: &[u8], width: u32) -> Result<Vec<u8>, Fault> {
    let facts = probe(bytes)?;
    let whole = decode(bytes, &facts)?;
    let (wide, high) = fitted(&facts, width.max(1));
    let press = match inks(&whole) {
        None => Press::Photograph,
        Some(_) if u64::from(wide) * 8 <= u64::from(facts.width) * 3 => Press::Fine,
        Some(inks) => Press::Inks(inks),
    };
    // One that has this width already, and is WebP, does not become better by being pressed again.
    let is_webp = facts.format == Format::WebP && facts.orientation == 1 && !facts.animated;
    let ready = if wide == facts.width && is_webp { Some(without_metadata(bytes)?) } else { None };
    if let (Some(ready), Press::Inks(_)) = (&ready, &press) {
        return Ok(ready.clone());
    }
    let filter = if press == Press::Fine { FilterType::Gaussian } else { FilterType::Lanczos3 };
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter));
    let made = encode(&resized(whole, &facts, (wide, high), options)?, &press, QUALITY)?;
    Ok(ready.filter(|ready| ready.len() <= made.len()).unwrap_or(made))
}

/// A part of a picture, in thousandths of its sides as it is seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cut {
    left: u16,
    top: u16,
    width: u16,
    height: u16,
}

impl Cut {
    /// Thousandths of a side that a part has at the least.
    const SIDE_MIN: u16 = 10;

    /// A part that begins so far from the left and from the top; `None` where it is not inside of the picture, or next to nothing.
    #[must_use]
    pub const fn new(left: u16, top: u16, width: u16, height: u16) -> Option<Self> {
        let is_inside =
            left <= 1_000 && top <= 1_000 && width <= 1_000 - left && height <= 1_000 - top;
        if is_inside && width >= Self::SIDE_MIN && height >= Self::SIDE_MIN {
            Some(Self { left, top, width, height })
        } else {
            None
        }
    }
}

/// A part of the picture as a picture of its own: WebP, turned as it is seen, with its width and height.
///
/// # Errors
/// [`Fault`] as with [`scale`].
pub fn cut(bytes: &[u8], part: Cut) -> Result<(Vec<u8>, (u32, u32)), Fault> {
    let facts = probe(bytes)?;
    let (wide, high) = (facts.width, facts.height);
    let whole = resized(decode(bytes, &facts)?, &facts, (wide, high), ResizeOptions::new())?;
    let of = |side: u32, thousandths: u16| {
        u32::try_from(u64::from(side) * u64::from(thousandths) / 1_000).unwrap_or(side)
    };
    let (left, top) = (of(wide, part.left).min(wide - 1), of(high, part.top).min(high - 1));
    let cut_wide = of(wide, part.width).clamp(1, wide - left);
    let cut_high = of(high, part.height).clamp(1, high - top);
    let cut = whole.crop_imm(left, top, cut_wide, cut_high);
    let press = inks(&cut).map_or(Press::Photograph, Press::Inks);
    Ok((encode(&cut, &press, CUT_QUALITY)?, (cut_wide, cut_high)))
}

/// What kind of picture it is for the press.
#[derive(PartialEq, Eq, Debug)]
enum Press {
    /// Many colours: lossy.
    Photograph,
    /// A drawing or halftone of these colours, whose lines and dots are still seen: in these colours alone it is small.
    Inks(Vec<[u8; 3]>),
    /// One that is drawn at three eighths of its size or less: its lines and dots melt into tones, softly, or they would beat
    /// against the pixels (moiré).
    Fine,
}

/// The part of the picture around its focus that has the shape of `wide` x `high`, in that size.
pub(super) fn cover(
    bytes: &[u8],
    (wide, high): (u32, u32),
    focus: Focus,
) -> Result<RgbaImage, Fault> {
    let facts = probe(bytes)?;
    let whole = decode(bytes, &facts)?;
    let Focus { x, y } = turned_back(focus, facts.orientation);
    let centre = (f64::from(x) / 100.0, f64::from(y) / 100.0);
    let options = ResizeOptions::new().fit_into_destination(Some(centre));
    Ok(resized(whole, &facts, (wide, high), options)?.into_rgba8())
}

fn fitted(facts: &Facts, width: u32) -> (u32, u32) {
    let wide = width.min(facts.width);
    let exact = u64::from(facts.height) * u64::from(wide) + u64::from(facts.width) / 2;
    let high = exact / u64::from(facts.width.max(1));
    (wide, u32::try_from(high).unwrap_or(u32::MAX).max(1))
}

/// Its pixels, 8 bits each, not turned yet.
fn decode(bytes: &[u8], facts: &Facts) -> Result<DynamicImage, Fault> {
    let format = facts.format;
    let broken = |error: image::ImageError| match error {
        image::ImageError::Limits(_) => Fault::Decoded(DECODED_BYTES_MAX + 1),
        error => format.broken(error.to_string()),
    };
    let file = Cursor::new(bytes);
    let decoder: Box<dyn ImageDecoder> = match format {
        Format::Jpeg => Box::new(JpegDecoder::new(file).map_err(broken)?),
        Format::Png => Box::new(PngDecoder::with_limits(file, limits()).map_err(broken)?),
        Format::Gif => Box::new(GifDecoder::new(file).map_err(broken)?),
        Format::WebP => Box::new(WebPDecoder::new(file).map_err(broken)?),
        Format::Svg => return Err(Fault::Drawing),
    };
    decoded(decoder, facts).map_err(|fault| fault.unwrap_or_else(broken))
}

/// Either a fault of ours or one of the decoder's.
enum Undecoded {
    Fault(Fault),
    Image(image::ImageError),
}

impl Undecoded {
    fn unwrap_or_else(self, tell: impl FnOnce(image::ImageError) -> Fault) -> Fault {
        match self {
            Self::Fault(fault) => fault,
            Self::Image(error) => tell(error),
        }
    }
}

fn decoded(
    mut decoder: Box<dyn ImageDecoder + '_>,
    facts: &Facts,
) -> Result<DynamicImage, Undecoded> {
    let sides = decoder.dimensions();
    let told = if exif::turns(facts.orientation) {
        (facts.height, facts.width)
    } else {
        (facts.width, facts.height)
    };
    // What was checked has to be what is decoded.
    if sides != told {
        let what =
            format!("it is {} x {} pixels and says {} x {}", sides.0, sides.1, told.0, told.1);
        return Err(Undecoded::Fault(facts.format.broken(what)));
    }
    if decoder.total_bytes() > DECODED_BYTES_MAX {
        return Err(Undecoded::Fault(Fault::Decoded(decoder.total_bytes())));
    }
    decoder.set_limits(limits()).map_err(Undecoded::Image)?;
    DynamicImage::from_decoder(decoder).map_err(Undecoded::Image)
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    // The picture itself, and as much again for the decoder's own work.
    limits.max_alloc = Some(2 * DECODED_BYTES_MAX);
    limits
}

/// Scales to `(wide, high)` as the picture is seen, cropped as the options say; then turns.
fn resized(
    whole: DynamicImage,
    facts: &Facts,
    (wide, high): (u32, u32),
    options: ResizeOptions,
) -> Result<DynamicImage, Fault> {
    let orientation =
        Orientation::from_exif(facts.orientation).unwrap_or(Orientation::NoTransforms);
    let (wide, high) = if exif::turns(facts.orientation) { (high, wide) } else { (wide, high) };
    let broken = |error: String| facts.format.broken(format!("it cannot be scaled: {error}"));
    let run = |pixels: Vec<u8>, (from_wide, from_high): (u32, u32), kind: PixelType| {
        if (from_wide, from_high) == (wide, high) {
            return Ok(pixels);
        }
        let from = Image::from_vec_u8(from_wide, from_high, pixels, kind)
            .map_err(|error| broken(error.to_string()))?;
        let mut to = Image::new(wide, high, kind);
        let done = Resizer::new().resize(&from, &mut to, &options);
        done.map_err(|error| broken(error.to_string())).map(|()| to.into_vec())
    };
    let sides = (whole.width(), whole.height());
    let unfit = || broken("a row is missing".to_owned());
    let mut scaled = if whole.color().has_alpha() {
        let pixels = run(whole.into_rgba8().into_raw(), sides, PixelType::U8x4)?;
        DynamicImage::from(RgbaImage::from_raw(wide, high, pixels).ok_or_else(unfit)?)
    } else {
        let pixels = run(whole.into_rgb8().into_raw(), sides, PixelType::U8x3)?;
        DynamicImage::from(RgbImage::from_raw(wide, high, pixels).ok_or_else(unfit)?)
    };
    scaled.apply_orientation(orientation);
    Ok(scaled)
}

/// Where the focus lies before the picture is turned.
fn turned_back(focus: Focus, orientation: u8) -> Focus {
    let Focus { x, y } = focus;
    let (back_x, back_y) = (100 - x.min(100), 100 - y.min(100));
    let (x, y) = match orientation {
        2 => (back_x, y),
        3 => (back_x, back_y),
        4 => (x, back_y),
        5 => (y, x),
        6 => (y, back_x),
        7 => (back_y, back_x),
        8 => (back_y, x),
        _ => (x, y),
    };
    Focus { x, y }
}

/// The colours of a drawing, lettering or halftone: of a picture that has few. `None` for photographs.
fn inks(whole: &DynamicImage) -> Option<Vec<[u8; 3]>> {
    let (DynamicImage::ImageRgb8(_) | DynamicImage::ImageRgba8(_)) = whole else { return None };
    let wide = usize::from(whole.color().bytes_per_pixel());
    let pixels = whole.as_bytes().chunks_exact(wide);
    // An odd step, so that no column of a regular picture is met alone.
    let step = (pixels.len() / SAMPLES) | 1;
    let mut colours = BTreeSet::new();
    for pixel in pixels.step_by(step) {
        let [red, green, blue, ..] = pixel else { return None };
        if colours.insert([*red, *green, *blue]) && colours.len() > INKS_MAX {
            return None;
        }
    }
    let mut inks: Vec<[u8; 3]> = colours.into_iter().collect();
    // Flat colours have none between them yet, which edges need when they are scaled.
    if inks.len() < FLAT_MAX {
        let mixed = |one: u8, other: u8| one.midpoint(other);
        let pairs = inks.iter().enumerate().flat_map(|(place, one)| {
            inks[place + 1..]
                .iter()
                .map(move |other| std::array::from_fn(|c| mixed(one[c], other[c])))
        });
        let between: Vec<[u8; 3]> = pairs.collect();
        inks.extend(between);
    }
    Some(inks)
}

/// The same picture in these colours alone, each pixel in the nearest.
fn inked(picture: &RgbImage, inks: &[[u8; 3]]) -> RgbImage {
    // One place for colours that differ in their last two bits alone.
    let mut known: Vec<Option<[u8; 3]>> = vec![None; 1 << 18];
    let mut inked = picture.clone();
    for pixel in inked.pixels_mut() {
        let [red, green, blue] = pixel.0.map(|c| usize::from(c >> 2));
        let place = red << 12 | green << 6 | blue;
        let ink = known[place].unwrap_or_else(|| nearest(pixel.0, inks));
        known[place] = Some(ink);
        pixel.0 = ink;
    }
    inked
}

fn nearest(colour: [u8; 3], inks: &[[u8; 3]]) -> [u8; 3] {
    let distance = |ink: &&[u8; 3]| {
        let apart = ink.iter().zip(colour).map(|(one, other)| u32::from(one.abs_diff(other)));
        apart.map(|apart| apart * apart).sum::<u32>()
    };
    inks.iter().min_by_key(distance).copied().unwrap_or(colour)
}

/// Lossy; what has few colours, and shows them, lossless as well, whichever is smaller.
fn encode(picture: &DynamicImage, press: &Press, quality: f32) -> Result<Vec<u8>, Fault> {
    let opaque = picture.as_rgba8().is_none_or(|rgba| rgba.pixels().all(|pixel| pixel.0[3] == 255));
    let (wide, high) = (picture.width(), picture.height());
    let pressed = |encoder: webp::Encoder<'_>, lossless, quality| {
        let pressed = encoder.encode_simple(lossless, quality);
        pressed.map(|bytes| bytes.to_vec()).map_err(|error| {
            Format::WebP.broken(format!("{wide} x {high} pixels cannot be pressed: {error:?}"))
        })
    };
    if let (DynamicImage::ImageRgba8(rgba), false) = (picture, opaque) {
        let encoder = || webp::Encoder::from_rgba(rgba, wide, high);
        let lossy = pressed(encoder(), false, quality)?;
        if !matches!(press, Press::Inks(_)) {
            return Ok(lossy);
        }
        let lossless = pressed(encoder(), true, EFFORT)?;
        return Ok(if lossless.len() <= lossy.len() { lossless } else { lossy });
    }
    let rgb = picture.to_rgb8();
    let lossy = pressed(webp::Encoder::from_rgb(&rgb, wide, high), false, quality)?;
    // Tones that melted into one another are too many for lossless.
    let Press::Inks(inks) = press else { return Ok(lossy) };
    let inked = inked(&rgb, inks);
    let lossless = pressed(webp::Encoder::from_rgb(&inked, wide, high), true, EFFORT)?;
    Ok(if lossless.len() <= lossy.len() { lossless } else { lossy })
}
