//! `/demo/walls`: every notice and every wall, from samples. Nothing here was decided by the gate, and nothing opens.

use face::{NoticeWords, Paper, Shown, asking, samples};
use minijinja::context;
use minijinja::value::Value;
use paywall::WallCode;

use super::contexts::Chrome;
use super::lists;
use super::{Trouble, Visit};
use crate::shell::answer::Answer;

/// Whose licence opens the sample of an article.
const SAMPLE_LIBRARY: &str = "Merrin Library";

/// Answers with all samples on one page.
pub(crate) async fn page(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    lists::answer(visit, "/demo/walls".to_owned(), async {
        let policy = &visit.presentation.house.policy;
        let mut states = Vec::new();
        for sample in samples(&policy.zone, visit.now) {
            let html = without_landmarks(&visit.shown(sample.name, &sample.shown)?);
            states.push(context! {
                id => sample.name,
                name => sample.name.replace('-', " "),
                html => Value::from_safe_string(html),
            });
        }
        let walls = context! {
            heading => "Notices and walls",
            standfirst => "What readers are told, state by state, with sample numbers.",
            states => states,
        };
        let chrome = Chrome {
            heading: "Notices and walls".to_owned(),
            robots: "noindex",
            ..Chrome::default()
        };
        Ok(("walls.html", context! { walls => walls, ..visit.chrome(chrome) }))
    })
    .await
}

/// On its own page a bar and a wall are landmarks; on a page that shows all of them, each stands in its state's.
fn without_landmarks(html: &str) -> String {
    let html = html.replace("<aside class=\"bar\"", "<div class=\"bar\" role=\"group\"");
    let html = html.replace("</aside>", "</div>");
    html.replace(
        "<section class=\"wallbox\" dir=\"auto\" aria-labelledby=",
        "<section class=\"wallbox\" dir=\"auto\" data-heading=",
    )
}

impl Visit<'_> {
    fn shown(&self, name: &str, shown: &Shown) -> Result<String, Trouble> {
        let theme = &self.presentation.theme;
        let templates = &theme.face;
        let paper = Paper { institution: Some(SAMPLE_LIBRARY), ..self.paper() };
        let policy = &self.presentation.house.policy;
        Ok(match shown {
            Shown::Asking(meterage) => {
                let ask = asking(Some(meterage), &paper);
                let words = NoticeWords { line: ask.line, bar: None, status: String::new() };
                let context = context! {
                    text => ask.text,
                    button => ask.button,
                };
                templates.notice(&words)? + &theme.render("asked.html", context)?
            }
            Shown::Notice(notice) => {
                let words = face::notice(notice, &paper, self.now);
                templates.notice(&words)? + &templates.bar(&words)?
            }
            Shown::Wall(wall) => {
                let code = WallCode::of(wall, policy, &self.site.code_key).to_string();
                let words = face::wall(wall, &paper, &code, self.now);
                templates.wall_with_id(&words, &self.front, &format!("{name}-h"))?
            }
        })
    }
}
