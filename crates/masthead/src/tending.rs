//! What has to be done every half minute while a paper is served: how often articles were read is kept, and what the
//! newsroom has dropped into the folder is taken over, and a certificate that was renewed. One thread; readers never wait
//! for it.

use std::path::PathBuf;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::SignedDuration;
use web::Site;

use crate::config::Config;
use crate::dropped;
use crate::server::Tls;

/// How often.
const EVERY: Duration = Duration::from_secs(30);

/// The thread, and the way to end it.
#[derive(Debug)]
pub(crate) struct Tending {
    stop: Sender<()>,
    thread: Option<JoinHandle<()>>,
}

/// Where the paper drops its market's numbers.
pub(crate) fn market_file(config: &Config) -> PathBuf {
    config.market_file.clone().unwrap_or_else(|| config.data.join("market.csv"))
}

/// From which age on they are not shown.
pub(crate) fn market_stale(config: &Config) -> SignedDuration {
    SignedDuration::from_hours(config.market_stale_hours)
}

/// Does it once, and starts the thread.
pub(crate) fn start(config: &Config, site: Site, tls: Option<Tls>) -> Tending {
    let (stop, stopped) = channel::<()>();
    let (data, market, stale) = (config.data.clone(), market_file(config), market_stale(config));
    let mut seen = Seen { advertisements: None, market_faults: Vec::new() };
    let thread = std::thread::Builder::new().name("tending".to_owned()).spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() else { return };
        loop {
            let (numbers, faults) = dropped::market(&market, stale);
            site.set_market(numbers);
            seen.market(faults);
            seen.advertisements(&data, &site);
            match tls.as_ref().map_or(Ok(false), Tls::refresh) {
                Ok(false) => {}
                Ok(true) => tracing::info!("the certificate was renewed"),
                Err(error) => tracing::warn!("the certificate of before stays: {error:#}"),
            }
            if let Err(outage) = runtime.block_on(site.tend()) {
                tracing::warn!(%outage, "how often articles were read could not be kept; it is tried again");
            }
            if let Err(outage) = runtime.block_on(site.tend_numbers()) {
                tracing::warn!(%outage, "the paper's numbers could not be looked after; it is tried again");
            }
            match stopped.recv_timeout(EVERY) {
                Err(RecvTimeoutError::Timeout) => {}
                _ => break,
            }
        }
        // What was counted since the last time.
        if let Err(outage) = runtime.block_on(site.tend()) {
            tracing::warn!(%outage, "how often articles were read in the last half minute is lost");
        }
    });
    match thread {
        Ok(thread) => Tending { stop, thread: Some(thread) },
        Err(error) => {
            tracing::error!(%error, "the thread that tends the paper could not be started");
            Tending { stop, thread: None }
        }
    }
}

/// What was there the last time, so that nothing is read or told twice.
struct Seen {
    advertisements:
        Option<std::collections::BTreeMap<PathBuf, (u64, Option<std::time::SystemTime>)>>,
    market_faults: Vec<String>,
}

impl Seen {
    fn market(&mut self, faults: Vec<String>) {
        if faults != self.market_faults {
            faults.iter().for_each(|fault| tracing::warn!(fault, "the market's file"));
            self.market_faults = faults;
        }
    }

    fn advertisements(&mut self, data: &std::path::Path, site: &Site) {
        let now = Some(dropped::fingerprint(data));
        if now == self.advertisements {
            return;
        }
        self.advertisements = now;
        let (advertisements, faults) = dropped::advertisements(data);
        faults.iter().for_each(|fault| tracing::warn!(fault, "an advertisement"));
        site.set_advertisements(advertisements);
    }
}

impl Tending {
    /// Ends the thread when it has kept what was counted.
    pub(crate) fn stop(mut self) {
        let _ = self.stop.send(());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
