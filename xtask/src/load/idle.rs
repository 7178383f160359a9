//! Ten thousand connections that were answered once and stay open: what they cost in memory, and that a reader among them is
//! answered as ever.

use std::io::ErrorKind;
use std::net::TcpStream;

use anyhow::{Context, bail};

use super::rig::{self, PATIENCE, Rig};
use super::{Report, ms};
use crate::wire::Talk;

/// Connections, in a whole run and a quick one.
const CONNECTIONS: (usize, usize) = (10_000, 2_000);
/// From each address, fewer than the server takes.
const FROM_AN_ADDRESS: usize = 500;
/// What the server may have, in KiB.
const RESIDENT_KIB_MAX: u64 = 200 * 1_024;
/// Answers of the reader among them.
const NORMAL: usize = 300;
/// What one in a hundred of these may take.
const LATE_MAX: std::time::Duration = std::time::Duration::from_millis(100);

/// Opens them, looks, and asks.
pub(super) fn run(rig: &Rig) -> anyhow::Result<Report> {
    let mut report = Report::default();
    let served = rig.serve("idle", &[])?;
    let address = served.paper.address;
    let head = rig::page(&rig.metered[0]).head("GET", address);
    let before = served.resident()?;
    let count = if rig.quick { CONNECTIONS.1 } else { CONNECTIONS.0 };
    let streams = (0..count)
        .map(|number| {
            let stream = rig::connect(rig::source(1 + number / FROM_AN_ADDRESS), address)?;
            let mut talk = Talk::over(stream, PATIENCE)?;
            let answer = talk.ask(&head).with_context(|| format!("connection {number}"))?;
            if answer.status != 200 {
                bail!("connection {number} got {}", answer.status);
            }
            Ok(talk.into_stream())
        })
        .collect::<anyhow::Result<Vec<TcpStream>>>()?;
    let waits = rig::normal(address, &rig.metered[1], NORMAL)?;
    let resident = served.resident()?;
    let open = streams.iter().filter(|stream| is_open(stream)).count();
    report.figure(format!(
        "{open} connections, {} MiB resident, {} before: {:.1} KiB for each; a reader among them: {}",
        resident >> 10,
        before >> 10,
        resident.saturating_sub(before) as f64 / count as f64,
        waits.told()
    ));
    report.must(open == count, format!("{} of {count} were closed", count - open));
    report.must(resident <= RESIDENT_KIB_MAX, format!("{resident} KiB are resident"));
    let late = waits.at(990);
    report.must(late <= LATE_MAX, format!("one reader in a hundred waits {}", ms(late)));
    Ok(report)
}

/// Whether the other side has neither closed it nor said anything.
fn is_open(stream: &TcpStream) -> bool {
    let looks = stream.set_nonblocking(true).is_ok();
    looks && stream.peek(&mut [0]).is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
}
