//! A paper's own face: a folder that overrides templates, messages, tokens, style and assets. It is read whole, held
//! against limits, and refused with all its faults or taken over; it is never read from the disk here, and it never sees
//! more of an article than the templates that it replaces.

pub(crate) mod check;
pub(crate) mod contract;
mod face_samples;
mod fault;
mod files;
mod markup;
mod parts;
mod samples;
mod starting;
mod tokens;

use std::sync::{Arc, LazyLock};

use face::{Language, Overrides, TemplateError, Words};
use minijinja::value::Value;

use crate::shell::assets::{Assets, LIVE_SCRIPT, THEME_STYLE};
use crate::shell::templates::{Manner, Templates};

pub use check::{Checked, check_theme};
pub use fault::ThemeFault;
use files::Parsed;
#[cfg(test)]
use files::{ASSET_BYTES_MAX, TEMPLATE_BYTES_MAX};
pub use files::{THEME_FILE_BYTES_MAX, THEME_FILES_MAX, ThemeFile};
pub use starting::{StartFrom, starting_files};

/// A theme in force: the house's own, or a paper's over it.
#[derive(Debug)]
pub struct Theme {
    /// What it calls itself.
    pub(crate) name: String,
    /// Names its files: another theme has another.
    pub(crate) version: String,
    pub(crate) templates: Templates,
    pub(crate) face: face::Templates,
    pub(crate) assets: Assets,
    /// Addresses of the fonts that pages ask for before anything else.
    pub(crate) preload: Vec<String>,
    /// The colours of the window around a page, light and dark.
    pub(crate) colors: [String; 2],
    overrides: Vec<Overrides>,
}

impl Theme {
    /// The house's own theme.
    ///
    /// # Errors
    /// All faults; a test proves that there is none.
    pub fn built_in() -> Result<Self, Vec<ThemeFault>> {
        Self::read(&[])
    }

    /// Reads a theme's files: everything that keeps it from being served is found here. What it makes of each page is
    /// looked at by [`check_theme`].
    ///
    /// # Errors
    /// All faults at once, each with its file and, where there is one, its line.
    pub fn read(files: &[ThemeFile]) -> Result<Self, Vec<ThemeFault>> {
        let (parsed, mut faults) = files::parse(files);
        if !faults.is_empty() {
            return Err(faults);
        }
        let theme = Self::of(&parsed, Manner::Served).map_err(|fault| vec![fault])?;
        // A page of an article is cut at its marks; one with marks in the wrong places must never be served.
        if !parsed.templates.is_empty() {
            faults.extend(parts::frame_faults(&theme));
        }
        if faults.is_empty() { Ok(theme) } else { Err(faults) }
    }

    fn of(parsed: &Parsed, manner: Manner) -> Result<Self, ThemeFault> {
        let assets = Assets::new(&parsed.assets, &parsed.style());
        let own = &parsed.templates;
        let of_face = own.iter().filter(|(name, _)| files::is_of_face(name));
        let of_face = of_face.map(|(name, text)| (name.as_str(), text.as_str()));
        let preload = parsed.about.preload.iter().map(|name| assets.address(name).to_owned());
        Ok(Self {
            name: parsed.about.name.clone(),
            version: parsed.version.clone(),
            templates: Templates::new(own, assets.addresses(), manner).map_err(ThemeFault::of)?,
            face: face::Templates::with(of_face).map_err(ThemeFault::of)?,
            preload: preload.collect(),
            colors: parsed.about.colors.clone(),
            overrides: parsed.overrides.clone(),
            assets,
        })
    }

    /// What it calls itself.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The words of a language with the theme's own wordings.
    pub(crate) fn words(&self, language: Language) -> Words {
        self.overrides.iter().fold(Words::of(language).clone(), Words::over)
    }

    /// Renders a page's template. While the house is built and tested, what a page hands over is held against what
    /// designers are told of it.
    pub(crate) fn render(
        &self,
        template: &'static str,
        context: Value,
    ) -> Result<String, TemplateError> {
        if cfg!(debug_assertions)
            && let Some(fault) = contract::faults(template, &context).into_iter().next()
        {
            let reason = format!("docs/contracts/templates.md: {fault}");
            return Err(TemplateError { template: template.to_owned(), line: None, reason });
        }
        self.templates.render(template, context)
    }

    /// The address of an asset, by its plain name.
    pub(crate) fn asset(&self, name: &str) -> String {
        self.assets.address(name).to_owned()
    }

    /// What templates are told of it.
    pub(crate) fn told(&self, is_live: bool) -> (Value, Value) {
        let address = |name: &str| self.assets.address(name);
        let assets = minijinja::context! {
            style => address("paper.css"),
            pages_style => address("pages.css"),
            theme_style => address(THEME_STYLE),
            script => address("reader.js"),
            account_script => address("account.js"),
            ways_in_script => address("ways-in.js"),
            icon => address("icon.svg"),
            touch_icon => address("apple-touch-icon.png"),
            live => if is_live { address(LIVE_SCRIPT) } else { "" },
        };
        let [light, dark] = &self.colors;
        let theme = minijinja::context! {
            preload => self.preload.clone(),
            light => light.clone(),
            dark => dark.clone(),
            version => self.version.clone(),
        };
        (assets, theme)
    }
}

/// The house's own theme, for a page that has to be there whatever a paper's own theme does.
pub(crate) fn fallback() -> Option<&'static Arc<Theme>> {
    static BUILT_IN: LazyLock<Option<Arc<Theme>>> =
        LazyLock::new(|| Theme::built_in().ok().map(Arc::new));
    BUILT_IN.as_ref()
}

#[cfg(test)]
mod tests;
