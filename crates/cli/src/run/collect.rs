//! Records what became of every target, and decides the exit code.

use std::collections::HashMap;
use std::ptr;
use std::sync::Arc;

use tencentcloud_cdn::runtime::action::Batched;
use tencentcloud_cdn::runtime::jobs::{NotTried, Outcome, Report, TaskHandle};
use tencentcloud_cdn::{Error, ErrorKind};
use tencentcloud_teo::DescribePurgeTasks;

use super::tasks::{Listed, TaskSet, shown};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::Targets;
use crate::journal::FailedRow;
use crate::output::failures::{Failures, Reason};
use crate::output::json::{Counts, Task};
use crate::routing::Selection;

/// Why the rest of the targets was not tried.
const INTERRUPTED: &str = "the run was interrupted";

/// What became of the targets so far.
pub(crate) struct Results {
    targets: Arc<Targets>,
    counts: Counts,
    pub(crate) failures: Failures,
    pub(crate) tasks: TaskSet,
    /// The tasks, as the report shows them.
    pub(crate) shown: Vec<Task>,
    /// Whether each target was accepted, by its index.
    accepted: Vec<bool>,
    /// The error after which nothing more was sent.
    pub(crate) stopped_by: Option<Failure>,
    pub(crate) is_interrupted: bool,
    pub(crate) waited_too_long: bool,
    /// Whether the service refused to say what the tasks have done.
    pub(crate) could_not_wait: bool,
    /// The counts of the purge, once its prefetch has begun.
    purged: Option<Counts>,
}

impl Results {
    /// The results before anything was sent: the lines that cannot be targets are refused.
    pub(crate) fn new(targets: &Arc<Targets>) -> Self {
        let refused = targets.refused();
        let mut failures = Failures::new(Arc::clone(targets));
        for line in refused {
            failures.add_line(line.origin, &line.target, Reason::new(&*line.reason, Some(&*line.help)));
        }
        let counts = Counts {
            total: targets.len() + refused.len(),
            duplicates: targets.duplicates(),
            refused: refused.len(),
            ..Counts::default()
        };
        Self {
            targets: Arc::clone(targets),
            counts,
            failures,
            tasks: TaskSet::default(),
            shown: Vec::new(),
            accepted: vec![false; targets.len()],
            stopped_by: None,
            is_interrupted: false,
            waited_too_long: false,
            could_not_wait: false,
            purged: None,
        }
    }

    /// Refuses a target that is not sent.
    pub(crate) fn refuse(&mut self, index: usize, message: &str, help: &str) {
        self.counts.refused += 1;
        self.failures.add(index, "refused", Arc::new(Reason::new(message, Some(help))));
    }

    /// Records targets that were not sent, because of an interrupt or of the error that stopped an
    /// earlier job.
    pub(crate) fn add_all_not_tried(&mut self, selection: &Selection) {
        let why = self.stopped_by.as_ref().map_or(INTERRUPTED, |failure| &failure.message);
        let reason = Arc::new(Reason::new(why, None));
        self.counts.not_tried += selection.len(&self.targets);
        for position in 0..selection.len(&self.targets) {
            self.failures.add(selection.index(position), "not_tried", Arc::clone(&reason));
        }
    }

    /// Records the report of a job, whose targets are the selected ones.
    pub(crate) fn add_report<A>(&mut self, report: &Report<A>, selection: &Selection)
    where
        A: Batched,
        A::ListedBy: Listed,
    {
        let mut per_task: HashMap<&str, usize> = HashMap::new();
        let mut reasons = Reasons::default();
        for item in report.items() {
            let index = selection.index(item.position());
            let outcome = item.outcome();
            let count = match outcome {
                Outcome::Accepted { task, .. } => {
                    *per_task.entry(task).or_default() += 1;
                    if let Some(accepted) = self.accepted.get_mut(index) {
                        *accepted = true;
                    }
                    self.counts.accepted += 1;
                    continue;
                }
                Outcome::Refused(_) => &mut self.counts.refused,
                Outcome::Unknown(_) => &mut self.counts.unknown,
                Outcome::NotTried(_) => &mut self.counts.not_tried,
            };
            *count += 1;
            self.failures.add(index, outcome.as_str(), reasons.of(outcome));
        }
        // After an interrupt, the rest of the targets is not even taken.
        let not_taken = report.len()..selection.len(&self.targets);
        self.counts.not_tried += not_taken.len();
        for position in not_taken {
            let reason = reasons.of(Outcome::NotTried(NotTried::Stopped));
            self.failures.add(selection.index(position), "not_tried", reason);
        }
        for task in report.tasks() {
            self.shown.push(shown(&task, per_task.get(task.id()).copied(), None));
            A::ListedBy::of(&mut self.tasks).push(task);
        }
        for unmatched in report.unmatched() {
            self.counts.failed += 1;
            self.failures.add_failed(None, unmatched.target, unmatched.task, unmatched.reason);
        }
        if let Some(error) = report.stopped_by() {
            self.stopped_by = Some(Failure::of_call(error));
        }
    }

    /// Records the result of a request without targets. `None` if it was interrupted.
    pub(crate) fn add_single(&mut self, result: Option<Result<String, Error>>, zone: &str) {
        let error = match result {
            Some(Ok(id)) => {
                self.counts.accepted += 1;
                return self.add_task(DescribePurgeTasks::task(zone, id));
            }
            Some(Err(error)) => error,
            None => {
                self.counts.unknown += 1;
                let reason = Reason::new("interrupted before the response arrived", None);
                return self.failures.add_other(zone, "unknown", reason);
            }
        };
        let may_be_done = match error.kind() {
            ErrorKind::Timeout | ErrorKind::Interrupted | ErrorKind::Server | ErrorKind::Decode => error.attempts() > 0,
            _ => false,
        };
        let (count, outcome) = match may_be_done {
            true => (&mut self.counts.unknown, "unknown"),
            false => (&mut self.counts.refused, "refused"),
        };
        *count += 1;
        if error.kind() == ErrorKind::Quota {
            self.stopped_by = Some(Failure::of_call(&error));
        }
        self.failures.add_other(zone, outcome, Reason::from(&error));
    }

    /// Adds a task that another run has submitted.
    pub(crate) fn add_task<L: Listed>(&mut self, task: TaskHandle<L>) {
        self.shown.push(shown(&task, None, None));
        L::of(&mut self.tasks).push(task);
    }

    /// Records targets that were accepted and failed later: task, target and reason.
    pub(crate) fn add_failed_later(&mut self, failed: &[FailedRow]) {
        let wanted: HashMap<&str, ()> = failed.iter().map(|(_, target, _)| (target.as_str(), ())).collect();
        let known = self.targets.iter().enumerate().filter(|(_, text)| wanted.contains_key(text));
        let indexes: HashMap<&str, usize> = known.map(|(index, text)| (text, index)).collect();
        for (task, target, reason) in failed {
            let index = indexes.get(target.as_str()).copied();
            if let Some(accepted) = index.and_then(|index| self.accepted.get_mut(index)) {
                // It is not prefetched either.
                *accepted = false;
            }
            self.counts.failed += 1;
            let reason = reason.as_deref().unwrap_or("the service gives no reason");
            self.failures.add_failed(index, target, task, reason);
        }
    }

    /// Records the result of a wait of an earlier run: all tasks are done, or have failed targets.
    pub(crate) fn restore_wait(&mut self, failed: &[FailedRow]) {
        self.tasks = TaskSet::default();
        self.add_failed_later(failed);
        for task in self.shown.iter_mut().filter(|task| task.state.is_none()) {
            let has_failed = failed.iter().any(|(id, ..)| *id == task.id);
            task.state = Some(if has_failed { "failed" } else { "done" });
        }
    }

    /// Whether every target has an outcome that stays, and all tasks are done that were waited for.
    pub(crate) fn is_complete(&self) -> bool {
        let (first, second) = self.counts();
        let is_open = |counts: Counts| counts.unknown + counts.not_tried > 0;
        let is_stopped = self.is_interrupted || self.waited_too_long || self.could_not_wait;
        !is_stopped && !is_open(first) && !second.is_some_and(is_open)
    }

    /// Counts the targets of a prefetch from now on, and keeps the counts of its purge.
    pub(crate) fn begin_prefetch(&mut self, total: usize) {
        self.purged = Some(std::mem::replace(&mut self.counts, Counts { total, ..Counts::default() }));
        self.accepted.fill(false);
    }

    /// The counts of the run, and those of the prefetch that followed a purge.
    pub(crate) fn counts(&self) -> (Counts, Option<Counts>) {
        match self.purged {
            Some(purged) => (purged, Some(self.counts)),
            None => (self.counts, None),
        }
    }

    /// The selected targets that were accepted, and have not failed.
    pub(crate) fn accepted_of(&self, selection: &Selection) -> Vec<u32> {
        let indexes = (0..selection.len(&self.targets)).map(|position| selection.index(position));
        let accepted = indexes.filter(|index| self.accepted.get(*index).copied().unwrap_or_default());
        accepted.filter_map(|index| u32::try_from(index).ok()).collect()
    }

    /// The exit code: see [`Exit`] for the order.
    pub(crate) fn exit(&self) -> Exit {
        let (first, second) = self.counts();
        let all = [Some(first), second].into_iter().flatten();
        let sum = |count: fn(&Counts) -> usize| all.clone().map(|counts| count(&counts)).sum::<usize>();
        let is_quota = self.stopped_by.as_ref().is_some_and(|failure| failure.exit == Exit::Quota);
        // A command that only waits has no targets.
        let sends = sum(|counts| counts.total) > 0;
        if self.is_interrupted {
            Exit::Interrupted
        } else if sum(|counts| counts.unknown) > 0 {
            Exit::Unknown
        } else if is_quota {
            Exit::Quota
        } else if sends && sum(|counts| counts.accepted) == 0 {
            Exit::NothingAccepted
        } else if sum(|counts| counts.refused + counts.not_tried + counts.failed) > 0 {
            Exit::SomeFailed
        } else if self.waited_too_long || self.could_not_wait {
            Exit::NotDone
        } else {
            Exit::Done
        }
    }
}

/// The reasons of a report. Consecutive targets mostly share one.
#[derive(Default)]
struct Reasons<'a> {
    last: Option<(&'a Error, Arc<Reason>)>,
    stopped: Option<Arc<Reason>>,
}

impl<'a> Reasons<'a> {
    fn of(&mut self, outcome: Outcome<'a>) -> Arc<Reason> {
        let error = match outcome {
            Outcome::Refused(error) | Outcome::Unknown(error) | Outcome::NotTried(NotTried::Because(error)) => error,
            Outcome::NotTried(NotTried::Stopped) => {
                return Arc::clone(self.stopped.get_or_insert_with(|| Arc::new(Reason::new(INTERRUPTED, None))));
            }
            other => return Arc::new(Reason::new(other.to_string(), None)),
        };
        match &self.last {
            Some((same, reason)) if ptr::eq(*same, error) => Arc::clone(reason),
            _ => {
                let reason = Arc::new(Reason::from(error));
                self.last = Some((error, Arc::clone(&reason)));
                reason
            }
        }
    }
}
