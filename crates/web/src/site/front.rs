//! The front page: what the newsroom pinned, then what is new, then a band for each section.

use std::collections::HashSet;

use face::{Args, FrontSketch, Key, Slot};
use http::StatusCode;
use minijinja::context;
use minijinja::value::Value;
use newsroom::{Arrangement, ArticleId, Section};
use serde::Serialize;
use store::Filter;

use super::contexts::{Chrome, Link, Listing, value};
use super::lists;
use super::meta::Meta;
use super::{Trouble, Visit};
use crate::shell::answer::Answer;

const TOP_LISTINGS: usize = 3;
const LATEST: usize = 6;
const BAND_LISTINGS: usize = 6;
/// Headlines in what is said of the page elsewhere.
const TOLD_HEADLINES: usize = 3;
/// Bands with pictures alternate: 6+4, then 4+6, then 3+3+4.
const SHAPES: [&str; 3] = ["b64", "b46", "b334"];
/// One tide, low to low with its high between: a picture, not a table.
const TIDE_CURVE: &str = "M0 55C18 57 28 51 44 35S74 7 95 7s38 20 55 40 30 14 46 10";
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
    /// How wide the lead's picture is drawn: true to the columns of the style sheet.
    sizes: &'static str,
    lead: Option<Listing>,
    listings: Vec<Listing>,
}

/// Answers with the front page.
pub(crate) async fn page(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    lists::answer(visit, "/".to_owned(), async {
        let front = visit.front(&visit.presentation.paper.front.arrangement).await?;
        visit.remember_front(front.sketch.clone());
        Ok(front.told(visit))
    })
    .await
}

/// The page with another arrangement, made for this request and kept nowhere.
pub(crate) async fn made(visit: &Visit<'_>, arrangement: &Arrangement) -> Result<Answer, Trouble> {
    let (template, context) = visit.front(arrangement).await?.told(visit);
    visit.own_page(StatusCode::OK, template, context)
}

/// What stands on the page.
struct Shown {
    front: Value,
    /// Its first headlines in a line.
    description: String,
    /// The same for walls, which draw it small.
    sketch: FrontSketch,
}

impl Shown {
    fn told(self, visit: &Visit<'_>) -> lists::Told {
        let chrome = Chrome {
            path: Some("/".to_owned()),
            description: self.description,
            is_home: true,
            meta: Meta::of_front(visit),
            ..Chrome::default()
        };
        ("front.html", context! { front => self.front, ..visit.chrome(chrome) })
    }
}

impl Visit<'_> {
    /// What stands on it with that arrangement.
    async fn front(&self, arrangement: &Arrangement) -> Result<Shown, Trouble> {
        let store = &self.site.store;
        let newest = store.list(Filter::All, self.now, 60, None).await?;
        let newest: Vec<Listing> = newest.iter().map(|listed| self.listing(listed)).collect();
        let mut used = HashSet::new();

        let lead = self.pinned(arrangement.lead.as_slice()).await?.into_iter().next();
        let lead = lead.or_else(|| newest.iter().find(|s| s.image.is_some()).cloned());
        used.extend(lead.iter().map(|listing| listing.id.clone()));
        // An article stands in one place, however often it is named.
        let mut related = self.pinned(&arrangement.related).await?;
        related.retain(|listing| used.insert(listing.id.clone()));
        let mut top = self.pinned(&arrangement.top).await?;
        top.retain(|listing| used.insert(listing.id.clone()));
        for listing in &newest {
            if top.len() >= TOP_LISTINGS {
                break;
            }
            if !listing.opinion && listing.live.is_none() && used.insert(listing.id.clone()) {
                top.push(listing.clone());
            }
        }
        let graphic =
            self.pinned(self.presentation.paper.front.graphic.as_slice()).await?.into_iter().next();
        used.extend(graphic.iter().map(|listing| listing.id.clone()));
        let latest = latest(&newest, lead.as_ref());
        let bands = self.bands(&mut used, graphic).await?;
        let sketch = FrontSketch {
            paper_name: self.presentation.house.paper.name.clone(),
            lead_headline: lead.as_ref().map(|s| s.headline.clone()).unwrap_or_default(),
            lead_picture: lead.as_ref().and_then(|s| s.image.as_ref()).map(|i| i.small.clone()),
            headlines: top
                .iter()
                .chain(&newest)
                .map(|listing| listing.headline.clone())
                .take(8)
                .collect(),
        };
        let told = lead.iter().chain(&top).take(TOLD_HEADLINES);
        let told: Vec<&str> = told.map(|listing| listing.headline.as_str()).collect();
        let description = told.join(" · ");
        let front = context! {
            lead => value(lead),
            related => value(related),
            top => value(top),
            latest => value(latest),
            bands => value(bands),
            tide => self.tide(),
            market => self.market(),
            market_at => self.market_at(),
            advertisement => self.advertisement(super::slots::Slot::Front),
        };
        Ok(Shown { front, description, sketch })
    }

    fn tide(&self) -> Option<Value> {
        let tide = self.presentation.paper.front.tide.as_ref()?;
        let words = &self.presentation.words;
        let told = |key, text: &str| words.format(key, &Args::new().with(Slot::Time, text));
        Some(context! {
            place => tide.place.clone(),
            curve => TIDE_CURVE,
            high => told(Key::High, &tide.high),
            low => told(Key::Low, &tide.low),
        })
    }

    fn market(&self) -> Vec<Value> {
        let quotes = self.quotes().0;
        let quotes = quotes.iter();
        let row = |quote: &newsroom::Quote| {
            let (way, arrow) = if quote.is_down() { ("down", '↓') } else { ("up", '↑') };
            context! {
                name => quote.name.clone(),
                value => quote.value.clone(),
                way => way,
                change => format!("{arrow} {}", quote.change),
            }
        };
        quotes.map(row).collect()
    }

    /// When the market's numbers were written, where the paper's file has them.
    fn market_at(&self) -> Option<String> {
        let at = self.quotes().1?;
        let time = self.when(at).text;
        Some(self.presentation.words.format(Key::MarketAt, &Args::new().with(Slot::Time, time)))
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
        let mut pictured = 0;
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
                let shape = SHAPES[pictured % SHAPES.len()];
                pictured += usize::from(listings.iter().any(|listing| listing.image.is_some()));
                let (shape, columns) = columns(shape, listings);
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

/// How wide the picture of a band's lead is drawn: six, three or four columns of twelve, five or three of eight, and on a
/// telephone the whole column or, in most bands, a square of 104 px, which takes a picture of 156 px to fill.
fn sizes(shape: &str, place: &str) -> &'static str {
    match (shape, place) {
        ("b334", "b") => {
            "(min-width:1392px) 306px, (min-width:1160px) calc(25vw - 42px), \
             (min-width:600px) calc(37.5vw - 39px), 156px"
        }
        ("b334", "c") => {
            "(min-width:1392px) 416px, (min-width:1160px) calc(33.3vw - 48px), \
             (min-width:600px) calc(62.5vw - 49px), 156px"
        }
        ("b46", _) => {
            "(min-width:1392px) 636px, (min-width:1160px) calc(50vw - 60px), \
             (min-width:600px) calc(62.5vw - 49px), 156px"
        }
        _ => {
            "(min-width:1392px) 636px, (min-width:1160px) calc(50vw - 60px), \
             (min-width:600px) calc(62.5vw - 49px), calc(100vw - 32px)"
        }
    }
}

/// Sets the listings of a section into the columns of its band's shape. A band without any picture is three columns of
/// text, whatever its shape.
fn columns(shape: &'static str, mut listings: Vec<Listing>) -> (&'static str, Vec<Column>) {
    let lead = |place, listing| {
        let sizes = sizes(shape, place);
        Column { place, sizes, lead: Some(listing), listings: Vec::new() }
    };
    let stack = |place, listings| Column { place, sizes: "", lead: None, listings };
    let pictures = listings.iter().filter(|listing| listing.image.is_some()).count();
    if pictures == 0 {
        let mut listings = listings.into_iter();
        let first: Vec<Listing> = listings.by_ref().take(1).collect();
        let rest: Vec<Listing> = listings.collect();
        let (second, third) = rest.split_at(rest.len().div_ceil(2));
        let mut columns: Vec<Column> = first.into_iter().map(|l| lead("a", l)).collect();
        let stacks = [("b", second), ("c", third)].into_iter().filter(|(_, l)| !l.is_empty());
        columns.extend(stacks.map(|(place, listings)| stack(place, listings.to_vec())));
        return ("b334 text-only", columns);
    }
    // What has a picture leads; the order is the newsroom's otherwise.
    listings.sort_by_key(|listing| listing.image.is_none());
    let mut listings = listings.into_iter();
    let first = listings.next();
    if shape == "b334" && pictures > 1 {
        let second = listings.next();
        let mut rest: Vec<Listing> = listings.take(3).collect();
        rest.iter_mut().skip(1).for_each(|listing| listing.image = None);
        let columns = [
            Some(stack("a", rest)),
            second.map(|listing| lead("b", listing)),
            first.map(|listing| lead("c", listing)),
        ];
        return (shape, columns.into_iter().flatten().collect());
    }
    let shape = if shape == "b334" { "b64" } else { shape };
    let rest: Vec<Listing> = listings.take(4).collect();
    let mut columns: Vec<Column> = first.into_iter().map(|l| lead("a", l)).collect();
    if !rest.is_empty() {
        columns.push(stack("b", rest));
    }
    (shape, columns)
}
