//! The check of a theme: every template is rendered with every sample, in every language, and what comes out is held
//! against what a page must have. It needs no paper and no folder of one.

use std::collections::BTreeSet;

use face::Language;
use minijinja::value::Value;

use super::fault::ThemeFault;
use super::files::{self, Parsed, ThemeFile};
use super::{Theme, face_samples, markup, parts, samples, tokens};
use crate::shell::templates::Manner;
use crate::site::contexts::value;

/// Faults that are told at once, at most: those behind them often come from the first.
pub(super) const THEME_FAULTS_MAX: usize = 200;

/// What a check found.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What the theme calls itself.
    pub name: String,
    /// All faults, by file and line.
    pub faults: Vec<ThemeFault>,
    /// How many templates were rendered.
    pub templates: usize,
    /// How many pages were made of them.
    pub rendered: usize,
}

/// Reads a theme and renders everything with it.
#[must_use]
pub fn check_theme(given: &[ThemeFile]) -> Checked {
    check(given, |_| true)
}

/// The same for some templates alone.
pub(super) fn check(given: &[ThemeFile], is_asked: impl Fn(&str) -> bool) -> Checked {
    let (parsed, faults) = files::parse(given);
    let mut checking = Checking {
        parsed: &parsed,
        as_written: faults.iter().map(|fault| fault.file.clone()).collect(),
        faults: faults.into_iter().collect(),
        told: BTreeSet::new(),
        rendered: 0,
    };
    checking.faults.extend(tokens::faults(&parsed));
    let templates: Vec<&'static str> = files::delivered()
        .map(|(name, _)| name)
        .filter(|name| !matches!(*name, "base.html" | "parts.html") && is_asked(name))
        .collect();
    match (Theme::of(&parsed, Manner::Served), Theme::of(&parsed, Manner::Checked)) {
        (Ok(served), Ok(checked)) => {
            for template in &templates {
                checking.template(template, &served, &checked);
            }
            if files::delivered().any(|(name, _)| files::is_of_face(name) && is_asked(name)) {
                for language in Language::ALL {
                    checking.face(&served, language, &is_asked);
                }
            }
        }
        (Err(fault), _) | (_, Err(fault)) => {
            checking.faults.insert(fault);
        }
    }
    let (rendered, faults) = (checking.rendered, checking.faults);
    let faults = faults.into_iter().take(THEME_FAULTS_MAX).collect();
    Checked { name: parsed.about.name, faults, templates: templates.len(), rendered }
}

struct Checking<'a> {
    parsed: &'a Parsed,
    faults: BTreeSet<ThemeFault>,
    /// Files with faults that can be seen without rendering them.
    as_written: BTreeSet<String>,
    /// What was told already, whichever sample showed it.
    told: BTreeSet<(String, Option<usize>, String)>,
    rendered: usize,
}

impl Checking<'_> {
    fn template(&mut self, template: &'static str, served: &Theme, checked: &Theme) {
        let words = |language| value(served.words(language).plain());
        let (first, more) = samples::variants(template);
        let english = words(Language::English);
        for variant in first.iter().chain(&more) {
            let theme = if variant.names_all() { checked } else { served };
            self.render(template, theme, variant, &english, "en");
        }
        // The words are all that differs.
        for language in Language::ALL.into_iter().skip(1) {
            let words = words(language);
            for variant in first.iter().take(2) {
                self.render(template, checked, variant, &words, language.tag());
            }
        }
    }

    fn render(
        &mut self,
        template: &'static str,
        theme: &Theme,
        variant: &samples::Variant,
        words: &Value,
        language: &str,
    ) {
        let context = samples::sample(template, variant, words);
        self.rendered += 1;
        let sample = format!("{}, {language}", variant.name);
        match theme.templates.render(template, context.clone()) {
            Err(error) => self.tell(ThemeFault::of(error), &sample),
            Ok(html) => self.made(template, &html, &context, &sample),
        }
    }

    /// Notices, walls and offers, in their real words.
    fn face(&mut self, theme: &Theme, language: Language, is_asked: impl Fn(&str) -> bool) {
        let made = face_samples::made(theme, language);
        for made in made.into_iter().filter(|made| is_asked(made.template)) {
            self.rendered += 1;
            match made.made {
                Err(error) => self.tell(ThemeFault::of(error), &made.name),
                Ok(html) => self.made(made.template, &html, &made.context, &made.name),
            }
        }
    }

    fn made(&mut self, template: &str, html: &str, context: &Value, sample: &str) {
        if parts::is_page(template) {
            for what in parts::frame_of_page(html, context, template) {
                let file = self.file_of(template, true);
                self.tell(ThemeFault::new(&file, None, what), sample);
            }
        }
        let own = parts::own_parts(template, html, context);
        let marks =
            (template == "article.html").then(|| parts::mark_fault(html, context)).flatten();
        for what in own.into_iter().chain(marks) {
            let file = self.file_of(template, false);
            self.tell(ThemeFault::new(&file, None, what), sample);
        }
        // What only the rendered page shows: names that a template puts together.
        let is_told = self.as_written.contains(&self.file_of(template, false));
        if template.ends_with(".html") && !is_told {
            for (_, what) in markup::page_faults(html) {
                let file = self.file_of(template, false);
                self.tell(ThemeFault::new(&file, None, what), sample);
            }
        }
    }

    /// The theme's file in which a fault of a page is mended.
    fn file_of(&self, template: &str, is_frame: bool) -> String {
        let own = &self.parsed.templates;
        let mut candidates = match is_frame {
            true => ["base.html", template],
            false => [template, "base.html"],
        };
        // A page that does not build on the frame has to bring its own.
        if is_frame && own.get(template).is_some_and(|text| !text.contains("{% extends")) {
            candidates.reverse();
        }
        match candidates.into_iter().find(|name| own.contains_key(*name)) {
            Some(name) => format!("templates/{name}"),
            None => format!("(delivered) {template}"),
        }
    }

    fn tell(&mut self, mut fault: ThemeFault, sample: &str) {
        // A delivered template that another of the theme's files has let down.
        if let Some(name) = fault.file.strip_prefix("templates/")
            && !self.parsed.templates.contains_key(name)
        {
            fault.file = format!("(delivered) {name}");
        }
        let known = (fault.file.clone(), fault.line, fault.what.clone());
        if self.told.insert(known) {
            fault.what = format!("{} (sample \"{sample}\")", fault.what);
            self.faults.insert(fault);
        }
    }
}
