//! Every message that readers meet, by a typed key: a message that a table lacks is a failing test, and a message
//! that nobody declared cannot be asked for. It never holds the words themselves.

#[macro_use]
mod account;
#[macro_use]
mod desk;
#[macro_use]
mod editor;
#[macro_use]
mod given;
#[macro_use]
mod help;
#[macro_use]
mod invoices;
#[macro_use]
mod letters;
#[macro_use]
mod machines;
#[macro_use]
mod numbers;
#[macro_use]
mod rights;
#[macro_use]
mod seats;
#[macro_use]
mod selling;
#[macro_use]
mod setting_labels;
#[macro_use]
mod settings;
mod slots;
#[macro_use]
mod trials;
#[macro_use]
mod ways_in;

use std::collections::BTreeMap;
use std::sync::LazyLock;

pub use slots::{Form, Slot};

macro_rules! keys {
    ($($(#[doc = $meaning:literal])+ $key:ident $name:literal $form:ident [$($slot:ident)*];)+) => {
        /// A message. The documentation of each variant says where readers meet it.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub enum Key {
            $($(#[doc = $meaning])+ $key,)+
        }

        impl Key {
            /// All messages, in the order in which they are declared.
            pub const ALL: &'static [Self] = &[$(Self::$key,)+];

            /// Its name in the tables, in templates and in the paper's own wordings.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$key => $name,)+ }
            }

            /// Whether it has plural forms.
            #[must_use]
            pub const fn form(self) -> Form {
                match self { $(Self::$key => Form::$form,)+ }
            }

            /// The slots that it may use. A wording may leave one out; it cannot use another.
            #[must_use]
            pub const fn slots(self) -> &'static [Slot] {
                match self { $(Self::$key => &[$(Slot::$slot),*],)+ }
            }

            /// Where readers meet it.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$key => concat!($($meaning),+).trim(),)+ }
            }
        }
    };
}

letter_keys! { setting_label_keys! {
    // Periods, small numbers, dates.
    /// The meter's period, where it is a calendar month.
    SpanMonth "span_month" Text [];
    /// The meter's period, where it is a number of days.
    SpanDays "span_days" Plural [Count];
    /// The number 1 as a word, inside a sentence.
    NumberOne "number_one" Text [];
    /// The number 2 as a word.
    NumberTwo "number_two" Text [];
    /// The number 3 as a word.
    NumberThree "number_three" Text [];
    /// The number 4 as a word.
    NumberFour "number_four" Text [];
    /// The number 5 as a word.
    NumberFive "number_five" Text [];
    /// The number 6 as a word.
    NumberSix "number_six" Text [];
    /// The number 7 as a word.
    NumberSeven "number_seven" Text [];
    /// The number 8 as a word.
    NumberEight "number_eight" Text [];
    /// The number 9 as a word.
    NumberNine "number_nine" Text [];
    /// The number 10 as a word.
    NumberTen "number_ten" Text [];
    /// A time on the day before today.
    YesterdayAt "yesterday_at" Text [Time];
    /// A day and a time.
    DateAndTime "date_and_time" Text [Date Time];
    /// The line beside the paper's name, where its place is known.
    PlaceAndDate "place_and_date" Text [Place Date];

    // Opening an article.
    /// The line under the byline before the article is opened.
    OpensWith "opens_with" Text [];
    /// Above the button, before anything was read.
    FreeAtStart "free_at_start" Plural [Count Span];
    /// How many are left: the notice's line.
    Left "left" Plural [Count Span];
    /// Above the button: how many are left after this one.
    Leaves "leaves" Plural [Count];
    /// Above the button, where this is the last one.
    LeavesNone "leaves_none" Text [];
    /// The button that opens the article.
    OpenArticle "open_article" Text [];
    /// The name of the region that the rest of the article takes.
    RestOfArticle "rest_of_article" Text [];
    /// After 400 ms of waiting.
    OpeningWait "opening_wait" Text [];
    /// After an error, where certainly nothing was counted.
    OpeningFailed "opening_failed" Text [];
    /// After a time-out, where nobody knows.
    OpeningUnsure "opening_unsure" Text [];
    /// The button after an error.
    OpeningAgain "opening_again" Text [];
    /// Printed in place of the rest, before the article was opened.
    PrintTeaser "print_teaser" Text [];
    /// Heading for somebody whose browser keeps no cookies.
    CookiesHeading "cookies_heading" Text [];
    /// What to do about it.
    CookiesText "cookies_text" Text [];
    /// Where the page's script does not run.
    NoScriptText "no_script_text" Text [];
    /// Heading where the record of readings does not answer.
    StoreDownHeading "store_down_heading" Text [];
    /// What to do about it.
    StoreDownText "store_down_text" Text [];

    // Notices.
    /// In the bar, with two left.
    SubscribeForAll "subscribe_for_all" Text [];
    /// In the bar, with one left.
    CountStartsAgain "count_starts_again" Text [Date];
    /// On the last article of the window.
    LastOne "last_one" Text [Span];
    /// On the last article: until when it stays open.
    StaysOpen "stays_open" Text [Date];
    /// A trial is over and readings are left.
    TrialEnded "trial_ended" Text [Date];
    /// A subscription is over and readings are left.
    SubscriptionEnded "subscription_ended" Text [Date];
    /// After either: how many are left.
    StillHave "still_have" Plural [Count Span];
    /// A payment failed; access stays for a while.
    CardDeclined "card_declined" Text [Date];
    /// Until when.
    KeepAccess "keep_access" Text [Date];
    /// A button.
    GetUnlimited "get_unlimited" Text [];
    /// A link.
    SeeAllOffers "see_all_offers" Text [];
    /// The button on a failed payment in grace.
    UpdateCard "update_card" Text [];
    /// The bar's name, for assistive technology.
    BarLabel "bar_label" Text [];
    /// The bar's cross.
    Close "close" Text [];
    /// Announced when an article was opened.
    StatusOpened "status_opened" Text [];
    /// Announced after it.
    StatusLeft "status_left" Plural [Count Span];
    /// Announced after it, with none left.
    StatusNoneLeft "status_none_left" Text [Span];

    // Walls.
    /// Heading: the allowance is used up. The number is what was read.
    UsedUpHeading "used_up_heading" Plural [Count Span];
    /// When the next ones come. The number is the allowance.
    UsedUpNext "used_up_next" Plural [Count Number Date];
    /// What was opened stays open until that day. The number is what was read.
    UsedUpKept "used_up_kept" Plural [Count];
    /// Heading of a subscribers' article.
    SubscribersHeading "subscribers_heading" Text [];
    /// How many are left, and that they do not open this one.
    SubscribersLeft "subscribers_left" Plural [Count Span];
    /// About the paper, where it has set no line of its own.
    Pitch "pitch" Text [];
    /// Opens the list of benefits.
    NeedSubscription "need_subscription" Text [];
    /// Heading after a trial.
    TrialHeading "trial_heading" Text [];
    /// When it ended, where nothing was charged.
    TrialEndedUncharged "trial_ended_uncharged" Text [Date];
    /// When it ended, where something was.
    TrialEndedOn "trial_ended_on" Text [Date];
    /// Heading after a subscription.
    SubscriptionHeading "subscription_heading" Text [Paper];
    /// Heading where a renewal could not be paid.
    PaymentFailedHeading "payment_failed_heading" Text [];
    /// When it ended.
    SubscriptionEndedOn "subscription_ended_on" Text [Date];
    /// After a subscription.
    SettingsKept "settings_kept" Text [];
    /// The button where a renewal could not be paid.
    UpdatePayment "update_payment" Text [];
    /// The button after a trial.
    SeeOffersAndSubscribe "see_offers_and_subscribe" Text [];
    /// Heading: registering opens that many more.
    RegisterMore "register_more" Plural [Count];
    /// Heading of an article for registered readers.
    RegisteredOnly "registered_only" Text [];
    /// What registering asks and does.
    RegisterTerms "register_terms" Text [];
    /// The button.
    Register "register" Text [];
    /// Where a paper does not register readers yet.
    RegistrationClosed "registration_closed" Text [];
    /// What to do then.
    RegistrationWrite "registration_write" Text [];
    /// Heading: the mail address has to be proven.
    VerifyHeading "verify_heading" Text [];
    /// How.
    VerifyText "verify_text" Text [];
    /// The button.
    VerifyAction "verify_action" Text [];
    /// Heading: many new visitors from one network.
    NetworkHeading "network_heading" Text [];
    /// What to do.
    NetworkText "network_text" Text [];
    /// What to do where registering is not possible.
    NetworkClosed "network_closed" Text [];
    /// That it is not the reader's fault.
    NetworkReason "network_reason" Text [];
    /// A benefit.
    BenefitRead "benefit_read" Text [];
    /// A benefit.
    BenefitDevices "benefit_devices" Text [];
    /// A benefit, where readers have accounts.
    BenefitGift "benefit_gift" Text [];
    /// A benefit, where a plan comes with the printed paper.
    BenefitPrint "benefit_print" Text [];
    /// The offer: what the first months cost together.
    TryMonths "try_months" Plural [Count Price];
    /// What it costs after that.
    ThenMonthly "then_monthly" Text [Price];
    /// The price where there is no offer.
    SubscribeMonthly "subscribe_monthly" Text [Price];
    /// Under the price.
    CancelOnline "cancel_online" Text [];
    /// When an offer ends, without a full stop.
    OfferEnds "offer_ends" Text [Date];
    /// On its last day, without a full stop.
    OfferEndsToday "offer_ends_today" Text [City];
    /// It ended between the page and the payment.
    OfferLapsed "offer_lapsed" Text [];
    /// What it costs now.
    PriceNow "price_now" Text [Price];
    /// That no money moved.
    NothingCharged "nothing_charged" Text [];
    /// The picture of the devices.
    PictureAlt "picture_alt" Text [Paper];
    /// The same with a printed sheet.
    PictureAltPrint "picture_alt_print" Text [Paper];
    /// At the foot of every wall.
    AlreadySubscriber "already_subscriber" Text [];
    /// The link after it.
    SignInBack "sign_in_back" Text [];
    /// The link after it, until readers have accounts.
    WriteToLetIn "write_to_let_in" Text [];
    /// The link to the explanation of a wall.
    WhyThis "why_this" Text [];
    /// Before a wall's code.
    Code "code" Text [];

    // Offers.
    /// Heading of the tariff.
    OffersHeading "offers_heading" Text [Paper];
    /// Under it.
    OffersStandfirst "offers_standfirst" Text [];
    /// Column: the plan.
    RateColumn "rate_column" Text [];
    /// Column: what opens.
    OpensColumn "opens_column" Text [];
    /// Column: the first period.
    FirstColumn "first_column" Text [];
    /// Column: what it costs then.
    ThenColumn "then_column" Text [];
    /// Column: the price by the year.
    YearColumn "year_column" Text [];
    /// Column of the buttons, for assistive technology.
    ChooseColumn "choose_column" Text [];
    /// A button.
    ChoosePlan "choose_plan" Text [Plan];
    /// Under an amount: for how long.
    ForMonths "for_months" Plural [Count];
    /// Under an amount without an offer.
    FirstMonth "first_month" Text [];
    /// Under a monthly amount.
    PerMonth "per_month" Text [];
    /// Under a yearly amount: what that is by the month.
    PricePerMonth "price_per_month" Text [Price];
    /// In place of a price that does not exist, for assistive technology.
    NoYearly "no_yearly" Text [];
    /// Beside the tariff; a date follows on the next line.
    TariffSince "tariff_since" Text [];
    /// Heading.
    WhatHappensWhen "what_happens_when" Text [];
    /// The first row.
    TodayDate "today_date" Text [Date];
    /// What happens today.
    PayToday "pay_today" Text [Price];
    /// A week before the first period ends.
    WeWrite "we_write" Text [];
    /// When it ends; the day is in every month.
    PayAgainOn "pay_again_on" Text [Price Day];
    /// When it ends, on the 29th, 30th or 31st.
    PayAgain "pay_again" Text [Price];
    /// The last row.
    CancelDay "cancel_day" Text [];
    /// How to cancel.
    CancelHow "cancel_how" Text [];
    /// How to cancel until readers have accounts.
    CancelHowByMail "cancel_how_by_mail" Text [];
    /// Heading.
    Questions "questions" Text [];

    // The page around an article.
    /// The first link of every page.
    Skip "skip" Text [];
    /// The menu, and a heading in the footer.
    Sections "sections" Text [];
    /// A link and a button.
    Search "search" Text [];
    /// Heading of a search's results.
    SearchFor "search_for" Text [Query];
    /// Where a search finds nothing.
    SearchNothing "search_nothing" Text [];
    /// How many articles a search found.
    SearchFound "search_found" Plural [Count Query];
    /// Where a search found more articles than are counted: a thousand.
    SearchFoundMany "search_found_many" Text [Query];
    /// Before another spelling of what was searched for.
    SearchMeant "search_meant" Text [Query];
    /// Under the field: what may be written there.
    SearchHint "search_hint" Text [];
    /// A search without a word.
    SearchNoWord "search_no_word" Text [];
    /// A search with too many characters or words: two hundred and sixteen are allowed.
    SearchTooLong "search_too_long" Text [];
    /// A search that would take too long.
    SearchTooBroad "search_too_broad" Text [];
    /// A search with dates that are none, or in the wrong order.
    SearchDates "search_dates" Text [];
    /// Above the fields that narrow a search down.
    SearchNarrow "search_narrow" Text [];
    /// A field: the section.
    SearchSection "search_section" Text [];
    /// A field: the author.
    SearchAuthor "search_author" Text [];
    /// A field's first choice: all sections, all authors.
    SearchAll "search_all" Text [];
    /// A field: the first day.
    SearchFrom "search_from" Text [];
    /// A field: the last day.
    SearchTo "search_to" Text [];
    /// A field: what comes first.
    SearchOrder "search_order" Text [];
    /// A choice: what fits best.
    SearchByRelevance "search_by_relevance" Text [];
    /// A choice: what is newest.
    SearchByTime "search_by_time" Text [];
    /// A link to the page after.
    SearchNext "search_next" Text [];
    /// A link to the page before.
    SearchPrevious "search_previous" Text [];
    /// A link.
    Subscribe "subscribe" Text [];
    /// A link.
    SignIn "sign_in" Text [];
    /// A link.
    SignOut "sign_out" Text [];
    /// Heading of the newest articles.
    Latest "latest" Text [];
    /// The mark of a subscribers' article.
    Subscribers "subscribers" Text [];
    /// The mark of an article that is being written while it happens.
    LiveSince "live_since" Text [Time];
    /// The mark once that is over.
    LiveEnded "live_ended" Text [];
    /// The byline.
    Byline "byline" Text [Name];
    /// The byline with a place.
    BylineIn "byline_in" Text [Name Place];
    /// Before the last name of a list, with the spaces that belong there.
    ListAnd "list_and" Text [];
    /// Before the time of a change.
    Updated "updated" Text [];
    /// Before a correction.
    Correction "correction" Text [Date];
    /// An entry that was corrected.
    Corrected "corrected" Text [];
    /// An entry that was withdrawn.
    Withdrawn "withdrawn" Text [];
    /// A link.
    ReportError "report_error" Text [];
    /// A link.
    WriteTo "write_to" Text [Name];
    /// Before the tags.
    FiledUnder "filed_under" Text [];
    /// The name of the list of ways to share.
    ShareArticle "share_article" Text [];
    /// A way to share: by mail.
    ShareMail "share_mail" Text [];
    /// A way to share: the address.
    ShareCopy "share_copy" Text [];
    /// After it was copied.
    ShareCopied "share_copied" Text [];
    /// A way to share: on paper.
    SharePrint "share_print" Text [];
    /// A way to share: what the device offers.
    ShareMore "share_more" Text [];
    /// The name of the column beside the text.
    Beside "beside" Text [];
    /// Before the article's own address, in print.
    ThisArticle "this_article" Text [];
    /// Heading of the addresses of links, in print.
    PrintNotes "print_notes" Text [];
    /// A part of a series.
    Part "part" Text [Number];
    /// A link to the part after.
    NextPart "next_part" Text [];
    /// A link to the part before.
    PreviousPart "previous_part" Text [];
    /// The mark of an opinion article.
    Opinion "opinion" Text [];

    // Front page and lists.
    /// The hidden heading of the front page.
    TopStories "top_stories" Text [];
    /// Above the wide graphic.
    GraphicOfTheDay "graphic_of_the_day" Text [];
    /// A heading, and the name of a list's pages.
    More "more" Text [];
    /// A link to older articles.
    Older "older" Text [];
    /// A link to newer articles.
    Newer "newer" Text [];
    /// A list without articles.
    NothingYet "nothing_yet" Text [];
    /// The tide: high water.
    High "high" Text [Time];
    /// The tide: low water.
    Low "low" Text [Time];
    /// Heading of the tide.
    Tide "tide" Text [];
    /// Heading of the market's numbers.
    Market "market" Text [];

    // Pages of lists, the print edition, reports.
    /// A link, and the heading of all years.
    Archive "archive" Text [];
    /// Under that heading.
    ArchiveText "archive_text" Text [];
    /// How many articles a day, a month or an edition has.
    ArticlesNumber "articles_number" Plural [Count];
    /// How many parts a series has.
    PartsNumber "parts_number" Plural [Count];
    /// Above the name of a series.
    SeriesLabel "series_label" Text [];
    /// A link to everybody who writes.
    Authors "authors" Text [];
    /// A link to the day before.
    DayBefore "day_before" Text [];
    /// A link to the day after.
    DayAfter "day_after" Text [];
    /// A link and a heading.
    MostRead "most_read" Text [];
    /// Under that heading: how it is counted.
    MostReadText "most_read_text" Text [];
    /// Heading of the list of a day.
    MostReadDay "most_read_day" Text [];
    /// Heading of the list of a week.
    MostReadWeek "most_read_week" Text [];
    /// Where too little was read for a list.
    MostReadNothing "most_read_nothing" Text [];
    /// A link and a heading.
    Corrections "corrections" Text [];
    /// Under that heading.
    CorrectionsText "corrections_text" Text [];
    /// Where nothing was corrected yet.
    CorrectionsNothing "corrections_nothing" Text [];
    /// A link and a heading: the day for printing.
    Edition "edition" Text [];
    /// The number of the issue.
    EditionNumber "edition_number" Text [Number];
    /// Under its heading, on the screen alone.
    EditionText "edition_text" Text [];
    /// A day on which nothing appeared.
    EditionNothing "edition_nothing" Text [];
    /// Where a day has more articles than an edition holds.
    EditionMore "edition_more" Text [];
    /// In the print edition: before the address of the whole text.
    GoesOn "goes_on" Text [];
    /// Heading of what belongs with an article.
    Related "related" Text [];
    /// The name of the line of links that says where a page stands.
    YouAreHere "you_are_here" Text [];
    /// The first of those links.
    FrontPage "front_page" Text [];
    /// Before the article that a report is about.
    ReportAbout "report_about" Text [];
    /// The name of the field.
    ReportWhat "report_what" Text [];
    /// The name of the field.
    ReportMail "report_mail" Text [];
    /// The button.
    ReportSend "report_send" Text [];
    /// Under the form: what is kept.
    ReportKept "report_kept" Text [];
    /// Heading, after a report was sent.
    ReportThanks "report_thanks" Text [];
    /// Under it.
    ReportThanksText "report_thanks_text" Text [];
    /// After a form without words.
    ReportEmpty "report_empty" Text [];
    /// After a form with too many words.
    ReportLong "report_long" Plural [Count];
    /// After a form whose mail address is none.
    ReportMailWrong "report_mail_wrong" Text [];
    /// After a second report within a minute.
    ReportSoon "report_soon" Text [];
    /// A network has sent its reports of the day.
    ReportMany "report_many" Text [];
    /// Above an advertisement.
    Advertisement "advertisement" Text [];
    /// Under the market's numbers: when they were written.
    MarketAt "market_at" Text [Time];
    /// A link back to an article.
    ToArticle "to_article" Text [];

    // Footer and the plain pages.
    /// Heading in the footer.
    ThePaper "the_paper" Text [];
    /// A link.
    Offers "offers" Text [];
    /// A link.
    About "about" Text [];
    /// Heading of that page.
    AboutPaper "about_paper" Text [Paper];
    /// A link, and the heading of its page.
    WriteToUs "write_to_us" Text [];
    /// Under that heading.
    WriteToUsText "write_to_us_text" Text [];
    /// Before a mail address.
    Mail "mail" Text [];
    /// Before a telephone number.
    Telephone "telephone" Text [];
    /// Before an address.
    Address "address" Text [];
    /// The name of the list of places to follow the paper.
    Follow "follow" Text [];
    /// The name of the feed.
    Feed "feed" Text [];
    /// A link, from a page that is not there.
    ToTheFront "to_the_front" Text [];
    /// 404: heading.
    NotFoundHeading "not_found_heading" Text [];
    /// 404: text.
    NotFoundText "not_found_text" Text [];
    /// 410: heading.
    GoneHeading "gone_heading" Text [];
    /// 410: text.
    GoneText "gone_text" Text [];
    /// 500: heading.
    BrokenHeading "broken_heading" Text [];
    /// 500: text.
    BrokenText "broken_text" Text [];
    /// 503: heading.
    BusyHeading "busy_heading" Text [];
    /// 503: text.
    BusyText "busy_text" Text [];

    // Accounts.
    /// Heading of the page on which somebody signs in or registers.
    SignInOrRegister "sign_in_or_register" Text [];
    /// What happens there.
    SignInText "sign_in_text" Text [];
    /// Under the form: what is kept.
    SignInKept "sign_in_kept" Text [];
    /// The name of the field for a mail address.
    MailAddress "mail_address" Text [];
    /// The button that asks for a code.
    SignInSend "sign_in_send" Text [];
    /// The address is none.
    SignInMailWrong "sign_in_mail_wrong" Text [];
    /// Too many codes were asked for from one network.
    SignInWait "sign_in_wait" Text [];
    /// Several mails are on their way to one address.
    SignInEnough "sign_in_enough" Text [];
    /// The code is on its way: heading.
    SignInSentHeading "sign_in_sent_heading" Text [];
    /// The code is on its way: to which address, and for how long it is good.
    SignInSentText "sign_in_sent_text" Plural [Count Name];
    /// The name of the field for the code.
    SignInCode "sign_in_code" Text [];
    /// The code is another one.
    SignInCodeWrong "sign_in_code_wrong" Plural [Count];
    /// The way to another code.
    SignInAgain "sign_in_again" Text [];
    /// The page behind the link of a mail: heading.
    SignInConfirmHeading "sign_in_confirm_heading" Text [Name];
    /// The page behind the link of a mail: why there is a button.
    SignInConfirmText "sign_in_confirm_text" Text [];
    /// A code or a link that is good no more: heading.
    SignInGoneHeading "sign_in_gone_heading" Text [];
    /// A code or a link that is good no more: why.
    SignInGoneText "sign_in_gone_text" Plural [Count];
    /// The own page: since when.
    ReaderSince "reader_since" Text [Date];
    /// The own page: what the reader wants to be called.
    ReaderName "reader_name" Text [];
    /// A button that keeps what was written.
    Save "save" Text [];
    /// The own page: where the reader is signed in.
    Sessions "sessions" Text [];
    /// The button that ends all sessions.
    SessionsEnd "sessions_end" Text [];
    /// A browser that does not say what it is.
    SomeBrowser "some_browser" Text [];
    /// The own page: what is kept of the reader.
    YourData "your_data" Text [];
    /// The link to all of it.
    DataDownload "data_download" Text [];
    /// What erasing an account does.
    EraseText "erase_text" Text [];
    /// The box that has to be ticked before an account is erased.
    EraseSure "erase_sure" Text [];
    /// The button that erases an account.
    Erase "erase" Text [];

    // Payments.
    /// The page before a payment: heading.
    SubscribeTo "subscribe_to" Text [Plan];
    /// What is charged at once.
    YouPayToday "you_pay_today" Text [Price];
    /// Nothing is charged at once.
    PayNothingToday "pay_nothing_today" Text [];
    /// Until when the first payment is good.
    CoversUntil "covers_until" Text [Date];
    /// What follows, by the month.
    ThenEveryMonth "then_every_month" Text [Date Price];
    /// What follows, by the year.
    ThenEveryYear "then_every_year" Text [Date Price];
    /// Beside the box, by the month.
    AgreeEveryMonth "agree_every_month" Text [Date Price];
    /// Beside the box, by the year.
    AgreeEveryYear "agree_every_year" Text [Date Price];
    /// The box was not ticked.
    AgreeNeeded "agree_needed" Text [];
    /// An offer that is for others.
    OfferNotForYou "offer_not_for_you" Text [];
    /// An offer that the reader has had.
    OfferTaken "offer_taken" Text [];
    /// The button that leads to the payment.
    ToPayment "to_payment" Text [];
    /// Under that button.
    PaymentPage "payment_page" Text [];
    /// The way to the price by the year.
    ByTheYear "by_the_year" Text [Price];
} }

impl Key {
    /// The message of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        BY_NAME.get(name).copied()
    }
}

// Each line of the tables and each field of a form is looked up.
static BY_NAME: LazyLock<BTreeMap<&'static str, Key>> =
    LazyLock::new(|| Key::ALL.iter().map(|key| (key.name(), *key)).collect());
