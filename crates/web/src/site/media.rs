//! Pictures and documents. What belongs to a locked body is asked of the gate on every request, and kept by nobody; what
//! anybody may see stands under an address that names its bytes.

use bytes::Bytes;
use http::StatusCode;
use http::header::{self, HeaderValue};
use paywall::{ArticleKey, Asked, Decision};
use store::MediaRow;

use super::{Trouble, Visit};
use crate::shell::answer::{Answer, Pieces, answer, set};
use crate::shell::caching::{Keep, keep};

/// The largest file that is served, in bytes.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// A picture that anybody may see.
pub(crate) async fn open(visit: &Visit<'_>, file: &str) -> Result<Answer, Trouble> {
    let row = find(visit, file).await?;
    if row.article.is_some() {
        return Err(Trouble::NotFound);
    }
    send(visit, row, Keep::Forever).await
}

/// A picture or document of a locked body.
pub(crate) async fn locked(
    visit: &Visit<'_>,
    article: &str,
    file: &str,
) -> Result<Answer, Trouble> {
    let key = ArticleKey::parse(article).ok_or(Trouble::NotFound)?;
    let row = find(visit, file).await?;
    if row.article != Some(key) {
        return Err(Trouble::NotFound);
    }
    let head = visit.site.store.head(key).await?.ok_or(Trouble::NotFound)?;
    if head.published_at > visit.now || head.withdrawn_at.is_some() {
        return Err(Trouble::NotFound);
    }
    let asked = Asked { key, access: head.access };
    let policy = &visit.presentation.house.policy;
    match visit.site.gate.admit(policy, &visit.identity(), &asked, visit.now).await {
        Decision::Open(_) => send(visit, row, Keep::Nobody).await,
        Decision::Ask(_) | Decision::Refuse(_) => Err(Trouble::NotFound),
    }
}

/// The row of an address: its hash, and the ending that its type has.
async fn find(visit: &Visit<'_>, file: &str) -> Result<MediaRow, Trouble> {
    let (hash, _) = file.rsplit_once('.').ok_or(Trouble::NotFound)?;
    let row = visit.site.store.media(hash).await?.ok_or(Trouble::NotFound)?;
    let is_spelled_so = row.address().rsplit('/').next() == Some(file);
    if is_spelled_so { Ok(row) } else { Err(Trouble::NotFound) }
}

async fn send(visit: &Visit<'_>, row: MediaRow, kept: Keep) -> Result<Answer, Trouble> {
    let etag = format!("\"{}\"", row.hash);
    if kept == Keep::Forever && visit.request.already_has(&etag) {
        let mut response = answer(StatusCode::NOT_MODIFIED, row.media_type(), Pieces::default());
        set(&mut response, header::ETAG, &etag);
        keep(&mut response, kept, &visit.presentation.house);
        return Ok(response);
    }
    let (path, media_type) = (row.path.clone(), row.media_type());
    let bytes = visit
        .site
        .pool
        .run(move || {
            let length = std::fs::metadata(&path)?.len();
            if length > FILE_BYTES_MAX {
                return Err(std::io::Error::other("larger than the limit"));
            }
            std::fs::read(&path)
        })
        .await?;
    let bytes = bytes.map_err(|error| {
        Trouble::Broken(format!("{} cannot be read: {error}", row.path.display()))
    })?;
    let mut response = answer(StatusCode::OK, media_type, Pieces::one(Bytes::from(bytes)));
    if kept == Keep::Forever {
        set(&mut response, header::ETAG, &etag);
    }
    // A drawing is somebody's file: opened by itself it runs nothing and loads nothing.
    let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    keep(&mut response, kept, &visit.presentation.house);
    Ok(response)
}
