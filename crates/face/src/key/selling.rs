//! The messages of offers, of the subscription on the own page, of another plan, and of payments that fail. They are put before whatever
//! the list of all messages holds.

/// Hands these messages on to the list, with those that it is given.
macro_rules! selling_keys {
    ($($others:tt)*) => {
        way_in_keys! {
            /// The provider does not answer.
            PaymentsDown "payments_down" Text [];
            /// On the way to the provider’s page.
            PaymentLeaves "payment_leaves" Text [];
            /// A payment that is not heard of yet: heading.
            PaymentWaits "payment_waits" Text [];
            /// A payment that is not heard of yet: what to do.
            PaymentWaitsText "payment_waits_text" Text [];
            /// A checkout that lapsed: heading.
            PaymentOver "payment_over" Text [];
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
            /// On an order by the year: the link to the price by the month.
            ByTheMonth "by_the_month" Text [Price];
            /// On an order by invoice: the link to the payment provider's page.
            ByCard "by_card" Text [];
            /// The link to another plan on the own page, and the heading of the page behind it.
            PlanChange "plan_change" Text [];
            /// That page: from when another plan holds.
            PlanChangeText "plan_change_text" Text [];
            /// That page, for somebody who pays by the year: why there are no months.
            PlanChangeYear "plan_change_year" Text [];
            /// That page, during a trial or a cheaper first period: when a plan can be changed.
            PlanChangeLater "plan_change_later" Text [Date];
            /// Another plan that can be chosen, by the month.
            ChoiceByMonth "choice_by_month" Text [Plan Price];
            /// Another plan that can be chosen, by the year.
            ChoiceByYear "choice_by_year" Text [Plan Price];
            /// The page with other plans, for somebody who was about to order one and has a subscription.
            HasOne "has_one" Text [];
            /// Before a change: heading.
            ChangeTo "change_to" Text [Plan];
            /// Before a change at once: what the sum is.
            ChangeSetAgainst "change_set_against" Text [];
            /// Before a change that comes later: until when everything stays.
            ChangeUntil "change_until" Text [Date];
            /// A change whose sum is another one than was shown.
            ChangeDiffers "change_differs" Text [];
            /// A change that the provider does not make.
            ChangeRefused "change_refused" Text [];
            /// The own page: the plan that follows.
            PlanChangesOn "plan_changes_on" Text [Plan Date];
            /// After a payment page: a trial that has not begun, because its card had one before.
            TrialCardUsed "trial_card_used" Text [];
            /// The same, where a sum was charged for the trial.
            TrialCardBack "trial_card_back" Text [Price];
            /// The heading of that page.
            TrialNotBegun "trial_not_begun" Text [];
            /// The page for withdrawing: what it does to what cost nothing.
            WithdrawTrial "withdraw_trial" Text [];
            /// The own page: the subscription.
            YourSubscription "your_subscription" Text [];
            /// The own page: there is none.
            NoSubscription "no_subscription" Text [];
            /// What is charged next.
            NextPayment "next_payment" Text [Price Date];
            /// A trial that runs.
            TrialRunsUntil "trial_runs_until" Text [Date];
            /// A subscription that was cancelled and is open still.
            CancelledUntil "cancelled_until" Text [Date];
            /// The link that leads to cancelling.
            CancelSubscription "cancel_subscription" Text [];
            /// The page on which a subscription is cancelled: heading.
            CancelHeading "cancel_heading" Text [Plan];
            /// What cancelling does.
            CancelText "cancel_text" Text [Date];
            /// The button that cancels.
            CancelNow "cancel_now" Text [];
            $($others)*
        }
    };
}
