//! What machines can ask for: the nouns of the API. What each takes and answers stands in the table of `api`, which a test holds against
//! the rows of the table of addresses.

/// A noun of the API.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Noun {
    /// The description of all of it, for programs.
    Document,
    /// Articles: GET lists them, POST begins one.
    Articles,
    /// One of them: PATCH changes its draft.
    Article,
    /// Its draft: DELETE throws it away.
    Draft,
    /// POST publishes it, now or later.
    Publication,
    /// POST takes it back, DELETE puts it back.
    Withdrawal,
    /// Pictures and documents: POST brings some.
    Files,
    /// One of them: PATCH says something of it.
    File,
    /// Its bytes: PUT puts others in their place.
    FileBytes,
    /// Readers: POST takes one in.
    Readers,
    /// POST finds one: no address of a person stands in an address of ours.
    ReaderSearch,
    /// One of them, with what they hold.
    Reader,
    /// POST gives access without payment, DELETE takes it back.
    Access,
    /// DELETE signs a reader out everywhere.
    Sessions,
    /// Subscriptions as the ledger has them.
    Subscriptions,
    /// One of them.
    Subscription,
    /// The house settings: PUT puts a document into force.
    Settings,
    /// POST says what a document would change.
    Proposal,
    /// The offers: POST makes one.
    Offers,
    /// POST ends one.
    OfferEnd,
}

/// The longest JSON with an article or with all settings, in bytes.
const TEXT_BYTES_MAX: usize = 4 << 20;
/// The longest JSON of everything else, in bytes.
const SHORT_BYTES_MAX: usize = 64 << 10;

impl Noun {
    /// All of them.
    pub const ALL: [Self; 20] = [
        Self::Document,
        Self::Articles,
        Self::Article,
        Self::Draft,
        Self::Publication,
        Self::Withdrawal,
        Self::Files,
        Self::File,
        Self::FileBytes,
        Self::Readers,
        Self::ReaderSearch,
        Self::Reader,
        Self::Access,
        Self::Sessions,
        Self::Subscriptions,
        Self::Subscription,
        Self::Settings,
        Self::Proposal,
        Self::Offers,
        Self::OfferEnd,
    ];

    /// The longest body that a request may bring, in bytes.
    pub(super) const fn bytes_max(self) -> usize {
        match self {
            Self::Articles | Self::Article | Self::Settings | Self::Proposal => TEXT_BYTES_MAX,
            Self::Publication
            | Self::Withdrawal
            | Self::Files
            | Self::File
            | Self::FileBytes
            | Self::Readers
            | Self::ReaderSearch
            | Self::Access
            | Self::Offers
            | Self::OfferEnd => SHORT_BYTES_MAX,
            Self::Document
            | Self::Draft
            | Self::Reader
            | Self::Sessions
            | Self::Subscriptions
            | Self::Subscription => 0,
        }
    }
}
