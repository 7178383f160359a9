//! Subscribers whom a paper has already, and access that no card pays for, as readers meet them.

use http::StatusCode;
use jiff::SignedDuration;
use newsroom::import::subscribers::{Dates, Kind, read};
use store::Enrolled;
use web::{Bringing, Came};

use crate::ask::{Ask, Reply};
use crate::jar::Jar;
use crate::money::shop;
use crate::paper::{TestPaper, wait};

const MAIL: &str = "ada@reader.example";
pub(crate) const PRINT: &str = "account,postcode,paid_until,mail\n\
    1042-7,B3H 4R2,2026-10-31,\n1042-8,B3H 4R2,2026-10-31,ada@reader.example\n";

impl TestPaper {
    /// Brings a list in; what became of its rows.
    #[track_caller]
    pub(crate) fn bring_in(&self, kind: Kind, from: &'static str, list: &str) -> Vec<Came> {
        let mut rows = Vec::new();
        let each = &mut |row: Result<_, _>| rows.push(row.unwrap());
        read(list.as_bytes(), kind, Dates::YearFirst, each).unwrap();
        let plan = Some("digital".to_owned());
        let how = Bringing { from, plan, until: None, dry_run: false };
        wait(self.site.bring_in(rows, &how)).unwrap()
    }

    #[track_caller]
    fn grant(&self, mail: &str, until: &str) -> Enrolled {
        wait(self.site.grant(mail, "digital", until.parse().unwrap(), "a test")).unwrap()
    }

    /// Sends number and postcode.
    #[track_caller]
    fn activate(&self, jar: &mut Jar, number: &str, postcode: &str, back: &str) -> Reply {
        let fields = [("number", number), ("postcode", postcode), ("back", back)];
        self.send(jar, Ask::fields("/activate", &fields))
    }

    fn letters_of_kind(&self, kind: &str) -> i64 {
        self.rows(&format!("SELECT count(*) FROM mails WHERE kind = '{kind}'"))
    }
}

fn signed_in(paper: &TestPaper, mail: &str) -> Jar {
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, mail);
    jar
}

#[test]
fn whoever_was_brought_in_finds_the_subscription_at_the_first_sign_in() {
    let paper = shop();
    let list = "email,name,access,until\nADA@reader.example,Ada,paid,2026-10-31\n";
    let came = paper.bring_in(Kind::Plain, "csv", list);
    assert_eq!(came, [Came::In(Enrolled::Added)]);
    assert_eq!(paper.rows("SELECT count(*) FROM mails"), 0, "an import writes to nobody");
    let jar = signed_in(&paper, MAIL);
    assert!(paper.opens(&jar));
    let told = paper.contract(&jar);
    assert!(told.contains("Paid until October 31st"), "{told}");
    // Nothing charges it: there is nothing to cancel, and no card.
    for absent in ["/account/cancellation", "/account/card", "/account/resumption"] {
        assert!(!told.contains(absent), "{absent}: {told}");
    }
    let again = paper.bring_in(Kind::Plain, "csv", list);
    assert_eq!(again, [Came::In(Enrolled::Unchanged)]);
    // The last day belongs to it, in the paper's zone.
    paper.at("2026-10-31T23:59:00-03:00");
    assert!(paper.opens(&jar));
    paper.at("2026-11-01T00:00:00-03:00");
    assert!(!paper.opens(&jar));
}

#[test]
fn the_end_of_what_was_given_is_told_once() {
    let paper = shop();
    assert_eq!(paper.grant(MAIL, "2026-09-30"), Enrolled::Added);
    assert_eq!(paper.grant(MAIL, "2026-09-30"), Enrolled::Unchanged);
    let jar = signed_in(&paper, MAIL);
    assert!(paper.opens(&jar));
    assert!(paper.contract(&jar).contains("The paper gives you full access until"));
    paper.hear();
    assert_eq!(paper.letters_of_kind("expired"), 0);
    paper.at("2026-10-01T09:00:00-03:00");
    paper.hear();
    paper.clock.set(paper.clock.now() + SignedDuration::from_hours(30));
    paper.hear();
    assert_eq!(paper.letters_of_kind("expired"), 1);
    assert!(!paper.opens(&jar));
    // A longer end given afterwards opens again.
    assert_eq!(paper.grant(MAIL, "2026-12-31"), Enrolled::Changed);
    assert!(paper.opens(&jar));
}

#[test]
fn whoever_pays_besides_is_not_told_that_all_is_over() {
    let paper = shop();
    let mut jar = Jar::default();
    paper.subscriber(&mut jar, MAIL, "good");
    paper.grant(MAIL, "2026-09-30");
    let told = paper.contract(&jar);
    assert!(
        told.contains("/account/cancellation") && told.contains("The paper gives you"),
        "{told}"
    );
    paper.at("2026-10-01T09:00:00-03:00");
    paper.hear();
    assert_eq!(paper.letters_of_kind("expired"), 0);
    assert!(paper.opens(&jar));
    // Taking away what was given never touches what is paid.
    paper.grant(MAIL, "2026-12-31");
    assert_eq!(wait(paper.site.revoke(MAIL, None, "")).unwrap(), ["digital"]);
    assert!(paper.opens(&jar));
}

#[test]
fn what_was_revoked_is_closed_to_the_next_request_and_an_old_list_does_not_bring_it_back() {
    let paper = shop();
    let list = "email,access,until\nada@reader.example,complimentary,2026-10-31\n";
    paper.bring_in(Kind::Plain, "csv", list);
    let jar = signed_in(&paper, MAIL);
    assert!(paper.opens(&jar));
    assert_eq!(wait(paper.site.revoke(MAIL, None, "moved")).unwrap(), ["digital"]);
    assert!(!paper.opens(&jar));
    assert_eq!(paper.bring_in(Kind::Plain, "csv", list), [Came::In(Enrolled::Unchanged)]);
    assert!(!paper.opens(&jar));
}

#[test]
fn a_print_reader_registers_on_the_way_activates_once_and_is_back_at_the_paragraph() {
    let paper = shop();
    paper.bring_in(Kind::Print, "print", PRINT);
    let back = format!("{}#rest", paper.path("subs"));
    let mut jar = Jar::default();
    let sign_in = format!("/sign-in?back={}", back.replace('/', "%2F").replace('#', "%23"));
    let page = paper.send(&mut jar, Ask::get(&sign_in)).text();
    let start = page.find("/activate?back=").unwrap_or_else(|| panic!("no link: {page}"));
    let link = page[start..].split('"').next().unwrap().replace("&#x2f;", "/");
    let sent = paper.send(&mut jar, Ask::get(&link));
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    let location = sent.header("location").to_owned();
    assert!(location.starts_with("/sign-in?back=%2Factivate"), "{location}");
    let form = paper.send(&mut jar, Ask::get(&location)).text();
    let start = form.find("name=\"back\" value=\"").unwrap() + 19;
    let kept = form[start..].split('"').next().unwrap().replace("&#x2f;", "/");
    let waiting = paper.ask_for_code(&mut jar, "print@reader.example", &kept);
    let activation = paper.type_code(&mut jar, &waiting.code()).header("location").to_owned();
    let page = paper.send(&mut jar, Ask::get(&activation));
    assert!(page.text().contains("Activate your print subscription"), "{}", page.text());
    assert!(!page.is_shareable());
    let wrong = paper.activate(&mut jar, "1042-7", "B3H 4R3", &back);
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = paper.activate(&mut jar, " 10427", "b3h4r2", &back);
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, &*back));
    assert!(paper.opens(&jar));
    assert!(paper.contract(&jar).contains("with your printed paper, until"));
    // Once: nobody else can, not even with both, and the same words say so.
    let mut other = signed_in(&paper, "other@reader.example");
    let taken = paper.activate(&mut other, "1042-7", "B3H 4R2", "/");
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!paper.opens(&other));
    // The same reader again is no error.
    let again = paper.activate(&mut jar, "1042-7", "B3H 4R2", "/");
    assert_eq!(again.header("location"), "/account#subscription");
    // A later list moves its end, and a letter tells it once.
    paper.bring_in(Kind::Print, "print", &PRINT.replace("2026-10-31", "2026-11-30"));
    paper.at("2026-11-15T09:00:00-04:00");
    assert!(paper.opens(&jar));
    paper.at("2026-12-01T09:00:00-04:00");
    paper.hear();
    assert!(!paper.opens(&jar));
    assert_eq!(paper.letters_of_kind("expired"), 1);
}

#[test]
fn no_answer_tells_which_half_was_wrong() {
    let paper = shop();
    paper.bring_in(Kind::Print, "print", PRINT);
    let mut told = Vec::new();
    for (n, (number, postcode)) in
        [("1042-7", "X"), ("9", "B3H 4R2"), ("9", "X"), ("", ""), ("1042-8", "X")]
            .iter()
            .enumerate()
    {
        let mut jar = signed_in(&paper, &format!("guest{n}@reader.example"));
        let reply = paper.activate(&mut jar, number, postcode, "/");
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = reply.text();
        let start = text.find("class=\"refused\"").unwrap();
        told.push(text[start..].split("</p>").next().unwrap().to_owned());
    }
    assert!(told.windows(2).all(|two| two[0] == two[1]), "{told:?}");
}

#[test]
fn a_paper_with_its_reader_s_address_is_bound_by_signing_in() {
    let paper = shop();
    paper.bring_in(Kind::Print, "print", PRINT);
    let jar = signed_in(&paper, MAIL);
    assert!(paper.opens(&jar));
    let stranger = signed_in(&paper, "eve@reader.example");
    assert!(!paper.opens(&stranger));
}

#[test]
fn it_is_bound_as_well_by_a_password() {
    let paper = shop();
    let password = "quai des brumes et marées";
    paper.reader_with_password(MAIL, password);
    paper.bring_in(Kind::Print, "print", PRINT);
    let mut jar = Jar::default();
    let wrong = paper.send(&mut jar, crate::passwords::form(MAIL, "another one of many words"));
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(paper.rows("SELECT count(*) FROM print_accounts WHERE reader IS NOT NULL"), 0);
    let done = paper.send(&mut jar, crate::passwords::form(MAIL, password));
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert!(paper.opens(&jar));
}

#[test]
fn the_way_to_activate_is_shown_where_there_are_printed_papers_and_only_there() {
    let paper = shop();
    let pages = || {
        let sign_in = paper.get("/sign-in?back=%2Fharbour%2Fm01%23rest").text();
        let public = ["subs", "m01"].map(|code| paper.get(&paper.path(code)).text());
        (sign_in, public)
    };
    let (sign_in, public) = pages();
    assert!(!sign_in.contains("/activate"), "{sign_in}");
    paper.bring_in(Kind::Print, "print", PRINT);
    let (sign_in, same) = pages();
    assert!(sign_in.contains("href=\"/activate?back=%2Fharbour%2Fm01%23rest\""), "{sign_in}");
    // What everybody gets weighs no byte more, and walls lead to signing in.
    assert_eq!(same, public);
    assert!(public.iter().all(|page| !page.contains("/activate")));
}

#[test]
fn whoever_guesses_is_stopped_and_the_reader_of_that_number_is_not() {
    let paper = shop();
    paper.bring_in(Kind::Print, "print", PRINT);
    let mut thief = signed_in(&paper, "thief@reader.example");
    for n in 0..10 {
        let reply = paper.activate(&mut thief, "1042-7", &format!("X{n}"), "/");
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{n}");
    }
    let stopped = paper.activate(&mut thief, "1042-7", "B3H 4R2", "/");
    assert_eq!(stopped.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(stopped.header("retry-after"), "3600");
    assert!(!paper.opens(&thief));
    let mut owner = signed_in(&paper, "owner@reader.example");
    assert_eq!(paper.activate(&mut owner, "1042-7", "B3H 4R2", "/").status, StatusCode::SEE_OTHER);
    assert!(paper.opens(&owner));
}

#[test]
fn an_activation_comes_from_our_page_of_somebody_who_is_signed_in() {
    let paper = shop();
    paper.bring_in(Kind::Print, "print", PRINT);
    let mut jar = signed_in(&paper, "one@reader.example");
    let form = Ask::fields("/activate", &[("number", "1042-7"), ("postcode", "B3H 4R2")]);
    let strange =
        paper.send(&mut jar, form.clone().without("origin").with("origin", "https://evil.example"));
    assert_eq!(strange.status, StatusCode::FORBIDDEN);
    let nobody = paper.send(&mut Jar::default(), form);
    assert_eq!(nobody.status, StatusCode::SEE_OTHER);
    assert!(nobody.header("location").starts_with("/sign-in?back="), "{:?}", nobody.headers);
    let away = paper.activate(&mut jar, "1042-7", "B3H 4R2", "https://evil.example/");
    assert_eq!(away.header("location"), "/account#subscription");
}

#[test]
fn an_erased_reader_s_paper_can_be_activated_by_whoever_has_it_then() {
    let paper = shop();
    paper.bring_in(Kind::Print, "print", PRINT);
    let mut jar = signed_in(&paper, "one@reader.example");
    paper.activate(&mut jar, "1042-7", "B3H 4R2", "/");
    let erased = paper.send(&mut jar, Ask::fields("/account/erasure", &[("sure", "yes")]));
    assert_eq!((erased.status, erased.header("location")), (StatusCode::SEE_OTHER, "/"));
    let mut next = signed_in(&paper, "next@reader.example");
    assert!(!paper.opens(&next));
    paper.activate(&mut next, "1042-7", "B3H 4R2", "/");
    assert!(paper.opens(&next));
}
