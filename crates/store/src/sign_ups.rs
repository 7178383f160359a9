//! Newsletters: which an address gets, which were asked for in its name and wait for its word, and what the paper's sender has to be told.
//! Nothing is sent from here, and a newsletter's text is nowhere.

use gate::{Outage, Secret, SecretHash};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use crate::mails::{NewMail, REASON_CHARS_MAX, enqueue};
use crate::{Store, values};

/// Letters that ask an address for its word, under way at once: no more are sent, however many ask.
pub const WISHES_OF_ADDRESS_MAX: usize = 2;
/// The same of all addresses.
pub const WISHES_MAX: usize = 100_000;
/// Newsletters of one wish, at most; there are no more in the house settings.
pub const NEWSLETTERS_MAX: usize = 20;
/// How long it is kept that an address gets a newsletter no more, so that its last link still says so.
pub const SIGN_OFFS_KEPT: SignedDuration = SignedDuration::from_hours(400 * 24);
/// After how long the sender is told once more, each time that it did not take it; from the last on it stays at that.
pub const UNTOLD_RETRIES: [SignedDuration; 6] = [
    SignedDuration::from_secs(10),
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(10),
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(3),
    SignedDuration::from_hours(6),
];
/// Sign-ups that wait for the sender, at most: those after them are in the list alone.
pub const UNTOLD_MAX: usize = 1_000_000;
/// What stands in a newsletter's place for the paper's own letters that nobody has to get.
pub const OWN_LETTERS: &str = "";
/// What the secret is for in the address that ends a newsletter.
const LINK: &str = "masthead 2026 end of a newsletter";

/// Whether an address gets a newsletter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SignUpState {
    /// It does.
    On,
    /// It does no more.
    Off,
}

impl SignUpState {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
        }
    }

    fn read(row: &Row<'_>, column: usize) -> rusqlite::Result<Self> {
        let name: String = row.get(column)?;
        let known = [Self::On, Self::Off].into_iter().find(|known| known.name() == name);
        known.ok_or_else(|| values::wrong(column, format!("{name:?} is no state of a sign-up")))
    }
}

/// What an address has said of a newsletter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignUp {
    /// The address, in small letters.
    pub mail: String,
    /// The newsletter's slug.
    pub newsletter: String,
    /// What it said last.
    pub state: SignUpState,
    /// When.
    pub since: Timestamp,
}

/// Whoever sends the paper's newsletters, as far as it hears of sign-ups.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ToSender {
    /// From which the links are made that end newsletters.
    pub key: [u8; 32],
    /// Whether it is told of each at once.
    pub is_there: bool,
}

impl std::fmt::Debug for ToSender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ToSender({})", self.is_there)
    }
}

impl ToSender {
    /// What the address holds that ends one newsletter for one address: the same each time, and known to nobody without the key.
    #[must_use]
    pub fn link(&self, mail: &str, newsletter: &str) -> Secret {
        let text = format!("{mail}\n{newsletter}");
        let hash = blake3::keyed_hash(&self.key, text.as_bytes());
        Secret::of(hash.as_bytes().first_chunk().copied().unwrap_or_default())
    }
}

/// What is asked for in the name of an address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewWish {
    /// Of the secret in the link.
    pub link: SecretHash,
    /// The address, in small letters.
    pub mail: String,
    /// The slugs of the newsletters; more than [`NEWSLETTERS_MAX`] are cut off.
    pub newsletters: Vec<String>,
    /// Until when its word is waited for.
    pub ends_at: Timestamp,
    /// The letter that asks for it.
    pub letter: NewMail,
}

/// A wish that waits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wish {
    /// The address.
    pub mail: String,
    /// The slugs of the newsletters.
    pub newsletters: Vec<String>,
}

/// What the sender is told next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Untold {
    /// Its number: the same at each try, and no other's.
    pub seq: i64,
    /// What has happened.
    pub sign_up: SignUp,
    /// How often the sender was told before, and did not take it.
    pub tries: u32,
}

/// How much waits for the sender.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct UntoldCount {
    /// How many.
    pub waiting: u64,
    /// Why the oldest was not taken, where it was tried.
    pub reason: Option<String>,
}

const COLUMNS: &str = "mail, newsletter, state, since";

fn read(row: &Row<'_>) -> rusqlite::Result<SignUp> {
    Ok(SignUp {
        mail: row.get(0)?,
        newsletter: row.get(1)?,
        state: SignUpState::read(row, 2)?,
        since: values::instant(row, 3)?,
    })
}

/// What an address has said of newsletters, in their order.
fn of(connection: &Connection, mail: &str) -> rusqlite::Result<Vec<SignUp>> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM sign_ups WHERE mail = ?1 ORDER BY newsletter"
        ))?
        .query_map([mail], read)?
        .collect()
}

/// Writes down what an address says of a newsletter, where that is something new, and puts it into the queue for the sender. What was never
/// on is not turned off.
fn say(
    transaction: &Transaction<'_>,
    mail: &str,
    newsletter: &str,
    state: SignUpState,
    sender: ToSender,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let link = sender.link(mail, newsletter).hash(LINK);
    let changed = match state {
        SignUpState::On => transaction
            .prepare_cached(
                "INSERT INTO sign_ups (mail, newsletter, link, state, since) VALUES (?1, ?2, ?3, 'on', ?4) \
                 ON CONFLICT (mail, newsletter) DO UPDATE SET link = ?3, state = 'on', since = ?4 \
                 WHERE state = 'off'",
            )?
            .execute((mail, newsletter, link.as_bytes(), now.as_microsecond()))?,
        SignUpState::Off => transaction
            .prepare_cached(
                "UPDATE sign_ups SET state = 'off', since = ?3 \
                 WHERE mail = ?1 AND newsletter = ?2 AND state = 'on'",
            )?
            .execute((mail, newsletter, now.as_microsecond()))?,
    };
    if changed == 1 && sender.is_there && newsletter != OWN_LETTERS {
        let at = now.as_microsecond();
        let is_full = transaction
            .prepare_cached("SELECT 1 FROM untold LIMIT 1 OFFSET ?1")?
            .exists([UNTOLD_MAX as i64 - 1])?;
        if is_full {
            tracing::error!(
                "{UNTOLD_MAX} sign-ups wait for the sender, and this one is not told; hand it the whole list \
                 (masthead newsletters export) when it answers again"
            );
            return Ok(true);
        }
        transaction
            .prepare_cached(
                "INSERT INTO untold (mail, newsletter, state, happened_at, due_at, tries) \
                 VALUES (?1, ?2, ?3, ?4, ?4, 0)",
            )?
            .execute((mail, newsletter, state.name(), at))?;
    }
    Ok(changed == 1)
}

/// Says whether an address gets the paper's own letters that nobody has to get: it does until it says otherwise.
pub(crate) fn wants_letters(
    transaction: &Transaction<'_>,
    mail: &str,
    sender: ToSender,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    if wants_no_letters(transaction, mail)? {
        return Ok(false);
    }
    say(transaction, mail, OWN_LETTERS, SignUpState::On, sender, now)?;
    Ok(true)
}

/// Whether an address has said that it wants none of them.
pub(crate) fn wants_no_letters(
    transaction: &Transaction<'_>,
    mail: &str,
) -> rusqlite::Result<bool> {
    transaction
        .prepare_cached(
            "SELECT 1 FROM sign_ups WHERE mail = ?1 AND newsletter = ?2 AND state = 'off'",
        )?
        .exists((mail, OWN_LETTERS))
}

/// Ends everything that an address gets or has asked for, and forgets it.
pub(crate) fn forget(
    transaction: &Transaction<'_>,
    mail: &str,
    sender: ToSender,
    now: Timestamp,
) -> rusqlite::Result<()> {
    for sign_up in of(transaction, mail)? {
        say(transaction, mail, &sign_up.newsletter, SignUpState::Off, sender, now)?;
    }
    transaction.prepare_cached("DELETE FROM sign_ups WHERE mail = ?1")?.execute([mail])?;
    transaction.prepare_cached("DELETE FROM wishes WHERE mail = ?1")?.execute([mail])?;
    Ok(())
}

/// Gives a reader's newsletters to another address of the same reader.
pub(crate) fn move_to(
    transaction: &Transaction<'_>,
    former: &str,
    mail: &str,
    sender: ToSender,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let moved = of(transaction, former)?;
    forget(transaction, former, sender, now)?;
    for sign_up in moved.iter().filter(|sign_up| sign_up.state == SignUpState::On) {
        say(transaction, mail, &sign_up.newsletter, SignUpState::On, sender, now)?;
    }
    // Who wanted no letters wants none there either.
    let is_off = |one: &SignUp| one.newsletter == OWN_LETTERS && one.state == SignUpState::Off;
    if moved.iter().any(is_off) {
        say(transaction, mail, OWN_LETTERS, SignUpState::On, sender, now)?;
        say(transaction, mail, OWN_LETTERS, SignUpState::Off, sender, now)?;
    }
    Ok(())
}

impl Store {
    /// Keeps what was asked for in the name of an address, and puts the letter that asks for its word into the queue. Says whether it did:
    /// enough letters may be under way.
    ///
    /// # Errors
    /// [`Outage`]: nothing was sent.
    pub async fn wish(&self, new: NewWish, now: Timestamp) -> Result<bool, Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                let of_address: i64 = transaction
                    .prepare_cached("SELECT count(*) FROM wishes WHERE mail = ?1 AND ends_at > ?2")?
                    .query_row((&new.mail, now.as_microsecond()), |row| row.get(0))?;
                let all: i64 = transaction
                    .prepare_cached("SELECT count(*) FROM wishes")?
                    .query_row([], |row| row.get(0))?;
                if of_address >= WISHES_OF_ADDRESS_MAX as i64 || all >= WISHES_MAX as i64 {
                    return Ok(false);
                }
                let newsletters: Vec<&str> =
                    new.newsletters.iter().take(NEWSLETTERS_MAX).map(String::as_str).collect();
                transaction
                    .prepare_cached(
                        "INSERT INTO wishes (link, mail, newsletters, ends_at) VALUES (?1, ?2, ?3, ?4)",
                    )?
                    .execute((
                        new.link.as_bytes(),
                        &new.mail,
                        newsletters.join(" "),
                        new.ends_at.as_microsecond(),
                    ))?;
                enqueue(transaction, &new.letter, now)?;
                Ok(true)
            })
            .await
    }

    /// The wish of a link; looking at it uses nothing up.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn wish_of(&self, link: SecretHash, now: Timestamp) -> Result<Option<Wish>, Outage> {
        self.0.lookups.ask(move |connection| wished(connection, link, now)).await
    }

    /// Fulfils a wish, once: those of its newsletters that `known` has are on from now on. `None` where there is none.
    ///
    /// # Errors
    /// [`Outage`]: nothing happened.
    pub async fn fulfil(
        &self,
        link: SecretHash,
        known: Vec<String>,
        sender: ToSender,
        now: Timestamp,
    ) -> Result<Option<Wish>, Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                let Some(wish) = wished(transaction, link, now)? else { return Ok(None) };
                for newsletter in wish.newsletters.iter().filter(|one| known.contains(one)) {
                    say(transaction, &wish.mail, newsletter, SignUpState::On, sender, now)?;
                }
                transaction
                    .prepare_cached("DELETE FROM wishes WHERE link = ?1")?
                    .execute([link.as_bytes()])?;
                Ok(Some(wish))
            })
            .await
    }

    /// Writes down which of some newsletters a proven address wants, each with its state.
    ///
    /// # Errors
    /// [`Outage`]: nothing has changed.
    pub async fn choose_newsletters(
        &self,
        mail: String,
        chosen: Vec<(String, SignUpState)>,
        sender: ToSender,
        now: Timestamp,
    ) -> Result<(), Outage> {
        self.0
            .writer
            .write(move |transaction, _| {
                for (newsletter, state) in chosen.iter().take(NEWSLETTERS_MAX + 1) {
                    if newsletter == OWN_LETTERS {
                        wants_letters(transaction, &mail, sender, now)?;
                    }
                    say(transaction, &mail, newsletter, *state, sender, now)?;
                }
                Ok(())
            })
            .await
    }

    /// What an address has said of newsletters.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn sign_ups_of(&self, mail: String) -> Result<Vec<SignUp>, Outage> {
        self.0.lookups.ask(move |connection| of(connection, &mail)).await
    }

    /// What an address has said of the newsletter that a link ends.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn sign_up_of_link(&self, link: &Secret) -> Result<Option<SignUp>, Outage> {
        let hash = link.hash(LINK);
        self.0.lookups.ask(move |connection| by_link(connection, hash)).await
    }

    /// Ends the newsletter of a link; twice is once. `None` where no newsletter has that link.
    ///
    /// # Errors
    /// [`Outage`]: nothing has changed.
    pub async fn end_newsletter(
        &self,
        link: &Secret,
        sender: ToSender,
        now: Timestamp,
    ) -> Result<Option<SignUp>, Outage> {
        let hash = link.hash(LINK);
        self.0
            .writer
            .write(move |transaction, _| {
                let Some(found) = by_link(transaction, hash)? else { return Ok(None) };
                say(transaction, &found.mail, &found.newsletter, SignUpState::Off, sender, now)?;
                Ok(Some(found))
            })
            .await
    }

    /// At most `limit` of all sign-ups for newsletters, behind one of them in the order of addresses and newsletters.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn sign_ups_after(
        &self,
        last: Option<(String, String)>,
        limit: usize,
    ) -> Result<Vec<SignUp>, Outage> {
        let (mail, newsletter) = last.unwrap_or_default();
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(&format!(
                        "SELECT {COLUMNS} FROM sign_ups WHERE (mail, newsletter) > (?1, ?2) \
                         AND newsletter <> '' ORDER BY mail, newsletter LIMIT ?3"
                    ))?
                    .query_map((mail, newsletter, limit as i64), read)?
                    .collect()
            })
            .await
    }

    /// What the sender is told next: of each address in the order in which it happened. It stays where it is until it is told.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn next_untold(&self, now: Timestamp) -> Result<Option<Untold>, Outage> {
        self.0
            .lookups
            .ask(move |connection| {
                connection
                    .prepare_cached(
                        "SELECT mail, newsletter, state, happened_at, seq, tries FROM untold AS one \
                         WHERE due_at <= ?1 AND NOT EXISTS \
                         (SELECT 1 FROM untold WHERE mail = one.mail AND seq < one.seq) \
                         ORDER BY due_at, seq LIMIT 1",
                    )?
                    .query_row([now.as_microsecond()], |row| {
                        Ok(Untold { sign_up: read(row)?, seq: row.get(4)?, tries: row.get(5)? })
                    })
                    .optional()
            })
            .await
    }

    /// Writes down that the sender took it, or why not: then it is told again, a while later.
    ///
    /// # Errors
    /// [`Outage`]: it is told again.
    pub async fn sender_told(
        &self,
        untold: &Untold,
        outcome: Result<(), String>,
        now: Timestamp,
    ) -> Result<(), Outage> {
        let (seq, tries) = (untold.seq, untold.tries as usize);
        let pause = UNTOLD_RETRIES[tries.min(UNTOLD_RETRIES.len() - 1)];
        self.0
            .writer
            .write(move |transaction, _| match &outcome {
                Ok(()) => transaction
                    .prepare_cached("DELETE FROM untold WHERE seq = ?1")?
                    .execute([seq])
                    .map(drop),
                Err(reason) => {
                    let reason: String = reason.chars().take(REASON_CHARS_MAX).collect();
                    let due_at = now.checked_add(pause).unwrap_or(Timestamp::MAX);
                    transaction
                        .prepare_cached(
                            "UPDATE untold SET tries = tries + 1, due_at = ?2, reason = ?3 WHERE seq = ?1",
                        )?
                        .execute((seq, due_at.as_microsecond(), reason))
                        .map(drop)
                }
            })
            .await
    }

    /// How much waits for the sender.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn untold_count(&self) -> Result<UntoldCount, Outage> {
        self.0
            .lookups
            .ask(|connection| {
                let waiting: i64 = connection
                    .prepare_cached("SELECT count(*) FROM untold")?
                    .query_row([], |row| row.get(0))?;
                let reason = connection
                    .prepare_cached(
                        "SELECT reason FROM untold WHERE reason IS NOT NULL ORDER BY seq LIMIT 1",
                    )?
                    .query_row([], |row| row.get(0))
                    .optional()?;
                Ok(UntoldCount { waiting: waiting.unsigned_abs(), reason })
            })
            .await
    }

    /// Forgets at most `batch` wishes that are over, and as many sign-offs that are older than [`SIGN_OFFS_KEPT`]. Says how many.
    ///
    /// # Errors
    /// [`Outage`].
    pub async fn forget_sign_ups(&self, now: Timestamp, batch: usize) -> Result<usize, Outage> {
        let limit = i64::try_from(batch).unwrap_or(i64::MAX);
        let oldest = now.checked_sub(SIGN_OFFS_KEPT).unwrap_or(Timestamp::MIN).as_microsecond();
        self.0
            .writer
            .write(move |transaction, _| {
                let wishes = transaction
                    .prepare_cached(
                        "DELETE FROM wishes WHERE link IN \
                         (SELECT link FROM wishes WHERE ends_at <= ?1 LIMIT ?2)",
                    )?
                    .execute((now.as_microsecond(), limit))?;
                let off = transaction
                    .prepare_cached(
                        "DELETE FROM sign_ups WHERE (mail, newsletter) IN \
                         (SELECT mail, newsletter FROM sign_ups WHERE state = 'off' AND since < ?1 LIMIT ?2)",
                    )?
                    .execute((oldest, limit))?;
                Ok(wishes + off)
            })
            .await
    }
}

fn wished(
    connection: &Connection,
    link: SecretHash,
    now: Timestamp,
) -> rusqlite::Result<Option<Wish>> {
    connection
        .prepare_cached("SELECT mail, newsletters FROM wishes WHERE link = ?1 AND ends_at > ?2")?
        .query_row((link.as_bytes(), now.as_microsecond()), |row| {
            let newsletters: String = row.get(1)?;
            let newsletters = newsletters.split_whitespace().map(str::to_owned).collect();
            Ok(Wish { mail: row.get(0)?, newsletters })
        })
        .optional()
}

fn by_link(connection: &Connection, link: SecretHash) -> rusqlite::Result<Option<SignUp>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM sign_ups WHERE link = ?1"))?
        .query_row([link.as_bytes()], read)
        .optional()
}
