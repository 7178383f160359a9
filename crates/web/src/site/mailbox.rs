//! `/demo/mailbox`: the mails of the demo, which are sent to nobody. A newcomer finds here what a reader would find in the
//! post, and can follow its links. The HTML of a mail stands in a frame that can reach nothing.

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use minijinja::context;
use minijinja::value::Value;
use store::{MailId, MailRow};

use super::contexts::{Chrome, Link, value};
use super::{Trouble, Visit};
use crate::shell::answer::{Answer, HTML, Pieces, show_own_frames};
use crate::shell::caching::Keep;

/// Mails on the page, at most.
const MAILS_MAX: usize = 50;
const ADDRESS: &str = "/demo/mailbox";
/// What the HTML of a mail may do: have its own style, and open a link in another tab.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

/// The mails, newest first.
pub(crate) async fn all(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let mails = visit.site.store.mails_lately(MAILS_MAX).await?;
    let rows = mails.iter().map(|mail| {
        let name = format!("{} · {}", visit.instant(mail), mail.recipient);
        context! { name => name, href => address(mail.id), value => subject(mail) }
    });
    let told = if mails.is_empty() {
        "No mail was written yet. One comes when somebody signs in."
    } else {
        "What the paper would have sent. A demo sends nothing."
    };
    let heading = "Mailbox".to_owned();
    let plain = context! {
        heading => heading.clone(),
        paragraphs => [told],
        rows => rows.collect::<Vec<_>>(),
    };
    visit.private("plain.html", heading, context! { plain => plain })
}

/// One mail, with both its texts.
pub(crate) async fn one(visit: &Visit<'_>, number: &str) -> Result<Answer, Trouble> {
    let mail = visit.mail(number).await?;
    let row = |name: &str, text: String| context! { name => name, value => text };
    let plain = context! {
        heading => subject(&mail),
        paragraphs => Vec::<String>::new(),
        rows => [
            row("To", mail.recipient.clone()),
            row("Written", visit.instant(&mail)),
            row("For", mail.kind.clone()),
        ],
        links => value([Link { name: "Mailbox".to_owned(), href: ADDRESS.to_owned() }]),
    };
    let lines = mail.plain.lines().filter(|line| !line.trim().is_empty()).map(|line| {
        let is_link = line.starts_with("https://") || line.starts_with("http://");
        context! { text => line, href => is_link.then_some(line) }
    });
    let told = context! {
        lines => lines.collect::<Vec<_>>(),
        page => format!("{}/page", address(mail.id)),
    };
    let context = context! { plain => plain, mail => told };
    let mut answer = visit.private("mail.html", subject(&mail), context)?;
    show_own_frames(&mut answer);
    Ok(answer)
}

/// The HTML of a mail, for the frame: as it would be sent, but that its links open in another tab.
pub(crate) async fn page(visit: &Visit<'_>, number: &str) -> Result<Answer, Trouble> {
    let mail = visit.mail(number).await?;
    let html = mail.html.replacen("<head>", "<head><base target=\"_blank\">", 1);
    let body = Pieces::one(Bytes::from(html));
    let mut answer = visit.answer(StatusCode::OK, HTML, Keep::Nobody, body);
    let policy = HeaderValue::from_static(PAGE_POLICY);
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(answer)
}

fn address(id: MailId) -> String {
    format!("{ADDRESS}/{}", id.0)
}

/// The subject, while there is one: of a mail that was sent nothing is kept.
fn subject(mail: &MailRow) -> String {
    if mail.subject.is_empty() { mail.kind.clone() } else { mail.subject.clone() }
}

impl Visit<'_> {
    async fn mail(&self, number: &str) -> Result<MailRow, Trouble> {
        let id = number.parse().map_err(|_| Trouble::NotFound)?;
        self.site.store.mail(MailId(id)).await?.ok_or(Trouble::NotFound)
    }

    fn instant(&self, mail: &MailRow) -> String {
        let zone = &self.presentation.house.policy.zone;
        self.presentation.words.date_and_time(mail.queued_at, zone, self.now)
    }

    /// A page that nobody keeps.
    fn private(
        &self,
        template: &'static str,
        heading: String,
        told: Value,
    ) -> Result<Answer, Trouble> {
        let chrome = Chrome { heading, robots: "noindex", ..Chrome::default() };
        let html =
            self.presentation.theme.render(template, context! { ..told, ..self.chrome(chrome) })?;
        Ok(self.answer(StatusCode::OK, HTML, Keep::Nobody, Pieces::one(Bytes::from(html))))
    }
}
