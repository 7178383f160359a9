//! Prints pictures in a row, and cards of what somebody else shows. A card is words and a link; the frame behind it comes only when a
//! reader asks for it, by the page's own script. Nothing here is fetched.

use super::blocks::{Chunk, Fenced};
use super::boxes::{Drawn, draw, keyed, numbered, quoted};
use super::embeds;
use super::limits::{ADDRESS_BYTES_MAX, GALLERY_MAX, GALLERY_MIN, HEADLINE_MAX};
use super::press::{Counted, Half, Numbered, Press};
use super::words::escape;

/// How wide a picture of a row is drawn: six sevenths of the text, so that the next one is seen to be there.
const ROW_SIZES: &str = "(min-width:600px) 480px, calc(86vw - 28px)";
const ROW_KEYS: [&str; 4] = ["file", "alt", "caption", "credit"];
const EMBED_KEYS: [&str; 2] = ["title", "caption"];

/// Pictures in a row that scrolls sideways. Each begins with its line `file:`.
pub(super) fn gallery(press: &mut Press<'_>, half: &mut Half, fenced: &Fenced<'_>) {
    let name =
        quoted(press, "the title of the gallery", fenced.argument, fenced.line, HEADLINE_MAX);
    let pictures = pictures(press, fenced.inner);
    if !(GALLERY_MIN..=GALLERY_MAX).contains(&pictures.len()) {
        press.faults.at(
            fenced.line,
            format!(
                "the gallery has {} pictures; it takes {GALLERY_MIN} to {GALLERY_MAX}, each beginning with a line file:",
                pictures.len()
            ),
        );
    }
    half.end_at = None;
    half.html.push_str("<div class=\"gallery\">");
    if let Some(name) = name {
        half.html.push_str("<p class=\"gallery-name\">");
        escape(&mut half.html, name);
        half.html.push_str("</p>");
    }
    let count = press.context.words.pictures.replace("{number}", &pictures.len().to_string());
    half.html.push_str("<div tabindex=\"0\" role=\"region\" aria-label=\"");
    if let Some(name) = name {
        escape(&mut half.html, name);
        half.html.push_str(", ");
    }
    escape(&mut half.html, &count);
    half.html.push_str("\">");
    for drawn in &pictures {
        press.count(Counted::Pictures, || drawn.line);
        draw(press, half, drawn, ("<figure>", ROW_SIZES));
    }
    half.html.push_str("</div></div>\n");
}

/// The pictures of a gallery, as far as they have what each needs.
fn pictures<'t>(press: &Press<'_>, inner: Chunk<'t>) -> Vec<Drawn<'t>> {
    let mut starts = Vec::new();
    let mut offset = 0;
    for (number, line) in numbered(inner) {
        let begins = line.split_once(':').is_some_and(|(key, _)| key.trim() == "file");
        if begins {
            starts.push(offset);
        } else if starts.is_empty() && !line.trim().is_empty() {
            press.faults.at(
                number,
                "a picture of a gallery begins with its file; write file: pictures/NAME first",
            );
        }
        offset += line.len() + 1;
    }
    let ends = starts.iter().skip(1).copied().chain([inner.text.len()]);
    let pieces = starts.iter().copied().zip(ends);
    let drawn = pieces.filter_map(|(start, end)| {
        let text = inner.text.get(start..end)?;
        let line = inner.line_at(start);
        let [file, alt, caption, credit] = keyed(press, "picture", ROW_KEYS, Chunk { text, line });
        let Some(alt) = alt else {
            press.faults.at(line, "the picture has no line alt: write what it shows");
            return None;
        };
        Some(Drawn { file: file?, alt, caption, credit, line })
    });
    drawn.collect()
}

/// A card of a film, a sound, a chart or a map that somebody else shows.
pub(super) fn embed(press: &mut Press<'_>, half: &mut Half, fenced: &Fenced<'_>) {
    press.count(Counted::Embeds, || fenced.line);
    let address =
        quoted(press, "the link of the embed", fenced.argument, fenced.line, ADDRESS_BYTES_MAX);
    let [title, caption] = keyed(press, "embed", EMBED_KEYS, fenced.inner);
    let Some(address) = address else {
        press.faults.at(fenced.line, "the embed has no link; write ::: embed \"https://..\"");
        return;
    };
    let Some(title) = title else {
        press.faults.at(fenced.line, "the embed has no line title: write what it is");
        return;
    };
    let embedded = match embeds::read(address) {
        Ok(embedded) => embedded,
        Err(what) => {
            press.faults.at(fenced.line, what);
            return;
        }
    };
    half.end_at = None;
    // The frame and its button are the script's; without it this is a card with a link.
    half.html.push_str("<figure class=\"");
    half.html.push_str(embedded.shape.class());
    half.html.push_str("\" data-frame=\"");
    escape(&mut half.html, &embedded.frame);
    half.html.push_str("\" data-load=\"");
    escape(&mut half.html, &press.context.words.load.replace("{name}", embedded.provider));
    half.html.push_str("\"><p>");
    let link = press.open_link(half, address, Numbered::Yes, || fenced.line);
    half.html.push_str(&link);
    escape(&mut half.html, title);
    half.html.push_str("</a> <span>");
    half.html.push_str(embedded.provider);
    half.html.push_str("</span></p>");
    if let Some(caption) = caption {
        half.html.push_str("<figcaption>");
        escape(&mut half.html, caption);
        half.html.push_str("</figcaption>");
    }
    half.html.push_str("</figure>\n");
}
