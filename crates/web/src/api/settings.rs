//! The house settings for machines: the document in force, what another would change, and putting one into force, by the functions of the
//! desk. No secret stands in them: those are the operator's, and in no document of the paper.

use face::{Fault as HouseFault, House};
use paywall::{Finding, SettingsVersion};
use serde_json::{Value, json};
use store::Snapshot;

use super::problem::{Fault, Problem, Refusal};
use super::schemas::PROPOSAL_FINDINGS_MAX;
use super::{Call, Given};
use crate::desk::settings::changes::{InForce, different, proposed, put_into_force};

/// The version of settings as a condition names it.
pub(super) fn version(version: SettingsVersion) -> String {
    format!("\"{}\"", version.0)
}

/// The settings in force, if they are what a change was made from.
pub(super) async fn made_from(call: &Call<'_>) -> Result<Snapshot, Refusal> {
    let snapshot = call.visit.site.store.settings().await?;
    let is_same = call.condition() == version(snapshot.version);
    if is_same { Ok(snapshot) } else { Err(Problem::stale().into()) }
}

/// Faults of a document, by setting and line.
pub(super) fn faults(faults: &[HouseFault]) -> Problem {
    let fault = |fault: &HouseFault| Fault {
        field: Some(fault.key.clone()).filter(|key| !key.is_empty()),
        line: fault.line,
        what: fault.sentence.clone(),
    };
    Problem::invalid(faults.iter().map(fault).collect())
}

/// GET: what is in force.
pub(super) async fn show(call: &Call<'_>) -> Result<Given, Refusal> {
    let snapshot = call.visit.site.store.settings().await?;
    Ok(given(&snapshot))
}

fn given(snapshot: &Snapshot) -> Given {
    let is_some = snapshot.version.0 > 0;
    let document = json!({
        "version": snapshot.version.0,
        "document": snapshot.text,
        "saved_at": is_some.then(|| snapshot.saved_at.to_string()),
        "saved_by": snapshot.saved_by,
        "note": snapshot.note,
    });
    Given::of(document).version(version(snapshot.version))
}

fn document_of(call: &Call<'_>) -> String {
    call.read.text("document").unwrap_or_default().replace("\r\n", "\n")
}

/// POST of the proposal: what a document would change. Nothing is kept.
pub(super) async fn propose(call: &Call<'_>) -> Result<Given, Refusal> {
    let visit = call.visit;
    let (text, snapshot) = (document_of(call), visit.site.store.settings().await?);
    let found = match proposed(visit, &text, &snapshot).await? {
        Ok(proposed) => proposed.findings,
        Err(wrong) => return Err(faults(&wrong).into()),
    };
    let (before, after) = (House::flat(&snapshot.text), House::flat(&text));
    let changes: Vec<Value> = different(&before, &after)
        .into_iter()
        .map(|(setting, before, after)| {
            json!({ "setting": setting, "before": before, "after": after })
        })
        .collect();
    let finding =
        |finding: &Finding| json!({ "setting": finding.setting, "what": finding.sentence });
    let findings: Vec<Value> = found.iter().take(PROPOSAL_FINDINGS_MAX).map(finding).collect();
    Ok(Given::of(json!({ "changes": changes, "findings": findings })))
}

/// PUT: puts a document into force.
pub(super) async fn put(call: &Call<'_>) -> Result<Given, Refusal> {
    let snapshot = made_from(call).await?;
    let note = call.read.line("note").unwrap_or_default();
    into_force(call, document_of(call), note, snapshot.version).await?;
    show(call).await
}

/// Puts a document into force that was made from those settings.
pub(super) async fn into_force(
    call: &Call<'_>,
    text: String,
    note: String,
    made_from: SettingsVersion,
) -> Result<(), Refusal> {
    let note: String = note.chars().filter(|letter| !letter.is_control()).collect();
    match put_into_force(call.visit, &call.staff, text, note, made_from).await? {
        InForce::Yes(_) => Ok(()),
        InForce::Wrong(wrong) => Err(faults(&wrong).into()),
        InForce::Stale(_) => Err(Problem::stale().into()),
    }
}
