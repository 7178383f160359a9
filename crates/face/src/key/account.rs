//! The messages of the reader's account that stand nowhere else: another mail address, with its letters, newsletters, and what is saved. They are put before whatever the
//! list of all messages holds.

/// Hands these messages on to the list, with those that it is given.
macro_rules! account_keys {
    ($($others:tt)*) => {
        invoice_keys! {
            /// The own page: the button that asks for a code to another address, and the heading of the page for that code.
            AddressChange "address_change" Text [];
            /// The name of the field for the new address.
            AddressNew "address_new" Text [];
            /// Under that field: what happens.
            AddressText "address_text" Text [];
            /// The new address is the present one.
            AddressSame "address_same" Text [];
            /// Too many codes were asked for.
            AddressWait "address_wait" Text [];
            /// The page for the code: to which address, and for how long it is good.
            AddressSent "address_sent" Plural [Count Name];
            /// The address was proven and is another reader’s.
            AddressTaken "address_taken" Text [];
            /// The page of newsletters: heading.
            Newsletters "newsletters" Text [];
            /// That page: what happens.
            NewslettersText "newsletters_text" Text [];
            /// Its button.
            NewslettersSend "newsletters_send" Text [];
            /// None was chosen.
            NewslettersNone "newsletters_none" Text [];
            /// Too many letters were asked for.
            NewslettersWait "newsletters_wait" Text [];
            /// The letter is on its way: heading.
            NewslettersSent "newsletters_sent" Text [];
            /// The letter is on its way: to which address.
            NewslettersSentText "newsletters_sent_text" Text [Name];
            /// The page behind its link: what is asked, above the names.
            NewslettersConfirmText "newsletters_confirm_text" Text [Name];
            /// That page: the button, and the link in the letter.
            NewslettersConfirm "newsletters_confirm" Text [];
            /// They come from now on: heading above the names.
            NewslettersOn "newsletters_on" Text [];
            /// The page that ends one, above its name, and its button.
            NewsletterEnd "newsletter_end" Text [];
            /// One was ended: heading above its name.
            NewsletterEnded "newsletter_ended" Text [];
            /// One was ended: when that is so.
            NewsletterEndedText "newsletter_ended_text" Text [];
            /// A link of a newsletter that is good no more: what to do.
            NewsletterGoneText "newsletter_gone_text" Text [];
            /// The own page: what the reader gets by mail.
            MailChoices "mail_choices" Text [];
            /// The own page: what comes in any case.
            MailChoicesText "mail_choices_text" Text [];
            /// The paper’s own letters that nobody has to get.
            OwnLetters "own_letters" Text [];
            /// What these are.
            OwnLettersText "own_letters_text" Text [];
            /// Subject of the mail that asks for a word.
            LetterNewslettersSubject "letter_newsletters_subject" Text [Paper];
            /// Before the names.
            LetterNewslettersText "letter_newsletters_text" Text [Paper];
            /// Until when the button is good.
            LetterNewslettersUntil "letter_newsletters_until" Text [Date Time City];
            /// For somebody who did not ask for it.
            LetterNewslettersIgnore "letter_newsletters_ignore" Text [];
            /// Why this mail was sent.
            LetterNewslettersWhy "letter_newsletters_why" Text [Paper];
            /// The button on an article’s page that keeps it for later.
            SaveArticle "save_article" Text [];
            /// The list of what a reader has saved, and the link to it.
            SavedArticles "saved_articles" Text [];
            /// That list, where it is empty.
            SavedNothing "saved_nothing" Text [];
            /// The button that takes one off it.
            SavedRemove "saved_remove" Text [];
            /// One too many was to be saved.
            SavedFull "saved_full" Plural [Count];
            /// Subject of the mail to the new address.
            LetterAddressCodeSubject "letter_address_code_subject" Text [Code Paper];
            /// Before the code.
            LetterAddressCodeText "letter_address_code_text" Text [Paper];
            /// For how long it is good.
            LetterAddressCodeMinutes "letter_address_code_minutes" Plural [Count Time City];
            /// For somebody who did not ask for it.
            LetterAddressCodeIgnore "letter_address_code_ignore" Text [];
            /// Why this mail was sent.
            LetterAddressCodeWhy "letter_address_code_why" Text [Paper];
            /// Subject of the mail to the former address.
            LetterAddressChangedSubject "letter_address_changed_subject" Text [Paper];
            /// What is so from now on.
            LetterAddressChangedText "letter_address_changed_text" Text [];
            /// What to do for somebody who did not change it.
            LetterAddressChangedNotYou "letter_address_changed_not_you" Text [];
            /// Why this mail was sent.
            LetterAddressChangedWhy "letter_address_changed_why" Text [Paper];
            /// Subject of the mail to an address that another reader wanted.
            LetterAddressTriedSubject "letter_address_tried_subject" Text [Paper];
            /// What somebody wanted, and that nothing came of it.
            LetterAddressTriedText "letter_address_tried_text" Text [Date Time City];
            /// What to do.
            LetterAddressTriedDo "letter_address_tried_do" Text [];
            /// Why this mail was sent.
            LetterAddressTriedWhy "letter_address_tried_why" Text [Paper];
            $($others)*
        }
    };
}
