//! Writes a comparison for terminals, programs, pull requests, and workflows of GitHub.

mod github;
mod json;
mod markdown;
mod text;

use std::str::FromStr;

use super::change::{Hold, Level, Wire};
use super::report::Report;
use super::rule::RULES;

/// A form of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Lines for a terminal.
    #[default]
    Text,
    /// One JSON object.
    Json,
    /// A table for a pull request.
    Markdown,
    /// Commands of a workflow, which annotate the lines of the specifications.
    Github,
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            "markdown" => Ok(Self::Markdown),
            "github" => Ok(Self::Github),
            _ => Err(format!("`{name}` is not a format; help: write `text`, `json`, `markdown` or `github`")),
        }
    }
}

impl Report<'_> {
    /// The report in a format. It ends with a line break.
    #[must_use]
    pub fn print(&self, format: Format) -> String {
        match format {
            Format::Text => text::report(self),
            Format::Json => json::report(self),
            Format::Markdown => markdown::report(self),
            Format::Github => github::report(self),
        }
    }
}

/// The rules as a table for a terminal: name, usual verdict, whether it can be held, what changes.
#[must_use]
pub fn rules() -> String {
    let lines = RULES.iter().map(|rule| {
        let hold = if rule.can_be_held { "hold" } else { "" };
        format!("{:<26} {:<6} {hold:<5} {}\n", rule.id, rule.usual, rule.what)
    });
    lines.collect()
}

/// What a change means for programs.
fn source(level: Level) -> &'static str {
    match level {
        Level::None | Level::Patch => "programs compile",
        Level::Minor => "programs compile, and something is new",
        Level::Major => "programs may not compile",
    }
}

/// What a change means for released versions.
fn wire(wire: Wire) -> String {
    let facts = [
        (wire.accepts_requests, "the service refuses requests of released versions"),
        (wire.decodes_responses, "released versions cannot decode responses"),
        (wire.decodes_old_responses, "the new version cannot decode responses as they were"),
    ];
    let failing: Vec<&str> = facts.iter().filter(|(works, _)| !works).map(|(_, fact)| *fact).collect();
    if failing.is_empty() { "released versions work".to_owned() } else { failing.join("; ") }
}

/// Whether a change is held back.
fn hold(hold: &Hold) -> String {
    match hold {
        Hold::No => "no".to_owned(),
        Hold::Held => "held until the next major version".to_owned(),
        Hold::Possible(how) => format!("not held; help: {how}"),
    }
}

/// The same in one word.
fn hold_word(hold: &Hold) -> &'static str {
    match hold {
        Hold::No => "no",
        Hold::Possible(_) => "possible",
        Hold::Held => "held",
    }
}

/// `before -> after`, or the one that there is.
fn values(before: Option<&str>, after: Option<&str>) -> String {
    match (before, after) {
        (Some(before), Some(after)) => format!("{before} -> {after}"),
        (Some(before), None) => format!("{before} -> nothing"),
        (None, Some(after)) => format!("nothing -> {after}"),
        (None, None) => String::new(),
    }
}

/// The verdict on the whole, one sentence a line: the level, the version, the changelog.
fn summary(report: &Report<'_>) -> Vec<String> {
    let diff = report.diff;
    let count = diff.changes.len();
    let levels = [Level::Major, Level::Minor, Level::Patch].map(|level| format!("{} {level}", report.count(level)));
    let urgent = diff.changes.iter().filter(|change| change.is_urgent).count();
    let plural = if count == 1 { "" } else { "s" };
    let mut lines =
        vec![format!("{count} change{plural}: {}; {urgent} urgent; {} held back", levels.join(", "), diff.held)];
    lines.push(match report.next_version() {
        None => format!("verdict: {}; the version of {} is unknown", diff.level(), report.from),
        Some(next) => {
            let help = if report.has_version() { "" } else { "; help: raise `version` in Cargo.toml" };
            let version = report.version;
            format!("verdict: {}; smallest next version: {next}; Cargo.toml has {version}{help}", diff.level())
        }
    });
    if diff.held > 0 && diff.level() == Level::Major {
        lines.push("help: the next version is a major one: let go of what is held back".to_owned());
    }
    let unmentioned = report.unmentioned();
    if !unmentioned.is_empty() {
        lines.push(format!("CHANGELOG.md lacks {} of the changes; help: add to its first section:", unmentioned.len()));
        lines.extend(unmentioned.iter().map(|change| format!("  - `{}`: {}", change.package, change.sentence)));
    }
    lines
}
