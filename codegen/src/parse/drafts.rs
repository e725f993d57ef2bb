//! Finds drafts, and gives them the texts that are missing.

use serde_json::{Map, Value, json};

use crate::problem::{Place, Problems};

/// Adds the texts that a draft lacks, and reports each draft unless drafts are `accepted`.
pub(super) fn complete(json: &mut Value, accepted: bool, place: &Place, problems: &mut Problems) {
    Completion { accepted, problems }.value(json, false, place);
}

struct Completion<'a> {
    accepted: bool,
    problems: &'a mut Problems,
}

impl Completion<'_> {
    fn value(&mut self, json: &mut Value, is_in_draft: bool, place: &Place) {
        match json {
            Value::Object(members) => self.object(members, is_in_draft, place),
            Value::Array(elements) => {
                for (n, json) in elements.iter_mut().enumerate() {
                    let place = place.element(n, json);
                    self.value(json, is_in_draft, &place);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn object(&mut self, members: &mut Map<String, Value>, is_in_draft: bool, place: &Place) {
        let is_draft = members.get("draft") == Some(&Value::Bool(true));
        if is_draft && !self.accepted {
            let help = "write the texts that are missing, check the rest, and remove `draft`; `cargo xtask generate \
                        --drafts` generates drafts as well";
            self.problems.add(&place.member("draft"), "this is a draft", help);
        }
        if is_draft || is_in_draft {
            for (key, text) in texts(members) {
                members.entry(key).or_insert(text);
            }
        }
        for (key, json) in members.iter_mut().filter(|(key, _)| PARTS.contains(&key.as_str())) {
            self.value(json, is_draft || is_in_draft, &place.member(key));
        }
    }
}

/// Members whose elements have a text.
const PARTS: [&str; 7] = ["codes", "fields", "records", "request", "response", "value_sets", "values"];

/// The texts of an object, which say only its name.
fn texts(members: &Map<String, Value>) -> Vec<(&'static str, Value)> {
    let text = |key: &str| members.get(key).and_then(Value::as_str);
    if let Some(action) = text("action") {
        vec![("title", json!(format!("call `{action}`"))), ("doc", json!(format!("Calls `{action}`.")))]
    } else if let Some(service) = text("service") {
        vec![
            ("title", json!(format!("Tencent Cloud's service `{service}`"))),
            ("page", json!("https://www.tencentcloud.com/document/product")),
            ("readme", json!([format!("A draft of the service `{service}`, generated from its metadata.")])),
        ]
    } else {
        let name = ["name", "code", "value"].into_iter().find_map(text);
        name.map(|name| ("doc", json!(format!("The API's `{name}`.")))).into_iter().collect()
    }
}
