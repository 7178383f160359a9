//! Days and months that pass while people read: what each has left is right on every day, the front page is of that day, and what
//! a month leaves behind in the record is forgotten with it.

use jiff::SignedDuration;

use crate::canary::PLAIN;
use crate::jar::Jar;
use crate::paper::{TestPaper, wait};

/// Days from the middle of September on: the turn of two months is among them.
const DAYS: i64 = 50;
/// A regular reader opens so many articles in a month, one a day.
const ALLOWANCE: usize = 5;
const DAY: SignedDuration = SignedDuration::from_hours(24);

#[test]
fn days_and_months_pass_and_everybody_has_what_is_theirs() {
    let paper = TestPaper::new();
    let (mut regular, mut opened, mut month) = (Jar::default(), 0, None);
    let (mut newcomers, mut forgotten) = (0, 0);
    let zone = jiff::tz::TimeZone::get("America/Halifax").unwrap();
    for day in 0..DAYS {
        let now = crate::paper::start() + DAY * i32::try_from(day).unwrap();
        paper.clock.set(now);
        let date = zone.to_datetime(now).date();
        let turned = month.replace(date.month()).is_some_and(|month| month != date.month());
        if turned {
            let due = wait(paper.store.forget_readings(now, 10_000)).unwrap();
            // The regular one, and each newcomer of the month that is over.
            assert_eq!(due, newcomers - forgotten + 1, "{date}");
            (forgotten, opened) = (newcomers, 0);
        }
        // Whoever comes every day reads until there is a wall, and has the month's allowance again when it turns.
        let code = PLAIN[opened.min(ALLOWANCE)];
        let reply = paper.read(&mut regular, code);
        assert_eq!(paper.is_whole(&reply, code), opened < ALLOWANCE, "{date}");
        opened = (opened + 1).min(ALLOWANCE);
        assert_eq!(paper.left(&regular) as usize, ALLOWANCE - opened, "{date}");
        // Somebody new has all of it, on every day.
        let newcomer = paper.visitor_of(&PLAIN[..1]);
        newcomers += 1;
        assert_eq!(paper.left(&newcomer) as usize, ALLOWANCE - 1, "{date}");
        let front = paper.get("/").text();
        let top = front.split("class=\"mast-side\"").nth(1).unwrap().split("</p>").next().unwrap();
        let today = date.strftime("%B %-d").to_string();
        assert!(top.contains(&today), "{today} is not in {top}");
    }
    assert_eq!(wait(paper.store.check()).unwrap().iter().find(|row| !row.sound), None);
}
