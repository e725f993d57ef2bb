//! Compares a report with the tasks of the emulator.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use tencentcloud_emulator::Task;
use tencentcloud_tests::Outcome;

use crate::purge;

/// What a process has reported.
#[derive(Deserialize)]
pub(crate) struct Account {
    accepted: usize,
    refused: usize,
    unknown: usize,
    not_tried: usize,
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    position: usize,
    target: String,
    outcome: String,
    task: Option<String>,
    reason: Option<Reason>,
}

#[derive(Deserialize)]
struct Reason {
    kind: String,
}

impl Account {
    pub(crate) fn read(path: &Path) -> Outcome<Self> {
        let account = serde_json::from_slice(&fs::read(path)?)?;
        fs::remove_file(path)?;
        Ok(account)
    }

    /// How the process ended: with all URLs settled, or why not.
    pub(crate) fn end(&self) -> &str {
        let is_left = |item: &&Item| item.outcome == "not_tried" || item.outcome == "unknown";
        let reason = self.items.iter().rfind(is_left).and_then(|item| item.reason.as_ref());
        reason.map_or("done", |reason| &reason.kind)
    }

    /// Whether it is known of every URL what became of it, and none is left to send.
    pub(crate) fn is_settled(&self) -> bool {
        self.unknown == 0 && self.not_tried == 0
    }

    /// Where the report is not what the emulator says.
    pub(crate) fn mistakes(&self, tasks: &[Task]) -> Vec<String> {
        let mut by_url: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for task in tasks {
            for target in &task.targets {
                by_url.entry(&target.address).or_default().push(&task.id);
            }
        }
        let mut mistakes = Vec::new();
        if self.items.len() as u64 != purge::URLS {
            mistakes.push(format!("the report has {} URLs", self.items.len()));
        }
        for ((item, url), expected) in self.items.iter().zip(purge::urls()).zip(0..) {
            let found = by_url.get(&*url).map_or(&[][..], Vec::as_slice);
            let is_right = match (&*item.outcome, found) {
                ("accepted", [task]) => item.task.as_deref() == Some(task),
                ("refused" | "not_tried", []) | ("unknown", [] | [_]) => true,
                _ => false,
            };
            if !is_right || item.target != url || item.position != expected {
                mistakes.push(format!("{url} is {} as {:?}, and is in the tasks {found:?}", item.outcome, item.task));
            }
        }
        mistakes
    }

    pub(crate) fn print(&self) {
        println!("\noutcome      URLs");
        let classes = [
            ("accepted", self.accepted),
            ("refused", self.refused),
            ("unknown", self.unknown),
            ("not tried", self.not_tried),
        ];
        for (class, count) in classes {
            println!("{class:<9}  {count:>6}");
        }
    }
}
