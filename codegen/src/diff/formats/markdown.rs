//! Writes a report for a pull request.

use super::{hold_word, source, summary, values, wire};
use crate::diff::change::Change;
use crate::diff::report::Report;

/// The first rows of the table.
const HEAD: &str = "\
| verdict | rule | item | change | source | wire | hold | changelog |
|---|---|---|---|---|---|---|---|
";

pub(super) fn report(report: &Report<'_>) -> String {
    let mut text = format!("## Changes of the API since {}\n\n", report.from);
    if !report.diff.changes.is_empty() {
        text.push_str(HEAD);
        for change in &report.diff.changes {
            text.push_str(&row(change));
        }
        text.push('\n');
    }
    for line in summary(report) {
        let line = line.strip_prefix("  ").map_or_else(|| format!("{line}\n"), str::to_owned);
        text.push_str(&format!("{line}\n"));
    }
    text
}

fn row(change: &Change) -> String {
    let urgent = if change.is_urgent { ", **urgent**" } else { "" };
    let values = values(change.before.as_deref(), change.after.as_deref());
    let values = if values.is_empty() { values } else { format!("`{}`", values.replace('`', "'")) };
    let cells = [
        format!("{}{urgent}", change.level),
        change.rule.id.to_owned(),
        format!("`{}::{}`<br>{}", change.package.replace('-', "_"), change.item, change.place()),
        values,
        source(change.source).to_owned(),
        wire(change.wire),
        hold_word(&change.hold).to_owned(),
        change.sentence.clone(),
    ];
    format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | "))
}
