//! What the generator refuses, and what it says then.
//!
//! Each case is a pair of files in `refusals/`. `<claim>.json` breaks the specification in `refusals/base/`: it maps the path
//! of a file to an object that is merged into the file (RFC 7396), to a string that replaces its text, or to `null`, which
//! removes it. `<claim>.txt` holds the problems as they are printed.
//!
//! After a change of what is said, `UPDATE_GOLDEN=1 cargo test -p tencentcloud-tests --test refusals` writes the texts anew.

#![expect(clippy::disallowed_methods, reason = "reads the files of the workspace")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::{env, fs};

use serde_json::{Map, Value};
use tencentcloud_codegen::{Problems, Source};
use tencentcloud_tests::{Outcome, workspace};

/// How many cases there are at least, so that none gets lost unseen.
const CASES: usize = 115;

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
    for claim in claims("json")? {
        let Err(problems) = refused(&claim, &base)? else {
            failures.push(format!("{claim}: this is not refused"));
            continue;
        };
        let text = format!("{problems}\n");
        let golden = folder().join(format!("{claim}.txt"));
        if env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(golden, text)?;
        } else if fs::read_to_string(golden).unwrap_or_default() != text {
            failures.push(format!("{claim}: this is refused in other words than {claim}.txt has:\n{text}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    Ok(())
}

#[test]
fn every_text_has_its_case() -> Outcome<()> {
    let (cases, texts) = (claims("json")?, claims("txt")?);
    let without: Vec<&String> = texts.difference(&cases).collect();
    assert!(without.is_empty(), "no case belongs to these texts: {without:?}");
    assert!(cases.len() >= CASES, "there are {} cases, and should be {CASES}", cases.len());
    Ok(())
}

#[test]
fn every_problem_has_a_place_a_sentence_and_a_way_out() -> Outcome<()> {
    let base = base()?;
    for claim in claims("json")? {
        let Err(problems) = refused(&claim, &base)? else { continue };
        for problem in problems.iter() {
            assert!(problem.file.starts_with("spec/"), "{claim}: {problem}");
            for text in [&problem.message, &problem.help] {
                assert!(!text.is_empty() && !text.ends_with('.'), "{claim}: {problem}");
                assert!(!text.starts_with(char::is_uppercase), "{claim}: {problem}");
            }
        }
    }
    Ok(())
}

/// What becomes of the base with the patch of a case.
fn refused(claim: &str, base: &BTreeMap<String, String>) -> Outcome<Result<(), Problems>> {
    let patch: Map<String, Value> = serde_json::from_str(&fs::read_to_string(folder().join(format!("{claim}.json")))?)
        .map_err(|error| format!("{claim}.json: {error}"))?;
    let mut files = base.clone();
    for (path, change) in patch {
        match change {
            Value::Null => {
                files.remove(&path).ok_or_else(|| format!("{claim}.json: {path} is not there to be removed"))?;
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
fn claims(extension: &str) -> Outcome<BTreeSet<String>> {
    let mut claims = BTreeSet::new();
    for entry in fs::read_dir(folder())? {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == extension) {
            claims.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
    }
    Ok(claims)
}
