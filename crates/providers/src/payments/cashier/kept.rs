//! The cashier's file: orders and what became of them, as JSON, and how it gets onto the disk: written beside, synced and
//! renamed, so that there is the old one or the new one and never half of either. Its forms are the file's own.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::super::{Amount, ChangeFrom, Every, Order, PlanChange, Start};
use super::contract::Contract;

/// The largest file that is read, in bytes.
const FILE_BYTES_MAX: u64 = 256 << 20;
/// The form that is written and read.
const FORM: u32 = 1;

/// The whole file.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    form: u32,
    /// The oldest first.
    pub(super) orders: Vec<Entry>,
}

/// An order, and what became of it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) order: KeptOrder,
    /// A card was given that asks for a proof, and the proof is awaited.
    pub(super) proof_awaited: bool,
    pub(super) contract: Option<Contract>,
}

/// [`Order`], as it is kept.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct KeptOrder {
    pub(super) key: String,
    pub(super) reader: String,
    pub(super) mail: String,
    pub(super) name: String,
    pub(super) terms: Terms,
    pub(super) start: KeptStart,
    pub(super) zone: String,
    pub(super) language: String,
    pub(super) back_url: String,
    pub(super) cancel_url: String,
    #[serde(with = "instant")]
    pub(super) begun_at: Timestamp,
    #[serde(with = "instant")]
    pub(super) ends_at: Timestamp,
}

/// A plan, its price and how often that is charged.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Terms {
    pub(super) plan: String,
    /// In minor units.
    pub(super) minor: i64,
    pub(super) currency: String,
    pub(super) every: KeptEvery,
}

/// [`Every`], as it is kept.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) enum KeptEvery {
    Month,
    Year,
}

/// [`Start`], as it is kept; sums are in the currency of the terms.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum KeptStart {
    Usual,
    Trial { days: u16, minor: i64 },
    Intro { periods: u32, minor: i64 },
    PercentOff { percent: u8, periods: u32 },
}

impl Terms {
    pub(super) fn amount(&self) -> Amount {
        self.sum(self.minor)
    }

    pub(super) fn sum(&self, minor: i64) -> Amount {
        Amount { minor, currency: self.currency.clone() }
    }
}

impl From<Every> for KeptEvery {
    fn from(every: Every) -> Self {
        match every {
            Every::Month => Self::Month,
            Every::Year => Self::Year,
        }
    }
}

impl From<KeptEvery> for Every {
    fn from(every: KeptEvery) -> Self {
        match every {
            KeptEvery::Month => Self::Month,
            KeptEvery::Year => Self::Year,
        }
    }
}

impl From<&PlanChange> for Terms {
    fn from(change: &PlanChange) -> Self {
        Self {
            plan: change.plan.clone(),
            minor: change.usual.minor,
            currency: change.usual.currency.clone(),
            every: change.every.into(),
        }
    }
}

impl From<&Order> for KeptOrder {
    fn from(order: &Order) -> Self {
        Self {
            key: order.key.clone(),
            reader: order.reader.clone(),
            mail: order.mail.clone(),
            name: order.name.clone(),
            terms: Terms {
                plan: order.plan.clone(),
                minor: order.usual.minor,
                currency: order.usual.currency.clone(),
                every: order.every.into(),
            },
            start: match &order.start {
                Start::Usual => KeptStart::Usual,
                Start::Trial { days, amount } => {
                    KeptStart::Trial { days: *days, minor: amount.minor }
                }
                Start::Intro { periods, together } => {
                    KeptStart::Intro { periods: *periods, minor: together.minor }
                }
                Start::PercentOff { percent, periods } => {
                    KeptStart::PercentOff { percent: *percent, periods: *periods }
                }
            },
            zone: order.zone.clone(),
            language: order.language.clone(),
            back_url: order.back_url.clone(),
            cancel_url: order.cancel_url.clone(),
            begun_at: order.begun_at,
            ends_at: order.ends_at,
        }
    }
}

/// A change of the plan that is done or to come.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct KeptChange {
    pub(super) key: String,
    pub(super) terms: Terms,
    pub(super) at_once: bool,
}

impl From<&PlanChange> for KeptChange {
    fn from(change: &PlanChange) -> Self {
        let at_once = change.from == ChangeFrom::Now;
        Self { key: change.key.clone(), terms: change.into(), at_once }
    }
}

/// Reads the file; one that is not there holds nothing.
pub(super) fn load(path: &Path) -> io::Result<Vec<Entry>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let bad = |what: String| {
        let text = format!("{}: {what}; move it away to begin with none", path.display());
        io::Error::new(io::ErrorKind::InvalidData, text)
    };
    let mut text = String::new();
    file.take(FILE_BYTES_MAX + 1).read_to_string(&mut text)?;
    if text.len() as u64 > FILE_BYTES_MAX {
        return Err(bad(format!("more than {FILE_BYTES_MAX} bytes")));
    }
    let kept: Kept = serde_json::from_str(&text).map_err(|error| bad(error.to_string()))?;
    if kept.form != FORM {
        return Err(bad(format!("form {} is not known here", kept.form)));
    }
    Ok(kept.orders)
}

/// Puts the orders into the file. When it returns they are on the disk; when it fails, those of before are.
pub(super) fn save(path: &Path, orders: &[Entry]) -> io::Result<()> {
    #[derive(Serialize)]
    struct Whole<'a> {
        form: u32,
        orders: &'a [Entry],
    }
    let text = serde_json::to_vec(&Whole { form: FORM, orders })?;
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(&text)?;
    file.sync_all()?;
    drop(file);
    std::fs::rename(&beside, path)?;
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => File::open(folder)?.sync_all(),
        None => File::open(".")?.sync_all(),
    }
}

/// Instants in the file: RFC 3339, to the nanosecond.
pub(super) mod instant {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(in super::super) fn serialize<S: Serializer>(
        at: &Timestamp,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_str(at)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Timestamp, D::Error> {
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}
