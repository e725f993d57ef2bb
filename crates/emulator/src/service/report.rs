//! What an emulator remembers, as JSON.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::limits::Usage;
use crate::state::{Received, Target, Task};

/// The latest requests, the oldest first.
pub(crate) fn received(received: &[Received], limit: usize) -> Value {
    let latest =
        received.iter().skip(received.len().saturating_sub(limit)).map(|received| request(received, usize::MAX));
    json!({ "received": latest.collect::<Vec<_>>() })
}

/// One request and how it was answered, with so many bytes of its body and its parameters.
pub(crate) fn request(received: &Received, most: usize) -> Value {
    let cut = |bytes: &[u8]| String::from_utf8_lossy(bytes.get(..most).unwrap_or(bytes)).into_owned();
    let verified = received.verified.as_ref().map(|verified| {
        json!({
            "secret_id": verified.secret_id,
            "service": verified.service,
            "timestamp": verified.timestamp,
            "scheme": verified.scheme.as_str(),
            "host_without_port": verified.host_without_port,
        })
    });
    let sent = &received.request;
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
            "method": sent.method,
            "path": sent.path,
            "query": sent.query,
            "headers": sent.headers,
            "body": cut(&sent.body),
            "body_bytes": received.body_bytes,
        },
    })
}

/// The latest tasks, the latest first, with how far each target is.
pub(crate) fn tasks(tasks: &[Task], limit: usize, now: SystemTime) -> Value {
    let target = |task: &Task, target: &Target| json!({ "address": target.address, "status": target.status(task, now).as_str() });
    let task = |task: &Task| {
        json!({
            "id": task.id,
            "account": task.account,
            "service": task.service,
            "action": task.action,
            "kind": task.kind,
            "method": task.method,
            "place": task.place,
            "targets": task.targets.iter().map(|of| target(task, of)).collect::<Vec<_>>(),
            "created": seconds(task.created),
            "finished": seconds(task.finished),
        })
    };
    json!({ "total": tasks.len(), "tasks": tasks.iter().take(limit).map(task).collect::<Vec<_>>() })
}

/// What is used of rates and quotas.
pub(crate) fn usage(usage: &[Usage]) -> Value {
    let usage = usage.iter().map(|usage| {
        json!({
            "account": usage.account,
            "service": usage.service,
            "action": usage.action,
            "per": if usage.lane.is_none() { "second" } else { "day" },
            "lane": usage.lane,
            "used": usage.used,
            "most": usage.most,
        })
    });
    json!({ "usage": usage.collect::<Vec<_>>() })
}

/// An instant, in seconds since 1970.
pub(crate) fn seconds(at: SystemTime) -> f64 {
    at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}
