//! An article's page: the teaser for strangers, the whole for those whom the gate lets in, the teaser and a wall for
//! those whom it does not.

use std::sync::{Arc, OnceLock};

use http::StatusCode;
use http::header::{self, HeaderValue};
use newsroom::Body;
use paywall::{Access, Basis, Decision, Grant, Notice, Sealed, Wall};

use super::entries::Entry;
use super::frame::{State, Stretch, is_whole, stretches};
use super::gifts::unlisted;
use super::shown::Shown;
use super::{Trouble, Visit};
use crate::shell::answer::{Answer, HTML, Pieces, encoded_as, fresh_or};
use crate::shell::caching::Keep;
use crate::shell::finished::{Finished, Part, Spliced};
use crate::shell::request::Encoding;

/// Answers GET for an article at its canonical address.
pub(crate) async fn page(visit: &Visit<'_>, entry: &Arc<Entry>) -> Result<Answer, Trouble> {
    let blind = visit.is_behind_blind_cache();
    // Behind a cache that does not look at cookies, this address tells everybody what it tells a stranger.
    let mut identity = if blind { visit.stranger() } else { visit.identity_or_crawler().await };
    if !blind {
        visit.add_pass(&mut identity, entry.asked.key).await;
    }
    let policy = &visit.presentation.house.policy;
    let gate = &visit.site.gate;
    let decision = gate.admit(policy, &identity, &entry.asked, visit.now).await;
    let shown = Shown::of(&decision);
    let answer = decided(visit, entry, identity.person.is_some(), decision).await?;
    visit.count(entry, shown);
    Ok(answer)
}

/// The page that a decision leads to. `is_somebody` says whether a wall is one person's own.
pub(crate) async fn decided(
    visit: &Visit<'_>,
    entry: &Arc<Entry>,
    is_somebody: bool,
    decision: Decision,
) -> Result<Answer, Trouble> {
    match decision {
        Decision::Open(grant) if grant.basis() == Basis::Free => {
            // Readers have a button on it, which is nobody else's.
            match visit.reader.get() {
                Some(_) => open(visit, entry, &grant).await,
                None => free(visit, entry, &grant).await,
            }
        }
        Decision::Open(grant) if grant.basis() == Basis::Crawler => {
            // Nobody keeps it for others: not a cache, and not the crawler's own archive.
            let mut response = open(visit, entry, &grant).await?;
            let rule = HeaderValue::from_static("noarchive");
            response.headers_mut().insert("x-robots-tag", rule);
            Ok(response)
        }
        Decision::Open(grant) if grant.basis() == Basis::Gift => {
            let mut response = open(visit, entry, &grant).await?;
            unlisted(&mut response);
            Ok(response)
        }
        Decision::Open(grant) => open(visit, entry, &grant).await,
        Decision::Ask(_) => {
            let page = made(visit, entry, |entry| &entry.ask, State::Ask, finish).await?;
            Ok(shared_article(visit, page))
        }
        Decision::Refuse(wall) => {
            let kept = if is_somebody { Keep::Nobody } else { Keep::Everybody };
            walled(visit, entry, &wall, is_somebody, kept).await
        }
    }
}

/// The whole article for one person, with that person's notice.
pub(crate) async fn open(
    visit: &Visit<'_>,
    entry: &Arc<Entry>,
    grant: &Grant,
) -> Result<Answer, Trouble> {
    visit.keeps_pace(entry, grant)?;
    let page = made(
        visit,
        entry,
        |entry| &entry.open,
        State::Open,
        |frame, entry| Ok(join(frame, entry)?.map(Spliced::new)),
    )
    .await?;
    let notice = Notice::of(grant).map(|notice| visit.notice(&notice)).transpose()?;
    let words = notice.as_ref().map(|notice| [&notice.line, &notice.bar]);
    let words = words.as_ref().map_or(&[][..], |words| &words[..]);
    let own = visit.own_buttons(entry, grant).await?;
    let body = page.open(grant)?.with_last(words, own.as_deref(), visit.request.encoding());
    Ok(visit.presentation.heads.article(StatusCode::OK, Keep::Nobody, body))
}

/// A free article: the same bytes for everybody.
async fn free(visit: &Visit<'_>, entry: &Arc<Entry>, grant: &Grant) -> Result<Answer, Trouble> {
    let page = made(
        visit,
        entry,
        |entry| &entry.free,
        State::Open,
        |frame, entry| Ok(join(frame, entry)?.map(|parts| Finished::new(parts.concat()))),
    )
    .await?;
    Ok(shared_article(visit, page.open(grant)?))
}

/// The teaser and a wall. Whom a licence would let in is not known of a stranger: their wall has the button that finds out.
pub(crate) async fn walled(
    visit: &Visit<'_>,
    entry: &Arc<Entry>,
    wall: &Wall,
    is_known: bool,
    kept: Keep,
) -> Result<Answer, Trouble> {
    // Somebody who may have paid and cannot be looked up is asked to come back in a moment.
    if visit.unsure.get().is_some() {
        return Err(Trouble::StoreDown);
    }
    let licensed = if is_known { None } else { visit.licensed_way(entry).await };
    let words = visit.wall(wall, licensed.as_deref())?;
    spliced(visit, entry, &words, kept).await
}

/// The teaser with `words` where the rest would stand.
pub(crate) async fn spliced(
    visit: &Visit<'_>,
    entry: &Arc<Entry>,
    words: &Part,
    kept: Keep,
) -> Result<Answer, Trouble> {
    let page = made(
        visit,
        entry,
        |entry| &entry.wall,
        State::Wall,
        |frame, _| Ok(Spliced::new(frame.into_iter().map(|part| part.text).collect())),
    )
    .await?;
    let body = page.with(&[words], visit.request.encoding());
    Ok(visit.presentation.heads.article(StatusCode::OK, kept, body))
}

/// What the page's own script sets into the teaser: sealed like the page.
pub(crate) async fn fragment<'a>(
    visit: &Visit<'_>,
    entry: &'a Arc<Entry>,
) -> Result<&'a Sealed<Spliced>, Trouble> {
    if entry.fragment.get().is_none() {
        let _making = entry.making.lock().await;
        if let Some(fragment) = entry.fragment.get() {
            return Ok(fragment);
        }
        entry.body(&visit.site.store).await?;
        let work = Arc::clone(entry);
        let make = move || -> Result<_, Trouble> {
            Ok(work.body_at_hand()?.derive(|body| Spliced::new(fragment_parts(body))))
        };
        let sealed = visit.site.pool.run(make).await??;
        let _ = entry.fragment.set(sealed);
    }
    entry.fragment.get().ok_or(Trouble::Busy)
}

/// JSON around places for the notice, the bar and the status, which are JSON strings by themselves.
fn fragment_parts(body: &Body) -> Vec<String> {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let notes: String =
        body.notes.iter().map(|note| format!("<li>{}</li>", escape(note))).collect();
    vec![
        format!(
            r#"{{"state":"open","rest":{},"aside":{},"notes":{},"notice":"#,
            quoted(&body.html),
            quoted(&body.aside),
            quoted(&notes)
        ),
        r#","bar":"#.to_owned(),
        r#","status":"#.to_owned(),
        "}".to_owned(),
    ]
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// A page that is the same for everybody, with its validator.
pub(crate) fn shared(visit: &Visit<'_>, page: &Finished) -> Answer {
    shared_as(visit, page, HTML)
}

/// The same for what is no page.
pub(crate) fn shared_as(visit: &Visit<'_>, page: &Finished, media_type: &'static str) -> Answer {
    begun(visit, page, |encoding| {
        let empty = Pieces::default();
        let mut first = visit.answer(StatusCode::OK, media_type, Keep::Everybody, empty);
        encoded(&mut first, encoding);
        first
    })
}

/// The same for an article.
fn shared_article(visit: &Visit<'_>, page: &Finished) -> Answer {
    begun(visit, page, |encoding| {
        let empty = (Pieces::default(), encoding);
        visit.presentation.heads.article(StatusCode::OK, Keep::Everybody, empty)
    })
}

/// An answer under the page's own head, which `first` begins where the page has none yet.
fn begun(visit: &Visit<'_>, page: &Finished, first: impl Fn(Encoding) -> Answer) -> Answer {
    let (bytes, encoding) = page.bytes(visit.request.encoding());
    let etag = page.etag(encoding);
    let fresh = visit.request.already_has(etag);
    let head = page.head(encoding, || {
        let mut first = first(encoding);
        first.headers_mut().insert(header::ETAG, etag.clone());
        first.into_head()
    });
    fresh_or(head, bytes, fresh)
}

/// Names the encoding.
pub(crate) fn encoded(response: &mut Answer, encoding: Encoding) {
    encoded_as(response.headers_mut(), encoding);
}

/// What makes a finished page of a frame.
type Finish<T> = fn(Vec<Stretch>, &Entry) -> Result<T, Trouble>;

/// Gets one of an entry's finished pages, making it in the pool where it is not there yet.
async fn made<'a, T: Send + Sync + 'static>(
    visit: &Visit<'_>,
    entry: &'a Arc<Entry>,
    slot: fn(&Entry) -> &OnceLock<T>,
    state: State,
    finish: Finish<T>,
) -> Result<&'a T, Trouble> {
    if let Some(page) = slot(entry).get() {
        return Ok(page);
    }
    // On the heap: what makes a page is large, and is not carried along by those who find it made.
    Box::pin(make(visit, entry, slot, state, finish)).await?;
    slot(entry).get().ok_or(Trouble::Busy)
}

async fn make<T: Send + Sync + 'static>(
    visit: &Visit<'_>,
    entry: &Arc<Entry>,
    slot: fn(&Entry) -> &OnceLock<T>,
    state: State,
    finish: Finish<T>,
) -> Result<(), Trouble> {
    let _making = entry.making.lock().await;
    if slot(entry).get().is_some() {
        return Ok(());
    }
    if state == State::Open {
        entry.body(&visit.site.store).await?;
    }
    let context = super::contexts::article_context(visit, entry, state).await?;
    let (theme, work) = (Arc::clone(&visit.presentation.theme), Arc::clone(entry));
    let page = visit
        .site
        .pool
        .run(move || -> Result<T, Trouble> {
            let text = theme.render("article.html", context)?;
            // A theme that misplaces sealed text, or loses it, makes no page at all.
            is_whole(&text, state)
                .map_err(|what| Trouble::Broken(format!("article.html: {what}")))?;
            finish(stretches(&text), &work)
        })
        .await??;
    let _ = slot(entry).set(page);
    if state == State::Ask || entry.asked.access == Access::Free {
        let work = Arc::clone(entry);
        visit.site.pool.later(move || squeeze(&work));
    }
    Ok(())
}

/// Compresses what everybody gets with brotli, after the first reader has been answered.
fn squeeze(entry: &Entry) {
    if let Some(page) = entry.ask.get() {
        page.squeeze();
    }
    if let Some(page) = entry.free.get() {
        page.measure(|page| {
            page.squeeze();
            page.weight()
        });
    }
}

fn finish(frame: Vec<Stretch>, _: &Entry) -> Result<Finished, Trouble> {
    Ok(Finished::new(frame.into_iter().map(|stretch| stretch.text).collect::<String>()))
}

/// Sets the sealed body into its places; what remains open are the places of the notice and the bar.
fn join(frame: Vec<Stretch>, entry: &Entry) -> Result<Sealed<Vec<String>>, Trouble> {
    Ok(entry.body_at_hand()?.derive_with(frame, |body: &Body, frame| {
        let notes: String =
            body.notes.iter().map(|note| format!("<li>{}</li>", escape(note))).collect();
        let mut parts = vec![String::new()];
        for stretch in frame {
            let last = parts.len() - 1;
            parts[last] += &stretch.text;
            match stretch.place.as_str() {
                "rest" => parts[last] += &body.html,
                "aside" => parts[last] += &body.aside,
                "notes" => parts[last] += &notes,
                "notice" | "bar" => parts.push(String::new()),
                _ => {}
            }
        }
        parts
    }))
}
