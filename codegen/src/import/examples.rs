//! Reads the official examples, and makes up one for an action without any.

use serde_json::{Map, Value, json};

use super::metadata::{Action, Field, Upstream, response};

/// Parameters that every action has, and that the pages do not list.
const COMMON_PARAMETERS: [&str; 12] = [
    "Action",
    "AuthorizationToken",
    "Language",
    "Nonce",
    "Region",
    "RequestClient",
    "SecretId",
    "Signature",
    "SignatureMethod",
    "Timestamp",
    "Token",
    "Version",
];

/// Maximum number of lists in each other in an example. 8: no action has more.
const MAX_DEPTH: usize = 8;

/// A request and its response.
pub(super) struct Example {
    pub(super) request: Value,
    pub(super) response: Value,
}

/// The official examples of an action that are well-formed, in their order.
pub(super) fn official(name: &str, action: &Action, upstream: &Upstream) -> Vec<Example> {
    let texts = upstream.examples.get(name).map(Vec::as_slice).unwrap_or_default();
    let examples = texts.iter().filter_map(|(input, output)| {
        let mut request = request(input, action, upstream)?;
        let is_listed = |name: &String| action.request.iter().any(|field| field.name == *name);
        if let Value::Object(members) = &mut request {
            members.retain(|name, _| is_listed(name) || !COMMON_PARAMETERS.contains(&name.as_str()));
        }
        Some(Example { request, response: response(output)? })
    });
    examples.collect()
}

/// The request of an example: JSON after the headers, or the query of an address.
fn request(text: &str, action: &Action, upstream: &Upstream) -> Option<Value> {
    let text = text.trim();
    if let Some(body) = text.find('{').and_then(|start| text.get(start..)) {
        return serde_json::from_str(body).ok();
    }
    // A long address is written in several lines.
    let query: String = text.split_once('?')?.1.lines().map(str::trim).collect();
    let mut members = Map::new();
    // A part without a value represents the parameters that every action has.
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        let steps: Vec<&str> = name.split('.').collect();
        insert(&mut members, &steps, decoded(value)?);
    }
    let fields = action.request.as_slice();
    Some(Value::Object(typed(members, fields, upstream)))
}

/// Sets the value on a path of names and indexes.
fn insert(members: &mut Map<String, Value>, steps: &[&str], value: String) {
    match steps {
        [] => {}
        [last] => {
            members.insert((*last).to_owned(), value.into());
        }
        [first, rest @ ..] => {
            let member = members.entry(*first).or_insert_with(|| json!({}));
            if let Value::Object(members) = member {
                insert(members, rest, value);
            }
        }
    }
}

/// A text without its percent encoding.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut parts = text.split('%');
    bytes.extend_from_slice(parts.next()?.as_bytes());
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

/// The members with the types of their fields: in a query, all values are texts, and lists are
/// objects whose names are indexes.
fn typed(members: Map<String, Value>, fields: &[Field], upstream: &Upstream) -> Map<String, Value> {
    let typed = members.into_iter().map(|(name, value)| {
        let ty = fields.iter().find(|field| field.name == name).map(|field| field.ty.as_str());
        let value = ty.map_or(value.clone(), |ty| value_of(value, ty, upstream));
        (name, value)
    });
    typed.collect()
}

fn value_of(value: Value, ty: &str, upstream: &Upstream) -> Value {
    match (ty.strip_suffix("[]"), value) {
        (Some(element), Value::Object(members)) => {
            let mut elements: Vec<(usize, Value)> = members
                .into_iter()
                .filter_map(|(index, value)| Some((index.parse().ok()?, value_of(value, element, upstream))))
                .collect();
            elements.sort_by_key(|(index, _)| *index);
            elements.into_iter().map(|(_, value)| value).collect()
        }
        (None, Value::Object(members)) => match upstream.fields_of(ty) {
            Some(fields) => Value::Object(typed(members, fields, upstream)),
            None => Value::Object(members),
        },
        (None, Value::String(text)) => match ty {
            "integer" | "unsigned" | "float" | "boolean" => serde_json::from_str(&text).unwrap_or(Value::String(text)),
            _ => Value::String(text),
        },
        (_, value) => value,
    }
}

/// An example with a value for each field that is always there.
pub(super) fn invented(action: &Action, upstream: &Upstream) -> Example {
    let required = |field: &&Field| field.required;
    let request =
        action.request.iter().filter(required).map(|field| (field.name.clone(), sent(&field.ty, upstream, 0)));
    let mut response = received_members(&action.response, false, upstream);
    response.insert("RequestId".to_owned(), "3c140219-cfe9-470e-b241-907877d6fb03".into());
    Example { request: Value::Object(request.collect()), response: Value::Object(response) }
}

/// A value of a type. Required lists can lead from a record to itself, so the `depth` is limited.
fn sent(ty: &str, upstream: &Upstream, depth: usize) -> Value {
    if let Some(element) = ty.strip_suffix("[]") {
        return if depth > MAX_DEPTH { json!([]) } else { json!([sent(element, upstream, depth + 1)]) };
    }
    match upstream.fields_of(ty) {
        Some(fields) => {
            let required = fields.iter().filter(|field| field.required);
            let members = required.map(|field| (field.name.clone(), sent(&field.ty, upstream, depth)));
            Value::Object(members.collect())
        }
        None => scalar(ty),
    }
}

fn received_members(fields: &[Field], is_sent: bool, upstream: &Upstream) -> Map<String, Value> {
    let always = fields.iter().filter(|field| !(field.optional || is_sent && field.retired));
    always.map(|field| (field.name.clone(), received(&field.ty, upstream))).collect()
}

fn received(ty: &str, upstream: &Upstream) -> Value {
    match upstream.records.get(ty) {
        Some(record) => Value::Object(received_members(&record.fields, record.direction.sent, upstream)),
        // An empty list ends a record that contains itself.
        None if ty.ends_with("[]") => json!([]),
        None => scalar(ty),
    }
}

fn scalar(ty: &str) -> Value {
    match ty {
        "integer" | "unsigned" => json!(1),
        "float" => json!(0.5),
        "boolean" => json!(true),
        "date" => json!("2024-01-01"),
        "datetime" => json!("2024-01-01 00:00:00"),
        "datetime_iso" => json!("2024-01-01T00:00:00Z"),
        _ => json!("a"),
    }
}
