//! Lists the first of many items in a message.

/// Lists the first `max` of `count` items: ``"`a`, `b`, and 3 more"``.
pub(crate) fn listed(items: impl Iterator<Item = String>, count: usize, max: usize) -> String {
    let mut listed: Vec<String> = items.take(max).collect();
    if let Some(others) = count.checked_sub(max).filter(|others| *others > 0) {
        listed.push(format!("and {others} more"));
    }
    listed.join(", ")
}
