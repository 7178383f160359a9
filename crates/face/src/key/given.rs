//! The messages about access that no card pays for: what is said of it on the own page, and how a printed paper is activated. They are
//! put before whatever the list of all messages holds.

/// Hands these messages on to the list, with those that it is given.
macro_rules! given_keys {
    ($($others:tt)*) => {
        seat_keys! {
            /// The own page: access that was paid once, by no card.
            PaidUntil "paid_until" Text [Date];
            /// The own page: access that the paper gives.
            ComplimentaryUntil "complimentary_until" Text [Date];
            /// The own page: access that comes with the printed paper.
            PrintUntil "print_until" Text [Date];
            /// The own page: access by a place in a group.
            SeatUntil "seat_until" Text [Date];
            /// The page on which a printed paper is activated, and the link to it.
            ActivatePrint "activate_print" Text [];
            /// That page: what is asked for, and where it stands.
            ActivateText "activate_text" Text [];
            /// The name of its first field.
            ActivateNumber "activate_number" Text [];
            /// The name of its second field.
            ActivatePostcode "activate_postcode" Text [];
            /// Its button.
            Activate "activate" Text [];
            /// The two do not go together, there is no such paper, or it is somebody's already: which of them is not said.
            ActivateWrong "activate_wrong" Text [];
            /// Too many tries.
            ActivateWait "activate_wait" Text [];
            $($others)*
        }
    };
}
