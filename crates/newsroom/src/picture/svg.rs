//! The measures of a drawing: its width and height, or those of its view box. Reads the root element alone.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{Facts, Fault, Format, SVG_BYTES_MAX};

/// Bytes in which the root element has to begin.
const HEAD_BYTES_MAX: usize = 64 << 10;
/// The longest side that a drawing is told to have, in CSS pixels.
const DRAWING_SIDE_MAX: u32 = 7_700;
/// Events before the root element: declarations, comments.
const EVENTS_MAX: usize = 256;
/// What browsers take for a drawing that does not say how large it is.
const UNSAID: (f64, f64) = (300.0, 150.0);

pub(super) fn read(bytes: &[u8]) -> Result<Facts, Fault> {
    let head = bytes.get(..bytes.len().min(HEAD_BYTES_MAX)).unwrap_or(bytes);
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    if head.trim_ascii_start().first() != Some(&b'<') {
        return Err(Fault::Unknown);
    }
    let mut reader = Reader::from_reader(head);
    for _ in 0..EVENTS_MAX {
        match reader.read_event() {
            Ok(Event::Start(root) | Event::Empty(root)) if root.local_name().as_ref() == b"svg" => {
                if bytes.len() > SVG_BYTES_MAX {
                    return Err(Fault::Bytes(bytes.len()));
                }
                return Ok(measured(&root));
            }
            Ok(Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_)) => {}
            Ok(Event::Text(text)) if text.trim_ascii().is_empty() => {}
            _ => return Err(Fault::Unknown),
        }
    }
    Err(Fault::Unknown)
}

fn measured(root: &BytesStart<'_>) -> Facts {
    let (mut width, mut height, mut frame) = (None, None, None);
    for attribute in root.attributes().flatten() {
        let text = String::from_utf8_lossy(&attribute.value);
        match attribute.key.as_ref() {
            b"width" => width = length(&text),
            b"height" => height = length(&text),
            b"viewBox" => frame = sides(&text),
            _ => {}
        }
    }
    let (width, height) = match (width, height, frame) {
        (Some(width), Some(height), _) => (width, height),
        (Some(width), None, Some((w, h))) => (width, width * h / w),
        (None, Some(height), Some((w, h))) => (height * w / h, height),
        (None, None, Some(sides)) => sides,
        (width, height, None) => (width.unwrap_or(UNSAID.0), height.unwrap_or(UNSAID.1)),
    };
    let (format, orientation) = (Format::Svg, 1);
    // A drawing has no pixels that anybody would have to keep: one that is larger than the limit is shown smaller.
    let shrink = (f64::from(DRAWING_SIDE_MAX) / width.max(height)).min(1.0);
    let (width, height) = (pixels(width * shrink), pixels(height * shrink));
    Facts { format, width, height, animated: false, has_alpha: true, orientation }
}

/// A length in CSS pixels; `None` for percentages and what is no length.
fn length(text: &str) -> Option<f64> {
    let text = text.trim();
    let unit = text.find(|c: char| c.is_ascii_alphabetic() || c == '%').unwrap_or(text.len());
    let (number, unit) = text.split_at(unit);
    let factor = match unit {
        "" | "px" => 1.0,
        "pt" => 4.0 / 3.0,
        "pc" | "em" | "rem" => 16.0,
        "in" => 96.0,
        "cm" => 96.0 / 2.54,
        "mm" => 96.0 / 25.4,
        _ => return None,
    };
    number.trim().parse::<f64>().ok().map(|number| number * factor).filter(is_length)
}

fn is_length(number: &f64) -> bool {
    number.is_finite() && *number > 0.0
}

fn sides(text: &str) -> Option<(f64, f64)> {
    let mut numbers = text.split([' ', ',', '\n', '\t']).filter(|word| !word.is_empty());
    let mut next = || numbers.next()?.parse::<f64>().ok();
    let (_, _, width, height) = (next()?, next()?, next()?, next()?);
    (is_length(&width) && is_length(&height)).then_some((width, height))
}

/// Whole pixels, at least one.
fn pixels(number: f64) -> u32 {
    number.round().clamp(1.0, f64::from(DRAWING_SIDE_MAX)) as u32
}
