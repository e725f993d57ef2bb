//! Lists the first of many items in a message.

/// Maximum number of targets that a message names. 5: enough to recognize a pattern, and short
/// enough for a log line.
pub(crate) const MAX_NAMED_TARGETS: usize = 5;

/// Lists the first `max` of `count` items: ``"`a`, `b`, and 3 more"``.
pub(crate) fn listed(items: impl Iterator<Item = String>, count: usize, max: usize) -> String {
    let mut listed: Vec<String> = items.take(max).collect();
    if let Some(others) = count.checked_sub(max).filter(|others| *others > 0) {
        listed.push(format!("and {others} more"));
    }
    listed.join(", ")
}
