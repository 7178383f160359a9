//! The messages of the help desk: finding a reader, saying what is so and why, and putting it right. They are put before whatever the list
//! of all messages holds.

/// Hands these messages on to the list, with those that it is given.
macro_rules! help_keys {
    ($($others:tt)*) => {
        rights_keys! {
            /// The page that finds readers.
            DeskReaders "desk_readers" Text [];
            /// The field of that page.
            HelpFind "help_find" Text [];
            /// What can be typed there.
            HelpFindText "help_find_text" Text [];
            /// Its button.
            HelpFindButton "help_find_button" Text [];
            /// What was typed cannot be looked for.
            HelpFindWrong "help_find_wrong" Text [];
            /// Nothing was found.
            HelpFoundNone "help_found_none" Text [];
            /// A code that is none of this paper's.
            HelpCodeForeign "help_code_foreign" Text [];
            /// A print account that is nobody's yet.
            HelpPrintWaits "help_print_waits" Text [];
            /// Those who were found by their address: heading.
            HelpByMail "help_by_mail" Text [];
            /// Those who were found by their name: heading.
            HelpByName "help_by_name" Text [];
            /// Readers whose name ends with such a word: heading.
            HelpByLastName "help_by_last_name" Text [];
            /// The button for more of them.
            HelpFurther "help_further" Text [];
            /// The page that explains a code.
            HelpWall "help_wall" Text [];
            /// Behind a wall's code: what the article asks.
            WhyMetered "why_metered" Text [];
            /// The same as the one before.
            WhyRegistered "why_registered" Text [];
            /// The same as the one before.
            WhyEntitled "why_entitled" Text [];
            /// The same, of one that asks nothing.
            WhyOther "why_other" Text [];
            /// Why a wall refuses.
            WhyUsedUp "why_used_up" Text [];
            /// The same as the one before.
            WhySubscribers "why_subscribers" Text [];
            /// The same as the one before.
            WhyTrialOver "why_trial_over" Text [];
            /// The same as the one before.
            WhySubscriptionOver "why_subscription_over" Text [];
            /// The same as the one before.
            WhyRegistration "why_registration" Text [];
            /// The same as the one before.
            WhyRegistrationMore "why_registration_more" Text [];
            /// The same as the one before.
            WhyVerifyMail "why_verify_mail" Text [];
            /// The same as the one before.
            WhyNetwork "why_network" Text [];
            /// The same, of a newer program.
            WhyUnknown "why_unknown" Text [];
            /// How many were read of how many.
            WhyRead "why_read" Text [Number Span];
            /// When the window ends.
            WhyWindowEnds "why_window_ends" Text [Date];
            /// Which settings were in force.
            WhySettings "why_settings" Text [Number Date Name];
            /// They are not there.
            WhySettingsGone "why_settings_gone" Text [Number];
            /// A reader's address.
            HelpProven "help_proven" Text [Date];
            /// The same as the one before.
            HelpUnproven "help_unproven" Text [];
            /// What a reader holds: heading.
            HelpNow "help_now" Text [];
            /// Nothing of it.
            HelpNothingOpen "help_nothing_open" Text [];
            /// A span and why it is open.
            HelpOpenUntil "help_open_until" Text [Name Date];
            /// The same, without an end.
            HelpOpenOn "help_open_on" Text [Name];
            /// A payment of it failed.
            HelpGrace "help_grace" Text [Date];
            /// Why something is open.
            SourcePaid "source_paid" Text [];
            /// The same as the one before.
            SourceTrial "source_trial" Text [];
            /// The same as the one before.
            SourceGiven "source_given" Text [];
            /// The same as the one before.
            SourceSeat "source_seat" Text [];
            /// The same as the one before.
            SourcePrint "source_print" Text [];
            /// How many were read of how many; never which.
            HelpReadings "help_readings" Text [Number Span Date];
            /// What the reader sees: heading.
            HelpAccountSays "help_account_says" Text [];
            /// What a reader would meet: heading.
            HelpMeets "help_meets" Text [];
            /// An article opens.
            HelpOpens "help_opens" Text [];
            /// The same, and why.
            HelpOpensBy "help_opens_by" Text [Name];
            /// It opens with one of the free ones.
            HelpOpensAsk "help_opens_ask" Text [Number];
            /// Contracts and invoices: heading.
            HelpMoney "help_money" Text [];
            /// How a subscription stands.
            StateNotBegun "state_not_begun" Text [];
            /// The same as the one before.
            StateTrial "state_trial" Text [Date];
            /// The same as the one before.
            StateActive "state_active" Text [];
            /// The same as the one before.
            StateFixed "state_fixed" Text [Date];
            /// The same as the one before.
            StateCancelled "state_cancelled" Text [Date];
            /// The same as the one before.
            StateGrace "state_grace" Text [Date];
            /// The same as the one before.
            StateEnded "state_ended" Text [Date];
            /// The facts of the ledger: heading.
            HelpLedger "help_ledger" Text [];
            /// A fact of the ledger.
            FactPaid "fact_paid" Text [Price Plan From Date];
            /// The same, where it cost nothing.
            FactGiven "fact_given" Text [Plan From Date];
            /// The same as the one before.
            FactRefunded "fact_refunded" Text [Price];
            /// The same as the one before.
            FactDisputed "fact_disputed" Text [];
            /// The same as the one before.
            FactRenews "fact_renews" Text [Price Date];
            /// The same as the one before.
            FactStops "fact_stops" Text [Date];
            /// The same as the one before.
            FactRetries "fact_retries" Text [Date];
            /// The same as the one before.
            FactEnded "fact_ended" Text [Date];
            /// The same as the one before.
            FactTerms "fact_terms" Text [Plan Date];
            /// What was sent: heading.
            HelpMails "help_mails" Text [];
            /// Nothing was.
            HelpMailsNone "help_mails_none" Text [];
            /// Where a mail is.
            MailWaiting "mail_waiting" Text [];
            /// The same as the one before.
            MailSending "mail_sending" Text [];
            /// The same as the one before.
            MailSent "mail_sent" Text [];
            /// The same as the one before.
            MailFailed "mail_failed" Text [];
            /// The same as the one before.
            MailUnsure "mail_unsure" Text [];
            /// An address that gets nothing.
            HelpSuppressed "help_suppressed" Text [Date Name];
            /// Devices: heading.
            HelpSessions "help_sessions" Text [];
            /// On none.
            HelpSessionsNone "help_sessions_none" Text [];
            /// What a reader agreed to and said: heading.
            HelpAgreements "help_agreements" Text [];
            /// An agreement.
            HelpAgreed "help_agreed" Text [Plan Date];
            /// A statement.
            HelpStatedCancelled "help_stated_cancelled" Text [Date];
            /// The same as the one before.
            HelpStatedWithdrew "help_stated_withdrew" Text [Date];
            /// Deeds about a reader: heading.
            HelpRecord "help_record" Text [];
            /// What can be done: heading.
            HelpDeeds "help_deeds" Text [];
            /// A deed.
            HelpGive "help_give" Text [];
            /// A field.
            HelpPlan "help_plan" Text [];
            /// A field.
            HelpUntil "help_until" Text [];
            /// A field.
            HelpReason "help_reason" Text [];
            /// What will happen.
            HelpGiveSure "help_give_sure" Text [Plan Date];
            /// A deed.
            HelpTake "help_take" Text [];
            /// What will happen.
            HelpTakeSure "help_take_sure" Text [];
            /// A deed.
            HelpEndAll "help_end_all" Text [];
            /// What will happen.
            HelpEndAllSure "help_end_all_sure" Text [];
            /// A deed.
            HelpEndOne "help_end_one" Text [];
            /// What will happen.
            HelpEndOneSure "help_end_one_sure" Text [];
            /// A deed.
            HelpLift "help_lift" Text [];
            /// What will happen.
            HelpLiftSure "help_lift_sure" Text [];
            /// A deed.
            HelpSendLink "help_send_link" Text [];
            /// A deed.
            HelpSendWelcome "help_send_welcome" Text [];
            /// A deed: a receipt or an invoice.
            HelpSendAgain "help_send_again" Text [];
            /// What will happen.
            HelpSendSure "help_send_sure" Text [Name];
            /// A deed.
            HelpCorrect "help_correct" Text [];
            /// A field.
            HelpCorrectField "help_correct_field" Text [];
            /// What will happen.
            HelpCorrectSure "help_correct_sure" Text [Name From];
            /// A deed.
            HelpPayBack "help_pay_back" Text [];
            /// A choice.
            HelpEnds "help_ends" Text [];
            /// A choice.
            HelpStays "help_stays" Text [];
            /// What will happen.
            HelpPayBackSure "help_pay_back_sure" Text [Price];
            /// A deed.
            HelpInvoicePaid "help_invoice_paid" Text [];
            /// A field.
            HelpPaidOn "help_paid_on" Text [];
            /// A field.
            HelpSum "help_sum" Text [];
            /// What will happen.
            HelpInvoicePaidSure "help_invoice_paid_sure" Text [Number Price Date];
            /// A deed.
            HelpInvoiceBack "help_invoice_back" Text [];
            /// What will happen.
            HelpInvoiceBackSure "help_invoice_back_sure" Text [Number Price];
            /// The button that does it.
            HelpSure "help_sure" Text [];
            /// The link that does not.
            HelpNot "help_not" Text [];
            /// It was done.
            HelpDone "help_done" Text [];
            /// Nothing was to be done.
            HelpNothing "help_nothing" Text [];
            /// A form that says too little.
            HelpGiveWrong "help_give_wrong" Text [];
            /// An address of another reader.
            HelpAddressTaken "help_address_taken" Text [];
            /// An invoice that was not noted.
            HelpSumWrong "help_sum_wrong" Text [];
            /// The provider did not do it.
            HelpProviderDown "help_provider_down" Text [];
            /// Too many mails.
            HelpEnough "help_enough" Text [];
            /// The page of lists.
            HelpLists "help_lists" Text [];
            /// All readers as files: heading.
            HelpExport "help_export" Text [];
            /// What they hold.
            HelpExportText "help_export_text" Text [Number];
            /// One of the files.
            HelpExportPart "help_export_part" Text [Number];
            /// Bringing a list in: heading.
            HelpImport "help_import" Text [];
            /// What can be pasted.
            HelpImportText "help_import_text" Text [Number];
            /// A field.
            HelpImportFile "help_import_file" Text [];
            /// A field.
            HelpImportList "help_import_list" Text [];
            /// A field.
            HelpImportFrom "help_import_from" Text [];
            /// A field.
            HelpImportDates "help_import_dates" Text [];
            /// A choice.
            HelpImportOther "help_import_other" Text [];
            /// A button.
            HelpImportTry "help_import_try" Text [];
            /// A button.
            HelpImportDo "help_import_do" Text [];
            /// What a look has found.
            HelpImportTried "help_import_tried" Text [];
            /// What was done.
            HelpImportDone "help_import_done" Text [];
            /// A list that is none.
            HelpImportWrong "help_import_wrong" Text [Name];
            /// Rows of a list.
            HelpNew "help_new" Text [];
            /// The same as the one before.
            HelpChanged "help_changed" Text [];
            /// The same as the one before.
            HelpSame "help_same" Text [];
            /// The same as the one before.
            HelpBad "help_bad" Text [];
            /// A row of a list.
            HelpLine "help_line" Text [Number];
            /// A deed.
            HelpData "help_data" Text [];
            /// What will happen.
            HelpDataSure "help_data_sure" Text [];
            /// A word of the record.
            DeedHelpGave "deed_help_gave" Text [];
            /// The same as the one before.
            DeedHelpTook "deed_help_took" Text [];
            /// The same as the one before.
            DeedHelpEnded "deed_help_ended" Text [];
            /// The same as the one before.
            DeedHelpLifted "deed_help_lifted" Text [];
            /// The same as the one before.
            DeedHelpSent "deed_help_sent" Text [];
            /// The same as the one before.
            DeedHelpCorrected "deed_help_corrected" Text [];
            /// The same as the one before.
            DeedHelpPaidBack "deed_help_paid_back" Text [];
            /// The same as the one before.
            DeedHelpNotPaidBack "deed_help_not_paid_back" Text [];
            /// The same as the one before.
            DeedHelpPaid "deed_help_paid" Text [];
            /// The same as the one before.
            DeedHelpData "deed_help_data" Text [];
            /// The same as the one before.
            DeedHelpExported "deed_help_exported" Text [];
            /// The same as the one before.
            DeedHelpImported "deed_help_imported" Text [];
            /// What a reader is called in the record.
            HelpReader "help_reader" Text [];
            /// Subject of the mail with a link that the paper sends to somebody who asked for help.
            LetterLinkSubject "letter_link_subject" Text [Paper];
            /// Before the link.
            LetterLinkText "letter_link_text" Text [Paper];
            /// For somebody who did not ask for it.
            LetterLinkIgnore "letter_link_ignore" Text [];
            /// Why this mail was sent.
            LetterLinkWhy "letter_link_why" Text [Paper];
            $($others)*
        }
    };
}
