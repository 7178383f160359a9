//! Who is let in, and who is told to come back because those inside wait too long for their turn.
//!
//! A thread serves in turns: it takes those who stand at the door, and then everybody inside has a step. Whoever asks for more than
//! a core can do makes turns longer, and the queue at the door with them, until the system takes no connection at all. So a turn
//! that was long, or did not empty the queue, halves how many the next one lets in, and the others are told so at once, which costs
//! a third of what an answer on a new connection does. It never turns away somebody who is inside.

use std::time::Duration;

/// Those who are let in in one turn, at most and at least.
const LET_IN_MAX: usize = 2_048;
const LET_IN_MIN: usize = 64;
/// A turn that took longer was too much.
const TURN_MAX: Duration = Duration::from_millis(100);

/// The door of one socket.
#[derive(Debug)]
pub(super) struct Door {
    /// How many are let in in this turn.
    lets_in: usize,
    /// How many were.
    inside: usize,
    is_late: bool,
    left_some: bool,
}

impl Default for Door {
    fn default() -> Self {
        Self { lets_in: LET_IN_MAX, inside: 0, is_late: false, left_some: false }
    }
}

impl Door {
    /// Whether somebody else is taken in this turn, to be let in or to be told to come back.
    pub(super) fn is_open(&mut self) -> bool {
        let open = self.is_late || self.inside < self.lets_in;
        self.left_some |= !open;
        open
    }

    /// Whether somebody who was taken is let in.
    pub(super) fn lets_in(&mut self) -> bool {
        let lets_in = self.inside < self.lets_in;
        self.inside += usize::from(lets_in);
        lets_in
    }

    /// A turn is over, and took so long from its first look at the door to the next one.
    pub(super) fn turned(&mut self, took: Duration) {
        // Once is a burst; it is too much where the queue was not emptied although the turn before had left some of it.
        self.is_late = took > TURN_MAX || self.left_some;
        self.lets_in = if took > TURN_MAX {
            (self.lets_in / 2).max(LET_IN_MIN)
        } else {
            (self.lets_in + self.lets_in / 4).min(LET_IN_MAX)
        };
        (self.inside, self.left_some) = (0, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(1);
    const LONG: Duration = Duration::from_millis(101);

    /// What becomes of so many who stand there.
    fn ask(door: &mut Door, standing: usize) -> (usize, usize) {
        let (mut inside, mut away) = (0, 0);
        for _ in 0..standing {
            if !door.is_open() {
                break;
            }
            if door.lets_in() {
                inside += 1;
            } else {
                away += 1;
            }
        }
        (inside, away)
    }

    #[test]
    fn a_burst_comes_in_over_two_turns() {
        let mut door = Door::default();
        assert_eq!(ask(&mut door, 4_000), (LET_IN_MAX, 0));
        door.turned(SHORT);
        assert_eq!(ask(&mut door, 4_000 - LET_IN_MAX), (4_000 - LET_IN_MAX, 0));
        door.turned(SHORT);
        assert_eq!(ask(&mut door, 5), (5, 0));
    }

    #[test]
    fn after_a_long_turn_those_beyond_the_half_are_told_to_come_back() {
        let mut door = Door::default();
        door.turned(LONG);
        assert_eq!(ask(&mut door, 4_000), (LET_IN_MAX / 2, 4_000 - LET_IN_MAX / 2));
        for _ in 0..20 {
            door.turned(LONG);
        }
        assert_eq!(ask(&mut door, 4_000), (LET_IN_MIN, 4_000 - LET_IN_MIN));
    }

    #[test]
    fn a_queue_that_is_not_emptied_twice_is_too_much() {
        let mut door = Door::default();
        ask(&mut door, 9_000);
        door.turned(SHORT);
        assert_eq!(ask(&mut door, 7_000), (LET_IN_MAX, 7_000 - LET_IN_MAX));
    }

    #[test]
    fn it_opens_again_when_turns_are_short() {
        let mut door = Door::default();
        for _ in 0..20 {
            door.turned(LONG);
        }
        for _ in 0..20 {
            door.turned(SHORT);
        }
        assert_eq!(ask(&mut door, 2_000), (2_000, 0));
    }
}
