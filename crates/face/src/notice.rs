//! The words of a notice: what an open article says about the meter, and what stands in the place of the rest before
//! it is opened. It never decides which notice it is.

use jiff::Timestamp;
use paywall::{Meterage, Notice};
use serde::Serialize;

use crate::{Action, Args, Key, Paper, Slot};

/// A notice in words.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct NoticeWords {
    /// One short line, under the byline.
    pub line: String,
    /// The bar at the foot of the screen, where there is one.
    pub bar: Option<Bar>,
    /// Announced once, politely, when the article was opened by this request.
    pub status: String,
}

/// A bar that can be dismissed until what it says changes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Bar {
    /// What it says.
    pub text: String,
    /// Its button.
    pub action: Action,
    /// What must change for it to come back: the number that is left, or the state's name. Plain ASCII.
    pub mark: String,
    /// Its name, for assistive technology.
    pub label: String,
    /// The name of its cross.
    pub close: String,
}

/// What stands in place of the rest before an article is opened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AskWords {
    /// The line under the byline.
    pub line: String,
    /// Above the button; only where the numbers are known, which is never so on a page for everybody.
    pub text: Option<String>,
    /// The button.
    pub button: String,
    /// After 400 ms.
    pub wait: String,
    /// After an error, where nothing was counted.
    pub failed: String,
    /// After a time-out.
    pub unsure: String,
    /// The button after either.
    pub again: String,
    /// Printed in place of the rest.
    pub print: String,
}

/// A short explanation with a heading, where an article cannot be opened and nobody is to blame.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Explanation {
    /// One line.
    pub heading: String,
    /// What to do.
    pub text: String,
}

/// The words of a notice.
#[must_use]
pub fn notice(notice: &Notice, paper: &Paper<'_>, now: Timestamp) -> NoticeWords {
    let end = |meterage: &Meterage| meterage.window.ends_at;
    match notice {
        Notice::Left(meterage) => {
            let line = paper.counted(Key::Left, meterage.left(), meterage);
            NoticeWords { line, bar: None, status: opened(meterage, paper) }
        }
        Notice::Few(meterage) => {
            let line = paper.counted(Key::Left, meterage.left(), meterage);
            let more = if meterage.left() > 1 {
                paper.text(Key::SubscribeForAll)
            } else {
                paper.dated(Key::CountStartsAgain, end(meterage), now)
            };
            let text = paper.words.join(&[line.clone(), more]);
            counted(line, text, Key::GetUnlimited, meterage, paper)
        }
        Notice::Last(meterage) => {
            let span = Args::new().with(Slot::Span, paper.span(&meterage.window));
            let line = paper.format(Key::LastOne, &span);
            let stays = paper.dated_before(Key::StaysOpen, end(meterage), now);
            let text = paper.words.join(&[line.clone(), stays]);
            counted(line, text, Key::GetUnlimited, meterage, paper)
        }
        Notice::TrialOver { meterage, ended_at } => {
            over(Key::TrialEnded, meterage, *ended_at, paper, now)
        }
        Notice::SubscriptionOver { meterage, ended_at } => {
            over(Key::SubscriptionEnded, meterage, *ended_at, paper, now)
        }
        Notice::Institution { .. } => {
            let name = Args::new().with(Slot::Name, paper.institution.unwrap_or_default());
            let line = paper.format(Key::OpenByInstitution, &name);
            NoticeWords { status: line.clone(), line, bar: None }
        }
        Notice::Grace { declined_at, until } => grace(*declined_at, *until, paper, now),
    }
}

/// The words before an article is opened. `before` holds the numbers of one visitor; a page for everybody has none.
#[must_use]
pub fn asking(before: Option<&Meterage>, paper: &Paper<'_>) -> AskWords {
    AskWords {
        line: paper.text(Key::OpensWith),
        text: before.filter(|meterage| meterage.left() > 0).map(|meterage| asked(meterage, paper)),
        button: paper.text(Key::OpenArticle),
        wait: paper.text(Key::OpeningWait),
        failed: paper.text(Key::OpeningFailed),
        unsure: paper.text(Key::OpeningUnsure),
        again: paper.text(Key::OpeningAgain),
        print: paper.text(Key::PrintTeaser),
    }
}

/// For a browser that keeps no cookies.
#[must_use]
pub fn cookies_refused(paper: &Paper<'_>) -> Explanation {
    Explanation { heading: paper.text(Key::CookiesHeading), text: paper.text(Key::CookiesText) }
}

/// Where the record of readings does not answer.
#[must_use]
pub fn store_down(paper: &Paper<'_>) -> Explanation {
    Explanation { heading: paper.text(Key::StoreDownHeading), text: paper.text(Key::StoreDownText) }
}

fn asked(meterage: &Meterage, paper: &Paper<'_>) -> String {
    let left = meterage.left();
    let key = if meterage.read == 0 { Key::FreeAtStart } else { Key::Left };
    let leaves = match left.saturating_sub(1) {
        0 => paper.text(Key::LeavesNone),
        rest => paper.format(Key::Leaves, &Args::new().count(rest)),
    };
    paper.words.join(&[paper.counted(key, left, meterage), leaves])
}

fn opened(meterage: &Meterage, paper: &Paper<'_>) -> String {
    let numbers = match meterage.left() {
        0 => {
            let span = Args::new().with(Slot::Span, paper.span(&meterage.window));
            paper.format(Key::StatusNoneLeft, &span)
        }
        left => paper.counted(Key::StatusLeft, left, meterage),
    };
    paper.words.join(&[paper.text(Key::StatusOpened), numbers])
}

fn counted(
    line: String,
    text: String,
    action: Key,
    meterage: &Meterage,
    paper: &Paper<'_>,
) -> NoticeWords {
    let href = if action == Key::GetUnlimited { paper.subscribe() } else { paper.offers_url };
    let bar = bar(text, paper.action(action, href), meterage.left().to_string(), paper);
    NoticeWords { line, bar: Some(bar), status: opened(meterage, paper) }
}

fn over(
    ended: Key,
    meterage: &Meterage,
    ended_at: Timestamp,
    paper: &Paper<'_>,
    now: Timestamp,
) -> NoticeWords {
    let line = paper.counted(Key::StillHave, meterage.left(), meterage);
    let text = paper.words.join(&[paper.dated(ended, ended_at, now), line.clone()]);
    counted(line, text, Key::SeeAllOffers, meterage, paper)
}

fn grace(
    declined_at: Timestamp,
    until: Timestamp,
    paper: &Paper<'_>,
    now: Timestamp,
) -> NoticeWords {
    let line = paper.dated_before(Key::KeepAccess, until, now);
    let text = paper.words.join(&[paper.dated(Key::CardDeclined, declined_at, now), line.clone()]);
    let action = paper.action(Key::UpdateCard, paper.account());
    let bar = bar(text, action, "grace".to_owned(), paper);
    NoticeWords { line, bar: Some(bar), status: paper.text(Key::StatusOpened) }
}

fn bar(text: String, action: Action, mark: String, paper: &Paper<'_>) -> Bar {
    Bar { text, action, mark, label: paper.text(Key::BarLabel), close: paper.text(Key::Close) }
}

#[cfg(test)]
mod tests;
