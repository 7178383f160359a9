//! What is put right for a reader at the help desk. Each deed is shown before it is done, asks for its role, and stands in the record with
//! who did it and about whom, in the commit of the deed. A second press of the same changes nothing.

use face::{Args, Key, Slot};
use gate::{Secret, SecretHash};
use http::StatusCode;
use jiff::civil::Date;
use minijinja::context;
use newsroom::Deed;
use paywall::Money;
use store::{
    AddressCorrected, Begun, Enrolled, GRANT_REASON_CHARS_MAX, InvoiceNumber, KnownReader, Noted,
};

use super::reader::{self, called, holdings};
use super::{Staff, parts};
use crate::InvoicePaid;
use crate::shell::answer::Answer;
use crate::site::forms::{Fields, is_mail};
use crate::site::help::{PaidBack, can_go_back};
use crate::site::{GrantError, Holdings, Trouble, Visit};

/// The longest id of a payment that a form can name, in bytes.
const PAYMENT_BYTES_MAX: usize = paywall::ID_BYTES_MAX;

/// What is to be done.
enum Act {
    Give { plan: String, until: Date, reason: String },
    Take,
    EndAll,
    EndOne(SecretHash),
    Lift,
    Link,
    Again(String),
    Correct(String),
    PayBack { payment: String, ends: bool },
    InvoicePaid { number: InvoiceNumber, on: Date, paid: Money },
    InvoiceBack { number: InvoiceNumber, paid: Money },
    Data,
}

impl Act {
    /// What a form asks for; `None` where it asks for nothing that there is.
    async fn read(
        visit: &Visit<'_>,
        form: &Fields<'_>,
    ) -> Result<Option<Result<Self, Key>>, Trouble> {
        let day = |name: &str| form.get(name).trim().parse::<Date>().ok();
        Ok(Some(Ok(match form.get("act").as_str() {
            "give" => {
                let reason = form.get("reason").trim().to_owned();
                let fits = (1..=GRANT_REASON_CHARS_MAX).contains(&reason.chars().count())
                    && !reason.chars().any(char::is_control);
                let until = day("until").filter(|day| fits && visit.end_of(*day).is_some());
                let plan = form.get("plan");
                let is_sold = visit.presentation.house.plans.iter().any(|known| known.slug == plan);
                match until {
                    Some(until) if is_sold => Self::Give { plan, until, reason },
                    _ => return Ok(Some(Err(Key::HelpGiveWrong))),
                }
            }
            "take" => Self::Take,
            "end-all" => Self::EndAll,
            "end-one" => match SecretHash::parse(&form.get("session")) {
                Some(hash) => Self::EndOne(hash),
                None => return Ok(None),
            },
            "lift" => Self::Lift,
            "link" => Self::Link,
            "again" => Self::Again(form.get("letter").chars().take(PAYMENT_BYTES_MAX).collect()),
            "correct" => {
                let mail = form.get("mail").trim().to_ascii_lowercase();
                if !is_mail(&mail) {
                    return Ok(Some(Err(Key::SignInMailWrong)));
                }
                Self::Correct(mail)
            }
            "pay-back" => Self::PayBack {
                payment: form.get("payment").chars().take(PAYMENT_BYTES_MAX).collect(),
                ends: form.get("access") != "stays",
            },
            act @ ("invoice-paid" | "invoice-back") => {
                let Some(number) = InvoiceNumber::parse(&form.get("number")) else {
                    return Ok(None);
                };
                let Some(invoice) = visit.site.store.invoice(number).await? else {
                    return Ok(None);
                };
                let sum = invoice.sheet.step.amount;
                if act == "invoice-back" {
                    Self::InvoiceBack { number, paid: sum }
                } else {
                    let typed = Money::parse(form.get("sum").trim(), sum.currency).ok();
                    match (day("on"), typed.filter(|typed| *typed == sum)) {
                        (Some(on), Some(paid)) => Self::InvoicePaid { number, on, paid },
                        _ => return Ok(Some(Err(Key::HelpSumWrong))),
                    }
                }
            }
            "data" => Self::Data,
            _ => return Ok(None),
        })))
    }

    /// The deed whose role it takes.
    const fn needs(&self) -> Deed {
        match self {
            Self::Give { .. } | Self::Take => Deed::GiveAccess,
            Self::PayBack { .. } | Self::InvoicePaid { .. } | Self::InvoiceBack { .. } => {
                Deed::PayBack
            }
            Self::Data => Deed::ExchangeReaders,
            _ => Deed::HelpReaders,
        }
    }

    /// Whether it is about how somebody signs in: of somebody whose role may more than one's own, nobody changes that.
    const fn is_of_ways_in(&self) -> bool {
        matches!(self, Self::EndAll | Self::EndOne(_) | Self::Link | Self::Correct(_) | Self::Data)
    }

    const fn heading(&self) -> Key {
        match self {
            Self::Give { .. } => Key::HelpGive,
            Self::Take => Key::HelpTake,
            Self::EndAll => Key::HelpEndAll,
            Self::EndOne(_) => Key::HelpEndOne,
            Self::Lift => Key::HelpLift,
            Self::Link => Key::HelpSendLink,
            Self::Again(_) => Key::HelpSendAgain,
            Self::Correct(_) => Key::HelpCorrect,
            Self::PayBack { .. } => Key::HelpPayBack,
            Self::InvoicePaid { .. } => Key::HelpInvoicePaid,
            Self::InvoiceBack { .. } => Key::HelpInvoiceBack,
            Self::Data => Key::HelpData,
        }
    }

    /// What will happen, in sentences.
    fn told(&self, visit: &Visit<'_>, holdings: &Holdings) -> Vec<String> {
        let words = &visit.presentation.words;
        let today = visit.today();
        let day = |day: &Date| words.date(*day, today);
        let mail = &holdings.reader.row.mail;
        let numbered = |number: &InvoiceNumber, paid: &Money| {
            Args::new().with(Slot::Number, number.to_string()).with(Slot::Price, words.money(*paid))
        };
        let one = match self {
            Self::Give { plan, until, .. } => {
                let sold = visit.presentation.house.plans.iter().find(|one| one.slug == *plan);
                let named = sold.map_or(plan.as_str(), |sold| sold.name.as_str());
                let args = Args::new().with(Slot::Plan, named).with(Slot::Date, day(until));
                words.format(Key::HelpGiveSure, &args)
            }
            Self::Take => words.text(Key::HelpTakeSure),
            Self::EndAll => words.text(Key::HelpEndAllSure),
            Self::EndOne(_) => words.text(Key::HelpEndOneSure),
            Self::Lift => words.text(Key::HelpLiftSure),
            Self::Link | Self::Again(_) => {
                words.format(Key::HelpSendSure, &Args::new().with(Slot::Name, mail.clone()))
            }
            Self::Correct(new) => {
                let args = Args::new().with(Slot::Name, new.clone()).with(Slot::From, mail.clone());
                words.format(Key::HelpCorrectSure, &args)
            }
            Self::PayBack { payment, ends } => {
                let money = can_go_back(&holdings.tellings, payment);
                let args = money.map(|money| Args::new().with(Slot::Price, words.money(money)));
                let sum = args.map(|args| words.format(Key::HelpPayBackSure, &args));
                let access = if *ends { Key::HelpEnds } else { Key::HelpStays };
                return sum.into_iter().chain([format!("{}.", words.text(access))]).collect();
            }
            Self::InvoicePaid { number, on, paid } => {
                let args = numbered(number, paid).with(Slot::Date, day(on));
                words.format(Key::HelpInvoicePaidSure, &args)
            }
            Self::InvoiceBack { number, paid } => {
                words.format(Key::HelpInvoiceBackSure, &numbered(number, paid))
            }
            Self::Data => words.text(Key::HelpDataSure),
        };
        vec![one]
    }

    /// The record's word for it, and with what of the reader's.
    fn noted(&self, staff: &Staff, holdings: &Holdings) -> Noted {
        let (deed, subject) = match self {
            Self::Give { plan, until, .. } => ("gave access", format!("{plan}, {until}")),
            Self::Take => ("took access back", String::new()),
            Self::EndAll | Self::EndOne(_) => ("signed out", String::new()),
            Self::Lift => ("lets mails go", String::new()),
            Self::Link => ("sent", String::new()),
            Self::Again(which) => ("sent", which.clone()),
            Self::Correct(_) => ("corrected an address", String::new()),
            Self::PayBack { payment, .. } => {
                let money = can_go_back(&holdings.tellings, payment);
                let sum = money.map(|money| format!(", {money}")).unwrap_or_default();
                ("paid back", format!("{payment}{sum}"))
            }
            Self::InvoicePaid { number, paid, .. } => {
                ("noted as paid", format!("{number}, {paid}"))
            }
            Self::InvoiceBack { number, paid } => ("paid back", format!("{number}, {paid}")),
            Self::Data => ("took data out", String::new()),
        };
        Noted { by: staff.doer(), deed, about: holdings.reader.row.id, subject }
    }
}

/// What came of a deed.
enum Done {
    /// It is done.
    Yes,
    /// It was so already.
    Already,
    /// It cannot be done.
    No(StatusCode, Key),
    /// Something is handed out.
    Answer(Answer),
}

const fn no(key: Key) -> Done {
    Done::No(StatusCode::CONFLICT, key)
}

/// POST: shows what will happen, and does it when that was confirmed.
pub(super) async fn act(visit: &Visit<'_>, staff: &Staff, named: &str) -> Result<Answer, Trouble> {
    let form = match visit.form() {
        Ok(form) => form,
        Err(refusal) => return Ok(refusal),
    };
    let holdings = holdings(visit, named).await?;
    let path = format!("/desk/readers/{}", holdings.reader.row.id);
    let act = match Act::read(visit, &form).await? {
        Some(Ok(act)) => act,
        Some(Err(key)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return reader::page(visit, staff, status, &holdings, None, Some(key)).await;
        }
        None => return Ok(visit.see(&path)),
    };
    let ways_in_are_out = act.is_of_ways_in() && !may_end_ways_in(staff, &holdings.reader);
    if !staff.may(act.needs()) || ways_in_are_out {
        return parts::refusal(visit, Some(staff), StatusCode::FORBIDDEN, Key::DeskMayNot);
    }
    if form.get("sure") != "yes" {
        return sure(visit, staff, &holdings, &form, &act);
    }
    match done(visit, staff, &holdings, &form, act).await? {
        Done::Yes => Ok(visit.see(&format!("{path}?said=done"))),
        Done::Already => Ok(visit.see(&format!("{path}?said=nothing"))),
        Done::No(status, key) => {
            reader::page(visit, staff, status, &holdings, None, Some(key)).await
        }
        Done::Answer(answer) => Ok(answer),
    }
}

/// Whether somebody may change how a reader signs in: nobody does that of somebody whose role may more than their own.
pub(crate) fn may_end_ways_in(staff: &Staff, reader: &KnownReader) -> bool {
    let role = reader.staff.as_ref().map(|row| row.role);
    role.is_none_or(|role| staff.role.may_appoint(role)) || reader.row.id == staff.reader
}

/// The fields of forms that lead to a deed; the confirmation carries them on.
const FIELDS: [&str; 14] = [
    "act", "plan", "until", "reason", "session", "letter", "mail", "payment", "access", "number",
    "on", "sum", "once", "sure",
];

fn sure(
    visit: &Visit<'_>,
    staff: &Staff,
    holdings: &Holdings,
    form: &Fields<'_>,
    act: &Act,
) -> Result<Answer, Trouble> {
    let once = Secret::of(visit.site.random.bytes()).to_string();
    let fields = FIELDS.iter().map(|name| {
        let value = match *name {
            "sure" => "yes".to_owned(),
            "once" => once.clone(),
            name => form.get(name),
        };
        context! { name => *name, value => value }
    });
    let row = &holdings.reader.row;
    let body = context! {
        path => format!("/desk/readers/{}", row.id),
        about => called(row),
        lines => act.told(visit, holdings),
        fields => fields.collect::<Vec<_>>(),
    };
    let heading = visit.presentation.words.text(act.heading());
    parts::page(visit, Some(staff), StatusCode::OK, "desk/sure.html", &heading, body)
}

async fn done(
    visit: &Visit<'_>,
    staff: &Staff,
    holdings: &Holdings,
    form: &Fields<'_>,
    act: Act,
) -> Result<Done, Trouble> {
    let (store, now) = (&visit.site.store, visit.now);
    let (reader, row) = (&holdings.reader, &holdings.reader.row);
    let noted = act.noted(staff, holdings);
    // What is the same for each press of one button.
    let once = Secret::parse(&form.get("once")).map(|once| format!("again:{once}"));
    let so = |yes: bool| if yes { Done::Yes } else { Done::Already };
    Ok(match act {
        Act::Give { plan, until, reason } => {
            match visit.give_access(reader, &plan, until, reason, noted).await? {
                Some(became) => so(became != Enrolled::Unchanged),
                None => no(Key::HelpGiveWrong),
            }
        }
        Act::Take => so(visit.take_access(holdings, &noted).await?),
        Act::EndAll => so(store.end_sessions_for(None, noted, now).await? > 0),
        Act::EndOne(hash) => so(store.end_sessions_for(Some(hash), noted, now).await? > 0),
        Act::Lift => so(store.release_for(&row.mail, noted, now).await?),
        Act::Link => match visit.send_link(reader, once, noted).await? {
            Begun::Sent => Done::Yes,
            Begun::Enough => Done::No(StatusCode::TOO_MANY_REQUESTS, Key::HelpEnough),
            Begun::Full => return Err(Trouble::Busy),
        },
        Act::Again(which) => match (visit.letter_again(holdings, &which).await?, once) {
            (Some(letter), Some(once)) => {
                let letter = store::NewMail { once: Some(once), ..letter };
                so(store.send_for(letter, noted, now).await?)
            }
            _ => no(Key::HelpNothing),
        },
        Act::Correct(mail) => match visit.correct_address(&mail, noted).await? {
            AddressCorrected::Done => Done::Yes,
            AddressCorrected::Unchanged => Done::Already,
            AddressCorrected::Taken => no(Key::HelpAddressTaken),
            AddressCorrected::Full => return Err(Trouble::Busy),
        },
        Act::PayBack { payment, ends } => {
            match visit.pay_back(holdings, &payment, ends, noted).await? {
                PaidBack::Done => Done::Yes,
                PaidBack::Before | PaidBack::Unknown => Done::Already,
                PaidBack::Refused => {
                    Done::No(StatusCode::SERVICE_UNAVAILABLE, Key::HelpProviderDown)
                }
            }
        }
        Act::InvoicePaid { number, on, paid } if is_of(visit, number, row.id).await? => {
            match visit.invoice_paid(number, on, paid, noted).await {
                Ok(InvoicePaid::Now { .. }) => Done::Yes,
                Ok(InvoicePaid::Before) => Done::Already,
                Err(GrantError::Refused(_)) => no(Key::HelpSumWrong),
                Err(GrantError::Store(outage)) => return Err(outage.into()),
            }
        }
        Act::InvoiceBack { number, .. } if is_of(visit, number, row.id).await? => {
            let reason = format!("paid back, says {}", staff.name);
            match visit.invoice_paid_back(number, reason, noted).await {
                Ok(news) => so(news),
                Err(GrantError::Refused(_)) => no(Key::HelpNothing),
                Err(GrantError::Store(outage)) => return Err(outage.into()),
            }
        }
        Act::InvoicePaid { .. } | Act::InvoiceBack { .. } => no(Key::HelpNothing),
        Act::Data => {
            store.note(noted, now).await?;
            Done::Answer(visit.data_of(reader).await?)
        }
    })
}

/// Whether an invoice is that reader's.
async fn is_of(
    visit: &Visit<'_>,
    number: InvoiceNumber,
    reader: gate::ReaderId,
) -> Result<bool, Trouble> {
    let invoice = visit.site.store.invoice(number).await?;
    Ok(invoice.is_some_and(|invoice| invoice.reader == Some(reader)))
}
