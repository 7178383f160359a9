use super::*;

const ANSWERS: [(&str, u16, usize); 5] = [
    ("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nHello", 200, 5),
    ("HTTP/1.1 303 See Other\r\nlocation: /\r\n\r\n", 303, 0),
    ("HTTP/1.1 304 Not Modified\r\ncontent-length: 900\r\n\r\n", 304, 0),
    (
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nHel\r\n2\r\nlo\r\n0\r\n\r\n",
        200,
        9,
    ),
    ("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n", 503, 0),
];

#[test]
fn an_answer_ends_where_it_ends_in_whatever_pieces_it_comes() {
    for (text, status, body_bytes) in ANSWERS {
        for piece in 1..=text.len() {
            let mut arriving = Arriving::default();
            let pieces: Vec<&[u8]> = text.as_bytes().chunks(piece).collect();
            for (place, bytes) in pieces.iter().enumerate() {
                let answer = arriving.take(bytes).unwrap();
                assert_eq!(answer.is_some(), place + 1 == pieces.len(), "{text:?} by {piece}");
                if let Some(answer) = answer {
                    assert_eq!((answer.status, answer.body_bytes), (status, body_bytes));
                    assert!(!arriving.is_begun(), "the next one begins anew");
                }
            }
        }
    }
}

#[test]
fn what_is_shed_says_when_to_come_back() {
    let of = |text: &str| Arriving::default().take(text.as_bytes()).unwrap().unwrap();
    assert!(of(ANSWERS[4].0).is_shed());
    assert!(!of("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n").is_shed());
    assert!(!of("HTTP/1.1 200 OK\r\nretry-after: 5\r\ncontent-length: 0\r\n\r\n").is_shed());
    assert!(of("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n").closes());
}

#[test]
fn what_is_no_answer_is_refused() {
    for text in
        ["SSH-2.0\r\n\r\n", "HTTP/1.1 2\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n"]
    {
        assert!(Arriving::default().take(text.as_bytes()).is_err(), "{text:?}");
    }
    let endless = vec![b'x'; HEAD_BYTES_MAX + 1];
    assert!(Arriving::default().take(&endless).is_err());
}
