//! Reads from the journal of a killed process which of its requests were in flight.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use tencentcloud_emulator::Task;
use tencentcloud_tests::Outcome;

use crate::purge;

/// The requests of a killed process of which the journal does not say what became of them.
#[derive(Default)]
pub(crate) struct Doubts {
    pub(crate) count: usize,
    /// How many of them the service has accepted.
    pub(crate) accepted: usize,
}

impl Doubts {
    pub(crate) fn read(journal: &Path, tasks: &[Task]) -> Outcome<Self> {
        // A process that is killed before it has opened its journal leaves none.
        let Ok(text) = fs::read_to_string(journal) else { return Ok(Self::default()) };
        let mut first_targets: BTreeMap<u64, u64> = BTreeMap::new();
        for line in text.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
            let line: Value = serde_json::from_str(line)?;
            let number = |path: &str| line.pointer(path).and_then(Value::as_u64);
            if let (Some(request), Some(target)) = (number("/intend/request"), number("/intend/targets/0/0")) {
                first_targets.insert(request, target);
            } else if let Some(request) = number("/settle/request") {
                first_targets.remove(&request);
            }
        }
        let is_accepted = |target: &&u64| {
            let url = purge::url(**target);
            tasks.iter().any(|task| task.targets.iter().any(|target| target.address == url))
        };
        let accepted = first_targets.values().filter(is_accepted).count();
        Ok(Self { count: first_targets.len(), accepted })
    }
}
