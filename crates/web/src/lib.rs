//! The paper's own site: pages in, bytes out.
//!
//! A page reads, asks the gate and answers. This room speaks no SQL, keeps no policy and reads no clock of its own;
//! locked text passes through it sealed, and is opened by the writer of an answer that holds a grant.

mod shell;
mod site;

pub use shell::address::{RangeError, TrustedProxy};
pub use shell::answer::{Answer, Pieces};
pub use shell::request::{PATH_BYTES_MAX, Request};
pub use shell::routes::{AccessClass, CacheClass, Page, ROUTES, Route, is_reserved};
pub use site::{
    BODY_BYTES_MAX, Count, Counts, HouseAdvertisement, Market, Origin, OriginError, Sent, Site,
    SiteError, SlotPicture, SlotSize, Wiring,
};
