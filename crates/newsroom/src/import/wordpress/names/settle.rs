//! Names of ours for names of theirs: one for each, within the limits of a paper, the same for the same names. It knows
//! no items.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::slugs::{mark, slug, with_end};
use super::Used;
use crate::import::Remarks;
use crate::import::mapping::Mapping;
use crate::limits::PAPER_LIST_MAX;
use crate::{NAME_BYTES_MAX, Slug};

/// A name of ours, and how it is shown.
pub(super) struct Group {
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) count: u64,
}

pub(super) fn each<T>(groups: &[Group], make: impl Fn(Slug, &Group) -> T) -> Vec<T> {
    groups.iter().filter_map(|group| Some(make(Slug::parse(&group.slug).ok()?, group))).collect()
}

pub(super) fn parsed(names: BTreeMap<String, String>) -> HashMap<String, Slug> {
    names.into_iter().filter_map(|(old, slug)| Some((old, Slug::parse(&slug).ok()?))).collect()
}

/// WordPress gives a tag that is called like a category the slug `harbour-2`. Here both are tags, and the same one: the
/// names without such twins, and the twins with what they are.
pub(super) fn without_twins(
    used: &HashMap<String, Used>,
    mapping: &Mapping,
) -> (HashMap<String, Used>, Vec<(String, String)>) {
    let mut counted = used.clone();
    let mut twins = Vec::new();
    for (old, twin) in used {
        let base = old.rsplit_once('-').filter(|(_, end)| end.bytes().all(|b| b.is_ascii_digit()));
        let Some((base, _)) = base.filter(|_| !mapping.tags.contains_key(old)) else { continue };
        let same = |known: &&Used| known.name.to_lowercase() == twin.name.to_lowercase();
        if used.get(base).filter(same).is_some()
            && let Some(known) = counted.get_mut(base)
        {
            known.count += twin.count;
            counted.remove(old);
            twins.push((old.clone(), base.to_owned()));
        }
    }
    (counted, twins)
}

/// Names of ours for names of theirs, the most used first. What the mapping names may come together; other names are
/// kept apart, and one that did not have to be changed has the first right to itself.
pub(super) fn settle(
    used: &HashMap<String, Used>,
    given: &dyn Fn(&str) -> Option<String>,
    reserved: &dyn Fn(&str) -> bool,
) -> (Vec<Group>, BTreeMap<String, String>) {
    let mut order: Vec<&String> = used.keys().collect();
    order.sort_by_key(|old| {
        (given(old).is_none(), slug(old).as_deref() != Some(old), (*old).clone())
    });
    let mut groups: HashMap<String, (Group, u64)> = HashMap::new();
    let mut names = BTreeMap::new();
    for old in order {
        let Used { name, count } = &used[old];
        let ours = given(old);
        let mapped = ours.is_some();
        let mut ours = ours.or_else(|| slug(old)).unwrap_or_else(|| format!("n-{}", mark(old, 8)));
        if !mapped && reserved(&ours) {
            ours = with_end(&ours, "news");
        }
        if !mapped && groups.contains_key(&ours) {
            ours = with_end(&ours, &mark(old, 8));
        }
        debug_assert!(ours.len() <= NAME_BYTES_MAX, "{ours}");
        names.insert(old.clone(), ours.clone());
        let new = || (Group { slug: ours.clone(), name: name.clone(), count: 0 }, 0);
        let (group, most) = groups.entry(ours.clone()).or_insert_with(new);
        group.count += count;
        if *count > *most {
            *most = *count;
            name.clone_into(&mut group.name);
        }
    }
    let mut groups: Vec<Group> = groups.into_values().map(|(group, _)| group).collect();
    groups.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.slug.cmp(&b.slug)));
    (groups, names)
}

/// Drops the least used names beyond the limit of a paper.
pub(super) fn cut(
    mut groups: Vec<Group>,
    mut names: BTreeMap<String, String>,
    kind: &str,
    remarks: &mut Remarks,
) -> (Vec<Group>, BTreeMap<String, String>) {
    if groups.len() > PAPER_LIST_MAX {
        let further: HashSet<String> =
            groups.split_off(PAPER_LIST_MAX).into_iter().map(|group| group.slug).collect();
        names.retain(|_, slug| !further.contains(slug));
        let count = further.len();
        remarks.note(format!(
            "a paper has at most {PAPER_LIST_MAX} {kind}; the {count} that are used least are \
             dropped"
        ));
    }
    (groups, names)
}
