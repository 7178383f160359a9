//! The rule of free reading, and where one person stands under it.

use crate::{Entitlement, Past, Window, WindowRule};

/// The largest allowance that a paper can set.
pub const ALLOWANCE_MAX: u32 = 1_000;

/// How many articles a person may open in one window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Allowances {
    /// Without registration.
    pub visitor: u32,
    /// With it.
    pub registered: u32,
}

/// The meter: one for the whole paper.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Meter {
    /// How many.
    pub allowances: Allowances,
    /// Over which period.
    pub window: WindowRule,
    /// The entitlement that lifts it.
    pub lifted_by: Entitlement,
}

/// Whether the article in question is among the readings.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Opened {
    /// It was opened in this window, and stays open to its end.
    Already,
    /// It was not.
    NotYet,
}

/// What the record of readings says of one person and one article.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Standing {
    /// No window is open: nothing was read, or what was read is over.
    Nothing,
    /// A window, what was read in it, and whether this article is part of that. The window may have ended: the
    /// decision looks at the clock itself.
    Counted {
        /// The person's latest window.
        window: Window,
        /// Different articles opened in it.
        read: u32,
        /// This one?
        this: Opened,
    },
    /// The record could not be asked.
    Unknown,
}

/// The four numbers that messages know, at the moment of the decision.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Meterage {
    /// Different articles opened in this window, the one in question included once it is open.
    pub read: u32,
    /// How many may be opened.
    pub allowance: u32,
    /// When the count starts again; before the first reading, when it would.
    pub window: Window,
    /// A subscription or trial that is over: the numbers are then worded differently.
    pub past: Past,
}

impl Meterage {
    /// How many more articles can be opened. Never below 0, even where merging or a lowered allowance left more
    /// readings than the allowance.
    #[must_use]
    pub const fn left(&self) -> u32 {
        self.allowance.saturating_sub(self.read)
    }
}
