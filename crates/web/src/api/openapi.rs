//! The description of the API for programs (OpenAPI 3.1), made of the table of addresses and of the table of what each takes and answers:
//! what is not there is not described, and what is there cannot be left out.

use std::sync::LazyLock;

use bytes::Bytes;
use http::{Method, StatusCode};
use newsroom::Scope;
use serde_json::{Map, Value, json};

use super::field::{Field, described, schema};
use super::problem::PROBLEM_TYPE;
use super::table::{self, Body, Operation};
use crate::shell::answer::{Answer, JSON, Pieces};
use crate::shell::caching::Keep;
use crate::shell::routes::{Noun, Page, ROUTES, Route};
use crate::site::Visit;

static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(document().to_string()));

/// GET: the description. It is the same for everybody, and says nothing of this paper.
pub(super) fn answer(visit: &Visit<'_>) -> Answer {
    visit.answer(StatusCode::OK, JSON, Keep::Minute, Pieces::one(DOCUMENT.clone()))
}

fn document() -> Value {
    let mut paths = Map::new();
    for route in ROUTES {
        let Page::Api(noun) = route.page else { continue };
        let mut methods = Map::new();
        let parameters: Vec<Value> = places(route).collect();
        if !parameters.is_empty() {
            methods.insert("parameters".to_owned(), parameters.into());
        }
        for method in route.methods {
            if let Some(operation) = table::find(noun, method) {
                let name = method.as_str().to_ascii_lowercase();
                methods.insert(name, operation_of(route, operation));
            }
        }
        paths.insert(route.pattern.to_owned(), Value::Object(methods));
    }
    let scopes: Vec<&str> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Masthead",
            "version": env!("CARGO_PKG_VERSION"),
            "description": format!(
                "What machines work with. Tokens are made at /desk/tokens; their scopes are: {}. A walk with examples is in docs/contracts/api.md.",
                scopes.join(", ")
            ),
        },
        "paths": paths,
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer", "bearerFormat": "mst_…" } },
            "schemas": { "Problem": problem() },
            "responses": { "Problem": {
                "description": "What is wrong, and what to do about it (RFC 9457)",
                "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
            } },
        },
    })
}

/// The places of an address.
fn places(route: &Route) -> impl Iterator<Item = Value> {
    let names = route.pattern.split('/').filter_map(|part| part.strip_prefix('{'));
    names.map(|name| {
        let name = name.trim_end_matches('}');
        let schema = match name {
            "number" => json!({ "type": "integer", "minimum": 1 }),
            "place" => json!({ "type": "integer", "minimum": 0 }),
            "reader" => json!({ "type": "string", "pattern": "^[0-9a-f]{32}$" }),
            "id" => {
                json!({ "type": "string", "pattern": "^[A-Za-z0-9_:-][A-Za-z0-9_:.-]{0,254}$" })
            }
            _ => json!({ "type": "string", "pattern": "^[a-z0-9_-]{1,80}$" }),
        };
        json!({ "name": name, "in": "path", "required": true, "schema": schema })
    })
}

fn operation_of(route: &Route, operation: &Operation) -> Value {
    let is_open = operation.noun == Noun::Document;
    let mut parameters: Vec<Value> = operation.query.iter().map(query).collect();
    let header = |name: &str, is_required: bool, meaning: &str| {
        json!({
            "name": name, "in": "header", "required": is_required, "description": meaning,
            "schema": { "type": "string", "pattern": "^[!-~]{1,255}$" },
        })
    };
    if operation.is_conditional {
        let meaning = "The ETag of the version that the change was made from";
        parameters.push(header("If-Match", true, meaning));
    }
    if *operation.method == Method::POST && matches!(operation.takes, Body::Json(_)) {
        let meaning = "The same key with the same request gets the same answer again, for a day";
        parameters.push(header("Idempotency-Key", false, meaning));
    }
    let name = format!("{}{:?}", operation.method.as_str().to_ascii_lowercase(), operation.noun);
    let mut told = json!({
        "operationId": name,
        "summary": operation.summary,
        "tags": [route.pattern.split('/').nth(2).unwrap_or_default()],
        "parameters": parameters,
        "responses": responses(operation),
    });
    if is_open {
        told["security"] = json!([]);
    } else {
        told["security"] = json!([{ "token": [] }]);
        told["x-scope"] = operation.scope.as_str().into();
        told["description"] = format!(
            "Needs the scope `{}`, of somebody who may: {}.",
            operation.scope,
            operation.deed.as_str()
        )
        .into();
    }
    match operation.takes {
        Body::Nothing => {}
        Body::Json(fields) => {
            told["requestBody"] = json!({
                "required": fields.iter().any(|field| field.is_required),
                "content": { "application/json": { "schema": schema(fields) } },
            });
        }
        Body::Files(most) => {
            told["requestBody"] = json!({
                "required": true,
                "content": { "multipart/form-data": { "schema": {
                    "type": "object",
                    "properties": { "file": { "type": "array", "minItems": 1, "maxItems": most, "items": { "type": "string", "format": "binary" } } },
                    "required": ["file"],
                } } },
            });
        }
    }
    told
}

fn query(field: &Field) -> Value {
    json!({
        "name": field.name, "in": "query", "required": field.is_required, "schema": described(field),
    })
}

/// Where what was made can be asked for next.
fn links(noun: Noun, status: u16) -> Map<String, Value> {
    let (place, next): (&str, &[&str]) = match (noun, status) {
        (Noun::Articles, 201) => ("article", &["getArticle", "patchArticle", "deleteDraft"]),
        (Noun::Readers, 201) => ("reader", &["getReader", "postAccess", "deleteSessions"]),
        _ => return Map::new(),
    };
    let link = |name: &&str| {
        let is_change = name.starts_with("patch") || *name == "deleteDraft";
        let mut places = json!({ place: "$response.body#/id" });
        if is_change {
            places["header.If-Match"] = "$response.header.ETag".into();
        }
        ((*name).to_owned(), json!({ "operationId": name, "parameters": places }))
    };
    next.iter().map(link).collect()
}

/// Every status that it can answer.
fn responses(operation: &Operation) -> Value {
    let mut all = Map::new();
    let well = match (operation.answers, operation.noun) {
        ([], Noun::Document) => json!({
            "description": "The description", "content": { "application/json": { "schema": { "type": "object" } } },
        }),
        ([], _) => json!({ "description": "It is done" }),
        (fields, noun) => {
            let mut well = json!({
                "description": "It went well",
                "content": { "application/json": { "schema": schema(fields) } },
            });
            let links = links(noun, operation.status);
            if !links.is_empty() {
                well["links"] = Value::Object(links);
            }
            well
        }
    };
    all.insert(operation.status.to_string(), well);
    let problem = || json!({ "$ref": "#/components/responses/Problem" });
    let mut add = |status: u16| drop(all.insert(status.to_string(), problem()));
    add(406);
    if operation.noun != Noun::Document {
        [400, 401, 403, 404, 409, 422, 429, 503].into_iter().for_each(&mut add);
    }
    if !matches!(operation.takes, Body::Nothing) {
        [413, 415].into_iter().for_each(&mut add);
    }
    if operation.is_conditional {
        [412, 428].into_iter().for_each(&mut add);
    }
    Value::Object(all)
}

fn problem() -> Value {
    json!({
        "type": "object",
        "properties": {
            "type": { "type": "string", "pattern": format!("^{PROBLEM_TYPE}[a-z-]+$") },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": "string" },
            "faults": { "type": "array", "items": {
                "type": "object",
                "properties": {
                    "field": { "type": ["string", "null"] },
                    "line": { "type": ["integer", "null"] },
                    "what": { "type": "string" },
                },
                "required": ["what"],
            } },
        },
        "required": ["type", "title", "status", "detail"],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_of_the_table_is_described_with_its_scope_and_its_answers() {
        let document = document();
        for route in ROUTES {
            let Page::Api(noun) = route.page else { continue };
            for method in route.methods {
                let told = &document["paths"][route.pattern][method.as_str().to_lowercase()];
                assert!(told["summary"].as_str().is_some_and(|text| !text.is_empty()), "{noun:?}");
                assert!(told["responses"].as_object().unwrap().len() > 1, "{noun:?} {method}");
                let scope = told["x-scope"].as_str().unwrap_or_default();
                assert_eq!(Scope::parse(scope).is_ok(), noun != Noun::Document, "{noun:?}");
                let brings = *method != Method::GET && *method != Method::DELETE;
                assert_eq!(told["requestBody"].is_object(), brings, "{noun:?} {method}");
            }
        }
        let names: Vec<&str> = document["paths"]
            .as_object()
            .unwrap()
            .values()
            .flat_map(|methods| methods.as_object().unwrap().values())
            .filter_map(|told| told["operationId"].as_str())
            .collect();
        let mut once = names.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), names.len());
        for (noun, status) in [(Noun::Articles, 201), (Noun::Readers, 201)] {
            let links = links(noun, status);
            assert!(!links.is_empty() && links.keys().all(|name| names.contains(&name.as_str())));
        }
    }
}
