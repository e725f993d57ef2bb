//! Compiles, lints and documents what the generator writes for every accepted change of a
//! specification. Prints how many there are, and the changes behind the crates that fail.
//!
//! `cargo run --package tencentcloud-tests --example mutations`

use std::collections::BTreeSet;
use std::error::Error;
use std::hash::{BuildHasher, RandomState};
use std::process::ExitCode;

use tencentcloud_codegen::{Artifact, check, generate};
use tencentcloud_tests::compiled::Crates;
use tencentcloud_tests::mutations;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let (mut changes, mut accepted) = (0, 0);
    // Different changes can generate the same files.
    let (mut distinct, hasher) = (BTreeSet::new(), RandomState::new());
    let mut crates = Crates::default();
    for mutation in mutations::of(&mutations::FILES)? {
        changes += 1;
        if check(&mutation.sources).is_err() {
            continue;
        }
        accepted += 1;
        let artifacts = generate(&mutation.sources).map_err(|error| format!("{}: {error}", mutation.change))?;
        let files: Vec<(&str, &str)> = artifacts.iter().map(|Artifact { path, text }| (&**path, &**text)).collect();
        let n = distinct.len();
        if distinct.insert(hasher.hash_one(files)) {
            println!("change_{n}: {}", mutation.change);
            crates.add_module("demo", &format!("change_{n}"), artifacts);
        }
    }
    println!("{changes} changes, {accepted} accepted, {} of them distinct", distinct.len());
    let failed = crates.check("mutations")?;
    println!("{}", failed.as_deref().unwrap_or("all compile without warnings"));
    Ok(if failed.is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
