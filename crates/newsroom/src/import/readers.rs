//! The list of people who signed up, as Ghost exports it ("members", CSV): checks it line by line and hands the rows on.
//! It stores nothing and sends nothing to anybody; who becomes a reader or a subscriber is decided elsewhere.

use std::io::{BufRead, Read};

use jiff::Timestamp;

/// Bytes of one line, and of all that a quoted field goes on over.
pub const ROW_BYTES_MAX: usize = 64 << 10;
/// Columns of the file.
pub const COLUMNS_MAX: usize = 64;
/// Characters of an address, by RFC 5321.
pub const EMAIL_MAX: usize = 254;

/// One row.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Row {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Ghost's own id.
    pub id: String,
    /// The address, in small letters.
    pub email: String,
    /// The name, where there is one.
    pub name: Option<String>,
    /// What the paper noted.
    pub note: Option<String>,
    /// Whether letters are wanted.
    pub wants_letters: bool,
    /// Whether access was given without payment.
    pub complimentary: bool,
    /// The id at the payment provider.
    pub payment_id: Option<String>,
    /// When the person signed up.
    pub created_at: Option<Timestamp>,
    /// Labels of the paper's own.
    pub labels: Vec<String>,
    /// Names of what was bought or given.
    pub plans: Vec<String>,
}

/// A row that cannot be taken, or the end of what can be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct Fault {
    /// The line, from 1.
    pub line: u64,
    /// What is wrong, and what to do.
    pub what: String,
}

/// Gives every row to `each`, or what is wrong with it.
///
/// # Errors
/// [`Fault`] where the file is no list of members, or cannot be read further.
pub fn read<R: BufRead>(input: R, each: &mut dyn FnMut(Result<Row, Fault>)) -> Result<(), Fault> {
    let mut records = Records { input, line: 1 };
    let Some((_, head)) = records.next()? else {
        return Err(Fault {
            line: 1,
            what: "the file is empty; take the list that Ghost exports".to_owned(),
        });
    };
    let head: Vec<String> = head
        .iter()
        .map(|name| name.trim().trim_start_matches('\u{feff}').to_ascii_lowercase())
        .collect();
    if !head.iter().any(|name| name == "email") {
        let what = "there is no column \"email\"; take the list that Ghost exports under Members"
            .to_owned();
        return Err(Fault { line: 1, what });
    }
    if head.len() > COLUMNS_MAX {
        return Err(Fault {
            line: 1,
            what: format!("there are more than {COLUMNS_MAX} columns; drop some"),
        });
    }
    while let Some((line, fields)) = records.next()? {
        if fields.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        // Somebody who was deleted is nobody's reader.
        let deleted =
            head.iter().position(|name| name == "deleted_at").and_then(|at| fields.get(at));
        if deleted.is_none_or(|at| at.trim().is_empty()) {
            each(row(&head, &fields, line));
        }
    }
    Ok(())
}

fn row(head: &[String], fields: &[String], line: u64) -> Result<Row, Fault> {
    if fields.len() != head.len() {
        let what =
            format!("the row has {} fields, and the head {}; correct it", fields.len(), head.len());
        return Err(Fault { line, what });
    }
    let field = |name: &str| {
        let at = head.iter().position(|known| known == name)?;
        fields.get(at).map(|field| field.trim()).filter(|field| !field.is_empty())
    };
    let text = |name: &str| field(name).map(str::to_owned);
    let flag = |name: &str| match field(name).map(str::to_ascii_lowercase).as_deref() {
        None | Some("false" | "0" | "no") => Ok(false),
        Some("true" | "1" | "yes") => Ok(true),
        Some(_) => Err(Fault {
            line,
            what: format!("{name} is neither true nor false; write one of them"),
        }),
    };
    let list = |name: &str| {
        let parts = field(name).unwrap_or_default().split(',').map(str::trim);
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<String>>()
    };
    let email = field("email").unwrap_or_default().to_lowercase();
    if !is_address(&email) {
        let shown: String = email.chars().take(60).collect();
        let what = format!("\"{shown}\" is no address of mail; correct it or take the row out");
        return Err(Fault { line, what });
    }
    let created_at = match field("created_at") {
        None => None,
        Some(written) => Some(written.parse().map_err(|_| {
            let shown: String = written.chars().take(40).collect();
            Fault {
                line,
                what: format!("created_at \"{shown}\" is no instant; write 2026-11-23T17:48:32Z"),
            }
        })?),
    };
    Ok(Row {
        line,
        id: text("id").unwrap_or_default(),
        email,
        name: text("name"),
        note: text("note"),
        wants_letters: flag("subscribed_to_emails")?,
        complimentary: flag("complimentary_plan")?,
        payment_id: text("stripe_customer_id"),
        created_at,
        labels: list("labels"),
        plans: list("tiers"),
    })
}

/// Whether a text has the form of an address: something, `@`, and a host.
fn is_address(text: &str) -> bool {
    let Some((name, host)) = text.rsplit_once('@') else { return false };
    !name.is_empty()
        && !host.is_empty()
        && !host.starts_with('.')
        && !host.ends_with('.')
        && text.chars().count() <= EMAIL_MAX
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c))
}

/// Reads records of RFC 4180, a quoted field over several lines too.
struct Records<R> {
    input: R,
    /// The line of the next byte.
    line: u64,
}

impl<R: BufRead> Records<R> {
    fn next(&mut self) -> Result<Option<(u64, Vec<String>)>, Fault> {
        let line = self.line;
        let mut record = String::new();
        let mut open = false;
        loop {
            let fault = |what: String| Fault { line, what };
            let room = (ROW_BYTES_MAX + 1).saturating_sub(record.len()) as u64;
            let mut bytes = Vec::new();
            let mut limited = Read::take(&mut self.input, room);
            let count = limited
                .read_until(b'\n', &mut bytes)
                .map_err(|error| fault(format!("the file cannot be read further: {error}")))?;
            if record.len() + bytes.len() > ROW_BYTES_MAX {
                return Err(fault(format!(
                    "the row has more than {ROW_BYTES_MAX} bytes; is a quote open?"
                )));
            }
            if count == 0 {
                if record.is_empty() {
                    return Ok(None);
                }
                return Err(fault("a quoted field does not end; close it with \"".to_owned()));
            }
            let text = String::from_utf8(bytes)
                .map_err(|_| fault("the row is not UTF-8; save the file as UTF-8".to_owned()))?;
            record.push_str(&text);
            self.line += 1;
            // Every quote opens or closes; two in a row are one sign and change nothing.
            open ^= !text.matches('"').count().is_multiple_of(2);
            if !open {
                break;
            }
        }
        Ok(Some((line, fields(record.trim_end_matches(['\n', '\r'])))))
    }
}

fn fields(record: &str) -> Vec<String> {
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
            ',' if !quoted => fields.push(String::new()),
            c => field.push(c),
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> (Vec<Result<Row, Fault>>, Result<(), Fault>) {
        let mut rows = Vec::new();
        let end = read(text.as_bytes(), &mut |row| rows.push(row));
        (rows, end)
    }

    #[test]
    fn rows_are_read_with_their_lines() {
        let (rows, end) = told(
            "\u{feff}id,Email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,\
             deleted_at,labels,tiers\r\n1,A@b.example,\"Ann \"\"A\"\"\nB\",,true,,cus_1,\
             2026-11-23T17:48:32.000Z,,\"x, y\",Gold\r\n\r\n2,c@d.example,,,,true,,,,,\n3,e@f.example,,,,,,,\
             2026-11-23T17:48:32.000Z,,\n",
        );
        assert_eq!(end, Ok(()));
        let rows: Vec<Row> = rows.into_iter().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 2);
        assert_eq!((rows[0].line, rows[1].line), (2, 5));
        assert_eq!(rows[0].email, "a@b.example");
        assert_eq!(rows[0].name.as_deref(), Some("Ann \"A\"\nB"));
        assert!(rows[0].wants_letters && !rows[0].complimentary && rows[1].complimentary);
        assert_eq!(rows[0].payment_id.as_deref(), Some("cus_1"));
        assert_eq!(rows[0].labels, ["x", "y"]);
        assert_eq!(rows[0].plans, ["Gold"]);
        assert_eq!(
            rows[0].created_at.map(|at| at.to_string()).as_deref(),
            Some("2026-11-23T17:48:32Z")
        );
    }

    #[test]
    fn a_bad_row_does_not_stop_the_rest() {
        let (rows, end) = told(
            "email,complimentary_plan,created_at\nnobody,,\na@b.example,perhaps,\na@b.example,,today\n\
             a@b.example\na@b.example,,\n",
        );
        assert_eq!(end, Ok(()));
        let says: Vec<String> = rows
            .iter()
            .map(|row| row.as_ref().err().map_or(String::new(), ToString::to_string))
            .collect();
        assert!(says[0].starts_with("line 2: \"nobody\" is no address"), "{says:?}");
        assert!(says[1].starts_with("line 3: complimentary_plan is neither"), "{says:?}");
        assert!(says[2].starts_with("line 4: created_at"), "{says:?}");
        assert!(says[3].starts_with("line 5: the row has 1 fields"), "{says:?}");
        assert_eq!(says[4], "");
    }

    #[test]
    fn what_is_no_list_is_a_fault() {
        for (text, says) in [
            ("", "is empty"),
            ("id,name\n", "no column \"email\""),
            ("email\n\"a@b.example\n", "does not end"),
        ] {
            let (rows, end) = told(text);
            assert!(rows.is_empty());
            assert!(end.as_ref().is_err_and(|fault| fault.what.contains(says)), "{text} {end:?}");
        }
        let (_, end) = told(&format!("email\n{}\n", "a".repeat(ROW_BYTES_MAX)));
        assert!(end.is_err_and(|fault| fault.line == 2 && fault.what.contains("more than")));
        let mut rows = 0;
        let end = read(&b"email\na@b.example\n\xff\n"[..], &mut |_| rows += 1);
        assert!(rows == 1 && end.is_err_and(|fault| fault.line == 3));
        let wide = vec!["email"; COLUMNS_MAX + 1].join(",");
        assert!(told(&wide).1.is_err());
    }
}
