//! A journal of the caller's own: what it has before a client is answered, and what happens where it fails.

use std::io::Write as _;
use std::net::TcpStream;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::{io, thread};

use serde_json::json;
use tencentcloud_emulator::{Emulator, Journal, Limit, Task};

use crate::client::{Call, PATIENCE, Reply, bytes, start_with};

fn purge(emulator: &Emulator, urls: usize) -> Reply {
    Call::new("cdn", "PurgeUrlsCache", &json!({ "Urls": vec!["http://a.b/"; urls] }).to_string()).send(emulator)
}

/// Keeps tasks in memory, and fails on demand.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<(Vec<Task>, bool)>>);

impl Journal for Memory {
    fn record(&mut self, tasks: &[Task]) -> io::Result<()> {
        let (kept, full) = &mut *self.0.lock().unwrap();
        if *full {
            return Err(io::Error::other("no space left"));
        }
        kept.extend_from_slice(tasks);
        Ok(())
    }
}

#[test]
fn what_a_journal_kept_is_there_again() {
    let memory = Memory::default();
    let first = start_with(|builder| builder.journal(memory.clone()).per_day(Limit::At(10)));
    let id = purge(&first, 7).response()["TaskId"].as_str().unwrap().to_owned();
    let kept = first.tasks();
    drop(first);

    let second = start_with(|builder| builder.tasks(memory.0.lock().unwrap().0.clone()).per_day(Limit::At(10)));
    assert_eq!(second.tasks(), kept);
    let query = json!({ "TaskId": id }).to_string();
    assert_eq!(Call::new("ecdn", "DescribePurgeTasks", &query).send(&second).response()["TotalCount"], 7);
    assert_eq!(purge(&second, 4).code(), "LimitExceeded.CdnPurgeUrlExceedDayLimit");
    assert_eq!(purge(&second, 3).code(), "");
}

#[test]
fn a_task_that_is_not_safe_is_not_accepted() {
    let memory = Memory::default();
    memory.0.lock().unwrap().1 = true;
    let emulator = start_with(|builder| builder.journal(memory.clone()).per_day(Limit::At(10)));
    let refused = purge(&emulator, 10);
    assert_eq!(refused.code(), "InternalError");
    assert!(refused.message().contains("no space left"), "{}", refused.message());
    assert_eq!(emulator.tasks(), []);
    memory.0.lock().unwrap().1 = false;
    assert_eq!(purge(&emulator, 10).code(), "");
}

/// Tells how many tasks it is given at once, and takes its time over them.
struct Slow {
    given: Sender<usize>,
    go_on: Receiver<()>,
}

impl Slow {
    fn new() -> (Self, Receiver<usize>, Sender<()>) {
        let (given, groups) = channel();
        let (release, go_on) = channel();
        (Self { given, go_on }, groups, release)
    }
}

impl Journal for Slow {
    fn record(&mut self, tasks: &[Task]) -> io::Result<()> {
        let _ = self.given.send(tasks.len());
        let _ = self.go_on.recv();
        Ok(())
    }
}

#[test]
fn who_waits_for_a_journal_waits_alone_and_many_are_recorded_at_once() {
    let (slow, groups, release) = Slow::new();
    let emulator =
        start_with(|builder| builder.journal(slow).requests_per_second(Limit::Unlimited).per_day(Limit::At(41)));
    thread::scope(|scope| {
        let first = scope.spawn(|| purge(&emulator, 1));
        assert_eq!(groups.recv_timeout(PATIENCE), Ok(1));
        let others: Vec<_> = (0..40).map(|_| scope.spawn(|| purge(&emulator, 1))).collect();
        // The quota knows of a purge from the moment on that it waits.
        while emulator.usage().iter().any(|usage| usage.lane.is_some() && usage.used < 41) {
            thread::yield_now();
        }
        assert_eq!(purge(&emulator, 1).code(), "LimitExceeded.CdnPurgeUrlExceedDayLimit");
        // Nothing of them is shown before it is recorded.
        let log = Call::new("ecdn", "DescribePurgeTasks", r#"{"StartTime":"2000-01-01 00:00:00"}"#);
        assert_eq!(log.send(&emulator).response()["TotalCount"], 0);
        release.send(()).unwrap();
        assert_eq!(first.join().unwrap().code(), "");
        assert_eq!(groups.recv_timeout(PATIENCE), Ok(40));
        release.send(()).unwrap();
        others.into_iter().for_each(|other| assert_eq!(other.join().unwrap().code(), ""));
    });
    assert_eq!((emulator.tasks().len(), emulator.received().len()), (41, 43));
}

#[test]
fn a_purge_whose_client_has_gone_is_recorded_and_remembered() {
    let (slow, groups, release) = Slow::new();
    let emulator = start_with(|builder| builder.journal(slow));
    let mut client = TcpStream::connect(emulator.address()).unwrap();
    client.write_all(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").unwrap();
    client.peek(&mut [0]).unwrap();
    client.write_all(&bytes(&Call::new("cdn", "PurgeUrlsCache", r#"{"Urls":["http://a.b/"]}"#).request())).unwrap();
    assert_eq!(groups.recv_timeout(PATIENCE), Ok(1));
    // With the first answer unread, this resets the connection.
    drop(client);
    release.send(()).unwrap();
    while emulator.received().len() < 2 {
        thread::yield_now();
    }
    assert_eq!((emulator.tasks().len(), emulator.received()[1].code.as_deref()), (1, None));
}
