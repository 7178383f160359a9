//! The offers for machines: rows of the house settings, each change of which is a new version of those.

use face::{FieldRow, House, OFFER_FIELDS, Takes as HouseTakes};
use serde_json::{Map, Value, json};
use store::Snapshot;

use super::problem::{Problem, Refusal};
use super::settings::{faults, into_force, made_from, version};
use super::{Call, Given};
use crate::desk::settings::house_of;

/// The setting that they are.
const OFFERS: &str = "offers";

/// A row as JSON has it: numbers, truths and lists as such, what is not said left out.
fn shown(row: &FieldRow) -> Value {
    let field = |(name, value): &(&'static str, String)| {
        let takes = OFFER_FIELDS.iter().find(|field| field.name == *name)?.takes;
        let value = match takes {
            _ if value.is_empty() => return None,
            HouseTakes::Number => value.parse::<i64>().ok()?.into(),
            HouseTakes::Truth => Value::Bool(value == "true"),
            HouseTakes::Names => value.split(',').map(str::trim).collect(),
            HouseTakes::Text | HouseTakes::Day | HouseTakes::Minute => value.as_str().into(),
        };
        Some(((*name).to_owned(), value))
    };
    Value::Object(row.iter().filter_map(field).collect::<Map<_, _>>())
}

fn given(call: &Call<'_>, snapshot: &Snapshot) -> Given {
    let visit = call.visit;
    let at_hand = &visit.presentation.house;
    // Settings that were put into force just now are not those that the request began with.
    let read = (at_hand.version != snapshot.version)
        .then(|| house_of(visit, &snapshot.text, snapshot.version));
    let house = match &read {
        None => Some(at_hand),
        Some(Ok((house, _))) => Some(house),
        Some(Err(_)) => None,
    };
    let rows = House::rows(&snapshot.text, OFFERS);
    let row = |(place, row): (usize, &FieldRow)| {
        let is_live = house.is_some_and(|house| {
            let offer = house.offers.get(place);
            offer.is_some_and(|offer| offer.is_live(&house.policy.zone, visit.now))
        });
        json!({ "place": place, "is_live": is_live, "offer": shown(row) })
    };
    let offers: Vec<Value> = rows.iter().enumerate().map(row).collect();
    let document = json!({ "version": snapshot.version.0, "offers": offers });
    Given::of(document).version(version(snapshot.version))
}

/// GET: all of them.
pub(super) async fn list(call: &Call<'_>) -> Result<Given, Refusal> {
    Ok(given(call, &call.visit.site.store.settings().await?))
}

/// POST: one more.
pub(super) async fn make(call: &Call<'_>) -> Result<Given, Refusal> {
    let snapshot = made_from(call).await?;
    let read = &call.read;
    let typed = |name: &'static str| {
        let number = || read.whole(name).map(|number| number.to_string());
        let truth = || read.truth(name).map(|is| is.to_string());
        let list = || read.texts(name).map(|names| names.join(", "));
        let value = read.line(name).or_else(number).or_else(truth).or_else(list);
        (name, value.unwrap_or_default())
    };
    let mut rows = House::rows(&snapshot.text, OFFERS);
    rows.push(OFFER_FIELDS.iter().map(|field| typed(field.name)).collect());
    put(call, &snapshot, &rows, "an offer was made")
        .await
        .map(|given| given.made("/api/offers".to_owned()))
}

/// POST of the end: takes one out of the settings.
pub(super) async fn end(call: &Call<'_>, named: &str) -> Result<Given, Refusal> {
    let snapshot = made_from(call).await?;
    let mut rows = House::rows(&snapshot.text, OFFERS);
    let place = named.parse::<usize>().ok().filter(|place| *place < rows.len());
    rows.remove(place.ok_or_else(Problem::not_found)?);
    put(call, &snapshot, &rows, "an offer was ended").await
}

async fn put(
    call: &Call<'_>,
    snapshot: &Snapshot,
    rows: &[FieldRow],
    note: &str,
) -> Result<Given, Refusal> {
    let text = House::with_rows(&snapshot.text, OFFERS, rows);
    let text = text.map_err(|fault| faults(&[fault]))?;
    into_force(call, text, note.to_owned(), snapshot.version).await?;
    list(call).await
}
