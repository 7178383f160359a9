//! Pictures and documents: bringing them, finding them, what is said of each, and where it is shown. What is not shown in the paper yet is
//! seen here and nowhere else.

use face::{Args, Key, Slot};
use http::StatusCode;
use minijinja::context;
use minijinja::value::Value;
use newsroom::picture::{Cut, Focus, offered};
use newsroom::{Deed, Draft, limits};
use serde_json::json;
use store::{FileChanged, FileFilter, FileRow, FileTold, FileUse};

use super::printing::{self, opened};
use super::{Staff, parts, shelf};
use crate::shell::answer::Answer;
use crate::shell::parcel::{PARCEL_BYTES_MAX, PARCEL_FILES_MAX};
use crate::site::contexts::encoded;
use crate::site::forms::{Fields, Sent};
use crate::site::{Trouble, Visit};

const HERE: &str = "/desk/media";
/// Files on one page.
const PAGE_FILES: usize = 24;
/// Pictures that the form of an article offers.
pub(super) const OFFERED: usize = 12;
/// Files whose lines for the text it shows.
pub(super) const LINES_OFFERED: usize = 6;
/// The width in which a picture is shown at the desk, at most.
const SHOWN_WIDTH: u32 = 320;
/// Articles that a list names for each file.
const USES_SHOWN: usize = 2;

/// What a page says above everything.
enum Said {
    Nothing,
    Well(Key),
    Refused(StatusCode, Vec<String>),
}

/// GET `/desk/media`: the files, the newest first.
pub(super) async fn show(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    let said = match visit.asked_fields().get("said").as_str() {
        "brought" => Said::Well(Key::FileBrought),
        "deleted" => Said::Well(Key::FileDeleted),
        _ => Said::Nothing,
    };
    list(visit, staff, said).await
}

/// POST `/desk/media`: brings files. The page's script brings them one by one, and is told of each where it is or why it is not taken.
pub(super) async fn bring(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    let is_script = visit.request.headers.told("accept") == Some("application/json");
    let refuse = async |status, refused: Vec<String>| match is_script {
        true => visit.json(status, &json!({ "refused": refused })),
        false => list(visit, staff, Said::Refused(status, refused)).await,
    };
    let words = &visit.presentation.words;
    if matches!(visit.sent, Sent::TooLong) {
        let said = Args::new()
            .with(Slot::Number, (PARCEL_BYTES_MAX >> 20).to_string())
            .with(Slot::Kind, PARCEL_FILES_MAX.to_string());
        let refused = vec![words.format(Key::FilesTooMuch, &said)];
        return refuse(StatusCode::PAYLOAD_TOO_LARGE, refused).await;
    }
    let (kept, mut refused) = shelf::bring(visit, staff, "files").await?;
    if kept.is_empty() && refused.is_empty() {
        refused.push(words.text(Key::FileNone));
    }
    if !refused.is_empty() {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, refused).await;
    }
    let address = match kept.as_slice() {
        // What it shows is asked for at once.
        [one] => format!("{HERE}/{}", one.number),
        _ => HERE.to_owned(),
    };
    match is_script {
        true => visit.json(StatusCode::OK, &json!({ "address": address })),
        false => Ok(visit.see(&format!("{address}?said=brought"))),
    }
}

async fn list(visit: &Visit<'_>, staff: &Staff, said: Said) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let asked = visit.asked_fields();
    let (sought, kind) = (asked.get("q"), asked.get("kind"));
    let folder = match kind.as_str() {
        "pictures" => Some("pictures/"),
        "documents" => Some("attachments/"),
        _ => None,
    };
    let before = Some(asked.get("before")).filter(|text| !text.is_empty());
    let before = before.map(|text| text.parse().map_err(|_| Trouble::NotFound)).transpose()?;
    let filter = FileFilter { words: sought.clone(), folder, before };
    let mut files = visit.site.store.files(filter, PAGE_FILES + 1).await?;
    let is_more = files.len() > PAGE_FILES;
    files.truncate(PAGE_FILES);
    let more = files.last().filter(|_| is_more).map(|last| {
        format!("{HERE}?q={}&kind={}&before={}", encoded(&sought), encoded(&kind), last.number)
    });
    let mut rows = Vec::new();
    for file in &files {
        let uses = visit.site.store.file_uses(&file.media.name).await?;
        let is_the_paper_s = visit.site.store.is_the_paper_s_file(&file.media.name).await?;
        rows.push(listed(visit, file, &uses, is_the_paper_s));
    }
    let choice = |value: &str, key: Key| context! { value => value, name => words.text(key), is => value == kind };
    let (status, well, refused) = told(visit, said);
    let body = context! {
        files => rows,
        sought => sought,
        kinds => [choice("", Key::FilesAll), choice("pictures", Key::FilesPictures), choice("documents", Key::FilesDocuments)],
        is_sought => !asked.get("q").trim().is_empty() || before.is_some(),
        more => more,
        well => well,
        refused => refused,
        script => visit.presentation.theme.asset("media.js"),
        help => words.format(Key::FilesHelp, &Args::new().with(Slot::Number, (newsroom::picture::PICTURE_BYTES_MAX >> 20).to_string()).with(Slot::Kind, (shelf::DOCUMENT_BYTES_MAX >> 20).to_string())),
    };
    let heading = words.text(Key::DeskMedia);
    parts::page(visit, Some(staff), status, "desk/media.html", &heading, body)
}

fn told(visit: &Visit<'_>, said: Said) -> (StatusCode, Option<String>, Vec<String>) {
    match said {
        Said::Nothing => (StatusCode::OK, None, Vec::new()),
        Said::Well(key) => (StatusCode::OK, Some(visit.presentation.words.text(key)), Vec::new()),
        Said::Refused(status, refused) => (status, None, refused),
    }
}

fn listed(visit: &Visit<'_>, file: &FileRow, uses: &[FileUse], is_the_paper_s: bool) -> Value {
    let named: Vec<Value> = uses.iter().take(USES_SHOWN).map(|one| use_shown(visit, one)).collect();
    context! {
        href => format!("{HERE}/{}", file.number),
        uses => named,
        is_the_paper_s => is_the_paper_s,
        uses_more => uses.len().saturating_sub(USES_SHOWN),
        ..shown(visit, file)
    }
}

fn use_shown(visit: &Visit<'_>, one: &FileUse) -> Value {
    let words = &visit.presentation.words;
    let headline = match one.headline.is_empty() {
        true => words.text(Key::DeskUntitled),
        false => one.headline.clone(),
    };
    context! {
        href => format!("/desk/articles/{}", one.article),
        headline => headline,
        is_published => one.is_published,
    }
}

/// A file as the pages of the desk show it.
pub(super) fn shown(visit: &Visit<'_>, file: &FileRow) -> Value {
    let words = &visit.presentation.words;
    let media = &file.media;
    let line = file.added_at.map(|at| {
        let said = Args::new()
            .with(Slot::Name, file.added_by.as_str())
            .with(Slot::Date, visit.when(at).text);
        words.format(Key::FileBy, &said)
    });
    let size = media.size().map(|(width, height)| format!("{width} × {height}"));
    context! {
        name => media.name.clone(),
        short => media.name.split_once('/').map_or(media.name.as_str(), |(_, name)| name),
        is_picture => media.name.starts_with("pictures/"),
        ending => media.ending.clone(),
        thumb => thumb(file),
        size => size,
        weight => weight(file.bytes),
        told => context! { alt => file.told.alt.clone(), caption => file.told.caption.clone(), credit => file.told.credit.clone(), focus => file.told.focus.clone() },
        line => line,
        markdown => markdown(file),
    }
}

/// The address of a small picture; empty for what is none.
fn thumb(file: &FileRow) -> String {
    let media = &file.media;
    if !media.is_picture() {
        return String::new();
    }
    let is_scaled = matches!(media.ending.as_str(), "jpg" | "png" | "webp");
    let widths = offered(media.width).iter().rev();
    let width = widths.copied().find(|width| *width <= SHOWN_WIDTH).filter(|_| is_scaled);
    match width {
        Some(width) => format!("/desk/files/{}-{width}.webp", media.hash),
        None => printing::desk_address(media),
    }
}

fn weight(bytes: u64) -> String {
    if bytes >= 1 << 20 {
        format!("{:.1} MB", bytes as f64 / f64::from(1 << 20))
    } else {
        format!("{} KB", (bytes >> 10).max(1))
    }
}

/// What stands in the text of an article where the file is to be.
pub(crate) fn markdown(file: &FileRow) -> String {
    let (name, told) = (&file.media.name, &file.told);
    if !name.starts_with("pictures/") {
        let short = name.split_once('/').map_or(name.as_str(), |(_, short)| short);
        return format!("[{short}]({name})");
    }
    let mut text = format!("::: picture \"{name}\"\nalt: {}\n", told.alt);
    for (field, value) in [("caption", &told.caption), ("credit", &told.credit)] {
        if !value.is_empty() {
            text.push_str(&format!("{field}: {value}\n"));
        }
    }
    text + ":::"
}

/// Whether somebody may change a file: what they brought themselves and nothing published shows, or anything where their role says so.
pub(crate) fn may_change(staff: &Staff, file: &FileRow, uses: &[FileUse]) -> bool {
    let is_own = file.adder == Some(staff.reader) && uses.iter().all(|one| !one.is_published);
    staff.may(Deed::Edit) || is_own
}

/// GET `/desk/media/{number}`: one of them.
pub(super) async fn show_one(
    visit: &Visit<'_>,
    staff: &Staff,
    number: &str,
) -> Result<Answer, Trouble> {
    let said = match visit.asked_fields().get("said").as_str() {
        "brought" => Said::Well(Key::FileBrought),
        "saved" => Said::Well(Key::DeskSaved),
        "replaced" => Said::Well(Key::FileReplaced),
        "cut" => Said::Well(Key::FileCutDone),
        _ => Said::Nothing,
    };
    let file = file_of(visit, number).await?;
    one(visit, staff, &file, said).await
}

async fn file_of(visit: &Visit<'_>, number: &str) -> Result<FileRow, Trouble> {
    let number = number.parse().map_err(|_| Trouble::NotFound)?;
    visit.site.store.file(number).await?.ok_or(Trouble::NotFound)
}

async fn one(
    visit: &Visit<'_>,
    staff: &Staff,
    file: &FileRow,
    said: Said,
) -> Result<Answer, Trouble> {
    let uses = visit.site.store.file_uses(&file.media.name).await?;
    let words = &visit.presentation.words;
    let is_the_paper_s = visit.site.store.is_the_paper_s_file(&file.media.name).await?;
    let (status, well, refused) = told(visit, said);
    let body = context! {
        file => shown(visit, file),
        action => format!("{HERE}/{}", file.number),
        whole => printing::desk_address(&file.media),
        replace_with => words.format(Key::FileReplaceWith, &Args::new().with(Slot::Kind, file.media.ending.as_str())),
        uses => uses.iter().map(|one| use_shown(visit, one)).collect::<Vec<_>>(),
        is_the_paper_s => is_the_paper_s,
        can_change => may_change(staff, file, &uses),
        can_cut => is_cut(file),
        script => visit.presentation.theme.asset("cut.js"),
        can_delete => uses.is_empty() && !is_the_paper_s,
        caption_max => limits::CAPTION_MAX,
        name_max => limits::NAME_MAX,
        well => well,
        refused => refused,
    };
    let heading = file.media.name.split_once('/').map_or("", |(_, name)| name).to_owned();
    parts::page(visit, Some(staff), status, "desk/file.html", &heading, body)
}

/// POST `/desk/media/{number}`: says something of it, puts another in its place, or deletes it.
pub(super) async fn act(visit: &Visit<'_>, staff: &Staff, number: &str) -> Result<Answer, Trouble> {
    let form = match visit.form() {
        Ok(form) => form,
        Err(refusal) => return Ok(refusal),
    };
    let file = file_of(visit, number).await?;
    // A part is a new picture, which takes nothing from the old one.
    if form.get("act") == "cut" {
        return cut(visit, staff, &file, &form).await;
    }
    let uses = visit.site.store.file_uses(&file.media.name).await?;
    if !may_change(staff, &file, &uses) {
        return parts::refusal(visit, Some(staff), StatusCode::FORBIDDEN, Key::DeskMayNot);
    }
    let words = &visit.presentation.words;
    let at = |said: &str| visit.see(&format!("{HERE}/{}?said={said}", file.number));
    let refuse = |status, text: String| Said::Refused(status, vec![text]);
    match form.get("act").as_str() {
        "delete" => match visit.site.store.delete_file(file.number, staff.doer(), visit.now).await?
        {
            FileChanged::Done => Ok(visit.see(&format!("{HERE}?said=deleted"))),
            FileChanged::Absent => Err(Trouble::NotFound),
            FileChanged::Used | FileChanged::Stale => {
                let said = refuse(StatusCode::CONFLICT, words.text(Key::FileUsed));
                one(visit, staff, &file, said).await
            }
        },
        "replace" => match replace(visit, staff, &file, "file").await? {
            Ok(()) => Ok(at("replaced")),
            Err(why) => {
                one(visit, staff, &file, refuse(StatusCode::UNPROCESSABLE_ENTITY, why)).await
            }
        },
        _ => {
            let told = match told_in(&form) {
                Ok(told) => told,
                Err(key) => {
                    let said = refuse(StatusCode::UNPROCESSABLE_ENTITY, words.text(key));
                    return one(visit, staff, &file, said).await;
                }
            };
            match visit.site.store.describe_file(file.number, told, staff.doer(), visit.now).await?
            {
                FileChanged::Done => Ok(at("saved")),
                _ => Err(Trouble::NotFound),
            }
        }
    }
}

/// Keeps the part of a picture that the form names.
async fn cut(
    visit: &Visit<'_>,
    staff: &Staff,
    file: &FileRow,
    form: &Fields<'_>,
) -> Result<Answer, Trouble> {
    let thousandths = |name: &str| {
        let percent: f64 = form.get(name).trim().replace(',', ".").parse().ok()?;
        (0.0..=100.0).contains(&percent).then_some((percent * 10.0).round() as u16)
    };
    let sides = ["left", "top", "width", "height"].map(thousandths);
    let part = match sides {
        [Some(left), Some(top), Some(width), Some(height)] => Cut::new(left, top, width, height),
        _ => None,
    };
    let words = &visit.presentation.words;
    let kept = match part.filter(|_| is_cut(file)) {
        Some(part) => shelf::cut(visit, staff, file, part).await?,
        None => Err(words.text(Key::FileCutWrong)),
    };
    match kept {
        Ok(row) => Ok(visit.see(&format!("{HERE}/{}?said=cut", row.number))),
        Err(why) => {
            let said = Said::Refused(StatusCode::UNPROCESSABLE_ENTITY, vec![why]);
            one(visit, staff, file, said).await
        }
    }
}

/// Whether a part can be cut out: of photographs, not of drawings and what moves.
fn is_cut(file: &FileRow) -> bool {
    matches!(file.media.ending.as_str(), "jpg" | "png" | "webp")
}

/// What the form says of a file.
fn told_in(form: &Fields<'_>) -> Result<FileTold, Key> {
    let line = |name: &str| form.get(name).split_whitespace().collect::<Vec<_>>().join(" ");
    checked(FileTold {
        alt: line("alt"),
        caption: line("caption"),
        credit: line("credit"),
        focus: line("focus"),
    })
}

/// What is said of a file, within its limits.
pub(crate) fn checked(told: FileTold) -> Result<FileTold, Key> {
    let fits = |text: &str, most: usize| text.chars().count() <= most;
    let is_short = fits(&told.alt, limits::CAPTION_MAX)
        && fits(&told.caption, limits::CAPTION_MAX)
        && fits(&told.credit, limits::NAME_MAX);
    if !is_short {
        return Err(Key::FileTextLong);
    }
    if !told.focus.is_empty() && told.focus.parse::<Focus>().is_err() {
        return Err(Key::FaultFocus);
    }
    Ok(told)
}

/// Puts the file that was chosen in a field in the place of another of the same kind, wherever that is shown; or says why not.
pub(crate) async fn replace(
    visit: &Visit<'_>,
    staff: &Staff,
    file: &FileRow,
    field: &str,
) -> Result<Result<(), String>, Trouble> {
    match shelf::replace(visit, staff, file, field).await? {
        Ok(FileChanged::Absent) => Err(Trouble::NotFound),
        Ok(_) => {
            show_anew(visit, file).await?;
            Ok(Ok(()))
        }
        Err(why) => Ok(Err(why)),
    }
}

/// Articles of the paper that show a file name its address: each is printed anew, as of the same time.
async fn show_anew(visit: &Visit<'_>, file: &FileRow) -> Result<(), Trouble> {
    let store = &visit.site.store;
    for id in store.articles_with_file(&file.media.name).await? {
        let Some((article, _)) = store.whole_article(id.clone()).await? else { continue };
        let draft = Draft::of(&article, opened(&article.source).clone());
        match printing::print(visit, &draft, printing::For::Paper).await? {
            Ok(printed) => {
                store.save_articles(vec![printed.article]).await?;
            }
            Err(wrong) => {
                tracing::warn!(%id, faults = wrong.len(), "an article could not be printed anew with another file");
            }
        }
    }
    Ok(())
}

/// GET `/desk/files/{file}`: the bytes of a file, or of a picture in a width.
pub(super) async fn bytes(visit: &Visit<'_>, file: &str) -> Result<Answer, Trouble> {
    crate::site::media::for_staff(visit, file).await
}
