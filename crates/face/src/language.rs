//! The five languages in which a paper speaks to its readers, and the direction of any language that an article may
//! be written in. It never holds a word of any of them: those are in `messages/`.

/// A language with a complete table of messages.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
    /// French.
    French,
    /// Spanish.
    Spanish,
    /// Japanese.
    Japanese,
}

impl Language {
    /// All of them, in the order of the variants.
    pub const ALL: [Self; 5] =
        [Self::English, Self::German, Self::French, Self::Spanish, Self::Japanese];

    /// Reads a language tag; a region or script behind the language is allowed and not looked at: `en`, `en-CA`,
    /// `de_AT`. `None` where there is no table for it.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let base = base_of(tag);
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(base))
    }

    /// The tag for `lang` attributes, without a region.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Japanese => "ja",
        }
    }

    /// In which direction it is written; today all five from left to right.
    #[must_use]
    pub fn direction(self) -> Direction {
        Direction::of(self.tag())
    }
}

/// In which direction lines are written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Direction {
    /// `ltr`.
    LeftToRight,
    /// `rtl`.
    RightToLeft,
}

/// Languages (and scripts) that are written from right to left.
const RIGHT_TO_LEFT: [&str; 15] =
    ["ar", "he", "iw", "fa", "ur", "yi", "ps", "sd", "ug", "dv", "ckb", "syr", "arc", "nqo", "rhg"];

impl Direction {
    /// The direction of any language tag, not only of those with a table: an article has its own language.
    #[must_use]
    pub fn of(tag: &str) -> Self {
        let base = base_of(tag);
        let mut scripts = tag.split(['-', '_']).skip(1).filter(|part| part.len() == 4);
        let by_script = scripts.next().map(|script| {
            ["arab", "hebr", "thaa", "syrc", "nkoo", "rohg"]
                .iter()
                .any(|known| script.eq_ignore_ascii_case(known))
        });
        let right_to_left = by_script
            .unwrap_or_else(|| RIGHT_TO_LEFT.iter().any(|known| known.eq_ignore_ascii_case(base)));
        if right_to_left { Self::RightToLeft } else { Self::LeftToRight }
    }

    /// The value of a `dir` attribute.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }
}

fn base_of(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or(tag)
}

#[cfg(test)]
mod tests;
