//! Shares code between the tests that involve several crates.

#![expect(clippy::disallowed_methods, reason = "reads the files of the workspace")]
// Examples may have unused items, as is rustdoc's default. Other warnings are errors.
#![doc(test(attr(allow(unused), deny(warnings))))]

pub mod compiled;
pub mod mutations;
pub mod prose;
pub mod recorded;
pub mod semver_checks;
pub mod spec_changes;
pub mod usage;
pub mod versions;
pub mod workspace;

use tencentcloud_core::{Config, Credentials};
use tencentcloud_emulator::Emulator;

/// The result of a test. Any error fails it.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// The configuration of a client that calls the given emulator.
///
/// # Errors
///
/// If [`Credentials::new`] or the builder of [`Config`] fails.
pub fn config(emulator: &Emulator) -> Outcome<Config> {
    let credentials = Credentials::new(emulator.secret_id(), emulator.secret_key())?;
    Ok(Config::builder().credentials(credentials).endpoint(emulator.endpoint()).build()?)
}

/// Compiles the programs in the README. `tests/snippets.rs` runs them.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// Runs the programs in the README of the emulator. They need a client, which the emulator's own
/// package does not depend on.
#[cfg(doctest)]
#[doc = include_str!("../../crates/emulator/README.md")]
struct EmulatorReadme;
