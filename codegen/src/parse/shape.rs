//! Checks the shape of a file: its keys, and the type of each value. It is checked against the JSON
//! Schema that editors use.

use schemars::{JsonSchema, schema_for};
use serde_json::{Map, Value};

use crate::problem::{Place, Problems, described};
use crate::suggest;

/// Checks whether the JSON has the shape of a `T`. An unknown key is reported, and then replaced by
/// the key that it is closest to, or removed. Returns whether the JSON has the shape after that.
pub(super) fn check_and_repair<T: JsonSchema>(json: &mut Value, place: &Place, problems: &mut Problems) -> bool {
    let schema = schema_for!(T);
    let root = schema.as_value();
    let mut shape = Shape { root, problems, is_valid: true };
    shape.value(json, root, place);
    shape.is_valid
}

struct Shape<'a> {
    root: &'a Value,
    problems: &'a mut Problems,
    is_valid: bool,
}

impl<'a> Shape<'a> {
    fn value(&mut self, json: &mut Value, schema: &'a Value, place: &Place) {
        let alternatives = self.alternatives(schema);
        let Some(schema) = alternatives.iter().find(|alternative| is_of_kind(json, alternative)) else {
            let expected: Vec<&str> = alternatives.iter().flat_map(|schema| kinds(schema)).map(kind_in_words).collect();
            let expected = expected.join(" or ");
            let help = format!("write {expected}{}", description(schema));
            return self.report(place, format!("{} is not {expected}", described(json)), help);
        };
        if schema.get("format").is_some_and(|format| format == "uint32") && is_beyond_32_bits(json) {
            let help = format!("write a number from 0 to {}", u32::MAX);
            return self.report(place, format!("`{json}` is out of range"), help);
        }
        if let Some(known) = schema.get("oneOf").and_then(Value::as_array) {
            self.check_known(json, known, place);
        }
        if let (Value::Object(members), Some(Value::Object(known))) = (&mut *json, schema.get("properties")) {
            self.check_keys(members, known, place);
            self.check_required(members, schema, known, place);
            for (key, json) in members {
                if let Some(schema) = known.get(key) {
                    self.value(json, schema, &place.member(key));
                }
            }
        }
        if let (Value::Array(elements), Some(schema)) = (json, schema.get("items")) {
            for (n, element) in elements.iter_mut().enumerate() {
                let place = place.element(n, element);
                self.value(element, schema, &place);
            }
        }
    }

    /// The schemas of which one must match.
    fn alternatives(&self, schema: &'a Value) -> Vec<&'a Value> {
        let definition =
            schema.get("$ref").and_then(Value::as_str).and_then(|path| self.root.pointer(path.strip_prefix('#')?));
        let schema = definition.unwrap_or(schema);
        match schema.get("anyOf").and_then(Value::as_array) {
            Some(alternatives) => alternatives.iter().flat_map(|alternative| self.alternatives(alternative)).collect(),
            None => vec![schema],
        }
    }

    fn check_known(&mut self, json: &Value, known: &[Value], place: &Place) {
        let known: Vec<&str> = known.iter().filter_map(|value| value.get("const")?.as_str()).collect();
        let text = json.as_str().unwrap_or_default();
        if !known.contains(&text) {
            self.report(place, format!("unknown value `{text}`"), suggest::did_you_mean(text, known));
        }
    }

    fn check_keys(&mut self, members: &mut Map<String, Value>, known: &Map<String, Value>, place: &Place) {
        let unknown: Vec<String> = members.keys().filter(|key| !known.contains_key(*key)).cloned().collect();
        for key in unknown {
            let unused: Vec<&str> =
                known.keys().map(String::as_str).filter(|known| !members.contains_key(*known)).collect();
            let closest = suggest::closest(&key, unused.iter().copied());
            let help = match closest {
                Some(closest) => format!("did you mean `{closest}`?"),
                None if unused.is_empty() => "remove it: the object already has every key that it can have".to_owned(),
                None => format!("remove it, or use {}", suggest::one_of(unused)),
            };
            self.problems.add(&place.member(&key), format!("unknown key `{key}`"), help);
            let value = members.remove(&key).unwrap_or_default();
            members.extend(closest.map(|closest| (closest.to_owned(), value)));
        }
    }

    fn check_required(
        &mut self,
        members: &Map<String, Value>,
        schema: &Value,
        known: &Map<String, Value>,
        place: &Place,
    ) {
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        for key in required.filter(|key| !members.contains_key(*key)) {
            let help = format!("add it{}", known.get(key).map(description).unwrap_or_default());
            self.report(place, format!("the key `{key}` is missing"), help);
        }
    }

    fn report(&mut self, place: &Place, message: String, help: String) {
        self.problems.add(place, message, help);
        self.is_valid = false;
    }
}

/// The kinds of values that a schema allows, except `null`; empty if it allows all.
fn kinds(schema: &Value) -> Vec<&str> {
    let kinds = match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        Some(kind) => kind.as_str().into_iter().collect(),
        None => schema.get("oneOf").map(|_| "string").into_iter().collect::<Vec<_>>(),
    };
    kinds.into_iter().filter(|kind| *kind != "null").collect()
}

fn is_of_kind(json: &Value, schema: &Value) -> bool {
    let kinds = kinds(schema);
    // The schema also allows `null` for an optional key, which means the same as no key.
    let is_absent = json.is_null() && schema.get("type").is_some_and(|kind| kind == "null" || kind.is_array());
    let is = |kind: &&str| match *kind {
        "string" => json.is_string(),
        "boolean" => json.is_boolean(),
        "integer" => json.is_i64() || json.is_u64(),
        "array" => json.is_array(),
        "object" => json.is_object(),
        _ => true,
    };
    is_absent || (kinds.is_empty() && schema.get("type").is_none()) || kinds.iter().any(is)
}

fn is_beyond_32_bits(json: &Value) -> bool {
    json.is_number() && json.as_u64().is_none_or(|number| u32::try_from(number).is_err())
}

/// The kind of a value in words, with the article.
fn kind_in_words(kind: &str) -> &str {
    match kind {
        "string" => "a string",
        "boolean" => "`true` or `false`",
        "integer" => "a whole number",
        "array" => "a list",
        "object" => "an object",
        other => other,
    }
}

/// The first sentence of a schema's description, after a colon.
fn description(schema: &Value) -> String {
    let text = schema.get("description").and_then(Value::as_str).unwrap_or_default().replace('\n', " ");
    let sentence = text.split(". ").next().unwrap_or_default().trim_end_matches('.');
    let mut characters = sentence.chars();
    match characters.next() {
        Some(first) => format!(": {}{}", first.to_lowercase(), characters.as_str()),
        None => String::new(),
    }
}
