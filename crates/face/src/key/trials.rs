//! The messages of trials. They are put before whatever the list of all messages holds.

/// Hands the messages of trials on to the list, with those that it is given.
macro_rules! trial_keys {
    ($($others:tt)*) => {
        selling_keys! {
            /// The offer: a trial that costs nothing.
            TryDaysFree "try_days_free" Plural [Count];
            /// The offer: what a trial costs.
            TryDays "try_days" Plural [Count Price];
            /// Under an amount of the tariff: what it is for.
            ForDays "for_days" Plural [Count];
            $($others)*
        }
    };
}
