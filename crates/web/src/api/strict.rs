//! JSON as the API takes it: UTF-8, one value, no name twice in one object, nothing deeper than the limit. What is wrong is told with line
//! and column; nothing is guessed.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Objects and lists in one another, at most.
pub(crate) const JSON_DEPTH_MAX: usize = 8;

/// Reads a text.
pub(crate) fn json(text: &[u8]) -> Result<Value, String> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value = Inside(JSON_DEPTH_MAX).deserialize(&mut reader);
    let value = value.map_err(|error| error.to_string())?;
    reader.end().map_err(|error| error.to_string())?;
    Ok(value)
}

/// A value with room for so many more inside of each other.
#[derive(Clone, Copy)]
struct Inside(usize);

impl Inside {
    fn next<E: Error>(self) -> Result<Self, E> {
        match self.0.checked_sub(1) {
            Some(room) => Ok(Self(room)),
            None => Err(E::custom(format!("it is more than {JSON_DEPTH_MAX} deep"))),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Inside {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Inside {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        let number = Number::from_f64(value);
        number.map(Value::Number).ok_or_else(|| E::custom("it is no number"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let inside = self.next()?;
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(inside)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let inside = self.next()?;
        let mut fields = Map::new();
        while let Some(name) = object.next_key::<String>()? {
            if fields.contains_key(&name) {
                let named: String = name.chars().take(60).collect();
                return Err(A::Error::custom(format!("the field `{named}` is there twice")));
            }
            let value = object.next_value_seed(inside)?;
            fields.insert(name, value);
        }
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_is_read_and_nothing_else() {
        assert_eq!(json(b"{\"a\": [1, -2, 0.5, null, true, \"\\u00e4\"]}").unwrap()["a"][5], "ä");
        for (text, told) in [
            (&b""[..], "EOF"),
            (b"{} {}", "trailing"),
            (b"{\"a\": 1, \"a\": 2}", "`a` is there twice"),
            (b"{\"a\": {\"b\": 1, \"b\": 2}}", "`b` is there twice"),
            (b"{\"a\": 1,}", "line 1"),
            (b"{\"a\": \xff}", "line 1"),
            (b"NaN", "line 1"),
        ] {
            let wrong = json(text).unwrap_err();
            assert!(wrong.contains(told), "{told}: {wrong}");
        }
        let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(json(deep(JSON_DEPTH_MAX).as_bytes()).is_ok());
        assert!(json(deep(JSON_DEPTH_MAX + 1).as_bytes()).unwrap_err().contains("deep"));
        assert!(json(deep(100_000).as_bytes()).is_err());
    }
}
