//! Executes `decisions.md`, row by row, and holds it against the list of everything that can happen: neither a row that
//! is wrong nor a case without a row gets past.

#[path = "decisions/table.rs"]
mod table;

use std::collections::BTreeSet;

use paywall::{
    Access, Allowances, Asked, Asker, Basis, Budget, Crowd, Decision, Entitlement, ExpiredReader,
    Mail, OnOutage, Opened, Pass, Past, Policy, Registration, Standing, VerifiedMail, Who,
};
use table::{Case, Row, default_policy, describe, now, read_who, reason_word, window, zone};

const TABLE: &str = include_str!("decisions.md");

/// Who asks x what the article asks x what can come of it, without a pass. Each needs a row, and nothing else may come
/// of it: a new outcome has to be written down here first.
const MUST: [(&str, [&[&str]; 4]); 13] = {
    const FREE: &[&str] = &["free"];
    const CLOSED: &[&str] = &["subscribers"];
    const STAFF: &[&str] = &["staff"];
    const LOCKED: &[&str] = &["registration", "subscribers"];
    const OPENED: &[&str] = &["registered"];
    const TRIAL: &[&str] = &["trial over"];
    const ENDED: &[&str] = &["subscription over"];
    [
        ("stranger", [FREE, LOCKED, &["ask", "registration", "subscribers"], CLOSED]),
        ("newcomer", [FREE, LOCKED, &["ask", "outage", "registration", "subscribers"], CLOSED]),
        (
            "crowded",
            [FREE, LOCKED, &["ask", "network", "outage", "registration", "subscribers"], CLOSED],
        ),
        (
            "visitor",
            [
                FREE,
                LOCKED,
                &["ask", "outage", "reading", "registration", "subscribers", "used up"],
                CLOSED,
            ],
        ),
        (
            "registered",
            [FREE, OPENED, &["ask", "outage", "reading", "subscribers", "used up"], CLOSED],
        ),
        (
            "unverified",
            [
                FREE,
                &["registered", "verify mail"],
                &["ask", "outage", "reading", "subscribers", "used up", "verify mail"],
                CLOSED,
            ],
        ),
        ("subscriber", [FREE, &["held"], &["held"], &["held", "subscribers"]]),
        ("in grace", [FREE, &["grace"], &["grace"], &["grace", "subscribers"]]),
        (
            "other entitlement",
            [
                FREE,
                &["held"],
                &["ask", "outage", "reading", "subscribers", "used up"],
                &["held", "subscribers"],
            ],
        ),
        ("after trial", [FREE, OPENED, &["ask", "outage", "reading", "trial over"], TRIAL]),
        (
            "after subscription",
            [FREE, OPENED, &["ask", "outage", "reading", "subscription over"], ENDED],
        ),
        (
            "crawler",
            [
                FREE,
                &["crawler", "registration", "subscribers"],
                &["ask", "crawler", "registration", "subscribers"],
                &["crawler", "subscribers"],
            ],
        ),
        ("staff", [STAFF, STAFF, STAFF, STAFF]),
    ]
};

/// What a pass does for a stranger, by access. Each needs a row.
const MUST_WITH_PASS: [(&str, [&[&str]; 4]); 4] = [
    ("gift", [&["free"], &["gift"], &["gift"], &["gift"]]),
    ("gift of another", [&["free"], &["registration"], &["ask"], &["subscribers"]]),
    ("institution", [&["free"], &["institution"], &["institution"], &["institution"]]),
    (
        "institution for another",
        [&["free"], &["institution"], &["ask"], &["institution", "subscribers"]],
    ),
];

/// What a pass for the wrong thing leaves on a free or a registered article is a stranger's own row.
const SAME_AS_STRANGER: [(&str, &str); 2] =
    [("gift of another", "free"), ("institution for another", "free")];

const ACCESS_KINDS: [&str; 4] = ["free", "registered", "metered", "entitled"];

type Triple = (&'static str, &'static str, &'static str);

fn rows() -> Vec<Row> {
    match table::read(TABLE) {
        Ok(rows) => rows,
        Err(wrong) => panic!("decisions.md, {wrong}; mend the row or teach table.rs the word"),
    }
}

const fn access_kind(access: &Access) -> &'static str {
    match access {
        Access::Free => "free",
        Access::Registered => "registered",
        Access::Metered => "metered",
        Access::Entitled(_) => "entitled",
    }
}

fn who_kind(who: &Who) -> &'static str {
    let reader = match who {
        Who::Stranger => return "stranger",
        Who::Newcomer(Crowd::Usual) => return "newcomer",
        Who::Newcomer(Crowd::Many) => return "crowded",
        Who::Visitor => return "visitor",
        Who::Crawler => return "crawler",
        Who::Staff => return "staff",
        Who::Reader(reader) => reader,
    };
    let mut live = reader.intervals.iter().filter(|interval| interval.is_live(now()));
    if let Some(interval) = live.next() {
        return match interval {
            i if i.entitlement != Entitlement::DIGITAL => "other entitlement",
            i if i.grace_from.is_some() => "in grace",
            _ => "subscriber",
        };
    }
    match (reader.past(now()), reader.mail) {
        (Past::Trial { .. }, _) => "after trial",
        (Past::Subscription { .. }, _) => "after subscription",
        (Past::Nothing, Mail::Unverified) => "unverified",
        (Past::Nothing, Mail::Verified) => "registered",
    }
}

fn pass_kind(case: &Case) -> Option<&'static str> {
    Some(match case.asker.pass.as_ref()? {
        Pass::Gift(key) if *key == case.asked.key => "gift",
        Pass::Gift(_) => "gift of another",
        Pass::Institution(licence) if !licence.is_live(now()) => return None,
        Pass::Institution(licence) if licence.opens == [Entitlement::DIGITAL] => "institution",
        Pass::Institution(_) => "institution for another",
    })
}

fn outcome(decision: &Decision) -> &'static str {
    match decision {
        Decision::Ask(_) => "ask",
        Decision::Refuse(wall) => reason_word(wall.reason),
        Decision::Open(grant) => match grant.basis() {
            Basis::Held { grace: Some(_), .. } => "grace",
            Basis::Held { grace: None, .. } => "held",
            basis => table::basis_word(basis),
        },
    }
}

fn triples(must: &[(&'static str, [&[&'static str]; 4])]) -> BTreeSet<Triple> {
    let mut triples = BTreeSet::new();
    for (who, by_access) in must {
        for (access, outcomes) in ACCESS_KINDS.into_iter().zip(by_access) {
            triples.extend(outcomes.iter().map(|outcome| (*who, access, *outcome)));
        }
    }
    triples
}

#[test]
fn every_row_happens() {
    let mut wrong = Vec::new();
    for row in rows() {
        let happens = describe(&row.case.decide());
        if happens != row.decision {
            wrong.push(format!("{}: the table says {:?}: {happens:?}", row.id, row.decision));
        }
    }
    assert!(wrong.is_empty(), "what happens differs from decisions.md:\n{}", wrong.join("\n"));
}

#[test]
fn the_numbers_of_every_row_are_possible_and_belong_to_the_window_that_holds() {
    for Row { id, case, .. } in rows() {
        let laid = case.policy.meter.window.lay(&zone(), now());
        let expected = match case.standing {
            Standing::Counted { window, .. } if window.holds(now()) => window,
            _ => laid,
        };
        let meterage = match case.decide() {
            Decision::Refuse(wall) => wall.meterage,
            Decision::Ask(ticket) => ticket.before(),
            Decision::Open(grant) => match grant.basis() {
                Basis::Reading(meterage) => Some(meterage),
                _ => None,
            },
        };
        if let Some(meterage) = meterage {
            assert_eq!(meterage.window, expected, "row {id}");
            assert!(meterage.left() <= meterage.allowance, "row {id}");
        }
    }
}

#[test]
fn every_row_has_a_name_of_its_own_and_asks_something_of_its_own() {
    let rows = rows();
    let names: BTreeSet<_> = rows.iter().map(|row| row.id.clone()).collect();
    assert_eq!(names.len(), rows.len(), "two rows of decisions.md share an id");
    let cases: BTreeSet<_> = rows.iter().map(|row| format!("{:?}", row.case)).collect();
    assert_eq!(cases.len(), rows.len(), "two rows of decisions.md ask the same");
}

#[test]
fn everything_that_must_have_a_row_has_one() {
    let rows = rows();
    let covered: BTreeSet<Triple> = rows
        .iter()
        .filter(|row| row.case.asker.pass.is_none())
        .map(|Row { case, .. }| {
            let who = who_kind(&case.asker.who);
            (who, access_kind(&case.asked.access), outcome(&case.decide()))
        })
        .collect();
    let missing: Vec<_> = triples(&MUST).difference(&covered).copied().collect();
    assert!(missing.is_empty(), "decisions.md has no row for {missing:#?}");

    let covered: BTreeSet<Triple> = rows
        .iter()
        .filter(|row| row.case.asker.who == Who::Stranger)
        .filter_map(|Row { case, .. }| {
            let pass = pass_kind(case)?;
            Some((pass, access_kind(&case.asked.access), outcome(&case.decide())))
        })
        .collect();
    let mut must = triples(&MUST_WITH_PASS);
    must.retain(|(pass, access, _)| !SAME_AS_STRANGER.contains(&(pass, access)));
    let missing: Vec<_> = must.difference(&covered).copied().collect();
    assert!(missing.is_empty(), "decisions.md has no row for the pass {missing:#?}");
}

/// Tries every combination of a small world, so that the list above can neither forget an outcome nor name one that
/// never happens.
#[test]
fn the_list_of_what_must_have_a_row_is_everything_that_can_happen() {
    let mut happens = BTreeSet::new();
    for policy in policies() {
        for words in WHO {
            let who = read_who(words).expect("a line of WHO");
            let kind = who_kind(&who);
            for standing in standings(&who) {
                for access in accesses() {
                    let case = Case {
                        policy: policy.clone(),
                        asker: Asker::of(who.clone()),
                        asked: Asked { key: paywall::ArticleKey::from_bytes([1; 16]), access },
                        standing,
                    };
                    let triple = (kind, access_kind(&case.asked.access), outcome(&case.decide()));
                    happens.insert(triple);
                }
            }
        }
    }
    let must = triples(&MUST);
    let unlisted: Vec<_> = happens.difference(&must).collect();
    assert!(unlisted.is_empty(), "it happens, and MUST does not list it: {unlisted:#?}");
    let impossible: Vec<_> = must.difference(&happens).collect();
    assert!(impossible.is_empty(), "MUST lists it, and it never happens: {impossible:#?}");
}

const WHO: [&str; 18] = [
    "stranger",
    "newcomer",
    "newcomer, crowded",
    "visitor",
    "crawler",
    "staff",
    "reader",
    "reader, unverified",
    "reader, paid live",
    "reader, trial live",
    "reader, unverified, complimentary open-ended",
    "reader, paid grace to 2026-09-20",
    "reader, paid for archive live",
    "reader, trial ended 2026-09-10",
    "reader, trial ended 2026-09-10 unpaid",
    "reader, paid ended 2026-09-10",
    "reader, print ended 2026-09-10 unpaid",
    "reader, paid from 2026-10-01",
];

fn accesses() -> [Access; 5] {
    let archive = Entitlement::parse("archive").expect("a name");
    let subscribers = Access::Entitled(Entitlement::DIGITAL);
    [Access::Free, Access::Registered, Access::Metered, subscribers, Access::Entitled(archive)]
}

/// Every standing that this kind of asker can have: a stranger and a crawler have no record.
fn standings(who: &Who) -> Vec<Standing> {
    let mut standings = vec![Standing::Nothing];
    if matches!(who, Who::Stranger | Who::Crawler) {
        return standings;
    }
    standings.push(Standing::Unknown);
    if matches!(who, Who::Newcomer(_)) {
        return standings;
    }
    for over in [false, true] {
        for this in [Opened::Already, Opened::NotYet] {
            for read in 0..5 {
                standings.push(Standing::Counted { window: window(over), read, this });
            }
        }
    }
    standings
}

fn policies() -> Vec<Policy> {
    let mut policies = Vec::new();
    for (visitor, registered) in [(0, 0), (0, 3), (2, 2), (2, 3)] {
        for bits in 0..64_u8 {
            let bit = |place: u8| bits >> place & 1 == 1;
            let mut policy = default_policy();
            policy.meter.allowances = Allowances { visitor, registered };
            policy.registration = if bit(0) { Registration::On } else { Registration::Off };
            policy.verified_mail =
                if bit(1) { VerifiedMail::Required } else { VerifiedMail::Optional };
            policy.expired_reader =
                if bit(2) { ExpiredReader::Walled } else { ExpiredReader::Metered };
            policy.on_outage = if bit(3) { OnOutage::Open } else { OnOutage::Teaser };
            policy.new_visitor_budget = if bit(4) { Budget::Limit(1) } else { Budget::Observe };
            policy.crawlers_read_all = bit(5);
            policies.push(policy);
        }
    }
    policies
}

#[test]
fn a_row_that_is_not_understood_is_an_error_and_not_a_pass() {
    let header = format!("| {} |\n|---|---|---|---|---|---|---|---|\n", table::COLUMNS.join(" | "));
    let good = "| Q1 | visitor | - | metered | visitors 3 | 2 with this one | ask; 2 of 3 | So. |";
    assert_eq!(table::read(&format!("{header}{good}")).map(|rows| rows.len()), Ok(1));
    for (is, becomes) in [
        ("visitor |", "member |"),
        ("visitor |", "reader, gold |"),
        ("visitor |", "reader, paid ended yesterday |"),
        ("visitor |", "reader, paid ended 2026-09-10 somehow |"),
        ("visitor |", "reader, gold live |"),
        ("| - | metered", "| key | metered"),
        ("metered", "premium"),
        ("visitors 3", "visitors three"),
        ("visitors 3", "colour blue"),
        ("2 with this one", "two"),
        ("2 with this one", "2 with that one"),
        ("So.", ""),
        (" | So. |", " |"),
    ] {
        assert!(good.contains(is), "{is}");
        let text = format!("{header}{}", good.replace(is, becomes));
        assert!(table::read(&text).is_err(), "{becomes:?} was understood");
    }
    assert!(table::read("| id | who |\n").is_err(), "other columns were understood");
}
