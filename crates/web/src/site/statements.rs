//! What somebody states of a contract, by a form that asks for no password: what has to be in it, the receipt that goes out at once,
//! and the page that says the same. Nothing is carried out here.

use face::{Args, Key, Letter, Slot, Statement, letter};
use gate::Secret;
use http::{StatusCode, header};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use minijinja::context;
use minijinja::value::Value;
use store::{
    KnownReader, NewMail, NewStatement, STATEMENT_CONTRACT_CHARS_MAX, STATEMENT_NAME_CHARS_MAX,
    STATEMENT_REASON_CHARS_MAX, Stated, StatementKept, StatementKind,
};

use super::contexts::Chrome;
use super::forms::{Fields, MAIL_BYTES_MAX, is_mail};
use super::{Trouble, Visit};
use crate::shell::answer::{Answer, set};

/// Statements that one network sends in an hour; a town may be behind one address.
pub(super) const HOURLY_MAX: u32 = 20;
/// How long the button in a receipt is good.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(14 * 24);
/// What the secret in a receipt's link is for.
pub(super) const LINK: &str = "masthead 2026 statement link";

/// A form as it came, or as it is shown first.
#[derive(Clone, Default, Debug)]
pub(super) struct Form {
    pub(super) extraordinary: bool,
    pub(super) reason: String,
    pub(super) name: String,
    pub(super) mail: String,
    pub(super) contract: String,
    pub(super) on_day: bool,
    pub(super) day: String,
}

/// Why a form states nothing: the message, and the limit that it names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Wrong(Key, usize);

impl Wrong {
    /// The field that the message is about.
    const fn field(self) -> &'static str {
        match self.0 {
            Key::CancelReasonWrong => "reason",
            Key::StatementNameWrong => "name",
            Key::SignInMailWrong => "mail",
            Key::StatementContractWrong => "contract",
            Key::CancelDayWrong => "day",
            _ => "",
        }
    }
}

impl Form {
    /// What stands in the fields, each as one line.
    pub(super) fn sent(fields: &Fields<'_>) -> Self {
        let line = |name| one_line(&fields.get(name));
        Self {
            extraordinary: fields.get("kind") == "extraordinary",
            reason: line("reason"),
            name: line("name"),
            mail: line("mail").to_ascii_lowercase(),
            contract: line("contract"),
            on_day: fields.get("when") == "day",
            day: line("day"),
        }
    }

    /// The form as it is shown to somebody who may be signed in.
    pub(super) fn of(visit: &Visit<'_>, reader: Option<&KnownReader>) -> Self {
        let own = reader.and_then(|reader| visit.own_subscription(reader));
        let usual = || visit.presentation.words.text(Key::StatementContractUsual);
        Self {
            name: reader.map(|reader| reader.row.name.clone()).unwrap_or_default(),
            mail: reader.map(|reader| reader.row.mail.clone()).unwrap_or_default(),
            contract: own.map_or_else(usual, |own| visit.plan_name(own)),
            ..Self::default()
        }
    }

    /// What it says, or what is wrong with it.
    pub(super) fn withdrawal(&self) -> Result<Stated, Wrong> {
        let is_long = |text: &str, most| text.is_empty() || text.chars().count() > most;
        if is_long(&self.name, STATEMENT_NAME_CHARS_MAX) {
            return Err(Wrong(Key::StatementNameWrong, STATEMENT_NAME_CHARS_MAX));
        }
        if !is_mail(&self.mail) {
            return Err(Wrong(Key::SignInMailWrong, 0));
        }
        if is_long(&self.contract, STATEMENT_CONTRACT_CHARS_MAX) {
            return Err(Wrong(Key::StatementContractWrong, STATEMENT_CONTRACT_CHARS_MAX));
        }
        Ok(Stated {
            kind: StatementKind::Withdrawal,
            name: self.name.clone(),
            mail: self.mail.clone(),
            contract: self.contract.clone(),
            reason: String::new(),
            wanted_on: None,
        })
    }

    /// The same of a cancellation.
    pub(super) fn cancellation(&self, today: Date) -> Result<Stated, Wrong> {
        let long = self.reason.chars().count() > STATEMENT_REASON_CHARS_MAX;
        if long || self.extraordinary && self.reason.is_empty() {
            return Err(Wrong(Key::CancelReasonWrong, STATEMENT_REASON_CHARS_MAX));
        }
        let day = || self.day.parse::<Date>().ok().filter(|day| *day >= today);
        let wanted_on = match self.on_day {
            true => Some(day().ok_or(Wrong(Key::CancelDayWrong, 0))?),
            false => None,
        };
        let (ordinary, extraordinary) = (StatementKind::Ordinary, StatementKind::Extraordinary);
        let kind = if self.extraordinary { extraordinary } else { ordinary };
        let reason = self.reason.clone();
        Ok(Stated { kind, reason, wanted_on, ..self.withdrawal()? })
    }
}

/// Text as one line, without what is not seen.
pub(super) fn one_line(text: &str) -> String {
    let unseen = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
    };
    let text: String =
        text.chars().map(|letter| if unseen(letter) { ' ' } else { letter }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the page asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// A cancellation.
    Cancel,
    /// A withdrawal.
    Withdraw,
    /// Whether the withdrawal is right.
    Check,
    /// A press of the button.
    Button,
    /// Nothing.
    Over,
}

impl Step {
    /// How the template calls it.
    const fn name(self) -> &'static str {
        match self {
            Self::Cancel => "cancel",
            Self::Withdraw => "withdraw",
            Self::Check => "check",
            Self::Button => "button",
            Self::Over => "over",
        }
    }
}

/// What such a page says above its form.
#[derive(Clone, Default, Debug)]
pub(super) struct Told {
    pub(super) heading: String,
    pub(super) paragraphs: Vec<String>,
    /// What was stated, line by line.
    pub(super) lines: Vec<(String, String)>,
    /// Why it was refused, or could not be done.
    pub(super) message: Option<String>,
    /// The field that the message is about; empty where it is about none.
    pub(super) wrong: &'static str,
}

/// A statement that was kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Arrived {
    pub(super) id: i64,
    /// What the receipt says.
    pub(super) lines: Vec<(String, String)>,
}

/// Why a statement was not kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum NotKept {
    /// Too many came from the network.
    Network,
    /// Enough receipts went to the address.
    Address,
}

impl Visit<'_> {
    /// Keeps a statement and sends its receipt. `confirmed_by` is what its link holds, where it has one.
    pub(super) async fn keep(
        &self,
        stated: &Stated,
        is_proven: bool,
        confirmed_by: Option<&Secret>,
    ) -> Result<Result<Arrived, NotKept>, Trouble> {
        let statements = &self.site.tended.statements;
        if !is_proven && !statements.may(self.request.address, self.now) {
            return Ok(Err(NotKept::Network));
        }
        let ends_at = self.now.checked_add(GOOD_FOR).unwrap_or(Timestamp::MAX);
        let lines = self.lines(stated, self.now);
        let new = NewStatement {
            stated: stated.clone(),
            is_proven,
            link: confirmed_by.map(|secret| (secret.hash(LINK), ends_at)),
            receipt: self.receipt(stated, &lines, confirmed_by, ends_at),
        };
        match self.site.store.keep_statement(new, self.now).await? {
            StatementKept::Kept(id) => Ok(Ok(Arrived { id, lines })),
            StatementKept::Again(id, since) => {
                Ok(Ok(Arrived { id, lines: self.lines(stated, since) }))
            }
            StatementKept::Enough => Ok(Err(NotKept::Address)),
            StatementKept::Full => {
                tracing::error!(
                    "no more statements are kept; settle them with `masthead statements`"
                );
                Err(Trouble::Busy)
            }
        }
    }

    fn receipt(
        &self,
        stated: &Stated,
        lines: &[(String, String)],
        confirmed_by: Option<&Secret>,
        ends_at: Timestamp,
    ) -> NewMail {
        let address = self.address();
        let page = format!("{address}{}", self.request.target.path);
        let link = confirmed_by.map(|secret| format!("{address}/cancel/{secret}"));
        let confirm = link.as_deref().map(|link| (link, ends_at));
        let about = Letter::Statement(Statement { lines, page: &page, confirm });
        let words = letter(&about, &self.paper(), self.now);
        NewMail {
            kind: about.kind(),
            recipient: stated.mail.clone(),
            subject: words.subject,
            plain: words.plain,
            html: words.html,
            once: None,
            due_at: self.now,
            unsubscribe: None,
        }
    }

    /// What a receipt says of a statement: what was stated, and when it came, in the paper's time and in everybody's.
    pub(super) fn lines(&self, stated: &Stated, received_at: Timestamp) -> Vec<(String, String)> {
        let words = &self.presentation.words;
        let zone = &self.presentation.house.policy.zone;
        let kind = words.text(match stated.kind {
            StatementKind::Ordinary => Key::CancelOrdinary,
            StatementKind::Extraordinary => Key::CancelExtraordinary,
            StatementKind::Withdrawal => Key::WithdrawKind,
        });
        let local = Args::new()
            .with(Slot::Date, words.full_date(zone.to_datetime(received_at).date()))
            .with(Slot::Time, words.clock(received_at, zone))
            .with(Slot::City, words.city(zone));
        let local = words.format(Key::StatementInstant, &local);
        let received = format!("{local} = {}", received_at.strftime("%F %T UTC"));
        let ends = match stated.wanted_on {
            Some(day) => words.full_date(day),
            None => words.text(Key::CancelEarliest),
        };
        let ends = if stated.kind == StatementKind::Withdrawal { String::new() } else { ends };
        let all = [
            (Key::StatementKind, kind),
            (Key::CancelReason, stated.reason.clone()),
            (Key::StatementName, stated.name.clone()),
            (Key::MailAddress, stated.mail.clone()),
            (Key::StatementContract, stated.contract.clone()),
            (Key::CancelWhen, ends),
            (Key::StatementReceived, received),
        ];
        let said = all.into_iter().filter(|(_, said)| !said.is_empty());
        said.map(|(key, said)| (words.text(key), said)).collect()
    }

    /// A form that states nothing yet.
    pub(super) fn refused(
        &self,
        step: Step,
        form: &Form,
        told: Told,
        wrong: Wrong,
    ) -> Result<Answer, Trouble> {
        let Wrong(key, most) = wrong;
        let message = self.presentation.words.format(key, &Args::new().count(most as u64));
        let told = Told { message: Some(message), wrong: wrong.field(), ..told };
        self.statement_page(StatusCode::UNPROCESSABLE_ENTITY, step, form, told)
    }

    /// A statement that was not kept.
    pub(super) fn not_kept(
        &self,
        step: Step,
        form: &Form,
        told: Told,
        why: NotKept,
    ) -> Result<Answer, Trouble> {
        let key = match why {
            NotKept::Network => Key::StatementWait,
            NotKept::Address => Key::StatementEnough,
        };
        let told = Told { message: Some(self.presentation.words.text(key)), ..told };
        let mut answer = self.statement_page(StatusCode::TOO_MANY_REQUESTS, step, form, told)?;
        set(&mut answer, header::RETRY_AFTER, "3600");
        Ok(answer)
    }

    /// The page after a statement: what was received, and what becomes of it.
    pub(super) fn arrived(
        &self,
        stated: &Stated,
        arrived: Arrived,
        becomes: String,
    ) -> Result<Answer, Trouble> {
        let words = &self.presentation.words;
        let mailed = Args::new().with(Slot::Name, stated.mail.as_str());
        let told = Told {
            heading: words.text(Key::StatementArrived),
            paragraphs: vec![words.format(Key::StatementMailed, &mailed), becomes],
            lines: arrived.lines,
            ..Told::default()
        };
        self.statement_page(StatusCode::OK, Step::Over, &Form::default(), told)
    }

    /// A page of statements: nobody keeps it.
    pub(super) fn statement_page(
        &self,
        status: StatusCode,
        step: Step,
        form: &Form,
        told: Told,
    ) -> Result<Answer, Trouble> {
        let today = self.today();
        let heading = told.heading.clone();
        let chrome = Chrome { heading, robots: "noindex", ..Chrome::default() };
        let rows =
            told.lines.into_iter().map(|(name, value)| context! { name => name, value => value });
        let plain = context! {
            heading => told.heading,
            paragraphs => told.paragraphs,
            rows => rows.collect::<Vec<Value>>(),
        };
        let statement = context! {
            step => step.name(),
            path => self.request.target.path,
            message => told.message,
            wrong => told.wrong,
            extraordinary => form.extraordinary,
            reason => form.reason.clone(),
            name => form.name.clone(),
            mail => form.mail.clone(),
            contract => form.contract.clone(),
            on_day => form.on_day,
            day => form.day.clone(),
            today => today.to_string(),
            name_max => STATEMENT_NAME_CHARS_MAX,
            mail_max => MAIL_BYTES_MAX,
            contract_max => STATEMENT_CONTRACT_CHARS_MAX,
            reason_max => STATEMENT_REASON_CHARS_MAX,
        };
        let context = context! { plain => plain, statement => statement, ..self.chrome(chrome) };
        self.own_page(status, "statement.html", context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: &str) -> Form {
        Form::sent(&Fields::of(fields.as_bytes()))
    }

    const WHO: &str = "name=Ada+Brook&mail=Ada@b.example&contract=Digital";

    #[test]
    fn what_is_stated_is_read_line_by_line() {
        let today = jiff::civil::date(2026, 9, 16);
        let told =
            form(&format!("{WHO}&kind=ordinary&when=day&day=2026-09-16&reason=a%0D%0Ab%E2%80%AEc"));
        let stated = told.cancellation(today).unwrap();
        assert_eq!((stated.kind, stated.mail.as_str()), (StatementKind::Ordinary, "ada@b.example"));
        assert_eq!((stated.wanted_on, stated.reason.as_str()), (Some(today), "a b c"));
        let early = form(&format!("{WHO}&day=2026-09-20")).cancellation(today).unwrap();
        assert_eq!(early.wanted_on, None, "a day counts where it was chosen");
        let withdrawal = form(WHO).withdrawal().unwrap();
        assert_eq!(withdrawal.kind, StatementKind::Withdrawal);
    }

    #[test]
    fn what_is_missing_or_too_long_is_named_with_its_limit() {
        let today = jiff::civil::date(2026, 9, 16);
        let refused = |fields: &str| form(fields).cancellation(today).unwrap_err().0;
        let long = |count| "x".repeat(count + 1);
        let mail = "mail=ada@b.example";
        assert_eq!(refused(&format!("{mail}&contract=a")), Key::StatementNameWrong);
        let name = long(STATEMENT_NAME_CHARS_MAX);
        assert_eq!(refused(&format!("{mail}&contract=a&name={name}")), Key::StatementNameWrong);
        assert_eq!(refused("name=a&contract=a&mail=a"), Key::SignInMailWrong);
        assert_eq!(refused(&format!("{mail}&name=a")), Key::StatementContractWrong);
        let contract = long(STATEMENT_CONTRACT_CHARS_MAX);
        let fields = format!("{mail}&name=a&contract={contract}");
        assert_eq!(refused(&fields), Key::StatementContractWrong);
        let reason = long(STATEMENT_REASON_CHARS_MAX);
        assert_eq!(refused(&format!("{WHO}&reason={reason}")), Key::CancelReasonWrong);
        assert_eq!(refused(&format!("{WHO}&kind=extraordinary")), Key::CancelReasonWrong);
        for day in ["", "2026-09-15", "tomorrow"] {
            assert_eq!(refused(&format!("{WHO}&when=day&day={day}")), Key::CancelDayWrong, "{day}");
        }
    }
}
