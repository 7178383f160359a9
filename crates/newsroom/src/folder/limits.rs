//! What the reader takes at most. Beyond a limit a file is a fault, never cut short. Characters are Unicode scalar
//! values.

/// Bytes of an article's file.
pub const ARTICLE_BYTES_MAX: usize = 2 << 20;
/// Bytes of `paper.toml`.
pub const PAPER_BYTES_MAX: usize = 1 << 20;
/// Faults told of one file; one more line says that there are others.
pub const FAULTS_MAX: usize = 100;

/// Characters of a headline, also that of an entry or a fact box.
pub const HEADLINE_MAX: usize = 200;
/// Characters of a standfirst.
pub const STANDFIRST_MAX: usize = 600;
/// Characters of a caption, an alternative text or the text of a correction.
pub const CAPTION_MAX: usize = 2_000;
/// Characters of a name: of a section, an author, a place, a credit, who is quoted.
pub const NAME_MAX: usize = 120;
/// Characters of a language tag.
pub const LANGUAGE_MAX: usize = 35;
/// Bytes of an address or a file's name in a link.
pub const ADDRESS_BYTES_MAX: usize = 2_048;

/// Tags of an article, the kicker included.
pub const TAGS_MAX: usize = 32;
/// Authors of an article.
pub const AUTHORS_MAX: usize = 16;
/// Old addresses of an article.
pub const OLD_ADDRESSES_MAX: usize = 32;
/// Corrections of an article, and of each of its entries.
pub const CORRECTIONS_MAX: usize = 64;
/// The highest number of a part of a series.
pub const PART_MAX: u16 = 999;

/// Entries of an article.
pub const ENTRIES_MAX: usize = 500;
/// Fact boxes and pull quotes of an article, together.
pub const ASIDES_MAX: usize = 100;
/// Pictures in the text of an article, those of galleries among them.
pub const PICTURES_MAX: usize = 200;
/// Pictures of a gallery, at least.
pub const GALLERY_MIN: usize = 2;
/// Pictures of a gallery, at most.
pub const GALLERY_MAX: usize = 30;
/// Embeds of an article.
pub const EMBEDS_MAX: usize = 50;
/// Links of an article.
pub const LINKS_MAX: usize = 500;
/// Cells of all tables of an article.
pub const CELLS_MAX: usize = 5_000;
/// How deep lists and quotes stand in one another, and how deep emphasis does.
pub const NESTING_MAX: usize = 16;

/// Sections of a paper.
pub const SECTIONS_MAX: usize = 64;
/// Topics of a section.
pub const TOPICS_MAX: usize = 32;
/// Tags of a paper, and authors, and series.
pub const PAPER_LIST_MAX: usize = 5_000;
/// Articles named in one list of the front page.
pub const FRONT_MAX: usize = 32;
/// Days by which instants can be moved, forward or back.
pub const SHIFT_DAYS_MAX: i64 = 36_525;
