//! What readers are told, as a whole: golden files in five languages, and properties over random numbers.

#[cfg(test)]
mod fuzzed;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod held;
#[cfg(test)]
mod letters;
#[cfg(test)]
mod markup;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod scene;
