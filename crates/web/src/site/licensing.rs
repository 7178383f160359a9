//! What somebody types to let an institution read, checked strictly: one digit too few may open the paper to a country. The commands and
//! the desk ask the same; who comes from a network is not said here.

use gate::Network;
use jiff::civil::Date;
use paywall::Entitlement;
use store::Institution;

/// The fewest bits of a range of IPv4: no institution has more than a million addresses.
const IPV4_BITS_MIN: u8 = 12;
/// The fewest bits of a range of IPv6: what one provider gets is a /32 or a little more.
const IPV6_BITS_MIN: u8 = 28;
/// Ranges of one institution, at most.
const LICENCE_NETWORKS_MAX: usize = 256;
/// Entitlements of one institution, at most.
const LICENCE_OPENS_MAX: usize = 8;
/// Domains of mail addresses of one institution, at most.
const LICENCE_DOMAINS_MAX: usize = 20;
/// The longest name that readers are told, in characters.
pub(crate) const LICENCE_NAME_CHARS_MAX: usize = 80;
/// The longest domain, in bytes (RFC 1035, 2.3.4).
const DOMAIN_BYTES_MAX: usize = 253;
/// Providers at which everybody can have an address: none of them is an institution's.
const OPEN_TO_ALL: [&str; 12] = [
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "yahoo.com",
    "icloud.com",
    "me.com",
    "gmx.net",
    "gmx.de",
    "web.de",
    "proton.me",
];

/// A site licence as it was typed.
#[derive(Clone, Debug)]
pub struct TypedLicence {
    /// By what it is named.
    pub slug: String,
    /// What readers are told.
    pub name: String,
    /// What it opens.
    pub opens: Vec<String>,
    /// Ranges of addresses.
    pub networks: Vec<String>,
    /// Domains of mail addresses.
    pub mail_domains: Vec<String>,
    /// The first day.
    pub starts_on: Date,
    /// The last day.
    pub ends_on: Option<Date>,
}

impl TypedLicence {
    /// The licence, with what looks odd in it though it is taken.
    ///
    /// # Errors
    /// What is wrong, and what to write instead.
    pub fn check(&self) -> Result<(Institution, Vec<String>), String> {
        // Slugs are spelled as names of entitlements are.
        if Entitlement::parse(&self.slug).is_err() {
            let slug: String = self.slug.chars().take(40).collect();
            return Err(format!("{slug:?} is not a slug; write 1 to 32 of a-z, 0-9 and -"));
        }
        let name = self.name.trim();
        let length = name.chars().count();
        if !(1..=LICENCE_NAME_CHARS_MAX).contains(&length) || name.chars().any(char::is_control) {
            return Err(format!(
                "the name is one line of 1 to {LICENCE_NAME_CHARS_MAX} characters"
            ));
        }
        let opens = self.opens()?;
        let (networks, warnings) = self.networks()?;
        let mail_domains = self.mail_domains()?;
        if networks.is_empty() && mail_domains.is_empty() {
            return Err("nobody would come from it; write a range of addresses, or a mail domain"
                .to_owned());
        }
        if self.ends_on.is_some_and(|last| last < self.starts_on) {
            return Err("it would end before it starts; until is the last day".to_owned());
        }
        let institution = Institution {
            slug: self.slug.clone(),
            name: name.to_owned(),
            opens,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            ended_at: None,
            networks,
            mail_domains,
        };
        Ok((institution, warnings))
    }

    fn opens(&self) -> Result<Vec<Entitlement>, String> {
        if self.opens.is_empty() {
            return Err("it opens nothing; write an entitlement, such as digital".to_owned());
        }
        if self.opens.len() > LICENCE_OPENS_MAX {
            return Err(format!("{} entitlements; {LICENCE_OPENS_MAX} at most", self.opens.len()));
        }
        let mut checked: Vec<Entitlement> = Vec::new();
        for name in &self.opens {
            let entitlement = Entitlement::parse(name).map_err(|error| error.to_string())?;
            if !checked.contains(&entitlement) {
                checked.push(entitlement);
            }
        }
        Ok(checked)
    }

    fn networks(&self) -> Result<(Vec<Network>, Vec<String>), String> {
        if self.networks.len() > LICENCE_NETWORKS_MAX {
            return Err(format!("{} ranges; {LICENCE_NETWORKS_MAX} at most", self.networks.len()));
        }
        let mut warnings = Vec::new();
        let mut networks: Vec<Network> = Vec::new();
        for text in &self.networks {
            let network = Network::parse(text).map_err(|error| error.to_string())?;
            let least = if network.is_ipv4() { IPV4_BITS_MIN } else { IPV6_BITS_MIN };
            if network.bits() < least {
                return Err(format!(
                    "{network} has {}; no institution has so many: write at least /{least}, or several ranges",
                    network_size(&network)
                ));
            }
            if let Some(other) = networks.iter().find(|other| other.overlaps(&network)) {
                return Err(format!(
                    "{network} and {other} have addresses in common; write one of them"
                ));
            }
            if network.is_local() {
                warnings.push(format!(
                    "{network} is a local network, which every house may have; nobody comes from it over the Internet, unless the paper \
                     is read inside it or a proxy is not named in trusted_proxies"
                ));
            }
            networks.push(network);
        }
        Ok((networks, warnings))
    }

    fn mail_domains(&self) -> Result<Vec<String>, String> {
        if self.mail_domains.len() > LICENCE_DOMAINS_MAX {
            return Err(format!(
                "{} mail domains; {LICENCE_DOMAINS_MAX} at most",
                self.mail_domains.len()
            ));
        }
        let mut domains: Vec<String> = Vec::new();
        for text in &self.mail_domains {
            let domain = text.trim().trim_start_matches('@').to_lowercase();
            let is_label = |label: &str| {
                (1..=63).contains(&label.len())
                    && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                    && !label.starts_with('-')
                    && !label.ends_with('-')
            };
            let is_domain = domain.len() <= DOMAIN_BYTES_MAX
                && domain.contains('.')
                && domain.split('.').all(is_label);
            if !is_domain {
                let shown: String = text.chars().take(40).collect();
                return Err(format!(
                    "{shown:?} is not a mail domain; write one such as university.example"
                ));
            }
            if OPEN_TO_ALL.contains(&domain.as_str()) {
                return Err(format!(
                    "everybody can have an address at {domain}; it is no institution's"
                ));
            }
            if !domains.contains(&domain) {
                domains.push(domain);
            }
        }
        Ok(domains)
    }
}

/// How many addresses a range has: "65,536 addresses".
#[must_use]
pub fn network_size(network: &Network) -> String {
    match network.addresses() {
        1 => "1 address".to_owned(),
        // Nobody counts those of IPv6.
        many if many > 1 << 32 => format!("2^{} addresses", many.ilog2()),
        many => {
            let digits = many.to_string();
            let mut grouped = String::new();
            for (place, digit) in digits.chars().enumerate() {
                if place > 0 && (digits.len() - place).is_multiple_of(3) {
                    grouped.push(',');
                }
                grouped.push(digit);
            }
            format!("{grouped} addresses")
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn typed(networks: &[&str], domains: &[&str]) -> TypedLicence {
        let all = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        TypedLicence {
            slug: "library".to_owned(),
            name: "Merrin Library".to_owned(),
            opens: vec!["digital".to_owned()],
            networks: all(networks),
            mail_domains: all(domains),
            starts_on: date(2026, 9, 1),
            ends_on: None,
        }
    }

    #[test]
    fn a_domain_is_one_s_own_and_spelled_as_one() {
        let (licence, _) =
            typed(&[], &["@University.example", "university.example"]).check().unwrap();
        assert_eq!(licence.mail_domains, ["university.example"]);
        for (domain, told) in [
            ("university", "not a mail domain"),
            ("-a.example", "not a mail domain"),
            ("a..example", "not a mail domain"),
            ("ada@b.example", "not a mail domain"),
            ("bücher.example", "not a mail domain"),
            ("gmail.com", "everybody can have an address"),
        ] {
            let error = typed(&[], &[domain]).check().unwrap_err();
            assert!(error.contains(told), "{domain}: {error}");
        }
    }

    #[test]
    fn whoever_would_let_in_everybody_or_nobody_is_told() {
        for (networks, told) in [
            (&["0.0.0.0/0"][..], "no institution has so many"),
            (&["::/0"], "no institution has so many"),
            (&[], "nobody would come from it"),
            (&["192.0.2.0/24", "192.0.2.7"], "addresses in common"),
        ] {
            let error = typed(networks, &[]).check().unwrap_err();
            assert!(error.contains(told), "{networks:?}: {error}");
        }
        let (_, warnings) = typed(&["10.0.0.0/16"], &[]).check().unwrap();
        assert!(warnings[0].contains("local network"));
        let many = vec!["a.example"; LICENCE_DOMAINS_MAX + 1];
        assert!(typed(&[], &many).check().unwrap_err().contains("at most"));
    }
}
