use super::*;

/// Looks so many times in a row, with something happening before each look; how many looks it survived.
fn survives(is_http2: bool, looks: u32, mut happens: impl FnMut(&Watch, u32)) -> u32 {
    let (watch, mut seen) = (Watch::new(is_http2), Seen::default());
    (0..looks)
        .take_while(|look| {
            happens(&watch, *look);
            watch.look(&mut seen)
        })
        .count() as u32
}

fn more(cell: &Cell<u64>, bytes: u64) {
    cell.set(cell.get() + bytes);
}

#[test]
fn a_connection_on_which_nothing_is_said_is_closed() {
    for is_http2 in [false, true] {
        assert_eq!(survives(is_http2, 1_000, |_, _| {}), IDLE_LOOKS_MAX - 1);
    }
}

#[test]
fn a_connection_that_asks_now_and_then_stays() {
    let asks = |watch: &Watch, look: u32| {
        if look.is_multiple_of(60) {
            more(&watch.read, 400);
            drop(watch.begin());
            more(&watch.written, 14_000);
        }
    };
    assert_eq!(survives(false, 2_000, asks), 2_000);
    assert_eq!(survives(true, 2_000, asks), 2_000);
}

#[test]
fn a_head_that_comes_drop_by_drop_is_not_waited_for() {
    let drips = |watch: &Watch, _| more(&watch.read, 1);
    assert_eq!(survives(false, 1_000, drips), HEAD_LOOKS_MAX - 1);
    // Also where the drops come seldom.
    let seldom = |watch: &Watch, look: u32| more(&watch.read, u64::from(look.is_multiple_of(5)));
    assert_eq!(survives(false, 1_000, seldom), HEAD_LOOKS_MAX - 1);
    // A whole head begins a new count.
    let slow = |watch: &Watch, look: u32| {
        more(&watch.read, 40);
        if look % 8 == 7 {
            drop(watch.begin());
        }
    };
    assert_eq!(survives(false, 1_000, slow), 1_000);
}

#[test]
fn an_answer_that_is_being_made_is_waited_for() {
    let making = |watch: &Watch, look: u32| {
        if look == 0 {
            more(&watch.read, 400);
            std::mem::forget(watch.begin());
        }
    };
    assert_eq!(survives(false, 1_000, making), 1_000);
}

#[test]
fn a_reader_who_takes_next_to_nothing_is_let_go() {
    let slow = |watch: &Watch, _| {
        more(&watch.written, SLOW_BYTES - 1);
        watch.is_blocked.set(true);
    };
    assert_eq!(survives(false, 1_000, slow), SLOW_LOOKS_MAX - 1);
    let modest = |watch: &Watch, _| {
        more(&watch.written, SLOW_BYTES);
        watch.is_blocked.set(true);
    };
    assert_eq!(survives(false, 1_000, modest), 1_000);
}

#[test]
fn frames_without_a_request_do_not_keep_an_http2_connection_for_ever() {
    let pings = |watch: &Watch, _| {
        more(&watch.read, 17);
        more(&watch.written, 17);
    };
    assert_eq!(survives(true, 1_000, pings), ASKED_LOOKS_MAX - 1);
}

#[test]
fn whoever_is_not_watched_any_more_is_forgotten() {
    let watchers = Rc::new(Watchers::default());
    let (first, second) = (watchers.begin(false), watchers.begin(true));
    assert_eq!(watchers.all.borrow().len(), 2);
    drop(first);
    assert_eq!(watchers.all.borrow().len(), 1);
    watchers.finish();
    assert_eq!(second.watch().order.get(), Order::Finish);
    assert_eq!(watchers.begin(false).watch().order.get(), Order::Finish, "one that comes late");
}
