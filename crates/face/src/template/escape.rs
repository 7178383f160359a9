//! How text becomes markup: `&`, `<`, `>` and both quotes are written as entities, and nothing else is, so that addresses
//! stay readable in the page's source.

use minijinja::value::Value;
use minijinja::{Error, Output, State, escape_formatter};

/// The formatter of every template of the house. Values marked as markup pass as they are.
///
/// # Errors
/// What the template engine says of a value that cannot be written.
pub fn escape(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let text = match value.as_str() {
        Some(text) if !value.is_safe() => text,
        _ => return escape_formatter(out, state, value),
    };
    let mut rest = text;
    while let Some(place) = rest.find(['&', '<', '>', '"', '\'']) {
        let (before, from) = rest.split_at(place);
        let (entity, after) = match from.as_bytes().first() {
            Some(b'&') => ("&amp;", &from[1..]),
            Some(b'<') => ("&lt;", &from[1..]),
            Some(b'>') => ("&gt;", &from[1..]),
            Some(b'"') => ("&quot;", &from[1..]),
            _ => ("&#39;", &from[1..]),
        };
        out.write_str(before)?;
        out.write_str(entity)?;
        rest = after;
    }
    out.write_str(rest)?;
    Ok(())
}
