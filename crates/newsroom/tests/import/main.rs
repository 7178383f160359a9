//! Importers, against exports and folders as they come.

mod corpus;
mod desk;
mod ghost;
mod held;
mod markdown;
mod wordpress;
