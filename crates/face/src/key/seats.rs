//! The messages of seats: the list on the holder's own page, the invitation, and what the seated reader is told. They are put before
//! whatever the list of all messages holds.

/// Hands these messages on to the list, with those that it is given.
macro_rules! seat_keys {
    ($($others:tt)*) => {
        account_keys! {
            /// The own page: who reads along in one's plan.
            SeatsYours "seats_yours" Text [];
            /// The own page: for how many more people the plan is.
            SeatsText "seats_text" Plural [Count];
            /// The own page: the plan has fewer seats than are taken.
            SeatsFewer "seats_fewer" Text [];
            /// The name of the field for the address of whom one invites.
            SeatMail "seat_mail" Text [];
            /// The button that sends an invitation.
            SeatInvite "seat_invite" Text [];
            /// A seat that is taken: since when.
            SeatSince "seat_since" Text [Date];
            /// A seat that opens nothing, since the plan has fewer of them.
            SeatRests "seat_rests" Text [];
            /// The button that takes a seat away.
            SeatRemove "seat_remove" Text [];
            /// An invitation that is open: until when.
            InvitationUntil "invitation_until" Text [Date];
            /// The button that takes an invitation back.
            InvitationWithdraw "invitation_withdraw" Text [];
            /// All seats are taken or promised.
            SeatsFull "seats_full" Text [];
            /// Somebody was invited by that address already.
            InvitationAlready "invitation_already" Text [];
            /// The address is the holder's own.
            InvitationOwn "invitation_own" Text [];
            /// As many were invited as may be in a day.
            InvitationsEnough "invitations_enough" Text [];
            /// The seated reader's own page: heading.
            SeatYours "seat_yours" Text [];
            /// The seated reader's own page: whose seat it is.
            SeatWith "seat_with" Text [Name];
            /// The seated reader's own page: that it opens nothing at present.
            SeatClosed "seat_closed" Text [Name];
            /// The button that gives the seat back.
            SeatLeave "seat_leave" Text [];
            /// An invitation: who invites.
            SeatInvitation "seat_invitation" Text [Name Paper];
            /// An invitation: what it is.
            SeatInvitationText "seat_invitation_text" Text [Name];
            /// An invitation: until when it can be accepted.
            SeatInvitationUntil "seat_invitation_until" Text [Date];
            /// An invitation: that one signs in first, with any address.
            SeatInvitationSignIn "seat_invitation_sign_in" Text [];
            /// The button that accepts it.
            SeatAccept "seat_accept" Text [];
            /// An invitation that cannot be accepted: heading.
            SeatGone "seat_gone" Text [];
            /// It is over, was taken back, or never was.
            SeatGoneText "seat_gone_text" Text [];
            /// It is the holder's own.
            SeatOwnText "seat_own_text" Text [];
            /// The reader has another seat.
            SeatElsewhereText "seat_elsewhere_text" Text [];
            /// There is no seat left.
            SeatFullText "seat_full_text" Text [];
            /// Subject of the mail that invites somebody.
            LetterSeatSubject "letter_seat_subject" Text [Name Paper];
            /// Who invites, and to what.
            LetterSeatText "letter_seat_text" Text [Name Paper];
            /// The link to the page with the button.
            LetterSeatLink "letter_seat_link" Text [];
            /// Until when it can be accepted.
            LetterSeatUntil "letter_seat_until" Text [Date];
            /// Why this mail was sent.
            LetterSeatWhy "letter_seat_why" Text [Name Paper];
            /// The notice on an article that an institution's licence opens.
            OpenByInstitution "open_by_institution" Text [Name];
            /// On a stranger's wall: the question for whoever reads in an institution's network.
            LicensedAsk "licensed_ask" Text [];
            /// The button that answers it.
            LicensedOpen "licensed_open" Text [];
            /// It was pressed elsewhere: heading.
            LicensedNot "licensed_not" Text [];
            /// It was pressed elsewhere: what to do.
            LicensedNotText "licensed_not_text" Text [];
            $($others)*
        }
    };
}
