//! The way of the paper's mails out of the house: a few threads take what is due from the queue, one at a time each, hand it
//! to the operator's server and write down what came of it. In a demo nothing is sent; the mails stay where its mailbox
//! shows them.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, SystemTime};

use gate::Clock;
use providers::{Mail, MailError, Mailer, Smtp};
use store::{DueMail, MailOutcome, MailState, Store};
use tokio::runtime::Runtime;
use web::Site;

use crate::config::MailConfig;
use crate::workers::Workers;

/// Mails under way at once, at most.
const SENDERS: usize = 3;
/// How often the queue is looked at when nothing was due: somebody waits for a code.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The pause after a mail that the server did not take for now, or a store that does not answer.
const AFTER_TROUBLE: Duration = Duration::from_secs(5);
/// How long a stop waits for mails under way; one that takes longer is unsure then.
const STOP_WAITS: Duration = Duration::from_secs(5);

/// The threads, and the way to end them.
#[derive(Debug, Default)]
pub(crate) struct Mails(Workers);

/// What every thread works with.
#[derive(Clone)]
struct Office {
    mailer: Arc<dyn Mailer>,
    wanted: MailConfig,
    site: Site,
    store: Store,
    clock: Clock,
}

/// Gives up what was under way when the program ended last, and starts the threads. In a demo there are none; without a
/// server there is one that says so when the first mail waits.
pub(crate) fn start(
    wanted: Option<&MailConfig>,
    demo: bool,
    site: &Site,
    store: &Store,
    clock: &Clock,
) -> Mails {
    if demo {
        return Mails::default();
    }
    settle(store, clock);
    let mut mails = Mails::default();
    let Some(wanted) = wanted else {
        let store = store.clone();
        mails.begin("mail".to_owned(), move |stopped| without_server(&store, stopped));
        return mails;
    };
    let mailer = Arc::new(Smtp::new(wanted.server.clone(), wanted.from.domain()));
    let (site, store, clock) = (site.clone(), store.clone(), clock.clone());
    let office = Office { mailer, wanted: wanted.clone(), site, store, clock };
    for number in 0..SENDERS {
        let office = office.clone();
        mails.begin(format!("mail-{number}"), move |stopped| office.work(stopped));
    }
    mails
}

fn runtime() -> Option<Runtime> {
    tokio::runtime::Builder::new_current_thread().build().ok()
}

fn settle(store: &Store, clock: &Clock) {
    let Some(runtime) = runtime() else { return };
    match runtime.block_on(store.settle_mails(clock.now())) {
        Ok(0) => {}
        Ok(unsure) => tracing::warn!(
            unsure,
            "mails were being sent when the program ended last; they may have gone out and are not sent again"
        ),
        Err(outage) => tracing::error!(%outage, "mails that were under way could not be settled"),
    }
}

/// Waits for the first mail, and says once that none is sent.
fn without_server(store: &Store, stopped: &Receiver<()>) {
    let Some(runtime) = runtime() else { return };
    loop {
        if runtime.block_on(store.mail_counts()).is_ok_and(|counts| counts.waiting > 0) {
            tracing::warn!("mails wait and none is sent: set mail_url and mail_from");
            return;
        }
        match stopped.recv_timeout(AFTER_TROUBLE) {
            Err(RecvTimeoutError::Timeout) => {}
            _ => return,
        }
    }
}

impl Office {
    fn work(&self, stopped: &Receiver<()>) {
        let Some(runtime) = runtime() else { return };
        loop {
            let pause = match runtime.block_on(self.store.take_mail(self.clock.now())) {
                Ok(None) => LOOK_EVERY,
                Ok(Some(mail)) => self.send(&runtime, &mail, stopped),
                Err(outage) => {
                    tracing::warn!(%outage, "the queue of mails does not answer");
                    AFTER_TROUBLE
                }
            };
            match stopped.recv_timeout(pause) {
                Err(RecvTimeoutError::Timeout) => {}
                _ => return,
            }
        }
    }

    /// Hands a mail over and writes down what came of it; the pause that follows.
    fn send(&self, runtime: &Runtime, mail: &DueMail, stopped: &Receiver<()>) -> Duration {
        let outcome = match self.mailer.send(&self.addressed(mail)) {
            Ok(()) => MailOutcome::Sent,
            Err(MailError::Later(reason)) => MailOutcome::Later(reason),
            Err(MailError::Never(reason)) => MailOutcome::Never(reason),
            Err(MailError::Unsure(reason)) => MailOutcome::Unsure(reason),
        };
        loop {
            let told = self.store.mail_told(mail.id, outcome.clone(), self.clock.now());
            match runtime.block_on(told) {
                Ok(state) => log(mail, &outcome, state),
                Err(outage) => {
                    tracing::error!(%outage, mail = mail.id.0, "what became of a mail could not be kept; it is tried again");
                    match stopped.recv_timeout(LOOK_EVERY) {
                        Err(RecvTimeoutError::Timeout) => continue,
                        // At the next start it is unsure, and not sent again.
                        _ => return Duration::ZERO,
                    }
                }
            }
            let is_later = matches!(outcome, MailOutcome::Later(_));
            return if is_later { AFTER_TROUBLE } else { Duration::ZERO };
        }
    }

    /// The mail as the server takes it.
    fn addressed(&self, mail: &DueMail) -> Mail {
        let mut from = self.wanted.from.clone();
        if from.name.is_empty() {
            from.name = self.site.paper_name();
        }
        let seconds = Duration::from_secs(self.clock.now().as_second().unsigned_abs());
        Mail {
            message_id: format!("{}@{}", mail.name, from.domain()),
            from,
            to: mail.recipient.clone(),
            subject: mail.subject.clone(),
            plain: mail.plain.clone(),
            html: mail.html.clone(),
            sent_at: SystemTime::UNIX_EPOCH + seconds,
            // Mail programs press no button that others on the way could press (RFC 8058, 3.1).
            unsubscribe: mail.unsubscribe.clone().filter(|address| address.starts_with("https://")),
        }
    }
}

/// Tells what the operator may want to know; never whom it went to.
fn log(mail: &DueMail, outcome: &MailOutcome, state: Option<MailState>) {
    let (id, kind) = (mail.id.0, mail.kind.as_str());
    match (outcome, state) {
        (MailOutcome::Sent, _) => tracing::debug!(mail = id, kind, "a mail was sent"),
        (MailOutcome::Later(reason), Some(MailState::Waiting)) => {
            tracing::warn!(mail = id, kind, reason, "a mail was not taken; it is tried again");
        }
        (MailOutcome::Later(reason) | MailOutcome::Never(reason), _) => {
            tracing::warn!(mail = id, kind, reason, "a mail was given up");
        }
        (MailOutcome::Unsure(reason), _) => {
            tracing::warn!(
                mail = id,
                kind,
                reason,
                "a mail may have been sent; it is not sent again"
            );
        }
    }
}

impl Mails {
    fn begin(&mut self, name: String, work: impl FnOnce(&Receiver<()>) + Send + 'static) {
        if let Err(error) = self.0.begin(name, work) {
            tracing::error!(%error, "a thread that sends mails could not be started");
        }
    }

    /// Ends the threads after the mail that each is at, and waits for that, but not for long.
    pub(crate) fn stop(self) {
        for _ in 0..self.0.stop(STOP_WAITS) {
            tracing::warn!("a mail is still being sent; at the next start it is unsure");
        }
    }
}
