//! The program under test: run to its end, or served until the test is over. Whatever it says is looked through for
//! panics and for the paper's secret.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// The longest that anything is waited for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(10);

/// Waits until `ready` gives something.
#[track_caller]
pub(crate) fn until<T>(what: &str, mut ready: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = ready() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "waited in vain: {what}");
        thread::sleep(PAUSE);
    }
}

/// A folder for one test. Relative paths of the program begin here, and so do its temporary files.
pub(crate) struct Room {
    folder: tempfile::TempDir,
}

impl Room {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The program, with nothing of the test's own surroundings.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_masthead"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command.env_clear().env("TMPDIR", self.folder.path());
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command
    }

    /// Runs the program to its end.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, &[])
    }

    /// Runs the program to its end with these variables.
    #[track_caller]
    pub(crate) fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        let mut command = self.command(arguments);
        command.envs(variables.iter().copied());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let out = gather(child.stdout.take().unwrap());
        let err = gather(child.stderr.take().unwrap());
        let status = ended(&mut child, &format!("masthead {}", arguments.join(" ")));
        let ran = Ran { status, out: out.text(), err: err.text() };
        self.look_through(&ran.out);
        self.look_through(&ran.err);
        ran
    }

    /// Starts the program and waits for its line that it listens.
    #[track_caller]
    pub(crate) fn serve(&self, arguments: &[&str]) -> Served<'_> {
        self.serve_with(arguments, &[])
    }

    #[track_caller]
    pub(crate) fn serve_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Served<'_> {
        let mut command = self.command(arguments);
        command.envs(variables.iter().copied());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let out = gather(child.stdout.take().unwrap());
        let err = gather(child.stderr.take().unwrap());
        let mut served = Served {
            room: self,
            child: Running(child),
            out,
            err,
            address: String::new(),
            operator: String::new(),
        };
        let listening = until("a line that it listens", || {
            if let Some(status) = served.child.0.try_wait().unwrap() {
                panic!("ended with {status}:\n{}{}", served.out.text(), served.err.text());
            }
            let said = served.out.so_far();
            let first = after(&said, "listening on http://");
            first.or_else(|| after(&said, "listening on https://"))
        });
        served.address = listening;
        let operator = after(&served.out.so_far(), "health and metrics on http://");
        served.operator = operator.unwrap_or_default();
        served
    }

    /// A demo in the folder `paper`, on ports that the system gives.
    #[track_caller]
    pub(crate) fn demo(&self) -> Served<'_> {
        self.serve(&["demo", "--data", "paper", "--listen", "127.0.0.1:0"])
    }

    /// A demo's folder that nobody serves.
    #[track_caller]
    pub(crate) fn filled(&self) {
        assert_eq!(self.demo().stop().code(), Some(0));
    }

    /// Nothing that the program says may hold a panic or the secret of any paper here.
    #[track_caller]
    fn look_through(&self, text: &str) {
        assert!(!text.contains("panicked"), "it panicked:\n{text}");
        assert!(!text.contains("RUST_BACKTRACE"), "it panicked:\n{text}");
        for entry in std::fs::read_dir(self.folder.path()).unwrap() {
            let Ok(secret) = std::fs::read(entry.unwrap().path().join("secret.key")) else {
                continue;
            };
            if secret.len() < 15 {
                continue;
            }
            for spelling in spellings(&secret) {
                assert!(!text.contains(&spelling), "it tells the secret as {spelling}:\n{text}");
            }
        }
    }
}

/// How a secret might be written: the beginning of each is enough.
pub(crate) fn spellings(secret: &[u8]) -> Vec<String> {
    let secret = &secret[..15];
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let numbers: Vec<String> = secret.iter().map(u8::to_string).collect();
    let base64 = base64(secret, b"+/");
    vec![hex.to_uppercase(), hex, base64, self::base64(secret, b"-_"), numbers.join(", ")]
}

fn base64(bytes: &[u8], last: &[u8; 2]) -> String {
    let letters: Vec<u8> =
        (b'A'..=b'Z').chain(b'a'..=b'z').chain(b'0'..=b'9').chain(*last).collect();
    let mut text = String::new();
    for three in bytes.chunks_exact(3) {
        let bits = three.iter().fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        for shift in [18, 12, 6, 0] {
            text.push(char::from(letters[bits >> shift & 63]));
        }
    }
    text
}

/// The rest of the line after `mark`.
pub(crate) fn after(text: &str, mark: &str) -> Option<String> {
    let (_, rest) = text.split_once(mark)?;
    // A line is read whole or not at all.
    rest.split_once('\n').map(|(line, _)| line.to_owned())
}

/// What a program said until it ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: ExitStatus,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// It went well: what it said.
    #[track_caller]
    pub(crate) fn fine(self) -> String {
        assert_eq!(self.status.code(), Some(0), "{}{}", self.out, self.err);
        self.out
    }

    /// It was refused, with nothing but an error: what that says.
    #[track_caller]
    pub(crate) fn refused(self) -> String {
        assert_eq!(self.status.code(), Some(1), "{}{}", self.out, self.err);
        assert_eq!(self.out, "", "an error belongs on standard error");
        assert!(self.err.starts_with("masthead: "), "{}", self.err);
        self.err
    }

    /// It was refused in one line.
    #[track_caller]
    pub(crate) fn refused_in_a_line(self) -> String {
        let error = self.refused();
        assert_eq!(error.trim_end().lines().count(), 1, "{error}");
        error
    }
}

/// What a pipe has brought.
struct Gathered {
    text: Arc<Mutex<String>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

fn gather(pipe: impl Read + Send + 'static) -> Gathered {
    let text = Arc::new(Mutex::new(String::new()));
    let gathered = Arc::clone(&text);
    let thread = thread::spawn(move || {
        let mut lines = BufReader::new(pipe);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            gathered.lock().unwrap().push_str(&String::from_utf8_lossy(&line));
            line.clear();
        }
    });
    Gathered { text, thread: Mutex::new(Some(thread)) }
}

impl Gathered {
    fn so_far(&self) -> String {
        self.text.lock().unwrap().clone()
    }

    /// Everything, after the program ended.
    fn text(&self) -> String {
        if let Some(thread) = self.thread.lock().unwrap().take() {
            thread.join().unwrap();
        }
        self.so_far()
    }
}

#[track_caller]
fn ended(child: &mut Child, what: &str) -> ExitStatus {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if begun.elapsed() > PATIENCE {
            let _ = child.kill();
            let _ = child.wait();
            panic!("{what} did not end");
        }
        thread::sleep(PAUSE);
    }
}

/// A program that is ended with the test, however that ends.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A program that serves. It is ended with the test.
pub(crate) struct Served<'a> {
    room: &'a Room,
    child: Running,
    out: Gathered,
    err: Gathered,
    /// Where readers are answered.
    pub(crate) address: String,
    /// Health and metrics.
    pub(crate) operator: String,
}

impl Served<'_> {
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.0.id()
    }

    pub(crate) fn said(&self) -> String {
        self.out.so_far()
    }

    pub(crate) fn logged(&self) -> String {
        self.err.so_far()
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.0.try_wait().unwrap().is_none()
    }

    /// Asks it to stop, as the system does.
    pub(crate) fn terminate(&self) {
        signal("TERM", self.child.0.id());
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let status = ended(&mut self.child.0, "a program that was told to stop");
        self.room.look_through(&self.out.text());
        self.room.look_through(&self.err.text());
        status
    }

    /// Asks it to stop and waits for that.
    #[track_caller]
    pub(crate) fn stop(mut self) -> ExitStatus {
        self.terminate();
        self.ended()
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.0.kill().unwrap();
        self.child.0.wait().unwrap();
    }
}

/// Sends a signal to a program that this test started.
pub(crate) fn signal(name: &str, pid: u32) {
    let script = format!("kill -{name} {pid}");
    let sent = Command::new("sh").args(["-c", &script]).status().unwrap();
    assert!(sent.success(), "{script}");
}

/// The names in a folder and below it, with lengths.
pub(crate) fn listing(folder: &Path) -> Vec<(PathBuf, u64)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten() {
            let entry = entry.unwrap();
            // A program that is at work renames what it has written: what is gone by now is not in the folder.
            let length = match entry.metadata() {
                Ok(about) => about.len(),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                Err(error) => panic!("{}: {error}", entry.path().display()),
            };
            found.push((entry.path(), length));
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_secret_is_recognized_however_it_is_written() {
    let spelled = spellings(b"Man Man Man Man Man");
    assert!(spelled.contains(&"4d616e204d616e204d616e204d616e".to_owned()), "{spelled:?}");
    assert!(spelled.contains(&"TWFuIE1hbiBNYW4gTWFu".to_owned()), "{spelled:?}");
}
