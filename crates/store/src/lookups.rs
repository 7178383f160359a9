//! Threads that read: each with a connection of its own that cannot write. Bounded; when too many questions wait, the
//! answer is "busy".

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use gate::Outage;
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::sqlite::{caught, outage};

/// Questions that wait, at most.
const QUEUE_MAX: usize = 2_048;

type Question = Box<dyn FnOnce(&Connection) + Send>;

/// The way to them. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Lookups(SyncSender<Question>);

impl Lookups {
    /// Starts a thread for each connection.
    pub(crate) fn start(
        connections: Vec<Connection>,
    ) -> std::io::Result<(Self, Vec<JoinHandle<()>>)> {
        let (queue, questions) = sync_channel::<Question>(QUEUE_MAX);
        let questions = Arc::new(Mutex::new(questions));
        let threads = connections.into_iter().enumerate().map(|(number, connection)| {
            let questions = Arc::clone(&questions);
            std::thread::Builder::new()
                .name(format!("store-lookup-{number}"))
                .spawn(move || serve(&connection, &questions))
        });
        let threads = threads.collect::<Result<Vec<_>, _>>()?;
        Ok((Self(queue), threads))
    }

    /// Asks, and waits for the answer.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Outage> {
        let (answer, answered) = oneshot::channel();
        let question: Question = Box::new(move |connection| {
            let _ = answer.send(caught(|| question(connection)).map_err(|error| outage(&error)));
        });
        self.0.try_send(question).map_err(|error| match error {
            TrySendError::Full(_) => {
                Outage::Busy("more questions wait than the limit allows".to_owned())
            }
            TrySendError::Disconnected(_) => Outage::Down("the store was closed".to_owned()),
        })?;
        answered.await.map_err(|_| Outage::Down("the store was closed".to_owned()))?
    }
}

fn serve(connection: &Connection, questions: &Mutex<Receiver<Question>>) {
    loop {
        let next = questions.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(question) = next else { return };
        question(connection);
    }
}
