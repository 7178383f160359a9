//! Institutions at the desk: added, changed, ended and brought back; whoever has a proven address of theirs reads wherever they are; how much
//! was read is counted by the month; what would let in too many is refused.

use http::StatusCode;
use newsroom::Role;

use crate::ask::Ask;
use crate::desk::{OWNER, paper};
use crate::jar::Jar;
use crate::paper::wait;

const FIELDS: [(&str, &str); 6] = [
    ("slug", "university"),
    ("name", "Merrin <University>"),
    ("opens", "digital"),
    ("networks", "203.0.113.0/24\r\n2001:db8:77::/48"),
    ("mail_domains", "@University.example"),
    ("ends_on", "2026-12-31"),
];

fn with<'f>(name: &'f str, value: &'f str) -> Vec<(&'f str, &'f str)> {
    let kept = FIELDS.iter().copied().filter(|(field, _)| *field != name);
    kept.chain([(name, value)]).collect()
}

#[test]
fn whoever_has_a_proven_address_of_an_institution_reads_wherever_they_are() {
    let paper = paper();
    let mut owner = paper.staff(OWNER, Role::Owner);
    let added = paper.send(&mut owner, Ask::fields("/desk/institutions", &FIELDS));
    assert_eq!(added.header("location"), "/desk/institutions/university?said=kept");
    let page = paper.send(&mut owner, Ask::get(added.header("location"))).text();
    assert!(page.contains("256 addresses") && page.contains("@university.example"), "{page}");
    assert!(page.contains("Merrin &lt;University&gt;") && !page.contains("<University>"));

    let path = paper.sheet("subs").path();
    let mut student = Jar::default();
    paper.sign_in(&mut student, "ada@university.example");
    let open = paper.send(&mut student, Ask::get(&path));
    assert!(paper.is_whole(&open, "subs"), "{}", open.text());
    assert!(open.text().contains("Open to you by Merrin &lt;University&gt;"), "{}", open.text());
    for other in ["ada@other.example", "ada@sub.university.example", "ada@notuniversity.example"] {
        let mut jar = Jar::default();
        paper.sign_in(&mut jar, other);
        let walled = paper.send(&mut jar, Ask::get(&path));
        assert!(walled.leaked().is_empty(), "{other}");
    }
    // Strangers get the same bytes as ever, also from its network.
    let stranger = Ask { peer: "203.0.113.9".parse().unwrap(), ..Ask::get(&path) };
    assert_eq!(paper.ask(&stranger).text(), paper.ask(&Ask::get(&path)).text());

    // What was read is counted, and says of nobody who it was.
    paper.send(&mut student, Ask::get(&path));
    wait(paper.site.tend()).unwrap();
    let page = paper.send(&mut owner, Ask::get("/desk/institutions/university")).text();
    assert!(page.contains("2026-09</th><td>2</td>"), "{page}");
    wait(paper.site.tend()).unwrap();
    let reads = wait(paper.store.institution_reads("university".to_owned(), 12)).unwrap();
    assert_eq!(reads, [("2026-09".to_owned(), 2)], "counted once");

    let end = Ask::fields("/desk/institutions/university", &[("act", "end")]);
    assert_eq!(paper.send(&mut owner, end).status, StatusCode::SEE_OTHER);
    assert!(paper.send(&mut student, Ask::get(&path)).leaked().is_empty(), "it is over at once");
    let again = Ask::fields("/desk/institutions/university", &FIELDS);
    assert_eq!(paper.send(&mut owner, again).status, StatusCode::SEE_OTHER);
    assert!(paper.is_whole(&paper.send(&mut student, Ask::get(&path)), "subs"));
    let record = paper.send(&mut owner, Ask::get("/desk/record")).text();
    assert!(
        record.contains("gave or changed the licence of") && record.contains("ended the licence")
    );
}

#[test]
fn what_would_let_in_too_many_is_refused_and_what_was_typed_stays() {
    let paper = paper();
    let mut owner = paper.staff(OWNER, Role::Owner);
    for (name, value, told) in [
        ("networks", "0.0.0.0/0", "no institution has so many"),
        ("networks", "203.0.113.7/24", "203.0.113.0/24"),
        ("networks", "everywhere", "everywhere"),
        ("mail_domains", "gmail.com", "everybody can have an address"),
        ("mail_domains", "<b>", "not a mail domain"),
        ("opens", "", "opens nothing"),
        ("name", " ", "one line"),
        ("slug", "Library!", "not a slug"),
        ("ends_on", "2020-01-01", "end before it starts"),
        ("ends_on", "soon", "is not a day"),
    ] {
        let reply = paper.send(&mut owner, Ask::fields("/desk/institutions", &with(name, value)));
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{name} {value}");
        let text = reply.text();
        assert!(
            text.contains(told) || text.contains(&told.replace('/', "&#x2f;")),
            "{name} {value}: {text}"
        );
        assert!(name == "name" || text.contains("value=\"Merrin &lt;University&gt;\""), "{name}");
    }
    assert!(wait(paper.store.institutions()).unwrap().is_empty());
    paper.send(&mut owner, Ask::fields("/desk/institutions", &FIELDS));
    for (name, value) in [("slug", "college"), ("slug", "university")] {
        let reply = paper.send(&mut owner, Ask::fields("/desk/institutions", &with(name, value)));
        assert_eq!(reply.status, StatusCode::CONFLICT, "{value}");
    }
    assert_eq!(wait(paper.store.institutions()).unwrap().len(), 1);
    assert_eq!(
        paper.send(&mut owner, Ask::get("/desk/institutions/nobody")).status,
        StatusCode::NOT_FOUND
    );
}
