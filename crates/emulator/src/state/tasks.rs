//! Keeps the latest tasks, and finds one by its id.

use std::collections::{HashMap, VecDeque};
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
    recent: Recent<KeptTask>,
    /// The number of each kept task, by its id. The first task that was added has the number 0.
    numbers: HashMap<String, usize>,
    /// The numbers of the kept tasks of each list, the oldest first.
    lists: HashMap<List, VecDeque<usize>>,
    /// The number of tasks that are no longer kept.
    removed: usize,
    /// The time that a new task takes.
    pub(crate) duration: Duration,
    /// The time until the history lists a new task.
    pub(crate) history_delay: Duration,
}

/// A task, and what a query needs to know about it without looking at its targets.
#[derive(Debug)]
pub(crate) struct KeptTask {
    pub(crate) task: Task,
    /// The regions that have an entry of their own.
    pub(crate) regions: &'static [&'static str],
    /// The number of targets that fail in the end.
    pub(crate) failures: usize,
}

/// What one query lists: the purges, or the prefetches, of an account of a service.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct List {
    pub(crate) account: String,
    pub(crate) service: String,
    pub(crate) prefetches: bool,
}

impl Tasks {
    /// Begins with these tasks, the oldest first.
    pub(crate) fn new(duration: Duration, history_delay: Duration, tasks: Vec<Task>) -> Self {
        let mut all = Self {
            recent: Recent::new(MAX_TASKS, MAX_TASK_BYTES),
            numbers: HashMap::new(),
            lists: HashMap::new(),
            removed: 0,
            duration,
            history_delay,
        };
        tasks.into_iter().for_each(|task| all.add(task));
        all
    }

    pub(crate) fn add(&mut self, task: Task) {
        let number = self.removed + self.recent.len();
        self.numbers.insert(task.id.clone(), number);
        self.lists.entry(List::of(&task)).or_default().push_back(number);
        let bytes = task.size();
        let failures = task.targets.iter().filter(|target| target.failure.is_some()).count();
        for removed in self.recent.push(KeptTask { regions: task.regions(), failures, task }, bytes) {
            self.forget(&removed.task);
        }
    }

    /// Removes the oldest task from the indexes.
    fn forget(&mut self, task: &Task) {
        // Another task with this id may have been added since.
        if self.numbers.get(&task.id) == Some(&self.removed) {
            self.numbers.remove(&task.id);
        }
        if let Some(numbers) = self.lists.get_mut(&List::of(task)) {
            numbers.pop_front();
        }
        self.removed += 1;
    }

    /// The task with this id.
    pub(crate) fn get(&self, id: &str) -> Option<&KeptTask> {
        self.kept(*self.numbers.get(id)?)
    }

    /// The tasks of a list, the latest first.
    pub(crate) fn list(&self, list: &List) -> impl Iterator<Item = &KeptTask> {
        self.lists.get(list).into_iter().flatten().rev().filter_map(|number| self.kept(*number))
    }

    /// All tasks, the latest first.
    pub(crate) fn latest(&self) -> impl Iterator<Item = &Task> + Clone {
        self.recent.iter().rev().map(|kept| &kept.task)
    }

    fn kept(&self, number: usize) -> Option<&KeptTask> {
        self.recent.get(number.checked_sub(self.removed)?)
    }
}

impl List {
    fn of(task: &Task) -> Self {
        Self { account: task.account.clone(), service: task.service.clone(), prefetches: task.is_prefetch() }
    }

    /// Whether it has the task.
    pub(crate) fn contains(&self, task: &Task) -> bool {
        self.account == task.account && self.service == task.service && self.prefetches == task.is_prefetch()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::task::tests::task;

    #[test]
    fn a_kept_task_is_found_by_its_id() {
        let ids = |tasks: &Tasks| {
            ["a", "b", "c", "d"].map(|id| tasks.get(id).map(|kept| kept.task.id.clone())).map(Option::unwrap_or_default)
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
        let found = |tasks: &Tasks| tasks.get("a").map(|kept| kept.task.targets[0].address.len());
        assert_eq!(found(&tasks), Some(half));
        tasks.add(task("b", half - 2_000));
        assert_eq!(found(&tasks), Some(half));
        tasks.add(task("c", 2_000));
        assert_eq!(found(&tasks), None);
    }

    #[test]
    fn a_list_has_the_kept_tasks_of_one_account_and_service() {
        let of = |account: &str, service: &str, action: &str, bytes: usize| Task {
            account: account.to_owned(),
            service: service.to_owned(),
            action: action.to_owned(),
            ..task(action, bytes)
        };
        let list = |account: &str, service: &str, prefetches: bool| List {
            account: account.to_owned(),
            service: service.to_owned(),
            prefetches,
        };
        let ids = |tasks: &Tasks, list: &List| -> Vec<String> {
            tasks
                .list(list)
                .inspect(|kept| assert!(list.contains(&kept.task)))
                .map(|kept| kept.task.id.clone())
                .collect()
        };
        let mut tasks = Tasks::new(Duration::ZERO, Duration::ZERO, Vec::new());
        for action in ["PurgeUrlsCache", "PushUrlsCache", "PurgePathCache"] {
            tasks.add(of("one", "cdn", action, 1));
            tasks.add(of("other", "cdn", action, 1));
        }
        tasks.add(of("one", "teo", "CreatePurgeTask", 1));
        assert_eq!(ids(&tasks, &list("one", "cdn", false)), ["PurgePathCache", "PurgeUrlsCache"]);
        assert_eq!(ids(&tasks, &list("one", "cdn", true)), ["PushUrlsCache"]);
        assert_eq!(ids(&tasks, &list("one", "teo", false)), ["CreatePurgeTask"]);
        assert_eq!(ids(&tasks, &list("none", "teo", false)), [""; 0]);
        tasks.add(of("one", "cdn", "PurgeUrlsCache", MAX_TASK_BYTES));
        assert_eq!(ids(&tasks, &list("one", "cdn", false)), ["PurgeUrlsCache"]);
        assert_eq!(ids(&tasks, &list("other", "cdn", false)), [""; 0]);
    }
}
