//! XML as a reader of feeds and sitemaps takes it apart: by a parser, to the end.

use quick_xml::Reader;
use quick_xml::events::Event;

/// Parses a document to its end; the text of all elements of that name, in order.
#[track_caller]
pub(crate) fn texts(xml: &str, name: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let (mut found, mut inside, mut open) = (Vec::new(), false, Vec::new());
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error}\n{xml}")) {
            Event::Start(start) => {
                open.push(start.name().as_ref().to_vec());
                inside = start.name().as_ref() == name.as_bytes();
                if inside {
                    found.push(String::new());
                }
            }
            Event::End(_) => {
                open.pop();
                inside = false;
            }
            Event::Text(text) if inside => {
                found.last_mut().unwrap().push_str(&text.decode().unwrap());
            }
            Event::GeneralRef(reference) if inside => {
                let text = match reference.resolve_char_ref().unwrap() {
                    Some(c) => c.to_string(),
                    None => {
                        let name = reference.decode().unwrap();
                        quick_xml::escape::resolve_xml_entity(&name).unwrap().to_owned()
                    }
                };
                found.last_mut().unwrap().push_str(&text);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty(), "{open:?} are not closed");
    found
}
