//! Generates crates from drafts, and checks them against the official examples: that they compile
//! without warnings, that each request is encoded as the official JSON, that each official response
//! is decoded, and that the documented examples run against the emulator.
//!
//! ```sh
//! cargo xtask import --metadata <folder> --codes <folder> --into target/imported
//! cargo run --release --package tencentcloud-tests --example official -- target/imported [product...]
//! ```
//!
//! With `--compile` before the folder, it only compiles the crates, many at a time.

#![expect(clippy::disallowed_methods, reason = "reads and writes files")]

mod calls;
mod layout;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;
use std::{env, fs};

use tencentcloud_codegen::{Artifact, Source, generate_with_drafts};
use tencentcloud_tests::{Outcome, workspace};

use layout::Layout;

/// Number of crates that are compiled at a time.
const BATCH: usize = 20;

fn main() -> Outcome<ExitCode> {
    let mut arguments: Vec<String> = env::args().skip(1).collect();
    let only_compiles = arguments.first().is_some_and(|argument| argument == "--compile");
    if only_compiles {
        arguments.remove(0);
    }
    let Some((folder, products)) = arguments.split_first() else {
        eprintln!("usage: official [--compile] <folder of imported specifications> [product...]");
        return Ok(ExitCode::from(2));
    };
    let products = specifications(Path::new(folder), products)?;
    let is_successful = match only_compiles {
        true => compile(&products)?,
        false => check(&products)?,
    };
    Ok(if is_successful { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Reads the products with these names, or all of them. Each has the common codes.
fn specifications(folder: &Path, names: &[String]) -> Outcome<BTreeMap<String, Vec<Source>>> {
    let mut products: BTreeMap<String, Vec<Source>> = BTreeMap::new();
    for (path, text) in workspace::files(folder)? {
        let product = path.split('/').next().unwrap_or_default().to_owned();
        let text = String::from_utf8(text)?;
        products.entry(product).or_default().push(Source { path, text });
    }
    let common = products
        .remove("common")
        .ok_or("the folder has no common/errors.json; help: name a folder of `cargo xtask import`")?;
    products.retain(|name, _| names.is_empty() || names.contains(name));
    for sources in products.values_mut() {
        sources.extend(common.iter().cloned());
    }
    Ok(products)
}

/// Generates the crates of some products.
fn generated(products: &[(&String, &Vec<Source>)]) -> Outcome<Vec<Artifact>> {
    let mut sources: Vec<Source> = products.iter().flat_map(|(_, sources)| sources.iter().cloned()).collect();
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    sources.dedup();
    Ok(generate_with_drafts(&sources)?)
}

/// Compiles the crates, and reports those that do not compile.
fn compile(products: &BTreeMap<String, Vec<Source>>) -> Outcome<bool> {
    let start = Instant::now();
    let (mut count, mut failed) = (0, Vec::new());
    for batch in products.iter().collect::<Vec<_>>().chunks(BATCH) {
        let layout = Layout::write("official-batch", &generated(batch)?, &BTreeMap::new())?;
        let output = layout.cargo(&["check", "--offline", "--keep-going", "--workspace", "--lib"])?;
        failed.extend(layout::failed_crates(&output.text));
        if !output.is_successful && failed.is_empty() {
            return Err(output.text.into());
        }
        count += batch.len();
        println!("{count} crates, {} do not compile, after {} s", failed.len(), start.elapsed().as_secs());
    }
    failed.iter().for_each(|name| println!("does not compile: {name}"));
    Ok(failed.is_empty())
}

/// Runs every check for the products.
fn check(products: &BTreeMap<String, Vec<Source>>) -> Outcome<bool> {
    let start = Instant::now();
    let artifacts = generated(&products.iter().collect::<Vec<_>>())?;
    let lines: usize = artifacts.iter().map(|artifact| artifact.text.lines().count()).sum();
    println!("generated {} files with {lines} lines in {:.1} s", artifacts.len(), start.elapsed().as_secs_f32());
    let programs = calls::programs(products, &artifacts);
    let layout = Layout::write("official", &artifacts, &programs)?;
    let mut is_successful = true;
    for (name, arguments) in STEPS {
        let start = Instant::now();
        let output = layout.cargo(arguments)?;
        let result = if output.is_successful { "passes" } else { "fails" };
        println!("{name}: {result}, {:.0} s", start.elapsed().as_secs_f32());
        output.text.lines().filter(|line| is_result(line)).for_each(|line| println!("  {line}"));
        if !output.is_successful {
            let log = layout.root().join(format!("{}.log", name.replace(' ', "-")));
            fs::write(&log, &output.text)?;
            println!("  see {}", log.display());
        }
        is_successful &= output.is_successful;
    }
    Ok(is_successful)
}

/// The checks, as arguments of cargo.
const STEPS: [(&str, &[&str]); 5] = [
    ("compiles", &["check", "--offline", "--keep-going", "--workspace", "--lib"]),
    ("clippy", &["clippy", "--offline", "--keep-going", "--workspace", "--lib", "--", "--deny", "warnings"]),
    ("rustdoc", &["doc", "--offline", "--keep-going", "--workspace", "--no-deps", "--lib"]),
    ("calls", &["run", "--offline", "--package", "official"]),
    (
        "documented examples",
        &[
            "test",
            "--offline",
            "--no-fail-fast",
            "--workspace",
            "--doc",
            "--exclude",
            "tencentcloud-core",
            "--exclude",
            "tencentcloud-emulator",
        ],
    ),
];

fn is_result(line: &str) -> bool {
    ["test result:", "official:"].iter().any(|start| line.starts_with(start)) && !line.contains("running 0")
}
