//! Slots: places of a fixed size for advertisements. What stands in one changes with the hour, the same for every reader;
//! nothing is counted, and an empty slot takes no place. Nothing is loaded from elsewhere, unless the paper names others:
//! these stand in frames that cannot reach the page and are not told which one it is.

use bytes::Bytes;
use face::Slotted;
use http::StatusCode;
use jiff::Timestamp;
use minijinja::context;
use minijinja::value::Value;
use newsroom::{Advertisement, secure_origin};

use super::{Trouble, Visit};
use crate::shell::answer::{Answer, Pieces};
use crate::shell::caching::Keep;

const HOUR_SECONDS: i64 = 3_600;

/// A place on a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Slot {
    /// Below the first articles of the front page.
    Front,
    /// Beside a section's list.
    Section,
    /// Beside an article.
    Article,
}

/// The sizes that slots have, in CSS pixels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SlotSize {
    /// 300 x 250, beside a list or an article.
    Beside,
    /// 728 x 90, across the front page.
    Across,
    /// 320 x 50, across a phone.
    AcrossPhone,
}

impl SlotSize {
    const ALL: [(Self, u32, u32); 3] =
        [(Self::Beside, 300, 250), (Self::Across, 728, 90), (Self::AcrossPhone, 320, 50)];

    /// The size that a picture of these pixels fills, by itself or at twice the density.
    #[must_use]
    pub fn of(width: u32, height: u32) -> Option<Self> {
        let fits = |(_, wide, high): &&(Self, u32, u32)| {
            (width, height) == (*wide, *high) || (width, height) == (2 * wide, 2 * high)
        };
        Self::ALL.iter().find(fits).map(|(size, ..)| *size)
    }
}

/// One picture of an advertisement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SlotPicture {
    /// Which slots it fills.
    pub size: SlotSize,
    /// `image/webp` or `image/png`.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: Bytes,
    /// Its name in addresses: the hash of its bytes and an ending.
    pub file: String,
}

impl SlotPicture {
    /// A picture that fills a slot; `None` for sizes that no slot has and kinds that are not taken.
    #[must_use]
    pub fn new(bytes: Vec<u8>, (width, height): (u32, u32), ending: &str) -> Option<Self> {
        let media_type = match ending {
            "webp" => "image/webp",
            "png" => "image/png",
            _ => return None,
        };
        let size = SlotSize::of(width, height)?;
        let file = format!("{}.{ending}", &blake3::hash(&bytes).to_hex()[..32]);
        Some(Self { size, media_type, bytes: Bytes::from(bytes), file })
    }
}

/// One of the paper's own advertisements.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HouseAdvertisement {
    /// The name of its folder, by which they take turns.
    pub name: String,
    /// What it says, where it leads, when it runs.
    pub told: Advertisement,
    /// Its pictures, one for each size at most.
    pub pictures: Vec<SlotPicture>,
}

impl HouseAdvertisement {
    /// Another company's page for a slot of this size.
    fn frame(&self, size: SlotSize) -> Option<&str> {
        let frames = &self.told.frames;
        match size {
            SlotSize::Beside => frames.beside.as_deref(),
            SlotSize::Across => frames.across.as_deref(),
            SlotSize::AcrossPhone => frames.across_phone.as_deref(),
        }
    }

    fn picture(&self, size: SlotSize) -> Option<&SlotPicture> {
        self.pictures.iter().find(|picture| picture.size == size)
    }
}

/// Answers with an advertisement's picture.
pub(crate) fn picture(visit: &Visit<'_>, file: &str) -> Result<Answer, Trouble> {
    let advertisements = visit.site.tended.advertisements.load();
    let mut pictures = advertisements.iter().flat_map(|one| &one.pictures);
    let picture = pictures.find(|picture| picture.file == file).ok_or(Trouble::NotFound)?;
    let body = Pieces::one(picture.bytes.clone());
    Ok(visit.answer(StatusCode::OK, picture.media_type, Keep::Forever, body))
}

impl Visit<'_> {
    fn is_slot_on(&self, slot: Slot) -> bool {
        let slots = &self.presentation.house.slots;
        let slotted = match slot {
            Slot::Front => slots.front,
            Slot::Section => slots.section,
            Slot::Article => slots.article,
        };
        slotted == Slotted::House
    }

    /// What stands in a slot at this hour.
    pub(crate) fn advertisement(&self, slot: Slot) -> Option<Value> {
        if !self.is_slot_on(slot) {
            return None;
        }
        let sizes: &[SlotSize] = match slot {
            Slot::Front => &[SlotSize::Across, SlotSize::AcrossPhone],
            Slot::Section | Slot::Article => &[SlotSize::Beside],
        };
        let today = self.today();
        let all = self.site.tended.advertisements.load();
        let fits = |one: &&HouseAdvertisement| {
            let fills =
                |size: &SlotSize| one.picture(*size).is_some() || self.frame(one, *size).is_some();
            one.told.runs_on(today) && sizes.iter().any(fills)
        };
        let running: Vec<&HouseAdvertisement> = all.iter().filter(fits).collect();
        let hour = self.now.as_second().div_euclid(HOUR_SECONDS);
        let turn =
            usize::try_from(hour.rem_euclid(i64::try_from(running.len().max(1)).ok()?)).ok()?;
        let one = running.get(turn)?;
        let src = |size| one.picture(size).map(|picture| format!("/ads/{}", picture.file));
        let frame = |size| self.frame(one, size).map(str::to_owned);
        Some(context! {
            alt => one.told.alt.clone(),
            href => one.told.link.clone(),
            beside => src(SlotSize::Beside),
            across => src(SlotSize::Across),
            across_phone => src(SlotSize::AcrossPhone),
            frames => context! {
                beside => frame(SlotSize::Beside),
                across => frame(SlotSize::Across),
                across_phone => frame(SlotSize::AcrossPhone),
            },
        })
    }

    /// Another company's page for a slot, where the paper names its origin: no other would be let in by the browser.
    fn frame<'a>(&self, one: &'a HouseAdvertisement, size: SlotSize) -> Option<&'a str> {
        let named = &self.presentation.house.slots.third_parties;
        let is_named = |address: &&str| {
            secure_origin(address).is_some_and(|origin| named.iter().any(|known| known == origin))
        };
        one.frame(size).filter(is_named)
    }

    /// When another advertisement has its turn.
    pub(crate) fn slots_turn_at(&self) -> Option<Timestamp> {
        let is_used = [Slot::Front, Slot::Section, Slot::Article].map(|slot| self.is_slot_on(slot));
        if !is_used.contains(&true) || self.site.tended.advertisements.load().is_empty() {
            return None;
        }
        let hour = self.now.as_second().div_euclid(HOUR_SECONDS);
        Timestamp::from_second((hour + 1) * HOUR_SECONDS).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_sizes_of_slots_are_taken() {
        assert_eq!(SlotSize::of(300, 250), Some(SlotSize::Beside));
        assert_eq!(SlotSize::of(1456, 180), Some(SlotSize::Across));
        assert_eq!(SlotSize::of(320, 50), Some(SlotSize::AcrossPhone));
        for (width, height) in [(0, 0), (250, 300), (301, 250), (900, 750), (u32::MAX, u32::MAX)] {
            assert_eq!(SlotSize::of(width, height), None);
        }
        assert!(SlotPicture::new(vec![1], (300, 250), "svg").is_none());
        assert!(SlotPicture::new(vec![1], (300, 251), "png").is_none());
        assert!(SlotPicture::new(vec![1], (300, 250), "webp").is_some());
    }
}
