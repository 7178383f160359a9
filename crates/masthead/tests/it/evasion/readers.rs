//! People with an account, as rows name them. Each signs in with a code and pays at the cashier, over the paper's own
//! pages; what takes time (a trial that is over, a card that failed) the demo has lived through with the same cashier.
//! Nothing is written into the store behind the paper's back.

use super::worlds::{ARTICLE, Asker, FREE, World};
use crate::ask::Ask;
use crate::jar::Jar;

/// How many articles a reader may open in one window: twice what a visitor may.
pub(crate) const READER_S: usize = 10;
/// What readers have opened who have none left: neither an article that rows ask for, nor the one for counting.
const OPENED_BY_READER: [&str; READER_S] =
    ["m03", "m04", "m05", "m06", "m07", "m08", "m09", "m10", "m11", "japa"];
/// Articles that nobody may have, whatever is paid: under embargo, and withdrawn.
const NOBODY_S: [&str; 2] = ["emba", "goni"];

/// What a name stands for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Account {
    Registered,
    /// With so many readings left.
    Left(usize),
    Subscriber,
    /// Of a plan that opens other articles.
    OtherPlan,
    Cancelled,
    Trial,
    Grace,
    Lapsed,
    /// The same, with none left.
    LapsedOut,
    TrialOver,
    PaymentFailed,
    Refunded,
    SignedOut,
    Erased,
    Seated,
    FormerSeat,
    Given,
}

/// Names of people with accounts. Words stand apart by `-`; [`Account::named`] takes other signs for it.
const NAMES: &[(Account, &[&str])] = &[
    (
        Account::Registered,
        &[
            "registered",
            "reader",
            "account",
            "signed-in",
            "logged-in",
            "member",
            "free-tier",
            "attacker",
            "registered-reader",
        ],
    ),
    (
        Account::Left(0),
        &[
            "registered-exhausted",
            "registered-none-left",
            "registered-used-up",
            "reader-exhausted",
            "reader-none-left",
            "exhausted-reader",
            "exhausted-registered",
        ],
    ),
    (
        Account::Left(1),
        &["registered-one-left", "reader-one-left", "one-left-registered", "one-left-reader"],
    ),
    (
        Account::Subscriber,
        &[
            "subscriber",
            "subscribed",
            "paid",
            "paying",
            "active",
            "giver",
            "owner",
            "stolen",
            "stolen-session",
            "copied",
            "copied-session",
            "shared-account",
        ],
    ),
    (
        Account::OtherPlan,
        &[
            "other-plan",
            "wrong-plan",
            "section-subscriber",
            "one-section",
            "other-entitlement",
            "wrong-entitlement",
            "without-entitlement",
            "basic",
        ],
    ),
    (Account::Cancelled, &["cancelled", "canceled", "cancelling", "cancelled-subscriber"]),
    (Account::Trial, &["trial", "trialist", "on-trial", "trialing", "in-trial"]),
    (Account::Grace, &["grace", "in-grace", "past-due", "dunning"]),
    (
        Account::Lapsed,
        &[
            "lapsed",
            "expired",
            "former",
            "churned",
            "ended",
            "ex-subscriber",
            "former-subscriber",
            "expired-subscriber",
            "lapsed-subscriber",
            "subscription-over",
        ],
    ),
    (Account::LapsedOut, &["lapsed-exhausted", "lapsed-none-left", "expired-exhausted"]),
    (
        Account::TrialOver,
        &[
            "expired-trial",
            "trial-expired",
            "trial-over",
            "trial-ended",
            "ended-trial",
            "former-trial",
            "lapsed-trial",
        ],
    ),
    (Account::PaymentFailed, &["payment-failed", "failed-payment", "unpaid", "declined"]),
    (Account::Refunded, &["refunded", "withdrawn", "charged-back"]),
    (
        Account::SignedOut,
        &[
            "logged-out",
            "signed-out",
            "logout",
            "ended-session",
            "revoked",
            "revoked-session",
            "old-session",
        ],
    ),
    (Account::Erased, &["erased", "deleted", "erased-account", "deleted-account"]),
    (Account::Seated, &["seat", "seated", "group", "family", "household"]),
    (Account::FormerSeat, &["former-seat", "left-seat", "lost-seat", "ended-seat"]),
    (
        Account::Given,
        &["gift", "gifted", "given", "friend", "gift-recipient", "gift-holder", "holder"],
    ),
];

impl Account {
    pub(crate) fn named(name: &str) -> Option<Self> {
        let name = name.to_lowercase().replace(['_', ' '], "-");
        NAMES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(account, _)| *account)
    }

    /// Whether whoever it is can open more articles, so that no two rows may be the same person.
    fn is_spent(self) -> bool {
        matches!(
            self,
            Self::Registered
                | Self::Left(1..)
                | Self::OtherPlan
                | Self::Lapsed
                | Self::TrialOver
                | Self::PaymentFailed
                | Self::FormerSeat
        )
    }
}

impl World {
    /// Somebody with an account.
    pub(crate) fn account(&self, account: Account) -> Asker {
        if let Some(known) = self.cast.borrow().get(&account)
            && (!account.is_spent() || self.is_untouched(known))
        {
            return known.clone();
        }
        let asker = self.new_account(account);
        self.cast.borrow_mut().insert(account, asker.clone());
        asker
    }

    fn is_untouched(&self, asker: &Asker) -> bool {
        Some(self.paper.left(&asker.jar) as usize) == asker.left
    }

    fn new_account(&self, account: Account) -> Asker {
        let paper = &self.paper;
        let mut jar = Jar::default();
        let mail = self.new_mail();
        let reader = |jar, left| Asker { jar, may: vec![FREE, "regi"], left, absent: None };
        let paid = |jar| Asker { jar, may: self.all(), left: None, absent: None };
        let lived = |state: &str| {
            let mut jar = Jar::default();
            paper.become_one(&mut jar, state);
            jar
        };
        // Whoever had the cookies of somebody else, and has them still.
        let stale = |jar| Asker { jar, may: vec![FREE], left: None, absent: None };
        match account {
            Account::Registered => {
                paper.sign_in(&mut jar, &mail);
                reader(jar, Some(READER_S))
            }
            Account::Left(left) => {
                paper.sign_in(&mut jar, &mail);
                self.opened_by(reader(jar, Some(READER_S)), left)
            }
            Account::Subscriber => {
                paper.subscriber(&mut jar, &mail, "good");
                paid(jar)
            }
            Account::OtherPlan => {
                paper.subscriber_of("voices", &mut jar, &mail, "good");
                reader(jar, Some(READER_S))
            }
            Account::Cancelled => {
                paper.subscriber(&mut jar, &mail, "good");
                paper.send(&mut jar, Ask::fields("/account/cancellation", &[]));
                paid(jar)
            }
            Account::Trial => paid(lived("trial")),
            Account::Grace => paid(lived("in-grace")),
            Account::Lapsed => reader(lived("subscription-over"), Some(READER_S)),
            Account::LapsedOut => {
                self.opened_by(reader(lived("subscription-over"), Some(READER_S)), 0)
            }
            Account::TrialOver => reader(lived("trial-over"), Some(READER_S)),
            Account::PaymentFailed => reader(lived("payment-failed"), Some(READER_S)),
            Account::Refunded => {
                paper.subscriber(&mut jar, crate::rights::MAIL, "good");
                paper.withdraw(&mut jar);
                reader(jar, Some(READER_S))
            }
            Account::SignedOut => {
                paper.subscriber(&mut jar, &mail, "good");
                let kept = jar.clone();
                paper.send(&mut jar, Ask::fields("/sign-out", &[]));
                stale(kept)
            }
            Account::Erased => {
                paper.sign_in(&mut jar, &mail);
                let kept = jar.clone();
                paper.send(&mut jar, Ask::fields("/account/erasure", &[("sure", "yes")]));
                stale(kept)
            }
            Account::Seated => paid(self.seated(&mail)),
            Account::FormerSeat => {
                let mut jar = self.seated(&mail);
                paper.send(&mut jar, Ask::fields("/account/seats", &[("act", "leave")]));
                reader(jar, Some(READER_S))
            }
            Account::Given => {
                let link = self.gift(ARTICLE);
                let opened = paper.open_gift(&mut jar, &link);
                assert!(opened.status.is_redirection(), "{link}: {}", opened.text());
                Asker { jar, may: vec![FREE, ARTICLE], left: None, absent: None }
            }
        }
    }

    /// The same reader with so many left.
    fn opened_by(&self, mut reader: Asker, left: usize) -> Asker {
        let opened = &OPENED_BY_READER[..READER_S - left];
        for code in opened {
            let reply = self.paper.read(&mut reader.jar, code);
            assert!(self.paper.is_whole(&reply, code), "{code}");
        }
        reader.may.extend(opened);
        reader.left = Some(left);
        reader
    }

    /// An address that nobody has registered with.
    pub(crate) fn new_mail(&self) -> String {
        self.mails.set(self.mails.get() + 1);
        format!("reader{}@reader.example", self.mails.get())
    }

    /// Everything that a subscriber may read.
    pub(crate) fn all(&self) -> Vec<&'static str> {
        let codes = self.paper.sheets.iter().map(|sheet| sheet.code);
        codes.filter(|code| !NOBODY_S.contains(code)).collect()
    }

    /// The link of a gift of an article, by a subscriber of this paper.
    pub(crate) fn gift(&self, code: &'static str) -> String {
        let known = self.gifts.borrow().get(code).cloned();
        known.unwrap_or_else(|| {
            let mut giver = self.account(Account::Subscriber).jar;
            let link = self.paper.give(&mut giver, code);
            self.gifts.borrow_mut().insert(code, link.clone());
            link
        })
    }

    /// Somebody with a seat in a plan for several people.
    fn seated(&self, mail: &str) -> Jar {
        let mut holder = Jar::default();
        self.paper.subscriber_of("household", &mut holder, &self.new_mail(), "good");
        self.paper.seated(&mut holder, mail)
    }

    /// The link of a mail that signs somebody in, and that nobody has used.
    pub(crate) fn sign_in_link(&self) -> String {
        let mail = self.new_mail();
        self.paper.ask_for_code(&mut Jar::default(), &mail, "/account").link()
    }
}

/// Every kind of account, by its first name.
pub(crate) fn everybody() -> impl Iterator<Item = (&'static str, Account)> {
    NAMES.iter().map(|(account, names)| (names[0], *account))
}

#[test]
fn everybody_with_an_account_is_who_the_name_says() {
    let world = World::open(super::worlds::Kind::Plain);
    let mut names = std::collections::BTreeSet::new();
    for (account, all) in NAMES {
        for name in *all {
            assert!(names.insert(*name), "{name} stands for two");
            assert_eq!(Account::named(&name.to_uppercase().replace('-', "_")), Some(*account));
        }
        let asker = world.account(*account);
        for code in ["regi", "subs", ARTICLE, "opin"] {
            let is_open = world.paper.is_open(&asker.jar, code);
            assert_eq!(is_open, asker.may.contains(&code), "{account:?} {code}");
        }
        if let Some(left) = asker.left {
            assert_eq!(world.paper.left(&asker.jar) as usize, left, "{account:?}");
        }
    }
    assert_eq!(Account::named("quantum"), None);
}
