//! Persists accepted tasks, on a thread of its own: a disk may be slow, and the emulator serves all
//! clients on one thread. So only clients wait whose tasks are being recorded.

use std::fmt;
use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::task::Task;

/// Maximum number of tasks that wait for the journal. 1,000: more than there can be clients at a
/// time; the rest are tasks of clients that have disconnected.
const MAX_WAITING: usize = 1_000;

/// Size at which a group of tasks is complete, in bytes. 1 MiB: a larger group saves nothing, and
/// a journal may copy it.
const MAX_GROUP_BYTES: usize = 1 << 20;

/// Time between recording a task and the call of [`Journal::sync`]. 100 ms: a disk needs some
/// milliseconds for it, so a busy journal spends at most a twentieth of its time on it.
const SYNC_DELAY: Duration = Duration::from_millis(100);

/// Time between a failed call of [`Journal::sync`] and the next. 1 s: a full or broken disk is not
/// repaired sooner.
const SYNC_RETRY_DELAY: Duration = Duration::from_secs(1);

/// Persists accepted tasks.
///
/// The next emulator begins with them if they are passed to
/// [`Builder::tasks`](crate::Builder::tasks). The methods are called on a thread of their own, so
/// they may block: only the clients whose tasks are recorded wait. When an emulator has been
/// dropped, that thread has ended, and the journal has been dropped, too.
pub trait Journal: Send + 'static {
    /// Records tasks, in the order in which they were accepted, before their clients receive a
    /// response. One call gets all tasks that have arrived since the last one, up to about 1 MiB.
    /// After this call, the tasks must survive a crash of the process.
    ///
    /// # Errors
    ///
    /// If the tasks were not recorded. Then none of them may be, because all are refused with
    /// `InternalError`.
    fn record(&mut self, tasks: &[Task]) -> io::Result<()>;

    /// Makes recorded tasks survive a crash of the machine. It is called 0.1 s after the first of
    /// them was recorded, or as soon as the journal is idle after that, and before the journal is
    /// dropped.
    ///
    /// # Errors
    ///
    /// If that failed. The emulator calls it again after a second; reporting the failure is the
    /// journal's job.
    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The thread of a journal. Dropping it records and syncs all tasks that were passed to it.
pub(crate) struct JournalThread {
    /// `None` while it is dropped.
    queue: Option<SyncSender<Entry>>,
    thread: Option<JoinHandle<()>>,
}

/// A task, and whether it was recorded; if not, why.
pub(crate) type Recorded = (Task, Result<(), String>);

/// A task that waits for the journal.
struct Entry {
    task: Task,
    recorded: oneshot::Sender<Recorded>,
}

impl JournalThread {
    pub(crate) fn start(journal: Box<dyn Journal>) -> io::Result<Self> {
        let (queue, entries) = sync_channel(MAX_WAITING);
        let thread = thread::Builder::new()
            .name("tencentcloud-emulator-journal".to_owned())
            .spawn(move || run(journal, &entries))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Passes a task to the journal. The receiver returns it when it is known whether it was
    /// recorded.
    pub(crate) fn record(&self, task: Task) -> oneshot::Receiver<Recorded> {
        let (recorded, receiver) = oneshot::channel();
        let Some(queue) = &self.queue else { return receiver };
        match queue.try_send(Entry { task, recorded }) {
            Ok(()) => {}
            Err(TrySendError::Full(entry)) => {
                entry.finish(Err(format!("{MAX_WAITING} tasks wait for the journal already")));
            }
            Err(TrySendError::Disconnected(entry)) => entry.finish(Err("the journal has failed".to_owned())),
        }
        receiver
    }
}

impl Drop for JournalThread {
    fn drop(&mut self) {
        drop(self.queue.take());
        // It fails if the journal panicked, which the panic hook has reported.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

impl fmt::Debug for JournalThread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JournalThread").finish_non_exhaustive()
    }
}

impl Entry {
    fn finish(self, outcome: Result<(), String>) {
        // It fails if the emulator is being dropped.
        let _ = self.recorded.send((self.task, outcome));
    }
}

fn run(mut journal: Box<dyn Journal>, entries: &Receiver<Entry>) {
    // When to call `sync`. `None` if nothing was recorded since the last call.
    let mut sync_at: Option<Instant> = None;
    loop {
        if sync_at.is_some_and(|at| at <= Instant::now()) {
            sync_at = journal.sync().is_err().then(|| Instant::now() + SYNC_RETRY_DELAY);
        }
        let timeout = sync_at.map_or(Duration::MAX, |at| at.saturating_duration_since(Instant::now()));
        match entries.recv_timeout(timeout) {
            Ok(first) => {
                if record(&mut *journal, group(first, entries)) {
                    sync_at.get_or_insert_with(|| Instant::now() + SYNC_DELAY);
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    if sync_at.is_some() {
        let _ = journal.sync();
    }
}

/// The first entry, and the waiting ones up to the size of a group.
fn group(first: Entry, entries: &Receiver<Entry>) -> Vec<Entry> {
    let mut bytes = first.task.size();
    let mut group = vec![first];
    while bytes < MAX_GROUP_BYTES
        && let Ok(entry) = entries.try_recv()
    {
        bytes += entry.task.size();
        group.push(entry);
    }
    group
}

/// Records a group, and notifies those who wait for it. Returns whether it was recorded.
fn record(journal: &mut dyn Journal, group: Vec<Entry>) -> bool {
    let (tasks, waiting): (Vec<_>, Vec<_>) = group.into_iter().map(|entry| (entry.task, entry.recorded)).unzip();
    let outcome = journal.record(&tasks).map_err(|error| error.to_string());
    for (task, recorded) in tasks.into_iter().zip(waiting) {
        Entry { task, recorded }.finish(outcome.clone());
    }
    outcome.is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::task;
    use std::sync::mpsc::{Receiver, Sender, channel};

    /// Timeout of a wait. 10 s: a broken test fails instead of hanging.
    const PATIENCE: Duration = Duration::from_secs(10);

    #[derive(Debug, PartialEq)]
    enum Event {
        /// The tasks with these ids were passed to `record`.
        Recorded(Vec<String>),
        Synced,
    }

    /// A journal that reports its calls. `record` blocks until the test decides its outcome.
    struct Scripted {
        events: Sender<Event>,
        /// Whether each call of `record` succeeds. When the test has dropped the sender, all do.
        outcomes: Receiver<bool>,
        /// Number of calls of `sync` that still fail.
        failing_syncs: usize,
    }

    impl Journal for Scripted {
        fn record(&mut self, tasks: &[Task]) -> io::Result<()> {
            self.events.send(Event::Recorded(tasks.iter().map(|task| task.id.clone()).collect())).unwrap();
            let succeeds = self.outcomes.recv().unwrap_or(true);
            if succeeds { Ok(()) } else { Err(io::Error::other("no space left")) }
        }

        fn sync(&mut self) -> io::Result<()> {
            self.events.send(Event::Synced).unwrap();
            let fails = self.failing_syncs > 0;
            self.failing_syncs = self.failing_syncs.saturating_sub(1);
            if fails { Err(io::Error::other("no disk")) } else { Ok(()) }
        }
    }

    fn start_with_failing_syncs(failing_syncs: usize) -> (JournalThread, Receiver<Event>, Sender<bool>) {
        let (events, reported) = channel();
        let (decide, outcomes) = channel();
        (JournalThread::start(Box::new(Scripted { events, outcomes, failing_syncs })).unwrap(), reported, decide)
    }

    fn start() -> (JournalThread, Receiver<Event>, Sender<bool>) {
        start_with_failing_syncs(0)
    }

    /// The ids of the next group. Skips calls of `sync`.
    fn next_group(events: &Receiver<Event>) -> Vec<usize> {
        loop {
            if let Event::Recorded(ids) = events.recv_timeout(PATIENCE).unwrap() {
                return ids.iter().map(|id| id.parse().unwrap()).collect();
            }
        }
    }

    fn task(id: usize, bytes: usize) -> Task {
        task::tests::task(&id.to_string(), bytes)
    }

    #[test]
    fn tasks_that_arrive_during_a_call_are_recorded_by_the_next_one() {
        let (journal, events, decide) = start();
        let mut waiting = vec![journal.record(task(0, 1))];
        assert_eq!(next_group(&events), [0]);
        waiting.extend((1..=100).map(|id| journal.record(task(id, 1))));
        decide.send(true).unwrap();
        assert_eq!(next_group(&events), Vec::from_iter(1..=100));
        decide.send(true).unwrap();
        for (id, waiting) in waiting.into_iter().enumerate() {
            let (task, outcome) = waiting.blocking_recv().unwrap();
            assert_eq!((task.id, outcome), (id.to_string(), Ok(())));
        }
    }

    #[test]
    fn a_group_ends_at_its_maximum_size() {
        let (journal, events, decide) = start();
        drop(journal.record(task(0, 1)));
        assert_eq!(next_group(&events), [0]);
        for (id, bytes) in [(1, 1), (2, MAX_GROUP_BYTES), (3, MAX_GROUP_BYTES), (4, 1), (5, 1)] {
            drop(journal.record(task(id, bytes)));
        }
        for ids in [&[1, 2][..], &[3], &[4, 5]] {
            decide.send(true).unwrap();
            assert_eq!(next_group(&events), ids);
        }
        drop(decide);
    }

    #[test]
    fn sync_is_called_after_the_client_was_notified_even_if_no_other_task_arrives() {
        let (journal, events, decide) = start();
        let waiting = journal.record(task(0, 1));
        decide.send(true).unwrap();
        waiting.blocking_recv().unwrap().1.unwrap();
        assert_eq!(events.recv_timeout(PATIENCE), Ok(Event::Recorded(vec!["0".to_owned()])));
        assert_eq!(events.recv_timeout(PATIENCE), Ok(Event::Synced));
        drop(journal);
        // Everything was synced, so dropping it does not sync again.
        assert!(events.recv_timeout(PATIENCE).is_err());
    }

    #[test]
    fn a_failed_sync_is_tried_again() {
        let (journal, events, decide) = start_with_failing_syncs(1);
        drop(decide);
        journal.record(task(0, 1)).blocking_recv().unwrap().1.unwrap();
        assert_eq!(events.iter().nth(1), Some(Event::Synced));
        drop(journal);
        assert_eq!(events.iter().collect::<Vec<_>>(), [Event::Synced]);
    }

    #[test]
    fn dropping_the_thread_records_and_syncs_all_tasks() {
        let (journal, events, decide) = start();
        (0..3).for_each(|id| drop(journal.record(task(id, 1))));
        drop(decide);
        drop(journal);
        let events: Vec<Event> = events.iter().collect();
        assert_eq!(events.last(), Some(&Event::Synced));
        let ids = events.into_iter().flat_map(|event| match event {
            Event::Recorded(ids) => ids,
            Event::Synced => Vec::new(),
        });
        assert_eq!(ids.collect::<Vec<_>>(), ["0", "1", "2"]);
    }

    #[test]
    fn a_task_that_was_not_recorded_is_returned_with_the_reason() {
        let (journal, _events, decide) = start();
        let waiting = journal.record(task(7, 1));
        decide.send(false).unwrap();
        let (task, outcome) = waiting.blocking_recv().unwrap();
        assert_eq!((task.id.as_str(), outcome), ("7", Err("no space left".to_owned())));
    }

    #[test]
    fn a_full_queue_refuses_tasks() {
        let (journal, events, decide) = start();
        drop(journal.record(task(0, 1)));
        assert_eq!(next_group(&events), [0]);
        (1..=MAX_WAITING).for_each(|id| drop(journal.record(task(id, 1))));
        let (refused, outcome) = journal.record(task(MAX_WAITING + 1, 1)).blocking_recv().unwrap();
        assert_eq!(refused.id, "1001");
        let why = outcome.unwrap_err();
        assert!(why.contains("1000 tasks wait"), "{why}");
        drop(decide);
    }
}
