//! Looking into what Stripe answered: a value at a path, where it is of the kind that is looked for. What is not there is
//! none; nothing is guessed.

use jiff::Timestamp;
use serde_json::Value;

/// The text at a path; an empty one is none.
pub(super) fn text<'v>(value: &'v Value, path: &str) -> Option<&'v str> {
    value.pointer(path)?.as_str().filter(|text| !text.is_empty())
}

/// The whole number at a path.
pub(super) fn whole(value: &Value, path: &str) -> Option<i64> {
    value.pointer(path)?.as_i64()
}

/// Whether there is a `true` at a path.
pub(super) fn flag(value: &Value, path: &str) -> bool {
    value.pointer(path).and_then(Value::as_bool).unwrap_or_default()
}

/// The instant at a path: seconds since 1970.
pub(super) fn instant(value: &Value, path: &str) -> Option<Timestamp> {
    Timestamp::from_second(whole(value, path)?).ok()
}

/// The objects of a list at a path.
pub(super) fn list<'v>(value: &'v Value, path: &str) -> &'v [Value] {
    value.pointer(path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The id of the object at a path, whether only the id is there or the object is.
pub(super) fn id<'v>(value: &'v Value, path: &str) -> Option<&'v str> {
    text(value, path).or_else(|| text(value.pointer(path)?, "/id"))
}
