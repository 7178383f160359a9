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

const TEMPLATES: [(&str, &str); 4] = [
    ("notice.html", include_str!("../templates/notice.html")),
    ("bar.html", include_str!("../templates/bar.html")),
    ("wall.html", include_str!("../templates/wall.html")),
    ("tariff.html", include_str!("../templates/tariff.html")),
];

/// A template that could not be read or rendered: a fault of this room, never of a reader's data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("face template {template}: {reason}")]
pub struct TemplateError {
    template: &'static str,
    reason: String,
}

/// The templates, read once and kept.
#[derive(Debug)]
pub struct Templates(Environment<'static>);

impl Templates {
    /// Reads all templates.
    ///
    /// # Errors
    /// [`TemplateError`] names the first that is wrong; a test proves that none is.
    pub fn new() -> Result<Self, TemplateError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.set_formatter(escape);
        for (template, text) in TEMPLATES {
            environment
                .add_template(template, text)
                .map_err(|error| TemplateError { template, reason: format!("{error:#}") })?;
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
        let wrong =
            |error: minijinja::Error| TemplateError { template, reason: format!("{error:#}") };
        self.0.get_template(template).map_err(wrong)?.render(context).map_err(wrong)
    }
}

#[cfg(test)]
mod tests;
