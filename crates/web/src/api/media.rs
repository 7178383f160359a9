//! Files for machines: brought, listed, described and replaced by the functions of the desk, within its limits.

use face::Key;
use http::StatusCode;
use serde_json::{Value, json};
use store::{FileChanged, FileFilter, FileRow, FileTold};

use super::problem::{Fault, Problem, Refusal};
use super::{Call, Given};
use crate::desk::{media, shelf};

/// The field in which files come.
const FIELD: &str = "file";

fn shown(row: &FileRow) -> Value {
    let size = row.media.size();
    json!({
        "number": row.number,
        "name": row.media.name,
        "width": size.map(|(width, _)| width),
        "height": size.map(|(_, height)| height),
        "bytes": row.bytes,
        "alt": row.told.alt,
        "caption": row.told.caption,
        "credit": row.told.credit,
        "focus": row.told.focus,
        "added_by": row.added_by,
        "added_at": row.added_at.map(|at| at.to_string()),
        "markdown": media::markdown(row),
    })
}

/// GET: a page of the list.
pub(super) async fn list(call: &Call<'_>) -> Result<Given, Refusal> {
    let query = &call.query;
    let folder = query.text("kind").map(|kind| match kind {
        "pictures" => "pictures/",
        _ => "attachments/",
    });
    let before = query
        .text("cursor")
        .map(|text| text.parse().map_err(|_| Problem::wrong("cursor", "it is none of ours")));
    let words = query.text("words").unwrap_or_default().to_owned();
    let filter = FileFilter { words, folder, before: before.transpose()? };
    let limit = call.limit();
    let mut files = call.visit.site.store.files(filter, limit + 1).await?;
    let is_more = files.len() > limit;
    files.truncate(limit);
    let next = files.last().filter(|_| is_more).map(|last| last.number.to_string());
    let files: Vec<Value> = files.iter().map(shown).collect();
    Ok(Given::of(json!({ "files": files, "next": next })))
}

/// POST: brings files. Where none is taken, it says of each why.
pub(super) async fn bring(call: &Call<'_>) -> Result<Given, Refusal> {
    let (kept, refused) = shelf::bring(call.visit, &call.staff, FIELD).await?;
    if kept.is_empty() {
        let mut faults: Vec<Fault> = refused.iter().map(|what| Fault::of(FIELD, what)).collect();
        if faults.is_empty() {
            faults.push(Fault::of(FIELD, "there is no file in this field"));
        }
        return Err(Problem::invalid(faults).into());
    }
    let at = format!("/api/media/{}", kept.first().map_or(0, |row| row.number));
    let files: Vec<Value> = kept.iter().map(shown).collect();
    Ok(Given::of(json!({ "files": files, "refused": refused })).made(at))
}

async fn file_of(call: &Call<'_>, named: &str) -> Result<FileRow, Refusal> {
    let number: u64 = named.parse().map_err(|_| Problem::not_found())?;
    Ok(call.visit.site.store.file(number).await?.ok_or_else(Problem::not_found)?)
}

/// GET: one of them.
pub(super) async fn show(call: &Call<'_>, named: &str) -> Result<Given, Refusal> {
    Ok(Given::of(shown(&file_of(call, named).await?)))
}

/// The file, where whoever made the token may change it.
async fn own_file(call: &Call<'_>, named: &str) -> Result<FileRow, Refusal> {
    let file = file_of(call, named).await?;
    let uses = call.visit.site.store.file_uses(&file.media.name).await?;
    if media::may_change(&call.staff, &file, &uses) {
        return Ok(file);
    }
    let detail = "whoever made the token changes their own files alone, until they are published";
    Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", detail).into())
}

/// PUT: puts another file in its place, wherever it is shown.
pub(super) async fn replace(call: &Call<'_>, named: &str) -> Result<Given, Refusal> {
    let file = own_file(call, named).await?;
    match media::replace(call.visit, &call.staff, &file, FIELD).await? {
        Ok(()) => show(call, named).await,
        Err(why) => Err(Problem::wrong(FIELD, &why).into()),
    }
}

/// PATCH: says something of it.
pub(super) async fn describe(call: &Call<'_>, named: &str) -> Result<Given, Refusal> {
    let (visit, read) = (call.visit, &call.read);
    let file = own_file(call, named).await?;
    let said = |name: &str, before: &String| match read.has(name) {
        true => read.line(name).unwrap_or_default(),
        false => before.clone(),
    };
    let told = FileTold {
        alt: said("alt", &file.told.alt),
        caption: said("caption", &file.told.caption),
        credit: said("credit", &file.told.credit),
        focus: said("focus", &file.told.focus),
    };
    let told = media::checked(told).map_err(|key| {
        let field = if key == Key::FaultFocus { "focus" } else { "caption" };
        Problem::wrong(field, &visit.presentation.words.text(key))
    })?;
    let store = &visit.site.store;
    match store.describe_file(file.number, told, call.staff.doer(), visit.now).await? {
        FileChanged::Done => show(call, named).await,
        _ => Err(Problem::not_found().into()),
    }
}
