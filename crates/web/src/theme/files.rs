//! The files of a theme, each read for what it is: `theme.toml`, templates, messages, tokens, style, assets. It knows
//! nothing of pages; whatever it cannot use is a fault with file and line.

use std::collections::BTreeMap;

use bytes::Bytes;
use face::{Language, Overrides, TemplateError};
use serde::Deserialize;

use super::fault::{ThemeFault, line_of};
use super::{contract, markup};
use crate::shell::assets;
use crate::shell::style::{named, plain_name};
use crate::shell::templates::DELIVERED;

/// Files of a theme, at most.
pub const THEME_FILES_MAX: usize = 300;
/// All files together, in bytes: they are kept in memory.
pub(super) const THEME_BYTES_MAX: usize = 8 << 20;
/// The largest template, in bytes.
pub(super) const TEMPLATE_BYTES_MAX: usize = 128 << 10;
/// The largest of `tokens.css` and `style.css`, in bytes.
pub(super) const STYLE_BYTES_MAX: usize = 128 << 10;
/// The largest table of messages, in bytes.
pub(super) const MESSAGES_BYTES_MAX: usize = 256 << 10;
/// The largest font, picture or other asset, in bytes.
pub(super) const ASSET_BYTES_MAX: usize = 1 << 20;
/// The largest file of any kind, in bytes.
pub const THEME_FILE_BYTES_MAX: usize = ASSET_BYTES_MAX;
/// The longest name that a theme gives itself, in characters.
const NAME_CHARS_MAX: usize = 80;
/// Fonts that a page asks for at once, at most: each delays all the others.
const PRELOAD_MAX: usize = 4;
const ABOUT: &str = "theme.toml";

/// One file of a theme's folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ThemeFile {
    /// Its path from the folder on, with slashes.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// `theme.toml`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct About {
    pub(crate) name: String,
    pub(crate) preload: Vec<String>,
    pub(crate) colors: [String; 2],
}

/// A theme's files, each in its place.
#[derive(Clone, Debug)]
pub(crate) struct Parsed {
    pub(crate) about: About,
    pub(crate) templates: BTreeMap<String, String>,
    pub(crate) overrides: Vec<Overrides>,
    pub(crate) assets: BTreeMap<String, Bytes>,
    pub(crate) version: String,
    tokens: String,
    style: String,
}

impl Parsed {
    /// `tokens.css`.
    pub(crate) fn tokens(&self) -> &str {
        &self.tokens
    }

    /// `style.css`.
    pub(crate) fn own_style(&self) -> &str {
        &self.style
    }

    /// Tokens first, so that the style can use them.
    pub(crate) fn style(&self) -> String {
        match (self.tokens.is_empty(), self.style.is_empty()) {
            (true, _) => self.style.clone(),
            (_, true) => self.tokens.clone(),
            _ => format!("{}\n{}", self.tokens, self.style),
        }
    }
}

/// Whether a template is one of notices, walls and offers.
pub(crate) fn is_of_face(name: &str) -> bool {
    face::TEMPLATES.iter().any(|(known, _)| *known == name)
}

/// All templates that can be overridden: names and texts as delivered.
pub(crate) fn delivered() -> impl Iterator<Item = (&'static str, &'static str)> {
    DELIVERED.iter().copied().chain(face::TEMPLATES)
}

/// Reads everything. What could be read is there also where something is wrong, so that more can be told.
pub(crate) fn parse(files: &[ThemeFile]) -> (Parsed, Vec<ThemeFault>) {
    let mut reading = Reading::new(files);
    for file in files {
        reading.file(file);
    }
    reading.limits(files);
    reading.finish()
}

struct Reading {
    parsed: Parsed,
    faults: Vec<ThemeFault>,
}

impl Reading {
    fn new(files: &[ThemeFile]) -> Self {
        let about = About {
            name: "default".to_owned(),
            preload: ["piazzolla-600.woff2", "stix-400.woff2"].map(str::to_owned).to_vec(),
            colors: ["#FBFBF8", "#101619"].map(str::to_owned),
        };
        let mut hash = blake3::Hasher::new();
        for file in files {
            hash.update(&(file.path.len() as u64).to_le_bytes()).update(file.path.as_bytes());
            hash.update(&(file.bytes.len() as u64).to_le_bytes()).update(&file.bytes);
        }
        let parsed = Parsed {
            about,
            templates: BTreeMap::new(),
            overrides: Vec::new(),
            assets: BTreeMap::new(),
            version: hash.finalize().to_hex()[..16].to_owned(),
            tokens: String::new(),
            style: String::new(),
        };
        Self { parsed, faults: Vec::new() }
    }

    fn fault(&mut self, file: &str, line: impl Into<Option<usize>>, what: impl Into<String>) {
        self.faults.push(ThemeFault::new(file, line, what));
    }

    fn limits(&mut self, files: &[ThemeFile]) {
        let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
        if files.len() > THEME_FILES_MAX {
            let what = format!("{} files; a theme has at most {THEME_FILES_MAX}", files.len());
            self.fault("(the folder)", None, what);
        }
        if bytes > THEME_BYTES_MAX {
            let what = format!("{bytes} bytes in all; a theme has at most {THEME_BYTES_MAX}");
            self.fault("(the folder)", None, what);
        }
    }

    fn file(&mut self, file: &ThemeFile) {
        let path = file.path.as_str();
        match path.split_once('/') {
            None if path == ABOUT => self.about(file),
            None if path == "tokens.css" || path == "style.css" => self.style(file),
            None if is_note(path) => {}
            Some(("templates", name)) if !name.contains('/') => self.template(file, name),
            Some(("messages", name)) if !name.contains('/') => self.messages(file, name),
            Some(("assets", name)) if !name.contains('/') => self.asset(file, name),
            _ => self.fault(
                path,
                None,
                "is no part of a theme: it has theme.toml, tokens.css, style.css, and files in \
                 templates/, messages/ and assets/",
            ),
        }
    }

    /// The text of a file, within a limit.
    fn text<'a>(&mut self, file: &'a ThemeFile, bytes_max: usize) -> Option<&'a str> {
        if file.bytes.len() > bytes_max {
            let what = format!("{} bytes; the limit is {bytes_max}", file.bytes.len());
            self.fault(&file.path, None, what);
            return None;
        }
        match std::str::from_utf8(&file.bytes) {
            Ok(text) => Some(text.strip_prefix('\u{feff}').unwrap_or(text)),
            Err(error) => {
                let line =
                    file.bytes[..error.valid_up_to()].iter().filter(|b| **b == b'\n').count();
                self.fault(&file.path, line + 1, "is not UTF-8; save it as such");
                None
            }
        }
    }

    fn about(&mut self, file: &ThemeFile) {
        let Some(text) = self.text(file, MESSAGES_BYTES_MAX) else { return };
        let written: Written = match toml::from_str(text) {
            Ok(written) => written,
            Err(error) => {
                let line = error.span().map(|span| line_of(text, span.start));
                self.fault(&file.path, line, error.message().to_owned());
                return;
            }
        };
        if let Some(name) = &written.name {
            if name.get_ref().chars().count() > NAME_CHARS_MAX {
                let line = line_of(text, name.span().start);
                let what = format!("the name is longer than {NAME_CHARS_MAX} characters");
                self.fault(&file.path, line, what);
            }
            self.parsed.about.name.clone_from(name.get_ref());
        }
        for (place, given) in [&written.light, &written.dark].into_iter().enumerate() {
            let Some(given) = given else { continue };
            let digits = given.get_ref().strip_prefix('#').unwrap_or("");
            if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                self.parsed.about.colors[place].clone_from(given.get_ref());
            } else {
                let line = line_of(text, given.span().start);
                let what = format!("{:?} is no colour such as \"#FBFBF8\"", given.get_ref());
                self.fault(&file.path, line, what);
            }
        }
        if let Some(preload) = &written.preload {
            let line = line_of(text, preload.span().start);
            if preload.get_ref().len() > PRELOAD_MAX {
                let what = format!("at most {PRELOAD_MAX} fonts can be asked for at once");
                self.fault(&file.path, line, what);
            }
            self.parsed.about.preload.clone_from(preload.get_ref());
        }
    }

    fn style(&mut self, file: &ThemeFile) {
        let Some(text) = self.text(file, STYLE_BYTES_MAX) else { return };
        for (line, what) in markup::sheet_faults(text) {
            self.fault(&file.path, line, what);
        }
        match file.path.as_str() {
            "tokens.css" => text.clone_into(&mut self.parsed.tokens),
            _ => text.clone_into(&mut self.parsed.style),
        }
    }

    fn template(&mut self, file: &ThemeFile, name: &str) {
        if is_note(name) {
            return;
        }
        let is_known = delivered().any(|(known, _)| known == name);
        let is_part = name.starts_with("part-") && name.ends_with(".html") && is_plain(name);
        if !(is_known || is_part) {
            let what = format!(
                "there is no template of that name; the nearest is {:?}. Parts of your own are \
                    called part-NAME.html",
                nearest(name, delivered().map(|(known, _)| known))
            );
            return self.fault(&file.path, None, what);
        }
        let Some(text) = self.text(file, TEMPLATE_BYTES_MAX) else { return };
        if let Err(error) = minijinja::Environment::new().add_template(name, text) {
            self.faults.push(ThemeFault::of(TemplateError::of(name, &error)));
            return;
        }
        for (line, what) in markup::template_faults(text) {
            self.fault(&file.path, line, what);
        }
        self.parsed.templates.insert(name.to_owned(), text.to_owned());
    }

    fn messages(&mut self, file: &ThemeFile, name: &str) {
        if is_note(name) {
            return;
        }
        let language = name.strip_suffix(".toml");
        let language = Language::ALL.into_iter().find(|known| Some(known.tag()) == language);
        let Some(language) = language else {
            let what =
                "is no table of messages: there are en.toml, de.toml, fr.toml, es.toml, ja.toml";
            return self.fault(&file.path, None, what);
        };
        let Some(text) = self.text(file, MESSAGES_BYTES_MAX) else { return };
        match Overrides::read_file(language, text) {
            Ok(overrides) => self.parsed.overrides.push(overrides),
            Err(faults) => {
                for (line, what) in faults {
                    self.fault(&file.path, line, what);
                }
            }
        }
    }

    fn asset(&mut self, file: &ThemeFile, name: &str) {
        // The licence of a font stands beside it.
        if is_note(name) {
            return;
        }
        if !is_plain(name) || [assets::THEME_STYLE, assets::LIVE_SCRIPT].contains(&name) {
            let what = "an asset's name is made of a-z, 0-9, - and _, with one ending";
            return self.fault(&file.path, None, what);
        }
        if assets::media_type(name).is_none() {
            let what = "is no kind of asset: woff2, svg, png, webp, jpg, ico, and style sheets and \
                scripts that \
                 replace one of the house's by its name (paper.css, pages.css, reader.js, account.js, ways-in.js)";
            return self.fault(&file.path, None, what);
        }
        if file.bytes.len() > ASSET_BYTES_MAX {
            let what = format!("{} bytes; the limit is {ASSET_BYTES_MAX}", file.bytes.len());
            return self.fault(&file.path, None, what);
        }
        if let Some(what) = other_kind(name, &file.bytes) {
            return self.fault(&file.path, None, what);
        }
        if name.ends_with(".css") {
            let Some(text) = self.text(file, ASSET_BYTES_MAX) else { return };
            for (line, what) in markup::sheet_faults(text) {
                self.fault(&file.path, line, what);
            }
        }
        self.parsed.assets.insert(name.to_owned(), Bytes::from(file.bytes.clone()));
    }

    /// What only the whole can tell: names of assets, and of variables.
    fn finish(mut self) -> (Parsed, Vec<ThemeFault>) {
        let faults = [self.unknown_assets(), self.unknown_variables()].concat();
        self.faults.extend(faults);
        self.faults.sort();
        self.faults.dedup();
        (self.parsed, self.faults)
    }

    fn unknown_assets(&self) -> Vec<ThemeFault> {
        let is_known = |name: &str| {
            self.parsed.assets.contains_key(name) || assets::names().any(|known| known == name)
        };
        let of_assets = self.parsed.assets.iter().filter(|(name, _)| name.ends_with(".css"));
        let of_assets = of_assets.filter_map(|(name, bytes)| {
            Some((format!("assets/{name}"), std::str::from_utf8(bytes).ok()?))
        });
        let sheets = [
            ("tokens.css".to_owned(), self.parsed.tokens.as_str()),
            ("style.css".to_owned(), self.parsed.style.as_str()),
        ];
        let mut faults = Vec::new();
        for (file, css) in sheets.into_iter().chain(of_assets) {
            for one in named(css).iter().filter(|one| markup::is_file(one)) {
                if !is_known(plain_name(one.name)) {
                    let name = one.name;
                    let what = format!("there is no asset {name:?}; put the file into assets/");
                    faults.push(ThemeFault::new(&file, line_of(css, one.place), what));
                }
            }
        }
        for name in &self.parsed.about.preload {
            if !(is_known(name) && name.ends_with(".woff2")) {
                let what =
                    format!("preload: {name:?} is no font in assets/; write its file's name");
                faults.push(ThemeFault::new(ABOUT, None, what));
            }
        }
        faults
    }

    /// Names that no page hands over, also in conditions, where rendering would not tell.
    fn unknown_variables(&self) -> Vec<ThemeFault> {
        let mut faults = Vec::new();
        for (name, text) in &self.parsed.templates {
            let mut environment = minijinja::Environment::new();
            if environment.add_template(name, text).is_err() {
                continue;
            }
            let Ok(template) = environment.get_template(name) else { continue };
            for asked in template.undeclared_variables(true) {
                if let Some(what) = contract::unknown(name, &asked) {
                    let place = text.find(&asked).unwrap_or(0);
                    let file = format!("templates/{name}");
                    faults.push(ThemeFault::new(&file, line_of(text, place), what));
                }
            }
        }
        faults
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: Option<toml::Spanned<String>>,
    preload: Option<toml::Spanned<Vec<String>>>,
    light: Option<toml::Spanned<String>>,
    dark: Option<toml::Spanned<String>>,
}

/// Words for people, which no page uses: licences, remarks.
fn is_note(name: &str) -> bool {
    [".md", ".txt"].iter().any(|ending| name.to_ascii_lowercase().ends_with(ending))
}

fn is_plain(name: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    name.split_once('.').is_some_and(|(stem, ending)| {
        !stem.is_empty()
            && !ending.is_empty()
            && stem.chars().all(is_letter)
            && ending.chars().all(is_letter)
    })
}

/// A file that is not what its name says.
fn other_kind(name: &str, bytes: &[u8]) -> Option<String> {
    let (_, ending) = name.rsplit_once('.')?;
    let begins: &[u8] = match ending {
        "woff2" => b"wOF2",
        "png" => b"\x89PNG",
        "webp" => b"RIFF",
        "jpg" | "jpeg" => b"\xFF\xD8",
        "ico" => b"\0\0\x01\0",
        _ => return None,
    };
    (!bytes.starts_with(begins)).then(|| format!("does not begin as a .{ending} file does"))
}

/// The known name that is most like `name`.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> &'a str {
    let likeness = |known: &&str| {
        let start = known.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
        let end = known.bytes().rev().zip(name.bytes().rev()).take_while(|(a, b)| a == b).count();
        let shared: usize = known.chars().filter(|letter| name.contains(*letter)).count();
        (2 * (start + end) + shared) * 100 / known.len().max(name.len()).max(1)
    };
    known.max_by_key(likeness).unwrap_or("")
}
