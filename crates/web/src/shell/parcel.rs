//! Forms that bring files (`multipart/form-data`, RFC 7578): kept on the disk as they come, in a file that has no name any more, so that
//! nothing of it is left when the program ends. What they say is hostile until shown otherwise; whose they are is asked before.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use memchr::memmem;

/// Bytes of a form with all its files.
pub(crate) const PARCEL_BYTES_MAX: u64 = 256 << 20;
/// Bytes of all fields of such a form that are no files, in their longest spelling.
pub(crate) const PARCEL_FIELDS_BYTES_MAX: usize = 3 << 20;
/// Files of one form.
pub(crate) const PARCEL_FILES_MAX: usize = 20;
/// Fields and files of one form.
const PARTS_MAX: usize = 120;
/// Bytes of the lines above a field or a file.
const PART_HEAD_BYTES_MAX: usize = 8 * 1_024;
/// Bytes of the line between two parts (RFC 2046, 5.1.1).
const BOUNDARY_BYTES_MAX: usize = 70;
/// Bytes of a file's name that are looked at.
const NAME_BYTES_MAX: usize = 512;
/// Bytes that are read from the disk at a time.
const STRETCH_BYTES: usize = 256 * 1_024;
/// The folder in the data folder in which a form has a name for a moment.
const ARRIVING: &str = "arriving";

/// Counts the forms of this process.
static NUMBER: AtomicU64 = AtomicU64::new(0);

/// Why a form with files is not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ParcelFault {
    /// Beyond a limit.
    #[error("the form is beyond a limit: {0}")]
    TooMuch(&'static str),
    /// It is no such form, or not all of it.
    #[error("the form did not arrive whole: {0}")]
    Broken(&'static str),
    /// The disk does not take it.
    #[error("the form could not be kept: {0}")]
    Disk(#[from] std::io::Error),
}

/// A form while it comes in. It blocks.
#[derive(Debug)]
pub(crate) struct Packing {
    file: File,
    length: u64,
}

impl Packing {
    /// Begins to keep a form.
    pub(crate) fn begin(data: &Path) -> std::io::Result<Self> {
        let folder = data.join(ARRIVING);
        std::fs::create_dir_all(&folder)?;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!("{}-{number}", std::process::id()));
        let mut options = File::options();
        let file = options.read(true).write(true).create(true).truncate(true).open(&path)?;
        // Whatever happens from here on, the system takes it away.
        std::fs::remove_file(&path)?;
        Ok(Self { file, length: 0 })
    }

    /// Keeps what came next.
    pub(crate) fn add(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.length += bytes.len() as u64;
        self.file.write_all(bytes)
    }

    /// Finds the fields and the files in what came, by the media type that the form has.
    pub(crate) fn close(mut self, media_type: &str) -> Result<Parcel, ParcelFault> {
        let boundary = boundary(media_type).ok_or(ParcelFault::Broken("it names no boundary"))?;
        let places = places(&mut self.file, &boundary)?;
        let mut parcel =
            Parcel { file: Arc::new(self.file), fields: Vec::new(), files: Vec::new() };
        // Places are counted from the line end that is thought before the file. Behind each line that divides stands another, behind
        // the last one two hyphens.
        let behind = boundary.len() as u64 + 2;
        for pair in places.windows(2) {
            parcel.part(pair[0] + behind + 2, pair[1].saturating_sub(2))?;
        }
        let end = places.last().map(|place| place + behind);
        let is_whole = end.is_some_and(|end| parcel.read(end, 2).is_ok_and(|two| two == b"--"));
        if is_whole { Ok(parcel) } else { Err(ParcelFault::Broken("its end is missing")) }
    }
}

/// A form with files, on the disk. Clones share it.
#[derive(Clone, Debug)]
pub struct Parcel {
    file: Arc<File>,
    /// The fields, spelled as a form without files spells them.
    fields: Vec<u8>,
    files: Vec<Enclosed>,
}

/// A file of a form.
#[derive(Clone, Debug)]
pub(crate) struct Enclosed {
    /// The field that it was chosen in.
    pub(crate) field: String,
    /// What it is called where it comes from, without any folder.
    pub(crate) name: String,
    /// How many bytes it has.
    pub(crate) length: u64,
    start: u64,
}

impl Parcel {
    /// The fields that are no files.
    pub(crate) fn fields(&self) -> &[u8] {
        &self.fields
    }

    /// The files that were chosen in a field, in order.
    pub(crate) fn files<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a Enclosed> {
        self.files.iter().filter(move |file| file.field == field)
    }

    /// The bytes of a file. It blocks.
    pub(crate) fn bytes(&self, file: &Enclosed) -> std::io::Result<Vec<u8>> {
        let length = usize::try_from(file.length).unwrap_or(usize::MAX);
        self.read(file.start, length)
    }

    fn read(&self, start: u64, length: usize) -> std::io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.file.read_exact_at(&mut bytes, start)?;
        Ok(bytes)
    }

    /// Takes one part in, which stands between two places of the file.
    fn part(&mut self, start: u64, end: u64) -> Result<(), ParcelFault> {
        let length = end.checked_sub(start).ok_or(ParcelFault::Broken("a part has no end"))?;
        let head_length = usize::try_from(length).unwrap_or(usize::MAX).min(PART_HEAD_BYTES_MAX);
        let head = self.read(start, head_length)?;
        let ends = memmem::find(&head, b"\r\n\r\n");
        let ends =
            ends.ok_or(ParcelFault::Broken("a part has no head, or one that is too long"))?;
        let text = std::str::from_utf8(&head[..ends])
            .map_err(|_| ParcelFault::Broken("the head of a part is no text"))?;
        let (field, name) = disposition(text).ok_or(ParcelFault::Broken("a part has no name"))?;
        let (start, length) = (start + ends as u64 + 4, length - ends as u64 - 4);
        match name {
            // Nothing was chosen there.
            Some(name) if name.is_empty() && length == 0 => {}
            Some(name) => {
                if self.files.len() >= PARCEL_FILES_MAX {
                    return Err(ParcelFault::TooMuch("it has too many files"));
                }
                self.files.push(Enclosed { field, name, length, start });
            }
            None => {
                let room = PARCEL_FIELDS_BYTES_MAX.saturating_sub(self.fields.len()) / 3;
                let length = usize::try_from(length).ok().filter(|length| *length <= room);
                let length = length.ok_or(ParcelFault::TooMuch("its text is too long"))?;
                let value = self.read(start, length)?;
                if !self.fields.is_empty() {
                    self.fields.push(b'&');
                }
                spell(field.as_bytes(), &mut self.fields);
                self.fields.push(b'=');
                spell(&value, &mut self.fields);
            }
        }
        Ok(())
    }
}

/// A value as a form without files spells it.
fn spell(text: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            out.push(*byte);
        } else {
            out.extend([b'%', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
    }
}

/// Whether a form has files.
pub(crate) fn is_parcel(media_type: &str) -> bool {
    let kind = media_type.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("multipart/form-data")
}

fn boundary(media_type: &str) -> Option<Bytes> {
    let found = media_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then_some(value.trim())
    })?;
    let bare = found.strip_prefix('"').and_then(|found| found.strip_suffix('"')).unwrap_or(found);
    let is_plain = bare.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    let fits = (1..=BOUNDARY_BYTES_MAX).contains(&bare.len()) && is_plain;
    fits.then(|| Bytes::from(bare.to_owned()))
}

/// Where the dividing lines begin, each with the line end before it: the first one would begin before the file.
fn places(file: &mut File, boundary: &[u8]) -> Result<Vec<u64>, ParcelFault> {
    let line = [b"\r\n--", boundary].concat();
    let finder = memmem::Finder::new(&line);
    file.seek(SeekFrom::Start(0))?;
    // As if a line end stood before the file: places are counted from there.
    let mut window = b"\r\n".to_vec();
    let (mut passed, mut places) = (0_u64, Vec::new());
    let mut stretch = vec![0; STRETCH_BYTES];
    loop {
        let count = file.read(&mut stretch)?;
        window.extend_from_slice(&stretch[..count]);
        let mut from = 0;
        while let Some(place) = finder.find(&window[from..]) {
            places.push(passed + (from + place) as u64);
            if places.len() > PARTS_MAX {
                return Err(ParcelFault::TooMuch("it has too many fields"));
            }
            from += place + line.len();
        }
        if count == 0 {
            break;
        }
        let keep = window.len().saturating_sub(line.len() - 1).max(from);
        passed += keep as u64;
        window.drain(..keep);
    }
    if places.first() != Some(&0) {
        return Err(ParcelFault::Broken("it does not begin with a part"));
    }
    Ok(places)
}

/// The field of a part, and the name of its file where it is one.
fn disposition(head: &str) -> Option<(String, Option<String>)> {
    let line = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
    })?;
    let field = parameter(line, "name")?;
    // Some browsers name the folder, too.
    let name = parameter(line, "filename").map(|name| {
        let bare = name.rsplit(['/', '\\']).next().unwrap_or_default();
        bare.chars().filter(|letter| !letter.is_control()).take(NAME_BYTES_MAX / 4).collect()
    });
    Some((field, name))
}

/// A parameter in quotes, as browsers write it (WHATWG HTML, 4.10.21.8): quotes and line ends in it are percent-encoded.
fn parameter(line: &str, wanted: &str) -> Option<String> {
    let mut rest = line;
    while let Some((_, after)) = rest.split_once(';') {
        let after = after.trim_start();
        let (name, value) = after.split_once('=')?;
        let value = value.trim_start().strip_prefix('"')?;
        let (value, behind) = value.split_once('"')?;
        if name.trim().eq_ignore_ascii_case(wanted) {
            let plain = value.replace("%22", "\"").replace("%0D", " ").replace("%0A", " ");
            return Some(plain);
        }
        rest = behind;
    }
    None
}

#[cfg(test)]
mod tests;
