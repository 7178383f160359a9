//! `/demo/crawlers`: which agent gets what, from which address. Every cell is made by the functions that answer real
//! requests; nothing here is a second copy of a rule.

use face::AiUse;
use gate::Identity;
use minijinja::context;
use minijinja::value::Value;
use paywall::{Access, ArticleKey, Asked, Asker, Decision, Entitlement, Policy, Who};

use super::super::contexts::Chrome;
use super::super::{Trouble, Visit, lists, robots};
use super::{Agent, Duty, agent_of};
use crate::shell::answer::Answer;

/// Agent strings as they are sent, one a row.
const STRINGS: &[&str] = &[
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Googlebot-News",
    "Googlebot-Image/1.0",
    "Mozilla/5.0 (compatible; Google-InspectionTool/1.0;)",
    "FeedFetcher-Google; (+http://www.google.com/feedfetcher.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    "Mozilla/5.0 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
    "CCBot/2.0 (https://commoncrawl.org/faq/)",
    "Mozilla/5.0 (compatible; OAI-SearchBot/1.0; +https://openai.com/searchbot)",
    "Mozilla/5.0 (compatible; PerplexityBot/1.0; +https://perplexity.ai/perplexitybot)",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
];

/// Answers with the table.
pub(crate) async fn page(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    lists::answer(visit, "/demo/crawlers".to_owned(), async {
        let mut rows = Vec::new();
        for string in STRINGS {
            rows.push(visit.row(string).await);
        }
        let house = &visit.presentation.house;
        let heading = "Crawlers".to_owned();
        let crawlers = context! {
            heading => heading.clone(),
            standfirst => "What an agent gets on a metered article, by what it calls itself and where it comes from.",
            rows => rows,
            robots => robots::robots(&house.crawlers, &visit.canonical_origin()),
        };
        let chrome = Chrome { heading, robots: "noindex", ..Chrome::default() };
        Ok(("crawlers.html", context! { crawlers => crawlers, ..visit.chrome(chrome) }))
    })
    .await
}

impl Visit<'_> {
    async fn row(&self, string: &str) -> Value {
        let agent = agent_of(string);
        let engine = match agent {
            Some(Agent { duty: Duty::Search(engine), .. }) => Some(*engine),
            _ => None,
        };
        let proven = engine.map_or(Who::Stranger, |_| Who::Crawler);
        let settings = &self.presentation.house.crawlers;
        let policy = &self.presentation.house.policy;
        // What the setting would change is shown beside what is set.
        let full = Policy { crawlers_read_all: true, ..policy.clone() };
        let asked = match agent.map(|agent| agent.duty.use_in(settings)) {
            Some(AiUse::Disallow) => "to stay away",
            Some(AiUse::Charge) => "to take a licence",
            Some(AiUse::Allow) | None => "nothing",
        };
        context! {
            string => string,
            asked => asked,
            proven => self.cell(agent, proven.clone(), policy).await,
            proven_full => self.cell(agent, proven, &full).await,
            unproven => self.cell(agent, Who::Stranger, &full).await,
        }
    }

    /// What the gate says of somebody who asks for a metered article.
    async fn cell(&self, agent: Option<&Agent>, who: Who, policy: &Policy) -> &'static str {
        let settings = &self.presentation.house.crawlers;
        if agent.is_some_and(|agent| agent.duty.use_in(settings) == AiUse::Charge) {
            return "402 and the terms";
        }
        let key = ArticleKey::from_bytes([0; 16]);
        let identity = Identity { asker: Asker::of(who), person: None };
        let told = |decision| match decision {
            Decision::Open(_) => "the whole article",
            Decision::Ask(_) => "the teaser",
            Decision::Refuse(_) => "the teaser and a wall",
        };
        let metered = Asked { key, access: Access::Metered };
        let metered = told(self.site.gate.admit(policy, &identity, &metered, self.now).await);
        let locked = Asked { key, access: Access::Entitled(Entitlement::DIGITAL) };
        let locked = self.site.gate.admit(policy, &identity, &locked, self.now).await;
        match (metered, locked) {
            ("the whole article", Decision::Refuse(_)) => {
                "the whole article, unless it is for subscribers"
            }
            (metered, _) => metered,
        }
    }
}
