//! Crawlers: what they call themselves, and which of them are who they say they are. A name in a header is a claim; it
//! becomes more by the address that the request comes from, and nothing else. What a proven crawler may read is for the
//! gate to say.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use face::{AiUse, CrawlerSettings};
use gate::Identity;
use http::header;
use jiff::{SignedDuration, Timestamp};
use paywall::{Asker, Who};
use providers::{Names, NamesError, Ranges};
use quick_cache::sync::Cache;
use tokio::sync::Semaphore;

use super::Visit;

/// How much of an agent string is looked at, in bytes.
const AGENT_BYTES_MAX: usize = 512;
/// After so long without a word of its maker, a list of ranges proves nothing.
pub const RANGES_HOLD: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How far ahead the clock may be that a list's time is from.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(10);
/// Verdicts that are remembered.
const VERDICTS_MAX: usize = 4_096;
/// How long a name that was proven holds.
const PROVEN_FOR: SignedDuration = SignedDuration::from_hours(24);
/// How long one that was not is not asked again.
const UNPROVEN_FOR: SignedDuration = SignedDuration::from_hours(1);
/// How long after the name system did not answer.
const UNANSWERED_FOR: SignedDuration = SignedDuration::from_mins(5);
/// Addresses that are looked up at once; for the others it is the teaser.
const LOOKUPS_MAX: usize = 8;
/// How long the two questions may take together.
const PATIENCE: Duration = Duration::from_secs(1);

/// A search engine whose crawler can be told from its imitators.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Engine {
    /// Googlebot and Googlebot-News.
    Google,
    /// Bingbot.
    Bing,
}

impl Engine {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Google, Self::Bing];

    /// Its name in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Google => "googlebot",
            Self::Bing => "bingbot",
        }
    }

    /// Where its maker publishes the ranges of its crawler.
    #[must_use]
    pub const fn list(self) -> &'static str {
        match self {
            Self::Google => {
                "https://developers.google.com/static/crawling/ipranges/common-crawlers.json"
            }
            Self::Bing => "https://www.bing.com/toolbox/bingbot.json",
        }
    }

    const fn place(self) -> usize {
        match self {
            Self::Google => 0,
            Self::Bing => 1,
        }
    }

    /// Whether a host's name is one that its crawler has: a whole label in front of the maker's own domain.
    fn owns(self, name: &str) -> bool {
        let below = |domain: &str| name.strip_suffix(domain).filter(|label| !label.is_empty());
        match self {
            Self::Google => {
                // Others of its services have other names, and people's programs have, too.
                let geo = below(".geo.googlebot.com").is_some_and(|l| l.starts_with("geo-crawl-"));
                geo || below(".googlebot.com")
                    .is_some_and(|l| l.starts_with("crawl-") && !l.contains('.'))
            }
            Self::Bing => below(".search.msn.com").is_some(),
        }
    }
}

/// What an agent is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Duty {
    /// It fills a search engine's index.
    Search(Engine),
    /// It gathers text to train models on.
    Training,
    /// It looks something up for a person's question, or keeps the index for that.
    Answers,
}

impl Duty {
    /// What the paper lets it do.
    pub(crate) const fn use_in(self, settings: &CrawlerSettings) -> AiUse {
        match self {
            Self::Search(_) => AiUse::Allow,
            Self::Training => settings.ai_training,
            Self::Answers => settings.ai_answers,
        }
    }
}

/// An agent as it calls itself.
#[derive(Debug)]
pub(crate) struct Agent {
    /// The product token, whole: `Googlebot-Image` is another agent than `Googlebot`.
    pub(crate) token: &'static str,
    pub(crate) duty: Duty,
    /// Whether it sends requests; some are names in robots.txt and nothing else.
    pub(crate) asks: bool,
}

const fn agent(token: &'static str, duty: Duty) -> Agent {
    Agent { token, duty, asks: true }
}

/// All agents that anything is said of. Everybody else is a reader.
pub(crate) const AGENTS: &[Agent] = &[
    agent("Googlebot", Duty::Search(Engine::Google)),
    agent("Googlebot-News", Duty::Search(Engine::Google)),
    agent("bingbot", Duty::Search(Engine::Bing)),
    agent("GPTBot", Duty::Training),
    agent("ClaudeBot", Duty::Training),
    agent("anthropic-ai", Duty::Training),
    agent("CCBot", Duty::Training),
    Agent { token: "Google-Extended", duty: Duty::Training, asks: false },
    Agent { token: "Applebot-Extended", duty: Duty::Training, asks: false },
    agent("meta-externalagent", Duty::Training),
    agent("Bytespider", Duty::Training),
    agent("Amazonbot", Duty::Training),
    agent("cohere-training-data-crawler", Duty::Training),
    agent("AI2Bot", Duty::Training),
    agent("Diffbot", Duty::Training),
    agent("OAI-SearchBot", Duty::Answers),
    agent("ChatGPT-User", Duty::Answers),
    agent("Claude-SearchBot", Duty::Answers),
    agent("Claude-User", Duty::Answers),
    agent("PerplexityBot", Duty::Answers),
    agent("Perplexity-User", Duty::Answers),
    agent("meta-externalfetcher", Duty::Answers),
    agent("MistralAI-User", Duty::Answers),
    agent("DuckAssistBot", Duty::Answers),
];

/// The agent that a string names, by a whole product token.
pub(crate) fn agent_of(string: &str) -> Option<&'static Agent> {
    let mut end = string.len().min(AGENT_BYTES_MAX);
    while !string.is_char_boundary(end) {
        end -= 1;
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    string[..end].split(|c: char| !is_part(c)).find_map(|token| {
        AGENTS.iter().find(|agent| agent.asks && agent.token.eq_ignore_ascii_case(token))
    })
}

/// A list, and when its maker last stood by it.
#[derive(Debug)]
struct Known {
    ranges: Ranges,
    confirmed_at: Timestamp,
}

type Verdict = (bool, Timestamp);

/// Who is who among crawlers.
#[derive(Debug)]
pub struct Crawlers {
    lists: [ArcSwap<Option<Known>>; 2],
    names: Arc<dyn Names>,
    verdicts: Cache<(Engine, IpAddr), Verdict>,
    lookups: Semaphore,
}

impl Crawlers {
    pub(crate) fn new(names: Arc<dyn Names>) -> Self {
        Self {
            lists: [ArcSwap::default(), ArcSwap::default()],
            names,
            verdicts: Cache::new(VERDICTS_MAX),
            lookups: Semaphore::new(LOOKUPS_MAX),
        }
    }

    /// Takes a list over, that was fetched or confirmed at an instant.
    pub fn set_ranges(&self, engine: Engine, ranges: Ranges, confirmed_at: Timestamp) {
        self.lists[engine.place()].store(Arc::new(Some(Known { ranges, confirmed_at })));
    }

    /// Whether an address is in a list that still holds.
    fn is_listed(&self, engine: Engine, address: IpAddr, now: Timestamp) -> bool {
        let known = self.lists[engine.place()].load();
        known.as_ref().as_ref().is_some_and(|known| {
            // A list from the future, of a clock that was wrong, proves nothing either.
            let age = now.duration_since(known.confirmed_at);
            (-CLOCKS_DIFFER..=RANGES_HOLD).contains(&age) && known.ranges.holds(address)
        })
    }

    /// Whether a request from `address` is the engine's own.
    pub(crate) async fn is_verified(
        &self,
        engine: Engine,
        address: IpAddr,
        now: Timestamp,
    ) -> bool {
        let address = address.to_canonical();
        if self.is_listed(engine, address, now) {
            return true;
        }
        let key = (engine, address);
        if let Some((verdict, until)) = self.verdicts.get(&key)
            && now < until
        {
            return verdict;
        }
        // Nobody waits in line: a crowd of imitators must not hold up a reader.
        let Ok(_turn) = self.lookups.try_acquire() else { return false };
        let asked = tokio::time::timeout(PATIENCE, self.is_named(engine, address)).await;
        let (verdict, holds) = match asked {
            Ok(Ok(true)) => (true, PROVEN_FOR),
            Ok(Ok(false) | Err(NamesError::Nothing)) => (false, UNPROVEN_FOR),
            Ok(Err(NamesError::Busy)) => return false,
            Ok(Err(NamesError::Unanswered(_) | NamesError::TooMuch)) | Err(_) => {
                (false, UNANSWERED_FOR)
            }
        };
        self.verdicts.insert(key, (verdict, now + holds));
        verdict
    }

    /// Whether the address has a name of the engine's, and that name the address: whoever owns an address can claim any
    /// name for it, but not the other way round. Two questions.
    async fn is_named(&self, engine: Engine, address: IpAddr) -> Result<bool, NamesError> {
        let names = self.names.names_of(address).await?;
        let Some(name) = names.into_iter().find(|name| engine.owns(name)) else { return Ok(false) };
        let addresses = self.names.addresses_of(name).await?;
        Ok(addresses.iter().any(|found| found.to_canonical() == address))
    }
}

impl Visit<'_> {
    /// The agent that this request names.
    pub(crate) fn agent(&self) -> Option<&'static Agent> {
        agent_of(self.request.single(&header::USER_AGENT)?)
    }

    /// Whether this request names an agent that is to pay for articles. Nobody pays who is not named in the table: a
    /// person's browser never meets this.
    pub(crate) fn is_charged(&self) -> bool {
        let settings = &self.presentation.house.crawlers;
        [settings.ai_training, settings.ai_answers].contains(&AiUse::Charge)
            && self.agent().is_some_and(|agent| agent.duty.use_in(settings) == AiUse::Charge)
    }

    /// Who asks with a GET, with a look at whether it is a proven crawler. The look is taken only where it can matter.
    pub(crate) async fn identity_or_crawler(&self) -> Identity {
        let identity = self.identity().await;
        if identity.person.is_some() || !self.presentation.house.policy.crawlers_read_all {
            return identity;
        }
        let Some(Agent { duty: Duty::Search(engine), .. }) = self.agent() else { return identity };
        let crawlers = &self.site.crawlers;
        match crawlers.is_verified(*engine, self.request.address, self.now).await {
            true => Identity { asker: Asker::of(Who::Crawler), person: None },
            false => identity,
        }
    }
}

mod shown;
pub(crate) use shown::page;

#[cfg(test)]
mod tests;
