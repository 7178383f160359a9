//! How other programs are called over HTTP: for a time that has an end, following no redirect, with every status told as it is. Where
//! a call goes and what it carries is the caller's affair.

use std::time::Duration;

use ureq::Agent;
use ureq::config::{Config, ConfigBuilder};
use ureq::http::Uri;
use ureq::typestate::AgentScope;

/// The longest that a host is waited for until it takes the call.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Calls under this name, each of which ends after `timeout`, whatever comes.
pub(crate) fn calls(user_agent: &'static str, timeout: Duration) -> ConfigBuilder<AgentScope> {
    Agent::config_builder()
        .timeout_global(Some(timeout))
        .timeout_connect(Some(CONNECT_TIMEOUT))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .user_agent(user_agent)
}

/// The same to an address that nobody on the way can read along with: https, or this machine itself, to which nobody goes by a
/// proxy. `None` where it is another one.
pub(crate) fn unread(uri: &Uri, user_agent: &'static str, timeout: Duration) -> Option<Config> {
    let calls = calls(user_agent, timeout);
    match uri.scheme_str() {
        Some("http" | "https") if is_here(uri) => Some(calls.proxy(None).build()),
        Some("https") => Some(calls.build()),
        _ => None,
    }
}

/// Whether an address says by itself that it is this machine.
pub(crate) fn is_here(uri: &Uri) -> bool {
    matches!(uri.host(), Some("localhost" | "127.0.0.1" | "[::1]"))
}
