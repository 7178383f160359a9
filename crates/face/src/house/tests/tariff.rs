//! Plans and offers: fields, limits, what they refer to, and what looks odd.

use jiff::civil::date;
use paywall::OfferTerms::{CheapTrial, FreeTrial, Intro, PercentOff};
use paywall::{Moment, Money, ReaderState, Repeat};

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
fn newsletters_are_read_and_held_to_their_fields() {
    let two = "[[newsletters]]\nslug = \"tides\"\nname = \"Tides\"\nsummary = \"Every Friday.\"\n\
               [[newsletters]]\nslug = \"city\"\nname = \"City\"\n";
    let read = house(two).newsletters;
    assert_eq!(read.len(), 2);
    assert_eq!(
        (&*read[0].slug, &*read[0].summary, &*read[1].summary),
        ("tides", "Every Friday.", "")
    );
    assert!(house("").newsletters.is_empty());
    let many = |count: usize| -> String {
        (0..count).map(|n| format!("[[newsletters]]\nslug = \"n{n}\"\nname = \"N\"\n")).collect()
    };
    assert_eq!(house(&many(PLANS_MAX)).newsletters.len(), PLANS_MAX);
    let twice = format!("{two}[[newsletters]]\nslug = \"tides\"\nname = \"Other\"\n");
    for (text, words) in [
        (many(PLANS_MAX + 1), "write at most"),
        (twice, "an earlier newsletter has this slug"),
        ("[[newsletters]]\nslug = \"Tides\"\nname = \"T\"\n".to_owned(), "is not a slug"),
        ("[[newsletters]]\nslug = \"tides\"\n".to_owned(), "this is missing"),
        (
            "[[newsletters]]\nslug = \"a\"\nname = \"A\"\nsubject = \"x\"\n".to_owned(),
            "no such field",
        ),
        ("newsletters = 3\n".to_owned(), "write [[newsletters]]"),
    ] {
        let faults = faults(&text);
        assert!(faults.contains(words), "{text}: {faults}");
    }
}

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
    let amount = Money { minor: 900, ..digital.monthly };
    assert_eq!((offer.plan.as_str(), offer.terms), ("digital", Intro { periods: 3, amount }));
    assert_eq!((offer.starts, offer.ends), (None, Some(Moment::Day(date(2026, 9, 30)))));
    // What was taken before there were names is known by the same ones.
    assert_eq!(offer.id.as_str(), "digital-3-900");
    assert_eq!((offer.then.amount, offer.repeat), (digital.monthly, Repeat::OncePerPerson));
}

#[test]
fn lists_between_brackets_are_tables_too() {
    let text = "plans = [{ slug = 'a', name = 'A', opens = ['digital'], currency = 'JPY', monthly = 900 }]\n\
                offers = [{ plan = 'a', intro = 100, months = 1 }]\n";
    let house = house(text);
    assert_eq!(house.plans[0].monthly.to_string(), "JPY 900");
    assert_eq!((house.offers[0].at_once().minor, house.offers[0].ends), (100, None));
}

/// Takes one line out, or puts another in its place.
fn with(text: &str, field: &str, line: &str) -> String {
    let lines = text.lines().filter(|old| !old.starts_with(&format!("{field} =")));
    format!("{}\n{line}\n", lines.collect::<Vec<_>>().join("\n"))
}

#[test]
fn an_offer_is_for_months_or_a_trial_of_days_which_may_be_free() {
    let offer = |lines: &str| format!("{PLAN}[[offers]]\nplan = \"digital\"\n{lines}\n");
    let terms = |lines: &str| house(&offer(lines)).offers[0].terms;
    assert_eq!(terms("intro = \"0\"\ntrial_days = 14"), FreeTrial { days: 14 });
    assert!(matches!(terms("intro = \"1\"\ntrial_days = 366"), CheapTrial { days: 366, .. }));
    assert_eq!(terms("percent = 50\nmonths = 3"), PercentOff { percent: 50, periods: 3 });
    for (lines, wanted) in [
        ("intro = \"9\"", "write how many months"),
        ("intro = \"9\"\nmonths = 3\ntrial_days = 14", "not both"),
        ("intro = \"0\"\nmonths = 3", "an amount of 0"),
        ("intro = \"0\"\ntrial_days = 0", "trial_days"),
        ("intro = \"0\"\ntrial_days = 367", "trial_days"),
        ("months = 3", "offers.digital.intro: this is missing; write what the first time costs"),
        ("percent = 50", "write how many months"),
        ("percent = 50\nmonths = 3\nintro = \"9\"", "an intro or takes percent off, not both"),
        ("percent = 50\ntrial_days = 14", "a trial has an intro, and no percent"),
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
            if matches!(field.name, "months" | "intro") {
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
        ("percent", "0"),
        ("percent", "100"),
        ("percent", "'50'"),
        ("slug", "'The Offer'"),
        ("starts_on", "2026-09-01T00:00:00"),
        ("starts_at", "2026-09-01"),
        ("starts_at", "2026-09-01T18:00:00Z"),
        ("starts_at", "2026-09-01T18:00:30"),
        ("ends_at", "2026-09-30T18:00:00.5"),
        ("ends_at", "'2026-09-30T25:00'"),
        ("audience", "'new'"),
        ("audience", "[]"),
        ("audience", "['everybody']"),
        ("audience", "['subscriber']"),
        ("once", "'yes'"),
    ] {
        let other = if field == "percent" { with(OFFER, "intro", "") } else { OFFER.to_owned() };
        let offer = with(&other, field, &format!("{field} = {value}"));
        fault_of(&format!("{PLAN}{offer}"), &format!("offers.digital.{field}"));
    }
    let longest = OFFER.replace("months = 3", &format!("months = {OFFER_MONTHS_MAX}"));
    let terms = house(&format!("{PLAN}{longest}")).offers[0].terms;
    assert!(matches!(terms, Intro { periods: 36, .. }));
}

#[test]
fn an_offer_begins_and_ends_to_the_minute_and_says_whom_it_is_for() {
    let lines = "slug = 'autumn'\nstarts_at = 2026-09-01T08:00:00\nends_at = '2026-09-30T18:00'\n\
                 audience = ['lapsed', 'trialist']\nonce = false\n";
    let [offer] = &house(&format!("{PLAN}{OFFER}{lines}")).offers[..] else { panic!("one offer") };
    let minute = |text: &str| Some(Moment::Minute(text.parse().unwrap()));
    assert_eq!(offer.starts, minute("2026-09-01T08:00"));
    assert_eq!(offer.ends, minute("2026-09-30T18:00"));
    let states = ReaderState::ALL.map(|state| offer.audience.holds(state));
    assert_eq!(states, [false, true, true, false]);
    assert_eq!((offer.id.as_str(), offer.repeat), ("autumn", Repeat::Always));
    let both = format!("{PLAN}{OFFER}ends_on = 2026-09-30\nends_at = 2026-09-30T18:00:00\n");
    let told = fault_of(&both, "offers.digital.ends_at");
    assert_eq!(told, "there is ends_on as well; remove one of them");
    // In the paper's zone that end is before that beginning, or no time after it.
    for ends in ["ends_on = 2026-08-31", "ends_at = 2026-09-01T08:00:00"] {
        let text = format!("{PLAN}{OFFER}starts_at = 2026-09-01T08:00:00\n{ends}\n");
        let told = fault_of(&text, "offers");
        assert!(told.contains("nobody could ever take it; it would start at"), "{told}");
    }
}

#[test]
fn a_plan_may_have_several_offers_under_names_of_their_own() {
    let told = fault_of(&format!("{PLAN}{OFFER}{OFFER}"), "offers.digital.slug");
    assert_eq!(
        told,
        "an earlier offer is known as \"digital-3-900\" already; give one of them a slug of its own"
    );
    let lapsed = format!("{OFFER}slug = 'again'\naudience = ['lapsed']\n");
    let two = format!("{PLAN}{lapsed}{OFFER}");
    let (house, warnings) = parse(&two).unwrap();
    assert_eq!((house.offers.len(), warnings.len()), (2, 0), "{warnings:?}");
    // The other way round, whoever could have the second has the first.
    let (_, warnings) = parse(&format!("{PLAN}{OFFER}{lapsed}")).unwrap();
    assert!(
        warnings[0].sentence.starts_with("whoever has not had digital-3-900 is never shown again,"),
        "{warnings:?}"
    );
}

#[test]
fn offers_name_a_plan() {
    let told =
        fault_of(&format!("{PLAN}{}", OFFER.replace("digital", "print")), "offers.print.plan");
    assert_eq!(told, "there is no plan \"print\"; write digital");
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
    let nothing = PLAN.replace("\"12\"", "\"0.01\"") + &with(OFFER, "intro", "percent = 50");
    let nothing = warned(&nothing);
    assert_eq!(
        nothing,
        "USD 0.01 less 50 percent, rounded down, is nothing; write a trial instead"
    );
}
