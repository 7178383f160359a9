//! The tariff: what the paper sells, each price beside what follows it.

use std::sync::Arc;

use face::{Key, Paper, happenings, tariff};
use http::StatusCode;
use jiff::Timestamp;
use minijinja::context;
use minijinja::value::Value;

use super::article::shared;
use super::contexts::{Chrome, value};
use super::forms::{way_back, with_back};
use super::lists;
use super::{Trouble, Visit};
use crate::shell::answer::Answer;

/// Answers with the offers page: for strangers one that is kept until an offer begins or ends. Whoever is signed in is shown what he or
/// she can have, and whoever comes from a wall is led back there; that is made for this request.
pub(crate) async fn page(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let asked = visit.asked_fields();
    if asked.get("from") == "wall" {
        return Ok(visit.see(&with_back("/offers", &visit.back())));
    }
    let back = way_back(&asked.get("back"));
    // A blind cache in front would hand one reader's page to all: there only addresses of a reader's own have one.
    let is_blind = visit.is_behind_blind_cache();
    if !is_blind || back != "/" {
        let _ = visit.identity().await;
    }
    if back == "/" && visit.reader.get().is_none() {
        let list = lists::kept(visit, "/offers".to_owned(), async {
            let (template, context) = told(visit, &back)?;
            let theme = Arc::clone(&visit.presentation.theme);
            let until = visit.offers_change_at().unwrap_or(Timestamp::MAX);
            Ok((move || theme.render(template, context), until))
        });
        return Ok(shared(visit, &list.await?.page));
    }
    let (template, context) = told(visit, &back)?;
    visit.own_page(StatusCode::OK, template, context)
}

/// The page for whoever the visit is, made for it and kept nowhere.
pub(crate) fn made(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let (template, context) = told(visit, "/")?;
    visit.own_page(StatusCode::OK, template, context)
}

fn told(visit: &Visit<'_>, back: &str) -> Result<lists::Told, Trouble> {
    let house = &visit.presentation.house;
    let plans_query = with_back("", back);
    let paper = Paper { plans_query: &plans_query, ..visit.paper() };
    let words = &visit.presentation.words;
    let reader = visit.reader.get().map(|reader| &**reader);
    let table = tariff(&paper, visit.offers_for(reader), visit.now);
    let best = paper.best_offer.map(|(plan, offer)| (plan, Some(offer)));
    let best = best.or_else(|| house.plans.first().map(|plan| (plan, None)));
    let dates = best.map(|(plan, offer)| happenings(plan, offer, &paper, visit.now));
    let since = house.tariff_since.map(|day| {
        let today = visit.today();
        context! { iso => day.to_string(), text => words.date(day, today) }
    });
    let questions = [house.paper.telephone.clone(), house.paper.address.clone()];
    let questions = questions.into_iter().filter(|line| !line.is_empty());
    let theme = &visit.presentation.theme;
    let table_html =
        if house.plans.is_empty() { String::new() } else { theme.face.tariff(&table)? };
    let offers = context! {
        heading => table.heading.clone(),
        standfirst => table.standfirst.clone(),
        since => since,
        tariff => Value::from_safe_string(table_html),
        pitch => house.pitch.clone(),
        none => house.plans.is_empty().then(|| words.text(Key::WriteToUsText)),
        dates => value(dates),
        questions => questions.collect::<Vec<_>>(),
    };
    let chrome = Chrome {
        heading: table.heading.clone(),
        path: Some("/offers".to_owned()),
        ..Chrome::default()
    };
    Ok(("offers.html", context! { offers => offers, ..visit.chrome(chrome) }))
}
