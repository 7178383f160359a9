//! Lists of readers at the desk: all of them as files, and a list of another system brought in, after a look at what would happen. Nobody
//! gets a mail by it. What asks a payment provider row by row comes in by the command alone.

use std::collections::HashSet;

use bytes::Bytes;
use face::{Args, Key, Slot};
use http::{HeaderValue, StatusCode, header};
use jiff::civil::Date;
use minijinja::context;
use minijinja::value::Value;
use newsroom::import::subscribers::{Dates, Kind, Row, read};
use store::Enrolled;

use super::{Staff, parts};
use crate::shell::answer::{Answer, Pieces};
use crate::shell::caching::Keep;
use crate::site::forms::Fields;
use crate::site::reader_lists::READER_LINES_HEAD;
use crate::site::{Bringing, Came, Trouble, Visit};

/// Readers of one file.
const FILE_READERS_MAX: usize = 10_000;
/// Files that the page offers, at most: ten million readers.
const FILES_MAX: usize = 1_000;
/// Rows of a list that is brought in here.
const ROWS_MAX: usize = 2_000;
/// Bytes of a list that is chosen as a file: what a form can bring back once it was looked at.
const LIST_BYTES_MAX: u64 = 1 << 20;
/// Rows that wait for one write.
const BATCH: usize = 64;
/// Rows that are told one by one.
const TOLD_MAX: usize = 200;
/// The ways to write a day, each with a day.
const DATES: [(&str, &str); 3] =
    [("year-first", "2026-11-23"), ("day-first", "23.11.2026"), ("month-first", "11/23/2026")];
const CSV: &str = "text/csv; charset=utf-8";

/// What came of a list.
#[derive(Default, Clone)]
struct Report {
    new: usize,
    changed: usize,
    same: usize,
    bad: usize,
    told: Vec<(u64, String)>,
}

impl Report {
    fn bad(&mut self, line: u64, why: String) {
        self.bad += 1;
        self.tell(line, why);
    }

    fn tell(&mut self, line: u64, why: String) {
        if self.told.len() < TOLD_MAX {
            self.told.push((line, why));
        }
    }

    fn add(&mut self, line: u64, came: Came) {
        let became = match came {
            Came::Wrong(why) => return self.bad(line, why),
            Came::But(became, but) => {
                self.tell(line, but);
                became
            }
            Came::In(became) => became,
        };
        match became {
            Enrolled::Added => self.new += 1,
            Enrolled::Changed => self.changed += 1,
            Enrolled::Unchanged => self.same += 1,
        }
    }
}

/// What the page says besides its forms.
#[derive(Default, Clone)]
struct Said {
    status: StatusCode,
    list: String,
    from: String,
    plan: String,
    until: String,
    dates: String,
    report: Option<(Key, Report)>,
    refused: Option<String>,
}

/// GET: both forms.
pub(super) async fn show(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    page(visit, staff, Said::default()).await
}

/// POST: a file, or a list that is brought in or looked at.
pub(super) async fn act(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    let form = match visit.form() {
        Ok(form) => form,
        Err(refusal) => return Ok(refusal),
    };
    match form.get("act").as_str() {
        "export" => export(visit, staff, form.get("after")).await,
        "import" => import(visit, staff, &form, false).await,
        _ => import(visit, staff, &form, true).await,
    }
}

async fn export(visit: &Visit<'_>, staff: &Staff, after: String) -> Result<Answer, Trouble> {
    let (lines, _) = visit.site.reader_lines(after, FILE_READERS_MAX).await?;
    let subject = lines.len().to_string();
    visit.site.store.note_lists(staff.doer(), "took readers out", subject, visit.now).await?;
    let mut text = format!("{READER_LINES_HEAD}\r\n");
    for line in &lines {
        text.push_str(&line.csv());
        text.push_str("\r\n");
    }
    let body = Pieces::one(Bytes::from(text));
    let mut answer = visit.answer(StatusCode::OK, CSV, Keep::Nobody, body);
    let file = HeaderValue::from_static("attachment; filename=\"readers.csv\"");
    answer.headers_mut().insert(header::CONTENT_DISPOSITION, file);
    Ok(answer)
}

async fn import(
    visit: &Visit<'_>,
    staff: &Staff,
    form: &Fields<'_>,
    dry_run: bool,
) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let (kind, from) = match form.get("from").as_str() {
        "substack" => (Kind::Substack, "substack"),
        "print" => (Kind::Print, "print"),
        _ => (Kind::Plain, "csv"),
    };
    let dates = match form.get("dates").as_str() {
        "day-first" => Dates::DayFirst,
        "month-first" => Dates::MonthFirst,
        _ => Dates::YearFirst,
    };
    let chosen = Said {
        from: from.to_owned(),
        plan: form.get("plan"),
        until: form.get("until"),
        dates: form.get("dates"),
        ..Said::default()
    };
    let refuse = async |list: String, wrong: String| {
        let args = Args::new().with(Slot::Name, wrong);
        let refused = Some(words.format(Key::HelpImportWrong, &args));
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        page(visit, staff, Said { status, list, refused, ..chosen.clone() }).await
    };
    let list = match sent(visit, form).await? {
        Ok(list) => list,
        Err(wrong) => return refuse(String::new(), wrong).await,
    };
    let mut report = Report::default();
    let (mut rows, mut seen, mut too_many) = (Vec::new(), HashSet::new(), false);
    let end = read(list.as_bytes(), kind, dates, &mut |row: Result<Row, _>| match row {
        Ok(row) => {
            let (what, named) = row.named(kind);
            if !named.is_empty() && !seen.insert(named) {
                let why =
                    format!("its {what} stands in an earlier line already; take one of them out");
                report.bad(row.line, why);
            } else if rows.len() < ROWS_MAX {
                rows.push(row);
            } else {
                too_many = true;
            }
        }
        Err(fault) => report.bad(fault.line, fault.what),
    });
    let wrong = match end {
        Err(fault) => Some(fault.to_string()),
        Ok(()) if too_many => Some(format!("> {ROWS_MAX}")),
        Ok(()) => None,
    };
    if let Some(wrong) = wrong {
        return refuse(list, wrong).await;
    }
    let plan = Some(form.get("plan")).filter(|plan| !plan.is_empty());
    let until = form.get("until").trim().parse::<Date>().ok();
    let how = Bringing { from, plan, until, dry_run };
    if !dry_run {
        let subject = format!("{from}, {}", rows.len());
        visit.site.store.note_lists(staff.doer(), "brought readers in", subject, visit.now).await?;
    }
    while !rows.is_empty() {
        let batch: Vec<Row> = rows.drain(..rows.len().min(BATCH)).collect();
        let lines: Vec<u64> = batch.iter().map(|row| row.line).collect();
        let came = visit.site.bring_in(batch, &how).await?;
        for (line, came) in lines.into_iter().zip(came) {
            report.add(line, came);
        }
    }
    let key = if dry_run { Key::HelpImportTried } else { Key::HelpImportDone };
    report.told.sort_by_key(|(line, _)| *line);
    // What was looked at is brought in as it was looked at.
    let said = if dry_run { Said { list, ..chosen } } else { Said::default() };
    page(visit, staff, Said { report: Some((key, report)), ..said }).await
}

/// The list: a file that was chosen, or what was pasted; or what is wrong with the file.
async fn sent(visit: &Visit<'_>, form: &Fields<'_>) -> Result<Result<String, String>, Trouble> {
    let chosen = visit.parcel().and_then(|parcel| Some((parcel, parcel.files("file").next()?)));
    let Some((parcel, file)) = chosen.filter(|(_, file)| file.length > 0) else {
        return Ok(Ok(form.get("list")));
    };
    if file.length > LIST_BYTES_MAX {
        return Ok(Err(format!("{} > {} MB", file.name, LIST_BYTES_MAX >> 20)));
    }
    let (parcel, enclosed) = (parcel.clone(), file.clone());
    let bytes = visit.site.pool.run(move || parcel.bytes(&enclosed)).await?;
    let bytes = bytes.map_err(|error| Trouble::Broken(format!("a form's file: {error}")))?;
    let text = String::from_utf8(bytes);
    Ok(text.map_err(|_| format!("{} is not UTF-8; save it as “CSV UTF-8”", file.name)))
}

async fn page(visit: &Visit<'_>, staff: &Staff, said: Said) -> Result<Answer, Trouble> {
    let words = &visit.presentation.words;
    let mut files = vec![String::new()];
    while files.len() < FILES_MAX {
        let after = files.last().cloned().unwrap_or_default();
        match visit.site.store.mail_after(after, FILE_READERS_MAX).await? {
            Some(next) => files.push(next),
            None => break,
        }
    }
    let number = |key, number: usize| {
        words.format(key, &Args::new().with(Slot::Number, words.digits(number as u64)))
    };
    let files = files.iter().enumerate().map(|(place, after)| {
        context! { after => after.clone(), name => number(Key::HelpExportPart, place + 1) }
    });
    let froms = [
        ("csv", words.text(Key::HelpImportOther)),
        ("substack", "Substack".to_owned()),
        ("print", words.text(Key::SourcePrint)),
    ];
    let report = said.report.map(|(key, report)| {
        let row = |key: Key, count: usize| {
            context! { name => words.text(key), count => words.digits(count as u64) }
        };
        context! {
            heading => words.text(key),
            counts => [
                row(Key::HelpNew, report.new),
                row(Key::HelpChanged, report.changed),
                row(Key::HelpSame, report.same),
                row(Key::HelpBad, report.bad),
            ],
            told => report.told.iter().map(|(line, why)| context! {
                line => number(Key::HelpLine, usize::try_from(*line).unwrap_or(usize::MAX)),
                why => why.clone(),
            }).collect::<Vec<Value>>(),
        }
    });
    let plans = visit.presentation.house.plans.iter();
    let body = context! {
        export_text => number(Key::HelpExportText, FILE_READERS_MAX),
        files => files.collect::<Vec<_>>(),
        import_text => number(Key::HelpImportText, ROWS_MAX),
        froms => froms.map(|(value, name)| context! { value => value, name => name, is => said.from == value }),
        plans => plans.map(|plan| context! {
            value => plan.slug.clone(), name => plan.name.clone(), is => said.plan == plan.slug,
        }).collect::<Vec<_>>(),
        until => said.until,
        dates => DATES.map(|(value, name)| context! { value => value, name => name, is => said.dates == value }),
        list => said.list,
        report => report,
        refused => said.refused,
    };
    let heading = words.text(Key::HelpLists);
    parts::page(visit, Some(staff), said.status, "desk/lists.html", &heading, body)
}
