//! Tests journals in files of a temporary folder.

use super::*;

/// A folder of its own for a test, which is deleted in the end.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tencentcloud-journal-{}-{test}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn journal(&self) -> PathBuf {
        self.0.join("job.journal")
    }

    fn contents(&self) -> String {
        fs::read_to_string(self.journal()).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that stays does not make the test fail.
        let _ = fs::remove_dir_all(&self.0);
    }
}

const HEADER: &str = "{\"journal\":{}}";

#[test]
fn lines_are_read_as_they_were_written() {
    let folder = Folder::new("lines");
    let mut journal = FileJournal::open(folder.journal()).unwrap();
    assert_eq!(journal.read().unwrap(), "");
    journal.intend(HEADER).unwrap();
    journal.settle("2").unwrap();
    assert_eq!(journal.read().unwrap(), format!("{HEADER}\n2\n"));
    journal.intend("3").unwrap();
    drop(journal);
    let mut journal = FileJournal::open(folder.journal()).unwrap();
    assert_eq!(journal.read().unwrap(), format!("{HEADER}\n2\n3\n"));
}

#[test]
fn a_journal_is_used_by_one_run_at_a_time() {
    let folder = Folder::new("lock");
    let mut journal = FileJournal::open(folder.journal()).unwrap();
    let message = || FileJournal::open(folder.journal()).unwrap_err().to_string();
    let in_use = "the journal is in use by another run; help: wait for that run, or stop it";
    assert_eq!(message(), format!("{}: {in_use}", folder.journal().display()));
    journal.intend(HEADER).unwrap();
    journal.replace("{\"journal\":1}\n").unwrap();
    assert!(message().ends_with(in_use), "the file that replaced it is locked, too");
    drop(journal);
    FileJournal::open(folder.journal()).unwrap();
}

#[test]
fn an_incomplete_last_line_is_cut_off_and_nothing_else() {
    let folder = Folder::new("torn");
    let whole = format!("{HEADER}\n{{\"intend\":1}}\n");
    for end in 0..=whole.len() {
        let torn = &whole[..end];
        fs::write(folder.journal(), torn).unwrap();
        let mut journal = FileJournal::open(folder.journal()).unwrap();
        let complete = torn.rfind('\n').map_or("", |last| &torn[..=last]);
        assert_eq!(journal.read().unwrap(), complete, "{end}");
        journal.settle("next").unwrap();
        assert_eq!(folder.contents(), format!("{complete}next\n"), "{end}");
    }
    fs::write(folder.journal(), format!("{whole}\0\0\0\0")).unwrap();
    assert_eq!(FileJournal::open(folder.journal()).unwrap().read().unwrap(), whole, "after a loss of power");
    fs::write(folder.journal(), "\0\0\0\0").unwrap();
    assert_eq!(FileJournal::open(folder.journal()).unwrap().read().unwrap(), "");
}

#[test]
fn lines_that_a_loss_of_power_has_replaced_by_zeros_are_cut_off() {
    let folder = Folder::new("zeros");
    let read = |text: &str| {
        fs::write(folder.journal(), text).unwrap();
        FileJournal::open(folder.journal()).unwrap().read().unwrap()
    };
    let synced = format!("{HEADER}\n{{\"intend\":1}}\n");
    for lost in ["\0\0\0\n", "\0\0le\":1}\n", "{\"settle\"\0\0\n", "\0\0\0le\":1}\n{\"settle\":2}\n"] {
        assert_eq!(read(&format!("{synced}{lost}")), synced);
        assert_eq!(folder.contents(), synced);
        // A line of a program that wraps those of its jobs.
        let sent = format!("{synced}{lost}{{\"job\":{{\"line\":{{\"intend\":2}}}}}}\n");
        assert_eq!(read(&sent), sent, "the line was on the disk before the next request");
    }
}

#[test]
fn a_file_that_is_not_a_journal_is_left_as_it_is() {
    let folder = Folder::new("other");
    for text in ["https://www.example.com/1\nhttps://www.example.com/2", "{\"urls\":[]}", "\n", "\0\n"] {
        fs::write(folder.journal(), text).unwrap();
        let error = FileJournal::open(folder.journal()).unwrap_err();
        assert!(error.to_string().ends_with(": this is not a journal"), "{error}");
        assert_eq!(folder.contents(), text);
    }
    let error = FileJournal::open(&folder.0).unwrap_err();
    assert!(error.to_string().ends_with(": this is not a regular file"), "{error}");
}

#[test]
fn damage_to_the_text_names_the_line() {
    let folder = Folder::new("utf8");
    fs::write(folder.journal(), [HEADER.as_bytes(), b"\n\"ok\"\n\"\xFF\"\n\"ok\"\n"].concat()).unwrap();
    let error = FileJournal::open(folder.journal()).unwrap().read().unwrap_err();
    assert_eq!(error.to_string(), "line 3 is damaged: it is not UTF-8");
}

#[test]
fn a_replaced_journal_has_the_new_lines_and_the_old_permissions() {
    let folder = Folder::new("replace");
    let mut journal = FileJournal::open(folder.journal()).unwrap();
    journal.intend(HEADER).unwrap();
    journal.intend("2").unwrap();
    // What a killed run has left.
    fs::write(folder.0.join("job.journal.new"), &HEADER[..7]).unwrap();
    let permissions = fs::metadata(folder.journal()).unwrap().permissions();
    journal.replace("{\"journal\":1}\n").unwrap();
    journal.settle("3").unwrap();
    assert_eq!(folder.contents(), "{\"journal\":1}\n3\n");
    assert_eq!(journal.read().unwrap(), "{\"journal\":1}\n3\n");
    assert_eq!(fs::metadata(folder.journal()).unwrap().permissions(), permissions);
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1, "the new file has become the journal");
}

#[test]
fn a_file_with_the_name_of_the_new_journal_is_left_as_it_is() {
    let folder = Folder::new("foreign");
    let (mut journal, new) = (FileJournal::open(folder.journal()).unwrap(), folder.0.join("job.journal.new"));
    journal.intend(HEADER).unwrap();
    fs::write(&new, "notes").unwrap();
    let error = journal.replace("{\"journal\":1}\n").unwrap_err();
    let expected = " is not a journal; help: move it, because a new journal needs its name";
    assert_eq!(error.to_string(), format!("{}{expected}", fs::canonicalize(&new).unwrap().display()));
    assert_eq!((fs::read_to_string(new).unwrap(), folder.contents()), ("notes".to_owned(), format!("{HEADER}\n")));
}

#[test]
#[cfg(unix)]
fn a_link_to_a_journal_stays_a_link() {
    let folder = Folder::new("link");
    let link = folder.0.join("link");
    std::os::unix::fs::symlink(folder.journal(), &link).unwrap();
    let mut journal = FileJournal::open(&link).unwrap();
    journal.replace("{\"journal\":1}\n").unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().file_type().is_symlink());
    assert_eq!(folder.contents(), "{\"journal\":1}\n");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error_and_leaves_no_half_a_line() {
    // A device that is always full.
    let full = OpenOptions::new().read(true).append(true).open("/dev/full").unwrap();
    let folder = Folder::new("full");
    let mut journal = FileJournal::open(folder.journal()).unwrap();
    journal.intend(HEADER).unwrap();
    let file = std::mem::replace(&mut journal.file, full);
    let length = std::mem::take(&mut journal.length);
    let error = journal.intend("2").unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    assert_eq!(journal.length, 0);
    (journal.file, journal.length) = (file, length);
    journal.file.write_all(b"half a li").unwrap();
    journal.intend("3").unwrap();
    assert_eq!(folder.contents(), format!("{HEADER}\n3\n"));
}
