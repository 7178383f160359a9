//! `masthead subscribers`, and what reads the ledger beside it: lists of other systems, access without payment, support's view,
//! `masthead ledger check` and `masthead statements`.

use rusqlite::Connection;
use serde_json::Value;

use crate::brought::last;
use crate::program::{Ran, Room};

const GHOST: &str = "\u{feff}id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,\
    deleted_at,labels,tiers\r\n\
    1,ann@canary.example,\"Ann\r\nCanary\",,true,,,2026-11-23T17:48:32.000Z,,\"x, y\",\r\n\
    2,bob@canary.example,Bob,,true,true,,2026-11-23T17:48:32.000Z,,,Digital\r\n\
    3,nobody,,,,,,,,,\r\n\
    4, ANN@canary.example ,Again,,,,,,,,\r\n";

/// A paper that sells, and that nobody serves.
fn paper() -> Room {
    let room = Room::new();
    room.filled();
    room
}

fn run(room: &Room, act: &[&str]) -> Ran {
    room.run(&[&["subscribers", "--data", "paper"][..], act].concat())
}

fn import(room: &Room, from: &str, file: &str, more: &[&str]) -> Ran {
    run(room, &[&["import", file, "--from", from][..], more].concat())
}

fn database(room: &Room) -> Connection {
    Connection::open(room.path("paper/masthead.sqlite")).unwrap()
}

fn number(room: &Room, query: &str) -> i64 {
    database(room).query_row(query, [], |row| row.get(0)).unwrap()
}

fn shown(room: &Room, address: &str) -> Value {
    serde_json::from_str(&run(room, &["show", address, "--json"]).fine()).unwrap()
}

#[test]
fn members_of_ghost_become_readers_with_what_they_hold_and_nobody_gets_a_mail() {
    let room = paper();
    room.write("members.csv", GHOST);
    let readers = "SELECT count(*) FROM readers WHERE mail LIKE '%canary%'";
    let flags = ["--until", "2031-01-31", "--plan", "digital"];
    let dry = import(&room, "ghost", "members.csv", &[&flags[..], &["--dry-run"]].concat());
    assert_eq!(dry.status.code(), Some(3), "{}{}", dry.out, dry.err);
    assert!(
        dry.out.contains("imported 2") && dry.out.contains("nothing was written"),
        "{}",
        dry.out
    );
    assert_eq!(number(&room, readers), 0);
    let ran = import(&room, "ghost", "members.csv", &flags);
    assert_eq!(ran.status.code(), Some(3));
    for part in [
        "bad: line 5: row: email \"nobody\" is no address of mail",
        "bad: line 6: row: its address stands in an earlier line already",
    ] {
        assert!(ran.out.contains(part) && dry.out.contains(part), "{part}\n{}", ran.out);
    }
    assert!(last(&ran.out).starts_with("imported 2, changed 0, unchanged 0"), "{}", ran.out);
    assert!(!ran.out.contains("canary"), "the report names people: {}", ran.out);
    let again = import(&room, "ghost", "members.csv", &[&flags[..], &["--json"]].concat());
    assert!(last(&again.out).contains("\"unchanged\":2"), "{}", again.out);
    assert_eq!(number(&room, readers), 2);
    assert_eq!(number(&room, "SELECT count(*) FROM mails"), 0);
    let bob = shown(&room, "BOB@canary.example");
    assert_eq!(bob["proven_at"], Value::Null);
    let interval = &bob["subscriptions"][0]["intervals"][0];
    assert_eq!((&interval["source"], &interval["live"]), (&"complimentary".into(), &true.into()));
    assert_eq!(bob["tellings"][0]["told_by"], "import");
    assert_eq!(shown(&room, "ann@canary.example")["subscriptions"], Value::Array(Vec::new()));
    // Another end takes the place of the first, and the first does not come back by itself.
    let later =
        import(&room, "ghost", "members.csv", &["--until", "2032-01-31", "--plan", "digital"]);
    assert!(later.out.contains("changed 1, unchanged 1"), "{}", later.out);
    assert!(run(&room, &["show", "bob@canary.example"]).fine().contains("2032-02-01 00:00"));
}

#[test]
fn a_list_without_an_end_or_a_plan_is_told_so() {
    let room = paper();
    room.write("members.csv", GHOST);
    let ran = import(&room, "ghost", "members.csv", &[]);
    assert!(
        ran.out.contains("line 4: row: it has access without payment and no end"),
        "{}",
        ran.out
    );
    room.write("list.csv", "email,plan,access,until\na@b.example,gold,paid,2031-01-01\n");
    let ran = import(&room, "csv", "list.csv", &[]);
    assert!(ran.out.contains("plan \"gold\" is none of the paper's"), "{}", ran.out);
    let ran = import(&room, "csv", "list.csv", &["--plan", "silver"]);
    assert!(ran.out.contains("there is no plan \"silver\""), "{}", ran.out);
    let ran = import(&room, "csv", "list.csv", &["--plan", "digital"]);
    assert!(last(&ran.out).starts_with("imported 1"), "{}", ran.out);
    // What was refused as a whole names the file and writes nothing.
    room.write("other.csv", "name,value\nCod,4\n");
    let error = import(&room, "substack", "other.csv", &[]).refused_in_a_line();
    assert!(error.contains("other.csv cannot be read as such a list"), "{error}");
    let error = room.run(&["import", "--from", "ghost", "members.csv", "--data", "paper"]);
    assert!(error.refused_in_a_line().contains("masthead subscribers import"));
}

#[test]
fn what_was_paid_elsewhere_runs_until_it_ends() {
    let room = paper();
    room.write(
        "substack.csv",
        "email;active_subscription;expiry;plan;created_at\n\
         paid@b.example;true;31.12.2031;yearly;1.2.2026\nfree@b.example;false;;other;1.2.2026\n",
    );
    let refused = import(&room, "substack", "substack.csv", &["--plan", "digital"]);
    assert!(
        refused.out.contains("line 2: row: expiry \"31.12.2031\" is no date"),
        "{}",
        refused.out
    );
    let flags = ["--plan", "digital", "--dates", "day-first"];
    let ran = import(&room, "substack", "substack.csv", &flags);
    assert!(last(&ran.out).starts_with("imported 2"), "{}{}", ran.out, ran.err);
    let paid = shown(&room, "paid@b.example");
    assert_eq!(paid["subscriptions"][0]["intervals"][0]["source"], "paid");
    assert_eq!(paid["subscriptions"][0]["state"], "to its end");
    assert_eq!(number(&room, "SELECT count(*) FROM mails"), 0);
}

#[test]
fn print_accounts_wait_as_hashes_and_tell_nobody_who_they_are() {
    let room = paper();
    room.write(
        "print.csv",
        "account,postcode,name,paid_until,mail,plan\n10427,B3H 4R2,Ann,2031-01-31,ann@canary.example,digital\n\
         104-28,B3H 4R2,Bob,2031-01-31,,digital\n10 428,X,Cid,2031-01-31,,digital\n",
    );
    let ran = import(&room, "print", "print.csv", &[]);
    assert!(ran.out.contains("line 4: row: its account stands in an earlier line"), "{}", ran.out);
    assert!(last(&ran.out).starts_with("imported 2"), "{}", ran.out);
    let again = import(&room, "print", "print.csv", &["--dry-run"]);
    assert!(again.out.contains("unchanged 2"), "{}", again.out);
    // Neither in the tables nor in what is left of the log beside them.
    database(&room).execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let bytes = std::fs::read(room.path("paper/masthead.sqlite")).unwrap();
    for told in ["10427", "B3H4R2", "B3H 4R2", "ann@canary.example"] {
        let found = bytes.windows(told.len()).any(|window| window == told.as_bytes());
        assert!(!found, "{told} is in the database");
    }
    assert_eq!(number(&room, "SELECT count(*) FROM readers WHERE mail LIKE '%canary%'"), 0);
}

#[test]
fn nothing_of_a_list_about_money_is_believed_without_the_provider() {
    let room = paper();
    room.write("stripe.csv", "id,Customer Email,Status\nsub_1,a@b.example,active\n");
    let before = number(&room, "SELECT count(*) FROM readers");
    let ran = import(&room, "stripe", "stripe.csv", &["--plan", "digital"]);
    for part in ["no payment provider is configured", "nothing was written"] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
    assert_eq!(number(&room, "SELECT count(*) FROM readers"), before);
}

/// A demo with a subscription that its cashier knows: its id, and its reader's id and address.
fn with_subscription(room: &Room) -> (String, String, String) {
    let demo = room.demo();
    let form = "become=subscriber";
    let head = format!(
        "POST /demo HTTP/1.1\r\nhost: {}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{form}",
        demo.address,
        form.len()
    );
    let answer = crate::http::exchange(&demo.address, head.as_bytes());
    assert!(answer.starts_with(b"HTTP/1.1 303"), "{}", String::from_utf8_lossy(&answer));
    assert_eq!(demo.stop().code(), Some(0));
    let query = "SELECT subscriptions.id, lower(hex(readers.id)), mail FROM subscriptions \
                 JOIN readers ON readers.id = reader WHERE provider = 'cashier'";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    database(room).query_row(query, [], read).unwrap()
}

#[test]
fn a_subscription_at_the_provider_is_read_back_and_not_believed() {
    let room = paper();
    let (subscription, _, mail) = with_subscription(&room);
    let check =
        |more: &[&str]| room.run(&[&["ledger", "check", "--data", "paper"][..], more].concat());
    assert!(check(&[]).fine().contains("1 subscriptions were read back, 0 differ"));
    database(&room)
        .execute_batch("DELETE FROM ledger; DELETE FROM subscriptions; DELETE FROM mails")
        .unwrap();
    room.write(
        "stripe.csv",
        format!(
            "id,Customer ID,Customer Email,Status,Current Period End (UTC)\n\
             {subscription},cus_1,{mail},active,2099-01-01 00:00\nsub_unknown,cus_2,x@b.example,active,2099-01-01 00:00\n"
        ),
    );
    let flags = ["--plan", "digital"];
    let dry = import(&room, "stripe", "stripe.csv", &["--plan", "digital", "--dry-run"]);
    assert!(
        last(&dry.out) == "nothing was written" && dry.out.contains("changed 1"),
        "{}",
        dry.out
    );
    assert_eq!(number(&room, "SELECT count(*) FROM ledger"), 0);
    let ran = import(&room, "stripe", "stripe.csv", &flags);
    assert_eq!(ran.status.code(), Some(3), "{}", ran.out);
    assert!(
        ran.out.contains("bad: line 3: row: the provider knows no subscription"),
        "{}",
        ran.out
    );
    assert!(last(&ran.out).starts_with("imported 0, changed 1"), "{}", ran.out);
    let reader = shown(&room, &mail);
    let interval = &reader["subscriptions"][0]["intervals"][0];
    assert_eq!((&interval["source"], &interval["live"]), (&"paid".into(), &true.into()));
    assert!(!interval["ends_at"].as_str().unwrap().starts_with("2099"), "the list was believed");
    assert_eq!(number(&room, "SELECT count(*) FROM mails WHERE state <> 'sent'"), 0);
    assert_eq!(number(&room, "SELECT count(*) FROM readers WHERE mail = 'x@b.example'"), 0);
    let again = import(&room, "stripe", "stripe.csv", &flags);
    assert!(again.out.contains("changed 0, unchanged 1"), "{}", again.out);
    assert!(check(&[]).fine().contains("1 subscriptions were read back, 0 differ"));
    // Somebody else's is nobody else's.
    room.write(
        "stolen.csv",
        format!("id,Customer Email,Status\n{subscription},thief@b.example,active\n"),
    );
    let stolen = import(&room, "stripe", "stolen.csv", &flags);
    assert!(stolen.out.contains("is another reader's here"), "{}", stolen.out);
}

#[test]
fn a_payer_of_ghost_s_list_is_asked_for_at_the_provider() {
    let room = paper();
    let (_, _, mail) = with_subscription(&room);
    let id: Vec<u8> = database(&room)
        .query_row("SELECT id FROM readers WHERE mail = ?1", [&mail], |row| row.get(0))
        .unwrap();
    let reader = gate::ReaderId::from_bytes(id.try_into().unwrap());
    database(&room).execute_batch("DELETE FROM ledger; DELETE FROM subscriptions").unwrap();
    let list = |payer: &str| {
        let head = "email,complimentary_plan,stripe_customer_id,tiers";
        room.write("ghost.csv", format!("{head}\n{mail},,{payer},Digital\n"));
        import(&room, "ghost", "ghost.csv", &["--plan", "digital"]).fine()
    };
    let said = list("cus_nobody");
    assert!(said.contains("has no subscription at the provider"), "{said}");
    let said = list(&format!("cus_{reader}"));
    assert!(last(&said).contains("changed 1"), "{said}");
    assert_eq!(shown(&room, &mail)["subscriptions"][0]["state"], "active");
}

#[test]
fn the_ledger_is_compared_and_mended() {
    let room = paper();
    let (subscription, _, _) = with_subscription(&room);
    database(&room).execute_batch("DELETE FROM ledger WHERE document LIKE '%\"paid\"%'").unwrap();
    let check =
        |more: &[&str]| room.run(&[&["ledger", "check", "--data", "paper"][..], more].concat());
    let ran = check(&[]);
    assert_eq!(ran.status.code(), Some(1));
    assert!(ran.out.contains(&subscription) && ran.out.contains("1 differ"), "{}", ran.out);
    assert!(!ran.out.contains("it was appended"), "{}", ran.out);
    let mended = check(&["--mend"]);
    assert!(mended.out.contains("it was appended"), "{}", mended.out);
    assert!(check(&[]).fine().contains("0 differ"));
    std::fs::remove_file(room.path("paper/cashier.json")).unwrap();
    assert!(check(&[]).refused_in_a_line().contains("the paper takes no payments"));
}

#[test]
fn access_is_given_seen_and_taken_with_a_reason() {
    let room = paper();
    let grant = |until: &str| {
        run(
            &room,
            &["grant", " Eve@b.example", "--plan", "digital", "--until", until, "--reason", "=cmd"],
        )
    };
    assert!(grant("2001-01-01").refused_in_a_line().contains("is over"));
    let said = grant("2031-05-31").fine();
    assert!(said.contains("digital until 2031-05-31") && said.contains("nobody knew"), "{said}");
    assert!(grant("2031-05-31").fine().contains("has that already"));
    let seen = run(&room, &["show", "eve@b.example"]).fine();
    for part in ["complimentary", "2031-06-01 00:00", "by operator", "=cmd", "America/Halifax"] {
        assert!(seen.contains(part), "{part}: {seen}");
    }
    let listed = run(&room, &["list", "--csv"]).fine();
    let row = "\"eve@b.example\",\"\",\"digital\",\"complimentary\",\"2031-05-31\"";
    assert!(listed.lines().any(|line| line == row), "{listed}");
    assert!(run(&room, &["list"]).fine().contains("eve@b.example"));
    let other = run(&room, &["revoke", "eve@b.example", "--plan", "other"]);
    assert!(other.refused_in_a_line().contains("nothing that was given"));
    let ended = run(&room, &["revoke", "eve@b.example", "--reason", "moved away"]).fine();
    assert_eq!(ended, "ended: digital\n");
    let seen = run(&room, &["show", "eve@b.example"]).fine();
    assert!(seen.contains("nothing is open now") && seen.contains("moved away"), "{seen}");
    assert!(!run(&room, &["list"]).fine().contains("eve@b.example"));
    // What was taken can be given again.
    assert!(grant("2031-05-31").fine().contains("digital until"));
    assert_eq!(number(&room, "SELECT count(*) FROM mails"), 0);
    assert!(run(&room, &["show", "nobody@b.example"]).refused_in_a_line().contains("nobody here"));
    let unknown = ["grant", "e@b.example", "--plan", "x", "--until", "2031-05-31", "--reason", "y"];
    assert!(run(&room, &unknown).refused_in_a_line().contains("there is no plan \"x\""));
}

#[test]
fn names_of_readers_are_no_formulas_for_whoever_opens_the_list() {
    let room = paper();
    room.write(
        "list.csv",
        "email,name,plan,access,until\n=a@b.example,\"=HYPERLINK(\"\"x\"\")\",digital,paid,2031-01-01\n\
         b@b.example,\"+1,\"\"2\",digital,paid,2031-01-01\n",
    );
    import(&room, "csv", "list.csv", &[]).fine();
    let listed = run(&room, &["list", "--csv"]).fine();
    for part in ["\"'=a@b.example\",\"'=HYPERLINK(\"\"x\"\")\"", "\"'+1,\"\"2\""] {
        assert!(listed.contains(part), "{part}: {listed}");
    }
}

#[test]
fn statements_are_listed_and_settled_once() {
    let room = paper();
    let statements =
        |more: &[&str]| room.run(&[&["statements", "--data", "paper"][..], more].concat());
    assert_eq!(statements(&[]).fine(), "nobody waits\n");
    database(&room)
        .execute(
            "INSERT INTO statements (kind, name, mail, contract, reason, received_at) \
             VALUES ('extraordinary', 'Ann \u{1b}[2J', 'ann@b.example', 'Digital', 'It rained', 1788000000000000)",
            [],
        )
        .unwrap();
    let said = statements(&[]).fine();
    for part in ["1  2026-", "extraordinary", "ann@b.example", "contract: Digital", "It rained"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains('\u{1b}'), "readers' words command the terminal");
    let told: Value = serde_json::from_str(&statements(&["--json"]).fine()).unwrap();
    assert_eq!(told[0]["reason"], "It rained");
    assert!(statements(&["--settle", "2"]).refused_in_a_line().contains("no statement 2 waits"));
    assert!(statements(&["--settle", "1"]).fine().contains("settled"));
    assert!(statements(&["--settle", "1"]).refused_in_a_line().contains("no statement 1 waits"));
    assert_eq!(statements(&[]).fine(), "nobody waits\n");
}
