//! `masthead staff`: the first owner, everybody after that, and what is refused.

use serde_json::Value;

use crate::program::{Ran, Room};

fn run(room: &Room, act: &[&str]) -> Ran {
    room.run(&[&["staff", "--data", "paper"][..], act].concat())
}

#[test]
fn the_operator_names_the_first_owner_and_the_paper_keeps_one() {
    let room = Room::new();
    room.filled();
    assert!(run(&room, &["list"]).fine().contains("nobody yet"));
    let set = ["set", " Ada@Courant.example", "--role", "owner", "--name", "Ada Rowe"];
    assert!(run(&room, &set).fine().contains("ada@courant.example is owner now"));
    assert!(run(&room, &set).fine().contains("is owner already"));
    assert!(
        run(&room, &["set", "bo@courant.example", "--role", "author"])
            .fine()
            .contains("author now")
    );
    let listed: Value = serde_json::from_str(&run(&room, &["list", "--json"]).fine()).unwrap();
    assert_eq!((&listed[0]["name"], &listed[0]["role"]), (&"Ada Rowe".into(), &"owner".into()));
    for (act, wanted) in [
        (&["end", "ada@courant.example"][..], "is the only owner"),
        (&["set", "ada@courant.example", "--role", "editor"], "is the only owner"),
        (&["end", "nobody@courant.example"], "nobody of the staff has the address"),
        (&["set", "no address", "--role", "author"], "is no mail address"),
    ] {
        let told = run(&room, act).refused();
        assert!(told.contains(wanted), "{act:?}: {told}");
    }
    let unknown = run(&room, &["set", "x@courant.example", "--role", "admin"]);
    assert_eq!(unknown.status.code(), Some(2), "what is no role is told before anything is done");
    assert!(
        run(&room, &["end", "bo@courant.example"]).fine().contains("not of the staff any more")
    );
    let listed: Value = serde_json::from_str(&run(&room, &["list", "--json"]).fine()).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 1);
}
