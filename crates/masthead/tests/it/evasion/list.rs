//! A list of ways round the meter, read from its file: one row a line, five columns apart by tabs. It says what a row
//! asks for and in which line it stands, and nothing about what any of it means.

use std::fmt;

/// The columns of a row, as the head of a list names them.
const COLUMNS: [&str; 5] = ["id", "technique", "request", "expected", "absolute|cost"];
/// How the parts of a request stand apart.
const BETWEEN_PARTS: &str = " ; ";

/// Whether a row can be closed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// One leaked word is a failure.
    Absolute,
    /// It can only be made dearer.
    Cost,
}

/// One way round the meter.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Where it stands in its file.
    pub(crate) line: usize,
    pub(crate) id: String,
    pub(crate) technique: String,
    pub(crate) request: Request,
    pub(crate) expected: String,
    pub(crate) kind: Kind,
}

/// What is sent, before any placeholder is filled.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct Request {
    /// Empty where a row is about what happens without a request.
    pub(crate) method: String,
    pub(crate) target: String,
    /// Everything else, in its order.
    pub(crate) parts: Vec<Part>,
    /// What is asked afterwards.
    pub(crate) then: Vec<Request>,
}

/// A part of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    Header(String, String),
    /// A field of a form.
    Field(String, String),
    /// The whole body.
    Body(String),
    Directive(String, String),
}

impl Request {
    /// The values of a directive.
    pub(crate) fn directives<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.parts.iter().filter_map(move |part| match part {
            Part::Directive(given, value) if given == name => Some(value.as_str()),
            _ => None,
        })
    }

    /// The last value of a directive.
    pub(crate) fn directive<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.directives(name).last()
    }

    pub(crate) fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parts.iter().filter_map(|part| match part {
            Part::Header(name, value) => Some((name.as_str(), value.as_str())),
            _ => None,
        })
    }

    /// Puts a directive in the place of those of its name.
    pub(crate) fn direct(&mut self, name: &str, value: &str) {
        self.parts.retain(|part| !matches!(part, Part::Directive(given, _) if given == name));
        self.parts.push(Part::Directive(name.to_owned(), value.to_owned()));
    }
}

/// What is wrong with a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fault {
    pub(crate) line: usize,
    pub(crate) what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

/// A list as it was read.
#[derive(Clone, Default, Debug)]
pub(crate) struct List {
    pub(crate) rows: Vec<Row>,
    /// Lines that are no rows; the others are rows all the same.
    pub(crate) faults: Vec<Fault>,
}

/// Reads a whole list.
pub(crate) fn parse(text: &str) -> List {
    let mut list = List::default();
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_end_matches('\r');
        let is_head = list.rows.is_empty() && line.split('\t').next() == Some(COLUMNS[0]);
        if line.trim().is_empty() || line.starts_with('#') || is_head {
            continue;
        }
        let known = |id: &str| list.rows.iter().find(|row| row.id == id).map(|row| row.line);
        match row(number + 1, line, known) {
            Ok(row) => list.rows.push(row),
            Err(what) => list.faults.push(Fault { line: number + 1, what }),
        }
    }
    if list.rows.is_empty() && list.faults.is_empty() {
        list.faults.push(Fault { line: 1, what: "the list has no row".to_owned() });
    }
    list
}

fn row(line: usize, text: &str, known: impl Fn(&str) -> Option<usize>) -> Result<Row, String> {
    let columns: Vec<&str> = text.split('\t').map(str::trim).collect();
    let [id, technique, asked, expected, kind] = columns[..] else {
        return Err(format!(
            "{} columns instead of {}: {}",
            columns.len(),
            COLUMNS.len(),
            COLUMNS.join(", ")
        ));
    };
    for (name, value) in COLUMNS.iter().zip(&columns) {
        if value.is_empty() {
            return Err(format!("the column {name:?} is empty"));
        }
    }
    if let Some(first) = known(id) {
        return Err(format!("{id} stands in line {first} already"));
    }
    let kind = match kind {
        "absolute" => Kind::Absolute,
        "cost" => Kind::Cost,
        other => return Err(format!("{other:?} is neither \"absolute\" nor \"cost\"")),
    };
    let (technique, expected) = (technique.to_owned(), expected.to_owned());
    let request = request(asked).map_err(|what| format!("{id}: {what}"))?;
    Ok(Row { line, id: id.to_owned(), technique, request, expected, kind })
}

/// Reads the column of the request.
pub(crate) fn request(text: &str) -> Result<Request, String> {
    let mut request = Request::default();
    for (place, piece) in text.split(BETWEEN_PARTS).enumerate() {
        let piece = piece.trim().trim_end_matches(" ;").trim_end();
        let line = (place == 0).then(|| request_line(piece)).flatten();
        if let Some((method, target)) = line {
            (request.method, request.target) = (method.to_owned(), target.to_owned());
        } else if let Some(value) = piece.strip_prefix("@then=") {
            request.then.push(then(value)?);
        } else if piece.starts_with('@') {
            for (name, value) in directives(piece)? {
                request.parts.push(Part::Directive(name, value));
            }
        } else {
            let part = part(piece)?;
            // What belongs to a request stands behind it.
            let owner = request.then.last_mut().map_or(&mut request.parts, |then| &mut then.parts);
            owner.push(part);
        }
    }
    Ok(request)
}

/// `GET /path`. A target may be a placeholder with spaces in it.
pub(crate) fn request_line(text: &str) -> Option<(&str, &str)> {
    let (method, target) = text.split_once(' ')?;
    let is_method = !method.is_empty()
        && method.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_'));
    (is_method && !target.trim().is_empty()).then_some((method, target.trim()))
}

/// A second request: its line, and directives of its own behind it.
fn then(text: &str) -> Result<Request, String> {
    let (line, more) = text.split_at(text.find(" @").unwrap_or(text.len()));
    let (method, target) = request_line(line.trim())
        .ok_or_else(|| format!("`@then={text}` does not begin with a method and a path"))?;
    let parts = match more.trim() {
        "" => Vec::new(),
        more => directives(more)?,
    };
    let parts = parts.into_iter().map(|(name, value)| Part::Directive(name, value)).collect();
    Ok(Request { method: method.to_owned(), target: target.to_owned(), parts, then: Vec::new() })
}

/// `@name=value`, also several of them in a row.
fn directives(text: &str) -> Result<Vec<(String, String)>, String> {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let mut found: Vec<(String, String)> = Vec::new();
    for piece in text.split(" @") {
        let piece = piece.trim();
        let named = piece.trim_start_matches('@').split_once('=');
        match named.filter(|(name, _)| is_name(name)) {
            Some((_, "")) => return Err(format!("the directive `{piece}` has no value")),
            Some((name, value)) => found.push((name.to_owned(), value.trim().to_owned())),
            None => {
                return Err(format!(
                    "`{piece}` is no directive: write @name=value in small letters"
                ));
            }
        }
    }
    Ok(found)
}

fn part(text: &str) -> Result<Part, String> {
    if let Some(body) = text.strip_prefix("body=") {
        return Ok(Part::Body(body.to_owned()));
    }
    let colon = text.find(':').unwrap_or(usize::MAX);
    let equals = text.find('=').unwrap_or(usize::MAX);
    if colon < equals && colon > 0 {
        // Whatever is wrong with the name is a part of the attempt.
        return Ok(Part::Header(text[..colon].to_owned(), text[colon + 1..].trim().to_owned()));
    }
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok(Part::Field(name.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err(format!(
            "{text:?} is no part of a request: `METHOD path`, `Header: value`, `field=value` or `@directive=value`"
        )),
    }
}

/// Cuts a list of variants at its commas: one before a space, or inside brackets, belongs to a variant.
pub(crate) fn variants(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut depth = 0_usize;
    let mut rest = text.chars().peekable();
    while let Some(letter) = rest.next() {
        match letter {
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let last = found.len() - 1;
        match letter {
            ',' if depth == 0 && rest.peek() != Some(&' ') => found.push(String::new()),
            _ => found[last].push(letter),
        }
    }
    found.retain(|variant| !variant.trim().is_empty());
    found.iter().map(|variant| variant.trim().to_owned()).collect()
}

#[test]
fn a_row_is_taken_apart() {
    let text = "id\ttechnique\trequest\texpected\tabsolute|cost\r\n\
        X1\tA way\tGET {A}?x=1 ; User-Agent: ; X-A: b=c ; plan=trial ; body={a:1} ; @jar=one-left ; \
        @each=a,b ; @then=GET {B} @jar=none\tTEASER\tabsolute\r\n\
        \n# a remark\nX2\tAnother\t@observe=mail to a reader\tnothing\tcost\n";
    let List { rows, faults } = parse(text);
    assert_eq!(faults, []);
    assert_eq!((rows[0].line, rows[0].id.as_str(), rows[0].kind), (2, "X1", Kind::Absolute));
    let request = &rows[0].request;
    assert_eq!((request.method.as_str(), request.target.as_str()), ("GET", "{A}?x=1"));
    let header = |name: &str, value: &str| Part::Header(name.to_owned(), value.to_owned());
    assert_eq!(request.parts[..2], [header("User-Agent", ""), header("X-A", "b=c")]);
    assert_eq!(request.parts[2], Part::Field("plan".to_owned(), "trial".to_owned()));
    assert_eq!(request.parts[3], Part::Body("{a:1}".to_owned()));
    assert_eq!(request.directive("jar"), Some("one-left"));
    assert_eq!(request.then[0].target, "{B}");
    assert_eq!(request.then[0].directive("jar"), Some("none"));
    assert_eq!((rows[1].line, rows[1].kind), (5, Kind::Cost));
    assert_eq!(rows[1].request.directive("observe"), Some("mail to a reader"));
    assert_eq!(rows[1].request.method, "");
}

#[test]
fn what_is_no_row_is_told_with_its_line() {
    let faults = |text: &str| parse(text).faults;
    let good = "X1\ta\tGET {A}\tTEASER\tabsolute\n";
    for (bad, word) in [
        ("X2\ta\tGET {A}\tTEASER", "4 columns"),
        ("X2\ta\tGET {A}\tTEASER\tabsolute\tmore", "6 columns"),
        ("just words", "1 columns"),
        ("X2\t\tGET {A}\tTEASER\tabsolute", "\"technique\" is empty"),
        ("X2\ta\tGET {A}\tTEASER\tperhaps", "\"perhaps\""),
        ("X1\ta\tGET {A}\tTEASER\tcost", "line 1 already"),
        ("X2\ta\tGET {A} ; @jar\tTEASER\tabsolute", "no directive"),
        ("X2\ta\tGET {A} ; @jar=\tTEASER\tabsolute", "no value"),
        ("X2\ta\tGET {A} ; @J R=x\tTEASER\tabsolute", "no directive"),
        ("X2\ta\tGET {A} ; words alone\tTEASER\tabsolute", "no part of a request"),
        ("X2\ta\tnothing\tTEASER\tabsolute", "no part of a request"),
        ("X2\ta\tGET {A} ; @then=nowhere\tTEASER\tabsolute", "a method and a path"),
    ] {
        let text = format!("{good}{bad}\n");
        assert_eq!(parse(&text).rows.len(), 1, "the row before it is one: {bad}");
        let found = faults(&text);
        assert_eq!(found.len(), 1, "{bad}");
        assert_eq!(found[0].line, 2, "{bad}");
        assert!(found[0].to_string().contains(word), "{bad}: {}", found[0]);
    }
    assert_eq!(faults("")[0].what, "the list has no row");
    let two = faults("a\nb\n");
    assert_eq!(two.iter().map(|fault| fault.line).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn variants_stand_apart_by_commas_that_no_space_follows() {
    assert_eq!(variants("a,b ,c"), ["a", "b", "c"]);
    assert_eq!(variants("X: 1, 2,{\"a\":1,\"b\":2},"), ["X: 1, 2", "{\"a\":1,\"b\":2}"]);
}

#[test]
fn the_delivered_list_is_read_as_a_whole() {
    let List { rows, faults } = parse(super::LIST);
    assert_eq!(faults, []);
    assert_eq!(rows.len(), super::LIST.lines().count() - 1);
}
