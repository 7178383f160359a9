//! What is sold: amounts and plans.

use std::fmt;

use crate::Entitlement;

/// A currency by its three capital letters (ISO 4217).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Checks and wraps three capital letters.
    ///
    /// # Errors
    /// [`MoneyError::Currency`].
    pub fn parse(code: &str) -> Result<Self, MoneyError> {
        match code.as_bytes() {
            [a, b, c] if [a, b, c].iter().all(|l| l.is_ascii_uppercase()) => Ok(Self([*a, *b, *c])),
            _ => Err(MoneyError::Currency(code.chars().take(12).collect())),
        }
    }

    /// The letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Digits after the decimal mark (ISO 4217): 0 for yen, won and the like, else 2. The few currencies
    /// with three, the dinars among them, are not known yet.
    #[must_use]
    pub const fn decimals(self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG"
            | b"RWF" | b"UGX" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            _ => 2,
        }
    }
}

/// An amount in minor units: cents, pence, yen.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Money {
    /// Minor units.
    pub minor: i64,
    /// Of which currency.
    pub currency: Currency,
}

/// An amount that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not three capital letters.
    #[error("currency {0:?} is not three capital letters such as \"USD\"")]
    Currency(String),
    /// Not a number with the currency's decimals.
    #[error("amount {0:?} is not a number such as \"12\" or \"12.50\"")]
    Amount(String),
}

impl Money {
    /// Reads an amount as people write it in settings: `12`, `12.5`, `12.50`.
    ///
    /// # Errors
    /// [`MoneyError::Amount`] where it is no such number, is negative, or has more decimals than the currency.
    pub fn parse(amount: &str, currency: Currency) -> Result<Self, MoneyError> {
        let wrong = || MoneyError::Amount(amount.chars().take(24).collect());
        let (whole, part) = amount.split_once('.').unwrap_or((amount, ""));
        let decimals = currency.decimals() as usize;
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || whole.len() > 12 || !digits(whole) || !digits(part) {
            return Err(wrong());
        }
        if part.len() > decimals || (amount.contains('.') && part.is_empty()) {
            return Err(wrong());
        }
        let minor: i64 = format!("{whole}{part:0<decimals$}").parse().map_err(|_| wrong())?;
        Ok(Self { minor, currency })
    }

    /// The amount with all decimals of its currency, and without its name, for books and fields: `12.50`, `-0.05`, and of
    /// yen `980`.
    #[must_use]
    pub fn decimal(self) -> String {
        let decimals = self.currency.decimals() as usize;
        let (sign, whole, part) = self.parts();
        if decimals == 0 {
            return format!("{sign}{whole}");
        }
        format!("{sign}{whole}.{part:0decimals$}")
    }

    /// The sign, what stands before the decimal mark, and what stands after it. The sign is that of the whole amount: what is
    /// paid back can be less than one.
    const fn parts(self) -> (&'static str, u64, u64) {
        let unit = 10_u64.pow(self.currency.decimals());
        let sign = if self.minor < 0 { "-" } else { "" };
        (sign, self.minor.unsigned_abs() / unit, self.minor.unsigned_abs() % unit)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = self.currency.decimals() as usize;
        let (sign, whole, part) = self.parts();
        write!(f, "{} {sign}{whole}", self.currency.as_str())?;
        if part != 0 {
            write!(f, ".{part:0decimals$}")?;
        }
        Ok(())
    }
}

/// How often a price is paid.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Period {
    /// Every month.
    Month,
    /// Every year.
    Year,
}

/// An amount per period.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Price {
    /// How much.
    pub amount: Money,
    /// How often.
    pub period: Period,
}

/// A bundle of entitlements with prices.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// Its name in addresses.
    pub slug: String,
    /// Its name on the tariff.
    pub name: String,
    /// What opens, in the paper's words.
    pub summary: String,
    /// What opens, for the gate.
    pub opens: Vec<Entitlement>,
    /// The price by the month.
    pub monthly: Money,
    /// The price by the year, where there is one.
    pub yearly: Option<Money>,
    /// Whether a printed paper comes with it.
    pub print: bool,
    /// For how many people it is, its holder among them: 1 to [`crate::SEATS_MAX`].
    pub seats: u32,
    /// What whoever orders it has to state of themselves, in the paper's words; empty: nothing.
    pub asks: String,
}

#[cfg(test)]
mod tests;
