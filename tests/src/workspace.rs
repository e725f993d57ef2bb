//! Finds and reads the files of the workspace.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::Outcome;

/// The root of the checkout in which a test or a benchmark runs. It is found at run time: two
/// checkouts may share a target directory, and with it the compiled program.
#[must_use]
pub fn root() -> PathBuf {
    // Cargo runs tests in the folder of their package, and sets the variable to it.
    let package = env::var_os("CARGO_MANIFEST_DIR").map_or_else(env::current_dir, |folder| Ok(folder.into()));
    package.unwrap_or_default().join("..")
}

/// Reads every file in a folder and its subfolders. Each has its path in the folder, with `/`.
///
/// # Errors
///
/// If a folder or a file cannot be read.
pub fn files(folder: &Path) -> Outcome<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            let below = self::files(&entry.path())?;
            files.extend(below.into_iter().map(|(path, content)| (format!("{name}/{path}"), content)));
        } else {
            files.insert(name, fs::read(entry.path())?);
        }
    }
    Ok(files)
}
