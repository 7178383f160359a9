use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use super::*;

const WORD: &str = "canary77word";

#[test]
fn a_word_is_found_in_every_disguise() {
    let canary = Canary::new(WORD).unwrap();
    let spelled = |spell: fn(u8) -> String| WORD.bytes().map(spell).collect::<String>();
    for text in [
        WORD.to_owned(),
        WORD.to_uppercase(),
        spelled(|byte| format!("%{byte:02X}")),
        spelled(|byte| format!("%25{byte:02x}")),
        spelled(|byte| format!("&#{byte};")),
        spelled(|byte| format!("&#x{byte:x};")),
        spelled(|byte| format!("\\u00{byte:02x}")),
        spelled(|byte| format!("\\x{byte:02x}")),
        spelled(|byte| format!("{}\0", char::from(byte))),
        spelled(|byte| format!("{byte:02x}")),
        WORD.chars().rev().collect(),
        "pnanel77jbeq".to_owned(),
        // The word alone, behind one byte, and behind two.
        "Y2FuYXJ5Nzd3b3Jk".to_owned(),
        "IGNhbmFyeTc3d29yZA==".to_owned(),
        "ICBjYW5hcnk3N3dvcmQ=".to_owned(),
    ] {
        assert!(canary.in_bytes(format!("<p>{text}</p>").as_bytes()).is_some(), "{text}");
    }
    for text in ["canary77wor", "canary 77 word", "Y2FuYXJ5", ""] {
        assert_eq!(canary.in_bytes(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn a_word_that_stands_anywhere_by_chance_is_no_canary() {
    for word in ["", "short", "two words", "ümlaut-word", "dash-ed-word"] {
        assert!(Canary::new(word).is_err(), "{word}");
    }
}

#[test]
fn links_of_the_same_origin_are_followed_and_no_others() {
    let text = "<a href=\"/a?b=1&amp;c=2#d\"> <img src=\"/e.png\"> <a href=\"//evil.example/f\"> \
        <a href=\"https://evil.example/g\"> <loc>http://here:1/h</loc> {\"url\":\"http://here:1/i\"}";
    assert_eq!(links(text, "http://here:1"), ["/a?b=1&c=2", "/e.png", "/h", "/i"]);
}

/// A server that answers so many requests and then is gone.
fn served(page: fn(&str) -> String) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().take(2_000) {
            let Ok(mut stream) = stream else { continue };
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let mut head = String::new();
            while let Some(Ok(line)) =
                lines.next().filter(|line| line.as_ref().is_ok_and(|l| !l.is_empty()))
            {
                head += &format!("{line}\n");
            }
            let body = page(&head);
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    format!("http://{address}")
}

#[test]
fn a_server_that_shows_the_word_in_one_shape_behind_one_link_is_found_out() {
    let url = served(|head| {
        let asks = |text: &str| head.contains(text);
        match () {
            () if asks("GET / ") => "<a href=\"/deep\">".to_owned(),
            () if asks("GET /deep ") && asks("text/markdown") => "Y2FuYXJ5Nzd3b3Jk".to_owned(),
            () => "nothing".to_owned(),
        }
    });
    let found = search(&url, WORD, 20).unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains("/deep with accept: text/markdown") && found[0].contains("in base64")
    );
}

#[test]
fn a_search_that_tells_words_apart_is_found_out_and_a_tight_server_passes() {
    let url = served(|head| {
        let knows = head.contains("GET /search?q=canary77word ");
        if knows { "1 hit".to_owned() } else { "0 hits".to_owned() }
    });
    assert_eq!(search(&url, WORD, 3).unwrap().len(), 1);
    assert!(search(&served(|_| "nothing".to_owned()), WORD, 3).unwrap().is_empty());
    assert!(search("http://here/and/there", WORD, 3).is_err());
}
