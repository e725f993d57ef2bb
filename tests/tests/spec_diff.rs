//! Compares specifications, and checks what is reported of each change, in both directions.
//!
//! Each case is a pair of files in `diffs/`: a change, and the reports of it and of its opposite.
//! `UPDATE_GOLDEN=1 cargo test --package tencentcloud-tests --test spec_diff` writes the reports
//! again.

#![expect(clippy::disallowed_methods, reason = "reads and writes the reports")]

use std::collections::BTreeSet;
use std::{env, fs};

use tencentcloud_codegen::diff::{Diff, Format, RULES, Report};
use tencentcloud_codegen::{Artifact, Source, changes, generate};
use tencentcloud_tests::spec_changes::{self, SpecChange};
use tencentcloud_tests::{Outcome, workspace};

/// Of the changes in `mutations.rs`, one in this number is compared, so that the test takes
/// seconds.
const SAMPLE_EVERY: usize = 29;
/// Minimum number of changes, so that a lost one is noticed.
const MIN_CHANGES: usize = 115;

#[test]
fn every_change_is_reported_in_both_directions_as_its_text_says() -> Outcome<()> {
    let all = spec_changes::all()?;
    assert!(all.len() >= MIN_CHANGES, "there are {} changes, expected at least {MIN_CHANGES}", all.len());
    let mut failures = Vec::new();
    for SpecChange { name, old, new } in all {
        let (there, back) = match (compared(&name, &old, &new), compared(&name, &new, &old)) {
            (Ok(there), Ok(back)) => (there, back),
            (Err(problems), _) | (_, Err(problems)) => {
                failures.push(problems.to_string());
                continue;
            }
        };
        let text = format!("{}\n{}", report(&there, "the old version")?, report(&back, "the new version")?);
        let golden = spec_changes::folder().join(format!("{name}.txt"));
        if env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(golden, text)?;
        } else if fs::read_to_string(golden).unwrap_or_default() != text {
            failures.push(format!("{name}: the reports differ from {name}.txt:\n{text}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    Ok(())
}

#[test]
fn every_text_has_a_change() -> Outcome<()> {
    let names: BTreeSet<String> = spec_changes::all()?.into_iter().map(|change| change.name).collect();
    for (path, _) in workspace::files(&spec_changes::folder())? {
        let name = path.rsplit_once('.').map_or(path.as_str(), |(name, _)| name);
        assert!(names.contains(name), "{path} has no change");
    }
    Ok(())
}

#[test]
fn every_rule_has_a_change_and_every_rule_with_a_hold_a_held_one() -> Outcome<()> {
    let (mut reported, mut held) = (BTreeSet::new(), BTreeSet::new());
    for (path, text) in workspace::files(&spec_changes::folder())? {
        let text = String::from_utf8(text)?;
        let mut rule = "";
        for line in text.lines().filter(|_| path.ends_with(".txt")) {
            match (line.strip_prefix("    "), line.strip_prefix("  ")) {
                (Some(line), _) if line.starts_with("hold     held") => drop(held.insert(rule.to_owned())),
                (None, Some(line)) => {
                    rule = line.split(": ").nth(1).unwrap_or_default();
                    reported.insert(rule.to_owned());
                }
                _ => {}
            }
        }
    }
    let all = |can_be_held: bool| RULES.iter().filter(move |rule| rule.can_be_held || !can_be_held);
    assert_eq!(reported, all(false).map(|rule| rule.id.to_owned()).collect());
    assert_eq!(held, all(true).map(|rule| rule.id.to_owned()).collect());
    Ok(())
}

#[test]
fn crates_change_only_if_a_change_is_reported() -> Outcome<()> {
    let sample = spec_changes::sample(SAMPLE_EVERY)?;
    let mut unreported = 0;
    for SpecChange { name, old, new } in spec_changes::all()?.into_iter().chain(sample) {
        // What is not accepted is not compared.
        let Ok(diff) = changes(&old, &new) else { continue };
        if diff.changes.is_empty() {
            unreported += 1;
            assert_eq!(crates(&old)?, crates(&new)?, "{name}");
        }
    }
    assert!(unreported > 1, "every change is reported");
    Ok(())
}

/// The files of the generated crates, without the tables of the emulator.
fn crates(sources: &[Source]) -> Outcome<Vec<Artifact>> {
    let mut artifacts = generate(sources)?;
    artifacts.retain(|artifact| artifact.path.starts_with("crates/") && !artifact.path.starts_with("crates/emulator/"));
    Ok(artifacts)
}

#[test]
fn a_specification_that_does_not_change_has_no_changes() -> Outcome<()> {
    let base = spec_changes::sources(&spec_changes::base()?);
    assert_eq!(changes(&base, &base)?, Diff::default());
    Ok(())
}

fn compared(name: &str, old: &[Source], new: &[Source]) -> Outcome<Diff> {
    changes(old, new).map_err(|problems| format!("{name}: {problems}").into())
}

/// The report for a changelog that mentions every change.
fn report(diff: &Diff, from: &str) -> Outcome<String> {
    let mentions = diff.changes.iter().map(|change| format!("- `{}`: `{}`\n", change.package, change.item));
    let changelog = format!("## Unreleased\n\n{}", mentions.collect::<String>());
    let version = "0.1.0".parse()?;
    let report = Report { diff, from, old_version: Some(version), version, changelog: &changelog };
    Ok(report.print(Format::Text))
}
