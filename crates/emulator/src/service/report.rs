//! Converts requests, tasks and usage to the JSON of the control API.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::limits::Usage;
use crate::state::{Received, Target, Task};

/// Items that are converted one at a time, while they are written. Converting all of them first
/// takes many times the memory of their JSON.
struct Converted<I>(I);

impl<I: Iterator<Item = Value> + Clone> Serialize for Converted<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone())
    }
}

#[derive(Serialize)]
struct ReceivedReport<L> {
    received: L,
}

#[derive(Serialize)]
struct TasksReport<L> {
    total: usize,
    tasks: L,
}

/// The latest `max` of these requests, which are the oldest first.
pub(crate) fn received<'a>(received: impl Iterator<Item = &'a Received> + Clone, max: usize) -> impl Serialize {
    let skipped = received.clone().count().saturating_sub(max);
    ReceivedReport { received: Converted(received.skip(skipped).map(|received| request(received, usize::MAX))) }
}

/// A request and its outcome, with at most `max_bytes` of its body and of its parameters.
pub(crate) fn request(received: &Received, max_bytes: usize) -> Value {
    let cut = |bytes: &[u8]| String::from_utf8_lossy(bytes.get(..max_bytes).unwrap_or(bytes)).into_owned();
    let verified = received.verified.as_ref().map(|verified| {
        json!({
            "secret_id": verified.secret_id,
            "service": verified.service,
            "timestamp": verified.timestamp,
            "scheme": verified.scheme.as_str(),
            "host_without_port": verified.host_without_port,
        })
    });
    let request = &received.request;
    json!({
        "at": seconds(received.at),
        "service": received.service,
        "action": received.action,
        "version": received.version,
        "parameters": cut(received.parameters.as_bytes()),
        "verified": verified,
        "fault": received.fault.as_deref().and_then(|fault| serde_json::from_str::<Value>(fault).ok()),
        "code": received.code,
        "message": received.message,
        "explanation": received.explanation,
        "request_id": received.request_id,
        "request": {
            "method": request.method,
            "path": request.path,
            "query": request.query,
            "headers": request.headers,
            "body": cut(&request.body),
            "body_bytes": received.body_bytes,
        },
    })
}

/// The first `max` of these tasks, which are the latest first, with the status of each target.
pub(crate) fn tasks<'a>(tasks: impl Iterator<Item = &'a Task> + Clone, max: usize, now: SystemTime) -> impl Serialize {
    let total = tasks.clone().count();
    TasksReport { total, tasks: Converted(tasks.take(max).map(move |task| task_at(task, now))) }
}

fn task_at(task: &Task, now: SystemTime) -> Value {
    let target = |target: &Target| json!({ "address": target.address, "status": target.status(task, now).as_str() });
    json!({
        "id": task.id,
        "account": task.account,
        "service": task.service,
        "action": task.action,
        "kind": task.kind,
        "method": task.method,
        "place": task.place,
        "targets": task.targets.iter().map(target).collect::<Vec<_>>(),
        "created": seconds(task.created),
        "finished": seconds(task.finished),
    })
}

/// The usage of rates and quotas.
pub(crate) fn usage(usage: &[Usage]) -> Value {
    let usage = usage.iter().map(|usage| {
        json!({
            "account": usage.account,
            "service": usage.service,
            "action": usage.action,
            "per": if usage.counter.is_none() { "second" } else { "day" },
            "counter": usage.counter,
            "used": usage.used,
            "limit": usage.limit,
        })
    });
    json!({ "usage": usage.collect::<Vec<_>>() })
}

/// A time, in seconds since 1970.
pub(crate) fn seconds(at: SystemTime) -> f64 {
    at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}
