//! What readers are told: notices, walls, offers, dates, prices and the words of every page, in five languages.
//!
//! It turns the rules' values into text and markup. This room never decides about access, never holds an article's
//! text, never reads a clock and never speaks HTTP or SQL: both the paper's own site and the gateway use the same
//! words.

mod dates;
mod figures;
mod house;
mod key;
mod language;
mod letter;
mod money;
mod notice;
mod offers;
mod paper;
mod permalink;
mod samples;
#[cfg(test)]
mod scene;
mod template;
mod wall;
mod words;

pub use house::{
    AiUse, BENEFIT_CHARS_MAX, BENEFITS_MAX, BENEFITS_MIN, COLOPHON_CHARS_MAX, CacheInFront,
    CrawlerSettings, DEVICES_MAX, FAULTS_MAX, Fault, FieldRow, Follow, FollowKind,
    GIFTS_A_MONTH_MAX, HOUSE_BYTES_MAX, House, INVOICE_DAYS_MAX, INVOICE_GRACE_DAYS_MAX,
    INVOICE_LINES_MAX, InvoicePeriods, InvoiceSettings, Kind, NAME_CHARS_MAX, NEW_VISITORS_MAX,
    NEWSLETTER_FIELDS, Newsletter, OFFER_FIELDS, OFFER_MONTHS_MAX, Opening, Origin,
    PITCH_CHARS_MAX, PITCH_LINES_MAX, PLAN_FIELDS, PLAN_OPENS_MAX, PLANS_MAX, PaperSettings,
    Published, Row, SETTINGS, SHARED_CACHE_SECONDS_MAX, Setting, Slots, Slotted, TEXT_CHARS_MAX,
    THIRD_PARTIES_MAX, Takes, TariffField, UnknownKey, Value, WITHDRAWAL_DAYS_MAX, choice_label,
    field_help, field_label, fields_of, help_of, label_of,
};
pub use key::{Form, Key, Slot};
pub use language::{Direction, Language};
pub use letter::{
    Charge, Failed, InvoiceLetter, InvoiceNews, LETTER_VALUE_CHARS_MAX, Letter, LetterWords,
    NumbersLetter, PLAN_CHANGED, PlanChanged, Receipt, STATED_CHARS_MAX, SUBJECT_CHARS_MAX,
    Statement, WayInChange, letter,
};
pub use notice::{
    AskWords, Bar, Explanation, NoticeWords, asking, cookies_refused, notice, store_down,
};
pub use offers::{
    Amount, Columns, Happening, Rate, Tariff, happenings, lapsed, offer_line, tariff,
};
pub use paper::{Action, Paper};
pub use permalink::Permalink;
pub use samples::{Sample, Shown, samples};
pub use template::{
    FrontSketch, HEADLINES_MAX, RENDER_FUEL_MAX, TEMPLATES, TemplateError, Templates,
    WALL_HEADING_ID, escape,
};
pub use wall::{WallWords, held_out, wall};
pub use words::{Args, Overrides, WORDING_BYTES_MAX, WordingFault, Words};
