//! oEmbed: an article as a link in somebody else's page, by its head alone. The type is `link`, so there is no markup to
//! embed, and nothing of the text.

use http::StatusCode;
use http::header::{HeaderName, HeaderValue};
use serde_json::{Map, Value, json};

use super::{Trouble, Visit, addresses, article};
use crate::shell::answer::{Answer, JSON};
use crate::shell::finished::Finished;
use crate::shell::request::PATH_BYTES_MAX;

/// The longest query that is read, in bytes: an address, encoded.
const QUERY_BYTES_MAX: usize = 4 * PATH_BYTES_MAX;

/// Answers with what oEmbed 1.0 calls a link.
pub(crate) async fn page(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let query = visit.request.target.query.unwrap_or_default();
    if query.len() > QUERY_BYTES_MAX {
        return Ok(visit.short(StatusCode::URI_TOO_LONG, "the query is too long"));
    }
    let value = |name: &str| {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(key, _)| *key == name).map(|(_, value)| decoded(value)).next()
    };
    if value("format").is_some_and(|format| format.as_deref() != Some("json")) {
        let line = "this format is not spoken here; ask with format=json";
        return Ok(visit.short(StatusCode::NOT_IMPLEMENTED, line));
    }
    let Some(Some(address)) = value("url") else {
        let line = "write the address of an article: /oembed?url=https%3A%2F%2F...";
        return Ok(visit.short(StatusCode::BAD_REQUEST, line));
    };
    let bound = |name: &str| {
        let value = value(name).flatten();
        value.map_or(Some(u32::MAX), |digits| digits.parse().ok().filter(|bound| *bound > 0))
    };
    let (Some(width_max), Some(height_max)) = (bound("maxwidth"), bound("maxheight")) else {
        let line = "maxwidth and maxheight are numbers of pixels from 1";
        return Ok(visit.short(StatusCode::BAD_REQUEST, line));
    };
    let told = visit.link(&address, (width_max, height_max)).await?;
    let page = Finished::new(told.to_string());
    let mut response = article::shared_as(visit, &page, JSON);
    let robots = HeaderName::from_static("x-robots-tag");
    response.headers_mut().insert(robots, HeaderValue::from_static("noindex"));
    Ok(response)
}

impl Visit<'_> {
    async fn link(&self, address: &str, most: (u32, u32)) -> Result<Value, Trouble> {
        let origin = self.address();
        let path = address.strip_prefix(&origin).ok_or(Trouble::NotFound)?;
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let entry = addresses::find(self, path).await?;
        let head = &entry.piece.head;
        let paper = &self.presentation.house.paper;
        let mut told = Map::new();
        let mut put = |name: &str, value: Value| told.insert(name.to_owned(), value);
        put("version", json!("1.0"));
        put("type", json!("link"));
        // Consumers set it as text; those that set it as markup get text all the same.
        put("title", json!(escaped(&head.headline)));
        put("provider_name", json!(escaped(&paper.name)));
        put("provider_url", json!(format!("{origin}/")));
        let author = head.authors.first();
        if let Some(author) = author.and_then(|slug| self.presentation.author(slug.as_str())) {
            put("author_name", json!(escaped(&author.name)));
            put("author_url", json!(format!("{origin}/authors/{}", author.slug)));
        }
        if let Some(image) = &head.lead_image
            && let Some(path) = &image.address
            && (1..=most.0).contains(&image.width)
            && (1..=most.1).contains(&image.height)
        {
            put("thumbnail_url", json!(format!("{origin}{path}")));
            put("thumbnail_width", json!(image.width));
            put("thumbnail_height", json!(image.height));
        }
        Ok(Value::from(told))
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A value of a query; `None` where it is no text.
fn decoded(value: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut given = value.bytes();
    while let Some(byte) = given.next() {
        bytes.push(match byte {
            b'%' => {
                let high = char::from(given.next()?).to_digit(16)?;
                let low = char::from(given.next()?).to_digit(16)?;
                u8::try_from(high << 4 | low).ok()?
            }
            b'+' => b' ',
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}
