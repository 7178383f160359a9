//! The markup of notices, bars, walls and the tariff, for the paper's own pages and for the gateway. It never writes
//! an inline style or script (a strict content security policy holds), and escapes everything that it is handed.

mod escape;
mod sketch;

use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};

pub use escape::escape;
pub use sketch::{FrontSketch, HEADLINES_MAX};

use crate::{NoticeWords, Tariff, WallWords};

/// The id of a wall's heading on a page with one wall.
pub const WALL_HEADING_ID: &str = "wall-h";

/// The templates of this room as they are delivered: names and texts.
pub const TEMPLATES: [(&str, &str); 4] = [
    ("notice.html", include_str!("../templates/notice.html")),
    ("bar.html", include_str!("../templates/bar.html")),
    ("wall.html", include_str!("../templates/wall.html")),
    ("tariff.html", include_str!("../templates/tariff.html")),
];

/// What one rendering may cost, in the engine's own measure: an instruction, or 64 bytes that it makes. No page comes
/// near it; a loop without end stops there.
pub const RENDER_FUEL_MAX: u64 = 2_000_000;

/// A template that could not be read or rendered: a fault of a template, never of a reader's data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("template {template}{}: {reason}", line.map(|line| format!(":{line}")).unwrap_or_default())]
pub struct TemplateError {
    /// The template in which it went wrong: the one that was asked for, or one that it brought in.
    pub template: String,
    /// The line, where the engine knows it.
    pub line: Option<usize>,
    /// What went wrong.
    pub reason: String,
}

impl TemplateError {
    /// The innermost place that the engine names, and what it says there.
    #[must_use]
    pub fn of(template: &str, error: &minijinja::Error) -> Self {
        let mut inner = error;
        let mut cause = std::error::Error::source(error);
        while let Some(error) = cause {
            if let Some(error) = error.downcast_ref::<minijinja::Error>() {
                inner = error;
            }
            cause = error.source();
        }
        let reason = match inner.detail() {
            Some(detail) => format!("{}: {detail}", inner.kind()),
            None => inner.kind().to_string(),
        };
        let name = inner.name().or(error.name()).unwrap_or(template);
        Self { template: name.to_owned(), line: inner.line().or(error.line()), reason }
    }
}

/// The templates, read once and kept.
#[derive(Debug)]
pub struct Templates(Environment<'static>);

impl Templates {
    /// Reads all templates as they are delivered.
    ///
    /// # Errors
    /// [`TemplateError`] names the first that is wrong; a test proves that none is.
    pub fn new() -> Result<Self, TemplateError> {
        Self::with([])
    }

    /// Reads all templates, and in place of some those of a theme. What is delivered stays within reach of them, as
    /// `default/NAME`.
    ///
    /// # Errors
    /// [`TemplateError`] names the first that is wrong.
    pub fn with<'a>(
        own: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, TemplateError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.set_formatter(escape);
        environment.set_fuel(Some(RENDER_FUEL_MAX));
        let delivered = TEMPLATES.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let within_reach =
            TEMPLATES.map(|(name, text)| (format!("default/{name}"), text.to_owned()));
        let own = own.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned()));
        for (name, text) in delivered.into_iter().chain(within_reach).chain(own) {
            environment
                .add_template_owned(name.clone(), text)
                .map_err(|error| TemplateError::of(&name, &error))?;
        }
        Ok(Self(environment))
    }

    /// The line under the byline.
    ///
    /// # Errors
    /// [`TemplateError`].
    pub fn notice(&self, notice: &NoticeWords) -> Result<String, TemplateError> {
        self.render("notice.html", context! { notice => Serde(notice) })
    }

    /// The bar at the foot of the screen; empty where the notice has none.
    ///
    /// # Errors
    /// [`TemplateError`].
    pub fn bar(&self, notice: &NoticeWords) -> Result<String, TemplateError> {
        match &notice.bar {
            Some(bar) => self.render("bar.html", context! { bar => Serde(bar) }),
            None => Ok(String::new()),
        }
    }

    /// A wall, on a page that has no other.
    ///
    /// # Errors
    /// [`TemplateError`].
    pub fn wall(&self, wall: &WallWords, front: &FrontSketch) -> Result<String, TemplateError> {
        self.wall_with_id(wall, front, WALL_HEADING_ID)
    }

    /// A wall whose heading has an id of its own, for a page that shows several.
    ///
    /// # Errors
    /// [`TemplateError`].
    pub fn wall_with_id(
        &self,
        wall: &WallWords,
        front: &FrontSketch,
        id: &str,
    ) -> Result<String, TemplateError> {
        let devices = Value::from_safe_string(front.devices(wall.shows_print));
        self.render("wall.html", context! { wall => Serde(wall), devices, id })
    }

    /// The tariff's table.
    ///
    /// # Errors
    /// [`TemplateError`].
    pub fn tariff(&self, tariff: &Tariff) -> Result<String, TemplateError> {
        self.render("tariff.html", Value::from(Serde(tariff)))
    }

    fn render(&self, template: &'static str, context: Value) -> Result<String, TemplateError> {
        let wrong = |error: minijinja::Error| TemplateError::of(template, &error);
        self.0.get_template(template).map_err(wrong)?.render(context).map_err(wrong)
    }
}

#[cfg(test)]
mod tests;
