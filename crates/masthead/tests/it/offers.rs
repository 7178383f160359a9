//! Offers over HTTP: what each reader can have, to the second of beginning and end, once for each person; what is told and charged.

use http::StatusCode;

use crate::ask::Ask;
use crate::jar::Jar;
use crate::money::{hidden, shop_with};
use crate::paper::TestPaper;
use crate::settings::Settings;

/// Half the price, three months long.
const HALF: &str = "percent = 50\nmonths = 3";

fn selling(offers: &'static str) -> Settings {
    Settings { registration: true, offers: Some(offers), ..Settings::default() }
}

impl TestPaper {
    /// The row of the plan by the month on the tariff, as somebody sees it.
    #[track_caller]
    fn rate(&self, jar: &Jar) -> String {
        let text = self.send(&mut jar.clone(), Ask::get("/offers")).text();
        let start = text.find("<tbody>").unwrap_or_else(|| panic!("{text}"));
        text[start..].split("</tr>").next().unwrap().to_owned()
    }

    /// What a wall holds out to somebody.
    #[track_caller]
    fn held_out(&self, jar: &Jar) -> String {
        let text = self.send(&mut jar.clone(), Ask::get(&self.path("subs"))).text();
        let start = text.find("class=\"price\"").unwrap_or_else(|| panic!("{text}"));
        text[start..].split("</p>").next().unwrap().to_owned()
    }
}

#[test]
fn a_percentage_is_told_and_charged_each_month_and_then_the_usual_price() {
    let paper = shop_with(Settings { offer: HALF, ..Settings::default() });
    let mut jar = Jar::default();
    let wall = paper.held_out(&jar);
    assert!(wall.contains("<b>50% off: $6 a month for 3 months. Then $12 a month.</b>"), "{wall}");
    let rate = paper.rate(&jar);
    assert!(rate.contains("$6") && rate.contains("a month for 3 months, 50% off"), "{rate}");
    let tariff = paper.get("/offers").text();
    assert!(tariff.contains("You pay $6, and so each month until December 16th."), "{tariff}");
    paper.sign_in(&mut jar, "ada@reader.example");
    let page = paper.order(&mut jar, "/subscribe/digital");
    for wanted in [
        "You pay $6 today.",
        "That is good until October 16th.",
        "Until December 16th you pay $6 a month. From December 16th on you pay $12 a month, until you cancel.",
        "I agree to be charged $6 every month until December 16th. I agree to be charged $12 every month from \
         December 16th on, until I cancel.",
    ] {
        assert!(page.text().contains(wanted), "{wanted}: {}", page.text());
    }
    let at = paper.agree(&mut jar, &page).header("location").to_owned();
    assert!(paper.send(&mut jar, Ask::get(&at)).text().contains("Today: CAD 6"));
    let paid = paper.pay(&mut jar, &at, "good").header("location").to_owned();
    paper.send(&mut jar, Ask::get(&paid));
    for (at, next) in [
        ("2026-09-17T12:00:00-03:00", "The next payment of $6 is on October 16th."),
        ("2026-10-17T12:00:00-03:00", "The next payment of $6 is on November 16th."),
        ("2026-11-17T12:00:00-04:00", "The next payment of $12 is on December 16th."),
        ("2026-12-10T12:00:00-04:00", "The next payment of $12 is on December 16th."),
        ("2026-12-17T12:00:00-04:00", "The next payment of $12 is on January 16th"),
    ] {
        paper.at(at);
        paper.hear();
        let told = paper.contract(&jar);
        assert!(told.contains(next) && paper.opens(&jar), "{at}: {told}");
    }
    let paid = "SELECT count(*) FROM ledger WHERE document LIKE '%\"paid\"%\"minor\":";
    assert_eq!(paper.rows(&format!("{paid}600%'")), 3);
    assert_eq!(paper.rows(&format!("{paid}1200%'")), 1);
    // That it gets dearer is written once, before the last of the cheaper months is over.
    assert_eq!(paper.rows("SELECT count(*) FROM mails WHERE kind = 'intro-ends'"), 1);
}

#[test]
fn an_odd_price_is_rounded_down_to_the_smallest_unit_wherever_it_is_told() {
    let offers = "[[offers]]\nplan = \"digital\"\npercent = 33\nmonths = 1\n";
    let paper = shop_with(selling(offers));
    let mut jar = Jar::default();
    // 12 less 33 percent is 8.04 exactly; of 10.01 it is 6.7067.
    assert!(paper.held_out(&jar).contains("33% off: $8.04 for 1 month."));
    paper.change(&Settings { monthly: "10.01", ..selling(offers) });
    assert!(paper.held_out(&jar).contains("33% off: $6.70 for 1 month."));
    paper.sign_in(&mut jar, "ada@reader.example");
    let page = paper.order(&mut jar, "/subscribe/digital");
    assert!(page.text().contains("You pay $6.70 today."), "{}", page.text());
    let at = paper.agree(&mut jar, &page).header("location").to_owned();
    assert!(paper.send(&mut jar, Ask::get(&at)).text().contains("Today: CAD 6.70"));
}

#[test]
fn an_offer_begins_and_ends_to_the_second_also_in_odd_zones_and_nights() {
    // (zone, beginning, end, the last second before it, its first, its last, the first after it)
    let cases = [
        (
            "America/Halifax",
            "starts_at = 2026-09-20T08:00:00\nends_on = 2026-09-30",
            ["2026-09-20T07:59:59-03:00", "2026-09-20T08:00:00-03:00"],
            ["2026-09-30T23:59:59-03:00", "2026-10-01T00:00:00-03:00"],
        ),
        // The clock is put forward by half an hour at two: 02:15 is left out.
        (
            "Australia/Lord_Howe",
            "starts_at = 2026-10-04T02:15:00\nends_at = 2026-10-05T02:15:00",
            ["2026-10-04T02:44:59+11:00", "2026-10-04T02:45:00+11:00"],
            ["2026-10-05T02:14:59+11:00", "2026-10-05T02:15:00+11:00"],
        ),
        // It is put back by half an hour: 01:45 happens twice, and nobody is late at the first.
        (
            "Australia/Lord_Howe",
            "starts_on = 2027-04-03\nends_at = 2027-04-04T01:45:00",
            ["2027-04-02T23:59:59+11:00", "2027-04-03T00:00:00+11:00"],
            ["2027-04-04T01:44:59+10:30", "2027-04-04T01:45:00+10:30"],
        ),
        // The day with the night that has an hour twice belongs to it as a whole.
        (
            "Europe/Berlin",
            "starts_on = 2026-10-25\nends_on = 2026-10-25",
            ["2026-10-24T23:59:59+02:00", "2026-10-25T00:00:00+02:00"],
            ["2026-10-25T23:59:59+01:00", "2026-10-26T00:00:00+01:00"],
        ),
        (
            "Asia/Kathmandu",
            "starts_on = 2026-10-01\nends_on = 2026-10-31",
            ["2026-09-30T23:59:59+05:45", "2026-10-01T00:00:00+05:45"],
            ["2026-10-31T23:59:59+05:45", "2026-11-01T00:00:00+05:45"],
        ),
    ];
    for (zone, span, starts, ends) in cases {
        let offers = format!("[[offers]]\nplan = \"digital\"\nintro = \"9\"\nmonths = 3\n{span}\n");
        let settings = Settings { zone, ..selling(offers.leak()) };
        let paper = shop_with(settings);
        let mut jar = Jar::default();
        let told = |at: &str, there: bool, jar: &mut Jar| {
            paper.at(at);
            let stranger = Jar::default();
            assert_eq!(paper.rate(&stranger).contains("$9"), there, "{zone} {at}: tariff");
            assert_eq!(paper.held_out(&stranger).contains("$9"), there, "{zone} {at}: wall");
            if jar.header(paper.clock.now()).is_none() {
                paper.sign_in(jar, "ada@reader.example");
            }
            let order = paper.order(jar, "/subscribe/digital").text();
            assert_eq!(order.contains("You pay $9 today."), there, "{zone} {at}: order");
        };
        told(starts[0], false, &mut jar);
        told(starts[1], true, &mut jar);
        told(ends[0], true, &mut jar);
        let page = paper.order(&mut jar, "/subscribe/digital");
        paper.at(ends[1]);
        let late = paper.agree(&mut jar, &page);
        assert_eq!(late.status, StatusCode::CONFLICT, "{zone}");
        assert!(late.text().contains("Nothing has been charged."), "{}", late.text());
        told(ends[1], false, &mut jar);
        assert_eq!(paper.rows("SELECT count(*) FROM checkouts"), 0, "{zone}");
    }
}

#[test]
fn an_offer_that_ends_while_the_cashier_waits_cannot_be_paid_any_more_and_it_is_said() {
    let paper = shop_with(Settings::default());
    let mut jar = Jar::default();
    paper.at("2026-09-30T23:40:00-03:00");
    paper.sign_in(&mut jar, "ada@reader.example");
    let page = paper.order(&mut jar, "/subscribe/digital");
    let at = paper.agree(&mut jar, &page).header("location").to_owned();
    paper.at("2026-09-30T23:59:59-03:00");
    assert!(paper.send(&mut jar, Ask::get(&at)).text().contains("Today: CAD 9"));
    paper.at("2026-10-01T00:00:00-03:00");
    let over = paper.pay(&mut jar, &at, "good");
    assert_eq!(over.status, StatusCode::GONE, "{}", over.text());
    paper.hear();
    assert!(!paper.opens(&jar));
    let id: String = paper.text("SELECT id FROM checkouts");
    let told = paper.send(&mut jar, Ask::get(&format!("/checkout/{id}"))).text();
    let said =
        "This offer ended at midnight. The price now is $12 a month. Nothing has been charged.";
    assert!(told.contains(said), "{told}");
    assert_eq!(paper.rows("SELECT count(*) FROM ledger"), 0);
}

/// For each state one offer, below one that is for nobody yet.
const FOR_EACH: &str = r#"[[offers]]
slug = "later"
plan = "digital"
intro = "1"
months = 3
starts_on = 2027-12-01

[[offers]]
slug = "come-back"
plan = "digital"
percent = 25
months = 2
audience = ["lapsed"]

[[offers]]
slug = "stay"
plan = "digital"
intro = "7"
months = 2
audience = ["trialist"]

[[offers]]
slug = "try"
plan = "digital"
intro = "0"
trial_days = 14
audience = ["new"]
"#;

#[test]
fn each_reader_is_shown_and_sold_the_offer_that_is_for_that_state_and_no_other() {
    let paper = shop_with(selling(FOR_EACH));
    let [mut new, mut trialist, mut lapsed, mut subscriber] = [(); 4].map(|()| Jar::default());
    paper.sign_in(&mut new, "new@reader.example");
    paper.subscriber(&mut trialist, "trialist@reader.example", "good");
    paper.send(&mut trialist, Ask::fields("/account/cancellation", &[]));
    paper.subscriber(&mut lapsed, "lapsed@reader.example", "good");
    paper.send(&mut lapsed, Ask::fields("/account/cancellation", &[]));
    let order = |jar: &mut Jar| paper.order(jar, "/subscribe/digital").text();
    // A trial that was cancelled runs on, and there is something to stay for.
    assert!(paper.rate(&trialist).contains("$7"), "{}", paper.rate(&trialist));
    assert!(order(&mut trialist).contains("You pay $7 today."));
    paper.at("2026-10-02T12:00:00-03:00");
    paper.hear();
    paper.subscriber(&mut subscriber, "subscriber@reader.example", "good");
    for (jar, told, today) in [
        (&mut Jar::default(), "Try 14 days free.", None),
        (&mut new, "Try 14 days free.", Some("You pay nothing today.")),
        (&mut lapsed, "25% off: $9 a month for 2 months.", Some("You pay $9 today.")),
        (&mut trialist, "25% off: $9 a month for 2 months.", Some("You pay $9 today.")),
    ] {
        // Which of the walls it is decides whether a price stands on it; the tariff always has one.
        let wall = paper.send(&mut jar.clone(), Ask::get(&paper.path("subs"))).text();
        let others = ["Try 14 days free.", "25% off", "for $7", "for $1"];
        for other in others.into_iter().filter(|other| !told.contains(other)) {
            assert!(!wall.contains(other), "{told}, not {other}: {wall}");
        }
        let rate = paper.rate(jar);
        let amount = if told.contains("free") { "$0" } else { "$9" };
        assert!(rate.contains(&format!(">{amount}<")), "{told}: {rate}");
        if let Some(today) = today {
            let order = order(jar);
            assert!(order.contains(today), "{told}: {order}");
        }
    }
    // A trial that goes on is a contract already: nobody is sold a second one, nor shown its offer.
    assert!(!paper.rate(&subscriber).contains("class=\"now\""), "{}", paper.rate(&subscriber));
    let led = paper.send(&mut subscriber, Ask::get("/subscribe/digital"));
    assert_eq!(led.header("location"), "/account/plan?plan=digital&period=month&from=order");
    // Whoever was shown a stranger's offer, and turns out to be somebody else, is told so.
    paper.change(&selling(
        "[[offers]]\nplan = \"digital\"\nintro = \"9\"\nmonths = 3\naudience = [\"new\"]\n",
    ));
    let told = order(&mut lapsed);
    assert!(told.contains("This offer is for other readers."), "{told}");
    assert!(told.contains("You pay $12 today."), "{told}");
}

#[test]
fn once_is_once_for_a_person_also_after_the_account_was_erased_and_always_is_always() {
    for (once, again) in [("", false), ("once = false", true)] {
        let offers = format!(
            "[[offers]]\nplan = \"digital\"\nintro = \"9\"\nmonths = 1\nslug = \"autumn\"\n{once}\n"
        );
        let paper = shop_with(selling(offers.leak()));
        let mut jar = Jar::default();
        paper.subscriber(&mut jar, "ada@reader.example", "good");
        paper.send(&mut jar, Ask::fields("/account/cancellation", &[]));
        paper.at("2026-10-20T12:00:00-03:00");
        paper.hear();
        assert_eq!(paper.rate(&jar).contains("$9"), again, "{once}: lapsed");
        paper.send(&mut jar, Ask::fields("/account/erasure", &[("sure", "yes")]));
        paper.sign_in(&mut jar, "ada@reader.example");
        assert_eq!(paper.rate(&jar).contains("$9"), again, "{once}: come back");
        let order = paper.order(&mut jar, "/subscribe/digital").text();
        assert_eq!(order.contains("You pay $9 today."), again, "{once}: {order}");
        assert_eq!(order.contains("You have had this offer before."), !again, "{once}: {order}");
        // Somebody else is still shown it.
        let mut other = Jar::default();
        paper.sign_in(&mut other, "bob@reader.example");
        assert!(paper.rate(&other).contains("$9"), "{once}");
    }
}

#[test]
fn one_reader_s_tariff_is_kept_for_nobody_else() {
    let paper = shop_with(selling(FOR_EACH));
    let mut jar = Jar::default();
    paper.subscriber(&mut jar, "ada@reader.example", "good");
    let own = paper.send(&mut jar, Ask::get("/offers"));
    assert_eq!(own.header("cache-control"), "private, no-store");
    assert!(!own.text().contains("class=\"now\""));
    let all = paper.get("/offers");
    assert!(all.is_shareable() && all.text().contains("class=\"now\""), "{:?}", all.headers);
    // A cache that looks at no cookie gets the page of all, whoever asks.
    paper.change(&Settings { cache: "blind", ..selling(FOR_EACH) });
    let blind = paper.send(&mut jar, Ask::get("/offers"));
    assert!(blind.is_shareable() && blind.text().contains("class=\"now\""), "{:?}", blind.headers);
}

/// A reader who tries with the card that others have, too; where that leads.
#[track_caller]
fn tries(paper: &TestPaper, jar: &mut Jar, mail: &str, card: &str) -> crate::ask::Reply {
    paper.sign_in(jar, mail);
    let page = paper.order(jar, "/subscribe/digital?back=%2Fharbour%2Fm06");
    let at = paper.agree(jar, &page).header("location").to_owned();
    let paid = paper.pay(jar, &at, card).header("location").to_owned();
    paper.send(jar, Ask::get(&paid))
}

#[test]
fn a_card_begins_one_trial_whoever_holds_it_and_an_erased_account_changes_nothing() {
    for (trial, back) in [
        ("intro = \"0\"\ntrial_days = 14", ""),
        ("intro = \"1\"\ntrial_days = 14", "$1 goes back to you."),
    ] {
        let offers = format!(
            "[[offers]]\nplan = \"digital\"\n{trial}\n\n[[offers]]\nplan = \"digital\"\nintro = \"9\"\nmonths = 3\n"
        );
        let paper = shop_with(selling(offers.leak()));
        let [mut ada, mut bob, mut eve] = [(); 3].map(|()| Jar::default());
        assert_eq!(
            tries(&paper, &mut ada, "ada@reader.example", "shared").header("location"),
            "/harbour/m06"
        );
        paper.hear();
        assert!(paper.opens(&ada));
        // The first account goes, and all that is known of it but the hashes.
        paper.send(&mut ada, Ask::fields("/account/cancellation", &[]));
        paper.send(&mut ada, Ask::fields("/account/erasure", &[("sure", "yes")]));
        let refused = tries(&paper, &mut bob, "bob@reader.example", "shared");
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text());
        let text = refused.text();
        for wanted in [
            "Your trial has not begun",
            "A trial was begun with this card before, and each card has one.",
            back,
            "Try 3 months for $9. Then $12 a month.",
            "href=\"/subscribe/digital?back=%2Fharbour%2Fm06\"",
        ] {
            assert!(text.contains(wanted), "{wanted}: {text}");
        }
        assert!(!text.contains("14 days"), "{text}");
        // The event that comes of it, a reload and the daily look change nothing.
        paper.hear();
        paper.clock.set(paper.clock.now() + jiff::SignedDuration::from_hours(25));
        paper.hear();
        assert!(!paper.opens(&bob));
        assert!(paper.contract(&bob).contains("You have no subscription."));
        assert_eq!(paper.rows("SELECT count(*) FROM subscriptions"), 1);
        let paid =
            paper.rows("SELECT count(*) FROM ledger WHERE document LIKE '%\"what\":\"paid\"%'");
        // Time brings no charge.
        paper.at("2026-11-20T12:00:00-04:00");
        paper.hear();
        assert_eq!(
            paper.rows("SELECT count(*) FROM ledger WHERE document LIKE '%\"what\":\"paid\"%'"),
            paid
        );
        assert!(!paper.opens(&bob));
        // What remains can be had, with that very card; and whoever has a card of one's own tries as ever.
        let page = paper.order(&mut bob, "/subscribe/digital");
        assert!(page.text().contains("You pay $9 today."), "{}", page.text());
        let at = paper.agree(&mut bob, &page).header("location").to_owned();
        let paid = paper.pay(&mut bob, &at, "shared").header("location").to_owned();
        paper.send(&mut bob, Ask::get(&paid));
        assert!(paper.opens(&bob));
        assert_eq!(
            tries(&paper, &mut eve, "eve@reader.example", "good").header("location"),
            "/harbour/m06"
        );
        assert!(paper.opens(&eve));
    }
}

#[test]
fn an_event_alone_refuses_a_trial_with_a_card_that_had_one() {
    let paper =
        shop_with(selling("[[offers]]\nplan = \"digital\"\nintro = \"0\"\ntrial_days = 14\n"));
    let [mut ada, mut bob] = [(); 2].map(|()| Jar::default());
    tries(&paper, &mut ada, "ada@reader.example", "shared");
    paper.sign_in(&mut bob, "bob@reader.example");
    let page = paper.order(&mut bob, "/subscribe/digital");
    let at = paper.agree(&mut bob, &page).header("location").to_owned();
    paper.pay(&mut bob, &at, "shared");
    paper.hear();
    assert!(paper.opens(&ada) && !paper.opens(&bob));
    assert_eq!(paper.rows("SELECT count(*) FROM hints WHERE applied_at IS NULL"), 0);
    // Nothing that was kept names the card or says who held it.
    let named = "SELECT count(*) FROM taken WHERE what LIKE '%demo%' OR length(person) <> 32";
    assert_eq!(paper.rows(named), 0);
}

#[test]
fn what_a_plan_asks_is_stated_in_a_box_of_its_own_and_kept_with_the_agreement() {
    let tables = "[[plans]]\nslug = \"young\"\nname = \"Young\"\nopens = [\"digital\"]\ncurrency = \"CAD\"\n\
                  monthly = \"5\"\nasks = \"I am under 26 years old.\"\n";
    let paper = shop_with(Settings { tables, offers: Some(""), ..Settings::default() });
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, "ada@reader.example");
    let page = paper.order(&mut jar, "/subscribe/young").text();
    assert!(page.contains("name=\"stated\" value=\"I am under 26 years old.\" required"), "{page}");
    let terms = hidden(&page, "terms");
    let order = |stated: &str| {
        let fields =
            [("period", "month"), ("terms", &*terms), ("agreed", "yes"), ("stated", stated)];
        Ask::fields("/subscribe/young", &fields)
    };
    for stated in ["", "yes", "I am under 27 years old."] {
        let sent = paper.send(&mut jar, order(stated));
        assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY, "{stated}");
    }
    assert_eq!(paper.rows("SELECT count(*) FROM checkouts"), 0);
    let sent = paper.send(&mut jar, order("I am under 26 years old."));
    assert!(sent.header("location").starts_with("/demo/cashier/"), "{}", sent.text());
    let kept = "SELECT count(*) FROM checkouts WHERE agreed LIKE '%until I cancel. I am under 26 years old.'";
    assert_eq!(paper.rows(kept), 1);
    // Another plan that asks nothing has no such box, and is ordered without.
    let other = paper.order(&mut jar, "/subscribe/digital").text();
    assert!(!other.contains("name=\"stated\""), "{other}");
}
