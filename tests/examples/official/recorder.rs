//! Compares requests with the official JSON, and decodes the official responses.

use std::borrow::Borrow;
use std::cell::Cell;
use std::error::Error;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Serialize;
use serde_json::Value;
use tencentcloud_core::Action;

static OTHER: AtomicUsize = AtomicUsize::new(0);
static SAME: AtomicUsize = AtomicUsize::new(0);
static FAILED: AtomicUsize = AtomicUsize::new(0);
static DECODED: AtomicUsize = AtomicUsize::new(0);

/// A client that sends nothing. The examples of an action are requests and responses, as JSON.
pub(crate) struct Recorder {
    examples: &'static [(&'static str, &'static str)],
    next: Cell<usize>,
}

impl Recorder {
    pub(crate) fn new(examples: &'static [(&'static str, &'static str)]) -> Self {
        Self { examples, next: Cell::new(0) }
    }

    pub(crate) async fn call<A>(&self, request: impl Borrow<A>) -> Result<A::Response, Box<dyn Error>>
    where
        A: Action + Serialize,
    {
        let n = self.next.replace(self.next.get() + 1);
        let (expected, response) = self.examples.get(n).ok_or("there are more calls than examples")?;
        let (encoded, expected) = (serde_json::to_value(request.borrow())?, serde_json::from_str(expected)?);
        if same(&encoded, &expected) {
            SAME.fetch_add(1, Ordering::Relaxed);
        } else {
            OTHER.fetch_add(1, Ordering::Relaxed);
            println!("official: {} is encoded as {encoded}, not {expected}", A::NAME);
        }
        let decoded = serde_json::from_str(response);
        match &decoded {
            Ok(_) => DECODED.fetch_add(1, Ordering::Relaxed),
            Err(_) => FAILED.fetch_add(1, Ordering::Relaxed),
        };
        Ok(decoded?)
    }
}

/// Whether two values are equal. An integer equals the same number with a fraction of 0.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let is_in_both = |(key, value): (&String, &Value)| other.get(key).is_some_and(|other| same(value, other));
            one.len() == other.len() && one.iter().all(is_in_both)
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Number(one), Value::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        _ => one == other,
    }
}

/// Prints how many requests and responses are as they should be.
pub(crate) fn report() {
    let [other, same, failed, decoded] = [&OTHER, &SAME, &FAILED, &DECODED].map(|count| count.load(Ordering::Relaxed));
    println!("official: {same} requests are encoded as the official JSON, {other} are not");
    println!("official: {decoded} responses are decoded, {failed} are not");
}
