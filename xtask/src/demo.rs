//! `cargo xtask demo`: starts the demonstration, a program of its own.

use std::error::Error;
use std::process::{Command, ExitCode};

use crate::workspace;

/// Builds and runs the demonstration.
pub(crate) fn run(options: &[&str]) -> Result<ExitCode, Box<dyn Error>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--package", "tencentcloud-tests", "--example", "demo", "--"])
        .args(options)
        .current_dir(workspace::root())
        .status()?;
    Ok(ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
}
