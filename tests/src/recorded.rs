//! Makes up the responses that a service can return by a specification.
//!
//! They follow from the files alone: the full response, one without everything optional, and one
//! with `null` for it; each with two values of every type.

use serde_json::{Map, Value, json};
use tencentcloud_codegen::Source;

/// Maximum depth of records in records. 4: deeper, a record that contains itself ends.
const MAX_DEPTH: usize = 4;

/// The responses to an action.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The name of the action in the API.
    pub action: String,
    /// The name of the response type in Rust.
    pub ty: String,
    /// The responses, each as one line of JSON.
    pub responses: Vec<String>,
}

/// What a response has for an optional output.
#[derive(Clone, Copy, PartialEq)]
enum Optional {
    Value,
    Null,
    Nothing,
}

/// The responses to the actions of a product.
#[must_use]
pub fn of(folder: &str, sources: &[Source]) -> Vec<Recorded> {
    let files = || sources.iter().filter(|source| source.path.starts_with(&format!("{folder}/")));
    let parsed = |source: &Source| serde_json::from_str(&source.text).unwrap_or(Value::Null);
    let types = files().find(|source| source.path.ends_with("/types.json")).map_or(Value::Null, parsed);
    let actions = files().map(parsed).filter(|json| json.get("action").is_some());
    let recorded = actions.map(|json| {
        let text = |key: &str| json.get(key).and_then(Value::as_str).map(str::to_owned);
        let action = text("action").unwrap_or_default();
        let responses = [0, 1].into_iter().flat_map(|n| {
            [Optional::Value, Optional::Null, Optional::Nothing].map(|optional| {
                let writer = Writer { types: &types, optional, n };
                Value::Object(writer.fields(json.get("response"), 0)).to_string()
            })
        });
        let ty = format!("{}Response", text("rust").unwrap_or_else(|| action.clone()));
        Recorded { ty, action, responses: responses.collect() }
    });
    recorded.collect()
}

#[derive(Clone, Copy)]
struct Writer<'a> {
    types: &'a Value,
    optional: Optional,
    /// Which of the two values of a type is written.
    n: usize,
}

impl Writer<'_> {
    fn fields(self, fields: Option<&Value>, depth: usize) -> Map<String, Value> {
        let fields = fields.and_then(Value::as_array).into_iter().flatten();
        let members = fields.filter_map(|field| {
            let text = |key: &str| field.get(key).and_then(Value::as_str);
            let is_optional = field.get("optional") == Some(&Value::Bool(true));
            let value = match self.optional {
                Optional::Nothing if is_optional => return None,
                Optional::Null if is_optional => Value::Null,
                _ if is_optional && depth >= MAX_DEPTH => return None,
                _ => self.value(text("type")?, depth),
            };
            (field.get("retired") != Some(&Value::Bool(true))).then(|| Some((text("name")?.to_owned(), value)))?
        });
        members.collect()
    }

    fn value(self, ty: &str, depth: usize) -> Value {
        if let Some(element) = ty.strip_suffix("[]") {
            return if depth >= MAX_DEPTH { json!([]) } else { json!([self.value(element, depth)]) };
        }
        let scalar = match ty {
            "string" => [json!("text"), json!("")],
            "boolean" => [json!(true), json!(false)],
            "integer" => [json!(-1), json!(i64::MAX)],
            "unsigned" => [json!(0), json!(u64::MAX)],
            "float" => [json!(0.5), json!(1e300)],
            "date" => [json!("2018-08-08"), json!("2024-02-29")],
            "datetime" => [json!("2018-08-08 00:00:00"), json!("2024-02-29 23:59:59")],
            "datetime_iso" => [json!("2018-08-08T00:00:00+08:00"), json!("2024-02-29T23:59:59Z")],
            _ => [json!(null), json!(null)],
        };
        match (scalar, self.find("value_sets", ty), self.find("records", ty)) {
            (_, _, Some(record)) => Value::Object(self.fields(record.get("fields"), depth + 1)),
            (_, Some(set), _) => {
                let values = set.get("values").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
                let value = values.get(self.n).or(values.first());
                value.and_then(|value| value.get("value")).cloned().unwrap_or_default()
            }
            (scalar, None, None) => scalar.get(self.n).cloned().unwrap_or_default(),
        }
    }

    /// The record or the value set with this name.
    fn find(&self, list: &str, name: &str) -> Option<&Value> {
        let mut types = self.types.get(list)?.as_array()?.iter();
        types.find(|ty| ty.get("name").and_then(Value::as_str) == Some(name))
    }
}
