//! Reads what mail servers send back: notices of what became of a mail (RFC 3464), one or a whole mailbox of them, or a list of
//! addresses. It says what each means and changes nothing. Whatever is read may be forged.

use providers::is_mail_address;
use store::Bounce;

/// The largest input, in bytes.
pub(crate) const INPUT_BYTES_MAX: usize = 32 * 1_024 * 1_024;
/// Lines of a head, parts of a mail and recipients of a notice, at most: what is beyond them is passed over.
const HEAD_LINES_MAX: usize = 1_000;
const PARTS_MAX: usize = 64;
const RECIPIENTS_MAX: usize = 100;

/// What was found at one place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Notice {
    /// Where it stands: `line 3` or `mail 2`.
    pub(crate) place: String,
    pub(crate) what: What,
}

/// What it says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum What {
    /// Nothing will ever arrive there.
    Hard(Bounce),
    /// Nothing arrives there for now, or it did: of whom, and what it says.
    Soft(String, String),
    /// It is a notice and does not hold the mail that it is about.
    Unproven(String),
    /// It is none: why.
    Unreadable(String),
}

/// Reads a list of addresses, a mail or a mailbox.
pub(crate) fn read(text: &str) -> Vec<Notice> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let text = text.trim_start_matches('\n');
    if text.starts_with("From ") {
        let text = format!("\n\n{text}");
        return mails(text.split("\n\nFrom ").skip(1).map(|mail| {
            // The rest of the separating line is no part of the mail.
            mail.split_once('\n').map_or("", |(_, mail)| mail)
        }));
    }
    if text.lines().next().is_some_and(|line| field(line).is_some()) {
        return mails(std::iter::once(text));
    }
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(number, line)| listed(number + 1, line.trim())).collect()
}

fn listed(number: usize, address: &str) -> Notice {
    let what = if is_mail_address(address) {
        let reason = "named by the operator".to_owned();
        What::Hard(Bounce { addresses: vec![address.to_owned()], about: None, reason })
    } else {
        What::Unreadable("it is no mail address".to_owned())
    };
    Notice { place: format!("line {number}"), what }
}

fn mails<'a>(mails: impl Iterator<Item = &'a str>) -> Vec<Notice> {
    let told = mails.enumerate().flat_map(|(number, mail)| {
        let place = format!("mail {}", number + 1);
        let all = notice(mail).unwrap_or_else(|why| vec![What::Unreadable(why.to_owned())]);
        all.into_iter().map(move |what| Notice { place: place.clone(), what })
    });
    told.collect()
}

/// What one mail says of each of its recipients.
fn notice(mail: &str) -> Result<Vec<What>, &'static str> {
    let (head, body) = head_and_body(mail);
    let kind = value(&head, "content-type").unwrap_or_default();
    if !is_kind(kind, "multipart/report") {
        return Err("it is no notice of a mail server (multipart/report)");
    }
    let boundary = parameter(kind, "boundary").ok_or("its parts have no boundary")?;
    let parts: Vec<_> = parts(body, &boundary).into_iter().map(head_and_body).collect();
    let of_kind = |kinds: &[&str]| {
        parts.iter().find(|(head, _)| {
            let kind = value(head, "content-type").unwrap_or_default();
            kinds.iter().any(|wanted| is_kind(kind, wanted))
        })
    };
    let (status_head, status) =
        of_kind(&["message/delivery-status", "message/global-delivery-status"])
            .ok_or("it has no part message/delivery-status")?;
    let encoding = value(status_head, "content-transfer-encoding").unwrap_or("7bit").trim();
    if !["7bit", "8bit", "binary"].iter().any(|plain| encoding.eq_ignore_ascii_case(plain)) {
        return Err("its part message/delivery-status is encoded, which the standard forbids");
    }
    let returned = of_kind(&[
        "message/rfc822",
        "text/rfc822-headers",
        "message/global",
        "message/global-headers",
    ]);
    let about = returned.and_then(|(_, mail)| {
        let (head, _) = head_and_body(mail);
        let id = value(&head, "message-id")?.trim();
        let id = id.strip_prefix('<')?.strip_suffix('>')?;
        id.split_once('@').map(|(name, _)| name.to_owned())
    });
    // The first block is about the mail, each other about one recipient.
    let blocks = status.split("\n\n").map(|block| head_and_body(block.trim_start_matches('\n')).0);
    let recipients = blocks.filter(|block| value(block, "final-recipient").is_some());
    let told: Vec<What> = recipients
        .take(RECIPIENTS_MAX)
        .map(|block| {
            recipient(&block, about.as_ref()).unwrap_or_else(|why| What::Unreadable(why.to_owned()))
        })
        .collect();
    if told.is_empty() { Err("it names no recipient") } else { Ok(told) }
}

fn recipient(block: &[(String, String)], about: Option<&String>) -> Result<What, &'static str> {
    let address = |name: &str| {
        let (_, address) = value(block, name)?.split_once(';')?;
        let address = address.trim().trim_start_matches('<').trim_end_matches('>');
        is_mail_address(address).then(|| address.to_owned())
    };
    let mut addresses: Vec<String> =
        ["original-recipient", "final-recipient"].into_iter().filter_map(address).collect();
    addresses.dedup();
    let first = addresses.first().cloned().ok_or("its recipient is no mail address")?;
    let action = value(block, "action").unwrap_or_default().trim().to_ascii_lowercase();
    let status = value(block, "status").and_then(status).ok_or("it has no status such as 5.1.1")?;
    match (action.as_str(), status.starts_with("5.")) {
        ("failed", true) => Ok(match about {
            Some(about) => {
                let (about, reason) = (Some(about.clone()), format!("bounced with {status}"));
                What::Hard(Bounce { addresses, about, reason })
            }
            None => What::Unproven(first),
        }),
        ("failed" | "delayed" | "delivered" | "relayed" | "expanded", _) => {
            Ok(What::Soft(first, format!("{action} with {status}")))
        }
        _ => Err("its action is none of failed, delayed, delivered, relayed and expanded"),
    }
}

/// `5.1.1` of `5.1.1 (bad destination mailbox address)`.
fn status(value: &str) -> Option<String> {
    let code = value.split_ascii_whitespace().next()?;
    let parts: Vec<&str> = code.split('.').collect();
    let is_number = |part: &&str| {
        (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let known = matches!(parts[..], ["2" | "4" | "5", _, _]) && parts.iter().all(is_number);
    known.then(|| code.to_owned())
}

/// The fields of a head, names in small letters and values in one line, and what is behind it.
fn head_and_body(text: &str) -> (Vec<(String, String)>, &str) {
    let (head, body) = match text.strip_prefix('\n') {
        Some(body) => ("", body),
        None => text.split_once("\n\n").unwrap_or((text, "")),
    };
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in head.lines().take(HEAD_LINES_MAX) {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = field(line) {
            fields.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    (fields, body)
}

fn field(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (!name.is_empty() && name.bytes().all(known)).then_some((name, value))
}

fn value<'a>(head: &'a [(String, String)], name: &str) -> Option<&'a str> {
    head.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn is_kind(value: &str, kind: &str) -> bool {
    value.split(';').next().is_some_and(|found| found.trim().eq_ignore_ascii_case(kind))
}

/// A parameter of a kind, with or without quotation marks.
fn parameter(value: &str, name: &str) -> Option<String> {
    let mut rest = value;
    while let Some((_, behind)) = rest.split_once(';') {
        let (key, behind) = behind.split_once('=')?;
        let behind = behind.trim_start();
        let (found, after) = match behind.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => behind.split_at(behind.find(';').unwrap_or(behind.len())),
        };
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(found.trim_end().to_owned()).filter(|found| !found.is_empty());
        }
        rest = after;
    }
    None
}

/// The parts between the lines of a boundary.
fn parts<'a>(body: &'a str, boundary: &str) -> Vec<&'a str> {
    let (begin, end) = (format!("--{boundary}"), format!("--{boundary}--"));
    let (mut parts, mut began, mut place) = (Vec::new(), None, 0);
    for line in body.split_inclusive('\n') {
        let next = place + line.len();
        let line = line.trim_end();
        if line == begin || line == end {
            if let Some(began) = began.take() {
                parts.push(&body[began..place]);
            }
            if line == end || parts.len() == PARTS_MAX {
                return parts;
            }
            began = Some(next);
        }
        place = next;
    }
    // A notice that was cut off says what it says.
    parts.extend(began.map(|began| &body[began..]));
    parts
}

#[cfg(test)]
mod tests;
