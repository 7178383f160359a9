//! What every page stands on: requests and answers, the route table, finished pages, assets and the pool.
//!
//! The shell knows no page and decides nothing about access.

pub(crate) mod address;
pub(crate) mod answer;
pub(crate) mod assets;
pub(crate) mod caching;
pub(crate) mod finished;
pub(crate) mod form;
pub(crate) mod parcel;
pub(crate) mod pool;
pub(crate) mod ranges;
pub(crate) mod request;
pub(crate) mod routes;
pub(crate) mod spellings;
pub(crate) mod style;
pub(crate) mod templates;
pub(crate) mod turns;
