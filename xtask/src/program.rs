//! A program that was started, and is ended when nobody needs it any more: a paper that is served, or one of its peers. It
//! knows where the program listens and judges nothing.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::ci::cargo;
use crate::wire::{Request, once_with};

/// What a program says before its addresses.
const LISTENING: &str = "listening on ";
const OPERATOR: &str = "health and metrics on http://";
/// How long a program may take to end after it was asked to.
const END_MAX: Duration = Duration::from_secs(60);

/// A program that runs. Dropped, it is killed.
#[derive(Debug)]
pub(crate) struct Program {
    child: Child,
    /// Where it answers readers.
    pub(crate) address: SocketAddr,
    /// Where it answers its operator; the same as `address` for a program that has no such place.
    pub(crate) operator: SocketAddr,
    /// Where it speaks TLS, where it does.
    pub(crate) secure: Option<SocketAddr>,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Program {
    /// Starts a program that says `listening on ADDRESS`; what else it says on standard output is passed over.
    pub(crate) fn start(command: &mut Command) -> anyhow::Result<Self> {
        let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        Self::heard(child.with_context(|| format!("{command:?} cannot be started"))?, command)
    }

    /// The same, with its log in a file.
    pub(crate) fn start_logged(command: &mut Command, log: &Path) -> anyhow::Result<Self> {
        let log = std::fs::File::options().create(true).append(true).open(log)?;
        let child = command.stdout(Stdio::piped()).stderr(log).spawn();
        Self::heard(child.with_context(|| format!("{command:?} cannot be started"))?, command)
    }

    /// A child that listens at an address already.
    pub(crate) fn listening(child: Child, address: SocketAddr, secure: Option<SocketAddr>) -> Self {
        Self { child, address, operator: address, secure }
    }

    fn heard(mut child: Child, command: &Command) -> anyhow::Result<Self> {
        let out = child.stdout.take().context("a pipe")?;
        let mut program = Self::listening(child, ([127, 0, 0, 1], 0).into(), None);
        for line in BufReader::new(out).lines() {
            let line = line?;
            if let Some(address) = line.strip_prefix(OPERATOR) {
                program.operator = address.parse()?;
            } else if let Some(address) = line.strip_prefix(LISTENING) {
                let address = address.rsplit('/').next().unwrap_or(address);
                program.address = address.parse()?;
                return Ok(program);
            }
        }
        bail!("{command:?} ended before it listened")
    }

    /// Its number among the processes.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it runs still.
    pub(crate) fn runs(&mut self) -> anyhow::Result<bool> {
        Ok(self.child.try_wait()?.is_none())
    }

    /// Asks it to stop, and waits for that.
    pub(crate) fn stop(mut self) -> anyhow::Result<ExitStatus> {
        let asked = Command::new("kill").args(["-TERM", &self.id().to_string()]).status()?;
        if !asked.success() {
            bail!("the program could not be asked to end");
        }
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            if began.elapsed() > END_MAX {
                bail!("the program did not end within {} s", END_MAX.as_secs());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends it as a power cut would, and waits until it is gone.
    pub(crate) fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

/// Where cargo puts what it builds.
pub(crate) fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), Into::into)
}

/// Builds the released program; where it is then.
pub(crate) fn released(root: &Path) -> anyhow::Result<PathBuf> {
    cargo(root, &["build", "--release", "--locked", "--package", "masthead"])?;
    Ok(target(root).join("release").join("masthead"))
}

/// The command that serves the paper in a folder, on ports that the system gives.
pub(crate) fn serve(program: &Path, data: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg("serve");
    on_given_ports(&mut command, data);
    command
}

/// Adds the data folder, and ports that the system gives.
pub(crate) fn on_given_ports(command: &mut Command, data: &Path) {
    command.args(["--listen", "127.0.0.1:0", "--operator-listen", "127.0.0.1:0", "--data"]);
    command.arg(data);
}

/// Fills a folder with the sample paper.
pub(crate) fn sample(program: &Path, data: &Path) -> anyhow::Result<()> {
    demo(program, data)?.stop()?;
    Ok(())
}

/// Fills a folder with the sample paper and one subscriber, whose cookies are handed back: the demo makes readers, and the
/// paper that is served from its folder knows them.
pub(crate) fn sample_with_subscriber(
    program: &Path,
    data: &Path,
) -> anyhow::Result<(String, String)> {
    let demo = demo(program, data)?;
    let cookies = become_one(&demo, "subscriber");
    demo.stop()?;
    cookies
}

/// Makes somebody of those whom the demo has; the cookies that their browser then sends.
pub(crate) fn become_one(demo: &Program, who: &str) -> anyhow::Result<(String, String)> {
    let form = format!("become={who}");
    let (head, _) = once_with(demo.address, "POST", &Request::form("/demo"), &form)?;
    // What is taken away has no value any more.
    let set = head.lines().filter_map(|line| line.split_once(": "));
    let set = set.filter(|(name, value)| {
        name.eq_ignore_ascii_case("set-cookie") && !value.contains("Max-Age=0")
    });
    let pairs: Vec<&str> = set.filter_map(|(_, value)| value.split(';').next()).collect();
    if pairs.is_empty() {
        bail!("the demo made no {who}: {head}");
    }
    Ok(("Cookie".to_owned(), pairs.join("; ")))
}

/// Serves a folder as the demo, which is filled first where it is empty.
pub(crate) fn demo(program: &Path, data: &Path) -> anyhow::Result<Program> {
    let mut command = Command::new(program);
    command.arg("demo");
    on_given_ports(&mut command, data);
    Program::start(&mut command)
}
