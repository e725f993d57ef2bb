//! Runs cargo-semver-checks on two versions of many crates.
//!
//! The versions are modules of a few crates, of which there is an old and a new one, so that each
//! is documented once.

use std::collections::BTreeMap;
use std::path::Path;

use crate::Outcome;
use crate::compiled::{self, Crates};
use crate::versions::Version;

/// The breaking changes between an old and a new version: the names of the pairs that have any,
/// each with the findings.
///
/// # Errors
///
/// If cargo-semver-checks is not installed, or cannot check a crate.
pub fn breaking(pairs: &[(&str, &[Version; 2])]) -> Outcome<BTreeMap<String, Vec<String>>> {
    let (mut old, mut new, mut roots) = (Crates::default(), Crates::default(), Vec::new());
    for (name, [before, after]) in pairs {
        let name = format!("pair_{name}");
        old.add_module(before.folder(), &name, before.artifacts().to_vec());
        let path = new.add_module(after.folder(), &name, after.artifacts().to_vec());
        roots.extend(path.split("::").next().map(|root| root.replace('_', "-")));
    }
    roots.dedup();
    let (old, new) = (old.write("semver-old")?, new.write("semver-new")?);
    let mut found = BTreeMap::new();
    for root in roots {
        for (name, finding) in findings(&old, &new, &root)? {
            found.entry(name).or_insert_with(Vec::new).push(finding);
        }
    }
    Ok(found)
}

/// The findings in a crate, each with the name of its pair.
fn findings(old: &Path, new: &Path, root: &str) -> Outcome<Vec<(String, String)>> {
    let mut check = compiled::cargo(new)?;
    check.args(["semver-checks", "check-release", "--release-type", "minor", "--package", root, "--color", "never"]);
    check.arg("--baseline-root").arg(old.join("crates").join(root));
    let output = check.output()?;
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    // 0: no breaking change; 100: there are some.
    if !matches!(output.status.code(), Some(0 | 100)) {
        return Err(format!("cargo semver-checks failed: {text}").into());
    }
    // A finding has the place of the item: `.../src/pair_a_value_is_new_demo_back/types.rs:7`.
    let pair = |line: &str| Some(line.split_once("/src/pair_")?.1.split_once('/')?.0.to_owned());
    Ok(text.lines().filter_map(|line| Some((pair(line)?, line.trim().to_owned()))).collect())
}
