//! A file of accepted tasks, a JSON line each, that a new program begins with.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fmt::Display;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use tencentcloud_emulator::{Journal, Task};

/// How much of a file is kept.
#[derive(Clone, Copy, Debug)]
struct Limits {
    tasks: usize,
    bytes: u64,
    /// By how much the file may exceed twice what is kept of it, in bytes, before that is copied into a new one: with it, a
    /// task is copied once on average.
    slack: u64,
}

/// As many tasks, and as many bytes of them, as the emulator remembers: what it forgets is not kept either. So the file
/// has about 129 MiB at most: what comes between two calls of `sync` is beyond that.
const LIMITS: Limits = Limits { tasks: 10_000, bytes: 64 << 20, slack: 1 << 20 };

/// What every line begins with, as a task's first member is its id.
const START: &[u8] = b"{\"id\":\"";

/// Where a path leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// To the open file.
    Here,
    /// To another one.
    Elsewhere,
    Nowhere,
}

/// An open state file. What is recorded has been handed to the system, so that it outlives the program; the disk confirms it
/// with the next `sync`.
#[derive(Debug)]
pub(crate) struct StateFile {
    path: PathBuf,
    limits: Limits,
    file: File,
    /// How long the file is; what a failed write leaves beyond that is cut off.
    length: u64,
    /// Whether something is left beyond that because it could not be cut off.
    torn: bool,
    /// Whether the disk failed to confirm something. It may never have that, even if it confirms what comes later.
    doubtful: bool,
    /// The lengths of the lines that are kept: the last ones of the file.
    lines: VecDeque<u64>,
    kept: u64,
}

impl StateFile {
    /// Opens a file, or creates it, and reads the tasks in it, the oldest first.
    ///
    /// A last line without its end is a task whose client was never answered: it is cut off.
    ///
    /// # Errors
    ///
    /// If the file cannot be read and written, or if a line is not a task, which the error names.
    pub(crate) fn open(path: &Path) -> io::Result<(Self, Vec<Task>)> {
        Self::read(path, LIMITS).map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
    }

    fn read(path: &Path, limits: Limits) -> io::Result<(Self, Vec<Task>)> {
        let file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        sync_folder(path)?;
        let (path, lines) = (path.to_owned(), VecDeque::new());
        let mut state = Self { path, limits, file, length: 0, torn: false, doubtful: false, lines, kept: 0 };
        let mut tasks = VecDeque::new();
        let mut reader = BufReader::new(state.file.try_clone()?);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 && line.ends_with(b"\n") {
            let task: Task = serde_json::from_slice(&line).map_err(|error| foreign(tasks.len(), &error))?;
            tasks.push_back(task);
            state.count(line.len());
            line.clear();
        }
        check_rest(&line).map_err(|error| foreign(tasks.len(), &error))?;
        state.file.set_len(state.length)?;
        let forgotten = tasks.len() - state.lines.len();
        Ok((state, tasks.into_iter().skip(forgotten).collect()))
    }

    /// Counts a line that was added, and forgets those that it pushes out.
    fn count(&mut self, bytes: usize) {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.length += bytes;
        self.kept += bytes;
        self.lines.push_back(bytes);
        while self.lines.len() > 1 && (self.lines.len() > self.limits.tasks || self.kept > self.limits.bytes) {
            self.kept -= self.lines.pop_front().unwrap_or_default();
        }
    }

    fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        if self.torn {
            self.cut()?;
        }
        let written = self.file.write_all(lines);
        if written.is_err() {
            // A part of the lines, whose clients are told that there are no such tasks.
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

    /// Where the path leads by now.
    fn place(&self) -> io::Result<Place> {
        match fs::metadata(&self.path) {
            Ok(there) if is_same(&there, &self.file.metadata()?) => Ok(Place::Here),
            Ok(_) => Ok(Place::Elsewhere),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Place::Nowhere),
            Err(error) => Err(error),
        }
    }

    /// Makes the file anew if it is not at its path any more, where the next program would look for it.
    fn stay(&mut self) -> io::Result<()> {
        if self.place()? == Place::Here { Ok(()) } else { self.compact() }
    }

    /// Copies what is kept into a new file, which takes the place of the old one whole or not at all.
    fn compact(&mut self) -> io::Result<()> {
        if self.place()? == Place::Elsewhere {
            return Err(io::Error::other("another file is in its place: move that away"));
        }
        let mut name = OsString::from(&self.path);
        name.push(".new");
        let new = PathBuf::from(name);
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(&new)?;
        // What a copy that failed left.
        file.set_len(0)?;
        self.file.seek(SeekFrom::Start(self.length - self.kept))?;
        if io::copy(&mut (&self.file).take(self.kept), &mut file)? != self.kept {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        file.sync_all()?;
        fs::rename(&new, &self.path)?;
        // From here on the old file has no name: whatever fails, what comes next goes into the new one.
        self.file = file;
        self.length = self.kept;
        sync_folder(&self.path)
    }
}

impl Journal for StateFile {
    fn record(&mut self, tasks: &[Task]) -> io::Result<()> {
        self.stay()?;
        let (mut lines, mut ends) = (Vec::new(), Vec::new());
        for task in tasks {
            serde_json::to_writer(&mut lines, task)?;
            lines.push(b'\n');
            ends.push(lines.len());
        }
        self.append(&lines)?;
        let mut start = 0;
        for end in ends {
            self.count(end - start);
            start = end;
        }
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.stay()?;
        if self.doubtful || self.file.sync_data().is_err() {
            self.doubtful = true;
            self.compact()?;
            self.doubtful = false;
        } else if self.length > 2 * self.kept + self.limits.slack {
            // All is safe already, and the old file goes on if there is no new one.
            let _ = self.compact();
        }
        Ok(())
    }
}

/// Whether these are one file. Windows lets nobody take an open file away.
#[cfg(unix)]
fn is_same(there: &Metadata, own: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (there.dev(), there.ino()) == (own.dev(), own.ino())
}

#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    true
}

/// Checks that what follows the last whole line is the beginning of a task, and so nothing of somebody else's.
fn check_rest(rest: &[u8]) -> Result<(), String> {
    if !rest.starts_with(START) && !START.starts_with(rest) {
        return Err("it begins as no task does".to_owned());
    }
    match serde_json::from_slice::<Task>(rest) {
        Err(error) if !error.is_eof() => Err(error.to_string()),
        _ => Ok(()),
    }
}

/// The error for the line after so many tasks.
fn foreign(tasks: usize, why: &impl Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("line {} is not a task: {why}; move the file away", tasks + 1))
}

/// Makes a file's name as safe as its content: a folder is a file of its own.
fn sync_folder(path: &Path) -> io::Result<()> {
    // Windows opens no folders, and has no need to.
    if cfg!(unix) {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
