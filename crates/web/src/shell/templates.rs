//! The templates of the pages. They hold markup and no rule: what may be said is decided before they are asked.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use face::TemplateError;
use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, ErrorKind, Output, State, UndefinedBehavior};

/// The templates of the pages as they are delivered: names and texts.
pub(crate) const DELIVERED: &[(&str, &str)] = &[
    ("base.html", include_str!("../../templates/base.html")),
    ("parts.html", include_str!("../../templates/parts.html")),
    ("front.html", include_str!("../../templates/front.html")),
    ("list.html", include_str!("../../templates/list.html")),
    ("article.html", include_str!("../../templates/article.html")),
    ("series.html", include_str!("../../templates/series.html")),
    ("latest.html", include_str!("../../templates/latest.html")),
    ("archive.html", include_str!("../../templates/archive.html")),
    ("most-read.html", include_str!("../../templates/most-read.html")),
    ("corrections.html", include_str!("../../templates/corrections.html")),
    ("edition.html", include_str!("../../templates/edition.html")),
    ("account.html", include_str!("../../templates/account.html")),
    ("address-code.html", include_str!("../../templates/address-code.html")),
    ("saved.html", include_str!("../../templates/saved.html")),
    ("saving.html", include_str!("../../templates/saving.html")),
    ("newsletters.html", include_str!("../../templates/newsletters.html")),
    ("newsletter.html", include_str!("../../templates/newsletter.html")),
    ("activate.html", include_str!("../../templates/activate.html")),
    ("seat.html", include_str!("../../templates/seat.html")),
    ("cancellation.html", include_str!("../../templates/cancellation.html")),
    ("statement.html", include_str!("../../templates/statement.html")),
    ("gift.html", include_str!("../../templates/gift.html")),
    ("cashier.html", include_str!("../../templates/cashier.html")),
    ("demo.html", include_str!("../../templates/demo.html")),
    ("contact.html", include_str!("../../templates/contact.html")),
    ("offers.html", include_str!("../../templates/offers.html")),
    ("search.html", include_str!("../../templates/search.html")),
    ("invoice-order.html", include_str!("../../templates/invoice-order.html")),
    ("invoices.html", include_str!("../../templates/invoices.html")),
    ("invoice.html", include_str!("../../templates/invoice.html")),
    ("plan-change.html", include_str!("../../templates/plan-change.html")),
    ("subscribe.html", include_str!("../../templates/subscribe.html")),
    ("sign-in.html", include_str!("../../templates/sign-in.html")),
    ("devices.html", include_str!("../../templates/devices.html")),
    ("opensearch.xml", include_str!("../../templates/opensearch.xml")),
    ("plain.html", include_str!("../../templates/plain.html")),
    ("ask.html", include_str!("../../templates/ask.html")),
    ("asked.html", include_str!("../../templates/asked.html")),
    ("walls.html", include_str!("../../templates/walls.html")),
    ("crawlers.html", include_str!("../../templates/crawlers.html")),
    ("mail.html", include_str!("../../templates/mail.html")),
];

/// How strictly templates are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Manner {
    /// A condition may ask for what is not there; printing it is an error.
    Served,
    /// Whoever checks a theme wants to know of every name that does not exist, and of every "none" on a page.
    Checked,
}

/// Where templates of pages are read: everything is escaped, and nothing runs for ever.
pub(crate) fn environment(manner: Manner) -> Environment<'static> {
    let mut environment = Environment::new();
    let (undefined, formatter): (_, Formatter) = match manner {
        Manner::Served => (UndefinedBehavior::SemiStrict, face::escape),
        Manner::Checked => (UndefinedBehavior::Strict, escape_something),
    };
    environment.set_undefined_behavior(undefined);
    environment.set_formatter(formatter);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_fuel(Some(face::RENDER_FUEL_MAX));
    environment
}

/// The templates, parsed: those of the house, and in place of some those of a theme.
#[derive(Debug)]
pub(crate) struct Templates(Environment<'static>);

impl Templates {
    /// Parses all of them. What is delivered stays within reach of a theme, as `default/NAME`; `addresses` are those of
    /// the assets, by plain name.
    ///
    /// # Errors
    /// [`TemplateError`] with the name and line of the first that is wrong.
    pub(crate) fn new(
        own: &BTreeMap<String, String>,
        addresses: Arc<HashMap<String, String>>,
        manner: Manner,
    ) -> Result<Self, TemplateError> {
        let mut environment = environment(manner);
        environment.add_function("icon", icon);
        environment.add_function("asset", move |name: &str| match addresses.get(name) {
            Some(address) => Ok(address.clone()),
            None => Err(minijinja::Error::new(
                ErrorKind::InvalidOperation,
                format!("there is no asset {name:?}; put the file into assets/"),
            )),
        });
        let all = || DELIVERED.iter().chain(&face::TEMPLATES);
        let delivered = all().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        let within_reach =
            all().map(|(name, text)| (format!("default/{name}"), (*text).to_owned()));
        let own = own.iter().map(|(name, text)| (name.clone(), text.clone()));
        for (name, text) in delivered.chain(within_reach).chain(own) {
            environment
                .add_template_owned(name.clone(), text)
                .map_err(|error| TemplateError::of(&name, &error))?;
        }
        Ok(Self(environment))
    }

    /// Renders one with a context.
    pub(crate) fn render(
        &self,
        template: &'static str,
        context: Value,
    ) -> Result<String, TemplateError> {
        let wrong = |error: minijinja::Error| TemplateError::of(template, &error);
        self.0.get_template(template).map_err(wrong)?.render(context).map_err(wrong)
    }
}

type Formatter = fn(&mut Output<'_>, &mut State<'_, '_>, &Value) -> Result<(), minijinja::Error>;

/// The house's formatter, which here refuses to print nothing as the word "none".
fn escape_something(
    out: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &Value,
) -> Result<(), minijinja::Error> {
    if value.is_none() {
        let reason = "prints what may be nothing; ask for it with {% if %} first";
        return Err(minijinja::Error::new(ErrorKind::UndefinedError, reason));
    }
    face::escape(out, state, value)
}

/// An icon as inline SVG, hidden from assistive technology: the control that holds it carries the label.
fn icon(name: &str) -> Value {
    let (class, size, path) = match name {
        "menu" => ("ic", "16 16", r#"<path d="M1 3.5h14M1 8h14M1 12.5h14"/>"#),
        "key" => (
            "ic",
            "16 16",
            r#"<circle cx="4.5" cy="8" r="3.2"/><path d="M7.7 8H15M12 8v3.5M14.5 8v2.5"/>"#,
        ),
        "mail" => ("ic", "16 16", r#"<path d="M1 3h14v10H1zM1 3.5l7 5.5 7-5.5"/>"#),
        "copy" => (
            "ic",
            "16 16",
            r#"<path d="M6.5 9.5l4-4M7 4.5L9.3 2.2a3.2 3.2 0 014.5 4.5L11.5 9M9 11.5l-2.3 2.3a3.2 3.2 0 01-4.5-4.5L4.5 7"/>"#,
        ),
        "print" => ("ic", "16 16", r#"<path d="M4 6V1h8v5M4 12H1V6h14v6h-3M4 10h8v5H4z"/>"#),
        "share" => ("ic", "16 16", r#"<path d="M8 10V1M4.8 4.2L8 1l3.2 3.2M4 7H2v8h12V7h-2"/>"#),
        "gift" => (
            "ic",
            "16 16",
            r#"<path d="M1 4.5h14v3H1zM2.5 7.5v7h11v-7M8 4.5v10M8 4L5 1.5M8 4l3-2.5"/>"#,
        ),
        "facebook" => (
            "ic",
            "16 16",
            r#"<path d="M1.5 1.5h13v13h-13zM9 14.5V7.2C9 5.7 9.8 5 11.2 5h1M7 9.2h4.8"/>"#,
        ),
        "x" => ("ic", "16 16", r#"<path d="M2 2l12 12M14 2L2 14"/>"#),
        "linkedin" => (
            "ic",
            "16 16",
            r#"<path d="M1.5 1.5h13v13h-13zM4.5 7v5M4.5 4v1M7.5 12V7M7.5 9.2c0-3 4.2-3 4.2 0V12"/>"#,
        ),
        "instagram" => (
            "ic",
            "16 16",
            r#"<path d="M1.5 1.5h13v13h-13zM11.5 4v1"/><circle cx="8" cy="8" r="3.2"/>"#,
        ),
        "youtube" => ("ic", "16 16", r#"<path d="M1 3h14v10H1zM6.5 5.5l4 2.5-4 2.5z"/>"#),
        "rss" => ("ic", "16 16", r#"<path d="M2 7a7 7 0 017 7M2 2a12 12 0 0112 12M2 13h1.5"/>"#),
        "mastodon" => ("ic", "16 16", r#"<path d="M2 2h12v9H6l-4 3zM5 8V5.5M8 8V5.5M11 8V5.5"/>"#),
        "chev" => ("ic chev", "11 13", r#"<path d="M2 1l6 5.5L2 12"/>"#),
        "search" => {
            ("ic", "16 16", r#"<circle cx="6.8" cy="6.8" r="4.8"/><path d="M10.4 10.4L15 15"/>"#)
        }
        "eye" => (
            "ic",
            "16 16",
            r#"<path d="M1 8c3.5-5.5 10.5-5.5 14 0-3.5 5.5-10.5 5.5-14 0z"/><circle cx="8" cy="8" r="2.2"/>"#,
        ),
        "cross" => ("ic", "16 16", r#"<path d="M3 3l10 10M13 3L3 13"/>"#),
        _ => return Value::from_safe_string(String::new()),
    };
    Value::from_safe_string(format!(
        r#"<svg class="{class}" viewBox="0 0 {size}" aria-hidden="true" focusable="false">{path}</svg>"#
    ))
}
