//! Distinct sentences about what a translation lost or changed, each with how often. It judges nothing.

/// How many different sentences are kept of one item or survey; further ones are counted only.
pub const REMARKS_MAX: usize = 100;

/// Sentences and how often each was said, in the order of the first time.
#[derive(Clone, Default, Debug)]
pub struct Remarks {
    said: Vec<(String, u64)>,
    /// Remarks that found no place.
    further: u64,
}

impl Remarks {
    /// Says it once more.
    pub fn note(&mut self, sentence: impl Into<String>) {
        let sentence = sentence.into();
        if let Some((_, count)) = self.said.iter_mut().find(|(said, _)| *said == sentence) {
            *count = count.saturating_add(1);
        } else if self.said.len() < REMARKS_MAX {
            self.said.push((sentence, 1));
        } else {
            self.further = self.further.saturating_add(1);
        }
    }

    /// Whether nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.said.is_empty()
    }

    /// The sentences; one that was said more than once has its count behind it.
    #[must_use]
    pub fn into_sentences(self) -> Vec<String> {
        let counted = |(said, count): (String, u64)| match count {
            1 => said,
            _ => format!("{said} ({count} times)"),
        };
        let mut sentences: Vec<String> = self.said.into_iter().map(counted).collect();
        if self.further > 0 {
            sentences.push(format!("there are {} further remarks", self.further));
        }
        sentences
    }
}
