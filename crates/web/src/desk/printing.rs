//! A draft on its way to a page or into the paper: read by the one reader that there is for articles, with the addresses that the paper
//! has for articles and files. A file that only stood below the paywall line until now, and stands above it, becomes one for everybody.

use std::sync::Arc;

use newsroom::{Article, Draft, Fault, ORIGIN};
use paywall::{ArticleKey, Desk, Sealed};
use store::{Exported, Media, MediaRow};

use crate::site::presentation::Presentation;
use crate::site::{Trouble, Visit, body_words};

/// What is wrong with a draft, by the line of its text where it is in the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Wrong {
    pub(super) line: Option<u32>,
    pub(super) what: String,
}

/// A draft as an article, and as the file that says the same.
#[derive(Debug)]
pub(super) struct Printed {
    pub(super) article: Article,
    pub(super) file: Sealed<String>,
}

/// What is locked, at the desk's own exit: for whoever works on it.
pub(super) const fn opened<T>(sealed: &Sealed<T>) -> &T {
    sealed.edit(&Desk::exit())
}

/// The key of an article of the paper.
pub(super) fn key_of(visit: &Visit<'_>, id: &str) -> ArticleKey {
    ArticleKey::derive(visit.site.store.paper_id(), ORIGIN, id)
}

/// Reads a draft with its text as an article.
pub(super) async fn print(
    visit: &Visit<'_>,
    draft: &Draft,
) -> Result<Result<Printed, Vec<Wrong>>, Trouble> {
    let (key, file) = (key_of(visit, &draft.id), draft.to_file());
    let presentation = Arc::clone(&visit.presentation);
    let paper_id = visit.site.store.paper_id();
    let above = file.matches('\n').count() - draft.source.matches('\n').count();
    let sealed = Sealed::seal(key, file.clone());
    let read = visit
        .site
        .store
        .export(move |paper| read(paper, &presentation, paper_id, key, &file))
        .await?;
    Ok(match read {
        Ok(article) => Ok(Printed { article, file: sealed }),
        Err(faults) => Err(faults.into_iter().map(|fault| wrong(fault, above)).collect()),
    })
}

fn wrong(fault: Fault, above: usize) -> Wrong {
    let line = fault.line.and_then(|line| line.checked_sub(u32::try_from(above).unwrap_or(0)));
    Wrong { line: line.filter(|line| *line > 0), what: fault.what }
}

fn read(
    paper: &Exported<'_>,
    presentation: &Presentation,
    paper_id: paywall::PaperId,
    key: ArticleKey,
    file: &str,
) -> Result<Article, Vec<Fault>> {
    let find = |name: &str| -> Option<MediaRow> {
        let public = paper.media(name, None).ok().flatten();
        public.or_else(|| paper.media(name, Some(key)).ok().flatten())
    };
    let words = body_words(&presentation.words);
    let context = newsroom::Context {
        paper: &presentation.paper,
        paper_id,
        zone: &presentation.house.policy.zone,
        words: &words,
        address_of: &|id| {
            let head = paper.head(id).ok().flatten()?;
            Some(presentation.addresses.of(&head))
        },
        media_address: &|name| find(name).map(|row| row.address()),
        picture_size: &|name| find(name).and_then(|row| row.size()),
        shift_days: 0,
    };
    newsroom::read_article("draft", file, &context)
}

/// Lets everybody have the files that stand above the line of an article. Says whether there were any that they could not have before: then
/// the article has to be read once more.
pub(super) async fn open_files(visit: &Visit<'_>, article: &Article) -> Result<bool, Trouble> {
    let store = &visit.site.store;
    let lead = article.head.lead_image.iter().map(|image| &image.file);
    let mut opened = false;
    for name in article.teaser.media.iter().chain(lead) {
        if store.media_named(name).await?.is_some() {
            continue;
        }
        let (wanted, key) = (name.clone(), article.head.key);
        let locked = store.export(move |paper| paper.media(&wanted, Some(key))).await??;
        let Some(row) = locked else { continue };
        let (path, size) = (row.path.clone(), row.size());
        let bytes = visit.site.pool.run(move || std::fs::read(path)).await?;
        let bytes = bytes.map_err(|error| Trouble::Broken(format!("{name}: {error}")))?;
        store.save_media(Media { name: name.clone(), size, article: None, bytes }).await?;
        opened = true;
    }
    Ok(opened)
}
