//! Merges the names of an import (sections, tags, authors, series) into the paper. What the paper has already stays as it
//! is; what it has no room for is told and left out.

use newsroom::import::Survey;
use newsroom::{Author, Front, PaperFile, Section, Slug, Tag, limits};

use super::report::Report;

/// The names that come in.
fn of_survey(survey: &Survey) -> PaperFile {
    PaperFile {
        sections: survey.sections.clone(),
        tags: survey.tags.clone(),
        authors: survey.authors.clone(),
        series: survey.series.clone(),
        ..PaperFile::default()
    }
}

/// The paper with the names of an import. `overwrite`: what both have is the import's.
pub(crate) fn merge(
    paper: PaperFile,
    incoming: PaperFile,
    overwrite: bool,
    report: &mut Report,
) -> PaperFile {
    let mut paper = paper;
    for section in incoming.sections.iter().filter(|s| web::is_reserved(s.slug.as_str())) {
        report.remark(&format!(
            "the section \"{}\" has the name of a fixed address and cannot be reached; give it another",
            section.slug
        ));
    }
    let how = |what, max| How { what, max, overwrite };
    let sections = how("section", limits::SECTIONS_MAX);
    add(&mut paper.sections, incoming.sections, &sections, |s| &s.slug, report);
    let list = limits::PAPER_LIST_MAX;
    add(&mut paper.tags, incoming.tags, &how("tag", list), |t| &t.slug, report);
    add(&mut paper.authors, incoming.authors, &how("author", list), |a| &a.slug, report);
    add(&mut paper.series, incoming.series, &how("series", list), |s| &s.slug, report);
    if overwrite && incoming.front != Front::default() || paper.front == Front::default() {
        paper.front = incoming.front;
    }
    if overwrite && incoming.wordmark.is_some() || paper.wordmark.is_none() {
        paper.wordmark = incoming.wordmark;
    }
    paper
}

/// The names of an export that were given anew there, with what the paper has beside them.
pub(crate) fn renamed(paper: &PaperFile, survey: &Survey) -> PaperFile {
    let section = |one: &Section| {
        let known = paper.section(&one.slug).cloned().unwrap_or_else(|| one.clone());
        Section { name: one.name.clone(), ..known }
    };
    let tag = |one: &Tag| {
        let known = paper.tag(&one.slug).cloned().unwrap_or_else(|| one.clone());
        Tag { name: one.name.clone(), ..known }
    };
    let author = |one: &Author| {
        let known = paper.author(&one.slug).cloned().unwrap_or_else(|| one.clone());
        Author { name: one.name.clone(), ..known }
    };
    PaperFile {
        sections: survey.sections.iter().map(section).collect(),
        tags: survey.tags.iter().map(tag).collect(),
        authors: survey.authors.iter().map(author).collect(),
        ..of_survey(survey)
    }
}

struct How {
    what: &'static str,
    max: usize,
    overwrite: bool,
}

fn add<T>(
    known: &mut Vec<T>,
    incoming: Vec<T>,
    how: &How,
    slug: fn(&T) -> &Slug,
    report: &mut Report,
) {
    let mut places: std::collections::HashMap<Slug, usize> =
        known.iter().enumerate().map(|(place, one)| (slug(one).clone(), place)).collect();
    for one in incoming {
        match places.get(slug(&one)) {
            Some(place) if how.overwrite => known[*place] = one,
            Some(_) => {}
            None if known.len() >= how.max => report.remark(&format!(
                "the {} \"{}\" was left out: a paper has at most {}",
                how.what,
                slug(&one),
                how.max
            )),
            None => {
                places.insert(slug(&one).clone(), known.len());
                known.push(one);
            }
        }
    }
}
