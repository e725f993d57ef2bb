//! Reads, writes and removes files of the workspace.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs, io, process};

/// The checkout that the command works on. Paths are relative to its root and contain `/`.
#[derive(Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Finds the checkout at run time: two checkouts may share a target directory, and with it the
    /// compiled program.
    pub(crate) fn find() -> io::Result<Self> {
        // `cargo run` sets the variable to the folder of this package.
        let start = env::var_os("CARGO_MANIFEST_DIR").map_or_else(env::current_dir, |folder| Ok(folder.into()))?;
        Self::above(&start).ok_or_else(|| {
            let message =
                format!("no workspace at or above {}; help: run `cargo xtask` in a checkout", start.display());
            io::Error::new(io::ErrorKind::NotFound, message)
        })
    }

    /// Treats a folder as a checkout, to read it.
    pub(crate) fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    fn above(folder: &Path) -> Option<Self> {
        let root = folder.ancestors().find(|folder| folder.join("xtask/Cargo.toml").is_file())?;
        Some(Self::at(root))
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Reads every file in a folder and its subfolders. A folder that does not exist has no files.
    pub(crate) fn files(&self, folder: &str) -> io::Result<BTreeMap<String, Vec<u8>>> {
        let mut files = BTreeMap::new();
        self.visit(folder, |path, content| {
            files.insert(path, content);
        })?;
        Ok(files)
    }

    /// Reads every file in a folder and its subfolders, one after another.
    pub(crate) fn visit(&self, folder: &str, mut visit: impl FnMut(String, Vec<u8>)) -> io::Result<()> {
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            let entries = match fs::read_dir(self.root.join(&folder)) {
                Ok(entries) => entries,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(named(&folder, &error)),
            };
            for entry in entries {
                let entry = entry?;
                let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
                if entry.file_type()?.is_dir() {
                    folders.push(path);
                } else {
                    let content = read(&entry.path()).map_err(|error| named(&path, &error))?;
                    visit(path, content);
                }
            }
        }
        Ok(())
    }

    /// Writes a file whole or not at all, and creates its folder if necessary.
    pub(crate) fn write(&self, path: &str, text: &str) -> io::Result<()> {
        let file = self.root.join(path);
        // In the same folder, because a file can only be renamed within its file system.
        let temporary = file.with_extension(format!("{}.tmp", process::id()));
        let folder = file.parent().unwrap_or(&self.root);
        let written = fs::create_dir_all(folder)
            .and_then(|()| fs::write(&temporary, text))
            .and_then(|()| fs::rename(&temporary, &file));
        written.map_err(|error| {
            let _ = fs::remove_file(&temporary);
            named(path, &error)
        })
    }

    /// Removes a file and the folders that become empty. An empty folder in `crates/` would count
    /// as a crate.
    pub(crate) fn remove(&self, path: &str) -> io::Result<()> {
        fs::remove_file(self.root.join(path)).map_err(|error| named(path, &error))?;
        let mut folder = Path::new(path).parent();
        while let Some(empty) = folder.filter(|folder| fs::remove_dir(self.root.join(folder)).is_ok()) {
            folder = empty.parent();
        }
        Ok(())
    }
}

/// Reads a regular file. Reading a pipe or a device might never end.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    if fs::metadata(path)?.is_file() {
        return fs::read(path);
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file; help: remove it, or move it elsewhere"))
}

fn named(path: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{path}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An empty checkout that is removed with this value.
    struct Checkout(Workspace);

    impl Checkout {
        fn new(name: &str) -> Self {
            let root = env::temp_dir().join(format!("xtask-{}-{name}", process::id()));
            fs::create_dir_all(root.join("xtask")).unwrap();
            fs::write(root.join("xtask/Cargo.toml"), "").unwrap();
            Self(Workspace { root })
        }
    }

    impl Drop for Checkout {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0.root).unwrap();
        }
    }

    #[test]
    fn the_root_is_found_from_any_folder_of_the_checkout() {
        let checkout = Checkout::new("root");
        let Workspace { root } = &checkout.0;
        for folder in ["", "xtask", "crates/core/src"] {
            assert_eq!(Workspace::above(&root.join(folder)).unwrap().root(), root);
        }
        assert!(Workspace::above(root.parent().unwrap()).is_none());
    }

    #[test]
    fn a_written_file_replaces_the_old_one_and_leaves_no_temporary_file() {
        let checkout = Checkout::new("write");
        for text in ["old", "new"] {
            checkout.0.write("crates/a/lib.rs", text).unwrap();
        }
        let expected = [("crates/a/lib.rs".to_owned(), b"new".to_vec())];
        assert_eq!(checkout.0.files("crates").unwrap(), expected.into());
    }

    #[test]
    fn a_removed_file_takes_empty_folders_with_it() {
        let checkout = Checkout::new("remove");
        for path in ["crates/a/src/lib.rs", "crates/a/README.md"] {
            checkout.0.write(path, "").unwrap();
        }
        checkout.0.remove("crates/a/src/lib.rs").unwrap();
        assert!(!checkout.0.root.join("crates/a/src").exists());
        assert!(checkout.0.root.join("crates/a/README.md").exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_refused_by_its_name() {
        let checkout = Checkout::new("pipe");
        checkout.0.write("spec/cdn/product.json", "").unwrap();
        let pipe = checkout.0.root.join("spec/cdn/pipe.json");
        assert!(process::Command::new("mkfifo").arg(pipe).status().unwrap().success());
        let error = checkout.0.files("spec").unwrap_err();
        let expected = "spec/cdn/pipe.json: not a regular file; help: remove it, or move it elsewhere";
        assert_eq!(error.to_string(), expected);
    }
}
