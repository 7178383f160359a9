//! Spans of time: joining them, and taking some out of others. It knows nothing of what they are
//! for.

use jiff::Timestamp;

/// From `starts_at` (inclusive) to `ends_at` (exclusive), and never empty.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Span {
    pub(super) starts_at: Timestamp,
    pub(super) ends_at: Timestamp,
}

impl Span {
    /// `None` where nothing lies between the two.
    pub(super) fn between(starts_at: Timestamp, ends_at: Timestamp) -> Option<Self> {
        (starts_at < ends_at).then_some(Self { starts_at, ends_at })
    }

    pub(super) fn holds(self, now: Timestamp) -> bool {
        self.starts_at <= now && now < self.ends_at
    }

    /// The part that lies at or after `from`.
    pub(super) fn from(self, from: Timestamp) -> Option<Self> {
        Self::between(self.starts_at.max(from), self.ends_at)
    }
}

/// The same time in order, where those that touch or overlap are one.
pub(super) fn joined(spans: impl IntoIterator<Item = Span>) -> Vec<Span> {
    let mut spans: Vec<Span> = spans.into_iter().collect();
    spans.sort_unstable();
    let mut joined: Vec<Span> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.starts_at <= last.ends_at => {
                last.ends_at = last.ends_at.max(span.ends_at);
            }
            _ => joined.push(span),
        }
    }
    joined
}

/// What is left of `whole` outside of `taken`, which is in order and apart, as [`joined`] leaves
/// it.
pub(super) fn outside(whole: Span, taken: &[Span]) -> Vec<Span> {
    let mut left = Vec::new();
    let mut from = whole.starts_at;
    for span in taken {
        left.extend(Span::between(from, span.starts_at.min(whole.ends_at)));
        from = from.max(span.ends_at);
    }
    left.extend(Span::between(from, whole.ends_at));
    left
}

#[cfg(test)]
mod tests;
