//! Amounts as the languages write them. It never adds or converts: that is the ledger's work.

use paywall::Money;

use crate::words::grouped;
use crate::{Language, Words};

const NBSP: char = '\u{A0}';

impl Words {
    /// An amount: "$9", "$9.50", "9 $", "¥900". Decimals are there only where they are not zero; a currency without a
    /// narrow symbol keeps its three letters.
    #[must_use]
    pub fn money(&self, money: Money) -> String {
        let language = self.language();
        let unit = 10_u64.pow(money.currency.decimals());
        let minor = money.minor.unsigned_abs();
        let sign = if money.minor < 0 { "−" } else { "" };
        let mut amount = grouped(language, &(minor / unit).to_string());
        if !minor.is_multiple_of(unit) {
            let mark = match language {
                Language::English | Language::Japanese => '.',
                Language::German | Language::French | Language::Spanish => ',',
            };
            amount = format!("{amount}{mark}{:02}", minor % unit);
        }
        let code = money.currency.as_str();
        let symbol = match code {
            "USD" | "CAD" => "$",
            "EUR" => "€",
            "GBP" => "£",
            "JPY" => "¥",
            _ => return self.with_code(sign, &amount, code),
        };
        match language {
            Language::English | Language::Japanese => format!("{sign}{symbol}{amount}"),
            _ => format!("{sign}{amount}{NBSP}{symbol}"),
        }
    }

    fn with_code(&self, sign: &str, amount: &str, code: &str) -> String {
        match self.language() {
            Language::English | Language::Japanese => format!("{sign}{code}{NBSP}{amount}"),
            _ => format!("{sign}{amount}{NBSP}{code}"),
        }
    }
}

#[cfg(test)]
mod tests;
