//! What is counted of an article, and how the numbers of it add up. It knows no table, and nobody who was shown anything.

/// Something that is counted of an article.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Figure {
    /// The teaser with the way to open it.
    Teaser,
    /// All of it, being free.
    Free,
    /// All of it, to somebody registered.
    Registered,
    /// All of it, by a reading that was made for it.
    Reading,
    /// All of it, by a reading that was made before in the window.
    Again,
    /// All of it, by something that is held: a subscription, a trial, a seat.
    Subscriber,
    /// All of it, by an institution's licence.
    Institution,
    /// All of it, as a gift.
    Gift,
    /// All of it, because the record did not answer.
    Outage,
    /// The notice of three or more left.
    NoticeLeft,
    /// The notice of two or one left.
    NoticeFew,
    /// The notice of the last one.
    NoticeLast,
    /// The notice that a trial or a subscription is over.
    NoticeOver,
    /// The notice of a payment that failed.
    NoticeGrace,
    /// The wall: the allowance is used up.
    WallUsedUp,
    /// The wall of a subscribers' article.
    WallSubscribers,
    /// The wall after a trial.
    WallTrialOver,
    /// The wall after a subscription.
    WallSubscriptionOver,
    /// The wall that asks for registration.
    WallRegistration,
    /// The wall that asks for a proof of the mail address.
    WallVerifyMail,
    /// The wall for many new visitors of one network.
    WallNetwork,
    /// What was given in answer to the button, but for [`Figure::Reading`]: the showing was counted before.
    AfterButton,
    /// An order that began at it, and was paid.
    Sold,
    /// The same, where it was closed to whoever ordered.
    SoldAtWall,
}

/// How many there are.
pub(crate) const FIGURES: usize = 24;

impl Figure {
    /// All of them, in the order of their places.
    pub const ALL: [Self; FIGURES] = [
        Self::Teaser,
        Self::Free,
        Self::Registered,
        Self::Reading,
        Self::Again,
        Self::Subscriber,
        Self::Institution,
        Self::Gift,
        Self::Outage,
        Self::NoticeLeft,
        Self::NoticeFew,
        Self::NoticeLast,
        Self::NoticeOver,
        Self::NoticeGrace,
        Self::WallUsedUp,
        Self::WallSubscribers,
        Self::WallTrialOver,
        Self::WallSubscriptionOver,
        Self::WallRegistration,
        Self::WallVerifyMail,
        Self::WallNetwork,
        Self::AfterButton,
        Self::Sold,
        Self::SoldAtWall,
    ];
    /// All of an article, for the first time in the window where that is known.
    pub const WHOLE: [Self; 7] = [
        Self::Free,
        Self::Registered,
        Self::Reading,
        Self::Subscriber,
        Self::Institution,
        Self::Gift,
        Self::Outage,
    ];
    /// All walls.
    pub const WALLS: [Self; 7] = [
        Self::WallUsedUp,
        Self::WallSubscribers,
        Self::WallTrialOver,
        Self::WallSubscriptionOver,
        Self::WallRegistration,
        Self::WallVerifyMail,
        Self::WallNetwork,
    ];
    /// The walls that hold out a subscription.
    pub const PAID_STOPS: [Self; 4] =
        [Self::WallUsedUp, Self::WallSubscribers, Self::WallTrialOver, Self::WallSubscriptionOver];
    /// All notices.
    pub const NOTICES: [Self; 5] =
        [Self::NoticeLeft, Self::NoticeFew, Self::NoticeLast, Self::NoticeOver, Self::NoticeGrace];

    /// The name of its column.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Teaser => "teaser",
            Self::Free => "free",
            Self::Registered => "registered",
            Self::Reading => "reading",
            Self::Again => "again",
            Self::Subscriber => "subscriber",
            Self::Institution => "institution",
            Self::Gift => "gift",
            Self::Outage => "outage",
            Self::NoticeLeft => "notice_left",
            Self::NoticeFew => "notice_few",
            Self::NoticeLast => "notice_last",
            Self::NoticeOver => "notice_over",
            Self::NoticeGrace => "notice_grace",
            Self::WallUsedUp => "wall_used_up",
            Self::WallSubscribers => "wall_subscribers",
            Self::WallTrialOver => "wall_trial_over",
            Self::WallSubscriptionOver => "wall_subscription_over",
            Self::WallRegistration => "wall_registration",
            Self::WallVerifyMail => "wall_verify_mail",
            Self::WallNetwork => "wall_network",
            Self::AfterButton => "after_button",
            Self::Sold => "sold",
            Self::SoldAtWall => "sold_at_wall",
        }
    }

    /// Its place in [`Figure::ALL`].
    #[must_use]
    pub const fn place(self) -> usize {
        self as usize
    }
}

/// How often each was counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Figures([u64; FIGURES]);

impl Figures {
    /// Of numbers in the order of [`Figure::ALL`].
    #[must_use]
    pub const fn of(numbers: [u64; FIGURES]) -> Self {
        Self(numbers)
    }

    /// One of them.
    #[must_use]
    pub const fn get(&self, figure: Figure) -> u64 {
        self.0[figure.place()]
    }

    /// With so many more of one.
    #[must_use]
    pub const fn with(mut self, figure: Figure, number: u64) -> Self {
        self.0[figure.place()] = self.0[figure.place()].saturating_add(number);
        self
    }

    /// Adds others to these.
    pub fn add(&mut self, others: &Self) {
        for (own, other) in self.0.iter_mut().zip(others.0) {
            *own = own.saturating_add(other);
        }
    }

    /// Whether nothing was counted.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.0.iter().all(|number| *number == 0)
    }

    fn sum(&self, of: &[Figure]) -> u64 {
        of.iter().fold(0, |sum, figure| sum.saturating_add(self.get(*figure)))
    }

    /// How often all of an article was opened.
    #[must_use]
    pub fn whole(&self) -> u64 {
        self.sum(&Figure::WHOLE)
    }

    /// How often a wall was met.
    #[must_use]
    pub fn walls(&self) -> u64 {
        self.sum(&Figure::WALLS)
    }

    /// How often it was one that holds out a subscription.
    #[must_use]
    pub fn paid_stops(&self) -> u64 {
        self.sum(&Figure::PAID_STOPS)
    }

    /// How often a notice was shown.
    #[must_use]
    pub fn notices(&self) -> u64 {
        self.sum(&Figure::NOTICES)
    }

    /// How often the page of an article was shown, whatever stood on it: a reading, and what else the button led to, belongs to a showing
    /// that was counted with the teaser.
    #[must_use]
    pub fn shown(&self) -> u64 {
        let all = self.sum(&[Figure::Teaser, Figure::Again]);
        let all = all.saturating_add(self.whole()).saturating_add(self.walls());
        all.saturating_sub(self.sum(&[Figure::Reading, Figure::AfterButton]))
    }

    /// As columns take them.
    pub(crate) fn bound(&self) -> [i64; FIGURES] {
        self.0.map(|number| i64::try_from(number).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_stands_at_its_place() {
        for (place, figure) in Figure::ALL.into_iter().enumerate() {
            assert_eq!(figure.place(), place, "{figure:?}");
        }
    }

    #[test]
    fn a_showing_is_counted_once_whatever_the_button_led_to() {
        // Two teasers: one was opened by a reading, the other ended at a wall; one wall was met at once.
        let figures = Figures::default()
            .with(Figure::Teaser, 2)
            .with(Figure::Reading, 1)
            .with(Figure::WallUsedUp, 2)
            .with(Figure::AfterButton, 1);
        assert_eq!((figures.shown(), figures.whole(), figures.walls()), (3, 1, 2));
        assert_eq!(Figures::default().with(Figure::Reading, 3).shown(), 0, "never below nothing");
    }
}
