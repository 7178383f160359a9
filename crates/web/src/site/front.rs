//! The front page: what the newsroom pinned, then what is new, then a band for each section.

use std::collections::HashSet;

use face::FrontSketch;
use minijinja::context;
use minijinja::value::Value;
use newsroom::{ArticleId, Section};
use serde::Serialize;
use store::Filter;

use super::contexts::{Chrome, Link, Listing, value};
use super::lists;
use super::{Trouble, Visit};
use crate::shell::answer::Answer;

const TOP_LISTINGS: usize = 3;
const LATEST: usize = 6;
const BAND_LISTINGS: usize = 6;
/// Bands alternate: 6+4, then 3+3+4, then 4+6.
const SHAPES: [&str; 3] = ["b64", "b334", "b46"];
/// The opinion band stands after the first other one; the graphic after it.
const BANDS_BEFORE_OPINION: usize = 1;

#[derive(Serialize, Debug)]
struct Band {
    shape: &'static str,
    slug: String,
    name: String,
    href: String,
    topics: Vec<Link>,
    listings: Vec<Listing>,
    columns: Vec<Column>,
    graphic: Option<Value>,
}

#[derive(Serialize, Debug)]
struct Column {
    place: &'static str,
    lead: Option<Listing>,
    listings: Vec<Listing>,
}

/// Answers with the front page.
pub(crate) async fn page(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    lists::answer(visit, "/".to_owned(), async {
        let front = visit.front().await?;
        let chrome = Chrome { path: Some("/".to_owned()), is_home: true, ..Chrome::default() };
        Ok(("front.html", context! { front => front, ..visit.chrome(chrome) }))
    })
    .await
}

impl Visit<'_> {
    async fn front(&self) -> Result<Value, Trouble> {
        let plan = &self.presentation.paper.front;
        let store = &self.site.store;
        let newest = store.list(Filter::All, self.now, 60, None).await?;
        let newest: Vec<Listing> = newest.iter().map(|listed| self.listing(listed)).collect();
        let mut used = HashSet::new();

        let lead = self.pinned(plan.lead.as_slice()).await?.into_iter().next();
        let lead = lead.or_else(|| newest.iter().find(|s| s.image.is_some()).cloned());
        used.extend(lead.iter().map(|listing| listing.id.clone()));
        let related = self.pinned(&plan.related).await?;
        used.extend(related.iter().map(|listing| listing.id.clone()));
        let mut top = self.pinned(&plan.top).await?;
        used.extend(top.iter().map(|listing| listing.id.clone()));
        for listing in &newest {
            if top.len() >= TOP_LISTINGS {
                break;
            }
            if !listing.opinion && listing.live.is_none() && used.insert(listing.id.clone()) {
                top.push(listing.clone());
            }
        }
        let graphic = self.pinned(plan.graphic.as_slice()).await?.into_iter().next();
        used.extend(graphic.iter().map(|listing| listing.id.clone()));
        let latest = latest(&newest, lead.as_ref());
        let bands = self.bands(&mut used, graphic).await?;
        self.remember_front(FrontSketch {
            paper_name: self.presentation.house.paper.name.clone(),
            lead_headline: lead.as_ref().map(|s| s.headline.clone()).unwrap_or_default(),
            lead_picture: lead.as_ref().and_then(|s| s.image.as_ref()).map(|i| i.src.clone()),
            headlines: top
                .iter()
                .chain(&newest)
                .map(|listing| listing.headline.clone())
                .take(8)
                .collect(),
        });
        Ok(context! {
            lead => value(lead),
            related => value(related),
            top => value(top),
            latest => value(latest),
            bands => value(bands),
        })
    }

    /// The pinned articles that are published, in the newsroom's order.
    async fn pinned(&self, ids: &[ArticleId]) -> Result<Vec<Listing>, Trouble> {
        let listed = self.site.store.listed_by_ids(ids.to_vec()).await?;
        let published = listed.iter().filter(|listed| listed.head.published_at <= self.now);
        Ok(published.map(|listed| self.listing(listed)).collect())
    }

    async fn bands(
        &self,
        used: &mut HashSet<String>,
        graphic: Option<Listing>,
    ) -> Result<Vec<Band>, Trouble> {
        let sections = &self.presentation.paper.sections;
        let mut bands = Vec::new();
        let mut opinion = None;
        for section in sections {
            let filter = Filter::Section(section.slug.as_str().to_owned());
            let listed = self.site.store.list(filter, self.now, 20, None).await?;
            let listings = listed.iter().map(|listed| self.listing(listed));
            let listings =
                listings.filter(|listing| section.opinion || !used.contains(&listing.id));
            let listings: Vec<Listing> = listings.take(BAND_LISTINGS).collect();
            if listings.is_empty() {
                continue;
            }
            if section.opinion {
                let listings = listings.into_iter().take(4).collect();
                opinion = Some(self.band(section, "op", listings, Vec::new()));
            } else {
                let shape = SHAPES[bands.len() % SHAPES.len()];
                let columns = columns(shape, listings);
                bands.push(self.band(section, shape, Vec::new(), columns));
            }
        }
        if let Some(band) = opinion {
            bands.insert(BANDS_BEFORE_OPINION.min(bands.len()), band);
        }
        if let Some(graphic) = graphic
            && let Some(band) = bands.get_mut(BANDS_BEFORE_OPINION)
        {
            band.graphic = Some(context! {
                href => graphic.href,
                headline => graphic.headline,
                standfirst => graphic.standfirst,
                drawing => self.presentation.graphic(),
            });
        }
        Ok(bands)
    }

    fn band(
        &self,
        section: &Section,
        shape: &'static str,
        listings: Vec<Listing>,
        columns: Vec<Column>,
    ) -> Band {
        let topics = section.topics.iter().filter_map(|tag| self.presentation.tag(tag.as_str()));
        let topics = topics
            .map(|tag| Link { name: tag.name.clone(), href: format!("/tags/{}", tag.slug) })
            .collect();
        Band {
            shape,
            slug: section.slug.as_str().to_owned(),
            name: section.name.clone(),
            href: format!("/{}", section.slug),
            topics,
            listings,
            columns,
            graphic: None,
        }
    }
}

/// The newest by the minute: the live article first, the lead left out.
fn latest(newest: &[Listing], lead: Option<&Listing>) -> Vec<Listing> {
    let mut latest: Vec<Listing> =
        newest.iter().filter(|s| s.live.is_some()).take(1).cloned().collect();
    let others = newest.iter().filter(|listing| {
        listing.live.is_none() && !listing.opinion && lead.is_none_or(|lead| lead.id != listing.id)
    });
    latest.extend(others.take(LATEST - latest.len()).cloned());
    latest
}

/// Sets the listings of a section into the columns of its band's shape.
fn columns(shape: &'static str, mut listings: Vec<Listing>) -> Vec<Column> {
    let lead = |place, listing| Column { place, lead: Some(listing), listings: Vec::new() };
    let stack = |place, listings| Column { place, lead: None, listings };
    // The listing with a picture leads.
    if let Some(place) = listings.iter().position(|listing| listing.image.is_some()) {
        let first = listings.remove(place);
        listings.insert(0, first);
    }
    let mut listings = listings.into_iter();
    let mut columns = Vec::new();
    match shape {
        "b334" => {
            let (first, second) = (listings.next(), listings.next());
            let mut rest: Vec<Listing> = listings.collect();
            let with_picture = second.iter().any(|listing| listing.image.is_some());
            let third = (!rest.is_empty() && with_picture).then(|| rest.remove(0));
            rest.truncate(3);
            rest.iter_mut().for_each(|listing| listing.image = None);
            if let Some(middle) = third {
                columns.push(stack("a", std::iter::once(middle).chain(rest).collect()));
                columns.extend(second.map(|listing| lead("b", listing)));
            } else {
                let mut left: Vec<Listing> = second.into_iter().collect();
                let half = rest.len() / 2;
                let right = rest.split_off(half);
                left.extend(rest);
                columns.push(stack("a", left));
                if !right.is_empty() {
                    columns.push(stack("b", right));
                }
            }
            columns.extend(first.map(|listing| lead("c", listing)));
        }
        _ => {
            columns.extend(listings.next().map(|listing| lead("a", listing)));
            let rest: Vec<Listing> = listings.take(4).collect();
            if !rest.is_empty() {
                columns.push(stack("b", rest));
            }
        }
    }
    columns
}
