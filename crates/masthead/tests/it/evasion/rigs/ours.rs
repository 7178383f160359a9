//! Our own address for one that a row presumes: a row that names `/login` is asked of `/sign-in` as well.

use crate::evasion::list::{Part, Request};

/// Theirs, and ours. What ends with a slash is followed by something of the row's.
const OURS: [(&str, &str); 32] = [
    ("/login/magic/", "/sign-in/"),
    ("/magic/", "/sign-in/"),
    ("/signin/", "/sign-in/"),
    ("/auth/", "/sign-in/"),
    ("/login", "/sign-in"),
    ("/signin", "/sign-in"),
    ("/register", "/sign-in"),
    ("/signup", "/sign-in"),
    ("/logout", "/sign-out"),
    ("/signout", "/sign-out"),
    ("/subscribe", "/subscribe/digital"),
    ("/checkout", "/subscribe/digital"),
    ("/buy", "/subscribe/digital"),
    ("/pricing", "/offers"),
    ("/unsubscribe/", "/cancel/"),
    ("/webhooks/stripe", "/webhooks/payments"),
    ("/webhooks", "/webhooks/payments"),
    ("/webhook", "/webhooks/payments"),
    ("/stripe/webhook", "/webhooks/payments"),
    ("/account/exports/", "/account/data?of="),
    ("/account/export", "/account/data"),
    ("/account/delete", "/account/erasure"),
    ("/account/cancel", "/account/cancellation"),
    ("/account/subscription", "/account"),
    ("/api/v1/sessions/", "/account/sessions?session="),
    ("/api/v1/me", "/account"),
    ("/gifts/", "/gift/"),
    ("/unlock/", "/gift/"),
    ("/g/", "/gift/"),
    ("/meter/unlock", "{A}/reading"),
    ("/feed/private/", "/feeds/all.rss?token="),
    ("/feed", "/feeds/all.rss"),
];

/// Where a POST is a form of ours: without a field it would not have arrived whole.
const FORMS: [&str; 5] = ["/gift/", "/sign-in", "/sign-out", "/cancel/", "/subscribe/"];

/// The same request at our address, where we have one for it; a form has a field.
pub(super) fn ours(request: &Request) -> Option<Request> {
    let translated = translated(request);
    let target = translated.as_ref().map_or(&request.target, |ours| &ours.target);
    let is_bare = request.method == "POST"
        && FORMS.iter().any(|form| target.starts_with(form))
        && !request.parts.iter().any(|part| matches!(part, Part::Field(..) | Part::Body(_)));
    if !is_bare {
        return translated;
    }
    let mut form = translated.unwrap_or_else(|| request.clone());
    form.parts.push(Part::Field("pressed".to_owned(), "yes".to_owned()));
    Some(form)
}

fn translated(request: &Request) -> Option<Request> {
    let (path, query) = match request.target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (request.target.as_str(), None),
    };
    let target = OURS.iter().find_map(|(theirs, ours)| match theirs.strip_suffix('/') {
        Some(_) => path
            .strip_prefix(theirs)
            .filter(|rest| !rest.is_empty() && !rest.contains('/'))
            .map(|rest| format!("{ours}{rest}")),
        None => (path == *theirs).then(|| (*ours).to_owned()),
    })?;
    let target = match query {
        Some(query) if target.contains('?') => format!("{target}&{query}"),
        Some(query) => format!("{target}?{query}"),
        None => target,
    };
    Some(Request { target, ..request.clone() })
}

#[test]
fn what_others_have_is_asked_where_we_have_it() {
    let of = |text: &str| ours(&crate::evasion::list::request(text).unwrap()).map(|r| r.target);
    assert_eq!(of("GET /login/magic/{TOKEN}").as_deref(), Some("/sign-in/{TOKEN}"));
    assert_eq!(of("POST /subscribe ; plan=trial").as_deref(), Some("/subscribe/digital"));
    assert_eq!(
        of("GET /account/exports/{other}?a=1").as_deref(),
        Some("/account/data?of={other}&a=1")
    );
    assert_eq!(of("POST /meter/unlock").as_deref(), Some("{A}/reading"));
    assert_eq!(of("GET /subscribe/digital"), None);
    assert_eq!(of("GET {A}"), None);
    let form = ours(&crate::evasion::list::request("POST /gift/{rand}").unwrap()).unwrap();
    assert_eq!(form.parts.len(), 1);
}
