//! A mail server over SMTP (RFC 5321): one connection for each mail, encrypted unless it is this machine's own. Every answer
//! is waited for, and not for ever.

use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands;
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};

use super::address::Security;
use super::compose::{Composed, compose};
use super::{Mail, MailError, Mailer, SmtpAddress, told};

/// How long an answer is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Any answer, and the connection.
    pub answer: Duration,
    /// The last one, when the server has all of a mail and looks at it.
    pub last: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { answer: Duration::from_secs(20), last: Duration::from_secs(120) }
    }
}

/// What a server said when it was asked for nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerFound {
    /// Its name for itself.
    pub name: String,
    /// Whether the connection was encrypted.
    pub encrypted: bool,
    /// Whether it took our name and password; without any it was not asked.
    pub signed_in: bool,
}

/// A server that takes mails.
#[derive(Debug, Clone)]
pub struct Smtp {
    address: SmtpAddress,
    hello: String,
    patience: Patience,
}

impl Smtp {
    /// The server at an address. `hello` is the name by which we greet it: the domain that mails are from.
    #[must_use]
    pub fn new(address: SmtpAddress, hello: &str) -> Self {
        Self { address, hello: hello.to_owned(), patience: Patience::default() }
    }

    /// The same, waited for as long as this.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// Connects, greets, and hands over nothing.
    ///
    /// # Errors
    /// [`MailError::Later`], with what happened.
    pub fn look(&self) -> Result<ServerFound, MailError> {
        let mut connection = self.connect()?;
        let found = ServerFound {
            name: told(&connection.server_info().name()),
            encrypted: connection.is_encrypted(),
            signed_in: self.address.credentials.is_some(),
        };
        let _ = connection.quit();
        Ok(found)
    }

    /// A connection that may be given a mail: encrypted where it has to be, and signed in.
    fn connect(&self) -> Result<SmtpConnection, MailError> {
        let SmtpAddress { host, port, security, credentials } = &self.address;
        let lost =
            |error: &Error| MailError::Later(format!("{}: {}", self.address, told(&whole(error))));
        let hello = ClientId::Domain(self.hello.clone());
        let tls = TlsParameters::new_rustls(host.clone()).map_err(|error| lost(&error))?;
        let at_once = (*security == Security::Tls).then_some(&tls);
        let place = (host.as_str(), *port);
        let mut connection =
            SmtpConnection::connect(place, Some(self.patience.answer), &hello, at_once, None)
                .map_err(|error| lost(&error))?;
        if *security == Security::StartTls {
            if !connection.can_starttls() {
                let reason =
                    format!("{} offers no STARTTLS; nothing is sent in the open", self.address);
                return Err(MailError::Later(reason));
            }
            connection.starttls(&tls, &hello).map_err(|error| lost(&error))?;
        }
        if let Some((name, password)) = credentials {
            let credentials = Credentials::new(name.clone(), password.clone());
            connection.auth(DEFAULT_MECHANISMS, &credentials).map_err(|error| {
                let (address, error) = (&self.address, told(&whole(&error)));
                MailError::Later(format!(
                    "{address} does not take name and password of mail_url: {error}"
                ))
            })?;
        }
        Ok(connection)
    }

    /// Hands a mail over. A refusal of the sender is ours to mend and is tried again; one of the recipient or of the text
    /// is for good.
    fn hand_over(&self, connection: &mut SmtpConnection, mail: Composed) -> Result<(), MailError> {
        let Composed { envelope, bytes } = mail;
        let mut parameters = Vec::new();
        if beyond_ascii(&envelope) {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                let reason = "the server takes no addresses with letters beyond ASCII";
                return Err(MailError::Never(reason.to_owned()));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        let from = commands::Mail::new(envelope.from().cloned(), parameters);
        connection.command(from).map_err(|error| MailError::Later(told(&whole(&error))))?;
        for to in envelope.to() {
            let recipient = commands::Rcpt::new(to.clone(), Vec::new());
            connection.command(recipient).map_err(|error| refusal(&error))?;
        }
        connection.command(commands::Data).map_err(|error| refusal(&error))?;
        let patient = connection.set_timeout(Some(self.patience.last));
        patient.map_err(|error| MailError::Later(told(&error)))?;
        connection.message(&bytes).map_err(|error| {
            let answered = error.is_permanent() || error.is_transient();
            if answered { refusal(&error) } else { MailError::Unsure(told(&whole(&error))) }
        })?;
        Ok(())
    }
}

impl Mailer for Smtp {
    fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let mail = compose(mail)?;
        let mut connection = self.connect()?;
        self.hand_over(&mut connection, mail)?;
        // It has the mail, whatever it says to the farewell.
        let _ = connection.set_timeout(Some(self.patience.answer));
        let _ = connection.quit();
        Ok(())
    }
}

/// Whether an address needs SMTPUTF8 (RFC 6531).
fn beyond_ascii(envelope: &Envelope) -> bool {
    let mut all = envelope.from().into_iter().chain(envelope.to());
    all.any(|address| !address.user().is_ascii() || !address.domain().is_ascii())
}

fn refusal(error: &Error) -> MailError {
    let reason = told(&whole(error));
    if error.is_permanent() { MailError::Never(reason) } else { MailError::Later(reason) }
}

/// An error with what caused it.
fn whole(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    text
}
