//! A draft as readers will see it: the whole article, with a notice or without, or what a stranger gets of it. The frame is that of every
//! article's page; the text is set into it at the desk's own exit.

use std::sync::Arc;

use bytes::Bytes;
use face::Key;
use http::StatusCode;
use minijinja::HtmlEscape;
use newsroom::Body;
use store::Piece;

use super::articles::draft_of;
use super::printing::{For, opened, print};
use super::{Staff, articles, parts, see_as};
use crate::shell::answer::{Answer, Pieces, let_own_frame};
use crate::shell::caching::Keep;
use crate::shell::request::Encoding;
use crate::site::entries::Entry;
use crate::site::frame::{State, is_whole, stretches};
use crate::site::gifts::unlisted;
use crate::site::told::Told;
use crate::site::{Trouble, Visit, contexts};

/// GET: the draft as a page; `?as=notice` is what a visitor gets who opens it and has few left, `?as=stranger` what a stranger gets, and
/// `?as=wall` a visitor who has read all that is free. The desk alone shows it in a frame.
pub(super) async fn show(visit: &Visit<'_>, staff: &Staff, named: &str) -> Result<Answer, Trouble> {
    let Some(work) = draft_of(visit, named).await? else { return Err(Trouble::NotFound) };
    if !work.is_open_to(staff) {
        return parts::refusal(visit, Some(staff), StatusCode::FORBIDDEN, Key::DeskMayNot);
    }
    let printed = match print(visit, &work.to_publish(visit.now), For::Desk).await? {
        Ok(printed) => printed,
        Err(wrong) => {
            return articles::page(visit, staff, &work, articles::Said::Wrong(&wrong)).await;
        }
    };
    let seen_as = visit.asked_fields().get("as");
    let state = if seen_as == "stranger" { State::Ask } else { State::Open };
    let article = printed.article;
    let body_bytes = article.body.measure(|body| body.html.len());
    let piece = Piece { head: article.head, version: 0, teaser: article.teaser, body_bytes };
    let tally = visit.site.tended.tally(&piece.head.id);
    let generation = visit.presentation.generation;
    let entry = Arc::new(Entry::new(piece, Vec::new(), tally, generation, visit.now));
    if seen_as == "wall" {
        return see_as::at_the_end(visit, &entry).await;
    }
    let notice = match seen_as.as_str() {
        "notice" => see_as::notice(visit, &entry).await,
        _ => None,
    };
    let told = notice.map(|notice| visit.notice(&notice)).transpose()?;
    let context = contexts::article_context(visit, &entry, state).await?;
    let theme = Arc::clone(&visit.presentation.theme);
    let desk = visit.presentation.words.text(Key::Desk);
    let way_back = way_back(&format!("/desk/articles/{}", entry.piece.head.id), &desk, "");
    let html = visit
        .site
        .pool
        .run(move || -> Result<String, Trouble> {
            let text = theme.render("article.html", context)?;
            let broken = |what| Trouble::Broken(format!("article.html: {what}"));
            is_whole(&text, state).map_err(broken)?;
            Ok(with_way_back(&filled(&text, opened(&article.body), told.as_deref()), &way_back))
        })
        .await??;
    let body = (Pieces::one(Bytes::from(html)), Encoding::Identity);
    let mut answer = visit.presentation.heads.article(StatusCode::OK, Keep::Nobody, body);
    for_frame(&mut answer);
    Ok(answer)
}

/// What a page has that the desk alone shows, in a frame.
pub(super) fn for_frame(answer: &mut Answer) {
    unlisted(answer);
    let_own_frame(answer);
}

/// The way back to the desk, and what is to be said beside it.
pub(super) fn way_back(href: &str, desk: &str, beside: &str) -> String {
    let beside = match beside {
        "" => String::new(),
        beside => format!("<li>{}</li>", HtmlEscape(beside)),
    };
    format!(
        "<aside class=\"page crumbs\" aria-label=\"{desk}\"><ol><li><a href=\"{href}\">← {desk}</a></li>{beside}</ol></aside>",
        desk = HtmlEscape(desk),
    )
}

/// The page with a way back to the desk above everything: going back in the browser would send the form once more.
pub(super) fn with_way_back(page: &str, way_back: &str) -> String {
    let body = page.find("<body").and_then(|start| Some(start + page[start..].find('>')? + 1));
    let (above, below) = page.split_at(body.unwrap_or(0));
    format!("{above}\n{way_back}{below}")
}

/// The page of an answer without its scripts: nothing of it reads, counts or opens by itself.
pub(super) fn without_scripts(answer: Answer) -> String {
    let bytes = answer.into_body().into_bytes();
    let page = String::from_utf8_lossy(&bytes);
    let mut kept = String::with_capacity(page.len());
    let mut rest = &*page;
    while let Some(start) = rest.find("<script") {
        kept.push_str(&rest[..start]);
        let end = rest[start..].find("</script>").map(|end| start + end + "</script>".len());
        rest = end.map_or("", |end| &rest[end..]);
    }
    kept + rest
}

/// The page with every way out of it opening a window of its own: it is shown in a frame, which other pages refuse.
pub(super) fn in_new_windows(page: &str) -> String {
    page.replace("<a ", "<a target=\"_blank\" ")
}

/// A frame with the text in its places and a notice in its own; nothing in those that are one reader's.
fn filled(frame: &str, body: &Body, told: Option<&Told>) -> String {
    let mut page = String::with_capacity(frame.len() + body.html.len() + body.aside.len());
    for stretch in stretches(frame) {
        page.push_str(&stretch.text);
        match stretch.place.as_str() {
            "rest" => page.push_str(&body.html),
            "aside" => page.push_str(&body.aside),
            "notice" => page.push_str(told.map_or("", |told| told.line.text())),
            "bar" => page.push_str(told.map_or("", |told| told.bar.text())),
            _ => {}
        }
    }
    page
}
