//! Writes the outputs, the summary and the annotations of a step of GitHub Actions.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

use super::json::{Failed, Report};
use crate::environment::Environment;
use crate::failure::Failure;

/// Maximum number of annotations. GitHub shows at most 10 errors of a step.
const MAX_ANNOTATIONS: usize = 10;

/// Writes what GitHub Actions asks for by its variables, and returns the annotations.
///
/// # Errors
///
/// If a file cannot be written.
pub(crate) fn write(report: &Report, environment: &Environment) -> Result<Vec<String>, Failure> {
    if let Some(path) = &environment.github_output {
        append(path, &outputs(report))?;
    }
    if let Some(path) = &environment.github_step_summary {
        append(path, &summary(report))?;
    }
    let is_step = environment.github_output.is_some() || environment.github_step_summary.is_some();
    Ok(if is_step { annotations(report) } else { Vec::new() })
}

#[expect(clippy::disallowed_methods, reason = "the only place that writes these files")]
fn append(path: &Path, text: &str) -> Result<(), Failure> {
    let file = std::fs::OpenOptions::new().append(true).create(true).open(path);
    let written: io::Result<()> = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| Failure::file("write", path.display(), &error))
}

/// The outputs, as lines `name=value`. No value contains a line end.
fn outputs(report: &Report) -> String {
    let counts = &report.targets;
    let tasks: Vec<&str> = report.tasks.iter().map(|task| task.id.as_str()).collect();
    let lines = [
        ("exit-code", report.exit_code.to_string()),
        ("status", report.status.to_owned()),
        ("total", counts.total.to_string()),
        ("accepted", counts.accepted.to_string()),
        ("refused", counts.refused.to_string()),
        ("unknown", counts.unknown.to_string()),
        ("not-tried", counts.not_tried.to_string()),
        ("failed", counts.failed.to_string()),
        ("tasks", tasks.join(" ")),
    ];
    lines.map(|(name, value)| format!("{name}={}\n", value.replace(['\r', '\n'], " "))).concat()
}

/// The summary, in Markdown.
fn summary(report: &Report) -> String {
    let counts = &report.targets;
    let mut text = format!(
        "### tcpurge {}: {}\n\n| targets | accepted | refused | unknown | not tried | failed |\n\
         |---:|---:|---:|---:|---:|---:|\n| {} | {} | {} | {} | {} | {} |\n",
        report.command,
        report.status.replace('_', " "),
        counts.total,
        counts.accepted,
        counts.refused,
        counts.unknown,
        counts.not_tried,
        counts.failed
    );
    if shown(report).next().is_some() {
        text.push_str("\n| target | outcome | reason |\n|---|---|---|\n");
        for failed in shown(report).take(MAX_ANNOTATIONS) {
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "| {} | {} | {} |",
                escape_markdown(failed.target),
                failed.outcome.replace('_', " "),
                escape_markdown(failed.message)
            );
        }
        if let Some(more) = shown(report).count().checked_sub(MAX_ANNOTATIONS).filter(|more| *more > 0) {
            let _ = writeln!(text, "\nand {more} more");
        }
    }
    if let Some(error) = &report.error {
        let _ = writeln!(text, "\n{}", escape_markdown(&error.message));
    }
    text
}

/// The failures that are worth a line: an error that ended the run is shown once, and not for each
/// target that was not tried because of it.
fn shown(report: &Report) -> impl Iterator<Item = Failed<'_>> {
    report.failures.iter().filter(|failed| report.error.is_none() || failed.outcome != "not_tried")
}

/// A text that must not end the cell of a table, or be read as markup.
fn escape_markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\r' | '\n' => escaped.push(' '),
            '|' | '<' | '>' | '&' | '`' | '*' | '_' | '[' | ']' | '\\' | '#' => {
                // Writing to a string cannot fail.
                let _ = write!(escaped, "&#{};", u32::from(c));
            }
            c => escaped.push(c),
        }
    }
    escaped
}

/// One line `::error` for each failure, and for the error that ended the command.
fn annotations(report: &Report) -> Vec<String> {
    let of_failure = |failed: Failed<'_>| {
        let place = match (failed.file, failed.line) {
            (Some(file), Some(line)) => format!(" file={},line={line}", property(file)),
            _ => String::new(),
        };
        let text = format!("{}: {}: {}", failed.target, failed.outcome.replace('_', " "), failed.message);
        format!("::error{place}::{}", data(&text))
    };
    let of_error = report.error.iter().map(|error| format!("::error::{}", data(&error.message)));
    of_error.chain(shown(report).map(of_failure)).take(MAX_ANNOTATIONS).collect()
}

/// The text of a workflow command, which is one line.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::exit::Exit;
    use crate::input::Targets;
    use crate::output::failures::{Failures, Reason};

    fn report() -> Report {
        let mut report = Report::new("urls", Exit::SomeFailed);
        report.targets.total = 2;
        report.targets.accepted = 1;
        report.targets.refused = 1;
        let mut targets = Targets::empty();
        let source = targets.source("a:b.txt");
        targets.add(source, 3, "https://a.com/%41|<b>");
        report.failures = Failures::new(Arc::new(targets));
        report.failures.add(0, "not_tried", Arc::new(Reason::new("two\nlines", None)));
        report
    }

    #[test]
    fn an_annotation_names_the_line_and_is_one_line() {
        let expected = "::error file=a%3Ab.txt,line=3::https://a.com/%2541|<b>: not tried: two%0Alines";
        assert_eq!(annotations(&report()), [expected]);
    }

    #[test]
    fn targets_are_not_markup_in_the_summary() {
        let summary = summary(&report());
        assert!(summary.contains("| https://a.com/%41&#124;&#60;b&#62; | not tried | two lines |\n"), "{summary}");
    }

    #[test]
    fn the_outputs_are_one_line_each() {
        let outputs = outputs(&report());
        assert_eq!(outputs.lines().next(), Some("exit-code=1"));
        assert_eq!(outputs.lines().count(), 9);
        assert!(outputs.contains("\nnot-tried=0\n"), "{outputs}");
    }
}
