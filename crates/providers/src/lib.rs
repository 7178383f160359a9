//! The outside world, as far as the paper goes out to it. What comes back are plain facts; no rule is made here.

mod front;

pub use front::{Fetched, Front, FrontError, PAGE_BYTES_MAX};
