//! A journal in memory that fails, and loses what a machine would lose.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tencentcloud_core::jobs::Journal;

/// A journal whose clones share the lines.
#[derive(Clone, Default)]
pub(crate) struct MemoryJournal(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// The lines that are on the disk.
    synced: String,
    /// The lines that the next loss of power loses.
    pending: String,
    /// Number of calls that succeed, before all fail.
    works: Option<usize>,
    replaced: usize,
}

impl MemoryJournal {
    pub(crate) fn lines(&self) -> Vec<String> {
        let state = self.0.lock().unwrap();
        (state.synced.clone() + &state.pending).lines().map(str::to_owned).collect()
    }

    /// Fails after this number of calls.
    pub(crate) fn fail_after(&self, calls: usize) {
        self.0.lock().unwrap().works = Some(calls);
    }

    pub(crate) fn repair(&self) {
        self.0.lock().unwrap().works = None;
    }

    /// Loses what is not on the disk.
    pub(crate) fn lose_power(&self) {
        self.0.lock().unwrap().pending.clear();
    }

    /// Makes the times of all requests later, as if a clock had been ahead.
    pub(crate) fn postpone(&self, by: Duration) {
        let mut state = self.0.lock().unwrap();
        let postponed = |line: &str| {
            let mut line: Value = serde_json::from_str(line).unwrap();
            if let Some(at) = line.pointer_mut("/intend/at") {
                *at = json!(at.as_u64().unwrap() + u64::try_from(by.as_millis()).unwrap());
            }
            // The checksum is that of the line before.
            line.as_object_mut().unwrap().remove("sum");
            line.to_string() + "\n"
        };
        state.synced = state.synced.lines().map(postponed).collect();
    }

    pub(crate) fn replaced(&self) -> usize {
        self.0.lock().unwrap().replaced
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> io::Result<T> {
        let mut state = self.0.lock().unwrap();
        match &mut state.works {
            Some(0) => return Err(io::Error::new(io::ErrorKind::StorageFull, "no space left on device")),
            Some(works) => *works -= 1,
            None => {}
        }
        Ok(work(&mut state))
    }
}

impl Journal for MemoryJournal {
    fn read(&mut self) -> io::Result<String> {
        self.with(|state| state.synced.clone() + &state.pending)
    }

    fn intend(&mut self, line: &str) -> io::Result<()> {
        self.with(|state| {
            let pending = std::mem::take(&mut state.pending);
            state.synced += &(pending + line + "\n");
        })
    }

    fn settle(&mut self, line: &str) -> io::Result<()> {
        self.with(|state| state.pending += &(line.to_owned() + "\n"))
    }

    fn replace(&mut self, lines: &str) -> io::Result<()> {
        self.with(|state| {
            state.pending.clear();
            lines.clone_into(&mut state.synced);
            state.replaced += 1;
        })
    }
}
