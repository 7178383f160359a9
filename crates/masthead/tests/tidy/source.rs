//! The sources as the checks see them: code with comments and texts blanked out, and the texts apart from it.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

/// One Rust file.
#[derive(Debug)]
pub(crate) struct Source {
    /// Relative to the workspace, with slashes.
    pub(crate) path: String,
    /// As it is on disk.
    pub(crate) text: String,
    /// Line by line and column by column like `text`, with spaces for comments and for what stands in quotes.
    pub(crate) code: String,
    /// The quoted texts, each with the line on which it begins.
    pub(crate) literals: Vec<(usize, String)>,
}

impl Source {
    /// Reads a text as a file of that path.
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let (code, literals) = split(text);
        Self { path: path.to_owned(), text: text.to_owned(), code, literals }
    }

    /// The room (crate) that it belongs to.
    pub(crate) fn room(&self) -> &str {
        self.path.strip_prefix("crates/").and_then(|rest| rest.split('/').next()).unwrap_or("xtask")
    }

    /// Whether it is compiled for tests or benches only.
    pub(crate) fn is_test(&self) -> bool {
        let folder = |name: &str| self.path.split('/').any(|part| part == name);
        folder("tests") || folder("benches") || self.path.ends_with("/tests.rs")
    }

    /// The identifiers and signs of the code, each with its line.
    pub(crate) fn tokens(&self) -> Vec<(usize, &str)> {
        tokens(&self.code)
    }
}

/// All Rust files of the workspace, read once for all checks.
pub(crate) fn all() -> &'static [Source] {
    static ALL: LazyLock<Vec<Source>> = LazyLock::new(|| {
        let root = crate::root();
        let paths = ["crates", "xtask"].into_iter().flat_map(|folder| files(&root, folder, "rs"));
        let sources: Vec<Source> =
            paths.map(|path| Source::new(&path, &crate::read(&path))).collect();
        assert!(sources.len() > 50, "only {} files found: is this the workspace?", sources.len());
        sources
    });
    &ALL
}

/// The files under `folder` whose names end so, sorted; build output is left out.
pub(crate) fn files(root: &Path, folder: &str, ending: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(root.join(&folder)) else { continue };
        for entry in entries {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let path = format!("{folder}/{name}");
            if entry.file_type().unwrap().is_dir() {
                if !matches!(name.as_str(), "target" | "node_modules" | ".git") {
                    folders.push(path);
                }
            } else if name.ends_with(&format!(".{ending}")) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Splits a text into code and quoted texts.
fn split(text: &str) -> (String, Vec<(usize, String)>) {
    let chars: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut literals = Vec::new();
    let (mut place, mut line) = (0, 1);
    while place < chars.len() {
        let (end, kind) = piece(&chars, place);
        let piece: String = chars[place..end].iter().collect();
        match kind {
            Kind::Code => code.push_str(&piece),
            Kind::Comment => code.push_str(&blank(&piece)),
            Kind::Quoted => {
                code.push_str(&blank(&piece));
                literals.push((line, inside(&piece).to_owned()));
            }
        }
        line += piece.matches('\n').count();
        place = end;
    }
    (code, literals)
}

enum Kind {
    Code,
    Comment,
    Quoted,
}

/// The piece that begins at `start`: where it ends, and what it is.
fn piece(chars: &[char], start: usize) -> (usize, Kind) {
    let at = |place: usize| chars.get(place).copied().unwrap_or('\0');
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    match at(start) {
        '/' if at(start + 1) == '/' => {
            let length = chars[start..].iter().take_while(|c| **c != '\n').count();
            (start + length, Kind::Comment)
        }
        '/' if at(start + 1) == '*' => (block_comment(chars, start), Kind::Comment),
        '"' => (closed_by(chars, start + 1, '"'), Kind::Quoted),
        '\'' if at(start + 1) == '\\' => (closed_by(chars, start + 1, '\''), Kind::Quoted),
        '\'' if at(start + 2) == '\'' => (start + 3, Kind::Quoted),
        c if is_word(c) => {
            let mut end = start;
            while is_word(at(end)) {
                end += 1;
            }
            let hashes = chars[end..].iter().take_while(|c| **c == '#').count();
            let word: String = chars[start..end].iter().collect();
            let raw = matches!(word.as_str(), "r" | "br" | "cr") && at(end + hashes) == '"';
            if raw {
                (raw_end(chars, end + hashes + 1, hashes), Kind::Quoted)
            } else {
                (end, Kind::Code)
            }
        }
        _ => (start + 1, Kind::Code),
    }
}

/// The end of a text whose opening quote was just passed; a backslash hides the next character.
fn closed_by(chars: &[char], mut place: usize, quote: char) -> usize {
    while place < chars.len() && chars[place] != quote {
        place += if chars[place] == '\\' { 2 } else { 1 };
    }
    (place + 1).min(chars.len())
}

fn raw_end(chars: &[char], mut place: usize, hashes: usize) -> usize {
    while place < chars.len() {
        let closes = chars[place] == '"'
            && chars[place + 1..].iter().take_while(|c| **c == '#').count() >= hashes;
        if closes {
            return place + 1 + hashes;
        }
        place += 1;
    }
    chars.len()
}

fn block_comment(chars: &[char], start: usize) -> usize {
    let (mut place, mut depth) = (start, 0);
    while place < chars.len() {
        match (chars[place], chars.get(place + 1)) {
            ('/', Some('*')) => (depth, place) = (depth + 1, place + 2),
            ('*', Some('/')) => (depth, place) = (depth - 1, place + 2),
            _ => place += 1,
        }
        if depth == 0 {
            return place;
        }
    }
    chars.len()
}

fn blank(piece: &str) -> String {
    piece.chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect()
}

/// What stands between the first and the last quote.
fn inside(piece: &str) -> &str {
    let quote = |c: char| c == '"' || c == '\'';
    match (piece.find(quote), piece.rfind(quote)) {
        (Some(first), Some(last)) if first < last => &piece[first + 1..last],
        _ => "",
    }
}

fn tokens(code: &str) -> Vec<(usize, &str)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut tokens = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let end = if is_word(first) {
                rest.find(|c| !is_word(c)).unwrap_or(rest.len())
            } else {
                first.len_utf8()
            };
            tokens.push((number + 1, &rest[..end]));
            rest = rest[end..].trim_start();
        }
    }
    tokens
}

#[test]
fn comments_and_texts_are_told_from_code() {
    let text = "let a = \"x // y\\\" z\"; // todo\n\
        let b: &'a str = r#\"q \"w\" e\"#; /* u /* v */ w */ c('\"', '\\'');\n";
    let source = Source::new("crates/web/src/a.rs", text);
    assert_eq!(source.code.len(), text.len());
    assert!(
        !source.code.contains("todo") && !source.code.contains('w') && !source.code.contains('z')
    );
    assert!(source.code.contains("let b: &'a str = "), "{}", source.code);
    let texts: Vec<&str> = source.literals.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, ["x // y\\\" z", "q \"w\" e", "\"", "\\'"]);
    assert_eq!(source.literals[1].0, 2);
}

#[test]
fn rooms_and_tests_are_known_by_their_paths() {
    let of = |path: &str| Source::new(path, "");
    assert_eq!(of("crates/gate/src/door.rs").room(), "gate");
    assert_eq!(of("xtask/src/main.rs").room(), "xtask");
    assert!(of("crates/gate/src/clock/tests.rs").is_test());
    assert!(of("crates/store/tests/faults.rs").is_test());
    assert!(!of("crates/gate/src/door.rs").is_test());
}
