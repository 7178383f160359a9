//! What a wall's code says, in words: for whoever has a reader on the telephone, at the desk and on the command line. It decides nothing;
//! it tells what was decided.

use face::{Args, Key, Slot, Words};
use jiff::Timestamp;
use paywall::{CodeFacts, Reason, WallCode};
use store::Snapshot;

use super::{Trouble, Visit};

/// The decision behind a code, line by line, with the settings that were in force; `date` says an instant's day.
pub fn why(
    words: &Words,
    facts: &CodeFacts,
    settings: Option<&Snapshot>,
    date: impl Fn(Timestamp) -> String,
) -> Vec<String> {
    let mut lines = vec![words.text(wall_on(facts.access)), words.text(rule(facts.rule))];
    if let (Some(read), Some(allowance)) = (facts.read, facts.allowance) {
        let many = |number: u8| words.digits(u64::from(number));
        let args = Args::new().with(Slot::Number, many(read)).with(Slot::Span, many(allowance));
        lines.push(words.format(Key::WhyRead, &args));
    }
    if let Some(ends_at) = facts.window_ends_at() {
        let args = Args::new().with(Slot::Date, date(ends_at));
        lines.push(words.format(Key::WhyWindowEnds, &args));
    }
    let version = Args::new().with(Slot::Number, facts.settings.0.to_string());
    lines.push(match settings {
        None => words.format(Key::WhySettingsGone, &version),
        Some(snapshot) => {
            let by = match snapshot.note.as_str() {
                "" => snapshot.saved_by.clone(),
                note => format!("{} ({note})", snapshot.saved_by),
            };
            let args = version.with(Slot::Date, date(snapshot.saved_at)).with(Slot::Name, by);
            words.format(Key::WhySettings, &args)
        }
    });
    lines
}

/// What the article asked, by the code's word for it.
fn wall_on(access: &str) -> Key {
    match access {
        "metered" => Key::WhyMetered,
        "registered" => Key::WhyRegistered,
        "entitled" => Key::WhyEntitled,
        _ => Key::WhyOther,
    }
}

/// Why it was refused, by the code's word for it.
fn rule(rule: &str) -> Key {
    match rule {
        "used_up" => Key::WhyUsedUp,
        "subscribers" => Key::WhySubscribers,
        "trial_over" => Key::WhyTrialOver,
        "subscription_over" => Key::WhySubscriptionOver,
        "registration" => Key::WhyRegistration,
        "registration_more" => Key::WhyRegistrationMore,
        "verify_mail" => Key::WhyVerifyMail,
        "network" => Key::WhyNetwork,
        _ => Key::WhyUnknown,
    }
}

/// The same of a wall that would be met now.
pub(super) const fn because(reason: Reason) -> Key {
    match reason {
        Reason::UsedUp => Key::WhyUsedUp,
        Reason::Subscribers => Key::WhySubscribers,
        Reason::TrialOver { .. } => Key::WhyTrialOver,
        Reason::SubscriptionOver { .. } => Key::WhySubscriptionOver,
        Reason::Registration { more: None } => Key::WhyRegistration,
        Reason::Registration { more: Some(_) } => Key::WhyRegistrationMore,
        Reason::VerifyMail => Key::WhyVerifyMail,
        Reason::Network => Key::WhyNetwork,
    }
}

/// What was typed, held against the codes of walls.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Decoded {
    /// It has not the form of one.
    NoCode,
    /// It has, and this paper did not make it.
    Foreign,
    /// What it says.
    Lines(Vec<String>),
}

impl Visit<'_> {
    /// Reads a wall's code as a person typed it.
    pub(crate) async fn decoded(&self, typed: &str) -> Result<Decoded, Trouble> {
        let Ok(code) = WallCode::parse(typed) else { return Ok(Decoded::NoCode) };
        let Ok(facts) = code.explain(&self.site.code_key) else { return Ok(Decoded::Foreign) };
        let settings = self.site.store.settings_at(facts.settings).await?;
        let words = &self.presentation.words;
        let lines = why(words, &facts, settings.as_ref(), |at| self.date(at));
        Ok(Decoded::Lines(lines))
    }
}
