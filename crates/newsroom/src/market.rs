//! Reads the market's numbers from the file that a paper drops in: one line for each quote, `name,value,change`. It
//! never touches the disk, and one bad line never hides the others.

use crate::Quote;

/// The largest file, in bytes.
pub const MARKET_BYTES_MAX: usize = 64 * 1024;
/// Quotes that are taken, at most.
pub const QUOTES_MAX: usize = 12;
/// The longest field, in characters.
pub const QUOTE_CHARS_MAX: usize = 40;

/// A line that was passed over, and why.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct MarketFault {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong, and what to write.
    pub what: String,
}

/// Reads the file: the quotes that can be shown, and the lines that cannot. Fields stand in quotation marks where they
/// hold a comma; a first line `name,value,change`, empty lines and lines that begin with `#` are passed over. A change
/// begins with `+`, `-` or `−`, or is `0` with whatever follows.
#[must_use]
pub fn read_market(bytes: &[u8]) -> (Vec<Quote>, Vec<MarketFault>) {
    let (mut quotes, mut faults) = (Vec::new(), Vec::new());
    let mut fault = |line, what: &str| faults.push(MarketFault { line, what: what.to_owned() });
    if bytes.len() > MARKET_BYTES_MAX {
        fault(1, "the file is larger than 64 KiB; keep it to a line for each quote");
        return (quotes, faults);
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        fault(1, "the file is not UTF-8; save it as such");
        return (quotes, faults);
    };
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    for (line, row) in (1..).zip(text.lines()) {
        let is_heading = line == 1 && row.trim().eq_ignore_ascii_case("name,value,change");
        if row.trim().is_empty() || row.starts_with('#') || is_heading {
            continue;
        }
        if quotes.len() == QUOTES_MAX {
            fault(line, "the strip has room for 12 quotes; this one and those below are left out");
            break;
        }
        match quote(row) {
            Ok(quote) => quotes.push(quote),
            Err(what) => fault(line, what),
        }
    }
    (quotes, faults)
}

fn quote(row: &str) -> Result<Quote, &'static str> {
    let fields = fields(row).ok_or("a quotation mark is not closed; write \"2,118\"")?;
    let [name, value, change] = fields.as_slice() else {
        return Err("there are not three fields; write name,value,change");
    };
    let fits = |field: &String| {
        (1..=QUOTE_CHARS_MAX).contains(&field.chars().count())
            && !field.chars().any(char::is_control)
    };
    if !fields.iter().all(fits) {
        return Err("a field is empty or longer than 40 characters");
    }
    if !change.starts_with(['+', '-', '−', '0']) {
        return Err("the change has no sign; write +0.8% or −1.4%");
    }
    Ok(Quote { name: name.clone(), value: value.clone(), change: change.clone() })
}

/// The fields of a line (RFC 4180); `None` where a quotation mark is not closed.
fn fields(row: &str) -> Option<Vec<String>> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut letters = row.trim_end_matches('\r').chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                field.push('"');
                letters.next();
            }
            '"' if quoted || field.trim().is_empty() => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field).trim().to_owned()),
            other => field.push(other),
        }
    }
    fields.push(field.trim().to_owned());
    (!quoted).then_some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_bad_lines_are_told_apart() {
        let text = "name,value,change\nFreight,\"2,118\",−1.4%\n\n# a remark\nCod,4.10,+0.8%\nNo sign,1,2\n\
                    two,fields\n\"open,1,+2\n,1,+2\nFlat,9,0.0%\n";
        let (quotes, faults) = read_market(text.as_bytes());
        let names: Vec<&str> = quotes.iter().map(|quote| quote.name.as_str()).collect();
        assert_eq!(names, ["Freight", "Cod", "Flat"]);
        assert_eq!(quotes[0].value, "2,118");
        assert!(quotes[0].is_down() && !quotes[1].is_down());
        let lines: Vec<usize> = faults.iter().map(|fault| fault.line).collect();
        assert_eq!(lines, [6, 7, 8, 9]);
    }

    #[test]
    fn the_limits_hold() {
        let many: String = (0..50).map(|n| format!("Q{n},1,+1\n")).collect();
        let (quotes, faults) = read_market(many.as_bytes());
        assert_eq!((quotes.len(), faults.len()), (QUOTES_MAX, 1));
        let (quotes, faults) = read_market(&vec![b'a'; MARKET_BYTES_MAX + 1]);
        assert_eq!((quotes.len(), faults.len()), (0, 1));
        assert_eq!(read_market(&[0xFF, 0xFE]).1.len(), 1);
        let long = format!("{},1,+1", "x".repeat(QUOTE_CHARS_MAX + 1));
        assert_eq!(read_market(long.as_bytes()).0.len(), 0);
        assert_eq!(read_market(b""), (Vec::new(), Vec::new()));
    }
}
