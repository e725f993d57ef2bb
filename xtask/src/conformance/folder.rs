//! The folder that everything is installed into.

use std::path::{Path, PathBuf};
use std::{env, fs, io, process};

/// A folder that goes with this value, unless it was given or is kept.
pub(crate) struct Folder {
    path: PathBuf,
    kept: bool,
}

impl Folder {
    /// Opens the folder that is given, or makes a temporary one.
    pub(crate) fn open(given: Option<&str>) -> io::Result<Self> {
        let path = match given {
            Some(given) => PathBuf::from(given),
            None => env::temp_dir().join(format!("tencentcloud-conformance-{}", process::id())),
        };
        fs::create_dir_all(&path)?;
        Ok(Self { path: fs::canonicalize(path)?, kept: given.is_some() })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}
