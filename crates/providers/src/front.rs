//! The paper's own front, seen from outside: as a reader's browser would, through whatever proxy or cache stands there.

use std::time::Duration;

use ureq::Agent;

/// The most of a page that is read, in bytes.
pub const PAGE_BYTES_MAX: u64 = 4 * 1024 * 1024;
const TIMEOUT: Duration = Duration::from_secs(10);

/// One answer.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// The status.
    pub status: u16,
    /// All headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub text: String,
}

impl Fetched {
    /// The first header of that name (in lower case).
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Name and value of the cookie that it sets, without attributes.
    #[must_use]
    pub fn cookie(&self) -> Option<&str> {
        self.header("set-cookie")?.split(';').next()
    }
}

/// The front did not answer.
#[derive(Debug, Clone, thiserror::Error)]
#[error(
    "{address} does not answer: {reason}; check that the address is right and reachable from here"
)]
pub struct FrontError {
    /// What was asked for.
    pub address: String,
    /// What happened.
    pub reason: String,
}

/// A client without a jar of its own: the caller says which cookie goes along. Redirects are not followed.
#[derive(Debug)]
pub struct Front {
    agent: Agent,
}

impl Default for Front {
    fn default() -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent("masthead-doctor")
            .build();
        Self { agent: config.into() }
    }
}

impl Front {
    /// A GET as the owner of `cookie`.
    ///
    /// # Errors
    /// [`FrontError`].
    pub fn get(&self, address: &str, cookie: Option<&str>) -> Result<Fetched, FrontError> {
        let mut request = self.agent.get(address);
        if let Some(cookie) = cookie {
            request = request.header("Cookie", cookie);
        }
        read(address, request.call())
    }

    /// A POST without a body, as a plain button sends it from a page of the same site.
    ///
    /// # Errors
    /// [`FrontError`].
    pub fn post(&self, address: &str, cookie: Option<&str>) -> Result<Fetched, FrontError> {
        let mut request = self.agent.post(address).header("Sec-Fetch-Site", "same-origin");
        if let Some(cookie) = cookie {
            request = request.header("Cookie", cookie);
        }
        read(address, request.send_empty())
    }
}

fn read(
    address: &str,
    answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<Fetched, FrontError> {
    let wrong =
        |error: ureq::Error| FrontError { address: address.to_owned(), reason: error.to_string() };
    let mut answer = answer.map_err(wrong)?;
    let headers = answer.headers().iter().map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    let headers = headers.collect();
    let text = answer.body_mut().with_config().limit(PAGE_BYTES_MAX).lossy_utf8(true);
    let text = text.read_to_string().map_err(wrong)?;
    Ok(Fetched { status: answer.status().as_u16(), headers, text })
}
