//! Reading of whole files through the public API.

mod boxes;
mod corpus;
mod desk;
mod halves;
mod head;
mod limits;
mod markup;
mod paper;
mod pictures;
mod properties;
mod sample;
mod text;
