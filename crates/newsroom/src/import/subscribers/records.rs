//! Records of a list with a head (RFC 4180): commas, semicolons or tabs between fields, quoted fields over several lines, a
//! byte order mark. A record that is no UTF-8 is a fault of its own; where nobody can say any more where a record ends, the
//! list ends too. It knows no column's meaning.

use std::io::{BufRead, Read};

use super::Fault;

/// Bytes of one record, and so of all that a quoted field goes on over.
pub const ROW_BYTES_MAX: usize = 64 << 10;

/// What comes next of a list.
pub(super) enum Next {
    /// A record, and the line on which it begins.
    Record(u64, Vec<String>),
    /// One that cannot be read; the next one can.
    Broken(Fault),
    /// Nothing.
    End,
}

/// A list that is read record by record.
pub(super) struct Records<R> {
    input: R,
    /// The line of the next byte.
    line: u64,
    /// What stands between two fields.
    divider: char,
}

impl<R: BufRead> Records<R> {
    /// Of a list whose head was not read yet: the sign that its head has most often stands between its fields.
    pub(super) fn new(mut input: R) -> Result<Self, Fault> {
        let fault = |what: &str| Fault::new(1, what);
        let begins = input.fill_buf().map_err(|error| Fault::new(1, &error.to_string()))?;
        if begins.starts_with(&[0xFF, 0xFE]) || begins.starts_with(&[0xFE, 0xFF]) {
            return Err(fault("the file is UTF-16; save it as CSV in UTF-8"));
        }
        if begins.starts_with(b"PK") {
            return Err(fault("the file is a spreadsheet or an archive; save it as CSV"));
        }
        let mark = if begins.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
        let head = begins[mark..].split(|byte| *byte == b'\n').next().unwrap_or_default();
        let often = |sign: u8| {
            let mut quoted = false;
            let bare = head.iter().filter(|byte| {
                quoted ^= **byte == b'"';
                !quoted && **byte == sign
            });
            bare.count()
        };
        let divider = [b',', b';', b'\t'].into_iter().rev().max_by_key(|sign| often(*sign));
        let divider = char::from(divider.unwrap_or(b','));
        input.consume(mark);
        Ok(Self { input, line: 1, divider })
    }

    /// The next record.
    ///
    /// # Errors
    /// [`Fault`] where the list cannot be read any further.
    pub(super) fn next(&mut self) -> Result<Next, Fault> {
        let line = self.line;
        let mut record = Vec::new();
        let mut open = false;
        loop {
            let room = (ROW_BYTES_MAX + 1).saturating_sub(record.len()) as u64;
            let before = record.len();
            let count = Read::take(&mut self.input, room)
                .read_until(b'\n', &mut record)
                .map_err(|error| Fault::new(line, &format!("it cannot be read: {error}")))?;
            if record.len() > ROW_BYTES_MAX {
                let what = format!("it has more than {ROW_BYTES_MAX} bytes; is a quote open?");
                return Err(Fault::new(line, &what));
            }
            if count == 0 {
                return match record.is_empty() {
                    true => Ok(Next::End),
                    false => Err(Fault::new(line, "a quoted field does not end; close it with \"")),
                };
            }
            self.line += 1;
            // Every quote opens or closes; two in a row are one sign and change nothing.
            let quotes = record[before..].iter().filter(|byte| **byte == b'"').count();
            open ^= !quotes.is_multiple_of(2);
            if !open {
                break;
            }
        }
        Ok(match String::from_utf8(record) {
            Ok(record) => {
                Next::Record(line, fields(record.trim_end_matches(['\n', '\r']), self.divider))
            }
            Err(_) => {
                Next::Broken(Fault::new(line, "it is not UTF-8; save the file as CSV in UTF-8"))
            }
        })
    }
}

fn fields(record: &str, divider: char) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut chars = record.chars().peekable();
    while let Some(c) = chars.next() {
        let Some(field) = fields.last_mut() else { break };
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            c if c == divider && !quoted => fields.push(String::new()),
            c => field.push(c),
        }
    }
    fields
}
