//! Checks the import of metadata, with a small service that has the shapes of the official ones.
//!
//! `import/` contains the metadata of the service, and `import/drafts/` the specifications that are
//! made from it. `import/written/` contains files that a person has written, and `import/merged/`
//! the same files after an import.
//!
//! `UPDATE_GOLDEN=1 cargo test --package tencentcloud-tests --test import` writes `drafts` and
//! `merged` again.

#![expect(clippy::disallowed_methods, reason = "reads the files of the workspace")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::{env, fs};

use tencentcloud_codegen::{Comparison, Metadata, Source, compare, generate, generate_with_drafts, import};
use tencentcloud_tests::{Outcome, workspace};

#[test]
fn a_service_becomes_drafts() -> Outcome<()> {
    let imported = import(&metadata()?, &common()?)?;
    same_as("drafts", &imported.files)?;
    let expected = "demo: DescribeThings: left out an official example: examples.1.request.Type: `1` is not a string";
    assert_eq!(imported.notes, [expected]);
    Ok(())
}

#[test]
fn drafts_are_refused_and_generate_without_a_problem_if_they_are_asked_for() -> Outcome<()> {
    let drafts = import(&metadata()?, &common()?)?.files;
    let sources: Vec<Source> = common()?.into_iter().chain(drafts).collect();
    let problems = generate(&sources).unwrap_err();
    assert!(problems.iter().count() > 3 && problems.iter().all(|problem| problem.message == "this is a draft"));
    let files = generate_with_drafts(&sources)?;
    assert!(files.iter().any(|file| file.path == "crates/demo/src/describe_things.rs"));
    Ok(())
}

#[test]
fn an_import_into_its_own_drafts_changes_nothing() -> Outcome<()> {
    let drafts = import(&metadata()?, &common()?)?.files;
    let sources: Vec<Source> = common()?.into_iter().chain(drafts).collect();
    assert_eq!(import(&metadata()?, &sources)?.files, []);
    Ok(())
}

#[test]
fn a_merge_adds_what_is_missing_and_changes_nothing_that_a_person_wrote() -> Outcome<()> {
    let written = folder("written")?;
    let sources: Vec<Source> = common()?.into_iter().chain(written.clone()).collect();
    let imported = import(&metadata()?, &sources)?;
    same_as("merged", &imported.files)?;
    for Source { path, text } in &written {
        let merged = imported.files.iter().find(|file| file.path == *path).map_or(text, |file| &file.text);
        let mut lines = merged.lines();
        // An inserted element can add a comma to the line before it.
        let is_kept = |line: &str| lines.any(|merged| merged.trim_end_matches(',') == line.trim_end_matches(','));
        assert!(text.lines().all(is_kept), "{path}:\n{merged}");
    }
    let notes: Vec<&str> = imported.notes.iter().map(String::as_str).collect();
    assert_eq!(
        notes,
        [
            "spec/demo/DescribeThings.json: request.Limit.type: the metadata says `\"unsigned\"`, we say `\"integer\"`",
            "  keep it, with the deviation: { \"at\": \"request.Limit.type\", \"page_says\": \"unsigned\", \"we_say\": \
             \"integer\", \"why\": \"\" }",
            "spec/demo/DescribeThings.json: request.Labels: new, `Label[]`",
            "spec/demo/DescribeThings.json: request.Encode: new, `boolean`",
            "spec/demo/DescribeThings.json: response.Day: new, `date`",
            "spec/demo/types.json: records.Things.fields.CreatedAt: new, `datetime_iso`",
        ]
    );
    Ok(())
}

#[test]
fn what_the_metadata_lacks_is_kept_with_a_deviation_of_its_list() -> Outcome<()> {
    let metadata = metadata()?;
    let metadata = Metadata { api: metadata.api.replace("\"name\": \"Limit\"", "\"name\": \"Size\""), ..metadata };
    let sources: Vec<Source> = common()?.into_iter().chain(folder("written")?).collect();
    let notes = import(&metadata, &sources)?.notes;
    let expected =
        r#"  keep it, with the deviation: { "at": "request", "page_says": [], "we_say": ["Limit"], "why": "" }"#;
    assert!(notes.iter().any(|note| note == expected), "{notes:?}");
    Ok(())
}

#[test]
fn a_comparison_names_what_has_moved_since_the_snapshot() -> Outcome<()> {
    let written = folder("written")?;
    let compare = |api: &dyn Fn(String) -> String, snapshot: &str| -> Outcome<Comparison> {
        let metadata = metadata()?;
        let api = api(metadata.api.clone());
        Ok(compare(&[Metadata { api, ..metadata }], &written, snapshot)?)
    };
    let snapshot = compare(&|api| api, "")?;
    assert_eq!(snapshot.moved, ["demo 2024-01-01 DescribeThings: not in the snapshot"]);
    let moved =
        |api: &dyn Fn(String) -> String| Ok::<_, Box<dyn std::error::Error>>(compare(api, &snapshot.snapshot)?.moved);
    assert_eq!(moved(&|api| api)?, [""; 0]);
    // What no shipped action uses does not matter.
    assert_eq!(moved(&|api| api.replace("ThingId", "Id"))?, [""; 0]);
    let texts = moved(&|api| api.replace("Text of CreatedAt.", "A text."))?;
    assert_eq!(texts, ["demo 2024-01-01 DescribeThings: its texts, which contain values and limits"]);
    let structure = moved(&|api| api.replace("\"datetime_iso\"", "\"datetime\""))?;
    assert_eq!(structure, ["demo 2024-01-01 DescribeThings: its structure"]);
    let gone = moved(&|api| api.replace("\"DescribeThings\":", "\"ListThings\":"))?;
    assert_eq!(gone, ["demo 2024-01-01 DescribeThings: the metadata has it no more"]);
    Ok(())
}

#[test]
fn metadata_in_another_shape_is_an_error_and_not_a_panic() -> Outcome<()> {
    for api in ["", "[]", "{}", "{\"metadata\": {}, \"actions\": {}, \"objects\": {}}"] {
        let metadata = Metadata { api: api.to_owned(), ..metadata()? };
        assert!(import(&metadata, &common()?).unwrap_err().starts_with("demo: api.json: "), "{api}");
    }
    Ok(())
}

/// The metadata of the service.
fn metadata() -> Outcome<Metadata> {
    let read = |name: &str| fs::read_to_string(root().join(name));
    Ok(Metadata {
        service: "demo".to_owned(),
        api: read("api.json")?,
        examples: read("examples.json")?,
        codes: read("errorcodes.py")?,
    })
}

/// The codes that every product can return.
fn common() -> Outcome<Vec<Source>> {
    let text = fs::read_to_string(workspace::root().join("spec/common/errors.json"))?;
    Ok(vec![Source { path: "common/errors.json".to_owned(), text }])
}

/// The specifications in a folder of this test.
fn folder(name: &str) -> Outcome<Vec<Source>> {
    let files = workspace::files(&root().join(name))?.into_iter();
    files.map(|(path, text)| Ok(Source { path, text: String::from_utf8(text)? })).collect()
}

/// Compares files with those in a folder of this test.
fn same_as(name: &str, files: &[Source]) -> Outcome<()> {
    if env::var_os("UPDATE_GOLDEN").is_some() {
        for Source { path, text } in files {
            let file = root().join(name).join(path);
            fs::create_dir_all(file.parent().ok_or("no folder")?)?;
            fs::write(file, text)?;
        }
    }
    let by_path = |files: Vec<Source>| -> BTreeMap<String, String> {
        files.into_iter().map(|Source { path, text }| (path, text)).collect()
    };
    assert_eq!(by_path(files.to_vec()), by_path(folder(name)?));
    Ok(())
}

fn root() -> PathBuf {
    workspace::root().join("tests/import")
}
