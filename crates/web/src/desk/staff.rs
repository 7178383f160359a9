//! Who works in the newsroom, and what they did. Nobody gives a role that may more than their own, or changes somebody who has one.

use face::{Args, Key, Letter, Slot};
use gate::ReaderId;
use http::StatusCode;
use minijinja::context;
use minijinja::value::Value;
use newsroom::{ArticleId, Role};
use store::{Appointed, Appointment, DeedRow, READER_NAME_CHARS_MAX, RECORD_LISTED_MAX, StaffRow};

use super::{Staff, parts};
use crate::shell::answer::Answer;
use crate::site::forms::{Fields, MAIL_BYTES_MAX, is_mail};
use crate::site::{Trouble, Visit};

/// GET: everybody, and the form for one more.
pub(super) async fn show(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    page(visit, staff, StatusCode::OK, None).await
}

/// POST: lets in, changes, or lets go.
pub(super) async fn act(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    let form = match visit.form() {
        Ok(form) => form,
        Err(refusal) => return Ok(refusal),
    };
    let done = match form.get("act").as_str() {
        "let-go" => let_go(visit, staff, &form).await?,
        _ => appoint(visit, staff, &form).await?,
    };
    let (status, key) = match done {
        Ok(Appointed::Added | Appointed::Changed | Appointed::Unchanged) => {
            return Ok(visit.see("/desk/staff"));
        }
        Ok(Appointed::LastOwner) => (StatusCode::CONFLICT, Key::StaffLastOwner),
        Ok(Appointed::Full) => (StatusCode::CONFLICT, Key::StaffFull),
        Ok(Appointed::Unknown) => (StatusCode::CONFLICT, Key::StaffGone),
        Err(Key::DeskMayNot) => (StatusCode::FORBIDDEN, Key::DeskMayNot),
        Err(key) => (StatusCode::UNPROCESSABLE_ENTITY, key),
    };
    page(visit, staff, status, Some(key)).await
}

/// What the form asks for, or why it is not done.
type Done = Result<Appointed, Key>;

async fn appoint(visit: &Visit<'_>, staff: &Staff, form: &Fields<'_>) -> Result<Done, Trouble> {
    let mail = form.get("mail").trim().to_lowercase();
    let Ok(role) = Role::parse(&form.get("role")) else { return Ok(Err(Key::DeskMayNot)) };
    if !is_mail(&mail) {
        return Ok(Err(Key::SignInMailWrong));
    }
    let store = &visit.site.store;
    let all = store.staff().await?;
    let before = all.iter().find(|row| row.mail == mail);
    if !staff.role.may_appoint(role) || before.is_some_and(|row| !staff.role.may_appoint(row.role))
    {
        return Ok(Err(Key::DeskMayNot));
    }
    let desk = format!("{}/desk", visit.address());
    let called = visit.presentation.words.text(parts::role_key(role));
    let about = Letter::Appointed { by: &staff.name, role: &called, desk: &desk };
    let letter = visit.letter(&mail, &about);
    let newcomer = visit.site.newcomer(mail, "", visit.now, visit.now);
    let name: String = form.get("name").chars().filter(|letter| !letter.is_control()).collect();
    let new = Appointment { newcomer, name, role, letter: Some(letter) };
    Ok(Ok(store.appoint(new, staff.doer(), visit.now).await?))
}

async fn let_go(visit: &Visit<'_>, staff: &Staff, form: &Fields<'_>) -> Result<Done, Trouble> {
    let store = &visit.site.store;
    let Some(reader) = ReaderId::parse(&form.get("staff")) else {
        return Ok(Ok(Appointed::Unknown));
    };
    let Some(row) = store.staff_of(reader).await? else { return Ok(Ok(Appointed::Unknown)) };
    if !staff.role.may_appoint(row.role) {
        return Ok(Err(Key::DeskMayNot));
    }
    Ok(Ok(store.let_go(reader, staff.doer(), visit.now).await?))
}

async fn page(
    visit: &Visit<'_>,
    staff: &Staff,
    status: StatusCode,
    refused: Option<Key>,
) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let all = visit.site.store.staff().await?;
    let roles = |own: Option<Role>| -> Vec<Value> {
        let may = Role::ALL.into_iter().filter(|role| staff.role.may_appoint(*role));
        may.map(|role| {
            let name = words.text(parts::role_key(role));
            context! { value => role.as_str(), name => name, is => own == Some(role) }
        })
        .collect()
    };
    let row = |row: &StaffRow| {
        let since = Args::new().with(Slot::Date, visit.date(row.since));
        context! {
            id => row.reader.to_string(),
            name => row.name.clone(),
            mail => row.mail.clone(),
            role => words.text(parts::role_key(row.role)),
            roles => roles(Some(row.role)),
            since => words.format(Key::StaffSince, &since),
            can_change => staff.role.may_appoint(row.role),
        }
    };
    let body = context! {
        staff => all.iter().map(row).collect::<Vec<_>>(),
        roles => roles(Some(Role::Author)),
        mail_max => MAIL_BYTES_MAX,
        name_max => READER_NAME_CHARS_MAX,
        refused => refused.map(|key| words.text(key)),
    };
    let heading = words.text(Key::DeskStaff);
    parts::page(visit, Some(staff), status, "desk/staff.html", &heading, body)
}

/// GET: the record, the latest first; `?before=N` goes on, `?article=ID` is one article's.
pub(super) async fn record(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    let asked = visit.asked_fields();
    let article = ArticleId::parse(&asked.get("article")).ok();
    let before = asked.get("before").parse().ok();
    let rows = visit.site.store.record(article.clone(), before, RECORD_LISTED_MAX).await?;
    let words = &visit.presentation.words;
    let shown = |row: &DeedRow| {
        context! {
            at => visit.when(row.done_at).text,
            iso => visit.iso(row.done_at),
            name => row.name.clone(),
            deed => deed_key(&row.deed).map_or_else(|| row.deed.clone(), |key| words.text(key)),
            subject => record_subject(visit, row),
            href => record_href(row),
        }
    };
    let of = article.map(|id| format!("&article={id}")).unwrap_or_default();
    let further = rows.last().filter(|_| rows.len() == RECORD_LISTED_MAX);
    let body = context! {
        rows => rows.iter().map(shown).collect::<Vec<_>>(),
        further => further.map(|row| format!("/desk/record?before={}{of}", row.number)),
    };
    let heading = words.text(Key::DeskRecord);
    parts::page(visit, Some(staff), StatusCode::OK, "desk/record.html", &heading, body)
}

/// Where a deed of the record leads.
fn record_href(row: &DeedRow) -> Option<String> {
    let article = row.article.as_ref().map(|id| format!("/desk/articles/{id}"));
    article.or_else(|| row.about.map(|reader| format!("/desk/readers/{reader}")))
}

/// With what it was: a reader is named by nothing but the way there.
fn record_subject(visit: &Visit<'_>, row: &DeedRow) -> String {
    match (row.about, row.subject.as_str()) {
        (Some(_), "") => visit.presentation.words.text(Key::HelpReader),
        (Some(_), subject) => {
            format!("{} ({subject})", visit.presentation.words.text(Key::HelpReader))
        }
        (None, subject) => subject.to_owned(),
    }
}

/// What a word of the record is called.
pub(super) fn deed_key(deed: &str) -> Option<Key> {
    Some(match deed {
        "began" => Key::DeedBegan,
        "opened again" => Key::DeedOpenedAgain,
        "took over" => Key::DeedTookOver,
        "threw away" => Key::DeedThrewAway,
        "published" => Key::DeedPublished,
        "scheduled" => Key::DeedScheduled,
        "changed" => Key::DeedChanged,
        "changed a little" => Key::DeedChangedALittle,
        "restored" => Key::DeedRestored,
        "ordered" => Key::DeedOrdered,
        "took back" => Key::DeedTookBack,
        "put back" => Key::DeedPutBack,
        "arranged" => Key::DeedArranged,
        "named" => Key::DeedNamed,
        "appointed" => Key::DeedAppointed,
        "gave another role" => Key::DeedGaveRole,
        "let go" => Key::DeedLetGo,
        "set" => Key::DeedSet,
        "licensed" => Key::DeedLicensed,
        "ended a licence" => Key::DeedEndedLicence,
        "gave access" => Key::DeedHelpGave,
        "took access back" => Key::DeedHelpTook,
        "signed out" => Key::DeedHelpEnded,
        "lets mails go" => Key::DeedHelpLifted,
        "sent" => Key::DeedHelpSent,
        "corrected an address" => Key::DeedHelpCorrected,
        "paid back" => Key::DeedHelpPaidBack,
        "could not pay back" => Key::DeedHelpNotPaidBack,
        "noted as paid" => Key::DeedHelpPaid,
        "took data out" => Key::DeedHelpData,
        "took readers out" => Key::DeedHelpExported,
        "brought readers in" => Key::DeedHelpImported,
        "brought" => Key::DeedBrought,
        "described" => Key::DeedDescribed,
        "replaced" => Key::DeedReplaced,
        "deleted" => Key::DeedDeleted,
        "made a token" => Key::DeedMadeToken,
        "revoked a token" => Key::DeedRevokedToken,
        "made a webhook" => Key::DeedMadeWebhook,
        "changed a webhook" => Key::DeedChangedWebhook,
        "ended a webhook" => Key::DeedEndedWebhook,
        _ => return None,
    })
}
