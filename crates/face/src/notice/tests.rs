use paywall::{Notice, Past, WindowRule};

use super::{asking, notice};
use crate::scene::{Scene, at, now};

fn bar(read: u32) -> Option<String> {
    let scene = Scene::new();
    let state = Notice::of_meterage(scene.meterage(read, 5));
    notice(&state, &scene.paper(), now())
        .bar
        .map(|bar| format!("{} [{}] {}", bar.text, bar.action.label, bar.mark))
}

#[test]
fn the_bar_comes_with_two_left() {
    assert_eq!(bar(2), None);
    assert_eq!(
        bar(3).unwrap(),
        "You have 2 free articles left this month. Subscribe to get unlimited access to all \
         articles. [Get unlimited access] 2"
    );
    assert_eq!(
        bar(4).unwrap(),
        "You have 1 free article left this month. Your count starts again on October 1st. \
         [Get unlimited access] 1"
    );
    assert_eq!(
        bar(5).unwrap(),
        "This is your last free article this month. It stays open to you until September 30th. \
         [Get unlimited access] 0"
    );
    assert_eq!(bar(7), bar(5), "more readings than the allowance read like none left");
}

#[test]
fn the_status_is_said_once_with_the_number() {
    let scene = Scene::new();
    let status =
        |read| notice(&Notice::of_meterage(scene.meterage(read, 5)), &scene.paper(), now()).status;
    assert_eq!(status(2), "Article opened. 3 free articles left this month.");
    assert_eq!(status(4), "Article opened. 1 free article left this month.");
    assert_eq!(status(5), "Article opened. No free articles left this month.");
}

#[test]
fn a_trial_that_is_over_is_told_with_what_is_left() {
    let scene = Scene::new();
    let ended_at = at("2026-09-14T12:00:00Z");
    let past = Past::Trial { ended_at, ending: paywall::Ending::RanOut };
    let meterage = paywall::Meterage { past, ..scene.meterage(2, 5) };
    let words = notice(&Notice::of_meterage(meterage), &scene.paper(), now());
    let bar = words.bar.unwrap();
    assert_eq!(
        bar.text,
        "Your trial ended on September 14th. You still have 3 free articles this month."
    );
    assert_eq!(
        (bar.action.label.as_str(), bar.action.href.as_str()),
        ("See all offers", "/offers")
    );
}

#[test]
fn grace_leads_to_the_account_or_to_a_person() {
    let state = Notice::Grace {
        declined_at: at("2026-09-02T12:00:00Z"),
        until: at("2026-09-17T03:00:00Z"),
    };
    let mut scene = Scene::new();
    let with = notice(&state, &scene.paper(), now()).bar.unwrap();
    assert_eq!(
        with.text,
        "Your card was declined on September 2nd. You keep full access until September 16th."
    );
    assert_eq!((with.action.href.as_str(), with.mark.as_str()), ("/account", "grace"));
    scene.accounts = false;
    let without = notice(&state, &scene.paper(), now()).bar.unwrap();
    assert_eq!(without.action.href, "/contact");
}

#[test]
fn the_question_before_opening_counts_this_one() {
    let scene = Scene::new();
    let text = |read| asking(Some(&scene.meterage(read, 5)), &scene.paper()).text;
    assert_eq!(text(0).unwrap(), "You have 5 free articles this month. Opening this one leaves 4.");
    assert_eq!(
        text(4).unwrap(),
        "You have 1 free article left this month. Opening this one leaves none."
    );
    assert_eq!(text(5), None);
    assert_eq!(asking(None, &scene.paper()).line, "Opens with your free articles");
}

#[test]
fn rolling_windows_name_their_days() {
    let scene = Scene::new();
    let window = WindowRule::Rolling { days: 30 }.lay(&scene.zone, now());
    let meterage = paywall::Meterage { window, ..scene.meterage(1, 5) };
    let words = notice(&Notice::of_meterage(meterage), &scene.paper(), now());
    assert_eq!(words.line, "You have 4 free articles left in these 30 days.");
}
