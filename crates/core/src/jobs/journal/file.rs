//! Keeps a journal in a file.

#![expect(clippy::disallowed_methods, reason = "the one place that reads and writes the files of journals")]

use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::Journal;

/// The start of a journal.
const START: &[u8] = b"{\"journal\":";
/// What a line contains if a request was sent after it. It was synchronized then, with all lines
/// before it.
const INTEND: &[u8] = b"{\"intend\":";

/// A [`Journal`] in a file of JSON lines.
///
/// A run with a journal that exists already goes on where the earlier one ended:
///
/// ```
/// use tencentcloud_core::Call;
/// use tencentcloud_core::action::Batched;
/// use tencentcloud_core::jobs::{FileJournal, Report};
///
/// /// Sends what is left of the targets of a call.
/// async fn resume<A: Batched>(call: Call<A>, path: &str) -> std::io::Result<Report<A>> {
///     let mut journal = FileJournal::open(path)?;
///     Ok(call.in_batches().resume(&mut journal).await)
/// }
/// ```
///
/// - The file is locked as long as it is open, so two runs cannot use it at the same time. The
///   system releases the lock when the program ends, however it ends.
/// - Before a request is sent, its line is on the disk (`sync_data`).
/// - A last line that is incomplete, because the program or the machine stopped while writing it,
///   is cut off when the file is opened. If a loss of power has replaced lines by zeros, and no
///   request was sent after them, they are cut off with all after them. Any other damage is an
///   error that names the line.
/// - A long file is rewritten: into a new one next to it, which then replaces it.
///
/// When the job is done, the file can be deleted. As long as it is there, a run with it sends
/// nothing twice, and returns the whole report.
#[derive(Debug)]
pub struct FileJournal {
    /// The path of the file itself, without links: replacing a link would leave its file as it is.
    path: PathBuf,
    file: File,
    /// The length of the file, without what a failed write left at its end.
    length: u64,
}

impl FileJournal {
    /// Opens or creates a file, and locks it.
    ///
    /// # Errors
    ///
    /// If the file is not a regular one or is in use, if it cannot be read or written, or if it is
    /// certainly not a journal.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        Self::open_and_lock(path).map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
    }

    fn open_and_lock(path: &Path) -> io::Result<Self> {
        // Opening a FIFO would wait for another program.
        if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "this is not a regular file"));
        }
        let file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        lock(&file)?;
        let path = fs::canonicalize(path)?;
        // Another run may have replaced the file between opening and locking it.
        if !is_same(&fs::metadata(&path)?, &file.metadata()?) {
            return Err(in_use());
        }
        sync_folder(&path)?;
        let mut journal = Self { path, file, length: 0 };
        let contents = journal.contents()?;
        journal.length = u64::try_from(complete(&contents)?).unwrap_or(u64::MAX);
        journal.cut()?;
        Ok(journal)
    }

    fn contents(&self) -> io::Result<Vec<u8>> {
        let mut contents = Vec::new();
        // The position matters for reading only: the file is open for appending.
        (&self.file).seek(SeekFrom::Start(0))?;
        (&self.file).read_to_end(&mut contents)?;
        Ok(contents)
    }

    /// Cuts off what an earlier run or a failed write left after the last complete line.
    fn cut(&mut self) -> io::Result<()> {
        if self.file.metadata()?.len() != self.length {
            self.file.set_len(self.length)?;
        }
        Ok(())
    }

    fn append(&mut self, line: &str) -> io::Result<()> {
        self.cut()?;
        let line = [line.as_bytes(), b"\n"].concat();
        self.file.write_all(&line)?;
        self.length += u64::try_from(line.len()).unwrap_or(u64::MAX);
        Ok(())
    }

    /// Writes a new file, and locks it.
    fn write_new(&self, path: &Path, lines: &str) -> io::Result<File> {
        let mut new = OpenOptions::new().read(true).append(true).create_new(true).open(path)?;
        lock(&new)?;
        new.set_permissions(self.file.metadata()?.permissions())?;
        new.write_all(lines.as_bytes())?;
        new.sync_all()?;
        Ok(new)
    }
}

impl Journal for FileJournal {
    fn read(&mut self) -> io::Result<String> {
        String::from_utf8(self.contents()?).map_err(|error| {
            let valid = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
            let line = 1 + valid.iter().filter(|byte| **byte == b'\n').count();
            io::Error::new(io::ErrorKind::InvalidData, format!("line {line} is damaged: it is not UTF-8"))
        })
    }

    fn intend(&mut self, line: &str) -> io::Result<()> {
        self.append(line)?;
        self.file.sync_data()
    }

    fn settle(&mut self, line: &str) -> io::Result<()> {
        self.append(line)
    }

    fn replace(&mut self, lines: &str) -> io::Result<()> {
        let mut new_path = OsString::from(&self.path);
        new_path.push(".new");
        let new_path = PathBuf::from(new_path);
        remove_rest(&new_path)?;
        let new = self.write_new(&new_path, lines)?;
        fs::rename(&new_path, &self.path)?;
        self.file = new;
        self.length = u64::try_from(lines.len()).unwrap_or(u64::MAX);
        sync_folder(&self.path)
    }
}

/// Removes what a run that was killed has left of a new file. The lock of the journal says that no
/// other run is writing it.
///
/// # Errors
///
/// If it is certainly not a journal.
fn remove_rest(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
        Ok(found) if !found.is_file() => return Err(foreign(path)),
        Ok(_) => {}
    }
    let mut start = Vec::new();
    File::open(path)?.take(START.len() as u64).read_to_end(&mut start)?;
    if !is_start(&start) && start.iter().any(|byte| *byte != 0) {
        return Err(foreign(path));
    }
    fs::remove_file(path)
}

fn foreign(path: &Path) -> io::Error {
    let message = format!("{} is not a journal; help: move it, because a new journal needs its name", path.display());
    io::Error::new(io::ErrorKind::AlreadyExists, message)
}

/// Whether a text can be the start of a journal, or all of a short one.
fn is_start(text: &[u8]) -> bool {
    START.starts_with(text.get(..START.len()).unwrap_or(text))
}

/// Number of bytes of the complete lines that a loss of power has left.
///
/// # Errors
///
/// If this is certainly not a journal, so that no other file is cut off.
fn complete(contents: &[u8]) -> io::Result<usize> {
    let complete = contents.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    // After a loss of power, a file can end in zeros.
    if is_start(contents) || complete == 0 && contents.iter().all(|byte| *byte == 0) {
        Ok(contents.get(..complete).map_or(complete, without_lost_lines))
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidData, "this is not a journal"))
    }
}

/// Number of bytes of complete lines before the first one that a loss of power has replaced by
/// zeros, in whole or in part. That can be a line that was not synchronized, so no request was sent
/// after it. Otherwise, all lines are kept, and the damage is found when they are read.
fn without_lost_lines(lines: &[u8]) -> usize {
    let Some(zero) = lines.iter().position(|byte| *byte == 0) else { return lines.len() };
    let (before, after) = lines.split_at(zero);
    let begin = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let was_synced = after.windows(INTEND.len()).any(|window| window == INTEND);
    if begin == 0 || was_synced { lines.len() } else { begin }
}

/// Locks a file until it is closed.
fn lock(file: &File) -> io::Result<()> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => in_use(),
        TryLockError::Error(error) => io::Error::new(error.kind(), format!("the file cannot be locked: {error}")),
    })
}

fn in_use() -> io::Error {
    io::Error::new(
        io::ErrorKind::ResourceBusy,
        "the journal is in use by another run; help: wait for that run, or stop it",
    )
}

/// Whether these belong to the same file. On Windows, an open file cannot be deleted or replaced.
#[cfg(unix)]
fn is_same(found: &Metadata, own: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (found.dev(), found.ino()) == (own.dev(), own.ino())
}

#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    true
}

/// Syncs the folder of a file, which contains the file's name.
fn sync_folder(path: &Path) -> io::Result<()> {
    // Windows cannot open a folder, and does not need this.
    if cfg!(unix) {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
