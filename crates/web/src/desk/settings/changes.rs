//! A document of settings that is proposed: what it would change, what looks wrong in it, and putting it into force. Nothing is kept of a
//! proposal; the page carries it, and it is read and held against the rules once more when it is put into force.

use face::{Fault, House, Key, Published};
use http::StatusCode;
use jiff::Timestamp;
use minijinja::context;
use minijinja::value::Value;
use paywall::{Finding, SettingsVersion};
use store::{SettingsError, Snapshot};

use super::super::{Staff, parts, rule_table, see_as};
use super::{Group, NOTE_CHARS_MAX, forms, house_of, labels};
use crate::shell::answer::Answer;
use crate::site::{Trouble, Visit};

/// More characters of a value are not shown in the list of what changes.
const VALUE_CHARS_SHOWN: usize = 300;

/// A document that could be put into force.
pub(crate) struct Proposed {
    house: House,
    /// What looks wrong in it.
    pub(crate) findings: Vec<Finding>,
    /// What the articles of the paper ask.
    asked: Vec<paywall::Access>,
}

/// Reads a document after the one in force, and holds it against what the paper has published.
pub(crate) async fn proposed(
    visit: &Visit<'_>,
    text: &str,
    snapshot: &Snapshot,
) -> Result<Result<Proposed, Vec<Fault>>, Trouble> {
    let next = SettingsVersion(snapshot.version.0.saturating_add(1));
    let (house, mut findings) = match house_of(visit, text, next) {
        Ok(read) => read,
        Err(faults) => return Ok(Err(faults)),
    };
    let asked = visit.site.store.accesses().await?;
    let published = published(visit, &house, asked.clone()).await?;
    findings.extend(house.findings_with(&published, visit.now));
    Ok(Ok(Proposed { house, findings, asked }))
}

/// What became of a document that is to be put into force.
pub(crate) enum InForce {
    /// It is.
    Yes(SettingsVersion),
    /// It cannot be.
    Wrong(Vec<Fault>),
    /// Somebody else was quicker: this is in force.
    Stale(Snapshot),
}

/// Puts a document into force, unless it is wrong or somebody was quicker.
pub(crate) async fn put_into_force(
    visit: &Visit<'_>,
    staff: &Staff,
    text: String,
    note: String,
    made_from: SettingsVersion,
) -> Result<InForce, Trouble> {
    let next = SettingsVersion(made_from.0.saturating_add(1));
    if let Err(faults) = house_of(visit, &text, next) {
        return Ok(InForce::Wrong(faults));
    }
    let store = &visit.site.store;
    match store.save_settings(text, staff.doer(), note, made_from, visit.now).await {
        Ok(version) => Ok(InForce::Yes(version)),
        Err(SettingsError::Conflict { .. }) => Ok(InForce::Stale(store.settings().await?)),
        Err(SettingsError::Outage(outage)) => Err(outage.into()),
    }
}

/// The page that shows what a document would change. `group` is the form that it came from.
pub(super) async fn look(
    visit: &Visit<'_>,
    staff: &Staff,
    group: Group,
    snapshot: &Snapshot,
    text: String,
    refused: Option<Key>,
) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let Proposed { house, findings, asked } = match proposed(visit, &text, snapshot).await? {
        Ok(proposed) => proposed,
        Err(faults) => return forms::page(visit, staff, group, &text, &faults),
    };
    let rows = rows(visit, &House::flat(&snapshot.text), &House::flat(&text));
    let finding = |finding: &Finding| {
        format!("{}: {}", labels::line(words, finding.setting), finding.sentence)
    };
    let body = context! {
        refused => refused.map(|key| words.text(key)),
        changes => rows,
        warnings => findings.iter().map(finding).collect::<Vec<_>>(),
        rule_table => rule_table::table(visit, &house, Some(&visit.presentation.house), &asked),
        see_as => see_as::fields(visit, &house, &see_as::Supposed::default()),
        document => text,
        made_from => snapshot.version.0,
        note_max => NOTE_CHARS_MAX,
        back => group.address(),
    };
    let status = if refused.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let heading = words.text(Key::SettingsChanges);
    parts::page(visit, Some(staff), status, "desk/settings-changes.html", &heading, body)
}

/// What the paper has published, as far as rules have to do with it: what is asked, and how much came out in a window that ends now.
async fn published(
    visit: &Visit<'_>,
    house: &House,
    asked: Vec<paywall::Access>,
) -> Result<Published, Trouble> {
    let window = house.policy.fresh_window(visit.now);
    let length = window.ends_at.duration_since(window.starts_at);
    let from = visit.now.checked_sub(length).unwrap_or(Timestamp::MIN);
    let metered_in_window = visit.site.store.metered_between(from, visit.now).await?;
    Ok(Published { asked, metered_in_window })
}

/// What is different between two documents, as [`House::flat`] lists them, each with what it was and what it would be.
pub(super) fn rows(
    visit: &Visit<'_>,
    before: &[(String, String)],
    after: &[(String, String)],
) -> Vec<Value> {
    let words = &visit.presentation.words;
    let shown = |key: &str, value: Option<String>| {
        let value = value.unwrap_or_default();
        if value.is_empty() {
            return words.text(Key::SettingsUnset);
        }
        let value = labels::choice(words, key, &value);
        value.chars().take(VALUE_CHARS_SHOWN).collect::<String>()
    };
    let row = |(key, was, is): (&str, Option<String>, Option<String>)| {
        context! {
            name => labels::line(words, key),
            before => shown(key, was),
            after => shown(key, is),
        }
    };
    different(before, after).into_iter().map(row).collect()
}

/// The same for machines: the key of each value, what it was, and what it would be.
pub(crate) fn different<'k>(
    before: &'k [(String, String)],
    after: &'k [(String, String)],
) -> Vec<(&'k str, Option<String>, Option<String>)> {
    let find = |list: &[(String, String)], key: &str| {
        list.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone())
    };
    let gone = before.iter().filter(|(key, _)| find(after, key).is_none()).map(|(key, _)| key);
    let keys = after.iter().map(|(key, _)| key).chain(gone);
    let both = keys.map(|key| (key.as_str(), find(before, key), find(after, key)));
    both.filter(|(_, was, is)| was.as_deref().unwrap_or("") != is.as_deref().unwrap_or(""))
        .collect()
}

/// Puts a document into force that was looked at, and says so.
pub(super) async fn put(
    visit: &Visit<'_>,
    staff: &Staff,
    text: String,
    note: String,
    made_from: SettingsVersion,
) -> Result<Answer, Trouble> {
    match put_into_force(visit, staff, text.clone(), note, made_from).await? {
        InForce::Yes(version) => Ok(visit.see(&format!("/desk/settings?put={}", version.0))),
        InForce::Wrong(faults) => forms::page(visit, staff, Group::Document, &text, &faults),
        // The same press twice, or the same thought.
        InForce::Stale(snapshot) if snapshot.text == text => {
            Ok(visit.see(&format!("/desk/settings?put={}", snapshot.version.0)))
        }
        InForce::Stale(snapshot) => {
            let refused = Some(Key::SettingsStale);
            look(visit, staff, Group::Document, &snapshot, text, refused).await
        }
    }
}
