//! The Date header of answers that we write ourselves: put into words once a second, not once a request.

use std::cell::Cell;
use std::time::SystemTime;

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
const DATE_BYTES: usize = 29;

/// The date, as of the last look.
#[derive(Debug)]
pub(super) struct Date(Cell<[u8; DATE_BYTES]>);

impl Date {
    /// The date as of now.
    pub(super) fn new() -> Self {
        let date = Self(Cell::new([0; DATE_BYTES]));
        date.look();
        date
    }

    /// Looks at the clock. It is the machine's own, as hyper's is: the header says when a message was sent.
    pub(super) fn look(&self) {
        #[expect(clippy::disallowed_methods, reason = "nothing is decided by this instant")]
        let now = httpdate::fmt_http_date(SystemTime::now());
        if let Ok(date) = now.as_bytes().try_into() {
            self.0.set(date);
        }
    }

    /// Writes the header, without the end of its line.
    pub(super) fn push(&self, head: &mut Vec<u8>) {
        head.extend_from_slice(b"date: ");
        head.extend_from_slice(&self.0.get());
    }
}
