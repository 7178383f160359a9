//! The gaps of messages, and whether a message has plural forms. It knows no message.

/// A gap in a message that a value fills; written `{name}` in the tables.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Slot {
    /// A number; it also chooses the plural form.
    Count,
    /// A number that chooses no form: a small one in words, "five", or a percentage in digits.
    Number,
    /// Over which period readings are counted: "this month".
    Span,
    /// A day: "October 1st".
    Date,
    /// A time of day: "13:48".
    Time,
    /// The day in a month on which something recurs: "16th".
    Day,
    /// An amount of money: "$9".
    Price,
    /// The paper's name.
    Paper,
    /// A plan's name.
    Plan,
    /// A person's name, or several.
    Name,
    /// A place.
    Place,
    /// The city that names the paper's time zone.
    City,
    /// What somebody searched for.
    Query,
    /// The code that signs somebody in.
    Code,
    /// The first day of a period.
    From,
    /// What a role of the newsroom is called.
    Role,
    /// A kind of thing, or another limit beside a number.
    Kind,
}

impl Slot {
    /// All slots.
    pub const ALL: [Self; 17] = [
        Self::Count,
        Self::Number,
        Self::Span,
        Self::Date,
        Self::Time,
        Self::Day,
        Self::Price,
        Self::Paper,
        Self::Plan,
        Self::Name,
        Self::Place,
        Self::City,
        Self::Query,
        Self::Code,
        Self::From,
        Self::Role,
        Self::Kind,
    ];

    /// How it is written between braces.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Number => "number",
            Self::Span => "span",
            Self::Date => "date",
            Self::Time => "time",
            Self::Day => "day",
            Self::Price => "price",
            Self::Paper => "paper",
            Self::Plan => "plan",
            Self::Name => "name",
            Self::Place => "place",
            Self::City => "city",
            Self::Query => "query",
            Self::Code => "code",
            Self::From => "from",
            Self::Role => "role",
            Self::Kind => "kind",
        }
    }

    /// The slot of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|slot| slot.name() == name)
    }
}

/// What a table holds for a key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Form {
    /// One text.
    Text,
    /// One text for each plural category of the language, chosen by [`Slot::Count`].
    Plural,
}
