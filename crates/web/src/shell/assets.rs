//! Style, script, fonts and the icon: part of the binary or of a theme, under addresses that name their bytes.
//!
//! An old name of a known asset answers with today's file for a minute, since old pages live in caches.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use super::finished::Finished;
use super::style::{with_addresses, without_comments};

/// The theme's style sheet, which is made of its tokens and its style.
pub(crate) const THEME_STYLE: &str = "theme.css";
/// What reloads pages in a demo whose theme is being made.
pub(crate) const LIVE_SCRIPT: &str = "theme-live.js";

/// Name, media type and bytes of every asset.
const FILES: &[(&str, &str, &[u8])] = &[
    (
        "piazzolla-600-latin.woff2",
        WOFF2,
        include_bytes!("../../assets/fonts/piazzolla-600-latin.woff2"),
    ),
    ("piazzolla-600.woff2", WOFF2, include_bytes!("../../assets/fonts/piazzolla-600.woff2")),
    ("stix-400-latin.woff2", WOFF2, include_bytes!("../../assets/fonts/stix-400-latin.woff2")),
    ("stix-400.woff2", WOFF2, include_bytes!("../../assets/fonts/stix-400.woff2")),
    ("stix-400i-latin.woff2", WOFF2, include_bytes!("../../assets/fonts/stix-400i-latin.woff2")),
    ("stix-400i.woff2", WOFF2, include_bytes!("../../assets/fonts/stix-400i.woff2")),
    ("stix-600-latin.woff2", WOFF2, include_bytes!("../../assets/fonts/stix-600-latin.woff2")),
    ("stix-600.woff2", WOFF2, include_bytes!("../../assets/fonts/stix-600.woff2")),
    (
        "archivo-narrow-600-latin.woff2",
        WOFF2,
        include_bytes!("../../assets/fonts/archivo-narrow-600-latin.woff2"),
    ),
    (
        "archivo-narrow-600.woff2",
        WOFF2,
        include_bytes!("../../assets/fonts/archivo-narrow-600.woff2"),
    ),
    ("icon.svg", "image/svg+xml", include_bytes!("../../assets/icon.svg")),
    ("icon-192.png", PNG, include_bytes!("../../assets/icon-192.png")),
    ("icon-512.png", PNG, include_bytes!("../../assets/icon-512.png")),
    ("apple-touch-icon.png", PNG, include_bytes!("../../assets/apple-touch-icon.png")),
    ("account.js", SCRIPT, include_bytes!("../../assets/account.js")),
    ("ways-in.js", SCRIPT, include_bytes!("../../assets/ways-in.js")),
    ("cut.js", SCRIPT, include_bytes!("../../assets/cut.js")),
    ("media.js", SCRIPT, include_bytes!("../../assets/media.js")),
    ("desk.js", SCRIPT, include_bytes!("../../assets/desk.js")),
    ("reader.js", SCRIPT, include_bytes!("../../assets/reader.js")),
    (LIVE_SCRIPT, SCRIPT, include_bytes!("../../assets/theme-live.js")),
    ("editor.js", SCRIPT, include_bytes!("../../assets/editor.js")),
    ("editor.css", STYLE, include_bytes!("../../assets/editor.css")),
    ("desk.css", STYLE, include_bytes!("../../assets/desk.css")),
    ("pages.css", STYLE, include_bytes!("../../assets/pages.css")),
    ("paper.css", STYLE, include_bytes!("../../assets/paper.css")),
];
const WOFF2: &str = "font/woff2";
const PNG: &str = "image/png";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
/// What a theme may bring, by its ending. Scripts and style sheets only in place of those that there are.
const MEDIA_TYPES: &[(&str, &str)] = &[
    ("woff2", WOFF2),
    ("svg", "image/svg+xml"),
    ("png", PNG),
    ("webp", "image/webp"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("ico", "image/x-icon"),
];

/// The names of the assets that are part of the binary.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, ..)| *name)
}

/// The text of a style sheet that is part of the binary.
pub(crate) fn style_text(wanted: &str) -> &'static str {
    let mut files =
        FILES.iter().filter(|(name, media_type, _)| *name == wanted && *media_type == STYLE);
    files.next().and_then(|(.., bytes)| std::str::from_utf8(bytes).ok()).unwrap_or("")
}

/// The media type of a theme's asset, where it may be one.
pub(crate) fn media_type(name: &str) -> Option<&'static str> {
    if let Some((_, media_type, _)) = FILES.iter().find(|(known, ..)| *known == name) {
        return Some(media_type);
    }
    let (_, ending) = name.rsplit_once('.')?;
    MEDIA_TYPES.iter().find(|(known, _)| *known == ending).map(|(_, media_type)| *media_type)
}

/// One asset.
#[derive(Debug)]
pub(crate) struct Asset {
    /// Its media type.
    pub(crate) media_type: &'static str,
    /// Its bytes.
    pub(crate) bytes: AssetBytes,
}

/// Text is compressed; fonts are already.
#[derive(Debug)]
pub(crate) enum AssetBytes {
    /// Compressed where the caller takes it.
    Text(Arc<AssetText>),
    /// As it is.
    Packed(Bytes),
}

/// The text of an asset. Compressing all of them takes longer than starting the whole house: each is compressed when it is first asked for.
#[derive(Debug)]
pub(crate) struct AssetText {
    plain: Bytes,
    finished: OnceLock<Finished>,
}

impl AssetText {
    /// Whether it has been compressed.
    pub(crate) fn is_finished(&self) -> bool {
        self.finished.get().is_some()
    }

    /// In every encoding. The first who asks does the work.
    pub(crate) fn finished(&self) -> &Finished {
        self.finished.get_or_init(|| {
            let finished = Finished::new(self.plain.clone());
            finished.squeeze();
            finished
        })
    }
}

/// All assets by their hashed names.
#[derive(Debug)]
pub(crate) struct Assets {
    by_file: HashMap<String, Asset>,
    addresses: Arc<HashMap<String, String>>,
}

impl Assets {
    /// Hashes everything, a theme's own files in place of those of the same name; the addresses in style
    /// sheets become hashed ones. `style` is the theme's sheet, empty where there is none.
    pub(crate) fn new(own: &BTreeMap<String, Bytes>, style: &str) -> Self {
        let mut making = Making::default();
        let is_text = |media_type: &str| media_type == STYLE;
        let delivered = FILES.iter().map(|(name, media_type, bytes)| {
            let bytes = own.get(*name).cloned().unwrap_or_else(|| house(media_type, bytes));
            (*name, *media_type, bytes)
        });
        let brought = own.iter().filter(|(name, _)| !names().any(|known| known == *name));
        let brought = brought
            .filter_map(|(name, bytes)| Some((name.as_str(), media_type(name)?, bytes.clone())));
        // Style sheets last: they name the others.
        let mut all: Vec<(&str, &'static str, Bytes)> = delivered.chain(brought).collect();
        all.sort_by_key(|(_, media_type, _)| is_text(media_type));
        for (name, media_type, bytes) in all {
            making.add(name, media_type, bytes);
        }
        if !style.is_empty() {
            making.add(THEME_STYLE, STYLE, Bytes::from(style.to_owned()));
        }
        Self { by_file: making.by_file, addresses: Arc::new(making.addresses) }
    }

    /// The addresses by plain names.
    pub(crate) fn addresses(&self) -> Arc<HashMap<String, String>> {
        Arc::clone(&self.addresses)
    }

    /// The address of an asset by its plain name; empty for one that is not there.
    pub(crate) fn address(&self, name: &str) -> &str {
        self.addresses.get(name).map_or("", String::as_str)
    }

    /// The asset of a file name, and whether the name is today's.
    pub(crate) fn find(&self, file: &str) -> Option<(&Asset, bool)> {
        if let Some(asset) = self.by_file.get(file) {
            return Some((asset, true));
        }
        let (rest, ending) = file.rsplit_once('.')?;
        let (stem, hash) = rest.rsplit_once('.')?;
        let is_hash = hash.len() == 12 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        let address =
            self.addresses.get(format!("{stem}.{ending}").as_str()).filter(|_| is_hash)?;
        let asset = self.by_file.get(address.strip_prefix("/assets/")?)?;
        Some((asset, false))
    }
}

/// A file that is part of the binary, as it is sent: the lines of a script that are a comment alone stay at home. A theme's script is
/// sent as it was written, since nobody here knows what its lines are part of.
fn house(media_type: &str, bytes: &'static [u8]) -> Bytes {
    match std::str::from_utf8(bytes) {
        Ok(text) if media_type == SCRIPT => {
            let is_code = |line: &&str| {
                let line = line.trim();
                let is_remark = line.starts_with("/**") && line.ends_with("*/");
                !is_remark && !line.starts_with("//")
            };
            Bytes::from(text.split_inclusive('\n').filter(is_code).collect::<String>())
        }
        _ => Bytes::from_static(bytes),
    }
}

/// Assets while they are put together.
#[derive(Default)]
struct Making {
    by_file: HashMap<String, Asset>,
    addresses: HashMap<String, String>,
}

impl Making {
    fn add(&mut self, name: &str, media_type: &'static str, bytes: Bytes) {
        let is_text = matches!(media_type, STYLE | SCRIPT | "image/svg+xml");
        let (bytes, hash) = match std::str::from_utf8(&bytes) {
            Ok(text) if is_text => {
                let text = match media_type {
                    STYLE => {
                        let text = without_comments(text);
                        with_addresses(&text, |name| self.addresses.get(name).cloned())
                    }
                    _ => text.to_owned(),
                };
                let hash = blake3::hash(text.as_bytes());
                let text = AssetText { plain: Bytes::from(text), finished: OnceLock::new() };
                (AssetBytes::Text(Arc::new(text)), hash)
            }
            _ => {
                let hash = blake3::hash(&bytes);
                (AssetBytes::Packed(bytes), hash)
            }
        };
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        let file = format!("{stem}.{}.{ending}", &hash.to_hex()[..12]);
        self.addresses.insert(name.to_owned(), format!("/assets/{file}"));
        self.by_file.insert(file, Asset { media_type, bytes });
    }
}

#[cfg(test)]
mod tests;
