//! A grant is neither written down nor read back.
use paywall::{Decision, Grant};

fn write<T: serde::Serialize>() {}
fn read<T: serde::de::DeserializeOwned>() {}

fn main() {
    write::<Grant>();
    read::<Grant>();
    write::<Decision>();
    read::<Decision>();
}
