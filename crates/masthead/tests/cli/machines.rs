//! `masthead article`, `reader`, `offer` and `token`; and the walk of docs/contracts/api.md, run as a newcomer would, against a paper that is
//! served.

use std::process::Command;

use serde_json::Value;

use crate::program::{Ran, Room};

fn run(room: &Room, act: &[&str]) -> Ran {
    let (noun, rest) = act.split_first().unwrap();
    room.run(&[&[*noun, "--data", "paper"][..], rest].concat())
}

fn owner(room: &Room) {
    let set = ["staff", "set", "ada@courant.example", "--role", "owner", "--name", "Ada Rowe"];
    run(room, &set).fine();
}

/// A token with these scopes.
pub(crate) fn token(room: &Room, scopes: &[&str]) -> String {
    owner(room);
    let mut act = vec!["token", "create", "--name", "Walk", "--staff", "ada@courant.example"];
    scopes.iter().for_each(|scope| act.extend(["--scope", scope]));
    let token = run(room, &act).fine().trim().to_owned();
    assert!(token.starts_with("mst_") && token.len() == 44, "{token}");
    token
}

fn json(ran: Ran) -> Value {
    serde_json::from_str(&ran.fine()).unwrap()
}

/// The commands of the page, in their order.
fn walk() -> String {
    let page = include_str!("../../../../docs/contracts/api.md");
    let walk = page.split("## A first walk").nth(1).unwrap().split("\n## ").next().unwrap();
    let blocks = walk.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let all: Vec<&str> = blocks.collect();
    assert!(all.len() >= 4);
    all.join("\necho\n")
}

#[test]
fn the_walk_of_the_page_leads_into_the_paper() {
    let room = Room::new();
    let served = room.demo();
    let token = token(&room, &["articles:read", "articles:write", "articles:publish"]);
    let ran = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &walk()])
        .current_dir(room.path("."))
        .env("TOKEN", &token)
        .env("PAPER", format!("http://{}", served.address))
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&ran.stdout).into_owned();
    let err = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(ran.status.success(), "{out}{err}");
    let last: Value = serde_json::from_str(out.trim().lines().last().unwrap()).unwrap();
    assert_eq!(
        (&last["state"], &last["standfirst"]),
        (&"published".into(), &"After eleven weeks.".into())
    );
    let address = last["published"]["address"].as_str().unwrap().to_owned();
    let get = |path: &str| crate::http::get(&served.address, path, None);
    let page = get(&address);
    assert!(
        page.text.contains("It opens on Monday.") && !page.text.contains("The rest is for readers")
    );
    // The same at the machine, while it is served.
    let id = last["id"].as_str().unwrap();
    let shown = json(run(&room, &["article", "show", id, "--json"]));
    assert!(shown["text"].as_str().unwrap().contains("The rest is for readers"));
    let told = run(&room, &["article", "withdraw", id]).fine();
    assert!(told.contains("is taken-back"), "{told}");
    crate::program::until("the page is gone", || (get(&address).status == 410).then_some(()));
    assert!(run(&room, &["article", "put-back", id]).fine().contains("is published"));
    let listed = run(&room, &["article", "list", "--limit", "1"]).fine();
    assert!(listed.contains("Berth 4 opens again"), "{listed}");
    let refused = run(&room, &["article", "publish", id]).refused();
    assert!(refused.contains("there is no draft of it"), "{refused}");
    assert!(
        run(&room, &["article", "show", "nobody"]).refused().contains("nothing at this address")
    );
    // Ended, it is good for nothing.
    let tokens = json(run(&room, &["token", "list", "--json"]));
    let number = tokens[0]["number"].to_string();
    assert_eq!(tokens[0]["scopes"][0], "articles:read");
    run(&room, &["token", "revoke", &number]).fine();
    assert!(run(&room, &["token", "revoke", &number]).refused().contains("no token"));
    let mut ask = Command::new("curl");
    ask.args(["-sS", "-o", "/dev/null", "-w", "%{http_code}", "-H"]);
    ask.arg(format!("Authorization: Bearer {token}"));
    ask.arg(format!("http://{}/api/articles", served.address));
    assert_eq!(String::from_utf8_lossy(&ask.output().unwrap().stdout), "401");
}

#[test]
fn readers_and_offers_are_looked_after_by_the_same_functions() {
    let room = Room::new();
    room.filled();
    owner(&room);
    let found = json(run(&room, &["reader", "find", "ADA@courant.example", "--json"]));
    assert_eq!(found["mail"], "ada@courant.example");
    let id = found["id"].as_str().unwrap();
    let shown = run(&room, &["reader", "show", id]).fine();
    assert!(shown.contains("ada@courant.example") && shown.contains("at metered"), "{shown}");
    assert!(run(&room, &["reader", "sign-out", id]).fine().contains("0 sessions"));
    assert!(
        run(&room, &["reader", "find", "nobody@x.example"]).refused().contains("nobody is known")
    );
    let before = json(run(&room, &["offer", "list", "--json"]));
    let count = before["offers"].as_array().unwrap().len();
    let plan = before["offers"][0]["offer"]["plan"].as_str().unwrap().to_owned();
    let make = ["offer", "create", "--plan", &plan, "--field", "months=2", "--field", "percent=50"];
    run(&room, &make).fine();
    let after = json(run(&room, &["offer", "list", "--json"]));
    assert_eq!(after["offers"][count]["offer"]["percent"], 50, "{after}");
    let place = count.to_string();
    run(&room, &["offer", "end", &place]).fine();
    let end = json(run(&room, &["offer", "list", "--json"]));
    assert_eq!(end["offers"].as_array().unwrap().len(), count);
    let wrong = run(&room, &["offer", "create", "--plan", "gold", "--field", "months=2"]).refused();
    assert!(wrong.contains("offers"), "{wrong}");
    assert!(run(&room, &["offer", "end", "99"]).refused().contains("nothing at this address"));
    let history = room.run(&["settings", "--data", "paper", "history"]).fine();
    assert!(history.contains("an offer was made") && history.contains("an offer was ended"));
    let unknown =
        ["token", "create", "--name", "x", "--staff", "no@x.example", "--scope", "media:read"];
    assert!(run(&room, &unknown).refused().contains("nobody of the staff"));
    let odd = ["token", "create", "--name", "x", "--staff", "a@b.example", "--scope", "all"];
    assert_eq!(run(&room, &odd).status.code(), Some(2));
}
