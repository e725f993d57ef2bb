//! Checks which specifications the generator refuses, and with which messages.
//!
//! Each case is a pair of files in `refusals/`. `<case>.json` breaks the specification in
//! `refusals/base/`: it maps the path of a file to an object that is merged into the file (RFC
//! 7396), to a string that replaces its text, or to `null`, which removes the file. `<case>.txt`
//! contains the problems as they are printed.
//!
//! `UPDATE_GOLDEN=1 cargo test --package tencentcloud-tests --test refusals` writes the texts again
//! after a message has changed.

#![expect(clippy::disallowed_methods, reason = "reads the files of the workspace")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::{env, fs};

use serde_json::{Map, Value};
use tencentcloud_codegen::{Problems, Source};
use tencentcloud_tests::{Outcome, workspace};

/// Minimum number of cases, so that a lost case is noticed.
const MIN_CASES: usize = 180;

#[test]
fn the_base_is_accepted() -> Outcome<()> {
    let artifacts = tencentcloud_codegen::generate(&sources(&base()?))?;
    assert!(artifacts.iter().any(|artifact| artifact.path == "crates/demo/src/ping.rs"));
    Ok(())
}

#[test]
fn every_case_is_refused_as_its_text_says() -> Outcome<()> {
    let base = base()?;
    let mut failures = Vec::new();
    for case in cases("json")? {
        let Err(problems) = refused(&case, &base)? else {
            failures.push(format!("{case}: the specification is accepted"));
            continue;
        };
        let text = format!("{problems}\n");
        let golden = folder().join(format!("{case}.txt"));
        if env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(golden, text)?;
        } else if fs::read_to_string(golden).unwrap_or_default() != text {
            failures.push(format!("{case}: the problems differ from {case}.txt:\n{text}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    Ok(())
}

#[test]
fn every_text_has_a_case() -> Outcome<()> {
    let (cases, texts) = (cases("json")?, cases("txt")?);
    let without: Vec<&String> = texts.difference(&cases).collect();
    assert!(without.is_empty(), "texts without a case: {without:?}");
    assert!(cases.len() >= MIN_CASES, "there are {} cases, expected at least {MIN_CASES}", cases.len());
    Ok(())
}

#[test]
fn every_problem_has_a_place_a_message_and_help() -> Outcome<()> {
    let base = base()?;
    for case in cases("json")? {
        let Err(problems) = refused(&case, &base)? else { continue };
        for problem in problems.iter() {
            assert!(problem.file.starts_with("spec/"), "{case}: {problem}");
            for text in [&problem.message, &problem.help] {
                assert!(!text.is_empty() && !text.ends_with('.'), "{case}: {problem}");
                assert!(!text.starts_with(char::is_uppercase), "{case}: {problem}");
            }
        }
    }
    Ok(())
}

#[test]
fn a_product_cannot_have_the_folder_or_the_name_of_a_crate_that_is_written_by_hand() -> Outcome<()> {
    let root = workspace::root();
    let mut taken = BTreeSet::new();
    for entry in fs::read_dir(root.join("crates"))? {
        let folder = entry?.file_name().to_string_lossy().into_owned();
        if !root.join("spec").join(&folder).is_dir() {
            let manifest = fs::read_to_string(root.join("crates").join(&folder).join("Cargo.toml"))?;
            let name = manifest.lines().find_map(|line| line.strip_prefix("name = \"tencentcloud-"));
            taken.extend(name.and_then(|name| name.strip_suffix('"')).map(str::to_owned));
            taken.insert(folder);
        }
    }
    assert!(taken.contains("core") && taken.len() > 2, "{taken:?}");
    for name in taken {
        let source = Source { path: format!("{name}/product.json"), text: "{}".to_owned() };
        let Err(problems) = tencentcloud_codegen::check(&[source]) else { return Err(name.into()) };
        let refusal = format!("spec/{name}: `{name}` is the name of a part of this workspace");
        assert!(problems.to_string().contains(&refusal), "{problems}");
    }
    Ok(())
}

/// Checks the base with the patch of a case.
fn refused(case: &str, base: &BTreeMap<String, String>) -> Outcome<Result<(), Problems>> {
    let patch: Map<String, Value> = serde_json::from_str(&fs::read_to_string(folder().join(format!("{case}.json")))?)
        .map_err(|error| format!("{case}.json: {error}"))?;
    let mut files = base.clone();
    for (path, change) in patch {
        match change {
            Value::Null => {
                files.remove(&path).ok_or_else(|| format!("{case}.json: {path} does not exist"))?;
            }
            Value::String(text) => {
                files.insert(path, text);
            }
            change => {
                let file = files.get(&path).map_or(Ok(Value::Null), |text| serde_json::from_str(text))?;
                files.insert(path, merged(file, change).to_string());
            }
        }
    }
    Ok(tencentcloud_codegen::check(&sources(&files)))
}

/// Merges a patch into a document, as RFC 7396 defines it.
fn merged(target: Value, patch: Value) -> Value {
    let Value::Object(changes) = patch else { return patch };
    let Value::Object(mut members) = target else { return merged(Value::Object(Map::new()), Value::Object(changes)) };
    for (key, change) in changes {
        let before = members.remove(&key).unwrap_or_default();
        if !change.is_null() {
            members.insert(key, merged(before, change));
        }
    }
    Value::Object(members)
}

fn folder() -> PathBuf {
    workspace::root().join("tests/refusals")
}

fn base() -> Outcome<BTreeMap<String, String>> {
    let files = workspace::files(&folder().join("base"))?.into_iter();
    files.map(|(path, content)| Ok((path, String::from_utf8(content)?))).collect()
}

fn sources(files: &BTreeMap<String, String>) -> Vec<Source> {
    files.iter().map(|(path, text)| Source { path: path.clone(), text: text.clone() }).collect()
}

/// The names of the cases that have a file with this extension.
fn cases(extension: &str) -> Outcome<BTreeSet<String>> {
    let mut claims = BTreeSet::new();
    for entry in fs::read_dir(folder())? {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == extension) {
            claims.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
    }
    Ok(claims)
}
