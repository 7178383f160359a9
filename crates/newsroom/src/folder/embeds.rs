//! What may be shown in a frame of somebody else's: the providers by name, which links of theirs are read, and the address of the frame
//! that a link leads to. Everything is worked out from the link alone; nothing is asked for, here or when the page is read.

use super::limits::ADDRESS_BYTES_MAX;
use super::words::brief;

/// Where frames may come from: what a page that shows one has to allow.
pub const FRAME_ORIGINS: [&str; 8] = [
    "https://www.youtube-nocookie.com",
    "https://player.vimeo.com",
    "https://geo.dailymotion.com",
    "https://w.soundcloud.com",
    "https://open.spotify.com",
    "https://datawrapper.dwcdn.net",
    "https://flo.uri.sh",
    "https://www.openstreetmap.org",
];

/// What a frame needs of the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// A film: sixteen by nine.
    Wide,
    /// A sound: as wide as the text, a few lines high.
    Low,
    /// A chart or a map: nearly as high as wide.
    Tall,
}

impl Shape {
    /// The class of its figure.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Wide => "embed",
            Self::Low => "embed embed-low",
            Self::Tall => "embed embed-tall",
        }
    }
}

/// A link as far as it was understood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Embedded {
    /// Who shows it.
    pub(super) provider: &'static str,
    /// The address of the frame; its origin is one of [`FRAME_ORIGINS`].
    pub(super) frame: String,
    /// How large the frame is.
    pub(super) shape: Shape,
}

/// Somebody whose frames are known.
struct Provider {
    name: &'static str,
    hosts: &'static [&'static str],
    /// The link that a fault asks for.
    form: &'static str,
    frame: fn(&Link<'_>) -> Option<(String, Shape)>,
}

const PROVIDERS: [Provider; 8] = [
    Provider {
        name: "YouTube",
        hosts: &["www.youtube.com", "youtube.com", "m.youtube.com", "youtu.be"],
        form: "https://www.youtube.com/watch?v=ID",
        frame: youtube,
    },
    Provider {
        name: "Vimeo",
        hosts: &["vimeo.com", "www.vimeo.com"],
        form: "https://vimeo.com/NUMBER",
        frame: vimeo,
    },
    Provider {
        name: "Dailymotion",
        hosts: &["www.dailymotion.com", "dailymotion.com", "dai.ly"],
        form: "https://www.dailymotion.com/video/ID",
        frame: dailymotion,
    },
    Provider {
        name: "SoundCloud",
        hosts: &["soundcloud.com", "www.soundcloud.com"],
        form: "https://soundcloud.com/ARTIST/NAME",
        frame: soundcloud,
    },
    Provider {
        name: "Spotify",
        hosts: &["open.spotify.com"],
        form: "https://open.spotify.com/episode/ID",
        frame: spotify,
    },
    Provider {
        name: "Datawrapper",
        hosts: &["datawrapper.dwcdn.net", "www.datawrapper.de"],
        form: "https://datawrapper.dwcdn.net/ID/",
        frame: datawrapper,
    },
    Provider {
        name: "Flourish",
        hosts: &["public.flourish.studio", "flo.uri.sh"],
        form: "https://public.flourish.studio/visualisation/NUMBER/",
        frame: flourish,
    },
    Provider {
        name: "OpenStreetMap",
        hosts: &["www.openstreetmap.org", "openstreetmap.org"],
        form: "https://www.openstreetmap.org/#map=15/LATITUDE/LONGITUDE",
        frame: openstreetmap,
    },
];

/// The parts of an https address.
struct Link<'a> {
    host: String,
    /// Without the empty one at the end.
    path: Vec<&'a str>,
    query: &'a str,
    fragment: &'a str,
}

impl<'a> Link<'a> {
    fn parse(whole: &'a str) -> Option<Self> {
        let rest = whole.strip_prefix("https://")?;
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let path = path.strip_suffix('/').unwrap_or(path);
        let path = if path.is_empty() { Vec::new() } else { path.split('/').collect() };
        Some(Self { host: host.to_ascii_lowercase(), path, query, fragment })
    }

    fn asked(&self, key: &str) -> Option<&'a str> {
        let pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(known, _)| *known == key).map(|(_, value)| value).next()
    }
}

/// Works out the frame of a link.
pub(super) fn read(address: &str) -> Result<Embedded, String> {
    let shown = brief(address);
    if address.len() > ADDRESS_BYTES_MAX {
        let bytes = address.len();
        return Err(format!(
            "the link {shown} has {bytes} bytes; write at most {ADDRESS_BYTES_MAX}"
        ));
    }
    let plain = |byte: u8| {
        byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b'"' | b'\\' | b'`' | b'\'')
    };
    let link = Link::parse(address).filter(|_| address.bytes().all(plain));
    let Some(link) = link else {
        return Err(format!(
            "\"{shown}\" is no plain address that begins with https://; write the address of the page that shows it"
        ));
    };
    let known = PROVIDERS.iter().find(|provider| provider.hosts.contains(&link.host.as_str()));
    let Some(provider) = known else {
        let names: Vec<&str> = PROVIDERS.iter().map(|provider| provider.name).collect();
        return Err(format!(
            "nothing of \"{}\" is shown in a box; known are {}; write a link in the text instead",
            brief(&link.host),
            names.join(", ")
        ));
    };
    match (provider.frame)(&link) {
        Some((frame, shape)) => Ok(Embedded { provider: provider.name, frame, shape }),
        None => Err(format!(
            "the link {shown} of {} names nothing that can be shown; write {}",
            provider.name, provider.form
        )),
    }
}

/// Whether a text is a name as providers give them: letters, digits, `-` and `_`.
fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    !text.is_empty() && text.len() <= 64 && text.bytes().all(plain)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 18 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn youtube(link: &Link<'_>) -> Option<(String, Shape)> {
    let id = match (link.host.as_str(), link.path.as_slice()) {
        ("youtu.be", [id]) | (_, ["shorts" | "live" | "embed", id]) => *id,
        (_, ["watch"]) => link.asked("v")?,
        _ => return None,
    };
    let mut frame = format!("https://www.youtube-nocookie.com/embed/{id}");
    let seconds = link.asked("t").or(link.asked("start"));
    let seconds = seconds.map(|text| text.strip_suffix('s').unwrap_or(text));
    if let Some(seconds) = seconds.filter(|text| is_number(text)) {
        frame.push_str(&format!("?start={seconds}"));
    }
    is_name(id).then_some((frame, Shape::Wide))
}

fn vimeo(link: &Link<'_>) -> Option<(String, Shape)> {
    let (number, secret) = match link.path.as_slice() {
        [number] => (*number, link.asked("h")),
        [number, secret] => (*number, Some(*secret)),
        _ => return None,
    };
    let mut frame = format!("https://player.vimeo.com/video/{number}?dnt=1");
    if let Some(secret) = secret {
        frame.push_str(&format!("&h={secret}"));
    }
    let is_known = is_number(number) && secret.is_none_or(is_name);
    is_known.then_some((frame, Shape::Wide))
}

fn dailymotion(link: &Link<'_>) -> Option<(String, Shape)> {
    let id = match (link.host.as_str(), link.path.as_slice()) {
        ("dai.ly", [id]) | (_, ["video", id]) => *id,
        _ => return None,
    };
    let frame = format!("https://geo.dailymotion.com/player.html?video={id}");
    is_name(id).then_some((frame, Shape::Wide))
}

fn soundcloud(link: &Link<'_>) -> Option<(String, Shape)> {
    let is_known = match link.path.as_slice() {
        [artist, name] => is_name(artist) && is_name(name),
        [artist, "sets", name] => is_name(artist) && is_name(name),
        _ => false,
    };
    let page = format!("https%3A%2F%2Fsoundcloud.com%2F{}", link.path.join("%2F"));
    let frame = format!("https://w.soundcloud.com/player/?url={page}&visual=false");
    is_known.then_some((frame, Shape::Low))
}

fn spotify(link: &Link<'_>) -> Option<(String, Shape)> {
    let (kind, id) = match link.path.as_slice() {
        [kind, id] => (*kind, *id),
        // The site names the language of whoever copied the link.
        [language, kind, id] if language.starts_with("intl-") => (*kind, *id),
        _ => return None,
    };
    let kinds = ["track", "album", "playlist", "artist", "episode", "show"];
    let frame = format!("https://open.spotify.com/embed/{kind}/{id}");
    (kinds.contains(&kind) && is_name(id)).then_some((frame, Shape::Low))
}

fn datawrapper(link: &Link<'_>) -> Option<(String, Shape)> {
    let id = match (link.host.as_str(), link.path.as_slice()) {
        ("www.datawrapper.de", ["_", id]) => *id,
        ("www.datawrapper.de", _) => return None,
        (_, [id]) => *id,
        // The number of the version that was copied; without it the frame shows the newest.
        (_, [id, version]) if is_number(version) => *id,
        _ => return None,
    };
    let frame = format!("https://datawrapper.dwcdn.net/{id}/");
    is_name(id).then_some((frame, Shape::Tall))
}

fn flourish(link: &Link<'_>) -> Option<(String, Shape)> {
    let (kind, number) = match link.path.as_slice() {
        [kind @ ("visualisation" | "story"), number] => (*kind, *number),
        [kind @ ("visualisation" | "story"), number, "embed"] => (*kind, *number),
        _ => return None,
    };
    let frame = format!("https://flo.uri.sh/{kind}/{number}/embed");
    is_number(number).then_some((frame, Shape::Tall))
}

/// Pixels of the map in a text, and of one of its squares.
const MAP_WIDTH: f64 = 560.0;
const MAP_HEIGHT: f64 = 420.0;
const MAP_SQUARE: f64 = 256.0;

fn openstreetmap(link: &Link<'_>) -> Option<(String, Shape)> {
    // `#map=15/44.6476/-63.5728`, with more behind `&` that is not about the place.
    let places = link.fragment.split('&').find_map(|part| part.strip_prefix("map="))?;
    let mut numbers = places.split('/');
    let zoom: u8 = numbers.next()?.parse().ok().filter(|zoom| (1..=19).contains(zoom))?;
    let degrees = |text: &str, most: f64| {
        let is_plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'));
        text.parse::<f64>().ok().filter(|value| is_plain && value.abs() <= most)
    };
    let latitude = degrees(numbers.next()?, 85.0)?;
    let longitude = degrees(numbers.next()?, 180.0)?;
    if numbers.next().is_some() || !link.path.is_empty() {
        return None;
    }
    let pixel = 360.0 / MAP_SQUARE / f64::from(1_u32 << zoom);
    let across = pixel * MAP_WIDTH / 2.0;
    // A degree of latitude is drawn larger the farther it is from the equator.
    let up = pixel * latitude.to_radians().cos() * MAP_HEIGHT / 2.0;
    let mut frame = format!(
        "https://www.openstreetmap.org/export/embed.html?bbox={:.5}%2C{:.5}%2C{:.5}%2C{:.5}&layer=mapnik",
        (longitude - across).max(-180.0),
        (latitude - up).max(-90.0),
        (longitude + across).min(180.0),
        (latitude + up).min(90.0),
    );
    let marked = link.asked("mlat").zip(link.asked("mlon"));
    let marked = marked.and_then(|(lat, lon)| Some((degrees(lat, 85.0)?, degrees(lon, 180.0)?)));
    if let Some((lat, lon)) = marked {
        frame.push_str(&format!("&marker={lat:.5}%2C{lon:.5}"));
    }
    Some((frame, Shape::Tall))
}

#[cfg(test)]
mod tests;
