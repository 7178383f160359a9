//! What was read most, in a day and in a week: lists made of numbers for articles and hours, with nobody in them.

use face::Key;
use minijinja::context;

use super::contexts::{Chrome, value};
use super::{Trouble, Visit, lists};
use crate::shell::answer::Answer;

/// Answers with both lists.
pub(crate) async fn page(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    lists::answer(visit, "/most-read".to_owned(), async {
        let (day, week) = visit.most_read().await?;
        let words = &visit.presentation.words;
        let heading = words.text(Key::MostRead);
        let chrome = Chrome {
            heading: heading.clone(),
            description: words.text(Key::MostReadText),
            path: Some("/most-read".to_owned()),
            ..Chrome::default()
        };
        let most_read = context! { heading => heading, day => value(day), week => value(week) };
        Ok(("most-read.html", context! { most_read => most_read, ..visit.chrome(chrome) }))
    })
    .await
}
