//! A paper on this machine: its data folder, its store, its site and its server, put together.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use gate::{Clock, Random};
use jiff::Timestamp;
use paywall::{Capabilities, PaperId};
use providers::may_be_plain;
use providers::payments::{Cashier, Payments, Stripe, StripeConfig};
use store::{Options, Store};
use web::{Origin, Site, Theme, Wiring};

use crate::config::Config;
use crate::secret::Missing;
use crate::server::{AccessLog, Limits, Listening, Server, Tls, Writing};
use crate::terminal::{say, wait};
use crate::{
    certificates, crawlers, jobs, mails, operator, payments, secret, sender, tending, theme_folder,
    webhooks,
};

/// What this build can do.
pub(crate) const CAPABILITIES: Capabilities =
    Capabilities { accounts: true, crawler_verification: true };

/// Opens the store of a folder that holds a paper already.
pub(crate) fn open_store(folder: &Path) -> anyhow::Result<Store> {
    if !folder.join(store::DATABASE).exists() {
        bail!(
            "{} holds no paper; name its data folder with --data or --config, or make one with \
                `masthead demo`",
            folder.display()
        );
    }
    Ok(Store::open(folder, PaperId(Random::system().bytes()), &Options::default())?)
}

/// The secret of a folder that holds a paper already.
pub(crate) fn existing_secret(folder: &Path) -> anyhow::Result<[u8; 32]> {
    if !folder.join("secret.key").exists() {
        bail!(
            "{} holds no secret.key; name the paper's data folder with --data or --config",
            folder.display()
        );
    }
    secret::read_or_draw(folder, &Random::system(), Missing::Told)
}

/// Opens or makes a paper in the configured folder. Where one that is in use has lost its secret, `new_secret` says whether
/// it gets another.
pub(crate) fn open(config: &Config, new_secret: bool) -> anyhow::Result<(Store, [u8; 32])> {
    let random = Random::system();
    std::fs::create_dir_all(&config.data).with_context(|| {
        format!(
            "the data folder {} cannot be made; name one that can be written, with --data or the \
                key `data`",
            config.data.display()
        )
    })?;
    let store = Store::open(&config.data, PaperId(random.bytes()), &Options::default())?;
    let missing =
        if !new_secret && wait(store.is_in_use())?? { Missing::Told } else { Missing::Drawn };
    let secret = secret::read_or_draw(&config.data, &random, missing)?;
    Ok((store, secret))
}

/// Whether a paper is a demo.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Demo {
    /// Somebody reads it.
    No,
    /// It is; its clock begins at this instant, or at the present.
    At(Option<Timestamp>),
}

/// Serves a paper until it is told to stop.
pub(crate) fn serve(
    config: &Config,
    store: Store,
    secret: [u8; 32],
    demo: Demo,
    ready: impl FnOnce(SocketAddr),
) -> anyhow::Result<()> {
    let clock = match demo {
        Demo::No => Clock::system(store.high_water()),
        Demo::At(now) => Clock::demo_at(now),
    };
    let (demo, cashier) = match demo {
        Demo::No => (false, None),
        Demo::At(_) => (true, Some(cashier(config, secret)?)),
    };
    let folder = config.theme.as_deref();
    let followed = folder.map(|folder| (folder, theme_folder::look(folder)));
    let theme = theme_folder::theme(folder)
        .map_err(|faults| anyhow::anyhow!(theme_folder::told(folder, &faults)))?;
    let payments = match &cashier {
        Some(cashier) => Some(Arc::clone(cashier) as Arc<dyn Payments>),
        None => stripe(config, &secret)?,
    };
    let wiring = Wiring {
        demo,
        cashier,
        live_theme: folder.is_some(),
        // A demo's mails go to nobody, and so do its newsletters.
        tells_sender: !demo && config.sender.is_some(),
        shown_at: demo.then(|| shown_at(config.listen)).flatten(),
        ..wiring(config, &store, secret, clock.clone(), payments, theme)
    };
    let site = wait(Site::open(wiring))??;
    // The walls draw today's front page: it is made before anybody can meet one.
    wait(site.warm())?;
    let tls = match (&config.tls, &config.certificates) {
        (Some((certificate, key)), _) => Some(Tls::read(certificate, key)?),
        (None, Some(_)) => Some(Tls::awaiting()?),
        (None, None) => None,
    };
    let wanted = config.certificates.as_ref().zip(tls.as_ref());
    // What is kept is shown before anybody is answered.
    let certificates = wanted.map(|(wanted, tls)| {
        certificates::Job::new(wanted, &config.data, tls.clone(), clock.clone())
    });
    let (access_log, writing) = access_log(config, &clock)?.unzip();
    let listening =
        Listening { address: config.listen, tls, socket: config.listen_socket.clone(), access_log };
    let limits = Limits {
        threads: config.threads,
        connections_max: config.connections_max,
        address_connections_max: config.address_connections_max,
        trusted_proxies: config.trusted_proxies.clone(),
        drain: Duration::from_secs(config.drain_seconds),
    };
    // Listen for the signal before anybody is told that we are up.
    let signals = Signals::new(listening.access_log.clone())?;
    let server = Server::start(&listening, &site, &limits).with_context(|| {
        format!(
            "{} cannot be listened on; stop the program that has it, or choose another with \
                --listen",
            config.listen
        )
    })?;
    let operator = operator::start(config.operator_listen, site.clone()).with_context(|| {
        format!(
            "{} cannot be listened on for health and metrics; choose another with \
                --operator-listen",
            config.operator_listen
        )
    })?;
    let jobs = jobs::start(store.clone(), clock.clone());
    let payments = payments::start(site.clone(), config.payment_silence);
    let mails = mails::start(config.mail.as_ref(), demo, &site, &store, &clock);
    let told = if demo { None } else { config.sender.clone() };
    let teller = sender::start(told, site.clone(), store.clone(), clock.clone());
    let hooks = webhooks::start(config.webhook_networks.clone(), &site, &store, &clock);
    let lists = crawlers::start(&config.data, site.clone(), store.clone(), clock);
    let tending = tending::start(config, site.clone(), listening.tls);
    let certificates = certificates.map(certificates::start);
    let following = theme_folder::follow(followed, site.clone(), demo);
    say(format!("health and metrics on http://{}", operator.address));
    ready(server.address);
    signals.wait();
    tracing::info!("stopping: no new connections, answers under way are finished");
    server.stop();
    if let Some(writing) = writing {
        writing.stop();
    }
    jobs.stop();
    payments.stop();
    mails.stop();
    teller.stop();
    hooks.stop();
    lists.stop();
    tending.stop();
    following.stop();
    if let Some(certificates) = certificates {
        certificates.stop();
    }
    operator.stop();
    // The last one who knows the store closes it: whoever still holds it would keep its file from being put in order.
    drop(site);
    store.close();
    Ok(())
}

/// What a site is wired to that serves nobody by itself.
fn wiring(
    config: &Config,
    store: &Store,
    secret: [u8; 32],
    clock: Clock,
    payments: Option<Arc<dyn Payments>>,
    theme: Theme,
) -> Wiring {
    Wiring {
        store: store.clone(),
        clock,
        random: Random::system(),
        secret,
        origin: config.public_url.clone(),
        shown_at: None,
        trusted_proxies: config.trusted_proxies.clone(),
        demo: false,
        payments,
        cashier: None,
        page_threads: config.threads,
        page_cache_bytes: config.page_cache_mib * 1024 * 1024,
        capabilities: CAPABILITIES,
        names: crawlers::names(),
        theme,
        live_theme: false,
        tells_sender: config.sender.is_some(),
        webhooks_may_be_plain: may_be_plain(&webhooks::named(config.webhook_networks.clone())),
    }
}

/// A site that answers nobody and can ask the provider: Stripe where it is configured, or the cashier of a demo's folder.
pub(crate) fn site_for_ledger(
    config: &Config,
    store: &Store,
    secret: [u8; 32],
) -> anyhow::Result<Site> {
    let site = site_alone(config, store, secret)?;
    if !site.asks_a_provider() && !wait(site.has_invoices_alone())?? {
        bail!("the paper takes no payments; set stripe_secret_key, or name a demo's folder");
    }
    Ok(site)
}

/// A site that answers nobody, with the provider where there is one.
pub(crate) fn site_alone(config: &Config, store: &Store, secret: [u8; 32]) -> anyhow::Result<Site> {
    let payments = match stripe(config, &secret)? {
        Some(stripe) => Some(stripe),
        None if config.data.join(CASHIER).exists() => {
            Some(cashier(config, secret)? as Arc<dyn Payments>)
        }
        None => None,
    };
    let clock = Clock::system(store.high_water());
    let theme = theme_folder::theme(None);
    let theme = theme.map_err(|faults| anyhow::anyhow!(theme_folder::told(None, &faults)))?;
    Ok(wait(Site::open(wiring(config, store, secret, clock, payments, theme)))??)
}

/// The cashier's file in the data folder.
const CASHIER: &str = "cashier.json";

/// The demo's cashier, with its file in the data folder.
fn cashier(config: &Config, secret: [u8; 32]) -> anyhow::Result<Arc<Cashier>> {
    let path = config.data.join(CASHIER);
    let opened = Cashier::open(&path, secret);
    let opened = opened.with_context(|| format!("{} cannot be read; take it away", path.display()));
    Ok(Arc::new(opened?))
}

/// Stripe, where it is configured.
fn stripe(config: &Config, secret: &[u8; 32]) -> anyhow::Result<Option<Arc<dyn Payments>>> {
    let Some(wanted) = config.stripe.clone() else { return Ok(None) };
    let wanted = StripeConfig {
        secret_key: wanted.secret_key,
        webhook_secrets: wanted.webhook_secrets,
        card_key: Site::card_key(secret),
        grace_days: wanted.grace_days,
        address: None,
    };
    let stripe = Stripe::new(wanted).context("Stripe cannot be used; look at stripe_secret_key")?;
    Ok(Some(Arc::new(stripe)))
}

/// The access log, where one is configured.
fn access_log(config: &Config, clock: &Clock) -> anyhow::Result<Option<(AccessLog, Writing)>> {
    let Some(path) = &config.access_log else { return Ok(None) };
    let opened = AccessLog::open(path, config.access_log_addresses, clock.clone());
    let opened = opened.with_context(|| {
        format!(
            "{} cannot be opened for the access log; name a file that can be written, with the key \
                `access_log`",
            path.display()
        )
    })?;
    Ok(Some(opened))
}

/// The address at which a demo is read on this machine, where its port is known.
pub(crate) fn shown_at(listen: SocketAddr) -> Option<Origin> {
    let host = if listen.ip().is_unspecified() {
        format!("localhost:{}", listen.port())
    } else {
        listen.to_string()
    };
    Origin::parse(&format!("http://{host}")).ok().filter(|_| listen.port() != 0)
}

/// SIGTERM and SIGINT, listened for from the moment that this is made: one that comes early is not lost.
struct Signals {
    runtime: tokio::runtime::Runtime,
    #[cfg(unix)]
    listened: [tokio::signal::unix::Signal; 2],
    /// SIGHUP opens the access log anew. Where there is none it ends the program, as a terminal that is closed expects.
    #[cfg(unix)]
    hangup: Option<(tokio::signal::unix::Signal, AccessLog)>,
}

impl Signals {
    fn new(access_log: Option<AccessLog>) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        #[cfg(unix)]
        let (listened, hangup) = {
            use tokio::signal::unix::{SignalKind, signal};
            let _inside = runtime.enter();
            let hangup = access_log.map(|log| anyhow::Ok((signal(SignalKind::hangup())?, log)));
            let listened = [signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?];
            (listened, hangup.transpose()?)
        };
        Ok(Self {
            runtime,
            #[cfg(unix)]
            listened,
            #[cfg(unix)]
            hangup,
        })
    }

    #[cfg(unix)]
    fn wait(self) {
        let Self { runtime, listened: [mut terminate, mut interrupt], hangup } = self;
        let reopening = async {
            if let Some((mut hangup, log)) = hangup {
                while hangup.recv().await.is_some() {
                    log.reopen();
                }
            }
            std::future::pending::<()>().await;
        };
        runtime.block_on(async {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
                () = reopening => {}
            }
        });
    }

    #[cfg(not(unix))]
    fn wait(self) {
        let _ = self.runtime.block_on(tokio::signal::ctrl_c());
    }
}
