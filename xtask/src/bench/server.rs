//! The paper beside its peers: nginx with the same compressed bytes as files, a bare writer, a bare database. All of them in
//! one run, one after another in each round, on a core of their own; the figures are ratios of that run.

mod events;
mod growth;
mod logged;
mod start;

use std::fmt::Write as _;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::load::{self, Protocol};
use crate::ci::cargo;
use crate::instructions::{self, ARTICLE, CEILINGS, Length};
use crate::program::{self, Program};
use crate::wire::{Request, header, once};
use crate::{machine, say};

/// The core that servers have.
const CORE: &str = "0";
/// Rounds of a whole run, and of a quick one.
const ROUNDS: (usize, usize) = (9, 3);
/// How long a server is asked in one round, in a whole run and a quick one.
const LASTS: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(1));
/// Work of others, as a share of a core, beyond which a round is measured again.
const FOREIGN_MAX: f64 = 0.08;
/// The same where the disk is waited for.
const FOREIGN_SYNCED_MAX: f64 = 0.5;
/// How often that is tried, for all rounds of a figure together.
const AGAIN_MAX: usize = 12;
/// How long a server may take to say where it listens.
const START_MAX: Duration = Duration::from_secs(60);
/// Callers at a time of the figures about readings.
const READERS: usize = 64;
/// Where the table begins and ends in docs/benchmarks.md.
const MARKS: (&str, &str) = ("<!-- beside its peers: begin -->", "<!-- beside its peers: end -->");
const GROWTH_MARKS: (&str, &str) = ("<!-- growth: begin -->", "<!-- growth: end -->");

/// How a run is made.
#[derive(Clone, Debug, Default)]
pub(super) struct Manner {
    quick: bool,
    json: bool,
    /// The beginning of the names of what is measured; everything where it is empty.
    only: String,
}

impl Manner {
    /// Reads `--quick`, `--json` and `--only NAME`.
    pub(super) fn of(words: &[&str]) -> anyhow::Result<Self> {
        let (mut manner, mut words) = (Self::default(), words.iter());
        while let Some(word) = words.next() {
            match *word {
                "--quick" => manner.quick = true,
                "--json" => manner.json = true,
                "--only" => {
                    let name = words.next().context("--only takes the beginning of a name")?;
                    manner.only = (*name).to_owned();
                }
                other => bail!("{other:?} is none of --quick, --json and --only NAME"),
            }
        }
        Ok(manner)
    }

    fn wants(&self, bench: &str) -> bool {
        bench.starts_with(&self.only)
    }
}

/// One line of the outcome. Larger is better.
#[derive(Debug)]
struct Figure {
    bench: String,
    ours: f64,
    peer: &'static str,
    theirs: f64,
    ratio: f64,
    unit: &'static str,
    note: String,
}

impl Figure {
    fn json(&self) -> String {
        let Self { bench, ours, peer, theirs, ratio, unit, note } = self;
        format!(
            "{{\"bench\":\"{bench}\",\"ours\":{ours:.1},\"peer\":\"{peer}\",\"theirs\":{theirs:.1},\
             \"ratio\":{ratio:.3},\"unit\":\"{unit}\",\"note\":\"{note}\"}}"
        )
    }

    fn row(&self) -> String {
        let Self { bench, ours, peer, theirs, ratio, unit, note } = self;
        format!(
            "| `{bench}` | {ours:.0} | {theirs:.0} ({peer}) | **{ratio:.2}** | {unit} | {note} |"
        )
    }
}

/// Everything that a run needs.
struct Bench {
    manner: Manner,
    room: PathBuf,
    paper: Program,
    secure_paper: Program,
    sendfile: Program,
    plain: Program,
    bare: Program,
    commits: PathBuf,
    figures: Vec<Figure>,
}

/// Measures everything, says it, and writes it down.
pub(super) fn run(root: &Path, manner: &Manner) -> anyhow::Result<()> {
    let dist = ["build", "--profile", "dist"];
    let both = ["--package", "masthead", "--package", "xtask"];
    cargo(root, &[&dist[..], &both].concat())?;
    cargo(root, &[&dist[..], &["--package", "store", "--examples"]].concat())?;
    let target = program::target(root);
    let (program, xtask) = (target.join("dist/masthead"), target.join("dist/xtask"));
    let room = std::env::temp_dir().join(format!("masthead-bench-{}", std::process::id()));
    fs::create_dir_all(&room)?;
    let done = measure(&program, &xtask, &room, manner);
    fs::remove_dir_all(&room)?;
    let figures = done?;
    let page = root.join("docs/benchmarks.md");
    match manner.only.as_str() {
        _ if manner.quick => {}
        "" => write_down(&page, MARKS, &figures)?,
        growth::NAME => {
            let of_growth = |figure: &Figure| figure.bench.starts_with(growth::NAME);
            let figures: Vec<Figure> = figures.into_iter().filter(of_growth).collect();
            write_down(&page, GROWTH_MARKS, &figures)?;
        }
        _ => {}
    }
    Ok(())
}

fn measure(
    program: &Path,
    xtask: &Path,
    room: &Path,
    manner: &Manner,
) -> anyhow::Result<Vec<Figure>> {
    let data = room.join("paper");
    // The demo fills the folder; what is measured is the paper that is served from it.
    let subscriber = program::sample_with_subscriber(program, &data)?;
    let (certificate, key) = (room.join("certificate.pem"), room.join("key.pem"));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
        ])
        .args(["-days", "2", "-subj", "/CN=127.0.0.1", "-out"])
        .arg(&certificate)
        .arg("-keyout")
        .arg(&key)
        .output()
        .context("openssl is needed: package openssl")?;
    if !made.status.success() {
        bail!("openssl made no certificate: {}", String::from_utf8_lossy(&made.stderr));
    }
    let serve = |data: &Path| {
        let mut command = Command::new("taskset");
        command.args(["-c", CORE]).arg(program).arg("serve");
        program::on_given_ports(&mut command, data);
        command.env("MASTHEAD_THREADS", "1").env("MASTHEAD_LOG", "warn");
        command.env("MASTHEAD_ADDRESS_CONNECTIONS_MAX", "100000");
        command
    };
    let began = Instant::now();
    let paper = Program::start(&mut serve(&data))?;
    let started = began.elapsed();
    let mut secure_paper = Program::start(
        serve(&data).env("MASTHEAD_TLS_CERTIFICATE", &certificate).env("MASTHEAD_TLS_KEY", &key),
    )?;
    secure_paper.secure = Some(secure_paper.address);

    let known = Known::ask(&paper, &subscriber)?;
    known.write(&room.join("files"))?;
    let mut writer = Command::new("taskset");
    writer
        .args(["-c", CORE])
        .arg(xtask)
        .args(["bench", "bare-writer"])
        .arg(room.join("files/answer"));
    let mut bench = Bench {
        manner: manner.clone(),
        room: room.to_owned(),
        paper,
        secure_paper,
        sendfile: nginx(&room.join("sendfile"), room, "on")?,
        plain: nginx(&room.join("plain"), room, "off")?,
        bare: Program::start(&mut writer)?,
        commits: xtask.with_file_name("examples/bare_commits"),
        figures: Vec::new(),
    };
    bench.requests(&known)?;
    if manner.wants("reading_post") {
        bench.readings()?;
    }
    if manner.wants("event_post") {
        bench.events(&|data| {
            program::sample_with_subscriber(program, data)?;
            let mut seller = serve(data);
            seller.env("MASTHEAD_STRIPE_SECRET_KEY", "sk_test_bench");
            seller.env("MASTHEAD_STRIPE_WEBHOOK_SECRETS", events::SECRET);
            Program::start(&mut seller)
        })?;
    }
    if manner.wants(logged::NAME) {
        let log = room.join("access.log");
        let keeping = Program::start(serve(&data).env("MASTHEAD_ACCESS_LOG", &log))?;
        let teaser = known.pages.iter().find(|(name, ..)| *name == "teaser");
        let (_, request, ..) = teaser.context("a teaser is among the pages")?;
        bench.logged(&keeping, request)?;
    }
    let kib = machine::resident(bench.paper.id())?;
    bench.limit(
        "start_warm",
        100.0,
        started.as_secs_f64() * 1_000.0,
        "ms",
        "served on 54 articles",
    );
    bench.start_cold(program, &data)?;
    bench.limit("memory", 64.0, kib as f64 / 1_024.0, "MiB", "after everything above");
    let length = if manner.quick { Length::Short } else { Length::Whole };
    for ((name, most), headers) in CEILINGS.iter().zip(instructions::askers(&known.cookie)) {
        let name = format!("{name}_instructions");
        if manner.wants(&name) {
            let count = instructions::of(program, &data, ARTICLE, &headers, length)?;
            bench.limit(&name, *most, count, "instructions", "of the user's own, by callgrind");
        }
    }
    bench.growth(program, &xtask.with_file_name("examples/grow"))?;
    Ok(bench.figures)
}

/// What the paper answers: for nginx to have as files.
struct Known {
    cookie: (String, String),
    /// Name, request, what of the answer nginx has.
    pages: Vec<(&'static str, Request, Vec<u8>, String)>,
    answer: Vec<u8>,
}

impl Known {
    fn ask(paper: &Program, subscriber: &(String, String)) -> anyhow::Result<Self> {
        let packed = ("Accept-Encoding".to_owned(), "gzip".to_owned());
        let request = |path: &str, headers: &[&(String, String)]| Request {
            path: path.to_owned(),
            headers: headers.iter().map(|header| (*header).clone()).collect(),
        };
        let cookie = instructions::cookie(paper, ARTICLE)?;
        let (_, page) = once(paper.address, "GET", &request("/", &[]))?;
        let page = String::from_utf8_lossy(&page).into_owned();
        let picture =
            page.split('"').find(|part| part.starts_with("/media/") && !part.contains(' '));
        let picture = picture.context("a picture on the front page")?.to_owned();
        let mut pages = Vec::new();
        for (name, wanted) in [
            ("teaser", request(ARTICLE, &[&packed])),
            ("full", request(ARTICLE, &[&packed, &cookie])),
            ("subscriber", request(ARTICLE, &[&packed, subscriber])),
            ("home", request("/", &[&packed])),
            ("feed", request("/feeds/all.rss", &[&packed])),
            ("picture", request(&picture, &[])),
        ] {
            let (head, body) = once(paper.address, "GET", &wanted)?;
            if !head.starts_with("HTTP/1.1 200") || body.is_empty() {
                bail!("{name} is not answered: {head}");
            }
            pages.push((name, wanted, body, header(&head, "etag").unwrap_or_default().to_owned()));
        }
        let (head, body) = once(paper.address, "GET", &pages[0].1)?;
        let head = head.replace("connection: close\r\n", "");
        let answer = [head.as_bytes(), &body].concat();
        Ok(Self { cookie, pages, answer })
    }

    fn write(&self, folder: &Path) -> anyhow::Result<()> {
        fs::create_dir_all(folder)?;
        for (name, request, body, _) in &self.pages {
            let is_packed = !request.headers.is_empty();
            // nginx looks for the plain file beside the packed one, and sends the packed one.
            fs::write(folder.join(name), body)?;
            if is_packed {
                fs::write(folder.join(format!("{name}.gz")), body)?;
            }
        }
        fs::write(folder.join("answer"), &self.answer)?;
        Ok(())
    }
}

/// nginx with the files of the room, in one of its settings.
fn nginx(folder: &Path, room: &Path, sendfile: &str) -> anyhow::Result<Program> {
    fs::create_dir_all(folder)?;
    let free = || TcpListener::bind(("127.0.0.1", 0)).and_then(|socket| socket.local_addr());
    let (address, secure) = (free()?, free()?);
    let (folder_text, room_text) = (folder.display(), room.display());
    let mut text = format!(
        "daemon off; master_process off; worker_processes 1; pid {folder_text}/pid;\n\
         error_log {folder_text}/error.log crit;\n\
         events {{ worker_connections 8192; }}\n\
         http {{\n access_log off; sendfile {sendfile}; tcp_nopush on; tcp_nodelay on;\n\
         open_file_cache max=1000 inactive=600s; open_file_cache_valid 600s;\n\
         keepalive_requests 1000000000; keepalive_timeout 600s; gzip_static on;\n\
         default_type text/html; root {room_text}/files;\n\
         server {{ listen {address} backlog=4096; }}\n\
         server {{ listen {secure} ssl http2 backlog=4096; ssl_certificate {room_text}/certificate.pem;\n\
         ssl_certificate_key {room_text}/key.pem; http2_max_concurrent_streams 128; }}\n"
    );
    for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
        writeln!(text, "{kind}_temp_path {folder_text}/{kind};")?;
    }
    text.push_str("}\n");
    let file = folder.join("nginx.conf");
    fs::write(&file, text)?;
    let child = Command::new("taskset")
        .args(["-c", CORE, "nginx", "-p"])
        .arg(folder)
        .arg("-c")
        .arg(&file)
        .stderr(Stdio::null())
        .spawn()
        .context("nginx is needed: package nginx-light")?;
    let server = Program::listening(child, address, Some(secure));
    let began = Instant::now();
    while std::net::TcpStream::connect(address).is_err() {
        if began.elapsed() > START_MAX {
            bail!("nginx does not listen");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(server)
}

/// What one server did in one round: answers in a second on a core.
type Round = Vec<f64>;

impl Bench {
    fn rounds(&self) -> usize {
        if self.manner.quick { ROUNDS.1 } else { ROUNDS.0 }
    }

    fn lasts(&self) -> Duration {
        if self.manner.quick { LASTS.1 } else { LASTS.0 }
    }

    fn requests(&mut self, known: &Known) -> anyhow::Result<()> {
        for (name, request, _, etag) in &known.pages {
            for (protocol, ending) in [(Protocol::Http1, "h1"), (Protocol::Http2, "h2")] {
                let crowds: &[usize] =
                    if matches!(*name, "teaser" | "full") { &[64, 1_024] } else { &[64] };
                for crowd in crowds {
                    let bench = match crowd {
                        64 => format!("{name}_{ending}"),
                        _ => format!("{name}_{ending}_{crowd}"),
                    };
                    let theirs = Request { path: format!("/{name}"), ..request.clone() };
                    self.beside(&bench, request, &theirs, protocol, *crowd)?;
                }
            }
            if *name == "teaser" {
                self.not_modified(request, etag)?;
            }
        }
        Ok(())
    }

    fn not_modified(&mut self, request: &Request, etag: &str) -> anyhow::Result<()> {
        let nginx = Request { path: "/teaser".to_owned(), ..request.clone() };
        let (head, _) = once(self.plain.address, "GET", &nginx)?;
        let theirs = header(&head, "etag").context("a validator of nginx")?.to_owned();
        let with = |request: &Request, etag: &str| {
            let mut request = request.clone();
            request.headers.push(("If-None-Match".to_owned(), etag.to_owned()));
            request
        };
        let (ours, theirs) = (with(request, etag), with(&nginx, &theirs));
        self.beside("not_modified_h1", &ours, &theirs, Protocol::Http1, 64)
    }

    /// Ours beside nginx in both settings, and for the plainest question beside the bare writer.
    fn beside(
        &mut self,
        bench: &str,
        ours: &Request,
        theirs: &Request,
        protocol: Protocol,
        crowd: usize,
    ) -> anyhow::Result<()> {
        if !self.manner.wants(bench) {
            return Ok(());
        }
        let paper = if protocol == Protocol::Http1 { &self.paper } else { &self.secure_paper };
        let mut servers = vec![(paper, ours), (&self.sendfile, theirs), (&self.plain, theirs)];
        if bench == "teaser_h1" {
            servers.push((&self.bare, ours));
        }
        let lasts = self.lasts();
        let rounds = self.undisturbed(FOREIGN_MAX, || {
            servers
                .iter()
                .map(|(server, request)| {
                    let address = match protocol {
                        Protocol::Http1 => server.address,
                        Protocol::Http2 => server.secure.unwrap_or(server.address),
                    };
                    let process = [server.id()];
                    let before = machine::on_core(&process)?;
                    let answers = load::get(address, request, protocol, crowd, lasts)?;
                    let spent = machine::on_core(&process)? - before;
                    Ok((answers as f64 / spent.as_secs_f64(), spent))
                })
                .collect()
        })?;
        let median_of = |place: usize| median(rounds.iter().map(|round| round[place]).collect());
        let (place, peer) =
            if median_of(1) >= median_of(2) { (1, "nginx sendfile") } else { (2, "nginx") };
        self.figure(bench, &rounds, place, peer, format!("{crowd} connections"));
        if rounds[0].len() > 3 {
            self.figure("teaser_h1_bare", &rounds, 3, "bare writer", String::new());
        }
        Ok(())
    }

    fn figure(
        &mut self,
        bench: &str,
        rounds: &[Round],
        place: usize,
        peer: &'static str,
        note: String,
    ) {
        let ratio = median(rounds.iter().map(|round| round[0] / round[place]).collect());
        let value = |place: usize| median(rounds.iter().map(|round| round[place]).collect());
        self.tell(Figure {
            bench: bench.to_owned(),
            ours: value(0),
            peer,
            theirs: value(place),
            ratio,
            unit: "req/cpu-s",
            note,
        });
    }

    fn tell(&mut self, figure: Figure) {
        say(if self.manner.json { figure.json() } else { figure.row() });
        self.figures.push(figure);
    }

    /// A figure that has to stay below a limit.
    fn limit(&mut self, bench: &str, most: f64, ours: f64, unit: &'static str, note: &str) {
        self.tell(Figure {
            bench: bench.to_owned(),
            ours,
            peer: "limit",
            theirs: most,
            ratio: most / ours,
            unit,
            note: note.to_owned(),
        });
    }

    fn readings(&mut self) -> anyhow::Result<()> {
        let (address, process) = (self.paper.address, self.paper.id());
        let write = |lasts| spent_by(process, || load::readings(address, ARTICLE, READERS, lasts));
        self.written("reading_post", "callers", write)
    }

    /// What is written durably before it is answered, beside the rows of as many readings in the bare database.
    fn written(
        &mut self,
        bench: &str,
        who: &str,
        mut write: impl FnMut(Duration) -> anyhow::Result<(load::Written, Duration)>,
    ) -> anyhow::Result<()> {
        let (lasts, commits, room) = (self.lasts(), self.commits.clone(), self.room.clone());
        let mut number = 0;
        let mut waits = Vec::new();
        // What is synced keeps threads of the system busy, which belong to nobody.
        let rounds = self.undisturbed(FOREIGN_SYNCED_MAX, || {
            let (ours, spent) = write(lasts)?;
            number += 1;
            let before = machine::children()?;
            let told = Command::new("taskset")
                .args(["-c", CORE])
                .arg(&commits)
                .arg(room.join(format!("bare-{bench}-{number}")))
                .args([READERS.to_string(), lasts.as_secs().to_string()])
                .output()?;
            let said = String::from_utf8_lossy(&told.stdout).into_owned();
            let made: f64 = said.trim().parse().with_context(|| format!("it said {said:?}"))?;
            let their_time = machine::children()? - before;
            waits.push((ours.median, ours.late));
            Ok(vec![
                (ours.made as f64 / spent.as_secs_f64(), spent),
                // What it spent is among what was spent by the programs that were started.
                (made / their_time.as_secs_f64(), Duration::ZERO),
            ])
        })?;
        let milliseconds = |waited: fn(&(Duration, Duration)) -> Duration| {
            median(waits.iter().map(|wait| waited(wait).as_secs_f64() * 1_000.0).collect())
        };
        let note = format!(
            "{READERS} {who}; median {:.1} ms, one in a hundred {:.1} ms",
            milliseconds(|wait| wait.0),
            milliseconds(|wait| wait.1)
        );
        self.figure(bench, &rounds, 1, "bare database", note);
        Ok(())
    }

    /// Rounds in which nobody else worked much; those in which somebody did are made again, so often and no oftener.
    fn undisturbed(
        &self,
        foreign_max: f64,
        mut round: impl FnMut() -> anyhow::Result<Vec<(f64, Duration)>>,
    ) -> anyhow::Result<Vec<Round>> {
        let (mut rounds, mut again) = (Vec::new(), 0);
        while rounds.len() < self.rounds() {
            let (work, own, began) = (machine::all_work()?, machine::children()?, Instant::now());
            let done = round()?;
            let measured: Duration = done.iter().map(|(_, spent)| *spent).sum();
            let ours = measured + (machine::children()?.saturating_sub(own));
            let foreign = (machine::all_work()? - work).saturating_sub(ours);
            if foreign.as_secs_f64() > foreign_max * began.elapsed().as_secs_f64()
                && again < AGAIN_MAX
            {
                again += 1;
                continue;
            }
            rounds.push(done.into_iter().map(|(value, _)| value).collect());
        }
        if again == AGAIN_MAX {
            say("others worked on this machine throughout: take these figures as disturbed");
        }
        Ok(rounds)
    }
}

/// What was written, and what a process spent of its core meanwhile.
fn spent_by(
    process: u32,
    write: impl FnOnce() -> anyhow::Result<load::Written>,
) -> anyhow::Result<(load::Written, Duration)> {
    let before = machine::on_core(&[process])?;
    let written = write()?;
    Ok((written, machine::on_core(&[process])? - before))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Sets the table into its place in the page about benchmarks.
fn write_down(page: &Path, marks: (&str, &str), figures: &[Figure]) -> anyhow::Result<()> {
    let date = machine::today()?;
    let rows: Vec<String> = figures.iter().map(Figure::row).collect();
    let table = format!(
        "Measured on {date}: {}, `cargo xtask bench`, profile `dist`, one core for the servers, the other for the load.\n\n\
         | bench | ours | theirs | ratio | unit | note |\n|---|---|---|---|---|---|\n{}",
        machine::name(),
        rows.join("\n")
    );
    crate::between(page, marks, &table)
}
