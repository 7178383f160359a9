//! What was published of an article before: by whom and when, what is different between two of them, and the way back. An old one becomes a
//! draft again and never goes into the paper by itself.

use face::{Args, Key, Slot};
use http::StatusCode;
use minijinja::context;
use minijinja::value::Value;
use newsroom::{ArticleId, Draft};
use paywall::Sealed;
use store::{DraftKept, DraftState, NewDraft};

use super::articles::{Work, draft_of, headline};
use super::difference::{Paragraph, Piece, compare, words};
use super::printing::{key_of, opened};
use super::{Staff, hands, parts};
use crate::shell::answer::Answer;
use crate::site::{Trouble, Visit};

/// What stands in an address for the draft, or for what is published where there is none.
const NOW: &str = "now";

/// GET: the list, and what is different between two.
pub(super) async fn show(visit: &Visit<'_>, staff: &Staff, named: &str) -> Result<Answer, Trouble> {
    page(visit, staff, named, StatusCode::OK, None).await
}

async fn page(
    visit: &Visit<'_>,
    staff: &Staff,
    named: &str,
    status: StatusCode,
    refused: Option<String>,
) -> Result<Answer, Trouble> {
    let Some(work) = draft_of(visit, named).await? else { return Err(Trouble::NotFound) };
    let Some(head) = &work.head else { return Err(Trouble::NotFound) };
    let table = &visit.presentation.words;
    let rows = visit.site.store.revisions(head.id.clone()).await?;
    let asked = visit.asked_fields();
    let (from, to) = (asked.get("from"), asked.get("to"));
    // The last one and what is worked on now, unless others are named.
    let latest = rows.first().map(|row| row.number.to_string()).unwrap_or_default();
    let from = if from.is_empty() { latest } else { from };
    let to = if to.is_empty() { NOW.to_owned() } else { to };
    let pair = match (side(visit, &work, &from).await?, side(visit, &work, &to).await?) {
        (Some(before), Some(after)) => Some((before, after)),
        _ if rows.is_empty() => None,
        _ => return Err(Trouble::NotFound),
    };
    let listed = rows.iter().map(|row| {
        let said = Args::new()
            .with(Slot::Name, row.saved_by.as_str())
            .with(Slot::Date, visit.when(row.saved_at).text);
        let number = row.number.to_string();
        context! {
            line => table.format(Key::DeskRevision, &said),
            is_from => from == number,
            is_to => to == number,
            number => number,
        }
    });
    let different = pair.as_ref().map(|(before, after)| fields(visit, before, after));
    let body = context! {
        headline => headline(visit, &work.draft.headline),
        path => format!("/desk/articles/{}", head.id),
        made_from => work.version,
        published_version => work.published_version,
        is_draft => work.version > 0,
        is_to_now => to == NOW,
        rows => listed.collect::<Vec<_>>(),
        is_same => different.as_ref().is_some_and(Vec::is_empty),
        different => different,
        refused => refused,
    };
    let heading = table.text(Key::DeskRevisions);
    parts::page(visit, Some(staff), status, "desk/revisions.html", &heading, body)
}

/// One of the two that are compared, with its text.
async fn side(visit: &Visit<'_>, work: &Work, named: &str) -> Result<Option<Draft>, Trouble> {
    if named == NOW {
        let source = opened::<String>(&work.source).clone();
        return Ok(Some(Draft { source, ..work.draft.clone() }));
    }
    let Ok(number) = named.parse() else { return Ok(None) };
    let Ok(id) = ArticleId::parse(&work.draft.id) else { return Ok(None) };
    let revision = visit.site.store.revision(id, number).await?;
    Ok(revision.and_then(|revision| Draft::from_file(opened::<String>(&revision.file))))
}

/// The fields that are different, each with its name and what became of it.
fn fields(visit: &Visit<'_>, before: &Draft, after: &Draft) -> Vec<Value> {
    let table = &visit.presentation.words;
    let some = |text: &Option<String>| text.clone().unwrap_or_default();
    let image = |draft: &Draft| {
        draft.lead_image.clone().map(|image| {
            [Some(image.file), Some(image.alt), image.caption, image.credit]
                .map(Option::unwrap_or_default)
        })
    };
    let (image_before, image_after) =
        (image(before).unwrap_or_default(), image(after).unwrap_or_default());
    let [file, alt, caption, credit] =
        [0, 1, 2, 3].map(|place| (image_before[place].clone(), image_after[place].clone()));
    let pair = |of: &dyn Fn(&Draft) -> String| (of(before), of(after));
    let lines = [
        (Key::DeskHeadline, pair(&|draft| draft.headline.clone())),
        (Key::DeskStandfirst, pair(&|draft| some(&draft.standfirst))),
        (Key::DeskKicker, pair(&|draft| some(&draft.kicker))),
        (Key::DeskSection, pair(&|draft| draft.section.clone())),
        (Key::DeskTags, pair(&|draft| draft.tags.join(", "))),
        (Key::DeskAuthors, pair(&|draft| draft.authors.join(", "))),
        (Key::DeskAccess, pair(&|draft| draft.access.to_string())),
        (Key::DeskDateline, pair(&|draft| some(&draft.dateline))),
        (Key::DeskSearchHeadline, pair(&|draft| some(&draft.search.headline))),
        (Key::DeskSearchStandfirst, pair(&|draft| some(&draft.search.standfirst))),
        (Key::DeskSocialHeadline, pair(&|draft| some(&draft.social.headline))),
        (Key::DeskSocialStandfirst, pair(&|draft| some(&draft.social.standfirst))),
        (Key::DeskPick, file),
        (Key::DeskImageAlt, alt),
        (Key::DeskImageCaption, caption),
        (Key::DeskImageCredit, credit),
    ];
    let different = lines.into_iter().filter(|(_, (before, after))| before != after);
    let mut told: Vec<Value> = different
        .map(|(key, (before, after))| {
            let line = context! { pieces => shown(&words(&before, &after)) };
            context! { name => table.text(key), paragraphs => [line] }
        })
        .collect();
    let paragraphs: Vec<Value> = compare(&before.source, &after.source)
        .iter()
        .map(|paragraph| match paragraph {
            Paragraph::LeftOut => context! { is_left_out => true },
            Paragraph::Pieces(pieces) => context! { pieces => shown(pieces) },
        })
        .collect();
    if !paragraphs.is_empty() {
        told.push(context! { name => table.text(Key::DeskText), paragraphs => paragraphs, is_text => true });
    }
    told
}

fn shown(pieces: &[Piece]) -> Vec<Value> {
    let shown = pieces.iter();
    shown
        .map(|piece| context! { change => piece.change.as_str(), text => piece.text.clone() })
        .collect()
}

/// POST: makes a draft of one of them.
pub(super) async fn restore(
    visit: &Visit<'_>,
    staff: &Staff,
    named: &str,
) -> Result<Answer, Trouble> {
    let form = match visit.form() {
        Ok(form) => form,
        Err(refusal) => return Ok(refusal),
    };
    let Some(work) = draft_of(visit, named).await? else { return Err(Trouble::NotFound) };
    let Some(head) = work.head.clone() else { return Err(Trouble::NotFound) };
    let id = head.id.clone();
    let number = form.get("number");
    let old = match number.as_str() {
        NOW => None,
        number => side(visit, &work, number).await?,
    };
    let Some(old) = old else { return Err(Trouble::NotFound) };
    let made_from = form.get("made_from").parse().unwrap_or(work.version);
    let published_version = form.get("published_version").parse().unwrap_or(work.published_version);
    let source = Sealed::seal(key_of(visit, id.as_str()), old.source.clone());
    let lead = old.lead_image.iter().map(|image| image.file.clone());
    let files =
        newsroom::named_files(&old.source).into_iter().map(str::to_owned).chain(lead).collect();
    // What readers were told since, where it stands and when it came out is not a matter of the text.
    let draft = Draft {
        id: work.draft.id.clone(),
        slug: work.draft.slug.clone(),
        old_addresses: work.draft.old_addresses.clone(),
        corrections: head.corrections.clone(),
        published_at: head.published_at,
        updated_at: head.updated_at,
        withdrawn_at: head.withdrawn_at,
        source: String::new(),
        ..old
    };
    let kept = NewDraft {
        article: id.clone(),
        made_from,
        published_version,
        state: DraftState::Draft,
        publish_at: Some(head.published_at),
        draft,
        source,
        files,
        is_restored: true,
        hand: hands::of(&form),
    };
    let text = |key| visit.presentation.words.text(key);
    match visit.site.store.keep_draft(kept, staff.doer(), visit.now).await? {
        DraftKept::Kept(_) => Ok(visit.see(&format!("/desk/articles/{id}?said=restored"))),
        DraftKept::Stale => {
            page(visit, staff, named, StatusCode::CONFLICT, Some(text(Key::RevisionsStale))).await
        }
        DraftKept::InHand(holder) => {
            let said = hands::sentence(visit, &holder);
            page(visit, staff, named, StatusCode::CONFLICT, Some(said)).await
        }
        DraftKept::Full => {
            page(visit, staff, named, StatusCode::UNPROCESSABLE_ENTITY, Some(text(Key::DeskFull)))
                .await
        }
    }
}
