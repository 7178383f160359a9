//! What a command says and how it waits: lines on standard output, complaints and logs on standard error, and a small
//! runtime for one question.

use std::io::{IsTerminal, Write};

use anyhow::Context;

use crate::config::Config;

/// Writes a line to standard output; a reader that went away is no error.
pub(crate) fn say(line: impl AsRef<str>) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{}", line.as_ref());
    let _ = out.flush();
}

/// Somebody else's words: nothing in them reaches the terminal as a command to it.
pub(crate) fn plain(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}

/// Writes an error with its causes to standard error.
pub(crate) fn complain(error: &anyhow::Error) {
    let mut out = std::io::stderr().lock();
    let _ = writeln!(out, "masthead: {error:#}");
}

/// Logs go to standard error, one line each.
pub(crate) fn start_log(config: &Config) {
    use tracing_subscriber::layer::SubscriberExt;
    use tracing_subscriber::util::SubscriberInitExt;
    let filter: tracing_subscriber::filter::Targets = config.log.parse().unwrap_or_default();
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(true);
    let _ = tracing_subscriber::registry().with(filter).with(lines).try_init();
}

/// Waits for something from a command, on a small runtime of its own.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("no runtime could be started")?;
    Ok(runtime.block_on(future))
}
