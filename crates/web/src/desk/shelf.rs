//! Files on their way in: looked at as what they say they are, without what a camera wrote into them, and kept where the newsroom alone
//! sees them until an article is published that shows them. One that is refused says its name and the limit, and holds up no other.

use face::{Args, Key, Slot};
use newsroom::picture::{self, Cut, Fault, Format, PICTURE_BYTES_MAX, SVG_BYTES_MAX};
use newsroom::{ATTACHMENT_ENDINGS, PICTURE_ENDINGS};
use store::{FileChanged, FileRow, FileTold, NewFile, media_ending};

use super::Staff;
use super::fields::slug_of;
use crate::shell::parcel::{Enclosed, Parcel};
use crate::site::{Trouble, Visit};

/// Bytes of a document, a sound or a film: what the site serves.
pub(super) const DOCUMENT_BYTES_MAX: u64 = crate::site::media::FILE_BYTES_MAX;
/// Bytes of a file's name in the paper that are made from what it was called, without its folder and ending.
const STEM_BYTES_MAX: usize = 60;
/// The width in which a picture has to come out, so that it is known to be whole.
const TRIED_WIDTH: u32 = 160;

/// A file that was looked at.
struct Looked {
    new: NewFile,
    told: FileTold,
}

/// Why a file is not taken.
enum Why {
    Large(u64),
    Pixels,
    NoPicture,
    Kind,
    Disk(std::io::Error),
}

/// Keeps all files that were chosen in a field. What is refused is told in sentences.
pub(crate) async fn bring(
    visit: &Visit<'_>,
    staff: &Staff,
    field: &str,
) -> Result<(Vec<FileRow>, Vec<String>), Trouble> {
    let Some(parcel) = visit.parcel() else { return Ok((Vec::new(), Vec::new())) };
    let (mut kept, mut refused) = (Vec::new(), Vec::new());
    let chosen: Vec<Enclosed> = parcel.files(field).cloned().collect();
    for file in chosen {
        let Looked { new, told } = match look(visit, parcel, &file).await? {
            Ok(looked) => looked,
            Err(why) => {
                refused.push(sentence(visit, &file.name, &why)?);
                continue;
            }
        };
        match kept_new(visit, staff, new, told).await? {
            Some(row) => kept.push(row),
            None => refused.push(visit.presentation.words.text(Key::FilesFull)),
        }
    }
    Ok((kept, refused))
}

/// Puts the file that was chosen in a field in the place of another. It has to be of the same kind.
pub(super) async fn replace(
    visit: &Visit<'_>,
    staff: &Staff,
    row: &FileRow,
    field: &str,
) -> Result<Result<FileChanged, String>, Trouble> {
    let words = &visit.presentation.words;
    let chosen = visit.parcel().and_then(|parcel| Some((parcel, parcel.files(field).next()?)));
    let Some((parcel, file)) = chosen else { return Ok(Err(words.text(Key::FileNone))) };
    if media_ending(&file.name) != Some(row.media.ending.as_str()) {
        let said = Args::new()
            .with(Slot::Name, file.name.as_str())
            .with(Slot::Kind, row.media.ending.as_str());
        return Ok(Err(words.format(Key::FileOtherKind, &said)));
    }
    let new = match look(visit, parcel, file).await? {
        Ok(Looked { new, .. }) => new,
        Err(why) => return Ok(Err(sentence(visit, &file.name, &why)?)),
    };
    for _ in 0..REPLACE_TRIES {
        let places = visit.site.store.file_places(&row.media.name).await?;
        let (store, new) = (visit.site.store.clone(), new.clone());
        let written = visit.site.pool.run(move || store.write_file(&new, &places)).await??;
        let replaced =
            visit.site.store.replace_file(row.number, written, staff.doer(), visit.now).await?;
        if replaced != FileChanged::Stale {
            return Ok(Ok(replaced));
        }
    }
    Err(Trouble::Busy)
}

/// Keeps a file that is new where the newsroom alone sees it; `None` where there are as many as there may be.
async fn kept_new(
    visit: &Visit<'_>,
    staff: &Staff,
    new: NewFile,
    told: FileTold,
) -> Result<Option<FileRow>, Trouble> {
    let store = visit.site.store.clone();
    let places = store.desk_place();
    let written = visit.site.pool.run(move || store.write_file(&new, &places)).await??;
    Ok(visit.site.store.add_file(written, told, staff.doer(), visit.now).await?)
}

/// Keeps a part of a picture as a picture of its own, with what is said of the whole.
pub(super) async fn cut(
    visit: &Visit<'_>,
    staff: &Staff,
    row: &FileRow,
    part: Cut,
) -> Result<Result<FileRow, String>, Trouble> {
    let path = row.media.path.clone();
    let made = move || std::fs::read(&path).map(|bytes| picture::cut(&bytes, part));
    let read = visit.site.pool.run(made).await?;
    let read = read.map_err(|error| Trouble::Broken(format!("{}: {error}", row.media.name)))?;
    let name = row.media.name.as_str();
    let (bytes, size) = match read {
        Ok(made) => made,
        Err(fault) => return Ok(Err(sentence(visit, name, &why(&fault))?)),
    };
    let stem = format!("{}-part", stem(name.rsplit('/').next().unwrap_or(name)));
    let new = NewFile { folder: "pictures/", stem, ending: "webp", size: Some(size), bytes };
    // The point that stays in sight is another one in a part.
    let told = FileTold { focus: String::new(), ..row.told.clone() };
    let kept = kept_new(visit, staff, new, told).await?;
    Ok(kept.ok_or_else(|| visit.presentation.words.text(Key::FilesFull)))
}

/// How often a file is written anew because articles with it are published meanwhile.
const REPLACE_TRIES: usize = 4;

async fn look(
    visit: &Visit<'_>,
    parcel: &Parcel,
    file: &Enclosed,
) -> Result<Result<Looked, Why>, Trouble> {
    let (parcel, file) = (parcel.clone(), file.clone());
    // Decoding takes a thread that makes pages, and memory: one at a time for each form.
    let looked = visit.site.pool.run(move || looked(&parcel, &file)).await?;
    match looked {
        Err(Why::Disk(error)) => Err(Trouble::Broken(format!("a form's file: {error}"))),
        looked => Ok(looked),
    }
}

fn looked(parcel: &Parcel, file: &Enclosed) -> Result<Looked, Why> {
    let ending = media_ending(&file.name).ok_or(Why::Kind)?;
    let is_picture = PICTURE_ENDINGS.contains(&ending);
    if !is_picture && !ATTACHMENT_ENDINGS.contains(&ending) {
        return Err(Why::Kind);
    }
    let bytes_max = match ending {
        "svg" => SVG_BYTES_MAX as u64,
        _ if is_picture => PICTURE_BYTES_MAX as u64,
        _ => DOCUMENT_BYTES_MAX,
    };
    if file.length > bytes_max {
        return Err(Why::Large(bytes_max));
    }
    if file.length == 0 {
        return Err(if is_picture { Why::NoPicture } else { Why::Kind });
    }
    let bytes = parcel.bytes(file).map_err(Why::Disk)?;
    let stem = stem(&file.name);
    if !is_picture {
        let new = NewFile { folder: "attachments/", stem, ending, size: None, bytes };
        return Ok(Looked { new, told: FileTold::default() });
    }
    let facts = picture::probe(&bytes).map_err(|fault| why(&fault))?;
    let ending = match facts.format {
        Format::Jpeg => "jpg",
        Format::Png => "png",
        Format::Gif => "gif",
        Format::WebP => "webp",
        Format::Svg => "svg",
    };
    let noted = picture::caption_and_credit(&bytes).unwrap_or_default();
    let bytes = picture::without_metadata(&bytes).map_err(|fault| why(&fault))?;
    if matches!(facts.format, Format::Jpeg | Format::Png | Format::WebP) {
        picture::scale(&bytes, TRIED_WIDTH).map_err(|fault| why(&fault))?;
    }
    let told = FileTold {
        caption: noted.caption.unwrap_or_default(),
        credit: noted.credit.unwrap_or_default(),
        ..FileTold::default()
    };
    let size = Some((facts.width, facts.height));
    Ok(Looked { new: NewFile { folder: "pictures/", stem, ending, size, bytes }, told })
}

/// A name for addresses from what a file was called.
fn stem(name: &str) -> String {
    let bare = name.rsplit_once('.').map_or(name, |(bare, _)| bare);
    let mut stem = slug_of(bare);
    stem.truncate(STEM_BYTES_MAX);
    let stem = stem.trim_end_matches('-');
    if stem.is_empty() { "file".to_owned() } else { stem.to_owned() }
}

fn why(fault: &Fault) -> Why {
    match fault {
        Fault::Bytes(bytes) if *bytes <= PICTURE_BYTES_MAX => Why::Large(SVG_BYTES_MAX as u64),
        Fault::Bytes(_) => Why::Large(PICTURE_BYTES_MAX as u64),
        Fault::Side(..) | Fault::Pixels(..) | Fault::Frames | Fault::Decoded(_) => Why::Pixels,
        Fault::Unknown | Fault::Drawing | Fault::Broken(..) => Why::NoPicture,
    }
}

fn sentence(visit: &Visit<'_>, name: &str, why: &Why) -> Result<String, Trouble> {
    let words = &visit.presentation.words;
    let said = Args::new().with(Slot::Name, name);
    Ok(match why {
        Why::Large(bytes_max) => {
            let said = said.with(Slot::Number, (bytes_max >> 20).to_string());
            words.format(Key::FileLarge, &said)
        }
        Why::Pixels => words.format(Key::FilePixels, &said),
        Why::NoPicture => words.format(Key::FileNoPicture, &said),
        Why::Kind => {
            let kinds = PICTURE_ENDINGS.iter().chain(&ATTACHMENT_ENDINGS);
            let kinds = kinds.copied().collect::<Vec<_>>().join(", ");
            words.format(Key::FileKind, &said.with(Slot::Kind, kinds))
        }
        Why::Disk(error) => return Err(Trouble::Broken(error.to_string())),
    })
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn a_name_from_elsewhere_becomes_one_for_addresses() {
        for (name, wanted) in [
            ("Brücke im Nebel.JPG", "brucke-im-nebel"),
            ("IMG_2034.jpeg", "img-2034"),
            ("...png", "file"),
            ("橋.png", "n-9157dd17"),
            ("../../etc/passwd.png", "etc-passwd"),
        ] {
            assert_eq!(stem(name), wanted, "{name}");
        }
        assert!(stem(&format!("{}.png", "a b".repeat(200))).len() <= 60);
    }
}
