//! What the site counts for its operator: sums, never persons.

use std::sync::atomic::{AtomicU64, Ordering};

use http::StatusCode;

/// Something that is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Count {
    /// Readings made.
    Readings,
    /// POSTs that found the article open already.
    OpenAlready,
    /// Walls shown in answer to a POST.
    Walls,
    /// New visitors.
    NewVisitors,
    /// New visitors beyond what their network usually sends.
    CrowdedVisitors,
    /// Readings that could not be made since the record did not answer.
    Outages,
    /// POSTs refused for where they came from.
    ForeignPosts,
}

const KINDS: [(Count, &str, &str); 7] = [
    (Count::Readings, "masthead_readings_total", "Readings made"),
    (Count::OpenAlready, "masthead_readings_again_total", "Articles opened again, uncounted"),
    (Count::Walls, "masthead_walls_total", "Walls shown in answer to a reading"),
    (Count::NewVisitors, "masthead_new_visitors_total", "New visitors"),
    (
        Count::CrowdedVisitors,
        "masthead_crowded_visitors_total",
        "New visitors beyond what their network usually sends in a day",
    ),
    (Count::Outages, "masthead_reading_outages_total", "Readings that the record refused"),
    (Count::ForeignPosts, "masthead_foreign_posts_total", "POSTs refused for their origin"),
];

/// Counters since the start.
#[derive(Debug, Default)]
pub struct Counts {
    kinds: [AtomicU64; KINDS.len()],
    /// By the first digit of the status.
    answers: [AtomicU64; 6],
}

impl Counts {
    pub(crate) fn add(&self, count: Count) {
        if let Some(place) = KINDS.iter().position(|(kind, ..)| *kind == count) {
            self.kinds[place].fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn answered(&self, status: StatusCode) {
        let class = usize::from(status.as_u16() / 100).min(5);
        self.answers[class].fetch_add(1, Ordering::Relaxed);
    }

    /// How often something was counted.
    #[must_use]
    pub fn get(&self, count: Count) -> u64 {
        let place = KINDS.iter().position(|(kind, ..)| *kind == count);
        place.map_or(0, |place| self.kinds[place].load(Ordering::Relaxed))
    }

    /// Everything in the Prometheus text format, version 0.0.4.
    #[must_use]
    pub fn to_prometheus(&self) -> String {
        let mut text = String::new();
        for ((_, name, help), value) in KINDS.iter().zip(&self.kinds) {
            let value = value.load(Ordering::Relaxed);
            text += &format!("# HELP {name} {help}\n# TYPE {name} counter\n{name} {value}\n");
        }
        text += "# HELP masthead_answers_total Answers by class of status\n";
        text += "# TYPE masthead_answers_total counter\n";
        for (class, value) in self.answers.iter().enumerate().skip(1) {
            let value = value.load(Ordering::Relaxed);
            text += &format!("masthead_answers_total{{class=\"{class}xx\"}} {value}\n");
        }
        text
    }
}
