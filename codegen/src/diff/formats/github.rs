//! Writes a report as commands of a GitHub workflow: each change is an annotation of its file.

use super::{hold, source, summary, values, wire};
use crate::diff::change::{Change, Level};
use crate::diff::report::Report;

pub(super) fn report(report: &Report<'_>) -> String {
    let changes: String = report.diff.changes.iter().map(annotation).collect();
    let level = if report.is_complete() { "notice" } else { "error" };
    let title = format!("specifications since {}", report.from);
    format!("{changes}::{level} title={}::{}\n", property(&title), message(&summary(report).join("\n")))
}

fn annotation(change: &Change) -> String {
    let level = match change.level {
        Level::Major => "error",
        Level::Minor => "warning",
        Level::None | Level::Patch => "notice",
    };
    let urgent = if change.is_urgent { ", urgent" } else { "" };
    let title = format!("{}{urgent}: {}", change.level, change.rule.id);
    let lines = [
        format!("{} at {}", change.item, change.at),
        values(change.before.as_deref(), change.after.as_deref()),
        source(change.source).to_owned(),
        wire(change.wire),
        format!("hold: {}", hold(&change.hold)),
        change.sentence.clone(),
    ];
    let lines: Vec<String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    let (file, title) = (property(&change.file), property(&title));
    format!("::{level} file={file},title={title}::{}\n", message(&lines.join("\n")))
}

fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}
