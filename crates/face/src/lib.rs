//! What readers are told: notices, walls, offers, dates, prices and the words of every page, in five languages.
//!
//! It turns the rules' values into text and markup. This room never decides about access, never holds an article's
//! text, never reads a clock and never speaks HTTP or SQL: both the paper's own site and the gateway use the same
//! words.

mod key;
mod language;
mod words;

pub use key::{Form, Key, Slot};
pub use language::{Direction, Language};
pub use words::{Args, Overrides, WORDING_BYTES_MAX, WordingFault, Words};
