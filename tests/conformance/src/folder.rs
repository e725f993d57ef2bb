//! Opens the folder that the clients are installed into.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The file that marks a folder as ours. The contents of such a folder may be removed.
const MARKER: &str = ".tencentcloud-conformance";

/// A folder. If it is temporary, dropping this value removes it.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    is_temporary: bool,
}

impl Folder {
    /// Opens the given folder, or creates a temporary one. A given folder must be empty, or must
    /// have been given before; it is created if it does not exist.
    pub(crate) fn open(given: Option<&str>) -> io::Result<Self> {
        let path = match given {
            Some(given) => PathBuf::from(given),
            None => temporary()?,
        };
        fs::create_dir_all(&path)?;
        let marker = path.join(MARKER);
        if !marker.is_file() {
            if fs::read_dir(&path)?.next().is_some() {
                let path = path.display();
                let message = format!("{path}: not empty, and not created by this command; help: name a new folder");
                return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
            }
            fs::write(marker, "`cargo xtask conformance` may remove everything in this folder.\n")?;
        }
        Ok(Self { path: fs::canonicalize(path)?, is_temporary: given.is_none() })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// Creates a folder with an unpredictable name that only this user can access.
fn temporary() -> io::Result<PathBuf> {
    let suffix = RandomState::new().build_hasher().finish();
    let path = env::temp_dir().join(format!("tencentcloud-conformance-{suffix:016x}"));
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&path)?;
    Ok(path)
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.is_temporary {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_other_files_is_refused_and_left_unchanged() {
        let outer = Folder::open(None).unwrap();
        let given = outer.path().join("given");
        fs::create_dir_all(given.join("python")).unwrap();
        let name = given.to_str().unwrap();
        assert_eq!(Folder::open(Some(name)).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        assert_eq!(fs::read_dir(&given).unwrap().count(), 1);
        // An empty folder is accepted and marked, and is accepted again when it has files.
        fs::remove_dir(given.join("python")).unwrap();
        drop(Folder::open(Some(name)).unwrap());
        fs::create_dir(given.join("python")).unwrap();
        drop(Folder::open(Some(name)).unwrap());
        assert!(given.join("python").is_dir());
    }

    #[test]
    fn a_temporary_folder_is_new_private_and_removed_when_dropped() {
        let (one, other) = (Folder::open(None).unwrap(), Folder::open(None).unwrap());
        assert_ne!(one.path(), other.path());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(one.path()).unwrap().permissions().mode() & 0o777, 0o700);
        }
        let path = one.path().to_owned();
        drop(one);
        assert!(!path.exists());
    }
}
