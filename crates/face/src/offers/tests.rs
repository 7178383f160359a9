use super::{happenings, lapsed, offer_line, tariff};
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
    let endless = paywall::Offer { ends: None, ..scene.offer.clone() };
    assert_eq!(offer_line(&endless, &paper, now()), None);
}

#[test]
fn an_offer_that_ends_within_a_day_says_the_minute() {
    let scene = Scene::new();
    let paper = scene.paper();
    let minute = paywall::Moment::Minute("2026-09-30T18:00".parse().unwrap());
    let offer = paywall::Offer { ends: Some(minute), ..scene.offer.clone() };
    let line = |text| offer_line(&offer, &paper, at(text));
    let before = "Offer ends September 30th at 18:00 (Halifax time)";
    assert_eq!(line("2026-09-30T02:59:59Z").unwrap(), before);
    let today = "Offer ends today at 18:00 (Halifax time)";
    assert_eq!(line("2026-09-30T20:59:59Z").unwrap(), today);
    assert_eq!(line("2026-09-30T21:00:00Z"), None);
    assert_eq!(
        lapsed(&scene.plans[0], at("2026-09-30T21:00:00Z"), &paper),
        "This offer ended at 18:00 (Halifax time). The price now is $12 a month. Nothing has been charged."
    );
}

#[test]
fn a_percentage_is_told_with_each_month_s_price_and_what_follows() {
    let scene = Scene::new();
    let terms = paywall::OfferTerms::PercentOff { percent: 50, periods: 3 };
    let offer = paywall::Offer { terms, ..scene.offer.clone() };
    let tariff = tariff(&scene.paper(), [&offer], now());
    let first = &tariff.rows[0].first;
    assert_eq!((&*first.amount, &*first.per), ("$6", "a month for 3 months, 50% off"));
    let rows = happenings(&scene.plans[0], Some(&offer), &scene.paper(), now());
    let told: Vec<_> = rows.iter().map(|row| format!("{}: {}", row.when, row.what)).collect();
    assert_eq!(told[0], "Today, September 16th: You pay $6. Everything opens at once.");
    assert_eq!(told[1], "October 16th: You pay $6, and so each month until December 16th.");
    assert_eq!(told[3], "December 16th: You pay $12, and again on the 16th of each month.");
}

#[test]
fn a_lapsed_offer_is_told_before_anything_is_charged() {
    let scene = Scene::new();
    assert_eq!(
        lapsed(&scene.plans[0], at("2026-10-01T03:00:00Z"), &scene.paper()),
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
