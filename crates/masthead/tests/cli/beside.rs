//! What lies beside an export: the list of members, and the redirects of the old site.

use crate::brought::{self, last};
use crate::http::get;
use crate::program::{Ran, Room};
use crate::wxr::{Post, export};

const MEMBERS: &str = "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,\
    deleted_at,labels,tiers\n\
    1,ann@canary.example,Ann Canary,,true,,cus_1,2026-11-23T17:48:32.000Z,,\"x, y\",Gold\n\
    2,bob@canary.example,Bob,,true,true,,2026-11-23T17:48:32.000Z,,,\n\
    3,nobody,,,,,,,,,\n\
    4,ANN@canary.example,Again,,,,,,,,\n";

fn import(room: &Room, path: &str, more: &[&str]) -> Ran {
    brought::import(room, "ghost", path, more)
}

#[test]
fn members_are_kept_by_their_addresses_and_shown_to_nobody() {
    let room = Room::new();
    room.write("members.csv", MEMBERS);
    let ran = import(&room, "members.csv", &["--dry-run"]);
    assert_eq!(ran.status.code(), Some(3));
    assert!(!room.path("paper").exists() && ran.out.contains("imported 2"), "{}", ran.out);
    let ran = import(&room, "members.csv", &[]);
    assert_eq!(ran.status.code(), Some(3), "{}{}", ran.out, ran.err);
    for part in [
        "bad: line 4: member: \"nobody\" is no address of mail",
        "bad: line 5: member: its address",
    ] {
        assert!(ran.out.contains(part), "{part}\n{}", ran.out);
    }
    assert!(last(&ran.out).starts_with("imported 2, changed 0, unchanged 0"), "{}", ran.out);
    assert!(!ran.out.contains("canary"), "the report names people: {}", ran.out);
    let again = import(&room, "members.csv", &["--json"]);
    assert!(last(&again.out).contains("\"unchanged\":2"), "{}", again.out);
    room.write("members.csv", MEMBERS.replace("Bob", "Robert"));
    let newer = import(&room, "members.csv", &["--dry-run"]).out;
    assert!(newer.contains("changed 1, unchanged 1"), "{newer}");
    let newer = import(&room, "members.csv", &[]).out;
    assert!(last(&newer).contains("changed 1, unchanged 1"), "{newer}");
    let database = rusqlite::Connection::open(room.path("paper/masthead.sqlite")).unwrap();
    let query = "SELECT name, complimentary, payment_id, labels FROM signups ORDER BY address";
    let mut rows = database.prepare(query).unwrap();
    let rows = rows.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?, row.get::<_, Option<String>>(2)?))
    });
    let rows: Vec<_> = rows.unwrap().map(Result::unwrap).collect();
    let wanted = [("Ann Canary", false, Some("cus_1")), ("Robert", true, None)];
    let wanted = wanted.map(|(name, given, id)| (name.to_owned(), given, id.map(str::to_owned)));
    assert_eq!(rows, wanted);
    // A backup has them, an export does not.
    room.run(&["export", "out", "--data", "paper"]).fine();
    for (path, _) in crate::program::listing(&room.path("out")) {
        let text = std::fs::read(&path).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&text).contains("canary"), "{}", path.display());
    }
    room.run(&["backup", "copy", "--data", "paper"]).fine();
    room.run(&["restore", "copy", "--data", "back"]).fine();
    let copy = rusqlite::Connection::open(room.path("back/masthead.sqlite")).unwrap();
    let count: i64 = copy.query_row("SELECT count(*) FROM signups", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 2);
}

#[test]
fn a_file_that_is_no_list_of_members_is_refused() {
    let room = Room::new();
    room.write("other.csv", "name,value\nCod,4\n");
    room.write("ghost.json", "{\"data\":{\"posts\":[]}}");
    let error = import(&room, "ghost.json", &["--members", "other.csv"]).refused_in_a_line();
    assert!(error.contains("other.csv is no list of members"), "{error}");
    let more = ["import", "--from", "wordpress", "x", "--data", "paper", "--members", "other.csv"];
    assert!(room.run(&more).refused_in_a_line().contains("--from ghost"));
    assert!(!room.path("paper").exists());
}

#[test]
fn redirects_of_the_old_site_lead_to_its_articles_in_one_step() {
    let room = Room::new();
    let posts = [Post::new(1, "One", "<p>One.</p>"), Post::new(2, "Two", "<p>Two.</p>")];
    room.write("export.xml", export("News", &posts));
    room.write(
        "redirects.yaml",
        "301:\n  /first.html: /2020/01/post-1/\n  ^\\/short\\/?$: https://old.example/2020/01/post-2\n  \
         /chain: /first.html\n302:\n  /tag/(.*): /topics/$1\n  /away: https://elsewhere.example/\n  \
         /nowhere: /2020/01/post-77/\n",
    );
    let run = |more: &[&str]| {
        let base = ["import", "--from", "wordpress", "export.xml", "--data", "paper"];
        let with = ["--redirects", "redirects.yaml"];
        room.run(&[&base[..], &with[..], more].concat()).fine()
    };
    let said = run(&[]);
    assert!(last(&said).starts_with("imported 5, changed 0, unchanged 0"), "{said}");
    for part in [
        "redirect /tag/(.*): a pattern that stands for many paths",
        "redirect /away: it leads to no path of the old site",
        "redirect /nowhere: no article is where it leads",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    for more in [&["--dry-run"][..], &[]] {
        let again = run(more);
        assert!(again.contains("imported 0, changed 0, unchanged 5"), "{again}");
    }
    room.write(
        "masthead.toml",
        "data = \"paper\"\nlisten = \"127.0.0.1:0\"\noperator_listen = \"127.0.0.1:0\"\n",
    );
    let paper = room.serve(&["serve", "--config", "masthead.toml"]);
    for (path, article) in [
        ("/first.html", "post-1"),
        ("/short", "post-2"),
        ("/short/", "post-2"),
        ("/chain", "post-1"),
    ] {
        let answer = get(&paper.address, path, None);
        assert_eq!(answer.status, 301, "{path}");
        assert_eq!(answer.header("location"), Some(&*format!("/news/{article}")), "{path}");
    }
    for path in ["/away", "/nowhere", "/tag/x"] {
        assert_eq!(get(&paper.address, path, None).status, 404, "{path}");
    }
}
