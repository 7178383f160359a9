//! A draft wherever it is seen: on a phone and in a wide window, whole, with a notice, by a stranger and at the wall; among what a search
//! engine found, and on a card where somebody sends its address to others. It shows pages that the desk has, in frames, and makes none of its own.

use face::Key;
use http::StatusCode;
use minijinja::context;

use super::articles::{draft_of, headline};
use super::{Staff, media, parts};
use crate::shell::answer::{Answer, show_own_frames};
use crate::site::{Trouble, Visit};

/// Characters that search engines show of a headline and of the sentence below it, about: the rest they leave out.
const SEARCHED_CHARS: (usize, usize) = (60, 160);
/// The same of cards.
const CARD_CHARS: (usize, usize) = (70, 200);

/// Which page of a draft the frames show, and what that is called.
const SEEN_AS: [(&str, Key); 4] = [
    ("whole", Key::DeskLooksWhole),
    ("notice", Key::DeskLooksNotice),
    STRANGER,
    ("wall", Key::DeskLooksWall),
];

const STRANGER: (&str, Key) = ("stranger", Key::DeskLooksStranger);

/// GET: all of it on one page.
pub(super) async fn show(visit: &Visit<'_>, staff: &Staff, named: &str) -> Result<Answer, Trouble> {
    let Some(work) = draft_of(visit, named).await? else { return Err(Trouble::NotFound) };
    if !work.is_open_to(staff) {
        return parts::refusal(visit, Some(staff), StatusCode::FORBIDDEN, Key::DeskMayNot);
    }
    let words = &visit.presentation.words;
    let draft = &work.draft;
    let here = format!("/desk/articles/{}", draft.id);
    let asked = visit.asked_fields().get("as");
    let seen_as = SEEN_AS.iter().find(|(name, _)| *name == asked).unwrap_or(&STRANGER);
    let choices = SEEN_AS.map(|(name, key)| {
        context! { href => format!("{here}/looks?as={name}"), name => words.text(key), is => name == seen_as.0 }
    });
    let told = |own: &Option<String>, usual: &str, chars: usize| {
        shortened(own.as_deref().unwrap_or(usual), chars)
    };
    let own = headline(visit, &draft.headline);
    let below = draft.standfirst.clone().unwrap_or_default();
    let lead = match &draft.lead_image {
        Some(image) => visit.site.store.file_named(&image.file).await?,
        None => None,
    };
    let section = visit.presentation.section(&draft.section);
    let body = context! {
        headline => own.clone(),
        path => here.clone(),
        choices => choices,
        frame => format!("{here}/look?as={}", seen_as.0),
        place => visit.address().split_once("://").map(|(_, host)| host.to_owned()),
        section => section.map(|section| section.name.clone()),
        search => context! {
            headline => told(&draft.search.headline, &own, SEARCHED_CHARS.0),
            standfirst => told(&draft.search.standfirst, &below, SEARCHED_CHARS.1),
        },
        card => context! {
            headline => told(&draft.social.headline, &own, CARD_CHARS.0),
            standfirst => told(&draft.social.standfirst, &below, CARD_CHARS.1),
            picture => lead.as_ref().map(|row| media::shown(visit, row)),
        },
        script => visit.presentation.theme.asset("desk.js"),
    };
    let heading = words.text(Key::DeskLooks);
    let status = StatusCode::OK;
    let mut answer = parts::page(visit, Some(staff), status, "desk/looks.html", &heading, body)?;
    show_own_frames(&mut answer);
    Ok(answer)
}

/// A text as it is cut where there is room for so many characters: at a word, with a sign that there is more.
fn shortened(text: &str, chars: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(chars) else { return text.to_owned() };
    let room = &text[..end];
    let whole = room.rsplit_once(' ').map_or(room, |(whole, _)| whole);
    format!("{} …", whole.trim_end())
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn what_is_too_long_ends_at_a_word_and_says_so() {
        assert_eq!(shortened("Fog at the bridge", 17), "Fog at the bridge");
        assert_eq!(shortened("Fog at the bridge", 16), "Fog at the …");
        assert_eq!(shortened("橋の上の霧が晴れない", 4), "橋の上の …");
        assert_eq!(shortened("", 0), "");
    }
}
