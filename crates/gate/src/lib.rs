//! The gate: the only door to a locked body.
//!
//! A GET asks [`Gate::admit`], which spends nothing; a POST asks [`Gate::read`], which makes at most one reading and asks
//! again. This room is the sole caller of `paywall::decide` and of [`Readings::spend`]. It knows nothing of pages, HTTP
//! or SQL, and works for articles that we do not own.

mod budget;
mod clock;
mod door;
mod memory;
mod network;
mod outage_pass;
mod password;
mod random;
mod reader;
mod readings;
mod secret;
mod visitor;

pub use budget::{CROWD_USUAL_MIN, NETWORKS_MAX, NewVisitors};
pub use clock::{Clock, STEP_BACK_MAX};
pub use door::{Gate, Identity, Made};
pub use memory::MemoryReadings;
pub use network::{Network, NetworkError};
pub use outage_pass::{
    OUTAGE_PASS_BYTES_MAX, OUTAGE_PASS_ENTITLEMENTS_MAX, OUTAGE_PASS_LASTS, OutagePassKey,
};
pub use password::{PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN, Password, PasswordHash, Unfit};
pub use random::Random;
pub use reader::ReaderId;
pub use readings::{Outage, Person, Readings, Spend, Spent};
pub use secret::{SECRET_CHARACTERS, Secret, SecretHash};
pub use visitor::{IDEMPOTENCY_KEY_BYTES, VisitorKeys, VisitorToken};
