//! Messages in the paper's own words: those of notices and walls, or those that somebody looks for. Each stands with the delivered text and
//! the gaps that it may use; an empty field leaves the delivered text.

use face::{Fault, House, Key, Language, Origin, Slot, Words};
use minijinja::context;
use minijinja::value::Value;

use super::forms::fault_of;
use crate::site::Visit;
use crate::site::forms::Fields;

/// Messages that one page shows, at most.
const SHOWN_MAX: usize = 80;
/// As much is looked for, in characters.
const ASKED_CHARS_MAX: usize = 100;

/// What is looked for.
pub(super) fn asked(visit: &Visit<'_>, form: Option<&Fields<'_>>) -> String {
    let asked = match form {
        Some(form) => form.get("q"),
        None => visit.asked_fields().get("q"),
    };
    asked.trim().chars().take(ASKED_CHARS_MAX).collect()
}

/// The messages that are shown: without a word to look for those of notices and walls.
fn keys(asked: &str, delivered: &Words) -> Vec<Key> {
    if asked.is_empty() {
        let notices_and_walls = Key::ALL.iter().skip_while(|key| **key != Key::OpensWith);
        let them = notices_and_walls.take_while(|key| **key != Key::OffersHeading);
        return them.copied().take(SHOWN_MAX).collect();
    }
    let asked = asked.to_lowercase();
    let holds = |key: &&Key| {
        key.name().contains(&asked) || delivered.written(**key).to_lowercase().contains(&asked)
    };
    Key::ALL.iter().filter(holds).copied().take(SHOWN_MAX).collect()
}

/// The setting of a message in a language.
fn setting(language: Language, key: Key) -> String {
    format!("wordings.{}.{}", language.tag(), key.name())
}

/// The document with what the form says, and what is wrong with single wordings: those stay out of it.
pub(super) fn read(form: &Fields<'_>, language: Language, text: &str) -> (String, Vec<Fault>) {
    let mut changed = text.to_owned();
    let mut faults = Vec::new();
    let prefix = format!("wordings.{}.", language.tag());
    for name in form.names() {
        if name.strip_prefix(&prefix).and_then(Key::parse).is_none() {
            continue;
        }
        let typed = form.get(&name);
        let typed = typed.trim();
        let is = House::get(&changed, &name).ok();
        let own = is.filter(|is| is.origin == Origin::Set).map(|is| is.value).unwrap_or_default();
        if typed == own {
            continue;
        }
        match House::set(&changed, &name, typed) {
            Ok(next) => changed = next,
            Err(fault) => faults.push(Fault { key: name, ..fault }),
        }
    }
    (changed, faults)
}

/// The fields of the page.
pub(super) fn fields(
    visit: &Visit<'_>,
    asked: &str,
    text: &str,
    form: Option<&Fields<'_>>,
    faults: &[Fault],
) -> Vec<Value> {
    let language = visit.presentation.house.paper.language;
    let delivered = Words::of(language);
    let field = |key: Key| {
        let name = setting(language, key);
        let own = House::get(text, &name).ok().filter(|is| is.origin == Origin::Set);
        let typed = form.filter(|form| form.has(&name)).map(|form| form.get(&name));
        let gaps = key.slots().iter().map(|slot: &Slot| format!("{{{}}}", slot.name()));
        let gaps = gaps.collect::<Vec<_>>().join(" ");
        context! {
            id => name.replace('.', "-"),
            label => delivered.written(key),
            help => Some(gaps).filter(|gaps| !gaps.is_empty()),
            kind => "text",
            value => typed.or(own.map(|own| own.value)).unwrap_or_default(),
            wrong => fault_of(faults, &name),
            name => name,
        }
    };
    keys(asked, delivered).into_iter().map(field).collect()
}
