//! The paper's numbers at the desk: a first page that is read in a minute, and pages by article, section, reason, reader and money, each over
//! a time that is chosen, and each as a file. What they are is worked out elsewhere; here they are set.

use bytes::Bytes;
use face::{Args, CacheInFront, Key, Slot};
use http::{HeaderValue, StatusCode, header};
use jiff::civil::Date;
use minijinja::context;
use minijinja::value::Value;
use newsroom::{ArticleId, Deed};
use paywall::Currency;
use store::{Figure, Figures, NumbersBy};

use super::plots::{Series, plot};
use super::{Staff, parts};
use crate::shell::answer::{Answer, Pieces};
use crate::shell::caching::Keep;
use crate::site::numbers::{
    self, Business, Cell, DAYS_MAX, LAST_DAYS, Line, OPEN, Readership, Table, Time, Which,
};
use crate::site::{Trouble, Visit};

const HOME: &str = "/desk/numbers";
/// Days of the first page, where no others are asked for; and of the other pages.
const FIRST_DAYS: i64 = 7;
const OTHER_DAYS: i64 = 28;
/// Articles of a short list, and of the page of articles.
const SHORT: usize = 10;
const LISTED: usize = 200;
const CSV: &str = "text/csv; charset=utf-8";

/// What a page shows.
#[derive(Default)]
struct Shown {
    heading: String,
    lines: Vec<Line>,
    warnings: Vec<String>,
    notes: Vec<String>,
    today: Option<String>,
    plots: Vec<Value>,
    tables: Vec<Value>,
    /// What the words mean: a name and a sentence each.
    meanings: Vec<(Key, Key)>,
}

/// Which time is asked for, and how that stands in addresses.
struct Asked {
    time: Time,
    days: Option<i64>,
    query: String,
    is_wrong: bool,
}

impl Asked {
    fn of(visit: &Visit<'_>, days: i64) -> Self {
        let today = visit.today();
        let fields = visit.asked_fields();
        let day = |name: &str| fields.get(name).trim().parse::<Date>().ok();
        let last = |days, is_wrong| Self {
            time: Time::last(days, today),
            days: Some(days),
            query: format!("days={days}"),
            is_wrong,
        };
        if !fields.get("from").is_empty() || !fields.get("to").is_empty() {
            let time = day("from").zip(day("to")).and_then(|(from, to)| Time::between(from, to));
            return match time {
                Some(time) => {
                    let query = format!("from={}&to={}", time.from, time.to);
                    Self { time, days: None, query, is_wrong: false }
                }
                None => last(days, true),
            };
        }
        let wanted = fields.get("days").parse().ok().filter(|days| LAST_DAYS.contains(days));
        last(wanted.unwrap_or(days), false)
    }
}

/// GET `/desk/numbers`.
pub(super) async fn show(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    let asked = Asked::of(visit, FIRST_DAYS);
    let (presentation, words) = (&visit.presentation, &visit.presentation.words);
    let site = visit.site;
    let (time, today) = (asked.time, visit.today());
    let readership = site.readership(time, None).await?;
    let before = site.readership(time.before(), None).await?;
    let business = match staff.may(Deed::SeeMoney) {
        true => {
            let zone = &presentation.house.policy.zone;
            let now = visit.now;
            Some([
                site.business(time, zone, now).await?,
                site.business(time.before(), zone, now).await?,
            ])
        }
        false => None,
    };
    let lines = numbers::lines(
        presentation,
        [&readership, &before],
        business.as_ref().map(|[now, before]| [now, before]),
    );
    let so_far = site.readership(Time { from: today, to: today }, None).await?.all;
    let so_far = Args::new()
        .with(Slot::Number, words.digits(so_far.whole()))
        .with(Slot::Name, words.digits(so_far.walls()));
    let orders = NumbersBy::ALL;
    let lists = site.articles_counted(time, orders, SHORT).await?;
    let names = [
        ("most-read", Key::MostRead),
        ("most-walls", Key::NumbersMostWalls),
        ("sold-at", Key::NumbersSoldAt),
    ];
    let lists = names.into_iter().zip(orders).zip(&lists).filter(|(_, rows)| !rows.is_empty());
    let tables = lists.map(|(((id, key), by), rows)| {
        let table = numbers::articles(rows, &format!("&{}", asked.query));
        set(visit, (id, words.text(key)), &short(&table, by), None)
    });
    let tables = tables.collect();
    let shown = Shown {
        heading: words.text(Key::DeskNumbers),
        lines,
        warnings: numbers::warning(presentation, &readership).into_iter().collect(),
        notes: Vec::new(),
        today: Some(words.format(Key::NumbersToday, &so_far)),
        plots: vec![plot_of_both(visit, &readership, today, &asked)],
        tables,
        meanings: meanings(staff),
    };
    page(visit, staff, &asked, None, shown).await
}

/// Of a table of articles the columns that a short list has: the article, and what it is put in order by.
fn short(table: &Table, by: NumbersBy) -> Table {
    let wanted: &[&str] = match by {
        NumbersBy::Whole => &["headline", "read", "stop_rate"],
        NumbersBy::Walls => &["headline", "walls", "stop_rate"],
        NumbersBy::Sold => &["headline", "sold", "sales_per_paid_stop"],
    };
    let places: Vec<usize> = wanted
        .iter()
        .filter_map(|name| table.columns.iter().position(|(_, column)| column == name))
        .collect();
    Table {
        columns: places.iter().map(|place| table.columns[*place]).collect(),
        rows: table
            .rows
            .iter()
            .map(|row| places.iter().map(|place| row[*place].clone()).collect())
            .collect(),
    }
}

/// POST: the letter on Mondays, or none.
pub(super) async fn act(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    let form = match visit.form() {
        Ok(form) => form,
        Err(refusal) => return Ok(refusal),
    };
    let wants = form.get("letter") == "yes";
    visit.site.store.want_numbers_letter(staff.reader, wants).await?;
    Ok(visit.see("/desk/numbers#letter"))
}

/// GET `/desk/numbers/{table}`: one of the other pages, or a table as a file.
pub(super) async fn show_table(
    visit: &Visit<'_>,
    staff: &Staff,
    named: &str,
) -> Result<Answer, Trouble> {
    let (name, is_file) = match named.strip_suffix(".csv") {
        Some(name) => (name, true),
        None => (named, false),
    };
    let which = Which::parse(name).filter(|which| is_file || *which != Which::Days);
    let which = which.ok_or(Trouble::NotFound)?;
    if which.is_money() && !staff.may(Deed::SeeMoney) {
        return parts::refusal(visit, Some(staff), StatusCode::FORBIDDEN, Key::DeskMayNot);
    }
    let asked = Asked::of(visit, OTHER_DAYS);
    if is_file {
        let table = visit.site.table(&visit.presentation, which, asked.time, visit.now).await?;
        return Ok(file(visit, which, &asked, &table));
    }
    let shown = match which {
        Which::Articles => articles(visit, &asked).await?,
        Which::Sections => sections(visit, &asked).await?,
        Which::Walls => walls(visit, &asked).await?,
        Which::Readers => readers(visit, &asked).await?,
        Which::Money => money(visit, &asked).await?,
        Which::Days => return Err(Trouble::NotFound),
    };
    page(visit, staff, &asked, Some(which), shown).await
}

fn file(visit: &Visit<'_>, which: Which, asked: &Asked, table: &Table) -> Answer {
    let body = Pieces::one(Bytes::from(table.csv()));
    let mut answer = visit.answer(StatusCode::OK, CSV, Keep::Nobody, body);
    let (from, to) = (asked.time.from, asked.time.to);
    let name = format!("attachment; filename=\"{}-{from}-{to}.csv\"", which.name());
    if let Ok(name) = HeaderValue::try_from(name) {
        answer.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    answer
}

async fn articles(visit: &Visit<'_>, asked: &Asked) -> Result<Shown, Trouble> {
    let words = &visit.presentation.words;
    let today = visit.today();
    let named = visit.asked_fields().get("article");
    if let Ok(id) = ArticleId::parse(&named) {
        let readership = visit.site.readership(asked.time, Some(&id)).await?;
        let before = visit.site.readership(asked.time.before(), Some(&id)).await?;
        let headline = visit.site.store.headlines(vec![id.clone()]).await?.remove(&id);
        let heading = headline.ok_or(Trouble::NotFound)?;
        let kinds = numbers::kinds(words, &readership.all, &OPEN, "open");
        let reasons = numbers::kinds(words, &readership.all, &Figure::WALLS, "walls");
        return Ok(Shown {
            heading,
            lines: numbers::lines(&visit.presentation, [&readership, &before], None),
            plots: vec![plot_of_both(visit, &readership, today, asked)],
            tables: vec![
                set(visit, ("open", words.text(Key::NumbersHow)), &kinds, None),
                set(visit, ("reasons", words.text(Key::NumbersReasons)), &reasons, None),
            ],
            notes: vec![words.text(Key::NumbersKept)],
            ..Shown::default()
        });
    }
    let [rows] = visit.site.articles_counted(asked.time, [NumbersBy::Whole], LISTED).await?;
    let table = numbers::articles(&rows, &format!("&{}", asked.query));
    let heading = words.text(Key::DeskArticles);
    let file = address(Which::Articles, asked, true);
    Ok(Shown {
        tables: vec![set(visit, ("articles", heading.clone()), &table, Some(file))],
        heading,
        notes: vec![words.text(Key::NumbersKept)],
        ..Shown::default()
    })
}

async fn sections(visit: &Visit<'_>, asked: &Asked) -> Result<Shown, Trouble> {
    let words = &visit.presentation.words;
    let table = visit.site.sections(&visit.presentation, asked.time).await?;
    let heading = words.text(Key::NumbersSections);
    let file = address(Which::Sections, asked, true);
    Ok(Shown {
        tables: vec![set(visit, ("sections", heading.clone()), &table, Some(file))],
        heading,
        ..Shown::default()
    })
}

async fn walls(visit: &Visit<'_>, asked: &Asked) -> Result<Shown, Trouble> {
    let (presentation, words) = (&visit.presentation, &visit.presentation.words);
    let today = visit.today();
    let readership = visit.site.readership(asked.time, None).await?;
    let before = visit.site.readership(asked.time.before(), None).await?;
    let wanted = [Key::NumbersWalls, Key::NumbersStopRate, Key::NumbersConversion];
    let mut lines = numbers::lines(presentation, [&readership, &before], None);
    lines.retain(|line| wanted.contains(&line.key));
    let (now, then) = (readership.all.paid_stops(), before.all.paid_stops());
    lines.insert(lines.len().saturating_sub(1), counted(visit, Key::NumbersPaidStops, now, then));
    let series = series_of(words.text(Key::NumbersWalls), &readership, Figures::walls);
    let heading = words
        .format(Key::NumbersPlotOf, &Args::new().with(Slot::Name, words.text(Key::NumbersWalls)));
    let days = days_of(&readership);
    let drawn = plot(words, ("walls-plot", &heading), &days, &[series], today, |n| words.digits(n));
    let kinds = |id: &'static str, key, figures: &[Figure]| {
        let table = numbers::kinds(words, &readership.all, figures, id);
        set(visit, (id, words.text(key)), &table, None)
    };
    let table = numbers::days(&readership);
    Ok(Shown {
        heading: words.text(Key::NumbersWalls),
        lines,
        warnings: numbers::warning(presentation, &readership).into_iter().collect(),
        plots: vec![with_table(visit, drawn, &table, address(Which::Walls, asked, true))],
        tables: vec![
            kinds("reasons", Key::NumbersReasons, &Figure::WALLS),
            kinds("open", Key::NumbersHow, &OPEN),
            kinds("notices", Key::NumbersNotices, &Figure::NOTICES),
        ],
        ..Shown::default()
    })
}

async fn both(visit: &Visit<'_>, asked: &Asked) -> Result<[Business; 2], Trouble> {
    let (zone, now) = (&visit.presentation.house.policy.zone, visit.now);
    let business = visit.site.business(asked.time, zone, now).await?;
    Ok([business, visit.site.business(asked.time.before(), zone, now).await?])
}

async fn readers(visit: &Visit<'_>, asked: &Asked) -> Result<Shown, Trouble> {
    let words = &visit.presentation.words;
    let today = visit.today();
    let [business, before] = both(visit, asked).await?;
    let (now, then) = (&business.all, &before.all);
    let share = |key, now: (u64, u64), then: (u64, u64)| Line {
        key,
        currency: None,
        now: words.percent(now.0, now.1),
        before: words.percent(then.0, then.1),
        numbers: None,
    };
    let lines = vec![
        counted(visit, Key::NumbersRegistered, now.registered, then.registered),
        counted(visit, Key::NumbersTrials, now.trials, then.trials),
        share(
            Key::NumbersTrialRate,
            (now.became_paid, now.trials_ended),
            (then.became_paid, then.trials_ended),
        ),
        counted(visit, Key::NumbersBegun, now.begun, then.begun),
        counted(visit, Key::NumbersCancelled, now.cancelled, then.cancelled),
        counted(visit, Key::NumbersLost, now.lost, then.lost),
        share(Key::NumbersChurn, (now.lost, business.held_before), (then.lost, before.held_before)),
        counted(visit, Key::NumbersHeld, now.held, then.held),
    ];
    let days: Vec<Date> = business.days.iter().map(|(day, _)| *day).collect();
    let draw = |id, key, number: fn(&numbers::People) -> u64| {
        let name = words.text(key);
        let heading = words.format(Key::NumbersPlotOf, &Args::new().with(Slot::Name, &*name));
        let numbers = business.days.iter().map(|(_, people)| Some(number(people))).collect();
        let series = [Series { name, numbers }];
        plot(words, (id, &heading), &days, &series, today, |n| words.digits(n))
    };
    let table = numbers::readers(&business);
    let file = address(Which::Readers, asked, true);
    let held = draw("held-plot", Key::NumbersHeld, |people| people.held);
    Ok(Shown {
        heading: words.text(Key::DeskReaders),
        lines,
        plots: vec![
            draw("joined-plot", Key::NumbersRegistered, |people| people.registered),
            with_table(visit, held, &table, file),
        ],
        meanings: vec![(Key::NumbersHeld, Key::NumbersReadersText)],
        ..Shown::default()
    })
}

async fn money(visit: &Visit<'_>, asked: &Asked) -> Result<Shown, Trouble> {
    let (presentation, words) = (&visit.presentation, &visit.presentation.words);
    let today = visit.today();
    let [business, before] = both(visit, asked).await?;
    let wanted = [Key::NumbersCame, Key::NumbersWent, Key::NumbersLeft];
    let lines = numbers::purse_lines(words, [&business, &before], &wanted);
    let days: Vec<Date> = business.days.iter().map(|(day, _)| *day).collect();
    let mut plots = Vec::new();
    for currency in business.purses().into_keys() {
        plots.push(takings(visit, asked, &business, &days, currency, today));
    }
    let plans = numbers::plans(presentation, &business);
    let file = address(Which::Money, asked, true);
    let heading = words.text(Key::NumbersPlans);
    Ok(Shown {
        heading: words.text(Key::NumbersMoney),
        lines,
        plots,
        tables: vec![set(visit, ("plans", heading), &plans, Some(file))],
        meanings: vec![(Key::NumbersLeft, Key::NumbersMoneyText)],
        ..Shown::default()
    })
}

fn takings(
    visit: &Visit<'_>,
    asked: &Asked,
    business: &Business,
    days: &[Date],
    currency: Currency,
    today: Date,
) -> Value {
    let words = &visit.presentation.words;
    let name = format!("{} ({})", words.text(Key::NumbersCame), currency.as_str());
    let by = business.by(|(day, .., of)| (*of, *day));
    let came = |place| by.get(&(currency, place)).map_or(0, |purse| purse.came);
    let numbers = (0..days.len()).map(|place| Some(u64::try_from(came(place)).unwrap_or(0)));
    let series = [Series { name: name.clone(), numbers: numbers.collect() }];
    let heading = words.format(Key::NumbersPlotOf, &Args::new().with(Slot::Name, name));
    let id = format!("money-{}", currency.as_str().to_ascii_lowercase());
    let told = |minor: u64| words.money(numbers::money(minor.into(), currency));
    let drawn = plot(words, (&id, &heading), days, &series, today, told);
    let table = numbers::takings(business, currency);
    with_table(visit, drawn, &table, address(Which::Money, asked, true))
}

fn counted(visit: &Visit<'_>, key: Key, now: u64, before: u64) -> Line {
    let words = &visit.presentation.words;
    Line {
        key,
        currency: None,
        now: words.digits(now),
        before: words.digits(before),
        numbers: Some((now, before)),
    }
}

fn days_of(readership: &Readership) -> Vec<Date> {
    readership.days.iter().map(|(day, _)| *day).collect()
}

fn series_of(name: String, readership: &Readership, number: fn(&Figures) -> u64) -> Series {
    let numbers = readership.days.iter().map(|(_, figures)| figures.as_ref().map(number)).collect();
    Series { name, numbers }
}

/// Read, and in front of it walls.
fn plot_of_both(visit: &Visit<'_>, readership: &Readership, today: Date, asked: &Asked) -> Value {
    let words = &visit.presentation.words;
    let series = [
        series_of(words.text(Key::NumbersWhole), readership, Figures::whole),
        series_of(words.text(Key::NumbersWalls), readership, Figures::walls),
    ];
    let heading = words.text(Key::NumbersPlotReads);
    let days = days_of(readership);
    let drawn = plot(words, ("reads", &heading), &days, &series, today, |n| words.digits(n));
    with_table(visit, drawn, &numbers::days(readership), address(Which::Days, asked, true))
}

/// A plot with the table that it is drawn from.
fn with_table(visit: &Visit<'_>, drawn: Value, table: &Table, file: String) -> Value {
    let id = drawn.get_attr("id").unwrap_or_default().to_string();
    let heading = visit.presentation.words.text(Key::NumbersByDay);
    context! { table => set(visit, (&format!("{id}-table"), heading), table, Some(file)), ..drawn }
}

fn address(which: Which, asked: &Asked, is_file: bool) -> String {
    let ending = if is_file { ".csv" } else { "" };
    format!("{HOME}/{}{ending}?{}", which.name(), asked.query)
}

/// A table as the template takes it.
fn set(
    visit: &Visit<'_>,
    (id, heading): (&str, String),
    table: &Table,
    file: Option<String>,
) -> Value {
    let words = &visit.presentation.words;
    let today = visit.today();
    let shown: Vec<(usize, Key)> = table
        .columns
        .iter()
        .enumerate()
        .filter_map(|(place, (key, _))| Some((place, (*key)?)))
        .collect();
    let is_number = |place: usize| table.rows.first().is_some_and(|row| row[place].is_number());
    let head = shown
        .iter()
        .map(|(place, key)| context! { name => words.text(*key), is_number => is_number(*place) });
    let rows = table.rows.iter().map(|row| {
        let cells = shown.iter().map(|(place, _)| {
            let cell = &row[*place];
            let href = match cell {
                Cell::Link { href, .. } => Some(href.clone()),
                _ => None,
            };
            context! { text => cell.told(words, today), href => href, is_number => cell.is_number() }
        });
        cells.collect::<Vec<Value>>()
    });
    context! {
        id => id,
        heading => heading,
        head => head.collect::<Vec<Value>>(),
        rows => rows.collect::<Vec<Vec<Value>>>(),
        file => file,
    }
}

/// What the words of the first page mean.
fn meanings(staff: &Staff) -> Vec<(Key, Key)> {
    let mut all = vec![
        (Key::NumbersWhole, Key::NumbersWholeText),
        (Key::NumbersShown, Key::NumbersShownText),
        (Key::NumbersStopRate, Key::NumbersStopText),
        (Key::NumbersConversion, Key::NumbersPaidText),
    ];
    if staff.may(Deed::SeeMoney) {
        all.push((Key::NumbersHeld, Key::NumbersReadersText));
        all.push((Key::NumbersLeft, Key::NumbersMoneyText));
    }
    all
}

async fn page(
    visit: &Visit<'_>,
    staff: &Staff,
    asked: &Asked,
    which: Option<Which>,
    shown: Shown,
) -> Result<Answer, Trouble> {
    let (presentation, words) = (&visit.presentation, &visit.presentation.words);
    let today = visit.today();
    let here = which.map_or_else(|| HOME.to_owned(), |which| format!("{HOME}/{}", which.name()));
    let pages = [
        (None, Key::NumbersOverview),
        (Some(Which::Articles), Key::DeskArticles),
        (Some(Which::Sections), Key::NumbersSections),
        (Some(Which::Walls), Key::NumbersWalls),
        (Some(Which::Readers), Key::DeskReaders),
        (Some(Which::Money), Key::NumbersMoney),
    ];
    let may =
        |which: &Option<Which>| staff.may(Deed::SeeMoney) || !which.is_some_and(Which::is_money);
    let tabs = pages.into_iter().filter(|(which, _)| may(which)).map(|(to, key)| {
        let to_here = to.map_or_else(|| HOME.to_owned(), |to| format!("{HOME}/{}", to.name()));
        context! {
            name => words.text(key),
            href => format!("{to_here}?{}", asked.query),
            here => to == which,
        }
    });
    let article = visit.asked_fields().get("article");
    let article =
        Some(article).filter(|_| which == Some(Which::Articles)).filter(|id| !id.is_empty());
    let of = article.as_ref().map(|id| format!("&article={id}")).unwrap_or_default();
    let choices = LAST_DAYS.map(|days| {
        context! {
            name => numbers::with_number(words, Key::NumbersLastDays, days.to_string()),
            href => format!("{here}?days={days}{of}"),
            here => asked.days == Some(days),
        }
    });
    let lines = shown.lines.iter().map(|line| {
        let change = line.numbers.and_then(|(now, before)| words.change(now, before));
        context! {
            name => line.name(words),
            number => line.now.clone(),
            change => change,
            before => numbers::with_number(words, Key::NumbersBefore, line.before.clone()),
        }
    });
    let period = Args::new()
        .with(Slot::From, words.date(asked.time.from, today))
        .with(Slot::Date, words.date(asked.time.to, today));
    let is_cached = presentation.house.cache_in_front != CacheInFront::None;
    let mut notes = shown.notes;
    if is_cached && !which.is_some_and(Which::is_money) {
        notes.push(words.text(Key::NumbersCached));
    }
    let wants = match which {
        None => Some(!visit.site.store.unlettered().await?.contains(&staff.reader)),
        Some(_) => None,
    };
    let most = words.digits(DAYS_MAX.unsigned_abs());
    let refused = asked.is_wrong.then(|| numbers::with_number(words, Key::NumbersWrongTime, most));
    let status = if asked.is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let body = context! {
        tabs => tabs.collect::<Vec<Value>>(),
        choices => choices,
        action => here,
        article => article.clone(),
        article_page => article.map(|id| format!("/desk/articles/{id}")),
        from => asked.time.from.to_string(),
        to => asked.time.to.to_string(),
        period => words.format(Key::LetterPeriod, &period),
        lines => lines.collect::<Vec<Value>>(),
        warnings => shown.warnings,
        notes => notes,
        today => shown.today,
        plots => shown.plots,
        tables => shown.tables,
        meanings => shown.meanings.iter().map(|(name, text)| context! { name => words.text(*name), text => words.text(*text) }).collect::<Vec<Value>>(),
        wants => wants,
        refused => refused,
    };
    parts::page(visit, Some(staff), status, "desk/numbers.html", &shown.heading, body)
}
