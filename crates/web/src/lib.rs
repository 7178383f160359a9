//! The paper's own site: pages in, bytes out.
//!
//! A page reads, asks the gate and answers. This room speaks no SQL, keeps no policy and reads no clock of its own;
//! locked text passes through it sealed, and is opened by the writer of an answer that holds a grant.

mod api;
mod desk;
mod feeds;
mod shell;
mod site;
mod theme;

pub use api::{Asked, MachineToken, TOKEN_MINUTE_MAX, TOKEN_PREFIX, Told};
pub use shell::address::{RangeError, TrustedProxy};
pub use shell::answer::{Answer, Pieces};
pub use shell::request::{Headers, PATH_BYTES_MAX, Request, Target};
pub use shell::routes::{
    AccessClass, CacheClass, Noun, Page, ROUTES, Route, Spelled, is_reserved, spelled,
};
pub use shell::spellings::percent_decoded;
pub use site::{
    Addresses, BODY_BYTES_MAX, Bringing, Came, Count, Counts, Crawlers, Engine, GrantError,
    Holdings, HouseAdvertisement, InvoicePaid, LedgerReport, Market, NUMBERS_DAYS_MAX, Origin,
    OriginError, RANGES_HOLD, READER_LINES_HEAD, ReaderLine, Sent, Site, SiteError, SlotPicture,
    SlotSize, TypedLicence, Wiring, body_words, csv_field, is_mail, last_day, network_size, why,
};
pub use theme::{
    Checked, StartFrom, THEME_FILE_BYTES_MAX, THEME_FILES_MAX, Theme, ThemeFault, ThemeFile,
    check_theme, starting_files,
};
