//! What is wrong with a theme: the file, the line and the reason with its remedy.

use std::fmt;

use face::TemplateError;

/// One fault of a theme.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ThemeFault {
    /// The file, from the theme's folder on.
    pub file: String,
    /// The line, where it has one.
    pub line: Option<usize>,
    /// What is wrong, and what to do.
    pub what: String,
}

impl ThemeFault {
    /// A fault of a file as a whole, or at a line.
    pub fn new(file: &str, line: impl Into<Option<usize>>, what: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: line.into(), what: what.into() }
    }

    /// A fault that the template engine found.
    pub(crate) fn of(error: TemplateError) -> Self {
        let file = match error.template.strip_prefix("default/") {
            Some(name) => format!("(delivered) {name}"),
            None => format!("templates/{}", error.template),
        };
        Self { file, line: error.line, what: error.reason }
    }
}

impl fmt::Display for ThemeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.what),
            None => write!(f, "{}: {}", self.file, self.what),
        }
    }
}

/// The line on which a place of a text stands.
pub(crate) fn line_of(text: &str, place: usize) -> usize {
    text.get(..place).map_or(1, |before| before.matches('\n').count() + 1)
}
