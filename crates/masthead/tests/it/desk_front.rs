//! The front page at the desk: looked at before it is kept, kept at once, never over a colleague's arrangement, and put back as it was.

use http::StatusCode;
use jiff::SignedDuration;
use newsroom::Role;

use crate::ask::{Ask, Reply};
use crate::desk::{chosen, paper};
use crate::jar::Jar;
use crate::money::hidden;
use crate::paper::TestPaper;

const AT: &str = "/desk/front";

impl TestPaper {
    /// Sends the places as the page's form does.
    #[track_caller]
    fn arrange(&self, jar: &mut Jar, shown: &Reply, places: &[(&str, &str)]) -> Reply {
        let before = hidden(&shown.text(), "before");
        let fields = [&[("before", before.as_str())], places].concat();
        self.send(jar, Ask::fields(AT, &fields))
    }

    /// Which article leads the paper's front page.
    #[track_caller]
    fn leads(&self) -> String {
        lead_of(&self.ask(&Ask::get("/")).text())
    }
}

/// The address of the first headline of a front page.
#[track_caller]
fn lead_of(page: &str) -> String {
    let start = page.find("<main").expect("a front page");
    let href = page[start..].split("href=\"/harbour/").nth(1).expect("an article");
    href.split('"').next().unwrap().to_owned()
}

#[test]
fn the_front_page_is_arranged_at_once_and_filled_by_time_where_nothing_is_named() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let shown = paper.send(&mut jar, Ask::get(AT));
    assert_eq!(chosen(&shown.text(), "lead"), "m01");
    let places =
        [("lead", "m05"), ("top1", "m06"), ("top2", "m06"), ("related1", "no such article")];
    let kept = paper.arrange(&mut jar, &shown, &places);
    assert_eq!(kept.header("location"), "/desk/front?said=saved");
    let shown = paper.send(&mut jar, Ask::get(AT)).text();
    assert_eq!(
        (chosen(&shown, "lead"), chosen(&shown, "top1"), chosen(&shown, "top2")),
        ("m05".to_owned(), "m06".to_owned(), String::new())
    );
    let front = paper.ask(&Ask::get("/")).text();
    assert!(front.find("/harbour/m05").unwrap() < front.find("/harbour/m06").unwrap());
    // Named twice, it stands in one place: the lead's picture and headline, and the line of what is new.
    let often = |page: &str| page.matches("href=\"/harbour/m05\"").count();
    let twice = paper.send(&mut jar, Ask::get("/desk/front/look?lead=m05&top1=m05&related1=m05"));
    assert_eq!(often(&twice.text()), often(&front));
}

#[test]
fn an_arrangement_is_looked_at_and_nobody_else_sees_anything_of_it() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let before = paper.ask(&Ask::get("/")).text();
    assert_eq!(lead_of(&before), "m01");
    let looked = paper.send(&mut jar, Ask::get("/desk/front?look=yes&lead=m05&top1=m06")).text();
    assert_eq!((chosen(&looked, "lead"), chosen(&looked, "top1")), ("m05".into(), "m06".into()));
    assert!(looked.contains("Not on the front page yet"), "{looked}");
    let frame = "/desk/front/look?lead=m05&amp;top1=m06";
    assert!(looked.contains(&format!("<iframe src=\"{frame}\"")), "{looked}");
    let frame = paper.send(&mut jar, Ask::get(&frame.replace("&amp;", "&")));
    assert_eq!(frame.status, StatusCode::OK);
    assert!(frame.header("content-security-policy").contains("frame-ancestors 'self'"));
    assert_eq!(frame.header("cache-control"), "private, no-store");
    assert_eq!(frame.header("x-robots-tag"), "noindex");
    let text = frame.text();
    assert_eq!(lead_of(&text), "m05");
    assert!(!text.contains("<script"), "a page in a frame does nothing by itself");
    assert!(!text.replace("<a target=\"_blank\" ", "").contains("<a "), "every way is a window");
    // Neither the page nor what walls draw of it is another one now.
    assert_eq!(paper.ask(&Ask::get("/")).text(), before);
    let shown = paper.send(&mut jar, Ask::get(AT)).text();
    assert_eq!(chosen(&shown, "lead"), "m01");
    assert!(!shown.contains("What stood here before"));
    // What names no article names nothing, however it is written.
    for asked in ["", "?lead=%3Cscript%3E", "?lead=m05&lead=m06&top1=&top99=m06", "?look=yes&%ff"] {
        let frame = paper.send(&mut jar, Ask::get(&format!("/desk/front/look{asked}")));
        assert_eq!(frame.status, StatusCode::OK, "{asked}");
    }
}

#[test]
fn what_stood_there_before_is_put_back_with_one_press_and_forward_again() {
    let paper = paper();
    let mut jar = paper.staff("editor@courant.example", Role::Editor);
    let mut shown = paper.send(&mut jar, Ask::get(AT));
    assert!(!shown.text().contains("Undo"), "nothing was changed yet");
    paper.arrange(&mut jar, &shown, &[("lead", "m05"), ("top1", "m06"), ("related1", "m02")]);
    paper.clock.set(paper.clock.now() + SignedDuration::from_mins(5));
    for (lead, past) in [("m01", "m05"), ("m05", "m01"), ("m01", "m05")] {
        shown = paper.send(&mut jar, Ask::get(AT));
        assert!(shown.text().contains("What stood here before"));
        assert!(shown.text().contains("changed by editor"), "{}", shown.text());
        let undo = undo_fields(&shown.text());
        let fields: Vec<(&str, &str)> =
            undo.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let done = paper.send(&mut jar, Ask::fields(AT, &fields));
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        assert_eq!(paper.leads(), lead);
        let next = paper.send(&mut jar, Ask::get(AT)).text();
        let way = format!("/desk/front?look=yes&amp;lead={past}");
        assert!(next.contains(&way), "{way} {next}");
    }
    // All that stood there comes back, not the lead alone.
    let shown = paper.send(&mut jar, Ask::get(AT)).text();
    let undo = undo_fields(&shown);
    assert!(undo.contains(&("top1".to_owned(), "m06".to_owned())), "{undo:?}");
    assert!(undo.contains(&("related1".to_owned(), "m02".to_owned())), "{undo:?}");
}

/// The fields of the form that takes the last change back.
#[track_caller]
fn undo_fields(text: &str) -> Vec<(String, String)> {
    let form = text.split("<form id=\"undo\"").nth(1).expect("a way back");
    let form = form.split("</form>").next().unwrap();
    let names = form.split("<input type=\"hidden\" name=\"").skip(1);
    names
        .map(|rest| {
            let name = rest.split('"').next().unwrap();
            (name.to_owned(), hidden(form, name))
        })
        .collect()
}

#[test]
fn a_colleague_s_arrangement_is_never_written_over_unseen() {
    let paper = paper();
    let mut one = paper.staff("one@courant.example", Role::Editor);
    let mut other = paper.staff("other@courant.example", Role::Publisher);
    let shown = paper.send(&mut one, Ask::get(AT));
    assert_eq!(paper.arrange(&mut other, &shown, &[("lead", "m05")]).status, StatusCode::SEE_OTHER);
    // Also where somebody only looked in between.
    let before = hidden(&shown.text(), "before");
    let query = before.replace('&', "%26").replace('=', "%3D").replace('?', "%3F");
    let looked = paper.send(&mut one, Ask::get(&format!("{AT}?look=yes&before={query}&lead=m06")));
    assert_eq!(hidden(&looked.text(), "before"), before);
    let refused = paper.arrange(&mut one, &looked, &[("lead", "m06")]);
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(paper.leads(), "m05");
    // What was chosen is still in the form, and one more press puts it there.
    assert_eq!(chosen(&refused.text(), "lead"), "m06");
    let kept = paper.arrange(&mut one, &refused, &[("lead", "m06")]);
    assert_eq!(kept.status, StatusCode::SEE_OTHER);
    assert_eq!(paper.leads(), "m06");
    // The same press twice is one.
    let again = paper.arrange(&mut one, &refused, &[("lead", "m06")]);
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.text());
    // A form that does not say what it was made from is taken for an old one.
    let blind = paper.send(&mut one, Ask::fields(AT, &[("lead", "m02")]));
    assert_eq!(blind.status, StatusCode::CONFLICT);
}
