//! Tests of tasks that are dropped with their wakers.

use std::sync::Mutex;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc;
use std::thread;
use std::time::SystemTime;

use super::*;
use crate::time::BoxFuture;

/// A task that owns a waiter, and that lives as long as its wakers.
struct Task(#[expect(dead_code, reason = "it is dropped with the task")] Mutex<Acquire<'static>>);

impl Wake for Task {
    fn wake(self: Arc<Self>) {}
}

/// A clock that is set, in milliseconds. Its timers never fire, and keep no wakers.
#[derive(Default)]
struct SetClock(AtomicU64);

impl Clock for SetClock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.0.load(Ordering::Relaxed))
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

/// Calls `test` with three waiters. Only the queue has the waker of the second one, and with it a
/// task that owns a further waiter, which is ahead of them.
fn with_waiters(test: fn([Acquire<'static>; 3], &SetClock)) {
    let (done, is_done) = mpsc::channel();
    thread::spawn(move || {
        let clock: &'static SetClock = Box::leak(Box::default());
        let limiter = Limited(Arc::new(Limiter::new(clock.now())), 1);
        assert!(poll(&mut limiter.acquire(clock)).is_ready());
        let [mut owned, mut first, mut second, mut third] = [(); 4].map(|()| limiter.acquire(clock));
        assert!(poll(&mut owned).is_pending() && poll(&mut first).is_pending());
        let waker = Waker::from(Arc::new(Task(Mutex::new(owned))));
        assert!(Pin::new(&mut second).poll(&mut Context::from_waker(&waker)).is_pending());
        drop(waker);
        assert!(poll(&mut third).is_pending());
        test([first, second, third], clock);
        done.send(()).unwrap();
    });
    // A deadlock is the only reason to wait this long.
    is_done.recv_timeout(30 * SECOND).unwrap();
}

#[test]
fn no_waker_is_dropped_while_the_limiter_is_locked() {
    with_waiters(|[_first, mut second, _third], _| assert!(poll(&mut second).is_pending(), "its waker is replaced"));
    with_waiters(|[first, mut second, _third], _| {
        drop(first);
        assert!(poll(&mut second).is_pending(), "its waker is replaced when it checks again");
    });
    with_waiters(|[_first, second, _third], _| drop(second));
    with_waiters(|[_first, mut second, _third], clock| {
        clock.0.store(60_000, Ordering::Relaxed);
        assert!(poll(&mut second).is_ready(), "it leaves with its permit");
    });
    with_waiters(|[_first, mut second, mut third], clock| {
        clock.0.store(60_000, Ordering::Relaxed);
        assert!(poll(&mut third).is_ready(), "the others are skipped");
        assert!(poll(&mut second).is_pending(), "it has been skipped, and is active again");
    });
}
