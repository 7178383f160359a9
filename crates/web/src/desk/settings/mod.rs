//! The house settings at the desk. Whatever is changed is a whole document that is proposed: it is shown beside what holds now, with what
//! the rules would do for everybody, and is put into force by one press after that. Going back is proposing an earlier document. What is
//! wrong is never taken, and what somebody else put into force meanwhile is never written over.

pub(crate) mod changes;
mod forms;
mod labels;
mod wordings;

use face::{Args, House, Key, Slot};
use http::StatusCode;
use minijinja::context;
use minijinja::value::Value;
use paywall::SettingsVersion;
use store::Snapshot;

use super::{Staff, parts, rule_table};
use crate::shell::answer::Answer;
use crate::site::{Trouble, Visit};

/// Versions of the settings that the history lists at once.
const HISTORY_LISTED: usize = 100;
/// The longest reason, in characters.
pub(crate) const NOTE_CHARS_MAX: usize = 200;

/// Settings that are looked at together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Group {
    Paper,
    Follow,
    Meter,
    Readers,
    Walls,
    Plans,
    Offers,
    Invoices,
    Newsletters,
    Machines,
    Delivery,
    Advertisements,
    Wordings,
    /// All of them, as one text.
    Document,
}

impl Group {
    /// All of them, in the order of the page.
    pub(super) const ALL: [Self; 14] = [
        Self::Meter,
        Self::Readers,
        Self::Plans,
        Self::Offers,
        Self::Walls,
        Self::Wordings,
        Self::Invoices,
        Self::Newsletters,
        Self::Machines,
        Self::Delivery,
        Self::Advertisements,
        Self::Paper,
        Self::Follow,
        Self::Document,
    ];

    /// Its name in addresses.
    pub(super) const fn slug(self) -> &'static str {
        match self {
            Self::Paper => "paper",
            Self::Follow => "follow",
            Self::Meter => "meter",
            Self::Readers => "readers",
            Self::Walls => "walls",
            Self::Plans => "plans",
            Self::Offers => "offers",
            Self::Invoices => "invoices",
            Self::Newsletters => "newsletters",
            Self::Machines => "machines",
            Self::Delivery => "delivery",
            Self::Advertisements => "advertisements",
            Self::Wordings => "wordings",
            Self::Document => "document",
        }
    }

    const fn key(self) -> Key {
        match self {
            Self::Paper => Key::SettingsGroupPaper,
            Self::Follow => Key::SettingsGroupFollow,
            Self::Meter => Key::SettingsGroupMeter,
            Self::Readers => Key::SettingsGroupReaders,
            Self::Walls => Key::SettingsGroupWalls,
            Self::Plans => Key::SettingsGroupPlans,
            Self::Offers => Key::SettingsGroupOffers,
            Self::Invoices => Key::SettingsGroupInvoices,
            Self::Newsletters => Key::SettingsGroupNewsletters,
            Self::Machines => Key::SettingsGroupMachines,
            Self::Delivery => Key::SettingsGroupDelivery,
            Self::Advertisements => Key::SettingsGroupAdvertisements,
            Self::Wordings => Key::SettingsGroupWordings,
            Self::Document => Key::SettingsGroupDocument,
        }
    }

    /// Where a setting is looked at: each stands in one place.
    pub(super) fn of(setting: &str) -> Self {
        let (group, name) = setting.split_once('.').unwrap_or(("", setting));
        match (group, name) {
            ("paper", _) => Self::Paper,
            ("follow", _) => Self::Follow,
            ("meter", _) | ("", "expired_reader" | "opening") => Self::Meter,
            ("crawlers", _) => Self::Machines,
            ("slots", _) => Self::Advertisements,
            ("invoices", _) => Self::Invoices,
            (
                "",
                "registration" | "verified_mail" | "devices_max" | "new_visitor_budget"
                | "gifts_a_month",
            ) => Self::Readers,
            ("", "benefits" | "pitch" | "subscribe_url" | "contact_mail") => Self::Walls,
            ("", "plans" | "tariff_since" | "withdrawal_days") => Self::Plans,
            ("", "offers") => Self::Offers,
            ("", "wordings") => Self::Wordings,
            ("", "newsletters") => Self::Newsletters,
            ("", "on_outage" | "cache_in_front" | "shared_cache_seconds") => Self::Delivery,
            _ => Self::Document,
        }
    }

    pub(super) fn parse(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.slug() == slug)
    }

    fn address(self) -> String {
        format!("/desk/settings/{}", self.slug())
    }
}

/// GET `/desk/settings`: the groups, and what the rules do now.
pub(super) async fn show(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let snapshot = visit.site.store.settings().await?;
    let asked = visit.site.store.accesses().await?;
    let groups = Group::ALL.map(|group| {
        context! { href => group.address(), name => words.text(group.key()) }
    });
    let put = visit.asked_fields().get("put") == snapshot.version.0.to_string();
    let number = || Args::new().with(Slot::Number, snapshot.version.0.to_string());
    let body = context! {
        well => put.then(|| words.format(Key::SettingsPutDone, &number())),
        in_force => in_force(visit, &snapshot),
        groups => groups.to_vec(),
        history => "/desk/settings/history",
        rule_table => rule_table::table(visit, &visit.presentation.house, None, &asked),
    };
    let heading = words.text(Key::DeskSettings);
    parts::page(visit, Some(staff), StatusCode::OK, "desk/settings.html", &heading, body)
}

/// Which settings are in force, in a line.
fn in_force(visit: &Visit<'_>, snapshot: &Snapshot) -> String {
    let words = &visit.presentation.words;
    if snapshot.version.0 == 0 {
        return words.text(Key::SettingsNever);
    }
    let args = Args::new()
        .with(Slot::Number, snapshot.version.0.to_string())
        .with(Slot::Date, visit.when(snapshot.saved_at).text)
        .with(Slot::Name, snapshot.saved_by.as_str());
    words.format(Key::SettingsInForce, &args)
}

/// POST `/desk/settings`: puts a document into force that was looked at.
pub(super) async fn put(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    let form = match visit.form() {
        Ok(form) => form,
        Err(refusal) => return Ok(refusal),
    };
    let made_from = form.get("made_from").parse().map_or(SettingsVersion(0), SettingsVersion);
    let text = document_of(&form.get("document"));
    let note: String = form.get("note").chars().filter(|letter| !letter.is_control()).collect();
    let note: String = note.trim().chars().take(NOTE_CHARS_MAX).collect();
    changes::put(visit, staff, text, note, made_from).await
}

/// GET `/desk/settings/{group}`: the form of a group, or the history.
pub(super) async fn show_group(
    visit: &Visit<'_>,
    staff: &Staff,
    named: &str,
) -> Result<Answer, Trouble> {
    if named == "history" {
        return history(visit, staff).await;
    }
    let group = Group::parse(named).ok_or(Trouble::NotFound)?;
    let snapshot = visit.site.store.settings().await?;
    forms::page(visit, staff, group, &snapshot.text, &[])
}

/// POST `/desk/settings/{group}`: what the form would change, or what is wrong with it.
pub(super) async fn propose(
    visit: &Visit<'_>,
    staff: &Staff,
    named: &str,
) -> Result<Answer, Trouble> {
    let form = match visit.form() {
        Ok(form) => form,
        Err(refusal) => return Ok(refusal),
    };
    let group = Group::parse(named).ok_or(Trouble::NotFound)?;
    let snapshot = visit.site.store.settings().await?;
    let text = if group == Group::Document {
        let version = form.get("version");
        match version.parse().map(SettingsVersion) {
            Ok(version) => {
                let before = visit.site.store.settings_at(version).await?;
                before.ok_or(Trouble::NotFound)?.text
            }
            Err(_) => document_of(&form.get("document")),
        }
    } else {
        let (text, faults) =
            forms::read(&form, group, visit.presentation.house.paper.language, &snapshot.text);
        if !faults.is_empty() {
            return forms::page(visit, staff, group, &text, &faults);
        }
        text
    };
    changes::look(visit, staff, group, &snapshot, text, None).await
}

/// A document as it was typed: lines end in one way, whichever browser sent them.
fn document_of(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// GET `/desk/settings/history`: the versions, the newest first; `?version=N` shows one beside what holds now.
async fn history(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let store = &visit.site.store;
    let snapshots = store.settings_history(HISTORY_LISTED).await?;
    let newest = snapshots.first().map_or(SettingsVersion(0), |snapshot| snapshot.version);
    let flat: Vec<_> = snapshots.iter().map(|snapshot| House::flat(&snapshot.text)).collect();
    let row = |(place, snapshot): (usize, &Snapshot)| {
        // Versions are numbered without a gap, the newest first.
        let before = flat.get(place + 1);
        let changes = before.map(|before| changes::rows(visit, before, &flat[place]));
        let number = Args::new().with(Slot::Number, snapshot.version.0.to_string());
        context! {
            name => words.format(Key::SettingsVersion, &number),
            version => snapshot.version.0,
            at => visit.when(snapshot.saved_at).text,
            iso => visit.iso(snapshot.saved_at),
            by => snapshot.saved_by.clone(),
            note => snapshot.note.clone(),
            changes => changes,
            is_newest => snapshot.version == newest,
        }
    };
    let body = context! {
        rows => snapshots.iter().enumerate().map(row).collect::<Vec<Value>>(),
        again => Group::Document.address(),
    };
    let heading = words.text(Key::SettingsHistory);
    parts::page(visit, Some(staff), StatusCode::OK, "desk/settings-history.html", &heading, body)
}

/// Reads a document as this build takes it.
pub(crate) fn house_of(
    visit: &Visit<'_>,
    text: &str,
    version: SettingsVersion,
) -> Result<(House, Vec<paywall::Finding>), Vec<face::Fault>> {
    House::parse(text, version, visit.site.capabilities)
}

#[cfg(test)]
mod tests {
    use face::SETTINGS;

    use super::*;

    #[test]
    fn every_setting_stands_in_a_form() {
        for setting in SETTINGS {
            assert_ne!(Group::of(setting.key), Group::Document, "{}", setting.key);
        }
        for group in Group::ALL {
            let mut in_it = SETTINGS.iter().filter(|setting| Group::of(setting.key) == group);
            assert!(group == Group::Document || in_it.next().is_some(), "{group:?} is empty");
            assert_eq!(Group::parse(group.slug()), Some(group));
        }
    }
}
