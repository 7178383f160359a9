//! The threads that tell webhooks what happened: one spreads events to those who want them, each takes the message that is due and hands it
//! over, and writes down what came of it. What was under way when the program ended comes again. A webhook gets one message at a time, so that
//! a slow receiver holds up one thread for a quarter of a minute, its own messages, and nobody else; no reader waits for any of it.

use std::net::IpAddr;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use gate::{Clock, Network, Outage};
use providers::{HookMessage, Hooks, PrivateAddresses};
use store::{DeliveryTold, DeliveryTry, DueDelivery, Store};
use tokio::runtime::Runtime;
use web::Site;

use crate::workers::Workers;

/// Messages under way at once, at most.
const SENDERS: usize = 3;
/// How often each looks for work.
const EVERY: Duration = Duration::from_secs(1);
/// The pause where the store does not answer.
const AFTER_TROUBLE: Duration = Duration::from_secs(5);
/// Between two messages, so that readings come first.
const BREATH: Duration = Duration::from_millis(5);
/// How long a stop waits for messages under way; they come again.
const STOP_WAITS: Duration = Duration::from_secs(2);

/// The threads, and the way to end them.
#[derive(Debug)]
pub(crate) struct Webhooks(Workers);

/// What every thread works with.
#[derive(Clone, Debug)]
struct Office {
    hooks: Hooks,
    site: Site,
    store: Store,
    clock: Clock,
    spreads: bool,
    busy: Busy,
}

/// The webhooks that are being told something: whoever looks for the next message holds the list until it is known whose it is.
#[derive(Clone, Debug, Default)]
struct Busy(Arc<Mutex<Vec<i64>>>);

impl Busy {
    fn hold(&self) -> MutexGuard<'_, Vec<i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A webhook's turn, which ends with this, whatever comes of it.
struct Turn<'b> {
    busy: &'b Busy,
    webhook: i64,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.busy.hold().retain(|webhook| *webhook != self.webhook);
    }
}

/// The private addresses that may be called: those in networks that the operator named.
pub(crate) fn named(networks: Vec<Network>) -> PrivateAddresses {
    Arc::new(move |address: IpAddr| {
        let address = address.to_canonical();
        networks.iter().any(|network| network.holds(address))
    })
}

/// Starts the threads. Private networks are called where the operator named them, and nowhere else.
pub(crate) fn start(networks: Vec<Network>, site: &Site, store: &Store, clock: &Clock) -> Webhooks {
    let hooks = Hooks::new(named(networks));
    let busy = Busy::default();
    let mut threads = Workers::default();
    for number in 0..SENDERS {
        let (site, store, clock) = (site.clone(), store.clone(), clock.clone());
        let (hooks, busy) = (hooks.clone(), busy.clone());
        let office = Office { hooks, site, store, clock, spreads: number == 0, busy };
        let name = format!("webhooks-{number}");
        if let Err(error) = threads.begin(name, move |stopped| office.work(stopped)) {
            tracing::error!(%error, "a thread that tells webhooks could not be started");
        }
    }
    Webhooks(threads)
}

impl Office {
    fn work(&self, stopped: &Receiver<()>) {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() else { return };
        loop {
            let pause = match self.step(&runtime) {
                Ok(true) => BREATH,
                Ok(false) => EVERY,
                Err(outage) => {
                    tracing::warn!(%outage, "what webhooks are to be told could not be read or kept");
                    AFTER_TROUBLE
                }
            };
            match stopped.recv_timeout(pause) {
                Err(RecvTimeoutError::Timeout) => {}
                _ => return,
            }
        }
    }

    /// Does what is due; whether there may be more.
    fn step(&self, runtime: &Runtime) -> Result<bool, Outage> {
        // The others send meanwhile: a slow receiver holds up no spreading.
        if self.spreads
            && runtime.block_on(self.store.has_events(self.clock.now()))?
            && runtime.block_on(self.store.spread_events(self.clock.now()))? > 0
        {
            return Ok(true);
        }
        let Some((delivery, turn)) = self.take(runtime)? else { return Ok(false) };
        self.send(runtime, delivery)?;
        drop(turn);
        Ok(true)
    }

    /// What is due, of a webhook that nobody tells anything at this moment, and its turn.
    fn take(&self, runtime: &Runtime) -> Result<Option<(DueDelivery, Turn<'_>)>, Outage> {
        let mut busy = self.busy.hold();
        let due = self.store.take_delivery(busy.clone(), self.clock.now());
        let Some(delivery) = runtime.block_on(due)? else { return Ok(None) };
        let webhook = delivery.webhook.number;
        busy.push(webhook);
        Ok(Some((delivery, Turn { busy: &self.busy, webhook })))
    }

    fn send(&self, runtime: &Runtime, delivery: DueDelivery) -> Result<(), Outage> {
        let secrets = self.site.webhook_secrets(&delivery.webhook);
        let json = self.site.webhook_message(&delivery);
        let sent_at = self.clock.now().as_second();
        let message =
            HookMessage { id: &delivery.message, sent_at, json: &json, secrets: &secrets };
        let begun = Instant::now();
        let answer = self.hooks.send(&delivery.webhook.url, &message);
        let took_ms = u32::try_from(begun.elapsed().as_millis()).unwrap_or(u32::MAX);
        let outcome = DeliveryTry { status: answer.status, took_ms, answer: answer.text };
        // Where it may be the last word, the owners are told in the commit that says so.
        let may_end = delivery.is_last() || answer.status == Some(410);
        let letters = match may_end {
            true => runtime.block_on(self.site.webhook_letters(&delivery))?,
            false => Vec::new(),
        };
        let (webhook, tries) = (delivery.webhook.number, delivery.tries);
        let name = delivery.message.clone();
        let now = self.clock.now();
        let told = runtime.block_on(self.store.delivery_told(delivery, outcome, letters, now))?;
        log(webhook, &name, tries, answer.status, told);
        Ok(())
    }
}

/// Tells what the operator may want to know; never the address, whose path may be a secret.
fn log(webhook: i64, message: &str, tries: u32, status: Option<u16>, told: DeliveryTold) {
    let status = status.unwrap_or(0);
    match told {
        DeliveryTold::Delivered => {
            tracing::debug!(webhook, message, tries, status, "a webhook was told");
        }
        DeliveryTold::Later(_) => {
            tracing::info!(
                webhook,
                message,
                tries,
                status,
                "a webhook took nothing; it is told again"
            );
        }
        DeliveryTold::GivenUp => {
            tracing::warn!(
                webhook,
                message,
                tries,
                status,
                "a webhook is not told of this any more"
            );
        }
        DeliveryTold::Off => {
            tracing::warn!(
                webhook,
                message,
                tries,
                status,
                "a webhook was switched off: it takes nothing"
            );
        }
    }
}

impl Webhooks {
    /// Ends the threads, and waits a little for those that are calling; what they call with comes again.
    pub(crate) fn stop(self) {
        self.0.stop(STOP_WAITS);
    }
}
