//! Changes specifications in any way: the generator accepts them, or reports problems.
//!
//! An input is a case as in `tests/refusals/`, which maps a path to what is merged into that file.
//! An input that is not a JSON object has a path in its first line, followed by the new text of the
//! file.

#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};
use tencentcloud_codegen::{Source, check};

macro_rules! sources {
    ($($path:literal),+ $(,)?) => {
        [$(($path, include_str!(concat!("../../refusals/base/", $path)))),+]
    };
}

/// The specifications that the cases change. They are small, and use every feature of the format.
const BASE: [(&str, &str); 6] = sources![
    "common/errors.json",
    "demo/ListProbes.json",
    "demo/Ping.json",
    "demo/errors.json",
    "demo/product.json",
    "demo/types.json",
];

fuzz_target!(|data: &[u8]| {
    let mut files: BTreeMap<String, String> = BASE.map(|(path, text)| (path.to_owned(), text.to_owned())).into();
    match serde_json::from_slice::<Map<String, Value>>(data) {
        Ok(patch) => patch.into_iter().for_each(|(path, change)| apply(&mut files, path, change)),
        Err(_) => {
            let text = String::from_utf8_lossy(data);
            let (path, text) = text.split_once('\n').unwrap_or(("demo/Ping.json", &text));
            files.insert(path.to_owned(), text.to_owned());
        }
    }
    let sources: Vec<Source> = files.into_iter().map(|(path, text)| Source { path, text }).collect();
    let Err(problems) = check(&sources) else { return };
    assert!(problems.iter().count() > 0, "refused without a problem");
    for problem in problems.iter() {
        assert!(problem.file.starts_with("spec/"), "the problem has no place: {problem}");
        assert!(
            !problem.message.is_empty() && !problem.help.is_empty(),
            "the problem has no message or no help: {problem}"
        );
    }
});

fn apply(files: &mut BTreeMap<String, String>, path: String, change: Value) {
    match change {
        Value::Null => drop(files.remove(&path)),
        Value::String(text) => drop(files.insert(path, text)),
        change => {
            let file = files.get(&path).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
            files.insert(path, merged(file, change).to_string());
        }
    }
}

/// Merges a patch into a document, as RFC 7396 defines it.
fn merged(target: Value, patch: Value) -> Value {
    let Value::Object(changes) = patch else { return patch };
    let mut members = match target {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    for (key, change) in changes {
        let before = members.remove(&key).unwrap_or_default();
        if !change.is_null() {
            members.insert(key, merged(before, change));
        }
    }
    Value::Object(members)
}
