//! The pages beside articles: who stands on them and who never does, where older ones begin, what is counted and what is
//! not, reports, slots and the market.

use bytes::Bytes;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use newsroom::{Advertisement, ArticleId, Frames, Quote};
use store::Doer;
use web::{HouseAdvertisement, Market, Sent, SlotPicture};

use crate::ask::{Ask, Reply};
use crate::canary::Sheet;
use crate::jar::Jar;
use crate::paper::{TestPaper, start, wait};
use crate::settings::Settings;

/// The advertisement that every test paper has in its folder; slots are off.
pub(crate) fn advertisement() -> HouseAdvertisement {
    advertisement_of("tide-tables", 7)
}

fn advertisement_of(name: &str, bytes: u8) -> HouseAdvertisement {
    let picture = |size, bytes: Vec<u8>| SlotPicture::new(bytes, size, "png").unwrap();
    HouseAdvertisement {
        name: name.to_owned(),
        told: Advertisement {
            alt: format!("Words of {name}"),
            link: "/offers".to_owned(),
            from: None,
            until: Some("2026-09-20".parse().unwrap()),
            frames: Frames::default(),
        },
        pictures: vec![picture((300, 250), vec![bytes, 1]), picture((728, 90), vec![bytes, 2])],
    }
}

/// The address of that advertisement's picture.
pub(crate) fn advertisement_address() -> String {
    format!("/ads/{}", advertisement().pictures[0].file)
}

/// Sends a form from the paper's own page.
fn post(paper: &TestPaper, fields: &str) -> Reply {
    send(paper, &Ask::form("/reports"), Sent::Whole(Bytes::from(fields.to_owned())))
}

fn send(paper: &TestPaper, ask: &Ask, sent: Sent) -> Reply {
    let reply = wait(crate::paper::send(&paper.site, ask, sent));
    reply.check(ask);
    reply
}

/// A navigation of a browser's window.
pub(crate) fn visit(target: &str) -> Ask {
    Ask::get(target).with("sec-fetch-dest", "document").with("sec-fetch-mode", "navigate")
}

/// More articles like `m03`, each published at its instant.
fn more(paper: &mut TestPaper, instants: impl IntoIterator<Item = (&'static str, Timestamp)>) {
    let model = paper.sheet("m03");
    let (text, section, access) = (model.text.clone(), model.section, model.access);
    let line = text.lines().find(|line| line.starts_with("published_at")).unwrap().to_owned();
    let sheets = instants.into_iter().map(|(code, at)| Sheet {
        code,
        section,
        access,
        text: text.replace("m03", code).replace(&line, &format!("published_at = {at}")),
        canaries: Vec::new(),
        rich: false,
    });
    let sheets: Vec<Sheet> = sheets.collect();
    paper.sheets.extend(sheets);
    paper.publish(&paper.sheets);
}

fn headlines(reply: &Reply) -> Vec<String> {
    let text = reply.text();
    let main = text.split_once("<main").unwrap().1.split_once("</main>").unwrap().0.to_owned();
    let pieces = main.split("Headline of ").skip(1);
    pieces.map(|piece| piece.split('<').next().unwrap().to_owned()).collect()
}

/// The link of a page's navigation.
fn link(reply: &Reply, rel: &str) -> Option<String> {
    let text = reply.text();
    let nav = text.split_once("<nav class=\"pages\"")?.1.split_once("</nav>")?.0.to_owned();
    let before = nav.split_once(&format!("\" rel=\"{rel}\""))?.0.to_owned();
    Some(before.rsplit_once("href=\"")?.1.replace("&amp;", "&"))
}

const EVERYWHERE: [&str; 9] = [
    "/authors/anna",
    "/latest",
    "/archive",
    "/archive/2026",
    "/archive/2026/09",
    "/archive/2026-09-14",
    "/edition",
    "/most-read",
    "/corrections",
];

#[test]
fn what_is_not_published_stands_on_no_page() {
    let paper = TestPaper::new();
    for target in EVERYWHERE {
        let reply = paper.get(target);
        assert_eq!(reply.status, StatusCode::OK, "{target}");
        assert!(reply.is_shareable(), "{target}");
        for code in ["emba", "goni"] {
            assert!(!reply.text().contains(&format!("Headline of {code}")), "{target} {code}");
        }
        paper.assert_tight(&reply, &["free"], target);
    }
    paper.at("2026-09-16T15:30:00-03:00");
    for target in ["/authors/anna", "/latest", "/archive/2026-09-16", "/edition"] {
        assert!(paper.get(target).text().contains("Headline of emba"), "{target}");
    }
}

#[test]
fn an_author_and_a_series_have_pages_and_articles_lead_there() {
    let paper = TestPaper::new();
    let author = paper.get("/authors/anna").text();
    assert!(author.contains("<h1>Anna Torvald</h1>") && author.contains("Harbour correspondent"));
    let series = paper.get("/series/dredge");
    assert_eq!(headlines(&series), ["ser1", "ser2", "ser3"]);
    let article = paper.get(&paper.path("ser2")).text();
    for href in ["/authors/anna", "/series/dredge", &paper.path("ser1"), &paper.path("ser3")] {
        assert!(article.contains(&format!("href=\"{href}\"")), "{href}");
    }
    assert!(article.contains("rel=\"prev\"") && article.contains("rel=\"next\""));
    for target in ["/authors/nobody", "/series/none", "/series", "/authors"] {
        assert_eq!(paper.get(target).status, StatusCode::NOT_FOUND, "{target}");
    }
}

#[test]
fn older_pages_neither_skip_nor_repeat_and_lead_back() {
    let mut paper = TestPaper::new();
    // Many at one instant: the order is by id then.
    let at = |n: usize| {
        let back = SignedDuration::from_hours(24 * 20 + i64::try_from(n / 4).unwrap());
        start().checked_sub(back).unwrap()
    };
    let places = NAMES.iter().enumerate();
    more(&mut paper, places.map(|(n, code)| (*code, at(n))));
    for target in ["/harbour", "/authors/anna", "/tags/shipping", "/latest"] {
        let (mut next, mut found, mut pages) = (Some(target.to_owned()), Vec::new(), Vec::new());
        while let Some(address) = next {
            let reply = paper.get(&address);
            assert_eq!(reply.status, StatusCode::OK, "{address}");
            let is_first = pages.is_empty();
            assert_eq!(reply.text().contains("noindex"), !is_first, "{address}");
            assert_eq!(link(&reply, "prev").is_some(), !is_first, "{address}");
            found.extend(headlines(&reply));
            next = link(&reply, "next");
            pages.push(address);
        }
        let mut once = found.clone();
        once.sort();
        once.dedup();
        assert!(pages.len() > 1 && once.len() >= 85, "{target}: {pages:?} {}", once.len());
        assert_eq!(once.len(), found.len(), "{target}: {found:?}");
        // And back again, page by page.
        for pair in pages.windows(2).rev() {
            assert_eq!(link(&paper.get(&pair[1]), "prev").as_deref(), Some(pair[0].as_str()));
        }
    }
}

/// Seventy names of articles.
const NAMES: [&str; 70] = [
    "a01", "a02", "a03", "a04", "a05", "a06", "a07", "a08", "a09", "a10", "b01", "b02", "b03",
    "b04", "b05", "b06", "b07", "b08", "b09", "b10", "c01", "c02", "c03", "c04", "c05", "c06",
    "c07", "c08", "c09", "c10", "d01", "d02", "d03", "d04", "d05", "d06", "d07", "d08", "d09",
    "d10", "e01", "e02", "e03", "e04", "e05", "e06", "e07", "e08", "e09", "e10", "f01", "f02",
    "f03", "f04", "f05", "f06", "f07", "f08", "f09", "f10", "g01", "g02", "g03", "g04", "g05",
    "g06", "g07", "g08", "g09", "g10",
];

#[test]
fn places_and_dates_that_are_none_lead_nowhere() {
    let paper = TestPaper::new();
    for target in [
        "/harbour?before=",
        "/harbour?before=x",
        "/harbour?before=1-m01",
        "/latest?before=ffffffffffffffff-m01",
        "/corrections?before=1-m01",
        "/authors/anna?before=%31-m01",
        "/archive/1999",
        "/archive/26",
        "/archive/2026/9",
        "/archive/2026/13",
        "/archive/2026/00",
        "/archive/2026-02-30",
        "/archive/2026-09-16?before=zz",
        "/archive/2030-01-01",
        "/archive/9999-12-31",
        "/edition/2026-9-16",
        "/edition/1999-01-01",
        "/edition/today",
        "/ads/none.png",
    ] {
        assert_eq!(paper.get(target).status, StatusCode::NOT_FOUND, "{target}");
    }
    // Queries that are not ours change nothing.
    for target in ["/harbour?page=2", "/latest?utm_source=x", "/archive?x=1"] {
        assert_eq!(paper.get(target).status, StatusCode::OK, "{target}");
    }
}

#[test]
fn days_begin_and_end_in_the_paper_s_zone_also_when_the_clocks_change() {
    let mut paper = TestPaper::new();
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    more(
        &mut paper,
        [
            ("n01", at("2026-10-31T23:59:59-03:00")),
            ("n02", at("2026-11-01T00:00:00-03:00")),
            // Twenty-five hours: clocks go back at two.
            ("n03", at("2026-11-01T23:59:59-04:00")),
            ("n04", at("2026-11-02T00:00:00-04:00")),
        ],
    );
    paper.at("2026-11-03T12:00:00-04:00");
    assert_eq!(headlines(&paper.get("/archive/2026-10-31")), ["n01"]);
    assert_eq!(headlines(&paper.get("/archive/2026-11-01")), ["n03", "n02"]);
    assert_eq!(headlines(&paper.get("/archive/2026-11-02")), ["n04"]);
    let november = paper.get("/archive/2026/11").text();
    assert!(november.contains("2 articles") && november.contains("href=\"/archive/2026-11-01\""));
    assert!(!november.contains("/archive/2026-10-31"));
    let day = paper.get("/archive/2026-11-01").text();
    for href in
        ["/archive/2026-10-31", "/archive/2026-11-02", "/archive/2026/11", "/edition/2026-11-01"]
    {
        assert!(day.contains(&format!("href=\"{href}\"")), "{href}");
    }
    assert_eq!(headlines(&paper.get("/edition/2026-11-01")).len(), 2);
}

#[test]
fn the_edition_holds_what_everybody_may_read() {
    let paper = TestPaper::new();
    let edition = paper.get("/edition");
    let text = edition.text();
    assert!(text.contains("noindex, follow"));
    for code in headlines(&edition) {
        assert!(text.contains(&format!("First paragraph pub{code}open.")), "{code}");
    }
    // Also a reader who has opened everything gets the same bytes.
    let mut jar = paper.visitor_of(&["m01", "live", "corr"]);
    let opened = paper.send(&mut jar, Ask::get("/edition"));
    assert_eq!(opened.body, edition.body);
    paper.assert_tight(&opened, &[], "the edition");
    // In the night, before anything of the new day, the day before is the latest.
    paper.at("2026-09-18T03:00:00-03:00");
    assert!(paper.get("/edition").text().contains("Wednesday, September 16th, 2026"));
}

#[test]
fn corrections_are_on_their_page_and_lead_to_their_articles() {
    let mut paper = TestPaper::new();
    let page = paper.get("/corrections");
    assert!(page.text().contains("An earlier version gave 13 berths. There are 12."));
    assert_eq!(headlines(&page), ["corr"]);
    let place = paper.sheets.iter().position(|sheet| sheet.code == "corr").unwrap();
    let text = paper.sheets[place].text.replace("There are 12.", "There are eleven.");
    paper.sheets[place].text = text;
    paper.publish(&paper.sheets);
    assert!(paper.get("/corrections").text().contains("There are eleven."));
}

#[test]
fn an_article_s_foot_names_others_and_follows_their_changes() {
    let mut paper = TestPaper::new();
    let path = paper.path("m05");
    let foot = |paper: &TestPaper| {
        let text = paper.get(&path).text();
        text.split_once("related-foot").unwrap().1.split_once("</section>").unwrap().0.to_owned()
    };
    let before = foot(&paper);
    assert_eq!(before.matches("<li").count(), 4, "{before}");
    assert!(!before.contains("Headline of m05") && !before.contains("Headline of emba"));
    let other = before.split("Headline of ").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let place = paper.sheets.iter().position(|sheet| sheet.code == other).unwrap();
    let text = &paper.sheets[place].text;
    paper.sheets[place].text =
        text.replace("access = ", "withdrawn_at = 2026-09-16T14:00:00-03:00\naccess = ");
    paper.publish(&paper.sheets);
    assert!(!foot(&paper).contains(&format!("Headline of {other}<")), "{other} was taken back");
}

/// What has been counted, most first.
fn counted(paper: &TestPaper) -> Vec<(String, u64)> {
    wait(paper.site.tend()).unwrap();
    let now = paper.clock.now();
    let since = now.checked_sub(SignedDuration::from_hours(24)).unwrap();
    let most = wait(paper.store.most_read(since, now, 10)).unwrap();
    most.into_iter()
        .map(|(id, number): (ArticleId, u64)| (id.as_str().to_owned(), number))
        .collect()
}

#[test]
fn a_whole_article_is_counted_once_for_each_delivery_and_nothing_else_is() {
    let paper = TestPaper::new();
    // Looks, teasers, programs, guesses, frames, heads: none of them.
    let free = paper.path("free");
    paper.ask(&Ask::get(&free));
    paper.ask(&visit(&paper.path("m01")));
    paper.ask(&visit(&free).with("sec-purpose", "prefetch;prerender"));
    paper.ask(&Ask::get(&free).with("sec-fetch-dest", "iframe").with("sec-fetch-mode", "navigate"));
    paper.ask(&Ask { method: http::Method::HEAD, ..visit(&free) });
    assert_eq!(counted(&paper), []);
    // A reading, however often it is come back to; a free article in a window.
    let mut jar = Jar::default();
    for _ in 0..3 {
        paper.read(&mut jar, "m01");
        paper.send(&mut jar, visit(&paper.path("m01")));
    }
    paper.ask(&visit(&free));
    paper.ask(&visit(&free));
    assert_eq!(counted(&paper), [("free".to_owned(), 2), ("m01".to_owned(), 1)]);
    assert_eq!(counted(&paper).len(), 2, "the same numbers are not added twice");
}

#[test]
fn the_list_of_the_most_read_shows_sums_and_is_made_anew() {
    let paper = TestPaper::new();
    assert!(paper.get("/most-read").text().contains("Too little has been read"));
    let mut jar = Jar::default();
    for code in ["m02", "m03", "ser1"] {
        paper.read(&mut jar, code);
    }
    paper.read(&mut Jar::default(), "m03");
    wait(paper.site.tend()).unwrap();
    assert_eq!(headlines(&paper.get("/most-read")), ["m03", "m02", "ser1", "m03", "m02", "ser1"]);
    let section = paper.get("/harbour").text();
    assert!(section.contains("id=\"most-read\""));
    // A day later the day's list is over, the week's is not.
    paper.at("2026-09-18T14:30:00-03:00");
    wait(paper.site.tend()).unwrap();
    assert_eq!(headlines(&paper.get("/most-read")), ["m03", "m02", "ser1"]);
    assert!(!paper.get("/harbour").text().contains("id=\"most-read\""));
}

#[test]
fn a_report_is_kept_and_thanked_for() {
    let paper = TestPaper::new();
    let path = paper.path("m01");
    let article = paper.get(&path).text();
    assert!(article.contains("href=\"/contact?about=%2Fharbour%2Fm01#report\""));
    let form = paper.get("/contact?about=%2Fharbour%2Fm01").text();
    assert!(
        form.contains("Headline of m01") && form.contains("name=\"about\" value=\"/harbour/m01\"")
    );
    let sent = post(
        &paper,
        "about=%2Fharbour%2Fm01&words=There+are+%3C12%3E+berths.%0D%0ANot+13&mail=a%40b.example",
    );
    assert_eq!((sent.status, sent.header("location")), (StatusCode::SEE_OTHER, "/reports"));
    assert!(!sent.headers.contains_key("set-cookie"));
    assert!(paper.get("/reports").text().contains("A person will read it."));
    let kept = wait(paper.store.reports(10)).unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].report.about, "/harbour/m01");
    assert_eq!(kept[0].report.words, "There are <12> berths.\nNot 13");
    assert_eq!((kept[0].report.mail.as_str(), kept[0].reported_at), ("a@b.example", start()));
    // The next one within the minute waits, with everything that was written.
    let soon = post(&paper, "words=Another+%3Cb%3E&about=%2Fharbour%2Fm01");
    assert_eq!((soon.status, soon.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "60"));
    assert!(soon.text().contains("Another &lt;b&gt;</textarea>") && !soon.is_shareable());
    paper.at("2026-09-16T14:31:00-03:00");
    assert_eq!(post(&paper, "words=Another").status, StatusCode::SEE_OTHER);
    assert_eq!(wait(paper.store.reports(10)).unwrap()[0].report.about, "");
}

#[test]
fn a_report_that_cannot_be_taken_says_why_and_keeps_nothing() {
    let paper = TestPaper::new();
    let long = format!("words={}", "a".repeat(2_001));
    for (fields, what) in [
        ("words=", "Please write what is wrong"),
        ("words=+%0D%0A+&mail=", "Please write what is wrong"),
        ("", "Please write what is wrong"),
        (&long, "at most 2,000 characters"),
        ("words=x&mail=nobody", "not a mail address"),
    ] {
        let reply = post(&paper, fields);
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
        assert!(reply.text().contains(what), "{what}");
    }
    let whole = || Sent::Whole(Bytes::from_static(b"words=x"));
    let elsewhere = Ask::form("/reports").instead("origin", "https://elsewhere.example");
    assert_eq!(send(&paper, &elsewhere, whole()).status, StatusCode::FORBIDDEN);
    let across = Ask::form("/reports").instead("sec-fetch-site", "cross-site");
    assert_eq!(send(&paper, &across, whole()).status, StatusCode::FORBIDDEN);
    let own = Ask::form("/reports");
    assert_eq!(send(&paper, &own, Sent::TooLong).status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(send(&paper, &own, Sent::Broken).status, StatusCode::BAD_REQUEST);
    assert_eq!(send(&paper, &own, Sent::Nothing).status, StatusCode::BAD_REQUEST);
    assert_eq!(wait(paper.store.reports(10)).unwrap(), []);
}

#[test]
fn the_form_names_no_article_that_nobody_may_know_of() {
    let paper = TestPaper::new();
    for about in
        ["%2Fcity%2Femba", "%2Fcity%2Fgoni", "%2Fcity%2Fnone", "javascript:x", "%2F%2Fx", "%00"]
    {
        let text = paper.get(&format!("/contact?about={about}")).text();
        assert!(!text.contains("name=\"about\"") && !text.contains("Headline of"), "{about}");
    }
    let reply = post(&paper, "about=%2Fcity%2Femba&words=x");
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    assert_eq!(wait(paper.store.reports(1)).unwrap()[0].report.about, "");
}

#[test]
fn a_report_on_the_wire_has_a_limit() {
    let paper = TestPaper::new();
    let wire = crate::wire::Wire::open(&paper);
    let form = |length: usize| {
        let body = format!("words={}", "x".repeat(length));
        let head = "POST /reports HTTP/1.1\r\nHost: paper.example\r\nOrigin: http://paper.example\r\n\
                    Connection: close\r\n";
        format!("{head}Content-Length: {}\r\n\r\n{body}", body.len())
    };
    assert_eq!(wire.send(form(60_000).as_bytes()).status, 413);
    let sent = wire.send(form(10).as_bytes());
    assert_eq!((sent.status, sent.header("location")), (303, "/reports"));
    let chunked = "POST /reports HTTP/1.1\r\nHost: paper.example\r\nConnection: close\r\n\
                   Transfer-Encoding: chunked\r\n\r\n5\r\nwor";
    assert!(matches!(wire.send(chunked.as_bytes()).status, 0 | 400), "it stopped on the way");
}

fn slots(paper: &TestPaper, word: &str) {
    save_slots(paper, word, &[]);
}

fn save_slots(paper: &TestPaper, word: &str, third_parties: &[&str]) {
    let text = format!(
        "{}\n[slots]\nfront = \"{word}\"\nsection = \"{word}\"\narticle = \"{word}\"\n\
         third_parties = {third_parties:?}\n",
        Settings::default().to_toml()
    );
    let version = wait(paper.store.settings()).unwrap().version;
    let saved = paper.store.save_settings(
        text,
        Doer::operator(),
        String::new(),
        version,
        paper.clock.now(),
    );
    wait(saved).unwrap();
}

#[test]
fn slots_are_empty_until_the_paper_fills_them_and_change_with_the_hour() {
    let paper = TestPaper::new();
    let all = vec![advertisement(), advertisement_of("saturday", 8)];
    paper.site.set_advertisements(all.clone());
    let pages = ["/", "/harbour", "/harbour/m05", "/city/free"];
    for target in pages {
        assert!(!paper.get(target).text().contains("class=\"slot"), "{target}: off by default");
    }
    slots(&paper, "house");
    let shown = |target: &str| {
        let text = paper.get(target).text();
        let names = ["tide-tables", "saturday"];
        names.into_iter().find(|name| text.contains(&format!("Words of {name}"))).unwrap_or("")
    };
    let now = pages.map(shown);
    assert!(now.iter().all(|name| !name.is_empty() && *name == now[0]), "{now:?}");
    let text = paper.get("/harbour/m05").text();
    assert!(
        text.contains("width=\"300\" height=\"250\"")
            && text.contains("rel=\"sponsored noopener\"")
    );
    assert!(text.contains(">Advertisement</p>"));
    paper.at("2026-09-16T15:00:00-03:00");
    let next = pages.map(shown);
    assert!(next.iter().all(|name| !name.is_empty() && *name != now[0]), "{next:?} after {now:?}");
    paper.at("2026-09-21T12:00:00-03:00");
    assert_eq!(pages.map(shown), [""; 4], "they have run");
    let picture = paper.get(&advertisement_address());
    assert_eq!(picture.header("content-type"), "image/png");
    assert_eq!(picture.header("cache-control"), "public, max-age=31536000, immutable");
}

#[test]
fn frames_of_others_stand_in_slots_only_where_the_paper_names_them() {
    let paper = TestPaper::new();
    let mut theirs = advertisement();
    theirs.pictures.clear();
    theirs.told.frames = Frames {
        beside: Some("https://ads.example/300x250?a=1".to_owned()),
        across: Some("https://other.example/728x90".to_owned()),
        across_phone: None,
    };
    paper.site.set_advertisements(vec![theirs]);
    let policy = |target: &str| paper.get(target).header("content-security-policy").to_owned();
    let usual = policy("/");
    assert!(!usual.contains("frame-src"));
    // An article may have embeds, also where nobody may read them yet: all articles say the same.
    let embeds = newsroom::FRAME_ORIGINS.join(" ");
    let of_article = format!("{usual}; frame-src {embeds}");
    assert_eq!(policy("/harbour/m05"), of_article);
    assert_eq!(policy("/harbour/subs"), of_article);
    slots(&paper, "house");
    assert!(!paper.get("/harbour/m05").text().contains("<iframe"), "nobody is named");
    assert_eq!(policy("/harbour/m05"), of_article);
    save_slots(&paper, "house", &["https://ads.example"]);
    let text = paper.get("/harbour/m05").text();
    let (_, frame) = text.split_once("<iframe").unwrap();
    let (frame, _) = frame.split_once('>').unwrap();
    for part in [
        "width=\"300\" height=\"250\"",
        "referrerpolicy=\"no-referrer\"",
        "sandbox=\"allow-scripts allow-popups allow-popups-to-escape-sandbox\"",
        "title=\"Words of tide-tables\"",
    ] {
        assert!(frame.contains(part), "{frame}");
    }
    assert!(!paper.get("/").text().contains("<iframe"), "the other one is not named");
    assert_eq!(policy("/"), format!("{usual}; frame-src https://ads.example"));
    let both = format!("{usual}; frame-src https://ads.example {embeds}");
    assert_eq!(policy("/harbour/m05"), both);
    assert_eq!(policy("/feeds/all.rss"), usual, "what is no page needs no frames");
    save_slots(&paper, "house", &[]);
    assert_eq!(policy("/harbour/m05"), of_article);
}

#[test]
fn a_letter_to_an_author_says_whom_it_is_for() {
    let paper = TestPaper::new();
    let article = paper.get("/harbour/m01").text();
    assert!(article.contains("href=\"/contact?author=anna\""));
    let page = paper.get("/contact?author=anna").text();
    assert!(page.contains("<h1>Write to Anna Torvald</h1>"));
    assert!(page.contains("?subject=Anna%20Torvald\""));
    let nobody = paper.get("/contact?author=%3Cscript%3E").text();
    assert!(!nobody.contains("?subject") && !nobody.contains("<script>"));
}

#[test]
fn the_market_comes_from_its_file_until_that_is_stale() {
    let paper = TestPaper::new();
    assert!(paper.get("/").text().contains("Freight"), "the front page's own");
    let quote = Quote { name: "Cod".into(), value: "4.10".into(), change: "+0.8%".into() };
    let market = Market {
        quotes: vec![quote],
        written_at: start(),
        stale_at: start().checked_add(SignedDuration::from_hours(1)).unwrap(),
    };
    paper.site.set_market(Some(market));
    let front = paper.get("/").text();
    assert!(front.contains("Cod") && !front.contains("Freight") && front.contains("As of 14:30"));
    paper.at("2026-09-16T15:30:00-03:00");
    let stale = paper.get("/").text();
    assert!(!stale.contains("class=\"strip\"") && !stale.contains("Freight"));
    paper.site.set_market(None);
    assert!(paper.get("/").text().contains("Freight"));
}

#[test]
fn lists_of_authors_and_series_name_their_feeds_and_where_they_stand() {
    let paper = TestPaper::new();
    for (target, feed, way) in [
        ("/authors/anna", Some("/feeds/authors/anna.rss"), "/authors/anna"),
        ("/series/dredge", Some("/feeds/series/dredge.atom"), "/series/dredge"),
        ("/archive/2026/09", None, "/archive/2026"),
        ("/edition/2026-09-14", None, "/edition"),
    ] {
        let text = paper.get(target).text();
        if let Some(feed) = feed {
            assert!(text.contains(&format!("href=\"{feed}\"")), "{target}");
            assert_eq!(paper.get(feed).status, StatusCode::OK, "{feed}");
        }
        assert!(text.contains("\"BreadcrumbList\""), "{target}");
        assert!(text.contains(&format!("{way}\",\"name\"")), "{target}: {way}");
    }
}

#[test]
fn other_spellings_of_pages_lead_there_only_where_something_is() {
    let paper = TestPaper::new();
    for (target, leads) in [
        ("/Authors/Anna", "/authors/anna"),
        ("/archive/2026/09/", "/archive/2026/09"),
        ("/Edition/2026-09-14", "/edition/2026-09-14"),
        ("/Feeds/all.rss", "/feeds/all.rss"),
    ] {
        let reply = paper.get(target);
        assert!(reply.status.is_redirection(), "{target}: {}", reply.status);
        assert_eq!(reply.header("location"), leads);
    }
    for target in [
        "/Authors/nobody",
        "/Series/none",
        "/Edition/1999-01-01",
        "/Feeds/all.xyz",
        "/archive/1999/",
        "/Share/none.png",
        "/Media/00000000000000000000000000000000.png",
    ] {
        assert_eq!(paper.get(target).status, StatusCode::NOT_FOUND, "{target}");
    }
}

#[test]
fn the_manifest_names_the_paper_and_icons_that_are_there() {
    let paper = TestPaper::new();
    let reply = paper.get("/manifest.webmanifest");
    assert_eq!(reply.header("content-type"), "application/manifest+json");
    let manifest: serde_json::Value = serde_json::from_slice(&reply.plain()).unwrap();
    assert_eq!(manifest["name"], "The Merrin Courant");
    for icon in manifest["icons"].as_array().unwrap() {
        let file = paper.get(icon["src"].as_str().unwrap());
        assert_eq!(file.status, StatusCode::OK, "{icon}");
        assert_eq!(file.header("content-type"), icon["type"].as_str().unwrap());
    }
    let page = paper.get("/").text();
    assert!(page.contains("rel=\"manifest\"") && page.contains("apple-touch-icon"));
    assert_eq!(page.matches("theme-color").count(), 2);
}

#[test]
fn pages_below_others_say_where_they_stand() {
    let paper = TestPaper::new();
    for (target, crumbs) in [
        ("/harbour/m01", vec!["/", "/harbour"]),
        ("/authors/anna", vec!["/", "/about"]),
        ("/archive/2026/09", vec!["/", "/archive", "/archive/2026"]),
        ("/archive/2026-09-14", vec!["/", "/archive", "/archive/2026", "/archive/2026/09"]),
        ("/edition/2026-09-14", vec!["/", "/edition"]),
        ("/harbour", vec![]),
        ("/latest", vec![]),
    ] {
        let text = paper.get(target).text();
        let crumbs_there: Vec<String> = match text.split_once("<nav class=\"crumbs") {
            Some((_, after)) => {
                let nav = after.split_once("</nav>").unwrap().0;
                let hrefs = nav.split("href=\"").skip(1);
                hrefs.map(|href| href.split('"').next().unwrap().to_owned()).collect()
            }
            None => Vec::new(),
        };
        assert_eq!(crumbs_there, crumbs, "{target}");
    }
}
