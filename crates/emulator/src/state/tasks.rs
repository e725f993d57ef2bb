//! Keeps the latest tasks, and finds one by its id.

use std::collections::HashMap;
use std::time::Duration;

use super::recent::Recent;
use super::task::Task;

/// Maximum number of tasks that are kept. 200,000: about as many as fit into [`MAX_TASK_BYTES`] if
/// each has one URL.
const MAX_TASKS: usize = 200_000;

/// Maximum size of all tasks, in bytes. 64 MiB: 700 tasks of 1,000 URLs of 60 bytes, and small
/// enough for a test machine.
const MAX_TASK_BYTES: usize = 64 << 20;

/// The latest tasks.
#[derive(Debug)]
pub(crate) struct Tasks {
    recent: Recent<Task>,
    /// The number of each kept task, by its id. The first task that was added has the number 0.
    numbers: HashMap<String, usize>,
    /// The number of tasks that are no longer kept.
    removed: usize,
    /// The time that a new task takes.
    pub(crate) duration: Duration,
    /// The time until the history lists a new task.
    pub(crate) history_delay: Duration,
}

impl Tasks {
    /// Begins with these tasks, the oldest first.
    pub(crate) fn new(duration: Duration, history_delay: Duration, tasks: Vec<Task>) -> Self {
        let recent = Recent::new(MAX_TASKS, MAX_TASK_BYTES);
        let mut all = Self { recent, numbers: HashMap::new(), removed: 0, duration, history_delay };
        tasks.into_iter().for_each(|task| all.add(task));
        all
    }

    pub(crate) fn add(&mut self, task: Task) {
        self.numbers.insert(task.id.clone(), self.removed + self.recent.len());
        let bytes = task.size();
        for removed in self.recent.push(task, bytes) {
            // Another task with this id may have been added since.
            if self.numbers.get(&removed.id) == Some(&self.removed) {
                self.numbers.remove(&removed.id);
            }
            self.removed += 1;
        }
    }

    /// The task with this id.
    pub(crate) fn get(&self, id: &str) -> Option<&Task> {
        self.recent.get(self.numbers.get(id)?.checked_sub(self.removed)?)
    }

    /// The tasks, the latest first.
    pub(crate) fn latest(&self) -> impl Iterator<Item = &Task> + Clone {
        self.recent.iter().rev()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::task::tests::task;

    #[test]
    fn a_kept_task_is_found_by_its_id() {
        let ids = |tasks: &Tasks| {
            ["a", "b", "c", "d"].map(|id| tasks.get(id).map(|task| task.id.clone())).map(Option::unwrap_or_default)
        };
        let mut tasks = Tasks::new(Duration::ZERO, Duration::ZERO, vec![task("a", 1), task("b", 1)]);
        assert_eq!(ids(&tasks), ["a", "b", "", ""]);
        tasks.add(task("c", MAX_TASK_BYTES - 1_000));
        assert_eq!(ids(&tasks), ["a", "b", "c", ""]);
        tasks.add(task("d", 1_000));
        assert_eq!(ids(&tasks), ["", "", "", "d"]);
        assert_eq!((tasks.latest().count(), tasks.numbers.len()), (1, 1));
    }

    #[test]
    fn of_two_tasks_with_one_id_the_later_one_is_found() {
        let half = MAX_TASK_BYTES / 2;
        let mut tasks = Tasks::new(Duration::ZERO, Duration::ZERO, vec![task("a", 1), task("a", half)]);
        let found = |tasks: &Tasks| tasks.get("a").map(|task| task.targets[0].address.len());
        assert_eq!(found(&tasks), Some(half));
        tasks.add(task("b", half - 2_000));
        assert_eq!(found(&tasks), Some(half));
        tasks.add(task("c", 2_000));
        assert_eq!(found(&tasks), None);
    }
}
