use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

/// A file with this text, and the folder that goes with it.
fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("masthead.toml");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

fn read(
    text: Option<&str>,
    environment: &[(&str, &str)],
    flags: &Flags,
) -> Result<Config, Vec<Fault>> {
    let environment: HashMap<&str, &str> = environment.iter().copied().collect();
    let environment = |name: &str| environment.get(name).map(|value| (*value).to_owned());
    match text.map(file) {
        Some((_folder, path)) => Config::read(Some(&path), environment, flags, &[]),
        None => Config::read(None, environment, flags, &[]),
    }
}

fn from(config: &Config, key: &str) -> String {
    config.rows.iter().find(|row| row.key == key).unwrap().from.to_string()
}

/// The keys that have faults, in the order in which they are told.
fn faults(text: &str) -> Vec<String> {
    let faults = read(Some(text), &[], &[]).unwrap_err();
    faults.into_iter().map(|fault| fault.key).collect()
}

#[test]
fn every_default_can_be_used() {
    let config = read(None, &[], &[]).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.operator_listen.to_string(), "127.0.0.1:9464");
    assert!(config.listen.ip().is_loopback() && config.operator_listen.ip().is_loopback());
    assert_eq!(config.public_url, None);
    assert_eq!(config.trusted_proxies, []);
    assert!(config.threads >= 1, "0 is one for each core");
    assert_eq!(config.rows.len(), KEYS.len());
    assert!(config.rows.iter().all(|row| row.from == From::Default));
}

#[test]
fn every_key_has_a_meaning_and_a_place_in_the_rows() {
    for (key, _, meaning) in KEYS {
        assert!(!meaning.is_empty(), "{key}");
        let lower = key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        assert!(lower, "{key} makes no name of a variable");
        assert_eq!(KEYS.iter().filter(|(other, ..)| other == key).count(), 1, "{key}");
    }
}

#[test]
fn the_environment_overrides_the_file_and_a_flag_overrides_both() {
    let text = "listen = \"127.0.0.1:1001\"\nthreads = 1\ndrain_seconds = 1\n";
    let environment = [("MASTHEAD_LISTEN", "127.0.0.1:1002"), ("MASTHEAD_THREADS", "2")];
    let flags = [("listen", "127.0.0.1:1003".to_owned(), "--listen")];
    let config = read(Some(text), &environment, &flags).unwrap();
    assert_eq!(config.listen.port(), 1003);
    assert_eq!(config.threads, 2);
    assert_eq!(config.drain_seconds, 1);
    assert_eq!(from(&config, "listen"), "flag --listen");
    assert_eq!(from(&config, "threads"), "environment MASTHEAD_THREADS");
    assert!(from(&config, "drain_seconds").ends_with("masthead.toml"));
    assert_eq!(from(&config, "log"), "default");
}

#[test]
fn a_command_s_own_default_stands_behind_everything() {
    let environment = |name: &str| (name == "MASTHEAD_LOG").then(|| "debug".to_owned());
    let defaults = [("data", "./data/demo"), ("log", "warn")];
    let config = Config::read(None, environment, &[], &defaults).unwrap();
    assert_eq!(config.data, PathBuf::from("./data/demo"));
    assert_eq!(from(&config, "data"), "default");
    assert_eq!(config.log, "debug");
}

#[test]
fn every_key_can_be_set_in_each_of_three_places() {
    for (key, value) in [
        ("data", "/var/lib/x"),
        ("listen", "[::1]:81"),
        ("operator_listen", "127.0.0.1:82"),
        ("public_url", "https://courant.example"),
        ("trusted_proxies", "10.0.0.0/8, ::1"),
        ("certificate_names", "courier.example"),
        ("listen_socket", "/run/masthead.sock"),
        ("threads", "3"),
        ("page_cache_mib", "9"),
        ("connections_max", "17"),
        ("address_connections_max", "16"),
        ("drain_seconds", "0"),
        ("market_file", "/tmp/market.csv"),
        ("market_stale_hours", "3"),
        ("theme", "themes/evening"),
        ("grace_days", "21"),
        ("payment_silence_hours", "12"),
        ("log", "warn,store=debug"),
        ("access_log", "access.log"),
        ("access_log_addresses", "whole"),
        ("webhook_networks", "10.0.0.0/8, 127.0.0.1"),
    ] {
        let text = format!("{key} = {value:?}");
        let variable = format!("MASTHEAD_{}", key.to_uppercase());
        let flag = [(key, value.to_owned(), "--flag")];
        let in_file = read(Some(&text), &[], &[]).unwrap();
        let in_environment = read(None, &[(&variable, value)], &[]).unwrap();
        let in_flag = read(None, &[], &flag).unwrap();
        for config in [&in_file, &in_environment, &in_flag] {
            let row = config.rows.iter().find(|row| row.key == key).unwrap();
            assert_eq!(row.value, value);
            assert_ne!(row.from, From::Default);
            let others = config.rows.iter().filter(|row| row.from == From::Default).count();
            assert_eq!(others, KEYS.len() - 1);
        }
    }
    // The two of TLS go together, in the test behind this one, and so do those of certificates, of mails, of Stripe
    // and of newsletters.
    assert_eq!(KEYS.len(), 33, "a new key belongs into this test");
}

#[test]
fn a_certificate_and_its_key_are_named_together_or_not_at_all() {
    let both = "tls_certificate = \"chain.pem\"\ntls_key = \"key.pem\"\n";
    let config = read(Some(both), &[], &[]).unwrap();
    assert_eq!(config.tls, Some((PathBuf::from("chain.pem"), PathBuf::from("key.pem"))));
    assert_eq!(read(None, &[], &[]).unwrap().tls, None);
    for (given, missing) in [("tls_certificate", "tls_key"), ("tls_key", "tls_certificate")] {
        let faults = read(Some(&format!("{given} = \"file.pem\"")), &[], &[]).unwrap_err();
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].key, missing);
        assert!(faults[0].what.contains(given), "{}", faults[0].what);
    }
}

#[test]
fn mails_need_a_server_and_a_sender_and_a_password_is_told_nowhere() {
    let with = |url: &str, from: &str| format!("mail_url = {url:?}\nmail_from = {from:?}\n");
    let url = "smtps://desk:hunter%402@mail.example";
    let text = with(url, "The Courant <desk@courant.example>");
    let config = read(Some(&text), &[], &[]).unwrap();
    let mail = config.mail.clone().unwrap();
    assert_eq!((mail.from.name.as_str(), mail.from.domain()), ("The Courant", "courant.example"));
    let row = config.rows.iter().find(|row| row.key == "mail_url").unwrap();
    assert_eq!(row.value, "smtps://mail.example:465");
    assert!(!format!("{config:?}").contains("hunter"));
    assert_eq!(read(None, &[], &[]).unwrap().mail, None);
    let environment = [("MASTHEAD_MAIL_URL", url), ("MASTHEAD_MAIL_FROM", "desk@courant.example")];
    assert_eq!(read(None, &environment, &[]).unwrap().mail.unwrap().server, mail.server);
    for (url, from, wrong) in [
        ("", "desk@courant.example", "mail_url"),
        (url, "", "mail_from"),
        (url, "desk", "mail_from"),
        ("smtps://desk:hunter@mail.example:x", "desk@courant.example", "mail_url"),
        ("smtp://desk:hunter@mail.example?tls=none", "desk@courant.example", "mail_url"),
        ("hunter://desk:hunter@mail.example", "desk@courant.example", "mail_url"),
    ] {
        let found = read(Some(&with(url, from)), &[], &[]).unwrap_err();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].key, wrong);
        assert!(!found[0].to_string().contains("hunter"), "{}", found[0]);
    }
}

#[test]
fn whoever_sends_newsletters_is_told_over_tls_with_a_secret_that_is_told_nowhere() {
    let with = |url: &str, secret: &str| {
        format!("newsletter_webhook_url = {url:?}\nnewsletter_webhook_secret = {secret:?}\n")
    };
    let (url, secret) = ("https://sender.example/hunter2", "hunter2 hunter2 hunter2");
    let config = read(Some(&with(url, secret)), &[], &[]).unwrap();
    assert_eq!(config.sender.as_ref().unwrap().shown(), "https://sender.example");
    let row = |key: &str| config.rows.iter().find(|row| row.key == key).unwrap().value.clone();
    assert_eq!(row("newsletter_webhook_url"), "https://sender.example");
    assert_eq!(row("newsletter_webhook_secret"), "(secret)");
    assert!(!format!("{config:?}").contains("hunter"), "{config:?}");
    assert!(read(None, &[], &[]).unwrap().sender.is_none());
    for (url, secret, wrong) in [
        ("", secret, "newsletter_webhook_url"),
        (url, "", "newsletter_webhook_secret"),
        (url, "hunter", "newsletter_webhook_secret"),
        ("http://sender.example/hunter2", secret, "newsletter_webhook_url"),
        ("hunter2", secret, "newsletter_webhook_url"),
        ("https://hunter:hunter@sender.example/", secret, "newsletter_webhook_url"),
    ] {
        let found = read(Some(&with(url, secret)), &[], &[]).unwrap_err();
        assert_eq!((found.len(), found[0].key.as_str()), (1, wrong), "{found:?}");
        assert!(!found[0].to_string().contains("hunter"), "{}", found[0]);
    }
}

#[test]
fn a_selector_is_one_or_more_labels_and_belongs_to_a_server() {
    let with = |selector: &str| {
        let text = "mail_url = \"smtps://mail.example\"\nmail_from = \"desk@courant.example\"\n";
        read(Some(&format!("{text}mail_dkim_selector = {selector:?}\n")), &[], &[])
    };
    let selector = |text: &str| with(text).unwrap().mail.unwrap().dkim_selector;
    assert_eq!(selector(""), None);
    assert_eq!(selector("S1").as_deref(), Some("s1"));
    assert_eq!(selector("2026.mail_1-a").as_deref(), Some("2026.mail_1-a"));
    for wrong in [".", "a..b", "a b", "s1._domainkey.courant.example/", "ä", &"a".repeat(64)] {
        let faults = with(wrong).unwrap_err();
        assert_eq!((faults.len(), &*faults[0].key), (1, "mail_dkim_selector"), "{wrong}");
    }
    let alone = read(Some("mail_dkim_selector = \"s1\""), &[], &[]).unwrap_err();
    assert_eq!((alone.len(), &*alone[0].key), (1, "mail_url"));
}

#[test]
fn all_faults_are_told_at_once_wherever_they_are() {
    let text = "lisen = \"127.0.0.1:1\"\n\
        data = true\n\
        operator_listen = \"localhost\"\n\
        public_url = \"courant.example\"\n\
        trusted_proxies = [\"10.0.0.0/8\", \"10.0.0.1/8\", \"proxy\"]\n\
        threads = 257\n\
        page_cache_mib = 0\n\
        connections_max = 15\n\
        drain_seconds = -1\n";
    let environment = [("MASTHEAD_LOG", "shout=loud=louder")];
    let flags = [("listen", "8080".to_owned(), "--listen")];
    let found = read(Some(text), &environment, &flags).unwrap_err();
    let mut keys: Vec<&str> = found.iter().map(|fault| fault.key.as_str()).collect();
    keys.sort_unstable();
    assert_eq!(
        keys,
        [
            "connections_max",
            "data",
            "drain_seconds",
            "lisen",
            "listen",
            "log",
            "operator_listen",
            "page_cache_mib",
            "public_url",
            "threads",
            "trusted_proxies",
            "trusted_proxies",
        ]
    );
    for fault in &found {
        let line = fault.to_string();
        let origin = match fault.key.as_str() {
            "log" => "environment MASTHEAD_LOG",
            "listen" => "flag --listen",
            _ => "masthead.toml",
        };
        assert!(line.contains(origin) && line.contains(&fault.key), "{line}");
        assert!(!fault.what.is_empty() && !line.contains('\n'), "{line}");
    }
}

#[test]
fn an_unknown_key_is_refused_with_those_that_there_are() {
    let found = read(Some("pubic_url = \"https://x.example\""), &[], &[]).unwrap_err();
    assert_eq!(found.len(), 1);
    let line = found[0].to_string();
    assert!(line.contains("pubic_url") && line.contains("public_url"), "{line}");
    assert_eq!(faults("[listen]\nport = 8080\n"), ["listen"]);
    assert_eq!(faults("[server]\nlisten = \"127.0.0.1:1\"\n"), ["server"]);
}

#[test]
fn other_variables_of_the_environment_are_nobody_s_business() {
    let environment =
        [("MASTHEAD_PORT", "tcp://10.0.0.1:80"), ("LISTEN", "x"), ("masthead_log", "")];
    assert!(read(None, &environment, &[]).is_ok());
}

#[test]
fn a_file_that_is_missing_or_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.toml");
    for path in [&missing, &folder.path().to_owned()] {
        let found = Config::read(Some(path), |_| None, &[], &[]).unwrap_err();
        assert_eq!(found.len(), 1);
        let line = found[0].to_string();
        assert!(line.contains(&path.display().to_string()) && line.contains("read"), "{line}");
    }
    // What is wrong elsewhere is told with it.
    let environment = |name: &str| (name == "MASTHEAD_THREADS").then(|| "many".to_owned());
    assert_eq!(Config::read(Some(&missing), environment, &[], &[]).unwrap_err().len(), 2);
}

#[test]
fn a_file_that_is_no_toml_is_refused_with_the_line() {
    let found = read(Some("listen = \"127.0.0.1:1\"\nthreads = = 2\n"), &[], &[]).unwrap_err();
    assert_eq!(found.len(), 1);
    assert!(found[0].what.contains("line 2"), "{}", found[0].what);
    assert_eq!(faults("threads = 1\nthreads = 2\n"), ["the file"], "a key twice");
    let (_folder, path) = file("");
    std::fs::write(&path, b"log = \"\xFF\"").unwrap();
    let found = Config::read(Some(&path), |_| None, &[], &[]).unwrap_err();
    assert_eq!(found.len(), 1);
}

#[test]
fn a_file_beyond_the_limit_is_refused() {
    let limit = usize::try_from(FILE_BYTES_MAX).unwrap();
    let fits = format!("threads = 1\n#{}", " ".repeat(limit - 13));
    assert_eq!(fits.len(), limit);
    assert!(read(Some(&fits), &[], &[]).is_ok());
    let found = read(Some(&format!("{fits} ")), &[], &[]).unwrap_err();
    assert!(found[0].what.contains("65536"), "{}", found[0].what);
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_without_an_end_is_not_read_to_it() {
    let found = Config::read(Some(Path::new("/dev/zero")), |_| None, &[], &[]).unwrap_err();
    assert!(found[0].what.contains("larger"), "{}", found[0].what);
}

#[test]
fn proxies_are_a_list_or_a_text_with_commas() {
    let list = read(Some("trusted_proxies = [\"10.0.0.0/8\", \" ::1 \"]"), &[], &[]).unwrap();
    let text = read(Some("trusted_proxies = \"10.0.0.0/8 ,, ::1,\""), &[], &[]).unwrap();
    assert_eq!(list.trusted_proxies.len(), 2);
    assert_eq!(list.trusted_proxies, text.trusted_proxies);
    assert_eq!(read(Some("trusted_proxies = []"), &[], &[]).unwrap().trusted_proxies, []);
    assert_eq!(faults("trusted_proxies = [1]"), ["trusted_proxies"]);
    assert_eq!(faults("trusted_proxies = [\"a\", \"b\"]"), ["trusted_proxies"; 2]);
}

#[test]
fn certificates_come_from_files_or_from_an_authority() {
    let config =
        read(Some("certificate_names = [\"Courier.example\", \"www.courier.example\"]"), &[], &[]);
    let wanted = config.unwrap().certificates.unwrap();
    assert_eq!(wanted.names, ["courier.example", "www.courier.example"]);
    assert_eq!(wanted.directory, "https://acme-v02.api.letsencrypt.org/directory");
    let text = read(Some("certificate_names = \"courier.example, www.courier.example\""), &[], &[]);
    assert_eq!(text.unwrap().certificates.unwrap(), wanted);
    assert_eq!(read(Some("certificate_names = []"), &[], &[]).unwrap().certificates, None);
    let both = "certificate_names = \"a.example\"\ntls_certificate = \"a\"\ntls_key = \"b\"";
    assert_eq!(faults(both), ["certificate_names"]);
    let half = "certificate_names = \"a.example\"\ntls_certificate = \"a\"";
    assert!(faults(half).contains(&"tls_key".to_owned()));
}

#[test]
fn names_that_no_authority_takes_are_refused() {
    let many: Vec<String> = (0..=CERTIFICATE_NAMES_MAX).map(|n| format!("n{n}.example")).collect();
    let long = format!("{}.example", "a".repeat(64));
    let whole = format!("{}example", "a.".repeat(124));
    for bad in [
        "*.courier.example",
        "192.0.2.7",
        "::1",
        "1.2.3.4.5",
        "https://courier.example",
        "courier.example:443",
        "courier..example",
        "courier.example.",
        "-a.example",
        "a_b.example",
        "m\u{fc}nchen.example",
        "a b.example",
        "a.example, A.example",
        &many.join(","),
        &long,
        &whole,
    ] {
        assert_eq!(faults(&format!("certificate_names = {bad:?}")), ["certificate_names"], "{bad}");
    }
    for good in ["localhost", "xn--mnchen-3ya.example", "a-b.example", &many[1..].join(",")] {
        assert!(read(Some(&format!("certificate_names = {good:?}")), &[], &[]).is_ok(), "{good}");
    }
}

#[test]
fn an_authority_is_an_https_address_and_a_contact_a_mail_address() {
    let with =
        |key: &str, value: &str| format!("certificate_names = \"a.example\"\n{key} = {value:?}");
    for bad in [
        "",
        "http://ca.example/directory",
        "https://",
        "ca.example",
        "https://a@b/",
        "https://a b/",
    ] {
        assert_eq!(faults(&with("certificate_directory", bad)), ["certificate_directory"], "{bad}");
    }
    for bad in
        ["desk", "@courier.example", "a@b@c.example", "a b@c.example", "a@1.2.3.4", "a,b@c.example"]
    {
        assert_eq!(faults(&with("certificate_contact", bad)), ["certificate_contact"], "{bad}");
    }
    assert!(read(Some(&with("certificate_contact", "desk@courier.example")), &[], &[]).is_ok());
    assert_eq!(faults("certificate_contact = \"desk@courier.example\""), ["certificate_contact"]);
    assert_eq!(faults("certificate_roots = \"roots.pem\""), ["certificate_roots"]);
}

#[test]
fn no_other_key_takes_a_list() {
    for (key, ..) in KEYS.iter().filter(|(key, ..)| !LISTS.contains(key)) {
        assert_eq!(faults(&format!("{key} = [\"a\", \"b\"]")), [*key]);
        assert_eq!(faults(&format!("{key} = 1.5")), [*key]);
        assert_eq!(faults(&format!("{key} = {{ a = 1 }}")), [*key]);
        assert_eq!(faults(&format!("{key} = 2026-09-30")), [*key]);
    }
}

#[test]
fn numbers_end_at_their_limits() {
    for (key, low, high) in [
        ("threads", 0, 256),
        ("page_cache_mib", 1, 65_536),
        ("connections_max", 16, 1_000_000),
        ("drain_seconds", 0, 600),
    ] {
        for good in [low, high] {
            assert!(read(Some(&format!("{key} = {good}")), &[], &[]).is_ok(), "{key} = {good}");
            assert!(read(Some(&format!("{key} = \" {good} \"")), &[], &[]).is_ok());
        }
        for bad in [low - 1, high + 1, i64::MIN, i64::MAX] {
            assert_eq!(faults(&format!("{key} = {bad}")), [key], "{bad}");
        }
        for bad in ["", "many", "1e2", "1_6", "0x10", "99999999999999999999999"] {
            assert_eq!(faults(&format!("{key} = {bad:?}")), [key], "{bad}");
        }
    }
}

#[test]
fn addresses_and_folders_have_to_be_some() {
    for bad in ["", "8080", ":8080", "localhost:8080", "127.0.0.1", "127.0.0.1:65536", "::1:80"] {
        assert_eq!(faults(&format!("listen = {bad:?}")), ["listen"], "{bad}");
    }
    assert_eq!(faults("listen = 8080"), ["listen"]);
    assert_eq!(faults("data = \"\""), ["data"]);
    assert_eq!(faults("data = \" \""), ["data"]);
    for bad in ["courant.example", "ftp://courant.example", "https://", "https://a.example/b"] {
        assert_eq!(faults(&format!("public_url = {bad:?}")), ["public_url"], "{bad}");
    }
    let config = read(Some("public_url = \"https://Courant.example/\""), &[], &[]).unwrap();
    assert_eq!(config.public_url.unwrap().as_str(), "https://courant.example");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_file_is_too_strange(text in "\\PC{0,120}", value in "\\PC{0,30}") {
        let _ = read(Some(&text), &[], &[]);
        for (key, ..) in KEYS {
            let read = read(Some(&format!("{key} = {value:?}")), &[], &[]);
            if let Err(found) = read {
                prop_assert!(found.iter().all(|fault| !fault.what.is_empty()));
            }
        }
    }
}

#[test]
fn the_operators_page_has_a_row_for_every_key() {
    let page = include_str!("../../../../docs/operating/configuration.md");
    for (key, default, meaning) in KEYS {
        let default = if default.is_empty() { "none".to_owned() } else { format!("`{default}`") };
        let row = format!("| `{key}` | {default} | {meaning} |\n");
        assert!(page.contains(&row), "docs/operating/configuration.md lacks: {row}");
    }
    assert_eq!(page.matches("\n| `").count(), KEYS.len());
}

#[test]
fn the_keys_of_stripe_go_together_and_are_printed_nowhere() {
    let with = |key: &str, secrets: &str| {
        let text = format!("stripe_secret_key = {key:?}\nstripe_webhook_secrets = {secrets:?}\n");
        read(Some(&text), &[], &[])
    };
    let config = with("sk_hunter_1", "whsec_hunter_2, whsec_hunter_3").unwrap();
    assert_eq!(config.stripe.as_ref().unwrap().webhook_secrets.len(), 2);
    assert_eq!(config.stripe.as_ref().unwrap().grace_days, 14);
    assert!(!format!("{config:?}").contains("hunter"), "{config:?}");
    assert!(with("", "").unwrap().stripe.is_none());
    for (key, secrets, wanted) in [
        ("sk_hunter_1", "", "stripe_webhook_secrets"),
        ("sk_hunter_1", " , ", "stripe_webhook_secrets"),
        ("", "whsec_hunter_2", "stripe_secret_key"),
        ("sk hunter", "whsec_hunter_2", "stripe_secret_key"),
    ] {
        let faults = with(key, secrets).unwrap_err();
        assert_eq!(faults.len(), 1);
        let told = faults[0].to_string();
        assert!(told.contains(wanted) && !told.contains("hunter"), "{told}");
    }
}
