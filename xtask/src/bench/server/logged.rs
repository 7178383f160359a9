//! What a line in the access log costs: the same question asked of two papers, of which one keeps the log.

use super::{Bench, FOREIGN_MAX};
use crate::bench::load::{self, Protocol};
use crate::machine;
use crate::program::Program;
use crate::wire::Request;

/// The name of its row.
pub(super) const NAME: &str = "access_log_h1";
const CONNECTIONS: usize = 64;

impl Bench {
    /// The teaser of a paper that writes a line for each request, beside one that writes none.
    pub(super) fn logged(&mut self, keeping: &Program, teaser: &Request) -> anyhow::Result<()> {
        let (lasts, papers) = (self.lasts(), [keeping, &self.paper]);
        let rounds = self.undisturbed(FOREIGN_MAX, || {
            let one = |paper: &Program| {
                let process = [paper.id()];
                let before = machine::on_core(&process)?;
                let answers =
                    load::get(paper.address, teaser, Protocol::Http1, CONNECTIONS, lasts)?;
                let spent = machine::on_core(&process)? - before;
                Ok((answers as f64 / spent.as_secs_f64(), spent))
            };
            papers.into_iter().map(one).collect()
        })?;
        let note = format!("a line for each, {CONNECTIONS} connections");
        self.figure(NAME, &rounds, 1, "no access log", note);
        Ok(())
    }
}
