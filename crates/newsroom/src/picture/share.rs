//! The picture that stands for an article where somebody shares it: the paper's name over its neat-line, the headline,
//! the lead image around its focus. Drawn from what everybody may see; it never knows a body.

use ab_glyph::FontRef;
use image::codecs::jpeg::JpegEncoder;

use super::canvas::{Area, Canvas, Colour, Face, covers};
use super::{Fault, Focus, Format, scale};

/// Width in pixels: the shape that is asked for everywhere.
pub const SHARE_WIDTH: u32 = 1200;
/// Height in pixels.
pub const SHARE_HEIGHT: u32 = 630;

const PAPER: Colour = [0xFB, 0xFB, 0xF8];
const INK: Colour = [0x14, 0x18, 0x1B];
const MAGENTA: Colour = [0x9B, 0x1B, 0x6A];

const MARGIN: u32 = 56;
/// Where the lead image begins, beside the headline.
const PICTURE_LEFT: u32 = 672;
/// Between text and lead image.
const GUTTER: u32 = 48;
/// How high the strip with the paper's name is, neat-line included.
const STRIP: u32 = 124;
const NAME_BASELINE: f32 = 84.0;
/// The name's sizes, the largest that fits is taken.
const NAME_SIZES: [f32; 6] = [48.0, 44.0, 40.0, 36.0, 32.0, 28.0];
/// The headline's sizes beside a picture.
const NARROW_SIZES: [f32; 5] = [70.0, 64.0, 58.0, 52.0, 46.0];
/// The headline's sizes without one.
const WIDE_SIZES: [f32; 5] = [104.0, 92.0, 82.0, 72.0, 62.0];
/// Line height as a part of the size.
const LEADING: f32 = 1.08;
/// Lines of a headline; a longer one ends with an ellipsis.
const LINES_MAX: usize = 4;
const QUALITY: u8 = 86;

/// What is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// The paper's name.
    pub paper_name: &'a str,
    /// The headline; `None` draws the picture without text, as a language that is set from the right wants it.
    pub headline: Option<&'a str>,
    /// The lead image and the point of it that stays in sight.
    pub picture: Option<(&'a [u8], Focus)>,
    /// The headline's font, TrueType. Text with letters that it does not have is left out.
    pub font: &'a [u8],
}

/// Draws the picture, as JPEG.
///
/// # Errors
/// [`Fault`] where the lead image cannot be used; a sheet without it can be drawn then.
pub fn draw_share(sheet: &Sheet<'_>) -> Result<Vec<u8>, Fault> {
    let broken = |what: String| Format::Jpeg.broken(what);
    let font = FontRef::try_from_slice(sheet.font)
        .map_err(|error| broken(format!("the headline's font cannot be used: {error}")))?;
    let headline = sheet.headline.filter(|text| covers(&font, text) && !text.trim().is_empty());
    let mut canvas = Canvas::new(SHARE_WIDTH, SHARE_HEIGHT, PAPER);
    let is_named = covers(&font, sheet.paper_name);
    let top = if is_named { STRIP } else { 0 };
    let area: Area = match headline {
        Some(_) => (PICTURE_LEFT, 0, SHARE_WIDTH - PICTURE_LEFT, SHARE_HEIGHT),
        None => (0, top, SHARE_WIDTH, SHARE_HEIGHT - top),
    };
    let is_beside = headline.is_some() && sheet.picture.is_some();
    let right = if is_beside { PICTURE_LEFT - GUTTER } else { SHARE_WIDTH - MARGIN };
    if let Some((bytes, focus)) = sheet.picture {
        canvas.set(&scale::cover(bytes, (area.2, area.3), focus)?, (area.0, area.1));
    }
    if is_named {
        let wide = (right - MARGIN) as f32;
        let faces = NAME_SIZES.map(|size| Face::new(&font, size, -0.015));
        let fits = faces.iter().find(|face| face.width(sheet.paper_name) <= wide);
        if let Some(face) = fits.or(faces.last()) {
            face.set(&mut canvas, sheet.paper_name, (MARGIN as f32, NAME_BASELINE), INK);
        }
        neat_line(&mut canvas, (MARGIN, STRIP - 24, right - MARGIN, 8));
    }
    if let Some(headline) = headline {
        let sizes = if is_beside { NARROW_SIZES } else { WIDE_SIZES };
        set_headline(&mut canvas, &font, headline, (MARGIN, right), sizes);
    }
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
        .encode_image(&canvas.pixels)
        .map_err(|error| broken(error.to_string()))?;
    Ok(jpeg)
}

/// A chart's border: framed, black and white by turns.
fn neat_line(canvas: &mut Canvas, (left, top, wide, high): Area) {
    canvas.fill((left, top, wide, high), INK);
    canvas.fill((left + 1, top + 1, wide - 2, high - 2), PAPER);
    for tick in (0..wide).step_by(32) {
        canvas.fill((left + tick, top + 2, 16.min(wide - tick), high - 4), INK);
    }
}

/// The headline on the foot of the sheet, with the diamond that ends every article.
fn set_headline(
    canvas: &mut Canvas,
    font: &FontRef<'_>,
    text: &str,
    (left, right): (u32, u32),
    sizes: [f32; 5],
) {
    let wide = (right - left) as f32;
    let smallest = sizes[sizes.len() - 1];
    let set = |size: f32| (size, Face::new(font, size, -0.01).lines(text, wide));
    // A size in which no word has to be broken, if there is one.
    let holds = |(size, lines): &(f32, Vec<String>)| {
        let face = Face::new(font, *size, -0.01);
        lines.len() <= LINES_MAX && text.split_whitespace().all(|word| face.width(word) <= wide)
    };
    let found = sizes.into_iter().map(set).find(holds);
    let (size, mut lines) = found.unwrap_or_else(|| set(smallest));
    let face = Face::new(font, size, -0.01);
    if lines.len() > LINES_MAX {
        lines.truncate(LINES_MAX);
        if let Some(last) = lines.last_mut() {
            while face.width(&format!("{last}…")) > wide && last.pop().is_some() {}
            last.truncate(last.trim_end().len());
            last.push('…');
        }
    }
    let foot = (SHARE_HEIGHT - MARGIN) as f32 - size * 0.12;
    let count = lines.len();
    for (number, line) in lines.iter().enumerate() {
        let up = (count - 1 - number) as f32 * size * LEADING;
        face.set(canvas, line, (left as f32, (foot - up).round()), INK);
    }
    let behind = lines.last().map_or(0.0, |line| face.width(line)) + size * 0.34;
    let radius = size * 0.13;
    if behind + radius <= wide {
        let middle = (left as f32 + behind, foot - size * 0.2);
        canvas.diamond((middle.0 as u32, middle.1 as u32), radius as u32, MAGENTA);
    }
}
