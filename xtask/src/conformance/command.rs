//! Other programs: whether they are there, and running them.

use std::env;
use std::path::Path;
use std::process::Command;

/// Fails with a sentence if the machine lacks one of these programs.
pub(crate) fn require(programs: &[&str]) -> Result<(), String> {
    let missing: Vec<&str> = programs.iter().copied().filter(|program| find(&[program]).is_none()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(format!(
        "this machine has no `{}`: the official clients are Python's and Node's, so install Python 3.9 and Node 18 or later",
        missing.join("`, no `")
    ))
}

/// The first of these programs that is on the search path.
pub(crate) fn find<'a>(programs: &[&'a str]) -> Option<&'a str> {
    let path = env::var_os("PATH")?;
    let folders: Vec<_> = env::split_paths(&path).collect();
    let is_there = |program: &&str| {
        let name = format!("{program}{}", env::consts::EXE_SUFFIX);
        folders.iter().any(|folder| folder.join(&name).is_file())
    };
    programs.iter().copied().find(is_there)
}

/// Runs a command; if it fails, the error has what it printed.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let name = format!("{command:?}");
    let output = command.output().map_err(|error| format!("{name}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    Err(format!("{name} ended with {}:\n{}", output.status, told.trim_end()))
}

/// Takes away what a client would find around it: proxies, credentials, and the settings in the user's own folder.
pub(crate) fn without_surroundings(command: &mut Command, home: &Path) {
    for (name, _) in env::vars_os() {
        let upper = name.to_string_lossy().to_uppercase();
        let is_ours = ["TENCENTCLOUD_", "TCCLI_", "TKE_"].iter().any(|prefix| upper.starts_with(prefix));
        if is_ours || upper.ends_with("_PROXY") {
            command.env_remove(name);
        }
    }
    command.envs([("HOME", home), ("USERPROFILE", home)]).env("PYTHONIOENCODING", "utf-8");
}
