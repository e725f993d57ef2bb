//! Reads the environment variables and files that sources need. Both come in from outside, so that
//! tests never touch the real ones.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use crate::error::Error;

/// Maximum size of a file. 1 MiB: a thousand times what any credentials take, and little enough to
/// read at once.
const MAX_FILE_BYTES: u64 = 1024 * 1024;
/// Name of the threads that read files; Linux shows the first 15 bytes.
const THREAD_NAME: &str = "tc-credentials";

/// Looks up an environment variable.
type Variables = dyn Fn(&str) -> Option<OsString> + Send + Sync;
/// Reads a file.
type Files = dyn Fn(&Path) -> io::Result<Vec<u8>> + Send + Sync;

/// How sources read what is outside of the program.
#[derive(Clone)]
pub(super) struct Outside {
    pub(super) variables: Arc<Variables>,
    pub(super) files: Arc<Files>,
}

impl Default for Outside {
    #[expect(clippy::disallowed_methods, reason = "the environment that is passed to all other code")]
    fn default() -> Self {
        Self { variables: Arc::new(|name| env::var_os(name)), files: Arc::new(read) }
    }
}

impl Outside {
    /// The value of a variable, if it is set.
    pub(super) fn variable(&self, name: &str) -> Result<Option<String>, Error> {
        text_of_variable(&*self.variables, name)
    }

    /// The value of a variable that holds a path.
    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        value_of_variable(&*self.variables, name).map(PathBuf::from)
    }

    /// The user's home directory: `HOME`, or `USERPROFILE` on Windows, where other tools look as
    /// well.
    pub(super) fn home(&self) -> Option<PathBuf> {
        self.path("HOME").or_else(|| self.path("USERPROFILE"))
    }

    /// The content of a file, or `None` if there is no such file.
    pub(super) async fn file(&self, path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        match self.read(path).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(error) => {
                Err(Error::credentials(format!("`{}` cannot be read: {error}", path.display())).with_source(error))
            }
        }
    }

    /// Reads a file on a thread of its own. A file on a network can hang; calls must still end
    /// within their timeouts, with the cached credentials if these are valid. The read itself
    /// cannot be cancelled. Because it is part of a refresh, a runtime has at most one read
    /// running, however long it hangs; and because its thread is not the runtime's, the runtime can
    /// shut down meanwhile.
    async fn read(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        // Outside of a Tokio runtime, for example in a test with `VirtualClock`, the file is read
        // on this thread.
        if Handle::try_current().is_err() {
            return (self.files)(path).map(Zeroizing::new);
        }
        let (files, path) = (Arc::clone(&self.files), path.to_owned());
        let (sender, receiver) = oneshot::channel();
        let read = move || {
            // If there is no receiver any more, the content is wiped here.
            let _ = sender.send(files(&path).map(Zeroizing::new));
        };
        thread::Builder::new().name(THREAD_NAME.to_owned()).spawn(read)?;
        receiver.await.unwrap_or_else(|_| Err(io::Error::other("the read has panicked")))
    }
}

/// The value of a variable, which may be no text. An empty one counts as not set, because many
/// tools cannot unset a variable.
pub(super) fn value_of_variable(lookup: impl Fn(&str) -> Option<OsString>, name: &str) -> Option<OsString> {
    lookup(name).filter(|value| !value.is_empty())
}

/// The value of a variable, if it is set.
pub(super) fn text_of_variable(lookup: impl Fn(&str) -> Option<OsString>, name: &str) -> Result<Option<String>, Error> {
    let text = value_of_variable(lookup, name).map(OsString::into_string).transpose();
    // A value that is not Unicode is dropped without being wiped: it cannot be a credential.
    text.map_err(|_| Error::credentials(format!("`{name}` is not Unicode text")))
}

#[expect(clippy::disallowed_methods, reason = "the files that are passed to all other code")]
fn read(path: &Path) -> io::Result<Vec<u8>> {
    // Checked before the file is opened, because opening a named pipe waits for a writer.
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    // Capacity is reserved up front, with one byte to detect the end: a growing `Vec` would leave
    // unwiped copies.
    let capacity = usize::try_from(metadata.len().min(MAX_FILE_BYTES)).unwrap_or_default();
    let mut bytes = Zeroizing::new(Vec::with_capacity(capacity + 1));
    File::open(path)?.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MAX_FILE_BYTES) {
        return Err(io::Error::other(format!("it has more than {MAX_FILE_BYTES} bytes")));
    }
    Ok(std::mem::take(&mut *bytes))
}
