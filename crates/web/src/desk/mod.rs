//! The desk: the newsroom's own pages. Every request passes one guard, which knows who asks and holds their role against what the address
//! does; a page behind it cannot be reached with anything but the [`Staff`] that the guard made. Nothing of the desk is ever kept by a
//! cache, a theme has no part in it, and what is locked leaves its seal here for those who work on it and for nobody else.

mod articles;
mod fields;
mod front;
mod helping;
mod institutions;
mod lists;
mod look;
mod names;
mod parts;
mod printing;
mod reader;
mod readers;
mod rule_table;
mod see_as;
mod settings;
mod staff;

use face::Key;
use gate::ReaderId;
use http::StatusCode;
use jiff::SignedDuration;
use minijinja::context;
use newsroom::{Deed, Role};
use store::Doer;

use crate::shell::answer::Answer;
use crate::shell::routes::Page;
use crate::site::{Trouble, Visit};

/// How long somebody may work before they prove again who they are.
pub(crate) const PROOFS_HOLD: SignedDuration = SignedDuration::from_hours(12);
/// The way to sign in and come back to the desk, also for somebody who is signed in.
const SIGN_IN: &str = "/sign-in?again=yes&back=%2Fdesk";

/// Somebody of the staff who has proven it in two ways. Only the guard makes one.
#[derive(Debug)]
pub(crate) struct Staff {
    reader: ReaderId,
    name: String,
    role: Role,
}

impl Staff {
    /// Who they are in the record.
    fn doer(&self) -> Doer {
        Doer { staff: Some(self.reader), name: self.name.clone() }
    }

    fn may(&self, deed: Deed) -> bool {
        self.role.may(deed)
    }
}

/// What an address of the desk does at the least: with GET and POST alike, since a page shows what its form changes. What is finer (one's
/// own draft, an owner's role) is asked by the page.
const fn deed_of(page: Page) -> Option<Deed> {
    match page {
        Page::Desk | Page::DeskArticles | Page::DeskArticle | Page::DeskLook => Some(Deed::Write),
        Page::DeskWithdrawal => Some(Deed::TakeBack),
        Page::DeskFront | Page::DeskNames => Some(Deed::Arrange),
        Page::DeskRecord => Some(Deed::ReadRecord),
        Page::DeskStaff => Some(Deed::Appoint),
        Page::DeskSettings
        | Page::DeskSettingsGroup
        | Page::DeskInstitutions
        | Page::DeskInstitution => Some(Deed::SetHouse),
        Page::DeskSeeAs => Some(Deed::Write),
        Page::DeskReaders | Page::DeskReader => Some(Deed::HelpReaders),
        Page::DeskLists => Some(Deed::ExchangeReaders),
        _ => None,
    }
}

/// Answers an address of the desk.
pub(crate) async fn serve(visit: &Visit<'_>, page: Page, named: &str) -> Result<Answer, Trouble> {
    visit.takes_readers()?;
    let reads = visit.request.reads();
    if !reads && let Err(refusal) = visit.form() {
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
        Page::Desk => articles::home(visit, &staff).await,
        Page::DeskArticles if reads => articles::show_new(visit, &staff).await,
        Page::DeskArticles => articles::begin(visit, &staff).await,
        Page::DeskArticle if reads => articles::show(visit, &staff, named).await,
        Page::DeskArticle => articles::act(visit, &staff, named).await,
        Page::DeskLook => look::show(visit, &staff, named).await,
        Page::DeskWithdrawal if reads => articles::show_withdrawal(visit, &staff, named).await,
        Page::DeskWithdrawal => articles::withdraw(visit, &staff, named).await,
        Page::DeskFront if reads => front::show(visit, &staff).await,
        Page::DeskFront => front::arrange(visit, &staff).await,
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
        Page::DeskLists if reads => lists::show(visit, &staff).await,
        Page::DeskLists => lists::act(visit, &staff).await,
        _ => Err(Trouble::NotFound),
    }
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
    Ok(Ok(Staff { reader: row.reader, name: row.name.clone(), role: row.role }))
}
