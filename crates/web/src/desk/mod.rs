//! The desk: the newsroom's own pages. Every request passes one guard, which knows who asks and holds their role against what the address
//! does; a page behind it cannot be reached with anything but the [`Staff`] that the guard made. Nothing of the desk is ever kept by a
//! cache, a theme has no part in it, and what is locked leaves its seal here for those who work on it and for nobody else.

pub(crate) mod articles;
mod difference;
mod editor;
pub(crate) mod faults;
pub(crate) mod fields;
mod front;
mod hands;
pub(crate) mod helping;
mod institutions;
mod lists;
mod look;
mod looks;
pub(crate) mod media;
mod names;
mod numbers;
mod parts;
mod plots;
mod printing;
mod reader;
mod reader_lists;
mod readers;
mod revisions;
mod rule_table;
mod see_as;
pub(crate) mod settings;
pub(crate) mod shelf;
mod staff;
mod tokens;
mod webhooks;

use face::Key;
use gate::ReaderId;
use http::StatusCode;
use jiff::SignedDuration;
use minijinja::context;
use newsroom::{Deed, Role};
use store::{Doer, StaffRow};

use crate::shell::answer::Answer;
use crate::shell::routes::{self, Page};
use crate::site::forms::Sent;
use crate::site::{Trouble, Visit};

/// How long somebody may work before they prove again who they are.
pub(crate) const PROOFS_HOLD: SignedDuration = SignedDuration::from_hours(12);
/// The way to sign in and come back to the desk, also for somebody who is signed in.
const SIGN_IN: &str = "/sign-in?again=yes&back=%2Fdesk";

/// Somebody of the staff who has proven it in two ways, or for whom a token or the operator's command stands. Only the guards make one: the
/// desk's below, and that of machines (`api`).
#[derive(Debug)]
pub(crate) struct Staff {
    reader: ReaderId,
    name: String,
    role: Role,
    /// Whether they are the operator, who has no account.
    is_operator: bool,
}

impl Staff {
    /// Whoever made a token, as far as it reaches: the record calls them by both names.
    pub(crate) fn by_token(row: &StaffRow, token: &str) -> Self {
        let name = format!("{token} · {}", row.name);
        Self { reader: row.reader, name, role: row.role, is_operator: false }
    }

    /// Whoever may run commands on the machine.
    pub(crate) fn at_the_machine(name: String) -> Self {
        let reader = ReaderId::from_bytes([0; 16]);
        Self { reader, name, role: Role::Owner, is_operator: true }
    }

    /// Who they are in the record.
    pub(crate) fn doer(&self) -> Doer {
        let staff = (!self.is_operator).then_some(self.reader);
        Doer { staff, name: self.name.clone() }
    }

    pub(crate) fn may(&self, deed: Deed) -> bool {
        self.role.may(deed)
    }

    /// Whose work they see where they see their own alone.
    pub(crate) const fn reader(&self) -> ReaderId {
        self.reader
    }
}

/// What an address of the desk does at the least: with GET and POST alike, since a page shows what its form changes. What is finer (one's
/// own draft, an owner's role) is asked by the page.
const fn deed_of(page: Page) -> Option<Deed> {
    match page {
        Page::Desk | Page::DeskArticles | Page::DeskArticle | Page::DeskLook => Some(Deed::Write),
        Page::DeskHand | Page::DeskLooks => Some(Deed::Write),
        Page::DeskMedia | Page::DeskFile | Page::DeskPicture => Some(Deed::Write),
        Page::DeskRevisions => Some(Deed::Edit),
        Page::DeskWithdrawal => Some(Deed::TakeBack),
        Page::DeskFront | Page::DeskFrontLook | Page::DeskNames => Some(Deed::Arrange),
        Page::DeskRecord => Some(Deed::ReadRecord),
        Page::DeskStaff => Some(Deed::Appoint),
        Page::DeskSettings
        | Page::DeskSettingsGroup
        | Page::DeskInstitutions
        | Page::DeskInstitution => Some(Deed::SetHouse),
        Page::DeskSeeAs => Some(Deed::Write),
        Page::DeskReaders | Page::DeskReader => Some(Deed::HelpReaders),
        Page::DeskLists => Some(Deed::ExchangeReaders),
        Page::DeskNumbers | Page::DeskNumbersTable => Some(Deed::SeeNumbers),
        Page::DeskTokens | Page::DeskWebhooks | Page::DeskWebhook => Some(Deed::ConnectMachines),
        _ => None,
    }
}

/// Answers an address of the desk.
pub(crate) async fn serve(visit: &Visit<'_>, page: Page, named: &str) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    let reads = visit.request.reads();
    // A page that brings files says itself that they are too much.
    let says_itself = page == Page::DeskMedia && matches!(visit.sent, Sent::TooLong);
    if !reads
        && !says_itself
        && let Err(refusal) = visit.form()
    {
        return Ok(refusal);
    }
    let deed = deed_of(page).ok_or(Trouble::NotFound)?;
    let staff = match staff(visit).await? {
        Ok(staff) => staff,
        Err(refusal) => return Ok(refusal),
    };
    if !staff.may(deed) {
        return parts::refusal(visit, Some(&staff), StatusCode::FORBIDDEN, Key::DeskMayNot);
    }
    match page {
        Page::Desk => lists::show(visit, &staff).await,
        Page::DeskArticles if reads => articles::show_new(visit, &staff).await,
        Page::DeskArticles => articles::begin(visit, &staff).await,
        Page::DeskArticle if reads => articles::show(visit, &staff, named).await,
        Page::DeskArticle => articles::act(visit, &staff, named).await,
        Page::DeskHand if reads => hands::show(visit, &staff, named).await,
        Page::DeskHand => hands::act(visit, &staff, named).await,
        Page::DeskLook => look::show(visit, &staff, named).await,
        Page::DeskLooks => looks::show(visit, &staff, named).await,
        Page::DeskRevisions if reads => revisions::show(visit, &staff, named).await,
        Page::DeskRevisions => revisions::restore(visit, &staff, named).await,
        Page::DeskWithdrawal if reads => articles::show_withdrawal(visit, &staff, named).await,
        Page::DeskWithdrawal => articles::withdraw(visit, &staff, named).await,
        Page::DeskFront if reads => front::show(visit, &staff).await,
        Page::DeskFront => front::arrange(visit, &staff).await,
        Page::DeskFrontLook => front::look(visit).await,
        Page::DeskNames if reads => names::show(visit, &staff).await,
        Page::DeskNames => names::add(visit, &staff).await,
        Page::DeskStaff if reads => staff::show(visit, &staff).await,
        Page::DeskStaff => staff::act(visit, &staff).await,
        Page::DeskRecord => staff::record(visit, &staff).await,
        Page::DeskSettings if reads => settings::show(visit, &staff).await,
        Page::DeskSettings => settings::put(visit, &staff).await,
        Page::DeskSettingsGroup if reads => settings::show_group(visit, &staff, named).await,
        Page::DeskSettingsGroup => settings::propose(visit, &staff, named).await,
        Page::DeskInstitutions if reads => institutions::show(visit, &staff).await,
        Page::DeskInstitutions => institutions::add(visit, &staff).await,
        Page::DeskInstitution if reads => institutions::show_one(visit, &staff, named).await,
        Page::DeskInstitution => institutions::change(visit, &staff, named).await,
        Page::DeskSeeAs if reads => see_as::show(visit, &staff),
        Page::DeskSeeAs => see_as::act(visit, &staff).await,
        Page::DeskReaders if reads => readers::show(visit, &staff),
        Page::DeskReaders => readers::find(visit, &staff).await,
        Page::DeskReader if reads => reader::show(visit, &staff, named).await,
        Page::DeskReader => helping::act(visit, &staff, named).await,
        Page::DeskLists if reads => reader_lists::show(visit, &staff).await,
        Page::DeskLists => reader_lists::act(visit, &staff).await,
        Page::DeskNumbers if reads => numbers::show(visit, &staff).await,
        Page::DeskNumbers => numbers::act(visit, &staff).await,
        Page::DeskNumbersTable => numbers::show_table(visit, &staff, named).await,
        Page::DeskMedia if reads => media::show(visit, &staff).await,
        Page::DeskMedia => media::bring(visit, &staff).await,
        Page::DeskFile if reads => media::show_one(visit, &staff, named).await,
        Page::DeskFile => media::act(visit, &staff, named).await,
        Page::DeskPicture => media::bytes(visit, named).await,
        Page::DeskTokens if reads => tokens::show(visit, &staff).await,
        Page::DeskTokens => tokens::act(visit, &staff).await,
        Page::DeskWebhooks if reads => webhooks::show(visit, &staff).await,
        Page::DeskWebhooks => webhooks::make(visit, &staff).await,
        Page::DeskWebhook if reads => webhooks::show_one(visit, &staff, named).await,
        Page::DeskWebhook => webhooks::act(visit, &staff, named).await,
        _ => Err(Trouble::NotFound),
    }
}

/// Whether whoever sends a form with files to an address of the desk may do that there. It is asked before the files are read.
pub(crate) async fn takes_files(visit: &Visit<'_>) -> bool {
    if visit.is_strange() || visit.takes_readers().is_err() {
        return false;
    }
    let page = routes::find(visit.request.target.path, true).map(|(route, _)| route.page);
    let Some(deed) = page.and_then(deed_of) else { return false };
    matches!(staff(visit).await, Ok(Ok(staff)) if staff.may(deed))
}

/// Who asks, or what somebody is told who may not.
async fn staff(visit: &Visit<'_>) -> Result<Result<Staff, Answer>, Trouble> {
    let Some((session, reader)) = visit.signed_in().await? else {
        return Ok(Err(visit.see("/sign-in?back=%2Fdesk")));
    };
    let Some(row) = &reader.staff else {
        let key = Key::DeskNobody;
        return Ok(Err(parts::refusal(visit, None, StatusCode::FORBIDDEN, key)?));
    };
    if !session.proofs.are_two(visit.now, PROOFS_HOLD) {
        let words = &visit.presentation.words;
        let body = context! {
            text => words.text(Key::DeskTwoText),
            href => SIGN_IN,
            link => words.text(Key::DeskTwoLink),
            account => reader.row.mail.clone(),
        };
        let heading = words.text(Key::DeskTwo);
        let status = StatusCode::FORBIDDEN;
        let page = parts::page(visit, None, status, "desk/refusal.html", &heading, body)?;
        return Ok(Err(page));
    }
    let (reader, name, role) = (row.reader, row.name.clone(), row.role);
    Ok(Ok(Staff { reader, name, role, is_operator: false }))
}
