//! `masthead demo`: the sample paper with a working meter, in one command.

use std::path::PathBuf;
use std::process::ExitCode;

use gate::Clock;
use jiff::Timestamp;
use web::Origin;

use super::{flag, read_config};
use crate::terminal::{say, start_log};
use crate::{fill, paper};

/// Start a sample paper with a working meter
#[derive(clap::Args, Debug)]
pub(crate) struct Demo {
    /// The data folder; it is made where there is none
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Address and port; 0.0.0.0:8080 can be reached from a phone in the same network
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Address and port of health and metrics
    #[arg(long, value_name = "ADDR")]
    operator_listen: Option<String>,
    /// The address that readers use, where something stands in front
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// A theme's folder; open pages follow what is changed in it
    #[arg(long, value_name = "DIR")]
    theme: Option<PathBuf>,
    /// The instant at which the paper's clock begins, such as '2026-09-30T23:59:30[America/Halifax]'; /demo moves it forward
    #[arg(long, value_name = "INSTANT")]
    at: Option<String>,
}

impl Demo {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let at = self.at.as_deref().map(instant).transpose()?;
        let data = self.data.as_ref().map(|data| data.display().to_string());
        let theme = self.theme.as_ref().map(|theme| theme.display().to_string());
        let flags = [
            flag("data", data, "--data"),
            flag("listen", self.listen.clone(), "--listen"),
            flag("operator_listen", self.operator_listen.clone(), "--operator-listen"),
            flag("public_url", self.public_url.clone(), "--public-url"),
            flag("theme", theme, "--theme"),
        ];
        let defaults =
            [("data", "./data/demo"), ("operator_listen", "127.0.0.1:0"), ("log", "warn")];
        let flags: Vec<_> = flags.into_iter().flatten().collect();
        let config = read_config(None, &flags, &defaults)?;
        start_log(&config);
        let (store, secret) = paper::open(&config, false)?;
        fill::sample(&store, Clock::demo_at(at).now())?;
        let folder = config.data.display().to_string();
        paper::serve(&config, store, secret, paper::Demo::At(at), |address| {
            let shown = config.public_url.clone().or_else(|| paper::shown_at(address));
            say(what_to_try(shown.as_ref().map_or("", Origin::as_str), &folder));
            say(format!("listening on http://{address}"));
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

/// An instant as people write it: with a zone's name, or with an offset.
fn instant(text: &str) -> anyhow::Result<Timestamp> {
    let zoned = text.parse::<jiff::ZonedDateTime>().map(|zoned| zoned.timestamp());
    zoned.or_else(|_| text.parse::<Timestamp>()).map_err(|_| {
        anyhow::anyhow!(
            "--at {text:?} is no instant; write it with its zone, as in \
             '2026-09-30T23:59:30[America/Halifax]', or with its offset, as in 2026-09-30T23:59:30-03:00"
        )
    })
}

fn what_to_try(address: &str, folder: &str) -> String {
    format!(
        "The Merrin Courant, a sample paper, in {folder}\n\
         \n\
         \x20 {address}/harbour/forty-one-calls  an article: scroll, and it opens with a free reading\n\
         \x20 {address}/                         the front page: read five more, and meet the wall\n\
         \x20 {address}/harbour/sill-survey      an article for subscribers\n\
         \x20 {address}/demo/walls               every notice and every wall\n\
         \x20 {address}/search?q=harbour         the search: public words alone\n\
         \x20 {address}/edition                  today's edition, to print\n\
         \x20 {address}/demo                     its clock; readers in every state, and the newsroom, to become\n\
         \x20 {address}/offers                   the tariff: subscribe at the demo's cashier, where no money moves\n\
         \x20 {address}/demo/crawlers            which crawler gets what\n\
         \x20 {address}/demo/mailbox             the mails that the paper would send\n\
         \n\
         \x20 masthead settings --data {folder} set meter.allowance_visitors 3\n\
         \x20 masthead why --data {folder} CODE     explains the code on a wall\n\
         \x20 On a phone in the same network: stop this, add --listen 0.0.0.0:8080\n"
    )
}
