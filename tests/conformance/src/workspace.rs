//! Finds the files of the workspace.

use std::path::{Path, PathBuf};
use std::{env, io};

/// The root of the checkout that the program runs in. It is found at run time: two checkouts may
/// share a target directory, and with it the compiled program.
pub(crate) fn root() -> io::Result<PathBuf> {
    // `cargo run` sets the variable to the folder of this package.
    let start = env::var_os("CARGO_MANIFEST_DIR").map_or_else(env::current_dir, |folder| Ok(folder.into()))?;
    let root = start.ancestors().find(|folder| folder.join("tests/conformance").is_dir());
    root.map(Path::to_owned).ok_or_else(|| {
        let message = format!("no workspace at or above {}; help: run `cargo xtask` in a checkout", start.display());
        io::Error::new(io::ErrorKind::NotFound, message)
    })
}

/// The folder of the clients' scripts and package lists.
pub(crate) fn conformance() -> io::Result<PathBuf> {
    Ok(root()?.join("tests/conformance"))
}
