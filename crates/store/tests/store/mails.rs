//! The queue of mails: each is sent once at most, wherever the process was killed; what waits is tried again and given up in
//! time; and everything has a limit.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use jiff::{SignedDuration, Timestamp};
use store::{
    BOUNCES_MAX, Bounce, BounceOutcome, DueMail, MAIL_RETRIES, MAIL_TEXT_BYTES_MAX,
    MAILS_ABOUT_KEPT, MAILS_KEPT, MAILS_WAITING_MAX, MailCounts, MailOutcome, MailState, NewMail,
    Options, REASON_CHARS_MAX, RECIPIENT_BYTES_MAX, SUBJECT_BYTES_MAX, Store,
};

use crate::stage::{DAY, Dice, Folder, PAPER, assert_sound, at, number, wait};

const FOLDER: &str = "STORE_TEST_MAILS_FOLDER";
const KILLS: u64 = 60;
/// Mails after which a child would end by itself: no child outlives its parent by much.
const MAILS_MAX: u64 = 5_000;

fn mail(to: &str) -> NewMail {
    NewMail {
        kind: "receipt",
        recipient: to.to_owned(),
        subject: "Receipt 1".to_owned(),
        plain: "Your payment arrived.".to_owned(),
        html: "<p>Your payment arrived.</p>".to_owned(),
        once: None,
        due_at: at(0),
        unsubscribe: None,
    }
}

fn sign_in(to: &str) -> NewMail {
    NewMail { kind: "sign-in", ..mail(to) }
}

fn queue(store: &Store, mail: NewMail) -> bool {
    wait(store.queue_mail(mail, at(0))).unwrap()
}

fn take(store: &Store, now: Timestamp) -> Option<DueMail> {
    wait(store.take_mail(now)).unwrap()
}

fn tell(store: &Store, mail: &DueMail, outcome: MailOutcome, now: Timestamp) -> Option<MailState> {
    wait(store.mail_told(mail.id, outcome, now)).unwrap()
}

fn later() -> MailOutcome {
    MailOutcome::Later("451 later".to_owned())
}

#[test]
fn a_mail_is_taken_once_and_its_text_goes_when_it_was_sent() {
    let folder = Folder::new();
    let store = folder.open();
    assert!(queue(&store, mail("ada@example.org")));
    assert_eq!(take(&store, at(-1)), None, "its time has not come");
    let taken = take(&store, at(0)).unwrap();
    assert_eq!(
        (taken.recipient.as_str(), taken.subject.as_str()),
        ("ada@example.org", "Receipt 1")
    );
    assert_eq!(take(&store, at(DAY)), None, "it is taken");
    assert_eq!(tell(&store, &taken, MailOutcome::Sent, at(1)), Some(MailState::Sent));
    assert_eq!(tell(&store, &taken, later(), at(2)), None, "it is no more under way");
    let kept = wait(store.mail(taken.id)).unwrap().unwrap();
    assert_eq!((kept.state, kept.tries), (MailState::Sent, 1));
    assert!(kept.subject.is_empty() && kept.plain.is_empty() && kept.html.is_empty());
    assert_sound(&store);
}

#[test]
fn what_was_under_way_at_the_end_is_never_taken_again() {
    let folder = Folder::new();
    let store = folder.open();
    queue(&store, mail("ada@example.org"));
    queue(&store, mail("bob@example.org"));
    let taken = take(&store, at(0)).unwrap();
    store.close();
    let store = folder.open();
    assert_eq!(wait(store.settle_mails(at(9))).unwrap(), 1);
    assert_eq!(wait(store.settle_mails(at(9))).unwrap(), 0);
    assert_eq!(tell(&store, &taken, later(), at(9)), None, "it cannot come back");
    assert_eq!(take(&store, at(DAY)).unwrap().recipient, "bob@example.org");
    assert_eq!(take(&store, at(DAY)), None);
    let kept = wait(store.mail(taken.id)).unwrap().unwrap();
    assert_eq!((kept.state, kept.plain.as_str()), (MailState::Unsure, ""));
    let counts = wait(store.mail_counts()).unwrap();
    assert_eq!(counts, MailCounts { waiting: 0, failed: 0, unsure: 1 });
}

#[test]
fn a_mail_is_tried_again_less_and_less_often_and_then_given_up() {
    let folder = Folder::new();
    let store = folder.open();
    queue(&store, mail("ada@example.org"));
    let mut now = at(0);
    let first = take(&store, now).unwrap();
    assert_eq!(tell(&store, &first, later(), now), Some(MailState::Waiting));
    for (round, pause) in MAIL_RETRIES.iter().enumerate() {
        assert_eq!(take(&store, now + *pause - SignedDuration::from_secs(1)), None, "{round}");
        now += *pause;
        let again = take(&store, now).unwrap();
        assert_eq!(again, first, "the same mail under the same name");
        let state = tell(&store, &again, later(), now).unwrap();
        let is_last = round + 1 == MAIL_RETRIES.len();
        assert_eq!(state, if is_last { MailState::Failed } else { MailState::Waiting });
    }
    assert_eq!(take(&store, now + SignedDuration::from_hours(1_000)), None);
    let kept = wait(store.mail(first.id)).unwrap().unwrap();
    assert_eq!((kept.tries, kept.reason.as_deref()), (6, Some("451 later")));
}

#[test]
fn who_waits_at_the_screen_goes_first_and_gets_nothing_that_is_over() {
    let folder = Folder::new();
    let store = folder.open();
    for number in 0..3 {
        queue(&store, mail(&format!("reader{number}@example.org")));
    }
    queue(&store, sign_in("ada@example.org"));
    queue(&store, sign_in("late@example.org"));
    let first = take(&store, at(0)).unwrap();
    assert_eq!(first.recipient, "ada@example.org");
    // A minute later it may still be used; half an hour later it could not.
    assert_eq!(tell(&store, &first, later(), at(0)), Some(MailState::Waiting));
    assert_eq!(take(&store, at(16 * 60)).unwrap().recipient, "reader0@example.org");
    let late = wait(store.mails_lately(1)).unwrap().remove(0);
    assert_eq!((late.recipient.as_str(), late.state), ("late@example.org", MailState::Failed));
    queue(&store, NewMail { due_at: at(0), ..sign_in("bob@example.org") });
    let bob = take(&store, at(14 * 60)).unwrap();
    assert_eq!(bob.recipient, "bob@example.org");
    assert_eq!(tell(&store, &bob, later(), at(14 * 60 + 30)), Some(MailState::Failed));
}

#[test]
fn about_the_same_there_is_one_mail() {
    let folder = Folder::new();
    let store = folder.open();
    let once = |about: &str| NewMail { once: Some(about.to_owned()), ..mail("ada@example.org") };
    assert!(queue(&store, once("expired:7")) && queue(&store, once("expired:8")));
    assert!(!queue(&store, once("expired:7")));
    let taken = take(&store, at(0)).unwrap();
    tell(&store, &taken, MailOutcome::Sent, at(0));
    assert!(!queue(&store, once("expired:7")), "not after it was sent either");
}

#[test]
fn recipients_on_the_list_get_nothing() {
    let folder = Folder::new();
    let store = folder.open();
    wait(store.suppress("Ada@Example.org", "550 nobody here", at(0))).unwrap();
    wait(store.suppress("ada@example.org", "another", at(1))).unwrap();
    for to in ["ada@example.org", "ADA@example.org", "bob@example.org"] {
        queue(&store, mail(to));
    }
    queue(&store, sign_in(" ada@example.org"));
    assert_eq!(take(&store, at(0)).unwrap().recipient, "bob@example.org");
    assert_eq!(take(&store, at(0)), None);
    assert_eq!(wait(store.mail_counts()).unwrap().failed, 3);
    let raw = folder.raw();
    assert_eq!(number(&raw, "SELECT count(*) FROM suppressions"), 1);
    let hidden = "SELECT count(*) FROM suppressions WHERE instr(lower(hex(address)), '616461') > 0";
    assert_eq!(number(&raw, hidden), 0, "the address is nowhere");
    assert!(wait(store.release("ada@example.org")).unwrap());
    assert!(!wait(store.release("ada@example.org")).unwrap());
    queue(&store, mail("ada@example.org"));
    assert!(take(&store, at(0)).is_some());
}

#[test]
fn what_comes_back_counts_for_the_recipient_of_that_mail_alone() {
    let folder = Folder::new();
    let store = folder.open();
    let mut names = Vec::new();
    for to in ["Ada@example.org", "bob@example.org", "eve@example.org"] {
        queue(&store, mail(to));
        let taken = take(&store, at(0)).unwrap();
        // The last one was given up, and nothing can come back of it.
        let refused = to.starts_with("eve");
        let outcome = if refused { MailOutcome::Never("no".to_owned()) } else { MailOutcome::Sent };
        tell(&store, &taken, outcome, at(0));
        names.push(taken.name);
    }
    let bounce = |address: &str, about: Option<&String>| Bounce {
        addresses: vec!["led@on.example".to_owned(), address.to_owned()],
        about: about.cloned(),
        reason: "bounced with 5.1.1".to_owned(),
    };
    let all = vec![
        bounce("bob@example.org", Some(&names[0])),
        bounce("eve@example.org", Some(&names[2])),
        bounce("ada@EXAMPLE.org", Some(&names[0])),
        bounce("ada@example.org", None),
    ];
    let told = wait(store.take_bounces(all, at(7))).unwrap();
    let ada = "Ada@example.org".to_owned();
    let wanted = [
        BounceOutcome::Foreign,
        BounceOutcome::Foreign,
        BounceOutcome::Suppressed(ada.clone()),
        BounceOutcome::Known(ada),
    ];
    assert_eq!(told, wanted);
    let (rows, all) = wait(store.suppressions()).unwrap();
    assert_eq!((rows.len(), all), (1, 1));
    assert_eq!((&*rows[0].reason, rows[0].since), ("bounced with 5.1.1", at(7)));
    let many = vec![bounce("bob@example.org", None); BOUNCES_MAX + 1];
    assert_eq!(wait(store.take_bounces(many, at(8))).unwrap().len(), BOUNCES_MAX);
}

#[test]
fn more_of_the_list_than_one_look_passes_over_holds_nobody_up_for_long() {
    let folder = Folder::new();
    let store = folder.open();
    wait(store.suppress("ada@example.org", "no", at(0))).unwrap();
    for _ in 0..70 {
        queue(&store, mail("ada@example.org"));
    }
    queue(&store, mail("bob@example.org"));
    assert_eq!(take(&store, at(0)), None);
    assert_eq!(take(&store, at(0)).unwrap().recipient, "bob@example.org");
}

#[test]
fn what_was_sent_is_forgotten_after_thirty_days_in_small_steps() {
    let folder = Folder::new();
    let store = folder.open();
    for number in 0..5 {
        queue(&store, mail(&format!("reader{number}@example.org")));
        let taken = take(&store, at(0)).unwrap();
        tell(&store, &taken, MailOutcome::Sent, at(0));
    }
    queue(&store, NewMail { due_at: at(40 * DAY), ..mail("soon@example.org") });
    queue(&store, mail("under-way@example.org"));
    assert!(take(&store, at(0)).is_some());
    let end = at(0) + MAILS_KEPT;
    assert_eq!(wait(store.forget_mails(end, 100)).unwrap(), 0);
    let after = end + SignedDuration::from_secs(1);
    assert_eq!(wait(store.forget_mails(after, 2)).unwrap(), 2);
    assert_eq!(wait(store.forget_mails(after, 100)).unwrap(), 3);
    assert_eq!(wait(store.forget_mails(after, 100)).unwrap(), 0);
    assert_eq!(wait(store.mails_lately(10)).unwrap().len(), 2);
}

/// A subscription that was cancelled is cancelled for up to a year: nobody is told so every month.
#[test]
fn what_is_written_once_is_written_once_also_when_its_mail_was_forgotten() {
    let folder = Folder::new();
    let store = folder.open();
    let letter = || NewMail { once: Some("cancelled:sub_1".to_owned()), ..mail("ada@example.org") };
    queue(&store, letter());
    let taken = take(&store, at(0)).unwrap();
    tell(&store, &taken, MailOutcome::Sent, at(0));
    let second = SignedDuration::from_secs(1);
    let later = at(0) + MAILS_KEPT + second;
    assert_eq!(wait(store.forget_mails(later, 10)).unwrap(), 1);
    assert_eq!(wait(store.forget_mails(later, 10)).unwrap(), 0);
    assert!(wait(store.mails_lately(10)).unwrap().is_empty());
    let named = "SELECT count(*) FROM mails WHERE recipient <> ''";
    assert_eq!(number(&folder.raw(), named), 0, "to whom it went is not known any more");
    wait(store.queue_mail(letter(), later)).unwrap();
    assert_eq!(take(&store, later), None);
    let end = at(0) + MAILS_ABOUT_KEPT + second;
    assert_eq!(wait(store.forget_mails(end, 10)).unwrap(), 1);
    assert_eq!(number(&folder.raw(), "SELECT count(*) FROM mails"), 0);
}

#[test]
fn everything_about_a_mail_has_a_limit() {
    let folder = Folder::new();
    let store = folder.open();
    let long = |bytes: usize| "x".repeat(bytes);
    let usual = || mail("ada@example.org");
    for (fits, does_not) in [
        (
            NewMail { subject: long(SUBJECT_BYTES_MAX), ..usual() },
            NewMail { subject: long(SUBJECT_BYTES_MAX + 1), ..usual() },
        ),
        (mail(&long(RECIPIENT_BYTES_MAX)), mail(&long(RECIPIENT_BYTES_MAX + 1))),
        (
            NewMail { plain: long(MAIL_TEXT_BYTES_MAX), ..usual() },
            NewMail { plain: long(MAIL_TEXT_BYTES_MAX + 1), ..usual() },
        ),
        (
            NewMail { html: long(MAIL_TEXT_BYTES_MAX), ..usual() },
            NewMail { html: long(MAIL_TEXT_BYTES_MAX + 1), ..usual() },
        ),
    ] {
        assert!(queue(&store, fits));
        assert!(!queue(&store, does_not));
    }
    let taken = take(&store, at(0)).unwrap();
    tell(&store, &taken, MailOutcome::Never(long(10 * REASON_CHARS_MAX)), at(0));
    let reason = wait(store.mail(taken.id)).unwrap().unwrap().reason.unwrap();
    assert_eq!(reason.len(), REASON_CHARS_MAX);
    // Filled behind the store's back: one commit for each would take a while.
    let raw = folder.raw();
    let wait_for = MAILS_WAITING_MAX as i64
        - number(&raw, "SELECT count(*) FROM mails WHERE state = 'waiting'");
    raw.execute(
        "WITH RECURSIVE n (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM n WHERE n < ?1) \
         INSERT INTO mails (kind, recipient, subject, plain, html, state, queued_at, due_at, tries) \
         SELECT 'receipt', 'a@example.org', '', '', '', 'waiting', 0, 0, 0 FROM n",
        [wait_for],
    )
    .unwrap();
    assert!(queue(&store, usual()), "the last that fits");
    assert!(!queue(&store, usual()));
}

/// Not a test of its own: what the children do. Without the variable it returns at once.
#[test]
fn child() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let store = Store::open(Path::new(&folder), PAPER, &Options::default()).unwrap();
    wait(store.settle_mails(at(0))).unwrap();
    for round in 0..MAILS_MAX {
        queue(&store, mail("ada@example.org"));
        let Some(taken) = take(&store, at(0)) else { continue };
        let outcome = match round % 7 {
            3 => MailOutcome::Never("550".to_owned()),
            5 => later(),
            _ => {
                hand_over(&taken);
                MailOutcome::Sent
            }
        };
        tell(&store, &taken, outcome, at(0));
    }
}

/// What sending is here: a line, written at once and past the capture of the test's output.
fn hand_over(mail: &DueMail) {
    let mut out = std::io::stdout().lock();
    // The harness may have begun a line of its own.
    let line = format!("\nmail {} {}\n", mail.id.0, mail.name);
    if out.write_all(line.as_bytes()).and_then(|()| out.flush()).is_err() {
        std::process::exit(1);
    }
}

fn start(folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "mails::child", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Lets a child send so many mails, kills it, and takes down what it had sent until then, all of it.
fn run_and_kill(folder: &Path, after: u64, sent: &mut BTreeMap<i64, String>) {
    let mut child = start(folder);
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut take = |lines: &mut BufReader<_>| {
        let mut line = String::new();
        let length = lines.read_line(&mut line).unwrap();
        let words: Vec<&str> = line.trim_end().split(' ').collect();
        if let ["mail", id, name] = words[..] {
            let twice = sent.insert(id.parse().unwrap(), name.to_owned());
            assert_eq!(twice, None, "mail {id} went out twice");
            return (length, 1);
        }
        (length, 0)
    };
    let mut taken = 0;
    while taken < after {
        let (length, one) = take(&mut lines);
        assert!(length > 0, "a child ended before it was killed");
        taken += one;
    }
    // SIGKILL, to this child by its id. Nothing of it runs any more.
    child.kill().unwrap();
    child.wait().unwrap();
    while take(&mut lines).0 > 0 {}
}

#[test]
fn killed_at_any_point_no_mail_goes_out_twice() {
    let folder = Folder::new();
    let mut dice = Dice::new(3);
    let mut sent: BTreeMap<i64, String> = BTreeMap::new();
    for _ in 0..KILLS {
        run_and_kill(folder.path(), dice.below(12), &mut sent);
    }
    assert!(sent.len() > 100, "only {} mails went out", sent.len());
    let store = folder.open();
    wait(store.settle_mails(at(0))).unwrap();
    let raw = folder.raw();
    for id in sent.keys() {
        let state =
            format!("SELECT count(*) FROM mails WHERE id = {id} AND state IN ('sent', 'unsure')");
        assert_eq!(number(&raw, &state), 1, "mail {id} would go out again");
    }
    let told = number(&raw, "SELECT count(*) FROM mails WHERE state = 'sent'");
    assert!(told as usize <= sent.len(), "a mail is down as sent that never went out");
    let mut names: Vec<&String> = sent.values().collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), sent.len(), "two mails have one name");
    assert_sound(&store);
}
