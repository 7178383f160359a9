//! How many files this process may have open, connections among them. A paper that takes more connections than the system gives it
//! files cannot even tell the next reader so: nothing here waits for that to happen.

/// Files for everything but connections: the database, pictures on their way out, sockets that are listened on.
const OTHERS: u64 = 512;

/// Raises the limit of open files as far as the system lets, and gives the connections that there may be under it.
#[cfg(unix)]
pub(super) fn connections(wanted: usize) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    let files = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(error) => {
            tracing::warn!(%error, "the limit of open files cannot be raised");
            limit.current
        }
    };
    let given = within(wanted, files);
    // A few less than the usual number are nobody's concern.
    if given < wanted / 2 {
        tracing::warn!(
            "connections_max is {wanted}, but the system lets this process have {} files open: {given} connections are taken; \
             raise the limit (LimitNOFILE of a service, or ulimit -Hn) or lower connections_max",
            files.unwrap_or(u64::MAX)
        );
    }
    given
}

/// Where there is no such limit.
#[cfg(not(unix))]
pub(super) fn connections(wanted: usize) -> usize {
    within(wanted, None)
}

/// The connections under a limit of files; `None` is no limit.
fn within(wanted: usize, files: Option<u64>) -> usize {
    let Some(files) = files else { return wanted };
    // Of very few files connections get the half.
    let room = files.saturating_sub(OTHERS).max(files / 2);
    wanted.min(usize::try_from(room).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests;
