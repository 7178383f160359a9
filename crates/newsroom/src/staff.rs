//! Who works in the newsroom, and what each may do there: a table, held against `docs/contracts/roles.md` by a test. It never says who
//! somebody is, and what readers may open is no matter of it.

use std::fmt;

/// What somebody is in the newsroom. Each may do what the one before may.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// Writes.
    Author,
    /// Puts into the paper what others write.
    Editor,
    /// Is responsible for the paper, and for who works there.
    Publisher,
    /// Owns it.
    Owner,
}

/// Something that is done at the desk.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Deed {
    /// Begin an article, and work on it until it is published.
    Write,
    /// Work on whatever somebody else wrote, or is published.
    Edit,
    /// Publish an article, now or later, and what was changed of it.
    Publish,
    /// Take an article back.
    TakeBack,
    /// Say what stands where on the front page.
    Arrange,
    /// Read who did what at the desk.
    ReadRecord,
    /// Let somebody in, give another role, let somebody go: authors, editors and publishers.
    Appoint,
    /// The same of owners.
    AppointOwners,
    /// Change the house settings.
    SetHouse,
    /// Find a reader, see what is open to them and why, and put right what costs nothing.
    HelpReaders,
    /// Give a reader access without payment, and take it back.
    GiveAccess,
    /// Give a payment back; note that an invoice was paid, or paid back.
    PayBack,
    /// Take lists of readers out and bring them in, and take out what is kept of one.
    ExchangeReaders,
    /// See how often articles were shown, read and refused, and what was sold at them.
    SeeNumbers,
    /// See how many readers came and went, and what was earned.
    SeeMoney,
    /// Make and end the tokens of machines, and say who is told of what happens.
    ConnectMachines,
}

/// A word for a role that means nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("role {0:?} is not known; write \"author\", \"editor\", \"publisher\" or \"owner\"")]
pub struct UnknownRole(String);

impl Role {
    /// All of them, the one that may least first.
    pub const ALL: [Self; 4] = [Self::Author, Self::Editor, Self::Publisher, Self::Owner];

    /// Reads the word that commands and tables use.
    ///
    /// # Errors
    /// [`UnknownRole`] when the word is not one of them.
    pub fn parse(word: &str) -> Result<Self, UnknownRole> {
        let found = Self::ALL.into_iter().find(|role| role.as_str() == word);
        found.ok_or_else(|| UnknownRole(word.chars().take(40).collect()))
    }

    /// The word that commands and tables use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Editor => "editor",
            Self::Publisher => "publisher",
            Self::Owner => "owner",
        }
    }

    /// Whether somebody of this role may do that.
    #[must_use]
    pub fn may(self, deed: Deed) -> bool {
        self >= match deed {
            Deed::Write => Self::Author,
            Deed::Edit | Deed::Publish | Deed::TakeBack | Deed::Arrange => Self::Editor,
            Deed::HelpReaders | Deed::GiveAccess | Deed::SeeNumbers => Self::Editor,
            Deed::ReadRecord | Deed::Appoint | Deed::SetHouse => Self::Publisher,
            Deed::PayBack | Deed::ExchangeReaders | Deed::SeeMoney => Self::Publisher,
            Deed::AppointOwners | Deed::ConnectMachines => Self::Owner,
        }
    }

    /// Whether somebody of this role may make somebody else one of `other`, or end that.
    #[must_use]
    pub fn may_appoint(self, other: Self) -> bool {
        self.may(if other == Self::Owner { Deed::AppointOwners } else { Deed::Appoint })
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Deed {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 16] = [
        Self::Write,
        Self::Edit,
        Self::Publish,
        Self::TakeBack,
        Self::Arrange,
        Self::ReadRecord,
        Self::SetHouse,
        Self::Appoint,
        Self::AppointOwners,
        Self::HelpReaders,
        Self::GiveAccess,
        Self::PayBack,
        Self::ExchangeReaders,
        Self::SeeNumbers,
        Self::SeeMoney,
        Self::ConnectMachines,
    ];

    /// What the table calls it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::Edit => "edit",
            Self::Publish => "publish",
            Self::TakeBack => "take back",
            Self::Arrange => "arrange",
            Self::ReadRecord => "read the record",
            Self::SetHouse => "set the house",
            Self::Appoint => "appoint",
            Self::AppointOwners => "appoint owners",
            Self::HelpReaders => "help readers",
            Self::GiveAccess => "give access",
            Self::PayBack => "pay back",
            Self::ExchangeReaders => "take readers in and out",
            Self::SeeNumbers => "see the numbers",
            Self::SeeMoney => "see the money",
            Self::ConnectMachines => "connect machines",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of the contract, without its heads: a name and four cells.
    fn contract() -> Vec<(String, Vec<bool>)> {
        let text = include_str!("../../../docs/contracts/roles.md");
        let rows = text.lines().filter(|line| line.starts_with("| `"));
        rows.map(|row| {
            let mut cells = row.trim_matches('|').split('|').map(str::trim);
            let name = cells.next().unwrap().trim_matches('`').to_owned();
            let may = cells.take(Role::ALL.len()).map(|cell| cell == "yes");
            (name, may.collect())
        })
        .collect()
    }

    #[test]
    fn the_table_is_the_contract() {
        let told = Deed::ALL.map(|deed| {
            let may = Role::ALL.map(|role| role.may(deed));
            (deed.as_str().to_owned(), may.to_vec())
        });
        assert_eq!(contract(), told);
    }

    #[test]
    fn a_role_is_read_as_it_is_written() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Ok(role));
        }
        for word in ["", "Owner", "admin", "owner "] {
            assert!(Role::parse(word).is_err(), "{word:?}");
        }
    }

    #[test]
    fn nobody_makes_somebody_who_may_more_than_they_do() {
        for own in Role::ALL {
            for other in Role::ALL {
                let may = own.may_appoint(other);
                assert!(!may || own >= other, "{own} makes {other}");
            }
        }
        assert!(Role::Owner.may_appoint(Role::Owner) && !Role::Publisher.may_appoint(Role::Owner));
    }
}
