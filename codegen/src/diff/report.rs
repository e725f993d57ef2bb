//! Judges a comparison: which version comes next, and what `Cargo.toml` and the changelog lack.

use super::Diff;
use super::change::{Change, Level};
use super::version::Version;

/// A comparison with what is around the specifications.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The changes.
    pub diff: &'a Diff,
    /// What the old version is: `v0.1.0 (1a2b3c4)`.
    pub from: &'a str,
    /// The version of the crates of the old specifications, if it is known.
    pub old_version: Option<Version>,
    /// The version in `Cargo.toml`.
    pub version: Version,
    /// The text of `CHANGELOG.md`.
    pub changelog: &'a str,
}

impl<'a> Report<'a> {
    /// The smallest version that the next release may have, if the old version is known.
    #[must_use]
    pub fn next_version(&self) -> Option<Version> {
        Some(self.old_version?.next(self.diff.level()))
    }

    /// Whether `Cargo.toml` has the next version, or a higher one.
    #[must_use]
    pub fn has_version(&self) -> bool {
        self.next_version().is_none_or(|next| self.version >= next)
    }

    /// The changes that the first section of the changelog does not mention. An entry mentions a
    /// change if it names the crate and the item, each in backticks. Changes of texts need no
    /// entry.
    #[must_use]
    pub fn unmentioned(&self) -> Vec<&'a Change> {
        let entries = entries(self.changelog);
        let mentions = |entry: &String, name: &str| entry.contains(&format!("`{name}`"));
        let is_mentioned = |change: &Change| {
            entries.iter().any(|entry| mentions(entry, &change.package) && mentions(entry, &change.item))
        };
        self.diff.changes.iter().filter(|change| change.is_notable() && !is_mentioned(change)).collect()
    }

    /// Whether `Cargo.toml` and the changelog lack nothing.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.has_version() && self.unmentioned().is_empty()
    }

    /// Number of changes of a level.
    pub(super) fn count(&self, level: Level) -> usize {
        self.diff.changes.iter().filter(|change| change.level == level).count()
    }
}

/// The entries of the first section of a changelog, each on one line.
fn entries(changelog: &str) -> Vec<String> {
    let is_heading = |line: &&str| line.starts_with("## ");
    let section = changelog.lines().skip_while(|line| !is_heading(line)).skip(1).take_while(|line| !is_heading(line));
    let mut entries = Vec::new();
    for line in section {
        match (line.starts_with("- "), entries.last_mut()) {
            (false, Some(last)) => *last = format!("{last} {}", line.trim()),
            _ => entries.push(line.to_owned()),
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_can_have_several_lines_and_ends_with_the_section() {
        let changelog = "# Changelog\n\n## Unreleased\n\n- `a`: one\n  and `two`.\n- `b`\n\n## 0.1.0\n\n- `c`\n";
        assert_eq!(entries(changelog)[1..], ["- `a`: one and `two`.", "- `b` "]);
    }
}
