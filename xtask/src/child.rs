//! Runs a program of another package of the workspace.

use std::error::Error;
use std::process::{Command, ExitCode};

use crate::workspace::Workspace;

/// Arguments of `cargo run` for the demonstration.
pub(crate) const DEMO: &[&str] = &["--package", "tencentcloud-tests", "--example", "demo"];

/// Arguments of `cargo run` for the calls of the official clients.
pub(crate) const CONFORMANCE: &[&str] = &["--package", "tencentcloud-conformance"];

/// Builds and runs a program. It is a process of its own, because `xtask` must not depend on the
/// generated crates: it has to build when they do not.
pub(crate) fn run(workspace: &Workspace, program: &[&str], options: &[&str]) -> Result<ExitCode, Box<dyn Error>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.arg("run").args(program).arg("--").args(options).current_dir(workspace.root());
    for (name, _) in std::env::vars_os() {
        // If these differ, cargo runs the build script of `ring` again.
        if ["CARGO_MANIFEST_", "CARGO_PKG_"].iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    let code = command.status()?.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
