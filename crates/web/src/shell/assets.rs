//! Style, script, fonts and the icon: part of the binary, under addresses that name their bytes.
//!
//! An old name of a known asset answers with today's file for a minute, since old pages live in caches.

use std::collections::HashMap;

use bytes::Bytes;

use super::finished::Finished;

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
    ("reader.js", "text/javascript; charset=utf-8", include_bytes!("../../assets/reader.js")),
    ("pages.css", "text/css; charset=utf-8", include_bytes!("../../assets/pages.css")),
    ("paper.css", "text/css; charset=utf-8", include_bytes!("../../assets/paper.css")),
];
const WOFF2: &str = "font/woff2";
const PNG: &str = "image/png";

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
    Text(Finished),
    /// As it is.
    Packed(Bytes),
}

/// All assets by their hashed names.
#[derive(Debug)]
pub(crate) struct Assets {
    by_file: HashMap<String, Asset>,
    addresses: HashMap<&'static str, String>,
}

impl Assets {
    /// Hashes and compresses everything; the style sheet's addresses of fonts become hashed ones.
    pub(crate) fn new() -> Self {
        let mut assets = Self { by_file: HashMap::new(), addresses: HashMap::new() };
        for (name, media_type, bytes) in FILES {
            assets.add(name, media_type, bytes);
        }
        assets
    }

    fn add(&mut self, name: &'static str, media_type: &'static str, bytes: &'static [u8]) {
        let (bytes, hash) = match std::str::from_utf8(bytes) {
            Ok(text) if media_type != WOFF2 => {
                let text = self.with_addresses(text);
                let hash = blake3::hash(text.as_bytes());
                let finished = Finished::new(text);
                finished.squeeze();
                (AssetBytes::Text(finished), hash)
            }
            _ => (AssetBytes::Packed(Bytes::from_static(bytes)), blake3::hash(bytes)),
        };
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        let file = format!("{stem}.{}.{ending}", &hash.to_hex()[..12]);
        self.addresses.insert(name, format!("/assets/{file}"));
        self.by_file.insert(file, Asset { media_type, bytes });
    }

    /// `url(fonts/NAME)` in the style sheet, with the font's address.
    fn with_addresses(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, address) in &self.addresses {
            text = text.replace(&format!("fonts/{name}"), address);
        }
        text
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

#[cfg(test)]
mod tests;
