//! The seal on text that is not free.
//!
//! A [`Sealed`] value cannot be printed, serialized, cloned or dereferenced. It becomes readable with a [`Grant`] for
//! its own article, or at one of three exits that are types of their own, so that their call sites can be counted.

use std::fmt;

use crate::{ArticleKey, Grant};

/// Something derived from the body of one article: its blocks, its markup, its finished page, its compressed bytes.
///
/// ```compile_fail
/// # use paywall::{ArticleKey, Sealed};
/// let sealed = Sealed::seal(ArticleKey::from_bytes([0; 16]), String::from("body"));
/// println!("{sealed}");
/// ```
pub struct Sealed<T> {
    key: ArticleKey,
    inner: T,
}

/// A grant was held against the seal of another article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the grant opens article {granted}, and this text belongs to article {sealed}")]
pub struct WrongKey {
    /// The article that the grant opens.
    pub granted: ArticleKey,
    /// The article that the text belongs to.
    pub sealed: ArticleKey,
}

/// The exit to the paper's own database. Only the room that knows SQL may take it.
#[derive(Debug)]
pub struct Persistence(());

/// The exit to the newsroom's own screens, for staff.
#[derive(Debug)]
pub struct Desk(());

/// The exit to export and backup, for the operator.
#[derive(Debug)]
pub struct Export(());

impl Persistence {
    /// Takes this exit. The tidy tests count who does.
    #[must_use]
    pub const fn exit() -> Self {
        Self(())
    }
}

impl Desk {
    /// Takes this exit. The tidy tests count who does.
    #[must_use]
    pub const fn exit() -> Self {
        Self(())
    }
}

impl Export {
    /// Takes this exit. The tidy tests count who does.
    #[must_use]
    pub const fn exit() -> Self {
        Self(())
    }
}

impl<T> Sealed<T> {
    /// Seals `inner` as text of the article `key`. Sealing is always allowed.
    #[must_use]
    pub const fn seal(key: ArticleKey, inner: T) -> Self {
        Self { key, inner }
    }

    /// The article that this text belongs to.
    #[must_use]
    pub const fn key(&self) -> ArticleKey {
        self.key
    }

    /// Opens the seal with a grant.
    ///
    /// # Errors
    /// [`WrongKey`] when the grant was made for another article.
    pub fn open(&self, grant: &Grant) -> Result<&T, WrongKey> {
        if grant.key() == self.key {
            Ok(&self.inner)
        } else {
            Err(WrongKey { granted: grant.key(), sealed: self.key })
        }
    }

    /// Turns the sealed value into another one under the same seal. A plain function cannot carry the text away.
    pub fn map<U>(self, f: fn(T) -> U) -> Sealed<U> {
        Sealed { key: self.key, inner: f(self.inner) }
    }

    /// Derives something else under the same seal and keeps the original: the compressed form of a page.
    pub fn derive<U>(&self, f: fn(&T) -> U) -> Sealed<U> {
        Sealed { key: self.key, inner: f(&self.inner) }
    }

    /// Like [`Sealed::derive`], with something to combine it with: the frame of the page that the text goes into.
    /// What it is combined with is owned: it cannot be somebody's place to carry the text to.
    pub fn derive_with<C: 'static, U>(&self, context: C, f: fn(&T, C) -> U) -> Sealed<U> {
        Sealed { key: self.key, inner: f(&self.inner, context) }
    }

    /// How many bytes (or whatever `f` counts) the sealed value holds, for the limits of caches.
    pub fn measure(&self, f: fn(&T) -> usize) -> usize {
        f(&self.inner)
    }

    /// The text, on its way into the database.
    pub const fn persist(&self, _exit: &Persistence) -> &T {
        &self.inner
    }

    /// The text, on its way to a staff screen.
    pub const fn edit(&self, _exit: &Desk) -> &T {
        &self.inner
    }

    /// The text, on its way into an export or a backup.
    pub const fn export(&self, _exit: &Export) -> &T {
        &self.inner
    }
}

impl<T> fmt::Debug for Sealed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({})", self.key)
    }
}
