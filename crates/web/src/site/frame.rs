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

impl State {
    /// How templates call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Open => "open",
            Self::Wall => "wall",
        }
    }

    /// The state of that name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::Ask, Self::Open, Self::Wall].into_iter().find(|state| state.name() == name)
    }

    /// The places that its frame has, in any order but that the notice comes before the bar.
    const fn places(self) -> &'static [&'static str] {
        match self {
            Self::Ask => &[],
            Self::Open => &["aside", "bar", "notes", "notice", "rest"],
            Self::Wall => &["wall"],
        }
    }
}

/// Whether a rendered frame has each of its places once and no other.
///
/// # Errors
/// What is wrong with it, in a designer's words.
pub(crate) fn is_whole(text: &str, state: State) -> Result<(), String> {
    let frame = stretches(text);
    let places: Vec<&str> = frame
        .iter()
        .map(|stretch| stretch.place.as_str())
        .filter(|place| !place.is_empty())
        .collect();
    let mut sorted = places.clone();
    sorted.sort_unstable();
    if sorted != state.places() {
        let wanted = state.places().iter().map(|place| format!("slots.{place}"));
        let wanted: Vec<String> = wanted.collect();
        let wanted = if wanted.is_empty() { "none".to_owned() } else { wanted.join(", ") };
        return Err(format!(
            "prints the places {places:?}; it has to print each of these once: {wanted}"
        ));
    }
    let place = |wanted: &str| places.iter().position(|place| *place == wanted);
    if place("bar") < place("notice") {
        return Err(
            "prints slots.bar before slots.notice; their words would change places".to_owned()
        );
    }
    Ok(())
}

/// Whether a text has a place in it.
pub(crate) fn has_mark(text: &str) -> bool {
    text.contains(MARK)
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
