//! Every letter in every language against a file that people read, and its page of HTML under hostile names.

use face::{
    Charge, Failed, InvoiceLetter, InvoiceNews, Language, Letter, LetterWords, NumbersLetter,
    Paper, PlanChanged, Receipt, Statement, WayInChange, letter,
};

use crate::golden::compare_with;
use crate::scene::{Scene, at, dollars, now};

const ACCOUNT: &str = "https://courant.example/account";
static NUMBERS: std::sync::OnceLock<Vec<(String, String, String)>> = std::sync::OnceLock::new();
static MOST: std::sync::OnceLock<Vec<(String, String)>> = std::sync::OnceLock::new();
static NEWSLETTERS: std::sync::OnceLock<Vec<String>> = std::sync::OnceLock::new();

/// One of each kind, and both kinds of charge.
fn letters<'a>(
    hostile: Option<&'a str>,
    stated: &'a [(String, String)],
    lines: &'a [String],
) -> Vec<Letter<'a>> {
    let named = |name: &'a str| hostile.unwrap_or(name);
    let link = "https://courant.example/sign-in/by-link#2f6Zk0";
    let (plan, until) = (named("Digital"), at("2026-10-01T03:00:00Z"));
    let ends_at = at("2026-09-23T16:48:00Z");
    let failed_at = at("2026-09-14T12:00:00Z");
    let invoice = |news| {
        Letter::Invoice(InvoiceLetter {
            news,
            number: "2026-0042",
            plan,
            amount: dollars("120"),
            due_on: jiff::civil::date(2026, 9, 30),
            after: (news == InvoiceNews::DueSoon).then(|| jiff::civil::date(2026, 10, 16)),
            payee: lines,
            pay_to: lines,
            tax: named("The price includes 15 % HST."),
            buyer: lines,
            page: "https://courant.example/account/invoices/2026-0042",
        })
    };
    let invoices = [
        InvoiceNews::Made,
        InvoiceNews::DueSoon,
        InvoiceNews::Late,
        InvoiceNews::Void,
        InvoiceNews::Refunded,
    ];
    let mut all = vec![
        Letter::SignIn { code: named("4821 9034"), link, minutes: 15 },
        Letter::SignIn { code: named("0000 0001"), link, minutes: 1 },
        Letter::SignInLink { link, minutes: 30 },
        Letter::Welcome { joined_at: now(), account: ACCOUNT },
        Letter::TrialEnds { plan, ends_at, then: Charge::Monthly(dollars("12")), cancel: ACCOUNT },
        Letter::Receipt(Receipt {
            number: named("2026-000417"),
            amount: dollars("12.50"),
            plan,
            paid_at: now(),
            from: now(),
            until: at("2027-01-01T04:00:00Z"),
            cancel: ACCOUNT,
        }),
        Letter::PaymentFailed(Failed {
            amount: dollars("12"),
            plan,
            failed_at,
            until,
            card: ACCOUNT,
        }),
        Letter::GraceEnds { failed_at, until, card: ACCOUNT },
        Letter::Expired { ended_at: failed_at, offers: "https://courant.example/offers" },
        Letter::Cancelled { until, back: ACCOUNT },
        Letter::Resumed {
            plan,
            amount: dollars("12"),
            next_charge_at: until,
            cancel: "https://courant.example/account/cancellation",
        },
        Letter::PlanKept {
            plan,
            priced: named("Digital, $12 a month"),
            amount: dollars("12"),
            next_charge_at: until,
            change: "https://courant.example/account/plan",
        },
        Letter::Gift {
            giver: named("Ada Brook"),
            headline: named("Carrier pulls 41 calls from Port Merrin"),
            link: "https://courant.example/gifts/9Kq2",
            until,
        },
        Letter::Seat {
            holder: named("Ada Brook"),
            link: "https://courant.example/seat/9Kq2",
            until,
        },
        Letter::Appointed {
            by: named("Ada Brook"),
            role: "Editor",
            desk: "https://courant.example/desk",
        },
        Letter::WebhookOff {
            name: named("Archive"),
            page: "https://courant.example/desk/webhooks/1",
        },
        Letter::IntroEnds { plan, ends_at, then: Charge::Yearly(dollars("120")), cancel: ACCOUNT },
        Letter::WayIn { change: WayInChange::PasswordSet, at: now(), account: ACCOUNT },
        Letter::WayIn { change: WayInChange::PasswordRemoved, at: now(), account: ACCOUNT },
        Letter::WayIn { change: WayInChange::PasskeyAdded, at: now(), account: ACCOUNT },
        Letter::WayIn { change: WayInChange::PasskeyRemoved, at: now(), account: ACCOUNT },
        Letter::Statement(Statement {
            lines: stated,
            page: "https://courant.example/cancel",
            confirm: Some(("https://courant.example/cancel/9Kq2", until)),
        }),
        Letter::Statement(Statement {
            lines: stated,
            page: "https://courant.example/withdrawal",
            confirm: None,
        }),
        Letter::Numbers(NumbersLetter {
            from: jiff::civil::date(2026, 9, 7),
            to: jiff::civil::date(2026, 9, 13),
            lines: NUMBERS.get_or_init(|| {
                [("Read", "1,204", "988"), ("Stop rate", "12.4%", "7.0%")]
                    .map(|(name, now, before)| (name.into(), now.into(), before.into()))
                    .into()
            }),
            warning: "12.4% of all articles shown were walls: more than one in ten.",
            most_read: MOST.get_or_init(|| {
                vec![("Carrier pulls 41 calls from Port Merrin".into(), "310".into())]
            }),
            page: "https://courant.example/desk/numbers",
        }),
        Letter::AddressCode { code: named("4821 9034"), page: ACCOUNT, minutes: 30 },
        Letter::AddressChanged { at: now(), contact: "https://courant.example/contact" },
        Letter::AddressTried { at: now(), sign_in: "https://courant.example/sign-in" },
        Letter::Newsletters {
            names: NEWSLETTERS.get_or_init(|| vec!["Tides".to_owned(), "City Hall".to_owned()]),
            link: "https://courant.example/newsletters/9Kq2",
            until,
        },
        Letter::PlanChanged(PlanChanged {
            before: named("Digital, $12 a month"),
            after: named("Print, $24 a month"),
            plan: named("Print"),
            from: now(),
            charged: dollars("6"),
            then: Charge::Monthly(dollars("24")),
            next_charge_at: until,
            undo_until: None,
            change: "https://courant.example/account/plan",
        }),
        Letter::PlanChanged(PlanChanged {
            before: named("Print, $240 a year"),
            after: named("Digital, $120 a year"),
            plan: named("Digital"),
            from: until,
            charged: dollars("0"),
            then: Charge::Yearly(dollars("120")),
            next_charge_at: until,
            undo_until: None,
            change: "https://courant.example/account/plan",
        }),
        Letter::PlanChanged(PlanChanged {
            before: named("Digital, $12 a month"),
            after: named("Print, $24 a month"),
            plan: named("Print"),
            from: until,
            charged: dollars("0"),
            then: Charge::Monthly(dollars("24")),
            next_charge_at: until,
            undo_until: Some(ends_at),
            change: "https://courant.example/account/plan",
        }),
    ];
    all.extend(invoices.map(invoice));
    all
}

/// The lines of a statement.
fn stated(hostile: Option<&str>) -> Vec<(String, String)> {
    let line = |name: &str, said: &str| (name.to_owned(), hostile.unwrap_or(said).to_owned());
    vec![line("Your name", "Ada Brook"), line("Received", "September 16th, 13:48 (Halifax time)")]
}

/// Lines of an invoice.
fn lines(hostile: Option<&str>) -> Vec<String> {
    ["The Merrin Courant", "4 Customs Quay"].map(|line| hostile.unwrap_or(line).to_owned()).into()
}

fn told(language: Language) {
    let scene = Scene::new();
    let paper = scene.paper(language);
    let stated = stated(None);
    let all = letters(None, &stated, &lines(None))
        .iter()
        .map(|one| in_words(one, &paper))
        .collect::<Vec<_>>()
        .join("\n");
    compare_with(&all, &format!("letters.{}.txt", language.tag()));
}

fn in_words(one: &Letter<'_>, paper: &Paper<'_>) -> String {
    let words = letter(one, paper, now());
    format!("== {}\n# {}\n\n{}", one.kind(), words.subject, words.plain)
}

#[test]
fn english() {
    told(Language::English);
}

#[test]
fn german() {
    told(Language::German);
}

#[test]
fn french() {
    told(Language::French);
}

#[test]
fn spanish() {
    told(Language::Spanish);
}

#[test]
fn japanese() {
    told(Language::Japanese);
}

/// One page, balanced, with language and direction; nothing in it asks anything of anybody.
fn assert_page(words: &LetterWords, language: Language) {
    let html = &words.html;
    let head = format!("<!DOCTYPE html>\n<html lang=\"{}\" dir=\"ltr\">", language.tag());
    assert!(html.starts_with(&head), "{html}");
    for banned in ["<img", "<script", "<table", "<link", "url(", "@import", "@font-face"] {
        assert!(!html.contains(banned), "{banned} in {html}");
    }
    let mut open = Vec::new();
    for tag in html.split('<').skip(1).map(|rest| rest.split_once('>').unwrap().0) {
        assert_eq!(tag.matches('"').count() % 2, 0, "a quote is open in <{tag}>");
        let name = tag.split(' ').next().unwrap();
        match name.strip_prefix('/') {
            Some(closed) => assert_eq!(open.pop(), Some(closed), "{html}"),
            None if ["meta", "br", "!DOCTYPE"].contains(&name) => {}
            None => open.push(name),
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
    assert!(html.len() <= 8_000, "{} bytes", html.len());
}

#[test]
fn every_page_is_whole_says_why_it_was_sent_and_who_writes() {
    let scene = Scene::new();
    for language in Language::ALL {
        let paper = scene.paper(language);
        for one in letters(None, &stated(None), &lines(None)) {
            let words = letter(&one, &paper, now());
            assert_page(&words, language);
            for text in [&words.plain, &words.html] {
                assert!(text.contains("The Merrin Courant, Quay Street 4, Port Merrin"), "{text}");
                assert!(text.contains("https://courant.example/contact"), "{text}");
                for banned in ["{{", "undefined", "NaN", "!\n"] {
                    assert!(!text.contains(banned), "{banned} in {text}");
                }
            }
            assert!(!words.plain.contains('!'), "{}", words.plain);
        }
    }
}

#[test]
fn hostile_names_are_text() {
    let nasty = "<b onload=\"x\">&'</b>\r\nBcc: all@example.org\u{202E}{count}";
    let scene = Scene { name: "<script>\"&", ..Scene::new() };
    for language in Language::ALL {
        let paper = Paper {
            address: "</p><img src=x>\r\nQuay",
            contact_url: "javascript:x",
            ..scene.paper(language)
        };
        for one in letters(Some(nasty), &stated(Some(nasty)), &lines(Some(nasty))) {
            let words = letter(&one, &paper, now());
            assert_page(&words, language);
            assert!(!words.html.contains("<b onload") && !words.html.contains("href=\"javascript"));
            assert!(!words.subject.contains(['\r', '\n', '\u{202E}']), "{:?}", words.subject);
            assert!(!words.plain.contains(['\r', '\u{202E}']), "{:?}", words.plain);
            assert!(!words.plain.lines().any(|line| line.starts_with("Bcc:")), "{}", words.plain);
        }
    }
}

#[test]
fn what_is_too_long_is_cut() {
    let scene = Scene { name: "The Merrin Courant", ..Scene::new() };
    let long = "x".repeat(10_000);
    for one in letters(Some(&long), &stated(Some(&long)), &lines(Some(&long))) {
        let words = letter(&one, &scene.paper(Language::English), now());
        assert!(words.subject.chars().count() <= face::SUBJECT_CHARS_MAX);
        // Of a statement nothing is left out that was taken in.
        let stated = words.plain.matches('x').count() / face::STATED_CHARS_MAX * 1_000;
        assert!(words.plain.len() < 2_000 + stated && words.html.len() < 8_000);
    }
}
