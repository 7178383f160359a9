//! What readers are told, as a whole: golden files in five languages, and properties over random numbers.

mod golden;
mod markup;
mod properties;
mod scene;
