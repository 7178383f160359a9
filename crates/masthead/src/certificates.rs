//! The certificate that Masthead gets by itself: shown when the paper starts, asked for when it is missing or a third of its
//! life is left, kept in the data folder. One thread that readers never wait for.
//!
//! The old certificate is shown until the new one is there and kept. An authority is never asked again before the pause
//! after a failure is over, not even by a program that is started again and again.

mod attempt;
mod kept;
mod validity;

use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use anyhow::Context;
use gate::Clock;
use jiff::{SignedDuration, Timestamp};
use providers::{Authority, AuthorityAddress, AuthorityError, Issued};

use self::attempt::Attempt;
use self::kept::{Folder, Held};
use crate::config::Certificates as Wanted;
use crate::server::Tls;

/// Dates are looked at this often, however far they are: clocks are set and machines sleep.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// And never more often than this.
const LOOK_AFTER_MIN: Duration = Duration::from_secs(1);
/// A clock that is further from the authority's is said to be wrong.
const CLOCK_OFF_MAX: SignedDuration = SignedDuration::from_mins(10);
/// The largest file of roots, in bytes.
const ROOTS_BYTES_MAX: u64 = 1 << 20;

/// The thread, and the way to end it.
#[derive(Debug)]
pub(crate) struct Certificates {
    stop: Sender<()>,
}

/// What is done about the certificate.
#[derive(Debug)]
pub(crate) struct Job {
    wanted: Wanted,
    folder: Folder,
    tls: Tls,
    clock: Clock,
    held: Option<Held>,
    attempt: Option<Attempt>,
}

/// Starts the thread.
pub(crate) fn start(mut job: Job) -> Certificates {
    let (stop, stopped) = channel::<()>();
    let run = move || {
        loop {
            let pause = job.look();
            match stopped.recv_timeout(pause.clamp(LOOK_AFTER_MIN, LOOK_EVERY)) {
                Err(RecvTimeoutError::Timeout) => {}
                _ => return,
            }
        }
    };
    let thread = std::thread::Builder::new().name("certificates".to_owned()).spawn(run);
    if let Err(error) = thread {
        tracing::error!(%error, "the thread for certificates could not be started");
    }
    Certificates { stop }
}

impl Certificates {
    /// Ends the thread. An order under way is not waited for: files are whole or not there, and an authority forgets orders
    /// that nobody finishes.
    pub(crate) fn stop(self) {
        let _ = self.stop.send(());
    }
}

impl Job {
    /// Reads what is kept, and shows the certificate if there is one. What cannot be used is put aside.
    pub(crate) fn new(wanted: &Wanted, data: &Path, tls: Tls, clock: Clock) -> Self {
        let folder = Folder::of(data);
        let mut held = folder.certificate();
        if let Some(pem) = held.as_ref().map(|held| &held.pem)
            && let Err(error) = tls.hand(pem)
        {
            folder.put_aside(kept::CERTIFICATE, &format!("{error:#}"));
            held = None;
        }
        if held.is_none() {
            tracing::warn!("there is no certificate yet: TLS handshakes fail until one is there");
        }
        let attempt = folder.attempt().filter(|attempt| attempt.is_for(wanted));
        Self { wanted: wanted.clone(), folder, tls, clock, held, attempt }
    }

    /// Asks for a certificate if it is time to; how long nothing has to be done.
    fn look(&mut self) -> Duration {
        let now = self.clock.now();
        let due_at = self.held.as_ref().map_or(Timestamp::MIN, |held| held.due_at(&self.wanted));
        let free_at = self.attempt.as_ref().map_or(Timestamp::MIN, |attempt| attempt.again_at(now));
        let next_at = due_at.max(free_at);
        if now < next_at {
            return Duration::try_from(next_at.duration_since(now)).unwrap_or(LOOK_EVERY);
        }
        match self.ask() {
            Ok(()) => {}
            Err(error) => self.failed(&error),
        }
        LOOK_AFTER_MIN
    }

    fn failed(&mut self, failure: &Failure) {
        let now = self.clock.now();
        let attempt = Attempt::after(self.attempt.as_ref(), &self.wanted, failure, now);
        // Kept before it is said: whoever is stopped meanwhile still heeds the pause.
        self.folder.keep_attempt(&attempt);
        let again_at = attempt.again_at(now);
        let stays =
            if self.held.is_some() { "the certificate of before stays" } else { "none is there" };
        tracing::warn!(reason = %failure.reason, %again_at, "no certificate that is in order was issued, and {stays}");
        self.attempt = Some(attempt);
    }

    /// One order, from the account to the certificate that is shown.
    fn ask(&mut self) -> Result<(), Failure> {
        let names = self.wanted.names.join(", ");
        tracing::info!(names, directory = self.wanted.directory, "a certificate is asked for");
        let authority = self.open()?;
        let (tls, folder) = (&self.tls, &self.folder);
        let issued = authority.obtain(&self.wanted.names, |proof| {
            let shown = tls.prove(&proof.name, &proof.certificate, &proof.key);
            shown.map_err(|error| format!("{error:#}"))
        });
        tls.proven();
        if let Err(AuthorityError::Account(reason)) = &issued {
            folder.put_aside(kept::ACCOUNT, reason);
        }
        let Issued { chain, key } = issued?;
        let held = Held::of(&self.wanted.directory, &chain, &key)
            .context("what the authority issued cannot be used")?;
        // Kept first: one that is shown and then lost would be asked for again.
        if let Err(error) = folder.keep_certificate(&held) {
            tracing::warn!(
                "the new certificate is shown, and lost when the program ends: {error:#}"
            );
        }
        tls.hand(&held.pem).context("what the authority issued cannot be used")?;
        let now = self.clock.now();
        let until = held.validity.ends_at;
        tracing::info!(names, %until, "a certificate was issued and is shown from now on");
        let off = off(&authority, now).filter(|off| off.abs() > CLOCK_OFF_MAX);
        let strange = due_already(&held, &self.wanted, off, now);
        self.held = Some(held);
        strange.map_or(Ok(()), Err)?;
        if let Some(off) = off {
            let seconds = off.as_secs();
            tracing::warn!(seconds, "this machine's clock is far from the authority's; set it");
        }
        self.attempt = None;
        folder.forget_attempt();
        Ok(())
    }

    /// The account, opened anew where what was kept of it cannot be used.
    fn open(&self) -> Result<Authority, Failure> {
        let Wanted { directory, contact, roots, .. } = &self.wanted;
        let roots = roots.as_deref().map(|path| kept::read(path, ROOTS_BYTES_MAX)).transpose();
        let address = AuthorityAddress {
            directory: directory.clone(),
            roots: roots.context("the key certificate_roots")?,
            contact: contact.clone(),
        };
        let keep = |account: &str| self.folder.keep_account(directory, account);
        let kept = self.folder.account(directory);
        match Authority::open(&address, kept.as_deref(), keep) {
            Err(AuthorityError::Account(reason)) if kept.is_some() => {
                self.folder.put_aside(kept::ACCOUNT, &reason);
                Ok(Authority::open(&address, None, keep)?)
            }
            other => Ok(other?),
        }
    }
}

/// What is wrong with a certificate that has just come and would be asked for again at once, and for ever.
fn due_already(
    held: &Held,
    wanted: &Wanted,
    off: Option<SignedDuration>,
    now: Timestamp,
) -> Option<Failure> {
    if held.due_at(wanted) > now {
        return None;
    }
    let clock =
        off.map_or_else(String::new, |off| format!("; the clock is {} s off", off.as_secs()));
    Some(Failure::refused(format!(
        "the new certificate is one that has to be renewed already{clock}; check this machine's clock and what names the \
         authority puts into a certificate"
    )))
}

/// How far our clock is ahead of the authority's.
fn off(authority: &Authority, now: Timestamp) -> Option<SignedDuration> {
    let said_at = Timestamp::try_from(authority.said_at()?).ok()?;
    Some(now.duration_since(said_at))
}

/// Why an attempt failed, as far as the next one has to know.
#[derive(Debug)]
struct Failure {
    reason: String,
    retry_after: Option<Duration>,
    /// Whether the authority was asked at all: one that was not is not bothered by trying sooner.
    was_asked: bool,
}

impl Failure {
    const fn refused(reason: String) -> Self {
        Self { reason, retry_after: None, was_asked: true }
    }
}

impl From<AuthorityError> for Failure {
    fn from(error: AuthorityError) -> Self {
        let (retry_after, was_asked) = match &error {
            AuthorityError::Refused { retry_after, .. } => (*retry_after, true),
            AuthorityError::Account(_) => (None, true),
            AuthorityError::Roots(_) | AuthorityError::Unreachable { .. } => (None, false),
        };
        Self { reason: error.to_string(), retry_after, was_asked }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::refused(format!("{error:#}"))
    }
}

/// What `doctor` tells: what was looked at, what was found, whether it is sound. Nothing is changed or asked.
pub(crate) fn looked_at(
    wanted: &Wanted,
    data: &Path,
    now: Timestamp,
) -> Vec<(&'static str, String, bool)> {
    let folder = Folder::of(data);
    let held = folder.look_at_certificate();
    let certificate = match &held {
        Ok(None) => ("none yet; TLS handshakes fail until one is issued".to_owned(), false),
        Err(fault) => (fault.clone(), false),
        Ok(Some(held)) => match held.uncovered(wanted) {
            Some(name) => (format!("it is not for {name}; a new one is asked for"), false),
            None => {
                let until = held.validity.ends_at;
                let left = until.duration_since(now);
                if left.is_negative() {
                    (format!("it ended at {until}"), false)
                } else {
                    (format!("it ends at {until}, in {} h", left.as_hours()), true)
                }
            }
        },
    };
    let mut told = vec![("certificate", certificate.0, certificate.1)];
    if let Some(attempt) = folder.attempt().filter(|attempt| attempt.is_for(wanted)) {
        told.push(("certificate authority", attempt.told(now), false));
    }
    told
}

#[cfg(test)]
mod tests;
