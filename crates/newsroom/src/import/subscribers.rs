//! Lists of subscribers, as other systems write them: checks each row and hands on who it is about and what they hold. It
//! stores nothing, asks no provider and sends nothing to anybody; what a row comes to is decided elsewhere.
//!
//! The columns are those of Ghost's "Export all members", of Substack's list of subscribers, of the subscriptions and the
//! customers that Stripe's dashboard exports, and of two lists of our own.

mod dates;
mod records;

use std::io::BufRead;

pub use dates::{Dates, When};
pub use records::ROW_BYTES_MAX;
use records::{Next, Records};

/// Columns of the file.
pub const COLUMNS_MAX: usize = 64;

/// Which list it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// Ghost: `email`, `name`, `complimentary_plan`, `stripe_customer_id`, `created_at`, `deleted_at`, `tiers` and others.
    Ghost,
    /// Substack: `email`, `active_subscription`, `expiry`, `plan`, `created_at` and others.
    Substack,
    /// Stripe: `id` of a subscription or of a customer, `Customer Email` or `Email`, and others.
    Stripe,
    /// Printed papers: `account`, `postcode`, `paid_until`, and perhaps `mail` and `plan`.
    Print,
    /// Our own: `email`, and perhaps `name`, `plan`, `access`, `until`, `joined`.
    Plain,
}

impl Kind {
    /// The column without which it is no such list.
    const fn key(self) -> &'static str {
        match self {
            Self::Ghost | Self::Substack | Self::Plain => "email",
            Self::Stripe => "id",
            Self::Print => "account",
        }
    }

    /// Where such a list is from.
    const fn made_by(self) -> &'static str {
        match self {
            Self::Ghost => "take the list that Ghost exports under Members",
            Self::Substack => "take the list that Substack exports under Subscribers",
            Self::Stripe => {
                "take the subscriptions or the customers that Stripe's dashboard exports"
            }
            Self::Print => "its head names account, postcode and paid_until",
            Self::Plain => "its head names email, and perhaps name, plan, access, until and joined",
        }
    }
}

/// One row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The address as it was written, without the space around it; empty where a printed paper has none.
    pub mail: String,
    /// The name; may be empty.
    pub name: String,
    /// Since when the person is known there.
    pub joined: Option<When>,
    /// What they hold.
    pub holds: Holds,
}

impl Row {
    /// What names a row among the others of its list, however it is spelled: what that is, and which one.
    #[must_use]
    pub fn named(&self, kind: Kind) -> (&'static str, String) {
        match (&self.holds, kind) {
            (Holds::Print { account, .. }, _) => {
                let letters = account.chars().filter(|letter| letter.is_alphanumeric());
                ("account", letters.flat_map(char::to_uppercase).collect())
            }
            (Holds::AtProvider { id, .. }, Kind::Stripe) => ("id", id.clone()),
            _ => ("address", self.mail.to_ascii_lowercase()),
        }
    }
}

/// What a person of a list holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Holds {
    /// Nothing: they registered.
    Nothing,
    /// Access without payment. A list may not say until when.
    Complimentary {
        /// What it is called there.
        plan: Option<String>,
        /// Until when.
        until: Option<When>,
    },
    /// What was paid until then.
    Paid {
        /// What it is called there.
        plan: Option<String>,
        /// Until when.
        until: When,
    },
    /// What the payment provider knows: a subscription's id or a customer's.
    AtProvider {
        /// The id.
        id: String,
        /// What it is called in the list.
        plan: Option<String>,
    },
    /// A printed paper.
    Print {
        /// The number of the account, as printed.
        account: String,
        /// The postcode.
        postcode: String,
        /// Until when it is paid.
        until: When,
        /// What it opens.
        plan: Option<String>,
    },
}

/// A row that cannot be taken, or the end of what can be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct Fault {
    /// The line, from 1.
    pub line: u64,
    /// What is wrong, in which field, and what to do.
    pub what: String,
}

impl Fault {
    fn new(line: u64, what: &str) -> Self {
        Self { line, what: what.to_owned() }
    }
}

/// Gives every row to `each`, or what is wrong with it.
///
/// # Errors
/// [`Fault`] where the file is no such list, or cannot be read further.
pub fn read<R: BufRead>(
    input: R,
    kind: Kind,
    dates: Dates,
    each: &mut dyn FnMut(Result<Row, Fault>),
) -> Result<(), Fault> {
    let mut records = Records::new(input)?;
    let head = match records.next()? {
        Next::Record(_, head) => head,
        Next::Broken(fault) => return Err(fault),
        Next::End => {
            return Err(Fault::new(1, &format!("the file is empty; {}", kind.made_by())));
        }
    };
    if head.len() > COLUMNS_MAX {
        let what = format!("there are more than {COLUMNS_MAX} columns; drop some");
        return Err(Fault::new(1, &what));
    }
    let head: Vec<String> =
        head.iter().map(|name| name.trim().to_ascii_lowercase().replace(' ', "_")).collect();
    let key = kind.key();
    match head.iter().filter(|name| *name == key).count() {
        1 => {}
        0 => {
            let what = format!("there is no column \"{key}\"; {}", kind.made_by());
            return Err(Fault::new(1, &what));
        }
        _ => {
            let what = format!("there are several columns \"{key}\"; keep one");
            return Err(Fault::new(1, &what));
        }
    }
    loop {
        match records.next()? {
            Next::End => return Ok(()),
            Next::Broken(fault) => each(Err(fault)),
            Next::Record(_, fields) if fields.iter().all(|field| field.trim().is_empty()) => {}
            Next::Record(line, fields) if fields.len() != head.len() => {
                let (has, wants) = (fields.len(), head.len());
                let what = format!("the row has {has} fields, and the head {wants}; correct it");
                each(Err(Fault::new(line, &what)));
            }
            Next::Record(line, fields) => {
                let fields = Fields { head: &head, fields: &fields, line, dates };
                // Somebody who was deleted is nobody's reader.
                if fields.get(&["deleted_at"]).is_none() {
                    each(fields.row(kind));
                }
            }
        }
    }
}

/// The fields of one row by the names of their columns.
struct Fields<'a> {
    head: &'a [String],
    fields: &'a [String],
    line: u64,
    dates: Dates,
}

impl Fields<'_> {
    fn wrong<T>(&self, what: &str) -> Result<T, Fault> {
        Err(Fault::new(self.line, what))
    }

    /// The first of these columns that holds something.
    fn get(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| {
            let at = self.head.iter().position(|known| known == name)?;
            self.fields.get(at).map(|field| field.trim()).filter(|field| !field.is_empty())
        })
    }

    fn text(&self, names: &[&str]) -> Option<String> {
        self.get(names).map(str::to_owned)
    }

    fn flag(&self, name: &str) -> Result<bool, Fault> {
        match self.get(&[name]).map(str::to_ascii_lowercase).as_deref() {
            None | Some("false" | "0" | "no") => Ok(false),
            Some("true" | "1" | "yes") => Ok(true),
            Some(_) => self.wrong(&format!("{name} is neither true nor false; write one of them")),
        }
    }

    fn when(&self, names: &[&str]) -> Result<Option<When>, Fault> {
        let Some(written) = self.get(names) else { return Ok(None) };
        let is_utc = names.iter().any(|name| name.ends_with("(utc)"));
        if let Some(when) = self.dates.read(written, is_utc) {
            return Ok(Some(when));
        }
        let shown: String = written.chars().take(40).collect();
        let (name, as_shown) = (names.first().copied().unwrap_or_default(), self.dates.shown());
        self.wrong(&format!(
            "{name} \"{shown}\" is no date by the rule of this import; write {as_shown} or \
             2026-11-23T17:48:32Z, or name another rule with --dates"
        ))
    }

    fn row(&self, kind: Kind) -> Result<Row, Fault> {
        let holds = match kind {
            Kind::Ghost => self.of_ghost()?,
            Kind::Substack => self.of_substack()?,
            Kind::Stripe => self.of_stripe()?,
            Kind::Print => self.of_print()?,
            Kind::Plain => self.of_plain()?,
        };
        Ok(Row {
            line: self.line,
            mail: self.text(&["email", "customer_email", "mail"]).unwrap_or_default(),
            name: self.text(&["name", "customer_name"]).unwrap_or_default(),
            joined: self.when(match kind {
                Kind::Stripe => &["created_(utc)"],
                Kind::Plain => &["joined"],
                Kind::Ghost | Kind::Substack | Kind::Print => &["created_at"],
            })?,
            holds,
        })
    }

    fn of_ghost(&self) -> Result<Holds, Fault> {
        let plan = self.text(&["tiers"]);
        if self.flag("complimentary_plan")? {
            return Ok(Holds::Complimentary { plan, until: None });
        }
        // Everybody who ever gave a card has a customer there: whether anything runs, the provider says.
        Ok(match self.text(&["stripe_customer_id"]) {
            Some(id) => Holds::AtProvider { id, plan },
            None => Holds::Nothing,
        })
    }

    fn of_substack(&self) -> Result<Holds, Fault> {
        if !self.flag("active_subscription")? {
            return Ok(Holds::Nothing);
        }
        // Its plans are how often is paid, and no names of ours.
        let (plan, until) = (None, self.when(&["expiry"])?);
        let is_given =
            self.get(&["plan"]).is_some_and(|plan| plan.to_ascii_lowercase().starts_with("comp"));
        match until {
            _ if is_given => Ok(Holds::Complimentary { plan, until }),
            Some(until) => Ok(Holds::Paid { plan, until }),
            None => self.wrong("expiry is empty, and active_subscription true; write until when"),
        }
    }

    fn of_stripe(&self) -> Result<Holds, Fault> {
        let id = self.text(&["id"]).unwrap_or_default();
        let is_plain = id.len() <= 255 && id.bytes().all(|byte| byte.is_ascii_graphic());
        if id.is_empty() || !is_plain {
            return self.wrong("id is none of Stripe's; take the export as it came");
        }
        Ok(Holds::AtProvider { id, plan: None })
    }

    fn of_print(&self) -> Result<Holds, Fault> {
        let Some(account) = self.text(&["account"]) else {
            return self.wrong("account is empty; write the number, or take the row out");
        };
        let Some(postcode) = self.text(&["postcode"]) else {
            return self.wrong("postcode is empty: nobody could prove that the account is theirs");
        };
        let Some(until) = self.when(&["paid_until"])? else {
            return self.wrong("paid_until is empty; write until when the paper is paid");
        };
        Ok(Holds::Print { account, postcode, until, plan: self.text(&["plan"]) })
    }

    fn of_plain(&self) -> Result<Holds, Fault> {
        let (plan, until) = (self.text(&["plan"]), self.when(&["until"])?);
        match (self.get(&["access"]).map(str::to_ascii_lowercase).as_deref(), until) {
            (None | Some("none"), None) => Ok(Holds::Nothing),
            (None | Some("none"), Some(_)) => self
                .wrong("until says a day, and access nothing; write paid or complimentary there"),
            (Some("paid"), Some(until)) => Ok(Holds::Paid { plan, until }),
            (Some("paid"), None) => self.wrong("until is empty; write until when it is paid"),
            (Some("complimentary"), until) => Ok(Holds::Complimentary { plan, until }),
            (Some(_), _) => self.wrong("access is none; write paid, complimentary or none"),
        }
    }
}

#[cfg(test)]
mod tests;
