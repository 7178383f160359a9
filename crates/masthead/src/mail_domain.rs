//! What receiving servers look up of the domain that the paper writes from: whether the three records are there, and which
//! to publish where one is missing or wrong. Nothing is asked from here, and what is shown of an answer is shortened.

use providers::NamesError;

/// What the name system says of one name.
pub(crate) type Texts = Result<Vec<String>, NamesError>;

/// Names above the domain at which a policy is looked for, at most.
const PARENTS_MAX: usize = 5;
/// Questions that receivers follow of one list of senders; with more they take it for none.
const SPF_QUESTIONS_MAX: usize = 10;
/// What is shown of a record, in characters.
const SHOWN_CHARS_MAX: usize = 300;
/// The base64 digits of a key of 1,024 and of 2,048 bits, as they are published; the shortest of either kind.
const KEY_1024_DIGITS: usize = 212;
const KEY_2048_DIGITS: usize = 388;
/// Those of an Ed25519 key.
const ED25519_DIGITS: std::ops::RangeInclusive<usize> = 43..=44;

/// What was found, and whether mails pass with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Judged {
    pub(crate) found: String,
    pub(crate) sound: bool,
}

fn good(found: String) -> Judged {
    Judged { found, sound: true }
}

fn bad(found: String) -> Judged {
    Judged { found, sound: false }
}

/// The names at which a policy may stand: that of the domain, and those above it down to two labels.
pub(crate) fn policy_names(domain: &str) -> Vec<String> {
    let mut names = vec![format!("_dmarc.{domain}")];
    let mut rest = domain;
    while let Some((_, parent)) = rest.split_once('.') {
        if !parent.contains('.') || names.len() > PARENTS_MAX {
            break;
        }
        names.push(format!("_dmarc.{parent}"));
        rest = parent;
    }
    names
}

/// The list of who may send for the domain (RFC 7208). Whether it holds the server's own addresses is not looked at.
pub(crate) fn senders(domain: &str, far_host: Option<&str>, texts: &Texts) -> Judged {
    let own = match far_host {
        Some(host) if host.parse::<std::net::Ipv4Addr>().is_ok() => format!("ip4:{host}"),
        Some(host) if host.contains(':') => format!("ip6:{host}"),
        Some(host) => format!("a:{host}"),
        None => "a".to_owned(),
    };
    let usual = format!("v=spf1 {own} -all");
    let hint = match far_host {
        Some(host) => format!("; or with the include: that whoever runs {host} names"),
        None => {
            format!(", where {domain} is this machine; else with ip4: and its address for the a")
        }
    };
    let records = match records(texts, is_spf) {
        Ok(records) => records,
        Err(judged) => return judged,
    };
    let [record] = records[..] else {
        if records.is_empty() {
            return bad(format!("none; {}{hint}", publish(domain, &usual)));
        }
        let merged = publish(domain, &merged(&records));
        let count = records.len();
        return bad(format!(
            "{count} records, which receivers take for none; instead of all {merged}"
        ));
    };
    let shown = shown(record);
    let terms: Vec<String> =
        record.split_ascii_whitespace().skip(1).map(str::to_ascii_lowercase).collect();
    let without_all = terms.iter().filter(|term| !is_all(term)).map(String::as_str);
    let closed = ["v=spf1"].into_iter().chain(without_all).chain(["-all"]);
    let closed = publish(domain, &closed.collect::<Vec<_>>().join(" "));
    let questions = terms.iter().filter(|term| asks(term)).count();
    let all = terms.iter().find(|term| is_all(term)).map(String::as_str);
    let leads_on = terms.iter().any(|term| term.starts_with("redirect="));
    if questions > SPF_QUESTIONS_MAX {
        let told =
            format!("{shown} asks {questions} questions, and receivers follow {SPF_QUESTIONS_MAX}");
        return bad(format!("{told}; name addresses with ip4: and ip6: instead"));
    }
    match all {
        Some("all" | "+all") => bad(format!("{shown} lets everybody send; {closed}")),
        Some("-all" | "~all") if terms.len() == 1 => {
            bad(format!("{shown} lets nobody send; {}{hint}", publish(domain, &usual)))
        }
        Some("-all" | "~all") => good(shown),
        None if leads_on => good(shown),
        _ => good(format!("{shown} says nothing of other senders; better {closed}")),
    }
}

/// The key that signatures are checked with (RFC 6376). What the server signs is not looked at.
pub(crate) fn key(domain: &str, selector: &str, texts: &Texts) -> Judged {
    let name = format!("{selector}._domainkey.{domain}");
    let wanted = publish(&name, "v=DKIM1; k=rsa; p=KEY");
    let wanted = format!("{wanted} with the public key that your mail server shows for KEY");
    // Nothing else stands at such a name, so that the version may be left out.
    let records = match records(texts, |text| tag(text, "p").is_some() || is_version(text, "DKIM1"))
    {
        Ok(records) => records,
        Err(judged) => return judged,
    };
    let [record] = records[..] else {
        return bad(match records.len() {
            0 => format!("none; {wanted}"),
            count => {
                format!("{count} records at {name}, of which receivers may take any; leave one")
            }
        });
    };
    let kind = tag(record, "k").unwrap_or_else(|| "rsa".to_owned()).to_ascii_lowercase();
    let digits: String =
        tag(record, "p").unwrap_or_default().chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let is_digit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    let tests =
        tag(record, "t").is_some_and(|flags| flags.split(':').any(|flag| flag.trim() == "y"));
    let shown = shown(record);
    if tag(record, "v").is_some_and(|version| version != "DKIM1") {
        bad(format!("{shown} is of another version; {wanted}"))
    } else if digits.is_empty() {
        bad(format!("{shown} takes the key back; {wanted}"))
    } else if !digits.chars().all(is_digit) {
        bad(format!("{shown} holds no key in base64; {wanted}"))
    } else if tests {
        bad(format!("{shown} says that it is a test, so receivers pass it over; take t=y out"))
    } else {
        match (kind.as_str(), digits.len()) {
            ("rsa", ..KEY_1024_DIGITS) => {
                bad(format!("{shown} is shorter than 1,024 bits, which receivers refuse; {wanted}"))
            }
            ("rsa", ..KEY_2048_DIGITS) => {
                good(format!("{shown} is shorter than 2,048 bits; a longer one is safer"))
            }
            ("rsa", _) => good(shown),
            ("ed25519", digits) if ED25519_DIGITS.contains(&digits) => good(shown),
            ("ed25519", _) => bad(format!("{shown} is no key of Ed25519; {wanted}")),
            _ => bad(format!("{shown} is of a kind that receivers do not know; {wanted}")),
        }
    }
}

/// What receivers do with mails that fail (RFC 7489): the answers of [`policy_names`], nearest first.
pub(crate) fn policy(domain: &str, answers: &[(String, Texts)]) -> Judged {
    let own = format!("_dmarc.{domain}");
    let wanted = publish(&own, "v=DMARC1; p=quarantine");
    for (name, texts) in answers {
        let records = match records(texts, |text| is_version(text, "DMARC1")) {
            Ok(records) => records,
            Err(judged) => return judged,
        };
        let [record] = records[..] else {
            if records.is_empty() {
                continue;
            }
            let count = records.len();
            return bad(format!(
                "{count} records at {name}, which receivers take for none; leave one"
            ));
        };
        let said =
            if *name == own { shown(record) } else { format!("{} (at {name})", shown(record)) };
        let below = if *name == own { None } else { tag(record, "sp") };
        let policy = below.or_else(|| tag(record, "p")).map(|policy| policy.to_ascii_lowercase());
        return match policy.as_deref() {
            Some("quarantine" | "reject") => good(said),
            Some("none") => good(format!(
                "{said} has receivers deliver what others forge; once its reports show your own servers alone, {wanted}"
            )),
            Some(_) => bad(format!("{said} has a policy that receivers do not know; {wanted}")),
            None => bad(format!("{said} has no policy; {wanted}")),
        };
    }
    bad(format!("none; {wanted}"))
}

/// The records of a kind among the texts of a name.
fn records(texts: &Texts, is_of_kind: impl Fn(&str) -> bool) -> Result<Vec<&str>, Judged> {
    match texts {
        Ok(texts) => Ok(texts.iter().map(String::as_str).filter(|text| is_of_kind(text)).collect()),
        Err(NamesError::Nothing) => Ok(Vec::new()),
        Err(error) => Err(bad(format!("not known: {error}"))),
    }
}

fn is_spf(text: &str) -> bool {
    text.split(' ').next().is_some_and(|version| version.eq_ignore_ascii_case("v=spf1"))
}

fn is_all(term: &str) -> bool {
    term.trim_start_matches(['+', '-', '~', '?']) == "all"
}

/// Whether receivers have to ask for a term.
fn asks(term: &str) -> bool {
    let term = term.trim_start_matches(['+', '-', '~', '?']);
    let name = term.split([':', '/', '=']).next().unwrap_or_default();
    matches!(name, "include" | "a" | "mx" | "ptr" | "exists" | "redirect")
}

/// One list of what several say, with the end of the first.
fn merged(records: &[&str]) -> String {
    let mut terms = vec!["v=spf1".to_owned()];
    let mut end = None;
    for term in records.iter().flat_map(|record| record.split_ascii_whitespace().skip(1)) {
        let term = term.to_ascii_lowercase();
        if is_all(&term) {
            end.get_or_insert(term);
        } else if !terms.contains(&term) {
            terms.push(term);
        }
    }
    // Nobody is advised to let everybody send.
    let end = end.filter(|end| end.starts_with(['-', '~']));
    terms.push(end.unwrap_or_else(|| "-all".to_owned()));
    terms.join(" ")
}

/// The value of a tag in `k=rsa; p=...`.
fn tag(record: &str, name: &str) -> Option<String> {
    let pairs = record.split(';').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(tag, value)| (tag.trim(), value.trim()))
        .find(|(tag, _)| *tag == name)
        .map(|(_, value)| value.to_owned())
}

/// Whether a record begins with a version, as the standards want it.
fn is_version(record: &str, version: &str) -> bool {
    let first = record.split(';').next().and_then(|pair| pair.split_once('='));
    first.is_some_and(|(tag, value)| tag.trim() == "v" && value.trim() == version)
}

fn publish(name: &str, record: &str) -> String {
    format!("publish the TXT record {name} \"{}\"", shortened(record))
}

fn shown(record: &str) -> String {
    format!("\"{}\"", shortened(record))
}

/// Somebody else's words: nothing in them reaches the terminal as a command to it.
fn shortened(record: &str) -> String {
    let mut plain = record.chars().map(|c| if c.is_control() { '?' } else { c });
    let mut short: String = plain.by_ref().take(SHOWN_CHARS_MAX).collect();
    if plain.next().is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests;
