//! Localstripe itself: installed once for the build into its folder for what tests leave behind, started on a port that the
//! system gives, ended with the test. It is never a part of what is published.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use ureq::Agent;

/// What is installed.
const PACKAGE: &str = "localstripe==1.15.10";
/// The longest that anything is waited for.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
pub(super) const WEBHOOK_SECRET: &str = "whsec_of_the_courier";
/// It would keep all that it knows in one file for the whole machine; in a test it keeps nothing.
const START: &str = "import sys\nfrom localstripe.resources import Store\n\
    Store.dump_to_disk = lambda self: None\nfrom localstripe.server import start\nstart()\n";

pub(super) struct Server {
    child: Child,
    agent: Agent,
    pub(super) address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program of an environment that has localstripe.
fn python() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(PACKAGE.replace("==", "-"));
    fs::create_dir_all(&folder).unwrap();
    // Tests are processes of their own: one installs, the others wait.
    let lock = File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap();
    let (python, ready) = (folder.join("bin/python"), folder.join("ready"));
    if !ready.exists() {
        run(
            Command::new("python3").args(["-m", "venv"]).arg(&folder),
            "install the Debian package `python3-venv`",
        );
        run(
            Command::new(&python).args(["-m", "pip", "install", "--quiet", PACKAGE]),
            "PyPI has to be reached once",
        );
        File::create(ready).unwrap();
    }
    python
}

fn run(command: &mut Command, remedy: &str) {
    let done = command.stdin(Stdio::null()).output();
    let said = match &done {
        Ok(output) if output.status.success() => return,
        Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
        Err(error) => error.to_string(),
    };
    panic!("{PACKAGE} cannot be installed, and Stripe's client is not tested: {remedy}\n{said}");
}

impl Server {
    pub(super) fn start() -> Self {
        let python = python();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(python);
        command.args(["-c", START, "--from-scratch", "--port", &port.to_string()]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().unwrap();
        let config = Agent::config_builder().http_status_as_error(false).proxy(None);
        let agent = Agent::new_with_config(config.timeout_global(Some(PATIENCE)).build());
        let server = Self { child, agent, address: format!("http://127.0.0.1:{port}") };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < PATIENCE, "localstripe does not listen on port {port}");
            thread::sleep(Duration::from_millis(20));
        }
        server
    }

    /// Asks for something to be done; the status and what is answered.
    pub(super) fn ask(&self, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
        let request = self.agent.post(format!("{}{path}", self.address));
        let request = request.header("Authorization", "Bearer sk_test_of_a_page");
        let mut response = request.send_form(form.iter().copied()).unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        let value = serde_json::from_str(&text).unwrap_or(Value::String(text));
        (response.status().as_u16(), value)
    }

    pub(super) fn send(&self, path: &str, form: &[(&str, &str)]) -> Value {
        let (status, value) = self.ask(path, form);
        assert_eq!(status, 200, "{path} {form:?}: {value}");
        value
    }

    pub(super) fn get(&self, path: &str) -> Value {
        let request = self.agent.get(format!("{}{path}", self.address));
        let request = request.header("Authorization", "Bearer sk_test_of_a_page");
        let text = request.call().unwrap().body_mut().read_to_string().unwrap();
        serde_json::from_str(&text).unwrap()
    }

    pub(super) fn delete(&self, path: &str) {
        let request = self.agent.delete(format!("{}{path}", self.address));
        let request = request.header("Authorization", "Bearer sk_test_of_a_page");
        assert_eq!(request.call().unwrap().status().as_u16(), 200);
    }
}

/// An address for messages, as the paper has one; what arrives there: bodies and their signatures.
pub(super) fn listen(server: &Server) -> Receiver<(Vec<u8>, String)> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hints", listener.local_addr().unwrap());
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let Some(message) = received(&mut stream) else { continue };
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
            if sender.send(message).is_err() {
                return;
            }
        }
    });
    let form = [("url", &*url), ("secret", WEBHOOK_SECRET)];
    let (status, said) = server.ask("/_config/webhooks/paper", &form);
    assert_eq!(status, 200, "{said}");
    receiver
}

fn received(stream: &mut TcpStream) -> Option<(Vec<u8>, String)> {
    let mut reader = BufReader::new(stream);
    let (mut length, mut signature) = (0, String::new());
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(':') else { continue };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "stripe-signature" => value.trim().clone_into(&mut signature),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((body, signature))
}
