//! Converts requests, tasks and usage to the JSON of the control API.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::limits::Usage;
use crate::state::{Received, Target, Task};

/// The latest `max` requests, the oldest first.
pub(crate) fn received(received: &[Received], max: usize) -> Value {
    let skipped = received.len().saturating_sub(max);
    let latest = received.iter().skip(skipped).map(|received| request(received, usize::MAX));
    json!({ "received": latest.collect::<Vec<_>>() })
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

/// The latest `max` tasks, the latest first, with the status of each target.
pub(crate) fn tasks(tasks: &[Task], max: usize, now: SystemTime) -> Value {
    let latest: Vec<Value> = tasks.iter().take(max).map(|task| task_at(task, now)).collect();
    json!({ "total": tasks.len(), "tasks": latest })
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
