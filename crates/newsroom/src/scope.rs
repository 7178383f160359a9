//! What a token of a machine may do, scope by scope, and the deed of the desk that each needs: a table, held against
//! `docs/contracts/api.md` by a test. A scope gives nothing that the role of whoever made the token does not.

use std::fmt;

use crate::Deed;

/// A part of what machines can do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Scope {
    /// See articles and drafts, without their texts.
    ArticlesRead,
    /// See their texts, the locked part too.
    ArticlesReadLocked,
    /// Begin articles and change drafts.
    ArticlesWrite,
    /// Publish, take back, put back.
    ArticlesPublish,
    /// See files and what is said of them.
    MediaRead,
    /// Bring files, and say something of them.
    MediaWrite,
    /// Find readers, and see what they hold and why.
    ReadersRead,
    /// Take readers in, give access without payment and take it back, end sessions.
    ReadersWrite,
    /// See the ledger of subscriptions.
    SubscriptionsRead,
    /// See the house settings, and what a change of them would do.
    SettingsRead,
    /// Put house settings into force.
    SettingsWrite,
    /// See the offers.
    OffersRead,
    /// Make offers, and end them.
    OffersWrite,
}

/// A word for a scope that means nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("scope {0:?} is not known; docs/contracts/api.md lists them")]
pub struct UnknownScope(String);

impl Scope {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 13] = [
        Self::ArticlesRead,
        Self::ArticlesReadLocked,
        Self::ArticlesWrite,
        Self::ArticlesPublish,
        Self::MediaRead,
        Self::MediaWrite,
        Self::ReadersRead,
        Self::ReadersWrite,
        Self::SubscriptionsRead,
        Self::SettingsRead,
        Self::SettingsWrite,
        Self::OffersRead,
        Self::OffersWrite,
    ];

    /// Its word in tokens and addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ArticlesRead => "articles:read",
            Self::ArticlesReadLocked => "articles:read-locked",
            Self::ArticlesWrite => "articles:write",
            Self::ArticlesPublish => "articles:publish",
            Self::MediaRead => "media:read",
            Self::MediaWrite => "media:write",
            Self::ReadersRead => "readers:read",
            Self::ReadersWrite => "readers:write",
            Self::SubscriptionsRead => "subscriptions:read",
            Self::SettingsRead => "settings:read",
            Self::SettingsWrite => "settings:write",
            Self::OffersRead => "offers:read",
            Self::OffersWrite => "offers:write",
        }
    }

    /// Reads its word.
    ///
    /// # Errors
    /// [`UnknownScope`] when the word is not one of them.
    pub fn parse(word: &str) -> Result<Self, UnknownScope> {
        let found = Self::ALL.into_iter().find(|scope| scope.as_str() == word);
        found.ok_or_else(|| UnknownScope(word.chars().take(40).collect()))
    }

    /// The least that whoever made the token has to be allowed for the scope to count. An address may need more.
    #[must_use]
    pub const fn needs(self) -> Deed {
        match self {
            Self::ArticlesRead
            | Self::ArticlesReadLocked
            | Self::ArticlesWrite
            | Self::MediaRead
            | Self::MediaWrite => Deed::Write,
            Self::ArticlesPublish => Deed::Publish,
            Self::ReadersRead | Self::SubscriptionsRead => Deed::HelpReaders,
            Self::ReadersWrite => Deed::GiveAccess,
            Self::SettingsRead | Self::SettingsWrite | Self::OffersRead | Self::OffersWrite => {
                Deed::SetHouse
            }
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_contract() {
        let text = include_str!("../../../docs/contracts/api.md");
        let section = text.split("## Scopes").nth(1).unwrap().split("\n## ").next().unwrap();
        let rows = section.lines().filter(|line| line.starts_with("| `"));
        let told: Vec<(String, String)> = rows
            .map(|row| {
                let mut cells = row.trim_matches('|').split('|').map(str::trim);
                let name = cells.next().unwrap().trim_matches('`').to_owned();
                (name, cells.next().unwrap().trim_matches('`').to_owned())
            })
            .collect();
        let table =
            Scope::ALL.map(|scope| (scope.as_str().to_owned(), scope.needs().as_str().to_owned()));
        assert_eq!(told, table);
    }

    #[test]
    fn a_scope_is_read_as_it_is_written() {
        for scope in Scope::ALL {
            assert_eq!(Scope::parse(scope.as_str()), Ok(scope));
        }
        for word in ["", "articles", "articles:all", "articles:read "] {
            assert!(Scope::parse(word).is_err(), "{word:?}");
        }
    }
}
