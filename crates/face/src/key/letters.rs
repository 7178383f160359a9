//! The messages of letters, apart from those of pages: they are put before whatever the list of all messages holds.

/// Hands the messages of letters on to the macro that it is given, with those that are given to that.
macro_rules! letter_keys {
    ($list:ident! { $($others:tt)* }) => {
        $list! {
            /// Subject of the mail that signs somebody in.
            LetterSignInSubject "letter_sign_in_subject" Text [Code Paper];
            /// Before the code.
            LetterSignInCode "letter_sign_in_code" Text [Paper];
            /// Before the link that does the same.
            LetterSignInLink "letter_sign_in_link" Text [];
            /// For how long both are good.
            LetterSignInMinutes "letter_sign_in_minutes" Plural [Count Time City];
            /// For somebody who did not ask for it.
            LetterSignInIgnore "letter_sign_in_ignore" Text [];
            /// Why this mail was sent.
            LetterSignInWhy "letter_sign_in_why" Text [Paper];
            /// A link to the reader's account.
            LetterAccount "letter_account" Text [];
            /// Subject of the mail after registering.
            LetterWelcomeSubject "letter_welcome_subject" Text [Paper];
            /// Since when, and how one signs in.
            LetterWelcomeText "letter_welcome_text" Text [Date];
            /// Before the link to the account.
            LetterWelcomeAccount "letter_welcome_account" Text [];
            /// Why this mail was sent.
            LetterWelcomeWhy "letter_welcome_why" Text [Paper];
            /// A price by the year.
            LetterPriceYearly "letter_price_yearly" Text [Price];
            /// Subject of the mail before a trial ends.
            LetterTrialSubject "letter_trial_subject" Text [Paper Date];
            /// When it ends, and what it costs then; the price says for how long.
            LetterTrialText "letter_trial_text" Text [Plan Date Price];
            /// That nothing need be charged.
            LetterTrialCancel "letter_trial_cancel" Text [];
            /// The link to the page where one cancels.
            LetterCancel "letter_cancel" Text [];
            /// Why this mail was sent.
            LetterTrialWhy "letter_trial_why" Text [Paper];
            /// Why this mail was sent.
            LetterSubscriptionWhy "letter_subscription_why" Text [Paper];
            /// Subject of a receipt.
            LetterReceiptSubject "letter_receipt_subject" Text [Number Paper];
            /// The first line of a receipt.
            LetterReceiptText "letter_receipt_text" Text [Date];
            /// A line of a receipt: what was paid.
            LetterReceiptAmount "letter_receipt_amount" Text [];
            /// A line of a receipt: for what.
            LetterReceiptPlan "letter_receipt_plan" Text [];
            /// A line of a receipt: for which time.
            LetterReceiptPeriod "letter_receipt_period" Text [];
            /// A line of a receipt: its number.
            LetterReceiptNumber "letter_receipt_number" Text [];
            /// From one day to another.
            LetterPeriod "letter_period" Text [From Date];
            /// How to cancel.
            LetterReceiptCancel "letter_receipt_cancel" Text [];
            /// Subject where a payment failed.
            LetterFailedSubject "letter_failed_subject" Text [Paper];
            /// What could not be collected, and when.
            LetterFailedText "letter_failed_text" Text [Date Price Plan];
            /// Subject when grace ends soon.
            LetterGraceSubject "letter_grace_subject" Text [Paper Date];
            /// What is still owed.
            LetterGraceText "letter_grace_text" Text [Date];
            /// Subject after a subscription ended.
            LetterExpiredSubject "letter_expired_subject" Text [Paper];
            /// That no other mail follows.
            LetterExpiredSilence "letter_expired_silence" Text [];
            /// Subject after cancelling.
            LetterCancelledSubject "letter_cancelled_subject" Text [Paper];
            /// What no longer happens.
            LetterCancelledText "letter_cancelled_text" Text [];
            /// Before the way back.
            LetterCancelledBack "letter_cancelled_back" Text [];
            /// Subject of the letter that a cancellation was taken back.
            LetterResumedSubject "letter_resumed_subject" Text [Paper];
            /// What that means.
            LetterResumedText "letter_resumed_text" Text [Plan];
            /// Subject of the letter that a change of the plan was taken back.
            LetterPlanKeptSubject "letter_plan_kept_subject" Text [Plan Paper];
            /// What that means.
            LetterPlanKeptText "letter_plan_kept_text" Text [Plan];
            /// Subject of the mail with an article that somebody gives.
            LetterGiftSubject "letter_gift_subject" Text [Name Paper];
            /// Before the article's headline.
            LetterGiftText "letter_gift_text" Text [Name];
            /// For how long the link opens it.
            LetterGiftUntil "letter_gift_until" Text [Date];
            /// Why this mail was sent.
            LetterGiftWhy "letter_gift_why" Text [Name Paper];
            /// Subject before the first period of an offer ends; the price says for how long.
            LetterIntroSubject "letter_intro_subject" Text [Date Paper Price];
            /// When it ends, and what is charged from then on.
            LetterIntroText "letter_intro_text" Text [Plan Date Price];
            /// That nothing more need be charged.
            LetterIntroCancel "letter_intro_cancel" Text [];
            /// Subject after a plan was changed at once.
            LetterPlanSubject "letter_plan_subject" Text [Plan Paper];
            /// Subject where the plan changes later.
            LetterPlanSubjectLater "letter_plan_subject_later" Text [Date Plan Paper];
            /// A line of that letter: the plan of before.
            LetterPlanBefore "letter_plan_before" Text [];
            /// A line of it: the new plan.
            LetterPlanAfter "letter_plan_after" Text [];
            /// A line of it: from when.
            LetterPlanFrom "letter_plan_from" Text [];
            /// A line of it: what was charged for the change.
            LetterPlanCharged "letter_plan_charged" Text [];
            /// How one changes back.
            LetterPlanBack "letter_plan_back" Text [];
            /// The same, where the change is still to come.
            LetterPlanBackLater "letter_plan_back_later" Text [Date];
            /// On the page that asks for the code of a letter, for everybody the same: what to do where none comes.
            LetterMissing "letter_missing" Text [];
            $($others)*
        }
    };
}
