//! The tariff: what the paper sells, each price beside what follows it.

use face::{Key, happenings, tariff};
use minijinja::context;
use minijinja::value::Value;

use super::contexts::{Chrome, value};
use super::lists;
use super::{Trouble, Visit};
use crate::shell::answer::Answer;

/// Answers with the offers page: kept until midnight or until an offer ends, which is at a midnight too.
pub(crate) async fn page(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    lists::answer(visit, "/offers".to_owned(), async {
        let house = &visit.presentation.house;
        let paper = visit.paper();
        let words = &visit.presentation.words;
        let table = tariff(&paper, &house.offers, visit.now);
        let best = paper.best_offer.map(|(plan, offer)| (plan, Some(offer)));
        let best = best.or_else(|| house.plans.first().map(|plan| (plan, None)));
        let dates = best.map(|(plan, offer)| happenings(plan, offer, &paper, visit.now));
        let since = house.tariff_since.map(|day| {
            let today = house.policy.zone.to_datetime(visit.now).date();
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
    })
    .await
}
