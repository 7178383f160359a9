//! What is counted of what readers are shown: a number for each article and kind, and nothing about who it was. On the way to an answer it
//! is an addition in memory; a job writes the sums down. Nothing here is asked when it is decided who may read what.

use std::sync::atomic::{AtomicU32, Ordering};

use http::Method;
use newsroom::ArticleId;
use paywall::{Basis, Decision, Meterage, Notice, Reason};
use store::{BeganAt, Figure, Figures};

use super::entries::Entry;
use super::{Visit, addresses};

/// How a browser begins to call itself.
const BROWSER: &[u8] = b"Mozilla/5.0 (";

/// How often what was shown of one article since the last look.
#[derive(Debug)]
pub(crate) struct Tally {
    article: ArticleId,
    numbers: [AtomicU32; Figure::ALL.len()],
}

impl Tally {
    pub(crate) fn new(article: ArticleId) -> Self {
        Self { article, numbers: std::array::from_fn(|_| AtomicU32::new(0)) }
    }

    pub(crate) const fn article(&self) -> &ArticleId {
        &self.article
    }

    fn add(&self, figure: Figure) {
        self.numbers[figure.place()].fetch_add(1, Ordering::Relaxed);
    }

    /// What a page showed.
    fn add_shown(&self, shown: &Shown) {
        self.add(shown.figure);
        if let Some(notice) = shown.notice {
            self.add(notice);
        }
    }

    /// What the answer to the button showed: the showing itself was counted with the teaser.
    pub(crate) fn add_after(&self, shown: &Shown) {
        self.add_shown(shown);
        self.add(Figure::AfterButton);
    }

    /// A reading that was made, with the notice that stands on what it opened.
    pub(crate) fn add_reading(&self, meterage: Meterage) {
        self.add(Figure::Reading);
        self.notice(&Notice::of_meterage(meterage));
    }

    fn notice(&self, notice: &Notice) {
        if let Some(figure) = of_notice(notice) {
            self.add(figure);
        }
    }

    /// Takes the numbers.
    pub(crate) fn take(&self) -> Figures {
        // Most of them are 0, and one that is not written stays in the memory of whoever counts.
        let taken = |number: &AtomicU32| match number.load(Ordering::Relaxed) {
            0 => 0,
            _ => u64::from(number.swap(0, Ordering::Relaxed)),
        };
        Figures::of(std::array::from_fn(|place| taken(&self.numbers[place])))
    }

    /// Gives numbers back that could not be kept.
    pub(crate) fn give_back(&self, figures: &Figures) {
        for figure in Figure::ALL {
            let number = u32::try_from(figures.get(figure)).unwrap_or(u32::MAX);
            self.numbers[figure.place()].fetch_add(number, Ordering::Relaxed);
        }
    }
}

/// What an answer shows of an article.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Shown {
    pub(crate) figure: Figure,
    notice: Option<Figure>,
}

impl Shown {
    /// What a decision leads to; nothing where a crawler reads, or the newsroom itself.
    #[inline]
    pub(crate) fn of(decision: &Decision) -> Option<Self> {
        let grant = match decision {
            Decision::Ask(_) => return Some(Self { figure: Figure::Teaser, notice: None }),
            Decision::Refuse(wall) => {
                return Some(Self { figure: of_reason(wall.reason), notice: None });
            }
            Decision::Open(grant) => grant,
        };
        let figure = match grant.basis() {
            Basis::Staff | Basis::Crawler => return None,
            Basis::Free => return Some(Self { figure: Figure::Free, notice: None }),
            Basis::Held { .. } => Figure::Subscriber,
            Basis::Institution { .. } => Figure::Institution,
            Basis::Gift => Figure::Gift,
            Basis::Registered => Figure::Registered,
            Basis::Reading(_) => Figure::Again,
            Basis::Outage => Figure::Outage,
        };
        Some(Self { figure, notice: Notice::of(grant).as_ref().and_then(of_notice) })
    }
}

const fn of_reason(reason: Reason) -> Figure {
    match reason {
        Reason::UsedUp => Figure::WallUsedUp,
        Reason::Subscribers => Figure::WallSubscribers,
        Reason::TrialOver { .. } => Figure::WallTrialOver,
        Reason::SubscriptionOver { .. } => Figure::WallSubscriptionOver,
        Reason::Registration { .. } => Figure::WallRegistration,
        Reason::VerifyMail => Figure::WallVerifyMail,
        Reason::Network => Figure::WallNetwork,
    }
}

const fn of_notice(notice: &Notice) -> Option<Figure> {
    Some(match notice {
        Notice::Left(_) => Figure::NoticeLeft,
        Notice::Few(_) => Figure::NoticeFew,
        Notice::Last(_) => Figure::NoticeLast,
        Notice::TrialOver { .. } | Notice::SubscriptionOver { .. } => Figure::NoticeOver,
        Notice::Grace { .. } => Figure::NoticeGrace,
        Notice::Institution { .. } => return None,
    })
}

impl Visit<'_> {
    /// Counts the page of an article that goes to a window of a browser, not to a guess, a frame, a crawler or another program. A page that
    /// the browser has already counts as well: it was asked for, and is looked at.
    pub(crate) fn count(&self, entry: &Entry, shown: Option<Shown>) {
        if let Some(shown) = shown
            && self.is_window()
        {
            entry.tally.add_shown(&shown);
        }
    }

    /// The article at which an order begins that leads back there, and whether it is closed to whoever orders.
    pub(crate) async fn began_at(&self, back: &str) -> Option<BeganAt> {
        let path = back.split(['#', '?']).next().unwrap_or_default();
        let path = path.strip_suffix("/reading").unwrap_or(path);
        let entry = addresses::find(self, path).await.ok()?;
        let identity = self.identity().await;
        let policy = &self.presentation.house.policy;
        let decision = self.site.gate.admit(policy, &identity, &entry.asked, self.now).await;
        let is_wall = matches!(decision, Decision::Refuse(_));
        Some(BeganAt { article: entry.piece.head.id.clone(), is_wall })
    }

    fn is_window(&self) -> bool {
        let headers = self.request.headers;
        // Most of what is no window is told by the first of them.
        headers.first("sec-fetch-dest") == Some(b"document")
            && headers.first("sec-fetch-mode") == Some(b"navigate")
            && *self.request.method == Method::GET
            && !self.request.is_speculative()
            && headers.first("user-agent").is_none_or(is_browser)
    }
}

/// Whether a program calls itself as browsers do. Crawlers put the address of who sends them behind a plus sign, or call themselves
/// compatible with one.
fn is_browser(agent: &[u8]) -> bool {
    let behind = agent.strip_prefix(BROWSER);
    behind.is_some_and(|rest| !rest.starts_with(b"compatible") && !rest.contains(&b'+'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crawlers_are_told_from_browsers_by_what_they_call_themselves() {
        for agent in [
            "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
             Version/18.6 Mobile/15E148 Safari/604.1",
            "Mozilla/5.0 (Linux; Android 10; CUBOT X30) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 \
             Mobile Safari/537.36",
        ] {
            assert!(is_browser(agent.as_bytes()), "{agent}");
        }
        for agent in [
            "",
            "curl/8.14.1",
            "GPTBot/1.3",
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) \
             Chrome/140.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        ] {
            assert!(!is_browser(agent.as_bytes()), "{agent}");
        }
    }

    #[test]
    fn numbers_that_could_not_be_kept_are_there_the_next_time() {
        let tally = Tally::new(ArticleId::parse("m01").unwrap());
        tally.add(Figure::Teaser);
        tally.add_after(&Shown { figure: Figure::WallUsedUp, notice: None });
        let taken = tally.take();
        assert_eq!((taken.shown(), taken.walls()), (1, 1));
        assert!(tally.take().is_nothing());
        tally.give_back(&taken);
        tally.add(Figure::Teaser);
        assert_eq!(tally.take().shown(), 2);
    }
}
