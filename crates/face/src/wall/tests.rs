use paywall::{Access, ArticleKey, Meterage, Reason, Wall};

use super::{BENEFITS_MAX, WallWords, wall};
use crate::Paper;
use crate::scene::{Scene, at, now};

fn told(paper: &Paper<'_>, reason: Reason, meterage: Option<Meterage>) -> WallWords {
    let key = ArticleKey::from_bytes([0; 16]);
    wall(&Wall { key, reason, access: Access::Metered, meterage }, paper, "K7Q-24P", now())
}

#[test]
fn used_up_tells_numbers_dates_and_the_offer() {
    let scene = Scene::new();
    let words = told(&scene.paper(), Reason::UsedUp, Some(scene.meterage(5, 5)));
    assert_eq!(words.heading, "You have read 5 free articles this month.");
    assert_eq!(
        words.lead[0],
        "The next five come on October 1st. The articles you opened stay open until then."
    );
    assert_eq!(words.price.unwrap(), "Try 3 months for $9. Then $12 a month.");
    let terms = "Cancel online whenever you like. Offer ends September 30th.";
    assert_eq!(words.terms.unwrap(), terms);
    assert_eq!(words.action.label, "Get unlimited access");
    assert_eq!(words.second.unwrap().label, "See all offers");
    assert_eq!(words.benefits, Vec::<String>::new());
    assert_eq!(words.code, "K7Q-24P");
}

#[test]
fn an_allowance_of_one_is_singular_and_a_merge_keeps_both_numbers() {
    let scene = Scene::new();
    let one = told(&scene.paper(), Reason::UsedUp, Some(scene.meterage(1, 1)));
    assert_eq!(one.heading, "You have read 1 free article this month.");
    assert_eq!(
        one.lead[0],
        "The next one comes on October 1st. The article you opened stays open until then."
    );
    let merged = told(&scene.paper(), Reason::UsedUp, Some(scene.meterage(7, 5)));
    assert_eq!(merged.heading, "You have read 7 free articles this month.");
    assert!(merged.lead[0].starts_with("The next five come"));
}

#[test]
fn a_subscribers_article_tells_what_is_left_only_where_something_is() {
    let scene = Scene::new();
    let words = told(&scene.paper(), Reason::Subscribers, Some(scene.meterage(2, 5)));
    assert_eq!(
        words.lead,
        [
            "You have 3 free articles left this month; they don’t open this one.",
            "You need a subscription to:"
        ]
    );
    let none = told(&scene.paper(), Reason::Subscribers, Some(scene.meterage(5, 5)));
    assert_eq!(none.lead, ["You need a subscription to:"]);
}

#[test]
fn nothing_was_charged_only_where_it_is_true() {
    let scene = Scene::new();
    let ended_at = at("2026-09-14T12:00:00Z");
    let lead = |charged| {
        told(&scene.paper(), Reason::TrialOver { ended_at, charged }, None).lead.remove(0)
    };
    let uncharged = "It ended on September 14th; nothing was charged. You need a subscription to:";
    assert_eq!(lead(false), uncharged);
    assert_eq!(lead(true), "It ended on September 14th. You need a subscription to:");
}

#[test]
fn a_failed_payment_comes_first_and_print_lies_beside() {
    let scene = Scene::new();
    let ended_at = at("2026-09-02T12:00:00Z");
    let over = |payment_failed| {
        told(&scene.paper(), Reason::SubscriptionOver { ended_at, payment_failed }, None)
    };
    assert_eq!(over(false).heading, "Your full access to The Merrin Courant has expired.");
    assert_eq!(over(false).before, None);
    assert!(over(false).shows_print && over(false).picture_alt.ends_with("in print"));
    assert!(over(false).benefits.iter().any(|benefit| benefit.contains("printed")));
    assert_eq!(over(true).heading, "We could not renew your subscription.");
    assert_eq!(over(true).before.unwrap().label, "Update payment");
}

#[test]
fn registration_that_is_not_possible_leads_to_a_person() {
    let mut scene = Scene::new();
    let open = told(&scene.paper(), Reason::Registration { more: Some(5) }, None);
    assert_eq!(open.heading, "Read 5 more articles free.");
    assert_eq!(open.action.href, "/sign-in");
    scene.accounts = false;
    let closed = told(&scene.paper(), Reason::Registration { more: None }, None);
    assert_eq!(closed.heading, "This article is for registered readers.");
    assert!(closed.lead[0].starts_with("Registration is not open yet."));
    assert_eq!(closed.action.href, "/contact");
    let (question, answer) = closed.sign_in.unwrap();
    assert_eq!(question, "Already a subscriber?");
    assert_eq!(answer.label, "Write to us and we will let you in.");
    let meterage = Some(scene.meterage(5, 5));
    let used = told(&scene.paper(), Reason::Registration { more: Some(5) }, meterage);
    assert_eq!(used.heading, "You have read 5 free articles this month.");
}

#[test]
fn a_lapsed_offer_is_not_shown_and_no_plan_means_no_price() {
    let mut scene = Scene::new();
    scene.offer.ends = Some(paywall::Moment::Day("2026-09-15".parse().unwrap()));
    let words = told(&scene.paper(), Reason::UsedUp, Some(scene.meterage(5, 5)));
    assert_eq!(words.price.unwrap(), "Subscribe for $12 a month.");
    assert_eq!(words.terms.unwrap(), "Cancel online whenever you like.");
    scene.plans.clear();
    let words = told(&scene.paper(), Reason::UsedUp, Some(scene.meterage(5, 5)));
    assert_eq!((words.price, words.terms, words.second), (None, None, None));
}

#[test]
fn a_papers_own_lines_replace_the_usual_ones_up_to_the_limit() {
    let scene = Scene::new();
    let benefits: Vec<String> = (1..=BENEFITS_MAX + 2).map(|n| format!("benefit {n}")).collect();
    let pitch = ["One port.".to_owned(), "Nineteen reporters.".to_owned()];
    let paper = Paper { benefits: &benefits, pitch: &pitch, ..scene.paper() };
    let words = told(&paper, Reason::Subscribers, None);
    assert_eq!(words.benefits, benefits[..BENEFITS_MAX]);
    let words = told(&paper, Reason::UsedUp, Some(scene.meterage(5, 5)));
    assert_eq!(words.lead[1], "One port. Nineteen reporters.");
}
