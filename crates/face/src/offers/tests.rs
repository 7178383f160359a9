use super::{best_offer, happenings, lapsed, offer_line, tariff};
use crate::scene::{Scene, at, now};

#[test]
fn an_offer_ends_at_midnight_of_its_last_day() {
    let scene = Scene::new();
    let paper = scene.paper();
    let line = |text| offer_line(&scene.offer, &paper, at(text));
    assert_eq!(line("2026-09-16T16:48:00Z").unwrap(), "Offer ends September 30th");
    assert_eq!(line("2026-09-30T02:59:59Z").unwrap(), "Offer ends September 30th");
    let today = "Offer ends today at midnight (Halifax time)";
    assert_eq!(line("2026-09-30T03:00:00Z").unwrap(), today);
    assert_eq!(line("2026-10-01T02:59:59Z").unwrap(), today);
    assert_eq!(line("2026-10-01T03:00:00Z"), None);
    let endless = paywall::Offer { ends_on: None, ..scene.offer.clone() };
    assert_eq!(offer_line(&endless, &paper, now()), None);
}

#[test]
fn walls_show_the_first_offer_that_is_live_and_has_a_plan() {
    let scene = Scene::new();
    let other = |plan: &str, ends_on: Option<&str>| paywall::Offer {
        plan: plan.to_owned(),
        ends_on: ends_on.map(|day| day.parse().unwrap()),
        ..scene.offer.clone()
    };
    let offers = [other("digital", Some("2026-09-15")), other("gone", None), other("daily", None)];
    let best = best_offer(&scene.plans, &offers, &scene.zone, now()).unwrap();
    assert_eq!((best.0.slug.as_str(), best.1), ("daily", &offers[2]));
    assert_eq!(best_offer(&scene.plans, &offers[..2], &scene.zone, now()), None);
}

#[test]
fn a_lapsed_offer_is_told_before_anything_is_charged() {
    let scene = Scene::new();
    assert_eq!(
        lapsed(&scene.plans[0], &scene.paper()),
        "This offer ended at midnight. The price now is $12 a month. Nothing has been charged."
    );
}

#[test]
fn the_tariff_marks_the_offer_and_reckons_the_year() {
    let scene = Scene::new();
    let tariff = tariff(&scene.paper(), std::slice::from_ref(&scene.offer), now());
    let [digital, daily] = &tariff.rows[..] else { panic!("two rows") };
    assert!(digital.is_offer && !daily.is_offer);
    assert_eq!(digital.first.amount, "$9");
    assert_eq!(digital.first.per, "for 3 months");
    assert_eq!(digital.then.amount, "$12");
    // 50 dollars over 12 months are 4.1666…, told to the nearest cent.
    assert_eq!(digital.year.as_ref().unwrap().per, "$4.17 a month");
    assert_eq!(daily.year, None);
    assert_eq!(daily.first.per, "the first month");
    assert_eq!(daily.action.href, "/contact", "nowhere to subscribe: a person does it");
}

#[test]
fn what_happens_when_has_true_dates() {
    let scene = Scene::new();
    let rows = happenings(&scene.plans[0], Some(&scene.offer), &scene.paper(), now());
    let told: Vec<_> = rows.iter().map(|row| format!("{}: {}", row.when, row.what)).collect();
    assert_eq!(told[0], "Today, September 16th: You pay $9. Everything opens at once.");
    assert!(told[1].starts_with("December 9th: We write to you"));
    assert_eq!(told[2], "December 16th: You pay $12, and again on the 16th of each month.");
    assert!(told[3].starts_with("The day you cancel: Two clicks"));
}

#[test]
fn the_31st_promises_no_day_that_some_months_lack() {
    let scene = Scene::new();
    let late = at("2026-10-31T16:00:00Z");
    let rows = happenings(&scene.plans[0], None, &scene.paper(), late);
    assert_eq!(rows[1].when, "November 30th");
    assert_eq!(rows[1].what, "You pay $12, and again every month.");
}
