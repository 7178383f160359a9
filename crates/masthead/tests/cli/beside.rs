//! What lies beside an export: the redirects of the old site.

use crate::brought::last;
use crate::http::get;
use crate::program::Room;
use crate::wxr::{Post, export};

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
