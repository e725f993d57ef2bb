//! Checks that the published crates can be compiled with the Rust version that they state.
//!
//! Clippy checks their use of the standard library, and this test their dependencies. If the
//! toolchain is installed, `.ci/run` also compiles them with it.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde::Deserialize;
use tencentcloud_tests::{Outcome, workspace};

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    rust_version: Option<String>,
    /// The registries that it may be published to; `None` if it may be published to each.
    publish: Option<Vec<String>>,
    /// Where it comes from; `None` if it is part of the workspace.
    source: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<DependencyKind>,
}

#[derive(Deserialize)]
struct DependencyKind {
    kind: Option<String>,
}

#[test]
fn no_dependency_of_a_published_crate_needs_a_newer_rust() -> Outcome<()> {
    let Metadata { packages, resolve } = metadata()?;
    let packages: BTreeMap<&str, &Package> = packages.iter().map(|package| (package.id.as_str(), package)).collect();
    let nodes: BTreeMap<&str, &Node> = resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();

    let published = packages.values().filter(|package| package.source.is_none() && package.publish.is_none());
    let published: Vec<&Package> = published.copied().collect();
    assert!(published.iter().any(|package| package.name == "tencentcloud-core"), "no published crate is found");
    let stated = published[0].rust_version.as_deref().ok_or("the crates state no version")?;
    assert!(published.iter().all(|package| package.rust_version.as_deref() == Some(stated)));

    let mut seen = BTreeSet::new();
    let mut open: Vec<&str> = published.iter().map(|package| package.id.as_str()).collect();
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        let Package { name, rust_version, .. } = packages[id];
        let needed = rust_version.as_deref().unwrap_or_default();
        assert!(numbers(needed) <= numbers(stated), "{name} needs Rust {needed}, but the crates state {stated}");
        let is_development = |dependency: &Dependency| {
            dependency.dep_kinds.iter().all(|DependencyKind { kind }| kind.as_deref() == Some("dev"))
        };
        let needed = nodes[id].deps.iter().filter(|dependency| !is_development(dependency));
        open.extend(needed.map(|dependency| dependency.pkg.as_str()));
    }
    assert!(seen.len() > 100, "only {} dependencies were found", seen.len());
    Ok(())
}

/// The numbers of a version, without zeros at the end.
fn numbers(version: &str) -> Vec<u64> {
    let mut numbers: Vec<u64> = version.split('.').filter_map(|number| number.parse().ok()).collect();
    while numbers.last() == Some(&0) {
        numbers.pop();
    }
    numbers
}

/// What cargo reports of the workspace, for the platform of this machine: the packages of other
/// platforms need not have been downloaded.
fn metadata() -> Outcome<Metadata> {
    let version = String::from_utf8(run("rustc", &["--version", "--verbose"])?)?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc names no host")?;
    let options = ["metadata", "--format-version", "1", "--locked", "--filter-platform", host];
    Ok(serde_json::from_slice(&run(env!("CARGO"), &options)?)?)
}

fn run(program: &str, options: &[&str]) -> Outcome<Vec<u8>> {
    let output = Command::new(program).args(options).current_dir(workspace::root()).output()?;
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(output.stdout)
}
