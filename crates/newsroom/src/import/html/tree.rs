//! A small tree of HTML: tokens nested as their authors meant them. It is forgiving, of limited depth, and keeps no
//! more than the text is long; it knows nothing of Markdown.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

/// How deep elements stand in one another; deeper ones are read as if their tags were not there.
const DEPTH_MAX: usize = 100;

/// Attributes of one tag; further ones are not read. The tokenizer compares each with all before it.
const ATTRIBUTES_MAX: usize = 200;

/// The node that holds all others.
pub(super) const ROOT: usize = 0;

/// A node.
#[derive(Debug)]
pub(super) enum Node {
    Text(String),
    Comment(String),
    Element(Element),
}

/// An element with what stands in it.
#[derive(Default, Debug)]
pub(super) struct Element {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    pub(super) children: Vec<usize>,
}

impl Element {
    /// The value of an attribute, blanks at its ends dropped; `None` where there is nothing in it.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// Whether it has an attribute, whatever stands in it.
    pub(super) fn has(&self, name: &str) -> bool {
        self.attributes.iter().any(|(known, _)| known == name)
    }

    /// Whether it is of that class.
    pub(super) fn is_of(&self, class: &str) -> bool {
        self.attribute("class")
            .is_some_and(|classes| classes.split_ascii_whitespace().any(|found| found == class))
    }
}

/// The tree.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
}

impl Tree {
    /// Reads a text.
    pub(super) fn read(html: &str) -> Self {
        let tokenizer = Tokenizer::new(Builder::default(), TokenizerOpts::default());
        let queue = BufferQueue::default();
        queue.push_back(StrTendril::from_slice(&with_few_attributes(html)));
        let _ = tokenizer.feed(&queue);
        tokenizer.end();
        Self { nodes: tokenizer.sink.0.into_inner().nodes }
    }

    pub(super) fn node(&self, id: usize) -> Option<&Node> {
        self.nodes.get(id)
    }

    /// The element of that number, unless it is text.
    pub(super) fn element(&self, id: usize) -> Option<&Element> {
        match self.nodes.get(id) {
            Some(Node::Element(element)) => Some(element),
            _ => None,
        }
    }

    /// The children of a node.
    pub(super) fn children(&self, id: usize) -> &[usize] {
        self.element(id).map_or(&[], |element| &element.children)
    }

    /// All nodes below one that are elements, in the order of the text; those in `but` and below are left out.
    pub(super) fn below(&self, id: usize, but: &[&str]) -> Vec<usize> {
        let mut found = Vec::new();
        let mut open: Vec<usize> = self.children(id).iter().rev().copied().collect();
        while let Some(id) = open.pop() {
            let Some(element) = self.element(id) else { continue };
            if !but.contains(&element.name.as_str()) {
                found.push(id);
                open.extend(element.children.iter().rev());
            }
        }
        found
    }

    /// The text that a browser would show of a node, as it is written.
    pub(super) fn text(&self, id: usize) -> String {
        let mut text = String::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            match self.node(id) {
                Some(Node::Text(found)) => text.push_str(found),
                Some(Node::Element(element)) if !is_silent(&element.name) => {
                    if is_block(&element.name) || element.name == "br" {
                        text.push('\n');
                    }
                    open.extend(element.children.iter().rev());
                }
                _ => {}
            }
        }
        text
    }

    /// Whether a node is text that is more than blanks.
    pub(super) fn is_words(&self, id: usize) -> bool {
        matches!(self.node(id), Some(Node::Text(text)) if !text.trim().is_empty())
    }

    /// The text of a node with the line ends that it was written with, as code has it.
    pub(super) fn written(&self, id: usize) -> String {
        let mut text = String::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            match self.node(id) {
                Some(Node::Text(found)) => text.push_str(found),
                Some(Node::Element(element)) if element.name == "br" => text.push('\n'),
                Some(Node::Element(element)) if !is_silent(&element.name) => {
                    open.extend(element.children.iter().rev());
                }
                _ => {}
            }
        }
        text.replace("\r\n", "\n")
            .replace(['\r', '\u{2028}', '\u{2029}'], "\n")
            .replace(|c: char| c.is_control() && !matches!(c, '\n' | '\t'), "")
    }

    /// The text of a node on one line, blanks as one.
    pub(super) fn line(&self, id: usize) -> String {
        super::guard::one_line(&self.text(id))
    }
}

/// The text without the attributes that a tag has too many of.
fn with_few_attributes(html: &str) -> Cow<'_, str> {
    let bytes = html.as_bytes();
    let mut out = String::new();
    // Up to where the text is taken over, and where the scan stands. All ends are ASCII signs.
    let (mut kept, mut at) = (0, 0);
    while at < bytes.len() {
        let begins = bytes[at] == b'<' && bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic);
        at += 1;
        if !begins {
            continue;
        }
        at = skip(bytes, at, |b| !(b.is_ascii_whitespace() || matches!(b, b'>' | b'/')));
        let (mut count, mut cut) = (0, None);
        loop {
            at = skip(bytes, at, |b| b.is_ascii_whitespace() || b == b'/');
            if matches!(bytes.get(at), None | Some(b'>')) {
                break;
            }
            count += 1;
            if count > ATTRIBUTES_MAX && cut.is_none() {
                cut = Some(at);
            }
            at = attribute_end(bytes, at);
        }
        if let Some(cut) = cut {
            out.push_str(html.get(kept..cut).unwrap_or_default());
            kept = at;
        }
    }
    if kept == 0 {
        return Cow::Borrowed(html);
    }
    out.push_str(html.get(kept..).unwrap_or_default());
    Cow::Owned(out)
}

/// Where the attribute ends that begins at `at`, by the rules of HTML.
fn attribute_end(bytes: &[u8], at: usize) -> usize {
    let blank = |b: u8| b.is_ascii_whitespace();
    // The first sign is part of the name, even `=`.
    let at = skip(bytes, at + 1, |b| !(blank(b) || matches!(b, b'>' | b'/' | b'=')));
    let equals = skip(bytes, at, blank);
    if bytes.get(equals) != Some(&b'=') {
        return at;
    }
    let value = skip(bytes, equals + 1, blank);
    match bytes.get(value) {
        Some(quote @ (b'"' | b'\'')) => {
            let end = skip(bytes, value + 1, |b| b != *quote);
            (end + 1).min(bytes.len())
        }
        _ => skip(bytes, value, |b| !(blank(b) || b == b'>')),
    }
}

fn skip(bytes: &[u8], from: usize, while_: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    from.min(bytes.len()) + rest.iter().take_while(|byte| while_(**byte)).count()
}

/// Whether nothing of an element is shown.
pub(super) fn is_silent(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "head"
            | "title"
            | "template"
            | "svg"
            | "noframes"
            | "noembed"
            | "iframe"
            | "object"
            | "audio"
            | "video"
            | "meta"
            | "link"
            | "base"
    )
}

/// Whether an element begins on a line of its own.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "html"
            | "legend"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "optgroup"
            | "option"
            | "p"
            | "pre"
            | "search"
            | "section"
            | "select"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
            | "xmp"
    )
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "frame"
            | "hr"
            | "iframe"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Elements that an end tag or an implied end does not reach beyond.
fn is_boundary(name: &str) -> bool {
    matches!(name, "table" | "td" | "th" | "caption" | "object" | "template")
}

/// Takes the tokens; the cell is the tokenizer's wish.
#[derive(Default)]
struct Builder(RefCell<Building>);

struct Building {
    nodes: Vec<Node>,
    /// The elements that are open, the root first.
    open: Vec<usize>,
    /// Start tags that were too deep, whose end tags must not close anything else.
    skipped: HashMap<String, usize>,
}

impl Default for Building {
    fn default() -> Self {
        let root = Node::Element(Element::default());
        Self { nodes: vec![root], open: vec![ROOT], skipped: HashMap::new() }
    }
}

impl TokenSink for Builder {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut building = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => return building.start(&tag),
            Token::TagToken(tag) => building.end(&tag.name),
            Token::CharacterTokens(text) => building.text(&text),
            Token::CommentToken(text) => {
                building.add(Node::Comment(text.to_string()));
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl Building {
    fn element(&mut self, id: usize) -> Option<&mut Element> {
        match self.nodes.get_mut(id) {
            Some(Node::Element(element)) => Some(element),
            _ => None,
        }
    }

    fn name(&self, id: usize) -> &str {
        match self.nodes.get(id) {
            Some(Node::Element(element)) => &element.name,
            _ => "",
        }
    }

    fn current(&self) -> usize {
        self.open.last().copied().unwrap_or(ROOT)
    }

    fn add(&mut self, node: Node) -> usize {
        let id = self.nodes.len();
        self.nodes.push(node);
        let current = self.current();
        if let Some(element) = self.element(current) {
            element.children.push(id);
        }
        id
    }

    fn text(&mut self, text: &str) {
        let last = self.nodes.len().checked_sub(1);
        let current = self.current();
        let goes_on = self.element(current).and_then(|element| element.children.last().copied());
        if let (Some(last), true) = (last, goes_on == last)
            && let Some(Node::Text(before)) = self.nodes.get_mut(last)
        {
            before.push_str(text);
            return;
        }
        self.add(Node::Text(text.to_owned()));
    }

    fn start(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        self.imply_ends(name);
        let own = |attribute: &html5ever::Attribute| {
            (attribute.name.local.to_string(), attribute.value.to_string())
        };
        let attributes = tag.attrs.iter().map(own).collect();
        let (deep, children) = (self.open.len() > DEPTH_MAX, Vec::new());
        if deep && !is_void(name) {
            *self.skipped.entry(name.to_owned()).or_default() += 1;
        } else {
            let id =
                self.add(Node::Element(Element { name: name.to_owned(), attributes, children }));
            // A frame of one's own that closes at once ends; `<svg/>` would otherwise swallow the rest.
            let closed = tag.self_closing && is_silent(name);
            if !is_void(name) && !closed {
                self.open.push(id);
            }
        }
        match name {
            "script" => TokenSinkResult::RawData(RawKind::ScriptData),
            "style" | "xmp" | "noframes" | "noembed" => TokenSinkResult::RawData(RawKind::Rawtext),
            "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
            _ => TokenSinkResult::Continue,
        }
    }

    /// Closes what a start tag ends by itself.
    fn imply_ends(&mut self, name: &str) {
        match name {
            "li" => self.close_up_to(&["li"], &["ul", "ol", "menu", "dir"]),
            "dt" | "dd" => self.close_up_to(&["dt", "dd"], &["dl"]),
            "td" | "th" => self.close_up_to_row(&["td", "th"]),
            "tr" => self.close_up_to_row(&["tr"]),
            "thead" | "tbody" | "tfoot" => self.close_up_to_row(&["thead", "tbody", "tfoot"]),
            "a" => self.close_up_to(&["a"], &[]),
            "option" | "optgroup" => self.close_up_to(&["option"], &["select"]),
            _ => {}
        }
        if is_block(name) && !matches!(name, "caption" | "td" | "th" | "tr" | "body" | "html") {
            self.close_up_to(&["p"], &["li", "blockquote", "div", "section", "figure", "dd", "dt"]);
        }
        if matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
            && matches!(self.name(self.current()), "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
        {
            self.open.pop();
        }
    }

    /// Closes the innermost of these, unless a boundary or one of `stops` stands before it.
    fn close_up_to(&mut self, names: &[&str], stops: &[&str]) {
        for depth in (1..self.open.len()).rev() {
            let name = self.name(self.open[depth]);
            if names.contains(&name) {
                self.open.truncate(depth);
                return;
            }
            if is_boundary(name) || stops.contains(&name) {
                return;
            }
        }
    }

    fn close_up_to_row(&mut self, names: &[&str]) {
        for depth in (1..self.open.len()).rev() {
            let name = self.name(self.open[depth]);
            if names.contains(&name) {
                self.open.truncate(depth);
                return;
            }
            if name == "table" {
                return;
            }
        }
    }

    fn end(&mut self, name: &str) {
        if name == "br" {
            self.add(Node::Element(Element { name: "br".to_owned(), ..Element::default() }));
            return;
        }
        if is_void(name) {
            return;
        }
        if let Some(count) = self.skipped.get_mut(name).filter(|count| **count > 0) {
            *count -= 1;
            return;
        }
        for depth in (1..self.open.len()).rev() {
            let found = self.name(self.open[depth]);
            if found == name {
                self.open.truncate(depth);
                return;
            }
            let of_table = matches!(name, "table" | "tr" | "thead" | "tbody" | "tfoot");
            if is_boundary(found) && !(of_table && found != "table") {
                return;
            }
        }
    }
}
