//! A paper on this machine: its data folder, its store, its site and its server, put together.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use gate::{Clock, Random};
use paywall::{Capabilities, PaperId};
use store::{Options, Store};
use web::{Origin, Site, Wiring};

use crate::config::Config;
use crate::server::{Limits, Listening, Server, Tls};
use crate::terminal::{say, wait};
use crate::{crawlers, jobs, operator, secret, tending, theme_folder};

/// What this build can do.
pub(crate) const CAPABILITIES: Capabilities =
    Capabilities { accounts: false, crawler_verification: true };

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
    secret::read_or_draw(folder, &Random::system())
}

/// Opens or makes a paper in the configured folder.
pub(crate) fn open(config: &Config) -> anyhow::Result<(Store, [u8; 32])> {
    let random = Random::system();
    std::fs::create_dir_all(&config.data).with_context(|| {
        format!(
            "the data folder {} cannot be made; name one that can be written, with --data or the \
                key `data`",
            config.data.display()
        )
    })?;
    let store = Store::open(&config.data, PaperId(random.bytes()), &Options::default())?;
    let secret = secret::read_or_draw(&config.data, &random)?;
    Ok((store, secret))
}

/// Serves a paper until it is told to stop.
pub(crate) fn serve(
    config: &Config,
    store: Store,
    secret: [u8; 32],
    demo: bool,
    ready: impl FnOnce(SocketAddr),
) -> anyhow::Result<()> {
    let clock = Clock::system(store.high_water());
    let folder = config.theme.as_deref();
    let followed = folder.map(|folder| (folder, theme_folder::look(folder)));
    let theme = theme_folder::theme(folder)
        .map_err(|faults| anyhow::anyhow!(theme_folder::told(folder, &faults)))?;
    let wiring = Wiring {
        store: store.clone(),
        clock: clock.clone(),
        random: Random::system(),
        secret,
        origin: config.public_url.clone(),
        shown_at: demo.then(|| shown_at(config.listen)).flatten(),
        trusted_proxies: config.trusted_proxies.clone(),
        demo,
        page_threads: config.threads,
        page_cache_bytes: config.page_cache_mib * 1024 * 1024,
        capabilities: CAPABILITIES,
        names: crawlers::names(),
        theme,
        live_theme: folder.is_some(),
    };
    let site = wait(Site::open(wiring))??;
    // The walls draw today's front page: it is made before anybody can meet one.
    wait(site.warm())?;
    let tls = config.tls.as_ref().map(|(certificate, key)| Tls::read(certificate, key));
    let listening = Listening {
        address: config.listen,
        tls: tls.transpose()?,
        socket: config.listen_socket.clone(),
    };
    let limits = Limits {
        threads: config.threads,
        connections_max: config.connections_max,
        address_connections_max: config.address_connections_max,
        trusted_proxies: config.trusted_proxies.clone(),
        drain: Duration::from_secs(config.drain_seconds),
    };
    // Listen for the signal before anybody is told that we are up.
    let signals = Signals::new()?;
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
    let lists = crawlers::start(&config.data, site.clone(), store.clone(), clock);
    let tending = tending::start(config, site.clone(), listening.tls);
    let following = theme_folder::follow(followed, site.clone(), demo);
    say(format!("health and metrics on http://{}", operator.address));
    ready(server.address);
    signals.wait();
    tracing::info!("stopping: no new connections, answers under way are finished");
    server.stop();
    jobs.stop();
    lists.stop();
    tending.stop();
    following.stop();
    operator.stop();
    // The last one who knows the store closes it: whoever still holds it would keep its file from being put in order.
    drop(site);
    store.close();
    Ok(())
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
}

impl Signals {
    fn new() -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        #[cfg(unix)]
        let listened = {
            use tokio::signal::unix::{SignalKind, signal};
            let _inside = runtime.enter();
            [signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?]
        };
        Ok(Self {
            runtime,
            #[cfg(unix)]
            listened,
        })
    }

    #[cfg(unix)]
    fn wait(self) {
        let [mut terminate, mut interrupt] = self.listened;
        self.runtime.block_on(async {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        });
    }

    #[cfg(not(unix))]
    fn wait(self) {
        let _ = self.runtime.block_on(tokio::signal::ctrl_c());
    }
}
