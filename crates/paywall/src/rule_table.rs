//! What rules do, tried out: everybody whom they tell apart asks for every kind of article, at every position of the meter. The one
//! decision answers, and nothing here opens anything. A publisher reads it as a table, and what looks wrong is found in it with the
//! case that shows it.

use jiff::{SignedDuration, Timestamp};

use crate::{
    Access, ArticleKey, Asked, Asker, Crowd, Decision, Ending, Entitlement, Finding, Interval,
    Mail, Opened, Plan, Policy, Reader, Reason, Registration, Severity, Source, Standing, Who,
    decide,
};

/// Somebody who asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AskerKind {
    /// Anybody who is not known as a reader, with or without a visitor's cookie.
    Visitor,
    /// The same without a cookie, from a network that has sent many new visitors today.
    VisitorOfCrowd,
    /// A reader whose mail address is not proven.
    Unverified,
    /// A reader who never had a subscription.
    Registered,
    /// A reader whose trial of a plan runs, by the plan's slug.
    Trialist(String),
    /// A subscriber to a plan.
    Subscriber(String),
    /// A subscriber whose payment failed three days ago, and is tried again.
    InGrace(String),
    /// A reader whose trial ended yesterday.
    TrialOver,
    /// A reader whose subscription ended yesterday.
    SubscriptionOver,
    /// A reader whose subscription ended yesterday since a payment failed.
    PaymentFailed,
    /// A search crawler whose network was verified.
    SearchCrawler,
}

/// Where somebody stands with the meter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Position {
    /// Nothing was opened in this window.
    Fresh,
    /// One article can be opened still.
    LastLeft,
    /// As many were opened as the allowance has.
    UsedUp,
    /// The record of readings does not answer.
    Unknown,
}

/// What somebody asks for, and where they stand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    /// What the article asks of its readers.
    pub access: Access,
    /// Where they stand.
    pub position: Position,
}

/// What comes of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answered {
    /// The whole article, at once.
    Opens,
    /// The teaser, and one press opens the rest.
    Asks {
        /// How many can be opened, this one included; `None` where that could not be asked.
        left: Option<u32>,
    },
    /// The teaser, and a wall.
    Walled(Reason),
}

/// The table of what rules do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleTable {
    /// Who was asked for, in the order of the rows.
    pub askers: Vec<AskerKind>,
    /// What was asked for, in the order of the columns.
    pub questions: Vec<Question>,
    /// The answers, row by row.
    answers: Vec<Option<Answered>>,
}

/// More plans than these are not asked for one by one.
const PLANS_MAX: usize = 20;

impl RuleTable {
    /// Asks for everybody. `asked` is what the paper's articles ask of their readers, besides what every paper has.
    #[must_use]
    pub fn of(policy: &Policy, plans: &[Plan], asked: &[Access], now: Timestamp) -> Self {
        let plans = &plans[..plans.len().min(PLANS_MAX)];
        let askers = askers(policy, plans);
        let questions = questions(policy, plans, asked);
        let cells = askers.iter().flat_map(|kind| {
            let who = who(kind, policy, plans, now);
            questions.iter().map(move |question| answer(policy, &who, question, now))
        });
        let answers = cells.collect();
        Self { askers, questions, answers }
    }

    /// What comes of somebody's question, both of the table; `None` where they cannot stand there: of a newcomer and of a crawler nothing is
    /// recorded.
    #[must_use]
    pub fn answer(&self, kind: &AskerKind, question: &Question) -> Option<Answered> {
        let row = self.askers.iter().position(|one| one == kind)?;
        let column = self.questions.iter().position(|one| one == question)?;
        self.answers.get(row * self.questions.len() + column).copied().flatten()
    }

    /// What looks wrong in the table, each with the case that shows it. `asked` is what it was made with.
    #[must_use]
    pub fn findings(&self, policy: &Policy, asked: &[Access]) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut warn = |setting, sentence| {
            findings.push(Finding { severity: Severity::Warned, setting, sentence });
        };
        let metered = |position| Question { access: Access::Metered, position };
        let at = |kind: &AskerKind, question: &Question| self.answer(kind, question);
        let fresh = metered(Position::Fresh);
        let allowance = policy.allowance(false);
        let visitor_asks = matches!(at(&AskerKind::Visitor, &fresh), Some(Answered::Asks { .. }));
        let is_walled = |answer: Option<Answered>| matches!(answer, Some(Answered::Walled(_)));

        if visitor_asks && is_walled(at(&AskerKind::Unverified, &fresh)) {
            warn(
                "verified_mail",
                format!(
                    "a stranger may open {allowance} metered articles, and a reader whose mail address is not proven yet \
                     none: until the code came back, registering takes away; \"optional\" leaves the meter"
                ),
            );
        }
        for (kind, what) in
            [(AskerKind::TrialOver, "trial"), (AskerKind::SubscriptionOver, "subscription")]
        {
            if visitor_asks && is_walled(at(&kind, &fresh)) {
                warn(
                    "expired_reader",
                    format!(
                        "a reader whose {what} ended yesterday meets the wall on every metered article, and may open \
                         {allowance} by signing out; \"metered\" leaves what a stranger has"
                    ),
                );
                break;
            }
        }
        if at(&AskerKind::Visitor, &metered(Position::Unknown)) == Some(Answered::Opens) {
            warn(
                "on_outage",
                "while the record of readings does not answer, a stranger opens every metered article without limit; \
                 \"teaser\" opens none"
                    .to_owned(),
            );
        }
        let subscribers: Vec<&AskerKind> =
            self.askers.iter().filter(|kind| matches!(kind, AskerKind::Subscriber(_))).collect();
        let used_up = metered(Position::UsedUp);
        let lifts = |kind: &&AskerKind| at(kind, &used_up) == Some(Answered::Opens);
        let counted = |kind: &&&AskerKind| !lifts(kind);
        if subscribers.iter().any(lifts)
            && let Some(AskerKind::Subscriber(plan)) = subscribers.iter().find(counted)
        {
            warn(
                "plans",
                format!(
                    "a subscriber to \"{plan}\" is counted like a stranger, and meets the wall on a metered article when the \
                     allowance is used up; add \"{}\" to its opens, unless it is sold as that",
                    policy.meter.lifted_by
                ),
            );
        }
        for question in &self.questions {
            let opens = |kind: &&AskerKind| at(kind, question) == Some(Answered::Opens);
            let Access::Entitled(needed) = &question.access else { continue };
            if asked.contains(&question.access)
                && let Some(AskerKind::Subscriber(plan)) = subscribers.first()
                && !subscribers.iter().any(opens)
            {
                warn(
                    "plans",
                    format!(
                        "nobody can buy what opens an article for \"{needed}\": a subscriber to \"{plan}\" meets the wall \
                         there, and so does everybody else; add \"{needed}\" to the opens of a plan"
                    ),
                );
            }
        }
        let registered = Question { access: Access::Registered, position: Position::Fresh };
        if policy.registration == Registration::Off
            && at(&AskerKind::Visitor, &registered) == Some(Answered::Walled(Reason::Subscribers))
        {
            warn(
                "registration",
                "articles ask their readers to register, and nobody can: a stranger meets the subscribers' wall there; \
                 write \"on\", or give those articles another access"
                    .to_owned(),
            );
        }
        findings
    }
}

/// That the meter never stops anybody, where a paper publishes fewer metered articles in a window than anybody may open.
#[must_use]
pub fn never_bites(policy: &Policy, published_in_window: u32) -> Option<Finding> {
    let allowance = policy.allowance(false);
    (published_in_window > 0 && allowance >= published_in_window).then(|| Finding {
        severity: Severity::Warned,
        setting: "meter.allowance_visitors",
        sentence: format!(
            "a stranger may open {allowance} metered articles in a window, and the paper published {published_in_window} in the \
             last one: whoever reads only what is new never meets a wall"
        ),
    })
}

fn askers(policy: &Policy, plans: &[Plan]) -> Vec<AskerKind> {
    let mut askers = vec![AskerKind::Visitor];
    if policy.registration == Registration::On {
        askers.extend([AskerKind::VisitorOfCrowd, AskerKind::Unverified, AskerKind::Registered]);
        let slugs = || plans.iter().map(|plan| plan.slug.clone());
        askers.extend(slugs().map(AskerKind::Subscriber));
        askers.extend(slugs().take(1).map(AskerKind::Trialist));
        askers.extend(slugs().take(1).map(AskerKind::InGrace));
        askers.extend([
            AskerKind::TrialOver,
            AskerKind::SubscriptionOver,
            AskerKind::PaymentFailed,
        ]);
    }
    askers.push(AskerKind::SearchCrawler);
    askers
}

fn questions(policy: &Policy, plans: &[Plan], asked: &[Access]) -> Vec<Question> {
    let fresh = |access| Question { access, position: Position::Fresh };
    let metered = |position| Question { access: Access::Metered, position };
    let mut questions = vec![fresh(Access::Free)];
    if policy.registration == Registration::On || asked.contains(&Access::Registered) {
        questions.push(fresh(Access::Registered));
    }
    questions.push(metered(Position::Fresh));
    if policy.allowance(false) > 1 {
        questions.push(metered(Position::LastLeft));
    }
    questions.push(metered(Position::UsedUp));
    questions.push(metered(Position::Unknown));
    let mut needed: Vec<&Entitlement> = plans.iter().flat_map(|plan| &plan.opens).collect();
    needed.extend(asked.iter().filter_map(|access| match access {
        Access::Entitled(entitlement) => Some(entitlement),
        Access::Free | Access::Registered | Access::Metered => None,
    }));
    needed.push(&Entitlement::DIGITAL);
    needed.sort();
    needed.dedup();
    questions.extend(needed.into_iter().cloned().map(Access::Entitled).map(fresh));
    questions
}

/// Who that is for the rules.
fn who(kind: &AskerKind, policy: &Policy, plans: &[Plan], now: Timestamp) -> Who {
    let days = |days: i64| {
        let by = SignedDuration::from_hours(24 * days);
        now.checked_add(by).unwrap_or(if days < 0 { Timestamp::MIN } else { Timestamp::MAX })
    };
    let holding = |entitlements: &[Entitlement], source, grace: Option<Timestamp>, ends, ending| {
        let interval = |entitlement: &Entitlement| Interval {
            entitlement: entitlement.clone(),
            source,
            starts_at: days(-40),
            grace_from: grace,
            ends_at: Some(ends),
            ending,
        };
        let intervals = entitlements.iter().map(interval).collect();
        Who::Reader(Reader { mail: Mail::Verified, intervals })
    };
    let of_plan = |slug: &str| {
        let plan = plans.iter().find(|plan| plan.slug == slug);
        plan.map_or(&[][..], |plan| &plan.opens[..])
    };
    let lifted = std::slice::from_ref(&policy.meter.lifted_by);
    match kind {
        AskerKind::Visitor => Who::Visitor,
        AskerKind::VisitorOfCrowd => Who::Newcomer(Crowd::Many),
        AskerKind::Unverified => {
            Who::Reader(Reader { mail: Mail::Unverified, intervals: Vec::new() })
        }
        AskerKind::Registered => {
            Who::Reader(Reader { mail: Mail::Verified, intervals: Vec::new() })
        }
        AskerKind::Trialist(plan) => {
            holding(of_plan(plan), Source::Trial, None, days(10), Ending::RanOut)
        }
        AskerKind::Subscriber(plan) => {
            holding(of_plan(plan), Source::Paid, None, days(10), Ending::RanOut)
        }
        AskerKind::InGrace(plan) => {
            holding(of_plan(plan), Source::Paid, Some(days(-3)), days(10), Ending::PaymentFailed)
        }
        AskerKind::TrialOver => holding(lifted, Source::Trial, None, days(-1), Ending::RanOut),
        AskerKind::SubscriptionOver => {
            holding(lifted, Source::Paid, None, days(-1), Ending::RanOutCharged)
        }
        AskerKind::PaymentFailed => {
            holding(lifted, Source::Paid, None, days(-1), Ending::PaymentFailed)
        }
        AskerKind::SearchCrawler => Who::Crawler,
    }
}

/// Asks the one decision.
fn answer(policy: &Policy, who: &Who, question: &Question, now: Timestamp) -> Option<Answered> {
    let allowance = policy.allowance(matches!(who, Who::Reader(_)));
    let counted =
        |read| Standing::Counted { window: policy.fresh_window(now), read, this: Opened::NotYet };
    let has_record = !matches!(who, Who::Newcomer(_) | Who::Crawler);
    let standing = match question.position {
        Position::Fresh => Standing::Nothing,
        _ if !has_record => return None,
        Position::LastLeft => counted(allowance.saturating_sub(1)),
        Position::UsedUp => counted(allowance),
        Position::Unknown => Standing::Unknown,
    };
    let asked = Asked { key: ArticleKey::from_bytes([0; 16]), access: question.access.clone() };
    Some(match decide(policy, &Asker::of(who.clone()), &asked, standing, now) {
        Decision::Open(_) => Answered::Opens,
        Decision::Ask(ticket) => {
            Answered::Asks { left: ticket.before().map(|before| before.left()) }
        }
        Decision::Refuse(wall) => Answered::Walled(wall.reason),
    })
}
