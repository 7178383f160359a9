//! What a page must have, whatever a theme makes of it: the frame that browsers, search engines and people without a
//! mouse rely on, and on an article the places of sealed text, the way to open it and the wall. It reads a rendered
//! sample beside what it was made from.

use minijinja::value::Value;

use super::fault::ThemeFault;
use super::markup::{Tag, tags};
use super::{Theme, contract, samples};
use crate::site::frame;

/// Reads a page that was made from a sample.
pub(super) struct Page<'a> {
    html: &'a str,
    tags: Vec<Element<'a>>,
    context: &'a Value,
    faults: Vec<String>,
}

/// A tag, taken apart once.
struct Element<'a> {
    name: String,
    attributes: Vec<(String, &'a str)>,
    text: &'a str,
}

impl<'a> Element<'a> {
    fn of(tag: &Tag<'a>) -> Self {
        Self { name: tag.name(), attributes: tag.attributes(), text: tag.text }
    }

    fn attribute(&self, wanted: &str) -> Option<&'a str> {
        self.attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| *value)
    }

    fn has_class(&self, wanted: &str) -> bool {
        self.attribute("class").is_some_and(|all| all.split_whitespace().any(|one| one == wanted))
    }
}

/// What a page lacks of the frame that all have.
pub(super) fn frame_of_page(html: &str, context: &Value, template: &str) -> Vec<String> {
    let mut page = Page::new(html, context);
    page.head();
    page.landmarks(template);
    page.faults
}

/// What a template lacks that is its own.
pub(super) fn own_parts(template: &str, html: &str, context: &Value) -> Vec<String> {
    let mut page = Page::new(html, context);
    match template {
        "article.html" => page.article(),
        "contact.html" => page.contact(),
        "sign-in.html" => page.sign_in(),
        "devices.html" => page.devices(),
        "account.html" => page.account(),
        "seat.html" => page.seat(),
        "address-code.html" => page.address_code(),
        "newsletters.html" => page.newsletters(),
        "newsletter.html" => page.newsletter(),
        "saved.html" => page.saved(),
        "saving.html" => page.saving(),
        "search.html" => page.search(),
        "list.html" => page.links("list", &["older", "newer"]),
        "latest.html" => page.links("latest", &["older", "newer"]),
        "corrections.html" => page.links("corrections", &["older", "newest"]),
        "offers.html" => page.prints("offers.tariff"),
        "ask.html" => page.ask(),
        "notice.html" => page.notice(),
        "bar.html" => page.bar(),
        "wall.html" => page.wall(),
        "tariff.html" => page.tariff(),
        _ => {}
    }
    page.faults
}

/// Faults of an article's page that must never be served: its marks are not where they belong.
pub(super) fn frame_faults(theme: &Theme) -> Vec<ThemeFault> {
    let (variants, _) = samples::variants("article.html");
    let words = crate::site::contexts::value(face::Words::of(face::Language::English).plain());
    for variant in variants {
        let context = samples::sample("article.html", &variant, &words);
        match theme.templates.render("article.html", context.clone()) {
            Err(error) => return vec![ThemeFault::of(error)],
            Ok(html) => {
                if let Some(what) = mark_fault(&html, &context) {
                    return vec![ThemeFault::new("templates/article.html", None, what)];
                }
            }
        }
    }
    Vec::new()
}

pub(super) fn mark_fault(html: &str, context: &Value) -> Option<String> {
    let state = text_at(context, "state");
    if let Err(what) = frame::is_whole(html, frame::State::parse(&state)?) {
        return Some(format!("in the state {state:?}: {what}"));
    }
    let inside = tags(html).iter().any(|tag| frame::has_mark(tag.inside));
    let commented = html.split("<!--").skip(1).filter_map(|rest| rest.split("-->").next());
    let commented = commented.into_iter().any(frame::has_mark);
    (inside || commented).then(|| {
        format!(
            "in the state {state:?}: a place for sealed text stands inside a tag or a comment; \
            print it between elements"
        )
    })
}

/// A value by its path.
fn at(context: &Value, path: &str) -> Value {
    path.split('.').fold(context.clone(), |value, name| value.get_attr(name).unwrap_or_default())
}

/// A text by its path; empty where there is none.
fn text_at(context: &Value, path: &str) -> String {
    let value = at(context, path);
    value.as_str().map_or_else(String::new, str::to_owned)
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#39;")
}

impl<'a> Page<'a> {
    fn new(html: &'a str, context: &'a Value) -> Self {
        let tags = tags(html).iter().map(Element::of).collect();
        Self { html, tags, context, faults: Vec::new() }
    }

    fn text(&self, path: &str) -> String {
        text_at(self.context, path)
    }

    fn is(&self, path: &str) -> bool {
        at(self.context, path).is_true()
    }

    fn want(&mut self, is_there: bool, what: impl Into<String>) {
        if !is_there {
            self.faults.push(what.into());
        }
    }

    /// Whether an element has all of these attributes; an empty value fits any.
    fn has(&self, name: &str, wanted: &[(&str, &str)]) -> bool {
        let wanted: Vec<(&str, String)> =
            wanted.iter().map(|(name, value)| (*name, escaped(value))).collect();
        self.tags.iter().filter(|tag| name.is_empty() || tag.name == name).any(|tag| {
            wanted.iter().all(|(name, value)| {
                tag.attribute(name).is_some_and(|given| value.is_empty() || given == value)
            })
        })
    }

    fn count(&self, fits: impl Fn(&Element<'_>) -> bool) -> usize {
        self.tags.iter().filter(|tag| fits(tag)).count()
    }

    fn shows(&self, text: &str) -> bool {
        text.is_empty() || self.html.contains(&escaped(text)) || self.html.contains(text)
    }

    /// What it is handed has to be on the page.
    fn prints(&mut self, path: &str) {
        let text = self.text(path);
        self.want(self.shows(&text), format!("does not show `{path}`"));
    }

    fn links(&mut self, of: &str, names: &[&str]) {
        for name in names {
            let path = format!("{of}.{name}");
            let href = self.text(&path);
            let fits = href.is_empty() || self.has("a", &[("href", &href)]);
            self.want(fits, format!("has no link to `{path}`, and readers cannot go on"));
        }
    }

    fn head(&mut self) {
        let starts = self.html.trim_start().to_ascii_lowercase().starts_with("<!doctype html>");
        self.want(starts, "does not begin with <!doctype html>");
        let language = self.text("page.language");
        let has = self.has("html", &[("lang", &language)]);
        self.want(has, "<html> does not say `page.language` as its lang");
        let is_rtl = self.text("page.direction") == "rtl";
        self.want(
            !is_rtl || self.has("html", &[("dir", "rtl")]),
            "<html> does not say dir=\"rtl\" where `page.direction` does",
        );
        let heading = escaped(&self.text("page.heading"));
        let named = self.tags.iter().any(|tag| tag.name == "title" && tag.text.contains(&heading));
        self.want(named, "has no <title> with `page.heading`");
        self.want(self.has("meta", &[("name", "viewport")]), "has no <meta name=\"viewport\">");
        for (path, rel) in [
            ("assets.style", "stylesheet"),
            ("assets.theme_style", "stylesheet"),
            ("page.canonical", "canonical"),
        ] {
            let href = self.text(path);
            let has = href.is_empty() || self.has("link", &[("rel", rel), ("href", &href)]);
            self.want(has, format!("has no <link rel=\"{rel}\"> to `{path}`"));
        }
        let robots = self.text("page.robots");
        let has =
            robots.is_empty() || self.has("meta", &[("name", "robots"), ("content", &robots)]);
        self.want(has, "does not say `page.robots`: what must not be indexed would be");
        let live = self.text("assets.live");
        let has = live.is_empty() || self.has("script", &[("src", &live), ("data-theme", "")]);
        self.want(
            has,
            "has no <script src=\"{{ assets.live }}\" data-theme=\"{{ theme.version \
            }}\">, for the demo",
        );
        let data = at(self.context, "machines.data").try_iter().into_iter().flatten();
        for one in data {
            let told = self.html.contains(one.as_str().unwrap_or(""));
            self.want(told, "does not print `machines.data` for search engines");
        }
    }

    fn landmarks(&mut self, template: &str) {
        self.want(self.count(|tag| tag.name == "main") == 1, "needs exactly one <main>");
        let body = self.tags.iter().position(|tag| tag.name == "body").unwrap_or(0);
        let first = self.tags[body..].iter().find(|tag| tag.name == "a");
        let skip = first.and_then(|tag| tag.attribute("href")?.strip_prefix('#'));
        let leads = skip.is_some_and(|id| {
            self.tags.iter().any(|tag| tag.name == "main" && tag.attribute("id") == Some(id))
        });
        self.want(
            leads,
            "the first link of the page has to lead to the id of <main>: the skip link",
        );
        let has_heading = self.count(|tag| tag.name == "h1") > 0;
        let needs = template != "front.html" || self.is("page.is_home");
        self.want(has_heading || !needs, "has no <h1>");
        let without_alt = self.count(|tag| tag.name == "img" && tag.attribute("alt").is_none());
        self.want(
            without_alt == 0,
            "has an <img> without alt; write alt=\"\" where it only decorates",
        );
    }

    fn article(&mut self) {
        let state = self.text("state");
        let reading = self.text("article.reading");
        let opening = self.text("opening");
        let wanted = [
            ("data-state", state.as_str()),
            ("data-reading", &reading),
            ("data-opening", &opening),
        ];
        let has = self.has("article", &wanted);
        self.want(
            has,
            "needs <article data-state=\"{{ state }}\" data-reading=\"{{ \
            article.reading }}\" data-opening=\"{{ opening }}\">",
        );
        if self.is("blind") {
            let has = self.has("article", &[("data-blind", "")]);
            self.want(has, "needs data-blind on its <article> where `blind` is set");
        }
        let mut parts = vec!["copy", "aside", "notes", "bar"];
        if state == "ask" {
            parts.extend(["said", "opening", "status", "notice"]);
            let form = self.has("form", &[("method", "post"), ("action", &reading)])
                && self.has("button", &[]);
            self.want(
                form,
                "needs <form method=\"post\" action=\"{{ article.reading }}\"> with a \
                <button>: the way to open it without script",
            );
            for wait in ["wait", "failed", "unsure", "again"] {
                let has = self.has("", &[("data-part", "opening"), (&format!("data-{wait}"), "")]);
                self.want(
                    has,
                    format!("needs data-{wait} on the part \"opening\": what the script says"),
                );
            }
        }
        for part in parts {
            let has = self.has("", &[("data-part", part)]);
            self.want(
                has,
                format!("needs an element with data-part=\"{part}\" in the state {state:?}"),
            );
        }
        self.locked(&state);
        if state == "ask" || state == "open" {
            let script = self.text("assets.script");
            self.want(
                self.has("script", &[("src", &script)]),
                "needs <script src=\"{{ assets.script }}\" defer>",
            );
        }
        self.prints("article.headline");
        self.prints("article.teaser");
        for place in ["article.standfirst", "article.published.text", "article.image.credit"] {
            self.prints(place);
        }
        let corrections = at(self.context, "article.corrections").try_iter().into_iter().flatten();
        for correction in corrections {
            let shown = self.shows(&text_at(&correction, "text"));
            self.want(shown, "does not show `article.corrections`");
        }
    }

    /// Search engines are told the class of what is not free: one element in every state, and none on a free page.
    fn locked(&mut self, state: &str) {
        let is_free = self.is("article.is_free") && state == "open";
        let number = self.count(|tag| tag.has_class("locked"));
        let wanted = usize::from(!is_free);
        let what = match is_free {
            true => "a free article must not have an element of the class \"locked\"",
            false => {
                "needs exactly one element of the class \"locked\" around what is not free, in \
                    every state"
            }
        };
        self.want(number == wanted, what);
    }

    fn contact(&mut self) {
        let form = self.has("form", &[("method", "post"), ("action", "/reports")]);
        self.want(form, "needs <form method=\"post\" action=\"/reports\">");
        self.want(self.has("textarea", &[("name", "words")]), "needs <textarea name=\"words\">");
        self.want(self.has("input", &[("name", "mail")]), "needs <input name=\"mail\">");
        for path in ["report.message", "report.words", "report.mail"] {
            self.prints(path);
        }
        let about = self.text("report.about.href");
        let has = about.is_empty() || self.has("input", &[("name", "about"), ("value", &about)]);
        self.want(
            has,
            "needs <input type=\"hidden\" name=\"about\" value=\"{{ report.about.href }}\">",
        );
    }

    fn sign_in(&mut self) {
        let (path, step) = (self.text("sign_in.path"), self.text("sign_in.step"));
        let (action, field) = match step.as_str() {
            "address" => ("/sign-in".to_owned(), Some("mail")),
            "code" => ("/sign-in/code".to_owned(), Some("code")),
            "confirm" => (path, None),
            _ => return,
        };
        let form = self.has("form", &[("method", "post"), ("action", &action)]);
        self.want(form, "needs a form of the step with method=\"post\" and its action");
        let has = field.is_none_or(|field| self.has("input", &[("name", field)]));
        self.want(has, "needs <input name=\"mail\"> or <input name=\"code\">, as the step says");
        if field.is_some() {
            self.prints("sign_in.message");
        }
        if step == "address" {
            let form = self.has("form", &[("method", "post"), ("action", "/sign-in/password")])
                && self.has("input", &[("name", "password")]);
            self.want(form, "needs the form /sign-in/password with <input name=\"password\">");
        }
        let back = if step == "address" { self.text("sign_in.back") } else { String::new() };
        let has = back.is_empty() || self.has("input", &[("name", "back"), ("value", &back)]);
        self.want(has, "needs <input type=\"hidden\" name=\"back\" value=\"{{ sign_in.back }}\">");
    }

    fn devices(&mut self) {
        let form = self.has("form", &[("method", "post"), ("action", "/sign-in/devices")]);
        self.want(form, "needs <form method=\"post\" action=\"/sign-in/devices\">");
        self.prints("choice.message");
        let some = at(self.context, "choice.devices").len().is_some_and(|count| count > 0);
        let has = !some || self.has("input", &[("name", "session")]);
        self.want(has, "needs <input name=\"session\"> for each device");
    }

    fn account(&mut self) {
        for path in [
            "account.mail",
            "account.message",
            "account.address_message",
            "account.password_message",
            "account.seats_message",
        ] {
            self.prints(path);
        }
        let mut forms = vec![
            ("/account", "name"),
            ("/account/sessions", "session"),
            ("/account/erasure", "sure"),
        ];
        if self.is("account.password.is_proven") || self.is("account.password.is_set") {
            forms.push(("/account/password", "password"));
            forms.push(("/account/address", "mail"));
        }
        if self.is("account.letters") {
            forms.push(("/account/letters", ""));
        }
        if self.is("account.seats.can_invite") {
            forms.push(("/account/seats", "mail"));
        }
        for (action, field) in forms {
            let has = self.has("form", &[("method", "post"), ("action", action)])
                && self.has("input", &[("name", field)]);
            self.want(has, format!("needs its form {action} with <input name=\"{field}\">"));
        }
    }

    fn seat(&mut self) {
        let path = self.text("invitation.path");
        let form = self.has("form", &[("method", "post"), ("action", &path)]);
        self.want(form, "needs <form method=\"post\" action=\"{{ invitation.path }}\">");
    }

    fn address_code(&mut self) {
        if self.is("proof.is_asked") {
            let form = self.has("form", &[("method", "post"), ("action", "/account/address/code")])
                && self.has("input", &[("name", "code")]);
            self.want(form, "needs the form /account/address/code with <input name=\"code\">");
            self.prints("proof.message");
        }
    }

    fn newsletters(&mut self) {
        let form = self.has("form", &[("method", "post"), ("action", "/newsletters")])
            && self.has("input", &[("name", "mail")]);
        self.want(form, "needs the form /newsletters with <input name=\"mail\">");
        self.prints("wish.message");
        for row in at(self.context, "wish.rows").try_iter().into_iter().flatten() {
            let field = text_at(&row, "field");
            let has = self.has("input", &[("name", &field), ("value", "yes")]);
            self.want(
                has,
                "needs <input name=\"{{ row.field }}\" value=\"yes\"> for each newsletter",
            );
        }
    }

    fn newsletter(&mut self) {
        let path = self.text("press.path");
        let form = self.has("form", &[("method", "post"), ("action", &path)]);
        self.want(!self.is("press.label") || form, "needs the form of the button");
        self.prints("press.label");
    }

    fn saved(&mut self) {
        let some = at(self.context, "saved.listings").len().is_some_and(|count| count > 0);
        let form = self.has("form", &[("method", "post"), ("action", "/account/saved")])
            && self.has("", &[("name", "act"), ("value", "remove")])
            && self.has("", &[("name", "article")]);
        self.want(!some || form, "needs the form /account/saved with `act` and `article` for each");
        self.prints("saved.message");
    }

    fn saving(&mut self) {
        let article = self.text("saving.article");
        let form = self.has("form", &[("method", "post"), ("action", "/account/saved")])
            && self.has("", &[("name", "article"), ("value", &article)]);
        self.want(form, "needs the form /account/saved with `article`");
        let give = self
            .has("", &[("formaction", "/gifts"), ("name", "article"), ("value", &article)])
            || self.has("form", &[("method", "post"), ("action", "/gifts")]);
        self.want(!self.is("saving.can_give") || give, "needs a button for /gifts with `article`");
        self.prints("saving.given");
    }

    fn search(&mut self) {
        let form =
            self.has("form", &[("action", "/search")]) && self.has("input", &[("name", "q")]);
        self.want(form, "needs <form action=\"/search\"> with <input name=\"q\">");
        self.prints("search.trouble");
        self.links("search", &["next", "previous"]);
    }

    fn ask(&mut self) {
        self.want(self.has("", &[("data-part", "opening")]), "needs data-part=\"opening\"");
        let reading = self.text("reading");
        let form = self.has("form", &[("method", "post"), ("action", &reading)]);
        self.want(form, "needs <form method=\"post\" action=\"{{ reading }}\">");
        for path in ["ask.text", "ask.button", "explanation.heading", "explanation.text"] {
            self.prints(path);
        }
    }

    fn notice(&mut self) {
        self.want(
            self.has("", &[("data-part", "notice")]),
            "needs data-part=\"notice\" on its one element",
        );
        self.prints("notice.line");
    }

    fn bar(&mut self) {
        let mark = self.text("bar.mark");
        self.want(self.has("", &[("data-left", &mark)]), "needs data-left=\"{{ bar.mark }}\"");
        let cross =
            self.has("button", &[("data-act", "dismiss"), ("aria-label", &self.text("bar.close"))]);
        self.want(cross, "needs <button data-act=\"dismiss\" aria-label=\"{{ bar.close }}\">");
        self.prints("bar.text");
        self.action("bar.action");
    }

    fn action(&mut self, path: &str) {
        if self.is(path) {
            let href = self.text(&format!("{path}.href"));
            self.want(self.has("a", &[("href", &href)]), format!("has no link to `{path}`"));
            self.prints(&format!("{path}.label"));
        }
    }

    fn wall(&mut self) {
        let id = self.text("id");
        let named =
            self.has("section", &[("aria-labelledby", &id)]) && self.has("", &[("id", &id)]);
        self.want(named, "needs <section aria-labelledby=\"{{ id }}\"> with a heading of that id");
        for path in ["wall.heading", "wall.price", "wall.terms", "wall.code"] {
            self.prints(path);
        }
        for path in ["wall.before", "wall.action", "wall.second", "wall.why"] {
            self.action(path);
        }
        for path in ["wall.lead", "wall.benefits"] {
            let lines = at(self.context, path).try_iter().into_iter().flatten();
            for line in lines {
                let shown = self.shows(line.as_str().unwrap_or(""));
                self.want(shown, format!("does not show all of `{path}`"));
            }
        }
        if let Ok(link) = at(self.context, "wall.sign_in").get_item_by_index(1)
            && link.is_true()
        {
            let href = text_at(&link, "href");
            self.want(self.has("a", &[("href", &href)]), "has no link to `wall.sign_in`");
        }
        if let Ok(button) = at(self.context, "wall.licensed").get_item_by_index(1)
            && button.is_true()
        {
            let form = [("method", "post"), ("action", &*text_at(&button, "href"))];
            self.want(self.has("form", &form), "has no form for `wall.licensed`");
        }
    }

    fn tariff(&mut self) {
        let rows = at(self.context, "rows").try_iter().into_iter().flatten();
        for row in rows {
            for path in [
                "plan",
                "ends",
                "first.amount",
                "first.per",
                "then.amount",
                "then.per",
                "year.amount",
            ] {
                let shown = self.shows(&text_at(&row, path));
                self.want(
                    shown,
                    format!(
                        "does not show `{path}` of each of `rows`: every price \
                    stands beside what follows it"
                    ),
                );
            }
            let href = text_at(&row, "action.href");
            self.want(
                self.has("a", &[("href", &href)]),
                "has no link to `action` of each of `rows`",
            );
        }
    }
}

/// Whether a template is a page, with the frame that all have.
pub(super) fn is_page(template: &str) -> bool {
    contract::contract().variables(template).iter().any(|field| field.name == "machines")
}
