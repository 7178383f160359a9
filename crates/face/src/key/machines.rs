//! The messages of the desk about machines: tokens, their scopes, webhooks, what they are told, and the log. They are put before whatever the
//! list of all messages holds.

/// Hands these messages on to the list, with those that it is given.
macro_rules! machine_keys {
    ($($others:tt)*) => {
        setting_keys! {
            /// The way to the pages about machines.
            DeskMachines "desk_machines" Text [];
            /// The page of machines’ tokens.
            DeskTokens "desk_tokens" Text [];
            /// What that page is for.
            TokensText "tokens_text" Text [];
            /// There are no tokens.
            TokenNone "token_none" Text [];
            /// The form for a new one, and its button.
            TokenAdd "token_add" Text [];
            /// A field: what a token or a webhook is called.
            TokenName "token_name" Text [];
            /// Below that field.
            TokenNameHelp "token_name_help" Text [];
            /// The boxes with what it may do.
            TokenScopes "token_scopes" Text [];
            /// A field: its last day.
            TokenUntil "token_until" Text [];
            /// Below that field.
            TokenUntilHelp "token_until_help" Text [];
            /// Above a token that was made just now.
            TokenNew "token_new" Text [];
            /// Who made it, and when.
            TokenMadeBy "token_made_by" Text [Name Date];
            /// Until when it is good.
            TokenEnds "token_ends" Text [Date];
            /// Since when it is good no more.
            TokenOver "token_over" Text [Date];
            /// When somebody ended it.
            TokenRevoked "token_revoked" Text [Date];
            /// The day on which it was used last.
            TokenUsed "token_used" Text [Date];
            /// It was never used.
            TokenUnused "token_unused" Text [];
            /// Whoever made it is gone.
            TokenMakerGone "token_maker_gone" Text [];
            /// The button that ends one.
            TokenRevoke "token_revoke" Text [];
            /// A form that cannot be taken.
            TokenWrong "token_wrong" Text [];
            /// There is no room for another one.
            TokensFull "tokens_full" Text [];
            /// What a scope is.
            ScopeArticlesRead "scope_articles_read" Text [];
            /// What a scope is.
            ScopeArticlesReadLocked "scope_articles_read_locked" Text [];
            /// What a scope is.
            ScopeArticlesWrite "scope_articles_write" Text [];
            /// What a scope is.
            ScopeArticlesPublish "scope_articles_publish" Text [];
            /// What a scope is.
            ScopeMediaRead "scope_media_read" Text [];
            /// What a scope is.
            ScopeMediaWrite "scope_media_write" Text [];
            /// What a scope is.
            ScopeReadersRead "scope_readers_read" Text [];
            /// What a scope is.
            ScopeReadersWrite "scope_readers_write" Text [];
            /// What a scope is.
            ScopeSubscriptionsRead "scope_subscriptions_read" Text [];
            /// What a scope is.
            ScopeSettingsRead "scope_settings_read" Text [];
            /// What a scope is.
            ScopeSettingsWrite "scope_settings_write" Text [];
            /// What a scope is.
            ScopeOffersRead "scope_offers_read" Text [];
            /// What a scope is.
            ScopeOffersWrite "scope_offers_write" Text [];
            /// The page of webhooks.
            DeskWebhooks "desk_webhooks" Text [];
            /// What that page is for.
            WebhooksText "webhooks_text" Text [];
            /// There are none.
            WebhookNone "webhook_none" Text [];
            /// The form for a new one, and its button.
            WebhookAdd "webhook_add" Text [];
            /// A field: where messages go.
            WebhookUrl "webhook_url" Text [];
            /// Below that field.
            WebhookUrlHelp "webhook_url_help" Text [];
            /// The boxes with what it is told.
            WebhookEvents "webhook_events" Text [];
            /// A kind of event.
            EventArticlePublished "event_article_published" Text [];
            /// A kind of event.
            EventArticleChanged "event_article_changed" Text [];
            /// A kind of event.
            EventArticleWithdrawn "event_article_withdrawn" Text [];
            /// A kind of event.
            EventReaderRegistered "event_reader_registered" Text [];
            /// A kind of event.
            EventSubscriptionBegun "event_subscription_begun" Text [];
            /// A kind of event.
            EventSubscriptionChanged "event_subscription_changed" Text [];
            /// A kind of event.
            EventSubscriptionEnded "event_subscription_ended" Text [];
            /// A kind of event.
            EventPaymentReceived "event_payment_received" Text [];
            /// A kind of event.
            EventPaymentRefunded "event_payment_refunded" Text [];
            /// A message to try a webhook.
            EventTest "event_test" Text [];
            /// A form that cannot be taken.
            WebhookWrong "webhook_wrong" Text [];
            /// There is no room for another one.
            WebhooksFull "webhooks_full" Text [];
            /// It is told.
            WebhookOn "webhook_on" Text [];
            /// Somebody switched it off.
            WebhookOff "webhook_off" Text [Date];
            /// It was switched off because nothing was taken.
            WebhookOffFailed "webhook_off_failed" Text [Date];
            /// It was switched off because it said that it is gone.
            WebhookOffGone "webhook_off_gone" Text [Date];
            /// Above a secret that was drawn just now.
            WebhookSecretNew "webhook_secret_new" Text [];
            /// The button that draws another secret.
            WebhookRotate "webhook_rotate" Text [];
            /// Beside that button.
            WebhookRotateText "webhook_rotate_text" Text [];
            /// Two secrets sign.
            WebhookFormer "webhook_former" Text [Date];
            /// A button.
            WebhookTest "webhook_test" Text [];
            /// After that.
            WebhookTestSent "webhook_test_sent" Text [];
            /// A message was sent again.
            WebhookAgainSent "webhook_again_sent" Text [];
            /// A button.
            WebhookSwitchOff "webhook_switch_off" Text [];
            /// A button.
            WebhookSwitchOn "webhook_switch_on" Text [];
            /// A button.
            WebhookEnd "webhook_end" Text [];
            /// What was sent: heading.
            WebhookLog "webhook_log" Text [];
            /// Nothing was.
            WebhookLogNone "webhook_log_none" Text [];
            /// A message was taken.
            DeliveryDone "delivery_done" Text [];
            /// A message is tried again.
            DeliveryWaits "delivery_waits" Text [Date];
            /// A message is not tried any more.
            DeliveryGivenUp "delivery_given_up" Text [];
            /// A button.
            DeliveryAgain "delivery_again" Text [];
            /// A try without an answer.
            DeliveryNoAnswer "delivery_no_answer" Text [];
            /// A word of the record.
            DeedMadeToken "deed_made_token" Text [];
            /// A word of the record.
            DeedRevokedToken "deed_revoked_token" Text [];
            /// A word of the record.
            DeedMadeWebhook "deed_made_webhook" Text [];
            /// A word of the record.
            DeedChangedWebhook "deed_changed_webhook" Text [];
            /// A word of the record.
            DeedEndedWebhook "deed_ended_webhook" Text [];
            /// The letter about a webhook that was switched off: subject.
            LetterWebhookSubject "letter_webhook_subject" Text [Name Paper];
            /// What happened.
            LetterWebhookText "letter_webhook_text" Text [Name];
            /// The way there.
            LetterWebhookLink "letter_webhook_link" Text [];
            /// Why this mail was sent.
            LetterWebhookWhy "letter_webhook_why" Text [Paper];
            $($others)*
        }
    };
}
