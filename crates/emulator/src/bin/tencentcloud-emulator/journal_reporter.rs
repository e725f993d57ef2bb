//! Reports failures of a journal on the standard error: once when they begin, and once when they
//! end.

use std::io::{self, Write as _};
use std::path::Path;

use tencentcloud_emulator::{Journal, Task};

/// A journal whose failures are reported.
pub(crate) struct ReportingJournal<J> {
    journal: J,
    path: String,
    failure: Option<Failure>,
    report: fn(&str),
}

/// Writes to the standard error. Unlike `eprintln!`, it does not panic when that is closed.
pub(crate) fn report_to_stderr(text: &str) {
    drop(io::stderr().write_all(text.as_bytes()));
}

/// What fails at the moment. The greater failure is the worse one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
enum Failure {
    Sync,
    Record,
}

impl<J> ReportingJournal<J> {
    /// Reports the failures of the journal in this file.
    pub(crate) fn new(journal: J, path: &Path) -> Self {
        Self { journal, path: path.display().to_string(), failure: None, report: report_to_stderr }
    }

    /// Reports the outcome of a call if a failure begins or ends with it.
    fn check(&mut self, call: Failure, outcome: &io::Result<()>) {
        match outcome {
            Err(error) if self.failure.is_none_or(|failure| failure < call) => {
                let consequence = match call {
                    Failure::Record => "purges are refused until it can be written",
                    Failure::Sync => "purges are accepted, but a crash of this machine may lose the latest",
                };
                (self.report)(&format!("error: {}: {error}; {consequence}\n", self.path));
                self.failure = Some(call);
            }
            Ok(()) if self.failure == Some(call) => {
                (self.report)(&format!("{}: writable again\n", self.path));
                self.failure = None;
            }
            _ => {}
        }
    }
}

impl<J: Journal> Journal for ReportingJournal<J> {
    fn record(&mut self, tasks: &[Task]) -> io::Result<()> {
        let outcome = self.journal.record(tasks);
        self.check(Failure::Record, &outcome);
        outcome
    }

    fn sync(&mut self) -> io::Result<()> {
        let outcome = self.journal.sync();
        self.check(Failure::Sync, &outcome);
        outcome
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    thread_local! {
        static REPORTED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    }

    /// A journal whose calls fail as the test decides.
    struct Failing {
        record: bool,
        sync: bool,
    }

    impl Failing {
        fn outcome(fails: bool) -> io::Result<()> {
            if fails { Err(io::Error::other("no disk")) } else { Ok(()) }
        }
    }

    impl Journal for Failing {
        fn record(&mut self, _: &[Task]) -> io::Result<()> {
            Self::outcome(self.record)
        }

        fn sync(&mut self) -> io::Result<()> {
            Self::outcome(self.sync)
        }
    }

    const REFUSED: &str = "error: state: no disk; purges are refused until it can be written\n";
    const UNSAFE: &str =
        "error: state: no disk; purges are accepted, but a crash of this machine may lose the latest\n";
    const WRITABLE: &str = "state: writable again\n";

    /// What is reported when `record` and `sync` are called twice and fail in this way.
    fn reported(journal: &mut ReportingJournal<Failing>, record: bool, sync: bool) -> Vec<String> {
        journal.journal = Failing { record, sync };
        for _ in 0..2 {
            assert_eq!((journal.record(&[]).is_err(), journal.sync().is_err()), (record, sync));
        }
        REPORTED.take()
    }

    #[test]
    fn a_failure_is_reported_once_and_so_is_its_end() {
        let report = |text: &str| REPORTED.with_borrow_mut(|reported| reported.push(text.to_owned()));
        let journal = Failing { record: false, sync: false };
        let mut journal = ReportingJournal { journal, path: "state".to_owned(), failure: None, report };
        assert_eq!(reported(&mut journal, false, false), [""; 0]);
        assert_eq!(reported(&mut journal, true, true), [REFUSED]);
        assert_eq!(reported(&mut journal, false, false), [WRITABLE]);
        assert_eq!(reported(&mut journal, false, true), [UNSAFE]);
        assert_eq!(reported(&mut journal, false, false), [WRITABLE]);
        // One failure replaces the other.
        assert_eq!(reported(&mut journal, false, true), [UNSAFE]);
        assert_eq!(reported(&mut journal, true, true), [REFUSED]);
        assert_eq!(reported(&mut journal, false, true), [WRITABLE, UNSAFE]);
    }
}
