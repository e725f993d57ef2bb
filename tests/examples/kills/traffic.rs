//! Counts the requests that the emulator receives.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tencentcloud_emulator::Received;

use crate::faults;
use crate::product::Product;

/// Documented maximum number of requests per second to each action.
const MAX_PER_SECOND: usize = 20;

/// The requests so far. A clone is the same list.
#[derive(Clone, Default)]
pub(crate) struct Traffic(Arc<Mutex<Vec<Request>>>);

struct Request {
    at: Instant,
    action: String,
    /// The effect of the injected fault, as the emulator writes it.
    fault: Option<Value>,
}

impl Traffic {
    /// Notes every request, when it arrives.
    pub(crate) fn observer(&self) -> impl Fn(&Received) + Send + Sync + 'static {
        let traffic = self.clone();
        move |received| {
            let fault = received.fault.as_deref().and_then(|fault| serde_json::from_str(fault).ok());
            traffic.requests().push(Request { at: Instant::now(), action: received.action.clone(), fault });
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.requests().len()
    }

    /// The actions of which more requests than are permitted arrived in a second.
    pub(crate) fn too_many(&self) -> Vec<String> {
        let peaks = self.peaks().into_iter().filter(|(_, (_, peak))| *peak > MAX_PER_SECOND);
        peaks.map(|(action, (_, peak))| format!("{peak} requests to {action} in a second")).collect()
    }

    pub(crate) fn print(&self, product: Product) {
        println!("\naction              requests  at most in a second");
        for (action, (count, peak)) in self.peaks() {
            println!("{action:<18}  {count:>8}  {peak:>19}");
        }
        println!("\nfault                                      responses");
        for (name, fault) in faults::kinds(product) {
            let effect = serde_json::to_value(&fault).ok().and_then(|mut fault| Some(fault.get_mut("effect")?.take()));
            let count = self.requests().iter().filter(|request| request.fault == effect).count();
            println!("{name:<41}  {count:>9}");
        }
    }

    /// The number of requests to each action, and the maximum of those within a second.
    fn peaks(&self) -> BTreeMap<String, (usize, usize)> {
        let mut times: BTreeMap<String, Vec<Instant>> = BTreeMap::new();
        for request in &*self.requests() {
            times.entry(request.action.clone()).or_default().push(request.at);
        }
        let peak = |times: &[Instant]| {
            let is_within = |from: Instant| move |at: &&Instant| at.duration_since(from) < Duration::from_secs(1);
            let second = |(n, from): (usize, &Instant)| times.iter().skip(n).take_while(is_within(*from)).count();
            times.iter().enumerate().map(second).max().unwrap_or(0)
        };
        times.into_iter().map(|(action, times)| (action, (times.len(), peak(&times)))).collect()
    }

    fn requests(&self) -> MutexGuard<'_, Vec<Request>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
