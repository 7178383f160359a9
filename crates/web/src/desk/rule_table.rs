//! The table of what the rules do, in words: who asks, for what, and what comes of it; beside it, where that is another thing under rules
//! that are proposed. The answers are those of the one decision, and open nothing.

use face::{Args, House, Key, Slot, Words};
use minijinja::context;
use minijinja::value::Value;
use paywall::{Access, Answered, AskerKind, Entitlement, Position, Question, Reason};

use crate::site::Visit;

/// The table, with what it was before where that is given.
pub(super) fn table(
    visit: &Visit<'_>,
    house: &House,
    before: Option<&House>,
    asked: &[Access],
) -> Value {
    let words = &visit.presentation.words;
    let rule_table = house.rule_table(asked, visit.now);
    let former = before.map(|before| before.rule_table(asked, visit.now));
    let mut changed = 0_u64;
    let mut rows = Vec::with_capacity(rule_table.askers.len());
    for kind in &rule_table.askers {
        let mut cells = Vec::with_capacity(rule_table.questions.len());
        for question in &rule_table.questions {
            let answer = rule_table.answer(kind, question);
            let was = former.as_ref().and_then(|former| former.answer(kind, question));
            let is_other = former.is_some()
                && was.map(|was| said(words, was)) != answer.map(|is| said(words, is));
            changed += u64::from(is_other);
            cells.push(context! {
                text => answer.map(|answer| said(words, answer)),
                kind => answer.map(class),
                was => was.filter(|_| is_other).map(|was| said(words, was)),
                is_other => is_other,
            });
        }
        rows.push(context! { name => asker(words, house, kind), cells => cells });
    }
    let columns = rule_table.questions.iter().map(|question| column(words, question));
    context! {
        columns => columns.collect::<Vec<_>>(),
        rows => rows,
        changed => former.map(|_| words.format(Key::RuleTableChanges, &Args::new().count(changed))),
    }
}

fn column(words: &Words, question: &Question) -> Value {
    let position = match (&question.access, question.position) {
        (Access::Metered, Position::Fresh) => Some(Key::PositionFresh),
        (Access::Metered, Position::LastLeft) => Some(Key::PositionLastLeft),
        (Access::Metered, Position::UsedUp) => Some(Key::PositionUsedUp),
        (Access::Metered, Position::Unknown) => Some(Key::PositionUnknown),
        _ => None,
    };
    context! {
        access => access(words, &question.access),
        position => position.map(|key| words.text(key)),
    }
}

/// What an access is called.
fn access(words: &Words, access: &Access) -> String {
    match access {
        Access::Free => words.text(Key::AccessFree),
        Access::Registered => words.text(Key::AccessRegistered),
        Access::Metered => words.text(Key::AccessMetered),
        Access::Entitled(needed) if *needed == Entitlement::DIGITAL => {
            words.text(Key::AccessSubscribers)
        }
        Access::Entitled(needed) => {
            words.format(Key::AccessEntitled, &Args::new().with(Slot::Name, needed.as_str()))
        }
    }
}

/// Who somebody is, in words.
pub(super) fn asker(words: &Words, house: &House, kind: &AskerKind) -> String {
    let of_plan = |key, slug: &String| {
        let plan = house.plans.iter().find(|plan| plan.slug == *slug);
        let name = plan.map_or(slug.as_str(), |plan| plan.name.as_str());
        words.format(key, &Args::new().with(Slot::Plan, name))
    };
    match kind {
        AskerKind::Visitor => words.text(Key::AskerVisitor),
        AskerKind::VisitorOfCrowd => words.text(Key::AskerCrowd),
        AskerKind::Unverified => words.text(Key::AskerUnverified),
        AskerKind::Registered => words.text(Key::AskerRegistered),
        AskerKind::Trialist(plan) => of_plan(Key::AskerTrialist, plan),
        AskerKind::Subscriber(plan) => of_plan(Key::AskerSubscriber, plan),
        AskerKind::InGrace(plan) => of_plan(Key::AskerInGrace, plan),
        AskerKind::TrialOver => words.text(Key::AskerTrialOver),
        AskerKind::SubscriptionOver => words.text(Key::AskerSubscriptionOver),
        AskerKind::PaymentFailed => words.text(Key::AskerPaymentFailed),
        AskerKind::SearchCrawler => words.text(Key::AskerCrawler),
    }
}

/// What comes of it, in a few words.
fn said(words: &Words, answer: Answered) -> String {
    let key = match answer {
        Answered::Opens => Key::AnswerOpens,
        Answered::Asks { left: Some(left) } => {
            return words.format(Key::AnswerAsks, &Args::new().count(left));
        }
        Answered::Asks { left: None } => Key::AnswerAsksUnknown,
        Answered::Walled(Reason::UsedUp) => Key::AnswerUsedUp,
        Answered::Walled(Reason::Subscribers) => Key::AnswerSubscribers,
        Answered::Walled(Reason::TrialOver { .. }) => Key::AnswerTrialOver,
        Answered::Walled(Reason::SubscriptionOver { payment_failed: false, .. }) => {
            Key::AnswerSubscriptionOver
        }
        Answered::Walled(Reason::SubscriptionOver { payment_failed: true, .. }) => {
            Key::AnswerPaymentFailed
        }
        Answered::Walled(Reason::Registration { .. } | Reason::Network) => Key::AnswerRegistration,
        Answered::Walled(Reason::VerifyMail) => Key::AnswerVerifyMail,
    };
    words.text(key)
}

/// The class of a cell: words say what it is, and the colour says it again.
const fn class(answer: Answered) -> &'static str {
    match answer {
        Answered::Opens => "opens",
        Answered::Asks { .. } => "asks",
        Answered::Walled(_) => "walled",
    }
}
