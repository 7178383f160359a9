//! The messages of the paper's numbers at the desk, and of the letter about them. They are put before whatever the list of all messages
//! holds.

/// Hands these messages on to the list, with those that it is given.
macro_rules! numbers_keys {
    ($($others:tt)*) => {
        trial_keys! {
            /// The pages with the paper's numbers.
            DeskNumbers "desk_numbers" Text [];
            /// The first of them.
            NumbersOverview "numbers_overview" Text [];
            /// Numbers by section.
            NumbersSections "numbers_sections" Text [];
            /// How often a wall was met; also the page about walls and notices.
            NumbersWalls "numbers_walls" Text [];
            /// The page about money.
            NumbersMoney "numbers_money" Text [];
            /// The name of the choice of a time.
            NumbersTimes "numbers_times" Text [];
            /// A choice: so many days up to yesterday.
            NumbersLastDays "numbers_last_days" Text [Number];
            /// The field of a first day.
            NumbersFirst "numbers_first" Text [];
            /// The field of a last day.
            NumbersLast "numbers_last" Text [];
            /// The button for another time.
            NumbersShow "numbers_show" Text [];
            /// A time that cannot be shown.
            NumbersWrongTime "numbers_wrong_time" Text [Number];
            /// The same number in as many days before.
            NumbersBefore "numbers_before" Text [Number];
            /// How many articles were read today so far, and how many walls were met.
            NumbersToday "numbers_today" Text [Number Name];
            /// Opens the table behind a plot.
            NumbersTable "numbers_table" Text [];
            /// A table as a file; the name of the format stays.
            NumbersCsv "numbers_csv" Text [];
            /// Nothing was counted in a time.
            NumbersNone "numbers_none" Text [];
            /// Heading of the plot of both.
            NumbersPlotReads "numbers_plot_reads" Text [];
            /// Heading of the plot of one number.
            NumbersPlotOf "numbers_plot_of" Text [Name];
            /// What a plot shows, for those who do not see it.
            NumbersPlotMost "numbers_plot_most" Text [Name Number Date];
            /// How often an article's page was shown.
            NumbersShown "numbers_shown" Text [];
            /// How often all of an article was opened.
            NumbersWhole "numbers_whole" Text [];
            /// Walls by showings.
            NumbersStopRate "numbers_stop_rate" Text [];
            /// Walls that hold out a subscription.
            NumbersPaidStops "numbers_paid_stops" Text [];
            /// Orders that began at an article and were paid.
            NumbersSold "numbers_sold" Text [];
            /// Sales that began at a wall, by paid stops.
            NumbersConversion "numbers_conversion" Text [];
            /// Readers who registered.
            NumbersRegistered "numbers_registered" Text [];
            /// Trials that began.
            NumbersTrials "numbers_trials" Text [];
            /// Trials that ended.
            NumbersTrialsEnded "numbers_trials_ended" Text [];
            /// Trials that ended and were followed by a payment.
            NumbersBecamePaid "numbers_became_paid" Text [];
            /// The share of those.
            NumbersTrialRate "numbers_trial_rate" Text [];
            /// Paid subscriptions that began.
            NumbersBegun "numbers_begun" Text [];
            /// Paid subscriptions that are held at the end.
            NumbersHeld "numbers_held" Text [];
            /// Paid subscriptions that ended.
            NumbersLost "numbers_lost" Text [];
            /// Lost by held at the beginning.
            NumbersChurn "numbers_churn" Text [];
            /// Subscriptions that were cancelled.
            NumbersCancelled "numbers_cancelled" Text [];
            /// Money that came.
            NumbersCame "numbers_came" Text [];
            /// Money that went back.
            NumbersWent "numbers_went" Text [];
            /// What is left of it.
            NumbersLeft "numbers_left" Text [];
            /// How many payments.
            NumbersPayments "numbers_payments" Text [];
            /// A column: which offer.
            NumbersOffer "numbers_offer" Text [];
            /// A column: which currency.
            NumbersCurrency "numbers_currency" Text [];
            /// A column: which day.
            NumbersDay "numbers_day" Text [];
            /// A column: which article.
            NumbersArticle "numbers_article" Text [];
            /// A column: how often.
            NumbersCount "numbers_count" Text [];
            /// A column: which share of all.
            NumbersShare "numbers_share" Text [];
            /// A column: what was counted.
            NumbersWhat "numbers_what" Text [];
            /// Heading of the table of money.
            NumbersPlans "numbers_plans" Text [];
            /// Heading of a table of days.
            NumbersByDay "numbers_by_day" Text [];
            /// Heading of the articles at which most orders began.
            NumbersSoldAt "numbers_sold_at" Text [];
            /// Heading of the articles with most walls.
            NumbersMostWalls "numbers_most_walls" Text [];
            /// Heading of the table of why articles were open.
            NumbersHow "numbers_how" Text [];
            /// Heading of the table of reasons of walls.
            NumbersReasons "numbers_reasons" Text [];
            /// Heading of the table of notices.
            NumbersNotices "numbers_notices" Text [];
            /// What was counted: the beginning with a button.
            FigureTeaser "figure_teaser" Text [];
            /// The same as the one before: a free article.
            FigureFree "figure_free" Text [];
            /// The same: by registration.
            FigureRegistered "figure_registered" Text [];
            /// The same: by one of the free articles.
            FigureReading "figure_reading" Text [];
            /// The same: opened before; not counted as read.
            FigureAgain "figure_again" Text [];
            /// The same: by a subscription.
            FigureSubscriber "figure_subscriber" Text [];
            /// The same: by a licence.
            FigureInstitution "figure_institution" Text [];
            /// The same: as a gift.
            FigureGift "figure_gift" Text [];
            /// The same: opened because of an outage.
            FigureOutage "figure_outage" Text [];
            /// The same: a notice.
            FigureNoticeLeft "figure_notice_left" Text [];
            /// The same: a notice.
            FigureNoticeFew "figure_notice_few" Text [];
            /// The same: a notice.
            FigureNoticeLast "figure_notice_last" Text [];
            /// The same: a notice.
            FigureNoticeOver "figure_notice_over" Text [];
            /// The same: a notice.
            FigureNoticeGrace "figure_notice_grace" Text [];
            /// The same: a wall.
            FigureWallUsedUp "figure_wall_used_up" Text [];
            /// The same: a wall.
            FigureWallSubscribers "figure_wall_subscribers" Text [];
            /// The same: a wall.
            FigureWallTrialOver "figure_wall_trial_over" Text [];
            /// The same: a wall.
            FigureWallSubscriptionOver "figure_wall_subscription_over" Text [];
            /// The same: a wall.
            FigureWallRegistration "figure_wall_registration" Text [];
            /// The same: a wall.
            FigureWallVerifyMail "figure_wall_verify_mail" Text [];
            /// The same: a wall.
            FigureWallNetwork "figure_wall_network" Text [];
            /// Opens what the words mean.
            NumbersWords "numbers_words" Text [];
            /// What is meant by shown.
            NumbersShownText "numbers_shown_text" Text [];
            /// What is meant by read.
            NumbersWholeText "numbers_whole_text" Text [];
            /// What is meant by the stop rate.
            NumbersStopText "numbers_stop_text" Text [];
            /// What is meant by paid stops and sales.
            NumbersPaidText "numbers_paid_text" Text [];
            /// What is meant by the numbers of readers.
            NumbersReadersText "numbers_readers_text" Text [];
            /// What is meant by revenue.
            NumbersMoneyText "numbers_money_text" Text [];
            /// Walls are more than a tenth of what was shown, and what to do.
            NumbersWarning "numbers_warning" Text [Number];
            /// A cache stands in front.
            NumbersCached "numbers_cached" Text [];
            /// How long single articles are counted.
            NumbersKept "numbers_kept" Text [];
            /// Heading of the choice of the weekly letter.
            NumbersLetter "numbers_letter" Text [];
            /// It comes.
            NumbersLetterOn "numbers_letter_on" Text [];
            /// It does not come.
            NumbersLetterOff "numbers_letter_off" Text [];
            /// The button that stops it.
            NumbersLetterStop "numbers_letter_stop" Text [];
            /// The button that starts it.
            NumbersLetterStart "numbers_letter_start" Text [];
            /// Subject of the weekly letter.
            LetterNumbersSubject "letter_numbers_subject" Text [Paper From Date];
            /// Its first line.
            LetterNumbersText "letter_numbers_text" Text [From Date];
            /// A line of it: a number, and the one before.
            LetterNumbersLine "letter_numbers_line" Text [Number Name];
            /// The link to the page.
            LetterNumbersLink "letter_numbers_link" Text [];
            /// Why it was sent.
            LetterNumbersWhy "letter_numbers_why" Text [Paper];
            $($others)*
        }
    };
}
