//! Plans and offers: fields, limits, what they refer to, and what looks odd.

use jiff::civil::date;

use super::super::{OFFER_FIELDS, OFFER_MONTHS_MAX, PLAN_FIELDS, PLAN_OPENS_MAX, PLANS_MAX};
use super::{EXAMPLE, document, fault_of, faults, house, parse};

const PLAN: &str = r#"[[plans]]
slug = "digital"
name = "Digital"
opens = ["digital"]
currency = "USD"
monthly = "12"
"#;

const OFFER: &str = r#"[[offers]]
plan = "digital"
intro = "9"
months = 3
"#;

#[test]
fn plans_and_offers_are_read() {
    let house = house(EXAMPLE);
    let [digital, print] = house.plans.as_slice() else { panic!("{:?}", house.plans) };
    assert_eq!((digital.slug.as_str(), digital.name.as_str()), ("digital", "Digital"));
    assert_eq!(digital.summary, "Every article, on every device");
    assert_eq!(digital.monthly.to_string(), "USD 12");
    assert_eq!(digital.yearly.map(|money| money.minor), Some(12_000));
    assert!(!digital.print && print.print);
    assert_eq!((print.monthly.minor, print.yearly), (2_450, None));
    assert_eq!(
        print.opens.iter().map(paywall::Entitlement::as_str).collect::<Vec<_>>(),
        ["digital", "archive"]
    );
    let [offer] = house.offers.as_slice() else { panic!("{:?}", house.offers) };
    assert_eq!(
        (offer.plan.as_str(), offer.intro.minor, offer.first),
        ("digital", 900, paywall::First::Months(3))
    );
    assert_eq!(offer.ends_on, Some(date(2026, 9, 30)));
}

#[test]
fn lists_between_brackets_are_tables_too() {
    let text = "plans = [{ slug = 'a', name = 'A', opens = ['digital'], currency = 'JPY', monthly = 900 }]\n\
                offers = [{ plan = 'a', intro = 100, months = 1 }]\n";
    let house = house(text);
    assert_eq!(house.plans[0].monthly.to_string(), "JPY 900");
    assert_eq!((house.offers[0].intro.minor, house.offers[0].ends_on), (100, None));
}

/// Takes one line out, or puts another in its place.
fn with(text: &str, field: &str, line: &str) -> String {
    let lines = text.lines().filter(|old| !old.starts_with(&format!("{field} =")));
    format!("{}\n{line}\n", lines.collect::<Vec<_>>().join("\n"))
}

#[test]
fn an_offer_is_for_months_or_a_trial_of_days_which_may_be_free() {
    let offer = |lines: &str| format!("{PLAN}[[offers]]\nplan = \"digital\"\n{lines}\n");
    let first = |lines: &str| house(&offer(lines)).offers[0].first;
    assert_eq!(first("intro = \"0\"\ntrial_days = 14"), paywall::First::Days(14));
    assert_eq!(first("intro = \"1\"\ntrial_days = 366"), paywall::First::Days(366));
    for (lines, wanted) in [
        ("intro = \"9\"", "write how many months"),
        ("intro = \"9\"\nmonths = 3\ntrial_days = 14", "not both"),
        ("intro = \"0\"\nmonths = 3", "an amount of 0"),
        ("intro = \"0\"\ntrial_days = 0", "trial_days"),
        ("intro = \"0\"\ntrial_days = 367", "trial_days"),
    ] {
        let told = faults(&offer(lines));
        assert!(told.contains(wanted), "{lines}: {told}");
    }
}

#[test]
fn required_fields_are_missed() {
    for (text, group, fields) in [(PLAN, "plans", PLAN_FIELDS), (OFFER, "offers", OFFER_FIELDS)] {
        for field in fields {
            let with_plan =
                |part: String| if group == "plans" { part } else { format!("{PLAN}{part}") };
            let missing = with_plan(with(text, field.name, ""));
            // One of two has to be there; the test behind this one says so.
            if field.name == "months" {
                continue;
            }
            if !field.required {
                house(&missing);
                continue;
            }
            let told = faults(&missing);
            let line = if group == "plans" { 1 } else { 7 };
            let name = if matches!(field.name, "slug" | "plan") { "" } else { "digital." };
            let expected = format!(
                "line {line}: {group}.{name}{}: this is missing; write {}",
                field.name, field.allowed
            );
            assert!(told.contains(&expected), "{told}");
        }
    }
    let unknown = fault_of(
        &with(PLAN, "monthly", "montly = \"12\"\nmonthly = \"12\""),
        "plans.digital.montly",
    );
    assert_eq!(unknown, "there is no such field; the nearest is monthly");
}

#[test]
fn wrong_fields_of_a_plan() {
    let long_name = format!("{:?}", "a".repeat(81));
    let long_summary = format!("{:?}", "a".repeat(301));
    let many = format!("{:?}", vec!["a"; PLAN_OPENS_MAX + 1]);
    for (field, value) in [
        ("name", "''"),
        ("name", long_name.as_str()),
        ("name", "3"),
        ("summary", long_summary.as_str()),
        ("summary", "\"a\\nb\""),
        ("opens", "[]"),
        ("opens", "'digital'"),
        ("opens", "['Digital']"),
        ("opens", "[3]"),
        ("opens", many.as_str()),
        ("currency", "'usd'"),
        ("currency", "3"),
        ("monthly", "'0'"),
        ("monthly", "'0.00'"),
        ("monthly", "'-1'"),
        ("monthly", "-1"),
        ("monthly", "'12.505'"),
        ("monthly", "12.5"),
        ("monthly", "'a lot'"),
        ("monthly", "'9999999999999'"),
        ("yearly", "0"),
        ("yearly", "true"),
        ("print", "'yes'"),
    ] {
        let text = with(PLAN, field, &format!("{field} = {value}"));
        fault_of(&text, &format!("plans.digital.{field}"));
    }
    for slug in
        ["'Digital'", "''", "3", "'a b'", "\"a\\u001B\"", "'aaaaaaaaaabbbbbbbbbbccccccccccddd'"]
    {
        fault_of(&with(PLAN, "slug", &format!("slug = {slug}")), "plans.slug");
    }
    let yen = PLAN.replace("USD", "JPY");
    fault_of(&with(&yen, "monthly", "monthly = '9.50'"), "plans.digital.monthly");
}

#[test]
fn wrong_fields_of_an_offer() {
    for (field, value) in [
        ("intro", "'0'"),
        ("intro", "'-9'"),
        ("intro", "9.5"),
        ("months", "0"),
        ("months", "37"),
        ("months", "'3'"),
        ("ends_on", "'2026-09-31'"),
        ("ends_on", "2026-09-30T00:00:00Z"),
        ("ends_on", "true"),
    ] {
        let offer = with(OFFER, field, &format!("{field} = {value}"));
        fault_of(&format!("{PLAN}{offer}"), &format!("offers.digital.{field}"));
    }
    let longest = OFFER.replace("months = 3", &format!("months = {OFFER_MONTHS_MAX}"));
    assert_eq!(house(&format!("{PLAN}{longest}")).offers[0].first, paywall::First::Months(36));
}

#[test]
fn offers_name_a_plan_and_a_plan_has_one_offer() {
    let told =
        fault_of(&format!("{PLAN}{}", OFFER.replace("digital", "print")), "offers.print.plan");
    assert_eq!(told, "there is no plan \"print\"; write digital");
    let told = fault_of(&format!("{PLAN}{OFFER}{OFFER}"), "offers.digital.plan");
    assert_eq!(told, "the plan digital has an offer already; remove one");
    let told = fault_of(&format!("{PLAN}{PLAN}"), "plans.digital.slug");
    assert_eq!(told, "an earlier plan has this slug; write another");
    // An offer for a plan that is itself at fault, or whose slug is, is no second fault.
    let flawed = format!("{}{OFFER}", with(PLAN, "monthly", "monthly = 'much'"));
    fault_of(&flawed, "plans.digital.monthly");
    let unnamed = format!("{}{OFFER}", with(PLAN, "slug", "slug = 'The Digital'"));
    fault_of(&unnamed, "plans.slug");
}

#[test]
fn plans_have_a_limit() {
    let plans = |count: usize| -> String {
        (0..count)
            .map(|index| PLAN.replace("slug = \"digital\"", &format!("slug = \"p{index}\"")))
            .collect()
    };
    assert_eq!(house(&plans(PLANS_MAX)).plans.len(), 20);
    let told = fault_of(&format!("{}{OFFER}", plans(PLANS_MAX + 1)), "plans");
    assert_eq!(told, "there are 21; write at most 20");
    let offers = OFFER.repeat(PLANS_MAX + 1);
    fault_of(&format!("{PLAN}{offers}"), "offers");
}

#[test]
fn what_is_no_list_of_tables() {
    for value in ["3", "'a'", "[1]", "{ slug = 'a' }"] {
        let told = fault_of(&document("plans", value), "plans");
        assert!(told.contains("[[plans]]"), "{told}");
    }
    fault_of("[plans]\nslug = 'a'\n", "plans");
    assert!(house("plans = []\noffers = []\n").plans.is_empty());
}

#[test]
fn odd_tariffs_are_warned_of() {
    let warned = |text: &str| {
        let (_, warnings) = parse(text).unwrap();
        warnings.into_iter().map(|finding| finding.sentence).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(warned(&format!("{PLAN}{OFFER}")), "");
    let archive = warned(&PLAN.replace("[\"digital\"]", "[\"archive\"]"));
    assert!(archive.contains("no plan opens \"digital\""), "{archive}");
    let yearly = warned(&format!("{PLAN}yearly = '150'\n"));
    assert!(yearly.contains("a year of digital costs USD 150"), "{yearly}");
    let dear = warned(&format!("{PLAN}{}", OFFER.replace("\"9\"", "\"36\"")));
    assert_eq!(dear, "the offer for digital costs USD 36, and without it 3 months cost USD 36");
}
