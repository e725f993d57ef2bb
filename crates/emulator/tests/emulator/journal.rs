//! Tests a journal: what it records before a client gets its response, and failures of it.

use std::io::Write as _;
use std::net::TcpStream;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::{io, thread};

use serde_json::json;
use tencentcloud_emulator::{Emulator, Journal, Limit, Task};

use crate::client::{Call, PATIENCE, Response, bytes, start_with};

fn purge(emulator: &Emulator, urls: usize) -> Response {
    Call::new("cdn", "PurgeUrlsCache", &json!({ "Urls": vec!["http://a.b/"; urls] }).to_string()).send(emulator)
}

/// A journal that keeps tasks in memory, and fails on demand.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Contents>>);

#[derive(Default)]
struct Contents {
    tasks: Vec<Task>,
    full: bool,
}

impl Memory {
    fn tasks(&self) -> Vec<Task> {
        self.0.lock().unwrap().tasks.clone()
    }

    fn set_full(&self, full: bool) {
        self.0.lock().unwrap().full = full;
    }
}

impl Journal for Memory {
    fn record(&mut self, tasks: &[Task]) -> io::Result<()> {
        let mut contents = self.0.lock().unwrap();
        if contents.full {
            return Err(io::Error::other("no space left"));
        }
        contents.tasks.extend_from_slice(tasks);
        Ok(())
    }
}

#[test]
fn the_next_emulator_begins_with_recorded_tasks() {
    let memory = Memory::default();
    let first = start_with(|builder| builder.journal(memory.clone()).per_day(Limit::At(10)));
    let id = purge(&first, 7).members()["TaskId"].as_str().unwrap().to_owned();
    let tasks = first.tasks();
    drop(first);

    let second = start_with(|builder| builder.tasks(memory.tasks()).per_day(Limit::At(10)));
    assert_eq!(second.tasks(), tasks);
    let query = json!({ "TaskId": id }).to_string();
    assert_eq!(Call::new("ecdn", "DescribePurgeTasks", &query).send(&second).members()["TotalCount"], 7);
    assert_eq!(purge(&second, 4).code(), "LimitExceeded.CdnPurgeUrlExceedDayLimit");
    assert_eq!(purge(&second, 3).code(), "");
}

#[test]
fn a_task_that_cannot_be_recorded_is_not_accepted() {
    let memory = Memory::default();
    memory.set_full(true);
    let emulator = start_with(|builder| builder.journal(memory.clone()).per_day(Limit::At(10)));
    let refused = purge(&emulator, 10);
    assert_eq!(refused.code(), "InternalError");
    assert!(refused.message().contains("no space left"), "{}", refused.message());
    assert_eq!(emulator.tasks(), []);
    memory.set_full(false);
    assert_eq!(purge(&emulator, 10).code(), "");
}

/// A journal that reports the size of each group, and blocks until the test releases it.
struct Slow {
    groups: Sender<usize>,
    released: Receiver<()>,
}

impl Slow {
    fn new() -> (Self, Receiver<usize>, Sender<()>) {
        let (groups, reported) = channel();
        let (release, released) = channel();
        (Self { groups, released }, reported, release)
    }
}

impl Journal for Slow {
    fn record(&mut self, tasks: &[Task]) -> io::Result<()> {
        let _ = self.groups.send(tasks.len());
        let _ = self.released.recv();
        Ok(())
    }
}

#[test]
fn a_slow_journal_delays_only_purges_and_records_waiting_ones_as_a_group() {
    let (slow, groups, release) = Slow::new();
    let emulator =
        start_with(|builder| builder.journal(slow).requests_per_second(Limit::Unlimited).per_day(Limit::At(41)));
    thread::scope(|scope| {
        let first = scope.spawn(|| purge(&emulator, 1));
        assert_eq!(groups.recv_timeout(PATIENCE), Ok(1));
        let others: Vec<_> = (0..40).map(|_| scope.spawn(|| purge(&emulator, 1))).collect();
        // A purge that waits is already counted in the quota.
        while emulator.usage().iter().any(|usage| usage.counter.is_some() && usage.used < 41) {
            thread::yield_now();
        }
        assert_eq!(purge(&emulator, 1).code(), "LimitExceeded.CdnPurgeUrlExceedDayLimit");
        // A task is not in the log before it has been recorded.
        let log = Call::new("ecdn", "DescribePurgeTasks", r#"{"StartTime":"2000-01-01 00:00:00"}"#);
        assert_eq!(log.send(&emulator).members()["TotalCount"], 0);
        release.send(()).unwrap();
        assert_eq!(first.join().unwrap().code(), "");
        assert_eq!(groups.recv_timeout(PATIENCE), Ok(40));
        release.send(()).unwrap();
        others.into_iter().for_each(|other| assert_eq!(other.join().unwrap().code(), ""));
    });
    assert_eq!((emulator.tasks().len(), emulator.received().len()), (41, 43));
}

#[test]
fn a_purge_is_recorded_and_kept_even_if_its_client_disconnects() {
    let (slow, groups, release) = Slow::new();
    let emulator = start_with(|builder| builder.journal(slow));
    let mut client = TcpStream::connect(emulator.address()).unwrap();
    client.write_all(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").unwrap();
    client.peek(&mut [0]).unwrap();
    client.write_all(&bytes(&Call::new("cdn", "PurgeUrlsCache", r#"{"Urls":["http://a.b/"]}"#).request())).unwrap();
    assert_eq!(groups.recv_timeout(PATIENCE), Ok(1));
    // This resets the connection, because the first response has not been read.
    drop(client);
    release.send(()).unwrap();
    while emulator.received().len() < 2 {
        thread::yield_now();
    }
    assert_eq!((emulator.tasks().len(), emulator.received()[1].code.as_deref()), (1, None));
}
