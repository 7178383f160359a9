//! What a paper drops into its data folder while it runs: the market's file and its own advertisements. Read whole, held
//! against limits, handed on; what cannot be used is told and passed over. It never writes there.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};
use newsroom::{ADVERTISEMENT_BYTES_MAX, MARKET_BYTES_MAX, read_advertisement, read_market};
use web::{HouseAdvertisement, Market, SlotPicture};

/// The folder of the advertisements, inside of the data folder.
const ADVERTISEMENTS: &str = "ads";
/// Advertisements at once, at most.
const ADVERTISEMENTS_MAX: usize = 50;
/// The largest picture of an advertisement, in bytes.
const PICTURE_BYTES_MAX: usize = 150 * 1024;
/// All pictures together, in bytes: they are kept in memory.
const PICTURES_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Files in the folder of one advertisement that are looked at.
const FILES_MAX: usize = 20;

/// The market's file: what can be shown, or `None` where there is no file, and what is wrong with it.
pub(crate) fn market(path: &Path, stale: SignedDuration) -> (Option<Market>, Vec<String>) {
    let told = |what: String| format!("{}: {what}", path.display());
    let written_at = match fs::metadata(path).and_then(|file| file.modified()) {
        Ok(time) => Timestamp::try_from(time).unwrap_or(Timestamp::MIN),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return (None, Vec::new()),
        Err(error) => return (None, vec![told(format!("cannot be read: {error}"))]),
    };
    let bytes = match read(path, MARKET_BYTES_MAX) {
        Ok(bytes) => bytes,
        Err(what) => return (None, vec![told(what)]),
    };
    let (quotes, faults) = read_market(&bytes);
    let stale_at = written_at.checked_add(stale).unwrap_or(Timestamp::MAX);
    let faults = faults.into_iter().map(|fault| told(fault.to_string())).collect();
    (Some(Market { quotes, written_at, stale_at }), faults)
}

/// The advertisements of a data folder, by the names of their folders, and what is wrong with them.
pub(crate) fn advertisements(data: &Path) -> (Vec<HouseAdvertisement>, Vec<String>) {
    let (mut found, mut faults, mut room) = (Vec::new(), Vec::new(), PICTURES_BYTES_MAX);
    for folder in folders(&data.join(ADVERTISEMENTS)) {
        let mut fault = |what: String| faults.push(format!("{}: {what}", folder.display()));
        if found.len() == ADVERTISEMENTS_MAX {
            fault(format!(
                "there are more than {ADVERTISEMENTS_MAX} advertisements; this one and the rest wait"
            ));
            break;
        }
        let text = read(&folder.join("ad.toml"), ADVERTISEMENT_BYTES_MAX)
            .and_then(|bytes| String::from_utf8(bytes).map_err(|_| "is not UTF-8".to_owned()));
        let told = match text.and_then(|text| read_advertisement(&text)) {
            Ok(told) => told,
            Err(what) => {
                fault(format!("ad.toml: {what}"));
                continue;
            }
        };
        let mut pictures: Vec<SlotPicture> = Vec::new();
        for path in files(&folder) {
            match picture(&path) {
                Ok(picture) if picture.bytes.len() > room => {
                    fault("all pictures together are larger than 4 MiB; take some out".to_owned());
                }
                Ok(picture) if pictures.iter().any(|other| other.size == picture.size) => {
                    fault(format!("{}: another picture has this size already", path.display()));
                }
                Ok(picture) => {
                    room -= picture.bytes.len();
                    pictures.push(picture);
                }
                Err(what) => fault(format!("{}: {what}", path.display())),
            }
        }
        if pictures.is_empty() && told.frames.all().next().is_none() {
            fault(
                "has no frame, and no picture of 300 x 250, 728 x 90 or 320 x 50 pixels, or twice that"
                    .to_owned(),
            );
            continue;
        }
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
        found.push(HouseAdvertisement { name: name.unwrap_or_default(), told, pictures });
    }
    (found, faults)
}

/// What the files of the advertisements look like from outside: as long as it is the same, nobody reads them again.
pub(crate) fn fingerprint(data: &Path) -> BTreeMap<PathBuf, (u64, Option<SystemTime>)> {
    let all = folders(&data.join(ADVERTISEMENTS)).into_iter().flat_map(|folder| {
        let mut all = files(&folder);
        all.push(folder.join("ad.toml"));
        all
    });
    let look = |path: PathBuf| {
        let file = fs::metadata(&path).ok()?;
        Some((path, (file.len(), file.modified().ok())))
    };
    all.filter_map(look).collect()
}

fn picture(path: &Path) -> Result<SlotPicture, String> {
    let bytes = read(path, PICTURE_BYTES_MAX)?;
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let size = size(&bytes).ok_or("is no WebP and no PNG")?;
    SlotPicture::new(bytes, size, ending).ok_or_else(|| {
        let (width, height) = size;
        format!("is {width} x {height}; a slot has 300 x 250, 728 x 90 or 320 x 50 pixels, or twice that")
    })
}

/// Width and height from the first bytes of a PNG or a WebP (RFC 9649).
fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let little = |place: usize, length: usize| {
        let part = bytes.get(place..place + length)?;
        Some(part.iter().rev().fold(0_u32, |number, byte| number << 8 | u32::from(*byte)))
    };
    let big = |place: usize| {
        let part = bytes.get(place..place + 4)?;
        Some(part.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte)))
    };
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some((big(16)?, big(20)?));
    }
    match (bytes.get(..4)?, bytes.get(12..16)?) {
        (b"RIFF", b"VP8X") => Some((little(24, 3)? + 1, little(27, 3)? + 1)),
        (b"RIFF", b"VP8L") => {
            let bits = little(21, 4)?;
            Some(((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1))
        }
        (b"RIFF", b"VP8 ") => Some((little(26, 2)? & 0x3FFF, little(28, 2)? & 0x3FFF)),
        _ => None,
    }
}

/// A file of at most so many bytes.
fn read(path: &Path, bytes_max: usize) -> Result<Vec<u8>, String> {
    let unread = |error: std::io::Error| format!("cannot be read: {error}");
    let file = fs::File::open(path).map_err(unread)?;
    if !file.metadata().map_err(unread)?.is_file() {
        return Err("is no file".to_owned());
    }
    let mut bytes = Vec::new();
    file.take(bytes_max as u64 + 1).read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() > bytes_max {
        return Err(format!("is larger than {bytes_max} bytes"));
    }
    Ok(bytes)
}

/// The folders in a folder, by name.
fn folders(path: &Path) -> Vec<PathBuf> {
    entries(path, ADVERTISEMENTS_MAX + 1, Path::is_dir)
}

/// The pictures in a folder, by name.
fn files(path: &Path) -> Vec<PathBuf> {
    let is_picture = |path: &Path| {
        let ending = path.extension().and_then(|ending| ending.to_str());
        matches!(ending, Some("webp" | "png")) && path.is_file()
    };
    entries(path, FILES_MAX, is_picture)
}

fn entries(path: &Path, number_max: usize, fits: fn(&Path) -> bool) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(path) else { return Vec::new() };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut paths: Vec<PathBuf> = paths.filter(|path| fits(path)).collect();
    paths.sort();
    paths.truncate(number_max);
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes
    }

    #[test]
    fn advertisements_are_read_by_name_and_faults_are_told() {
        let data = tempfile::tempdir().unwrap();
        assert_eq!(advertisements(data.path()), (Vec::new(), Vec::new()), "no folder is no fault");
        let put = |name: &str, file: &str, bytes: &[u8]| {
            let folder = data.path().join("ads").join(name);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(file), bytes).unwrap();
        };
        let told = b"alt = \"Tide tables\"\nlink = \"/offers\"\n";
        put("b-good", "ad.toml", told);
        put("b-good", "beside.png", &png(300, 250));
        put("b-good", "again.png", &png(600, 500));
        put("b-good", "notes.txt", b"not looked at");
        put("a-wrong", "ad.toml", b"alt = \"A\"\nlink = \"javascript:x\"");
        put("c-without", "ad.toml", told);
        put("c-without", "large.png", &png(1000, 1000));
        put("d-huge", "ad.toml", told);
        put("d-huge", "huge.png", &vec![0; PICTURE_BYTES_MAX + 1]);
        let before = fingerprint(data.path());
        let (found, faults) = advertisements(data.path());
        assert_eq!(found.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["b-good"]);
        assert_eq!(found[0].pictures.len(), 1);
        assert_eq!(faults.len(), 6, "{faults:#?}");
        assert!(faults.iter().any(|fault| fault.contains("1000 x 1000")), "{faults:#?}");
        assert_eq!(before, fingerprint(data.path()));
        put("e-new", "ad.toml", told);
        assert_ne!(before, fingerprint(data.path()));
    }

    #[test]
    fn the_market_has_an_age() {
        let data = tempfile::tempdir().unwrap();
        let path = data.path().join("market.csv");
        let stale = SignedDuration::from_hours(24);
        assert_eq!(market(&path, stale), (None, Vec::new()));
        fs::write(&path, "Freight,2118,-1.4%\nbroken\n").unwrap();
        let (read, faults) = market(&path, stale);
        let read = read.unwrap();
        assert_eq!(read.quotes.len(), 1);
        assert_eq!(read.stale_at.duration_since(read.written_at), stale);
        assert!(faults[0].contains("line 2"), "{faults:?}");
        let (none, faults) = market(data.path(), stale);
        assert!(none.is_none() && faults.len() == 1, "a folder is no file");
    }

    #[test]
    fn sizes_are_read_from_the_first_bytes() {
        assert_eq!(size(&png(728, 90)), Some((728, 90)));
        assert_eq!(size(b"RIFF0000WEBPVP8X0000\0\0\0\0\x2b\x01\0\xf9\0\0"), Some((300, 250)));
        for bytes in [&b""[..], b"RIFF", b"GIF89a000000000000", b"\x89PNG\r\n\x1a\n"] {
            assert_eq!(size(bytes), None);
        }
    }
}
