//! The numbers as tables: rows of cells that say what they hold, from which a page, a plot and a file are made alike.

use face::{Args, Key, Slot, Words};
use gate::Outage;
use jiff::Timestamp;
use jiff::civil::Date;
use paywall::{Currency, Money};
use store::{ARTICLES_COUNTED_MAX, Figure, Figures, NumbersBy};

use super::money::{Business, Purse, money};
use super::{ArticleRow, Readership, Time};
use crate::site::Inner;
use crate::site::presentation::Presentation;
use crate::site::reader_lists::csv_field;

/// The tables.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Which {
    /// What was shown, by day.
    Days,
    /// Walls, notices, and why articles were open.
    Walls,
    /// By article.
    Articles,
    /// By section.
    Sections,
    /// Who came and went, by day.
    Readers,
    /// Money, by day, plan and offer.
    Money,
}

impl Which {
    /// All of them.
    pub(crate) const ALL: [Self; 6] =
        [Self::Days, Self::Walls, Self::Articles, Self::Sections, Self::Readers, Self::Money];

    /// Its name in addresses and commands.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Walls => "walls",
            Self::Articles => "articles",
            Self::Sections => "sections",
            Self::Readers => "readers",
            Self::Money => "money",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// Whether it tells of money, or of who pays.
    pub(crate) const fn is_money(self) -> bool {
        matches!(self, Self::Readers | Self::Money)
    }
}

/// What one cell holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Cell {
    Text(String),
    /// A name that leads somewhere; files have the name alone.
    Link {
        name: String,
        href: String,
    },
    Day(Date),
    Count(u64),
    Share {
        part: u64,
        whole: u64,
    },
    Sum(Money),
}

impl Cell {
    /// For people.
    pub(crate) fn told(&self, words: &Words, today: Date) -> String {
        match self {
            Self::Text(text) | Self::Link { name: text, .. } => text.clone(),
            Self::Day(day) => words.date(*day, today),
            Self::Count(number) => words.digits(*number),
            Self::Share { part, whole } => words.percent(*part, *whole),
            Self::Sum(money) => words.money(*money),
        }
    }

    /// For programs: days as they are written everywhere, numbers without marks, shares as parts of one.
    fn csv(&self) -> String {
        match self {
            Self::Text(text) | Self::Link { name: text, .. } => csv_field(text),
            Self::Day(day) => day.to_string(),
            Self::Count(number) => number.to_string(),
            Self::Share { whole: 0, .. } => String::new(),
            Self::Share { part, whole } => {
                let parts =
                    (u128::from(*part) * 10_000 + u128::from(*whole) / 2) / u128::from(*whole);
                format!("{}.{:04}", parts / 10_000, parts % 10_000)
            }
            Self::Sum(money) => money.decimal(),
        }
    }

    pub(crate) const fn is_number(&self) -> bool {
        matches!(self, Self::Count(_) | Self::Share { .. } | Self::Sum(_))
    }
}

/// What a column is called: for people, and in files. One without words for people is in files alone.
pub(crate) type Column = (Option<Key>, &'static str);

/// A table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

impl Table {
    /// As a file.
    pub(crate) fn csv(&self) -> String {
        let mut text: String =
            self.columns.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(",");
        text.push_str("\r\n");
        for row in &self.rows {
            text.push_str(&row.iter().map(Cell::csv).collect::<Vec<_>>().join(","));
            text.push_str("\r\n");
        }
        text
    }
}

/// The columns that every table of what was shown has.
const FIGURES: [Column; 7] = [
    (Some(Key::NumbersShown), "shown"),
    (Some(Key::NumbersWhole), "read"),
    (Some(Key::NumbersWalls), "walls"),
    (Some(Key::NumbersStopRate), "stop_rate"),
    (Some(Key::NumbersPaidStops), "paid_stops"),
    (Some(Key::NumbersSold), "sold"),
    (Some(Key::NumbersConversion), "sales_per_paid_stop"),
];

fn cells(figures: &Figures) -> [Cell; 7] {
    [
        Cell::Count(figures.shown()),
        Cell::Count(figures.whole()),
        Cell::Count(figures.walls()),
        Cell::Share { part: figures.walls(), whole: figures.shown() },
        Cell::Count(figures.paid_stops()),
        Cell::Count(figures.get(Figure::Sold)),
        Cell::Share { part: figures.get(Figure::SoldAtWall), whole: figures.paid_stops() },
    ]
}

/// What was shown, by day.
pub(crate) fn days(readership: &Readership) -> Table {
    let row = |(day, figures): &(Date, Option<Figures>)| {
        let figures = figures.unwrap_or_default();
        [vec![Cell::Day(*day)], cells(&figures).to_vec()].concat()
    };
    Table {
        columns: [&[(Some(Key::NumbersDay), "day")][..], &FIGURES].concat(),
        rows: readership.days.iter().map(row).collect(),
    }
}

/// By article, each leading to its own numbers.
pub(crate) fn articles(rows: &[ArticleRow], query: &str) -> Table {
    let row = |row: &ArticleRow| {
        let href = format!("/desk/numbers/articles?article={}{query}", row.id);
        let own =
            vec![Cell::Text(row.id.to_string()), Cell::Link { name: row.headline.clone(), href }];
        [own, cells(&row.figures).to_vec()].concat()
    };
    let own: [Column; 2] = [(None, "article"), (Some(Key::NumbersArticle), "headline")];
    Table { columns: [&own[..], &FIGURES].concat(), rows: rows.iter().map(row).collect() }
}

/// How often each of some things was counted, and its share of them.
pub(crate) fn kinds(words: &Words, all: &Figures, kinds: &[Figure], of: &'static str) -> Table {
    // Of what is told beside the reads there is no share: it is none of them.
    let is_read = kinds.iter().any(|one| Figure::WHOLE.contains(one));
    let counts = |one: &Figure| !is_read || Figure::WHOLE.contains(one);
    let counted = kinds.iter().filter(|one| counts(one));
    let sum = counted.fold(0_u64, |sum, one| sum.saturating_add(all.get(*one)));
    let row = |figure: &Figure| {
        let part = all.get(*figure);
        let whole = if counts(figure) { sum } else { 0 };
        vec![
            Cell::Text(of.to_owned()),
            Cell::Text(figure.name().to_owned()),
            Cell::Text(words.text(name_of(*figure))),
            Cell::Count(part),
            Cell::Share { part, whole },
        ]
    };
    Table {
        columns: vec![
            (None, "of"),
            (None, "kind"),
            (Some(Key::NumbersWhat), "what"),
            (Some(Key::NumbersCount), "number"),
            (Some(Key::NumbersShare), "share"),
        ],
        rows: kinds.iter().map(row).collect(),
    }
}

const fn name_of(figure: Figure) -> Key {
    match figure {
        Figure::Teaser => Key::FigureTeaser,
        Figure::Free => Key::FigureFree,
        Figure::Registered => Key::FigureRegistered,
        Figure::Reading => Key::FigureReading,
        Figure::Again => Key::FigureAgain,
        Figure::Subscriber => Key::FigureSubscriber,
        Figure::Institution => Key::FigureInstitution,
        Figure::Gift => Key::FigureGift,
        Figure::Outage => Key::FigureOutage,
        Figure::NoticeLeft => Key::FigureNoticeLeft,
        Figure::NoticeFew => Key::FigureNoticeFew,
        Figure::NoticeLast => Key::FigureNoticeLast,
        Figure::NoticeOver => Key::FigureNoticeOver,
        Figure::NoticeGrace => Key::FigureNoticeGrace,
        Figure::WallUsedUp => Key::FigureWallUsedUp,
        Figure::WallSubscribers => Key::FigureWallSubscribers,
        Figure::WallTrialOver => Key::FigureWallTrialOver,
        Figure::WallSubscriptionOver => Key::FigureWallSubscriptionOver,
        Figure::WallRegistration => Key::FigureWallRegistration,
        Figure::WallVerifyMail => Key::FigureWallVerifyMail,
        Figure::WallNetwork => Key::FigureWallNetwork,
        Figure::Sold => Key::NumbersSold,
        Figure::AfterButton | Figure::SoldAtWall => Key::NumbersConversion,
    }
}

/// Who came and went, by day.
pub(crate) fn readers(business: &Business) -> Table {
    let columns: [Column; 9] = [
        (Some(Key::NumbersDay), "day"),
        (Some(Key::NumbersRegistered), "registrations"),
        (Some(Key::NumbersTrials), "trials_begun"),
        (Some(Key::NumbersTrialsEnded), "trials_ended"),
        (Some(Key::NumbersBecamePaid), "trials_became_paid"),
        (Some(Key::NumbersBegun), "subscriptions_begun"),
        (Some(Key::NumbersCancelled), "cancelled"),
        (Some(Key::NumbersLost), "lost"),
        (Some(Key::NumbersHeld), "held"),
    ];
    let rows = business.days.iter().map(|(day, people)| {
        let numbers = [
            people.registered,
            people.trials,
            people.trials_ended,
            people.became_paid,
            people.begun,
            people.cancelled,
            people.lost,
            people.held,
        ];
        [vec![Cell::Day(*day)], numbers.map(Cell::Count).to_vec()].concat()
    });
    Table { columns: columns.to_vec(), rows: rows.collect() }
}

const PURSE: [Column; 5] = [
    (Some(Key::NumbersCurrency), "currency"),
    (Some(Key::NumbersPayments), "payments"),
    (Some(Key::NumbersCame), "received"),
    (Some(Key::NumbersWent), "paid_back"),
    (Some(Key::NumbersLeft), "revenue"),
];

fn purse_cells(currency: Currency, purse: &Purse) -> Vec<Cell> {
    let sum = |minor| Cell::Sum(money(minor, currency));
    vec![
        Cell::Text(currency.as_str().to_owned()),
        Cell::Count(purse.payments),
        sum(purse.came),
        sum(purse.went),
        sum(purse.left()),
    ]
}

/// Money by plan and offer.
pub(crate) fn plans(presentation: &Presentation, business: &Business) -> Table {
    let own: [Column; 2] = [(Some(Key::HelpPlan), "plan"), (Some(Key::NumbersOffer), "offer")];
    let name = |slug: &str| {
        let plan = presentation.house.plans.iter().find(|plan| plan.slug == slug);
        plan.map_or_else(|| slug.to_owned(), |plan| plan.name.clone())
    };
    let sums = business.by(|(_, plan, offer, currency)| (plan.clone(), offer.clone(), *currency));
    let rows = sums.iter().map(|((plan, offer, currency), purse)| {
        let offer = if offer.is_empty() { "–" } else { offer };
        let own = vec![Cell::Text(name(plan)), Cell::Text(offer.to_owned())];
        [own, purse_cells(*currency, purse)].concat()
    });
    Table { columns: [&own[..], &PURSE].concat(), rows: rows.collect() }
}

/// Money of one currency, by day.
pub(crate) fn takings(business: &Business, currency: Currency) -> Table {
    let by = business.by(|(day, .., of)| (*of, *day));
    let row = |(place, (day, _)): (usize, &(Date, _))| {
        let purse = by.get(&(currency, place)).copied().unwrap_or_default();
        [vec![Cell::Day(*day)], purse_cells(currency, &purse)].concat()
    };
    Table {
        columns: [&[(Some(Key::NumbersDay), "day")][..], &PURSE].concat(),
        rows: business.days.iter().enumerate().map(row).collect(),
    }
}

/// All of the money, as the file has it.
fn pockets(business: &Business) -> Table {
    let own: [Column; 3] = [
        (Some(Key::NumbersDay), "day"),
        (Some(Key::HelpPlan), "plan"),
        (Some(Key::NumbersOffer), "offer"),
    ];
    let rows = business.pockets.iter().filter_map(|((place, plan, offer, currency), purse)| {
        let (day, _) = business.days.get(*place)?;
        let own = vec![Cell::Day(*day), Cell::Text(plan.clone()), Cell::Text(offer.clone())];
        Some([own, purse_cells(*currency, purse)].concat())
    });
    Table { columns: [&own[..], &PURSE].concat(), rows: rows.collect() }
}

impl Inner {
    /// By section.
    pub(crate) async fn sections(
        &self,
        presentation: &Presentation,
        time: Time,
    ) -> Result<Table, Outage> {
        let counted = self.store.numbers_by_section(time.from, time.to).await?;
        let own: [Column; 2] = [(None, "slug"), (Some(Key::DeskSection), "section")];
        let mut rows: Vec<(u64, Vec<Cell>)> = Vec::new();
        for one in counted {
            let section = presentation.section(&one.of);
            let name = section.map_or_else(|| one.of.clone(), |section| section.name.clone());
            let own = vec![Cell::Text(one.of), Cell::Text(name)];
            rows.push((one.figures.whole(), [own, cells(&one.figures).to_vec()].concat()));
        }
        rows.sort_by_key(|(whole, _)| std::cmp::Reverse(*whole));
        let rows = rows.into_iter().map(|(_, row)| row).collect();
        Ok(Table { columns: [&own[..], &FIGURES].concat(), rows })
    }

    /// One of the tables, whole.
    pub(crate) async fn table(
        &self,
        presentation: &Presentation,
        which: Which,
        time: Time,
        now: Timestamp,
    ) -> Result<Table, Outage> {
        let zone = &presentation.house.policy.zone;
        let words = &presentation.words;
        Ok(match which {
            Which::Days => days(&self.readership(time, None).await?),
            Which::Walls => {
                let all = self.readership(time, None).await?.all;
                let mut table = kinds(words, &all, &Figure::WALLS, "walls");
                table.rows.extend(kinds(words, &all, &OPEN, "open").rows);
                table.rows.extend(kinds(words, &all, &Figure::NOTICES, "notices").rows);
                table
            }
            Which::Articles => {
                let by = [NumbersBy::Whole];
                articles(&self.articles_counted(time, by, ARTICLES_COUNTED_MAX).await?[0], "")
            }
            Which::Sections => self.sections(presentation, time).await?,
            Which::Readers => readers(&self.business(time, zone, now).await?),
            Which::Money => pockets(&self.business(time, zone, now).await?),
        })
    }
}

/// Why an article was open, and how often the beginning alone was shown.
pub(crate) const OPEN: [Figure; 9] = [
    Figure::Free,
    Figure::Registered,
    Figure::Reading,
    Figure::Subscriber,
    Figure::Institution,
    Figure::Gift,
    Figure::Outage,
    Figure::Again,
    Figure::Teaser,
];

/// A sentence with a number in it.
pub(crate) fn with_number(words: &Words, key: Key, number: String) -> String {
    words.format(key, &Args::new().with(Slot::Number, number))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_file_has_plain_numbers_and_no_formula() {
        let [yen, euro] = ["JPY", "EUR"].map(|code| Currency::parse(code).unwrap());
        let table = Table {
            columns: vec![(None, "a"), (Some(Key::NumbersDay), "b")],
            rows: vec![
                vec![Cell::Text("=1+1 \"x\"".to_owned()), Cell::Day(date(2026, 9, 1))],
                vec![Cell::Share { part: 1, whole: 3 }, Cell::Share { part: 1, whole: 0 }],
                vec![Cell::Count(12_345), Cell::Sum(Money { minor: -900, currency: yen })],
                vec![Cell::Count(0), Cell::Sum(Money { minor: -1_205, currency: euro })],
            ],
        };
        let wanted =
            "a,b\r\n\"'=1+1 \"\"x\"\"\",2026-09-01\r\n0.3333,\r\n12345,-900\r\n0,-12.05\r\n";
        assert_eq!(table.csv(), wanted);
    }

    #[test]
    fn every_table_has_a_name_of_its_own() {
        for which in Which::ALL {
            assert_eq!(Which::parse(which.name()), Some(which));
        }
        assert_eq!(Which::parse("days.csv"), None);
    }
}
