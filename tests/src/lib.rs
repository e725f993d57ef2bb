//! What the tests that hold across crates have in common.

// What rustdoc allows in examples unless it is told something, and nothing else.
#![doc(test(attr(allow(unused), deny(warnings))))]

pub mod prose;
pub mod workspace;

use tencentcloud_core::{Config, Credentials};
use tencentcloud_emulator::Emulator;

/// What a test returns: any error ends it.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// The configuration of a client that calls an emulator.
///
/// # Errors
///
/// As [`Credentials::new`] and [`Config::builder`].
pub fn config(emulator: &Emulator) -> Outcome<Config> {
    let credentials = Credentials::new(emulator.secret_id(), emulator.secret_key())?;
    Ok(Config::builder().credentials(credentials).endpoint(emulator.endpoint()).build()?)
}

/// The programs in the README compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
