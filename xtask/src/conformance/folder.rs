//! The folder that everything is installed into.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The file that says that a folder is ours, and that what is in it may be removed.
const MARKER: &str = ".tencentcloud-conformance";

/// A folder that goes with this value, unless it was given or is kept.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    kept: bool,
}

impl Folder {
    /// Opens the folder that is given, which is new, empty, or one that was given before; or makes a temporary one.
    pub(crate) fn open(given: Option<&str>) -> io::Result<Self> {
        let path = match given {
            Some(given) => PathBuf::from(given),
            None => temporary()?,
        };
        fs::create_dir_all(&path)?;
        let marker = path.join(MARKER);
        if !marker.is_file() {
            if fs::read_dir(&path)?.next().is_some() {
                let message =
                    format!("{}: the folder is not empty, and not one of ours: name a new one", path.display());
                return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
            }
            fs::write(marker, "What is in this folder belongs to `cargo xtask conformance`, which may remove it.\n")?;
        }
        Ok(Self { path: fs::canonicalize(path)?, kept: given.is_some() })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// Makes a folder that was not there before, under a name that nobody could foresee, for this user alone.
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
        if !self.kept {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_somebody_else_is_refused_and_left_as_it_is() {
        let outer = Folder::open(None).unwrap();
        let given = outer.path().join("given");
        fs::create_dir_all(given.join("python")).unwrap();
        let name = given.to_str().unwrap();
        assert_eq!(Folder::open(Some(name)).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        assert_eq!(fs::read_dir(&given).unwrap().count(), 1);
        // Once it is empty it becomes ours, and stays so.
        fs::remove_dir(given.join("python")).unwrap();
        drop(Folder::open(Some(name)).unwrap());
        fs::create_dir(given.join("python")).unwrap();
        drop(Folder::open(Some(name)).unwrap());
        assert!(given.join("python").is_dir());
    }

    #[test]
    fn a_temporary_folder_is_new_is_private_and_goes() {
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
