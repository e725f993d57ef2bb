//! Changes the specification in `refusals/base/` in every place, to test the generator with each.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use tencentcloud_codegen::Source;

use crate::{Outcome, workspace};

/// The files that are changed.
pub const FILES: [&str; 6] = [
    "common/errors.json",
    "demo/ListProbes.json",
    "demo/Ping.json",
    "demo/errors.json",
    "demo/product.json",
    "demo/types.json",
];

/// A specification with one change.
#[derive(Clone, Debug)]
pub struct Mutation {
    /// The file, the place in it, and what is there now.
    pub change: String,
    /// The specification, without products that the change cannot affect.
    pub sources: Vec<Source>,
}

/// All changes of these files: each value is replaced or removed, and each object gets the keys
/// that only other objects of its list have.
///
/// # Errors
///
/// If the base cannot be read.
pub fn of(paths: &[&str]) -> Outcome<impl Iterator<Item = Mutation>> {
    let base = base()?;
    let mut changed = Vec::new();
    for source in base.iter().filter(|source| paths.contains(&source.path.as_str())) {
        let json: Value = serde_json::from_str(&source.text)?;
        let mut roles = BTreeSet::new();
        for place in places(&json) {
            let is_new = roles.insert(role(&place));
            let mutants = mutants(&json, &place, is_new).into_iter();
            changed.extend(mutants.map(|(what, text)| (source.path.clone(), format!("{place}: {what}"), text)));
        }
    }
    Ok(changed.into_iter().map(move |(path, change, mutant)| {
        let others = base.iter().filter(|source| source.path != path && is_related(&source.path, &path)).cloned();
        let mutant = Source { path: path.clone(), text: mutant.to_string() };
        Mutation { change: format!("{path}{change}"), sources: others.chain([mutant]).collect() }
    }))
}

/// Whether a file can be affected by a change of another one. Only the common codes and the file of
/// a product are compared with other products.
fn is_related(path: &str, changed: &str) -> bool {
    let folder = |path: &str| path.split('/').next().unwrap_or_default().to_owned();
    let is_compared = changed.starts_with("common/") || changed.ends_with("/product.json");
    is_compared || path.starts_with("common/") || folder(path) == folder(changed)
}

/// The JSON pointers to all values.
fn places(json: &Value) -> Vec<String> {
    let members: Vec<(String, &Value)> = match json {
        Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(elements) => elements.iter().enumerate().map(|(n, value)| (n.to_string(), value)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    let below = members
        .into_iter()
        .flat_map(|(key, value)| places(value).into_iter().map(move |place| format!("/{key}{place}")));
    below.chain([String::new()]).collect()
}

/// The place without the indexes of elements: the elements of a list have the same members.
fn role(place: &str) -> String {
    let is_name = |step: &&str| step.parse::<usize>().is_err();
    place.split('/').filter(is_name).collect::<Vec<_>>().join("/")
}

/// The document with another value at a place, without one, and with another key; each with a
/// description of the change.
fn mutants(json: &Value, place: &str, with_texts: bool) -> Vec<(String, Value)> {
    let mut mutants = Vec::new();
    let value = json.pointer(place);
    let texts = value.and_then(Value::as_str).filter(|_| with_texts).map(texts).unwrap_or_default();
    for other in others(value).into_iter().chain(texts) {
        let mut mutant = json.clone();
        if let Some(value) = mutant.pointer_mut(place) {
            *value = other.clone();
            mutants.push((other.to_string(), mutant));
        }
    }
    mutants.extend(without(json, place).map(|mutant| ("removed".to_owned(), mutant)));
    for (key, value) in missing(json, place) {
        let mut mutant = json.clone();
        if let Some(Value::Object(members)) = mutant.pointer_mut(place) {
            let what = format!("with {key}: {value}");
            members.insert(key, value);
            mutants.push((what, mutant));
        }
    }
    mutants
}

/// The values that replace a value: one or two of each kind.
fn others(value: Option<&Value>) -> Vec<Value> {
    let mut others =
        vec![json!(null), json!(true), json!(-1), json!(1e99), json!(""), json!("é"), json!([]), json!({})];
    if let Some(Value::Bool(value)) = value {
        others.push(json!(!value));
    }
    others
}

/// The text with characters that have a meaning in Rust, JSON, TOML or Markdown.
fn texts(text: &str) -> Vec<Value> {
    let before = ["`", "\"", "\\", "\u{202E}", "\n", "[1]: ", "&lt;", "*/", "|", "{}", " err", "'"];
    // A text ends with a full stop.
    let stem = text.trim_end_matches('.');
    let stop = text.get(stem.len()..).unwrap_or_default();
    let after = ["`a``", "\"#", "\\", "_x*", " <b>", ": https://a.b/c_d", "|"];
    let before = before.map(|part| format!("{part}{text}"));
    before.into_iter().chain(after.map(|part| format!("{stem}{part}{stop}"))).map(Value::String).collect()
}

fn without(json: &Value, place: &str) -> Option<Value> {
    let (parent, key) = place.rsplit_once('/')?;
    let mut mutant = json.clone();
    match mutant.pointer_mut(parent)? {
        Value::Object(members) => drop(members.remove(key)?),
        Value::Array(elements) => drop(elements.remove(key.parse().ok()?)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return None,
    }
    Some(mutant)
}

/// The keys that an object lacks and other objects of its list have, with the value of the first.
fn missing(json: &Value, place: &str) -> Map<String, Value> {
    let list = place.rsplit_once('/').and_then(|(parent, _)| json.pointer(parent)?.as_array());
    let (Some(list), Some(Value::Object(members))) = (list, json.pointer(place)) else { return Map::new() };
    let mut missing = Map::new();
    for (key, value) in list.iter().filter_map(Value::as_object).flatten() {
        if !members.contains_key(key) && !missing.contains_key(key) {
            missing.insert(key.clone(), value.clone());
        }
    }
    missing
}

fn base() -> Outcome<Vec<Source>> {
    let files = workspace::files(&workspace::root().join("tests/refusals/base"))?.into_iter();
    files.map(|(path, content)| Ok(Source { path, text: String::from_utf8(content)? })).collect()
}
