//! JSON Feed 1.1.

use serde_json::{Map, Value, json};

use super::{Feed, Item};

pub(super) fn write(feed: &Feed) -> String {
    let mut told = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.heading,
        "home_page_url": feed.home,
        "feed_url": feed.address,
        "language": feed.language,
        "authors": [{ "name": feed.paper }],
        "items": feed.items.iter().map(item).collect::<Vec<_>>(),
    });
    if let Some(told) = told.as_object_mut() {
        put(told, "description", &feed.about);
    }
    told.to_string() + "\n"
}

fn item(item: &Item) -> Value {
    let mut told = Map::new();
    put(&mut told, "id", &item.id);
    put(&mut told, "url", &item.address);
    put(&mut told, "title", &item.headline);
    put(&mut told, "summary", &item.standfirst);
    // It has to be there, also where there is no teaser.
    told.insert("content_html".to_owned(), json!(item.html));
    told.insert("date_published".to_owned(), json!(item.published_at.to_string()));
    told.insert("date_modified".to_owned(), json!(item.changed_at.to_string()));
    let author = |author: &super::Author| json!({ "name": author.name, "url": author.address });
    let authors: Vec<Value> = item.authors.iter().map(author).collect();
    if !authors.is_empty() {
        told.insert("authors".to_owned(), Value::from(authors));
    }
    told.insert("tags".to_owned(), json!(item.subjects));
    put(&mut told, "language", item.language.as_deref().unwrap_or_default());
    if let Some(picture) = &item.picture {
        put(&mut told, "image", &picture.address);
    }
    Value::from(told)
}

fn put(told: &mut Map<String, Value>, name: &str, text: &str) {
    if !text.is_empty() {
        told.insert(name.to_owned(), json!(text));
    }
}
