//! The domain name system: which names an address has, which addresses a name has, and which texts. Questions are asked on a thread of
//! their own, few at a time; what comes back is a claim of whoever runs that part of the system, and no more.

use std::fmt;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::thread;
use std::time::Duration;

use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;
use hickory_resolver::proto::rr::rdata::TXT;
use hickory_resolver::{ResolverBuilder, TokioResolver};
use tokio::sync::{mpsc, oneshot};

/// Questions that wait or are under way, at most.
pub const QUESTIONS_MAX: usize = 16;
/// Names or addresses of one answer that are handed on, at most.
pub const ANSWERS_MAX: usize = 8;
/// Texts of one name, at most: of a name with more none is handed on.
pub const TEXTS_MAX: usize = 64;
/// The longest text of a name, in bytes, all its parts together; of a name with a longer one none is handed on.
pub const TEXT_BYTES_MAX: usize = 4_096;
/// How often texts are asked for where nothing answers: a name that nobody has asked for lately may take longer than a second.
const TEXT_TRIES: usize = 3;
/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(1);
/// Answers that are remembered, for as long as they say.
const REMEMBERED_MAX: u64 = 1_024;

/// An answer that is awaited.
pub type Awaited<'a, T> = Pin<Box<dyn Future<Output = Result<T, NamesError>> + Send + 'a>>;

/// Where names are asked for.
pub trait Names: Send + Sync + fmt::Debug {
    /// The names of an address (PTR), lower case, without a dot at the end; at most [`ANSWERS_MAX`].
    fn names_of(&self, address: IpAddr) -> Awaited<'_, Vec<String>>;

    /// The addresses of a name (A, AAAA); at most [`ANSWERS_MAX`].
    fn addresses_of(&self, name: String) -> Awaited<'_, Vec<IpAddr>>;
}

/// No answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NamesError {
    /// There is no such name or address.
    #[error("the name system knows nothing of it")]
    Nothing,
    /// More questions are under way than the limit allows.
    #[error("more questions are under way than the limit of {QUESTIONS_MAX} allows; ask later")]
    Busy,
    /// The answer is larger than the limits.
    #[error(
        "the answer holds more than {TEXTS_MAX} texts, or one of more than {TEXT_BYTES_MAX} bytes"
    )]
    TooMuch,
    /// The system did not answer in time, or cannot be asked from here.
    #[error("the name system does not answer: {0}; check the system's resolver")]
    Unanswered(String),
}

enum Question {
    Names(IpAddr, oneshot::Sender<Result<Vec<String>, NamesError>>),
    Addresses(String, oneshot::Sender<Result<Vec<IpAddr>, NamesError>>),
    Texts(String, oneshot::Sender<Result<Vec<String>, NamesError>>),
}

/// The name servers that this system uses. The thread ends with the last of its clones.
#[derive(Clone)]
pub struct SystemNames {
    questions: mpsc::Sender<Question>,
}

impl fmt::Debug for SystemNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SystemNames")
    }
}

impl SystemNames {
    /// Reads the system's own choice of name servers and starts the thread. Nothing is asked yet.
    ///
    /// # Errors
    /// [`NamesError::Unanswered`] where there is no such choice, or no thread.
    pub fn start() -> Result<Self, NamesError> {
        let builder = TokioResolver::builder_tokio();
        Self::run(builder.map_err(|error| NamesError::Unanswered(error.to_string()))?)
    }

    /// The same with another name server than the system's. Nothing is asked yet.
    ///
    /// # Errors
    /// [`NamesError::Unanswered`] where there is no thread.
    pub fn asking(server: SocketAddr) -> Result<Self, NamesError> {
        let ways = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut way| {
            way.port = server.port();
            way
        });
        let server = NameServerConfig::new(server.ip(), true, ways.to_vec());
        let config = ResolverConfig::from_name_servers(vec![server]);
        Self::run(TokioResolver::builder_with_config(config, TokioRuntimeProvider::default()))
    }

    fn run(mut builder: ResolverBuilder<TokioRuntimeProvider>) -> Result<Self, NamesError> {
        let lost = |error: &dyn fmt::Display| NamesError::Unanswered(error.to_string());
        let options = builder.options_mut();
        options.timeout = PATIENCE;
        options.attempts = 1;
        options.cache_size = REMEMBERED_MAX;
        // Who a crawler is, is not for a file of this machine to say.
        options.use_hosts_file = ResolveHosts::Never;
        options.ndots = 0;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| lost(&error))?;
        let (questions, mut asked) = mpsc::channel(QUESTIONS_MAX);
        let run = move || {
            runtime.block_on(async move {
                // Without one, whoever asks finds the channel closed.
                let Ok(resolver) = builder.build() else { return };
                while let Some(question) = asked.recv().await {
                    let resolver = resolver.clone();
                    tokio::spawn(async move { answer(&resolver, question).await });
                }
            });
        };
        let thread = thread::Builder::new().name("names".to_owned()).spawn(run);
        thread.map_err(|error| lost(&error))?;
        Ok(Self { questions })
    }

    /// The texts of a name (TXT), each with its parts put together; at most [`TEXTS_MAX`] of at most [`TEXT_BYTES_MAX`].
    ///
    /// # Errors
    /// [`NamesError`].
    pub async fn texts_of(&self, name: String) -> Result<Vec<String>, NamesError> {
        let (answer, answered) = oneshot::channel();
        self.send(Question::Texts(name, answer))?;
        wait(answered).await
    }

    fn send(&self, question: Question) -> Result<(), NamesError> {
        self.questions.try_send(question).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => NamesError::Busy,
            mpsc::error::TrySendError::Closed(_) => {
                NamesError::Unanswered("the resolver could not be started".to_owned())
            }
        })
    }
}

impl Names for SystemNames {
    fn names_of(&self, address: IpAddr) -> Awaited<'_, Vec<String>> {
        Box::pin(async move {
            let (answer, answered) = oneshot::channel();
            self.send(Question::Names(address, answer))?;
            wait(answered).await
        })
    }

    fn addresses_of(&self, name: String) -> Awaited<'_, Vec<IpAddr>> {
        Box::pin(async move {
            let (answer, answered) = oneshot::channel();
            self.send(Question::Addresses(name, answer))?;
            wait(answered).await
        })
    }
}

async fn wait<T>(answered: oneshot::Receiver<Result<T, NamesError>>) -> Result<T, NamesError> {
    let lost = |_| NamesError::Unanswered("the question was lost".to_owned());
    answered.await.map_err(lost)?
}

async fn answer(resolver: &TokioResolver, question: Question) {
    match question {
        Question::Names(address, answer) => {
            let found = resolver.reverse_lookup(address);
            let found = tokio::time::timeout(PATIENCE, found).await;
            let _ = answer.send(outcome(found).map(|lookup| {
                let names = lookup.answers().iter().filter_map(|record| match &record.data {
                    RData::PTR(name) => Some(plain(&name.0.to_ascii())),
                    _ => None,
                });
                names.take(ANSWERS_MAX).collect()
            }));
        }
        Question::Addresses(name, answer) => {
            // A dot at the end: the name as it is, in nobody's search list.
            let found = resolver.lookup_ip(format!("{name}."));
            let found = tokio::time::timeout(PATIENCE, found).await;
            let _ =
                answer.send(outcome(found).map(|lookup| lookup.iter().take(ANSWERS_MAX).collect()));
        }
        Question::Texts(name, answer) => {
            let mut told = Err(NamesError::Nothing);
            for _ in 0..TEXT_TRIES {
                let found = tokio::time::timeout(PATIENCE, resolver.txt_lookup(format!("{name}.")));
                told = outcome(found.await).and_then(|lookup| {
                    texts(lookup.answers().iter().filter_map(|record| match &record.data {
                        RData::TXT(text) => Some(text),
                        _ => None,
                    }))
                });
                if !matches!(told, Err(NamesError::Unanswered(_))) {
                    break;
                }
            }
            let _ = answer.send(told);
        }
    }
}

/// Records as text. A part of them would be a wrong answer, so there is none where they are too large.
fn texts<'a>(records: impl Iterator<Item = &'a TXT>) -> Result<Vec<String>, NamesError> {
    let mut texts = Vec::new();
    for record in records {
        let bytes = record.txt_data.concat();
        if bytes.len() > TEXT_BYTES_MAX || texts.len() == TEXTS_MAX {
            return Err(NamesError::TooMuch);
        }
        texts.push(String::from_utf8_lossy(&bytes).into_owned());
    }
    Ok(texts)
}

fn outcome<T>(
    found: Result<Result<T, hickory_resolver::net::NetError>, tokio::time::error::Elapsed>,
) -> Result<T, NamesError> {
    match found {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(error)) if error.is_no_records_found() => Err(NamesError::Nothing),
        Ok(Err(error)) => Err(NamesError::Unanswered(error.to_string())),
        Err(_) => Err(NamesError::Unanswered("it took longer than a second".to_owned())),
    }
}

fn plain(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// Nobody to ask: every question is unanswered.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoNames;

impl Names for NoNames {
    fn names_of(&self, _: IpAddr) -> Awaited<'_, Vec<String>> {
        Box::pin(async { Err(NamesError::Unanswered("there is no resolver".to_owned())) })
    }

    fn addresses_of(&self, _: String) -> Awaited<'_, Vec<IpAddr>> {
        Box::pin(async { Err(NamesError::Unanswered("there is no resolver".to_owned())) })
    }
}
