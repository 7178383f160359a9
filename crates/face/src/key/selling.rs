//! The messages of offers, of another plan, and of payments that fail. They are put before whatever the list of all messages
//! holds.

/// Hands these messages on to the list, with those that it is given.
macro_rules! selling_keys {
    ($($others:tt)*) => {
        keys! {
            /// An account is to be erased, and the box is not ticked.
            EraseTick "erase_tick" Text [];
            /// The own page, while a charge is tried again: what happens, and what the reader can do.
            DeclinedRetries "declined_retries" Text [];
            /// The own page: why a subscription is over whose charge failed.
            RenewalFailed "renewal_failed" Text [];
            /// The own page: what to do about it.
            RenewalFailedNext "renewal_failed_next" Text [];
            /// The offer: so much off for the first months.
            TryPercent "try_percent" Plural [Count Number Price];
            /// Under an amount of the tariff: for how many months it is paid each month.
            ForMonthsEach "for_months_each" Plural [Count Number];
            /// When an offer ends that ends within a day.
            OfferEndsAt "offer_ends_at" Text [Date Time City];
            /// The same, on that day.
            OfferEndsTodayAt "offer_ends_today_at" Text [Time City];
            /// An offer that ended within a day, between the page and the payment.
            OfferLapsedAt "offer_lapsed_at" Text [Time City];
            /// Before a payment: until when the lower price is charged each month.
            LessUntil "less_until" Text [Date Price];
            /// Beside the box: the lower price that is agreed to, before the usual one.
            AgreeLessUntil "agree_less_until" Text [Date Price];
            /// What happens when: the further months at the lower price.
            PayLessUntil "pay_less_until" Text [Date Price];
            $($others)*
        }
    };
}
