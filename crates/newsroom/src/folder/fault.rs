//! What is wrong with a file. Faults are collected, never thrown: a newsroom fixes a file once.

use std::cell::RefCell;
use std::fmt;

use super::limits::FAULTS_MAX;

/// Something wrong in one file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// The file, as the caller named it.
    pub file: String,
    /// The line, from 1; `None` where the whole file is meant.
    pub line: Option<u32>,
    /// What is wrong and what to write instead, in one sentence.
    pub what: String,
}

impl Fault {
    pub(super) fn of_file(file: &str, what: String) -> Self {
        Self { file: file.to_owned(), line: None, what }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.what),
            None => write!(f, "{}: {}", self.file, self.what),
        }
    }
}

/// The faults of one file so far. Shared by all that read it, hence the cell.
pub(super) struct Faults {
    file: String,
    found: RefCell<Vec<(Option<u32>, String)>>,
}

impl Faults {
    pub(super) fn of(file: &str) -> Self {
        Self { file: file.to_owned(), found: RefCell::default() }
    }

    /// Notes a fault of one line.
    pub(super) fn at(&self, line: u32, what: impl Into<String>) {
        self.note(Some(line), what.into());
    }

    /// Notes a fault of the whole file.
    pub(super) fn whole(&self, what: impl Into<String>) {
        self.note(None, what.into());
    }

    /// Whether no further fault will be told, so that nobody need look for one.
    pub(super) fn is_full(&self) -> bool {
        self.found.borrow().len() > FAULTS_MAX
    }

    fn note(&self, line: Option<u32>, what: String) {
        let mut found = self.found.borrow_mut();
        // One more than are told, which then stands for all others.
        if found.len() <= FAULTS_MAX {
            found.push((line, what));
        }
    }

    /// The value, unless there was a fault.
    pub(super) fn finish<T>(self, value: Option<T>) -> Result<T, Vec<Fault>> {
        let mut found = self.found.into_inner();
        match value {
            Some(value) if found.is_empty() => return Ok(value),
            None if found.is_empty() => found.push((
                None,
                "the file cannot be read, and nothing says why; please report this".to_owned(),
            )),
            _ => {}
        }
        let more = found.len() > FAULTS_MAX;
        found.truncate(FAULTS_MAX);
        found.sort();
        found.dedup();
        if more {
            found.push((None, "there are more faults; mend these first".to_owned()));
        }
        let name = |(line, what)| Fault { file: self.file.clone(), line, what };
        Err(found.into_iter().map(name).collect())
    }
}
