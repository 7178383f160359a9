//! The frame of an article's page: markup with places into which sealed text, or one person's own words, are set later.

/// Marks the places of a frame: no text of ours has this character.
const MARK: char = '\u{1}';

/// Which page of an article it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum State {
    Ask,
    Open,
    Wall,
}

/// A stretch of a rendered frame, and the place that comes after it.
pub(crate) struct Stretch {
    pub(crate) text: String,
    pub(crate) place: String,
}

/// Cuts a rendered frame at its places.
pub(crate) fn stretches(text: &str) -> Vec<Stretch> {
    let mut parts = text.split(MARK);
    let mut frame = Vec::new();
    while let Some(part) = parts.next() {
        let place = parts.next().unwrap_or("").to_owned();
        frame.push(Stretch { text: part.to_owned(), place });
    }
    frame
}

/// The name of a place as the template writes it.
pub(crate) fn mark(place: &str) -> String {
    format!("{MARK}{place}{MARK}")
}
