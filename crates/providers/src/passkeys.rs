//! Passkeys: what a browser is asked, and whether what its authenticator answers is right. It keeps nothing, knows no reader and no
//! page, and hands on plain facts; the ceremonies of WebAuthn, and their library, stay in here.

use serde_json::Value;
use webauthn_rs::prelude::{
    AuthenticationResult, Credential, DiscoverableAuthentication, Passkey, PasskeyRegistration,
    PublicKeyCredential, RegisterPublicKeyCredential, Url, Uuid, Webauthn, WebauthnBuilder,
    WebauthnError,
};

/// How long a browser has for its answer, which is asked for once.
pub const PASSKEY_ASKED_FOR: std::time::Duration = std::time::Duration::from_secs(300);
/// The longest answer of a browser, in bytes: one without attestation has a tenth of it.
pub const PASSKEY_ANSWER_BYTES_MAX: usize = 8 * 1_024;
/// The longest id of a credential, in bytes (WebAuthn Level 3, 4).
pub const CREDENTIAL_ID_BYTES_MAX: usize = 1_023;

/// The passkeys of one address.
#[derive(Debug)]
pub struct Passkeys(Webauthn);

/// A passkey that is being made: the server's part, good for one answer.
#[derive(Debug)]
pub struct Making(PasskeyRegistration);

/// Somebody who is asked for a passkey: the server's part, good for one answer.
#[derive(Debug)]
pub struct Asking(DiscoverableAuthentication);

/// A passkey as it is to be kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptPasskey {
    /// The credential's own id.
    pub id: Vec<u8>,
    /// Its public key, and what the next answer is held against, as text.
    pub text: String,
    /// How often it was used, where it counts that.
    pub counter: u32,
    /// Whether it may be copied to other devices.
    pub may_be_copied: bool,
    /// Whether it was.
    pub is_copied: bool,
}

/// Which passkey somebody shows; not yet whether it is that one.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Whose it says it is.
    pub owner: [u8; 16],
    /// The credential's own id.
    pub id: Vec<u8>,
    answer: Box<PublicKeyCredential>,
}

/// Why an answer is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyError {
    /// It is not what browsers send.
    #[error("the answer is no passkey's; send what the browser gave, unchanged")]
    Malformed,
    /// It counts no more uses than before: somebody may have a copy.
    #[error("the passkey was used less often than before, so that there may be a copy of it")]
    CountedBack,
    /// It is not right: another question, address or key, or nobody proved to be there.
    #[error("the passkey's answer is not right: {0}")]
    Refused(String),
}

impl From<WebauthnError> for PasskeyError {
    fn from(error: WebauthnError) -> Self {
        match error {
            WebauthnError::CredentialPossibleCompromise => Self::CountedBack,
            other => Self::Refused(format!("{other:?}")),
        }
    }
}

impl Passkeys {
    /// The passkeys of an address such as `https://courant.example`. `None` where browsers give none: over plain http elsewhere than
    /// at `localhost`, and for a number instead of a name.
    #[must_use]
    pub fn of(address: &str, paper: &str) -> Option<Self> {
        let url = Url::parse(address).ok()?;
        let host = url.domain()?.to_owned();
        if url.scheme() != "https" && !(url.scheme() == "http" && host == "localhost") {
            return None;
        }
        let builder = WebauthnBuilder::new(&host, &url).ok()?;
        builder.rp_name(paper).timeout(PASSKEY_ASKED_FOR).build().ok().map(Self)
    }

    /// What a browser is asked for a new passkey of `owner`, which already has those of `others`: as JSON, without the outermost
    /// `publicKey`.
    ///
    /// # Errors
    /// [`PasskeyError`].
    pub fn make(
        &self,
        owner: [u8; 16],
        name: &str,
        others: Vec<Vec<u8>>,
    ) -> Result<(Value, Making), PasskeyError> {
        let owner = Uuid::from_bytes(owner);
        let (asked, state) = self.0.start_passkey_registration(owner, name, name, Some(others))?;
        let mut options = options(&asked)?;
        // Found without a name being typed: the library leaves that to chance.
        options["authenticatorSelection"]["residentKey"] = "required".into();
        options["authenticatorSelection"]["requireResidentKey"] = true.into();
        Ok((options, Making(state)))
    }

    /// The passkey that was made.
    ///
    /// # Errors
    /// [`PasskeyError`].
    pub fn made(&self, answer: &str, making: &Making) -> Result<KeptPasskey, PasskeyError> {
        let answer: RegisterPublicKeyCredential = read(answer)?;
        kept(self.0.finish_passkey_registration(&answer, &making.0)?)
    }

    /// What a browser is asked for any passkey that it has of this address: as JSON, without the outermost `publicKey`.
    ///
    /// # Errors
    /// [`PasskeyError`].
    pub fn ask(&self) -> Result<(Value, Asking), PasskeyError> {
        let (asked, state) = self.0.start_discoverable_authentication()?;
        Ok((options(&asked)?, Asking(state)))
    }

    /// Which passkey somebody shows.
    ///
    /// # Errors
    /// [`PasskeyError::Malformed`].
    pub fn shown(&self, answer: &str) -> Result<Shown, PasskeyError> {
        let answer: Box<PublicKeyCredential> = read(answer)?;
        let (owner, id) = self
            .0
            .identify_discoverable_authentication(&answer)
            .map_err(|_| PasskeyError::Malformed)?;
        let (owner, id) = (*owner.as_bytes(), id.to_vec());
        if id.len() > CREDENTIAL_ID_BYTES_MAX {
            return Err(PasskeyError::Malformed);
        }
        Ok(Shown { owner, id, answer })
    }

    /// Whether it is the one that was kept as `text`; as it is to be kept from now on.
    ///
    /// # Errors
    /// [`PasskeyError`].
    pub fn proven(
        &self,
        shown: &Shown,
        asking: Asking,
        text: &str,
    ) -> Result<KeptPasskey, PasskeyError> {
        let mut passkey: Passkey = serde_json::from_str(text)
            .map_err(|error| PasskeyError::Refused(format!("what was kept of it: {error}")))?;
        let found: AuthenticationResult =
            self.0.finish_discoverable_authentication_v2(&shown.answer, asking.0, &passkey)?;
        if !found.user_verified() {
            return Err(PasskeyError::Refused("nobody proved to be there".to_owned()));
        }
        passkey.update_credential(&found).ok_or(PasskeyError::Malformed)?;
        kept(passkey)
    }
}

fn read<T: serde::de::DeserializeOwned>(answer: &str) -> Result<T, PasskeyError> {
    if answer.len() > PASSKEY_ANSWER_BYTES_MAX {
        return Err(PasskeyError::Malformed);
    }
    serde_json::from_str(answer).map_err(|_| PasskeyError::Malformed)
}

/// What stands under `publicKey`.
fn options(asked: &impl serde::Serialize) -> Result<Value, PasskeyError> {
    let mut asked =
        serde_json::to_value(asked).map_err(|error| PasskeyError::Refused(error.to_string()))?;
    Ok(asked["publicKey"].take())
}

fn kept(passkey: Passkey) -> Result<KeptPasskey, PasskeyError> {
    let text = serde_json::to_string(&passkey)
        .map_err(|error| PasskeyError::Refused(error.to_string()))?;
    let credential = Credential::from(passkey);
    let id = credential.cred_id.to_vec();
    if id.is_empty() || id.len() > CREDENTIAL_ID_BYTES_MAX {
        return Err(PasskeyError::Malformed);
    }
    Ok(KeptPasskey {
        id,
        text,
        counter: credential.counter,
        may_be_copied: credential.backup_eligible,
        is_copied: credential.backup_state,
    })
}
