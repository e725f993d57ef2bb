//! Reads the changes of specifications in `diffs/`.
//!
//! Each file is a change of the specification in `refusals/base/`. It maps paths of files to
//! objects that map places in the file to values, as deviations write places. A value of `null`
//! removes what is at the place, and the place `""` is the whole file. What is `given` is changed
//! in both versions.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde_json::{Map, Value};
use tencentcloud_codegen::Source;

use crate::mutations::{self, Mutation};
use crate::{Outcome, workspace};

/// Both versions of a specification.
#[derive(Clone, Debug)]
pub struct SpecChange {
    /// What changes from `old` to `new`; the name of the file in `diffs/`.
    pub name: String,
    /// The specification before.
    pub old: Vec<Source>,
    /// The specification after.
    pub new: Vec<Source>,
}

type Files = BTreeMap<String, Value>;

/// The folder of the changes.
#[must_use]
pub fn folder() -> PathBuf {
    workspace::root().join("tests/diffs")
}

/// The specification that is changed, by file.
///
/// # Errors
///
/// If a file cannot be read.
pub fn base() -> Outcome<BTreeMap<String, Value>> {
    let files = workspace::files(&workspace::root().join("tests/refusals/base"))?.into_iter();
    files.map(|(path, text)| Ok((path, serde_json::from_slice(&text)?))).collect()
}

/// All changes, sorted by name.
///
/// # Errors
///
/// If a file cannot be read, or changes something that does not exist.
pub fn all() -> Outcome<Vec<SpecChange>> {
    let base = base()?;
    let mut changes = Vec::new();
    for (path, _) in workspace::files(&folder())? {
        if let Some(name) = path.strip_suffix(".json") {
            let change = change(name, &base).map_err(|error| format!("{path}: {error}"))?;
            changes.push(change);
        }
    }
    Ok(changes)
}

/// Changes of one value each, which no person has selected: one in `every` of those in
/// [`mutations`]. Not all of them are accepted.
///
/// # Errors
///
/// If the base cannot be read.
pub fn sample(every: usize) -> Outcome<impl Iterator<Item = SpecChange>> {
    let base = sources(&base()?);
    let sample = mutations::of(&mutations::FILES)?.enumerate().step_by(every);
    Ok(sample.map(move |(n, Mutation { change, sources })| {
        // Shown if the test fails: the name has to be that of a module.
        println!("mutation_{n}: {change}");
        let has = |path: &str| sources.iter().any(|source| source.path == path);
        let old = base.iter().filter(|source| has(&source.path)).cloned().collect();
        SpecChange { name: format!("mutation_{n}"), old, new: sources }
    }))
}

fn change(name: &str, base: &Files) -> Outcome<SpecChange> {
    let text = fs::read_to_string(folder().join(format!("{name}.json")))?;
    let mut change: Map<String, Value> = serde_json::from_str(&text)?;
    let mut old = base.clone();
    if let Some(Value::Object(given)) = change.remove("given") {
        apply(&mut old, given)?;
    }
    let mut new = old.clone();
    apply(&mut new, change)?;
    // Products that the change cannot affect are left out, which saves time.
    let affects_all = !of_folder(&old, "common").eq(of_folder(&new, "common"));
    let files = |files: &'_ Files, other: &Files| -> Vec<Source> {
        let is_same = |folder: &str| of_folder(files, folder).eq(of_folder(other, folder));
        let is_needed = |path: &str| affects_all || path.starts_with("common/") || !is_same(folder_of(path));
        let needed = files.iter().filter(|(path, _)| is_needed(path));
        needed.map(|(path, json)| Source { path: path.clone(), text: json.to_string() }).collect()
    };
    Ok(SpecChange { name: name.to_owned(), old: files(&old, &new), new: files(&new, &old) })
}

impl SpecChange {
    /// The folders of the products that both versions have.
    #[must_use]
    pub fn products(&self) -> BTreeSet<&str> {
        let [old, new] = [&self.old, &self.new].map(|sources| -> BTreeSet<&str> {
            sources.iter().map(|source| folder_of(&source.path)).filter(|folder| *folder != "common").collect()
        });
        old.intersection(&new).copied().collect()
    }
}

/// The files as the generator takes them.
#[must_use]
pub fn sources(files: &BTreeMap<String, Value>) -> Vec<Source> {
    files.iter().map(|(path, json)| Source { path: path.clone(), text: json.to_string() }).collect()
}

fn folder_of(path: &str) -> &str {
    path.split('/').next().unwrap_or_default()
}

fn of_folder<'a>(files: &'a Files, folder: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    files.iter().filter(move |(path, _)| folder_of(path) == folder)
}

fn apply(files: &mut Files, change: Map<String, Value>) -> Outcome<()> {
    for (path, places) in change {
        match places {
            Value::Object(places) => {
                let file = files.entry(path.clone()).or_default();
                for (place, value) in places {
                    set(file, &place, value).ok_or_else(|| format!("{path} has no place `{place}`"))?;
                }
            }
            _ => drop(files.remove(&path).ok_or_else(|| format!("there is no file {path}"))?),
        }
    }
    Ok(())
}

/// Sets the value at a place, adds it, or removes it if it is `null`.
fn set(json: &mut Value, place: &str, value: Value) -> Option<()> {
    if place.is_empty() {
        *json = value;
        return Some(());
    }
    // Names can contain dots, so the longest step that exists is taken.
    let ends = place.match_indices('.').map(|(end, _)| end).chain([place.len()]);
    let ends: Vec<usize> = ends.collect();
    let step = ends.into_iter().rev().find_map(|end| {
        let step = step(json, place.get(..end)?)?;
        (end == place.len() || child(json, &step)?.is_object() || child(json, &step)?.is_array()).then_some((end, step))
    });
    match (step, json) {
        (Some((end, step)), json) if end < place.len() => set(child(json, &step)?, place.get(end + 1..)?, value),
        (Some((_, Step::Key(key))), Value::Object(members)) if value.is_null() => members.remove(&key).map(drop),
        (Some((_, Step::Index(index))), Value::Array(elements)) if value.is_null() => {
            elements.remove(index);
            Some(())
        }
        (Some((_, step)), json) => {
            *child(json, &step)? = value;
            Some(())
        }
        (None, Value::Object(members)) if !value.is_null() && !place.contains('.') => {
            members.insert(place.to_owned(), value);
            Some(())
        }
        (None, Value::Array(elements)) if !value.is_null() => {
            elements.push(value);
            Some(())
        }
        _ => None,
    }
}

enum Step {
    Key(String),
    Index(usize),
}

fn step(json: &Value, step: &str) -> Option<Step> {
    match json {
        Value::Object(members) => members.contains_key(step).then(|| Step::Key(step.to_owned())),
        Value::Array(elements) => {
            let is_named = |element: &Value| {
                let name = ["name", "code", "value"].iter().find_map(|key| element.get(key)?.as_str());
                element.as_str().or(name) == Some(step)
            };
            let index = elements.iter().position(is_named).or_else(|| step.parse().ok());
            index.filter(|index| *index < elements.len()).map(Step::Index)
        }
        _ => None,
    }
}

fn child<'a>(json: &'a mut Value, step: &Step) -> Option<&'a mut Value> {
    match step {
        Step::Key(key) => json.get_mut(key),
        Step::Index(index) => json.get_mut(index),
    }
}
