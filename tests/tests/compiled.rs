//! Compiles what the generator writes for specifications that it accepts, with all warnings.
//!
//! `accepted/` contains products with everything that once became code which did not compile or had
//! warnings: `config` has most of it, and the others import as little as possible. The changes of
//! an accepted specification are those of `mutations.rs`.
//!
//! `cargo test --package tencentcloud-tests --test compiled -- --ignored` runs these tests. They
//! take too long for `cargo test`.

#![expect(clippy::disallowed_methods, reason = "reads files")]

use std::fs;

use tencentcloud_codegen::{Source, check, generate};
use tencentcloud_tests::compiled::Crates;
use tencentcloud_tests::{Outcome, mutations, workspace};

/// Of the changes, one in this number is compiled if it is accepted, so that the test compiles for
/// half a minute. A prime number, so that the sample has changes of every kind.
const COMPILE_EVERY: usize = 101;

#[test]
#[ignore = "compiles for half a minute"]
fn every_oddity_that_is_accepted_compiles_without_warnings() -> Outcome<()> {
    let root = workspace::root();
    let common = fs::read_to_string(root.join("spec/common/errors.json"))?;
    let mut sources = vec![Source { path: "common/errors.json".to_owned(), text: common }];
    for (path, content) in workspace::files(&root.join("tests/accepted"))? {
        sources.push(Source { path, text: String::from_utf8(content)? });
    }
    let mut crates = Crates::default();
    crates.add_crates(generate(&sources)?);
    passes(&crates, "accepted")
}

#[test]
#[ignore = "compiles for half a minute"]
fn changes_that_are_accepted_compile_without_warnings() -> Outcome<()> {
    let sample = mutations::of(&mutations::FILES)?.enumerate().step_by(COMPILE_EVERY);
    let mut crates = Crates::default();
    for (n, mutation) in sample.filter(|(_, mutation)| check(&mutation.sources).is_ok()) {
        crates.add_module("demo", &format!("change_{n}"), generate(&mutation.sources)?);
    }
    passes(&crates, "mutations-sample")
}

/// Fails with the output of the compiler as it was printed.
fn passes(crates: &Crates, name: &str) -> Outcome<()> {
    let failed = crates.check(name)?;
    assert!(failed.is_none(), "{}", failed.unwrap_or_default());
    Ok(())
}
