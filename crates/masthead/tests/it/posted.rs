//! Every mail of a paper as it goes over the wire: handed by the program's own sender to a server that takes everything.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, SystemTime};

use providers::{Mail, Mailer, Sender, Smtp, SmtpAddress};
use rusqlite::Connection;

use crate::paper::TestPaper;

const QUIET: Duration = Duration::from_secs(10);

impl TestPaper {
    /// All mails that were written: each as the server got it, with its lines joined again where the encoding broke them,
    /// and its texts as they were queued.
    pub(crate) fn mails_as_sent(&self) -> Vec<String> {
        let raw = Connection::open(self.folder.path().join(store::DATABASE)).unwrap();
        let mut query = raw.prepare("SELECT recipient, subject, plain, html FROM mails").unwrap();
        let rows = query.query_map([], |row| {
            Ok([0, 1, 2, 3].map(|column| row.get::<_, String>(column).unwrap()))
        });
        let rows: Vec<[String; 4]> = rows.unwrap().collect::<Result<_, _>>().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("smtp://{}?tls=none", listener.local_addr().unwrap());
        let number = rows.len();
        let taking = std::thread::spawn(move || taken(&listener, number));
        let smtp = Smtp::new(SmtpAddress::parse(&address).unwrap(), "paper.example");
        for (number, [to, subject, plain, html]) in rows.iter().enumerate() {
            let mail = Mail {
                message_id: format!("{number}@paper.example"),
                from: Sender::parse("The Merrin Courant <letters@paper.example>").unwrap(),
                to: to.clone(),
                subject: subject.clone(),
                plain: plain.clone(),
                html: html.clone(),
                sent_at: SystemTime::UNIX_EPOCH,
                unsubscribe: None,
            };
            smtp.send(&mail).unwrap();
        }
        let posted = taking.join().unwrap();
        let whole = |(posted, row): (String, &[String; 4])| {
            let joined = posted.replace("=\r\n", "").replace("=\n", "");
            format!("{posted}\n{joined}\n{}", row.join("\n"))
        };
        posted.into_iter().zip(&rows).map(whole).collect()
    }
}

/// Takes so many mails, one connection after another.
fn taken(listener: &TcpListener, number: usize) -> Vec<String> {
    let mut mails = Vec::new();
    while mails.len() < number {
        let (stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(QUIET)).unwrap();
        mails.extend(spoken(stream));
    }
    mails
}

fn spoken(mut stream: TcpStream) -> Vec<String> {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let mut mails = Vec::new();
    let mut say = |text: &str| stream.write_all(format!("{text}\r\n").as_bytes()).is_ok();
    say("220 paper.example");
    while let Some(Ok(line)) = lines.next() {
        let word = line.split_whitespace().next().unwrap_or("").to_uppercase();
        match word.as_str() {
            "QUIT" => break,
            "DATA" => {
                say("354 go on");
                let data = lines.by_ref().map_while(Result::ok).take_while(|line| line != ".");
                mails.push(data.collect::<Vec<_>>().join("\r\n"));
                say("250 taken");
            }
            _ => {
                say("250 ok");
            }
        }
    }
    mails
}
