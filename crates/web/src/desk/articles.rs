//! Articles at the desk: what is being worked on, the form of one, and the way into the paper. A save names the version that it was made
//! from; what a colleague saved meanwhile is shown, and never written over.

use face::{Args, Key, Slot};
use http::StatusCode;
use jiff::Timestamp;
use minijinja::context;
use newsroom::{Article, ArticleId, Deed, Draft, DraftImage, Head, Slug};
use paywall::{Access, Sealed};
use store::{
    DraftKept, DraftState, Drafted, FileFilter, FileRow, Hand, Holder, NewDraft, Out, Publishing,
};

use super::faults::Wrong;
use super::printing::{For, key_of, opened, place_files, print};
use super::{Staff, editor, faults, fields, hands, media, parts, shelf};
use crate::shell::answer::Answer;
use crate::site::{Trouble, Visit};

/// What was published before, beside the form.
const REVISIONS_SHOWN: usize = 5;
/// What a form says that is sent by its script while somebody writes.
const BY_ITSELF: &str = "keep";
/// Random bytes in the name of an article that is begun at the desk.
const DRAWN_BYTES: usize = 5;
/// The desk's first page.
pub(super) const HOME: &str = "/desk";

/// What somebody works on: a draft that is kept, what is published, or nothing yet.
#[derive(Debug)]
pub(crate) struct Work {
    /// Everything but the text.
    pub(crate) draft: Draft,
    pub(super) source: Sealed<String>,
    /// When it is to be published, where that is not at once.
    pub(crate) publish_at: Option<Timestamp>,
    /// The version of the draft, 0 where none is kept.
    pub(crate) version: u32,
    /// The version of the published article, 0 where there is none.
    pub(crate) published_version: u64,
    /// How far the draft is.
    pub(crate) state: DraftState,
    begun_by: Option<gate::ReaderId>,
    /// What is published of it.
    pub(crate) head: Option<Head>,
    /// Whether what was typed is a small change, of which readers are not told.
    is_small: bool,
}

/// What somebody makes of an article.
#[derive(Debug)]
pub(crate) struct Change {
    /// The whole draft, its text too.
    pub(crate) draft: Draft,
    /// When it is to be published.
    pub(crate) publish_at: Option<Timestamp>,
    /// How far it is.
    pub(crate) state: DraftState,
    /// Whether it is a small change, of which readers are not told.
    pub(crate) is_small: bool,
}

/// What became of publishing.
pub(crate) enum PutOut {
    /// It is in the paper, or will be at its instant.
    Done,
    /// It cannot be published like this.
    Wrong(Vec<Wrong>),
    /// Another article has its address, or somebody was quicker.
    Not(Box<Head>, Out),
}

impl Work {
    /// Whether somebody may work on it: what they began themselves and is not published, or anything where their role says so.
    pub(crate) fn is_open_to(&self, staff: &Staff) -> bool {
        let own = self.published_version == 0
            && (self.version == 0 || self.begun_by == Some(staff.reader));
        staff.may(Deed::Edit) || own
    }

    fn is_out(&self) -> bool {
        self.published_version > 0
    }

    /// Its text, for whoever works on it.
    pub(crate) fn text(&self) -> &str {
        opened::<String>(&self.source)
    }

    /// The same with what somebody made of it.
    pub(crate) fn with(self, visit: &Visit<'_>, change: Change) -> Self {
        let Change { draft, publish_at, state, is_small } = change;
        let source = Sealed::seal(key_of(visit, &draft.id), draft.source.clone());
        let draft = Draft { source: String::new(), ..draft };
        Self { draft, source, publish_at, state, is_small, ..self }
    }

    /// The draft with its text, as it would be published at `now`.
    pub(super) fn to_publish(&self, now: Timestamp) -> Draft {
        let mut draft = Draft { source: opened(&self.source).clone(), ..self.draft.clone() };
        let before = self.head.as_ref().map(|head| head.published_at);
        match (before, self.publish_at) {
            // What readers have had since then stays of that day.
            (Some(at), _) if at <= now => {
                let before = self.head.as_ref().and_then(|head| head.updated_at);
                draft.updated_at = if self.is_small { before } else { Some(now) };
            }
            (_, Some(at)) => draft.published_at = at,
            _ => draft.published_at = now,
        }
        draft.lead_image = draft.lead_image.filter(|image| !image.file.is_empty());
        // Whether it was taken back is said elsewhere.
        draft.withdrawn_at = self.head.as_ref().and_then(|head| head.withdrawn_at);
        if draft.slug.is_none() && self.head.is_none() {
            draft.slug = Some(fields::slug_of(&draft.headline)).filter(|slug| !slug.is_empty());
        }
        draft
    }
}

/// What a page of an article says above the form.
pub(super) enum Said<'a> {
    Nothing,
    /// It went well.
    Well(Key),
    /// It did not.
    Refused(Key),
    /// Another article has the address; this one is free.
    Taken(String, String),
    /// It cannot be published like this.
    Wrong(&'a [Wrong]),
    /// Files that came with it are not taken.
    Files(&'a [String]),
    /// Somebody else is writing in it.
    InHand(&'a Holder),
}

/// A headline, or that there is none.
pub(super) fn headline(visit: &Visit<'_>, headline: &str) -> String {
    match headline.is_empty() {
        true => visit.presentation.words.text(Key::DeskUntitled),
        false => headline.to_owned(),
    }
}

/// GET `/desk/articles`: an empty form; with `?link=`, the articles that a link can lead to.
pub(super) async fn show_new(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    if visit.asked_fields().has("link") {
        return editor::links(visit, staff).await;
    }
    page(visit, staff, &begun(visit), Said::Nothing).await
}

/// An article that somebody begins now, under a name that nobody has. Its form brings the name along, so that the same form sent twice
/// begins one article.
pub(crate) fn begun(visit: &Visit<'_>) -> Work {
    let first = visit.presentation.paper.sections.first();
    let section = first.map(|section| section.slug.to_string()).unwrap_or_default();
    let mut draft = Draft::new(String::new(), section, String::new(), visit.now);
    draft.access = Access::Metered;
    let random: [u8; DRAWN_BYTES] = visit.site.random.bytes();
    let tail: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    draft.id = format!("{}-{tail}", visit.today().strftime("%Y%m%d"));
    Work {
        source: Sealed::seal(key_of(visit, ""), String::new()),
        draft,
        publish_at: None,
        version: 0,
        published_version: 0,
        state: DraftState::Draft,
        begun_by: None,
        head: None,
        is_small: false,
    }
}

/// POST `/desk/articles`: keeps what was typed as a new article. Where the same form was taken already, it is that article.
pub(super) async fn begin(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    let form = match visit.form() {
        Ok(form) => form,
        Err(refusal) => return Ok(refusal),
    };
    let mut work = begun(visit);
    let named = form.get("article");
    if is_drawn(&named) {
        match draft_of(visit, &named).await? {
            None => work.draft.id = named,
            Some(there) if there.version == 0 => {
                return Ok(visit.see(&format!("/desk/articles/{named}?said=published")));
            }
            Some(there) if there.begun_by == Some(staff.reader()) => work = there,
            // Somebody else's, which only a made-up form names.
            Some(_) => {}
        }
    }
    change(visit, staff, work).await
}

/// Whether a name is of those that [`begun`] draws.
fn is_drawn(name: &str) -> bool {
    let parts = name.split_once('-');
    parts.is_some_and(|(day, tail)| {
        day.len() == 8
            && day.bytes().all(|byte| byte.is_ascii_digit())
            && tail.len() == 2 * DRAWN_BYTES
            && tail.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// The work on an article: its draft, or what is published of it.
pub(crate) async fn draft_of(visit: &Visit<'_>, named: &str) -> Result<Option<Work>, Trouble> {
    let Ok(id) = ArticleId::parse(named) else { return Ok(None) };
    let store = &visit.site.store;
    let head = store.head_of(&id).await?;
    if let Some(Drafted { listed, draft, source }) = store.draft(id.clone()).await? {
        return Ok(Some(Work {
            draft,
            source,
            publish_at: listed.publish_at,
            version: listed.version,
            published_version: listed.published_version,
            state: listed.state,
            begun_by: listed.begun_by,
            head,
            is_small: false,
        }));
    }
    let Some((article, published_version)) = store.whole_article(id).await? else {
        return Ok(None);
    };
    Ok(Some(published(article, published_version)))
}

fn published(article: Article, published_version: u64) -> Work {
    let draft = Draft::of(&article, String::new());
    Work {
        draft,
        source: article.source,
        publish_at: Some(article.head.published_at),
        version: 0,
        published_version,
        state: DraftState::Draft,
        begun_by: None,
        head: Some(article.head),
        is_small: false,
    }
}

/// GET `/desk/articles/{id}`: the form.
pub(super) async fn show(visit: &Visit<'_>, staff: &Staff, named: &str) -> Result<Answer, Trouble> {
    let Some(work) = draft_of(visit, named).await? else { return Err(Trouble::NotFound) };
    if !work.is_open_to(staff) {
        return parts::refusal(visit, Some(staff), StatusCode::FORBIDDEN, Key::DeskMayNot);
    }
    let said = match visit.asked_fields().get("said").as_str() {
        "saved" => Said::Well(Key::DeskSaved),
        "sent" => Said::Well(Key::DeskSent),
        "published" => Said::Well(Key::DeskPublished),
        "restored" => Said::Well(Key::RevisionsRestored),
        "back" => Said::Well(Key::DeskTakenBack),
        _ => Said::Nothing,
    };
    page(visit, staff, &work, said).await
}

/// POST `/desk/articles/{id}`: keeps, sends on, publishes or throws away, by the button that was pressed.
pub(super) async fn act(visit: &Visit<'_>, staff: &Staff, named: &str) -> Result<Answer, Trouble> {
    let Some(work) = draft_of(visit, named).await? else { return Err(Trouble::NotFound) };
    change(visit, staff, work).await
}

async fn change(visit: &Visit<'_>, staff: &Staff, work: Work) -> Result<Answer, Trouble> {
    let form = match visit.form() {
        Ok(form) => form,
        Err(refusal) => return Ok(refusal),
    };
    let act = form.get("act");
    let needed = if act == "publish" { Deed::Publish } else { Deed::Write };
    if !work.is_open_to(staff) || !staff.may(needed) {
        return parts::refusal(visit, Some(staff), StatusCode::FORBIDDEN, Key::DeskMayNot);
    }
    let made_from = form.get("made_from").parse().unwrap_or(work.version);
    let published_version = form.get("published_version").parse().unwrap_or(work.published_version);
    if act == "throw-away" {
        return throw_away(visit, staff, &work, made_from, hands::of(&form)).await;
    }
    let presentation = &visit.presentation;
    let zone = &presentation.house.policy.zone;
    let before = Draft { source: String::new(), ..work.draft.clone() };
    let shown = before.lead_image.clone();
    let mut typed = fields::typed(&form, before, &presentation.paper, zone, visit.now);
    let is_by_itself = act == BY_ITSELF;
    let (mut refused, mut is_date_wrong) = (Vec::new(), false);
    if is_by_itself {
        // What is half typed is no correction yet, and no instant: both stay with the browser until somebody saves.
        typed.draft.corrections.clone_from(&work.draft.corrections);
        if typed.is_date_wrong {
            typed.publish_at = work.publish_at;
        }
    } else {
        refused = bring(visit, staff, &form.get("image_pick"), shown, &mut typed.draft).await?;
        is_date_wrong = typed.is_date_wrong;
    }
    let id = work.draft.id.clone();
    let state = match act.as_str() {
        "review" => DraftState::Review,
        BY_ITSELF => work.state,
        _ => DraftState::Draft,
    };
    let is_small = form.get("small_change") == "yes";
    let made = Change { draft: typed.draft, publish_at: typed.publish_at, state, is_small };
    let typed = work.with(visit, made);
    if is_date_wrong {
        let typed = Work { version: made_from, ..typed };
        return page(visit, staff, &typed, Said::Refused(Key::DeskDateWrong)).await;
    }
    let from = (made_from, published_version);
    let version = match keep(visit, staff, &typed, from, hands::of(&form)).await? {
        DraftKept::Kept(version) if is_by_itself => return hands::kept(visit, &id, version),
        DraftKept::Kept(version) => version,
        DraftKept::InHand(holder) if is_by_itself => return hands::refused(visit, &holder),
        DraftKept::Stale if is_by_itself => {
            return hands::not_kept(visit, StatusCode::CONFLICT, Key::DeskStale);
        }
        DraftKept::Full if is_by_itself => {
            return hands::not_kept(visit, StatusCode::UNPROCESSABLE_ENTITY, Key::DeskFull);
        }
        // What was typed stands in the form still: nothing is lost, and nothing written over.
        DraftKept::Stale => {
            let typed = Work { version: made_from, published_version, ..typed };
            return page(visit, staff, &typed, Said::Refused(Key::DeskStale)).await;
        }
        DraftKept::Full => {
            return page(visit, staff, &typed, Said::Refused(Key::DeskFull)).await;
        }
        DraftKept::InHand(holder) => {
            let typed = Work { version: made_from, published_version, ..typed };
            return page(visit, staff, &typed, Said::InHand(&holder)).await;
        }
    };
    let typed = Work { version, published_version, ..typed };
    if !refused.is_empty() {
        return page(visit, staff, &typed, Said::Files(&refused)).await;
    }
    let at = |said: &str| visit.see(&format!("/desk/articles/{id}{said}"));
    Ok(match act.as_str() {
        "publish" => return publish(visit, staff, typed).await,
        "look" => at("/look"),
        "look-as-stranger" => at("/look?as=stranger"),
        "looks" => at("/looks"),
        "review" => at("?said=sent"),
        _ => at("?said=saved"),
    })
}

/// Keeps what somebody works on, where nobody else has saved since those versions of draft and article.
pub(crate) async fn keep(
    visit: &Visit<'_>,
    staff: &Staff,
    work: &Work,
    (made_from, published_version): (u32, u64),
    hand: Hand,
) -> Result<DraftKept, Trouble> {
    let files = newsroom::named_files(work.text()).into_iter().map(str::to_owned);
    let lead = work.draft.lead_image.iter().map(|image| image.file.clone());
    let kept = NewDraft {
        files: files.chain(lead).collect(),
        is_restored: false,
        hand,
        article: ArticleId::parse(&work.draft.id).map_err(|_| Trouble::NotFound)?,
        made_from,
        published_version,
        state: work.state,
        publish_at: work.publish_at,
        draft: work.draft.clone(),
        source: work.source.derive(String::clone),
    };
    Ok(visit.site.store.keep_draft(kept, staff.doer(), visit.now).await?)
}

/// Keeps the files that came with the form; the lead picture becomes the one that was sent or chosen. What is not taken is told.
async fn bring(
    visit: &Visit<'_>,
    staff: &Staff,
    picked: &str,
    shown: Option<DraftImage>,
    draft: &mut Draft,
) -> Result<Vec<String>, Trouble> {
    let (_, mut refused) = shelf::bring(visit, staff, "text_files").await?;
    let (lead, refused_too) = shelf::bring(visit, staff, "image_upload").await?;
    refused.extend(refused_too);
    let lead = match (lead.into_iter().next(), picked) {
        (Some(row), _) => Some(row),
        (None, "") => None,
        (None, name) => visit.site.store.file_named(name).await?,
    };
    if let Some(row) = lead.filter(|row| row.media.name.starts_with("pictures/")) {
        draft.lead_image = Some(fields::picked(&row, shown.as_ref(), draft.lead_image.as_ref()));
    }
    Ok(refused)
}

async fn throw_away(
    visit: &Visit<'_>,
    staff: &Staff,
    work: &Work,
    made_from: u32,
    hand: Hand,
) -> Result<Answer, Trouble> {
    let id = ArticleId::parse(&work.draft.id).map_err(|_| Trouble::NotFound)?;
    let store = &visit.site.store;
    match store.throw_draft_away(id, made_from, hand, staff.doer(), visit.now).await? {
        DraftKept::Kept(_) => Ok(visit.see(HOME)),
        DraftKept::InHand(holder) => page(visit, staff, work, Said::InHand(&holder)).await,
        _ => page(visit, staff, work, Said::Refused(Key::DeskStale)).await,
    }
}

/// Puts what was kept into the paper, and says so.
async fn publish(visit: &Visit<'_>, staff: &Staff, work: Work) -> Result<Answer, Trouble> {
    match put_out(visit, staff, &work).await? {
        PutOut::Done => Ok(visit.see(&format!("/desk/articles/{}?said=published", work.draft.id))),
        PutOut::Wrong(wrong) => page(visit, staff, &work, Said::Wrong(&wrong)).await,
        PutOut::Not(head, out) => not_out(visit, staff, &work, &head, out).await,
    }
}

/// Puts what was kept into the paper.
pub(crate) async fn put_out(
    visit: &Visit<'_>,
    staff: &Staff,
    work: &Work,
) -> Result<PutOut, Trouble> {
    let mut draft = work.to_publish(visit.now);
    let mut printed = match print(visit, &draft, For::Paper).await? {
        Ok(printed) => printed,
        Err(wrong) => return Ok(PutOut::Wrong(wrong)),
    };
    // Nothing of it is for others before it is known that it will be out.
    match visit.site.store.may_publish(&printed.article.head, work.version).await? {
        Out::Published => {}
        // A name that was made of the headline is numbered; one that somebody typed is theirs.
        Out::Taken(_) if work.draft.slug.is_none() && work.head.is_none() => {
            let free = free_slug(visit, &printed.article.head).await?;
            draft.slug = free.map(|slug| slug.to_string());
            printed = match print(visit, &draft, For::Paper).await? {
                Ok(printed) => printed,
                Err(wrong) => return Ok(PutOut::Wrong(wrong)),
            };
        }
        out => return Ok(PutOut::Not(Box::new(printed.article.head), out)),
    }
    if place_files(visit, &printed.article).await? {
        printed = match print(visit, &draft, For::Paper).await? {
            Ok(printed) => printed,
            Err(wrong) => return Ok(PutOut::Wrong(wrong)),
        };
    }
    let head = printed.article.head.clone();
    let is_small = work.is_small;
    let publishing = Publishing {
        article: printed.article,
        file: printed.file,
        made_from: work.version,
        is_small,
    };
    match visit.site.store.publish_draft(publishing, staff.doer(), visit.now).await? {
        Out::Published => Ok(PutOut::Done),
        out => Ok(PutOut::Not(Box::new(head), out)),
    }
}

/// A name in addresses that this article can have.
async fn free_slug(visit: &Visit<'_>, head: &Head) -> Result<Option<Slug>, Trouble> {
    let Head { section, slug, id, .. } = head.clone();
    Ok(visit.site.store.free_slug(section, slug, id).await?)
}

/// Why it is not in the paper.
async fn not_out(
    visit: &Visit<'_>,
    staff: &Staff,
    work: &Work,
    head: &Head,
    out: Out,
) -> Result<Answer, Trouble> {
    let Out::Taken(other) = out else {
        return page(visit, staff, work, Said::Refused(Key::DeskStale)).await;
    };
    let free = free_slug(visit, head).await?.map(|slug| slug.to_string()).unwrap_or_default();
    let other = visit.site.store.head_of(&other).await?;
    let headline = other.map(|head| head.headline).unwrap_or_default();
    page(visit, staff, work, Said::Taken(headline, free)).await
}

/// GET: the button that takes an article back, or puts it back.
pub(super) async fn show_withdrawal(
    visit: &Visit<'_>,
    staff: &Staff,
    named: &str,
) -> Result<Answer, Trouble> {
    let head = head_of(visit, named).await?.ok_or(Trouble::NotFound)?;
    let words = &visit.presentation.words;
    let is_back = head.withdrawn_at.is_some();
    let body = context! {
        headline => head.headline.clone(),
        path => format!("/desk/articles/{}", head.id),
        is_back => is_back,
        text => words.text(if is_back { Key::DeskPutBackText } else { Key::DeskTakeBackText }),
    };
    let heading = words.text(if is_back { Key::DeskPutBack } else { Key::DeskTakeBack });
    parts::page(visit, Some(staff), StatusCode::OK, "desk/withdrawal.html", &heading, body)
}

/// POST: takes an article back, or puts it back.
pub(super) async fn withdraw(
    visit: &Visit<'_>,
    staff: &Staff,
    named: &str,
) -> Result<Answer, Trouble> {
    let form = match visit.form() {
        Ok(form) => form,
        Err(refusal) => return Ok(refusal),
    };
    let head = head_of(visit, named).await?.ok_or(Trouble::NotFound)?;
    let is_back = form.get("act") == "take-back";
    visit.site.store.take_back(head.id.clone(), is_back, staff.doer(), visit.now).await?;
    let said = if is_back { "?said=back" } else { "?said=published" };
    Ok(visit.see(&format!("/desk/articles/{}{said}", head.id)))
}

pub(crate) async fn head_of(visit: &Visit<'_>, named: &str) -> Result<Option<Head>, Trouble> {
    let Ok(id) = ArticleId::parse(named) else { return Ok(None) };
    Ok(visit.site.store.head_of(&id).await?)
}

/// The form of an article with what is said above it.
pub(super) async fn page(
    visit: &Visit<'_>,
    staff: &Staff,
    work: &Work,
    said: Said<'_>,
) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let status = match &said {
        Said::Nothing | Said::Well(_) => StatusCode::OK,
        Said::Refused(Key::DeskStale) | Said::Taken(..) | Said::InHand(_) => StatusCode::CONFLICT,
        Said::Refused(_) | Said::Wrong(_) | Said::Files(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let (well, refused) = match &said {
        Said::Nothing => (None, None),
        Said::Well(key) => (Some(words.text(*key)), None),
        Said::Refused(key) => (None, Some(words.text(*key))),
        Said::Taken(headline, free) => {
            let name =
                Args::new().with(Slot::Name, headline.as_str()).with(Slot::Place, free.as_str());
            (None, Some(words.format(Key::DeskTaken, &name)))
        }
        Said::Wrong(_) => (None, Some(words.text(Key::DeskFaults))),
        Said::Files(refused) => (None, Some(refused.join(" "))),
        Said::InHand(holder) => {
            let not_saved = words.text(Key::DeskInHandNotSaved);
            (None, Some(format!("{} {not_saved}", hands::sentence(visit, holder))))
        }
    };
    let wrong = match &said {
        Said::Wrong(wrong) => faults::told(visit, wrong),
        Said::Refused(Key::DeskDateWrong) => {
            faults::told(visit, &[Wrong::of("publish_at", words.text(Key::DeskDateWrong))])
        }
        Said::Taken(..) => {
            faults::told(visit, &[Wrong::of("slug", refused.clone().unwrap_or_default())])
        }
        _ => faults::told(visit, &[]),
    };
    let zone = &visit.presentation.house.policy.zone;
    let is_new = work.version == 0 && work.head.is_none();
    let head = work.head.as_ref();
    let in_hand = match (&said, ArticleId::parse(&work.draft.id)) {
        (Said::InHand(_), _) | (_, Err(_)) => None,
        (_, Ok(id)) => {
            visit.site.store.holder(id, Hand::default(), staff.doer(), visit.now).await?
        }
    };
    let revisions = match head {
        Some(head) if staff.may(Deed::Edit) => visit.site.store.revisions(head.id.clone()).await?,
        _ => Vec::new(),
    };
    let revisions = revisions.iter().take(REVISIONS_SHOWN).map(|row| {
        let said = Args::new()
            .with(Slot::Name, row.saved_by.as_str())
            .with(Slot::Date, visit.when(row.saved_at).text);
        words.format(Key::DeskRevision, &said)
    });
    let filter = FileFilter { folder: Some("pictures/"), ..FileFilter::default() };
    let latest = visit.site.store.files(filter, media::OFFERED).await?;
    let files = visit.site.store.files(FileFilter::default(), media::LINES_OFFERED).await?;
    let lead = match &work.draft.lead_image {
        Some(image) => visit.site.store.file_named(&image.file).await?,
        None => None,
    };
    let shown =
        |rows: &[FileRow]| rows.iter().map(|row| media::shown(visit, row)).collect::<Vec<_>>();
    let body = context! {
        editor_words => editor::words(words),
        latest => shown(&latest),
        files => shown(&files),
        lead => lead.as_ref().map(|row| media::shown(visit, row)),
        form => fields::shown(visit, &work.draft, opened::<String>(&work.source), work.publish_at),
        action => if is_new { "/desk/articles".to_owned() } else { format!("/desk/articles/{}", work.draft.id) },
        made_from => work.version,
        published_version => work.published_version,
        is_new => is_new,
        begun_as => is_new.then(|| work.draft.id.clone()),
        is_draft => work.version > 0,
        is_out => work.is_out(),
        in_review => work.state == DraftState::Review,
        can_publish => staff.may(Deed::Publish),
        can_take_back => !is_new && work.is_out() && staff.may(Deed::TakeBack),
        can_see_numbers => head.is_some() && staff.may(Deed::SeeNumbers),
        article_id => head.map(|head| head.id.to_string()),
        is_taken_back => head.is_some_and(|head| head.withdrawn_at.is_some()),
        address => head.filter(|head| head.published_at <= visit.now).map(|head| visit.href(head)),
        has_been_out => head.is_some_and(|head| head.published_at <= visit.now),
        publish_at_label => words.format(Key::DeskPublishAt, &Args::new().with(Slot::Place, zone.iana_name().unwrap_or("UTC"))),
        well => well,
        refused => refused,
        wrong => wrong.all,
        faults => wrong.by_field,
        is_small => work.is_small,
        is_unkept => matches!(said, Said::InHand(_) | Said::Refused(Key::DeskStale | Key::DeskFull | Key::DeskDateWrong)),
        is_in_hand => matches!(said, Said::InHand(_)) || in_hand.is_some(),
        in_hand => in_hand.map(|holder| hands::sentence(visit, &holder)),
        script => visit.presentation.theme.asset("desk.js"),
        revisions => revisions.collect::<Vec<_>>(),
    };
    let heading = match is_new {
        true => words.text(Key::DeskNew),
        false => headline(visit, &work.draft.headline),
    };
    parts::page(visit, Some(staff), status, "desk/article.html", &heading, body)
}
