//! Institutions as requests meet them: whose network an address is in, for those who are somebody. A stranger's GET is the same bytes for
//! all, whatever network it comes from; whoever has pressed the button once is a visitor, and reads on for as long as each request comes
//! from there. What a licence opens is decided by the gate, as everything is.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use face::Key;
use gate::{Identity, Network};
use http::StatusCode;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use minijinja::context;
use paywall::{Decision, Licence, Moment, Pass};
use store::InstitutionRow;

use super::contexts::{Chrome, Link, value};
use super::entries::Entry;
use super::gifts::unlisted;
use super::{Trouble, Visit};
use crate::shell::answer::Answer;

/// One of them.
#[derive(Debug)]
struct Licensed {
    licence: Licence,
    name: String,
    slug: String,
    /// Whether anybody comes from a network of its.
    has_networks: bool,
}

/// All of them, by their ranges of addresses in order, none in another.
#[derive(Debug, Default)]
pub(crate) struct Institutions {
    all: Vec<Licensed>,
    v4: Vec<Range>,
    v6: Vec<Range>,
    /// Whose people have mail addresses there.
    domains: HashMap<String, usize>,
}

#[derive(Clone, Copy, Debug)]
struct Range {
    first: u128,
    last: u128,
    place: usize,
}

impl Institutions {
    /// Of what is kept: where two have an address in common, since one of them is over, it is the newer one's.
    pub(crate) fn new(mut rows: Vec<InstitutionRow>, zone: &TimeZone) -> Self {
        rows.retain(|row| row.institution.ended_at.is_none());
        rows.sort_unstable_by_key(|row| std::cmp::Reverse(row.number));
        let (mut v4, mut v6) = (BTreeMap::new(), BTreeMap::new());
        let mut domains = HashMap::new();
        let mut all = Vec::with_capacity(rows.len());
        for (place, row) in rows.into_iter().enumerate() {
            let institution = row.institution;
            let has_networks = !institution.networks.is_empty();
            for network in &institution.networks {
                add(if network.is_ipv4() { &mut v4 } else { &mut v6 }, network, place);
            }
            for domain in institution.mail_domains {
                domains.entry(domain).or_insert(place);
            }
            let starts_at = Moment::Day(institution.starts_on).begins_at(zone);
            let ends_at = institution.ends_on.map(|day| {
                // A day that no calendar of ours ends is as far away as any.
                Moment::Day(day).ends_at(zone).unwrap_or(Timestamp::MAX)
            });
            let licence = Licence {
                number: row.number,
                opens: institution.opens,
                starts_at: starts_at.unwrap_or(Timestamp::MAX),
                ends_at,
            };
            all.push(Licensed {
                licence,
                name: institution.name,
                slug: institution.slug,
                has_networks,
            });
        }
        Self { all, v4: v4.into_values().collect(), v6: v6.into_values().collect(), domains }
    }

    /// What an institution is called.
    pub(crate) fn name(&self, number: u32) -> Option<&str> {
        self.of(number).map(|one| one.name.as_str())
    }

    /// By what the institution of a licence is named.
    pub(crate) fn slug(&self, number: u32) -> Option<&str> {
        self.of(number).map(|one| one.slug.as_str())
    }

    fn of(&self, number: u32) -> Option<&Licensed> {
        self.all.iter().find(|one| one.licence.number == number)
    }

    /// The licence of whoever gives mail addresses of that domain to its people.
    fn licence_of_mail(&self, mail: &str) -> Option<&Licence> {
        let (_, domain) = mail.rsplit_once('@')?;
        self.domains.get(domain).map(|place| &self.all[*place].licence)
    }

    /// A licence of a network that holds now for each set of what licences open.
    fn live(&self, now: Timestamp) -> Vec<&Licence> {
        let mut live: Vec<&Licence> = Vec::new();
        for Licensed { licence, .. } in self.all.iter().filter(|one| one.has_networks) {
            if licence.is_live(now) && live.iter().all(|other| other.opens != licence.opens) {
                live.push(licence);
            }
        }
        live
    }

    /// The licence of the network that an address is in.
    fn licence(&self, address: IpAddr) -> Option<&Licence> {
        let (ranges, number) = match address.to_canonical() {
            IpAddr::V4(address) => (&self.v4, u128::from(address.to_bits())),
            IpAddr::V6(address) => (&self.v6, address.to_bits()),
        };
        let behind = ranges.partition_point(|range| range.first <= number);
        let range = ranges.get(behind.checked_sub(1)?)?;
        (number <= range.last).then(|| &self.all[range.place].licence)
    }
}

/// Adds a range, unless it has an address in common with one that is there.
fn add(ranges: &mut BTreeMap<u128, Range>, network: &Network, place: usize) {
    let (first, last) = network.bounds();
    let before = ranges.range(..=last).next_back();
    if before.is_none_or(|(_, range)| range.last < first) {
        ranges.insert(first, Range { first, last, place });
    }
}

impl Visit<'_> {
    /// Whether this request comes from the network of an institution whose licence holds now.
    pub(crate) fn is_licensed(&self) -> bool {
        let licence = self.presentation.institutions.licence(self.request.address);
        licence.is_some_and(|licence| licence.is_live(self.now))
    }

    /// Where a stranger's wall leads whoever comes from an institution's network: nothing where no licence would open the article. It is
    /// the same for all strangers, from wherever they come.
    pub(crate) async fn licensed_way(&self, entry: &Entry) -> Option<String> {
        let policy = &self.presentation.house.policy;
        for licence in self.presentation.institutions.live(self.now) {
            let mut identity = self.stranger();
            identity.asker.pass = Some(Pass::Institution(Box::new(licence.clone())));
            let gate = &self.site.gate;
            let decision = gate.admit(policy, &identity, &entry.asked, self.now).await;
            if matches!(decision, Decision::Open(_)) {
                return Some(format!("{}/reading?from=wall", self.href(&entry.piece.head)));
            }
        }
        None
    }

    /// What is said to whoever comes from no such network.
    pub(crate) fn not_licensed(&self, entry: &Entry) -> Result<Answer, Trouble> {
        let words = &self.presentation.words;
        let heading = words.text(Key::LicensedNot);
        let chrome = Chrome { heading: heading.clone(), robots: "noindex", ..Chrome::default() };
        let back = Link { name: words.text(Key::GiftBack), href: self.href(&entry.piece.head) };
        let text = words.text(Key::LicensedNotText);
        let plain = context! { heading => heading, paragraphs => [text], links => value([back]) };
        let context = context! { plain => plain, ..self.chrome(chrome) };
        let mut answer = self.own_page(StatusCode::FORBIDDEN, "plain.html", context)?;
        unlisted(&mut answer);
        Ok(answer)
    }

    /// Gives somebody who asks the licence of the network that the request comes from. Strangers have none: what they get is the same
    /// for all.
    pub(crate) fn add_licence(&self, identity: &mut Identity) {
        let institutions = &self.presentation.institutions;
        if institutions.all.is_empty() || identity.person.is_none() || identity.asker.pass.is_some()
        {
            return;
        }
        let by_network = institutions.licence(self.request.address);
        let live = by_network.filter(|licence| licence.is_live(self.now));
        // A proven address of the institution's is as good as its network, wherever its reader is.
        let by_mail = || {
            let reader = self.reader.get().filter(|reader| reader.row.verified_at.is_some())?;
            institutions.licence_of_mail(&reader.row.mail)
        };
        let licence = live.or_else(by_mail).or(by_network);
        identity.asker.pass = licence.map(|licence| Pass::Institution(Box::new(licence.clone())));
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use paywall::Entitlement;
    use store::Institution;

    use super::*;

    fn row(number: u32, networks: &[&str]) -> InstitutionRow {
        let networks = networks.iter().map(|text| Network::parse(text).unwrap());
        InstitutionRow {
            number,
            institution: Institution {
                slug: format!("i{number}"),
                name: format!("Institution {number}"),
                opens: vec![Entitlement::DIGITAL],
                starts_on: date(2026, 9, 1),
                ends_on: Some(date(2026, 9, 30)),
                ended_at: None,
                networks: networks.collect(),
                mail_domains: Vec::new(),
            },
            recorded_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn number(institutions: &Institutions, address: &str) -> Option<u32> {
        institutions.licence(address.parse().unwrap()).map(|licence| licence.number)
    }

    #[test]
    fn an_address_is_found_in_whatever_form_it_is_written() {
        let rows = vec![
            row(1, &["192.0.2.0/24", "2001:db8::/48"]),
            row(2, &["192.0.3.0/25", "198.51.100.7"]),
        ];
        let all = Institutions::new(rows, &TimeZone::UTC);
        for (address, wanted) in [
            ("192.0.2.0", Some(1)),
            ("192.0.2.255", Some(1)),
            ("192.0.1.255", None),
            ("192.0.3.127", Some(2)),
            ("192.0.3.128", None),
            ("198.51.100.7", Some(2)),
            ("::ffff:192.0.2.9", Some(1)),
            ("2001:db8:0:ffff::1", Some(1)),
            ("2001:0DB8:0000:0000::1", Some(1)),
            ("2001:db8:1::1", None),
            ("::c000:209", None),
        ] {
            assert_eq!(number(&all, address), wanted, "{address}");
        }
        assert_eq!((all.name(2), all.name(9)), (Some("Institution 2"), None));
        assert_eq!(number(&Institutions::default(), "192.0.2.0"), None);
    }

    #[test]
    fn days_are_the_paper_s_and_the_last_one_is_whole() {
        let zone = TimeZone::get("America/Halifax").unwrap();
        let all = Institutions::new(vec![row(1, &["192.0.2.0/24"])], &zone);
        let licence = all.licence("192.0.2.1".parse().unwrap()).unwrap();
        for (at, wanted) in [
            ("2026-08-31T23:59:59-03:00", false),
            ("2026-09-01T00:00:00-03:00", true),
            ("2026-09-30T23:59:59-03:00", true),
            ("2026-10-01T00:00:00-03:00", false),
        ] {
            assert_eq!(licence.is_live(at.parse().unwrap()), wanted, "{at}");
        }
    }

    #[test]
    fn what_one_had_before_is_the_next_one_s() {
        let ended = |mut row: InstitutionRow| {
            row.institution.ended_at = Some(Timestamp::UNIX_EPOCH);
            row
        };
        let rows = vec![ended(row(3, &["192.0.2.0/24"])), row(1, &["192.0.2.0/24"])];
        assert_eq!(number(&Institutions::new(rows, &TimeZone::UTC), "192.0.2.1"), Some(1));
        // Over by its day: the newer one has it, and what is left of the older one's range goes with it.
        let rows = vec![row(1, &["192.0.2.0/23"]), row(2, &["192.0.2.0/24"])];
        let all = Institutions::new(rows, &TimeZone::UTC);
        assert_eq!((number(&all, "192.0.2.1"), number(&all, "192.0.3.1")), (Some(2), None));
    }
}
