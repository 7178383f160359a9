//! What a newer export says: an article that is not for readers any more is taken back, and comes back when it is for them
//! again; names follow it where the operator wants that, and the article on top leads a front page that nobody has made.

use crate::brought::{import, last, serve};
use crate::http::get;
use crate::program::{Room, Served, until};
use crate::wxr::{Post, export};

#[track_caller]
fn becomes(paper: &Served<'_>, path: &str, status: u16) {
    until(&format!("{status} at {path}"), || {
        (get(&paper.address, path, None).status == status).then_some(())
    });
}

fn posts(change: impl Fn(&mut Post)) -> String {
    let mut posts = Vec::new();
    for (id, title) in
        [(1, "Always"), (2, "Secretary"), (3, "Drafted"), (4, "Binned"), (5, "Locked")]
    {
        let mut post = Post::new(id, title, &format!("<p>Words of {title}.</p>"));
        change(&mut post);
        posts.push(post);
    }
    export("News", &posts)
}

fn hidden(post: &mut Post) {
    match post.id {
        2 => post.status = "private",
        3 => post.status = "draft",
        4 => post.status = "trash",
        5 => post.password = "enter",
        _ => {}
    }
}

#[test]
fn what_is_not_for_readers_any_more_is_taken_back_and_comes_back() {
    let room = Room::new();
    room.write("export.xml", posts(|_| {}));
    import(&room, "wordpress", "export.xml", &[]).fine();
    let paper = serve(&room);
    assert_eq!(get(&paper.address, "/news/post-2", None).status, 200);
    room.write("export.xml", posts(hidden));
    let told = import(&room, "wordpress", "export.xml", &["--dry-run"]).fine();
    assert!(told.contains("imported 0, changed 4, unchanged 1"), "{told}");
    assert_eq!(get(&paper.address, "/news/post-2", None).status, 200, "that was a dry run");
    let said = import(&room, "wordpress", "export.xml", &[]).fine();
    for (number, why) in
        [(2, "private"), (3, "a draft"), (4, "in the bin"), (5, "protected by a password")]
    {
        let line =
            format!("post {number}: it is taken back, since it is not for readers there: {why}");
        assert!(said.contains(&line), "{line}\n{said}");
        becomes(&paper, &format!("/news/post-{number}"), 410);
        becomes(&paper, &format!("/?p={number}"), 410);
    }
    assert!(last(&said).starts_with("imported 0, changed 4, unchanged 1"), "{said}");
    for path in
        ["/", "/news", "/feeds/all.rss", "/feeds/all.json", "/search?q=words", "/sitemap.xml"]
    {
        let page = get(&paper.address, path, None).text;
        for title in ["Secretary", "Drafted", "Binned", "Locked", "post-2"] {
            assert!(!page.contains(title), "{title} stands at {path}");
        }
    }
    assert!(get(&paper.address, "/news", None).text.contains("Always"));
    let again = import(&room, "wordpress", "export.xml", &[]).fine();
    assert!(last(&again).starts_with("imported 0, changed 0, unchanged 5"), "{again}");
    room.write("export.xml", posts(|_| {}));
    let back = import(&room, "wordpress", "export.xml", &[]).fine();
    assert!(last(&back).starts_with("imported 0, changed 4, unchanged 1"), "{back}");
    becomes(&paper, "/news/post-5", 200);
    until("the list", || {
        get(&paper.address, "/news", None).text.contains("Secretary").then_some(())
    });
    // An article that an export merely does not have stays.
    room.write("export.xml", export("News", &[Post::new(9, "Another", "<p>New.</p>")]));
    import(&room, "wordpress", "export.xml", &[]).fine();
    assert_eq!(get(&paper.address, "/news/post-2", None).status, 200);
}

#[test]
fn what_was_edited_here_is_not_taken_back_unless_the_operator_says_so() {
    let room = Room::new();
    room.write("export.xml", posts(|_| {}));
    import(&room, "wordpress", "export.xml", &[]).fine();
    let database = rusqlite::Connection::open(room.path("paper/masthead.sqlite")).unwrap();
    database
        .execute("UPDATE articles SET version = version + 1 WHERE slug = 'post-2'", [])
        .unwrap();
    drop(database);
    room.write(
        "export.xml",
        posts(|post| {
            if post.id == 2 {
                post.status = "private";
            }
        }),
    );
    let said = import(&room, "wordpress", "export.xml", &[]).fine();
    assert!(said.contains("kept: line") && said.contains("it was edited here since"), "{said}");
    let said = import(&room, "wordpress", "export.xml", &["--overwrite-edited"]).fine();
    assert!(last(&said).starts_with("imported 0, changed 1, unchanged 4"), "{said}");
}

#[test]
fn drafts_of_ghost_and_of_a_folder_are_taken_back_too() {
    let room = Room::new();
    let post = |status: &str, title: &str| {
        format!(
            "{{\"db\":[{{\"meta\":{{\"version\":\"5.1.0\"}},\"data\":{{\"posts\":[{{\"id\":\"a1\",\"uuid\":\"u1\",\
             \"title\":\"{title}\",\"slug\":\"told\",\"html\":\"<p>One.</p>\",\"type\":\"post\",\
             \"status\":\"{status}\",\"visibility\":\"public\",\"featured\":false,\
             \"published_at\":\"2020-01-02T03:04:05.000Z\"}}],\
             \"tags\":[{{\"id\":\"t1\",\"slug\":\"archive\",\"name\":\"Archive\",\"visibility\":\"public\"}}],\
             \"posts_tags\":[{{\"post_id\":\"a1\",\"tag_id\":\"t1\",\"sort_order\":0}}]}}}}]}}"
        )
    };
    room.write("ghost.json", post("published", "Told"));
    std::fs::create_dir_all(room.path("site/archive")).unwrap();
    let file =
        |more: &str| format!("---\ntitle: Noted\ndate: 2020-01-02T03:04:05Z\n{more}---\nOne.\n");
    room.write("site/archive/noted.md", file(""));
    import(&room, "ghost", "ghost.json", &[]).fine();
    import(&room, "markdown", "site", &[]).fine();
    let paper = serve(&room);
    // No section takes the name of a fixed address.
    assert_eq!(get(&paper.address, "/archive-news/told", None).status, 200);
    assert_eq!(get(&paper.address, "/archive-news/noted", None).status, 200);
    room.write("ghost.json", post("draft", "Told"));
    room.write("site/archive/noted.md", file("draft: true\n"));
    for (from, path, address) in
        [("ghost", "ghost.json", "/archive-news/told"), ("markdown", "site", "/archive-news/noted")]
    {
        let said = import(&room, from, path, &[]).fine();
        assert!(said.contains("it is taken back") && said.contains("it is a draft"), "{said}");
        becomes(&paper, address, 410);
        let said = import(&room, from, path, &[]).fine();
        assert!(last(&said).starts_with("imported 0, changed 0, unchanged 1"), "{said}");
    }
}

#[test]
fn names_follow_a_newer_export_where_the_operator_wants_that() {
    let room = Room::new();
    let one = || [Post::new(1, "One", "<p>One.</p>")];
    room.write("export.xml", export("Nachrichten", &one()));
    import(&room, "wordpress", "export.xml", &[]).fine();
    room.write("export.xml", export("Neues", &one()));
    import(&room, "wordpress", "export.xml", &[]).fine();
    let paper = serve(&room);
    assert!(get(&paper.address, "/news", None).text.contains("Nachrichten"));
    import(&room, "wordpress", "export.xml", &["--overwrite-edited"]).fine();
    until("the new name", || {
        get(&paper.address, "/news", None).text.contains("Neues").then_some(())
    });
    assert!(!get(&paper.address, "/news", None).text.contains("Nachrichten"));
}

#[test]
fn the_newest_article_on_top_leads_a_front_page_that_nobody_has_made() {
    let room = Room::new();
    let stuck = |ids: &[u32]| {
        let titles = ["One", "Two", "Three", "Four"];
        let posts = (1..=4).zip(titles).map(|(id, title)| Post {
            sticky: ids.contains(&id),
            ..Post::new(id, title, "<p>Words.</p>")
        });
        export("News", &posts.collect::<Vec<_>>())
    };
    let lead = || {
        let database = rusqlite::Connection::open(room.path("paper/masthead.sqlite")).unwrap();
        let query = "SELECT document FROM papers WHERE id = 1";
        let document: String = database.query_row(query, [], |row| row.get(0)).unwrap();
        document
    };
    room.write("export.xml", stuck(&[1, 2]));
    let said = import(&room, "wordpress", "export.xml", &[]).fine();
    assert!(said.contains("post 2 \"Two\" was the newest on top there, and leads"), "{said}");
    let before = lead();
    let again = import(&room, "wordpress", "export.xml", &[]).fine();
    assert!(!again.contains("was the newest on top"), "{again}");
    room.write("export.xml", stuck(&[3]));
    let said = import(&room, "wordpress", "export.xml", &[]).fine();
    assert!(said.contains("the paper's own front page stays"), "{said}");
    assert_eq!(lead(), before);
    let paper = serve(&room);
    let front = get(&paper.address, "/", None).text;
    assert!(front.find("Two").unwrap() < front.find("Four").unwrap(), "the lead comes first");
}

#[test]
fn many_items_that_are_left_out_are_counted_and_few_are_named() {
    let room = Room::new();
    let drafts = |count: u32| {
        let posts =
            (1..=count).map(|id| Post { status: "draft", ..Post::new(id, "x", "<p>x</p>") });
        export("News", &posts.collect::<Vec<_>>())
    };
    room.write("export.xml", drafts(30));
    let said = import(&room, "wordpress", "export.xml", &[]).fine();
    assert!(said.contains("post 30: a draft") && !said.contains("left out: 30: "), "{said}");
    room.write("export.xml", drafts(31));
    let said = import(&room, "wordpress", "export.xml", &[]).fine();
    assert!(said.contains("left out: 31: a draft") && !said.contains("post 30: "), "{said}");
}
