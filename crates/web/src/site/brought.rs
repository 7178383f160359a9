//! Subscribers whom the paper has already, and access that no card pays for: what a row of a list comes to, and what an operator
//! gives and takes. Everything ends up as facts of the ledger. It writes to nobody, and believes no list about money that a
//! payment provider can be asked for.

use gate::ReaderId;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use newsroom::Role;
use newsroom::import::subscribers::{Holds, Row, When};
use paywall::{Moment, Payment, PeriodKind, Plan};
use store::{
    Appointed, Appointment, Brought, BroughtFrom, Doer, Enrolled, HouseAccess, KnownReader,
    PrintAccount, ReaderRow, Telling, ToldBy,
};

use super::forms::is_mail;
use super::presentation::Presentation;
use super::{Inner, Site, letters, read_back};

/// What the name of a printed paper's number is for, and that of number and postcode.
const ACCOUNT: &str = "masthead 2026 print account";
const PROOF: &str = "masthead 2026 print proof";
/// The longest number of an account, and the longest postcode, in characters.
pub(crate) const NUMBER_CHARS_MAX: usize = 40;
/// Subscriptions of one payer, at most.
const OF_PAYER_MAX: usize = 20;

/// How a list is brought in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bringing {
    /// Which system it is from: one lower-case word.
    pub from: &'static str,
    /// The plan of those whose list names none of ours.
    pub plan: Option<String>,
    /// The last day of access without payment whose list says no end.
    pub until: Option<Date>,
    /// Whether it is only said what would be done.
    pub dry_run: bool,
}

/// What became of a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Came {
    /// It was taken, or would be.
    In(Enrolled),
    /// It was taken, or would be, but for this part.
    But(Enrolled, String),
    /// It cannot be taken: why, and what to do.
    Wrong(String),
}

/// Why something was not given or taken.
#[derive(Debug, thiserror::Error)]
pub enum GrantError {
    /// It cannot be.
    #[error("{0}")]
    Refused(String),
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] gate::Outage),
}

/// Everything that is known of what somebody may read, for support.
#[derive(Clone, Debug)]
pub struct Holdings {
    /// The reader with all subscriptions.
    pub reader: KnownReader,
    /// What the reader's place in somebody else's plan opens or opened.
    pub seat: Vec<paywall::Interval>,
    /// What was told of them, the oldest first.
    pub tellings: Vec<Telling>,
    /// The present, by the paper's clock.
    pub now: Timestamp,
    /// The paper's zone.
    pub zone: jiff::tz::TimeZone,
}

/// A row on its way.
enum Prepared {
    Person(Brought, Option<String>),
    Paper(PrintAccount),
    AtProvider { row: ReaderRow, id: String, plan: String },
    Wrong(String),
}

/// Number or postcode as it is compared: letters and digits alone, none of them small, full-width ones of Japanese keyboards too.
fn plain(typed: &str) -> Option<String> {
    let narrow = |letter: char| match u32::from(letter) {
        wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(letter),
        _ => letter,
    };
    let letters = typed.chars().map(narrow).filter(|letter| letter.is_alphanumeric());
    let plain: String = letters.flat_map(char::to_uppercase).collect();
    (1..=NUMBER_CHARS_MAX).contains(&plain.chars().count()).then_some(plain)
}

impl Inner {
    /// The keyed hashes of a printed paper: of its number, and of number and postcode. `None` where one of them is none.
    pub(super) fn print_hashes(
        &self,
        number: &str,
        postcode: &str,
    ) -> Option<([u8; 32], [u8; 32])> {
        let (number, postcode) = (plain(number)?, plain(postcode)?);
        Some((self.keyed(ACCOUNT, &number), self.keyed(PROOF, &format!("{number}/{postcode}"))))
    }

    /// The keyed hash of a printed paper's number alone.
    pub(super) fn print_account(&self, number: &str) -> Option<[u8; 32]> {
        Some(self.keyed(ACCOUNT, &plain(number)?))
    }

    fn keyed(&self, purpose: &str, text: &str) -> [u8; 32] {
        let key = blake3::derive_key(purpose, &self.secret);
        *blake3::keyed_hash(&key, text.as_bytes()).as_bytes()
    }

    fn taken_as(&self, mail: &str) -> [u8; 32] {
        *blake3::keyed_hash(&self.taken_key(), mail.as_bytes()).as_bytes()
    }

    /// Somebody of that address, as a reader who was never here.
    pub(crate) fn newcomer(
        &self,
        mail: String,
        name: &str,
        joined_at: Timestamp,
        now: Timestamp,
    ) -> ReaderRow {
        let name: String = name.chars().filter(|letter| !letter.is_control()).collect();
        ReaderRow {
            id: ReaderId::new(now, self.random.bytes()),
            person: gate::Person::from_bytes(self.random.bytes()),
            taken_as: self.taken_as(&mail),
            mail,
            verified_at: None,
            name: name.trim().to_owned(),
            joined_at,
        }
    }
}

impl Inner {
    /// Takes rows of a list, as [`Site::bring_in`] says.
    pub(crate) async fn bring_in(
        &self,
        rows: Vec<Row>,
        how: &Bringing,
    ) -> Result<Vec<Came>, gate::Outage> {
        let site = self;
        let (presentation, now) = (site.present().await, site.clock.now());
        let preparing = Preparing { site, presentation: &presentation, how, now };
        let mut came: Vec<Option<Came>> = Vec::with_capacity(rows.len());
        let (mut people, mut papers, mut payers) = (Vec::new(), Vec::new(), Vec::new());
        for (place, row) in rows.into_iter().enumerate() {
            came.push(None);
            match preparing.row(row) {
                Prepared::Person(person, but) => people.push((place, person, but)),
                Prepared::Paper(paper) => papers.push((place, paper)),
                Prepared::AtProvider { row, id, plan } => payers.push((place, row, id, plan)),
                Prepared::Wrong(why) => came[place] = Some(Came::Wrong(why)),
            }
        }
        let brought = people.iter().map(|(_, person, _)| person.clone()).collect();
        let enrolled = match how.dry_run {
            true => site.store.would_bring_in(brought, ToldBy::Import, now).await?,
            false => site.store.bring_in(brought, ToldBy::Import, "", now).await?,
        };
        for ((place, _, but), enrolled) in people.into_iter().zip(enrolled) {
            came[place] = Some(match but {
                Some(but) => Came::But(enrolled, but),
                None => Came::In(enrolled),
            });
        }
        let kept = papers.iter().map(|(_, paper)| paper.clone()).collect();
        let enrolled = match how.dry_run {
            true => site.store.would_keep_print_accounts(kept).await?,
            false => site.store.keep_print_accounts(kept, now).await?,
        };
        for ((place, _), enrolled) in papers.into_iter().zip(enrolled) {
            came[place] = Some(Came::In(enrolled));
        }
        for (place, row, id, plan) in payers {
            came[place] = Some(payer(site, row, &id, &plan, how.dry_run, now).await?);
        }
        Ok(came.into_iter().flatten().collect())
    }

    /// What support sees of a reader.
    pub(crate) async fn holdings(
        &self,
        reader: KnownReader,
        now: Timestamp,
    ) -> Result<Holdings, gate::Outage> {
        let presentation = self.present().await;
        let tellings = self.store.tellings_of(reader.row.id).await?;
        let seat = super::seats::intervals(&self.store, &presentation.house, &reader).await?;
        let zone = presentation.house.policy.zone.clone();
        Ok(Holdings { reader, seat, tellings, now, zone })
    }
}

impl Site {
    /// Gives somebody a role in the newsroom, at the machine: nobody is written to.
    ///
    /// # Errors
    /// [`gate::Outage`]: nothing changed.
    pub async fn appoint(
        &self,
        mail: String,
        name: String,
        role: Role,
        now: Timestamp,
    ) -> Result<Appointed, gate::Outage> {
        let newcomer = self.0.newcomer(mail, "", now, now);
        let new = Appointment { newcomer, name, role, letter: None };
        self.0.store.appoint(new, Doer::operator(), now).await
    }
}

/// The plan of a name, of the command, or the only one that there is.
pub(super) fn plan<'p>(
    presentation: &'p Presentation,
    named: Option<&str>,
    usual: Option<&str>,
) -> Result<&'p Plan, String> {
    let plans = &presentation.house.plans;
    let fits = |name: &str| {
        let name = name.trim();
        plans.iter().find(|plan| {
            plan.slug.eq_ignore_ascii_case(name) || plan.name.eq_ignore_ascii_case(name)
        })
    };
    if let Some(plan) = named.and_then(fits) {
        return Ok(plan);
    }
    let all: Vec<&str> = plans.iter().map(|plan| plan.slug.as_str()).collect();
    let all = all.join(", ");
    match (usual, &plans[..]) {
        (Some(usual), _) => {
            fits(usual).ok_or_else(|| format!("there is no plan {usual:?}; the paper has: {all}"))
        }
        (None, []) => Err("the paper has no plans yet; set them under [[plans]]".to_owned()),
        (None, [only]) if named.is_none() => Ok(only),
        (None, _) => match named {
            Some(named) => {
                let shown: String = named.chars().take(40).collect();
                Err(format!("plan {shown:?} is none of the paper's; say which with --plan: {all}"))
            }
            None => Err(format!("it names no plan; say which with --plan: {all}")),
        },
    }
}

/// Reads and prepares rows of a list.
struct Preparing<'a> {
    site: &'a Inner,
    presentation: &'a Presentation,
    how: &'a Bringing,
    now: Timestamp,
}

impl Preparing<'_> {
    fn ends_at(&self, when: When) -> Result<Timestamp, String> {
        match when {
            When::At(at) => Ok(at),
            When::Day(day) => {
                let end = Moment::Day(day).ends_at(&self.presentation.house.policy.zone);
                end.ok_or_else(|| format!("{day} is beyond the end of time"))
            }
        }
    }

    fn begins_at(&self, when: When) -> Timestamp {
        match when {
            When::At(at) => at,
            When::Day(day) => {
                let zone = &self.presentation.house.policy.zone;
                Moment::Day(day).begins_at(zone).unwrap_or(self.now)
            }
        }
    }

    fn payment(
        &self,
        kind: PeriodKind,
        named: Option<&str>,
        until: When,
        since: Timestamp,
    ) -> Result<Payment, String> {
        let plan = plan(self.presentation, named, self.how.plan.as_deref())?;
        Ok(given(plan, kind, since, self.ends_at(until)?))
    }

    fn row(&self, row: Row) -> Prepared {
        self.prepared(row).unwrap_or_else(Prepared::Wrong)
    }

    fn prepared(&self, row: Row) -> Result<Prepared, String> {
        let mail = row.mail.to_ascii_lowercase();
        let mail = match (mail.as_str(), &row.holds) {
            ("", Holds::Print { .. }) => None,
            (mail, _) if is_mail(mail) => Some(mail.to_owned()),
            (mail, _) => {
                let shown: String = mail.chars().take(60).collect();
                return Err(format!(
                    "email \"{shown}\" is no address of mail; correct it or take the row out"
                ));
            }
        };
        let joined_at = row.joined.map_or(self.now, |when| self.begins_at(when)).min(self.now);
        let person = |mail: Option<String>| {
            let mail = mail.unwrap_or_default();
            self.site.newcomer(mail, &row.name, joined_at, self.now)
        };
        let held = |kind, plan: Option<&str>, until| {
            let payment = self.payment(kind, plan, until, joined_at)?;
            Ok::<_, String>(Some(HouseAccess { of: self.how.from.to_owned(), payment }))
        };
        Ok(match row.holds {
            Holds::Nothing => Prepared::Person(Brought { row: person(mail), access: None }, None),
            Holds::Paid { plan, until } => {
                let access = held(PeriodKind::Prepaid, plan.as_deref(), until)?;
                Prepared::Person(Brought { row: person(mail), access }, None)
            }
            Holds::Complimentary { plan, until } => {
                let until = until.or(self.how.until.map(When::Day)).ok_or(
                    "it has access without payment and no end; say the last day with --until",
                )?;
                let access = held(PeriodKind::Complimentary, plan.as_deref(), until)?;
                Prepared::Person(Brought { row: person(mail), access }, None)
            }
            Holds::AtProvider { id, plan: named } => {
                let usual = self.how.plan.as_deref();
                let plan = plan(self.presentation, named.as_deref(), usual)?.slug.clone();
                if self.site.payments.is_some() {
                    return Ok(Prepared::AtProvider { row: person(mail), id, plan });
                }
                let but = "who pays is known to the payment provider alone, and none is configured; configure it and run \
                           this again";
                Prepared::Person(Brought { row: person(mail), access: None }, Some(but.to_owned()))
            }
            Holds::Print { account, postcode, until, plan } => {
                let hashes = self.site.print_hashes(&account, &postcode);
                let (account, proof) = hashes.ok_or_else(|| {
                    format!(
                        "account or postcode has no letter or digit, or more than {NUMBER_CHARS_MAX}; correct it"
                    )
                })?;
                let payment = self.payment(PeriodKind::Print, plan.as_deref(), until, self.now)?;
                let mail = mail.map(|mail| self.site.taken_as(&mail));
                Prepared::Paper(PrintAccount { account, proof, mail, payment })
            }
        })
    }
}

/// What is given of a plan, and costs nothing here.
pub(super) fn given(
    plan: &Plan,
    kind: PeriodKind,
    since: Timestamp,
    ends_at: Timestamp,
) -> Payment {
    let moment = SignedDuration::from_secs(1);
    let starts_at = since.min(ends_at.checked_sub(moment).unwrap_or(Timestamp::MIN));
    let amount = paywall::Money { minor: 0, currency: plan.monthly.currency };
    let (plan, opens) = (plan.slug.clone(), plan.opens.clone());
    Payment { starts_at, ends_at, amount, plan, kind, opens }
}

impl Site {
    /// Whether a payment provider can be asked.
    #[must_use]
    pub fn asks_a_provider(&self) -> bool {
        self.0.payments.is_some()
    }

    /// Takes rows of a list, or says what would become of them; a word for each, in their order.
    ///
    /// # Errors
    /// [`gate::Outage`]: what was taken before stays.
    pub async fn bring_in(
        &self,
        rows: Vec<Row>,
        how: &Bringing,
    ) -> Result<Vec<Came>, gate::Outage> {
        self.0.bring_in(rows, how).await
    }

    /// Gives somebody a plan to the end of a day. The same again changes nothing; another day takes the place of the first.
    ///
    /// # Errors
    /// [`GrantError`].
    pub async fn grant(
        &self,
        mail: &str,
        slug: &str,
        until: Date,
        reason: &str,
    ) -> Result<Enrolled, GrantError> {
        let site = &*self.0;
        let (presentation, now) = (site.present().await, site.clock.now());
        let mail = mail.trim().to_ascii_lowercase();
        if !is_mail(&mail) {
            return Err(GrantError::Refused(format!("{mail:?} is no address of mail")));
        }
        let plan = plan(&presentation, Some(slug), Some(slug)).map_err(GrantError::Refused)?;
        let zone = &presentation.house.policy.zone;
        let ends_at = Moment::Day(until).ends_at(zone).filter(|end| *end > now);
        let ends_at = ends_at.ok_or_else(|| {
            GrantError::Refused(format!("{until} is over; name the last day of the access"))
        })?;
        let payment = given(plan, PeriodKind::Complimentary, now, ends_at);
        let access = Some(HouseAccess { of: complimentary(&plan.slug), payment });
        let row = site.newcomer(mail, "", now, now);
        let people = vec![Brought { row, access }];
        let enrolled = site.store.bring_in(people, ToldBy::Operator, reason, now).await?;
        Ok(enrolled.first().copied().unwrap_or(Enrolled::Unchanged))
    }

    /// Ends what was given to somebody: of one plan, or of all. Says of which; what is paid is never touched.
    ///
    /// # Errors
    /// [`GrantError`].
    pub async fn revoke(
        &self,
        mail: &str,
        slug: Option<&str>,
        reason: &str,
    ) -> Result<Vec<String>, GrantError> {
        let site = &*self.0;
        let now = site.clock.now();
        let mail = mail.trim().to_ascii_lowercase();
        let Some(holdings) = self.holdings_of(&mail).await? else {
            return Err(GrantError::Refused(format!("nobody here has the address {mail:?}")));
        };
        let mut ended = Vec::new();
        for (of, payment) in holdings.given() {
            if payment.ends_at <= now || slug.is_some_and(|slug| slug != payment.plan) {
                continue;
            }
            let ends_at = now.max(payment.starts_at);
            let access = Some(HouseAccess { of, payment: Payment { ends_at, ..payment.clone() } });
            let people = vec![Brought { row: holdings.reader.row.clone(), access }];
            site.store.bring_in(people, ToldBy::Operator, reason, now).await?;
            ended.push(payment.plan);
        }
        Ok(ended)
    }

    /// The paper's zone.
    pub async fn zone(&self) -> jiff::tz::TimeZone {
        self.0.present().await.house.policy.zone.clone()
    }

    /// What support sees of somebody.
    ///
    /// # Errors
    /// [`gate::Outage`].
    pub async fn holdings_of(&self, mail: &str) -> Result<Option<Holdings>, gate::Outage> {
        let site = &*self.0;
        let mail = mail.trim().to_ascii_lowercase();
        let Some(reader) = site.store.known_reader_of_mail(mail).await? else { return Ok(None) };
        Ok(Some(site.holdings(reader, site.clock.now()).await?))
    }
}

/// What access without payment is called in the ledger: one for each plan.
pub(super) fn complimentary(slug: &str) -> String {
    format!("complimentary:{slug}")
}

impl Holdings {
    /// What was given without payment, as it was told last: by its name without the reader's.
    pub(crate) fn given(&self) -> Vec<(String, Payment)> {
        let mut given: Vec<(String, Payment)> = Vec::new();
        let tail = format!(":{}", self.reader.row.id);
        for telling in &self.tellings {
            let id = telling.fact.subscription.as_str();
            let Some(of) = id.strip_suffix(&tail).filter(|_| telling.provider == store::HOUSE)
            else {
                continue;
            };
            let paywall::What::Paid(payment) = &telling.fact.what else { continue };
            if payment.kind == PeriodKind::Complimentary {
                given.retain(|(known, _)| known != of);
                given.push((of.to_owned(), payment.clone()));
            }
        }
        given
    }
}

/// Takes what the provider tells of a payer, or says what would be taken.
async fn payer(
    site: &Inner,
    row: ReaderRow,
    id: &str,
    plan: &str,
    dry_run: bool,
    now: Timestamp,
) -> Result<Came, gate::Outage> {
    let Some(payments) = site.payments.clone() else {
        return Ok(Came::Wrong("no payment provider is configured".to_owned()));
    };
    let asked = id.to_owned();
    let found = site.tills.run(move || match asked.starts_with("cus_") {
        true => payments.subscriptions_of(&asked, now),
        false => Ok(vec![asked]),
    });
    let found = match found.await {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => return Ok(Came::Wrong(error.to_string())),
        Err(full) => return Ok(Came::Wrong(full.to_string())),
    };
    if found.len() > OF_PAYER_MAX {
        return Ok(Came::Wrong(format!("{id} has more than {OF_PAYER_MAX} subscriptions")));
    }
    // All of them are asked for before anything is written.
    let mut looks = Vec::new();
    for subscription in &found {
        match read_back::look(site, subscription, plan, now).await? {
            Ok(look) => looks.push(look),
            Err(why) => return Ok(Came::Wrong(why)),
        }
    }
    let known = site.store.reader_of_mail(row.mail.clone()).await?;
    let stranger = |owner: ReaderId| known.as_ref().is_none_or(|known| known.id != owner);
    if looks.iter().any(|look| look.owner.is_some_and(stranger)) {
        let why = format!("{id} is another reader's here; nothing was changed");
        return Ok(Came::Wrong(why));
    }
    let people = vec![Brought { row: row.clone(), access: None }];
    let enrolled = match dry_run {
        true => site.store.would_bring_in(people, ToldBy::Import, now).await?,
        false => site.store.bring_in(people, ToldBy::Import, "", now).await?,
    };
    let mut became = enrolled.first().copied().unwrap_or(Enrolled::Unchanged);
    let owner = match dry_run {
        true => None,
        false => site.store.reader_of_mail(row.mail.clone()).await?.map(|reader| reader.id),
    };
    for (subscription, look) in found.iter().zip(&looks) {
        if look.differs && became == Enrolled::Unchanged {
            became = Enrolled::Changed;
        }
        if let Some(owner) = owner.filter(|_| look.differs) {
            let from = BroughtFrom { plan: plan.to_owned() };
            if let Err(why) = read_back::bring(site, subscription, owner, from, now).await {
                return Ok(Came::Wrong(why));
            }
        }
    }
    if found.is_empty() {
        return Ok(Came::But(became, format!("{id} has no subscription at the provider")));
    }
    Ok(Came::In(became))
}

/// What is to be done when something of the house's ends: its reader is told, once, unless something else is open still.
pub(crate) async fn ended(
    site: &Inner,
    due: &store::DueSubscription,
    now: Timestamp,
) -> Result<(), gate::Outage> {
    let presentation = site.present().await;
    let mut letters = Vec::new();
    let subscription = site.store.subscription(due.id.clone()).await?;
    let owner = match due.reader {
        Some(reader) => site.store.reader_of_id(reader).await?,
        None => None,
    };
    if let (Some(subscription), Some(owner)) = (&subscription, &owner) {
        let writing = letters::Writing {
            site,
            presentation: &presentation,
            reader: owner,
            has_more: read_back::has_more(site, owner, &due.id, now).await?,
            subscription,
            facts: &[],
            history: &[],
            now,
        };
        letters = writing.letters();
    }
    site.store.queue_letters(letters, now).await?;
    let next = subscription.and_then(|subscription| letters::next(&subscription, now));
    let next = next.unwrap_or(Timestamp::MAX);
    site.store.check_subscription_at(due.id.clone(), next).await
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn numbers_and_postcodes_are_compared_as_people_write_them() {
        for (typed, wanted) in [
            (" 00 12-3 ", Some("00123")),
            ("b3h 4r2", Some("B3H4R2")),
            ("１２３ー４", Some("123ー4")),
            ("", None),
            (" - ", None),
        ] {
            assert_eq!(plain(typed).as_deref(), wanted, "{typed}");
        }
        assert_eq!(plain(&"1".repeat(41)), None);
    }
}
