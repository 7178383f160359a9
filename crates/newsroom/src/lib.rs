//! The rules of publishing: what an article is, and readers of the formats in which a newsroom keeps its articles.
//!
//! Pure functions over text. This room never does input or output, never reads a clock, never decides who may read
//! what: the part of an article that is not for everybody leaves it as a [`paywall::Sealed`] body, which only a grant
//! opens. The teaser is cut here, once, when an article is read; nobody cuts it again later.

mod advertisement;
mod article;
mod draft;
mod folder;
pub mod import;
mod market;
mod name;
mod paper;
pub mod picture;
mod scope;
mod staff;

pub use advertisement::{
    ADVERTISEMENT_BYTES_MAX, ADVERTISEMENT_CHARS_MAX, Advertisement, Frames, read_advertisement,
    secure_origin,
};
pub use article::{
    Announcement, Article, Body, Correction, Direction, Genre, Head, LeadImage, ORIGIN, Part,
    Teaser, UnknownGenre,
};
pub use draft::{Draft, DraftImage};
pub use folder::limits;
pub use folder::{ATTACHMENT_ENDINGS, PICTURE_ENDINGS};
pub use folder::{
    BodyWords, Context, FRAME_ORIGINS, Fault, Outline, cross_check, named_files, outline,
    print_paper, read_article, read_paper,
};
pub use import::slug_of_words;
pub use market::{MARKET_BYTES_MAX, MarketFault, QUOTE_CHARS_MAX, QUOTES_MAX, read_market};
pub use name::{ArticleId, NAME_BYTES_MAX, NameError, Slug};
pub use paper::{
    Arrangement, Author, Drawing, Front, PaperFile, Quote, Section, Series, Tag, Tide,
};
pub use scope::{Scope, UnknownScope};
pub use staff::{Deed, Role, UnknownRole};
