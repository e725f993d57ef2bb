//! Checks that no specification makes the generator panic: each value of an accepted specification
//! is replaced or removed.

use serde_json::{Value, json};
use tencentcloud_codegen::Source;
use tencentcloud_tests::{Outcome, workspace};

/// Of the accepted specifications, one in this number is generated from, because formatting is
/// slow.
const GENERATE_EVERY: usize = 30;

#[test]
fn no_change_of_an_action_makes_the_generator_panic() -> Outcome<()> {
    mutate(&["demo/Ping.json"])
}

#[test]
fn no_change_of_a_query_makes_the_generator_panic() -> Outcome<()> {
    mutate(&["demo/ListProbes.json"])
}

#[test]
fn no_change_of_a_list_of_tasks_makes_the_generator_panic() -> Outcome<()> {
    mutate(&["queue/ListTasks.json", "queue/Submit.json"])
}

#[test]
fn no_change_of_another_file_makes_the_generator_panic() -> Outcome<()> {
    mutate(&["common/errors.json", "demo/errors.json", "demo/product.json", "demo/types.json"])
}

/// Checks the base with each change of each of these files.
fn mutate(paths: &[&str]) -> Outcome<()> {
    let base = base()?;
    let mut accepted = Vec::new();
    for source in base.iter().filter(|source| paths.contains(&source.path.as_str())) {
        let json = serde_json::from_str(&source.text)?;
        for place in places(&json) {
            for mutant in mutants(&json, &place) {
                let mutant = Source { path: source.path.clone(), text: mutant.to_string() };
                let others = base.iter().filter(|other| other.path != source.path).cloned();
                let sources: Vec<Source> = others.chain([mutant]).collect();
                if is_accepted(&sources, &place) {
                    accepted.push(sources);
                }
            }
        }
    }
    assert!(!accepted.is_empty(), "no change is accepted");
    for sources in accepted.iter().step_by(GENERATE_EVERY) {
        tencentcloud_codegen::generate(sources)?;
    }
    Ok(())
}

/// Whether a specification is accepted. If it is not, each problem must have a place, a message and
/// help.
fn is_accepted(sources: &[Source], place: &str) -> bool {
    let Err(problems) = tencentcloud_codegen::check(sources) else { return true };
    for problem in problems.iter() {
        let is_complete = problem.file.starts_with("spec/") && !problem.message.is_empty() && !problem.help.is_empty();
        assert!(is_complete, "with a change at {place}: {problem}");
    }
    false
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

/// The document with another value at a place, and without one.
fn mutants(json: &Value, place: &str) -> Vec<Value> {
    let others = [json!(null), json!(true), json!(-1), json!(1e99), json!(""), json!("é"), json!([]), json!({})];
    let replaced = others.into_iter().filter_map(|other| {
        let mut mutant = json.clone();
        *mutant.pointer_mut(place)? = other;
        Some(mutant)
    });
    replaced.chain(without(json, place)).collect()
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

fn base() -> Outcome<Vec<Source>> {
    let files = workspace::files(&workspace::root().join("tests/refusals/base"))?.into_iter();
    files.map(|(path, content)| Ok(Source { path, text: String::from_utf8(content)? })).collect()
}
