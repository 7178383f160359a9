//! A sheet of opaque pixels on which areas, pictures and lines of text are set. Whatever lies outside of it is not drawn.

use ab_glyph::{Font, FontRef, Glyph, GlyphId, PxScale, ScaleFont, point};
use image::{RgbImage, RgbaImage};

/// Red, green, blue.
pub(super) type Colour = [u8; 3];

/// Left, top, width, height.
pub(super) type Area = (u32, u32, u32, u32);

/// The sheet.
pub(super) struct Canvas {
    pub(super) pixels: RgbImage,
}

impl Canvas {
    pub(super) fn new(wide: u32, high: u32, ground: Colour) -> Self {
        Self { pixels: RgbImage::from_pixel(wide, high, image::Rgb(ground)) }
    }

    pub(super) fn fill(&mut self, (left, top, wide, high): Area, colour: Colour) {
        for y in top..top.saturating_add(high) {
            for x in left..left.saturating_add(wide) {
                self.mix((x, y), colour, 1.0);
            }
        }
    }

    pub(super) fn set(&mut self, picture: &RgbaImage, (left, top): (u32, u32)) {
        for (x, y, pixel) in picture.enumerate_pixels() {
            let [red, green, blue, alpha] = pixel.0;
            self.mix((left + x, top + y), [red, green, blue], f32::from(alpha) / 255.0);
        }
    }

    /// A square that stands on a corner.
    pub(super) fn diamond(
        &mut self,
        (middle_x, middle_y): (u32, u32),
        radius: u32,
        colour: Colour,
    ) {
        for y in 0..=radius {
            let half = radius - y;
            let left = middle_x.saturating_sub(half);
            self.fill((left, middle_y + y, 2 * half + 1, 1), colour);
            self.fill((left, middle_y.saturating_sub(y), 2 * half + 1, 1), colour);
        }
    }

    fn mix(&mut self, (x, y): (u32, u32), colour: Colour, share: f32) {
        let Some(pixel) = self.pixels.get_pixel_mut_checked(x, y) else { return };
        for (below, above) in pixel.0.iter_mut().zip(colour) {
            let mixed = f32::from(*below) * (1.0 - share) + f32::from(above) * share;
            *below = mixed.round().clamp(0.0, 255.0) as u8;
        }
    }
}

/// A face in one size.
pub(super) struct Face<'a> {
    font: &'a FontRef<'a>,
    scale: PxScale,
    tracking: f32,
}

impl<'a> Face<'a> {
    /// `size` is that of the em in pixels, as in style sheets; `tracking` is a part of it.
    pub(super) fn new(font: &'a FontRef<'a>, size: f32, tracking: f32) -> Self {
        let em = font.units_per_em().unwrap_or(1000.0);
        let scale = PxScale::from(size * font.height_unscaled() / em);
        Self { font, scale, tracking: size * tracking }
    }

    /// The glyphs of a line with their places, and how wide it is.
    fn line(&self, text: &str) -> (Vec<(GlyphId, f32)>, f32) {
        let font = self.font.as_scaled(self.scale);
        let (mut glyphs, mut x) = (Vec::new(), 0.0);
        let mut before = None;
        for c in text.chars() {
            let glyph = font.glyph_id(c);
            if let Some(before) = before.replace(glyph) {
                x += font.kern(before, glyph) + self.tracking;
            }
            glyphs.push((glyph, x));
            x += font.h_advance(glyph);
        }
        (glyphs, x)
    }

    /// Its width in pixels.
    pub(super) fn width(&self, text: &str) -> f32 {
        self.line(text).1
    }

    /// Sets a line with its beginning and its baseline at a point.
    pub(super) fn set(&self, canvas: &mut Canvas, text: &str, (x, y): (f32, f32), colour: Colour) {
        for (id, offset) in self.line(text).0 {
            let glyph = Glyph { id, scale: self.scale, position: point(x + offset, y) };
            let Some(outlined) = self.font.outline_glyph(glyph) else { continue };
            let bounds = outlined.px_bounds();
            outlined.draw(|dx, dy, share| {
                let place = (bounds.min.x + dx as f32, bounds.min.y + dy as f32);
                if place.0 >= 0.0 && place.1 >= 0.0 {
                    canvas.mix((place.0 as u32, place.1 as u32), colour, share.min(1.0));
                }
            });
        }
    }

    /// Breaks a text into lines of at most `wide` pixels: at blanks, and inside of a word that is wider by itself.
    pub(super) fn lines(&self, text: &str, wide: f32) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut current = String::new();
        for word in text.split_whitespace() {
            let longer =
                if current.is_empty() { word.to_owned() } else { format!("{current} {word}") };
            if self.width(&longer) <= wide {
                current = longer;
                continue;
            }
            if !current.is_empty() {
                lines.push(std::mem::take(&mut current));
            }
            for c in word.chars() {
                current.push(c);
                if self.width(&current) > wide && current.chars().count() > 1 {
                    current.pop();
                    lines.push(std::mem::replace(&mut current, c.to_string()));
                }
            }
        }
        if !current.is_empty() {
            lines.push(current);
        }
        lines
    }
}

/// Whether the font has a sign for every letter.
pub(super) fn covers(font: &FontRef<'_>, text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || font.glyph_id(c).0 != 0)
}
