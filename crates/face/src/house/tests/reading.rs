//! Reading: defaults, every setting, limits, and all faults at once.

use jiff::civil::date;
use paywall::{Budget, ExpiredReader, OnOutage, Registration, Severity, VerifiedMail, WindowRule};

use super::super::settings::{SETTINGS, is_group};
use super::super::*;
use super::{EXAMPLE, TODAY, document, fault_of, faults, house, parse};

#[test]
fn an_empty_document_is_a_house_with_every_default() {
    let (house, warnings) = House::parse("", SettingsVersion(0), TODAY).unwrap();
    assert!(warnings.is_empty(), "{warnings:?}");
    assert_eq!(house.version, SettingsVersion(0));
    assert_eq!(house.policy.version, SettingsVersion(0));
    assert_eq!(house.paper.name, "The Paper");
    assert_eq!(house.paper.language, Language::English);
    assert_eq!((house.paper.language_tag.as_str(), house.paper.zone_name.as_str()), ("en", "UTC"));
    assert_eq!(house.policy.allowance(false), 5);
    assert_eq!(house.policy.allowance(true), 10);
    assert_eq!(house.policy.meter.window, WindowRule::CalendarMonth);
    assert_eq!(house.policy.meter.lifted_by.as_str(), "digital");
    assert_eq!(house.policy.registration, Registration::Off);
    assert_eq!(house.policy.verified_mail, VerifiedMail::Optional);
    assert_eq!(house.policy.expired_reader, ExpiredReader::Metered);
    assert_eq!(house.policy.new_visitor_budget, Budget::Observe);
    assert_eq!(house.policy.on_outage, OnOutage::Teaser);
    assert!(!house.policy.crawlers_read_all);
    assert_eq!(house.opening, Opening::Reading);
    assert_eq!(house.cache_in_front, CacheInFront::None);
    assert_eq!(house.shared_cache_seconds, 60);
    assert_eq!((house.subscribe_url, house.contact_mail, house.tariff_since), (None, None, None));
    assert!(house.plans.is_empty() && house.offers.is_empty());
    assert_eq!(house.paper.follow.len(), 1, "the feed is offered by itself");
    assert_eq!(house.paper.follow[0].url, "/feeds/all.rss");
    assert!(house.wordings.is_empty() && house.benefits.is_empty() && house.pitch.is_empty());
}

/// The table says the defaults, and the code that builds a house holds them, too: here they are held together.
#[test]
fn the_defaults_of_the_table_are_those_of_the_house() {
    let bare = format!("{:?}", house(""));
    for setting in SETTINGS.iter().filter(|setting| !setting.default.is_empty()) {
        let text = House::set("", setting.key, setting.default).unwrap();
        assert_ne!(text, "", "{}", setting.key);
        assert_eq!(format!("{:?}", house(&text)), bare, "{text}");
    }
}

#[test]
fn every_setting_has_one_name_and_a_meaning() {
    for (index, setting) in SETTINGS.iter().enumerate() {
        assert!(SETTINGS[..index].iter().all(|other| other.key != setting.key), "{}", setting.key);
        assert!(!is_group(setting.key), "{} is a group, too", setting.key);
        assert!(!setting.meaning.is_empty() && !setting.meaning.ends_with('.'), "{}", setting.key);
        assert!(!setting.kind.allowed().is_empty());
    }
}

/// No row of the table is for show: a date with a time is wrong for all of them.
#[test]
fn every_setting_is_read_and_told_by_name_and_line() {
    for setting in SETTINGS {
        let text = format!("# line 1\n{}", document(setting.key, "1979-05-27T07:32:00Z"));
        let faults = parse(&text).expect_err(setting.key);
        assert_eq!(faults.len(), 1, "{}: {faults:?}", setting.key);
        assert_eq!(faults[0].key, setting.key);
        assert_eq!(faults[0].line, Some(2), "{}", setting.key);
        assert!(faults[0].sentence.contains("write"), "{}", faults[0]);
    }
}

#[test]
fn every_word_of_a_choice_means_something_else() {
    for setting in SETTINGS {
        let Kind::Choice(words) = setting.kind else { continue };
        let mut meant = Vec::new();
        for word in words {
            let text = document(setting.key, &format!("{word:?}"));
            let house = format!("{:?}", house(&text));
            assert!(
                !meant.contains(&house),
                "{} = {word:?} means what another word means",
                setting.key
            );
            meant.push(house);
        }
        assert_eq!(words[0], setting.default, "{}", setting.key);
        let sentence = fault_of(&document(setting.key, "true"), setting.key);
        assert!(sentence.contains(words[0]) && sentence.contains("quotation marks"), "{sentence}");
    }
}

#[test]
fn the_example_is_read_whole() {
    let (house, warnings) = House::parse(EXAMPLE, SettingsVersion(3), TODAY).unwrap();
    assert!(warnings.is_empty(), "{warnings:?}");
    assert_eq!(house.version, SettingsVersion(3));
    let paper = &house.paper;
    assert_eq!(paper.name, "The Merrin Courant");
    assert_eq!(paper.tagline, "Printed on the Sound since 1871");
    assert_eq!((paper.language, paper.language_tag.as_str()), (Language::English, "en-CA"));
    assert_eq!(paper.zone_name, "America/Halifax");
    assert_eq!(paper.zone.iana_name(), Some("America/Halifax"));
    assert_eq!(house.policy.zone.iana_name(), Some("America/Halifax"));
    assert_eq!(paper.place, "Port Merrin");
    assert_eq!(paper.address, "1 Customs Quay, Port Merrin");
    assert_eq!(
        (paper.telephone.as_str(), paper.mail.as_str()),
        ("555 0100", "letters@courant.example")
    );
    assert!(paper.colophon.starts_with("Published by"));
    assert_eq!(
        paper.follow,
        [
            Follow { kind: FollowKind::Rss, url: "/feed.xml".to_owned() },
            Follow {
                kind: FollowKind::Mastodon,
                url: "https://social.example/@courant".to_owned()
            },
        ]
    );
    assert_eq!(house.cache_in_front, CacheInFront::RespectsCookies);
    assert_eq!(house.subscribe_url.as_deref(), Some("/offers"));
    assert_eq!(house.contact_mail.as_deref(), Some("desk@courant.example"));
    assert_eq!((house.benefits.len(), house.pitch.len()), (3, 2));
    assert_eq!(house.tariff_since, Some(date(2026, 1, 1)));
    assert_eq!((house.plans.len(), house.offers.len()), (2, 1));
    assert_eq!(house.wordings.len(), 1);
    assert_eq!(house.wordings[0].language(), Language::English);
    let words = crate::Words::with(&house.wordings[0]);
    assert_eq!(words.text(crate::Key::OpenArticle), "Read this article");
}

#[test]
fn follow_kinds_have_a_setting_each() {
    for kind in FollowKind::ALL {
        assert_eq!(kind.key(), format!("follow.{}", kind.as_str()));
        let house = house(&document(kind.key(), "\"https://example.org/a\""));
        let mut follow = house.paper.follow.iter();
        assert!(follow.any(|one| one.kind == kind && one.url == "https://example.org/a"));
        assert!(!kind.label().is_empty());
    }
    assert!(house(&document("follow.rss", "\"\"")).paper.follow.is_empty());
    let group = SETTINGS.iter().filter(|setting| setting.key.starts_with("follow."));
    assert_eq!(group.count(), FollowKind::ALL.len());
}

#[test]
fn all_faults_are_told_at_once_in_the_order_of_lines() {
    let text = r#"registration = "yes"
colour = "buff"
shared_cache_seconds = 0

[paper]
nmae = "The Courant"
zone = "America/Halifaks"
language = "nl"

[meter]
allowance_visitors = "five"
window = "fortnight"

[[offers]]
plan = "digital"
intro = "9"
months = 99

[wordings.en]
open_artcle = "Read"

[wordings.nl]
"#;
    assert_eq!(
        faults(text),
        r#"line 1: registration: "yes" is not known; write "off" or "on"
line 2: colour: there is no such setting; the nearest is paper.colophon
line 3: shared_cache_seconds: 0 is out of range; write a whole number from 1 to 86400
line 6: paper.nmae: there is no such setting; the nearest is paper.name
line 7: paper.zone: there is no time zone "America/Halifaks"; write a name such as "America/Halifax" (the nearest is "America/Halifax")
line 8: paper.language: there is no table of messages for "nl"; write "en", "de", "fr", "es" or "ja", with a region if need be: "en-CA"
line 11: meter.allowance_visitors: this is text; write a whole number from 0 to 1000, without quotation marks
line 12: meter.window: "fortnight" is not a window; write "calendar month", or "N days" with N from 1 to 366
line 15: offers.digital.plan: there is no plan "digital"; add a table [[plans]] first
line 17: offers.digital.months: 99 is out of range; write a whole number from 1 to 36
line 20: wordings.en.open_artcle: there is no message of that name; the nearest is "open_article"
line 22: wordings.nl: there is no such table of messages; write wordings.en, wordings.de, wordings.fr, wordings.es or wordings.ja"#
    );
}

#[test]
fn unknown_names_find_the_nearest() {
    for (text, key, like) in [
        ("[paper]\ntimezone = 'UTC'\n", "paper.timezone", "paper.zone"),
        ("[meter]\nallowance = 3\n", "meter.allowance", "meter.allowance_visitors"),
        ("allowance_visitors = 3\n", "allowance_visitors", "meter.allowance_visitors"),
        ("name = 'A'\n", "name", "paper.name"),
        ("on_outtage = 'open'\n", "on_outtage", "on_outage"),
        ("[[plan]]\nslug = 'a'\n", "plan", "plans"),
        ("[crawlers]\nserch = 'full'\n", "crawlers.serch", "crawlers.search"),
    ] {
        let sentence = fault_of(text, key);
        assert_eq!(sentence, format!("there is no such setting; the nearest is {like}"), "{text}");
    }
    let quoted = fault_of("\"paper.name\" = 'A'\n", "paper.name");
    assert!(quoted.contains("without"), "{quoted}");
    let group = fault_of("\npaper = 'A'\n", "paper");
    assert_eq!(group, "this is a group; write [paper] and its settings below");
    // What is printed on a terminal holds nothing that could move its cursor.
    let told = faults("\"a\\u001Bb\" = 1\n");
    assert!(told.starts_with("line 1: a\\u{1b}b: "), "{told}");
}

#[test]
fn texts_have_limits_and_are_plain_lines() {
    let limits = SETTINGS.iter().filter_map(|setting| match setting.kind {
        Kind::Name { chars_max } | Kind::Text { chars_max } => Some((setting.key, chars_max)),
        _ => None,
    });
    for (key, chars_max) in limits {
        // Characters, not bytes.
        let longest = "é".repeat(chars_max);
        house(&document(key, &format!("{longest:?}")));
        let sentence = fault_of(&document(key, &format!("\"{longest}é\"")), key);
        assert!(sentence.ends_with(&format!("write at most {chars_max}")), "{sentence}");
        for wrong in [r"a\nb", r"a\tb", r"a\u0007", r"a\u2028b", r"a\u202Eb", "a  b", "{{ name }}"]
        {
            fault_of(&document(key, &format!("\"{wrong}\"")), key);
        }
    }
    let expected = [
        ("paper.name", NAME_CHARS_MAX),
        ("paper.tagline", TEXT_CHARS_MAX),
        ("paper.colophon", COLOPHON_CHARS_MAX),
    ];
    for (key, chars_max) in expected {
        let sentence = fault_of(&document(key, &format!("\"{}\"", "a".repeat(chars_max + 1))), key);
        assert!(sentence.contains(&chars_max.to_string()), "{sentence}");
    }
    assert_eq!(house("paper.name = '  The Courant '\n").paper.name, "The Courant");
    assert_eq!(fault_of("paper.name = ' '\n", "paper.name"), "the text is empty; write a name");
    assert_eq!(house("paper.tagline = ''\n").paper.tagline, "");
}

#[test]
fn lists_of_lines_have_limits() {
    let list = |count: usize, chars: usize| format!("{:?}", vec!["a".repeat(chars); count]);
    for count in [BENEFITS_MIN, BENEFITS_MAX] {
        let house = house(&document("benefits", &list(count, BENEFIT_CHARS_MAX)));
        assert_eq!(house.benefits.len(), count);
    }
    assert_eq!((BENEFITS_MIN, BENEFITS_MAX, BENEFIT_CHARS_MAX), (2, 5, 120));
    for wrong in [0, 1, 6] {
        fault_of(&document("benefits", &list(wrong, 3)), "benefits");
    }
    fault_of(&document("benefits", &list(2, BENEFIT_CHARS_MAX + 1)), "benefits");
    for count in [0, PITCH_LINES_MAX] {
        let house = house(&document("pitch", &list(count, PITCH_CHARS_MAX)));
        assert_eq!(house.pitch.len(), count);
    }
    assert_eq!((PITCH_LINES_MAX, PITCH_CHARS_MAX), (2, 200));
    fault_of(&document("pitch", &list(3, 3)), "pitch");
    fault_of(&document("pitch", &list(1, PITCH_CHARS_MAX + 1)), "pitch");
    let sentence = fault_of("pitch = ['one', 2]\n", "pitch");
    assert_eq!(sentence, "line 2 of the list: it is not text; write text between quotation marks");
    let sentence = fault_of("pitch = 'one'\n", "pitch");
    assert!(sentence.starts_with("this is text; write a list"), "{sentence}");
}

#[test]
fn the_document_has_a_limit() {
    let longest = format!("#{}", "a".repeat(HOUSE_BYTES_MAX - 1));
    assert_eq!((longest.len(), HOUSE_BYTES_MAX), (64 * 1024, 65_536));
    house(&longest);
    let told = faults(&format!("{longest}a"));
    assert!(told.contains("65537 bytes") && told.contains("shorten"), "{told}");
}

#[test]
fn faults_have_a_limit() {
    let text: String = (0..FAULTS_MAX + 20).map(|index| format!("unknown{index} = 1\n")).collect();
    assert_eq!(parse(&text).unwrap_err().len(), FAULTS_MAX);
}

#[test]
fn text_that_is_no_toml_is_told_with_its_line() {
    let faults = parse("[paper]\nname = \n").unwrap_err();
    assert_eq!((faults.len(), faults[0].line, faults[0].key.as_str()), (1, Some(2), ""));
    assert!(faults[0].sentence.starts_with("this is not TOML: "), "{}", faults[0]);
    let twice = parse("[paper]\nname = 'A'\nname = 'B'\n").unwrap_err();
    assert_eq!((twice.len(), twice[0].line), (1, Some(3)), "{twice:?}");
    let deep = format!("benefits = {}", "[".repeat(20_000));
    assert_eq!(parse(&deep).unwrap_err().len(), 1);
}

#[test]
fn groups_may_be_written_in_any_way() {
    for text in [
        "[meter]\nallowance_visitors = 3\n",
        "meter.allowance_visitors = 3\n",
        "meter = { allowance_visitors = 3 }\n",
        "\"meter\".\"allowance_visitors\" = 3\n",
        "\u{FEFF}[meter]\r\nallowance_visitors = 3\r\n",
    ] {
        assert_eq!(house(text).policy.allowance(false), 3, "{text}");
    }
}

#[test]
fn windows_budgets_and_days() {
    for (text, rule) in [
        ("calendar month", WindowRule::CalendarMonth),
        ("30 days", WindowRule::Rolling { days: 30 }),
        ("1 day", WindowRule::Rolling { days: 1 }),
        ("366 days", WindowRule::Rolling { days: 366 }),
    ] {
        let house = house(&document("meter.window", &format!("{text:?}")));
        assert_eq!(house.policy.meter.window, rule);
    }
    for wrong in [
        "",
        "month",
        "0 days",
        "367 days",
        "-1 days",
        "+3 days",
        "3days",
        "99999999999 days",
        "days",
    ] {
        fault_of(&document("meter.window", &format!("{wrong:?}")), "meter.window");
    }
    let on = "registration = 'on'\nnew_visitor_budget = ";
    for (value, budget) in [
        ("'off'", Budget::Off),
        ("'observe'", Budget::Observe),
        ("'learned'", Budget::Learned),
        ("50", Budget::Limit(50)),
        ("'50'", Budget::Limit(50)),
        ("1000000", Budget::Limit(NEW_VISITORS_MAX)),
    ] {
        assert_eq!(house(&format!("{on}{value}\n")).policy.new_visitor_budget, budget);
    }
    for wrong in ["0", "-1", "1000001", "'many'", "true", "''", "9223372036854775807"] {
        fault_of(&format!("{on}{wrong}\n"), "new_visitor_budget");
    }
    for right in ["2026-02-28", "'2026-02-28'"] {
        let house = house(&document("tariff_since", right));
        assert_eq!(house.tariff_since, Some(date(2026, 2, 28)));
    }
    assert_eq!(house("tariff_since = ''\n").tariff_since, None);
    for wrong in
        ["'2026-02-30'", "'soon'", "2026", "'2026-02-28T00:00:00Z'", "06:00:00", "'20260228'"]
    {
        fault_of(&document("tariff_since", wrong), "tariff_since");
    }
}

#[test]
fn languages_and_zones() {
    for (tag, language) in [
        ("en", Language::English),
        ("de-AT", Language::German),
        ("fr-CA", Language::French),
        ("es-419", Language::Spanish),
        ("ja", Language::Japanese),
    ] {
        let house = house(&document("paper.language", &format!("{tag:?}")));
        assert_eq!((house.paper.language, house.paper.language_tag.as_str()), (language, tag));
    }
    for wrong in [
        "",
        "nl",
        "en-",
        "en-\\\"",
        "en_CA",
        "english",
        "en-a b",
        "en-CA-CA-CA-CA-CA-CA-CA-CA-CA-CA-CAN",
    ] {
        fault_of(&document("paper.language", &format!("\"{wrong}\"")), "paper.language");
    }
    for right in ["UTC", "Asia/Tokyo", "America/Argentina/Buenos_Aires"] {
        assert_eq!(house(&document("paper.zone", &format!("{right:?}"))).paper.zone_name, right);
    }
    assert_eq!(house("paper.zone = 'america/halifax'\n").paper.zone_name, "America/Halifax");
    for wrong in
        ["", "Atlantic", "../../etc/passwd", "/etc/localtime", "Etc/Unknown", "EST5EDT4,M3.2.0"]
    {
        fault_of(&document("paper.zone", &format!("{wrong:?}")), "paper.zone");
    }
}

#[test]
fn addresses() {
    for right in [
        "https://example.org",
        "http://localhost:8080/a?b=c#d",
        "https://[::1]:443/",
        "https://bücher.example/abo",
        "/",
        "/offers?from=wall",
    ] {
        let house = house(&document("subscribe_url", &format!("{right:?}")));
        assert_eq!(house.subscribe_url.as_deref(), Some(right));
    }
    assert_eq!(house("subscribe_url = ''\n").subscribe_url, None);
    for wrong in [
        "//example.org",
        r"/\\example.org",
        "offers",
        "javascript:alert(1)",
        "data:text/html,a",
        "ftp://example.org",
        "https://",
        "https:///a",
        "https://bank.example@other.example/",
        "https://exa mple.org",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://example.org:+80/",
        "https://-a.example/",
        "https://a..example/",
        "https://[1::2::3]/",
        "/a b",
        r"/a\u0009b",
        r#"/a\"b"#,
        "/<b>",
        " /a",
    ] {
        fault_of(&document("subscribe_url", &format!("\"{wrong}\"")), "subscribe_url");
    }
    let path = |chars: usize| format!("\"/{}\"", "a".repeat(chars - 1));
    house(&document("subscribe_url", &path(TEXT_CHARS_MAX)));
    fault_of(&document("subscribe_url", &path(TEXT_CHARS_MAX + 1)), "subscribe_url");
}

#[test]
fn mail_addresses() {
    for right in ["a@b", "letters+merrin@courant.example", "o'neill@bücher.example"] {
        assert_eq!(house(&document("paper.mail", &format!("{right:?}"))).paper.mail, right);
    }
    assert_eq!(house("contact_mail = ''\n").contact_mail, None);
    let long = format!("{}@example.org", "a".repeat(250));
    for wrong in [
        "a",
        "@b",
        "a@",
        "a@b@c",
        "a b@c",
        "A <a@b>",
        "a@b, c@d",
        "mailto:a@b",
        r"a@b\r\nBcc: c@d",
        &long,
    ] {
        fault_of(&document("paper.mail", &format!("\"{wrong}\"")), "paper.mail");
        fault_of(&document("contact_mail", &format!("\"{wrong}\"")), "contact_mail");
    }
}

#[test]
fn counts_have_limits() {
    for setting in SETTINGS {
        let Kind::Count { min, max } = setting.kind else { continue };
        let lowest = i64::from(min) - 1;
        for wrong in [lowest, i64::from(max) + 1, i64::MAX, i64::MIN] {
            fault_of(&document(setting.key, &wrong.to_string()), setting.key);
        }
        fault_of(&document(setting.key, "2.0"), setting.key);
    }
    let largest = "meter.allowance_registered = 1000\nmeter.allowance_visitors = 1000\n";
    assert_eq!(house(largest).policy.allowance(false), paywall::ALLOWANCE_MAX);
    house(&document("shared_cache_seconds", &SHARED_CACHE_SECONDS_MAX.to_string()));
}

#[test]
fn what_the_rules_refuse_is_a_fault() {
    let fault = House::parse("\nregistration = 'on'\n", SettingsVersion(1), TODAY).unwrap_err();
    assert_eq!(fault.len(), 1);
    assert_eq!((fault[0].key.as_str(), fault[0].line), ("registration", Some(2)));
    assert!(fault[0].sentence.contains("locked door"), "{}", fault[0]);
    let fault = House::parse("crawlers.search = 'full'\n", SettingsVersion(1), TODAY).unwrap_err();
    assert_eq!((fault[0].key.as_str(), fault[0].line), ("crawlers.search", Some(1)));
    // The setting at fault is a default, which stands on no line.
    let fault = parse("meter.allowance_visitors = 20\n").unwrap_err();
    assert_eq!((fault[0].key.as_str(), fault[0].line), ("meter.allowance_registered", None));
    fault_of("new_visitor_budget = 'learned'\n", "new_visitor_budget");
}

#[test]
fn a_setting_at_fault_brings_no_second_fault() {
    // With the default in place of what cannot be read, 3 would look too small.
    fault_of(
        "[meter]\nallowance_visitors = 'one'\nallowance_registered = 3\n",
        "meter.allowance_visitors",
    );
    fault_of("registration = 'yes'\nnew_visitor_budget = 5\n", "registration");
}

#[test]
fn what_looks_odd_is_a_warning() {
    let warned = |text: &str| {
        let (_, warnings) = parse(text).unwrap();
        assert!(warnings.iter().all(|finding| finding.severity == Severity::Warned));
        warnings.into_iter().map(|finding| finding.setting).collect::<Vec<_>>()
    };
    assert_eq!(warned("meter.allowance_visitors = 0\n"), ["meter.allowance_visitors"]);
    assert_eq!(warned("verified_mail = 'required'\n"), ["verified_mail"]);
    assert_eq!(warned("shared_cache_seconds = 30\n"), ["shared_cache_seconds"]);
    assert!(warned("cache_in_front = 'blind'\nshared_cache_seconds = 30\n").is_empty());
}

#[test]
fn wordings_are_checked_by_the_tables() {
    let slot =
        fault_of("[wordings.en]\nopen_article = 'Open {count}'\n", "wordings.en.open_article");
    assert!(slot.contains("takes no value"), "{slot}");
    fault_of("[wordings.en]\nleft = { one = '{count} left {span}' }\n", "wordings.en.left");
    fault_of("wordings = 3\n", "wordings");
    fault_of("wordings.en = 3\n", "wordings.en");
    fault_of("[wordings.en-CA]\nopen_article = 'Open'\n", "wordings.en-CA");
    let two =
        house("[wordings.de]\nopen_article = 'Weiter'\n[wordings.ja]\nopen_article = '読む'\n");
    let languages: Vec<_> = two.wordings.iter().map(Overrides::language).collect();
    assert_eq!(languages, [Language::German, Language::Japanese]);
}

#[test]
fn third_parties_are_origins_and_cost_what_is_said() {
    let text = "slots.third_parties = [\"https://ads.example\", \"https://b.example:8443\"]\n";
    let (house, findings) = parse(text).unwrap();
    assert_eq!(house.slots.third_parties, ["https://ads.example", "https://b.example:8443"]);
    let cost = findings.iter().find(|finding| finding.setting == "slots.third_parties").unwrap();
    assert!(cost.sentence.contains("frames of https://ads.example, https://b.example:8443 in"));
    for wrong in [
        "http://ads.example",
        "https://ads.example/",
        "https://ads.example; script-src *",
        "https://*.example",
        "https://Ads.example",
        "https://",
        "'self'",
        "https://ads",
    ] {
        let text = document("slots.third_parties", &format!("[{wrong:?}]"));
        let sentence = fault_of(&text, "slots.third_parties");
        assert!(sentence.contains("is not the origin of a site"), "{wrong}: {sentence}");
    }
}
