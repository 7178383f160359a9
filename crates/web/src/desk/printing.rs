//! A draft on its way to a page or into the paper: read by the one reader that there is for articles, with the addresses that the paper
//! has for articles and files. A file that only the newsroom saw until now becomes one for those who may read the part that it stands in.

use std::sync::Arc;

use newsroom::{Article, Draft, Fault, Head, ORIGIN};
use paywall::{ArticleKey, Desk, Sealed};
use store::{Exported, Media, MediaRow};

use super::faults::{self, Wrong};
use crate::site::presentation::Presentation;
use crate::site::{Trouble, Visit, body_words};

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

/// Whom an article is printed for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum For {
    /// Its readers: files stand at their addresses in the paper.
    Paper,
    /// The newsroom: files that not everybody may see stand at the desk's own addresses.
    Desk,
}

/// Where the newsroom sees a file, whoever else may.
pub(super) fn desk_address(row: &MediaRow) -> String {
    format!("/desk/files/{}.{}", row.hash, row.ending)
}

/// Reads a draft with its text as an article.
pub(super) async fn print(
    visit: &Visit<'_>,
    draft: &Draft,
    reader: For,
) -> Result<Result<Printed, Vec<Wrong>>, Trouble> {
    let (key, file) = (key_of(visit, &draft.id), draft.to_file());
    let presentation = Arc::clone(&visit.presentation);
    let paper_id = visit.site.store.paper_id();
    let sealed = Sealed::seal(key, file.clone());
    let read = visit
        .site
        .store
        .export(move |paper| read(paper, &presentation, (paper_id, key), &file, reader))
        .await?;
    Ok(match read {
        Ok(article) => Ok(Printed { article, file: sealed }),
        Err(faults) => Err(faults::all(visit, draft, &sealed, &faults)),
    })
}

fn read(
    paper: &Exported<'_>,
    presentation: &Presentation,
    (paper_id, key): (paywall::PaperId, ArticleKey),
    file: &str,
    reader: For,
) -> Result<Article, Vec<Fault>> {
    let find = |name: &str| -> Option<MediaRow> {
        let public = paper.media(name, None).ok().flatten();
        let own = public.or_else(|| paper.media(name, Some(key)).ok().flatten());
        own.or_else(|| paper.file(name).ok().flatten())
    };
    let address = |row: MediaRow| match reader {
        For::Desk if row.article.is_some() => desk_address(&row),
        _ => row.address(),
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
        media_address: &|name| find(name).map(address),
        picture_size: &|name| find(name).and_then(|row| row.size()),
        shift_days: 0,
    };
    newsroom::read_article("draft", file, &context)
}

/// Keeps the files of an article where its readers find them: those above the line for everybody, those below for whoever may read it; of
/// one that is to come nobody finds them before.
/// Says whether there were any that they could not have before: then the article has to be printed once more.
pub(super) async fn place_files(visit: &Visit<'_>, article: &Article) -> Result<bool, Trouble> {
    let head = &article.head;
    let lead = head.lead_image.iter().map(|image| &image.file);
    let mut placed = false;
    for name in article.teaser.media.iter().chain(lead) {
        placed |= place(visit, head, name, None).await?;
    }
    for name in &article.locked_media {
        placed |= place(visit, head, name, Some(head.key)).await?;
    }
    Ok(placed)
}

/// Keeps a file for those readers, unless they have it; says whether they did not.
async fn place(
    visit: &Visit<'_>,
    head: &Head,
    name: &str,
    wanted: Option<ArticleKey>,
) -> Result<bool, Trouble> {
    let store = &visit.site.store;
    let key = head.key;
    let named = name.to_owned();
    let found = store
        .export(move |paper| {
            let open = paper.media(&named, None)?;
            let locked = paper.media(&named, Some(key))?;
            let has = open.is_some() || wanted.is_some() && locked.is_some();
            Ok::<_, gate::Outage>(if has { None } else { locked.or(paper.file(&named)?) })
        })
        .await??;
    let Some(row) = found else { return Ok(false) };
    let (path, size) = (row.path.clone(), row.size());
    let bytes = visit.site.pool.run(move || std::fs::read(path)).await?;
    let bytes = bytes.map_err(|error| Trouble::Broken(format!("{name}: {error}")))?;
    let media = Media { name: name.to_owned(), size, article: wanted, bytes };
    match head.published_at > visit.now {
        true => store.save_media_to_come(media, head.published_at).await?,
        false => store.save_media(media).await?,
    };
    Ok(true)
}
