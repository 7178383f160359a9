use super::*;

/// A crawler need not read more of it (RFC 9309, 2.5), in bytes.
const ROBOTS_BYTES_MAX: usize = 500 * 1024;

fn settings() -> CrawlerSettings {
    CrawlerSettings {
        ai_training: AiUse::Disallow,
        ai_answers: AiUse::Allow,
        ai_terms: None,
        usage_preferences: String::new(),
        licence: false,
    }
}

/// The groups of a file: the agents of each, and its rules.
fn groups(text: &str) -> Vec<(Vec<&str>, Vec<&str>)> {
    let mut groups: Vec<(Vec<&str>, Vec<&str>)> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        match (line.strip_prefix("User-agent: "), groups.last_mut()) {
            (Some(agent), Some((agents, rules))) if rules.is_empty() => agents.push(agent),
            (Some(agent), _) => groups.push((vec![agent], Vec::new())),
            (None, Some((_, rules))) => rules.push(line),
            (None, None) => panic!("{line} stands before any group"),
        }
    }
    groups
}

#[test]
fn training_is_asked_to_stay_away_and_nobody_else() {
    let text = robots(&settings(), "https://o.example");
    let groups = groups(&text);
    assert_eq!(groups.len(), 2, "{text}");
    assert!(groups[0].0.contains(&"GPTBot") && groups[0].0.contains(&"Google-Extended"));
    assert!(!groups[0].0.contains(&"OAI-SearchBot") && !groups[0].0.contains(&"Googlebot"));
    assert_eq!(groups[0].1, ["Disallow: /", "Allow: /license.xml"]);
    assert_eq!(groups[1].0, ["*"]);
    assert!(groups[1].1.contains(&"Disallow: /*/reading$"));
    assert!(text.ends_with(
        "Sitemap: https://o.example/sitemap.xml\nSitemap: https://o.example/sitemaps/news.xml\n"
    ));
    assert!(!text.contains("License:"));
}

#[test]
fn everything_allowed_leaves_one_group_and_charging_leaves_the_way_to_the_terms() {
    let allow = CrawlerSettings { ai_training: AiUse::Allow, ..settings() };
    assert_eq!(groups(&robots(&allow, "")).len(), 1);
    let charge = CrawlerSettings { ai_training: AiUse::Charge, licence: true, ..settings() };
    let text = robots(&charge, "https://o.example");
    let groups = groups(&text);
    // Only those who never ask: they cannot be answered.
    assert_eq!(groups[0].0, ["Google-Extended", "Applebot-Extended"]);
    assert!(text.contains("License: https://o.example/license.xml\n"));
}

#[test]
fn preferences_stand_in_every_group_and_the_file_stays_small() {
    let settings = CrawlerSettings {
        usage_preferences: "train-ai=n, search=y".to_owned(),
        ai_answers: AiUse::Disallow,
        ..settings()
    };
    let text = robots(&settings, "https://o.example");
    for (agents, rules) in groups(&text) {
        assert!(rules.contains(&"Content-Usage: / train-ai=n, search=y"), "{agents:?}");
    }
    assert!(text.len() < ROBOTS_BYTES_MAX);
}
