//! What one person is told: notices, walls, and the way to open an article, in the paper's words.

use std::hash::Hash;
use std::sync::{Arc, OnceLock};

use face::{FrontSketch, Paper, asking, cookies_refused, wall};
use jiff::Timestamp;
use minijinja::context;
use paywall::{Access, Meterage, Notice, Offer, OfferId, Plan, Reason, Wall, WallCode};
use quick_cache::sync::Cache;

use super::contexts::value;
use super::entries::Entry;
use super::presentation::Presentation;
use super::{Trouble, Visit, lists};
use crate::shell::finished::Part;

/// Notices that are kept finished, and walls: most people of a window are told one of a few.
const SAYINGS_MAX: usize = 512;

/// A notice as markup.
#[derive(Debug)]
pub(crate) struct Told {
    /// The line under the byline.
    pub(crate) line: Part,
    /// The bar, or nothing.
    pub(crate) bar: Part,
    /// For the live region.
    status: String,
    quoted: OnceLock<[Part; 3]>,
}

impl Told {
    /// Line, bar and status as JSON strings.
    pub(crate) fn quoted(&self) -> &[Part; 3] {
        let texts = || [self.line.text(), self.bar.text(), self.status.as_str()];
        self.quoted.get_or_init(|| texts().map(quoted))
    }
}

/// A text as a JSON string.
pub(crate) fn quoted(text: &str) -> Part {
    Part::new(serde_json::Value::from(text).to_string())
}

/// Everything that a wall tells, with the offer that it holds out, whether its reader is signed in, and where an institution's network
/// opens the article.
type Refused = (Reason, Access, Option<Meterage>, Option<OfferId>, bool, Option<String>);

/// What was said lately in the words of one presentation. Nobody is in it: a notice and a wall say how many and until
/// when, not to whom.
#[derive(Debug)]
pub(crate) struct Sayings {
    notices: Cache<Notice, Said<Told>>,
    /// By everything that a wall tells; without the way of institutions it is the same before any article.
    walls: Cache<Refused, Said<Part>>,
}

/// Something finished, with what it was made from: the day, and the front page that is drawn on a wall.
#[derive(Debug)]
struct Said<T> {
    words: Arc<T>,
    valid_until: Timestamp,
    front: Arc<FrontSketch>,
}

impl<T> Clone for Said<T> {
    fn clone(&self) -> Self {
        let Self { words, valid_until, front } = self;
        Self { words: Arc::clone(words), valid_until: *valid_until, front: Arc::clone(front) }
    }
}

impl Sayings {
    pub(crate) fn new() -> Self {
        Self { notices: Cache::new(SAYINGS_MAX), walls: Cache::new(SAYINGS_MAX) }
    }
}

impl Presentation {
    /// The paper as it speaks to its readers, with the offer that it holds out, if it does.
    pub(crate) fn paper<'a>(
        &'a self,
        front: &'a FrontSketch,
        best_offer: Option<(&'a Plan, &'a Offer)>,
        sells: bool,
    ) -> Paper<'a> {
        let house = &self.house;
        let readers = house.takes_readers();
        Paper {
            name: &house.paper.name,
            address: &house.paper.address,
            language: house.paper.language,
            zone: &house.policy.zone,
            words: &self.words,
            offers_url: if readers && sells { "/offers?from=wall" } else { "/offers" },
            contact_url: "/contact",
            subscribe_url: house.subscribe_url.as_deref(),
            plans_url: (readers && sells).then_some("/subscribe"),
            plans_query: "",
            sign_in_url: readers.then_some("/sign-in?from=wall"),
            signed_in: false,
            account_url: readers.then_some("/account#subscription"),
            best_offer,
            plans: &house.plans,
            benefits: &house.benefits,
            pitch: &house.pitch,
            institution: None,
            licensed_url: None,
            front,
        }
    }
}

impl Visit<'_> {
    /// The paper as notices and walls speak of it.
    pub(crate) fn paper(&self) -> Paper<'_> {
        // What somebody cannot have is not held out to them.
        let reader = self.reader.get().map(|reader| &**reader);
        let best = self.offers_for(reader).next();
        let best = best.and_then(|offer| Some((self.plan(&offer.plan)?, offer)));
        let paper = self.presentation.paper(&self.front, best, self.sells());
        Paper { signed_in: reader.is_some(), ..paper }
    }

    /// A notice.
    pub(crate) fn notice(&self, notice: &Notice) -> Result<Arc<Told>, Trouble> {
        self.said(&self.presentation.sayings.notices, *notice, || {
            let institution = match notice {
                Notice::Institution { number } => self.presentation.institutions.name(*number),
                _ => None,
            };
            let words = face::notice(notice, &Paper { institution, ..self.paper() }, self.now);
            let templates = &self.presentation.theme.face;
            Ok(Told {
                line: Part::new(templates.notice(&words)?),
                bar: Part::new(templates.bar(&words)?),
                status: words.status,
                quoted: OnceLock::new(),
            })
        })
    }

    /// A wall with its code. `licensed` is where whoever comes from an institution's network opens the article.
    pub(crate) fn wall(
        &self,
        refused: &Wall,
        licensed: Option<&str>,
    ) -> Result<Arc<Part>, Trouble> {
        let paper = Paper { licensed_url: licensed, ..self.paper() };
        let offer = paper.best_offer.map(|(_, offer)| offer.id.clone());
        let way = licensed.map(str::to_owned);
        let access = refused.access.clone();
        let told = (refused.reason, access, refused.meterage, offer, paper.signed_in, way);
        self.said(&self.presentation.sayings.walls, told, || {
            let policy = &self.presentation.house.policy;
            let code = WallCode::of(refused, policy, &self.site.code_key);
            let words = wall(refused, &paper, &code.to_string(), self.now);
            Ok(Part::new(self.presentation.theme.face.wall(&words, &self.front)?))
        })
    }

    /// Something that was said before with the same meaning, or is put into words now. Words change with the day: dates
    /// turn to weekdays, and offers begin and end with a day of the paper's.
    fn said<K: Hash + Eq, T>(
        &self,
        said: &Cache<K, Said<T>>,
        meaning: K,
        say: impl FnOnce() -> Result<T, Trouble>,
    ) -> Result<Arc<T>, Trouble> {
        let is_good =
            |said: &Said<T>| self.now < said.valid_until && Arc::ptr_eq(&said.front, &self.front);
        if let Some(said) = said.get(&meaning).filter(is_good) {
            return Ok(said.words);
        }
        let words = Arc::new(say()?);
        let midnight = lists::midnight(self);
        let valid_until = self.offers_change_at().map_or(midnight, |at| midnight.min(at));
        let front = Arc::clone(&self.front);
        said.insert(meaning, Said { words: Arc::clone(&words), valid_until, front });
        Ok(words)
    }

    /// What stands in place of the rest for somebody who has not opened the article: the button with the numbers, or
    /// for a browser that brought no cookie what one is for.
    pub(crate) fn ask(&self, entry: &Entry, before: Option<Meterage>) -> Result<String, Trouble> {
        let paper = self.paper();
        let head = &entry.piece.head;
        let explanation = before.is_none().then(|| cookies_refused(&paper));
        let context = context! {
            ask => value(asking(before.as_ref(), &paper)),
            explanation => value(explanation),
            reading => format!("{}/reading", self.href(head)),
            words => self.presentation.plain_words.clone(),
        };
        Ok(self.presentation.theme.render("ask.html", context)?)
    }

    /// Remembers what the front page shows, for the drawing on walls.
    pub(crate) fn remember_front(&self, sketch: FrontSketch) {
        self.site.front.store(Arc::new(sketch));
    }
}
