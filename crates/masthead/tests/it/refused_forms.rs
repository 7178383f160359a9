//! What a form of a reader's says where it is refused: at the field, which it names to whoever cannot see it, with everything else as it
//! was filled in; and where somebody is led who orders what they have.

use http::StatusCode;

use crate::ask::{Ask, Reply};
use crate::jar::Jar;
use crate::money::{hidden, shop, shop_with};
use crate::settings::Settings;

const MAIL: &str = "ada@reader.example";

/// The element with a mark, from its `<` to its `>`.
#[track_caller]
fn tag(page: &str, mark: &str) -> String {
    let at = page.find(mark).unwrap_or_else(|| panic!("no {mark}: {page}"));
    let start = page[..at].rfind('<').unwrap();
    page[start..].split_inclusive('>').next().unwrap().to_owned()
}

/// Checks that a field is marked as wrong, described by what stands behind it, has the focus alone, and holds what was typed.
#[track_caller]
fn is_told_at(page: &str, field: &str, wrong: &str, value: &str) {
    let input = tag(page, &format!(" id=\"{field}\""));
    assert!(input.contains("aria-invalid=\"true\""), "{input}");
    assert!(input.contains(&format!("aria-describedby=\"{wrong}\"")), "{input}");
    assert!(input.contains(&format!("value=\"{value}\"")), "{input}");
    assert!(input.contains(" autofocus"), "{input}");
    assert_eq!(page.matches(" autofocus").count(), 1, "one thing has the focus: {page}");
    assert_eq!(page.matches(&format!(" id=\"{wrong}\"")).count(), 1, "{page}");
    let message = page.find(&format!(" id=\"{wrong}\"")).unwrap();
    assert!(page.find(&format!(" id=\"{field}\"")).unwrap() < message, "it follows the field");
    let between = &page[page.find(&input).unwrap() + input.len()..message];
    assert!(!between.contains("<input"), "nothing stands between: {between}");
}

#[test]
fn a_new_address_that_is_refused_stays_in_its_field() {
    let paper = shop();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let mut send = |mail: &str| {
        let sent = paper.send(&mut jar, Ask::fields("/account/address", &[("mail", mail)]));
        assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY, "{mail}");
        sent.text()
    };
    is_told_at(&send("ada@elsewhere"), "address-new", "address-wrong", "ada@elsewhere");
    is_told_at(&send(MAIL), "address-new", "address-wrong", MAIL);
    // What is typed is text.
    let nasty = send("\"><script>");
    is_told_at(&nasty, "address-new", "address-wrong", "&quot;&gt;&lt;script&gt;");
}

#[test]
fn a_wrong_password_for_a_new_address_is_told_at_the_password_and_the_address_stays() {
    let paper = shop();
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let set = [("act", "set"), ("password", "seventeen grey gulls")];
    let done = paper.send(&mut jar, Ask::fields("/account/password", &set));
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    // The sign-in is no proof any more.
    paper.later(jiff::SignedDuration::from_hours(1));
    let wrong = [("mail", "ada@elsewhere.example"), ("present", "eighteen grey gulls")];
    let sent = paper.send(&mut jar, Ask::fields("/account/address", &wrong));
    assert_eq!(sent.status, StatusCode::FORBIDDEN, "{}", sent.text());
    let text = sent.text();
    let password = tag(&text, " id=\"address-present\"");
    assert!(password.contains("aria-describedby=\"address-wrong\" autofocus"), "{password}");
    let address = tag(&text, " id=\"address-new\"");
    assert!(address.contains("value=\"ada@elsewhere.example\""), "{address}");
    assert!(!address.contains("aria-invalid"), "{address}");
}

#[test]
fn an_invitation_that_is_refused_stays_in_its_field() {
    let tables = "[[plans]]\nslug = \"household\"\nname = \"Household\"\nopens = [\"digital\"]\ncurrency = \"CAD\"\n\
                  monthly = \"18\"\nseats = 3\n";
    let paper = shop_with(Settings { tables, offers: Some(""), ..Settings::default() });
    let mut jar = Jar::default();
    paper.subscriber_of("household", &mut jar, MAIL, "good");
    for mail in ["friend@elsewhere", MAIL] {
        let fields = [("act", "invite"), ("mail", mail)];
        let sent = paper.send(&mut jar, Ask::fields("/account/seats", &fields));
        assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY, "{mail}");
        is_told_at(&sent.text(), "seat-mail", "seats-wrong", mail);
    }
}

#[test]
fn a_box_that_is_not_ticked_is_told_at_the_box_and_the_other_one_stays_ticked() {
    let tables = "[[plans]]\nslug = \"young\"\nname = \"Young\"\nopens = [\"digital\"]\ncurrency = \"CAD\"\n\
                  monthly = \"5\"\nasks = \"I am under 26.\"\n";
    let paper = shop_with(Settings { tables, offers: Some(""), ..Settings::default() });
    let mut jar = Jar::default();
    paper.sign_in(&mut jar, MAIL);
    let page = paper.order(&mut jar, "/subscribe/young").text();
    assert!(!page.contains("id=\"agreed-wrong\"") && !page.contains(" checked"), "{page}");
    let terms = hidden(&page, "terms");
    let mut send = |fields: &[(&str, &str)]| -> Reply {
        let fields = [&[("period", "month"), ("terms", &*terms)], fields].concat();
        let sent = paper.send(&mut jar, Ask::fields("/subscribe/young", &fields));
        assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(hidden(&sent.text(), "terms"), terms);
        sent
    };
    let stated = send(&[("stated", "I am under 26.")]).text();
    is_told_at(&stated, "agreed", "agreed-wrong", "yes");
    assert!(tag(&stated, " id=\"stated\"").contains(" checked"), "{stated}");
    assert!(
        !stated.contains("id=\"stated-wrong\"")
            && !tag(&stated, " id=\"agreed\"").contains(" checked")
    );
    let agreed = send(&[("agreed", "yes")]).text();
    is_told_at(&agreed, "stated", "stated-wrong", "I am under 26.");
    assert!(tag(&agreed, " id=\"agreed\"").contains(" checked"), "{agreed}");
    let none = send(&[]).text();
    is_told_at(&none, "stated", "stated-wrong", "I am under 26.");
    assert!(none.contains("id=\"agreed-wrong\""), "each is told: {none}");
    assert_eq!(paper.rows("SELECT count(*) FROM checkouts"), 0);
}

#[test]
fn what_is_withdrawn_from_can_be_set_right_before_it_is_confirmed() {
    let paper = shop();
    let who = [("name", "Ada Brook"), ("mail", MAIL), ("contract", "Digital <1>")];
    let check = paper.ask(&Ask::fields("/withdrawal", &who)).text();
    assert!(check.contains("name=\"again\" value=\"yes\">Change something</button>"), "{check}");
    // The button sends all of its form, and is heard before the confirmation.
    let back = [&who[..], &[("confirmed", "yes"), ("again", "yes")]].concat();
    let form = paper.ask(&Ask::fields("/withdrawal", &back));
    assert_eq!(form.status, StatusCode::OK);
    let form = form.text();
    for (field, value) in [("name", "Ada Brook"), ("mail", MAIL), ("contract", "Digital &lt;1&gt;")]
    {
        let input = tag(&form, &format!(" id=\"{field}\""));
        assert!(input.contains(&format!("value=\"{value}\"")), "{input}");
    }
    assert_eq!(paper.rows("SELECT count(*) FROM statements"), 0, "nothing was stated");
    assert_eq!(paper.rows("SELECT count(*) FROM mails"), 0);
}

/// Two plans, and no offer unless a test has one.
fn two_plans(offers: &'static str) -> Settings {
    let tables = "[[plans]]\nslug = \"print\"\nname = \"Print\"\nopens = [\"digital\", \"print\"]\ncurrency = \"CAD\"\n\
                 monthly = \"24\"\nyearly = \"240\"\n";
    Settings { tables, offers: Some(offers), ..Settings::default() }
}

const HAS_ONE: &str = "You have a subscription already, so nothing was ordered.";

#[test]
fn a_subscriber_who_chooses_a_plan_comes_to_the_change_to_that_plan() {
    let paper = shop_with(two_plans(""));
    let mut jar = Jar::default();
    paper.subscriber(&mut jar, MAIL, "good");
    // As the tariff has it: each plan by its button, and by the year.
    let led = |jar: &mut Jar, target: &str| {
        let reply = paper.send(jar, Ask::get(target));
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{target}");
        let page = paper.send(jar, Ask::get(reply.header("location")));
        assert_eq!(page.status, StatusCode::OK, "{target}");
        page.text()
    };
    let print = led(&mut jar, "/subscribe/print");
    assert!(print.contains(HAS_ONE) && print.contains("Change to Print"), "{print}");
    assert_eq!(
        (hidden(&print, "plan"), hidden(&print, "period")),
        ("print".into(), "month".into())
    );
    let year = led(&mut jar, "/subscribe/print?period=year");
    assert_eq!(hidden(&year, "period"), "year");
    // What they have is no change: what there is to change to, and why it is shown.
    let same = led(&mut jar, "/subscribe/digital");
    assert!(same.contains(HAS_ONE) && same.contains("Print, $24 a month"), "{same}");
    assert!(same.contains("Your subscription: Digital"), "{same}");
    // Sent from a page of before, an order is none.
    let late = paper.send(&mut jar, Ask::fields("/subscribe/print", &[("agreed", "yes")]));
    assert_eq!(late.header("location"), "/account/plan?plan=print&period=month&from=order");
    // Who comes from an article that is open to them reads on; what they do not have is shown.
    let article = paper.path("subs");
    let back = paper.send(&mut jar, Ask::get(&format!("/subscribe/digital?back={article}")));
    assert_eq!(back.header("location"), article);
    let more = led(&mut jar, &format!("/subscribe/print?back={article}"));
    assert!(more.contains("Change to Print"), "{more}");
    assert!(!paper.send(&mut jar, Ask::get("/account/plan")).text().contains(HAS_ONE));
    assert_eq!(paper.rows("SELECT count(*) FROM checkouts"), 1);
}

#[test]
fn a_subscriber_whose_plan_cannot_be_changed_now_is_told_how_it_stands() {
    // In the first, cheaper period, and while a charge is tried again.
    let paper = shop();
    let mut jar = Jar::default();
    paper.subscriber(&mut jar, MAIL, "expires");
    let target = "/account/plan?plan=digital&period=month&from=order";
    assert_eq!(paper.send(&mut jar, Ask::get("/subscribe/digital")).header("location"), target);
    let early = paper.send(&mut jar, Ask::get(target)).text();
    assert!(early.contains(HAS_ONE), "{early}");
    assert!(early.contains("You can change your plan from December 16th on"), "{early}");
    paper.at("2026-12-17T09:00:00-04:00");
    paper.hear();
    let failed = paper.send(&mut jar, Ask::get(target)).text();
    for wanted in [HAS_ONE, "Your card was declined on December 16th.", "/account#subscription"] {
        assert!(failed.contains(wanted), "{wanted}: {failed}");
    }
    // Then the card is the one thing to do, and its button the filled one.
    assert!(
        paper.contract(&jar).contains("<button class=\"btn\" type=\"submit\">Update card</button>")
    );
    let portal =
        paper.send(&mut jar, Ask::fields("/account/card", &[])).header("location").to_owned();
    paper.pay(&mut jar, &portal, "good");
    paper.hear();
    let mended = paper.contract(&jar);
    assert!(mended.contains("<button class=\"btn line\" type=\"submit\">Update card"), "{mended}");
}
