use std::sync::atomic::{AtomicUsize, Ordering};

use providers::Awaited;

use super::*;

#[test]
fn an_agent_is_named_by_a_whole_token() {
    let duty = |string: &str| agent_of(string).map(|agent| agent.duty);
    let google = Some(Duty::Search(Engine::Google));
    for string in [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Googlebot-News",
        "googlebot/2.1",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Googlebot/2.1; +http://x) Chrome/1",
    ] {
        assert_eq!(duty(string), google, "{string}");
    }
    assert_eq!(duty("Mozilla/5.0 (compatible; bingbot/2.0)"), Some(Duty::Search(Engine::Bing)));
    assert_eq!(duty("Mozilla/5.0 (compatible; GPTBot/1.2)"), Some(Duty::Training));
    assert_eq!(duty("ChatGPT-User/1.0"), Some(Duty::Answers));
    for string in [
        "",
        "Googlebot-Image/1.0",
        "Googlebot-Video/1.0",
        "Mozilla/5.0 (compatible; Google-InspectionTool/1.0;)",
        "FeedFetcher-Google; (+http://www.google.com/feedfetcher.html)",
        "NotGooglebot/1.0",
        "Googlebotany/1.0",
        "Google-Extended",
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    ] {
        assert_eq!(duty(string), None, "{string}");
    }
    // Only the beginning of an endless string is looked at, also where a character is cut.
    assert_eq!(duty(&("ü".repeat(400) + " Googlebot/2.1")), None);
}

#[test]
fn a_host_s_name_has_whole_labels_of_the_maker() {
    for name in ["crawl-66-249-66-1.googlebot.com", "geo-crawl-1.geo.googlebot.com"] {
        assert!(Engine::Google.owns(name), "{name}");
    }
    assert!(Engine::Bing.owns("msnbot-157-55-39-1.search.msn.com"));
    for name in [
        "crawl-1.googlebot.com.evil.example",
        "crawl-1.evilgooglebot.com",
        "googlebot.com",
        "evil.googlebot.com",
        "crawl-1.evil.googlebot.com",
        "rate-limited-proxy-1.google.com",
        "google-proxy-1.google.com",
        "1.gae.googleusercontent.com",
        "msnbot.search.msn.com",
    ] {
        assert!(!Engine::Google.owns(name), "{name}");
    }
    for name in
        ["search.msn.com", ".search.msn.com", "xsearch.msn.com", "a.search.msn.com.evil.example"]
    {
        assert!(!Engine::Bing.owns(name), "{name}");
    }
}

/// A name system with one row: an address that claims a name, and the address that the name has.
#[derive(Debug, Default)]
struct Told {
    claims: Option<&'static str>,
    has: Option<&'static str>,
    asked: AtomicUsize,
    silent: bool,
}

impl Names for Told {
    fn names_of(&self, _: IpAddr) -> Awaited<'_, Vec<String>> {
        Box::pin(async {
            self.asked.fetch_add(1, Ordering::SeqCst);
            if self.silent {
                std::future::pending::<()>().await;
            }
            self.claims
                .map(|name| vec!["other.example".to_owned(), name.to_owned()])
                .ok_or(NamesError::Nothing)
        })
    }

    fn addresses_of(&self, _: String) -> Awaited<'_, Vec<IpAddr>> {
        Box::pin(async {
            self.asked.fetch_add(1, Ordering::SeqCst);
            self.has.map(|address| vec![address.parse().unwrap()]).ok_or(NamesError::Nothing)
        })
    }
}

fn wait<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(future)
}

const ADDRESS: &str = "66.249.66.1";
const NAME: &str = "crawl-66-249-66-1.googlebot.com";

fn now() -> Timestamp {
    "2026-09-16T17:30:00Z".parse().unwrap()
}

fn verified(crawlers: &Crawlers, address: &str, now: Timestamp) -> bool {
    wait(crawlers.is_verified(Engine::Google, address.parse().unwrap(), now))
}

#[test]
fn a_name_counts_when_it_leads_back() {
    let crawlers = |claims, has| Crawlers::new(Arc::new(Told { claims, has, ..Told::default() }));
    assert!(verified(&crawlers(Some(NAME), Some(ADDRESS)), ADDRESS, now()));
    assert!(verified(&crawlers(Some(NAME), Some(ADDRESS)), "::ffff:66.249.66.1", now()));
    // Anybody can claim a name for an address of their own.
    assert!(!verified(&crawlers(Some(NAME), Some("203.0.113.9")), ADDRESS, now()));
    assert!(!verified(&crawlers(Some(NAME), None), ADDRESS, now()));
    assert!(!verified(&crawlers(Some("crawl.evil.example"), Some(ADDRESS)), ADDRESS, now()));
    assert!(!verified(&crawlers(None, Some(ADDRESS)), ADDRESS, now()));
}

#[test]
fn a_verdict_is_remembered_for_its_time() {
    let told = Arc::new(Told { claims: Some("evil.example"), ..Told::default() });
    let crawlers = Crawlers::new(Arc::clone(&told) as Arc<dyn Names>);
    for _ in 0..3 {
        assert!(!verified(&crawlers, ADDRESS, now()));
    }
    assert_eq!(told.asked.load(Ordering::SeqCst), 1);
    assert!(!verified(&crawlers, ADDRESS, now() + UNPROVEN_FOR));
    assert_eq!(told.asked.load(Ordering::SeqCst), 2);
}

#[test]
fn a_silent_name_system_holds_nobody_up_for_long() {
    let told = Arc::new(Told { silent: true, ..Told::default() });
    let crawlers = Crawlers::new(Arc::clone(&told) as Arc<dyn Names>);
    assert!(!verified(&crawlers, ADDRESS, now()));
    assert!(!verified(&crawlers, ADDRESS, now()));
    assert_eq!(told.asked.load(Ordering::SeqCst), 1);
    // While as many as may are waiting, the others get their answer at once, and nothing is remembered of them.
    let _turns: Vec<_> =
        (0..LOOKUPS_MAX).map(|_| crawlers.lookups.try_acquire().unwrap()).collect();
    assert!(!verified(&crawlers, "66.249.66.2", now()));
    assert_eq!(told.asked.load(Ordering::SeqCst), 1);
}

#[test]
fn a_list_holds_for_seven_days() {
    let told = Arc::new(Told::default());
    let crawlers = Crawlers::new(Arc::clone(&told) as Arc<dyn Names>);
    let ranges = Ranges::parse(r#"{"prefixes": [{"ipv4Prefix": "66.249.64.0/19"}]}"#).unwrap();
    crawlers.set_ranges(Engine::Google, ranges, now());
    assert!(verified(&crawlers, ADDRESS, now()));
    assert!(verified(&crawlers, ADDRESS, now() + RANGES_HOLD));
    assert_eq!(told.asked.load(Ordering::SeqCst), 0, "who is listed is not asked for");
    assert!(!verified(&crawlers, "203.0.113.9", now()));
    assert!(!verified(&crawlers, ADDRESS, now() + RANGES_HOLD + SignedDuration::from_secs(1)));
    let bing = crawlers.is_verified(Engine::Bing, ADDRESS.parse().unwrap(), now());
    assert!(!wait(bing), "each engine has its own list");
}
