//! Rows about the clock: at the instants that they name, in a paper of their own, since its clock is moved.

use jiff::{SignedDuration, Timestamp};

use super::aim;
use super::changes::LOCKED;
use crate::evasion::asking::Case;
use crate::evasion::filling::Turn;
use crate::evasion::list::Request;
use crate::evasion::readers::READER_S;
use crate::evasion::run::{Aim, Run, is_whole, turn};
use crate::evasion::worlds::{Asker, EMBARGOED, Kind, OPENED, PUBLICATION, WINDOW_END, World};

/// What instants are counted from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Anchor {
    /// An instant; now, where there is none.
    At(Option<Timestamp>),
    Publication,
    FreeUntil,
}

/// Instants that have names: where windows end, and where clocks are changed in Halifax.
const NAMED: [(&str, &str); 9] = [
    ("window-end", WINDOW_END),
    ("window-start", WINDOW_END),
    ("month-end", WINDOW_END),
    ("month-start", WINDOW_END),
    ("reset", WINDOW_END),
    ("dst-end", "2026-11-01T02:00:00-03:00"),
    ("dst", "2026-11-01T02:00:00-03:00"),
    ("dst-start", "2027-03-14T02:00:00-04:00"),
    ("year-end", "2027-01-01T00:00:00-04:00"),
];

#[derive(Debug)]
struct Instants {
    anchor: Anchor,
    shifts: Vec<SignedDuration>,
}

impl Run<'_> {
    /// At the instants that a row names; a paper of its own, since its clock is moved.
    pub(super) fn at_instants(&self, request: &Request, clock: &str) {
        let Some(instants) = instants(clock) else {
            self.no_rig(&format!("@server-clock={clock}"));
            return self.plain(request, None);
        };
        let world = World::open(Kind::Plain);
        let began_at = world.paper.clock.now();
        match instants.anchor {
            Anchor::Publication => self.around_publication(&world, request, &instants.shifts),
            Anchor::FreeUntil => {
                // No article becomes locked by itself: the newsroom locks it, and with the next request it is.
                let (code, from, to) = LOCKED;
                self.after_a_change(request, (code, from, to));
                world.at(began_at + instants.shifts[0]);
                let asker = self.asker(turn(&world, 0), request);
                self.stays_shut(&world, request, &asker);
                self.note(
                    "What was free and is locked by the newsroom is shut with the next request, in pages, lists and feeds."
                        .to_owned(),
                );
            }
            Anchor::At(anchor) => {
                let anchor = anchor.unwrap_or(began_at);
                let instants: Vec<Timestamp> =
                    instants.shifts.iter().map(|shift| anchor + *shift).collect();
                self.through_windows(&world, request, &instants);
            }
        }
    }

    /// Instant after instant: a window that was not there before opens as many as the allowance says, and nothing else
    /// opens any, whichever way the clock goes.
    fn through_windows(&self, world: &World, request: &Request, instants: &[Timestamp]) {
        let zone = jiff::tz::TimeZone::get("America/Halifax").unwrap();
        let month = |instant: Timestamp| {
            let date = zone.to_datetime(instant).date();
            (date.year(), date.month())
        };
        let began_at = world.paper.clock.now();
        let mut asker = self.asker(turn(world, 0), request);
        if !asker.jar.is_empty() {
            // Whoever still has the cookie is the same visitor, long after it lapsed.
            asker.jar = asker.jar.for_ever();
        }
        let mut latest = month(began_at);
        // Once more at the beginning: a clock that steps back gives nothing a second time.
        let first = instants.first().copied().unwrap_or(began_at);
        for instant in instants.iter().copied().chain([first]) {
            world.at(instant);
            // What time has brought of payments is heard, as a paper that runs would hear it.
            world.paper.hear();
            if month(instant) > latest && asker.left == Some(0) {
                latest = month(instant);
                self.opens_as_many_as_allowed(world, &asker);
            }
            self.stays_shut(world, request, &asker);
            self.opens_none(world, &asker);
        }
    }

    /// The row's request, and its reading, at the present instant.
    fn stays_shut(&self, world: &World, request: &Request, asker: &Asker) {
        let mut asker = asker.clone();
        let case = self.case(turn(world, 0), request, &mut asker);
        let before = world.readings();
        let aim = aim(world, &asker, true);
        let answer = self.ask(aim, &case, false);
        self.and_its_reading(aim, &case, answer.as_ref());
        let made = world.readings() - before;
        self.check(made == 0, || format!("the meter counted {made}"));
    }

    fn opens_as_many_as_allowed(&self, world: &World, asker: &Asker) {
        let allowance = if asker.may.contains(&"regi") { READER_S } else { OPENED.len() };
        let opened = self.openings(world, asker);
        self.check(opened == allowance, || {
            format!("{opened} opened in the new window instead of {allowance}")
        });
        self.note("After the window's end as many open as the allowance says, once.".to_owned());
    }

    fn opens_none(&self, world: &World, asker: &Asker) {
        if asker.left == Some(0) {
            let before = world.readings();
            self.openings(world, asker);
            let made = world.readings() - before;
            self.check(made == 0, || format!("{made} readings beyond the allowance"));
        }
    }

    /// Tries ten articles, not the one that rows are about, and says how many are open then.
    fn openings(&self, world: &World, asker: &Asker) -> usize {
        let codes = &crate::canary::PLAIN[1..11];
        let opened = codes.iter().filter(|code| {
            self.count_sent();
            let reply = world.paper.read(&mut asker.jar.clone(), code);
            is_whole(world, &reply.text(), code)
        });
        opened.count()
    }

    /// Nothing anywhere tells of an article before its instant, and its text stays shut afterwards.
    fn around_publication(&self, world: &World, request: &Request, shifts: &[SignedDuration]) {
        let instant: Timestamp = PUBLICATION.parse().unwrap();
        let mut asker = self.asker(turn(world, 0), request);
        let path = world.paper.path(EMBARGOED);
        for shift in shifts {
            world.at(instant + *shift);
            let is_early = shift.is_negative();
            // Whoever may read everything may read it from its publication on.
            asker.may.retain(|code| *code != EMBARGOED);
            if !is_early && asker.may.contains(&"subs") {
                asker.may.push(EMBARGOED);
            }
            let turn = Turn { article: EMBARGOED, ..turn(world, 0) };
            let case = self.case(turn, request, &mut asker);
            let aim = Aim { article: EMBARGOED, ..aim(world, &asker, !is_early) };
            let answer = self.ask(aim, &case, true);
            let is_there = answer.is_some_and(|answer| answer.status != 404);
            // The row may ask for a list or a feed, which is there at any time.
            let is_its_own = world.article_of(&case.target) == Some(EMBARGOED);
            self.check(!is_its_own || is_there != is_early, || {
                format!("{path} at {shift:?} around its publication")
            });
            let reading = world.paper.sheet(EMBARGOED).reading();
            for target in [
                reading.as_str(),
                "/",
                "/city",
                "/latest",
                "/tags/tides",
                "/feeds/all.rss",
                "/feeds/all.json",
                "/sitemaps/articles-1.xml",
                "/sitemaps/news.xml",
                "/search?q=Headline+emba",
                "/archive/2026-09-16",
                "/edition",
                "/authors/anna",
            ] {
                self.ask(Aim { is_row_s: false, ..aim }, &Case::new("GET", target), false);
            }
            let posted = case.pressed(&reading);
            self.ask(Aim { is_row_s: false, ..aim }, &posted, false);
        }
        if shifts.iter().any(SignedDuration::is_negative) {
            self.note("Before its instant the article is nowhere: no page, list, feed, sitemap or search.".to_owned());
        }
    }
}

/// `window-end±1s`, `-1h`, `publish+5min`.
fn instants(text: &str) -> Option<Instants> {
    let text = text.trim().replace('−', "-").replace("+-", "±").replace("+/-", "±");
    if let Ok(instant) = text.parse() {
        return Some(Instants {
            anchor: Anchor::At(Some(instant)),
            shifts: vec![SignedDuration::ZERO],
        });
    }
    let is_sign = |(place, letter): &(usize, char)| {
        let digit = text[place + letter.len_utf8()..].starts_with(|c: char| c.is_ascii_digit());
        matches!(letter, '+' | '-' | '±') && digit
    };
    let (name, shift) = match text.char_indices().find(is_sign) {
        Some((place, _)) => text.split_at(place),
        None => (text.as_str(), "+0s"),
    };
    let anchor = match name.trim_end_matches(['-', '_']) {
        "" | "now" | "today" => Anchor::At(None),
        "publish" | "publication" | "embargo" | "published" => Anchor::Publication,
        "free-until" | "free-window-end" | "free-end" => Anchor::FreeUntil,
        name => {
            let named = NAMED.iter().find(|(known, _)| *known == name);
            Anchor::At(Some(named?.1.parse().ok()?))
        }
    };
    let mut letters = shift.chars();
    let sign = letters.next()?;
    let amount = letters.as_str();
    let end = amount.find(|c: char| !c.is_ascii_digit()).unwrap_or(amount.len());
    let number: i64 = amount[..end].parse().ok()?;
    let unit = match amount[end..].trim() {
        "ms" => SignedDuration::from_millis(1),
        "" | "s" | "sec" => SignedDuration::from_secs(1),
        "m" | "min" => SignedDuration::from_mins(1),
        "h" => SignedDuration::from_hours(1),
        "d" | "days" => SignedDuration::from_hours(24),
        _ => return None,
    };
    let length = unit.checked_mul(i32::try_from(number).ok()?)?;
    let shifts = match sign {
        '-' => vec![-length],
        '+' => vec![length],
        _ => vec![-length, length],
    };
    Some(Instants { anchor, shifts })
}

#[test]
fn instants_are_read() {
    let read = |text: &str| {
        let found = instants(text)?;
        Some((found.anchor, found.shifts.iter().map(SignedDuration::as_millis).collect::<Vec<_>>()))
    };
    assert_eq!(
        read("window-end±1s"),
        Some((Anchor::At(WINDOW_END.parse().ok()), vec![-1_000, 1_000]))
    );
    assert_eq!(read("-1h"), Some((Anchor::At(None), vec![-3_600_000])));
    assert_eq!(read("publish-1s"), Some((Anchor::Publication, vec![-1_000])));
    assert_eq!(read("free-until+1s"), Some((Anchor::FreeUntil, vec![1_000])));
    assert_eq!(read("publish+5min"), Some((Anchor::Publication, vec![300_000])));
    assert_eq!(read("whenever+1s"), None);
    assert_eq!(read("now+1week"), None);
}
