//! How the addresses of articles are made: the patterns among which a paper chooses. A pure function of what an article
//! says of itself; whether an address leads anywhere is not known here.

use jiff::civil::Date;

/// A pattern of article addresses. Every pattern ends with the article's slug.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub enum Permalink {
    /// `/harbour/forty-one-calls`: what a paper has that never chose.
    #[default]
    Section,
    /// `/2026/09/forty-one-calls`.
    Month,
    /// `/2026/09/16/forty-one-calls`.
    Day,
    /// `/harbour/2026/09/forty-one-calls`.
    SectionAndMonth,
    /// `/forty-one-calls`.
    Slug,
}

impl Permalink {
    /// All patterns, in the order of the setting's words.
    pub const ALL: [Self; 5] =
        [Self::Section, Self::Month, Self::Day, Self::SectionAndMonth, Self::Slug];

    /// The words of the setting `paper.permalink`, which are the patterns themselves, in the order of [`Self::ALL`].
    pub const WORDS: [&str; 5] = [
        "/{section}/{article}",
        "/{year}/{month}/{article}",
        "/{year}/{month}/{day}/{article}",
        "/{section}/{year}/{month}/{article}",
        "/{article}",
    ];

    /// The pattern, as the setting spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    /// Whether the address names the article's section; without it, two sections cannot both have a slug.
    #[must_use]
    pub const fn has_section(self) -> bool {
        matches!(self, Self::Section | Self::SectionAndMonth)
    }

    /// The address of an article: `section` and `slug` are names of `[a-z0-9-]`, `day` is that of its publication in the
    /// paper's zone. A year before 0 or after 9999 counts as 0000.
    #[must_use]
    pub fn address(self, section: &str, slug: &str, day: Date) -> String {
        let (year, month) = (day.year().max(0), day.month());
        match self {
            Self::Section => format!("/{section}/{slug}"),
            Self::Month => format!("/{year:04}/{month:02}/{slug}"),
            Self::Day => format!("/{year:04}/{month:02}/{:02}/{slug}", day.day()),
            Self::SectionAndMonth => format!("/{section}/{year:04}/{month:02}/{slug}"),
            Self::Slug => format!("/{slug}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::Permalink;

    #[test]
    fn every_pattern_is_filled() {
        let day = date(2026, 9, 6);
        let filled = Permalink::ALL.map(|permalink| permalink.address("harbour", "calls", day));
        assert_eq!(
            filled,
            [
                "/harbour/calls",
                "/2026/09/calls",
                "/2026/09/06/calls",
                "/harbour/2026/09/calls",
                "/calls"
            ]
        );
        assert_eq!(Permalink::Month.address("a", "b", date(-12, 1, 1)), "/0000/01/b");
        assert_eq!(Permalink::Day.address("a", "b", date(33, 4, 3)), "/0033/04/03/b");
    }

    #[test]
    fn the_words_are_the_patterns() {
        for permalink in Permalink::ALL {
            let spelled = permalink
                .as_str()
                .replace("{section}", "harbour")
                .replace("{article}", "calls")
                .replace("{year}", "2026")
                .replace("{month}", "09")
                .replace("{day}", "06");
            assert_eq!(spelled, permalink.address("harbour", "calls", date(2026, 9, 6)));
            assert_eq!(permalink.has_section(), permalink.as_str().contains("{section}"));
        }
        assert_eq!(Permalink::default().as_str(), "/{section}/{article}");
    }
}
