use std::cell::RefCell;

use super::*;

/// A temporary folder. Dropping it deletes it.
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
        "targets": [{ "address": address }],
        "created": { "secs_since_epoch": 1_700_000_000, "nanos_since_epoch": 0 },
        "finished": { "secs_since_epoch": 1_700_000_000, "nanos_since_epoch": 0 },
    }))
    .unwrap()
}

/// The ids of the tasks that the next start reads.
fn ids_after(state: StateFile, folder: &Folder) -> Vec<String> {
    drop(state);
    StateFile::open(&folder.file()).unwrap().1.into_iter().map(|task| task.id).collect()
}

fn ids(tasks: &[Task]) -> Vec<&str> {
    tasks.iter().map(|task| task.id.as_str()).collect()
}

#[test]
fn recorded_tasks_are_read_at_the_next_start() {
    let folder = Folder::new("again");
    let (mut state, before) = StateFile::open(&folder.file()).unwrap();
    assert_eq!(before, []);
    state.record(&[task(1, "http://a.b/\n\u{2028}")]).unwrap();
    state.record(&[task(2, "http://a.b/")]).unwrap();
    drop(state);
    let (mut state, tasks) = StateFile::open(&folder.file()).unwrap();
    assert_eq!(tasks, [task(1, "http://a.b/\n\u{2028}"), task(2, "http://a.b/")]);
    state.record(&[task(3, "http://a.b/")]).unwrap();
    assert_eq!(ids_after(state, &folder), ["1", "2", "3"]);
}

#[test]
fn a_file_in_use_is_refused_and_not_changed() {
    let folder = Folder::new("in-use");
    let (mut state, _) = StateFile::open(&folder.file()).unwrap();
    for round in 1..3 {
        state.record(&[task(round, "http://a.b/")]).unwrap();
        // As if the task were being written.
        state.file.write_all(LINE_START).unwrap();
        let before = fs::read(folder.file()).unwrap();
        let error = StateFile::open(&folder.file()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ResourceBusy);
        assert!(error.to_string().contains("in use by another emulator; help: stop that one"), "{error}");
        assert_eq!(fs::read(folder.file()).unwrap(), before);
        state.cut().unwrap();
        // The copy is locked, too.
        state.rewrite().unwrap();
    }
    assert_eq!(ids_after(state, &folder), ["1", "2"]);
}

#[cfg(unix)]
#[test]
fn a_file_that_is_replaced_while_it_is_opened_is_in_use() {
    let folder = Folder::new("opened");
    let (mut state, _) = StateFile::open(&folder.file()).unwrap();
    state.record(&[task(1, "http://a.b/")]).unwrap();
    let opened = File::open(folder.file()).unwrap();
    state.rewrite().unwrap();
    // The lock of the replaced file is free, but the path leads to the copy.
    lock(&opened).unwrap();
    assert_eq!(StateFile::open(&folder.file()).unwrap_err().kind(), io::ErrorKind::ResourceBusy);
}

#[test]
fn an_incomplete_last_line_is_removed_wherever_it_ends() {
    let folder = Folder::new("cut");
    let (mut state, _) = StateFile::open(&folder.file()).unwrap();
    state.record(&[task(1, "http://a.b/")]).unwrap();
    let first = fs::read(folder.file()).unwrap();
    state.record(&[task(2, "http://a.b/")]).unwrap();
    let both = fs::read(folder.file()).unwrap();
    drop(state);
    for length in first.len()..both.len() {
        fs::write(folder.file(), &both[..length]).unwrap();
        let (mut state, tasks) = StateFile::open(&folder.file()).unwrap();
        assert_eq!(ids(&tasks), ["1"], "{length}");
        state.record(&[task(3, "http://a.b/")]).unwrap();
        assert_eq!(ids_after(state, &folder), ["1", "3"], "{length}");
    }
}

#[test]
fn a_line_that_is_not_a_task_is_an_error_and_the_file_is_kept() {
    let folder = Folder::new("foreign");
    let (mut state, _) = StateFile::open(&folder.file()).unwrap();
    state.record(&[task(1, "http://a.b/")]).unwrap();
    let foreign = fs::read_to_string(folder.file()).unwrap() + "{}\nnot a task";
    drop(state);
    fs::write(folder.file(), &foreign).unwrap();
    let error = StateFile::open(&folder.file()).unwrap_err().to_string();
    assert!(error.contains("state: line 2 is not a task"), "{error}");
    assert_eq!(fs::read_to_string(folder.file()).unwrap(), foreign);
}

#[test]
fn a_single_incomplete_line_is_removed_only_if_it_begins_like_a_task() {
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
fn the_size_of_the_file_is_bounded() {
    let folder = Folder::new("compact");
    let length = |id| serde_json::to_vec(&task(id, "http://a.b/")).unwrap().len() as u64 + 1;
    // Ten tasks because of their size, or five because of their number.
    let by_bytes = Bounds { tasks: 1_000, bytes: 10 * length(10), slack: 100 };
    let by_number = Bounds { tasks: 5, bytes: 1 << 20, slack: 0 };
    for (bounds, kept) in [(by_bytes, 10), (by_number, 5)] {
        let _ = fs::remove_file(folder.file());
        let (mut state, _) = StateFile::read(&folder.file(), bounds).unwrap();
        let mut rewritten = 0;
        for id in 10..99 {
            let before = state.length;
            state.record(&[task(id, "http://a.b/")]).unwrap();
            state.sync().unwrap();
            rewritten += u32::from(state.length < before);
            assert_eq!(fs::metadata(folder.file()).unwrap().len(), state.length);
            assert!(state.length <= 2 * kept * length(10) + bounds.slack, "{id}");
        }
        assert!(rewritten > 3, "{rewritten}");
        let (lines, kept_bytes) = (state.lines.clone(), state.kept);
        drop(state);
        let (again, tasks) = StateFile::read(&folder.file(), bounds).unwrap();
        let expected: Vec<String> = (99 - kept..99).map(|id| id.to_string()).collect();
        assert_eq!(ids(&tasks), expected);
        assert_eq!((again.lines, again.kept), (lines, kept_bytes));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_failed_write_is_an_error_and_leaves_nothing() {
    let folder = Folder::new("full");
    let (mut state, _) = StateFile::open(&folder.file()).unwrap();
    state.record(&[task(1, "http://a.b/")]).unwrap();
    // A read-only file fails like a full disk.
    let writable = std::mem::replace(&mut state.file, File::open(folder.file()).unwrap());
    state.record(&[task(2, "http://a.b/")]).unwrap_err();
    state.file = writable;
    state.record(&[task(3, "http://a.b/")]).unwrap();
    assert_eq!(ids_after(state, &folder), ["1", "3"]);
}

#[cfg(target_os = "linux")]
#[test]
fn what_a_failed_write_left_is_cut_off_before_the_next_task() {
    let folder = Folder::new("torn");
    let (mut state, _) = StateFile::open(&folder.file()).unwrap();
    state.record(&[task(1, "http://a.b/")]).unwrap();
    let mut writable = std::mem::replace(&mut state.file, File::open(folder.file()).unwrap());
    state.record(&[task(2, "http://a.b/")]).unwrap_err();
    // As if part of the line had been written.
    writable.write_all(LINE_START).unwrap();
    state.record(&[task(2, "http://a.b/")]).unwrap_err();
    state.file = writable;
    state.record(&[task(3, "http://a.b/")]).unwrap();
    assert_eq!(ids_after(state, &folder), ["1", "3"]);
}

#[test]
fn a_rewrite_touches_no_other_file() {
    let folder = Folder::new("other");
    let (theirs, half) = (folder.0.join("state.new"), folder.0.join("state.00000000.new"));
    fs::write(&theirs, "theirs").unwrap();
    fs::write(&half, "half a copy").unwrap();
    let (mut state, _) = StateFile::open(&folder.file()).unwrap();
    state.record(&[task(1, "http://a.b/")]).unwrap();
    state.rewrite().unwrap();
    state.record(&[task(2, "http://a.b/")]).unwrap();
    assert_eq!(ids_after(state, &folder), ["1", "2"]);
    assert_eq!(fs::read_to_string(theirs).unwrap(), "theirs");
    assert_eq!(fs::read_to_string(half).unwrap(), "half a copy");
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 3);
}

#[cfg(unix)]
#[test]
fn a_rewrite_replaces_the_file_that_a_link_leads_to() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = Folder::new("link");
    let target = folder.0.join("target");
    symlink("target", folder.file()).unwrap();
    // At first, the link leads to no file.
    for id in 1..3 {
        let (mut state, _) = StateFile::open(&folder.file()).unwrap();
        fs::set_permissions(&target, fs::Permissions::from_mode(0o600)).unwrap();
        state.record(&[task(id, "http://a.b/")]).unwrap();
        state.rewrite().unwrap();
        assert!(fs::symlink_metadata(folder.file()).unwrap().is_symlink());
        let target = fs::symlink_metadata(&target).unwrap();
        assert!(target.is_file() && target.permissions().mode() & 0o777 == 0o600);
    }
    let (mut state, tasks) = StateFile::open(&folder.file()).unwrap();
    assert_eq!(ids(&tasks), ["1", "2"]);
    // A link that takes the place of the file itself may belong to another user.
    fs::rename(&target, folder.0.join("moved")).unwrap();
    symlink("moved", &target).unwrap();
    assert!(state.rewrite().unwrap_err().to_string().contains("another file is in its place"));
    assert!(fs::symlink_metadata(&target).unwrap().is_symlink());
}

#[test]
fn a_file_that_cannot_be_made_smaller_is_reported_once() {
    thread_local! {
        static REPORTED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    }
    let folder = Folder::new("grows");
    // The name of a copy would be longer than a name may be.
    let long = folder.0.join("x".repeat(250));
    let bounds = Bounds { tasks: 2, bytes: 1 << 20, slack: 1_000 };
    let (mut state, _) = StateFile::read(&long, bounds).unwrap();
    state.report = |text| REPORTED.with_borrow_mut(|reported| reported.push(text.to_owned()));
    for id in 1..30 {
        state.record(&[task(id, "http://a.b/")]).unwrap();
        state.sync().unwrap();
    }
    assert!(state.length > 2 * state.kept + bounds.slack);
    let reported = REPORTED.take();
    assert_eq!(reported.len(), 1, "{reported:?}");
    assert!(reported[0].starts_with("warning: ") && reported[0].contains("cannot be replaced by a smaller copy: "));

    // As if the file had got a shorter name.
    fs::rename(&long, folder.file()).unwrap();
    state.path = folder.file();
    for id in 30..60 {
        state.record(&[task(id, "http://a.b/")]).unwrap();
        state.sync().unwrap();
    }
    assert!(state.length <= 2 * state.kept + bounds.slack);
    assert_eq!(REPORTED.take(), [format!("{}: replaced by a smaller copy\n", folder.file().display())]);
    assert_eq!(StateFile::open(&folder.file()).unwrap_err().kind(), io::ErrorKind::ResourceBusy);
}

#[test]
fn a_group_is_recorded_in_order() {
    let folder = Folder::new("group");
    let bounds = Bounds { tasks: 2, bytes: 1 << 20, slack: 0 };
    let (mut state, _) = StateFile::read(&folder.file(), bounds).unwrap();
    state.record(&[task(1, "http://a.b/"), task(2, "http://a.b/long"), task(3, "http://a.b/")]).unwrap();
    let (lines, kept, length) = (state.lines.clone(), state.kept, state.length);
    drop(state);
    let (again, tasks) = StateFile::read(&folder.file(), bounds).unwrap();
    assert_eq!(ids(&tasks), ["2", "3"]);
    assert_eq!((again.lines, again.kept, again.length), (lines, kept, length));
}

#[cfg(unix)]
#[test]
fn a_deleted_file_is_created_again_with_its_tasks() {
    let folder = Folder::new("away");
    let (mut state, _) = StateFile::open(&folder.file()).unwrap();
    state.record(&[task(1, "http://a.b/")]).unwrap();
    for (deleted, id) in [(folder.file(), 2), (folder.0.clone(), 3)] {
        if deleted.is_dir() {
            fs::remove_dir_all(&deleted).unwrap();
            assert_eq!(state.record(&[task(9, "http://a.b/")]).unwrap_err().kind(), io::ErrorKind::NotFound);
            assert_eq!(state.sync().unwrap_err().kind(), io::ErrorKind::NotFound);
            fs::create_dir(&deleted).unwrap();
        } else {
            fs::remove_file(&deleted).unwrap();
        }
        state.record(&[task(id, "http://a.b/")]).unwrap();
    }
    assert_eq!(ids_after(state, &folder), ["1", "2", "3"]);
}

#[cfg(unix)]
#[test]
fn a_file_that_replaced_it_is_not_changed() {
    let folder = Folder::new("place");
    let (mut state, _) = StateFile::open(&folder.file()).unwrap();
    state.record(&[task(1, "http://a.b/")]).unwrap();
    fs::rename(folder.file(), folder.0.join("old")).unwrap();
    fs::write(folder.file(), "not ours").unwrap();
    for refused in [state.record(&[task(2, "http://a.b/")]), state.sync(), state.rewrite()] {
        assert!(refused.unwrap_err().to_string().contains("another file is in its place"));
    }
    assert_eq!(fs::read_to_string(folder.file()).unwrap(), "not ours");
    fs::remove_file(folder.file()).unwrap();
    state.record(&[task(3, "http://a.b/")]).unwrap();
    assert_eq!(ids_after(state, &folder), ["1", "3"]);
}

#[test]
fn the_file_is_rewritten_after_a_failed_sync() {
    let folder = Folder::new("sync-failed");
    let (mut state, _) = StateFile::open(&folder.file()).unwrap();
    state.record(&[task(1, "http://a.b/")]).unwrap();
    let before = state.file.metadata().unwrap();
    state.sync().unwrap();
    assert!(is_same(&before, &state.file.metadata().unwrap()));
    // As if a sync had failed, and the disk worked again.
    state.sync_failed = true;
    state.sync().unwrap();
    assert!(!state.sync_failed);
    #[cfg(unix)]
    assert!(!is_same(&before, &state.file.metadata().unwrap()));
    assert_eq!(ids_after(state, &folder), ["1"]);
}
