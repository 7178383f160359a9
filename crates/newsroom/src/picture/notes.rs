//! What an agency or a photographer wrote into a picture: its caption, and whose it is. IPTC first (IIM 4.2, in JPEG),
//! then XMP. Everything else that stands there is not read.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::parts::{self, be16, be32};
use super::{Format, probe};

/// Characters of a caption that are taken; a longer one is cut after a word.
pub(super) const CAPTION_CHARS_MAX: usize = 2_000;
/// Characters of a credit that are taken.
pub(super) const CREDIT_CHARS_MAX: usize = 120;
/// Bytes of XMP that are read.
const XMP_BYTES_MAX: usize = 256 << 10;
/// Events of XMP that are read.
const XMP_EVENTS_MAX: usize = 20_000;
/// Bytes of IPTC that are read.
const IPTC_BYTES_MAX: usize = 1 << 20;

/// What a picture says of itself. Plain text, one line each.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Noted {
    /// What it shows.
    pub caption: Option<String>,
    /// Whose it is, without the ©.
    pub credit: Option<String>,
}

/// Reads the caption and the credit of a picture; `None` where it says neither, or is no picture.
#[must_use]
pub fn caption_and_credit(bytes: &[u8]) -> Option<Noted> {
    let facts = probe(bytes).ok()?;
    let (iptc, xmp) = match facts.format {
        Format::Jpeg => (iptc(bytes), jpeg_xmp(bytes)),
        Format::Png => (Noted::default(), png_xmp(bytes)),
        Format::WebP => {
            let found = parts::webp_chunks(bytes).find(|chunk| chunk.name == *b"XMP ");
            (Noted::default(), found.map(|chunk| chunk.data))
        }
        Format::Gif | Format::Svg => return None,
    };
    let xmp = xmp.map(read_xmp).unwrap_or_default();
    let noted = Noted { caption: iptc.caption.or(xmp.caption), credit: iptc.credit.or(xmp.credit) };
    (noted != Noted::default()).then_some(noted)
}

/// One line without control characters, cut after a word where it is too long.
fn line(text: &str, max: usize) -> Option<String> {
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let text: String = text.chars().map(clean).take(max * 4).collect();
    let mut line = String::new();
    let mut count = 0;
    for word in text.split_whitespace() {
        count += word.chars().count() + 1;
        if count > max {
            line.push('…');
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    (!line.is_empty()).then_some(line)
}

/// A credit as the paper prints it: the © stands before it there already.
fn credit_line(text: &str) -> Option<String> {
    let text = text.trim_start();
    let rest = ["©", "(c)", "(C)", "Copyright"].iter().find_map(|sign| text.strip_prefix(sign));
    let rest = rest.unwrap_or(text).trim_start();
    line(rest.strip_prefix('©').unwrap_or(rest), CREDIT_CHARS_MAX)
}

/// Datasets of record 2 that are read.
const BYLINE: u8 = 80;
const CREDIT: u8 = 110;
const COPYRIGHT: u8 = 116;
const CAPTION: u8 = 120;

fn iptc(bytes: &[u8]) -> Noted {
    let head: &[u8] = b"Photoshop 3.0\0";
    let mut resources = Vec::new();
    for segment in parts::segments(bytes).filter(|segment| segment.marker == 0xED) {
        let part = segment.data.strip_prefix(head).unwrap_or(&[]);
        if resources.len() + part.len() <= IPTC_BYTES_MAX {
            resources.extend_from_slice(part);
        }
    }
    iim(&resources).map(read_iim).unwrap_or_default()
}

/// The IIM block among Photoshop's resources.
fn iim(mut resources: &[u8]) -> Option<&[u8]> {
    loop {
        let rest = resources.strip_prefix(b"8BIM")?;
        let id = be16(rest, 0)?;
        // A name of even length, its own length included.
        let name = usize::from(*rest.get(2)?) + 1;
        let at = 2 + name + name % 2;
        let length = usize::try_from(be32(rest, at)?).ok()?;
        let data = rest.get(at + 4..(at + 4).checked_add(length)?)?;
        if id == 0x0404 {
            return Some(data);
        }
        resources = rest.get(at + 4 + length + length % 2..)?;
    }
}

fn read_iim(mut data: &[u8]) -> Noted {
    let mut is_utf8 = false;
    let mut found: [Option<&[u8]>; 4] = [None; 4];
    while let [0x1C, record, dataset, rest @ ..] = data {
        // Extended datasets, of more than 32 KiB, hold nothing for us.
        let Some(length) = be16(rest, 0).map(usize::from).filter(|length| *length < 0x8000) else {
            break;
        };
        let Some(value) = rest.get(2..2 + length) else { break };
        match (record, *dataset) {
            (1, 90) => is_utf8 = value == b"\x1b%G",
            (2, dataset) => {
                let known =
                    [CAPTION, CREDIT, BYLINE, COPYRIGHT].iter().position(|id| *id == dataset);
                if let Some(place) = known {
                    found[place] = found[place].or(Some(value));
                }
            }
            _ => {}
        }
        data = rest.get(2 + length..).unwrap_or(&[]);
    }
    let text = |bytes: &[u8]| decoded(bytes, is_utf8);
    let [caption, credits @ ..] = found.map(|value| value.map(text));
    Noted {
        caption: caption.and_then(|text| line(&text, CAPTION_CHARS_MAX)),
        credit: credits.into_iter().flatten().find_map(|text| credit_line(&text)),
    }
}

/// UTF-8 where the picture says so or the bytes are, else Latin-1, which the older ones have.
fn decoded(bytes: &[u8], is_utf8: bool) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) if is_utf8 => String::from_utf8_lossy(bytes).into_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

fn jpeg_xmp(bytes: &[u8]) -> Option<&[u8]> {
    let mut segments = parts::segments(bytes).filter(|segment| segment.marker == 0xE1);
    segments.find_map(|segment| segment.data.strip_prefix(b"http://ns.adobe.com/xap/1.0/\0"))
}

fn png_xmp(bytes: &[u8]) -> Option<&[u8]> {
    let mut chunks = parts::png_chunks(bytes).filter(|chunk| chunk.name == *b"iTXt");
    // The keyword, no compression, no language, no translated keyword.
    chunks.find_map(|chunk| chunk.data.strip_prefix(b"XML:com.adobe.xmp\0\0\0\0\0"))
}

/// The properties that are read, by their usual names; the first three hold lists.
const PROPERTIES: [&[u8]; 4] =
    [b"dc:description", b"dc:creator", b"dc:rights", b"photoshop:Credit"];

fn read_xmp(bytes: &[u8]) -> Noted {
    let bytes = bytes.get(..bytes.len().min(XMP_BYTES_MAX)).unwrap_or(bytes);
    let mut reader = Reader::from_reader(bytes);
    let mut found: [String; 4] = Default::default();
    let mut inside: Option<usize> = None;
    for _ in 0..XMP_EVENTS_MAX {
        match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) => {
                for attribute in element.attributes().flatten() {
                    let name = attribute.key.as_ref();
                    if let Some(place) = PROPERTIES.iter().position(|known| *known == name) {
                        let value = quick_xml::escape::unescape(
                            std::str::from_utf8(&attribute.value).unwrap_or_default(),
                        );
                        found[place] = value.map(std::borrow::Cow::into_owned).unwrap_or_default();
                    }
                }
                let name = element.name();
                let place = PROPERTIES.iter().position(|known| *known == name.as_ref());
                inside = place.or(inside).filter(|place| found[*place].is_empty());
            }
            Ok(Event::Text(text)) => {
                if let Some(place) = inside {
                    found[place].push_str(&String::from_utf8_lossy(&text));
                }
            }
            Ok(Event::GeneralRef(reference)) => {
                if let Some(place) = inside {
                    found[place].push_str(&named(&reference));
                }
            }
            Ok(Event::End(element)) => {
                // The first item of a list is the one for everybody.
                let name = element.name();
                let is_full = |place: usize| !found[place].trim().is_empty();
                if name.as_ref().ends_with(b":li") && inside.is_some_and(is_full)
                    || PROPERTIES.contains(&name.as_ref())
                {
                    inside = None;
                }
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    let [caption, creator, rights, credit] = found;
    Noted {
        caption: line(&caption, CAPTION_CHARS_MAX),
        credit: [credit, creator, rights].iter().find_map(|text| credit_line(text)),
    }
}

/// The character of a reference, as `amp` or `#233`.
fn named(reference: &[u8]) -> String {
    let name = String::from_utf8_lossy(reference);
    let text = format!("&{name};");
    quick_xml::escape::unescape(&text).map(std::borrow::Cow::into_owned).unwrap_or_default()
}
