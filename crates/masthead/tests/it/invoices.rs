//! Paying by invoice: what is ordered and numbered, when it opens and ends, what is told, and what must never happen.

use http::StatusCode;
use jiff::civil::Date;
use paywall::{Currency, Money};
use rusqlite::Connection;
use store::{Figure, InvoiceNumber};
use web::{GrantError, InvoicePaid};

use crate::ask::{Ask, Reply};
use crate::jar::Jar;
use crate::money::{hidden, shop_with};
use crate::paper::{Plan, TestPaper, wait};
use crate::settings::Settings;

pub(crate) const MAIL: &str = "ada@reader.example";
pub(crate) const INVOICES: &str = "[invoices]\noffered = \"on\"\npayee = [\"The Merrin Courant\", \"4 Customs Quay\"]\n\
    pay_to = [\"Harbour Savings Bank\", \"Account 555-0142\"]\ntax = \"The price includes 15 % HST.\"\n\
    periods = \"both\"\n";
const GRACE: &str = "[invoices]\noffered = \"on\"\npayee = [\"The Courant\"]\npay_to = [\"555\"]\nperiods = \"both\"\n\
    grace_days = 7\n";
const BUYER: [(&str, &str); 5] = [
    ("name", "Brook & Sons"),
    ("lines", "4 Customs Quay\r\nPort Merrin B3H 4R2"),
    ("country", "Canada"),
    ("reference", "PO 4711"),
    ("vat", "RT0001"),
];
pub(crate) const YEAR: &str = "/subscribe/digital/invoice?period=year";
pub(crate) const MONTH: &str = "/subscribe/digital/invoice";

/// A paper that sells by card and by invoice, without offers.
fn office() -> TestPaper {
    office_with(INVOICES, "")
}

pub(crate) fn office_with(tables: &'static str, offers: &'static str) -> TestPaper {
    let offers = Some(offers);
    shop_with(Settings { tables, offers, withdrawal_days: 14, ..Settings::default() })
}

impl TestPaper {
    /// Sends the order of a page, with some fields in place of its own.
    #[track_caller]
    fn order_by_invoice(&self, jar: &mut Jar, target: &str, other: &[(&str, &str)]) -> Reply {
        let page = self.order(jar, target);
        self.send_order(jar, &page, other)
    }

    #[track_caller]
    fn send_order(&self, jar: &mut Jar, page: &Reply, other: &[(&str, &str)]) -> Reply {
        let text = page.text();
        let own = ["back", "period", "terms"].map(|name| (name, hidden(&text, name)));
        let mut fields: Vec<(&str, &str)> =
            own.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fields.extend(BUYER);
        fields.push(("agreed", "yes"));
        for (name, value) in &mut fields {
            if let Some((_, instead)) = other.iter().find(|(one, _)| one == name) {
                *value = instead;
            }
        }
        self.send(jar, Ask::fields(MONTH, &fields))
    }

    /// Somebody with an order by invoice; its number.
    #[track_caller]
    pub(crate) fn has_ordered(&self, jar: &mut Jar, target: &str) -> InvoiceNumber {
        self.sign_in(jar, MAIL);
        self.orders(jar, target)
    }

    #[track_caller]
    fn orders(&self, jar: &mut Jar, target: &str) -> InvoiceNumber {
        let done = self.order_by_invoice(jar, target, &[]);
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        let number = done.header("location").strip_prefix("/account/invoices/");
        InvoiceNumber::parse(number.unwrap()).unwrap()
    }

    pub(crate) fn paid_by_transfer(
        &self,
        number: InvoiceNumber,
        on: &str,
        amount: &str,
    ) -> Result<InvoicePaid, GrantError> {
        let money = cad(amount);
        wait(self.site.invoice_paid(number, day(on), money, false))
    }

    pub(crate) fn states(&self) -> Vec<String> {
        let raw = Connection::open(self.folder.path().join(store::DATABASE)).unwrap();
        let query =
            "SELECT year || '-' || number || ' ' || state FROM invoices ORDER BY year, number";
        let mut query = raw.prepare(query).unwrap();
        query.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    }

    /// Every quarter of the days until then, as the job would look.
    pub(crate) fn live_until(&self, until: &str) {
        let until: jiff::Timestamp = until.parse().unwrap();
        while self.clock.now() < until {
            let next = self.clock.now() + jiff::SignedDuration::from_hours(6);
            self.clock.set(next.min(until));
            self.hear();
        }
    }
}

fn cad(amount: &str) -> Money {
    Money::parse(amount, Currency::parse("CAD").unwrap()).unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn refusal(done: Result<InvoicePaid, GrantError>) -> String {
    done.unwrap_err().to_string()
}

#[test]
fn an_order_is_an_invoice_and_opens_from_the_day_on_which_the_money_arrived() {
    let paper = office();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let card = paper.order(&mut jar, "/subscribe/digital?period=year").text();
    assert!(card.contains("href=\"/subscribe/digital/invoice?period=year\""), "{card}");
    let page = paper.order(&mut jar, YEAR);
    for wanted in [
        "You get an invoice for $120 at once, to be paid by September 30th.",
        "It is for 12 months from the day of your payment on.",
        "After that you get an invoice for $120 each year",
        "I order this for payment, and agree to an invoice for $120 every year after that, until I cancel.",
    ] {
        assert!(page.text().contains(wanted), "{wanted}: {}", page.text());
    }
    let done = paper.send_order(&mut jar, &page, &[]);
    assert_eq!(done.header("location"), "/account/invoices/2026-0001", "{}", done.text());
    let invoice = paper.send(&mut jar, Ask::get("/account/invoices/2026-0001"));
    assert_eq!(invoice.header("cache-control"), "private, no-store");
    for wanted in [
        "Invoice 2026-0001",
        "The Merrin Courant<br>4 Customs Quay",
        "Brook &amp; Sons<br>4 Customs Quay<br>Port Merrin B3H 4R2<br>Canada",
        "PO 4711",
        "RT0001",
        "$120",
        "The price includes 15 % HST.",
        "Harbour Savings Bank<br>Account 555-0142",
        "September 30th, 2026",
    ] {
        assert!(invoice.text().contains(wanted), "{wanted}: {}", invoice.text());
    }
    let letter = paper.text("SELECT plain FROM mails WHERE kind = 'invoice'");
    for wanted in ["2026-0001", "$120", "Account 555-0142", "Brook & Sons, 4 Customs Quay"] {
        assert!(letter.contains(wanted), "{wanted}: {letter}");
    }
    // What was agreed to is kept as it was shown, with who buys.
    let agreed = "SELECT count(*) FROM checkouts WHERE agreed LIKE 'You get an invoice for $120%until I cancel. (Brook%'";
    assert_eq!(paper.rows(agreed), 1);
    assert!(!paper.opens(&jar), "nothing has been paid");
    assert!(paper.contract(&jar).contains("To be paid by September 30th"));
    let number = InvoiceNumber { year: 2026, number: 1 };
    paper.at("2026-09-22T09:00:00-03:00");
    let paid = paper.paid_by_transfer(number, "2026-09-20", "120").unwrap();
    let (starts_at, ends_at) = (
        "2026-09-20T00:00:00-03:00".parse().unwrap(),
        "2027-09-20T00:00:00-03:00".parse().unwrap(),
    );
    assert_eq!(paid, InvoicePaid::Now { starts_at, ends_at });
    assert!(paper.opens(&jar));
    let told = paper.contract(&jar);
    assert!(told.contains("The next payment of $120 is on September 20th, 2027."), "{told}");
    assert!(!told.contains("/account/card"), "{told}");
    let page = paper.send(&mut jar, Ask::get("/account/invoices/2026-0001")).text();
    assert!(page.contains("Paid on September 20th"), "{page}");
    assert!(!page.contains("Account 555-0142"), "nobody pays it again: {page}");
    assert_eq!(paper.letters(MAIL), ["invoice", "receipt"]);
    let receipt = paper.text("SELECT plain FROM mails WHERE kind = 'receipt'");
    assert!(receipt.contains("Your payment arrived on September 20th."), "{receipt}");
    assert!(receipt.contains("September 20th to September 19th, 2027"), "{receipt}");
    // Said again, it is nothing new; said otherwise, it is refused.
    assert_eq!(paper.paid_by_transfer(number, "2026-09-20", "120").unwrap(), InvoicePaid::Before);
    assert!(refusal(paper.paid_by_transfer(number, "2026-09-21", "120")).contains("is paid since"));
    let report = wait(paper.site.check_ledger(false)).unwrap();
    assert_eq!((report.checked, report.differences), (1, Vec::<String>::new()));
}

#[test]
fn another_sum_another_currency_or_another_time_is_refused() {
    let paper = office();
    let mut jar = Jar::default();
    let number = paper.has_ordered(&mut jar, YEAR);
    let euro = Money { currency: Currency::parse("EUR").unwrap(), ..cad("120") };
    for (on, money, why) in [
        ("2026-09-16", cad("119.99"), "with --accept"),
        ("2026-09-16", cad("1200"), "with --accept"),
        ("2026-09-16", euro, "with --accept"),
        ("2026-09-15", cad("120"), "no day on which"),
        ("2026-09-17", cad("120"), "no day on which"),
    ] {
        let done = wait(paper.site.invoice_paid(number, day(on), money, false));
        let told = refusal(done);
        assert!(told.contains(why), "{on} {money}: {told}");
    }
    let unknown = InvoiceNumber { year: 2026, number: 2 };
    let told = refusal(paper.paid_by_transfer(unknown, "2026-09-16", "120"));
    assert!(told.contains("there is no invoice 2026-0002"), "{told}");
    assert!(!paper.opens(&jar));
    assert_eq!(paper.rows("SELECT count(*) FROM ledger"), 0);
    wait(paper.site.invoice_paid(number, day("2026-09-16"), cad("100"), true)).unwrap();
    assert!(paper.opens(&jar), "the paper has taken it");
    let kept = "SELECT count(*) FROM ledger WHERE document LIKE '%\"minor\":10000%' \
        AND told_by = 'operator' AND reason LIKE 'CAD 100 was accepted'";
    assert_eq!(paper.rows(kept), 1);
}

#[test]
fn nothing_is_ordered_that_was_not_shown_filled_in_and_agreed_to() {
    let paper = office();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let page = paper.order(&mut jar, YEAR);
    let long = "x".repeat(101);
    let lines = "a\nb\nc\nd\ne";
    let wide = "y".repeat(81);
    for (field, value, wrong) in [
        ("name", "", "name-wrong"),
        ("name", " \t\u{202E} ", "name-wrong"),
        ("name", long.as_str(), "name-wrong"),
        ("lines", "", "lines-wrong"),
        ("lines", lines, "lines-wrong"),
        ("lines", wide.as_str(), "lines-wrong"),
        ("country", "", "country-wrong"),
        ("country", wide.as_str(), "country-wrong"),
        ("reference", wide.as_str(), "reference-wrong"),
        ("vat", wide.as_str(), "vat-wrong"),
        ("agreed", "", "agreed-wrong"),
    ] {
        let sent = paper.send_order(&mut jar, &page, &[(field, value)]);
        assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {value:?}");
        let text = sent.text();
        assert!(text.contains(&format!("id=\"{wrong}\"")), "{field}: {text}");
        assert!(
            text.contains("Brook &amp; Sons") || field == "name",
            "what was typed stays: {text}"
        );
    }
    let sent = paper.send_order(&mut jar, &page, &[("terms", "I pay nothing.")]);
    assert_eq!(sent.status, StatusCode::CONFLICT);
    let monthly = paper.send_order(&mut jar, &page, &[("period", "month")]);
    assert_eq!(monthly.status, StatusCode::CONFLICT, "another period has another price");
    let strange =
        Ask::fields(MONTH, &[("period", "year")]).instead("origin", "https://evil.example");
    assert_eq!(paper.send(&mut jar, strange).status, StatusCode::FORBIDDEN);
    let stranger = paper.ask(&Ask::fields(MONTH, &[("period", "year")]));
    let location = stranger.header("location");
    assert!(location.starts_with("/sign-in?back=%2Fsubscribe%2Fdigital%2Finvoice"), "{location}");
    assert_eq!(paper.rows("SELECT count(*) FROM invoices"), 0);
    assert_eq!(paper.rows("SELECT count(*) FROM mails WHERE kind LIKE 'invoice%'"), 0);
    // Markup is text, on the page and in the mail.
    let nasty = [("name", "<b>\"x\"</b>"), ("reference", "'><img src=x>")];
    let done = paper.send_order(&mut jar, &page, &nasty);
    let shown = paper.send(&mut jar, Ask::get(done.header("location"))).text();
    assert!(
        shown.contains("&lt;b&gt;") && !shown.contains("<b>\"x") && !shown.contains("<img src=x")
    );
    let html = paper.text("SELECT html FROM mails WHERE kind = 'invoice'");
    assert!(!html.contains("<b>\"x"), "{html}");
}

#[test]
fn an_order_that_began_at_a_wall_is_counted_there_once_it_is_paid() {
    let paper = office();
    let mut jar = Jar::default();
    let wall = paper.path("subs").replace('/', "%2F");
    let number = paper.has_ordered(&mut jar, &format!("{YEAR}&back={wall}%23rest"));
    let kept = "SELECT count(*) FROM checkouts WHERE article = 'subs'";
    assert_eq!(paper.rows(kept), 1, "the order knows where it began");
    let day = jiff::civil::date(2026, 9, 20);
    let sold = |paper: &TestPaper| {
        let figures = paper.figures(day);
        (figures.get(Figure::Sold), figures.get(Figure::SoldAtWall))
    };
    assert_eq!(sold(&paper), (0, 0), "nothing was paid");
    paper.at("2026-09-22T09:00:00-03:00");
    for _ in 0..2 {
        paper.paid_by_transfer(number, "2026-09-20", "120").unwrap();
        assert_eq!(sold(&paper), (1, 1));
    }
    assert_eq!(paper.rows(kept), 0, "and from the sale on it does not");
}

#[test]
fn pressed_often_or_by_many_at_once_it_is_one_invoice() {
    let paper = office();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let page = paper.order(&mut jar, YEAR);
    std::thread::scope(|scope| {
        for place in 0..8 {
            let (paper, page, mut jar) = (&paper, &page, jar.clone());
            // Another buyer is no other order while one is open.
            let name = if place % 2 == 0 { "Brook" } else { "Tern" };
            scope.spawn(move || {
                let done = paper.send_order(&mut jar, page, &[("name", name)]);
                assert_eq!(done.header("location"), "/account/invoices/2026-0001");
            });
        }
    });
    assert_eq!(paper.states(), ["2026-1 open"]);
    assert_eq!(paper.letters(MAIL), ["invoice"]);
    // Neither the order nor the card is had beside it.
    for target in [YEAR, "/subscribe/digital"] {
        let led = paper.send(&mut jar, Ask::get(target));
        assert_eq!(led.header("location"), "/account/invoices/2026-0001", "{target}");
    }
    // Taken back, the next one has the next number; and five in a day are enough.
    for number in 2..=5 {
        let path = format!("/account/invoices/2026-000{}", number - 1);
        let back = paper.send(&mut jar, Ask::fields(&path, &[]));
        assert_eq!(back.header("location"), path);
        assert_eq!(paper.orders(&mut jar, YEAR).number, number);
    }
    paper.send(&mut jar, Ask::fields("/account/invoices/2026-0005", &[]));
    let enough = paper.order_by_invoice(&mut jar, YEAR, &[]);
    assert_eq!(enough.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(enough.text().contains("You have made several orders today."), "{}", enough.text());
    paper.at("2026-09-17T15:00:00-03:00");
    assert_eq!(paper.orders(&mut jar, YEAR).number, 6);
}

#[test]
fn somebody_else_s_invoice_is_not_there() {
    let paper = office();
    let mut jar = Jar::default();
    paper.has_ordered(&mut jar, YEAR);
    let path = "/account/invoices/2026-0001";
    let mut other = Jar::default();
    paper.sign_in(&mut other, "eve@reader.example");
    assert_eq!(paper.send(&mut other, Ask::get(path)).status, StatusCode::NOT_FOUND);
    assert_eq!(paper.send(&mut other, Ask::fields(path, &[])).status, StatusCode::NOT_FOUND);
    let list = paper.send(&mut other, Ask::get("/account/invoices")).text();
    assert!(list.contains("There are no invoices.") && !list.contains("2026-0001"), "{list}");
    let stranger = paper.get(path);
    assert_eq!(stranger.header("location"), "/sign-in?back=%2Faccount%2Finvoices%2F2026-0001");
    for odd in ["2026-0000", "2026-x", "0", "2026-99999999999", "-1"] {
        let reply = paper.send(&mut jar, Ask::get(&format!("/account/invoices/{odd}")));
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{odd}");
    }
    // A GET takes nothing back.
    paper.send(&mut jar, Ask::get(path));
    assert_eq!(paper.states(), ["2026-1 open"]);
}

#[test]
fn the_next_invoice_comes_in_time_and_paid_it_goes_on_without_a_gap() {
    let paper = office();
    let mut jar = Jar::default();
    let first = paper.has_ordered(&mut jar, MONTH);
    paper.paid_by_transfer(first, "2026-09-16", "12").unwrap();
    paper.live_until("2026-09-24T23:00:00-03:00");
    assert_eq!(paper.states(), ["2026-1 paid"]);
    // The paid time ends with October 15th; three weeks before there is the next one.
    paper.live_until("2026-09-25T12:00:00-03:00");
    assert_eq!(paper.states(), ["2026-1 paid", "2026-2 open"]);
    let second = InvoiceNumber { year: 2026, number: 2 };
    let told = paper.contract(&jar);
    assert!(told.contains("Invoice 2026-0002. To be paid by October 9th"), "{told}");
    paper.live_until("2026-10-06T12:00:00-03:00");
    assert_eq!(paper.letters(MAIL), ["invoice", "receipt", "invoice", "invoice-due"]);
    paper.live_until("2026-10-10T12:00:00-03:00");
    let all = ["invoice", "receipt", "invoice", "invoice-due", "invoice-late"];
    assert_eq!(paper.letters(MAIL), all);
    paper.paid_by_transfer(second, "2026-10-10", "12").unwrap();
    assert!(paper.contract(&jar).contains("The next payment of $12 is on November 16th."));
    for at in
        ["2026-10-15T23:59:59-03:00", "2026-10-16T00:00:00-03:00", "2026-10-16T12:00:00-03:00"]
    {
        paper.live_until(at);
        assert!(paper.opens(&jar), "{at}");
    }
    // Nobody pays the third one: it ends when what is paid ends, and is told once.
    paper.live_until("2026-11-15T23:00:00-04:00");
    assert!(paper.opens(&jar));
    paper.live_until("2026-11-16T00:00:00-04:00");
    assert!(!paper.opens(&jar), "there is no grace unless the paper says so");
    paper.live_until("2026-11-20T12:00:00-04:00");
    assert_eq!(paper.letters(MAIL).iter().filter(|kind| *kind == "expired").count(), 1);
    // It is paid late: the whole period begins with that day.
    let third = InvoiceNumber { year: 2026, number: 3 };
    paper.paid_by_transfer(third, "2026-11-20", "12").unwrap();
    assert!(paper.opens(&jar));
    let told = paper.contract(&jar);
    assert!(told.contains("The next payment of $12 is on December 20th."), "{told}");
    assert_eq!(wait(paper.site.check_ledger(false)).unwrap().differences, Vec::<String>::new());
    // Nothing of it went out at night.
    let zone = jiff::tz::TimeZone::get("America/Halifax").unwrap();
    let raw = Connection::open(paper.folder.path().join(store::DATABASE)).unwrap();
    let mut query = raw
        .prepare("SELECT kind, due_at FROM mails WHERE kind LIKE 'invoice-%' OR kind = 'expired'")
        .unwrap();
    let rows = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)));
    for row in rows.unwrap() {
        let (kind, due_at) = row.unwrap();
        let hour = zone.to_datetime(jiff::Timestamp::from_microsecond(due_at).unwrap()).hour();
        assert!((8..21).contains(&hour), "{kind} at {hour}");
    }
}

#[test]
fn in_the_days_of_grace_that_the_paper_gives_access_stays() {
    let paper = office_with(GRACE, "");
    let mut jar = Jar::default();
    let first = paper.has_ordered(&mut jar, MONTH);
    paper.paid_by_transfer(first, "2026-09-16", "12").unwrap();
    paper.live_until("2026-10-18T12:00:00-03:00");
    assert!(paper.opens(&jar));
    let told = paper.contract(&jar);
    assert!(
        told.contains("October 22nd") && told.contains("Was to be paid by October 9th"),
        "{told}"
    );
    assert!(!told.contains("card"), "{told}");
    paper.live_until("2026-10-22T23:00:00-03:00");
    assert!(paper.opens(&jar));
    paper.live_until("2026-10-23T00:00:00-03:00");
    assert!(!paper.opens(&jar));
    assert!(!paper.letters(MAIL).contains(&"payment-failed".to_owned()));
    // Within grace it would have gone on from the end; this is later.
    let second = InvoiceNumber { year: 2026, number: 2 };
    paper.at("2026-10-30T12:00:00-03:00");
    paper.paid_by_transfer(second, "2026-10-22", "12").unwrap();
    let told = paper.contract(&jar);
    assert!(told.contains("The next payment of $12 is on November 16th."), "{told}");
}

#[test]
fn cancelled_nothing_more_is_invoiced_and_it_can_be_taken_back() {
    let paper = office();
    let mut jar = Jar::default();
    let first = paper.has_ordered(&mut jar, MONTH);
    paper.paid_by_transfer(first, "2026-09-16", "12").unwrap();
    paper.live_until("2026-09-25T12:00:00-03:00");
    let page = paper.send(&mut jar, Ask::get("/account/cancellation")).text();
    assert!(page.contains("until October 15th"), "{page}");
    let done = paper.send(&mut jar, Ask::fields("/account/cancellation", &[]));
    assert_eq!(done.header("location"), "/account#subscription");
    assert_eq!(paper.states(), ["2026-1 paid", "2026-2 void"]);
    assert!(paper.contract(&jar).contains("October 15th"), "{}", paper.contract(&jar));
    let told = refusal(paper.paid_by_transfer(
        InvoiceNumber { year: 2026, number: 2 },
        "2026-09-25",
        "12",
    ));
    assert!(told.contains("is void"), "{told}");
    paper.live_until("2026-09-27T12:00:00-03:00");
    assert_eq!(paper.states(), ["2026-1 paid", "2026-2 void"], "no other one is made");
    assert_eq!(paper.letters(MAIL), ["invoice", "receipt", "invoice", "cancelled"]);
    // Taken back, there is another one, with a number of its own; each of these is told, once.
    paper.send(&mut jar, Ask::fields("/account/resumption", &[]));
    let resumed = paper.text("SELECT plain FROM mails WHERE kind = 'resumed'");
    assert!(resumed.contains("The next payment of $12 is on October 16th."), "{resumed}");
    paper.live_until("2026-09-28T12:00:00-03:00");
    assert_eq!(paper.states(), ["2026-1 paid", "2026-2 void", "2026-3 open"]);
    paper.send(&mut jar, Ask::fields("/account/cancellation", &[]));
    assert_eq!(paper.letters(MAIL)[4..], ["resumed", "invoice", "cancelled"]);
    paper.live_until("2026-10-15T23:00:00-03:00");
    assert!(paper.opens(&jar));
    paper.live_until("2026-10-17T12:00:00-03:00");
    assert!(!paper.opens(&jar));
    assert_eq!(paper.letters(MAIL).iter().filter(|kind| *kind == "expired").count(), 1);
    // And over, one can order anew.
    let again = paper.orders(&mut jar, YEAR);
    assert_eq!(again.number, 4);
    paper.paid_by_transfer(again, "2026-10-17", "120").unwrap();
    assert!(paper.opens(&jar));
}

#[test]
fn void_and_paid_back_are_final_and_told() {
    let paper = office();
    let mut jar = Jar::default();
    let first = paper.has_ordered(&mut jar, YEAR);
    let void = |number, refunded| wait(paper.site.void_invoice(number, "ordered twice", refunded));
    assert!(void(first, true).unwrap_err().to_string().contains("nothing was paid"));
    assert!(wait(paper.site.void_invoice(first, " ", false)).is_err(), "a reason is needed");
    assert!(void(first, false).unwrap());
    assert!(!void(first, false).unwrap(), "again it is no news");
    let second = paper.orders(&mut jar, YEAR);
    paper.paid_by_transfer(second, "2026-09-16", "120").unwrap();
    assert!(paper.opens(&jar));
    assert!(void(second, false).unwrap_err().to_string().contains("--refunded"));
    paper.at("2026-09-18T12:00:00-03:00");
    assert!(void(second, true).unwrap());
    assert!(!void(second, true).unwrap());
    assert!(!paper.opens(&jar), "the money is back");
    assert_eq!(paper.states(), ["2026-1 void", "2026-2 refunded"]);
    let letters = paper.letters(MAIL);
    assert_eq!(
        letters,
        ["invoice", "invoice-void", "invoice", "receipt", "invoice-refunded", "expired"]
    );
    assert_eq!(wait(paper.site.check_ledger(false)).unwrap().differences, Vec::<String>::new());
    // Who changes the books by hand is found.
    let raw = Connection::open(paper.folder.path().join(store::DATABASE)).unwrap();
    raw.execute_batch("UPDATE invoices SET state = 'void' WHERE number = 2").unwrap();
    raw.execute_batch("DELETE FROM invoices WHERE number = 1").unwrap();
    drop(raw);
    let found = wait(paper.site.check_ledger(false)).unwrap().differences;
    assert_eq!(found.len(), 2, "{found:?}");
    let third = paper.orders(&mut jar, YEAR);
    assert_eq!(third.number, 3, "everybody can order again");
}

#[test]
fn offers_hold_for_invoices_as_for_cards() {
    let intro = "[[offers]]\nplan = \"digital\"\nintro = \"9\"\nmonths = 3\n";
    let paper = office_with(INVOICES, intro);
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let page = paper.order(&mut jar, MONTH).text();
    assert!(page.contains("an invoice for $9 at once") && page.contains("for 3 months"), "{page}");
    let first = paper.orders(&mut jar, MONTH);
    paper.paid_by_transfer(first, "2026-09-16", "9").unwrap();
    assert!(paper.contract(&jar).contains("The next payment of $12 is on December 16th."));
    assert_eq!(paper.rows("SELECT count(*) FROM taken WHERE what <> 'trial'"), 1, "it is had once");
    paper.live_until("2026-11-26T12:00:00-04:00");
    let sums =
        "SELECT count(*) FROM invoices WHERE number = 2 AND document LIKE '%\"amount\":1200,%'";
    assert_eq!(paper.rows(sums), 1);

    let half = "[[offers]]\nplan = \"digital\"\npercent = 50\nmonths = 3\n";
    let paper = office_with(INVOICES, half);
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let page = paper.order(&mut jar, MONTH).text();
    assert!(page.contains("2 more invoices are for $6 each, too."), "{page}");

    // Of nothing there is no invoice: a free trial is had by card, and by invoice the plan at its price.
    let free = "[[offers]]\nplan = \"digital\"\nintro = \"0\"\ntrial_days = 14\n";
    let paper = office_with(INVOICES, free);
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let page = paper.order(&mut jar, MONTH).text();
    assert!(page.contains("an invoice for $12 at once"), "{page}");
    assert!(page.contains("There is no free trial by invoice"), "{page}");
    let year = paper.order(&mut jar, YEAR).text();
    assert!(!year.contains("free trial"), "by the year there is none to miss: {year}");
}

#[test]
fn withdrawing_erasing_and_taking_along_cover_invoices() {
    let paper = office();
    let mut jar = Jar::default();
    paper.has_ordered(&mut jar, YEAR);
    let done = paper.withdraw(&mut jar).text();
    assert!(done.contains("its invoice need not be paid"), "{done}");
    assert_eq!(paper.states(), ["2026-1 void"]);
    assert_eq!(paper.rows("SELECT count(*) FROM statements WHERE settled_at IS NULL"), 0);
    // Of one that is paid the money has to go back by hand: the statement waits, and nothing more is invoiced.
    let second = paper.orders(&mut jar, YEAR);
    paper.paid_by_transfer(second, "2026-09-16", "120").unwrap();
    paper.at("2026-09-20T12:00:00-03:00");
    paper.withdraw(&mut jar);
    assert_eq!(paper.rows("SELECT count(*) FROM statements WHERE settled_at IS NULL"), 1);
    assert!(paper.contract(&jar).contains("action=\"/account/resumption\""));
    wait(paper.site.void_invoice(second, "withdrawn", true)).unwrap();
    assert!(!paper.opens(&jar));
    let data = paper.send(&mut jar, Ask::get("/account/data")).text();
    let data: serde_json::Value = serde_json::from_str(&data).unwrap();
    assert_eq!(data["invoices"][0]["number"], "2026-0002");
    assert_eq!(data["invoices"][0]["buyer"]["name"], "Brook & Sons");
    assert_eq!(data["invoices"][1]["state"], "void");
    // Erased, what is open is void; the books stay, and the reader does not.
    paper.orders(&mut jar, YEAR);
    let gone = paper.send(&mut jar, Ask::fields("/account/erasure", &[("sure", "yes")]));
    assert_eq!(gone.header("location"), "/", "{}", gone.text());
    assert_eq!(paper.states(), ["2026-1 void", "2026-2 refunded", "2026-3 void"]);
    assert_eq!(paper.rows("SELECT count(*) FROM invoices WHERE reader IS NOT NULL"), 0);
    paper.live_until("2026-10-05T12:00:00-03:00");
    assert_eq!(paper.rows("SELECT count(*) FROM mails WHERE kind = 'invoice-late'"), 0);
}

#[test]
fn it_is_there_only_where_the_paper_offers_it_and_needs_no_provider() {
    let paper = crate::money::shop();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    assert_eq!(paper.send(&mut jar, Ask::get(YEAR)).status, StatusCode::NOT_FOUND);
    let page = paper.order(&mut jar, "/subscribe/digital").text();
    assert!(!page.contains("/invoice"), "{page}");
    // By the year alone, as the settings say first.
    let yearly = "[invoices]\noffered = \"on\"\npayee = [\"The Courant\"]\npay_to = [\"555\"]\n";
    let settings = Settings { registration: true, tables: yearly, ..Settings::default() };
    let paper = TestPaper::open(&Plan { settings, ..Plan::default() });
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    assert_eq!(paper.send(&mut jar, Ask::get(MONTH)).status, StatusCode::NOT_FOUND);
    let led = paper.send(&mut jar, Ask::get("/subscribe/digital"));
    assert_eq!(led.header("location"), YEAR, "without a provider it is the only way");
    let number = paper.orders(&mut jar, YEAR);
    paper.paid_by_transfer(number, "2026-09-16", "120").unwrap();
    assert!(paper.opens(&jar));
    assert!(paper.contract(&jar).contains("/account/cancellation"));
    paper.send(&mut jar, Ask::fields("/account/cancellation", &[]));
    assert!(paper.contract(&jar).contains("/account/resumption"));
    // Switched off, what runs goes on by what was agreed to.
    paper.send(&mut jar, Ask::fields("/account/resumption", &[]));
    paper.change(&Settings { registration: true, ..Settings::default() });
    paper.live_until("2027-09-01T12:00:00-03:00");
    assert_eq!(paper.states(), ["2026-1 paid", "2027-1 open"]);
}
