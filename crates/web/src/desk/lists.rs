//! The desk's first page: what is being worked on, what comes, what is out; and each of these page by page, found by words of the headline,
//! section and author.

use face::{Args, Key, Slot};
use http::StatusCode;
use minijinja::context;
use minijinja::value::Value;
use newsroom::{Deed, Head};
use store::{DeskFilter, DeskRow, DeskState, DraftListed};

use super::articles::{HOME, headline};
use super::{Staff, fields, parts};
use crate::shell::answer::Answer;
use crate::site::contexts::encoded;
use crate::site::{Trouble, Visit, paging};

/// Rows of each state on the first page, and on the pages of one state.
const FIRST_ROWS: usize = 15;
const PAGE_ROWS: usize = 50;

/// What is looked for.
struct Sought {
    state: Option<DeskState>,
    words: String,
    section: String,
    author: String,
}

impl Sought {
    fn of(visit: &Visit<'_>) -> Self {
        let asked = visit.asked_fields();
        Self {
            state: DeskState::parse(&asked.get("state")),
            words: asked.get("q"),
            section: asked.get("section"),
            author: asked.get("author"),
        }
    }

    /// The address of the list of a state, looked for in the same way.
    fn address(&self, state: &str, before: Option<&paging::Place>) -> String {
        let Self { words, section, author, .. } = self;
        let mut address = format!("{HOME}?state={state}");
        for (name, value) in [("q", words), ("section", section), ("author", author)] {
            if !value.is_empty() {
                address.push_str(&format!("&{name}={}", encoded(value)));
            }
        }
        before.map_or(address.clone(), |place| format!("{address}&before={}", paging::print(place)))
    }

    fn is_something(&self) -> bool {
        let Self { words, section, author, .. } = self;
        [words, section, author].iter().any(|text| !text.trim().is_empty())
    }

    fn filter(&self, visit: &Visit<'_>, staff: &Staff, state: DeskState) -> DeskFilter {
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let authors = visit.presentation.paper.authors.iter();
        let typed = self.author.trim().to_lowercase();
        let known = authors
            .map(|author| (author.slug.to_string(), author.name.to_lowercase()))
            .find(|(slug, name)| *slug == typed || *name == typed);
        let author = some(&self.author)
            .map(|text| known.map_or_else(|| fields::slug_of(&text), |(slug, _)| slug));
        DeskFilter {
            words: self.words.clone(),
            section: some(&self.section),
            author,
            only_of: (!staff.may(Deed::Edit)).then_some(staff.reader),
            ..DeskFilter::of(state)
        }
    }
}

/// GET `/desk`.
pub(super) async fn show(visit: &Visit<'_>, staff: &Staff) -> Result<Answer, Trouble> {
    let sought = Sought::of(visit);
    let words = &visit.presentation.words;
    let may_edit = staff.may(Deed::Edit);
    let states = DeskState::ALL.into_iter();
    // Whoever works on their own alone sees nothing of what is published.
    let states = states.filter(|state| may_edit || is_work(*state));
    let states: Vec<DeskState> =
        states.filter(|state| sought.state.is_none_or(|wanted| wanted == *state)).collect();
    let before = paging::asked(visit.request.target.query)?.filter(|_| sought.state.is_some());
    let limit = if sought.state.is_some() { PAGE_ROWS } else { FIRST_ROWS };
    let mut groups = Vec::new();
    for state in states {
        let filter = DeskFilter { before: before.clone(), ..sought.filter(visit, staff, state) };
        let mut rows = visit.site.store.desk_rows(filter, visit.now, limit + 1).await?;
        let is_more = rows.len() > limit;
        rows.truncate(limit);
        let place = rows.last().filter(|_| is_more).map(DeskRow::place);
        let more = place.map(|place| match sought.state {
            Some(_) => sought.address(state.as_str(), Some(&place)),
            None => sought.address(state.as_str(), None),
        });
        let is_shown = !rows.is_empty()
            || sought.state.is_some()
            || state == DeskState::Draft && !sought.is_something();
        if is_shown {
            groups.push(context! {
                id => state.as_str(),
                name => words.text(name_of(state)),
                rows => rows.iter().map(|row| listed(visit, row)).collect::<Vec<_>>(),
                more => more,
            });
        }
    }
    let choice =
        |value: String, name: String, is: bool| context! { value => value, name => name, is => is };
    let all = DeskState::ALL.into_iter().filter(|state| may_edit || is_work(*state));
    let mut state_choices =
        vec![choice(String::new(), words.text(Key::FilesAll), sought.state.is_none())];
    state_choices.extend(all.map(|state| {
        choice(state.as_str().to_owned(), words.text(name_of(state)), sought.state == Some(state))
    }));
    let paper = &visit.presentation.paper;
    let mut section_choices =
        vec![choice(String::new(), words.text(Key::FilesAll), sought.section.is_empty())];
    section_choices.extend(paper.sections.iter().map(|section| {
        choice(
            section.slug.to_string(),
            section.name.clone(),
            section.slug.as_str() == sought.section,
        )
    }));
    let body = context! {
        groups => groups,
        states => state_choices,
        sections => section_choices,
        authors => paper.authors.iter().take(fields::LISTED_MAX).map(|one| one.name.clone()).collect::<Vec<_>>(),
        sought => sought.words.clone(),
        author => sought.author.clone(),
        is_sought => sought.is_something(),
        is_one => sought.state.is_some(),
        is_older => before.is_some(),
    };
    let heading = words.text(Key::DeskArticles);
    parts::page(visit, Some(staff), StatusCode::OK, "desk/home.html", &heading, body)
}

const fn is_work(state: DeskState) -> bool {
    matches!(state, DeskState::Draft | DeskState::Review)
}

const fn name_of(state: DeskState) -> Key {
    match state {
        DeskState::Draft => Key::DeskDrafts,
        DeskState::Review => Key::DeskReview,
        DeskState::Scheduled => Key::DeskToCome,
        DeskState::Published => Key::DeskOut,
        DeskState::TakenBack => Key::DeskBack,
    }
}

fn listed(visit: &Visit<'_>, row: &DeskRow) -> Value {
    match row {
        DeskRow::Draft(draft) => listed_draft(visit, draft),
        DeskRow::Article(head) => listed_head(visit, head),
    }
}

fn listed_draft(visit: &Visit<'_>, draft: &DraftListed) -> Value {
    let words = &visit.presentation.words;
    let said = Args::new()
        .with(Slot::Name, draft.saved_by.as_str())
        .with(Slot::Date, visit.when(draft.saved_at).text);
    context! {
        href => format!("/desk/articles/{}", draft.article),
        headline => headline(visit, &draft.headline),
        section => section_name(visit, &draft.section),
        line => words.format(Key::DeskSavedBy, &said),
    }
}

fn listed_head(visit: &Visit<'_>, head: &Head) -> Value {
    let words = &visit.presentation.words;
    let when = |at| visit.when(at).text;
    let line = match head.withdrawn_at {
        Some(at) => words.format(Key::DeskTakenBackOn, &Args::new().with(Slot::Date, when(at))),
        None => when(head.published_at),
    };
    context! {
        href => format!("/desk/articles/{}", head.id),
        headline => headline(visit, &head.headline),
        section => section_name(visit, head.section.as_str()),
        line => line,
    }
}

fn section_name(visit: &Visit<'_>, slug: &str) -> String {
    visit.presentation.section(slug).map(|section| section.name.clone()).unwrap_or_default()
}
