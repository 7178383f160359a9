//! The picture that other sites show where somebody shares an article: headline, lead image, the paper's name. Public,
//! made from what is public; an article that is not published, or no longer, has none.

use http::StatusCode;
use http::header;
use newsroom::picture::{Focus, Sheet, draw_share};
use newsroom::{Direction, Head};
use paywall::ArticleKey;

use super::{Trouble, Visit, makers, media};
use crate::shell::answer::{Answer, Pieces, set};
use crate::shell::caching::Keep;

/// The headline's face, whole: a picture has no second file for rare letters.
const FONT: &[u8] = include_bytes!("../../assets/fonts/piazzolla-600.ttf");
/// Counts up when the drawing changes, so that its addresses do.
const DESIGN: u8 = 1;
const DIGEST_DIGITS: usize = 16;
const JPEG: &str = "image/jpeg";

/// The path of an article's share picture. It names what the picture is made from, so that it can be kept for ever.
pub(crate) fn share_picture_address(visit: &Visit<'_>, head: &Head) -> String {
    format!("/share/{}", file(head.key, &digest(visit, head)))
}

fn file(key: ArticleKey, digest: &str) -> String {
    format!("{key}.{digest}.jpg")
}

fn digest(visit: &Visit<'_>, head: &Head) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("masthead 2026 share picture");
    let image = head.lead_image.as_ref();
    let address = image.and_then(|image| image.address.as_deref());
    let focus = image.map(|image| image.focus.to_string()).unwrap_or_default();
    let paper_name = &visit.presentation.house.paper.name;
    let texts = [paper_name, printed(head).unwrap_or(""), address.unwrap_or(""), &focus];
    hasher.update(&[DESIGN]);
    for text in texts {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    hasher.finalize().to_hex()[..DIGEST_DIGITS].to_owned()
}

/// The headline, unless it is set from the right, which the drawing cannot.
fn printed(head: &Head) -> Option<&str> {
    (head.direction == Direction::LeftToRight).then_some(head.card_headline())
}

/// Answers with an article's share picture. An address of an earlier one answers with today's, for a minute.
pub(crate) async fn open(visit: &Visit<'_>, asked: &str) -> Result<Answer, Trouble> {
    let mut parts = asked.split('.');
    let (Some(key), Some(given), Some("jpg"), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Trouble::NotFound);
    };
    let is_digest = given.len() == DIGEST_DIGITS && given.bytes().all(|b| b.is_ascii_hexdigit());
    let key = ArticleKey::parse(key).filter(|_| is_digest).ok_or(Trouble::NotFound)?;
    let head = visit.site.store.head(key).await?.ok_or(Trouble::NotFound)?;
    if head.published_at > visit.now || head.withdrawn_at.is_some_and(|at| at <= visit.now) {
        return Err(Trouble::NotFound);
    }
    let digest = digest(visit, &head);
    let kept = if given == digest { Keep::Forever } else { Keep::Minute };
    let etag = format!("\"{digest}\"");
    if visit.request.already_has(&etag) {
        return Ok(media::unchanged(visit, JPEG, &etag, kept));
    }
    let picture = picture(visit, &head).await?;
    let headline = printed(&head).map(str::to_owned);
    let paper_name = visit.presentation.house.paper.name.clone();
    let draw = move || {
        let read = picture.and_then(|(path, focus)| match media::read(&path) {
            Ok(bytes) => Some((bytes, focus)),
            Err(fault) => {
                tracing::warn!(fault, "a share picture is drawn without its lead image");
                None
            }
        });
        let picture = read.as_ref().map(|(bytes, focus)| (bytes.as_slice(), *focus));
        let headline = headline.as_deref();
        let sheet = Sheet { paper_name: &paper_name, headline, picture, font: FONT };
        let drawn = draw_share(&sheet).or_else(|fault| {
            tracing::warn!(%fault, "a share picture is drawn without its lead image");
            draw_share(&Sheet { picture: None, ..sheet })
        });
        drawn.map_err(|fault| fault.to_string())
    };
    let bytes = makers::made(visit, &key.to_string(), file(key, &digest), draw).await?;
    let mut response = visit.answer(StatusCode::OK, JPEG, kept, Pieces::one(bytes));
    // Other sites show it on their own pages.
    set(
        &mut response,
        header::HeaderName::from_static("cross-origin-resource-policy"),
        "cross-origin",
    );
    set(&mut response, header::ETAG, &etag);
    Ok(response)
}

/// The file of the lead image, where it is a photograph that anybody may see.
async fn picture(
    visit: &Visit<'_>,
    head: &Head,
) -> Result<Option<(std::path::PathBuf, Focus)>, Trouble> {
    let Some(image) = &head.lead_image else { return Ok(None) };
    let file = image.address.as_deref().and_then(|address| address.strip_prefix("/media/"));
    let Some((hash, _)) = file.and_then(|file| file.split_once('.')) else { return Ok(None) };
    let row = visit.site.store.media(hash).await?;
    let row = row.filter(|row| row.article.is_none() && row.ending != "svg");
    Ok(row.map(|row| (row.path, image.focus)))
}
