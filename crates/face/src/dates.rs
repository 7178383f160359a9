//! Days and times as a newspaper prints them, in each language. Everything takes the instant and the zone as
//! arguments: this module never reads a clock.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::{Args, Key, Language, Slot, Words};

const NBSP: char = '\u{A0}';

const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const GERMAN_MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
const FRENCH_MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const SPANISH_MONTHS: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

const ENGLISH_DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const GERMAN_DAYS: [&str; 7] =
    ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"];
const FRENCH_DAYS: [&str; 7] =
    ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];
const SPANISH_DAYS: [&str; 7] =
    ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"];
const JAPANESE_DAYS: [&str; 7] = ["月", "火", "水", "木", "金", "土", "日"];

/// Cities that name a time zone and have another name in one of the languages. A zone that is not listed keeps the
/// name that the zone database gives it.
const CITIES: &[(Language, &str, &str)] = &[
    (Language::German, "Europe/Zurich", "Zürich"),
    (Language::German, "Europe/Vienna", "Wien"),
    (Language::German, "Europe/Brussels", "Brüssel"),
    (Language::French, "Europe/Brussels", "Bruxelles"),
    (Language::French, "Europe/London", "Londres"),
    (Language::French, "America/Montreal", "Montréal"),
    (Language::French, "Africa/Algiers", "Alger"),
    (Language::Spanish, "America/Mexico_City", "Ciudad de México"),
    (Language::Spanish, "America/Bogota", "Bogotá"),
    (Language::Spanish, "America/Panama", "Panamá"),
    (Language::Spanish, "America/Asuncion", "Asunción"),
    (Language::Spanish, "America/Havana", "La Habana"),
    (Language::Spanish, "America/New_York", "Nueva York"),
    (Language::Spanish, "Europe/London", "Londres"),
    (Language::Spanish, "Atlantic/Canary", "Canarias"),
    (Language::Japanese, "Asia/Tokyo", "東京"),
    (Language::Japanese, "Japan", "日本"),
    (Language::Japanese, "America/New_York", "ニューヨーク"),
    (Language::Japanese, "Europe/London", "ロンドン"),
    (Language::Japanese, "America/Halifax", "ハリファックス"),
];

impl Words {
    /// A day: "September 30th". The year is there only where it is not this year's.
    #[must_use]
    pub fn date(&self, day: Date, today: Date) -> String {
        if day.year() == today.year() { self.day_and_month(day) } else { self.full_date(day) }
    }

    /// The day of an instant in the paper's zone.
    #[must_use]
    pub fn date_at(&self, at: Timestamp, zone: &TimeZone, now: Timestamp) -> String {
        self.date(day_of(at, zone), day_of(now, zone))
    }

    /// A day with its year: "September 30th, 2026".
    #[must_use]
    pub fn full_date(&self, day: Date) -> String {
        let date = self.day_and_month(day);
        let year = day.year();
        match self.language() {
            Language::English => format!("{date}, {year}"),
            Language::German | Language::French => format!("{date} {year}"),
            Language::Spanish => format!("{date} de {year}"),
            Language::Japanese => format!("{year}年{date}"),
        }
    }

    /// A day with weekday and year, for the masthead: "Wednesday, September 16th, 2026".
    #[must_use]
    pub fn long_date(&self, at: Timestamp, zone: &TimeZone) -> String {
        let day = day_of(at, zone);
        let date = self.full_date(day);
        let weekday = self.weekday(day);
        match self.language() {
            Language::English | Language::German => format!("{weekday}, {date}"),
            Language::French | Language::Spanish => format!("{weekday} {date}"),
            Language::Japanese => format!("{date}（{weekday}）"),
        }
    }

    /// The masthead's line: the place, where there is one, and the day.
    #[must_use]
    pub fn masthead_line(&self, place: &str, at: Timestamp, zone: &TimeZone) -> String {
        let date = self.long_date(at, zone);
        if place.is_empty() {
            return date;
        }
        let args = Args::new().with(Slot::Place, place).with(Slot::Date, date);
        self.format(Key::PlaceAndDate, &args)
    }

    /// A time of day in running text: "6:00", "6:00 Uhr", "6 h 00".
    #[must_use]
    pub fn clock(&self, at: Timestamp, zone: &TimeZone) -> String {
        let time = zone.to_datetime(at);
        match self.language() {
            Language::French => format!("{}{NBSP}h{NBSP}{:02}", time.hour(), time.minute()),
            Language::German => format!("{}{NBSP}Uhr", short_clock(time)),
            _ => short_clock(time),
        }
    }

    /// A time of day in a narrow column: digits only.
    #[must_use]
    pub fn clock_short(&self, at: Timestamp, zone: &TimeZone) -> String {
        short_clock(zone.to_datetime(at))
    }

    /// When something was: today the time alone, "Yesterday, 23:52", and the day before that.
    #[must_use]
    pub fn when(&self, at: Timestamp, zone: &TimeZone, now: Timestamp) -> String {
        let (day, today) = (day_of(at, zone), day_of(now, zone));
        if day == today {
            return self.clock(at, zone);
        }
        if day.checked_add(Span::new().days(1)).is_ok_and(|next| next == today) {
            let args = Args::new().with(Slot::Time, self.clock(at, zone));
            return self.format(Key::YesterdayAt, &args);
        }
        self.date(day, today)
    }

    /// Day and time, for a byline: "September 16th, 6:00".
    #[must_use]
    pub fn date_and_time(&self, at: Timestamp, zone: &TimeZone, now: Timestamp) -> String {
        let args = Args::new()
            .with(Slot::Date, self.date_at(at, zone, now))
            .with(Slot::Time, self.clock(at, zone));
        self.format(Key::DateAndTime, &args)
    }

    /// A day that recurs in every month: "16th".
    #[must_use]
    pub fn month_day(&self, day: i8) -> String {
        match self.language() {
            Language::English => format!("{day}{}", english_ordinal(day)),
            Language::German => format!("{day}."),
            Language::French if day == 1 => "1er".to_owned(),
            Language::French | Language::Spanish | Language::Japanese => day.to_string(),
        }
    }

    /// The city that names a time zone, as far as it can be told: "Halifax" of `America/Halifax`.
    #[must_use]
    pub fn city(&self, zone: &TimeZone) -> String {
        let name = zone.iana_name().unwrap_or("UTC");
        let own =
            CITIES.iter().find(|(language, zone, _)| *language == self.language() && *zone == name);
        match own {
            Some((_, _, city)) => (*city).to_owned(),
            None => name.rsplit('/').next().unwrap_or(name).replace('_', " "),
        }
    }

    fn day_and_month(&self, day: Date) -> String {
        let index = usize::try_from(day.month() - 1).unwrap_or(0);
        let name = |months: &[&'static str; 12]| months.get(index).copied().unwrap_or("");
        let number = self.month_day(day.day());
        match self.language() {
            Language::English => format!("{} {number}", name(&ENGLISH_MONTHS)),
            Language::German => format!("{number}{NBSP}{}", name(&GERMAN_MONTHS)),
            Language::French => format!("{number}{NBSP}{}", name(&FRENCH_MONTHS)),
            Language::Spanish => format!("{number} de {}", name(&SPANISH_MONTHS)),
            Language::Japanese => format!("{}月{number}日", day.month()),
        }
    }

    /// A day of a month that is known: "Monday 2nd", "Montag, 2.", "2日（月）".
    #[must_use]
    pub fn weekday_and_day(&self, day: Date) -> String {
        let (weekday, number) = (self.weekday(day), self.month_day(day.day()));
        match self.language() {
            Language::German => format!("{weekday}, {number}"),
            Language::Japanese => format!("{number}日（{weekday}）"),
            _ => format!("{weekday} {number}"),
        }
    }

    /// A month with its year: "September 2026".
    #[must_use]
    pub fn month_and_year(&self, day: Date) -> String {
        let (name, year) = (self.month(day), day.year());
        match self.language() {
            Language::Spanish => format!("{name} de {year}"),
            Language::Japanese => format!("{year}年{name}"),
            _ => format!("{name} {year}"),
        }
    }

    /// A month alone: "September", "9月".
    #[must_use]
    pub fn month(&self, day: Date) -> String {
        let index = usize::try_from(day.month() - 1).unwrap_or(0);
        let months = match self.language() {
            Language::English => &ENGLISH_MONTHS,
            Language::German => &GERMAN_MONTHS,
            Language::French => &FRENCH_MONTHS,
            Language::Spanish => &SPANISH_MONTHS,
            Language::Japanese => return format!("{}月", day.month()),
        };
        months.get(index).copied().unwrap_or("").to_owned()
    }

    /// The name of a day's weekday: "Wednesday", "水".
    #[must_use]
    pub fn weekday(&self, day: Date) -> &'static str {
        let names = match self.language() {
            Language::English => &ENGLISH_DAYS,
            Language::German => &GERMAN_DAYS,
            Language::French => &FRENCH_DAYS,
            Language::Spanish => &SPANISH_DAYS,
            Language::Japanese => &JAPANESE_DAYS,
        };
        let index = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
        names.get(index).copied().unwrap_or("")
    }
}

/// The civil day of an instant.
pub(crate) fn day_of(at: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(at).date()
}

/// The last civil day before an instant that is not part of a span any more.
pub(crate) fn last_day_before(end: Timestamp, zone: &TimeZone) -> Date {
    let last = end.checked_sub(Span::new().microseconds(1)).unwrap_or(end);
    day_of(last, zone)
}

fn short_clock(time: DateTime) -> String {
    format!("{}:{:02}", time.hour(), time.minute())
}

const fn english_ordinal(day: i8) -> &'static str {
    match (day % 100, day % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    }
}

#[cfg(test)]
mod tests;
