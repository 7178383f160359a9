//! The messages that name the house settings at the desk: the label of each setting, help below it where it needs some, each choice,
//! and the fields of plans, offers and newsletters. Their names follow from those of the settings. They are put before whatever the
//! list of all messages holds.

/// Hands these messages on to the list, with those that it is given.
macro_rules! setting_label_keys {
    ($($others:tt)*) => {
        machine_keys! {
            /// The label of `paper.name`.
            SettingPaperName "setting_paper_name" Text [];
            /// The label of `paper.tagline`.
            SettingPaperTagline "setting_paper_tagline" Text [];
            /// The label of `paper.language`.
            SettingPaperLanguage "setting_paper_language" Text [];
            /// Help below `paper.language`.
            SettingPaperLanguageHelp "setting_paper_language_help" Text [];
            /// The label of `paper.zone`.
            SettingPaperZone "setting_paper_zone" Text [];
            /// Help below `paper.zone`.
            SettingPaperZoneHelp "setting_paper_zone_help" Text [];
            /// The label of `paper.permalink`.
            SettingPaperPermalink "setting_paper_permalink" Text [];
            /// Help below `paper.permalink`.
            SettingPaperPermalinkHelp "setting_paper_permalink_help" Text [];
            /// The label of `paper.place`.
            SettingPaperPlace "setting_paper_place" Text [];
            /// The label of `paper.address`.
            SettingPaperAddress "setting_paper_address" Text [];
            /// The label of `paper.telephone`.
            SettingPaperTelephone "setting_paper_telephone" Text [];
            /// The label of `paper.mail`.
            SettingPaperMail "setting_paper_mail" Text [];
            /// The label of `paper.colophon`.
            SettingPaperColophon "setting_paper_colophon" Text [];
            /// The label of `paper.first_issue`.
            SettingPaperFirstIssue "setting_paper_first_issue" Text [];
            /// Help below `paper.first_issue`.
            SettingPaperFirstIssueHelp "setting_paper_first_issue_help" Text [];
            /// The label of `follow.rss`.
            SettingFollowRss "setting_follow_rss" Text [];
            /// The label of `follow.instagram`.
            SettingFollowInstagram "setting_follow_instagram" Text [];
            /// The label of `follow.youtube`.
            SettingFollowYoutube "setting_follow_youtube" Text [];
            /// The label of `follow.facebook`.
            SettingFollowFacebook "setting_follow_facebook" Text [];
            /// The label of `follow.x`.
            SettingFollowX "setting_follow_x" Text [];
            /// The label of `follow.linkedin`.
            SettingFollowLinkedin "setting_follow_linkedin" Text [];
            /// The label of `follow.mastodon`.
            SettingFollowMastodon "setting_follow_mastodon" Text [];
            /// The label of `meter.allowance_visitors`.
            SettingMeterAllowanceVisitors "setting_meter_allowance_visitors" Text [];
            /// The label of `meter.allowance_registered`.
            SettingMeterAllowanceRegistered "setting_meter_allowance_registered" Text [];
            /// Help below `meter.allowance_registered`.
            SettingMeterAllowanceRegisteredHelp "setting_meter_allowance_registered_help" Text [];
            /// The label of `meter.window`.
            SettingMeterWindow "setting_meter_window" Text [];
            /// Help below `meter.window`.
            SettingMeterWindowHelp "setting_meter_window_help" Text [];
            /// The label of `meter.lifted_by`.
            SettingMeterLiftedBy "setting_meter_lifted_by" Text [];
            /// Help below `meter.lifted_by`.
            SettingMeterLiftedByHelp "setting_meter_lifted_by_help" Text [];
            /// The label of `registration`.
            SettingRegistration "setting_registration" Text [];
            /// The label of `verified_mail`.
            SettingVerifiedMail "setting_verified_mail" Text [];
            /// The choice `optional` of `verified_mail`.
            ChoiceVerifiedMailOptional "choice_verified_mail_optional" Text [];
            /// The choice `required` of `verified_mail`.
            ChoiceVerifiedMailRequired "choice_verified_mail_required" Text [];
            /// The label of `devices_max`.
            SettingDevicesMax "setting_devices_max" Text [];
            /// Help below `devices_max`.
            SettingDevicesMaxHelp "setting_devices_max_help" Text [];
            /// The label of `expired_reader`.
            SettingExpiredReader "setting_expired_reader" Text [];
            /// The choice `metered` of `expired_reader`.
            ChoiceExpiredReaderMetered "choice_expired_reader_metered" Text [];
            /// The choice `walled` of `expired_reader`.
            ChoiceExpiredReaderWalled "choice_expired_reader_walled" Text [];
            /// The label of `new_visitor_budget`.
            SettingNewVisitorBudget "setting_new_visitor_budget" Text [];
            /// Help below `new_visitor_budget`.
            SettingNewVisitorBudgetHelp "setting_new_visitor_budget_help" Text [];
            /// The label of `on_outage`.
            SettingOnOutage "setting_on_outage" Text [];
            /// Help below `on_outage`.
            SettingOnOutageHelp "setting_on_outage_help" Text [];
            /// The choice `teaser` of `on_outage`.
            ChoiceOnOutageTeaser "choice_on_outage_teaser" Text [];
            /// The choice `open` of `on_outage`.
            ChoiceOnOutageOpen "choice_on_outage_open" Text [];
            /// The label of `crawlers.search`.
            SettingCrawlersSearch "setting_crawlers_search" Text [];
            /// Help below `crawlers.search`.
            SettingCrawlersSearchHelp "setting_crawlers_search_help" Text [];
            /// The choice `teaser` of `crawlers.search`.
            ChoiceCrawlersSearchTeaser "choice_crawlers_search_teaser" Text [];
            /// The choice `full` of `crawlers.search`.
            ChoiceCrawlersSearchFull "choice_crawlers_search_full" Text [];
            /// The label of `crawlers.ai_training`.
            SettingCrawlersAiTraining "setting_crawlers_ai_training" Text [];
            /// The choice `disallow` of `crawlers.ai_training`.
            ChoiceCrawlersAiTrainingDisallow "choice_crawlers_ai_training_disallow" Text [];
            /// The choice `allow` of `crawlers.ai_training`.
            ChoiceCrawlersAiTrainingAllow "choice_crawlers_ai_training_allow" Text [];
            /// The choice `charge` of `crawlers.ai_training`.
            ChoiceCrawlersAiTrainingCharge "choice_crawlers_ai_training_charge" Text [];
            /// The label of `crawlers.ai_answers`.
            SettingCrawlersAiAnswers "setting_crawlers_ai_answers" Text [];
            /// The choice `allow` of `crawlers.ai_answers`.
            ChoiceCrawlersAiAnswersAllow "choice_crawlers_ai_answers_allow" Text [];
            /// The choice `disallow` of `crawlers.ai_answers`.
            ChoiceCrawlersAiAnswersDisallow "choice_crawlers_ai_answers_disallow" Text [];
            /// The choice `charge` of `crawlers.ai_answers`.
            ChoiceCrawlersAiAnswersCharge "choice_crawlers_ai_answers_charge" Text [];
            /// The label of `crawlers.ai_terms`.
            SettingCrawlersAiTerms "setting_crawlers_ai_terms" Text [];
            /// The label of `crawlers.content_usage`.
            SettingCrawlersContentUsage "setting_crawlers_content_usage" Text [];
            /// Help below `crawlers.content_usage`.
            SettingCrawlersContentUsageHelp "setting_crawlers_content_usage_help" Text [];
            /// The label of `crawlers.licence`.
            SettingCrawlersLicence "setting_crawlers_licence" Text [];
            /// Help below `crawlers.licence`.
            SettingCrawlersLicenceHelp "setting_crawlers_licence_help" Text [];
            /// The label of `opening`.
            SettingOpening "setting_opening" Text [];
            /// Help below `opening`.
            SettingOpeningHelp "setting_opening_help" Text [];
            /// The choice `reading` of `opening`.
            ChoiceOpeningReading "choice_opening_reading" Text [];
            /// The choice `ask` of `opening`.
            ChoiceOpeningAsk "choice_opening_ask" Text [];
            /// The label of `cache_in_front`.
            SettingCacheInFront "setting_cache_in_front" Text [];
            /// Help below `cache_in_front`.
            SettingCacheInFrontHelp "setting_cache_in_front_help" Text [];
            /// The choice `none` of `cache_in_front`.
            ChoiceCacheInFrontNone "choice_cache_in_front_none" Text [];
            /// The choice `respects_cookies` of `cache_in_front`.
            ChoiceCacheInFrontRespectsCookies "choice_cache_in_front_respects_cookies" Text [];
            /// The choice `blind` of `cache_in_front`.
            ChoiceCacheInFrontBlind "choice_cache_in_front_blind" Text [];
            /// The label of `shared_cache_seconds`.
            SettingSharedCacheSeconds "setting_shared_cache_seconds" Text [];
            /// Help below `shared_cache_seconds`.
            SettingSharedCacheSecondsHelp "setting_shared_cache_seconds_help" Text [];
            /// The label of `slots.front`.
            SettingSlotsFront "setting_slots_front" Text [];
            /// Help below `slots.front`.
            SettingSlotsFrontHelp "setting_slots_front_help" Text [];
            /// The choice `house` of `slots.front`.
            ChoiceSlotsFrontHouse "choice_slots_front_house" Text [];
            /// The label of `slots.section`.
            SettingSlotsSection "setting_slots_section" Text [];
            /// Help below `slots.section`.
            SettingSlotsSectionHelp "setting_slots_section_help" Text [];
            /// The choice `house` of `slots.section`.
            ChoiceSlotsSectionHouse "choice_slots_section_house" Text [];
            /// The label of `slots.article`.
            SettingSlotsArticle "setting_slots_article" Text [];
            /// Help below `slots.article`.
            SettingSlotsArticleHelp "setting_slots_article_help" Text [];
            /// The choice `house` of `slots.article`.
            ChoiceSlotsArticleHouse "choice_slots_article_house" Text [];
            /// The label of `slots.third_parties`.
            SettingSlotsThirdParties "setting_slots_third_parties" Text [];
            /// Help below `slots.third_parties`.
            SettingSlotsThirdPartiesHelp "setting_slots_third_parties_help" Text [];
            /// The label of `subscribe_url`.
            SettingSubscribeUrl "setting_subscribe_url" Text [];
            /// Help below `subscribe_url`.
            SettingSubscribeUrlHelp "setting_subscribe_url_help" Text [];
            /// The label of `contact_mail`.
            SettingContactMail "setting_contact_mail" Text [];
            /// The label of `benefits`.
            SettingBenefits "setting_benefits" Text [];
            /// Help below `benefits`.
            SettingBenefitsHelp "setting_benefits_help" Text [];
            /// The label of `pitch`.
            SettingPitch "setting_pitch" Text [];
            /// Help below `pitch`.
            SettingPitchHelp "setting_pitch_help" Text [];
            /// The label of `plans`.
            SettingPlans "setting_plans" Text [];
            /// The label of `offers`.
            SettingOffers "setting_offers" Text [];
            /// Help below `offers`.
            SettingOffersHelp "setting_offers_help" Text [];
            /// The label of `tariff_since`.
            SettingTariffSince "setting_tariff_since" Text [];
            /// The label of `withdrawal_days`.
            SettingWithdrawalDays "setting_withdrawal_days" Text [];
            /// Help below `withdrawal_days`.
            SettingWithdrawalDaysHelp "setting_withdrawal_days_help" Text [];
            /// The label of `gifts_a_month`.
            SettingGiftsAMonth "setting_gifts_a_month" Text [];
            /// The label of `newsletters`.
            SettingNewsletters "setting_newsletters" Text [];
            /// The label of `invoices.offered`.
            SettingInvoicesOffered "setting_invoices_offered" Text [];
            /// The label of `invoices.payee`.
            SettingInvoicesPayee "setting_invoices_payee" Text [];
            /// Help below `invoices.payee`.
            SettingInvoicesPayeeHelp "setting_invoices_payee_help" Text [];
            /// The label of `invoices.pay_to`.
            SettingInvoicesPayTo "setting_invoices_pay_to" Text [];
            /// Help below `invoices.pay_to`.
            SettingInvoicesPayToHelp "setting_invoices_pay_to_help" Text [];
            /// The label of `invoices.tax`.
            SettingInvoicesTax "setting_invoices_tax" Text [];
            /// Help below `invoices.tax`.
            SettingInvoicesTaxHelp "setting_invoices_tax_help" Text [];
            /// The label of `invoices.days`.
            SettingInvoicesDays "setting_invoices_days" Text [];
            /// The label of `invoices.plans`.
            SettingInvoicesPlans "setting_invoices_plans" Text [];
            /// Help below `invoices.plans`.
            SettingInvoicesPlansHelp "setting_invoices_plans_help" Text [];
            /// The label of `invoices.periods`.
            SettingInvoicesPeriods "setting_invoices_periods" Text [];
            /// The choice `year` of `invoices.periods`.
            ChoiceInvoicesPeriodsYear "choice_invoices_periods_year" Text [];
            /// The choice `month` of `invoices.periods`.
            ChoiceInvoicesPeriodsMonth "choice_invoices_periods_month" Text [];
            /// The choice `both` of `invoices.periods`.
            ChoiceInvoicesPeriodsBoth "choice_invoices_periods_both" Text [];
            /// The label of `invoices.ahead_days`.
            SettingInvoicesAheadDays "setting_invoices_ahead_days" Text [];
            /// Help below `invoices.ahead_days`.
            SettingInvoicesAheadDaysHelp "setting_invoices_ahead_days_help" Text [];
            /// The label of `invoices.grace_days`.
            SettingInvoicesGraceDays "setting_invoices_grace_days" Text [];
            /// Help below `invoices.grace_days`.
            SettingInvoicesGraceDaysHelp "setting_invoices_grace_days_help" Text [];
            /// The choice `off`, of every setting that has it.
            ChoiceOff "choice_off" Text [];
            /// The choice `on`, of every setting that has it.
            ChoiceOn "choice_on" Text [];
            /// The field `slug` of `[[plans]]`.
            FieldPlansSlug "field_plans_slug" Text [];
            /// Help below the field `slug` of `[[plans]]`.
            FieldPlansSlugHelp "field_plans_slug_help" Text [];
            /// The field `name` of `[[plans]]`.
            FieldPlansName "field_plans_name" Text [];
            /// The field `summary` of `[[plans]]`.
            FieldPlansSummary "field_plans_summary" Text [];
            /// The field `opens` of `[[plans]]`.
            FieldPlansOpens "field_plans_opens" Text [];
            /// Help below the field `opens` of `[[plans]]`.
            FieldPlansOpensHelp "field_plans_opens_help" Text [];
            /// The field `currency` of `[[plans]]`.
            FieldPlansCurrency "field_plans_currency" Text [];
            /// Help below the field `currency` of `[[plans]]`.
            FieldPlansCurrencyHelp "field_plans_currency_help" Text [];
            /// The field `monthly` of `[[plans]]`.
            FieldPlansMonthly "field_plans_monthly" Text [];
            /// The field `yearly` of `[[plans]]`.
            FieldPlansYearly "field_plans_yearly" Text [];
            /// Help below the field `yearly` of `[[plans]]`.
            FieldPlansYearlyHelp "field_plans_yearly_help" Text [];
            /// The field `print` of `[[plans]]`.
            FieldPlansPrint "field_plans_print" Text [];
            /// The field `seats` of `[[plans]]`.
            FieldPlansSeats "field_plans_seats" Text [];
            /// Help below the field `seats` of `[[plans]]`.
            FieldPlansSeatsHelp "field_plans_seats_help" Text [];
            /// The field `asks` of `[[plans]]`.
            FieldPlansAsks "field_plans_asks" Text [];
            /// Help below the field `asks` of `[[plans]]`.
            FieldPlansAsksHelp "field_plans_asks_help" Text [];
            /// The field `plan` of `[[offers]]`.
            FieldOffersPlan "field_offers_plan" Text [];
            /// The field `slug` of `[[offers]]`.
            FieldOffersSlug "field_offers_slug" Text [];
            /// Help below the field `slug` of `[[offers]]`.
            FieldOffersSlugHelp "field_offers_slug_help" Text [];
            /// The field `intro` of `[[offers]]`.
            FieldOffersIntro "field_offers_intro" Text [];
            /// Help below the field `intro` of `[[offers]]`.
            FieldOffersIntroHelp "field_offers_intro_help" Text [];
            /// The field `percent` of `[[offers]]`.
            FieldOffersPercent "field_offers_percent" Text [];
            /// Help below the field `percent` of `[[offers]]`.
            FieldOffersPercentHelp "field_offers_percent_help" Text [];
            /// The field `months` of `[[offers]]`.
            FieldOffersMonths "field_offers_months" Text [];
            /// Help below the field `months` of `[[offers]]`.
            FieldOffersMonthsHelp "field_offers_months_help" Text [];
            /// The field `trial_days` of `[[offers]]`.
            FieldOffersTrialDays "field_offers_trial_days" Text [];
            /// Help below the field `trial_days` of `[[offers]]`.
            FieldOffersTrialDaysHelp "field_offers_trial_days_help" Text [];
            /// The field `starts_on` of `[[offers]]`.
            FieldOffersStartsOn "field_offers_starts_on" Text [];
            /// The field `starts_at` of `[[offers]]`.
            FieldOffersStartsAt "field_offers_starts_at" Text [];
            /// Help below the field `starts_at` of `[[offers]]`.
            FieldOffersStartsAtHelp "field_offers_starts_at_help" Text [];
            /// The field `ends_on` of `[[offers]]`.
            FieldOffersEndsOn "field_offers_ends_on" Text [];
            /// Help below the field `ends_on` of `[[offers]]`.
            FieldOffersEndsOnHelp "field_offers_ends_on_help" Text [];
            /// The field `ends_at` of `[[offers]]`.
            FieldOffersEndsAt "field_offers_ends_at" Text [];
            /// Help below the field `ends_at` of `[[offers]]`.
            FieldOffersEndsAtHelp "field_offers_ends_at_help" Text [];
            /// The field `audience` of `[[offers]]`.
            FieldOffersAudience "field_offers_audience" Text [];
            /// Help below the field `audience` of `[[offers]]`.
            FieldOffersAudienceHelp "field_offers_audience_help" Text [];
            /// The field `once` of `[[offers]]`.
            FieldOffersOnce "field_offers_once" Text [];
            /// Help below the field `once` of `[[offers]]`.
            FieldOffersOnceHelp "field_offers_once_help" Text [];
            /// The field `slug` of `[[newsletters]]`.
            FieldNewslettersSlug "field_newsletters_slug" Text [];
            /// Help below the field `slug` of `[[newsletters]]`.
            FieldNewslettersSlugHelp "field_newsletters_slug_help" Text [];
            /// The field `name` of `[[newsletters]]`.
            FieldNewslettersName "field_newsletters_name" Text [];
            /// The field `summary` of `[[newsletters]]`.
            FieldNewslettersSummary "field_newsletters_summary" Text [];
            $($others)*
        }
    };
}
