//! The table of the API: for each noun and method what scope it needs, what it takes and what it answers. Requests are read by it, and the
//! description for programs is made of it; a test holds it against the table of addresses.

use http::Method;
use newsroom::{Deed, Scope, limits};
use store::{GRANT_REASON_CHARS_MAX, READER_NAME_CHARS_MAX};

use super::field::{Field, Takes, may, may_clear, must};
use super::schemas::{
    ARTICLE, ARTICLE_CHANGE, ARTICLE_ROW, CURSOR, DIFFERENCE, FILE, FINDING, LIMIT, LINE_CHARS_MAX,
    LISTED_MAX, NEW_ARTICLE, NEXT, OFFER, OFFERS, PROPOSAL_FINDINGS_MAX, READER, SETTINGS,
    SLUG_CHARS_MAX, SOUGHT, STATES, SUBSCRIPTION, TEXT_CHARS_MAX,
};
use crate::shell::parcel::PARCEL_FILES_MAX;
use crate::shell::routes::Noun;

/// What somebody can ask.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) noun: Noun,
    pub(crate) method: &'static Method,
    /// What the token has to have.
    pub(crate) scope: Scope,
    /// What the role of its maker has to allow.
    pub(crate) deed: Deed,
    /// What it does, in a few words.
    pub(crate) summary: &'static str,
    /// What stands behind the question mark.
    pub(crate) query: &'static [Field],
    pub(crate) takes: Body,
    /// Whether it changes what was read: then it names the version that it was made from.
    pub(crate) is_conditional: bool,
    /// The status where it went well.
    pub(crate) status: u16,
    /// What is answered then; nothing where the table is empty.
    pub(crate) answers: &'static [Field],
}

/// What a request brings.
#[derive(Debug)]
pub(crate) enum Body {
    Nothing,
    Json(&'static [Field]),
    /// `multipart/form-data` with so many files at most.
    Files(usize),
}

const fn reads(noun: Noun, scope: Scope, summary: &'static str) -> Operation {
    Operation {
        noun,
        method: &Method::GET,
        scope,
        deed: scope.needs(),
        summary,
        query: &[],
        takes: Body::Nothing,
        is_conditional: false,
        status: 200,
        answers: &[],
    }
}

const fn takes(
    noun: Noun,
    scope: Scope,
    summary: &'static str,
    fields: &'static [Field],
) -> Operation {
    let takes = Body::Json(fields);
    Operation { method: &Method::POST, takes, ..reads(noun, scope, summary) }
}

const fn ends(noun: Noun, scope: Scope, summary: &'static str) -> Operation {
    Operation { method: &Method::DELETE, ..reads(noun, scope, summary) }
}

/// The table.
pub(crate) const OPERATIONS: &[Operation] = &[
    reads(Noun::Document, Scope::ArticlesRead, "This description"),
    Operation {
        query: &[
            may(
                "state",
                Takes::Choice(STATES),
                "How far they are; published where it is not said.",
            ),
            may("section", Takes::Text(SLUG_CHARS_MAX), "Those of a section."),
            may("author", Takes::Text(SLUG_CHARS_MAX), "Those of an author."),
            may(
                "words",
                Takes::Text(200),
                "Words that all stand in the headline or in the address.",
            ),
            may(
                "access",
                Takes::Text(60),
                "Those of an access; not in lists of drafts. A page may have fewer rows then.",
            ),
            may("since", Takes::Instant, "Those at or after an instant."),
            CURSOR,
            LIMIT,
        ],
        answers: &[
            must("articles", Takes::Objects(LISTED_MAX, ARTICLE_ROW), "The latest first."),
            NEXT,
        ],
        ..reads(Noun::Articles, Scope::ArticlesRead, "Lists articles")
    },
    Operation {
        status: 201,
        answers: ARTICLE,
        ..takes(Noun::Articles, Scope::ArticlesWrite, "Begins an article, as a draft", NEW_ARTICLE)
    },
    Operation {
        answers: ARTICLE,
        ..reads(
            Noun::Article,
            Scope::ArticlesRead,
            "Shows an article: its draft, or what is published of it",
        )
    },
    Operation {
        method: &Method::PATCH,
        is_conditional: true,
        answers: ARTICLE,
        ..takes(
            Noun::Article,
            Scope::ArticlesWrite,
            "Changes the draft of an article, or begins one of what is published",
            ARTICLE_CHANGE,
        )
    },
    Operation {
        is_conditional: true,
        status: 204,
        ..ends(Noun::Draft, Scope::ArticlesWrite, "Throws a draft away; what is published stays")
    },
    Operation {
        is_conditional: true,
        answers: ARTICLE,
        ..takes(
            Noun::Publication,
            Scope::ArticlesPublish,
            "Publishes the draft of an article, now or at an instant",
            &[
                may_clear(
                    "publish_at",
                    Takes::Instant,
                    "When; null is at once. Where it is not said, the draft's own instant holds.",
                ),
                may(
                    "is_small",
                    Takes::Truth,
                    "Whether it is a small change, of which readers are not told.",
                ),
            ],
        )
    },
    Operation {
        deed: Deed::TakeBack,
        answers: ARTICLE,
        ..takes(
            Noun::Withdrawal,
            Scope::ArticlesPublish,
            "Takes an article back: its address answers 410",
            &[],
        )
    },
    Operation {
        deed: Deed::TakeBack,
        answers: ARTICLE,
        ..ends(Noun::Withdrawal, Scope::ArticlesPublish, "Puts an article back that was taken back")
    },
    Operation {
        query: &[
            may(
                "words",
                Takes::Text(200),
                "Words that all stand in the name, or in what is said of it.",
            ),
            may(
                "kind",
                Takes::Choice(&["pictures", "attachments"]),
                "Pictures or documents alone.",
            ),
            CURSOR,
            LIMIT,
        ],
        answers: &[must("files", Takes::Objects(LISTED_MAX, FILE), "The latest first."), NEXT],
        ..reads(Noun::Files, Scope::MediaRead, "Lists files")
    },
    Operation {
        method: &Method::POST,
        takes: Body::Files(PARCEL_FILES_MAX),
        status: 201,
        answers: &[
            must("files", Takes::Objects(LISTED_MAX, FILE), "Those that were taken."),
            must(
                "refused",
                Takes::Texts(LISTED_MAX, LINE_CHARS_MAX),
                "Why others were not, in the paper's language.",
            ),
        ],
        ..reads(Noun::Files, Scope::MediaWrite, "Brings files, in the field `file`")
    },
    Operation { answers: FILE, ..reads(Noun::File, Scope::MediaRead, "Shows a file") },
    Operation {
        method: &Method::PATCH,
        answers: FILE,
        ..takes(
            Noun::File,
            Scope::MediaWrite,
            "Says something of a file; what is not named stays",
            &[
                may(
                    "alt",
                    Takes::Text(limits::CAPTION_MAX),
                    "What it shows, for those who do not see it.",
                ),
                may("caption", Takes::Text(limits::CAPTION_MAX), "The line below it."),
                may("credit", Takes::Text(limits::NAME_MAX), "Whose it is."),
                may("focus", Takes::Text(40), "The point that stays in sight: `40% 30%`."),
            ],
        )
    },
    Operation {
        method: &Method::PUT,
        takes: Body::Files(1),
        answers: FILE,
        ..reads(
            Noun::FileBytes,
            Scope::MediaWrite,
            "Puts another file of the same kind, from the field `file`, wherever this one is shown",
        )
    },
    Operation {
        deed: Deed::ExchangeReaders,
        status: 201,
        answers: READER,
        ..takes(
            Noun::Readers,
            Scope::ReadersWrite,
            "Takes a reader in, whose address nobody has proven; nothing is sent to them",
            &[
                must("mail", Takes::Text(254), "The mail address."),
                may("name", Takes::Text(READER_NAME_CHARS_MAX), "What they want to be called."),
            ],
        )
    },
    Operation {
        answers: &[must("readers", Takes::Objects(1, READER), "The reader, or nobody.")],
        ..takes(Noun::ReaderSearch, Scope::ReadersRead, "Finds a reader", SOUGHT)
    },
    Operation {
        answers: READER,
        ..reads(Noun::Reader, Scope::ReadersRead, "Shows a reader, with what they hold and why")
    },
    Operation {
        answers: READER,
        ..takes(
            Noun::Access,
            Scope::ReadersWrite,
            "Gives a reader a plan without payment",
            &[
                must("plan", Takes::Text(32), "The slug of the plan."),
                must("until", Takes::Day, "The last day, in the paper's zone."),
                must(
                    "reason",
                    Takes::Text(GRANT_REASON_CHARS_MAX),
                    "Why; it stands in the ledger.",
                ),
            ],
        )
    },
    Operation {
        answers: READER,
        ..ends(Noun::Access, Scope::ReadersWrite, "Takes back what was given without payment")
    },
    Operation {
        deed: Deed::HelpReaders,
        answers: &[must("ended", Takes::Whole(0, 10_000), "How many sessions there were.")],
        ..ends(Noun::Sessions, Scope::ReadersWrite, "Signs a reader out everywhere")
    },
    Operation {
        query: &[CURSOR, LIMIT],
        answers: &[
            must(
                "subscriptions",
                Takes::Objects(LISTED_MAX, SUBSCRIPTION),
                "In the order of their ids.",
            ),
            NEXT,
        ],
        ..reads(Noun::Subscriptions, Scope::SubscriptionsRead, "Lists subscriptions")
    },
    Operation {
        answers: SUBSCRIPTION,
        ..reads(Noun::Subscription, Scope::SubscriptionsRead, "Shows a subscription")
    },
    Operation {
        answers: SETTINGS,
        ..reads(Noun::Settings, Scope::SettingsRead, "Shows the house settings in force")
    },
    Operation {
        method: &Method::PUT,
        is_conditional: true,
        answers: SETTINGS,
        ..takes(
            Noun::Settings,
            Scope::SettingsWrite,
            "Puts a document of settings into force",
            &[
                must("document", Takes::Text(TEXT_CHARS_MAX), "The settings as TOML, all of them."),
                may("note", Takes::Text(200), "Why, for the history."),
            ],
        )
    },
    Operation {
        answers: &[
            must("changes", Takes::Objects(LISTED_MAX, DIFFERENCE), "What would be different."),
            must("findings", Takes::Objects(PROPOSAL_FINDINGS_MAX, FINDING), "What looks wrong."),
        ],
        ..takes(
            Noun::Proposal,
            Scope::SettingsRead,
            "Says what a document of settings would change, and what looks wrong in it; nothing is kept",
            &[must("document", Takes::Text(TEXT_CHARS_MAX), "The settings as TOML, all of them.")],
        )
    },
    Operation { answers: OFFERS, ..reads(Noun::Offers, Scope::OffersRead, "Lists the offers") },
    Operation {
        is_conditional: true,
        status: 201,
        answers: OFFERS,
        ..takes(
            Noun::Offers,
            Scope::OffersWrite,
            "Makes an offer, as the last one of the settings",
            OFFER,
        )
    },
    Operation {
        is_conditional: true,
        answers: OFFERS,
        ..takes(
            Noun::OfferEnd,
            Scope::OffersWrite,
            "Ends an offer: it goes out of the settings",
            &[],
        )
    },
];

/// What a noun does by a method.
pub(crate) fn find(noun: Noun, method: &Method) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|one| one.noun == noun && *one.method == *method)
}

#[cfg(test)]
mod tests {
    use face::OFFER_FIELDS;

    use super::*;
    use crate::shell::routes::{Page, ROUTES};

    #[test]
    fn every_address_and_method_has_its_row_and_no_row_is_without_an_address() {
        let of_table: Vec<(Noun, Method)> = ROUTES
            .iter()
            .filter_map(|route| match route.page {
                Page::Api(noun) => Some((noun, route.methods)),
                _ => None,
            })
            .flat_map(|(noun, methods)| methods.iter().map(move |method| (noun, method.clone())))
            .collect();
        for (noun, method) in &of_table {
            let operation = find(*noun, method).unwrap_or_else(|| panic!("{noun:?} {method}"));
            assert!(!operation.summary.is_empty());
            let is_bare = operation.status == 204 || *noun == Noun::Document;
            assert_eq!(operation.answers.is_empty(), is_bare, "{noun:?} {method}");
            let brings = !matches!(operation.takes, Body::Nothing);
            assert_eq!(
                brings,
                matches!(*method, Method::POST | Method::PUT | Method::PATCH),
                "{noun:?} {method}"
            );
        }
        assert_eq!(OPERATIONS.len(), of_table.len());
        for noun in Noun::ALL {
            assert!(of_table.iter().any(|(one, _)| *one == noun), "{noun:?}");
        }
    }

    #[test]
    fn an_offer_has_the_fields_of_the_settings() {
        let own: Vec<(&str, bool)> =
            OFFER.iter().map(|field| (field.name, field.is_required)).collect();
        let house: Vec<(&str, bool)> =
            OFFER_FIELDS.iter().map(|field| (field.name, field.required)).collect();
        assert_eq!(own, house);
    }
}
