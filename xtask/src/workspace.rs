//! The door to the disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}

/// Every file below a folder, by its path below the root with `/` between folders; none if there is no such folder.
pub(crate) fn files(folder: &str) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let entries = match fs::read_dir(root().join(&folder)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(named(&folder, &error)),
        };
        for entry in entries {
            let entry = entry?;
            let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                open.push(path);
            } else {
                let content = fs::read(entry.path()).map_err(|error| named(&path, &error))?;
                files.insert(path, content);
            }
        }
    }
    Ok(files)
}

/// Writes a file, and the folders above it.
pub(crate) fn write(path: &str, text: &str) -> io::Result<()> {
    let file = root().join(path);
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(|error| named(path, &error))?;
    }
    fs::write(file, text).map_err(|error| named(path, &error))
}

/// Removes a file, and the folders above it that are empty then: an empty one in `crates/` would count as a crate.
pub(crate) fn remove(path: &str) -> io::Result<()> {
    fs::remove_file(root().join(path)).map_err(|error| named(path, &error))?;
    let mut folder = Path::new(path).parent();
    while let Some(empty) = folder.filter(|folder| fs::remove_dir(root().join(folder)).is_ok()) {
        folder = empty.parent();
    }
    Ok(())
}

fn named(path: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{path}: {error}"))
}
