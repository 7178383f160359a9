//! Where links and pictures may lead. Anything that is not allowed by name is a fault: no scheme slips through because
//! nobody thought of it.

use std::collections::BTreeSet;

use super::Context;
use super::limits::ADDRESS_BYTES_MAX;
use super::words::brief;
use crate::ArticleId;

/// Endings of files that pages show, without the dot.
pub const PICTURE_ENDINGS: [&str; 6] = ["webp", "png", "jpg", "jpeg", "gif", "svg"];
/// Endings of files that pages link to: documents, sounds and films, which readers' browsers take down and never open by
/// themselves. None of them is a program.
pub const ATTACHMENT_ENDINGS: [&str; 14] = [
    "pdf", "csv", "docx", "xlsx", "pptx", "odt", "ods", "zip", "mp3", "m4a", "ogg", "wav", "mp4",
    "webm",
];

/// The folders that files lie in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Folder {
    /// `pictures/`.
    Pictures,
    /// `attachments/`.
    Attachments,
}

impl Folder {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Pictures => "pictures/",
            Self::Attachments => "attachments/",
        }
    }

    const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Pictures => &PICTURE_ENDINGS,
            Self::Attachments => &ATTACHMENT_ENDINGS,
        }
    }
}

/// Where a link leads.
#[derive(Debug)]
pub(super) struct Target {
    /// The value of `href`, not escaped.
    pub(super) href: String,
    /// The file of the folder that it names.
    pub(super) media: Option<String>,
}

/// Resolves the address that a link names.
pub(super) fn resolve(address: &str, context: &Context<'_>) -> Result<Target, String> {
    let shown = brief(address);
    if address.len() > ADDRESS_BYTES_MAX {
        return Err(format!(
            "the link {shown} has {} bytes; write at most {ADDRESS_BYTES_MAX}",
            address.len()
        ));
    }
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '\\');
    if address.contains(odd) {
        return Err(format!(
            "the link {shown} has a blank, a quote, \\, < or >; write these percent-encoded"
        ));
    }
    for folder in [Folder::Pictures, Folder::Attachments] {
        if address.starts_with(folder.prefix()) {
            return media(address, folder, context);
        }
    }
    let (scheme, rest) = address.split_once(':').unwrap_or(("", address));
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" if has_host(rest) => Ok(Target { href: address.to_owned(), media: None }),
        "mailto" if rest.contains('@') => Ok(Target { href: address.to_owned(), media: None }),
        "article" => article(rest, context),
        _ => Err(format!(
            "the link \"{shown}\" leads nowhere that is allowed; write https://.., http://.., mailto:NAME@HOST, \
             article:ID, attachments/.. or pictures/.."
        )),
    }
}

/// Whether two slashes and the beginning of a host follow the scheme.
fn has_host(rest: &str) -> bool {
    rest.strip_prefix("//")
        .and_then(|host| host.chars().next())
        .is_some_and(|first| first.is_alphanumeric() || first == '[')
}

fn article(id: &str, context: &Context<'_>) -> Result<Target, String> {
    let id =
        ArticleId::parse(id).map_err(|error| format!("the link article:{}: {error}", brief(id)))?;
    match (context.address_of)(&id) {
        Some(href) => Ok(Target { href, media: None }),
        None => Err(format!(
            "the link article:{id} names no article of this paper; correct the id or drop the link"
        )),
    }
}

fn media(file: &str, folder: Folder, context: &Context<'_>) -> Result<Target, String> {
    if let Some(what) = form_fault(file, folder) {
        return Err(what);
    }
    match (context.media_address)(file) {
        Some(href) => Ok(Target { href, media: Some(file.to_owned()) }),
        None => {
            Err(format!("there is no file {file} beside the articles; add it or correct the name"))
        }
    }
}

/// What is wrong with the name of a file that an article shows, if anything is.
pub(super) fn media_fault(file: &str, folder: Folder, context: &Context<'_>) -> Option<String> {
    media(file, folder, context).err()
}

/// The address of a picture.
pub(super) fn picture(file: &str, context: &Context<'_>) -> Result<String, String> {
    media(file, Folder::Pictures, context).map(|target| target.href)
}

fn form_fault(file: &str, folder: Folder) -> Option<String> {
    let shown = brief(file);
    let prefix = folder.prefix();
    let Some(name) = file.strip_prefix(prefix) else {
        return Some(format!(
            "the file {shown} does not lie in {prefix}; put it there and name it so"
        ));
    };
    let plain = |part: &str| {
        !part.starts_with('.')
            && !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
    };
    if !name.split('/').all(plain) || file.len() > ADDRESS_BYTES_MAX {
        return Some(format!(
            "the file {shown} has a name that is not plain; use letters, digits, -, _ and . alone"
        ));
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let known = folder.endings();
    if ending.is_none_or(|ending| !known.contains(&ending.as_str())) {
        return Some(format!(
            "the file {shown} is of no kind for {prefix}; use {}",
            known.join(", ")
        ));
    }
    None
}

/// Whatever in a text looks like the name of a file of the folder, each once, in order.
#[must_use]
pub fn named_files(text: &str) -> BTreeSet<&str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/');
    let starts = [Folder::Pictures, Folder::Attachments].into_iter().flat_map(|folder| {
        text.match_indices(folder.prefix()).map(|(at, _)| at).collect::<Vec<_>>()
    });
    let names = starts.filter_map(|at| text.get(at..)).map(|rest| {
        let end = rest.find(|c| !is_plain(c)).unwrap_or(rest.len());
        rest[..end].trim_end_matches('.')
    });
    names.collect()
}
