//! The messages of the house settings at the desk: the groups, a change before it counts, the table of what the rules do, seeing the
//! paper as somebody else, and institutions. They are put before whatever the list of all messages holds.

/// Hands these messages on to the list, with those that it is given.
macro_rules! setting_keys {
    ($($others:tt)*) => {
        desk_keys! {
            /// The page of the house settings.
            DeskSettings "desk_settings" Text [];
            /// What the page is for.
            SettingsText "settings_text" Text [];
            /// Which settings are in force.
            SettingsInForce "settings_in_force" Text [Number Date Name];
            /// Nothing was ever set.
            SettingsNever "settings_never" Text [];
            /// The versions of the settings.
            SettingsHistory "settings_history" Text [];
            /// One version.
            SettingsVersion "settings_version" Text [Number];
            /// A group of settings.
            SettingsGroupPaper "settings_group_paper" Text [];
            /// A group of settings.
            SettingsGroupFollow "settings_group_follow" Text [];
            /// A group of settings.
            SettingsGroupMeter "settings_group_meter" Text [];
            /// A group of settings.
            SettingsGroupReaders "settings_group_readers" Text [];
            /// A group of settings.
            SettingsGroupWalls "settings_group_walls" Text [];
            /// A group of settings.
            SettingsGroupPlans "settings_group_plans" Text [];
            /// A group of settings.
            SettingsGroupOffers "settings_group_offers" Text [];
            /// A group of settings.
            SettingsGroupInvoices "settings_group_invoices" Text [];
            /// A group of settings.
            SettingsGroupNewsletters "settings_group_newsletters" Text [];
            /// A group of settings.
            SettingsGroupMachines "settings_group_machines" Text [];
            /// A group of settings.
            SettingsGroupDelivery "settings_group_delivery" Text [];
            /// A group of settings.
            SettingsGroupAdvertisements "settings_group_advertisements" Text [];
            /// All settings as one text.
            SettingsGroupDocument "settings_group_document" Text [];
            /// How that text is written, below its field.
            SettingsDocumentText "settings_document_text" Text [];
            /// The button that shows a change before it counts.
            SettingsLook "settings_look" Text [];
            /// The page that shows it.
            SettingsChanges "settings_changes" Text [];
            /// The head of a column.
            SettingsBefore "settings_before" Text [];
            /// The head of a column.
            SettingsAfter "settings_after" Text [];
            /// Nothing would change.
            SettingsNothing "settings_nothing" Text [];
            /// A setting has no value.
            SettingsUnset "settings_unset" Text [];
            /// What holds where a field is left empty.
            SettingsDefault "settings_default" Text [Name];
            /// What looks wrong, and is taken all the same: heading.
            SettingsWarnings "settings_warnings" Text [];
            /// What is wrong, and not taken.
            SettingsFaults "settings_faults" Text [];
            /// The field for the reason of a change.
            SettingsNote "settings_note" Text [];
            /// The button that puts settings into force.
            SettingsPut "settings_put" Text [];
            /// They are in force.
            SettingsPutDone "settings_put_done" Text [Number];
            /// Somebody else was quicker.
            SettingsStale "settings_stale" Text [];
            /// The button that proposes an earlier version.
            SettingsAgain "settings_again" Text [];
            /// The heading of the empty form for one more plan or offer.
            SettingsMore "settings_more" Text [];
            /// The box that takes a plan or an offer out.
            SettingsRemove "settings_remove" Text [];
            /// A choice.
            SettingsYes "settings_yes" Text [];
            /// A choice.
            SettingsNo "settings_no" Text [];
            /// The way back to the form.
            SettingsBack "settings_back" Text [];
            /// A word of the record.
            DeedSet "deed_set" Text [];
            /// The table of what the rules do: heading.
            RuleTable "rule_table" Text [];
            /// How that table is read.
            RuleTableText "rule_table_text" Text [];
            /// How many cells of the table change.
            RuleTableChanges "rule_table_changes" Plural [Count];
            /// The head of a column.
            RuleTableWho "rule_table_who" Text [];
            /// Somebody who asks.
            AskerVisitor "asker_visitor" Text [];
            /// Somebody who asks.
            AskerCrowd "asker_crowd" Text [];
            /// Somebody who asks.
            AskerUnverified "asker_unverified" Text [];
            /// Somebody who asks.
            AskerRegistered "asker_registered" Text [];
            /// Somebody who asks, with a plan's name.
            AskerTrialist "asker_trialist" Text [Plan];
            /// Somebody who asks, with a plan's name.
            AskerSubscriber "asker_subscriber" Text [Plan];
            /// Somebody who asks, with a plan's name.
            AskerInGrace "asker_in_grace" Text [Plan];
            /// Somebody who asks.
            AskerTrialOver "asker_trial_over" Text [];
            /// Somebody who asks.
            AskerSubscriptionOver "asker_subscription_over" Text [];
            /// Somebody who asks.
            AskerPaymentFailed "asker_payment_failed" Text [];
            /// Somebody who asks.
            AskerCrawler "asker_crawler" Text [];
            /// An access: what only one entitlement opens.
            AccessEntitled "access_entitled" Text [Name];
            /// Where somebody stands with the meter.
            PositionFresh "position_fresh" Text [];
            /// Where somebody stands with the meter.
            PositionLastLeft "position_last_left" Text [];
            /// Where somebody stands with the meter.
            PositionUsedUp "position_used_up" Text [];
            /// Where somebody stands with the meter.
            PositionUnknown "position_unknown" Text [];
            /// What comes of it.
            AnswerOpens "answer_opens" Text [];
            /// What comes of it: how many are left.
            AnswerAsks "answer_asks" Plural [Count];
            /// What comes of it.
            AnswerAsksUnknown "answer_asks_unknown" Text [];
            /// What comes of it.
            AnswerUsedUp "answer_used_up" Text [];
            /// What comes of it.
            AnswerSubscribers "answer_subscribers" Text [];
            /// What comes of it.
            AnswerTrialOver "answer_trial_over" Text [];
            /// What comes of it.
            AnswerSubscriptionOver "answer_subscription_over" Text [];
            /// What comes of it.
            AnswerPaymentFailed "answer_payment_failed" Text [];
            /// What comes of it.
            AnswerRegistration "answer_registration" Text [];
            /// What comes of it.
            AnswerVerifyMail "answer_verify_mail" Text [];
            /// The page on which staff sees the paper as somebody else.
            SeeAs "see_as" Text [];
            /// What that page is for.
            SeeAsText "see_as_text" Text [];
            /// A field.
            SeeAsWho "see_as_who" Text [];
            /// A field: how many articles were opened.
            SeeAsLeft "see_as_left" Text [];
            /// A field: when, in the paper's zone.
            SeeAsWhen "see_as_when" Text [Place];
            /// A field: the address of an article, or of the offers.
            SeeAsWhat "see_as_what" Text [];
            /// No such page.
            SeeAsWhatWrong "see_as_what_wrong" Text [];
            /// A button.
            SeeAsShow "see_as_show" Text [];
            /// Above the page that is shown.
            SeeAsLine "see_as_line" Text [Name Date];
            /// Above the page that is shown with settings that are not in force.
            SeeAsProposed "see_as_proposed" Text [];
            /// The page with everybody who has a site licence.
            DeskInstitutions "desk_institutions" Text [];
            /// What that page is for.
            InstitutionsText "institutions_text" Text [];
            /// A heading and a button.
            InstitutionAdd "institution_add" Text [];
            /// A heading.
            InstitutionChange "institution_change" Text [];
            /// A field.
            InstitutionSlug "institution_slug" Text [];
            /// A field.
            InstitutionName "institution_name" Text [];
            /// A field.
            InstitutionOpens "institution_opens" Text [];
            /// A field.
            InstitutionNetworks "institution_networks" Text [];
            /// Below that field.
            InstitutionNetworksHelp "institution_networks_help" Text [];
            /// A field.
            InstitutionDomains "institution_domains" Text [];
            /// Below that field.
            InstitutionDomainsHelp "institution_domains_help" Text [];
            /// A field.
            InstitutionFrom "institution_from" Text [];
            /// A field.
            InstitutionTo "institution_to" Text [];
            /// Until when a licence runs.
            InstitutionUntil "institution_until" Text [Date];
            /// A licence is over.
            InstitutionOver "institution_over" Text [];
            /// A button.
            InstitutionEnd "institution_end" Text [];
            /// Above that button.
            InstitutionEndText "institution_end_text" Text [];
            /// A heading.
            InstitutionReads "institution_reads" Text [];
            /// Below that heading.
            InstitutionReadsNone "institution_reads_none" Text [];
            /// Why it is not kept.
            InstitutionTaken "institution_taken" Text [Name];
            /// Why it is not kept.
            InstitutionOverlaps "institution_overlaps" Text [Name];
            /// Why it is not kept.
            InstitutionsFull "institutions_full" Text [];
            /// A word of the record.
            DeedLicensed "deed_licensed" Text [];
            /// A word of the record.
            DeedEndedLicence "deed_ended_licence" Text [];
            /// A group of settings.
            SettingsGroupWordings "settings_group_wordings" Text [];
            /// A field: what to look for among the messages.
            SettingsFind "settings_find" Text [];
            /// How wordings are written.
            SettingsWordingsText "settings_wordings_text" Text [];
            $($others)*
        }
    };
}
