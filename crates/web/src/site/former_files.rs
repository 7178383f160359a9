//! Addresses at which the site that a paper came from had its pictures and documents: they lead to the same files here. A
//! file of a locked body is at none of them, and asking for it is answered as if it had never been.

use http::StatusCode;

use super::{Trouble, Visit, addresses};
use crate::shell::answer::Answer;
use crate::shell::spellings::file_spellings;

/// The way to the file, open to everybody, that lay at this address in former times.
pub(super) async fn former(visit: &Visit<'_>) -> Result<Option<Answer>, Trouble> {
    let path = visit.request.target.path;
    if !visit.request.reads() || store::media_ending(path).is_none() {
        return Ok(None);
    }
    let found = {
        let _turn = addresses::turn(visit).await?;
        visit.site.store.file_moved_from(file_spellings(path), visit.now).await?
    };
    let moved =
        |row: store::MediaRow| visit.moved(StatusCode::MOVED_PERMANENTLY, &row.address(), false);
    Ok(found.map(moved))
}
