//! Checks the verdicts on changes of specifications with the compiler, and with responses.
//!
//! The changes are those of `diffs/`, in both directions. `cargo test --package tencentcloud-tests
//! --test spec_oracles -- --ignored` runs these tests. They take too long for `cargo test`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use tencentcloud_codegen::diff::{Change, Diff, Level};
use tencentcloud_codegen::{changes, check};
use tencentcloud_tests::Outcome;
use tencentcloud_tests::recorded::{self, Recorded};
use tencentcloud_tests::semver_checks;
use tencentcloud_tests::spec_changes::{self, SpecChange};
use tencentcloud_tests::versions::{Version, Versions};

/// Of the changes in `mutations.rs`, one in this number is a case if it is accepted. A prime
/// number, so that the sample has changes of every kind.
const SAMPLE_EVERY: usize = 101;

/// A change of a product from one version to another.
struct Step {
    /// The change, the product, and the direction.
    name: String,
    versions: [Version; 2],
    /// The responses by each version.
    recorded: [Vec<Recorded>; 2],
    diff: Diff,
}

#[test]
#[ignore = "compiles for a minute"]
fn a_program_for_the_old_version_compiles_exactly_if_the_source_verdict_says_so() -> Outcome<()> {
    let (crates, steps) = steps()?;
    let mut crates = crates.clone();
    for Step { name, versions: [old, new], .. } in steps {
        crates.add_usage(name, old, new)?;
        crates.add_usage(&format!("{name}_unchanged"), old, old)?;
    }
    let failing = crates.failing("usages")?;
    let mut wrong = Vec::new();
    for Step { name, diff, .. } in steps {
        let compiles = diff.changes.iter().all(|change| change.source < Level::Major);
        match (compiles, failing.get(name)) {
            (true, Some(error)) => wrong.push(format!("{name}: the verdict is that programs compile\n{error}")),
            (false, None) => wrong.push(format!("{name}: the verdict is that programs do not compile")),
            _ => {}
        }
        if let Some(error) = failing.get(&format!("{name}_unchanged")) {
            wrong.push(format!("{name}: the program does not compile with its own version\n{error}"));
        }
    }
    println!("{} programs, of which {} do not compile", steps.len(), failing.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

#[test]
#[ignore = "compiles for a minute"]
fn responses_are_decoded_exactly_if_the_wire_verdict_says_so() -> Outcome<()> {
    let (crates, steps) = steps()?;
    let mut tried = Vec::new();
    let mut places = Vec::new();
    for (place, step) in steps.iter().enumerate() {
        for (writer, reader) in [(0, 0), (0, 1), (1, 0)] {
            let [written, read] = [writer, reader].map(|side: usize| step.recorded.get(side));
            for written in written.into_iter().flatten() {
                // An action can have another name in one of the two, in the API or in Rust.
                let same = |read: &&Recorded| read.action == written.action || read.ty == written.ty;
                let Some(read) = read.into_iter().flatten().find(same) else { continue };
                for response in &written.responses {
                    let version = step.versions.get(reader).ok_or("two versions")?;
                    tried.push((version, read.ty.clone(), response.clone()));
                    places.push((place, writer, reader));
                }
            }
        }
    }
    let decoded = crates.decodes("responses", &tried)?;
    assert_eq!(decoded.len(), tried.len());
    let mut wrong = Vec::new();
    for (place, Step { name, diff, .. }) in steps.iter().enumerate() {
        let all = |writer, reader| {
            let mut of_step = places.iter().zip(&decoded).filter(|(tried, _)| **tried == (place, writer, reader));
            of_step.all(|(_, decoded)| *decoded)
        };
        let verdicts = [
            ("its own", true, all(0, 0)),
            ("the old version, of new responses", diff.changes.iter().all(|c| c.wire.decodes_responses), all(1, 0)),
            ("the new version, of old responses", diff.changes.iter().all(|c| c.wire.decodes_old_responses), all(0, 1)),
        ];
        for (who, expected, found) in verdicts {
            if expected != found {
                wrong.push(format!("{name}: {who}: the verdict is {expected}, but decoding is {found}"));
            }
        }
    }
    println!("{} responses, of which {} are not decoded", tried.len(), decoded.iter().filter(|one| !**one).count());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

#[test]
#[ignore = "needs cargo-semver-checks, and documents for minutes"]
fn cargo_semver_checks_never_finds_more() -> Outcome<()> {
    let (_, steps) = steps()?;
    let pairs: Vec<_> = steps.iter().map(|step| (step.name.as_str(), &step.versions)).collect();
    let found = semver_checks::breaking(&pairs)?;
    let is_major = |step: &&Step| step.diff.level() == Level::Major;
    let major: BTreeSet<String> = steps.iter().filter(is_major).map(|step| step.name.clone()).collect();
    println!("{} of {} steps are major, of which cargo-semver-checks finds {}", major.len(), steps.len(), found.len());
    let more: Vec<_> = found.iter().filter(|(name, _)| !major.contains(*name)).collect();
    assert!(more.is_empty(), "cargo-semver-checks finds more: {more:?}");
    assert!(!found.is_empty(), "cargo-semver-checks finds nothing");
    Ok(())
}

/// What [`all_steps`] returns, generated once for all tests.
fn steps() -> Outcome<&'static (Versions, Vec<Step>)> {
    static STEPS: LazyLock<Result<(Versions, Vec<Step>), String>> =
        LazyLock::new(|| all_steps().map_err(|error| error.to_string()));
    STEPS.as_ref().map_err(|error| error.as_str().into())
}

/// Each change of each product that both versions have, in both directions.
fn all_steps() -> Outcome<(Versions, Vec<Step>)> {
    let mut crates = Versions::default();
    let mut steps = Vec::new();
    let sample = spec_changes::sample(SAMPLE_EVERY)?.filter(|change| check(&change.new).is_ok());
    for change in spec_changes::all()?.into_iter().chain(sample) {
        let SpecChange { name, old, new } = &change;
        for folder in change.products() {
            for (direction, old, new) in [("there", old, new), ("back", new, old)] {
                let versions = [crates.add(folder, old)?, crates.add(folder, new)?];
                let recorded = [old, new].map(|sources| recorded::of(folder, sources));
                let mut diff = changes(old, new)?;
                let package = format!("tencentcloud-{folder}");
                let [_, after] = &versions;
                // A common code that becomes one of the product stays in its crate.
                let is_common =
                    |change: &Change| change.package == "tencentcloud-core" && !after.has_code(&change.item);
                diff.changes.retain(|change| change.package == package || is_common(change));
                steps.push(Step { name: format!("{name}_{folder}_{direction}"), versions, recorded, diff });
            }
        }
    }
    Ok((crates, steps))
}
