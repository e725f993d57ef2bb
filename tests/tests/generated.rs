//! Checks the output of the generator: it is what is on disk, it is always the same, and a new
//! product changes no file of another.

use std::collections::BTreeMap;

use tencentcloud_codegen::{Artifact, Drift, GENERATED_FOLDERS, Source, generate, generate_with_drafts};
use tencentcloud_tests::{Outcome, workspace};

#[test]
fn the_files_are_what_the_specifications_generate() -> Outcome<()> {
    let mut files = BTreeMap::new();
    for folder in GENERATED_FOLDERS {
        let below = workspace::files(&workspace::root().join(folder))?;
        files.extend(below.into_iter().map(|(path, content)| (format!("{folder}/{path}"), content)));
    }
    let drift = Drift::between(generate(&sources()?)?, &files);
    assert!(drift.is_empty(), "the files on disk differ from the generated ones:\n{drift}");
    Ok(())
}

#[test]
fn generating_twice_gives_the_same_bytes() -> Outcome<()> {
    let sources = sources()?;
    assert_eq!(generate(&sources)?, generate(&sources)?);
    Ok(())
}

#[test]
fn the_order_of_the_files_does_not_matter() -> Outcome<()> {
    let sources = sources()?;
    let reversed: Vec<Source> = sources.iter().rev().cloned().collect();
    assert_eq!(generate(&sources)?, generate(&reversed)?);
    Ok(())
}

#[test]
fn a_draft_is_generated_only_if_drafts_are_asked_for() -> Outcome<()> {
    let mut sources = sources()?;
    let quota = sources.iter_mut().find(|source| source.path == "cdn/DescribePurgeQuota.json").ok_or("not found")?;
    let mut action: serde_json::Value = serde_json::from_str(&quota.text)?;
    let members = action.as_object_mut().ok_or("not an object")?;
    members.retain(|key, _| !["title", "doc"].contains(&key.as_str()));
    members.insert("draft".to_owned(), true.into());
    quota.text = action.to_string();
    let problems = generate(&sources).unwrap_err();
    let drafts: Vec<_> = problems.iter().map(|problem| (problem.at.as_str(), problem.message.as_str())).collect();
    assert_eq!(drafts, [("draft", "this is a draft")]);
    let files = by_path(generate_with_drafts(&sources)?);
    assert!(files["crates/cdn/src/describe_purge_quota.rs"].contains("/// Calls `DescribePurgeQuota`.\n"));
    Ok(())
}

#[test]
fn nothing_is_emitted_from_a_product_with_a_problem() -> Outcome<()> {
    let mut sources = sources()?;
    let quota = sources.iter_mut().find(|source| source.path == "cdn/DescribePurgeQuota.json").ok_or("not found")?;
    let mut action: serde_json::Value = serde_json::from_str(&quota.text)?;
    // In an emitted file, this character starts code, and `rustfmt` would fail as well.
    action["doc"] = "Returns \u{1}quotas.".into();
    quota.text = action.to_string();
    let problems = generate(&sources).unwrap_err();
    let places: Vec<_> = problems.iter().map(|problem| (problem.file.as_str(), problem.at.as_str())).collect();
    assert_eq!(places, [("spec/cdn/DescribePurgeQuota.json", "doc")]);
    Ok(())
}

#[test]
fn a_parameter_that_a_constructor_sets_has_no_setter() -> Outcome<()> {
    let files = by_path(generate(&sources()?)?);
    let request = &files["crates/teo/src/create_purge_task.rs"];
    for (field, setters) in [("zone_id", 0), ("purge_type", 0), ("targets", 0), ("method", 1), ("cache_tag", 1)] {
        assert_eq!(request.matches(&format!("pub fn {field}(self, ")).count(), setters, "{field}");
        assert_eq!(request.matches(&format!("    pub {field}: ")).count(), 1, "{field}");
    }
    let request = &files["crates/ecdn/src/describe_purge_tasks.rs"];
    for (field, setters) in [("task_id", 0), ("start_time", 0), ("end_time", 1), ("limit", 1)] {
        assert_eq!(request.matches(&format!("pub fn {field}(self, ")).count(), setters, "{field}");
    }
    Ok(())
}

#[test]
fn the_documentation_of_an_action_lists_its_codes_by_kind() -> Outcome<()> {
    let sources = sources()?;
    let files = by_path(generate(&sources)?);
    let request = &files["crates/teo/src/create_purge_task.rs"];
    let rows: Vec<&str> = request.lines().filter_map(|line| line.strip_prefix("/// | ")).skip(1).collect();
    let specification = sources.iter().find(|source| source.path == "teo/CreatePurgeTask.json");
    let specification: serde_json::Value = serde_json::from_str(&specification.ok_or("not found")?.text)?;
    assert_eq!(Some(rows.len()), specification["errors"].as_array().map(Vec::len));
    let kind = "[`Permission`](crate::ErrorKind::Permission)";
    let code = "[`LimitExceeded.PackNotAllow`](crate::ErrorCode::LimitExceededPackNotAllow)";
    assert!(
        rows.contains(&format!("{kind} | {code} | The plan does not include this feature. |").as_str()),
        "{rows:?}"
    );
    assert_eq!(rows.iter().filter(|row| row.contains("ErrorKind::Permission")).count(), 1, "{rows:?}");
    Ok(())
}

#[test]
fn the_readme_has_the_policy_for_all_actions_of_the_product() -> Outcome<()> {
    let files = by_path(generate(&sources()?)?);
    let readme = &files["crates/cdn/README.md"];
    let policy = readme.split("```json\n").nth(1).and_then(|text| text.split("```").next()).unwrap_or_default();
    let policy: serde_json::Value = serde_json::from_str(policy)?;
    let allowed = policy["statement"][0]["action"].as_array().map_or(0, Vec::len);
    assert_eq!(allowed, readme.matches("] | [`Client::").count(), "{policy}");
    assert!(policy["statement"][0]["action"].to_string().contains("\"cdn:PurgeUrlsCache\""), "{policy}");
    Ok(())
}

#[test]
fn another_version_of_a_product_becomes_another_crate() -> Outcome<()> {
    let sources = sources()?;
    let copies = sources.iter().filter_map(|source| {
        let path = format!("teo-next/{}", source.path.strip_prefix("teo/")?);
        Some(Source { path, text: source.text.replace("\"2022-09-01\"", "\"2030-01-01\"") })
    });
    let with_copies: Vec<Source> = sources.iter().cloned().chain(copies).collect();
    let (before, after) = (by_path(generate(&sources)?), by_path(generate(&with_copies)?));

    assert!(after["crates/teo-next/src/product.rs"].contains(r#"const VERSION: &'static str = "2030-01-01";"#));
    let changed: Vec<&String> = before.keys().filter(|path| before.get(*path) != after.get(*path)).collect();
    assert_eq!(changed, ["crates/emulator/src/generated/mod.rs"]);
    let new = after.keys().filter(|path| !before.contains_key(*path));
    let (ours, others): (Vec<_>, Vec<_>) = new.partition(|path| path.starts_with("crates/teo-next/"));
    assert_eq!(others, ["crates/emulator/src/generated/teo_next.rs"]);
    assert_eq!(ours.len(), before.keys().filter(|path| path.starts_with("crates/teo/")).count());
    Ok(())
}

/// The specifications in `spec/`.
fn sources() -> Outcome<Vec<Source>> {
    let files = workspace::files(&workspace::root().join("spec"))?.into_iter().filter(|(path, _)| path != "README.md");
    files.map(|(path, content)| Ok(Source { path, text: String::from_utf8(content)? })).collect()
}

fn by_path(artifacts: Vec<Artifact>) -> BTreeMap<String, String> {
    artifacts.into_iter().map(|artifact| (artifact.path, artifact.text)).collect()
}
