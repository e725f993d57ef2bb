//! Records accepted tasks in a file, one JSON line each, and reads them at the next start.
//!
//! A test double has this because it is often ended by `kill -9`: by a container, a CI job or a
//! developer. A client that got a task id must find the task after the restart; if not, its tests
//! would fail for a reason that the real service does not have.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fmt::Display;
use std::fs::{self, File, FileType, Metadata, OpenOptions, TryLockError};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use tencentcloud_emulator::{Journal, Task};

use crate::journal_reporter::report_to_stderr;

/// How much of a file is kept.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    tasks: usize,
    bytes: u64,
    /// The file is rewritten when it exceeds twice the kept bytes by this number of bytes. So each
    /// task is copied once on average.
    slack: u64,
}

/// Maximum of what is kept: as much as an emulator keeps, since it does not need more. So the file
/// has at most about 129 MiB, and what is recorded between two calls of `sync`.
const BOUNDS: Bounds = Bounds { tasks: 200_000, bytes: 64 << 20, slack: 1 << 20 };

/// The start of every line: the first member of a task is its id.
const LINE_START: &[u8] = b"{\"id\":\"";

/// An open state file. Recorded tasks have been written to it, so they survive the program. After
/// the next `sync` they survive a crash of the machine, too.
///
/// The file itself is locked, not a file next to it: two containers that mount only this file share
/// its lock. A copy is locked before it replaces the file, so the path always leads to a locked
/// file. The system releases the lock when the program ends.
#[derive(Debug)]
pub(crate) struct StateFile {
    /// The path of the file itself, without links: replacing a link would leave its file as it is.
    path: PathBuf,
    bounds: Bounds,
    file: File,
    /// The length of the file, without what a failed write left at its end.
    length: u64,
    /// Whether a failed write left something that could not be cut off.
    torn: bool,
    /// Whether a sync failed. Even if a later one succeeds, the disk may lack what the failed one
    /// should have written.
    sync_failed: bool,
    /// The lengths of the kept lines, which are the last ones of the file.
    lines: VecDeque<u64>,
    /// The sum of these lengths.
    kept: u64,
    /// The length of the file when it could not be replaced by a smaller copy. `None` if that did
    /// not fail, or has succeeded since.
    shrink_failed_at: Option<u64>,
    report: fn(&str),
}

impl StateFile {
    /// Opens or creates a file, and reads its tasks, the oldest first.
    ///
    /// An incomplete last line is removed: its client did not get a response.
    ///
    /// # Errors
    ///
    /// If the file is not a regular one or is in use, if it cannot be read or written, or if a line
    /// is not a task.
    pub(crate) fn open(path: &Path) -> io::Result<(Self, Vec<Task>)> {
        Self::read(path, BOUNDS).map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
    }

    fn read(path: &Path, bounds: Bounds) -> io::Result<(Self, Vec<Task>)> {
        check_path(path)?;
        let file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        check_regular(&file.metadata()?)?;
        lock(&file)?;
        let mut state = Self {
            path: fs::canonicalize(path)?,
            bounds,
            file,
            length: 0,
            torn: false,
            sync_failed: false,
            lines: VecDeque::new(),
            kept: 0,
            shrink_failed_at: None,
            report: report_to_stderr,
        };
        sync_folder(&state.path)?;
        if !state.is_in_place()? {
            return Err(in_use());
        }
        let (mut tasks, mut lines_read) = (VecDeque::new(), 0);
        let mut reader = BufReader::new(state.file.try_clone()?);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 && line.ends_with(b"\n") {
            let task: Task = serde_json::from_slice(&line).map_err(|error| not_a_task(lines_read, &error))?;
            tasks.push_back(task);
            state.add_line(line.len());
            tasks.drain(..tasks.len() - state.lines.len());
            lines_read += 1;
            line.clear();
        }
        check_incomplete(&line).map_err(|error| not_a_task(lines_read, &error))?;
        state.file.set_len(state.length)?;
        Ok((state, tasks.into()))
    }

    /// Notes that a line was added. Older lines that exceed the bounds are no longer kept.
    fn add_line(&mut self, bytes: usize) {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.length += bytes;
        self.kept += bytes;
        self.lines.push_back(bytes);
        while self.lines.len() > 1 && (self.lines.len() > self.bounds.tasks || self.kept > self.bounds.bytes) {
            self.kept -= self.lines.pop_front().unwrap_or_default();
        }
    }

    /// Writes all of these lines, or none.
    fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        if self.torn {
            self.cut()?;
        }
        let written = self.file.write_all(lines);
        if written.is_err() {
            self.torn = true;
            self.cut()?;
        }
        written
    }

    /// Cuts off what a failed write left.
    fn cut(&mut self) -> io::Result<()> {
        self.file.set_len(self.length)?;
        self.torn = false;
        Ok(())
    }

    /// Creates the file again, with all that is kept, if it was deleted.
    fn restore(&mut self) -> io::Result<()> {
        if self.is_in_place()? { Ok(()) } else { self.rewrite() }
    }

    /// Whether the path still leads to this file; false if it leads nowhere.
    ///
    /// # Errors
    ///
    /// If it leads to another file.
    fn is_in_place(&self) -> io::Result<bool> {
        match fs::symlink_metadata(&self.path) {
            Ok(found) if is_same(&found, &self.file.metadata()?) => Ok(true),
            Ok(_) => Err(io::Error::other("another file is in its place; help: move that file away")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Copies what is kept into a new file, which then replaces the old one.
    fn rewrite(&mut self) -> io::Result<()> {
        self.is_in_place()?;
        let mut new_path = OsString::from(&self.path);
        new_path.push(format!(".{:08x}.new", fastrand::u32(..)));
        let new_path = PathBuf::from(new_path);
        // It fails if there is a file or a link already, which another user may own.
        let new = OpenOptions::new().read(true).append(true).create_new(true).open(&new_path)?;
        let replaced = self.copy_to(&new).and_then(|()| fs::rename(&new_path, &self.path));
        if replaced.is_err() {
            let _ = fs::remove_file(&new_path);
        }
        replaced?;
        self.file = new;
        self.length = self.kept;
        if self.shrink_failed_at.take().is_some() {
            (self.report)(&format!("{}: replaced by a smaller copy\n", self.path.display()));
        }
        sync_folder(&self.path)
    }

    /// Copies what is kept into a new file, and locks it.
    fn copy_to(&mut self, mut new: &File) -> io::Result<()> {
        lock(new)?;
        new.set_permissions(self.file.metadata()?.permissions())?;
        self.file.seek(SeekFrom::Start(self.length - self.kept))?;
        if io::copy(&mut (&self.file).take(self.kept), &mut new)? != self.kept {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        new.sync_all()
    }

    /// Whether the file is so large that it should be rewritten. If that has failed, the file must
    /// grow before the next attempt.
    fn should_shrink(&self) -> bool {
        let Bounds { slack, .. } = self.bounds;
        self.length > 2 * self.kept + slack && self.shrink_failed_at.is_none_or(|length| self.length > length + slack)
    }

    /// Rewrites the file to make it smaller. If that fails, the old file remains in use, and the
    /// first failure is reported.
    fn shrink(&mut self) {
        if let Err(error) = self.rewrite()
            && self.shrink_failed_at.replace(self.length).is_none()
        {
            (self.report)(&format!(
                "warning: {}: cannot be replaced by a smaller copy: {error}; it grows with each purge; \
                 help: allow new files in its folder, and mount the folder instead of the file\n",
                self.path.display()
            ));
        }
    }
}

impl Journal for StateFile {
    fn record(&mut self, tasks: &[Task]) -> io::Result<()> {
        self.restore()?;
        let mut text = Vec::new();
        let mut lengths = Vec::new();
        for task in tasks {
            let start = text.len();
            serde_json::to_writer(&mut text, task)?;
            text.push(b'\n');
            lengths.push(text.len() - start);
        }
        self.append(&text)?;
        lengths.into_iter().for_each(|length| self.add_line(length));
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.restore()?;
        if self.sync_failed || self.file.sync_data().is_err() {
            self.sync_failed = true;
            self.rewrite()?;
            self.sync_failed = false;
        } else if self.should_shrink() {
            self.shrink();
        }
        Ok(())
    }
}

/// Checks that a path leads to a regular file, or to no file yet. Opening or reading a FIFO would
/// wait for another program.
fn check_path(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(found) => check_regular(&found),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn check_regular(found: &Metadata) -> io::Result<()> {
    let file_type = found.file_type();
    if file_type.is_file() {
        return Ok(());
    }
    let name = if file_type.is_dir() { "a directory" } else { special_name(file_type) };
    let message = format!("this is {name}, not a regular file; help: name a regular file, or a new one");
    Err(io::Error::new(io::ErrorKind::InvalidData, message))
}

/// What a file is that is neither a regular file nor a directory.
#[cfg(unix)]
fn special_name(file_type: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt as _;
    match file_type {
        _ if file_type.is_fifo() => "a FIFO",
        _ if file_type.is_socket() => "a socket",
        _ => "a device",
    }
}

#[cfg(not(unix))]
fn special_name(_: FileType) -> &'static str {
    "a device"
}

/// Locks a file until it is closed.
fn lock(file: &File) -> io::Result<()> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => in_use(),
        TryLockError::Error(error) => io::Error::new(error.kind(), format!("the file cannot be locked: {error}")),
    })
}

/// The error if another program has locked the file, or is replacing it.
fn in_use() -> io::Error {
    let message = "the file is in use by another emulator; help: stop that one, or name another file with `--state`";
    io::Error::new(io::ErrorKind::ResourceBusy, message)
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

/// Checks that an incomplete last line is the start of a task, so that no other file is truncated.
fn check_incomplete(line: &[u8]) -> Result<(), String> {
    if !line.starts_with(LINE_START) && !LINE_START.starts_with(line) {
        return Err("it does not begin like a task".to_owned());
    }
    match serde_json::from_slice::<Task>(line) {
        Err(error) if !error.is_eof() => Err(error.to_string()),
        _ => Ok(()),
    }
}

/// The error for the line after `tasks` tasks.
fn not_a_task(tasks: usize, why: &impl Display) -> io::Error {
    let message = format!("line {} is not a task: {why}; help: move the file away", tasks + 1);
    io::Error::new(io::ErrorKind::InvalidData, message)
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
