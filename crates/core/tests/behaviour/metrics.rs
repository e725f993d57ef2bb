//! Tests what the interceptor of the feature `metrics` records.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};

use metrics::{
    Counter, CounterFn, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit,
};
use tencentcloud_core::Client;
use tencentcloud_core::observe::Metrics;
use tencentcloud_core::testing::ScriptedTransport;

use crate::harness::{Harness, refusal};
use crate::sample::{Cdn, PURGED, purge};

/// Adds up what is recorded, by the metric and its labels.
#[derive(Clone, Default)]
struct Sums {
    sums: Arc<Mutex<BTreeMap<String, f64>>>,
    described: Arc<Mutex<Vec<String>>>,
}

/// One metric with its labels.
struct Sum(String, Arc<Mutex<BTreeMap<String, f64>>>);

impl Sum {
    fn add(&self, value: f64) {
        *self.1.lock().unwrap().entry(self.0.clone()).or_default() += value;
    }
}

impl CounterFn for Sum {
    #[expect(clippy::cast_precision_loss, reason = "counts to ten")]
    fn increment(&self, value: u64) {
        self.add(value as f64);
    }

    fn absolute(&self, _: u64) {
        unreachable!()
    }
}

impl HistogramFn for Sum {
    fn record(&self, value: f64) {
        self.add(value);
    }
}

impl Sums {
    fn sum(&self, key: &Key) -> Arc<Sum> {
        let labels = key.labels().map(|label| format!("{}={}", label.key(), label.value()));
        let name = format!("{} {}", key.name(), labels.collect::<Vec<_>>().join(","));
        Arc::new(Sum(name, Arc::clone(&self.sums)))
    }
}

impl Recorder for Sums {
    fn describe_counter(&self, name: KeyName, _: Option<Unit>, _: SharedString) {
        self.described.lock().unwrap().push(name.as_str().to_owned());
    }

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {
        unreachable!()
    }

    fn describe_histogram(&self, name: KeyName, _: Option<Unit>, _: SharedString) {
        self.described.lock().unwrap().push(name.as_str().to_owned());
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.sum(key))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        unreachable!()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.sum(key))
    }
}

/// Makes calls with the interceptor, and returns what was recorded.
fn recorded(harness: &Harness, calls: usize) -> Sums {
    let sums = Sums::default();
    metrics::with_local_recorder(&sums, || {
        let config = harness.config().interceptor(Metrics::new()).jitter(|| 0.5).build().unwrap();
        let client = Client::<Cdn>::new(&config);
        for _ in 0..calls {
            drop(harness.clock.run(client.call(&purge()).into_future()));
        }
        // The last call is dropped while its request is in flight.
        let mut dropped = client.call(&purge()).into_future();
        assert!(dropped.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    });
    sums
}

#[test]
fn calls_and_attempts_are_counted_by_their_outcome() {
    let harness = Harness::refusing(&["RequestLimitExceeded"]);
    harness.script(|script| script.respond(200, PURGED).respond(200, refusal("LimitExceeded.X")).hang());
    let sums = recorded(&harness, 2);
    let of = |metric: &str, outcome: &str| {
        let name = format!("tencentcloud_{metric} service=cdn,action=PurgeUrlsCache{outcome}");
        let sums = sums.sums.lock().unwrap();
        *sums.get(&name).unwrap_or_else(|| panic!("`{name}` is not among {:?}", sums.keys()))
    };
    assert_eq!(of("calls_total", ",outcome=success"), 1.0);
    assert_eq!(of("calls_total", ",outcome=quota"), 1.0);
    assert_eq!(of("calls_total", ",outcome=abandoned"), 1.0);
    assert_eq!(of("attempts_total", ",outcome=throttled"), 1.0);
    assert_eq!(of("attempts_total", ",outcome=success"), 1.0);
    assert_eq!(of("attempts_total", ",outcome=quota"), 1.0);
    assert_eq!(of("attempts_total", ",outcome=abandoned"), 1.0);
    // The wait before the retry belongs to the call, and not to an attempt.
    assert_eq!(of("call_duration_seconds", ",outcome=success"), 0.6);
    assert_eq!(of("attempt_duration_seconds", ",outcome=success"), 0.0);
    assert_eq!(of("permit_wait_seconds", ""), 0.0);
    assert_eq!(sums.sums.lock().unwrap().len(), 3 * 2 + 4 * 2 + 1);
}

#[test]
fn every_metric_is_described_once() {
    let harness = Harness::new();
    harness.script(ScriptedTransport::hang);
    let sums = recorded(&harness, 0);
    let described = sums.described.lock().unwrap();
    assert_eq!(described.len(), 5, "{described:?}");
}
