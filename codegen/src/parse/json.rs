//! Parses JSON and refuses duplicate keys.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::problem::{Place, Problems};

/// Parses a text as JSON.
pub(super) fn parse(text: &str, place: &Place, problems: &mut Problems) -> Option<Value> {
    if text.trim().is_empty() {
        problems.add(place, "the file is empty", "write the specification, or remove the file");
        return None;
    }
    let both = serde_json::from_str(text).and_then(|json| Ok((json, serde_json::from_str(text)?)));
    let (json, keys): (Value, Keys) = match both {
        Ok(both) => both,
        Err(error) => {
            let at = place.member(format_args!("line {}, column {}", error.line(), error.column()));
            if error.is_eof() {
                problems.add(&at, "invalid JSON: the file ends too early", "close each string, list and object");
            } else if starts_comment(text, error.line(), error.column()) {
                let help = "remove it; what a reader must know belongs in `doc`, and evidence in `deviations`";
                problems.add(&at, "invalid JSON: JSON has no comments", help);
            } else {
                problems.add(&at, format!("invalid JSON: {}", message(&error)), "correct the JSON at this place");
            }
            return None;
        }
    };
    report_duplicates(&keys, &json, place, problems);
    Some(json)
}

/// Whether a comment starts at a place, whose line and column count from 1.
fn starts_comment(text: &str, line: usize, column: usize) -> bool {
    let line = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let rest = line.get(column.saturating_sub(1)..).unwrap_or_default();
    ["//", "/*", "#"].iter().any(|comment| rest.starts_with(comment))
}

/// The message of the JSON library without its line and column.
fn message(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.split(" at line ").next().unwrap_or(&message).to_owned()
}

/// All keys of a JSON text. Of two equal keys, a [`Value`] keeps only the last.
enum Keys {
    Object(Vec<(String, Keys)>),
    List(Vec<Keys>),
    None,
}

fn report_duplicates(keys: &Keys, json: &Value, place: &Place, problems: &mut Problems) {
    match keys {
        Keys::Object(members) => {
            let mut seen = BTreeSet::new();
            for (key, keys) in members {
                let at = place.member(key);
                if !seen.insert(key) {
                    problems.add(&at, format!("duplicate key `{key}`"), "keep one of the two");
                }
                report_duplicates(keys, json.get(key).unwrap_or(&Value::Null), &at, problems);
            }
        }
        Keys::List(elements) => {
            for (n, keys) in elements.iter().enumerate() {
                let json = json.get(n).unwrap_or(&Value::Null);
                report_duplicates(keys, json, &place.element(n, json), problems);
            }
        }
        Keys::None => {}
    }
}

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KeysVisitor)
    }
}

struct KeysVisitor;

impl<'de> Visitor<'de> for KeysVisitor {
    type Value = Keys;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Keys::Object(members))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Keys, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = list.next_element()? {
            elements.push(element);
        }
        Ok(Keys::List(elements))
    }

    fn visit_unit<E>(self) -> Result<Keys, E> {
        Ok(Keys::None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Keys, E> {
        Ok(Keys::None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Keys, E> {
        Ok(Keys::None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Keys, E> {
        Ok(Keys::None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Keys, E> {
        Ok(Keys::None)
    }

    fn visit_str<E>(self, _: &str) -> Result<Keys, E> {
        Ok(Keys::None)
    }
}
