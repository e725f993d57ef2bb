//! A file of accepted tasks, a JSON line each, that a new program begins with.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fmt::Display;
use std::fs::{self, File, OpenOptions};
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
/// has 129 MiB at most, and the largest request.
const LIMITS: Limits = Limits { tasks: 10_000, bytes: 64 << 20, slack: 1 << 20 };

/// What every line begins with, as a task's first member is its id.
const START: &[u8] = b"{\"id\":\"";

/// An open state file.
#[derive(Debug)]
pub(crate) struct StateFile {
    path: PathBuf,
    limits: Limits,
    file: File,
    /// How long the file is; what a failed write leaves beyond that is cut off.
    length: u64,
    /// Whether something is left beyond that because it could not be cut off.
    torn: bool,
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
        let mut state = Self { path, limits, file, length: 0, torn: false, lines, kept: 0 };
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

    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        if self.torn {
            self.cut()?;
        }
        let written = self.file.write_all(line).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // A part of the line, or all of it: a task that its client is told is refused.
            self.torn = true;
            self.cut()?;
            return Err(error);
        }
        self.count(line.len());
        Ok(())
    }

    /// Cuts off what a failed write left.
    fn cut(&mut self) -> io::Result<()> {
        self.file.set_len(self.length)?;
        self.torn = false;
        Ok(())
    }

    /// Copies what is kept into a new file, which takes the place of the old one whole or not at all.
    fn compact(&mut self) -> io::Result<()> {
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
    fn record(&mut self, task: &Task) -> io::Result<()> {
        let mut line = serde_json::to_vec(task)?;
        line.push(b'\n');
        self.append(&line)?;
        if self.length > 2 * self.kept + self.limits.slack {
            // The task is safe already, and the old file goes on if there is no new one.
            let _ = self.compact();
        }
        Ok(())
    }
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
mod tests {
    use super::*;

    /// A folder of its own for a test, gone with it.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("tencentcloud-emulator-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn file(&self) -> PathBuf {
            self.0.join("state")
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn task(id: usize, address: &str) -> Task {
        serde_json::from_value(serde_json::json!({
            "id": id.to_string(), "account": "default", "service": "cdn", "action": "PurgeUrlsCache",
            "kind": "url", "method": "flush", "place": null,
            "targets": [{ "address": address, "fails": false }],
            "created": { "secs_since_epoch": 1_700_000_000, "nanos_since_epoch": 0 },
            "finished": { "secs_since_epoch": 1_700_000_000, "nanos_since_epoch": 0 },
        }))
        .unwrap()
    }

    fn ids(tasks: &[Task]) -> Vec<&str> {
        tasks.iter().map(|task| task.id.as_str()).collect()
    }

    #[test]
    fn what_was_recorded_is_there_again() {
        let folder = Folder::new("again");
        let (mut state, before) = StateFile::open(&folder.file()).unwrap();
        assert_eq!(before, []);
        state.record(&task(1, "http://a.b/\n\u{2028}")).unwrap();
        state.record(&task(2, "http://a.b/")).unwrap();
        drop(state);
        let (mut state, tasks) = StateFile::open(&folder.file()).unwrap();
        assert_eq!(tasks, [task(1, "http://a.b/\n\u{2028}"), task(2, "http://a.b/")]);
        state.record(&task(3, "http://a.b/")).unwrap();
        assert_eq!(ids(&StateFile::open(&folder.file()).unwrap().1), ["1", "2", "3"]);
    }

    #[test]
    fn a_line_that_was_cut_off_is_forgotten_wherever_the_cut_is() {
        let folder = Folder::new("cut");
        let (mut state, _) = StateFile::open(&folder.file()).unwrap();
        state.record(&task(1, "http://a.b/")).unwrap();
        let first = fs::read(folder.file()).unwrap();
        state.record(&task(2, "http://a.b/")).unwrap();
        let both = fs::read(folder.file()).unwrap();
        for length in first.len()..both.len() {
            fs::write(folder.file(), &both[..length]).unwrap();
            let (mut state, tasks) = StateFile::open(&folder.file()).unwrap();
            assert_eq!(ids(&tasks), ["1"], "{length}");
            state.record(&task(3, "http://a.b/")).unwrap();
            assert_eq!(ids(&StateFile::open(&folder.file()).unwrap().1), ["1", "3"], "{length}");
        }
    }

    #[test]
    fn a_line_that_is_no_task_is_named_and_nothing_is_lost() {
        let folder = Folder::new("foreign");
        let (mut state, _) = StateFile::open(&folder.file()).unwrap();
        state.record(&task(1, "http://a.b/")).unwrap();
        let foreign = fs::read_to_string(folder.file()).unwrap() + "{}\nnot a task";
        fs::write(folder.file(), &foreign).unwrap();
        let error = StateFile::open(&folder.file()).unwrap_err().to_string();
        assert!(error.contains("state: line 2 is not a task"), "{error}");
        assert_eq!(fs::read_to_string(folder.file()).unwrap(), foreign);
    }

    #[test]
    fn a_file_of_one_line_without_an_end_is_emptied_only_if_it_is_ours() {
        let folder = Folder::new("one-line");
        for foreign in [r#"{"port": 8088}"#, r#"{"id":"me"}"#, "x", r#"{"id": "me","#, "{\"id\":\"1\",\"account\":1"] {
            fs::write(folder.file(), foreign).unwrap();
            let error = StateFile::open(&folder.file()).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidData);
            assert!(error.to_string().contains("state: line 1 is not a task"), "{error}");
            assert_eq!(fs::read_to_string(folder.file()).unwrap(), foreign);
        }
        for ours in ["", "{", r#"{"id":"#, r#"{"id":"17"#, r#"{"id":"17","account":"de"#] {
            fs::write(folder.file(), ours).unwrap();
            assert_eq!(StateFile::open(&folder.file()).unwrap().1, []);
            assert_eq!(fs::read_to_string(folder.file()).unwrap(), "");
        }
    }

    #[test]
    fn the_file_does_not_grow_without_end() {
        let folder = Folder::new("compact");
        let length = |id| serde_json::to_vec(&task(id, "http://a.b/")).unwrap().len() as u64 + 1;
        // Ten tasks by their size, or five by their number.
        let by_bytes = Limits { tasks: 1_000, bytes: 10 * length(10), slack: 100 };
        let by_number = Limits { tasks: 5, bytes: 1 << 20, slack: 0 };
        for (limits, kept) in [(by_bytes, 10), (by_number, 5)] {
            let _ = fs::remove_file(folder.file());
            let (mut state, _) = StateFile::read(&folder.file(), limits).unwrap();
            let mut copied = 0;
            for id in 10..99 {
                let before = state.length;
                state.record(&task(id, "http://a.b/")).unwrap();
                copied += u32::from(state.length < before);
                assert_eq!(fs::metadata(folder.file()).unwrap().len(), state.length);
                assert!(state.length <= 2 * kept * length(10) + limits.slack, "{id}");
            }
            assert!(copied > 3, "{copied}");
            let (again, tasks) = StateFile::read(&folder.file(), limits).unwrap();
            let expected: Vec<String> = (99 - kept..99).map(|id| id.to_string()).collect();
            assert_eq!(ids(&tasks), expected);
            assert_eq!((again.lines, again.kept), (state.lines, state.kept));
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_write_that_fails_is_told_and_leaves_nothing() {
        let folder = Folder::new("full");
        let (mut state, _) = StateFile::open(&folder.file()).unwrap();
        state.record(&task(1, "http://a.b/")).unwrap();
        // A file that cannot be written, in the place of a disk that is full.
        let writable = std::mem::replace(&mut state.file, File::open(folder.file()).unwrap());
        state.record(&task(2, "http://a.b/")).unwrap_err();
        state.file = writable;
        state.record(&task(3, "http://a.b/")).unwrap();
        assert_eq!(ids(&StateFile::open(&folder.file()).unwrap().1), ["1", "3"]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_could_not_be_cut_off_is_cut_off_before_the_next_task() {
        let folder = Folder::new("torn");
        let (mut state, _) = StateFile::open(&folder.file()).unwrap();
        state.record(&task(1, "http://a.b/")).unwrap();
        let mut writable = std::mem::replace(&mut state.file, File::open(folder.file()).unwrap());
        state.record(&task(2, "http://a.b/")).unwrap_err();
        // As if a part of the line had been written.
        writable.write_all(START).unwrap();
        state.record(&task(2, "http://a.b/")).unwrap_err();
        state.file = writable;
        state.record(&task(3, "http://a.b/")).unwrap();
        assert_eq!(ids(&StateFile::open(&folder.file()).unwrap().1), ["1", "3"]);
    }

    #[test]
    fn a_copy_that_failed_halfway_is_not_in_the_next_one() {
        let folder = Folder::new("halfway");
        fs::write(folder.0.join("state.new"), "half a copy").unwrap();
        let (mut state, _) = StateFile::open(&folder.file()).unwrap();
        state.record(&task(1, "http://a.b/")).unwrap();
        state.compact().unwrap();
        state.record(&task(2, "http://a.b/")).unwrap();
        assert_eq!(ids(&StateFile::open(&folder.file()).unwrap().1), ["1", "2"]);
    }
}
