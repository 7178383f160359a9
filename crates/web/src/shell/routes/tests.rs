use proptest::collection::vec;
use proptest::prelude::*;

use super::super::request::PATH_BYTES_MAX;
use super::*;

fn page(path: &str) -> Option<Page> {
    find(path, true).map(|(route, _)| route.page)
}

#[test]
fn every_row_is_found_by_an_address_of_its_pattern() {
    for row in ROUTES {
        let path: Vec<&str> = row
            .pattern
            .split('/')
            .map(|part| match part {
                "{section}" => "harbour",
                "{article}" => "forty-one-calls",
                "{tag}" => "trade-war",
                "{kind}" => "sections",
                "{author}" | "{series}" => "a-name",
                "{secret}" | "{reader}" => "0123456789abcdef0123456789abcdef",
                "{plan}" => "digital",
                "{subscription}" => "demo_sub_0",
                "{group}" => "meter",
                "{institution}" => "library",
                "{span}" => "2026",
                "{date}" => "2026-09-16",
                "{file}" => "paper-0a1b2c3d.css",
                "{year}" => "2026",
                "{month}" => "09",
                "{day}" => "16",
                "{mail}" => "7",
                "{number}" => "2026-0042",
                "{webhook}" => "1",
                "{place}" => "0",
                "{id}" => "complimentary:digital:0123456789abcdef0123456789abcdef",
                fixed => fixed,
            })
            .collect();
        let path = path.join("/");
        let (_, places) = fits(&path, true)
            .find(|(found, _)| found.pattern == row.pattern)
            .unwrap_or_else(|| panic!("{path} leads nowhere"));
        // Of the pages that a path fits none comes before its own but an article's, or a section's before an article's.
        let (first, _) = find(&path, true).unwrap();
        let is_own = first.page == row.page || first.page == Page::Section;
        assert!(is_own || first.page == Page::Article, "{path} is {:?}", first.page);
        assert_eq!(find(&path, false).is_some(), !row.demo_only, "{path}");
        let wanted = row.pattern.matches('{').count();
        assert_eq!(places.iter().filter(|place| !place.is_empty()).count(), wanted, "{path}");
        assert_eq!(canonical(&path, true), None, "{path} is spelled right");
        let is_api = matches!(row.page, Page::Api(_));
        assert!(is_api || row.methods.contains(&Method::GET), "{path}");
    }
}

#[test]
fn places_are_filled_in_order() {
    let (_, places) = find("/harbour/forty-one-calls", true).unwrap();
    assert_eq!(places, ["harbour", "forty-one-calls", "", ""]);
    let (_, places) = find("/harbour", true).unwrap();
    assert_eq!(places, ["harbour", "", "", ""]);
    let (_, places) = find("/tags/trade-war", true).unwrap();
    assert_eq!(places, ["trade-war", "", "", ""]);
    let (_, places) = find("/media/0f/1e.webp", true).unwrap();
    assert_eq!(places, ["0f", "1e.webp", "", ""]);
    let (_, places) = find("/harbour/2026/09/forty-one-calls", true).unwrap();
    assert_eq!(places, ["harbour", "2026", "09", "forty-one-calls"]);
}

#[test]
fn an_address_that_can_lead_to_a_body_is_guarded_and_what_is_private_is_not_shared() {
    for row in ROUTES {
        // What machines ask for is held against its own table (`api/table.rs`).
        if let Page::Api(noun) = row.page {
            assert_eq!(row.access, AccessClass::Machine, "{}", row.pattern);
            let takes_files = matches!(noun, Noun::Files | Noun::FileBytes);
            assert_eq!(row.takes_files, takes_files, "{}", row.pattern);
            let brings = row
                .methods
                .iter()
                .any(|method| matches!(*method, Method::POST | Method::PUT | Method::PATCH));
            assert_eq!(row.form_bytes_max > 0, brings, "{}", row.pattern);
            continue;
        }
        assert_ne!(row.access, AccessClass::Machine, "{}", row.pattern);
        let leads = matches!(row.page, Page::Article | Page::Reading | Page::LockedMedia)
            || matches!(row.page, Page::Feed | Page::FeedOf | Page::Gift);
        assert_eq!(row.access == AccessClass::Guarded, leads, "{}", row.pattern);
        if row.cache == CacheClass::Private {
            let demo = matches!(row.page, Page::Mailbox | Page::MailboxMail | Page::MailboxPage);
            let own = matches!(row.page, Page::Reports | Page::Search | Page::ThemeInForce)
                || is_of_readers(row.page)
                || demo;
            assert!(leads || own || row.access == AccessClass::Staff, "{}", row.pattern);
        }
        let spends = row.methods.iter().any(|method| *method != Method::GET);
        let of_staff = row.access == AccessClass::Staff
            && !matches!(
                row.page,
                Page::Desk
                    | Page::DeskLook
                    | Page::DeskLooks
                    | Page::DeskFrontLook
                    | Page::DeskRecord
                    | Page::DeskPicture
                    | Page::DeskNumbersTable
            );
        let takes = of_staff
            || matches!(row.page, Page::Reading | Page::Reports)
            || is_of_readers(row.page)
                && !matches!(row.page, Page::AccountData | Page::Checkout | Page::Invoices);
        assert_eq!(spends, takes, "{}", row.pattern);
        // A reading is made by a POST without anything behind its head, and so is a pass.
        let takes_form = takes && !matches!(row.page, Page::Reading | Page::OutagePass);
        assert_eq!(row.form_bytes_max > 0, takes_form, "{}", row.pattern);
        // Files are taken from the newsroom alone.
        assert!(!row.takes_files || of_staff && takes_form, "{}", row.pattern);
    }
}

fn is_of_readers(page: Page) -> bool {
    matches!(page, Page::SignIn | Page::SignInCode | Page::SignInLink | Page::SignOut)
        || matches!(page, Page::SignInPassword | Page::Password)
        || matches!(page, Page::NewAddress | Page::NewAddressCode | Page::Saved)
        || matches!(page, Page::Newsletters | Page::NewsletterLink)
        || matches!(page, Page::NewsletterEnd | Page::MailChoices)
        || matches!(page, Page::SignInPasskey | Page::Passkeys | Page::SignInDevices)
        || matches!(page, Page::Account | Page::Sessions | Page::Erasure | Page::AccountData)
        || matches!(page, Page::Subscribe | Page::Checkout | Page::PaymentEvents)
        || matches!(page, Page::Cancellation | Page::Resumption | Page::Card | Page::PlanChange)
        || matches!(page, Page::InvoiceOrder | Page::Invoices | Page::Invoice)
        || matches!(page, Page::Cancel | Page::CancelLink | Page::Withdrawal)
        || matches!(page, Page::Gifts | Page::Gift | Page::Activation | Page::OutagePass)
        || matches!(page, Page::Seats | Page::Seat | Page::SeatLink)
        || matches!(page, Page::Demo | Page::Cashier | Page::CashierCard)
}

#[test]
fn no_two_rows_have_one_pattern_and_no_page_but_an_article_s_two_rows() {
    for (place, row) in ROUTES.iter().enumerate() {
        for other in &ROUTES[place + 1..] {
            assert_ne!(row.pattern, other.pattern);
            let is_article_s = matches!(row.page, Page::Article | Page::Reading);
            assert!(is_article_s || row.page != other.page, "{}", row.pattern);
        }
    }
}

#[test]
fn sections_keep_off_the_names_of_fixed_addresses() {
    for name in [
        "offers",
        "about",
        "contact",
        "robots.txt",
        "demo",
        "assets",
        "media",
        "tags",
        "authors",
        "series",
        "latest",
        "archive",
        "most-read",
        "corrections",
        "edition",
        "reports",
        "ads",
        "manifest.webmanifest",
        "api",
    ] {
        assert!(is_reserved(name), "{name}");
        for path in [format!("/{name}/x"), format!("/{name}/x/reading")] {
            let found = page(&path);
            let pages = fits(&path, true).map(|(route, _)| route.page);
            let mut pages = pages.chain(found);
            let section =
                pages.any(|page| matches!(page, Page::Section | Page::Article | Page::Reading));
            assert!(!section, "{path} leads to {found:?}");
        }
    }
    for name in ["harbour", "offer", "demos", "media2", "", "{section}x"] {
        assert!(!is_reserved(name), "{name}");
    }
    assert_eq!(page("/demo"), Some(Page::Demo));
    assert_eq!(find("/demo", false).map(|(route, _)| route.page), None);
    assert_eq!(page("/media"), None);
    assert_eq!(page("/tags"), None);
    assert_eq!(find("/demo/walls", false).map(|(route, _)| route.page), None);
}

#[test]
fn what_is_spelled_otherwise_is_not_found() {
    for path in [
        "",
        "harbour",
        "//",
        "/harbour/",
        "//harbour",
        "/Harbour",
        "/harbour//a",
        "/harbour/a/",
        "/harbour/a/readings",
        "/2026/13/a",
        "/2026/00/a",
        "/2026/9999/a",
        "/2026/09/32/a",
        "/harbour/26/09/a",
        "/harbour/2026/9/x/a",
        "/harbour/a/reading/",
        "/harbour/a/reading/b",
        "/harbour/a.html",
        "/harbour/a.b",
        "/harbour.html",
        "/index.html",
        "/tags/x.html",
        "/./a",
        "/../a",
        "/harbour/..",
        "/harbour/.a",
        "/harbour/a b",
        "/harbour/a%20b",
        "/harbour/é",
        "/harbour/a\\b",
        "/harbour/a;b",
        "/harbour/a\0",
        "/{section}",
        "/assets/.hidden",
        "/assets/a/b",
        "/media/a/b/c",
        "/media/a.b/c",
        "/robots.txt/",
    ] {
        assert_eq!(page(path), None, "{path:?}");
    }
    assert_eq!(page(&format!("/{}", "a".repeat(NAME_BYTES_MAX))), Some(Page::Section));
    assert_eq!(page(&format!("/{}", "a".repeat(NAME_BYTES_MAX + 1))), None);
}

#[test]
fn other_spellings_lead_to_the_canonical_one() {
    for (path, wanted) in [
        ("//", "/"),
        ("///", "/"),
        ("/index.html", "/"),
        ("/index.php", "/"),
        ("/INDEX.HTML", "/"),
        ("/.", "/"),
        ("/harbour/", "/harbour"),
        ("/harbour/.", "/harbour"),
        ("/harbour/%2e", "/harbour"),
        ("//harbour", "/harbour"),
        ("//evil/a", "/evil/a"),
        ("/Harbour/Forty-One-Calls", "/harbour/forty-one-calls"),
        ("/harbour//a///", "/harbour/a"),
        ("/harbour/a.html", "/harbour/a"),
        ("/harbour/a.htm", "/harbour/a"),
        ("/harbour/a.php", "/harbour/a"),
        ("/harbour/a.HTML", "/harbour/a"),
        ("/harbour/index.html", "/harbour"),
        ("/harbour/a/index.html", "/harbour/a"),
        ("/harbour/%61", "/harbour/a"),
        ("/harbour%2Fa", "/harbour/a"),
        ("/%68arbour/a/reading", "/harbour/a/reading"),
        ("/harbour/a/reading/", "/harbour/a/reading"),
        ("/OFFERS", "/offers"),
        ("/offers.html", "/offers"),
        ("/tags/Trade-War/", "/tags/trade-war"),
        ("/robots.txt/", "/robots.txt"),
        ("/harbour/a.amp", "/harbour/a"),
        ("/harbour/index.htm", "/harbour"),
        ("/2026/09/A/", "/2026/09/a"),
        ("/2026/09/16/a.php", "/2026/09/16/a"),
    ] {
        assert_eq!(canonical(path, true).as_deref(), Some(wanted), "{path}");
    }
}

#[test]
fn what_leads_nowhere_has_no_canonical_spelling() {
    for path in [
        "//evil.example/a",
        "/harbour/../a",
        "/harbour/./a",
        "/%2e%2e/a",
        "/harbour/%00",
        "/harbour/%0a",
        "/harbour/%0d%0aSet-Cookie:x",
        "/harbour/%2561",
        "/harbour/%",
        "/harbour/%4",
        "/harbour/%zz",
        "/harbour/%+1",
        "/harbour/%ff",
        "/harbour/%c0%ae",
        "/harbour/é",
        "/harbour/a b",
        "/harbour/%20",
        "/\\evil.example",
        "/%5cevil.example",
        "/https://evil.example",
        "/a/b/c/d",
        "/harbour/a/style.css",
        "/harbour/a.css",
        "/harbour/a.js",
        "/harbour/a/%2e%2e/style.css",
        "/harbour/a%2f..%2fstyle.css",
        "/harbour/a;/..;/b",
        "/harbour/a;jsessionid=1F",
        "/harbour;v=1/a",
        "/harbour/a;x.css",
        "/harbour/;/a",
    ] {
        let found = canonical(path, true);
        assert_eq!(found, None, "{path:?}");
    }
    let long = format!("/{}/", "a/".repeat(PATH_BYTES_MAX));
    assert_eq!(canonical(&long, true), None);
    assert_eq!(canonical("/DEMO/walls", false), None, "no demo, no walls");
}

/// Any spelling: pieces of paths, encodings, dots, slashes, other alphabets.
fn spelling() -> impl Strategy<Value = String> {
    let pieces = vec![
        "/",
        "//",
        ".",
        "..",
        "./",
        "../",
        "%2e",
        "%2E%2e",
        "%2f",
        "%2F",
        "%5c",
        "\\",
        "%00",
        "%25",
        "%252f",
        "%61",
        "%41",
        "%",
        "%4",
        "%zz",
        "a",
        "A",
        "b-c",
        "reading",
        "READING",
        "harbour",
        "index.html",
        "index.php",
        ";x=1",
        "2026",
        "09",
        "16",
        "amp",
        ".html",
        ".htm",
        ".php",
        ".HTML",
        "offers",
        "media",
        "assets",
        "tags",
        "demo",
        "walls",
        "robots.txt",
        "http:",
        "evil.example",
        "é",
        "夕",
        "\u{202e}",
        " ",
        "?",
        "#",
        ";",
        "@",
        ":",
        "{section}",
        "_",
        "-",
        "0",
    ];
    let piece = prop_oneof![
        6 => prop::sample::select(pieces).prop_map(str::to_owned),
        1 => "\\PC{0,3}",
        1 => any::<u8>().prop_map(|byte| format!("%{byte:02x}")),
    ];
    prop_oneof![
        vec(piece.clone(), 0..14).prop_map(|pieces| format!("/{}", pieces.concat())),
        vec(piece, 0..14).prop_map(|pieces| pieces.concat()),
        "\\PC{0,60}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_spelling_leads_to_an_address_of_ours_or_nowhere(path in spelling(), demo in any::<bool>()) {
        if let Some(spelled) = canonical(&path, demo) {
            prop_assert_ne!(&spelled, &path, "a redirect to itself");
            prop_assert!(find(&spelled, demo).is_some(), "{spelled} is no address");
            prop_assert_eq!(canonical(&spelled, demo), None, "a second redirect");
            prop_assert!(spelled.starts_with('/') && !spelled.contains("//"), "{spelled}");
            prop_assert!(!spelled.contains(['\\', '%', '?', '#', ':', '@', ';']), "{spelled}");
            prop_assert!(spelled.bytes().all(|byte| byte.is_ascii_graphic()), "{spelled}");
            prop_assert!(spelled.split('/').all(|part| part != "." && part != ".."), "{spelled}");
            prop_assert!(spelled.len() <= path.len() + 1, "{spelled}");
        }
    }

    #[test]
    fn places_are_single_names(path in spelling(), demo in any::<bool>()) {
        for (route, places) in fits(&path, demo) {
            let wanted = route.pattern.matches('{').count();
            for (number, place) in places.iter().enumerate() {
                prop_assert_eq!(place.is_empty(), number >= wanted);
                prop_assert!(!place.contains('/') && !place.starts_with('.'));
                let is_id = route.pattern.ends_with("{id}");
                prop_assert!(is_id || place.len() <= NAME_BYTES_MAX);
            }
            prop_assert!(!route.demo_only || demo);
            prop_assert_eq!(canonical(&path, demo), None, "found and yet redirected");
        }
    }
}
