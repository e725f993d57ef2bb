//! Writes a report for a terminal.

use super::{hold, source, summary, values, wire};
use crate::diff::change::Change;
use crate::diff::report::Report;

pub(super) fn report(report: &Report<'_>) -> String {
    let mut text = format!("from {} to the working tree\n", report.from);
    let mut package = "";
    for change in &report.diff.changes {
        if change.package != package {
            package = &change.package;
            text.push_str(&format!("\n{package}\n"));
        }
        text.push_str(&self::change(change));
    }
    text.push('\n');
    for line in summary(report) {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

fn change(change: &Change) -> String {
    let Change { rule, item, before, after, source: level, is_urgent, .. } = change;
    let urgent = if *is_urgent { ", urgent" } else { "" };
    let values = values(before.as_deref(), after.as_deref());
    let lines = [
        ("spec", change.place()),
        ("rust", item.clone()),
        ("change", values),
        ("source", format!("{level}: {}", source(*level))),
        ("wire", wire(change.wire)),
        ("hold", hold(&change.hold)),
        ("log", change.sentence.clone()),
    ];
    let lines = lines.iter().filter(|(_, value)| !value.is_empty());
    let lines: String = lines.map(|(label, value)| format!("    {label:<8} {value}\n")).collect();
    format!("  {}{urgent}: {}\n{lines}", change.level, rule.id)
}
