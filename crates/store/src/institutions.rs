//! Site licences of institutions: who may read what from which networks, between which days. A change is a new row, so that what held
//! when can be told later; nothing is said here of who comes from there.

use gate::{Network, Outage};
use jiff::Timestamp;
use jiff::civil::Date;
use paywall::Entitlement;
use rusqlite::{Connection, OptionalExtension, Transaction};
use serde::{Deserialize, Serialize};

use crate::changes::Change;
use crate::{Doer, Store, staff, values};

/// Institutions that are not over, at most.
pub const INSTITUTIONS_MAX: usize = 1_000;
/// States of one institution, at most, of which [`Store::institution_history`] tells.
pub const INSTITUTION_STATES_MAX: usize = 1_000;

/// A site licence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Institution {
    /// By what commands name it.
    pub slug: String,
    /// What readers are told that it is called.
    pub name: String,
    /// What it opens.
    pub opens: Vec<Entitlement>,
    /// The first day, in the paper's zone.
    pub starts_on: Date,
    /// The last day, in the paper's zone; open-ended without one.
    pub ends_on: Option<Date>,
    /// From when on it is over whatever its days say.
    pub ended_at: Option<Timestamp>,
    /// Where its people come from.
    pub networks: Vec<Network>,
    /// Domains of the mail addresses that it gives to its people, in small letters.
    pub mail_domains: Vec<String>,
}

impl Institution {
    /// Whether it is over on a day of the paper's.
    #[must_use]
    pub fn is_over(&self, today: Date) -> bool {
        self.ended_at.is_some() || self.ends_on.is_some_and(|last| last < today)
    }
}

/// A state of one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InstitutionRow {
    /// Counts up with every change of any of them.
    pub number: u32,
    /// What holds.
    pub institution: Institution,
    /// Since when it is written down.
    pub recorded_at: Timestamp,
}

/// Whether an institution has to be new, or one that there is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MustBe {
    /// No other has had that slug.
    New,
    /// It is there.
    Known,
}

/// What became of keeping one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum InstitutionKept {
    /// It holds from now on.
    Kept,
    /// It holds already, word for word.
    Unchanged,
    /// There is one of that slug.
    Taken,
    /// There is none of that slug.
    Unknown,
    /// Some of its addresses are another's.
    Overlaps {
        /// The range of this one,
        own: Network,
        /// that of the other,
        others: Network,
        /// and what the other is called.
        name: String,
    },
    /// A domain of mail addresses is another's.
    Shares {
        /// Which one,
        domain: String,
        /// and what the other is called.
        name: String,
    },
    /// There are as many as there may be.
    TooMany,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    name: String,
    opens: Vec<String>,
    starts_on: String,
    ends_on: Option<String>,
    ended_at: Option<i64>,
    networks: Vec<String>,
    /// Institutions that were kept before had none.
    #[serde(default)]
    mail_domains: Vec<String>,
}

fn written(institution: &Institution) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Document {
        name: institution.name.clone(),
        opens: institution.opens.iter().map(ToString::to_string).collect(),
        starts_on: institution.starts_on.to_string(),
        ends_on: institution.ends_on.map(|day| day.to_string()),
        ended_at: institution.ended_at.map(Timestamp::as_microsecond),
        networks: institution.networks.iter().map(ToString::to_string).collect(),
        mail_domains: institution.mail_domains.clone(),
    })
}

fn read_document(slug: String, text: &str) -> Result<Institution, String> {
    let document: Document = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let day = |text: &String| text.parse::<Date>().map_err(|error| error.to_string());
    let opens = document.opens.iter().map(|name| Entitlement::parse(name));
    let networks = document.networks.iter().map(|text| Network::parse(text));
    let ended_at = document.ended_at.map(Timestamp::from_microsecond).transpose();
    Ok(Institution {
        slug,
        name: document.name,
        opens: opens.collect::<Result<_, _>>().map_err(|error| error.to_string())?,
        starts_on: day(&document.starts_on)?,
        ends_on: document.ends_on.as_ref().map(day).transpose()?,
        ended_at: ended_at.map_err(|error| error.to_string())?,
        networks: networks.collect::<Result<_, _>>().map_err(|error| error.to_string())?,
        mail_domains: document.mail_domains,
    })
}

const COLUMNS: &str = "number, slug, document, recorded_at";

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<InstitutionRow> {
    let (slug, document): (String, String) = (row.get(1)?, row.get(2)?);
    Ok(InstitutionRow {
        number: row.get(0)?,
        institution: read_document(slug, &document).map_err(|error| values::wrong(2, error))?,
        recorded_at: values::instant(row, 3)?,
    })
}

fn all(connection: &Connection) -> rusqlite::Result<Vec<InstitutionRow>> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM institutions WHERE number IN \
             (SELECT max(number) FROM institutions GROUP BY slug) ORDER BY slug"
        ))?
        .query_map([], read)?
        .collect()
}

fn keep(
    transaction: &Transaction<'_>,
    new: &Institution,
    must_be: MustBe,
    by: &Doer,
    (today, now): (Date, Timestamp),
    changes: &mut Vec<Change>,
) -> rusqlite::Result<InstitutionKept> {
    let all = all(transaction)?;
    let before = all.iter().find(|row| row.institution.slug == new.slug);
    match (must_be, before) {
        (MustBe::New, Some(_)) => return Ok(InstitutionKept::Taken),
        (MustBe::Known, None) => return Ok(InstitutionKept::Unknown),
        (MustBe::Known, Some(row)) if row.institution == *new => {
            return Ok(InstitutionKept::Unchanged);
        }
        _ => {}
    }
    if !new.is_over(today) {
        let others = all.iter().map(|row| &row.institution);
        let others: Vec<&Institution> =
            others.filter(|one| one.slug != new.slug && !one.is_over(today)).collect();
        if others.len() >= INSTITUTIONS_MAX {
            return Ok(InstitutionKept::TooMany);
        }
        for other in others {
            let shared = new.mail_domains.iter().find(|own| other.mail_domains.contains(own));
            if let Some(domain) = shared {
                let (domain, name) = (domain.clone(), other.name.clone());
                return Ok(InstitutionKept::Shares { domain, name });
            }
            for own in &new.networks {
                if let Some(found) = other.networks.iter().find(|one| one.overlaps(own)) {
                    let (own, others, name) = (*own, *found, other.name.clone());
                    return Ok(InstitutionKept::Overlaps { own, others, name });
                }
            }
        }
    }
    let document = written(new).map_err(|error| values::wrong(2, error.to_string()))?;
    transaction
        .prepare_cached(
            "INSERT INTO institutions (slug, document, recorded_at) VALUES (?1, ?2, ?3)",
        )?
        .execute((&new.slug, document, now.as_microsecond()))?;
    let deed = if new.ended_at.is_some() { "ended a licence" } else { "licensed" };
    staff::note(transaction, by, deed, None, &new.name, now)?;
    changes.push(Change::of("institutions", new.slug.clone()));
    Ok(InstitutionKept::Kept)
}

impl Store {
    /// All institutions as they stand, those that are over among them, by their slugs.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn institutions(&self) -> Result<Vec<InstitutionRow>, Outage> {
        self.0.lookups.ask(all).await
    }

    /// One institution as it stands.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn institution(&self, slug: String) -> Result<Option<InstitutionRow>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(&format!(
                        "SELECT {COLUMNS} FROM institutions WHERE slug = ?1 ORDER BY number DESC LIMIT 1"
                    ))?
                    .query_row([slug], read)
                    .optional()
            })
            .await
    }

    /// All states of one institution, the oldest first.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn institution_history(&self, slug: String) -> Result<Vec<InstitutionRow>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(&format!(
                        "SELECT {COLUMNS} FROM institutions WHERE slug = ?1 ORDER BY number LIMIT ?2"
                    ))?
                    .query_map((slug, INSTITUTION_STATES_MAX as i64), read)?
                    .collect()
            })
            .await
    }

    /// Keeps an institution as it is to stand from now on, where none of its addresses and domains is another's that is not over on `today`.
    ///
    /// # Errors
    /// [`Outage`]: nothing changed.
    pub async fn keep_institution(
        &self,
        new: Institution,
        must_be: MustBe,
        by: Doer,
        today: Date,
        now: Timestamp,
    ) -> Result<InstitutionKept, Outage> {
        self.0
            .writer
            .write(move |transaction, changes| {
                keep(transaction, &new, must_be, &by, (today, now), changes)
            })
            .await
    }

    /// Adds to how often articles were opened by institutions' licences on a day of the paper's.
    ///
    /// # Errors
    /// [`Outage`]: nothing was added.
    pub async fn add_institution_reads(
        &self,
        reads: Vec<(String, u64)>,
        day: Date,
    ) -> Result<(), Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                let mut add = transaction.prepare_cached(
                    "INSERT INTO institution_reads (slug, day, number) VALUES (?1, ?2, ?3) \
                     ON CONFLICT (slug, day) DO UPDATE SET number = number + excluded.number",
                )?;
                for (slug, number) in &reads {
                    let number = i64::try_from(*number).unwrap_or(i64::MAX);
                    add.execute((slug, day.to_string(), number))?;
                }
                Ok(())
            })
            .await
    }

    /// How often articles were opened by an institution's licence in each of the latest months in which any was, the latest first, as
    /// `2026-09`.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn institution_reads(
        &self,
        slug: String,
        months: usize,
    ) -> Result<Vec<(String, u64)>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(
                        "SELECT substr(day, 1, 7) AS month, sum(number) FROM institution_reads \
                         WHERE slug = ?1 GROUP BY month ORDER BY month DESC LIMIT ?2",
                    )?
                    .query_map((slug, months as i64), |row| {
                        Ok((row.get(0)?, u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0)))
                    })?
                    .collect()
            })
            .await
    }
}
