//! The paper's numbers: what is counted of real requests and what is not, the pages and files that tell it, who may see which, money against
//! a ledger that was added up by hand, and the letter on Mondays.

use http::{Method, StatusCode};
use jiff::civil::{Date, date};
use newsroom::Role;
use store::{Figure, Figures};

use crate::ask::{Ask, HOST, Reply};
use crate::desk::OWNER;
use crate::jar::Jar;
use crate::money::shop;
use crate::pages::visit;
use crate::paper::{Plan, TestPaper, wait};
use crate::settings::Settings;

/// The day on which tests begin.
const TODAY: Date = date(2026, 9, 16);

impl TestPaper {
    /// What has been counted on a day, after the job has written it down.
    pub(crate) fn figures(&self, day: Date) -> Figures {
        wait(self.site.tend()).unwrap();
        let days = wait(self.store.numbers_by_day(day, day)).unwrap();
        days.first().map(|one| one.figures).unwrap_or_default()
    }

    /// What has been counted today of each that was.
    fn counted(&self) -> Vec<(&'static str, u64)> {
        let figures = self.figures(TODAY);
        let each = Figure::ALL.map(|figure| (figure.name(), figures.get(figure)));
        each.into_iter().filter(|(_, number)| *number > 0).collect()
    }

    /// A page of the desk.
    #[track_caller]
    fn desk_page(&self, jar: &mut Jar, target: &str) -> String {
        let reply = self.send(jar, Ask::get(target));
        assert_eq!(reply.status, StatusCode::OK, "{target}: {}", reply.text());
        reply.text()
    }

    /// A file of the desk, line by line, each cut at its commas.
    #[track_caller]
    fn file(&self, jar: &mut Jar, target: &str) -> Vec<Vec<String>> {
        let reply = self.send(jar, Ask::get(target));
        assert_eq!(reply.status, StatusCode::OK, "{target}");
        assert_eq!(reply.header("content-type"), "text/csv; charset=utf-8");
        assert!(reply.header("content-disposition").starts_with("attachment; filename=\""));
        let text = reply.text();
        let lines = text.strip_suffix("\r\n").unwrap().split("\r\n");
        lines.map(cells).collect()
    }
}

/// The cells of a line, with marks or without.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut is_inside = false;
    for (place, part) in line.split('"').enumerate() {
        is_inside = place % 2 == 1;
        let mut parts = part.split(',');
        let first = if is_inside { Some(part) } else { parts.next() };
        cells.last_mut().unwrap().push_str(first.unwrap_or_default());
        if !is_inside {
            cells.extend(parts.map(str::to_owned));
        }
    }
    assert!(!is_inside, "{line}");
    cells
}

/// Signs in anew, in two ways, when the proofs of before are too old.
fn come_back(paper: &TestPaper, jar: &mut Jar, mail: &str) {
    paper.sign_in(jar, mail);
    paper.prove_again(jar, mail);
}

/// Cells of a file by the names of its columns.
#[track_caller]
fn column(file: &[Vec<String>], name: &str) -> Vec<String> {
    let place = file[0].iter().position(|one| one == name).unwrap_or_else(|| panic!("{name}"));
    file[1..].iter().map(|row| row[place].clone()).collect()
}

#[test]
fn what_readers_are_shown_is_counted_and_nothing_else() {
    let paper = TestPaper::new();
    let metered = paper.path("m01");
    // Programs, frames, guesses, heads, crawlers that call themselves so: none of them.
    paper.get(&metered);
    paper.ask(&visit(&metered).with("sec-purpose", "prefetch"));
    paper.ask(&Ask { method: Method::HEAD, ..visit(&metered) });
    paper.ask(
        &Ask::get(&metered).with("sec-fetch-dest", "iframe").with("sec-fetch-mode", "navigate"),
    );
    let googlebot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
    paper.ask(&visit(&metered).with("user-agent", googlebot));
    paper.ask(&visit(&metered).with("user-agent", "GPTBot/1.3"));
    paper.ask(&visit("/"));
    paper.ask(&visit("/harbour/nothing-of-that-name"));
    assert_eq!(paper.counted(), []);
    // A stranger's teaser, and the same again that the browser has already.
    let browser = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";
    let first = paper.ask(&visit(&metered).with("user-agent", browser));
    let again = visit(&metered).with("if-none-match", first.header("etag"));
    assert_eq!(paper.ask(&again).status, StatusCode::NOT_MODIFIED);
    assert_eq!(paper.counted(), [("teaser", 2)]);
    // A reading with its notice; come back to; then the readings are used up.
    let mut jar = Jar::default();
    for code in ["m01", "m02", "m03", "m04", "m05"] {
        paper.read(&mut jar, code);
    }
    paper.send(&mut jar, visit(&metered));
    paper.send(&mut jar, visit(&paper.path("m06")));
    paper.read(&mut jar, "m06");
    assert_eq!(
        paper.counted(),
        [
            ("teaser", 2),
            ("reading", 5),
            ("again", 1),
            ("notice_left", 2),
            ("notice_few", 2),
            // The last one, and the one that is come back to with none left.
            ("notice_last", 2),
            ("wall_used_up", 2),
            ("after_button", 1),
        ]
    );
    paper.ask(&visit(&paper.path("free")));
    paper.ask(&visit(&paper.path("subs")));
    let figures = paper.figures(TODAY);
    assert_eq!((figures.shown(), figures.whole(), figures.walls()), (6, 6, 3));
    assert_eq!(paper.counted().len(), 10, "what was written down is not added twice");
}

#[test]
fn behind_a_blind_cache_the_page_s_script_counts_what_is_read_and_each_showing_once() {
    let paper = TestPaper::with(Settings::cache("blind"));
    let reading = paper.sheet("m01").reading();
    let key = "AAAAAAAAAAAAAAAAAAAAAA";
    let mut jar = Jar::default();
    // The cache hands a newcomer the page; its script makes a reading, is sent on, and shows it there.
    paper.send(&mut jar, Ask::script(&reading, key));
    let shown = Ask::get(&reading).with("accept", "application/json").with("idempotency-key", key);
    paper.send(&mut jar, shown);
    let one = [("reading", 1), ("notice_left", 1)];
    assert_eq!(paper.counted(), one);
    // What is asked on a guess, or without a text, is no showing.
    paper.send(&mut jar, Ask::get(&reading).with("sec-purpose", "prefetch"));
    paper.send(&mut jar, Ask { method: Method::HEAD, ..Ask::get(&reading) });
    assert_eq!(paper.counted(), one);
    // The page again, by its script, and by the address that the browser has.
    paper.send(&mut jar, Ask::script(&reading, key));
    paper.send(&mut jar, Ask::get(&reading));
    assert_eq!(
        paper.counted(),
        [("reading", 1), ("again", 2), ("notice_left", 3), ("after_button", 2)]
    );
}

#[test]
fn what_opens_an_article_is_counted_apart_and_the_newsroom_is_not() {
    let paper = shop();
    let mut subscriber = Jar::default();
    paper.subscriber(&mut subscriber, "ada@reader.example", "good");
    paper.send(&mut subscriber, visit(&paper.path("subs")));
    paper.send(&mut subscriber, visit(&paper.path("m01")));
    let gift = paper.give(&mut subscriber, "subs");
    let mut friend = Jar::default();
    let opened = paper.browse(&mut friend, Ask::fields(&gift, &[]));
    assert!(paper.is_whole(&opened, "subs"), "{}", opened.text());
    paper.send(&mut friend, visit(&paper.path("subs")));
    let mut reader = Jar::default();
    paper.sign_in(&mut reader, "bob@reader.example");
    paper.send(&mut reader, visit(&paper.path("regi")));
    paper.ask(&visit(&paper.path("regi")));
    let mut editor = paper.staff("editor@courant.example", Role::Editor);
    paper.send(&mut editor, visit(&paper.path("subs")));
    assert_eq!(
        paper.counted(),
        [("registered", 1), ("subscriber", 2), ("gift", 1), ("wall_registration", 1)]
    );
}

#[test]
fn a_clock_that_steps_back_loses_no_number() {
    let paper = TestPaper::new();
    paper.ask(&visit(&paper.path("free")));
    paper.at("2026-09-17T00:00:10-03:00");
    paper.ask(&visit(&paper.path("free")));
    assert_eq!(paper.figures(date(2026, 9, 17)).whole(), 2, "it is the day on which it is kept");
    // A small step back is none, and after a great one the day is another.
    paper.at("2026-09-16T23:59:00-03:00");
    paper.ask(&visit(&paper.path("free")));
    assert_eq!(paper.figures(date(2026, 9, 17)).whole(), 3);
    paper.at("2026-09-14T12:00:00-03:00");
    paper.ask(&visit(&paper.path("free")));
    assert_eq!(paper.figures(date(2026, 9, 14)).whole(), 1);
    assert_eq!(paper.figures(date(2026, 9, 17)).whole(), 3);
}

#[test]
fn pages_and_files_say_the_same_and_sections_add_up_to_articles() {
    let paper = shop();
    let mut editor = paper.staff("editor@courant.example", Role::Editor);
    let mut jar = Jar::default();
    for code in ["m01", "m02", "m03", "m04", "m05"] {
        paper.ask(&visit(&paper.path(code)));
        paper.read(&mut jar, code);
    }
    paper.ask(&visit(&paper.path("free")));
    paper.send(&mut jar, visit(&paper.path("m07")));
    paper.ask(&visit(&paper.path("subs")));
    paper.figures(TODAY);
    let today = paper.desk_page(&mut editor, "/desk/numbers");
    assert!(today.contains("Today so far – read: 6, walls: 2."), "{today}");
    assert!(today.contains("Nothing was counted in this time."), "{today}");
    paper.at("2026-09-17T12:00:00-03:00");
    come_back(&paper, &mut editor, "editor@courant.example");
    let page = paper.desk_page(&mut editor, "/desk/numbers");
    assert!(page.contains("September 10th to September 16th"), "{page}");
    for line in [
        "<dt>Read</dt><dd><b>6</b>",
        "<dt>Shown</dt><dd><b>8</b>",
        "<dt>Stop rate</dt><dd><b>25.0%</b>",
    ] {
        assert!(page.contains(line), "{line}: {page}");
    }
    assert!(page.contains("<title id=\"reads-t\">Read, and walls, by day</title>"), "{page}");
    assert!(page.contains("Read: at most 6, on September 16th."), "{page}");
    assert!(page.contains("Headline of m01"), "{page}");
    // An editor sees no money, and has no way to it.
    assert!(!page.contains("Registrations") && !page.contains("/desk/numbers/money"), "{page}");
    let week = "?days=7";
    let days = paper.file(&mut editor, &format!("/desk/numbers/days.csv{week}"));
    assert_eq!(days.len(), 8);
    assert_eq!(column(&days, "day")[6], "2026-09-16");
    assert_eq!(column(&days, "read")[6], "6");
    assert_eq!(column(&days, "stop_rate")[6], "0.2500");
    assert_eq!(column(&days, "stop_rate")[0], "", "of nothing there is no share");
    let sum = |all: Vec<String>| all.iter().map(|one| one.parse::<u64>().unwrap()).sum::<u64>();
    let articles = paper.file(&mut editor, &format!("/desk/numbers/articles.csv{week}"));
    let sections = paper.file(&mut editor, &format!("/desk/numbers/sections.csv{week}"));
    for name in ["read", "sold"] {
        assert_eq!(sum(column(&articles, name)), sum(column(&sections, name)), "{name}");
    }
    assert_eq!(sum(column(&sections, "walls")), 2);
    assert_eq!(column(&sections, "section"), ["Harbour & Trade", "City"]);
    let walls = paper.file(&mut editor, &format!("/desk/numbers/walls.csv{week}"));
    assert_eq!(sum(column(&walls, "number")), 2 + 6 + 5 + 5, "walls, read, teasers, notices");
    // An article's own, and the way there from its page at the desk.
    let own = paper.desk_page(&mut editor, "/desk/numbers/articles?article=m01&days=7");
    assert!(
        own.contains("Headline of m01") && own.contains("href=\"/desk/articles/m01\""),
        "{own}"
    );
    let article = paper.desk_page(&mut editor, "/desk/articles/m01");
    assert!(article.contains("href=\"/desk/numbers/articles?article=m01\""), "{article}");
    let none = paper.send(&mut editor, Ask::get("/desk/numbers/articles?article=nothing"));
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    assert_eq!(
        paper.send(&mut editor, Ask::get("/desk/numbers/secrets")).status,
        StatusCode::NOT_FOUND
    );
}

#[test]
fn a_time_that_is_none_is_refused_with_what_to_write() {
    let paper = shop();
    let mut editor = paper.staff("editor@courant.example", Role::Editor);
    for query in [
        "from=2026-09-02&to=2026-09-01",
        "from=x&to=2026-09-01",
        "from=2024-01-01&to=2026-09-01",
        "to=2026-09-01",
    ] {
        let reply = paper.send(&mut editor, Ask::get(&format!("/desk/numbers?{query}")));
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert!(reply.text().contains("Write two days such as 2026-09-01"), "{query}");
    }
    // A number of days that is not offered is the usual one.
    let page = paper.desk_page(&mut editor, "/desk/numbers?days=99999999");
    assert!(page.contains("September 9th to September 15th"), "{page}");
    let one = paper.desk_page(&mut editor, "/desk/numbers?from=2026-09-16&to=2026-09-16");
    assert!(one.contains("September 16th to September 16th"), "{one}");
}

#[test]
fn who_sees_which_numbers_is_what_the_roles_say() {
    let paper = shop();
    for role in Role::ALL {
        let mut jar = paper.staff(&format!("{role}@staff.example"), role);
        for (table, is_money) in [
            ("", false),
            ("/articles", false),
            ("/sections.csv", false),
            ("/walls", false),
            ("/days.csv", false),
            ("/readers", true),
            ("/readers.csv", true),
            ("/money", true),
            ("/money.csv", true),
        ] {
            let reply = paper.send(&mut jar, Ask::get(&format!("/desk/numbers{table}")));
            let may = role >= if is_money { Role::Publisher } else { Role::Editor };
            let wanted = if may { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(reply.status, wanted, "{role} {table}");
        }
        let desk = paper.desk_page(&mut jar, "/desk");
        assert_eq!(desk.contains("href=\"/desk/numbers\""), role >= Role::Editor, "{role}");
    }
}

#[test]
fn more_than_a_tenth_of_walls_is_said_with_what_to_do_about_it() {
    let paper = shop();
    let mut editor = paper.staff("editor@courant.example", Role::Editor);
    for _ in 0..88 {
        paper.ask(&visit(&paper.path("m01")));
    }
    for _ in 0..12 {
        paper.ask(&visit(&paper.path("subs")));
    }
    paper.figures(TODAY);
    paper.at("2026-09-17T12:00:00-03:00");
    come_back(&paper, &mut editor, "editor@courant.example");
    let page = paper.desk_page(&mut editor, "/desk/numbers");
    assert!(
        page.contains("12.0% of all articles shown were walls: more than one in ten."),
        "{page}"
    );
    assert!(page.contains("whether the allowance is too small"), "{page}");
    // Where a cache answers strangers itself, no share is to be had, and that is said instead.
    paper.change(&Settings {
        registration: true,
        cache: "respects_cookies",
        ..Settings::default()
    });
    let page = paper.desk_page(&mut editor, "/desk/numbers");
    assert!(!page.contains("more than one in ten") && page.contains("A cache in front"), "{page}");
}

/// Orders a plan from a wall's button on, and pays.
fn buy_at(paper: &TestPaper, mail: &str, code: &str) -> Jar {
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, mail);
    let referer = format!("http://{HOST}{}", paper.path(code));
    let from_wall = Ask::get("/offers?from=wall").with("referer", &referer);
    let tariff = paper.send(&mut jar, from_wall).header("location").to_owned();
    let text = paper.send(&mut jar, Ask::get(&tariff)).text();
    let start = text.find("href=\"/subscribe/digital?back=").expect("a way that leads back") + 6;
    let target =
        text[start..].split('"').next().unwrap().replace("&amp;", "&").replace("&#x2f;", "/");
    let page = paper.order(&mut jar, &target);
    let at = paper.agree(&mut jar, &page).header("location").to_owned();
    let paid = paper.pay(&mut jar, &at, "good").header("location").to_owned();
    let back = paper.send(&mut jar, Ask::get(&paid));
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.text());
    jar
}

#[test]
fn a_sale_is_counted_at_the_article_at_which_its_order_began() {
    let paper = shop();
    let mut owner = paper.staff(OWNER, Role::Owner);
    paper.ask(&visit(&paper.path("subs")));
    buy_at(&paper, "ada@reader.example", "subs");
    // At an open article a sale is one, and none of a wall's.
    buy_at(&paper, "bob@reader.example", "free");
    // And one from the front page, which began at no article.
    paper.subscriber(&mut Jar::default(), "eve@reader.example", "good");
    paper.hear();
    let figures = paper.figures(TODAY);
    assert_eq!((figures.get(Figure::Sold), figures.get(Figure::SoldAtWall)), (2, 1));
    assert_eq!(paper.rows("SELECT count(*) FROM checkouts WHERE article IS NOT NULL"), 0);
    paper.at("2026-09-17T12:00:00-03:00");
    come_back(&paper, &mut owner, OWNER);
    let page = paper.desk_page(&mut owner, "/desk/numbers");
    assert!(page.contains("<dt>Sales per paid stop</dt><dd><b>100.0%</b>"), "{page}");
    let sold =
        page.split("id=\"sold-at\"").nth(1).expect("the list of what was read before a sale");
    assert!(sold.contains("Headline of subs") && sold.contains("Headline of free"), "{sold}");
    assert!(page.contains("<dt>New subscriptions</dt><dd><b>3</b>"), "{page}");
}

#[test]
fn money_is_what_a_ledger_added_up_by_hand_says() {
    let paper = shop();
    let mut owner = paper.staff(OWNER, Role::Owner);
    // Three on the offer of 9 dollars for three months; one cancels, one withdraws and gets it back.
    let [mut good, mut cancels, mut withdraws] = [Jar::default(), Jar::default(), Jar::default()];
    paper.subscriber(&mut good, "eve@reader.example", "good");
    paper.at("2026-09-17T23:59:30-03:00");
    paper.subscriber(&mut cancels, "bob@reader.example", "good");
    paper.send(&mut cancels, Ask::fields("/account/cancellation", &[]));
    paper.at("2026-09-18T00:00:30-03:00");
    paper.subscriber(&mut withdraws, "ada@reader.example", "good");
    paper.hear();
    let withdrawn = paper.withdraw(&mut withdraws);
    assert_eq!(withdrawn.status, StatusCode::OK, "{}", withdrawn.text());
    paper.hear();
    paper.at("2027-01-02T12:00:00-04:00");
    for _ in 0..3 {
        paper.hear();
    }
    come_back(&paper, &mut owner, OWNER);
    let query = "?from=2026-09-16&to=2027-01-01";
    let money = paper.file(&mut owner, &format!("/desk/numbers/money.csv{query}"));
    let rows: Vec<(String, String)> =
        column(&money, "day").into_iter().zip(column(&money, "received")).collect();
    let day = |day: &str, sum: &str| (day.to_owned(), sum.to_owned());
    assert_eq!(
        rows[..3],
        [day("2026-09-16", "9.00"), day("2026-09-17", "9.00"), day("2026-09-18", "9.00")]
    );
    // The one that goes on pays the usual price after three months.
    assert_eq!(rows[3], day("2026-12-16", "12.00"));
    assert_eq!(rows.len(), 4, "{money:?}");
    assert!(column(&money, "plan").iter().all(|plan| plan == "digital"));
    assert_eq!(column(&money, "currency")[0], "CAD");
    assert_eq!(column(&money, "payments"), ["1"; 4]);
    let offers = column(&money, "offer");
    assert!(offers.iter().all(|offer| *offer == offers[0] && !offer.is_empty()), "{offers:?}");
    // The sums are those of the ledger, whatever stands on the page.
    let minor = |column: Vec<String>| -> i64 {
        column.iter().map(|sum| sum.replace('.', "").parse::<i64>().unwrap()).sum()
    };
    let takings: i64 = {
        let ids = wait(paper.store.subscriptions_after(String::new(), 100)).unwrap();
        let each =
            ids.into_iter().map(|due| wait(paper.store.subscription(due.id)).unwrap().unwrap());
        each.flat_map(|one| one.takings().to_vec()).map(|money| money.minor).sum()
    };
    assert_eq!(minor(column(&money, "revenue")), takings);
    let readers = paper.file(&mut owner, &format!("/desk/numbers/readers.csv{query}"));
    let of = |name: &str| -> u64 {
        column(&readers, name).iter().map(|one| one.parse::<u64>().unwrap()).sum()
    };
    // Whoever withdrew at once had nothing to hold.
    assert_eq!((of("subscriptions_begun"), of("registrations")), (2, 4));
    assert!(of("cancelled") >= 1);
    let held = column(&readers, "held");
    assert_eq!(held.last().unwrap().parse::<u64>().unwrap(), 2 - of("lost"));
    let shown = paper.desk_page(&mut owner, &format!("/desk/numbers/money{query}"));
    assert!(shown.contains("<dt>Revenue</dt>"), "{shown}");
    let shown = paper.desk_page(&mut owner, &format!("/desk/numbers/readers{query}"));
    assert!(shown.contains("<dt>New subscriptions</dt><dd><b>2</b>"), "{shown}");
}

#[test]
fn the_letter_goes_out_on_monday_morning_once_to_those_who_want_it() {
    let paper = shop();
    let mut owner = paper.staff(OWNER, Role::Owner);
    paper.staff("editor@courant.example", Role::Editor);
    let mut silent = paper.staff("silent@courant.example", Role::Editor);
    paper.staff("author@courant.example", Role::Author);
    let off = Ask::fields("/desk/numbers", &[("letter", "no")]);
    assert_eq!(paper.send(&mut silent, off).header("location"), "/desk/numbers#letter");
    assert!(paper.desk_page(&mut silent, "/desk/numbers").contains("Get the letter"));
    for _ in 0..3 {
        paper.ask(&visit(&paper.path("free")));
    }
    paper.ask(&visit(&paper.path("subs")));
    paper.figures(TODAY);
    let letters = || {
        wait(paper.site.tend_numbers()).unwrap();
        let of = |mail: &str| paper.letters(mail).iter().filter(|kind| *kind == "numbers").count();
        ["owner", "editor", "silent", "author"].map(|name| of(&format!("{name}@courant.example")))
    };
    assert_eq!(letters(), [0; 4]);
    paper.at("2026-09-20T23:59:00-03:00");
    assert_eq!(letters(), [0; 4], "it is Sunday");
    paper.at("2026-09-21T06:59:00-03:00");
    assert_eq!(letters(), [0; 4], "it is early");
    paper.at("2026-09-21T07:00:00-03:00");
    assert_eq!(letters(), [1, 1, 0, 0]);
    paper.at("2026-09-21T18:00:00-03:00");
    assert_eq!(letters(), [1, 1, 0, 0], "once");
    // Its numbers are the page's.
    let mail = |to: &str| {
        let of = |mail: &crate::readers::Waiting| {
            mail.recipient == to && mail.subject.contains("numbers")
        };
        paper.mails().into_iter().find(of).expect("the letter")
    };
    let (all, some) = (mail(OWNER), mail("editor@courant.example"));
    assert!(
        all.subject.contains("the numbers from September 14th to September 20th"),
        "{}",
        all.subject
    );
    assert!(all.plain.contains("Stop rate: 25.0% (before: –)"), "{}", all.plain);
    assert!(
        all.plain.contains("Read: 3 (before: 0)") && all.plain.contains("Registrations: 4"),
        "{}",
        all.plain
    );
    assert!(
        !some.plain.contains("Registrations") && some.plain.contains("Read: 3"),
        "{}",
        some.plain
    );
    come_back(&paper, &mut owner, OWNER);
    let page = paper.desk_page(&mut owner, "/desk/numbers");
    assert!(
        page.contains("<dt>Read</dt><dd><b>3</b>")
            && page.contains("<dt>Registrations</dt><dd><b>4</b>")
    );
    // The next week has a letter again, since nothing is nothing to tell but subscriptions and readers are.
    paper.at("2026-09-28T09:00:00-03:00");
    assert_eq!(letters(), [2, 2, 0, 0]);
    paper.at("2026-10-12T09:00:00-03:00");
    assert_eq!(letters(), [2, 2, 0, 0], "of two weeks of nothing there is no letter");
}

#[test]
fn nothing_is_written_in_the_request_path() {
    let settings = Settings { registration: true, ..Settings::default() };
    let paper = TestPaper::open(&Plan { settings, ..Plan::default() });
    let changes = || {
        paper.rows("SELECT count(*) FROM article_days") + paper.rows("SELECT count(*) FROM reads")
    };
    let ask = |code: &str| -> Reply { paper.ask(&visit(&paper.path(code))) };
    for code in ["m01", "free", "subs"] {
        assert_eq!(ask(code).status, StatusCode::OK);
    }
    assert_eq!(changes(), 0);
    wait(paper.site.tend()).unwrap();
    assert_eq!(changes(), 4);
}
