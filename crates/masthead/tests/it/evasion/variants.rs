//! The variants of a row: each is the row's request with one thing in the place of another. What a variant replaces is
//! told by its form, and by the part that stands before the list; where that leaves two readings, both are asked.

use super::list::{Part, Request, request_line, variants};

/// Something about a request that its parts cannot say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Trick {
    /// The request line holds a whole address, of the host that the row names, while Host names the paper.
    AbsoluteForm,
    /// HTTP/1.0, and no Host.
    NoHost,
    DuplicateHost,
    /// Letters of the path in the wide forms of East Asian typesetting.
    Fullwidth,
    /// A letter of the path in two parts.
    Decomposed,
    UpperCase,
    /// The same once more.
    Twice,
}

/// One way of asking a row.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    pub(crate) request: Request,
    pub(crate) trick: Option<Trick>,
}

/// Words that name a trick.
const TRICKS: [(&str, Trick); 9] = [
    ("absolute-form", Trick::AbsoluteForm),
    ("no host", Trick::NoHost),
    ("duplicate host", Trick::DuplicateHost),
    ("fullwidth", Trick::Fullwidth),
    ("nfd", Trick::Decomposed),
    ("upper case", Trick::UpperCase),
    ("uppercase", Trick::UpperCase),
    ("twice", Trick::Twice),
    ("older event", Trick::Twice),
];
const METHODS: [&str; 12] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND",
    "QUERY", "PURGE",
];

/// The row itself, and each of its variants.
pub(crate) fn all(request: &Request) -> Vec<Variant> {
    let mut base = request.clone();
    base.parts.retain(|part| !matches!(part, Part::Directive(name, _) if name == "each"));
    let mut all = vec![Variant { request: base.clone(), trick: None }];
    let mut varied: Option<&Part> = None;
    for part in &request.parts {
        match part {
            Part::Directive(name, value) if name == "each" => {
                for text in variants(value) {
                    all.extend(resolve(&base, varied, &text));
                }
            }
            part => varied = Some(part),
        }
    }
    all
}

fn resolve(base: &Request, varied: Option<&Part>, text: &str) -> Vec<Variant> {
    let variant = |request| Variant { request, trick: None };
    let trick = TRICKS.iter().find(|(word, _)| text.to_lowercase().starts_with(word));
    let mut request = base.clone();
    if let Some(directive) = text.strip_prefix('@')
        && let Some((name, value)) = directive.split_once('=')
    {
        request.direct(name, value);
        return vec![variant(request)];
    }
    if let Some((method, target)) = request_line(text).filter(|(method, target)| {
        METHODS.contains(method) && target.starts_with(['/', '{', 'h', '*'])
    }) {
        (request.method, request.target) = (method.to_owned(), target.to_owned());
        return vec![variant(request)];
    }
    let in_header = matches!(varied, Some(Part::Header(..)));
    if is_target(text) && !(in_header && text.starts_with("http")) {
        request.target = text.to_owned();
        return vec![variant(request)];
    }
    if let Some(query) = text.strip_prefix('?') {
        request.target = with_query(&base.target, query);
        return vec![variant(request)];
    }
    if let Some((name, value)) = header(text) {
        return vec![variant(with_header(base, varied, name, value))];
    }
    if let Some((_, trick)) = trick {
        return vec![Variant { trick: Some(*trick), ..variant(base.clone()) }];
    }
    match varied {
        Some(Part::Directive(name, _)) => {
            request.direct(name, text);
            vec![variant(request)]
        }
        _ if METHODS.contains(&text) || varied.is_none() && is_method(text) => {
            request.method = text.to_owned();
            vec![variant(request)]
        }
        _ if text.split_once('=').is_some_and(|(name, _)| is_plain(name)) => {
            pairs(base, text).into_iter().map(variant).collect()
        }
        Some(Part::Header(name, value)) => {
            let mut readings = vec![variant(with_header(base, varied, name, text))];
            // `CF-Connecting-IP` may be a value, or the name of another header.
            if is_plain(text) && text.contains('-') {
                readings.push(variant(with_header(base, varied, text, value)));
            }
            readings
        }
        Some(Part::Field(..) | Part::Body(_)) => {
            request.parts.push(Part::Field("variant".to_owned(), text.to_owned()));
            vec![variant(request)]
        }
        None => {
            request.target = elsewhere(&base.target, text);
            vec![variant(request)]
        }
    }
}

/// `name=value`: in the query, in the cookie where there is one, in the form where there may be one.
fn pairs(base: &Request, text: &str) -> Vec<Request> {
    let mut query = base.clone();
    query.target = with_pair(&base.target, text);
    let mut readings = vec![query];
    let cookie = base.headers().any(|(name, _)| name.eq_ignore_ascii_case("cookie"));
    if cookie {
        readings.push(with_header(base, None, "Cookie", text));
    }
    if base.method == "POST" {
        let mut form = base.clone();
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        form.parts.push(Part::Field(name.to_owned(), value.to_owned()));
        readings.push(form);
    }
    readings
}

/// In the place of a header of that name, or else of the one before the list.
fn with_header(base: &Request, varied: Option<&Part>, name: &str, value: &str) -> Request {
    let mut request = base.clone();
    let is = |part: &Part, wanted: &str| matches!(part, Part::Header(given, _) if given.eq_ignore_ascii_case(wanted));
    let place = request.parts.iter().position(|part| is(part, name)).or_else(|| {
        request
            .parts
            .iter()
            .position(|part| matches!(part, Part::Header(..)) && Some(part) == varied)
    });
    let header = Part::Header(name.to_owned(), value.to_owned());
    match place {
        Some(place) => request.parts[place] = header,
        None => request.parts.push(header),
    }
    request
}

fn is_target(text: &str) -> bool {
    let is_path = |inner: &str| {
        inner.starts_with("A}")
            || inner.starts_with("B}")
            || inner.starts_with("F}")
            || inner.starts_with("A ")
    };
    text.starts_with('/')
        || text.starts_with("http://")
        || text.starts_with("https://")
        || text.strip_prefix('{').is_some_and(is_path)
}

/// `Name: value`, or `Name:` alone.
fn header(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once(':')?;
    let is_header = is_plain(name) && (value.is_empty() || value.starts_with(' '));
    is_header.then(|| (name, value.trim()))
}

fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

fn is_method(text: &str) -> bool {
    text.len() >= 3 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn with_query(target: &str, query: &str) -> String {
    format!("{}?{query}", target.split('?').next().unwrap_or(target))
}

/// One more parameter, or another value for one that is there.
fn with_pair(target: &str, pair: &str) -> String {
    let Some((path, query)) = target.split_once('?') else { return format!("{target}?{pair}") };
    let name = pair.split('=').next().unwrap_or("");
    let others = query.split('&').filter(|one| one.split('=').next() != Some(name));
    let pairs: Vec<&str> = others.chain([pair]).collect();
    format!("{path}?{}", pairs.join("&"))
}

/// Something that is none of all this: another spelling of a letter, another query, more path.
fn elsewhere(target: &str, text: &str) -> String {
    if let Some(start) = target.find("{A with ") {
        let end = target[start..].find('}').map_or(target.len(), |length| start + length + 1);
        return format!("{}{{A with {text}}}{}", &target[..start], &target[end..]);
    }
    match target.split_once('?') {
        Some((path, _)) => format!("{path}?{text}"),
        None => format!("{target}{text}"),
    }
}

fn told_of(text: &str) -> Vec<(String, String, Vec<Part>)> {
    let request = super::list::request(text).unwrap();
    let all = all(&request).into_iter().skip(1);
    all.map(|v| (v.request.method, v.request.target, v.request.parts)).collect()
}

#[test]
fn variants_take_the_place_of_what_they_look_like() {
    let header = |name: &str, value: &str| Part::Header(name.to_owned(), value.to_owned());
    let agents = told_of("GET {A} ; User-Agent: a ; @each=b/1.0,c d");
    assert_eq!(agents[0].2, [header("User-Agent", "b/1.0")]);
    assert_eq!(agents[1].2, [header("User-Agent", "c d")]);
    let names = told_of("GET {A} ; X-Real-IP: 1 ; @each=True-Client-IP,Forwarded: for=2");
    assert_eq!(names[0].2, [header("X-Real-IP", "True-Client-IP")]);
    assert_eq!(names[1].2, [header("True-Client-IP", "1")]);
    assert_eq!(names[2].2, [header("Forwarded", "for=2")]);
    let targets = told_of("GET {A}?a=1 ; @each=?b=2,/{A},{A}//,a=3,%ff,POST {A}");
    let targets: Vec<&str> = targets.iter().map(|(_, target, _)| target.as_str()).collect();
    assert_eq!(targets, ["{A}?b=2", "/{A}", "{A}//", "{A}?a=3", "{A}?%ff", "{A}"]);
    let methods = told_of("OPTIONS {A} ; @each=TRACE,FOO");
    assert_eq!(methods.iter().map(|v| v.0.as_str()).collect::<Vec<_>>(), ["TRACE", "FOO"]);
    let cookies = told_of("GET {A}?p=1 ; Cookie: w=1 ; @each=admin=1");
    assert_eq!(cookies[0].1, "{A}?p=1&admin=1");
    assert_eq!(cookies[1].2, [header("Cookie", "admin=1")]);
    let directives = told_of("GET {A} ; @ptr=a.example ; @each=b.example,@jar=fresh");
    let directive = |name: &str, value: &str| Part::Directive(name.to_owned(), value.to_owned());
    assert_eq!(directives[0].2, [directive("ptr", "b.example")]);
    assert_eq!(directives[1].2, [directive("ptr", "a.example"), directive("jar", "fresh")]);
    assert_eq!(told_of("GET {A with %61} ; @each=%2561")[0].1, "{A with %2561}");
    let referers = told_of("GET {A} ; Referer: https://a.example/ ; @each=https://b.example/");
    assert_eq!(referers[0].2, [header("Referer", "https://b.example/")]);
    let jars = told_of("GET {A} ; @jar=none ; @each=fresh,one-left");
    assert_eq!(jars[1].2, [directive("jar", "one-left")]);
    let tricks =
        all(&super::list::request("GET {A} ; Host: x ; @each=absolute-form,NFD form").unwrap());
    assert_eq!(tricks[1].trick, Some(Trick::AbsoluteForm));
    assert_eq!(tricks[2].trick, Some(Trick::Decomposed));
}
