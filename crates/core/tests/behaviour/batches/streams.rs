//! Tests of targets from a stream, and of outcomes as a stream.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_core::Stream;
use tencentcloud_core::jobs::{Event, Events};

use super::account;
use super::random::Random;
use super::sample::PurgeList;
use super::service::{Fault, Service};

fn urls(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("https://www.example.com/{number}.jpg")).collect()
}

/// A stream of targets that counts how many were taken.
#[derive(Clone, Default)]
struct Feed(Arc<Mutex<FeedState>>);

#[derive(Default)]
struct FeedState {
    targets: VecDeque<String>,
    taken: usize,
    is_closed: bool,
    waker: Option<Waker>,
}

impl Feed {
    fn of(targets: Vec<String>) -> Self {
        let feed = Self::default();
        feed.add(targets);
        feed.close();
        feed
    }

    fn add(&self, targets: Vec<String>) {
        let mut state = self.0.lock().unwrap();
        state.targets.extend(targets);
        if let Some(waker) = state.waker.take() {
            waker.wake();
        }
    }

    fn close(&self) {
        let mut state = self.0.lock().unwrap();
        state.is_closed = true;
        if let Some(waker) = state.waker.take() {
            waker.wake();
        }
    }

    fn taken(&self) -> usize {
        self.0.lock().unwrap().taken
    }
}

impl Stream for Feed {
    type Item = String;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<String>> {
        let mut state = self.0.lock().unwrap();
        match state.targets.pop_front() {
            Some(target) => {
                state.taken += 1;
                Poll::Ready(Some(target))
            }
            None if state.is_closed => Poll::Ready(None),
            None => {
                state.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

async fn next(events: &mut Events<'_>) -> Option<Event> {
    let mut events = pin!(events);
    poll_fn(|context| events.as_mut().poll_next(context)).await
}

fn all(service: &Service, mut events: Events<'_>) -> Vec<Event> {
    service.clock.run(async {
        let mut all = Vec::new();
        while let Some(event) = next(&mut events).await {
            all.push(event);
        }
        all
    })
}

#[test]
fn the_targets_of_a_stream_follow_those_of_the_request() {
    let (service, targets) = (Service::new(), urls(25));
    let batches = service.purge(&targets[..3]).in_batches().size(10);
    let report = service.clock.run(batches.from_stream(Feed::of(targets[3..].to_vec())));
    account::check(&service, &targets, &report);
    assert_eq!(report.counts().accepted, 25);
    assert_eq!(service.sizes(), [3, 10, 10, 2]);
}

#[test]
fn each_target_has_one_event() {
    for seed in 0..20 {
        let mut random = Random::new(seed);
        let every = 2 + random.below(5);
        let service = Service::new()
            .faults(move |number, _| (number % every == 0).then_some(Fault::Code("InvalidParameter.CdnParamError")));
        let mut targets = urls(70);
        targets.extend(urls(5));
        targets.push("not a URL".to_owned());
        let given = random.below(targets.len());
        let batches = service.purge(&targets[..given]).in_batches().size(1 + random.below(9));
        let events = batches.from_stream(Feed::of(targets[given..].to_vec())).events();
        let mut all: Vec<_> =
            all(&service, events).iter().map(|event| (event.position(), event.target().into_owned())).collect();
        all.sort();
        let expected: Vec<_> = targets.into_iter().enumerate().collect();
        assert_eq!(all, expected, "seed {seed}");
    }
}

#[test]
fn no_more_targets_are_taken_than_the_requests_in_flight_and_the_reader_need() {
    let (service, feed) = (Service::new(), Feed::of(urls(10_000)));
    let batches = service.purge(Vec::<String>::new()).in_batches().size(10).in_flight(3);
    let mut events = batches.from_stream(feed.clone()).events();
    service.clock.run(async {
        let mut read = 0;
        while next(&mut events).await.is_some() {
            read += 1;
            // Ten for each request in flight, as many that wait for the reader, and one batch that
            // is about to be sent.
            assert!(feed.taken() <= read + 70, "{read} read, {} taken", feed.taken());
        }
        assert_eq!(read, 10_000);
    });
}

#[test]
fn a_poll_does_not_take_a_whole_stream_of_which_nothing_can_be_sent() {
    let (service, feed) = (Service::new(), Feed::of(vec!["no URL".to_owned(); 20_000]));
    let batches = service.purge(Vec::<String>::new()).in_batches().size(100);
    let mut run = batches.from_stream(feed.clone()).start();
    let poll = Pin::new(&mut run).poll(&mut Context::from_waker(Waker::noop()));
    assert!(poll.is_pending() && feed.taken() < 5_000, "{} targets in one poll", feed.taken());
    let report = service.clock.run(run);
    assert_eq!((report.counts().refused, feed.taken()), (20_000, 20_000));
}

#[test]
fn a_stream_may_wait_for_the_outcome_of_its_first_target() {
    let (service, feed) = (Service::new(), Feed::default());
    let batches = service.purge(Vec::<String>::new()).in_batches();
    let mut events = batches.from_stream(feed.clone()).events();
    service.clock.run(async {
        for target in urls(5) {
            feed.add(vec![target.clone()]);
            let event = next(&mut events).await.expect("the target is sent though others may come");
            assert_eq!(event.target(), target);
        }
        feed.close();
        assert!(next(&mut events).await.is_none());
    });
    assert_eq!(service.sizes(), [1; 5]);
}

#[test]
fn targets_that_arrive_while_a_request_is_in_flight_are_sent_together() {
    let (service, feed) = (Service::new().delays(|_| Duration::from_secs(1)), Feed::default());
    feed.add(urls(2));
    let batches = service.purge(Vec::<String>::new()).in_batches().size(100);
    let mut events = batches.from_stream(feed.clone()).events();
    let mut context = Context::from_waker(Waker::noop());
    assert!(Pin::new(&mut events).poll_next(&mut context).is_pending());
    for _ in 0..3 {
        feed.add(urls(4));
        assert!(Pin::new(&mut events).poll_next(&mut context).is_pending());
    }
    feed.close();
    assert_eq!(all(&service, events).len(), 14);
    assert_eq!(service.sizes(), [2, 4], "four of them three times");
}

#[test]
fn the_rest_of_a_stream_is_not_tried_after_an_error_and_not_taken_after_a_stop() {
    let (service, feed) = (Service::new().quota(25), Feed::of(urls(1_000)));
    let batches = service.purge(Vec::<String>::new()).in_batches().size(10).in_flight(1);
    let report = service.clock.run(batches.from_stream(feed.clone()));
    assert_eq!((report.counts().accepted, report.counts().not_tried, feed.taken()), (20, 980, 1_000));

    let (service, feed) = (Service::new(), Feed::of(urls(1_000)));
    let batches = service.purge(Vec::<String>::new()).in_batches().size(10).in_flight(1);
    let mut events = batches.from_stream(feed.clone()).events();
    assert!(service.clock.run(next(&mut events)).is_some());
    events.stop();
    let taken = feed.taken();
    assert_eq!(all(&service, events).len() + 1, taken);
    assert!(taken <= 20, "{taken}");
}

#[test]
fn the_streams_and_the_runs_can_be_sent_to_other_threads() {
    fn is_send_and_unpin<T: Send + Unpin>() {}
    is_send_and_unpin::<Events<'_>>();
    is_send_and_unpin::<tencentcloud_core::jobs::Run<'_, PurgeList>>();
    is_send_and_unpin::<tencentcloud_core::jobs::Report<PurgeList>>();
}
