//! Writes a report for programs.

use serde_json::{Value, json};

use super::hold_word;
use crate::diff::change::{Change, Hold};
use crate::diff::report::Report;

pub(super) fn report(report: &Report<'_>) -> String {
    let changes: Vec<Value> = report.diff.changes.iter().map(change).collect();
    let unmentioned = report.unmentioned();
    let unmentioned = unmentioned.iter().map(|change| format!("`{}`: {}", change.package, change.sentence));
    let json = json!({
        "from": report.from,
        "changes": changes,
        "held": report.diff.held,
        "verdict": report.diff.level().to_string(),
        "old_version": report.old_version.map(|version| version.to_string()),
        "next_version": report.next_version().map(|version| version.to_string()),
        "version": report.version.to_string(),
        "has_version": report.has_version(),
        "unmentioned": unmentioned.collect::<Vec<_>>(),
    });
    format!("{json:#}\n")
}

fn change(change: &Change) -> Value {
    json!({
        "rule": change.rule.id,
        "package": change.package,
        "file": change.file,
        "at": change.at,
        "item": change.item,
        "before": change.before,
        "after": change.after,
        "source": change.source.to_string(),
        "wire": {
            "accepts_requests": change.wire.accepts_requests,
            "decodes_responses": change.wire.decodes_responses,
            "decodes_old_responses": change.wire.decodes_old_responses,
        },
        "level": change.level.to_string(),
        "urgent": change.is_urgent,
        "hold": hold_word(&change.hold),
        "how_to_hold": match &change.hold {
            Hold::Possible(how) => Some(how),
            Hold::No | Hold::Held => None,
        },
        "changelog": change.sentence,
    })
}
