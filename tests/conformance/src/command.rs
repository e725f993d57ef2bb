//! Finds and runs other programs.

use std::env;
use std::path::Path;
use std::process::Command;

/// The names that Chromium and Chrome have on different systems.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// Fails if the machine lacks a program that the checks need. Returns the name of the browser.
pub(crate) fn require_programs() -> Result<&'static str, String> {
    let mut missing: Vec<&str> =
        ["python3", "node", "npm"].into_iter().filter(|program| !is_installed(program)).collect();
    let browser = BROWSERS.into_iter().find(|browser| is_installed(browser));
    match browser {
        Some(browser) if missing.is_empty() => return Ok(browser),
        Some(_) => {}
        None => missing.push("chromium"),
    }
    Err(format!(
        "not on the search path: `{}`; help: install Python 3.9, Node 18 with npm, and Chromium or Chrome, or later \
         versions; on Debian: `apt-get install python3 python3-venv nodejs npm chromium`",
        missing.join("`, `")
    ))
}

fn is_installed(program: &str) -> bool {
    let name = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(&name).is_file()))
}

/// Runs a command. If it fails, the error contains its output.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let name = format!("{command:?}");
    let output = command.output().map_err(|error| format!("{name}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let printed = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    Err(format!("{name} failed: {}\n{}", output.status, printed.trim_end()))
}

/// Keeps a client from seeing the user's proxies, credentials and settings.
pub(crate) fn isolate(command: &mut Command, home: &Path) {
    for (name, _) in env::vars_os() {
        let upper = name.to_string_lossy().to_uppercase();
        let is_setting = ["TENCENTCLOUD_", "TCCLI_", "TKE_"].iter().any(|prefix| upper.starts_with(prefix));
        if is_setting || upper.ends_with("_PROXY") {
            command.env_remove(name);
        }
    }
    command.envs([("HOME", home), ("USERPROFILE", home)]).env("PYTHONIOENCODING", "utf-8");
}
