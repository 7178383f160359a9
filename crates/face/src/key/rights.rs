//! The messages about cancelling a contract and withdrawing from it, on pages and in the receipt, and what the own page is called. They
//! are put before whatever the list of all messages holds.

/// Hands the messages of these pages on to the list, with those that it is given.
macro_rules! rights_keys {
    ($($others:tt)*) => {
        numbers_keys! {
            /// Heading where an account opens more articles than anybody reads.
            HastyHeading "hasty_heading" Text [];
            /// Why, and that it passes by itself.
            HastyText "hasty_text" Text [];
            /// Subject of the receipt of a statement.
            LetterStatementSubject "letter_statement_subject" Text [Paper];
            /// What a receipt of a statement proves.
            LetterStatementText "letter_statement_text" Text [Paper];
            /// Before the button that cancels: why the statement alone did not.
            LetterStatementConfirm "letter_statement_confirm" Text [Date];
            /// For somebody who did not send the statement.
            LetterStatementIgnore "letter_statement_ignore" Text [];
            /// Why this mail was sent.
            LetterStatementWhy "letter_statement_why" Text [Paper];
            /// The link in the foot of every page that leads to cancelling without signing in. In Germany its words are the law's.
            CancelHere "cancel_here" Text [];
            /// The page behind it: heading.
            CancelContract "cancel_contract" Text [];
            /// That page: what happens with a statement.
            CancelContractText "cancel_contract_text" Text [];
            /// A kind of statement: cancelled without a reason.
            CancelOrdinary "cancel_ordinary" Text [];
            /// A kind of statement: cancelled for a reason, at once.
            CancelExtraordinary "cancel_extraordinary" Text [];
            /// The name of the field for that reason.
            CancelReason "cancel_reason" Text [];
            /// The cancellation for a reason says none, or one that is too long.
            CancelReasonWrong "cancel_reason_wrong" Plural [Count];
            /// The name of the fields that say when a contract is to end.
            CancelWhen "cancel_when" Text [];
            /// It is to end as early as can be.
            CancelEarliest "cancel_earliest" Text [];
            /// It is to end on a day that follows.
            CancelOnDay "cancel_on_day" Text [];
            /// That day is none, or has passed.
            CancelDayWrong "cancel_day_wrong" Text [];
            /// The button that sends a cancellation. In Germany its words are the law's.
            CancelDeclare "cancel_declare" Text [];
            /// The link in the foot of every page that leads to withdrawing from a contract. In the Union its words are the law's.
            WithdrawHere "withdraw_here" Text [];
            /// The page behind it: heading.
            WithdrawContract "withdraw_contract" Text [];
            /// That page: within how many days, and what happens then.
            WithdrawContractText "withdraw_contract_text" Plural [Count];
            /// A kind of statement: the contract is withdrawn from.
            WithdrawKind "withdraw_kind" Text [];
            /// The button that leads to the second page.
            WithdrawNext "withdraw_next" Text [];
            /// The second page: heading.
            WithdrawCheck "withdraw_check" Text [];
            /// The second page: what the button does.
            WithdrawCheckText "withdraw_check_text" Text [];
            /// The button of the second page. In the Union its words are the law's.
            WithdrawConfirm "withdraw_confirm" Text [];
            /// The button beside it, back to the form as it was filled in.
            WithdrawAgain "withdraw_again" Text [];
            /// A withdrawal that was carried out: what goes back.
            WithdrawDone "withdraw_done" Text [Price];
            /// A name of a field or line: what somebody states.
            StatementKind "statement_kind" Text [];
            /// A name of a field or line: who states it.
            StatementName "statement_name" Text [];
            /// Nobody is named, or too long.
            StatementNameWrong "statement_name_wrong" Plural [Count];
            /// A name of a field or line: which contract is meant.
            StatementContract "statement_contract" Text [];
            /// What stands in that field before somebody writes.
            StatementContractUsual "statement_contract_usual" Text [];
            /// No contract is named, or too long.
            StatementContractWrong "statement_contract_wrong" Plural [Count];
            /// Under the field for the mail address.
            StatementReceiptGoes "statement_receipt_goes" Text [];
            /// Too many statements came from one network.
            StatementWait "statement_wait" Text [];
            /// Too many receipts went to one address.
            StatementEnough "statement_enough" Text [];
            /// A statement arrived: heading.
            StatementArrived "statement_arrived" Text [];
            /// A statement arrived: where the receipt goes.
            StatementMailed "statement_mailed" Text [Name];
            /// A cancellation of somebody who is not signed in: what carries it out.
            StatementUnproven "statement_unproven" Text [];
            /// A statement that somebody of the paper looks at.
            StatementLookedAt "statement_looked_at" Text [];
            /// A name of a line: when it arrived, in the paper's time.
            StatementReceived "statement_received" Text [];
            /// An instant in the paper's time.
            StatementInstant "statement_instant" Text [Date Time City];
            /// The page behind the link of a receipt: why there is a button.
            StatementConfirmText "statement_confirm_text" Text [];
            /// A link that is good no more: heading.
            StatementGone "statement_gone" Text [];
            /// A link that is good no more: why.
            StatementGoneText "statement_gone_text" Text [];
            /// An account with a subscription that goes on is not erased.
            CancelFirst "cancel_first" Text [];
            /// The button on an open article that gives it to somebody.
            GiveArticle "give_article" Text [];
            /// A gift: who gives it.
            GiftFrom "gift_from" Text [Name];
            /// A gift of somebody who says no name.
            GiftFromSubscriber "gift_from_subscriber" Text [];
            /// Until when a gift can be opened.
            GiftUntil "gift_until" Text [Date];
            /// A gift that can be opened no more, in the list of the giver.
            GiftOver "gift_over" Text [];
            /// A gift was made: heading.
            GiftMade "gift_made" Text [];
            /// A gift was made: what the link does.
            GiftMadeText "gift_made_text" Text [Date];
            /// How many more can be given in this month.
            GiftsLeft "gifts_left" Plural [Count];
            /// The way back to the article that was given.
            GiftBack "gift_back" Text [];
            /// A link that opens a mail with the gift in it.
            GiftMail "gift_mail" Text [];
            /// All gifts of a month are given: heading.
            GiftsGiven "gifts_given" Text [];
            /// All gifts of a month are given: when there are more.
            GiftsGivenText "gifts_given_text" Text [Date];
            /// The same in one quiet line, on an article that could be given.
            GiftsFrom "gifts_from" Text [Date];
            /// Somebody who does not subscribe wants to give: heading.
            GiftsForSubscribers "gifts_for_subscribers" Text [];
            /// Somebody who does not subscribe wants to give: why not.
            GiftsForSubscribersText "gifts_for_subscribers_text" Text [];
            /// A gift that cannot be opened: heading.
            GiftGone "gift_gone" Text [];
            /// A gift that cannot be opened: it is over.
            GiftGoneText "gift_gone_text" Text [];
            /// A gift that cannot be opened: too many have.
            GiftUsedUp "gift_used_up" Text [];
            /// The own page: what the reader gave.
            GiftsYours "gifts_yours" Text [];
            /// How many have opened a gift.
            GiftUses "gift_uses" Plural [Count];
            /// The heading of the reader's own page.
            YourAccount "your_account" Text [];
            /// The link to it.
            Account "account" Text [];
            /// The button that keeps the subscription.
            CancelKeep "cancel_keep" Text [];
            /// The button that takes a cancellation back.
            Resume "resume" Text [];
            $($others)*
        }
    };
}
