//! The outside world, as far as the paper goes out to it. What comes back are plain facts; no rule is made here.

mod authority;
mod calls;
mod fetch;
mod front;
mod hook;
mod mail;
mod names;
pub mod passkeys;
pub mod payments;
mod ranges;
mod webhook;

pub use authority::{Authority, AuthorityAddress, AuthorityError, Issued, Proof};
pub use fetch::{FetchError, Fetcher, is_same_host};
pub use front::{Fetched, Front, FrontError, PAGE_BYTES_MAX};
pub use hook::{
    HOOK_URL_BYTES_MAX, HookAnswer, HookError, HookMessage, Hooks, PrivateAddresses, check_hook,
    may_be_plain, shown_secret, signatures,
};
pub use mail::{
    KEPT_MAX, KeptMails, MAIL_BYTES_MAX, MAIL_LINE_BYTES_MAX, Mail, MailAddressError, MailError,
    Mailer, Patience, Sender, ServerFound, Smtp, SmtpAddress, is_mail_address,
};
pub use names::{
    ANSWERS_MAX, Awaited, Names, NamesError, NoNames, QUESTIONS_MAX, SystemNames, TEXT_BYTES_MAX,
    TEXTS_MAX,
};
pub use ranges::{
    FetchedList, IPV4_BITS_MIN, IPV6_BITS_MIN, LIST_BYTES_MAX, ListError, RANGES_MAX, Ranges,
    RangesError, fetch_list,
};
pub use webhook::{WEBHOOK_SECRET_BYTES_MIN, WEBHOOK_URL_BYTES_MAX, Webhook, WebhookError};
