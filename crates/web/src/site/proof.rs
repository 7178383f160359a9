//! Proving who it is with a password: to sign in, or before a way in is changed. Tries are counted for each network, and for each network
//! and address; nobody else's tries keep a reader out, and the way by mail is always there.

use gate::{Password, PasswordHash};
use jiff::SignedDuration;
use store::{PasswordRow, SessionRow};

use super::forms::Fields;
use super::{Trouble, Visit};

/// How old a sign-in may be that proves who changes a way in.
pub(super) const PROOF_HOLDS: SignedDuration = SignedDuration::from_mins(10);
pub(super) const PROOF_HOLDS_MINUTES: u32 = 10;
/// Passwords that one network can try in an hour, and of those for one address.
pub(super) const TRIES_OF_NETWORK_MAX: u32 = 100;
pub(super) const TRIES_OF_ADDRESS_MAX: u32 = 10;
/// Passwords that are hashed at once: each takes 19 MiB meanwhile.
pub(super) const HASHERS: usize = 2;
/// Those that wait, at most.
pub(super) const HASHES_WAITING_MAX: usize = 32;

/// What came of a password that was typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tried {
    Right,
    Wrong,
    /// Too many were tried.
    Paused,
}

impl Visit<'_> {
    /// Whether the session is young enough to change a way in.
    pub(super) fn is_fresh(&self, session: &SessionRow) -> bool {
        self.now.duration_since(session.began_at) <= PROOF_HOLDS
    }

    /// Whether somebody who is signed in has proven who it is: by a sign-in of the last minutes, or by the password in the form.
    pub(super) async fn proves(
        &self,
        session: &SessionRow,
        mail: &str,
        password: Option<&PasswordRow>,
        fields: &Fields<'_>,
    ) -> Result<Tried, Trouble> {
        let typed = fields.get("present");
        match password {
            _ if self.is_fresh(session) => Ok(Tried::Right),
            Some(kept) if !typed.is_empty() => self.tries(mail, &typed, Some(&kept.hash)).await,
            _ => Ok(Tried::Wrong),
        }
    }

    /// Tries a password for an address, which may be nobody's: that takes as long.
    pub(super) async fn tries(
        &self,
        mail: &str,
        typed: &str,
        kept: Option<&PasswordHash>,
    ) -> Result<Tried, Trouble> {
        let (tended, address) = (&self.site.tended, self.request.address);
        if !tended.passwords.may(address, self.now)
            || !tended.passwords_of.may_of(address, mail, self.now)
        {
            return Ok(Tried::Paused);
        }
        let Some(typed) = Password::typed(typed) else { return Ok(Tried::Wrong) };
        let kept = kept.cloned();
        if !self.site.hashers.run(move || typed.is(kept.as_ref())).await? {
            return Ok(Tried::Wrong);
        }
        tended.passwords_of.forget(address, mail);
        Ok(Tried::Right)
    }
}
