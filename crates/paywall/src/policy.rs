//! The paper's rules as one value, and the lint that a change of them has to pass.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::{ALLOWANCE_MAX, Meter, Month, ROLLING_DAYS_MAX, Window, WindowRule};

/// The number of a snapshot of the house settings: counts up with every change, never reused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SettingsVersion(pub u32);

/// Everything that [`crate::decide`] needs to know of the paper.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The settings that it was read from.
    pub version: SettingsVersion,
    /// The time zone in which months, days and offers begin and end.
    pub zone: TimeZone,
    /// The rule of free reading.
    pub meter: Meter,
    /// The meter's window, where it is the month that was asked about last.
    pub month: Month,
    /// Whether readers can register, and are asked to.
    pub registration: Registration,
    /// Whether a registered reader's address has to be proven first.
    pub verified_mail: VerifiedMail,
    /// What an ended trial or subscription leaves of the meter.
    pub expired_reader: ExpiredReader,
    /// How many new visitors a network may send a day.
    pub new_visitor_budget: Budget,
    /// What those see whose readings cannot be asked.
    pub on_outage: OnOutage,
    /// What verified search crawlers get.
    pub crawlers_read_all: bool,
}

/// Whether readers can register.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Registration {
    /// The paper has no registration: nobody is asked for it.
    Off,
    /// Readers can register; the allowance for registered readers is theirs.
    On,
}

/// Whether a reader's mail address has to be proven before registration counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VerifiedMail {
    /// No.
    Optional,
    /// Yes.
    Required,
}

/// What an ended trial or subscription leaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExpiredReader {
    /// The meter, like everybody else's.
    Metered,
    /// The wall on every metered article, even one that was opened before. What asks for registration stays open.
    Walled,
}

/// What happens when the record of readings does not answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OnOutage {
    /// The teaser.
    Teaser,
    /// The whole article, uncounted.
    Open,
}

/// New visitors per network and day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Budget {
    /// Nobody counts.
    Off,
    /// Counted, and only told: who would have been asked to register.
    Observe,
    /// Beyond this many, new visitors are asked to register.
    Limit(u32),
    /// Beyond what the network usually sends, new visitors are asked to register.
    Learned,
}

/// What this build of the house can do; rules that need more are refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Capabilities {
    /// Readers can register and sign in.
    pub accounts: bool,
    /// Crawlers' networks can be verified.
    pub crawler_verification: bool,
}

/// How bad a finding is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Severity {
    /// The settings are not taken.
    Refused,
    /// They are taken, and the publisher is told.
    Warned,
}

/// Something in the rules that looks wrong, with a case that shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// Whether it stops the change.
    pub severity: Severity,
    /// The setting.
    pub setting: &'static str,
    /// What is wrong and what it would do, in a sentence, with the remedy.
    pub sentence: String,
}

impl Policy {
    /// The allowance of a registered reader or of anybody else.
    #[must_use]
    pub const fn allowance(&self, registered: bool) -> u32 {
        let allowances = &self.meter.allowances;
        if registered { allowances.registered } else { allowances.visitor }
    }

    /// The day of the paper's at an instant.
    #[must_use]
    pub fn day_of(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }

    /// The window that a reading at `now` opens for a person who has none.
    #[must_use]
    pub fn fresh_window(&self, now: Timestamp) -> Window {
        self.month.lay(self.meter.window, &self.zone, now)
    }

    /// What looks wrong in these rules. The order is that of the settings.
    #[must_use]
    pub fn lint(&self, can: Capabilities) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut find = |severity, setting, sentence: String| {
            findings.push(Finding { severity, setting, sentence });
        };
        let allowances = self.meter.allowances;
        for (setting, value) in [
            ("meter.allowance_visitors", allowances.visitor),
            ("meter.allowance_registered", allowances.registered),
        ] {
            if value > ALLOWANCE_MAX {
                find(
                    Severity::Refused,
                    setting,
                    format!(
                        "{value} articles is more than {ALLOWANCE_MAX}; make articles free instead"
                    ),
                );
            }
        }
        if allowances.registered < allowances.visitor {
            find(
                Severity::Refused,
                "meter.allowance_registered",
                format!(
                    "a reader who registers could open {} articles, and a stranger {}; give registered readers at \
                     least as many",
                    allowances.registered, allowances.visitor
                ),
            );
        }
        if allowances.visitor == 0 {
            find(
                Severity::Warned,
                "meter.allowance_visitors",
                "with 0, a stranger meets the wall on every metered article".to_owned(),
            );
        }
        if let WindowRule::Rolling { days } = self.meter.window
            && !(1..=ROLLING_DAYS_MAX).contains(&days)
        {
            find(
                Severity::Refused,
                "meter.window",
                format!("a rolling window of {days} days; write 1 to {ROLLING_DAYS_MAX}"),
            );
        }
        if self.registration == Registration::On && !can.accounts {
            find(
                Severity::Refused,
                "registration",
                "readers cannot register yet, so a visitor who is asked to would stand before a locked door; leave it \
                 \"off\""
                    .to_owned(),
            );
        }
        if self.registration == Registration::Off {
            if let Budget::Limit(_) | Budget::Learned = self.new_visitor_budget {
                find(
                    Severity::Refused,
                    "new_visitor_budget",
                    "beyond the budget a new visitor is asked to register, and registration is off; write \"off\" or \
                     \"observe\""
                        .to_owned(),
                );
            }
            if self.verified_mail == VerifiedMail::Required {
                find(
                    Severity::Warned,
                    "verified_mail",
                    "has no effect while registration is off".to_owned(),
                );
            }
        }
        if self.crawlers_read_all && !can.crawler_verification {
            find(
                Severity::Refused,
                "crawlers.search",
                "crawlers' networks cannot be verified yet, and an agent string proves nothing; leave it \"teaser\""
                    .to_owned(),
            );
        }
        findings
    }
}
