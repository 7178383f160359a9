//! The store under test, by its public door alone: what it answers, and what is on the disk when it was torn away.
//!
//! One binary, so that it is linked once. Nothing here measures time; waits for another thread or process have an end.
//! Raw SQL looks behind the store's back where an answer alone would prove nothing.

#![expect(clippy::unwrap_used, reason = "a test that cannot set its stage has to fail")]

mod addresses;
mod articles;
mod calls;
mod contract;
mod expiry;
mod faults;
mod feed;
mod hints;
mod invoices;
mod kept_answers;
mod kill;
mod mails;
mod media;
mod model;
mod numbers;
mod pages;
mod parallel;
mod power;
mod schema;
mod search;
mod search_model;
mod settings;
mod shim;
mod stage;
mod widths;
