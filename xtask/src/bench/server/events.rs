//! How many events of a payment provider are taken in: each is proven by its signature, and kept before it is answered. Nobody
//! asks the provider back: there is none at the other end, and what is asked of it waits.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use ring::hmac;

use super::{Bench, READERS, spent_by};
use crate::bench::load;
use crate::program::Program;
use crate::wire::Request;

/// What the events are signed with.
pub(super) const SECRET: &str = "whsec_bench";

impl Bench {
    /// Events by as many callers as there are readers of the other figure, each event another one. In each round they go to a paper that
    /// `open` makes in an empty folder: nobody tells what they hint at, so that they wait, and of those there is a limit.
    pub(super) fn events(
        &mut self,
        open: &dyn Fn(&Path) -> anyhow::Result<Program>,
    ) -> anyhow::Result<()> {
        let (room, mut round) = (self.room.clone(), 0);
        let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
        let write = |lasts| {
            round += 1;
            let folder = room.join(format!("seller-{round}"));
            let paper = open(&folder)?;
            let address = paper.address;
            let now = Command::new("date").arg("+%s").output()?;
            let now = String::from_utf8_lossy(&now.stdout).trim().to_owned();
            let event = |caller, number| {
                let body = format!(
                    "{{\"id\":\"evt_{round}x{caller}x{number}\",\"type\":\"invoice.paid\",\"data\":{{\"object\":{{\
                     \"id\":\"in_{caller}\",\"object\":\"invoice\",\"subscription\":\"sub_{caller}x{number}\"}}}}}}"
                );
                let headers = vec![
                    ("Content-Type".to_owned(), "application/json".to_owned()),
                    ("Content-Length".to_owned(), body.len().to_string()),
                    ("Stripe-Signature".to_owned(), signature(&key, &now, &body)),
                ];
                let request = Request { path: "/webhooks/payments".to_owned(), headers };
                [&request.head("POST", address), body.as_bytes()].concat()
            };
            let written =
                spent_by(paper.id(), || load::writes(address, READERS, lasts, 200, &event))?;
            paper.stop()?;
            std::fs::remove_dir_all(&folder)?;
            Ok(written)
        };
        self.written("event_post", "senders", write)
    }
}

/// The header of Stripe's own scheme: the instant, and a code over it and the body.
fn signature(key: &hmac::Key, now: &str, body: &str) -> String {
    let code = hmac::sign(key, format!("{now}.{body}").as_bytes());
    let mut header = format!("t={now},v1=");
    for byte in code.as_ref() {
        let _ = write!(header, "{byte:02x}");
    }
    header
}
