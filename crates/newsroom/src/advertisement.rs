//! Reads `ad.toml` of an advertisement: what it says, where it leads, from when until when it runs, and which frames of
//! somebody else stand in for pictures. It never touches the disk and never chooses what is shown.

use jiff::civil::Date;
use serde::Deserialize;

/// The largest `ad.toml`, in bytes.
pub const ADVERTISEMENT_BYTES_MAX: usize = 4 * 1024;
/// The longest text or address in it, in characters.
pub const ADVERTISEMENT_CHARS_MAX: usize = 300;

/// What an `ad.toml` says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Advertisement {
    /// What the picture says, for those who do not see it; never empty.
    pub alt: String,
    /// Where it leads: an https address, or a path on this site.
    pub link: String,
    /// The first day, in the paper's zone.
    pub from: Option<Date>,
    /// The last day.
    pub until: Option<Date>,
    /// Pages of another company that stand in the slots instead of pictures.
    pub frames: Frames,
}

/// Addresses of another company's pages, one for each size of a slot. All begin with `https://`.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Frames {
    /// 300 x 250.
    pub beside: Option<String>,
    /// 728 x 90.
    pub across: Option<String>,
    /// 320 x 50.
    pub across_phone: Option<String>,
}

impl Frames {
    /// All that are there.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        [&self.beside, &self.across, &self.across_phone].into_iter().flatten().map(String::as_str)
    }
}

/// Scheme and host of an address that begins with `https://`: what a security policy can let in.
#[must_use]
pub fn secure_origin(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("https://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let is_host =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | ':');
    let host = &rest[..end];
    let plain =
        host.contains('.') && !host.starts_with(['.', '-', ':']) && host.chars().all(is_host);
    plain.then(|| &address[.."https://".len() + end])
}

impl Advertisement {
    /// Whether it runs on a day.
    #[must_use]
    pub fn runs_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    alt: String,
    link: String,
    from: Option<toml::value::Datetime>,
    until: Option<toml::value::Datetime>,
    #[serde(default)]
    frames: FrameTable,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct FrameTable {
    beside: Option<String>,
    across: Option<String>,
    across_phone: Option<String>,
}

/// Reads the file.
///
/// # Errors
/// A sentence that says what is wrong and what to write.
pub fn read_advertisement(text: &str) -> Result<Advertisement, String> {
    if text.len() > ADVERTISEMENT_BYTES_MAX {
        return Err("the file is larger than 4 KiB; write alt, link, from and until".to_owned());
    }
    let file: File = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let line = |name: &str, text: &str| {
        let text = text.trim();
        let chars = text.chars().count();
        let fits =
            (1..=ADVERTISEMENT_CHARS_MAX).contains(&chars) && !text.chars().any(char::is_control);
        if fits {
            Ok(text.to_owned())
        } else {
            Err(format!("{name} is not one line of 1 to {ADVERTISEMENT_CHARS_MAX} characters"))
        }
    };
    let (alt, link) = (line("alt", &file.alt)?, line("link", &file.link)?);
    let is_path = link.starts_with('/') && !link.starts_with("//");
    if !(link.starts_with("https://") || is_path) || link.contains(['\\', '"', '<', '>', ' ']) {
        return Err(
            "link is not an address that begins with https:// or a path such as /offers".to_owned()
        );
    }
    let day = |name: &str, given: Option<toml::value::Datetime>| match given {
        None => Ok(None),
        Some(day) => day
            .to_string()
            .parse::<Date>()
            .map(Some)
            .map_err(|_| format!("{name} is not a day such as 2026-09-30")),
    };
    let (from, until) = (day("from", file.from)?, day("until", file.until)?);
    if from.zip(until).is_some_and(|(from, until)| until < from) {
        return Err("until is before from; the picture would never be shown".to_owned());
    }
    let frame = |name: &str, given: Option<String>| {
        let Some(address) = given else { return Ok(None) };
        let address = line(&format!("frames.{name}"), &address)?;
        if secure_origin(&address).is_none() || address.contains(['\\', '"', '<', '>', ' ']) {
            return Err(format!(
                "frames.{name} is not an address that begins with https:// and a host in small letters"
            ));
        }
        Ok(Some(address))
    };
    let frames = Frames {
        beside: frame("beside", file.frames.beside)?,
        across: frame("across", file.frames.across)?,
        across_phone: frame("across_phone", file.frames.across_phone)?,
    };
    Ok(Advertisement { alt, link, from, until, frames })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_what_when_and_where() {
        let text = "alt = \"Tide tables for 2027\"\nlink = \"/offers\"\nfrom = 2026-09-01\nuntil = 2026-09-30\n";
        let read = read_advertisement(text).unwrap();
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert!(read.runs_on(day("2026-09-01")) && read.runs_on(day("2026-09-30")));
        assert!(!read.runs_on(day("2026-08-31")) && !read.runs_on(day("2026-10-01")));
        let open = read_advertisement("alt = \"A\"\nlink = \"https://shop.example/a\"").unwrap();
        assert!(open.runs_on(day("1999-01-01")));
    }

    #[test]
    fn frames_of_others_have_an_origin_that_a_policy_can_name() {
        let text = "alt = \"A\"\nlink = \"/a\"\n[frames]\nbeside = \"https://ads.example/a?b=1\"\n";
        let frames = read_advertisement(text).unwrap().frames;
        assert_eq!(frames.all().collect::<Vec<_>>(), ["https://ads.example/a?b=1"]);
        assert_eq!(secure_origin("https://ads.example/a?b=1"), Some("https://ads.example"));
        assert_eq!(secure_origin("https://ads.example:8443#x"), Some("https://ads.example:8443"));
        for address in
            ["https://", "https://ads", "https://*.example", "https://a@b.example", "//ads.example"]
        {
            assert_eq!(secure_origin(address), None, "{address}");
        }
    }

    #[test]
    fn what_cannot_be_shown_is_refused_with_the_reason() {
        for (text, what) in [
            ("link = \"/offers\"", "alt"),
            ("alt = \"\"\nlink = \"/a\"", "alt is not one line"),
            ("alt = \"A\"\nlink = \"javascript:alert(1)\"", "link is not"),
            ("alt = \"A\"\nlink = \"//elsewhere.example\"", "link is not"),
            ("alt = \"A\"\nlink = \"/a\"\nfrom = 2026-09-02\nuntil = 2026-09-01", "before from"),
            ("alt = \"A\"\nlink = \"/a\"\nscript = \"x\"", "script"),
            (
                "alt = \"A\"\nlink = \"/a\"\nframes = { beside = \"http://ads.example/a\" }",
                "frames.beside",
            ),
            (
                "alt = \"A\"\nlink = \"/a\"\nframes = { beside = \"https://Ads.example\" }",
                "frames.beside",
            ),
            (
                "alt = \"A\"\nlink = \"/a\"\nframes = { beside = \"https://a;b.example\" }",
                "frames.beside",
            ),
            ("alt = \"A\"\nlink = \"/a\"\nframes = { below = \"https://ads.example\" }", "below"),
        ] {
            let refused = read_advertisement(text).unwrap_err();
            assert!(refused.contains(what), "{refused}");
        }
        assert!(read_advertisement(&"#".repeat(ADVERTISEMENT_BYTES_MAX + 1)).is_err());
    }
}
