use http::HeaderValue;
use http::header::{ACCEPT, ACCEPT_ENCODING, COOKIE, IF_NONE_MATCH};
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// Asks something of a request with these headers.
fn asked<T>(headers: &[(&'static str, &str)], ask: impl FnOnce(&Request<'_>) -> T) -> T {
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    asked_bytes(&headers, ask)
}

fn asked_bytes<T>(headers: &[(&'static str, &[u8])], ask: impl FnOnce(&Request<'_>) -> T) -> T {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(*name, HeaderValue::from_bytes(value).unwrap());
    }
    let (target, lines) = (Target::of_path("/"), Headers::lines(&map));
    let address = IpAddr::from([127, 0, 0, 1]);
    ask(&Request { method: &Method::GET, target, headers: Headers::of(&lines), address })
}

// Named, since a method of a type with a lifetime cannot be handed on by its path.
fn encoding_of(request: &Request<'_>) -> Encoding {
    request.encoding()
}

fn form_of(request: &Request<'_>) -> Form {
    request.form()
}

fn is_speculative(request: &Request<'_>) -> bool {
    request.is_speculative()
}

fn cookie(lines: &[&str]) -> Option<String> {
    let headers: Vec<_> = lines.iter().map(|line| ("cookie", *line)).collect();
    asked(&headers, |request| request.cookie("m").map(str::to_owned))
}

#[test]
fn a_cookie_is_found_among_others() {
    for line in [
        "m=abc",
        " m=abc",
        "m=abc;",
        "a=1; m=abc; b=2",
        "a=1;m=abc",
        "a=1 ;  m = abc ; b=2",
        ";;m=abc;;",
        "flag; m=abc",
        "mm=1; m=abc; xm=2",
        "__Host-m=other; m=abc",
    ] {
        assert_eq!(cookie(&[line]).as_deref(), Some("abc"), "{line:?}");
    }
    assert_eq!(cookie(&["a=1", "m=abc", "b=2"]).as_deref(), Some("abc"));
}

#[test]
fn what_is_not_the_cookie_is_none() {
    for line in ["", ";", "=", "=abc", "m", "mm=abc", "M=abc", "xm=abc", "\"m\"=abc", "m:abc"] {
        assert_eq!(cookie(&[line]), None, "{line:?}");
    }
    assert_eq!(cookie(&[]), None);
}

#[test]
fn a_value_is_taken_as_it_stands() {
    // Quotes and further signs of equality are the value's own; no token of ours has them.
    assert_eq!(cookie(&["m=\"abc\""]).as_deref(), Some("\"abc\""));
    assert_eq!(cookie(&["m=a=b"]).as_deref(), Some("a=b"));
    assert_eq!(cookie(&["m="]).as_deref(), Some(""));
    assert_eq!(cookie(&["m=%61"]).as_deref(), Some("%61"));
}

#[test]
fn a_cookie_that_comes_twice_is_none() {
    assert_eq!(cookie(&["m=abc; m=abc"]), None);
    assert_eq!(cookie(&["m=abc", "m=def"]), None);
    assert_eq!(cookie(&["m=; m=abc"]), None);
    assert_eq!(cookie(&["m=a; m=b; m=c"]), None);
}

#[test]
fn a_cookie_header_beyond_the_limit_is_none() {
    let fits = format!("m=abc; a={}", "x".repeat(COOKIE_BYTES_MAX - 9));
    assert_eq!(fits.len(), COOKIE_BYTES_MAX);
    assert_eq!(cookie(&[&fits]).as_deref(), Some("abc"));
    assert_eq!(cookie(&[&format!("{fits}x")]), None);
    assert_eq!(cookie(&["m=abc", &format!("{fits}x")]), None, "also beside a good one");
}

#[test]
fn a_cookie_header_that_is_no_text_is_none() {
    let lines: [&[u8]; 3] = [b"m=abc; a=\xFF", b"m=\xFF", "m=é".as_bytes()];
    for line in lines {
        let found =
            asked_bytes(&[("cookie", line)], |request| request.cookie("m").map(str::to_owned));
        assert_eq!(found, None, "{line:?}");
    }
}

fn encoding(lines: &[&str]) -> Encoding {
    let headers: Vec<_> = lines.iter().map(|line| ("accept-encoding", *line)).collect();
    asked(&headers, encoding_of)
}

#[test]
fn the_best_encoding_is_taken() {
    for (lines, wanted) in [
        (&["gzip, deflate, br, zstd"][..], Encoding::Brotli),
        (&["br"], Encoding::Identity),
        (&["gzip"], Encoding::Gzip),
        (&["x-gzip"], Encoding::Gzip),
        (&["gzip", "br"], Encoding::Brotli),
        (&[" gzip ; q=0.5 , deflate"], Encoding::Gzip),
        (&["br;q=0.1, gzip;q=1.0"], Encoding::Brotli),
        (&["GZIP"], Encoding::Gzip),
        (&["Br, gzip"], Encoding::Brotli),
        (&[], Encoding::Identity),
        (&[""], Encoding::Identity),
        (&["identity"], Encoding::Identity),
        (&["*"], Encoding::Identity),
        (&["deflate, zstd, compress"], Encoding::Identity),
        (&["brotli, gzipped, xbr"], Encoding::Identity),
    ] {
        assert_eq!(encoding(lines), wanted, "{lines:?}");
    }
}

#[test]
fn an_encoding_of_no_quality_is_refused() {
    for zero in ["q=0", "q=0.0", "q=0.000", "Q=0", " q = 0 ", "x=1;q=0", "q=-1"] {
        assert_eq!(encoding(&[&format!("br;{zero}, gzip")]), Encoding::Gzip, "{zero}");
        assert_eq!(encoding(&[&format!("br;{zero}")]), Encoding::Identity, "{zero}");
    }
    for more in ["q=0.001", "q=1", "q=", "q=zero", "q", "", "level=0", "q=NaN"] {
        assert_eq!(encoding(&[&format!("gzip, br;{more}")]), Encoding::Brotli, "{more}");
    }
}

fn already_has(lines: &[&str], etag: &str) -> bool {
    let headers: Vec<_> = lines.iter().map(|line| ("if-none-match", *line)).collect();
    asked(&headers, |request| request.already_has(etag))
}

#[test]
fn a_condition_names_validators_in_lists_weak_ones_too() {
    for line in
        ["\"ag\"", "W/\"ag\"", "\"x\", \"ag\"", "\"x\",W/\"ag\" , \"y\"", "*", " * ", ",,\"ag\""]
    {
        assert!(already_has(&[line], "\"ag\""), "{line}");
    }
    assert!(already_has(&["\"x\"", "\"ag\""], "\"ag\""), "several headers are one list");
    for line in ["", "ag", "\"a\"", "\"ab\"", "\"agg\"", "w/\"ag\"", "W/ag", "W/W/\"ag\"", "\"AG\""]
    {
        assert!(!already_has(&[line], "\"ag\""), "{line}");
    }
    assert!(!already_has(&[], "\"ag\""));
}

#[test]
fn fetching_on_a_guess_is_told_by_any_of_its_headers() {
    for (name, value) in [
        ("sec-purpose", "prefetch"),
        ("sec-purpose", "prefetch;prerender"),
        ("sec-purpose", "prefetch;anonymous-client-ip"),
        ("purpose", "prefetch"),
        ("Purpose", "Prefetch"),
        ("x-purpose", "preview"),
        ("x-moz", "prefetch"),
    ] {
        assert!(asked(&[(name, value)], is_speculative), "{name}: {value}");
        let twice = [(name, "x"), (name, value)];
        assert!(asked(&twice, is_speculative), "{name}: x, and {value} in another line");
    }
    for (name, value) in [("sec-purpose", ""), ("purpose", "reading"), ("x-moz", "no prefetch")] {
        assert!(!asked(&[(name, value)], is_speculative), "{name}: {value}");
    }
    assert!(!asked(&[], is_speculative));
}

#[test]
fn a_single_header_is_not_taken_from_two() {
    let host = |lines: &[(&'static str, &str)]| {
        asked(lines, |request| request.single(&header::HOST).map(str::to_owned))
    };
    assert_eq!(host(&[("host", "a")]).as_deref(), Some("a"));
    assert_eq!(host(&[("host", "a"), ("host", "a")]), None);
    assert_eq!(host(&[]), None);
    let wild = asked_bytes(&[("host", b"\xFF")], |r| r.single(&header::HOST).map(str::to_owned));
    assert_eq!(wild, None);
}

#[test]
fn only_the_page_s_own_script_asks_for_a_fragment() {
    assert_eq!(asked(&[("accept", "application/json")], form_of), Form::Fragment);
    for other in ["", "*/*", "text/html", "application/json, */*", "application/json;q=1"] {
        assert_eq!(asked(&[("accept", other)], form_of), Form::Page, "{other}");
    }
    let twice = [("accept", "application/json"), ("accept", "application/json")];
    assert_eq!(asked(&twice, form_of), Form::Page);
}

/// Bytes that a header can have.
fn wild() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        prop::sample::select(b"m=;,\"* \t/Wbrgzipq.0123456789-".to_vec()),
        (0x20_u8..=0xFF).prop_filter("DEL", |byte| *byte != 0x7F),
    ];
    vec(byte, 0..200)
}

/// Names that matter, and a few times each.
fn headers() -> impl Strategy<Value = Vec<(&'static str, Vec<u8>)>> {
    let names = vec![
        "cookie",
        "accept",
        "accept-encoding",
        "if-none-match",
        "sec-purpose",
        "purpose",
        "x-moz",
        "x-purpose",
    ];
    vec((prop::sample::select(names), wild()), 0..12)
}

proptest! {
    #[test]
    fn nothing_that_a_header_says_brings_the_house_down(headers in headers()) {
        let lines: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_slice())).collect();
        asked_bytes(&lines, |request| {
            if let Some(value) = request.cookie("m") {
                assert!(value.len() <= COOKIE_BYTES_MAX && !value.contains(';'));
                assert_eq!(value.trim(), value);
            }
            for name in [COOKIE, ACCEPT, ACCEPT_ENCODING, IF_NONE_MATCH] {
                let times = request.headers.all(name.as_str()).count();
                assert!(request.single(&name).is_none() || times == 1);
            }
            let _ = (request.encoding(), request.form(), request.is_speculative());
            let _ = request.already_has("\"0123456789abcdefg\"");
        });
    }

    #[test]
    fn a_cookie_is_the_only_one_of_its_name_or_none(
        before in vec("[a-l]{1,3}=[a-z0-9]{0,8}", 0..4),
        value in "[a-z0-9]{1,22}",
        after in vec("[n-z]{1,3}=[a-z0-9]{0,8}", 0..4),
        gap in "[ \t]{0,3}",
    ) {
        let own = format!("m={value}");
        let all: Vec<&str> = before
            .iter()
            .map(String::as_str)
            .chain([own.as_str()])
            .chain(after.iter().map(String::as_str))
            .collect();
        prop_assert_eq!(cookie(&[&all.join(&format!(";{gap}"))]), Some(value.clone()));
        prop_assert_eq!(cookie(&all), Some(value));
        let twice = format!("{}; {own}", all.join("; "));
        prop_assert_eq!(cookie(&[&twice]), None);
    }

    #[test]
    fn a_validator_is_found_in_any_list(
        others in vec("(W/)?\"[a-z0-9]{1,15}\"", 0..6),
        place in 0_usize..7,
        weak in any::<bool>(),
    ) {
        let etag = "\"0123456789abcdefg\"";
        prop_assert!(!already_has(&[&others.join(", ")], etag));
        let mut all = others;
        let own = if weak { format!("W/{etag}") } else { etag.to_owned() };
        all.insert(place.min(all.len()), own);
        prop_assert!(already_has(&[&all.join(", ")], etag));
        prop_assert!(already_has(&[&all.join(",")], etag));
    }
}
