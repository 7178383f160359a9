//! The paper's memory: the only room that speaks SQL.
//!
//! It holds facts and no policy, knows no HTTP and no template, and reads no clock. Bodies come in sealed and go out
//! sealed. Every write is on the disk before it is answered.

mod addresses;
mod articles;
mod backup;
mod changes;
mod checkouts;
mod desk_lists;
mod devices;
mod drafts;
mod events;
mod exports;
mod fact_rows;
mod figures;
mod files;
mod gifts;
mod hands;
mod help;
mod imports;
mod institutions;
mod invoices;
mod kept_answers;
mod known_readers;
mod ledger;
mod lists;
mod lookups;
mod mails;
mod media;
mod new_addresses;
mod numbers;
mod old_files;
mod papers;
mod passkeys;
mod passwords;
mod payers;
mod plan_changes;
mod print_accounts;
mod readers;
mod readings;
mod reads;
mod reports;
mod rows;
mod same_file;
mod saved;
mod search;
mod seats;
mod sessions;
mod settings;
mod sign_ins;
mod sign_ups;
mod sitemaps;
mod sqlite;
mod staff;
mod standings;
mod statements;
mod subscribers;
mod suppressions;
mod tokens;
mod turns;
mod values;
mod webhooks;
mod widths;
mod writer;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::thread::JoinHandle;
use std::time::Duration;

use gate::Outage;
use jiff::Timestamp;
use paywall::PaperId;
use rusqlite::{Connection, OptionalExtension};

pub use addresses::{Led, NAMESAKES_MAX, SPELLINGS_MAX};
pub use articles::{BATCH_BYTES_MAX, BATCH_MAX, Filter, LIST_MAX, Listed, Piece, SaveReport};
pub use backup::{CopyError, OpenFile, Verified, verify_copy};
use changes::Listeners;
pub use changes::{Change, Listener};
pub use checkouts::{
    BeganAt, CheckoutRow, HINT_BYTES_MAX, HINTS_KEPT, HINTS_MAX, NewHint, OPEN_CHECKOUTS_MAX,
    PaymentSilence, WaitingHint,
};
pub use desk_lists::{DESK_LISTED_MAX, DeskFilter, DeskRow, DeskState};
pub use devices::{
    Chosen, DEVICE_COUNTS, DEVICE_IN_USE, DeviceLimit, Entry, WAITING_OF_READER_MAX, WaitingSignIn,
};
pub use drafts::{
    DRAFTS_MAX, DraftKept, DraftListed, DraftState, Drafted, NewDraft, Out, Publishing,
    REVISIONS_MAX, Revision, RevisionRow,
};
pub use events::EventKind;
pub use exports::Exported;
pub use figures::{Figure, Figures};
pub use files::{
    DESK_WORDS_MAX, FILE_USES_MAX, FILES_LISTED_MAX, FILES_MAX, FileChanged, FileFilter,
    FilePlaces, FileRow, FileTold, FileUse, NewFile, WrittenFile,
};
pub use gifts::{GIFT_USES_MAX, GIFTS_KEPT, GIFTS_LISTED_MAX, GiftRow, GiftUsed, NewGift};
pub use hands::{HAND_HOLDS, Hand, Holder, TAB_BYTES_MAX};
pub use help::{Agreement, Corrected as AddressCorrected, Noted, OF_READER_MAX, READERS_FOUND_MAX};
pub use imports::{Arrival, Incoming, Landed, Origin, Standing, Withdrawal};
pub use institutions::{
    INSTITUTION_STATES_MAX, INSTITUTIONS_MAX, Institution, InstitutionKept, InstitutionRow, MustBe,
};
pub use invoices::{
    BUYER_LINE_CHARS_MAX, BUYER_LINES_MAX, BUYER_NAME_CHARS_MAX, Buyer, INVOICE,
    INVOICE_ORDERS_DAILY_MAX, INVOICE_REASON_CHARS_MAX, INVOICES_LISTED_MAX, Invoice, InvoiceMade,
    InvoiceNumber, InvoiceSheet, InvoiceState, NewInvoice, NextPlan, NextPlanStep, Settled,
    Settling, invoice_contract, is_by_invoice,
};
pub use kept_answers::{
    Claimed, KEPT_ANSWERS_KEPT, KEPT_ANSWERS_MAX, KEPT_ANSWERS_OF_TOKEN_MAX, KeptAnswer,
};
pub use known_readers::KnownReader;
use known_readers::KnownReaders;
pub use ledger::{
    BroughtFrom, DueSubscription, FACTS_MAX, ReadBack, SUBSCRIPTIONS_LISTED_MAX, SubscriptionRow,
    TRIAL, TrialCard,
};
pub use lists::{Corrected, LOOKS_MAX, Published, STRETCHES_MAX, Span};
use lookups::Lookups;
pub use mails::{
    BOUNCES_MAX, Bounce, BounceOutcome, DueMail, MAIL_RETRIES, MAIL_TEXT_BYTES_MAX,
    MAILS_ABOUT_KEPT, MAILS_KEPT, MAILS_LISTED_MAX, MAILS_WAITING_MAX, MailCounts, MailId,
    MailOutcome, MailRow, MailState, NewMail, REASON_CHARS_MAX, RECIPIENT_BYTES_MAX,
    SUBJECT_BYTES_MAX,
};
pub use media::{Media, MediaRow, media_ending};
pub use new_addresses::{AddressChanged, NEW_ADDRESSES_MAX};
pub use numbers::{ARTICLE_DAYS_KEPT, ARTICLES_COUNTED_MAX, By as NumbersBy, Counted};
pub use papers::{ARRANGEMENTS_KEPT, PaperChange, PaperChanged, PastArrangement, Towards};
pub use passkeys::{PASSKEY_NAME_CHARS_MAX, PASSKEYS_MAX, PasskeyAdded, PasskeyRow};
pub use passwords::PasswordRow;
pub use payers::{DuePayer, PAYER_SUBSCRIPTIONS_MAX};
pub use plan_changes::ChangeLetter;
pub use print_accounts::{Activated, PrintAccount};
pub use readers::{READER_NAME_CHARS_MAX, ReaderRow};
pub use reads::{MOST_READ_MAX, READS_KEPT};
pub use reports::{NewReport, REPORT_CHARS_MAX, REPORTS_KEPT, REPORTS_MAX, Report};
use same_file::{Lost, SameFile};
pub use saved::{SAVED_MAX, Saving};
pub use search::{
    COUNT_MAX, Count, Finding, Findings, Order, PAGE_ARTICLES, PAGES_MAX, QUERY_CHARS_MAX,
    QUERY_WORDS_MAX, Query, QueryFault, SEARCH_TIME_MAX, Search, Searched, Snippet, TEXT_BYTES_MAX,
};
pub use seats::{
    FORMER_SEATS_KEPT, INVITATIONS_DAILY_MAX, InvitationRow, Invited, NewInvitation, Seat, SeatRow,
    Seated,
};
pub use sessions::{
    DEVICE_CHARS_MAX, NewSession, Proofs, SESSION_KEPT, SESSIONS_MAX, SessionRow, Way,
};
pub use settings::{SettingsError, Snapshot};
pub use sign_ins::{
    Begun, By, Finished, NewSignIn, Newcomer, SIGN_INS_MAX, SIGN_INS_OF_ADDRESS_MAX, SignIn,
    TRIES_MAX,
};
pub use sign_ups::{
    NEWSLETTERS_MAX, NewWish, OWN_LETTERS, SIGN_OFFS_KEPT, SignUp, SignUpState, ToSender,
    UNTOLD_MAX, UNTOLD_RETRIES, Untold, UntoldCount, WISHES_MAX, WISHES_OF_ADDRESS_MAX, Wish,
};
pub use sitemaps::{PIECES_MAX, Place, STRETCH_MAX, Stretch};
pub use sqlite::{DATABASE, OpenError};
pub use staff::{
    Appointed, Appointment, DeedRow, Doer, RECORD_LISTED_MAX, STAFF_MAX, SUBJECT_CHARS_MAX,
    StaffRow,
};
use standings::Standings;
pub use statements::{
    NewStatement, STATED_AGAIN, STATEMENT_CONTRACT_CHARS_MAX, STATEMENT_NAME_CHARS_MAX,
    STATEMENT_REASON_CHARS_MAX, STATEMENTS_KEPT, STATEMENTS_MAX, STATEMENTS_OF_ADDRESS_MAX, Stated,
    StatementKept, StatementKind, StatementRow,
};
pub use subscribers::{
    Brought, Enrolled, GRANT_REASON_CHARS_MAX, HOUSE, HouseAccess, SUBSCRIBERS_LISTED_MAX, Telling,
    ToldBy,
};
pub use suppressions::{SUPPRESSIONS_LISTED_MAX, Suppression};
pub use tokens::{NewToken, TOKEN_NAME_CHARS_MAX, TOKENS_MAX, TokenRow};
pub use turns::{TurnRow, Turns};
pub use webhooks::{
    DELIVERIES_KEPT, DELIVERIES_LISTED_MAX, DELIVERY_ANSWER_CHARS_MAX, DELIVERY_PAUSES,
    DeliveryRow, DeliveryState, DeliveryTold, DeliveryTry, DueDelivery, FORMER_SECRET_HOLDS,
    NewWebhook, TEST_EVENT, WEBHOOK_NAME_CHARS_MAX, WEBHOOKS_MAX, WebhookRow,
};
pub use widths::{WIDTHS_BYTES_MAX, Widths};
use writer::{Surroundings, Writer};

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// Threads that read.
    pub readers: usize,
    /// How often a writer without work looks for commits of other processes.
    pub poll: Duration,
    /// How long a connection waits for another process's lock.
    pub busy: Duration,
    /// Writes that wait, at most.
    pub queue_max: usize,
    /// Standings that are kept in memory.
    pub standings: usize,
    /// How long one search may keep a thread that reads.
    pub search_time_max: Duration,
    /// Another file system of SQLite's, for tests that cut the power.
    pub vfs: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            readers: 2,
            poll: Duration::from_millis(200),
            busy: Duration::from_secs(5),
            queue_max: 4_096,
            standings: 100_000,
            search_time_max: SEARCH_TIME_MAX,
            vfs: None,
        }
    }
}

/// One thing that a check of the store found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checked {
    /// What was looked at.
    pub what: &'static str,
    /// What was found.
    pub found: String,
    /// Whether that is as it should be.
    pub sound: bool,
}

/// A paper's store. Clones share it; the last one to go, or [`Store::close`], ends its threads when the queue is empty.
#[derive(Clone, Debug)]
pub struct Store(Arc<Shared>);

/// The fields go in this order. The writer's connection goes last and puts everything into the one file; two that
/// went at once would leave that to each other.
struct Shared {
    lookups: Lookups,
    _lookups: Threads,
    writer: Writer,
    _writer: Threads,
    listeners: Arc<Listeners>,
    standings: Arc<Standings>,
    known_readers: Arc<KnownReaders>,
    /// Hints that wait, at most; more than there are, until they are counted.
    hints_waiting: Arc<AtomicUsize>,
    latest: Arc<readings::Latest>,
    turns: search::Turns,
    folder: PathBuf,
    paper_id: PaperId,
    high_water: Timestamp,
    lost: Arc<Lost>,
}

/// Threads that are waited for when they are let go; the way to them, and with it their work, has to go before.
struct Threads(Vec<JoinHandle<()>>);

impl Drop for Threads {
    fn drop(&mut self) {
        let own = std::thread::current().id();
        // A store that goes inside of a listener goes on its own writer's thread, which cannot wait for itself.
        for thread in self.0.drain(..).filter(|thread| thread.thread().id() != own) {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Store({})", self.folder.display())
    }
}

impl Store {
    /// Opens the store of a data folder, making it where the folder is empty. `fresh` becomes the paper's id then.
    ///
    /// # Errors
    /// [`OpenError`], with the remedy.
    pub fn open(folder: &Path, fresh: PaperId, options: &Options) -> Result<Self, OpenError> {
        let io = |error: std::io::Error| OpenError::Io {
            path: folder.join(DATABASE),
            reason: error.to_string(),
        };
        let path = folder.join(DATABASE);
        let sql = |error: rusqlite::Error| sqlite::explain(&path, &error);
        let connection = sqlite::open(folder, options)?;
        let paper_id = paper_id(&connection, fresh).map_err(sql)?;
        let high_water = readings::high_water(&connection).map_err(sql)?;
        let listeners = Arc::new(Listeners::default());
        listeners.caught_up_to(changes::last(&connection).map_err(sql)?);
        let connections = (0..options.readers.max(1)).map(|_| sqlite::open_reader(folder, options));
        let (lookups, reading) =
            Lookups::start(connections.collect::<Result<_, _>>()?).map_err(io)?;
        let standings = Arc::new(Standings::new(options.standings));
        let known_readers = Arc::new(KnownReaders::new());
        let known = Arc::clone(&known_readers);
        listeners.add(Box::new(move |changes| known.told(changes)));
        let strangers = {
            let standings = Arc::clone(&standings);
            move || standings.forget_all()
        };
        let latest = Arc::new(readings::Latest::new());
        let lost = Arc::new(Lost::new());
        let around = Surroundings {
            listeners: Arc::clone(&listeners),
            strangers: Box::new(strangers),
            last: {
                let latest = Arc::clone(&latest);
                Box::new(move |transaction| latest.write(transaction))
            },
            poll: options.poll,
            // A file system of SQLite's own has its files elsewhere.
            file: match options.vfs {
                None => Some(SameFile::of(&path).map_err(io)?),
                Some(_) => None,
            },
            lost: Arc::clone(&lost),
        };
        let (writer, writing) = Writer::start(connection, around, options.queue_max).map_err(io)?;
        Ok(Self(Arc::new(Shared {
            lookups,
            _lookups: Threads(reading),
            writer,
            _writer: Threads(vec![writing]),
            listeners,
            standings,
            known_readers,
            hints_waiting: Arc::new(AtomicUsize::new(HINTS_MAX)),
            latest,
            turns: search::Turns::new(options.readers, options.search_time_max),
            folder: folder.to_owned(),
            paper_id,
            high_water,
            lost,
        })))
    }

    /// The paper's id.
    #[must_use]
    pub fn paper_id(&self) -> PaperId {
        self.0.paper_id
    }

    /// The data folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// Calls `listener` with every change: after its commit and before its writer is answered; for other processes'
    /// commits soon after. It runs on the writer's thread and has to be quick. A listener that holds a clone of the
    /// store keeps it open for ever.
    pub fn on_change(&self, listener: Listener) {
        self.0.listeners.add(listener);
    }

    /// Whether the database's file is still the one that was opened: without it nothing is written any more.
    ///
    /// # Errors
    /// [`Outage`], with what became of it.
    pub fn file_is_there(&self) -> Result<(), Outage> {
        self.0.lost.get().map_or(Ok(()), |told| Err(Outage::Down(told.clone())))
    }

    /// Looks whether the database is sound.
    ///
    /// # Errors
    /// [`Outage`] where it cannot be looked at.
    pub async fn check(&self) -> Result<Vec<Checked>, Outage> {
        self.0.lookups.ask(check).await
    }

    /// Whether the paper has anything that somebody may have met: an article or a reading.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn is_in_use(&self) -> Result<bool, Outage> {
        let any = "SELECT EXISTS (SELECT 1 FROM articles) OR EXISTS (SELECT 1 FROM windows)";
        self.0.lookups.ask(move |connection| connection.query_row(any, [], |row| row.get(0))).await
    }

    /// Copies the database while it is in use, and reads the copy back.
    ///
    /// # Errors
    /// [`Outage`] with the reason; `target` is not there then.
    pub async fn backup_to(&self, target: &Path) -> Result<(), Outage> {
        let target = target.to_owned();
        let copied = self.0.lookups.ask(move |connection| Ok(backup::copy(connection, &target)));
        copied.await?.map_err(Outage::Down)
    }

    /// Ends the threads when everything that waits was answered, and waits for that, where this is the last clone.
    /// With others left, the last of them does the same when it goes.
    pub fn close(self) {
        drop(self);
    }
}

fn paper_id(connection: &Connection, fresh: PaperId) -> rusqlite::Result<PaperId> {
    let hex = |id: &PaperId| id.0.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    connection.execute(
        "INSERT INTO facts (name, value) VALUES ('paper_id', ?1) ON CONFLICT (name) DO NOTHING",
        [hex(&fresh)],
    )?;
    let text: Option<String> = connection
        .query_row("SELECT value FROM facts WHERE name = 'paper_id'", [], |row| row.get(0))
        .optional()?;
    let digits = |text: &String| text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
    let number = text.filter(digits).and_then(|text| u128::from_str_radix(&text, 16).ok());
    number
        .map(|number| PaperId(number.to_be_bytes()))
        .ok_or_else(|| values::wrong(0, "paper_id is not 32 hexadecimal digits".to_owned()))
}

fn check(connection: &Connection) -> rusqlite::Result<Vec<Checked>> {
    let text = |query: &str| connection.query_row(query, [], |row| row.get::<_, String>(0));
    let number = |query: &str| connection.query_row(query, [], |row| row.get::<_, i64>(0));
    let integrity = text("PRAGMA integrity_check")?;
    let journal = text("PRAGMA journal_mode")?;
    let strays = number("SELECT count(*) FROM pragma_foreign_key_check")?;
    let miscounted = number(
        "SELECT count(*) FROM windows WHERE read <> \
         (SELECT count(*) FROM readings WHERE readings.person = windows.person)",
    )?;
    let orphans =
        number("SELECT count(*) FROM readings WHERE person NOT IN (SELECT person FROM windows)")?;
    let articles = number("SELECT count(*) FROM articles")?;
    let windows = number("SELECT count(*) FROM windows")?;
    let checked = |what, found: String, sound| Checked { what, found, sound };
    Ok(vec![
        checked("database", integrity.clone(), integrity == "ok"),
        checked("journal", journal.clone(), journal == "wal"),
        checked("references that lead nowhere", strays.to_string(), strays == 0),
        checked("windows whose count is wrong", miscounted.to_string(), miscounted == 0),
        checked("readings without a window", orphans.to_string(), orphans == 0),
        checked("articles", articles.to_string(), true),
        checked("windows", windows.to_string(), true),
    ])
}
