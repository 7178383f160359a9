//! Articles as gifts: a subscriber makes a link to one that is open, and whoever has the link opens that one with a press of a
//! button. A GET uses nothing up. Whether a gift opens an article is decided by the gate, as everything is.

use std::sync::Arc;

use face::{Args, Key, Slot};
use gate::{Identity, ReaderId, Secret};
use http::StatusCode;
use http::header::{HeaderName, HeaderValue};
use jiff::{SignedDuration, Timestamp};
use minijinja::context;
use minijinja::value::Value;
use paywall::{ArticleKey, Basis, Decision, Grant, Pass, Source, WindowRule};
use store::{GiftRow, GiftUsed, KnownReader, NewGift};

use super::contexts::{Chrome, Link, encoded, value};
use super::entries::Entry;
use super::identity::{Cookie, holding};
use super::{Trouble, Visit, addresses, article};
use crate::shell::answer::Answer;
use crate::shell::caching::Keep;
use crate::shell::finished::Part;

/// How long a gift can be opened.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long the article is open for whoever opened it; then the link opens it again.
const OPEN_FOR: SignedDuration = SignedDuration::from_hours(24);

/// What secrets are for: each is another one elsewhere.
const LINK: &str = "masthead 2026 gift link";
const HOLDER: &str = "masthead 2026 gift holder";

/// POST `/gifts`: makes a gift of an article that the reader's own subscription opens, and shows its link this once.
pub(crate) async fn give(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let most = visit.gifts_a_month().ok_or(Trouble::NotFound)?;
    let path = match visit.form() {
        Ok(fields) => fields.get("article"),
        Err(refusal) => return Ok(refusal),
    };
    let entry = addresses::find(visit, &path).await?;
    let _ = visit.identity().await;
    let is_held = match visit.reader.get() {
        Some(reader) => visit.holds_own(reader, &entry).await,
        None => false,
    };
    let policy = &visit.presentation.house.policy;
    let Some(reader) = visit.reader.get().filter(|_| is_held) else {
        return said(
            visit,
            StatusCode::FORBIDDEN,
            Key::GiftsForSubscribers,
            Key::GiftsForSubscribersText,
        );
    };
    let month = WindowRule::CalendarMonth.lay(&policy.zone, visit.now);
    let given = new(visit, reader.row.id, entry.asked.key, month.starts_at, most).await?;
    match given {
        Ok(gift) => made(visit, &entry, &gift),
        Err(UsedUp) => {
            let words = &visit.presentation.words;
            let again = Args::new().with(Slot::Date, visit.date(month.ends_at));
            let text = words.format(Key::GiftsGivenText, &again);
            plain(
                visit,
                StatusCode::TOO_MANY_REQUESTS,
                words.text(Key::GiftsGiven),
                text,
                Vec::new(),
            )
        }
    }
}

/// A gift that was made, whose link is known this once.
pub(crate) struct Made {
    pub(crate) link: Secret,
    ends_at: Timestamp,
    left: u32,
}

/// The giver has no gift left since that instant.
#[derive(Debug)]
pub(crate) struct UsedUp;

/// Makes a gift, where its giver has made fewer than `most` since an instant.
pub(crate) async fn new(
    visit: &Visit<'_>,
    giver: ReaderId,
    article: ArticleKey,
    since: Timestamp,
    most: u32,
) -> Result<Result<Made, UsedUp>, Trouble> {
    let link = Secret::of(visit.site.random.bytes());
    let ends_at = visit.now.checked_add(GOOD_FOR).unwrap_or(Timestamp::MAX);
    let new = NewGift { link: link.hash(LINK), giver, article, ends_at };
    let left = visit.site.store.give(new, since, most, visit.now).await?;
    Ok(left.map(|left| Made { link, ends_at, left }).ok_or(UsedUp))
}

/// GET `/gift/{secret}`: the teaser, who gives it, and the button.
pub(crate) async fn show(visit: &Visit<'_>, secret: &str) -> Result<Answer, Trouble> {
    let Some((row, entry)) = given(visit, secret).await? else { return gone(visit) };
    let words = &visit.presentation.words;
    let from = match row.giver.as_str() {
        "" => words.text(Key::GiftFromSubscriber),
        name => words.format(Key::GiftFrom, &Args::new().with(Slot::Name, name)),
    };
    let until = Args::new().with(Slot::Date, visit.date(row.ends_at));
    let gift = context! {
        heading => from,
        text => words.format(Key::GiftUntil, &until),
        path => visit.request.target.path,
    };
    let context = context! { gift => gift, words => visit.presentation.plain_words.clone() };
    let part = Part::new(visit.presentation.theme.render("gift.html", context)?);
    let mut answer = article::spliced(visit, &entry, &part, Keep::Nobody).await?;
    unlisted(&mut answer);
    Ok(answer)
}

/// POST `/gift/{secret}`: opens the article for this browser.
pub(crate) async fn open(visit: &Visit<'_>, secret: &str) -> Result<Answer, Trouble> {
    if let Err(refusal) = visit.form() {
        return Ok(refusal);
    }
    let Some((_, entry)) = given(visit, secret).await? else { return gone(visit) };
    let link = Secret::parse(secret).ok_or(Trouble::NotFound)?;
    let holder = visit.secret(Cookie::Gift);
    let holder = holder.unwrap_or_else(|| Secret::of(visit.site.random.bytes()));
    let until = visit.now.checked_add(OPEN_FOR).unwrap_or(Timestamp::MAX);
    let store = &visit.site.store;
    match store.open_gift(link.hash(LINK), holder.hash(HOLDER), until, visit.now).await? {
        GiftUsed::Open(..) => {
            let path = visit.href(&entry.piece.head);
            // Behind a cache that shows everybody the same, the whole text lives at the reading alone.
            let blind = visit.is_behind_blind_cache();
            let mut answer = visit.see(&if blind { format!("{path}/reading") } else { path });
            visit.give(&mut answer, Cookie::Gift, &holder.to_string(), OPEN_FOR);
            unlisted(&mut answer);
            Ok(answer)
        }
        GiftUsed::UsedUp => said(visit, StatusCode::GONE, Key::GiftGone, Key::GiftUsedUp),
        GiftUsed::Gone => gone(visit),
    }
}

/// The gift of a link with its article, as far as both are there.
async fn given(visit: &Visit<'_>, secret: &str) -> Result<Option<(GiftRow, Arc<Entry>)>, Trouble> {
    visit.sells_subscriptions()?;
    let link = Secret::parse(secret).ok_or(Trouble::NotFound)?;
    let Some(row) = visit.site.store.gift(link.hash(LINK), visit.now).await? else {
        return Ok(None);
    };
    let Some(head) = visit.site.store.head(row.article).await? else { return Ok(None) };
    let entry = addresses::find(visit, &visit.href(&head)).await?;
    Ok((entry.asked.key == row.article).then_some((row, entry)))
}

fn made(visit: &Visit<'_>, entry: &Entry, gift: &Made) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let head = &entry.piece.head;
    let address = format!("{}/gift/{}", visit.address(), gift.link);
    let until = Args::new().with(Slot::Date, visit.date(gift.ends_at));
    let heading = words.text(Key::GiftMade);
    let chrome = Chrome { heading: heading.clone(), robots: "noindex", ..Chrome::default() };
    let mail = format!("mailto:?subject={}&body={}", encoded(&head.headline), encoded(&address));
    let link = |name: String, href: String| Link { name, href };
    let plain = context! {
        heading => heading,
        paragraphs => [
            words.format(Key::GiftMadeText, &until),
            words.format(Key::GiftsLeft, &Args::new().count(gift.left)),
        ],
        rows => [context! { name => head.headline.clone(), value => address.clone(), href => address }],
        links => value([
            link(words.text(Key::GiftMail), mail),
            link(words.text(Key::GiftBack), visit.href(head)),
        ]),
    };
    visit.own_page(
        StatusCode::OK,
        "plain.html",
        context! { plain => plain, ..visit.chrome(chrome) },
    )
}

fn gone(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    said(visit, StatusCode::GONE, Key::GiftGone, Key::GiftGoneText)
}

fn said(visit: &Visit<'_>, status: StatusCode, heading: Key, text: Key) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let link = Link { name: words.text(Key::SeeAllOffers), href: "/offers".to_owned() };
    plain(visit, status, words.text(heading), words.text(text), vec![link])
}

fn plain(
    visit: &Visit<'_>,
    status: StatusCode,
    heading: String,
    text: String,
    links: Vec<Link>,
) -> Result<Answer, Trouble> {
    let chrome = Chrome { heading: heading.clone(), robots: "noindex", ..Chrome::default() };
    let plain = context! { heading => heading, paragraphs => [text], links => value(links) };
    visit.own_page(status, "plain.html", context! { plain => plain, ..visit.chrome(chrome) })
}

/// Nothing for an index.
pub(crate) fn unlisted(answer: &mut Answer) {
    let robots = HeaderName::from_static("x-robots-tag");
    answer.headers_mut().insert(robots, HeaderValue::from_static("noindex"));
}

/// Whether somebody can give an article that is open to them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Giving {
    /// They cannot: nothing of their own opens it, it is free, or the paper has no gifts.
    No,
    /// They can.
    Now,
    /// They have given all of this month, and can again from then on.
    From(Timestamp),
}

impl Visit<'_> {
    /// Whether whoever is signed in can give an article. It asks no store: a subscriber's page is read more often than one gives.
    pub(crate) async fn giving(&self, entry: &Entry, grant: &Grant) -> Giving {
        let Basis::Held { source, .. } = grant.basis() else { return Giving::No };
        let (Some(most), Some(reader)) = (self.gifts_a_month(), self.reader.get()) else {
            return Giving::No;
        };
        if source == Source::Seat && !Box::pin(self.holds_own(reader, entry)).await {
            return Giving::No;
        }
        if reader.gave_at.is_empty() {
            return Giving::Now;
        }
        let zone = &self.presentation.house.policy.zone;
        let month = WindowRule::CalendarMonth.lay(zone, self.now);
        let given = reader.gave_at.iter().take_while(|at| **at >= month.starts_at).count();
        match u32::try_from(given) {
            Ok(given) if given < most => Giving::Now,
            _ => Giving::From(month.ends_at),
        }
    }

    /// Whether something of a reader's own opens an article. A seat reads along, and gives nothing: the holder has one allowance of
    /// gifts, and not one for each place.
    async fn holds_own(&self, reader: &KnownReader, entry: &Entry) -> bool {
        let identity = holding(reader, reader.intervals.clone());
        let policy = &self.presentation.house.policy;
        let decision = self.site.gate.admit(policy, &identity, &entry.asked, self.now).await;
        matches!(&decision, Decision::Open(grant) if matches!(grant.basis(), Basis::Held { .. }))
    }

    /// How many articles a subscriber can give in a month, where they can.
    pub(crate) fn gifts_a_month(&self) -> Option<u32> {
        let most = self.presentation.house.gifts_a_month;
        (most > 0 && self.has_contracts()).then_some(most)
    }

    /// Gives somebody who asks for an article what the request carries besides: the gift that opens it where this browser has one, or
    /// the licence of the network that it comes from.
    pub(crate) async fn add_pass(&self, identity: &mut Identity, article: ArticleKey) {
        if let Some(holder) = self.secret(Cookie::Gift) {
            // On the heap: few requests carry one, and the others carry no room for it.
            Box::pin(self.add_gift(identity, &holder, article)).await;
        }
        self.add_licence(identity);
    }

    async fn add_gift(&self, identity: &mut Identity, holder: &Secret, article: ArticleKey) {
        match self.site.store.holds_gift(holder.hash(HOLDER), article, self.now).await {
            Ok(true) => identity.asker.pass = Some(Pass::Gift(article)),
            Ok(false) => {}
            Err(outage) => tracing::warn!(%outage, "a gift could not be looked up"),
        }
    }

    /// What a reader has given, for the own page.
    pub(crate) async fn gifts(&self, reader: &KnownReader) -> Result<Vec<Value>, Trouble> {
        let words = &self.presentation.words;
        let mut gifts = Vec::new();
        for row in self.site.store.gifts_of(reader.row.id).await? {
            let Some(head) = self.site.store.head(row.article).await? else { continue };
            let until = Args::new().with(Slot::Date, self.date(row.ends_at));
            let ended = row.ends_at <= self.now;
            gifts.push(context! {
                headline => head.headline.clone(),
                href => self.href(&head),
                uses => words.format(Key::GiftUses, &Args::new().count(row.uses)),
                until => if ended { words.text(Key::GiftOver) } else { words.format(Key::GiftUntil, &until) },
            });
        }
        Ok(gifts)
    }
}
