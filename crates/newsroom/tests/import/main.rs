//! Importers, against exports and folders as they come.

mod desk;
mod ghost;
mod markdown;
mod wordpress;
