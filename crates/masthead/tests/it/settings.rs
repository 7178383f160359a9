//! House settings as tests change them.

/// What differs between tests; the rest is a small paper in Halifax.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) name: &'static str,
    pub(crate) language: &'static str,
    pub(crate) zone: &'static str,
    pub(crate) allowance: u32,
    pub(crate) window: String,
    pub(crate) cache: &'static str,
    pub(crate) opening: &'static str,
    pub(crate) on_outage: &'static str,
    /// How addresses of articles are made.
    pub(crate) permalink: &'static str,
    /// The last day of the offer.
    pub(crate) offer_ends: &'static str,
    /// Rows of `[crawlers]`.
    pub(crate) crawlers: &'static str,
    /// How many articles a subscriber can give in a month.
    pub(crate) gifts_a_month: u32,
    /// For how many days readers can withdraw.
    pub(crate) withdrawal_days: u32,
    /// On how many devices a reader can be signed in.
    pub(crate) devices_max: u32,
    /// Whether readers can register.
    pub(crate) registration: bool,
    /// What the offer is.
    pub(crate) offer: &'static str,
    /// Rows that stand before the tables.
    pub(crate) rows: &'static str,
    /// Tables that stand behind all others.
    pub(crate) tables: &'static str,
    /// Tables of offers, in place of that one.
    pub(crate) offers: Option<&'static str>,
    /// What the plan costs by the month.
    pub(crate) monthly: &'static str,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: "The Merrin Courant",
            language: "en-CA",
            zone: "America/Halifax",
            allowance: 5,
            window: "calendar month".to_owned(),
            cache: "none",
            opening: "reading",
            on_outage: "teaser",
            permalink: "/{section}/{article}",
            offer_ends: "2026-09-30",
            crawlers: "licence = \"on\"",
            gifts_a_month: 5,
            withdrawal_days: 0,
            devices_max: 0,
            registration: false,
            offer: "months = 3\nintro = \"9\"",
            rows: "",
            tables: "",
            offers: None,
            monthly: "12",
        }
    }
}

impl Settings {
    pub(crate) fn cache(cache: &'static str) -> Self {
        Self { cache, ..Self::default() }
    }

    /// A second plan, which opens articles of its own, and neither lifts the meter nor opens what is for subscribers; and the first one for
    /// three people.
    pub(crate) const OTHER_PLANS: &str = "[[plans]]\nslug = \"voices\"\nname = \"Voices\"\nopens = [\"voices\"]\n\
        currency = \"CAD\"\nmonthly = \"4\"\n[[plans]]\nslug = \"household\"\nname = \"Household\"\n\
        opens = [\"digital\"]\ncurrency = \"CAD\"\nmonthly = \"18\"\nseats = 3\n";

    /// The document.
    pub(crate) fn to_toml(&self) -> String {
        let permalink = self.permalink;
        let Self { name, language, zone, allowance, window, cache, opening, on_outage, .. } = self;
        let registered = (*allowance).max(10);
        let (ends, crawlers, offer) = (self.offer_ends, self.crawlers, self.offer);
        let (rows, tables) = (self.rows, self.tables);
        let one = format!("[[offers]]\nplan = \"digital\"\n{offer}\nends_on = {ends}\n");
        let offers = self.offers.unwrap_or(&one);
        let monthly = self.monthly;
        let withdrawal_days = self.withdrawal_days;
        let gifts_a_month = self.gifts_a_month;
        let devices_max = self.devices_max;
        let registration = if self.registration { "on" } else { "off" };
        format!(
            r#"cache_in_front = "{cache}"
opening = "{opening}"
on_outage = "{on_outage}"
registration = "{registration}"
gifts_a_month = {gifts_a_month}
devices_max = {devices_max}
withdrawal_days = {withdrawal_days}
shared_cache_seconds = 60
{rows}

[paper]
name = "{name}"
language = "{language}"
zone = "{zone}"
permalink = "{permalink}"
place = "Port Merrin"
mail = "letters@courant.example"
colophon = "4 Customs Quay"

[meter]
allowance_visitors = {allowance}
allowance_registered = {registered}
window = "{window}"

[crawlers]
{crawlers}

[[plans]]
slug = "digital"
name = "Digital"
opens = ["digital"]
currency = "CAD"
monthly = "{monthly}"
yearly = "120"

{offers}
{tables}
"#
        )
    }
}
