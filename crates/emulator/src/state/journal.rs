//! The seam through which tasks outlive the process, and the thread that waits for what lies behind it.

use std::fmt;
use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::tasks::Task;

/// How many tasks may wait to be recorded: as many as there can be clients, and some that went away meanwhile.
const MOST_WAITING: usize = 1_000;

/// How many bytes of tasks are recorded at once, and the task that comes to more. Beyond it a group saves nothing, and a
/// journal may hold a copy of it.
const MOST_GROUP: usize = 1 << 20;

/// How long what was recorded may wait to be made safe against a crash of the machine, and for how long a journal is left
/// alone that failed to do that. A disk takes some milliseconds for it: this way it is a twentieth of the time at most.
const SYNC_DELAY: Duration = Duration::from_millis(100);
const SYNC_PAUSE: Duration = Duration::from_secs(1);

/// Keeps accepted tasks beyond the process.
///
/// What it kept is given back to the next emulator by [`Builder::tasks`](crate::Builder::tasks). It is called by a thread of
/// its own, so it may take its time: the clients that wait for it do so alone. That thread has ended when the emulator has
/// been dropped, and the journal with it.
pub trait Journal: Send + 'static {
    /// Records tasks, in the order in which they were accepted, before their clients are told that they were: all that have
    /// come since the last call, as a rule. What is recorded must outlive the process, however that ends.
    ///
    /// # Errors
    ///
    /// If they are not recorded, in which case none of them may be. Their clients are refused with `InternalError` then, and
    /// the tasks do not exist.
    fn record(&mut self, tasks: &[Task]) -> io::Result<()>;

    /// Makes what was recorded outlive the machine as well. It is called a tenth of a second after the first task that it
    /// concerns was recorded, or as soon as the journal has time, and before the journal is dropped.
    ///
    /// # Errors
    ///
    /// If that is not so. The emulator tries again a second later; to tell anybody is up to the journal.
    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A journal at work in its thread. When it is dropped, all that was handed to it is recorded and made safe.
pub(crate) struct Writer {
    queue: Option<SyncSender<Entry>>,
    thread: Option<JoinHandle<()>>,
}

/// A task to be recorded.
struct Entry {
    task: Task,
    recorded: oneshot::Sender<Recorded>,
}

/// The task as it was handed over, once it is recorded.
pub(crate) type Recorded = Result<Task, Unrecorded>;

/// A task that could not be recorded, and why.
#[derive(Debug)]
pub(crate) struct Unrecorded {
    pub(crate) task: Task,
    pub(crate) why: String,
}

impl Writer {
    /// Starts the thread.
    pub(crate) fn start(journal: Box<dyn Journal>) -> io::Result<Self> {
        let (queue, entries) = sync_channel(MOST_WAITING);
        let thread = thread::Builder::new()
            .name("tencentcloud-emulator-journal".to_owned())
            .spawn(move || run(journal, &entries))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Hands a task over, and does not wait.
    pub(crate) fn record(&self, task: Task) -> Result<oneshot::Receiver<Recorded>, Box<Unrecorded>> {
        let (recorded, receiver) = oneshot::channel();
        let entry = Entry { task, recorded };
        let Some(queue) = &self.queue else { return Ok(receiver) };
        queue.try_send(entry).map(|()| receiver).map_err(|error| {
            Box::new(match error {
                TrySendError::Full(Entry { task, .. }) => {
                    Unrecorded { task, why: format!("{MOST_WAITING} tasks wait for the journal already") }
                }
                TrySendError::Disconnected(Entry { task, .. }) => {
                    Unrecorded { task, why: "the journal has failed".to_owned() }
                }
            })
        })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        // It fails if the journal panicked, which its thread has told.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

fn run(mut journal: Box<dyn Journal>, entries: &Receiver<Entry>) {
    // When to make safe what was recorded; none if all of it is.
    let mut due: Option<Instant> = None;
    loop {
        if due.is_some_and(|due| due <= Instant::now()) {
            due = journal.sync().is_err().then(|| Instant::now() + SYNC_PAUSE);
        }
        let first = match due {
            None => entries.recv().map_err(RecvTimeoutError::from),
            Some(due) => entries.recv_timeout(due.saturating_duration_since(Instant::now())),
        };
        match first {
            Ok(first) => {
                if record(&mut *journal, group(first, entries)) {
                    due.get_or_insert_with(|| Instant::now() + SYNC_DELAY);
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                let _ = due.map(|_| journal.sync());
                return;
            }
        }
    }
}

/// All that waits, up to the size of a group.
fn group(first: Entry, entries: &Receiver<Entry>) -> Vec<Entry> {
    let mut bytes = first.task.size();
    let mut group = vec![first];
    while bytes < MOST_GROUP
        && let Ok(entry) = entries.try_recv()
    {
        bytes += entry.task.size();
        group.push(entry);
    }
    group
}

/// Records a group, and tells those who wait; whether it was recorded.
fn record(journal: &mut dyn Journal, group: Vec<Entry>) -> bool {
    let (tasks, waiting): (Vec<_>, Vec<_>) = group.into_iter().map(|entry| (entry.task, entry.recorded)).unzip();
    let outcome = journal.record(&tasks);
    for (task, recorded) in tasks.into_iter().zip(waiting) {
        let outcome = match &outcome {
            Ok(()) => Ok(task),
            Err(error) => Err(Unrecorded { task, why: error.to_string() }),
        };
        // It fails if the emulator is being dropped.
        let _ = recorded.send(outcome);
    }
    outcome.is_ok()
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::time::SystemTime;

    use super::*;
    use crate::state::Target;

    /// How long to wait for what is sure to come, so that a test fails where it would hang.
    const PATIENCE: Duration = Duration::from_secs(10);

    #[derive(Debug, PartialEq)]
    enum Did {
        /// Recorded the tasks with these ids.
        Recorded(Vec<String>),
        Synced,
    }

    /// A journal that tells what it did, and records only when it is let to.
    struct Told {
        did: Sender<Did>,
        /// For each call of `record`, whether it succeeds; once the other end is gone, all do.
        outcomes: Receiver<bool>,
        /// How many calls of `sync` fail.
        failing_syncs: usize,
    }

    impl Journal for Told {
        fn record(&mut self, tasks: &[Task]) -> io::Result<()> {
            self.did.send(Did::Recorded(tasks.iter().map(|task| task.id.clone()).collect())).unwrap();
            let succeeds = self.outcomes.recv().unwrap_or(true);
            if succeeds { Ok(()) } else { Err(io::Error::other("no space left")) }
        }

        fn sync(&mut self) -> io::Result<()> {
            self.did.send(Did::Synced).unwrap();
            let failing = self.failing_syncs > 0;
            self.failing_syncs = self.failing_syncs.saturating_sub(1);
            if failing { Err(io::Error::other("no disk")) } else { Ok(()) }
        }
    }

    fn start_failing(failing_syncs: usize) -> (Writer, Receiver<Did>, Sender<bool>) {
        let (did, doings) = channel();
        let (succeed, outcomes) = channel();
        (Writer::start(Box::new(Told { did, outcomes, failing_syncs })).unwrap(), doings, succeed)
    }

    fn start() -> (Writer, Receiver<Did>, Sender<bool>) {
        start_failing(0)
    }

    /// The ids of the next group, whatever was made safe before it.
    fn next_group(doings: &Receiver<Did>) -> Vec<usize> {
        loop {
            if let Did::Recorded(ids) = doings.recv_timeout(PATIENCE).unwrap() {
                return ids.iter().map(|id| id.parse().unwrap()).collect();
            }
        }
    }

    fn task(id: usize, bytes: usize) -> Task {
        Task {
            id: id.to_string(),
            account: String::new(),
            service: String::new(),
            action: String::new(),
            kind: String::new(),
            method: String::new(),
            place: None,
            targets: vec![Target::succeeding(&"x".repeat(bytes))],
            created: SystemTime::UNIX_EPOCH,
            finished: SystemTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn many_tasks_in_a_burst_are_recorded_at_once() {
        let (writer, doings, succeed) = start();
        let mut waiting = vec![writer.record(task(0, 1)).unwrap()];
        assert_eq!(next_group(&doings), [0]);
        // While the first is being written, a hundred come.
        waiting.extend((1..=100).map(|id| writer.record(task(id, 1)).unwrap()));
        succeed.send(true).unwrap();
        assert_eq!(next_group(&doings), Vec::from_iter(1..=100));
        succeed.send(true).unwrap();
        for (id, waiting) in waiting.into_iter().enumerate() {
            assert_eq!(waiting.blocking_recv().unwrap().unwrap().id, id.to_string());
        }
    }

    #[test]
    fn a_group_has_its_size() {
        let (writer, doings, succeed) = start();
        let hand_over = |(id, bytes)| drop(writer.record(task(id, bytes)).unwrap());
        hand_over((0, 1));
        assert_eq!(next_group(&doings), [0]);
        [(1, 1), (2, MOST_GROUP), (3, MOST_GROUP), (4, 1), (5, 1)].into_iter().for_each(hand_over);
        for ids in [&[1, 2][..], &[3], &[4, 5]] {
            succeed.send(true).unwrap();
            assert_eq!(next_group(&doings), ids);
        }
        drop(succeed);
    }

    #[test]
    fn a_client_is_told_before_the_disk_is_asked_and_the_disk_is_asked_though_nothing_else_comes() {
        let (writer, doings, succeed) = start();
        let waiting = writer.record(task(0, 1)).unwrap();
        succeed.send(true).unwrap();
        waiting.blocking_recv().unwrap().unwrap();
        assert_eq!(doings.recv_timeout(PATIENCE), Ok(Did::Recorded(vec!["0".to_owned()])));
        assert_eq!(doings.recv_timeout(PATIENCE), Ok(Did::Synced));
        drop(writer);
        // Nothing is left to be made safe.
        assert!(doings.recv_timeout(PATIENCE).is_err());
    }

    #[test]
    fn what_could_not_be_made_safe_is_tried_again() {
        let (writer, doings, succeed) = start_failing(1);
        drop(succeed);
        writer.record(task(0, 1)).unwrap().blocking_recv().unwrap().unwrap();
        assert_eq!(doings.iter().nth(1), Some(Did::Synced));
        drop(writer);
        assert_eq!(doings.iter().collect::<Vec<_>>(), [Did::Synced]);
    }

    #[test]
    fn what_was_handed_over_is_recorded_and_made_safe_at_the_end() {
        let (writer, doings, succeed) = start();
        (0..3).for_each(|id| drop(writer.record(task(id, 1)).unwrap()));
        drop(succeed);
        drop(writer);
        let doings: Vec<Did> = doings.iter().collect();
        assert_eq!(doings.last(), Some(&Did::Synced));
        let ids = doings.into_iter().flat_map(|did| match did {
            Did::Recorded(ids) => ids,
            Did::Synced => Vec::new(),
        });
        assert_eq!(ids.collect::<Vec<_>>(), ["0", "1", "2"]);
    }

    #[test]
    fn a_group_that_is_not_recorded_is_given_back() {
        let (writer, _doings, succeed) = start();
        let waiting = writer.record(task(7, 1)).unwrap();
        succeed.send(false).unwrap();
        let Unrecorded { task, why } = waiting.blocking_recv().unwrap().unwrap_err();
        assert_eq!((task.id.as_str(), why.as_str()), ("7", "no space left"));
    }

    #[test]
    fn a_journal_that_is_behind_takes_no_more_than_its_number() {
        let (writer, doings, succeed) = start();
        drop(writer.record(task(0, 1)).unwrap());
        assert_eq!(next_group(&doings), [0]);
        (1..=MOST_WAITING).for_each(|id| drop(writer.record(task(id, 1)).unwrap()));
        let refused = writer.record(task(MOST_WAITING + 1, 1)).unwrap_err();
        assert_eq!(refused.task.id, "1001");
        assert!(refused.why.contains("1000 tasks wait"), "{}", refused.why);
        drop(succeed);
    }
}
