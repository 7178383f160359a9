//! The licence for machines: RSL 1.0 (`https://rslstandard.org/rsl`). It says what crawlers may do with the public
//! pages, and where terms for the rest are had. It sells nothing and opens nothing.

use super::xml::Writer;

/// The media type in links and answers.
pub(crate) const MEDIA_TYPE: &str = "application/rsl+xml";

/// What is licensed, by RSL's words for uses.
#[derive(Debug, Default)]
pub(crate) struct Licence {
    /// The pattern of the paths that it covers, by the rules of robots.txt.
    pub(crate) covers: String,
    /// Free to use so.
    pub(crate) permitted: Vec<&'static str>,
    /// To be paid for.
    pub(crate) charged: Vec<&'static str>,
    /// Not to be used so.
    pub(crate) prohibited: Vec<&'static str>,
    /// Where terms are had; absolute.
    pub(crate) terms: Option<String>,
    /// Whose the articles are.
    pub(crate) owner: String,
    /// The owner's absolute address.
    pub(crate) home: String,
    /// Where to write.
    pub(crate) mail: String,
}

/// The document.
pub(crate) fn write(licence: &Licence) -> String {
    let mut xml = Writer::new();
    xml.open("rsl", &[("xmlns", "https://rslstandard.org/rsl")]);
    xml.open("content", &[("url", &licence.covers)]);
    // The free uses, or nothing but what is prohibited.
    xml.open("license", &[]);
    xml.some("permits", &[("type", "usage")], &licence.permitted.join(" "));
    let withheld = [licence.prohibited.as_slice(), licence.charged.as_slice()].concat();
    xml.some("prohibits", &[("type", "usage")], &withheld.join(" "));
    xml.empty("payment", &[("type", "free")]);
    xml.close();
    if !licence.charged.is_empty() {
        xml.open("license", &[]);
        xml.leaf("permits", &[("type", "usage")], &licence.charged.join(" "));
        xml.open("payment", &[("type", "crawl")]);
        xml.some("custom", &[], licence.terms.as_deref().unwrap_or(&licence.home));
        xml.close();
        xml.close();
    }
    let mut owner = vec![("type", "organization"), ("contactUrl", licence.home.as_str())];
    if !licence.mail.is_empty() {
        owner.push(("contactEmail", &licence.mail));
    }
    xml.leaf("copyright", &owner, &licence.owner);
    xml.some("terms", &[], licence.terms.as_deref().unwrap_or_default());
    xml.finish()
}
