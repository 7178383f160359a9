//! Width and height of a picture, from its first bytes. It decodes nothing.

use std::io::Cursor;

/// Width and height; of a drawing by its `width` and `height`. `None` for what is no picture or says no size.
pub(crate) fn of(bytes: &[u8]) -> Option<(u32, u32)> {
    let start = bytes.get(..bytes.len().min(400))?;
    if let Some(head) = std::str::from_utf8(start).ok().and_then(|head| head.split_once("<svg")) {
        let value = |name: &str| {
            let (_, after) = head.1.split_once(&format!(" {name}=\""))?;
            after.split_once('"')?.0.parse().ok()
        };
        return Some((value("width")?, value("height")?));
    }
    let reader = image::ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    reader.into_dimensions().ok()
}
