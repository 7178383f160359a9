use jiff::Timestamp;
use paywall::{PaperId, WindowRule};

use super::*;

fn person(number: u8) -> Person {
    Person::from_bytes([number; 16])
}

fn known(readings: u32) -> Known {
    let window = Window {
        starts_at: Timestamp::UNIX_EPOCH,
        ends_at: Timestamp::MAX,
        rule: WindowRule::CalendarMonth,
    };
    let articles =
        (0..readings).map(|n| ArticleKey::derive(PaperId([1; 16]), "own", &n.to_string()));
    articles.fold(Known { window, articles: Vec::new() }, Known::with)
}

fn read(standings: &Standings, who: u8) -> Option<u32> {
    standings.get(person(who)).and_then(|entry| entry.as_ref().as_ref().map(Known::read))
}

#[test]
fn an_answer_that_was_asked_before_a_commit_is_not_remembered_after_it() {
    let standings = Standings::new(100);
    let before = standings.epoch(person(1));
    standings.tell(person(1), Some(known(3)));
    standings.offer(person(1), before, &Arc::new(Some(known(2))));
    assert_eq!(read(&standings, 1), Some(3));
    standings.forget(person(1));
    standings.offer(person(1), before, &Arc::new(Some(known(2))));
    assert!(standings.get(person(1)).is_none());
    let after = standings.epoch(person(1));
    standings.offer(person(1), after, &Arc::new(Some(known(4))));
    assert_eq!(read(&standings, 1), Some(4));
}

#[test]
fn an_answer_that_was_asked_before_others_wrote_is_not_remembered_either() {
    let standings = Standings::new(100);
    standings.tell(person(1), Some(known(3)));
    let before = standings.epoch(person(2));
    standings.forget_all();
    standings.offer(person(2), before, &Arc::new(Some(known(1))));
    assert!(standings.get(person(1)).is_none() && standings.get(person(2)).is_none());
}

#[test]
fn somebody_of_whom_nothing_is_recorded_is_remembered_too() {
    let standings = Standings::new(100);
    standings.tell(person(1), None);
    assert!(standings.get(person(1)).is_some_and(|entry| entry.is_none()));
}

#[test]
fn those_with_many_readings_take_more_of_the_room() {
    let standings = Standings::new(1_000);
    let entry = Arc::new(Some(known(1_000)));
    assert_eq!(ByReadings.weight(&person(1), &entry), 63);
    for who in 0..250_u8 {
        standings.tell(person(who), Some(known(1_000)));
    }
    let kept = (0..250_u8).filter(|who| standings.get(person(*who)).is_some()).count();
    assert!(kept * 63 <= 1_000, "{kept} are kept");
}
