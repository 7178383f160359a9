//! The messages of the ways in beside the mail with a code, on pages and in letters. They are put before whatever the list of all messages
//! holds.

/// Hands the messages of the ways in on to the list, with those that it is given.
macro_rules! way_in_keys {
    ($($others:tt)*) => {
        given_keys! {
            /// The name of a field, and of the part of the own page about it.
            Password "password" Text [];
            /// The sign-in page: opens the form for those who have a password.
            PasswordWay "password_way" Text [];
            /// Address and password do not fit, whichever of the two it is.
            PasswordWrong "password_wrong" Text [];
            /// Too many passwords were tried from one network.
            PasswordPaused "password_paused" Text [];
            /// The own page: there is no password.
            PasswordNone "password_none" Text [];
            /// The own page: since when there is one.
            PasswordSince "password_since" Text [Date];
            /// The name of the field for a password that is chosen.
            PasswordNew "password_new" Text [];
            /// The name of the field that proves who it is.
            PasswordPresent "password_present" Text [];
            /// Under the field for a new password.
            PasswordRule "password_rule" Plural [Count];
            /// A new password is too short.
            PasswordTooShort "password_too_short" Plural [Count];
            /// A new password is too long.
            PasswordTooLong "password_too_long" Plural [Count];
            /// A new password is guessed first.
            PasswordCommon "password_common" Text [];
            /// The button that sets a password.
            PasswordSet "password_set" Text [];
            /// The button that removes it.
            PasswordRemove "password_remove" Text [];
            /// The button that shows what is typed.
            PasswordShow "password_show" Text [];
            /// One passkey that has no name, and the name of the field for one.
            Passkey "passkey" Text [];
            /// The own page: the part about passkeys.
            Passkeys "passkeys" Text [];
            /// The own page: what passkeys are.
            PasskeysText "passkeys_text" Text [];
            /// The own page: the paper’s address is none for which browsers give passkeys.
            PasskeysNotHere "passkeys_not_here" Text [];
            /// The own page: there are as many as there may be.
            PasskeysEnough "passkeys_enough" Plural [Count];
            /// The button that makes one.
            PasskeyMake "passkey_make" Text [];
            /// The button that gives it a name.
            PasskeyRename "passkey_rename" Text [];
            /// The button that removes it.
            PasskeyRemove "passkey_remove" Text [];
            /// Since when there is one.
            PasskeySince "passkey_since" Text [Date];
            /// One that a service has copied to other devices.
            PasskeyIsCopied "passkey_is_copied" Text [];
            /// The button of the sign-in page.
            PasskeySignIn "passkey_sign_in" Text [];
            /// The browser gave none, or nobody chose one.
            PasskeyFailed "passkey_failed" Text [];
            /// One that nobody here has, or that answers wrong.
            PasskeyUnknown "passkey_unknown" Text [];
            /// One that counts no more uses than before.
            PasskeyCopied "passkey_copied" Text [];
            /// The answer came too late, or twice.
            PasskeyLate "passkey_late" Text [];
            /// A new one could not be kept.
            PasskeyNotMade "passkey_not_made" Text [];
            /// The session that shows the page.
            SessionHere "session_here" Text [];
            /// When a session was used last.
            SessionSeen "session_seen" Text [Date];
            /// A sign-in on one device too many: heading.
            DevicesFull "devices_full" Text [];
            /// A sign-in on one device too many: what to do.
            DevicesFullText "devices_full_text" Plural [Count];
            /// The same, where none can be chosen.
            DevicesInUse "devices_in_use" Text [];
            /// One that cannot be chosen.
            DeviceInUse "device_in_use" Text [];
            /// The button that signs the chosen one out.
            DeviceChoose "device_choose" Text [];
            /// None was chosen, or one that cannot be.
            DeviceNotThat "device_not_that" Text [];
            /// What else happens when a way in changes.
            WayInEnds "way_in_ends" Text [];
            /// A change that needs a sign-in of the last minutes.
            ProofNeeded "proof_needed" Plural [Count];
            /// The link to it.
            ProofAgain "proof_again" Text [];
            /// Subject of the mail after a password was set.
            LetterPasswordSetSubject "letter_password_set_subject" Text [Paper];
            /// Subject of the mail after a password was removed.
            LetterPasswordRemovedSubject "letter_password_removed_subject" Text [Paper];
            /// Subject of the mail after a passkey was added.
            LetterPasskeyAddedSubject "letter_passkey_added_subject" Text [Paper];
            /// Subject of the mail after a passkey was removed.
            LetterPasskeyRemovedSubject "letter_passkey_removed_subject" Text [Paper];
            /// When a way in was changed.
            LetterChangedAt "letter_changed_at" Text [Date Time City];
            /// That the other sessions ended.
            LetterChangedElsewhere "letter_changed_elsewhere" Text [];
            /// What to do for somebody who did not change it.
            LetterChangedNotYou "letter_changed_not_you" Text [];
            /// Why this mail was sent.
            LetterChangedWhy "letter_changed_why" Text [Paper];
            $($others)*
        }
    };
}
