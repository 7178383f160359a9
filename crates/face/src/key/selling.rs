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
            $($others)*
        }
    };
}
