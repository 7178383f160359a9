use super::*;

fn told_as(kind: Kind, dates: Dates, text: &[u8]) -> (Vec<Result<Row, Fault>>, Result<(), Fault>) {
    let mut rows = Vec::new();
    let end = read(text, kind, dates, &mut |row| rows.push(row));
    (rows, end)
}

fn told(kind: Kind, text: &str) -> (Vec<Result<Row, Fault>>, Result<(), Fault>) {
    told_as(kind, Dates::YearFirst, text.as_bytes())
}

fn day(text: &str) -> When {
    When::Day(text.parse().unwrap())
}

fn at(text: &str) -> When {
    When::At(text.parse().unwrap())
}

/// What is wrong with each row; empty where nothing is.
fn faults(rows: &[Result<Row, Fault>]) -> Vec<String> {
    let fault =
        |row: &Result<Row, Fault>| row.as_ref().err().map_or(String::new(), Fault::to_string);
    rows.iter().map(fault).collect()
}

#[test]
fn members_of_ghost_are_read_with_their_lines() {
    let (rows, end) = told(
        Kind::Ghost,
        "\u{feff}id,Email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,\
         deleted_at,labels,tiers\r\n1,A@b.example,\"Ann \"\"A\"\"\nB\",,true,,cus_1,\
         2026-11-23T17:48:32.000Z,,\"x, y\",Gold\r\n\r\n2,c@d.example,,,,true,,,,,\n3,e@f.example,,,,,,,\
         2026-11-23T17:48:32.000Z,,\n4,g@h.example,,,,,,,,,\n",
    );
    assert_eq!(end, Ok(()));
    let rows: Vec<Row> = rows.into_iter().map(Result::unwrap).collect();
    assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 5, 7]);
    assert_eq!((&*rows[0].mail, &*rows[0].name), ("A@b.example", "Ann \"A\"\nB"));
    assert_eq!(rows[0].joined, Some(at("2026-11-23T17:48:32Z")));
    let (id, plan) = ("cus_1".to_owned(), Some("Gold".to_owned()));
    assert_eq!(rows[0].holds, Holds::AtProvider { id, plan });
    assert_eq!(rows[1].holds, Holds::Complimentary { plan: None, until: None });
    assert_eq!(rows[2].holds, Holds::Nothing);
}

#[test]
fn subscribers_of_substack_have_what_runs_until_it_ends() {
    let (rows, end) = told(
        Kind::Substack,
        "email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at\n\
         a@b.example,true,2027-07-01T00:00:00.000Z,yearly,false,2026-06-01,\n\
         b@b.example,true,,comp,false,2026-06-01,\nc@b.example,false,2026-01-01,other,false,2025-01-01,\n\
         d@b.example,true,,monthly,false,2025-01-01,\n",
    );
    assert_eq!(end, Ok(()));
    let holds = |n: usize| rows[n].as_ref().unwrap().holds.clone();
    assert_eq!(holds(0), Holds::Paid { plan: None, until: at("2027-07-01T00:00:00Z") });
    assert_eq!(holds(1), Holds::Complimentary { plan: None, until: None });
    assert_eq!(holds(2), Holds::Nothing);
    assert!(faults(&rows)[3].starts_with("line 5: expiry is empty"), "{rows:?}");
}

#[test]
fn both_of_stripe_s_lists_are_read() {
    let (rows, end) = told(
        Kind::Stripe,
        "id,Customer ID,Customer Email,Customer Name,Plan,Status,Created (UTC),Current Period End (UTC)\n\
         sub_1,cus_1,a@b.example,Ann,price_1,active,2026-05-01 12:30,2026-12-01 12:30\n,cus_2,,,,,,\n",
    );
    assert_eq!(end, Ok(()));
    let first = rows[0].as_ref().unwrap();
    assert_eq!((&*first.mail, &*first.name), ("a@b.example", "Ann"));
    assert_eq!(first.joined, Some(at("2026-05-01T12:30:00Z")));
    assert_eq!(first.holds, Holds::AtProvider { id: "sub_1".to_owned(), plan: None });
    assert!(faults(&rows)[1].starts_with("line 3: id is none"), "{rows:?}");
    let (rows, _) = told(Kind::Stripe, "id,Email,Name\ncus_7,x@y.example,Xu\n");
    let row = rows[0].as_ref().unwrap();
    assert_eq!((&*row.mail, &*row.name), ("x@y.example", "Xu"));
}

#[test]
fn printed_papers_need_number_postcode_and_day() {
    let (rows, end) = told(
        Kind::Print,
        "account;postcode;name;paid until;mail\n00 12-3;B3H 4R2;\"Ann; A\";2027-01-31;\n1;;;2027-01-31;\n\
         ;B3H;;2027-01-31;\n2;B3H;;;\n",
    );
    assert_eq!(end, Ok(()));
    let first = rows[0].as_ref().unwrap();
    assert_eq!((&*first.mail, &*first.name), ("", "Ann; A"));
    let (account, postcode) = ("00 12-3".to_owned(), "B3H 4R2".to_owned());
    let until = day("2027-01-31");
    assert_eq!(first.holds, Holds::Print { account, postcode, until, plan: None });
    for (n, says) in [(1, "postcode is empty"), (2, "account is empty"), (3, "paid_until is empty")]
    {
        assert!(faults(&rows)[n].contains(says), "{rows:?}");
    }
}

#[test]
fn a_bad_row_does_not_stop_the_rest() {
    let text = b"email,access,until,plan\na@b.example,paid,2027-02-30,\na@b.example,sometimes,,\n\
        a@b.example,,2027-01-01,\na@b.example\n\xff@b.example,,,\na@b.example,paid,,\n\
        a@b.example,complimentary,2027-01-01,digital\n";
    let (rows, end) = told_as(Kind::Plain, Dates::YearFirst, text);
    assert_eq!(end, Ok(()));
    let says = faults(&rows);
    for (n, wanted) in [
        (0, "line 2: until \"2027-02-30\" is no date"),
        (1, "line 3: access is none"),
        (2, "line 4: until says a day"),
        (3, "line 5: the row has 1 fields, and the head 4"),
        (4, "line 6: it is not UTF-8"),
        (5, "line 7: until is empty"),
    ] {
        assert!(says[n].starts_with(wanted), "{says:?}");
    }
    let plan = Some("digital".to_owned());
    let until = Some(day("2027-01-01"));
    assert_eq!(rows[6].as_ref().unwrap().holds, Holds::Complimentary { plan, until });
}

#[test]
fn a_date_that_could_be_two_is_read_by_the_rule_that_was_named_or_not_at_all() {
    for (dates, written, wanted) in [
        (Dates::YearFirst, "2026-11-23", Some("2026-11-23")),
        (Dates::YearFirst, "03/04/2026", None),
        (Dates::YearFirst, "2026/11/23", None),
        (Dates::YearFirst, "26-11-23", None),
        (Dates::YearFirst, "2026-11-23 17:48:32", None),
        (Dates::YearFirst, "20261123", None),
        (Dates::DayFirst, "3.4.2026", Some("2026-04-03")),
        (Dates::DayFirst, "03/04/2026", Some("2026-04-03")),
        (Dates::DayFirst, "2026-11-23", Some("2026-11-23")),
        (Dates::DayFirst, "11/23/2026", None),
        (Dates::DayFirst, "3.4.26", None),
        (Dates::MonthFirst, "03/04/2026", Some("2026-03-04")),
        (Dates::MonthFirst, "23/11/2026", None),
        (Dates::MonthFirst, "today", None),
    ] {
        assert_eq!(dates.read(written, false), wanted.map(day), "{dates:?} {written}");
    }
    assert_eq!(Dates::YearFirst.read("2026-11-23 17:48", true), Some(at("2026-11-23T17:48:00Z")));
    let zoned = Dates::YearFirst.read("2026-11-23T17:48:32-04:00", false);
    assert_eq!(zoned, Some(at("2026-11-23T21:48:32Z")));
}

#[test]
fn what_is_no_list_is_a_fault() {
    for (kind, text, says) in [
        (Kind::Ghost, "", "is empty"),
        (Kind::Ghost, "id,name\n", "no column \"email\""),
        (Kind::Plain, "email,email\n", "several columns \"email\""),
        (Kind::Print, "email\n", "no column \"account\""),
        (Kind::Stripe, "email\n", "no column \"id\""),
        (Kind::Plain, "email\n\"a@b.example\n", "does not end"),
        (Kind::Plain, "PK\u{3}\u{4}", "spreadsheet"),
    ] {
        let (rows, end) = told(kind, text);
        assert!(rows.is_empty());
        assert!(end.as_ref().is_err_and(|fault| fault.what.contains(says)), "{text} {end:?}");
    }
    let (_, end) = told_as(Kind::Plain, Dates::YearFirst, b"\xff\xfee\0m\0a\0i\0l\0\n\0");
    assert!(end.is_err_and(|fault| fault.what.contains("UTF-16")));
    let (_, end) = told(Kind::Plain, &format!("email\n{}\n", "a".repeat(ROW_BYTES_MAX)));
    assert!(end.is_err_and(|fault| fault.line == 2 && fault.what.contains("more than")));
    let wide =
        ["email"].iter().chain(&vec!["x"; COLUMNS_MAX]).copied().collect::<Vec<_>>().join(",");
    assert!(told(Kind::Plain, &wide).1.is_err());
}
