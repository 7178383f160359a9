//! The help desk: a reader is found by whatever can be read out, it is said what is open to them and why, and each deed is shown first,
//! done once, held against the role, and written into the record without an address.

use http::{Method, StatusCode};
use newsroom::{Deed, Role};
use store::{MailState, ReaderRow};
use web::{AccessClass, Page, ROUTES};

use crate::ask::{Ask, Reply};
use crate::desk::at;
use crate::invoices::{INVOICES, office_with};
use crate::jar::Jar;
use crate::money::{hidden, shop};
use crate::paper::{TestPaper, wait};

const MAIL: &str = "ada@reader.example";

impl TestPaper {
    #[track_caller]
    pub(crate) fn row(&self, mail: &str) -> ReaderRow {
        wait(self.store.reader_of_mail(mail.to_owned())).unwrap().expect("a reader")
    }

    #[track_caller]
    fn desk_of(&self, mail: &str) -> String {
        format!("/desk/readers/{}", self.row(mail).id)
    }

    fn find(&self, jar: &mut Jar, typed: &str) -> Reply {
        self.send(jar, Ask::fields("/desk/readers", &[("q", typed)]))
    }

    /// Presses a button of the page, reads what will happen, and confirms it; what will happen, and the answer.
    #[track_caller]
    fn help(&self, jar: &mut Jar, at: &str, fields: &[(&str, &str)]) -> (String, Reply) {
        let asked = self.send(jar, Ask::fields(at, fields));
        assert_eq!(asked.status, StatusCode::OK, "{}", asked.text());
        let told = asked.text();
        (
            told.clone(),
            self.send(jar, Ask::fields(at, &confirmed(&told).iter().map(pair).collect::<Vec<_>>())),
        )
    }

    fn deeds(&self) -> Vec<String> {
        let rows = wait(self.store.record(None, None, 200)).unwrap();
        let help =
            rows.into_iter().filter(|row| !["appointed", "set"].contains(&row.deed.as_str()));
        help.map(|row| format!("{} {} {}", row.name, row.deed, row.subject)).collect()
    }
}

fn pair(field: &(String, String)) -> (&str, &str) {
    (&field.0, &field.1)
}

/// The fields of the form that confirms.
fn confirmed(told: &str) -> Vec<(String, String)> {
    let form = told.split("class=\"desk-acts\"").nth(1).expect("a form").split("</form>").next();
    let hidden_fields = form.unwrap().split("<input type=\"hidden\" name=\"").skip(1);
    hidden_fields
        .map(|field| {
            let name = field.split('"').next().unwrap();
            (name.to_owned(), hidden(form.unwrap(), name))
        })
        .collect()
}

#[track_caller]
fn is_said(reply: &Reply, said: &str) {
    let location = reply.header("location");
    assert!(location.ends_with(&format!("?said={said}")), "{location} {}", reply.text());
}

/// What each address of the desk asks of the role, whatever stands in its form.
fn deed_of(page: Page) -> Deed {
    match page {
        Page::Desk | Page::DeskArticles | Page::DeskArticle | Page::DeskLook => Deed::Write,
        Page::DeskMedia | Page::DeskFile | Page::DeskPicture | Page::DeskSeeAs => Deed::Write,
        Page::DeskRevisions => Deed::Edit,
        Page::DeskWithdrawal => Deed::TakeBack,
        Page::DeskHand | Page::DeskLooks => Deed::Write,
        Page::DeskFront | Page::DeskFrontLook | Page::DeskNames => Deed::Arrange,
        Page::DeskRecord => Deed::ReadRecord,
        Page::DeskStaff => Deed::Appoint,
        Page::DeskSettings | Page::DeskSettingsGroup => Deed::SetHouse,
        Page::DeskInstitutions | Page::DeskInstitution => Deed::SetHouse,
        Page::DeskReaders | Page::DeskReader => Deed::HelpReaders,
        Page::DeskLists => Deed::ExchangeReaders,
        Page::DeskNumbers | Page::DeskNumbersTable => Deed::SeeNumbers,
        Page::DeskTokens | Page::DeskWebhooks | Page::DeskWebhook => Deed::ConnectMachines,
        other => panic!("{other:?} has no row here"),
    }
}

#[test]
fn every_address_of_the_desk_is_held_against_every_role() {
    let paper = shop();
    for role in Role::ALL {
        let mut jar = paper.staff(&format!("{role}@staff.example"), role);
        for route in ROUTES.iter().filter(|route| route.access == AccessClass::Staff) {
            let target = at(route.pattern, "m01");
            for method in route.methods {
                let ask = match *method {
                    Method::GET => Ask::get(&target),
                    _ => Ask::fields(&target, &[("act", "nothing"), ("q", ""), ("role", "author")]),
                };
                let status = paper.send(&mut jar, ask).status;
                // An article of the paper is nobody's draft, and its files nobody's own: authors are turned away from them, too.
                let is_paper_s = target.contains("m01")
                    || (route.page == Page::DeskFile && *method != Method::GET);
                let may = role.may(deed_of(route.page)) && (role != Role::Author || !is_paper_s);
                assert_eq!(status != StatusCode::FORBIDDEN, may, "{role} {method} {target}");
            }
        }
    }
}

#[test]
fn a_reader_is_found_by_whatever_can_be_read_out() {
    let paper = shop();
    let mut ada = Jar::default();
    paper.subscriber(&mut ada, MAIL, "good");
    wait(paper.store.name_reader(paper.row(MAIL).id, "Ada Brook")).unwrap();
    for mail in ["ann@reader.example", "bob@other.example"] {
        paper.sign_in(&mut Jar::default(), mail);
    }
    let list = "account,postcode,paid_until,mail\n1042-7,B3H 4R2,2026-12-31,\n";
    paper.bring_in(newsroom::import::subscribers::Kind::Print, "print", list);
    let mut editor = paper.staff("editor@courant.example", Role::Editor);
    let at = paper.desk_of(MAIL);
    let id = paper.text("SELECT id FROM subscriptions WHERE provider <> 'house'");
    for typed in [MAIL, " ADA@reader.example ", "ada@", "ada b", "Ada Brook", "bob", &id] {
        let found = paper.find(&mut editor, typed);
        let wanted = if typed == "bob" { paper.desk_of("bob@other.example") } else { at.clone() };
        assert_eq!(found.header("location"), wanted, "{typed}: {}", found.text());
    }
    for typed in ["brook", "Bro"] {
        assert_eq!(paper.find(&mut editor, typed).header("location"), at, "{typed}: its last word");
    }
    assert!(paper.find(&mut editor, "rook").text().contains("Nothing was found"));
    let several = paper.find(&mut editor, "a").text();
    assert!(several.contains(MAIL) && several.contains("ann@reader.example"), "{several}");
    assert!(!several.contains("bob@other.example"));
    assert!(paper.find(&mut editor, "1042 7").text().contains("no reader has activated it"));
    assert!(paper.find(&mut editor, "nobody@").text().contains("Nothing was found"));
    let long = "x".repeat(201);
    for bad in ["", "  ", "a\nb", "a\u{7}", &long] {
        let reply = paper.find(&mut editor, bad);
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad:?}");
        assert!(reply.text().contains("at most 200 characters"));
    }
    // What no rule of searching means: nothing is found, and nothing breaks.
    for odd in ["%", "_", "'", "\"; DROP TABLE readers", "\u{202e}", "cus_nobody", "2026-0001", "*"]
    {
        assert_eq!(paper.find(&mut editor, odd).status, StatusCode::OK, "{odd}");
    }
}

#[test]
fn the_list_goes_on_behind_its_last_row() {
    let paper = shop();
    let mut list = "email,name\n".to_owned();
    for number in 0..80 {
        list += &format!("r{number:03}@list.example,Same Name\n");
    }
    paper.bring_in(newsroom::import::subscribers::Kind::Plain, "csv", &list);
    let mut editor = paper.staff("editor@courant.example", Role::Editor);
    for (typed, by) in [("r0", "mail"), ("same", "name")] {
        let mut seen = Vec::new();
        let mut page = paper.find(&mut editor, typed).text();
        loop {
            let rows = page.split("<li><a href=\"/desk/readers/").skip(1);
            seen.extend(rows.map(|row| row[..32].to_owned()));
            if !page.contains("name=\"after\"") {
                break;
            }
            let after = hidden(&page, "after");
            let fields = [("q", typed), ("by", by), ("after", after.as_str())];
            page = paper.send(&mut editor, Ask::fields("/desk/readers", &fields)).text();
        }
        assert_eq!(seen.len(), 80, "{by}");
        let mut all = seen.clone();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 80, "{by}: nobody twice");
    }
}

#[test]
fn the_code_of_a_wall_leads_to_its_reason() {
    let paper = shop();
    let wall = paper.ask(&Ask::get(&paper.path("subs"))).text();
    let start = wall.find("class=\"code\"").map_or(0, |place| place);
    let code = wall[start..]
        .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-')
        .find(|word| word.len() == 16 && word.matches('-').count() == 2)
        .unwrap_or_else(|| panic!("{wall}"))
        .to_owned();
    let mut editor = paper.staff("editor@courant.example", Role::Editor);
    let told = paper.find(&mut editor, &code.to_lowercase()).text();
    for wanted in
        ["A wall on an article for subscribers.", "It is for subscribers", "House settings"]
    {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
    let other = if code.starts_with('7') { "8" } else { "7" };
    let foreign = paper.find(&mut editor, &format!("{other}{}", &code[1..])).text();
    assert!(foreign.contains("this paper did not make it"), "{foreign}");
}

#[test]
fn the_page_says_what_is_open_and_why_and_holds_no_secret() {
    let paper = shop();
    let mut ada = Jar::default();
    paper.subscriber(&mut ada, MAIL, "good");
    paper.read(&mut ada, "m01");
    let mut editor = paper.staff("editor@courant.example", Role::Editor);
    let page = paper.send(&mut editor, Ask::get(&paper.desk_of(MAIL)));
    assert_eq!((page.status, page.header("cache-control")), (StatusCode::OK, "private, no-store"));
    let text = page.text();
    for wanted in [MAIL, "Address proven on", "Runs, and goes on", "Opens: ", "paid for", "sent"] {
        assert!(text.contains(wanted) || wanted == "sent", "{wanted}: {text}");
    }
    assert!(!text.contains("/m01"), "nobody sees what somebody reads");
    let code = wait(paper.store.mails_lately(10)).unwrap();
    assert!(
        code.iter().all(|mail| mail.state != MailState::Waiting || !text.contains(&mail.subject))
    );
    let bob = paper.reader_with_password("bob@reader.example", "five calls from the harbour");
    let text = paper.send(&mut editor, Ask::get(&paper.desk_of("bob@reader.example"))).text();
    assert!(!text.contains("argon2") && !text.contains(bob.named("s").unwrap()), "{text}");
    // Nothing was spent by looking.
    let looked = paper.rows("SELECT count(*) FROM readings");
    paper.send(&mut editor, Ask::get(&paper.desk_of("bob@reader.example")));
    assert_eq!(paper.rows("SELECT count(*) FROM readings"), looked);
    let nobody = format!("/desk/readers/{}", "0".repeat(32));
    for unknown in [nobody.as_str(), "/desk/readers/x"] {
        assert_eq!(paper.send(&mut editor, Ask::get(unknown)).status, StatusCode::NOT_FOUND);
    }
}

#[test]
fn names_of_any_kind_are_shown_as_text() {
    let paper = shop();
    paper.sign_in(&mut Jar::default(), MAIL);
    let mut editor = paper.staff("editor@courant.example", Role::Editor);
    let emoji = "🦀".repeat(80);
    for name in ["<script>alert(1)</script>", "\"><img src=x onerror=1>", "\u{202e}evil", &emoji] {
        wait(paper.store.name_reader(paper.row(MAIL).id, name)).unwrap();
        let page = paper.send(&mut editor, Ask::get(&paper.desk_of(MAIL))).text();
        let list = paper.send(&mut editor, Ask::fields("/desk/readers", &[("q", "a")])).text();
        for text in [page, list] {
            assert!(!text.contains("<script>alert") && !text.contains("<img src=x"), "{text}");
        }
    }
}

#[test]
fn access_is_given_until_a_day_and_taken_back() {
    let paper = shop();
    let mut ada = Jar::default();
    paper.sign_in(&mut ada, MAIL);
    assert!(!paper.opens(&ada));
    let mut editor = paper.staff("editor@courant.example", Role::Editor);
    let at = paper.desk_of(MAIL);
    let give =
        [("act", "give"), ("plan", "digital"), ("until", "2026-10-31"), ("reason", "it fell out")];
    let (told, done) = paper.help(&mut editor, &at, &give);
    assert!(told.contains("without payment, to the end of October 31st"), "{told}");
    is_said(&done, "done");
    assert!(paper.opens(&ada));
    assert_eq!(paper.deeds(), ["editor gave access digital, 2026-10-31"]);
    let page = paper.send(&mut editor, Ask::get(&at)).text();
    assert!(
        page.contains("Given by the paper, until October 31st") && page.contains("it fell out")
    );
    is_said(&paper.help(&mut editor, &at, &give).1, "nothing");
    for (plan, until, reason) in [
        ("none", "2026-10-31", "x"),
        ("digital", "2026-09-15", "x"),
        ("digital", "2026-10-31", " "),
    ] {
        let fields = [("act", "give"), ("plan", plan), ("until", until), ("reason", reason)];
        let wrong = paper.send(&mut editor, Ask::fields(&at, &fields));
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{plan} {until} {reason}");
    }
    is_said(&paper.help(&mut editor, &at, &[("act", "take")]).1, "done");
    assert!(!paper.opens(&ada));
    is_said(&paper.help(&mut editor, &at, &[("act", "take")]).1, "nothing");
    assert_eq!(paper.deeds().len(), 2);
    assert_eq!(paper.rows("SELECT count(*) FROM ledger WHERE told_by = 'desk'"), 2);
}

#[test]
fn a_payment_goes_back_once_and_by_a_publisher_alone() {
    let paper = shop();
    let mut ada = Jar::default();
    paper.subscriber(&mut ada, MAIL, "good");
    let at = paper.desk_of(MAIL);
    let mut editor = paper.staff("editor@courant.example", Role::Editor);
    let mut publisher = paper.staff("publisher@courant.example", Role::Publisher);
    let page = paper.send(&mut publisher, Ask::get(&at)).text();
    let payment = hidden(&page, "payment");
    let back = [("act", "pay-back"), ("payment", payment.as_str()), ("access", "ends")];
    assert!(!paper.send(&mut editor, Ask::get(&at)).text().contains("name=\"payment\""));
    let mut sure = back.to_vec();
    sure.push(("sure", "yes"));
    let refused = paper.send(&mut editor, Ask::fields(&at, &sure));
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let (told, done) = paper.help(&mut publisher, &at, &back);
    assert!(told.contains("goes back the way it came"), "{told}");
    is_said(&done, "done");
    assert!(!paper.opens(&ada), "what it had paid for has ended");
    is_said(&paper.send(&mut publisher, Ask::fields(&at, &sure)), "nothing");
    let refunds = "SELECT count(DISTINCT fact) FROM ledger WHERE document LIKE '%efund%'";
    assert!(paper.rows(refunds) >= 1);
    assert_eq!(paper.deeds().len(), 1, "{:?}", paper.deeds());
    let unknown = [("act", "pay-back"), ("payment", "nobody-1"), ("sure", "yes")];
    is_said(&paper.send(&mut publisher, Ask::fields(&at, &unknown)), "nothing");
}

#[test]
fn letters_go_out_again_once_for_each_press() {
    let paper = shop();
    let mut ada = Jar::default();
    paper.subscriber(&mut ada, MAIL, "good");
    let at = paper.desk_of(MAIL);
    let mut editor = paper.staff("editor@courant.example", Role::Editor);
    let mut publisher = paper.staff("publisher@courant.example", Role::Publisher);
    let payment = hidden(&paper.send(&mut publisher, Ask::get(&at)).text(), "payment");
    for letter in ["welcome", payment.as_str()] {
        let before = paper.rows("SELECT count(*) FROM mails");
        let asked =
            paper.send(&mut editor, Ask::fields(&at, &[("act", "again"), ("letter", letter)]));
        let fields = confirmed(&asked.text());
        let fields: Vec<_> = fields.iter().map(pair).collect();
        is_said(&paper.send(&mut editor, Ask::fields(&at, &fields)), "done");
        is_said(&paper.send(&mut editor, Ask::fields(&at, &fields)), "nothing");
        assert_eq!(paper.rows("SELECT count(*) FROM mails"), before + 1, "{letter}");
    }
    let unknown = [("act", "again"), ("letter", "nothing-there")];
    assert_eq!(paper.help(&mut editor, &at, &unknown).1.status, StatusCode::CONFLICT);
    // The link signs in, in any browser.
    is_said(&paper.help(&mut editor, &at, &[("act", "link")]).1, "done");
    let mail = paper.mails().pop().expect("a mail");
    let mut other = Jar::default();
    paper.send(&mut other, Ask::fields(&mail.link(), &[]));
    assert!(paper.is_signed_in(&other));
}

#[test]
fn sessions_end_and_mails_go_again() {
    let paper = shop();
    let mut ada = Jar::default();
    paper.sign_in(&mut ada, MAIL);
    let at = paper.desk_of(MAIL);
    let mut editor = paper.staff("editor@courant.example", Role::Editor);
    is_said(&paper.help(&mut editor, &at, &[("act", "end-all")]).1, "done");
    assert!(!paper.is_signed_in(&ada));
    is_said(&paper.help(&mut editor, &at, &[("act", "end-all")]).1, "nothing");
    paper.sign_in(&mut ada, MAIL);
    let session = hidden(&paper.send(&mut editor, Ask::get(&at)).text(), "session");
    // Nobody's session but theirs.
    let other = paper.desk_of("editor@courant.example");
    let fields = [("act", "end-one"), ("session", session.as_str())];
    is_said(&paper.help(&mut editor, &other, &fields).1, "nothing");
    assert!(paper.is_signed_in(&ada));
    is_said(&paper.help(&mut editor, &at, &fields).1, "done");
    assert!(!paper.is_signed_in(&ada));
    is_said(&paper.help(&mut editor, &at, &[("act", "lift")]).1, "nothing");
    wait(paper.store.suppress(MAIL, "550 no such person", paper.clock.now())).unwrap();
    assert!(paper.send(&mut editor, Ask::get(&at)).text().contains("550 no such person"));
    is_said(&paper.help(&mut editor, &at, &[("act", "lift")]).1, "done");
    assert!(!paper.send(&mut editor, Ask::get(&at)).text().contains("550 no such person"));
}

#[test]
fn a_corrected_address_is_proven_by_its_letter_and_the_old_one_is_told() {
    let paper = shop();
    let mut ada = Jar::default();
    paper.sign_in(&mut ada, MAIL);
    paper.sign_in(&mut Jar::default(), "bob@reader.example");
    let at = paper.desk_of(MAIL);
    let mut editor = paper.staff("editor@courant.example", Role::Editor);
    let correct = |mail| [("act", "correct"), ("mail", mail)];
    let taken = paper.help(&mut editor, &at, &correct("bob@reader.example")).1;
    assert_eq!(taken.status, StatusCode::CONFLICT);
    is_said(&paper.help(&mut editor, &at, &correct(MAIL)).1, "nothing");
    let wrong = paper.send(&mut editor, Ask::fields(&at, &correct("no address")));
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let (told, done) = paper.help(&mut editor, &at, &correct("Ada.New@reader.example"));
    assert!(told.contains("ada.new@reader.example") && told.contains(MAIL), "{told}");
    is_said(&done, "done");
    assert!(!paper.is_signed_in(&ada));
    let row = paper.row("ada.new@reader.example");
    assert_eq!(row.verified_at, None);
    let kinds = format!(
        "SELECT count(*) FROM mails WHERE recipient = '{MAIL}' AND kind = 'address-changed'"
    );
    assert_eq!(paper.rows(&kinds), 1);
    let letter = paper.mails().pop().expect("a letter");
    assert_eq!(letter.recipient, "ada.new@reader.example");
    paper.send(&mut ada, Ask::fields(&letter.link(), &[]));
    assert!(paper.is_signed_in(&ada));
    assert!(paper.row("ada.new@reader.example").verified_at.is_some());
    assert_eq!(paper.deeds(), ["editor corrected an address "], "no address is in the record");
}

#[test]
fn whoever_may_more_is_left_alone() {
    let paper = shop();
    let mut editor = paper.staff("editor@courant.example", Role::Editor);
    paper.staff("owner@courant.example", Role::Owner);
    let at = paper.desk_of("owner@courant.example");
    for fields in [
        &[("act", "correct"), ("mail", "mine@evil.example")][..],
        &[("act", "end-all")],
        &[("act", "link")],
    ] {
        let mut sure = fields.to_vec();
        sure.push(("sure", "yes"));
        for fields in [fields, &sure] {
            let refused = paper.send(&mut editor, Ask::fields(&at, fields));
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{fields:?}");
        }
    }
    paper.row("owner@courant.example");
    let strange = Ask::fields(&at, &[("act", "give")]).instead("origin", "https://evil.example");
    assert_eq!(paper.send(&mut editor, strange).status, StatusCode::FORBIDDEN);
    assert!(paper.deeds().is_empty());
}

#[test]
fn an_invoice_is_noted_as_paid_and_as_paid_back() {
    let paper = office_with(INVOICES, "");
    let mut ada = Jar::default();
    paper.sign_in(&mut ada, MAIL);
    let number = paper.has_ordered(&mut ada, "/subscribe/digital/invoice").to_string();
    let at = paper.desk_of(MAIL);
    let mut editor = paper.staff("editor@courant.example", Role::Editor);
    let mut publisher = paper.staff("publisher@courant.example", Role::Publisher);
    assert_eq!(paper.find(&mut editor, &number).header("location"), at);
    let page = paper.send(&mut publisher, Ask::get(&at)).text();
    let sum = page.split("name=\"sum\"").nth(1).unwrap().split("value=\"").nth(1).unwrap();
    let sum = sum.split('"').next().unwrap().to_owned();
    let paid = [("act", "invoice-paid"), ("number", &number), ("on", "2026-09-16"), ("sum", &sum)];
    let mut wrong = paid;
    wrong[3].1 = "1";
    assert_eq!(
        paper.send(&mut publisher, Ask::fields(&at, &wrong)).status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(paper.send(&mut editor, Ask::fields(&at, &paid)).status, StatusCode::FORBIDDEN);
    is_said(&paper.help(&mut publisher, &at, &paid).1, "done");
    assert!(paper.opens(&ada));
    is_said(&paper.help(&mut publisher, &at, &paid).1, "nothing");
    let back = [("act", "invoice-back"), ("number", number.as_str())];
    is_said(&paper.help(&mut publisher, &at, &back).1, "done");
    assert!(!paper.opens(&ada));
    is_said(&paper.help(&mut publisher, &at, &back).1, "nothing");
    assert_eq!(paper.deeds().len(), 2, "{:?}", paper.deeds());
    // An invoice of somebody else is not this reader's to note.
    paper.sign_in(&mut Jar::default(), "bob@reader.example");
    let other = paper.desk_of("bob@reader.example");
    assert_eq!(paper.help(&mut publisher, &other, &back).1.status, StatusCode::CONFLICT);
}

#[test]
fn readers_are_taken_out_and_brought_in_by_a_publisher() {
    let paper = shop();
    paper.sign_in(&mut Jar::default(), MAIL);
    wait(paper.store.name_reader(paper.row(MAIL).id, "=1+1")).unwrap();
    let mut publisher = paper.staff("publisher@courant.example", Role::Publisher);
    let file = paper.send(&mut publisher, Ask::fields("/desk/readers/lists", &[("act", "export")]));
    assert!(file.header("content-type").starts_with("text/csv"));
    assert!(file.text().starts_with("email,name,plan,source,until\r\n"), "{}", file.text());
    assert!(file.text().contains("\"ada@reader.example\",\"'=1+1\""), "{}", file.text());
    let list = "email,name,access,until\neve@reader.example,Eve,paid,2026-10-31\nEVE@reader.example,,,\nno mail,,,\n";
    let fields = |act| [("act", act), ("list", list), ("from", "csv"), ("plan", "digital")];
    let tried = paper.send(&mut publisher, Ask::fields("/desk/readers/lists", &fields("try")));
    assert!(tried.text().contains("Nothing was written yet"), "{}", tried.text());
    assert!(tried.text().contains("stands in an earlier line already"));
    assert_eq!(paper.rows("SELECT count(*) FROM readers WHERE mail LIKE 'eve%'"), 0);
    let done = paper.send(&mut publisher, Ask::fields("/desk/readers/lists", &fields("import")));
    assert!(done.text().contains("This was done"), "{}", done.text());
    assert_eq!(paper.rows("SELECT count(*) FROM readers WHERE mail LIKE 'eve%'"), 1);
    // A file goes before what was pasted, and stands in the form once it was looked at.
    let lists = "/desk/readers/lists";
    let file = |bytes: &[u8]| [("file", "list.csv", bytes.to_vec())];
    let kim = b"\xef\xbb\xbfemail,name\nkim@reader.example,Kim & Co\n";
    let tried = paper.bring(&mut publisher, lists, &fields("try"), &file(kim));
    assert_eq!(tried.status, StatusCode::OK, "{}", tried.text());
    assert!(tried.text().contains("kim@reader.example,Kim &amp; Co"), "{}", tried.text());
    assert_eq!(paper.rows("SELECT count(*) FROM readers WHERE mail LIKE 'kim%'"), 0);
    paper.bring(&mut publisher, lists, &fields("import"), &file(kim));
    assert_eq!(paper.rows("SELECT count(*) FROM readers WHERE mail LIKE 'kim%'"), 1);
    for (bytes, why) in [
        (b"email,name\nkim@reader.example,K\xfcm\n".to_vec(), "is not UTF-8"),
        (vec![b'a'; (1 << 20) + 1], "list.csv &gt; 1 MB"),
        (b"PK\x03\x04 a table of a spreadsheet".to_vec(), "This is no such list"),
    ] {
        let refused = paper.bring(&mut publisher, lists, &fields("try"), &file(&bytes));
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert!(refused.text().contains(why), "{why}: {}", refused.text());
    }
    let wrong = [("act", "try"), ("list", "nothing,of,this\n1,2,3\n")];
    let wrong = paper.send(&mut publisher, Ask::fields("/desk/readers/lists", &wrong));
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut long = "email\n".to_owned();
    for number in 0..2_001 {
        long += &format!("l{number}@list.example\n");
    }
    let many = [("act", "import"), ("list", long.as_str())];
    let many = paper.send(&mut publisher, Ask::fields("/desk/readers/lists", &many));
    assert_eq!(many.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(paper.rows("SELECT count(*) FROM readers WHERE mail LIKE 'l%@list.example'"), 0);
    let at = paper.desk_of(MAIL);
    let data = paper.help(&mut publisher, &at, &[("act", "data")]).1;
    assert_eq!(data.json()["reader"]["mail"], MAIL);
    let deeds = paper.deeds();
    assert!(deeds[0].starts_with("publisher took data out"), "{deeds:?}");
    assert!(deeds.iter().any(|deed| deed == "publisher brought readers in csv, 2"), "{deeds:?}");
    let record = paper.send(&mut publisher, Ask::get("/desk/record")).text();
    assert!(record.contains(&at) && !record.contains(MAIL), "{record}");
}
