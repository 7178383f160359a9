//! What lets a reader go on reading while the store cannot say whose session it is: a pass for a day, which the page's script asks for
//! now and then. It is looked at in an outage and at no other time; a GET gives none.

use gate::Identity;
use http::StatusCode;
use jiff::SignedDuration;
use paywall::{Asker, Mail, Reader, Who};

use super::identity::Cookie;
use super::{Trouble, Visit};
use crate::shell::answer::{Answer, Pieces, TEXT};
use crate::shell::caching::Keep;

/// How long the script waits before it asks again: a reader who comes every day always has one that lasts for hours.
const ASKED_EVERY: SignedDuration = SignedDuration::from_hours(9);
/// The same for whoever holds nothing: what was paid for elsewhere meanwhile is known soon.
const ASKED_WITHOUT: SignedDuration = SignedDuration::from_mins(10);

/// POST: a new pass for what the reader holds; none for whoever holds nothing. A browser whose session is over is told so by
/// losing what says to its pages that somebody is signed in.
pub(crate) async fn renew(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    if visit.is_strange() {
        return Ok(visit.short(StatusCode::FORBIDDEN, "the paper's own pages ask for this"));
    }
    let known = visit.signed_in().await?;
    let mut answer = visit.answer(StatusCode::NO_CONTENT, TEXT, Keep::Nobody, Pieces::default());
    let Some((session, reader)) = known else {
        visit.take(&mut answer, Cookie::Marker);
        visit.take(&mut answer, Cookie::OutagePass);
        return Ok(answer);
    };
    let intervals = visit.intervals_of(&reader).await?;
    match visit.site.outage_key.issue(session.hash, &intervals, visit.now) {
        Some(pass) => {
            visit.give(&mut answer, Cookie::OutagePass, &pass, gate::OUTAGE_PASS_LASTS);
            visit.give(&mut answer, Cookie::Renewed, "2", ASKED_EVERY);
        }
        None => {
            visit.take(&mut answer, Cookie::OutagePass);
            visit.give(&mut answer, Cookie::Renewed, "1", ASKED_WITHOUT);
        }
    }
    Ok(answer)
}

impl Visit<'_> {
    /// The reader whose session could not be looked up, as far as a pass tells. Of the person nothing is known but what is open.
    pub(super) fn by_outage_pass(&self) -> Option<Identity> {
        let session = self.secret(Cookie::Session)?.hash(Cookie::SESSION_PURPOSE);
        let pass = self.cookie(Cookie::OutagePass)?;
        let intervals = self.site.outage_key.intervals(session, pass, self.now);
        let reader = Reader { mail: Mail::Verified, intervals };
        (!reader.intervals.is_empty())
            .then(|| Identity { asker: Asker::of(Who::Reader(reader)), person: None })
    }
}
