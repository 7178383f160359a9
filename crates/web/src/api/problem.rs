//! What a machine is told that gets nothing: a problem (RFC 9457) with a code of its own, a sentence, and each fault with field and line.

use bytes::Bytes;
use gate::Outage;
use http::{StatusCode, header};
use serde_json::{Map, Value, json};

use crate::shell::answer::{Answer, Pieces, set};
use crate::shell::caching::Keep;
use crate::site::{Trouble, Visit};

/// The kind of an answer that is a problem.
const PROBLEM: &str = "application/problem+json";
/// What the name of a kind of problem begins with.
pub(crate) const PROBLEM_TYPE: &str = "urn:masthead:problem:";

/// Something that is wrong with what was sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fault {
    /// The field that it is about.
    pub(crate) field: Option<String>,
    /// The line of a text, from 1.
    pub(crate) line: Option<u32>,
    /// In one sentence.
    pub(crate) what: String,
}

impl Fault {
    pub(crate) fn of(field: &str, what: &str) -> Self {
        let field = Some(field.to_owned()).filter(|field| !field.is_empty());
        Self { field, line: None, what: what.to_owned() }
    }
}

/// Why a machine gets nothing.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    faults: Vec<Fault>,
    retry_after: Option<i64>,
    allow: Option<String>,
}

/// A problem, or a trouble of the house.
#[derive(Debug)]
pub(crate) enum Refusal {
    Problem(Box<Problem>),
    Trouble(Trouble),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<Trouble> for Refusal {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl From<Outage> for Refusal {
    fn from(outage: Outage) -> Self {
        Self::Trouble(outage.into())
    }
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        let (detail, faults) = (detail.into(), Vec::new());
        Self { status, code, detail, faults, retry_after: None, allow: None }
    }

    /// Nothing is there.
    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "there is nothing at this address")
    }

    /// Fields that cannot be taken.
    pub(crate) fn invalid(faults: Vec<Fault>) -> Self {
        let detail = "what was sent cannot be taken; each fault names its field";
        Self { faults, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", detail) }
    }

    /// One field that cannot be taken.
    pub(crate) fn wrong(field: &str, what: &str) -> Self {
        Self::invalid(vec![Fault::of(field, what)])
    }

    /// It is so already, or something else stands in the way.
    pub(crate) fn conflict(code: &'static str, detail: &str) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// Somebody else was quicker.
    pub(crate) fn stale() -> Self {
        Self::new(
            StatusCode::PRECONDITION_FAILED,
            "stale",
            "it is another version by now; read it again, and send the change with its ETag in If-Match",
        )
    }

    /// With the seconds after which it may be tried again.
    pub(crate) fn later(self, seconds: i64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// With the methods that the address takes.
    pub(crate) fn allowing(self, allow: String) -> Self {
        Self { allow: Some(allow), ..self }
    }

    pub(crate) fn document(&self) -> Value {
        let phrase = self.status.canonical_reason().unwrap_or("Problem");
        let mut document = Map::new();
        document.insert("type".to_owned(), format!("{PROBLEM_TYPE}{}", self.code).into());
        document.insert("title".to_owned(), phrase.into());
        document.insert("status".to_owned(), self.status.as_u16().into());
        document.insert("detail".to_owned(), self.detail.as_str().into());
        if !self.faults.is_empty() {
            let fault = |fault: &Fault| json!({ "field": fault.field, "line": fault.line, "what": fault.what });
            let faults = self.faults.iter().map(fault).collect();
            document.insert("faults".to_owned(), Value::Array(faults));
        }
        Value::Object(document)
    }

    fn answer(&self, visit: &Visit<'_>) -> Answer {
        let body = Pieces::one(Bytes::from(self.document().to_string()));
        let mut answer = visit.answer(self.status, PROBLEM, Keep::Nobody, body);
        if self.status == StatusCode::UNAUTHORIZED {
            set(&mut answer, header::WWW_AUTHENTICATE, "Bearer");
        }
        if let Some(seconds) = self.retry_after {
            set(&mut answer, header::RETRY_AFTER, &seconds.to_string());
        }
        if let Some(allow) = &self.allow {
            set(&mut answer, header::ALLOW, allow);
        }
        answer
    }
}

impl Refusal {
    /// As a problem: what is ours to mend is told to the operator, and here only that it is ours.
    pub(crate) fn into_problem(self, path: &str) -> Problem {
        let trouble = match self {
            Self::Problem(problem) => return *problem,
            Self::Trouble(trouble) => trouble,
        };
        let unavailable =
            |detail: &str| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail).later(5);
        match trouble {
            Trouble::NotFound | Trouble::NotYet | Trouble::Gone => Problem::not_found(),
            Trouble::Busy | Trouble::Changed | Trouble::Hasty => {
                unavailable("as much is under way as may be; try again")
            }
            Trouble::StoreDown => unavailable("the record does not answer; nothing was changed"),
            Trouble::Broken(reason) => {
                tracing::error!(reason, path, "a request of a machine could not be answered");
                let detail = "this is a mistake of the program; its log says which";
                Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "broken", detail)
            }
        }
    }

    /// The answer that says so.
    pub(crate) fn answer(self, visit: &Visit<'_>) -> Answer {
        self.into_problem(visit.request.target.path).answer(visit)
    }
}
