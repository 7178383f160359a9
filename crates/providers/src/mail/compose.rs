//! A mail as the bytes that a server takes: a head and two texts, everything in ASCII. A line of the head is one line,
//! whoever wrote it.

use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};

use super::{MAIL_BYTES_MAX, MAIL_LINE_BYTES_MAX, Mail, MailError, told};

/// A mail, ready to be handed over.
pub(super) struct Composed {
    pub(super) envelope: Envelope,
    pub(super) bytes: Vec<u8>,
}

/// Writes the mail.
pub(super) fn compose(mail: &Mail) -> Result<Composed, MailError> {
    check(mail)?;
    let wrong = |what: &str, error: &dyn std::fmt::Display| {
        MailError::Never(format!("{what} cannot be written as a mail's: {}", told(error)))
    };
    let address =
        |text: &str| text.parse::<Address>().map_err(|error| wrong("the address", &error));
    let name = Some(mail.from.name.clone()).filter(|name| !name.is_empty());
    let mut builder = Message::builder()
        .from(Mailbox::new(name, address(&mail.from.address)?))
        .to(Mailbox::new(None, address(&mail.to)?))
        .subject(mail.subject.clone())
        .message_id(Some(format!("<{}>", mail.message_id)))
        .date(mail.sent_at);
    for (name, value) in more_lines(mail) {
        let name = HeaderName::new_from_ascii_str(name);
        builder = builder.raw_header(HeaderValue::new(name, value));
    }
    // Their line between the parts is the mail's own, so that the same mail is the same bytes at each try.
    let boundary = format!("=_{}", mail.message_id.split('@').next().unwrap_or_default());
    let parts = MultiPart::alternative()
        .boundary(boundary)
        .singlepart(SinglePart::plain(mail.plain.clone()))
        .singlepart(SinglePart::html(mail.html.clone()));
    let message = builder.multipart(parts).map_err(|error| wrong("the text", &error))?;
    let bytes = message.formatted();
    if !bytes.is_ascii() {
        return Err(MailError::Never("its head holds letters beyond ASCII".to_owned()));
    }
    Ok(Composed { envelope: message.envelope().clone(), bytes })
}

/// Lines that say that no person typed it, and how mails of its kind are ended.
fn more_lines(mail: &Mail) -> Vec<(&'static str, String)> {
    let mut lines = vec![("Auto-Submitted", "auto-generated".to_owned())];
    if let Some(address) = &mail.unsubscribe {
        lines.push(("List-Unsubscribe", format!("<{address}>")));
        lines.push(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
    }
    lines
}

/// What ends a line, or could begin another, is in no value of a head; and everything has a limit.
fn check(mail: &Mail) -> Result<(), MailError> {
    let unsubscribe = mail.unsubscribe.as_deref().unwrap_or_default();
    let lines = [
        ("the sender's name", mail.from.name.as_str()),
        ("the sender's address", &mail.from.address),
        ("the recipient", &mail.to),
        ("the subject", &mail.subject),
        ("the id", &mail.message_id),
        ("the address for ending it", unsubscribe),
    ];
    for (what, line) in lines {
        if line.chars().any(char::is_control) {
            return Err(MailError::Never(format!("{what} has a line break or control character")));
        }
        if line.len() > MAIL_LINE_BYTES_MAX {
            return Err(MailError::Never(format!(
                "{what} is longer than {MAIL_LINE_BYTES_MAX} bytes"
            )));
        }
    }
    for (what, line) in
        [("the id", mail.message_id.as_str()), ("the address for ending it", unsubscribe)]
    {
        if !line.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b'"')) {
            return Err(MailError::Never(format!(
                "{what} holds something that cannot stand there"
            )));
        }
    }
    let bytes = mail.plain.len() + mail.html.len();
    if bytes > MAIL_BYTES_MAX {
        return Err(MailError::Never(format!(
            "it has {bytes} bytes; the limit is {MAIL_BYTES_MAX}"
        )));
    }
    Ok(())
}
