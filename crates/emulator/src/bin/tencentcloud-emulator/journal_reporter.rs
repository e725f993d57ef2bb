//! Tells whoever runs the program what is wrong with its state file: once when it begins, and when it is over.

use std::io::{self, Write as _};
use std::path::Path;

use tencentcloud_emulator::{Journal, Task};

/// A journal whose failures are told.
pub(crate) struct Told<J> {
    journal: J,
    name: String,
    trouble: Option<Trouble>,
    tell: fn(&str),
}

/// What is wrong at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    /// Nothing can be recorded.
    Recording,
    /// What is recorded is not safe.
    Syncing,
}

impl<J> Told<J> {
    /// Tells on the standard error of the journal in this file.
    pub(crate) fn new(journal: J, path: &Path) -> Self {
        // Unlike `eprintln!` this does not panic when nobody reads it.
        let tell = |text: &str| drop(io::stderr().write_all(text.as_bytes()));
        Self { journal, name: path.display().to_string(), trouble: None, tell }
    }

    fn begins(&mut self, trouble: Trouble, error: &io::Error) {
        let outcome = match trouble {
            Trouble::Recording => "purges are refused until it can be written",
            Trouble::Syncing => "purges are accepted, but a crash of this machine may lose the latest",
        };
        (self.tell)(&format!("error: {}: {error}; {outcome}\n", self.name));
        self.trouble = Some(trouble);
    }

    fn is_over(&mut self) {
        (self.tell)(&format!("{}: it is written again\n", self.name));
        self.trouble = None;
    }
}

impl<J: Journal> Journal for Told<J> {
    fn record(&mut self, tasks: &[Task]) -> io::Result<()> {
        let outcome = self.journal.record(tasks);
        match &outcome {
            Err(error) if self.trouble != Some(Trouble::Recording) => self.begins(Trouble::Recording, error),
            Ok(()) if self.trouble == Some(Trouble::Recording) => self.is_over(),
            _ => {}
        }
        outcome
    }

    fn sync(&mut self) -> io::Result<()> {
        let outcome = self.journal.sync();
        match &outcome {
            Err(error) if self.trouble.is_none() => self.begins(Trouble::Syncing, error),
            Ok(()) if self.trouble == Some(Trouble::Syncing) => self.is_over(),
            _ => {}
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    thread_local! {
        static TOLD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    }

    /// A journal that fails where it is told to.
    struct Failing {
        recording: bool,
        syncing: bool,
    }

    impl Failing {
        fn outcome(fails: bool) -> io::Result<()> {
            if fails { Err(io::Error::other("no disk")) } else { Ok(()) }
        }
    }

    impl Journal for Failing {
        fn record(&mut self, _: &[Task]) -> io::Result<()> {
            Self::outcome(self.recording)
        }

        fn sync(&mut self) -> io::Result<()> {
            Self::outcome(self.syncing)
        }
    }

    const REFUSED: &str = "error: state: no disk; purges are refused until it can be written\n";
    const UNSAFE: &str =
        "error: state: no disk; purges are accepted, but a crash of this machine may lose the latest\n";
    const OVER: &str = "state: it is written again\n";

    /// What is told when recording and syncing fail in this way, one after the other and each twice.
    fn told(told: &mut Told<Failing>, recording: bool, syncing: bool) -> Vec<String> {
        told.journal = Failing { recording, syncing };
        for _ in 0..2 {
            assert_eq!((told.record(&[]).is_err(), told.sync().is_err()), (recording, syncing));
        }
        TOLD.take()
    }

    #[test]
    fn a_failure_is_told_once_and_so_is_its_end() {
        let tell = |text: &str| TOLD.with_borrow_mut(|told| told.push(text.to_owned()));
        let journal = Failing { recording: false, syncing: false };
        let mut journal = Told { journal, name: "state".to_owned(), trouble: None, tell };
        assert_eq!(told(&mut journal, false, false), [""; 0]);
        assert_eq!(told(&mut journal, true, true), [REFUSED]);
        assert_eq!(told(&mut journal, false, false), [OVER]);
        assert_eq!(told(&mut journal, false, true), [UNSAFE]);
        assert_eq!(told(&mut journal, false, false), [OVER]);
        // From one into the other.
        assert_eq!(told(&mut journal, false, true), [UNSAFE]);
        assert_eq!(told(&mut journal, true, true), [REFUSED]);
        assert_eq!(told(&mut journal, false, true), [OVER, UNSAFE]);
    }
}
