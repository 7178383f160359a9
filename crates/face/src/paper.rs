//! What the messages need to know of a paper. It is put together for one request from the house settings; it never
//! reads them itself.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use paywall::{Meterage, Offer, Plan, Window, WindowRule};
use serde::Serialize;

use crate::dates::{day_of, last_day_before};
use crate::template::FrontSketch;
use crate::{Args, Key, Language, Slot, Words};

/// A paper, as far as notices, walls and offers speak of it.
#[derive(Clone, Copy, Debug)]
pub struct Paper<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its postal address, or empty.
    pub address: &'a str,
    /// Its language.
    pub language: Language,
    /// Its time zone: dates and "midnight" are meant there.
    pub zone: &'a TimeZone,
    /// Its words.
    pub words: &'a Words,
    /// The page with all offers.
    pub offers_url: &'a str,
    /// The page on which readers can write to it.
    pub contact_url: &'a str,
    /// Where subscribing is done; without it, buttons lead to the offers.
    pub subscribe_url: Option<&'a str>,
    /// Under which address each plan is sold by its slug; `None` where the paper takes no payments itself.
    pub plans_url: Option<&'a str>,
    /// The query that every plan's page is asked with, so that its reader comes back to where the tariff was asked for; or
    /// nothing.
    pub plans_query: &'a str,
    /// Where readers sign in and register; `None` until the paper has accounts.
    pub sign_in_url: Option<&'a str>,
    /// Whether whoever is spoken to is signed in.
    pub signed_in: bool,
    /// Where somebody who is signed in mends the account; `None` until the paper has accounts.
    pub account_url: Option<&'a str>,
    /// The offer that walls show, with its plan. One that has lapsed is not shown.
    pub best_offer: Option<(&'a Plan, &'a Offer)>,
    /// All plans, the first being the usual one.
    pub plans: &'a [Plan],
    /// The paper's own benefits, each a line that continues "You need a subscription to:"; empty takes the usual ones.
    pub benefits: &'a [String],
    /// The paper's own lines about itself, shown where the allowance is used up; empty takes the usual one.
    pub pitch: &'a [String],
    /// The institution by whose licence an article is open, where it is.
    pub institution: Option<&'a str>,
    /// Where somebody of whom nothing is known opens the article at hand by the licence of the network that they come from, where
    /// there may be one.
    pub licensed_url: Option<&'a str>,
    /// Today's front page, for the drawing of the devices.
    pub front: &'a FrontSketch,
}

/// A link or a button.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Action {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub href: String,
}

impl Paper<'_> {
    pub(crate) fn text(&self, key: Key) -> String {
        self.words.text(key)
    }

    pub(crate) fn format(&self, key: Key, args: &Args) -> String {
        self.words.format(key, args)
    }

    pub(crate) fn action(&self, key: Key, href: &str) -> Action {
        Action { label: self.text(key), href: href.to_owned() }
    }

    /// Where "Get unlimited access" leads.
    pub(crate) fn subscribe(&self) -> &str {
        self.subscribe_url.unwrap_or(self.offers_url)
    }

    /// Where an account can be mended: the account itself, or a person who does it.
    pub(crate) fn account(&self) -> &str {
        self.account_url.unwrap_or(self.contact_url)
    }

    /// Where somebody registers, or a person who does it.
    pub(crate) fn register(&self) -> &str {
        self.sign_in_url.unwrap_or(self.contact_url)
    }

    /// "this month", or "in these 30 days".
    pub(crate) fn span(&self, window: &Window) -> String {
        match window.rule {
            WindowRule::CalendarMonth => self.text(Key::SpanMonth),
            WindowRule::Rolling { days } => {
                self.format(Key::SpanDays, &Args::new().count(days.max(1)))
            }
        }
    }

    /// A number of articles over the window of `meterage`.
    pub(crate) fn counted(&self, key: Key, count: u32, meterage: &Meterage) -> String {
        let args = Args::new().count(count).with(Slot::Span, self.span(&meterage.window));
        self.format(key, &args)
    }

    /// A message with the day of an instant.
    pub(crate) fn dated(&self, key: Key, at: Timestamp, now: Timestamp) -> String {
        let date = self.words.date_at(at, self.zone, now);
        self.format(key, &Args::new().with(Slot::Date, date))
    }

    /// A message with the last day before an instant.
    pub(crate) fn dated_before(&self, key: Key, end: Timestamp, now: Timestamp) -> String {
        let day = last_day_before(end, self.zone);
        let date = self.words.date(day, day_of(now, self.zone));
        self.format(key, &Args::new().with(Slot::Date, date))
    }

    /// The best offer, if it can be taken at `now`.
    pub(crate) fn live_offer(&self, now: Timestamp) -> Option<(&Plan, &Offer)> {
        self.best_offer.filter(|(_, offer)| offer.is_live(self.zone, now))
    }
}
