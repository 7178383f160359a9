//! Mails that go nowhere: kept in memory, for tests.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::compose::compose;
use super::{Mail, MailError, Mailer};

/// Mails that are kept, at most; with more, the oldest go.
pub const KEPT_MAX: usize = 1_000;

/// A server that takes everything, or answers what it was told to. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct KeptMails(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    mails: VecDeque<Mail>,
    answers: VecDeque<MailError>,
}

impl KeptMails {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The next mail that has no answer yet gets this one.
    pub fn answer(&self, error: MailError) {
        self.inner(|inner| inner.answers.push_back(error));
    }

    /// What was taken, oldest first.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        self.inner(|inner| inner.mails.iter().cloned().collect())
    }

    fn inner<T>(&self, work: impl FnOnce(&mut Inner) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Mailer for KeptMails {
    fn send(&self, mail: &Mail) -> Result<(), MailError> {
        compose(mail)?;
        self.inner(|inner| {
            if let Some(error) = inner.answers.pop_front() {
                return Err(error);
            }
            if inner.mails.len() == KEPT_MAX {
                inner.mails.pop_front();
            }
            inner.mails.push_back(mail.clone());
            Ok(())
        })
    }
}
