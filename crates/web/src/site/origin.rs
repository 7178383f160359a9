//! The paper's public address: scheme, host and port. It decides the cookie's name and flags; headers never do.

use http::uri::Authority;

/// `https://courant.example`, without a path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origin {
    text: String,
    host: String,
}

/// An address that no paper can have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "public_url {0:?} is not an address such as \"https://courant.example\": scheme http or https, a host, no path"
)]
pub struct OriginError(String);

impl Origin {
    /// Reads an address; a slash at its end is dropped.
    ///
    /// # Errors
    /// [`OriginError`].
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        let wrong = || OriginError(text.chars().take(80).collect());
        let trimmed = text.trim_end_matches('/');
        let (scheme, host) = trimmed.split_once("://").ok_or_else(wrong)?;
        let host = host.to_ascii_lowercase();
        let known = matches!(scheme, "http" | "https");
        let authority: Authority = host.parse().map_err(|_| wrong())?;
        let port = host.rsplit_once(':').filter(|(_, port)| !port.contains(']'));
        let port_fits = port.is_none() || authority.port_u16().is_some_and(|port| port > 0);
        if !known || !is_plain(&host) || authority.host().is_empty() || !port_fits {
            return Err(wrong());
        }
        Ok(Self { text: format!("{scheme}://{host}"), host })
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether readers come over TLS, so that the cookie can demand it.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.text.starts_with("https:")
    }

    /// Whether a Host header names this paper; the scheme's own port may be left out or written.
    pub(crate) fn is_host(&self, given: &str) -> bool {
        let port = if self.is_secure() { ":443" } else { ":80" };
        let bare = |host: &str| host.strip_suffix(port).unwrap_or(host).to_ascii_lowercase();
        bare(given) == bare(&self.host)
    }
}

/// Whether a host (and port) has only characters that hosts have.
pub(crate) fn is_plain(host: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']');
    !host.is_empty() && host.len() <= 255 && host.bytes().all(fits) && !host.ends_with('.')
}

#[cfg(test)]
mod tests;
