//! Exports of WordPress (WXR): posts become articles of the Markdown folder, categories sections and tags. The file is
//! read three times at most, record by record, so that memory follows the largest item and the lists of names; it is
//! never changed, and nothing in it is fetched. What was not public there is never handed on.

use std::io::{BufRead, Seek, SeekFrom};
use std::ops::ControlFlow;

use jiff::tz::TimeZone;

use super::mapping::Mapping;
use super::{Export, Files, Identity, Item, Outcome, Remarks, Survey, Unreadable};

mod article;
mod autop;
mod blocks;
mod dateline;
mod dates;
mod entry;
mod names;
mod records;
mod shortcodes;
pub(super) mod slugs;
mod text;
mod texturize;

pub use article::TEXT_BYTES_MAX;
pub use entry::{DEPTH_MAX, OLD_NAMES_MAX, TERMS_MAX};
pub use names::{FILES_MAX, NAMES_MAX, REUSABLE_BYTES_MAX};
pub use records::{ITEM_BYTES_MAX, RECORD_BYTES_MAX};

use article::Translation;
use entry::Fields;
use names::Index;
use records::{Record, Records, State};

/// Where the teaser ends, while a text is translated: a character that no text has.
const MORE: char = '\u{e000}';
/// The same as a text.
const MORE_TEXT: &str = "\u{e000}";

/// An export of WordPress, over something that can be read from its beginning again.
pub struct WordPress<R> {
    input: R,
    mapping: Mapping,
    zone: Option<TimeZone>,
    language: Option<String>,
    reserved: fn(&str) -> bool,
    index: Option<Index>,
}

impl<R: BufRead + Seek> WordPress<R> {
    /// An export, with the paper's own word on names and access.
    pub fn new(input: R, mapping: Mapping) -> Self {
        Self { input, mapping, zone: None, language: None, reserved: |_| false, index: None }
    }

    /// Which names no section may have, since addresses of the site begin with them.
    #[must_use]
    pub fn reserved(mut self, reserved: fn(&str) -> bool) -> Self {
        self.reserved = reserved;
        self
    }

    /// The records, from the first one.
    fn records(&mut self) -> Result<Records<&mut R>, Unreadable> {
        let start = self.input.seek(SeekFrom::Start(0));
        start.map_err(|error| Unreadable {
            line: 0,
            what: format!("the file cannot be read: {error}"),
        })?;
        Ok(Records::new(&mut self.input))
    }

    /// Looks through the records as far as they can be read. Whether something was wrong, and where.
    fn look(
        &mut self,
        each: &mut dyn FnMut(&Record, &Mapping),
    ) -> Result<Option<Unreadable>, Unreadable> {
        let mapping = std::mem::take(&mut self.mapping);
        let mut any = false;
        let mut look = || -> Result<Option<Unreadable>, Unreadable> {
            let mut records = self.records()?;
            loop {
                match records.next() {
                    Ok(Some(record)) => each(&record, &mapping),
                    Ok(None) => return Ok(None),
                    // What stands before the fault counts, where there is something.
                    Err(fault) if any || records.is_export() => return Ok(Some(fault)),
                    Err(fault) => return Err(fault),
                }
                any = true;
            }
        };
        let looked = look();
        self.mapping = mapping;
        looked
    }

    fn index(&mut self, remarks: &mut Remarks) -> Result<Index, Unreadable> {
        let mut index = Index::default();
        let mut files = false;
        let fault = self.look(&mut |record, mapping| {
            let State::Whole(bytes) = &record.state else {
                index.items += u64::from(record.name == "item");
                return;
            };
            if record.name != "item" {
                if let Ok(fields) = Fields::read(bytes) {
                    index.head(&record.name, &fields);
                }
                return;
            }
            index.items += 1;
            let Ok(entry) = entry::entry(bytes) else { return };
            index.comments += entry.comments;
            files |= matches!(entry.kind.as_str(), "attachment" | "wp_block");
            index.note_host(&entry);
            if article::left(&entry, mapping).is_none() {
                index.count(&entry, &article::base_name(&entry), mapping);
            } else if entry.kind == "wp_block" && entry.status == "publish" {
                index.want(&entry.text, entry.id.unwrap_or(0));
            }
        })?;
        if let Some(fault) = fault {
            remarks
                .note(format!("the export is damaged: {fault}; what stands before that is read"));
        }
        if files && index.wants_files() {
            self.look(&mut |record, _| {
                if let (State::Whole(bytes), "item") = (&record.state, record.name.as_str())
                    && let Ok(entry) = entry::entry(bytes)
                {
                    index.keep(&entry);
                }
            })?;
            index.sort();
        }
        Ok(index)
    }
}

impl<R: BufRead + Seek> Export for WordPress<R> {
    fn survey(&mut self) -> Result<Survey, Unreadable> {
        let mut remarks = Remarks::default();
        let mut index = self.index(&mut remarks)?;
        index.named(self.mapping.site.as_ref());
        if index.site.is_empty() {
            remarks.note("the export does not say which site it is of; set site in the mapping");
        }
        let reserved = self.reserved;
        let settled = index.settle(&self.mapping, &reserved, &mut remarks);
        if index.comments > 0 {
            remarks.note(format!("{} comments are left out", index.comments));
        }
        if self.mapping.default_access.is_none() {
            remarks.note(
                "the mapping has no default_access: articles that nothing else is said of are \
                 free, as they were",
            );
        }
        let survey = Survey {
            site: index.site.clone(),
            identity: Identity {
                name: index.name.clone(),
                tagline: index.tagline.clone(),
                language: index.language.clone(),
                zone: String::new(),
            },
            file_hosts: index.file_hosts.iter().cloned().collect(),
            sections: settled.sections,
            tags: settled.tags,
            authors: settled.authors,
            series: Vec::new(),
            items: index.items,
            remarks: remarks.into_sentences(),
        };
        self.index = Some(index);
        Ok(survey)
    }

    fn bound_for(&mut self, zone: &TimeZone, language: &str) {
        self.zone = Some(zone.clone());
        self.language = Some(language.to_owned());
    }

    fn items(
        &mut self,
        _survey: &Survey,
        files: &mut dyn Files,
        each: &mut dyn FnMut(Item) -> ControlFlow<()>,
    ) -> Result<(), Unreadable> {
        if self.index.is_none() {
            self.survey()?;
        }
        let Some(index) = self.index.take() else { return Ok(()) };
        let (mapping, zone) = (self.mapping.clone(), self.zone.clone());
        let language = self.language.clone();
        let translation = Translation {
            index: &index,
            mapping: &mapping,
            zone: zone.as_ref(),
            language: language.as_deref(),
        };
        let read = self.records().and_then(|mut records| {
            while let Some(record) = records.next()? {
                if record.name == "item"
                    && each(translated(&record, &translation, files)).is_break()
                {
                    break;
                }
            }
            Ok(())
        });
        self.index = Some(index);
        read
    }
}

fn translated(record: &Record, translation: &Translation<'_>, files: &mut dyn Files) -> Item {
    let bad = |why: String| Item {
        line: record.line,
        name: "item".to_owned(),
        outcome: Outcome::Bad { why },
        remarks: Vec::new(),
        featured: false,
    };
    match &record.state {
        State::Whole(bytes) => match entry::entry(bytes) {
            Ok(entry) => translation.item(&entry, record.line, files),
            Err(why) => bad(why),
        },
        State::TooLarge => bad(format!(
            "it has more than {ITEM_BYTES_MAX} bytes; shorten it there and export again"
        )),
        State::Open => bad("it does not end; export again, or mend it by hand".to_owned()),
    }
}

/// What comes to light while a text is translated.
#[derive(Default)]
struct Found {
    remarks: Remarks,
    /// Whether a part of the text was for some readers only.
    locked: bool,
}

impl Found {
    /// Notes that what follows was for some readers only: the mark that ends the teaser.
    fn locked(&mut self) -> &'static str {
        self.locked = true;
        MORE_TEXT
    }
}

/// At most so many characters.
fn clipped(text: &str, max: usize) -> String {
    text.chars().take(max).collect::<String>().trim().to_owned()
}
