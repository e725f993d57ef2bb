//! The environment variables and files that sources read: an argument, so that tests touch neither the real ones.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::runtime::Handle;
use zeroize::Zeroizing;

use crate::error::Error;

/// How large a file may be: a thousand times what any credentials take, and little enough to read at once.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// Looks up an environment variable.
type Variables = dyn Fn(&str) -> Option<OsString> + Send + Sync;
/// Reads a file.
type Files = dyn Fn(&Path) -> io::Result<Vec<u8>> + Send + Sync;

#[derive(Clone)]
pub(super) struct Environment {
    pub(super) variables: Arc<Variables>,
    pub(super) files: Arc<Files>,
}

impl Default for Environment {
    fn default() -> Self {
        Self { variables: Arc::new(|name| env::var_os(name)), files: Arc::new(read) }
    }
}

impl Environment {
    /// The value of a variable; one that is empty counts as not set, because many tools cannot unset one.
    pub(super) fn variable(&self, name: &str) -> Result<Option<String>, Error> {
        match self.path(name) {
            Some(value) => match value.into_os_string().into_string() {
                Ok(text) => Ok(Some(text)),
                Err(_) => Err(Error::credentials(format!("`{name}` is not Unicode text"))),
            },
            None => Ok(None),
        }
    }

    /// The path that a variable holds.
    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        (self.variables)(name).filter(|value| !value.is_empty()).map(PathBuf::from)
    }

    /// The user's own directory, where every tool looks for it: `HOME`, or `USERPROFILE` on Windows.
    pub(super) fn home(&self) -> Option<PathBuf> {
        self.path("HOME").or_else(|| self.path("USERPROFILE"))
    }

    /// What is in a file; `None` if there is none.
    pub(super) async fn file(&self, path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        match self.read(path).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(error) => {
                Err(Error::credentials(format!("`{}` cannot be read: {error}", path.display())).with_source(error))
            }
        }
    }

    /// Reads a file where waiting for it stops nothing else: it may be on a network that hangs, and then calls must end in
    /// their time, with the credentials that are there. Nobody gives the reading up, which would not end it: as long as it
    /// hangs, there is one of it.
    async fn read(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        // Without a runtime there is no such place; tests in virtual time have none.
        let Ok(runtime) = Handle::try_current() else { return (self.files)(path).map(Zeroizing::new) };
        let (files, path) = (Arc::clone(&self.files), path.to_owned());
        let reading = runtime.spawn_blocking(move || files(&path).map(Zeroizing::new));
        reading.await.unwrap_or_else(|_| Err(io::Error::other("the reading was broken off")))
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    // Asked before it is opened, because opening a pipe waits for who writes into it.
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    // The room is there before, with a byte to find the end in: growing would leave a copy behind that nobody wipes.
    let room = usize::try_from(metadata.len().min(MAX_FILE_BYTES)).unwrap_or_default();
    let mut bytes = Zeroizing::new(Vec::with_capacity(room + 1));
    File::open(path)?.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MAX_FILE_BYTES) {
        return Err(io::Error::other(format!("it has more than {MAX_FILE_BYTES} bytes")));
    }
    Ok(std::mem::take(&mut *bytes))
}
